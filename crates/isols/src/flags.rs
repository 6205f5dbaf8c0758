//! The command line.

use clap::{ArgAction, Parser, ValueEnum};
use isokit_cli::flags::{LiteralFlags, VerbosityFlags};
use isokit_cli::when::When;
use isokit_core::image::Names;
use isokit_core::iso9660::SessionChoice;
use isokit_core::partition::Choice;
use std::ffi::OsString;

/// List the contents of a disk image.
///
/// Lists the root directory of IMAGE, or the given paths in it, as ls(1) does. IMAGE is a file, a block device, a FIFO
/// or `-` for standard input; a pipe is read no further than necessary.
#[derive(Debug, Parser)]
#[command(name = "isols", version, disable_help_flag = true, args_override_self = true, after_help = EXAMPLES)]
#[command(mut_arg("verbose", |flag| flag.long_help(isokit_cli::flags::VERBOSE_READING)))]
pub struct Arguments {
    /// Image to read; standard input if omitted or `-`
    pub image: Option<OsString>,

    /// Paths in the image, or quoted patterns (* ? [] {} **)
    #[arg(value_name = "PATH")]
    pub paths: Vec<OsString>,

    /// Whether patterns are patterns
    #[command(flatten)]
    pub operands: LiteralFlags,

    /// List all paths below, one per line, as find(1) does
    #[arg(short = 'R', long, help_heading = "What to list")]
    pub recursive: bool,

    /// List directories themselves, not their contents
    #[arg(short, long, help_heading = "What to list")]
    pub directory: bool,

    /// Include names that begin with a dot or are marked hidden
    ///
    /// -R, --json and --extents always include them.
    #[arg(short, long, help_heading = "What to list")]
    pub all: bool,

    /// Show volume information: identifiers, sizes, dates, trees
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    pub volume: bool,

    /// Show boot information: El Torito, partitions, system area
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    pub boot: bool,

    /// List the sessions
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    pub sessions: bool,

    /// Show mode, links, owner, group, size, date and name
    #[arg(short = 'l', long, help_heading = "How to list")]
    pub long: bool,

    /// With -l, show sizes like 1.5K, 234M and 2.0G
    #[arg(short = 'h', long, help_heading = "How to list")]
    pub human_readable: bool,

    /// With -l, show dates to the nanosecond
    #[arg(long, hide_short_help = true, help_heading = "How to list")]
    pub full_time: bool,

    /// Append / to directories
    #[arg(long, hide_short_help = true, help_heading = "How to list")]
    pub slash: bool,

    /// List one name per line
    #[arg(short = '1', help_heading = "How to list")]
    pub one: bool,

    /// List names in columns even if the output is not a terminal
    #[arg(short = 'C', hide_short_help = true, help_heading = "How to list")]
    pub columns: bool,

    /// Draw a tree
    #[arg(long, help_heading = "How to list", conflicts_with_all = ["recursive", "directory", "long", "json", "extents", "null"])]
    pub tree: bool,

    /// List extents: byte offset, length and path, tab-separated
    #[arg(long, help_heading = "How to list", conflicts_with_all = ["long", "json"])]
    pub extents: bool,

    /// Print JSON Lines: one object per entry
    #[arg(long, help_heading = "How to list", conflicts_with = "long")]
    pub json: bool,

    /// End lines with NUL, not newline
    #[arg(short = '0', long, help_heading = "How to list")]
    pub null: bool,

    /// Color names: auto (default), always or never
    ///
    /// Colors come from LS_COLORS; auto is off if NO_COLOR is set.
    #[arg(long, value_name = "WHEN", default_value = "auto", num_args = 0..=1, require_equals = true,
          default_missing_value = "always", hide_default_value = true, hide_possible_values = true,
          help_heading = "How to list")]
    pub color: When,

    /// Sort by size, largest first
    #[arg(short = 'S', help_heading = "Order", overrides_with_all = ["by_time", "unsorted", "sort"])]
    pub by_size: bool,

    /// Sort by date, newest first
    #[arg(short = 't', help_heading = "Order", overrides_with_all = ["by_size", "unsorted", "sort"])]
    pub by_time: bool,

    /// Do not sort; list in the order of the image (default with -R, but not -lR)
    #[arg(short = 'U', hide_short_help = true, help_heading = "Order", overrides_with_all = ["by_size", "by_time", "sort"])]
    pub unsorted: bool,

    /// Sort by WORD: name, size, time or none
    ///
    /// The default is name, except that -R without -l, --json and --extents list in the order of the image. Names are
    /// compared byte by byte; with -R, whole paths are compared.
    #[arg(long, value_name = "WORD", hide_short_help = true, hide_possible_values = true, help_heading = "Order",
          overrides_with_all = ["by_size", "by_time", "unsorted"])]
    pub sort: Option<Sort>,

    /// Reverse the order
    #[arg(short, long, help_heading = "Order")]
    pub reverse: bool,

    /// What to read
    #[command(flatten)]
    pub read: ImageFlags,

    /// How much is printed
    #[command(flatten)]
    pub verbosity: VerbosityFlags,

    /// Print help; a summary with -h as the only argument
    #[arg(long, action = ArgAction::HelpLong)]
    pub help: Option<bool>,

    /// Print the summary
    #[arg(short = SUMMARY, hide = true, action = ArgAction::HelpShort)]
    pub summary: Option<bool>,
}

/// What a listing is sorted by: the word of `--sort`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// Name, or path, byte by byte.
    Name,
    /// Size, largest first.
    Size,
    /// Date, newest first.
    Time,
    /// Not at all.
    None,
}

/// What `-h` is where it cannot mean sizes for humans, for there is nothing to list.
const SUMMARY: char = '?';

/// Has `-h` mean help where it is the only one of `arguments` behind the tool's name.
pub(crate) fn help_alone(arguments: &mut [OsString]) {
    if let [_, only] = arguments
        && only == "-h"
    {
        *only = format!("-{SUMMARY}").into();
    }
}

/// Which image of the input is read, and how.
pub type ImageFlags = isokit_cli::flags::ImageFlags<Names, Choice, SessionChoice>;

const EXAMPLES: &str = "\
Examples:
  isols -l debian.iso /boot      list a directory
  curl -s URL | isols -R -       list every path; stop downloading when done";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        let command = <Arguments as clap::CommandFactory>::command();
        assert_eq!(shadowed(crate::habits::HABITS, &command), None);
    }
}
