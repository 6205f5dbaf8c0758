//! The command line.

use crate::operands::{Divided, Operand, operands};
use crate::range::ByteRange;
use clap::{ArgGroup, Parser};
use isokit_cli::Failure;
use isokit_cli::flags::{LiteralFlags, OutputFlags, ProgressFlags, VerbosityFlags};
use isokit_core::Error;
use isokit_core::image::{Names, Options};
use isokit_core::iso9660::SessionChoice;
use isokit_core::partition::Choice;
use std::ffi::OsString;

/// Write files from a disk image to standard output.
///
/// Writes the contents of the given files in IMAGE one after the other, in the order they are given, as cat(1) does.
/// Symbolic links are followed inside the image. With --tar, writes whole directories as a tar archive; with
/// --part and no PATH, the bytes of the partition. A pipe is read no further than necessary.
#[derive(Debug, Parser)]
#[command(name = "isocat", version, args_override_self = true, after_help = EXAMPLES)]
#[command(group = ArgGroup::new("what").args(["tar", "boot", "boot_catalog", "system_area", "range"]))]
#[command(mut_arg("verbose", |flag| flag.long_help(isokit_cli::flags::VERBOSE_READING)))]
pub struct Flags {
    /// Image to read: a file, a block device, a FIFO, or `-` for standard input
    pub image: OsString,

    /// Paths in the image, or quoted patterns (* ? [] {} **)
    #[arg(value_name = "PATH")]
    pub paths: Vec<OsString>,

    /// Whether patterns are patterns
    #[command(flatten)]
    pub operands: LiteralFlags,

    /// Where to
    #[command(flatten)]
    pub output: OutputFlags,

    /// Write a tar archive (pax) of PATHs and everything below, or of all
    #[arg(long, help_heading = "What to write")]
    pub tar: bool,

    /// Write bytes A to B of the file only, from 0 and inclusive; A-: to the end; -N: the last N
    #[arg(long, value_name = "A-B", allow_hyphen_values = true, help_heading = "What to write")]
    pub range: Option<String>,

    /// Write El Torito boot image N, counted from 1
    #[arg(long, value_name = "N", help_heading = "What to write")]
    pub boot: Option<usize>,

    /// Write the El Torito boot catalog
    #[arg(long, help_heading = "What to write")]
    pub boot_catalog: bool,

    /// Write the system area: the first 32 KiB, with boot code and partition tables
    #[arg(long, help_heading = "What to write")]
    pub system_area: bool,

    /// Also read paths from FILE, one per line; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "What to write",
          conflicts_with_all = ["boot", "boot_catalog", "system_area"])]
    pub files_from: Option<OsString>,

    /// Paths in --files-from end with NUL, not newline
    #[arg(short = '0', long, requires = "files_from", help_heading = "What to write")]
    pub null: bool,

    /// What to read
    #[command(flatten)]
    pub read: ImageFlags,

    /// How far it is
    #[command(flatten)]
    pub progress: ProgressFlags,

    /// How much is printed
    #[command(flatten)]
    pub verbosity: VerbosityFlags,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Contents, one after the other; of a single file perhaps a range.
    Contents(Vec<Operand>, Option<ByteRange>),
    /// An archive of these, or of everything.
    Tar(Vec<Operand>),
    /// A boot image.
    BootImage(usize),
    /// The boot catalog.
    BootCatalog,
    /// The system area.
    SystemArea,
    /// All bytes of the partition.
    Partition,
}

