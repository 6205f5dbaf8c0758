//! Flags on what is taken in.

use crate::collect::{Attributes, Follow};
use crate::operand::{Input, Operand, Target, divided};
use crate::removal::Removed;
use crate::request::{self, List};
use clap::{Args, ValueEnum};
use isokit_cli::flags::word;
use isokit_cli::when::When;
use isokit_core::tree::charset::Charset;
use isokit_core::{Error, Result};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// What is taken in.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct Inputs {
    /// Start from an existing image; SOURCEs are added to it
    ///
    /// Its tree, identifiers, dates, boot entries, system area and partitions are those of the new image, and it has the same
    /// file systems, unless options ask for something else. IMAGE itself is not changed without
    /// --in-place.
    #[arg(long, value_name = "IMAGE")]
    pub base: Option<PathBuf>,

    /// Omit what matches GLOB from the image of --base
    ///
    /// Patterns work as for --exclude, but only files of IMAGE are omitted, and a GLOB that matches none is an error. May be
    /// repeated.
    #[arg(long, hide_short_help = true, value_name = "GLOB", allow_hyphen_values = true, requires = "base")]
    pub remove: Vec<OsString>,

    /// Replace the content of the file PATH in the image of --base by FILE
    ///
    /// PATH keeps its owner, permissions and other names, and gets the date of FILE. It must be in IMAGE. Write \= for a = in
    /// PATH. May be repeated.
    #[arg(long, hide_short_help = true, value_name = "PATH=FILE", requires = "base")]
    pub replace: Vec<OsString>,

    /// Also add the files listed in FILE
    ///
    /// FILE contains one name per line, relative to the working directory; `-` is standard input. Each file is added under
    /// its own path. A directory does not include its contents, as with cpio(1). Parent directories that are not listed get
    /// mode 0755 and the volume's date.
    #[arg(long, value_name = "FILE")]
    pub files_from: Option<PathBuf>,

    /// Paths in --files-from end with NUL, not newline
    #[arg(short = '0', long, hide_short_help = true, requires = "files_from")]
    pub null: bool,

    /// Omit paths that match GLOB, and everything below them
    ///
    /// Patterns work as in a gitignore(5) file: !GLOB includes again what an earlier pattern excluded, and the last match
    /// wins. A path that is spelled exactly like GLOB matches too. May be repeated.
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub exclude: Vec<OsString>,

    /// Omit files and directories whose source name matches GLOB
    ///
    /// As with mkisofs -m, only the last component of the source path is compared, * matches any characters, and a SOURCE is
    /// never omitted itself.
    #[arg(long, hide_short_help = true, value_name = "GLOB", allow_hyphen_values = true)]
    pub exclude_leaf: Vec<OsString>,

    /// Read --exclude patterns from FILE, one per line; # begins a comment
    ///
    /// These patterns are applied before those of --exclude.
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub exclude_from: Vec<PathBuf>,

    /// Take every GLOB as it stands, never as a pattern
    ///
    /// This applies to all options that take GLOB. Even without it, a GLOB that is the path of something in the image is
    /// that path. With --exclude, this is known only of paths with a slash in directories; other names match in addition.
    #[arg(long, hide_short_help = true)]
    pub literal: bool,

    /// Follow all symbolic links
    ///
    /// A dangling link, or one to a directory above itself, is recorded as a link.
    #[arg(short = 'L', long, overrides_with = "dereference_args")]
    pub dereference: bool,

    /// Follow symbolic links that are given as SOURCE
    ///
    /// A link to a directory given as SOURCE is always followed.
    #[arg(short = 'H', long, hide_short_help = true, overrides_with = "dereference")]
    pub dereference_args: bool,

    /// Record extended attributes: none, user or any
    ///
    /// user and any include ACLs. WHICH is user if omitted.
    #[arg(long, hide_possible_values = true, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "user")]
    pub xattr: Option<Xattr>,

    /// Read SOURCE as TARGET=SOURCE: always, never or auto
    ///
    /// With auto, the default, a SOURCE that exists under its whole name is that file, even if it contains = or a backslash
    /// or begins with @; any other SOURCE is divided at its first =. With never, only - and a leading @ are special. WHEN is
    /// always if omitted.
    #[arg(long, hide_short_help = true, value_name = "WHEN", default_value = "auto", num_args = 0..=1, require_equals = true,
          default_missing_value = "always", hide_default_value = true, hide_possible_values = true)]
    pub graft_points: When,

    /// Decode names of inputs from character set SET: gbk, shift_jis, ...
    ///
    /// File systems, tar archives and ISO 9660 do not record the character set of names. This option records names and targets of
    /// symbolic links as UTF-8, and thus as Unicode in Joliet and UDF. SET is a label of the WHATWG Encoding Standard, or
    /// a code page of IBM, cp437 to cp869. Names that are not valid in SET keep their bytes, with a warning. Names in
    /// pax records are UTF-8 already. TARGETs and options that name files in the image are not decoded.
    #[arg(long, hide_short_help = true, value_name = "SET", value_parser = word::<Charset>)]
    pub charset: Option<Charset>,

    /// Remove N leading components from the paths in tar archives and images
    ///
    /// Members with N or fewer components are omitted. Targets of hard links are shortened too; targets of symbolic links
    /// are not. As in tar(1), the `.` of `./a` is a component.
    #[arg(long, hide_short_help = true, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub strip_components: u32,

    /// Mode of directories that have no source, in octal digits [default: 0755]
    ///
    /// Such a directory is on the way to a TARGET. --mode changes it like any other.
    #[arg(long, hide_short_help = true, value_name = "MODE", default_value = "0755", hide_default_value = true, value_parser = octal)]
    pub implied_mode: u16,

    /// Store identical contents once
    ///
    /// Files of equal size are read and compared before the image is written. Hard links are always stored once.
    #[arg(long)]
    pub dedup: bool,
}

