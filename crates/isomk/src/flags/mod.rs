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
/// The image has Rock Ridge 1.12 and Joliet names, goes to standard output or, with -o, to a file that appears only when
/// it is whole. The same inputs give the same bytes on every machine: nothing is taken from the clock, the user or the
/// version of this program.
#[derive(Debug, Parser)]
#[command(name = "isomk", version, disable_version_flag = true, after_long_help = AFTER)]
pub(crate) struct Flags {
    /// DIRECTORY, FILE, @ARCHIVE, - or TARGET=SOURCE
    ///
    /// The content of a DIRECTORY becomes the root of the image; several merge, and a later file replaces an earlier
    /// one of the same name. A FILE goes into the root under its own name. @ARCHIVE takes the members of a tar archive,
    /// - and @- those of one on standard input; a tar file without the @ is stored as the file it is.
    ///
    /// TARGET=SOURCE puts any of these at TARGET in the image: a directory's or an archive's content below it, a file
    /// under that name, or into it when TARGET ends in a slash. The first = divides, so a name that has one is written
    /// with \= and a backslash before = or \ as \\.
    #[arg(value_name = "SOURCE", required_unless_present = "files_from")]
    pub sources: Vec<OsString>,

    /// Print version
    #[arg(long, action = ArgAction::Version)]
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
  TMPDIR             where the contents of a tar stream are kept until they are
                     written

Exit status:
  0  the image is made
  1  something could not be taken in as it was, or the image not be written
  2  could not start: usage, an input that cannot be read";

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
}