impl Flags {
    /// What they ask for.
    ///
    /// # Errors
    /// [`Error::Usage`] when that is nothing, or contradicts itself; when the list of paths cannot be read.
    pub(crate) fn request(&self) -> Result<Request, Failure> {
        let usage = |sentence: &str| Err(Error::Usage(sentence.to_owned()).into());
        if self.image == "-" && self.files_from.as_ref().is_some_and(|list| list == "-") {
            return usage("standard input cannot be both the image and the list of paths");
        }
        let divided = if self.null { Divided::ByZero } else { Divided::ByNewline };
        let operands = operands(&self.paths, self.operands.literal, self.files_from.as_deref(), divided)?;
        let place = match (self.boot, self.boot_catalog, self.system_area) {
            (Some(number), ..) => Some(Request::BootImage(number)),
            (_, true, _) => Some(Request::BootCatalog),
            (.., true) => Some(Request::SystemArea),
            _ => None,
        };
        let range = self.range.as_deref().map(str::parse).transpose()?;
        match (place, operands.as_slice()) {
            (Some(place), []) => Ok(place),
            (Some(_), _) => {
                usage("a PATH cannot be given together with --boot, --boot-catalog or --system-area")
            }
            (None, [Operand::Path(_)]) if range.is_some() => Ok(Request::Contents(operands, range)),
            (None, _) if range.is_some() => usage("--range needs exactly one PATH"),
            // An empty list asks for nothing, not for everything.
            (None, []) if self.files_from.is_some() && !self.tar => Ok(Request::Contents(operands, None)),
            (None, []) if self.files_from.is_some() => usage("the list of paths is empty"),
            (None, _) if self.tar => Ok(Request::Tar(operands)),
            (None, []) if self.read.part.is_some() => Ok(Request::Partition),
            (None, []) => usage("no PATH given; --tar writes the whole image"),
            (None, _) => Ok(Request::Contents(operands, None)),
        }
    }

    /// How the image is to be read.
    pub(crate) fn options(&self) -> Options {
        Options { names: self.read.names, session: self.read.session }
    }
}

/// Which image of the input is read, and how.
pub type ImageFlags = isokit_cli::flags::ImageFlags<Names, Choice, SessionChoice>;

const EXAMPLES: &str = "\
Examples:
  isocat debian.iso /install.amd/vmlinuz | file -
  isocat --tar debian.iso /pool | tar -x -C mirror";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn request(arguments: &[&str]) -> Result<Request, String> {
        let all = std::iter::once(&"isocat").chain(arguments);
        let flags = Flags::try_parse_from(all).map_err(|error| error.to_string())?;
        flags.request().map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_definitions_are_consistent() {
        Flags::command().debug_assert();
    }

    #[test]
    fn requests_are_told_apart() {
        let path = |path: &str| Operand::Path(path.into());
        for (arguments, want) in [
            (&["-", "/a", "b"][..], Request::Contents(vec![path("/a"), path("b")], None)),
            (&["x", "--range", "-5", "/a"], Request::Contents(vec![path("/a")], Some(ByteRange::Last(5)))),
            (&["--tar", "x"], Request::Tar(vec![])),
            (&["--tar", "x", "/a*"], Request::Tar(vec![Operand::Pattern(b"/a*".to_vec())])),
            (&["--boot", "2", "x"], Request::BootImage(2)),
            (&["--boot-catalog", "x"], Request::BootCatalog),
            (&["--system-area", "x"], Request::SystemArea),
            (&["--part", "gpt:1", "x"], Request::Partition),
            (&["--part", "1", "--system-area", "x"], Request::SystemArea),
            (&["--part", "1", "x", "/a"], Request::Contents(vec![path("/a")], None)),
            (&["--files-from", "/dev/null", "x"], Request::Contents(vec![], None)),
        ] {
            assert_eq!(request(arguments), Ok(want), "{arguments:?}");
        }
    }

    #[test]
    fn nothing_and_contradictions_are_refused() {
        for (arguments, want) in [
            (&["x"][..], "no PATH given; --tar writes the whole image"),
            (&["x", "--range", "1-2"], "--range needs exactly one PATH"),
            (&["x", "--range", "1-2", "/a", "/b"], "--range needs exactly one PATH"),
            (&["x", "--range", "2-1", "/a"], "2-1: not a byte range"),
            (&["x", "--boot", "1", "/a"], "a PATH cannot be given"),
            (&["-", "--files-from", "-"], "standard input cannot be both"),
            (&["x", "--tar", "--files-from", "/dev/null"], "the list of paths is empty"),
            (&["x", "--tar", "--boot", "1"], "cannot be used with"),
            (&["x", "-0"], "required arguments"),
            (&[], "required arguments"),
        ] {
            let error = request(arguments).expect_err("refused");
            assert!(error.contains(want), "{arguments:?}: {error}");
        }
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        let command = <Flags as clap::CommandFactory>::command();
        assert_eq!(shadowed(crate::habits::HABITS, &command), None);
    }
}