/// Which extended attributes are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Xattr {
    /// None.
    None,
    /// The users' own and ACLs.
    User,
    /// All that the system lists.
    Any,
}

fn octal(text: &str) -> std::result::Result<u16, &'static str> {
    let mode = u16::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
    mode.ok_or("expected octal digits up to 7777")
}

impl Inputs {
    /// Which extended attributes are recorded.
    fn attributes(&self) -> Attributes {
        match self.xattr {
            None | Some(Xattr::None) => Attributes::None,
            Some(Xattr::User) => Attributes::User,
            Some(Xattr::Any) => Attributes::Any,
        }
    }

    /// What of the base is left out.
    pub(super) fn removed(&self) -> Vec<Removed> {
        let removed = |glob: &OsString| Removed {
            pattern: glob.as_bytes().to_vec(),
            directories: true,
            replaced: false,
            empty: false,
        };
        self.remove.iter().map(removed).collect()
    }

    /// The files of the base that are replaced, and those that replace them.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is not `PATH=FILE`.
    pub(super) fn replacements(&self) -> Result<Vec<(Target, PathBuf)>> {
        let replacement = |text: &OsString| {
            let wrong =
                |why: &str| Error::Usage(format!("--replace \"{}\": {why}", text.as_bytes().escape_ascii()));
            let (Some(path), file) = divided(text.as_bytes()) else {
                return Err(wrong("expected PATH=FILE"));
            };
            let target = Target::parse(&path)?;
            if target.names.is_empty() || file.is_empty() {
                return Err(wrong("names no file"));
            }
            Ok((target, PathBuf::from(OsString::from_vec(file))))
        };
        self.replace.iter().map(replacement).collect()
    }

    /// What the image is made of, `sources` being the operands.
    ///
    /// # Errors
    /// [`Error::Usage`] for an operand that is none, and for what would have no effect.
    pub(super) fn request(&self, sources: &[OsString]) -> Result<request::Inputs> {
        let operands = sources.iter().map(|text| Operand::parse(text, self.graft_points));
        let bytes = |globs: &[OsString]| globs.iter().map(|glob| glob.as_bytes().to_vec()).collect();
        let operands = operands.collect::<Result<Vec<_>>>()?;
        let is_container = |operand: &Operand| matches!(operand.input, Input::Container(_) | Input::Stream);
        if self.strip_components > 0 && !operands.iter().any(is_container) {
            let sentence = "--strip-components applies to tar archives and images; name one as @FILE, or - for standard input";
            return Err(Error::Usage(sentence.into()));
        }
        if let Some(leaf) = self.exclude_leaf.iter().find(|leaf| leaf.as_bytes().contains(&b'/')) {
            return Err(Error::Usage(format!(
                "--exclude-leaf \"{}\": matches names, which never contain a slash; use --exclude",
                leaf.as_bytes().escape_ascii()
            )));
        }
        let end = if self.null { 0 } else { b'\n' };
        Ok(request::Inputs {
            zisofs: false,
            previous: None,
            base: None,
            made: Vec::new(),
            operands,
            list: self.files_from.clone().map(|path| List { path, end }),
            exclude: bytes(&self.exclude),
            exclude_from: self.exclude_from.clone(),
            exclude_leaf: bytes(&self.exclude_leaf),
            on_disk: request::OnDisk::default(),
            literal: self.literal,
            follow: self.follow(),
            attributes: self.attributes(),
            charset: self.charset,
            strip_components: self.strip_components,
            dedup: self.dedup,
            made_mode: self.implied_mode,
        })
    }

    /// Which links are followed.
    fn follow(&self) -> Follow {
        match (self.dereference, self.dereference_args) {
            (true, _) => Follow::All,
            (_, true) => Follow::Operands,
            _ => Follow::None,
        }
    }
}
