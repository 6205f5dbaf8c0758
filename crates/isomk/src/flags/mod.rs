//! The command line of isomk.

mod boot;
mod entries;
mod fit;
mod format;
mod image;
mod input;
mod output;

pub(crate) use boot::{Boot, Entry as BootEntry};
pub(crate) use entries::{Assignment, Entries};
pub(crate) use format::Format;
pub(crate) use image::Image;
pub(crate) use input::Inputs;
pub(crate) use output::Outputs;

use clap::{ArgAction, Parser};
use isokit_core::tree::build::LONGEST_NAME;
use std::ffi::OsString;

/// Build an ISO 9660 or UDF image from files, directories and tar archives.
///
/// The image has Rock Ridge 1.12 and Joliet names. It is written to standard output or, with -o, to a file that appears
/// only once complete. The same inputs give the same bytes on every machine: nothing depends on the clock, the user or
/// the version of this program.
#[derive(Debug, Parser)]
#[command(name = "isomk", version, disable_version_flag = true, after_help = EXAMPLES, after_long_help = AFTER)]
pub(crate) struct Flags {
    /// DIRECTORY, FILE, @ARCHIVE, - or TARGET=SOURCE
    ///
    /// The contents of a DIRECTORY become the root of the image; several directories merge, and a later file replaces
    /// an earlier one of the same name. A FILE goes into the root under its own name. @ARCHIVE adds the members of a tar
    /// archive, - and @- those of one on standard input; a tar file without the @ is stored as a file.
    ///
    /// TARGET=SOURCE puts any of these at TARGET in the image: the contents of a directory or an archive below it, a file
    /// under that name, or into it if TARGET ends in a slash. The first = separates the two; write = in a name as \= and
    /// a backslash before = or \ as \\. What exists under its whole name is not divided (--graft-points).
    ///
    /// A symbolic link to a directory stands for the directory, any other is recorded as a link unless -H or -L is given.
    /// A named pipe and a descriptor (/dev/fd/3, /dev/stdin, <(COMMAND)) are read to their end and become files. Two FILEs
    /// cannot have the same name in the image.
    #[arg(value_name = "SOURCE", required_unless_present = "files_from")]
    pub sources: Vec<OsString>,

    /// Print version
    #[arg(long, hide_short_help = true, action = ArgAction::Version)]
    pub version: Option<bool>,

    #[command(flatten)]
    pub outputs: Outputs,
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub entries: Entries,
    #[command(flatten)]
    pub format: Format,
    #[command(flatten)]
    pub image: Image,
    #[command(flatten)]
    pub boot: Boot,
}

impl Flags {
    /// Bytes of the longest name that all trees can hold, if need be changed.
    pub(crate) fn longest_name(&self) -> usize {
        let rock_ridge = self.format.has_iso9660() && self.image.rock_ridge().is_some();
        if rock_ridge { isokit_core::iso9660::plan::LONGEST_NAME } else { LONGEST_NAME }
    }
}

const AFTER: &str = "\
Patterns (GLOB) are those of gitignore(5), matched with paths in the image. One
without a slash matches a name at any depth, one with a slash is a path from the
root; * and ? stop at slashes, ** does not; a slash at the end means directories
only.

Environment:
  SOURCE_DATE_EPOCH  no date in the image is later than this (seconds since 1970)
  TMPDIR             where the contents of a tar stream are kept until written

Exit status:
  0  the image is complete
  1  an input could not be recorded as it is, or the image not written
  2  could not start: usage error or unreadable input";

const EXAMPLES: &str = "\
--help describes all options.

Examples:
  isomk -V BACKUP -o backup.iso photos letters=docs/letters
  isomk -o live.iso --bios-boot isolinux/isolinux.bin --boot-info-table tree";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Flags::command().debug_assert();
    }

    #[test]
    fn every_flag_is_documented_and_in_a_group() {
        let command = Flags::command();
        let general = |flag: &clap::Arg| flag.is_positional() || flag.get_id() == "version";
        for flag in command.get_arguments().filter(|flag| !general(flag)) {
            assert!(flag.get_help().is_some(), "{flag}");
            assert!(flag.get_help_heading().is_some(), "{flag}");
        }
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        let command = <Flags as clap::CommandFactory>::command();
        assert_eq!(shadowed(crate::habits::HABITS, &command), None);
    }
}
