//! The command line.

use crate::habits::HABITS;
use crate::operands::{Divided, Operand, operands};
use crate::request::{Manner, Output, Request, What};
use clap::{ArgGroup, CommandFactory, Parser};
use isokit_cli::flags::{LiteralFlags, OutputFlags, ProgressFlags, VerbosityFlags};
use isokit_cli::{Failure, Report, Status, Streams};
use isokit_core::Error;
use isokit_core::image::{Names, Options, Reading};
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
struct Flags {
    /// Image to read: a file, a block device, a FIFO, or `-` for standard input
    image: OsString,

    /// Paths in the image, or quoted patterns (* ? [] {} **)
    #[arg(value_name = "PATH", value_parser = isokit_cli::flags::not_empty())]
    paths: Vec<OsString>,

    /// Whether patterns are patterns
    #[command(flatten)]
    operands: LiteralFlags,

    /// Where to
    #[command(flatten)]
    output: OutputFlags,

    /// Write a tar archive (pax) of PATHs and everything below, or of all
    #[arg(long, help_heading = "What to write")]
    tar: bool,

    /// Write bytes A to B of the file only, from 0 and inclusive; A-: to the end; -N: the last N
    #[arg(long, value_name = "A-B", allow_hyphen_values = true, help_heading = "What to write")]
    range: Option<String>,

    /// Write El Torito boot image N, counted from 1
    #[arg(long, value_name = "N", help_heading = "What to write")]
    boot: Option<usize>,

    /// Write the El Torito boot catalog
    #[arg(long, help_heading = "What to write")]
    boot_catalog: bool,

    /// Write the system area: the first 32 KiB, with boot code and partition tables
    #[arg(long, help_heading = "What to write")]
    system_area: bool,

    /// Also read paths from FILE, one per line; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "What to write",
          conflicts_with_all = ["boot", "boot_catalog", "system_area"])]
    files_from: Option<OsString>,

    /// Paths in --files-from end with NUL, not newline
    #[arg(short = '0', long, requires = "files_from", help_heading = "What to write")]
    null: bool,

    /// What to read
    #[command(flatten)]
    read: ImageFlags,

    /// How far it is
    #[command(flatten)]
    progress: ProgressFlags,

    /// How much is printed
    #[command(flatten)]
    verbosity: VerbosityFlags,
}

/// Reads the arguments: what they ask for, or the status to end with where they were answered.
///
/// # Errors
/// When they ask for nothing or contradict each other, and when the list of paths cannot be read.
pub(crate) fn request(arguments: Vec<OsString>, report: &Report) -> Result<Result<Request, Status>, Failure> {
    match isokit_cli::parse::<Flags>(arguments, HABITS, report) {
        Ok(flags) => flags.request(report.streams()).map(Ok),
        Err(status) => Ok(Err(status)),
    }
}

/// How messages name options: those that were given, and at the ends of sentences what may be done instead.
pub(crate) mod spelled {
    pub(crate) const OUTPUT: &str = "--output";
    pub(crate) const TO_FILE: &str = " or use -o";
    pub(crate) const ARCHIVE: &str = "; --tar writes directories";
    pub(crate) const ALL: &str = "; -v lists them";
}

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    Flags::command()
}

impl Flags {
    fn request(self, streams: &Streams) -> Result<Request, Failure> {
        let what = self.what(streams)?;
        let ImageFlags { names, at, part, first_sector, session, charset } = self.read;
        let options = Options { names, session, ..Options::default() };
        Ok(Request {
            image: self.image,
            reading: Reading { at, part, first_sector, options, charset },
            what,
            list: self.files_from,
            output: Output { file: self.output.output, sync: self.output.sync },
            manner: Manner {
                progress: self.progress.progress,
                verbose: self.verbosity.notes.verbose,
                quiet: self.verbosity.quiet,
            },
        })
    }

