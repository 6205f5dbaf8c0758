//! The command line.

use clap::{ArgAction, Parser};
use isokit_cli::when::When;
use isokit_core::image::Names;
use isokit_core::iso9660::SessionChoice;
use isokit_core::partition::Choice;
use std::ffi::OsString;

/// List what is in a disk image.
///
/// Lists the root directory of IMAGE, or the given paths in it, as ls(1) does. IMAGE is a file, a block device, a FIFO
/// or `-` for standard input, of which no more is read than needed.
#[derive(Debug, Parser)]
#[command(name = "isols", version, disable_help_flag = true, args_override_self = true)]
pub struct Arguments {
    /// Image to read; standard input when left out or `-`
    pub image: Option<OsString>,

    /// Paths in the image, or patterns with * ? [] {} and ** (quote them)
    #[arg(value_name = "PATH")]
    pub paths: Vec<OsString>,

    /// List every path below, one a line, as find(1) does
    #[arg(short = 'R', long, help_heading = "What to list")]
    pub recursive: bool,

    /// List directories themselves, not what is in them
    #[arg(short, long, help_heading = "What to list")]
    pub directory: bool,

    /// Do not leave out names that begin with a dot or are marked as hidden (-R, --json and --extents never do)
    #[arg(short, long, help_heading = "What to list")]
    pub all: bool,

    /// Say what the volume is: identifiers, sizes, dates, trees
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    pub volume: bool,

    /// Say what boots: El Torito images, partition tables, system area
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    pub boot: bool,

    /// List the sessions
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    pub sessions: bool,

    /// Mode, links, owner, group, size, date, name
    #[arg(short = 'l', long, help_heading = "How to list")]
    pub long: bool,

    /// With -l: sizes like 1.5K, 234M, 2.0G
    #[arg(short = 'h', long, help_heading = "How to list")]
    pub human_readable: bool,

    /// With -l: dates to the nanosecond
    #[arg(long, help_heading = "How to list")]
    pub full_time: bool,

    /// One name a line
    #[arg(short = '1', help_heading = "How to list")]
    pub one: bool,

    /// Names side by side, even where the output is no terminal
    #[arg(short = 'C', help_heading = "How to list")]
    pub columns: bool,

    /// Draw the tree
    #[arg(long, help_heading = "How to list", conflicts_with_all = ["recursive", "directory", "long", "json", "extents", "null"])]
    pub tree: bool,

    /// Byte offset, length and path of every extent, separated by tabs
    #[arg(long, help_heading = "How to list", conflicts_with_all = ["long", "json"])]
    pub extents: bool,

    /// JSON Lines: one object an entry, with all that is known of it
    #[arg(long, help_heading = "How to list", conflicts_with = "long")]
    pub json: bool,

    /// End lines with a zero byte, not a newline; names are not escaped
    #[arg(short = '0', long, help_heading = "How to list")]
    pub null: bool,

    /// Colour names as LS_COLORS says; not by itself where NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto", num_args = 0..=1, require_equals = true,
          default_missing_value = "always", help_heading = "How to list")]
    pub color: When,

    /// Sort by size, largest first
    #[arg(short = 'S', help_heading = "Order", overrides_with_all = ["by_time", "unsorted"])]
    pub by_size: bool,

    /// Sort by date, newest first
    #[arg(short = 't', help_heading = "Order", overrides_with_all = ["by_size", "unsorted"])]
    pub by_time: bool,

    /// Do not sort: the order of the image, as -R has without -S and -t
    #[arg(short = 'U', help_heading = "Order", overrides_with_all = ["by_size", "by_time"])]
    pub unsorted: bool,

    /// Reverse the order
    #[arg(short, long, help_heading = "Order")]
    pub reverse: bool,

    /// What to read
    #[command(flatten)]
    pub read: ImageFlags,

    /// Show deviations from the standards that were tolerated
    #[arg(short, long)]
    pub verbose: bool,

    /// Only failures are said
    #[arg(short, long)]
    pub quiet: bool,

    /// Print help
    #[arg(long, short = '?', action = ArgAction::Help)]
    pub help: Option<bool>,
}

/// Which image of the input is read, and how.
pub type ImageFlags = isokit_cli::flags::ImageFlags<Names, Choice, SessionChoice>;

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }
}