    /// What is to be written.
    ///
    /// # Errors
    /// [`Error::Usage`] when that is nothing, or contradicts itself; when the list of paths cannot be read.
    fn what(&self, streams: &Streams) -> Result<What, Failure> {
        let usage = |sentence: &str| Err(Error::Usage(sentence.to_owned()).into());
        if self.image == "-" && self.files_from.as_ref().is_some_and(|list| list == "-") {
            return usage("standard input cannot be both the image and the list of paths");
        }
        let divided = if self.null { Divided::ByZero } else { Divided::ByNewline };
        let operands =
            operands(&self.paths, self.operands.literal, self.files_from.as_deref(), divided, streams)?;
        let place = match (self.boot, self.boot_catalog, self.system_area) {
            (Some(number), ..) => Some(What::BootImage(number)),
            (_, true, _) => Some(What::BootCatalog),
            (.., true) => Some(What::SystemArea),
            _ => None,
        };
        let range = self.range.as_deref().map(str::parse).transpose()?;
        match (place, operands.as_slice()) {
            (Some(place), []) => Ok(place),
            (Some(_), _) => {
                usage("a PATH cannot be given together with --boot, --boot-catalog or --system-area")
            }
            (None, [Operand::Path(_)]) if range.is_some() => Ok(What::Contents(operands, range)),
            (None, _) if range.is_some() => usage("--range needs exactly one PATH"),
            // An empty list asks for nothing, not for everything.
            (None, []) if self.files_from.is_some() && !self.tar => Ok(What::Contents(operands, None)),
            (None, []) if self.files_from.is_some() => usage("the list of paths is empty"),
            (None, _) if self.tar => Ok(What::Tar(operands)),
            (None, []) if self.read.part.is_some() => Ok(What::Partition),
            (None, []) => usage("no PATH given; --tar writes the whole image"),
            (None, _) => Ok(What::Contents(operands, None)),
        }
    }
}

/// Which image of the input is read, and how.
type ImageFlags = isokit_cli::flags::ImageFlags<Names, Choice, SessionChoice>;

const EXAMPLES: &str = "\
Examples:
  isocat debian.iso /install.amd/vmlinuz | file -
  isocat --tar debian.iso /pool | tar -x -C mirror";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range::ByteRange;

    fn what(arguments: &[&str]) -> Result<What, String> {
        let all = std::iter::once(&"isocat").chain(arguments);
        let flags = Flags::try_parse_from(all).map_err(|error| error.to_string())?;
        flags.request(&Streams::default()).map(|request| request.what).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_definitions_are_consistent() {
        Flags::command().debug_assert();
    }

    #[test]
    fn requests_are_told_apart() {
        let path = |path: &str| Operand::Path(path.into());
        for (arguments, want) in [
            (&["-", "/a", "b"][..], What::Contents(vec![path("/a"), path("b")], None)),
            (&["x", "--range", "-5", "/a"], What::Contents(vec![path("/a")], Some(ByteRange::Last(5)))),
            (&["--tar", "x"], What::Tar(vec![])),
            (&["--tar", "x", "/a*"], What::Tar(vec![Operand::Pattern(b"/a*".to_vec())])),
            (&["--boot", "2", "x"], What::BootImage(2)),
            (&["--boot-catalog", "x"], What::BootCatalog),
            (&["--system-area", "x"], What::SystemArea),
            (&["--part", "gpt:1", "x"], What::Partition),
            (&["--part", "1", "--system-area", "x"], What::SystemArea),
            (&["--part", "1", "x", "/a"], What::Contents(vec![path("/a")], None)),
            (&["--files-from", "/dev/null", "x"], What::Contents(vec![], None)),
        ] {
            assert_eq!(what(arguments), Ok(want), "{arguments:?}");
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
            let error = what(arguments).expect_err("refused");
            assert!(error.contains(want), "{arguments:?}: {error}");
        }
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        assert_eq!(shadowed(HABITS, &command()), None);
    }
}
