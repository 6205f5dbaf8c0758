//! The command line.

mod asked;
pub(crate) mod spelled;

use crate::habits::HABITS;
use crate::request::Request;
use clap::{ArgAction, CommandFactory, Parser, ValueEnum};
use isokit_cli::flags::{LiteralFlags, VerbosityFlags};
use isokit_cli::when::When;
use isokit_cli::{Report, Status};
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
struct Arguments {
    /// Image to read; standard input if omitted or `-`
    image: Option<OsString>,

    /// Paths in the image, or quoted patterns (* ? [] {} **)
    #[arg(value_name = "PATH", value_parser = isokit_cli::flags::not_empty())]
    paths: Vec<OsString>,

    /// Whether patterns are patterns
    #[command(flatten)]
    operands: LiteralFlags,

    /// List all paths below, one per line, as find(1) does
    #[arg(short = 'R', long, help_heading = "What to list")]
    recursive: bool,

    /// List directories themselves, not their contents
    #[arg(short, long, help_heading = "What to list")]
    directory: bool,

    /// Include names that begin with a dot or are marked hidden
    ///
    /// -R, --json and --extents always include them.
    #[arg(short, long, help_heading = "What to list")]
    all: bool,

    /// Show volume information: identifiers, sizes, dates, trees
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    volume: bool,

    /// Show boot information: El Torito, partitions, system area
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    boot: bool,

    /// With --boot, print options of PROGRAM that make an image boot so: isomk or mkisofs
    ///
    /// One option per line, quoted for a shell; `mkisofs` includes options that only xorriso has. Files that the options name
    /// and that are not in the image are told with the command that writes them. What no option makes is left out, with a
    /// warning.
    #[arg(
        long = "as",
        value_name = "PROGRAM",
        hide_short_help = true,
        hide_possible_values = true,
        requires = "boot",
        conflicts_with = "json",
        help_heading = "What to list"
    )]
    program: Option<Spoken>,

    /// Check the image: report what firmware or readers stumble over
    ///
    /// One line for each fault, none for an image without: the byte, the structure, what was found and expected, and which
    /// firmware or reader stumbles over it. The exit status is 1 if there is a fault. The contents of files are not read. A
    /// pipe is read to its end.
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    check: bool,

    /// List the sessions
    #[arg(long, help_heading = "What to list", group = "report", conflicts_with = "paths")]
    sessions: bool,

    /// Show mode, links, owner, group, size, date and name
    #[arg(short = 'l', long, help_heading = "How to list")]
    long: bool,

    /// With -l, show sizes like 1.5K, 234M and 2.0G
    #[arg(short = 'h', long, help_heading = "How to list")]
    human_readable: bool,

    /// With -l, show dates to the nanosecond
    #[arg(long, hide_short_help = true, help_heading = "How to list")]
    full_time: bool,

    /// Append / to directories
    #[arg(long, hide_short_help = true, help_heading = "How to list")]
    slash: bool,

    /// List one name per line
    #[arg(short = '1', hide_short_help = true, help_heading = "How to list")]
    one: bool,

    /// List names in columns even if the output is not a terminal
    #[arg(short = 'C', hide_short_help = true, help_heading = "How to list")]
    columns: bool,

    /// Draw a tree
    #[arg(long, help_heading = "How to list", conflicts_with_all = ["recursive", "directory", "long", "json", "extents", "null"])]
    tree: bool,

    /// List extents: byte offset, length and path, tab-separated
    #[arg(long, help_heading = "How to list", conflicts_with_all = ["long", "json"])]
    extents: bool,

    /// Print JSON Lines: one object per entry
    #[arg(long, help_heading = "How to list", conflicts_with = "long")]
    json: bool,

    /// End lines with NUL, not newline
    #[arg(short = '0', long, help_heading = "How to list")]
    null: bool,

    /// Color names: auto (default), always or never
    ///
    /// Colors come from LS_COLORS; auto is off if NO_COLOR is set.
    #[arg(long, value_name = "WHEN", default_value = "auto", num_args = 0..=1, require_equals = true,
          default_missing_value = "always", hide_default_value = true, hide_possible_values = true,
          help_heading = "How to list")]
    color: When,

    /// Sort by size, largest first
    #[arg(short = 'S', help_heading = "Order", overrides_with_all = ["by_time", "unsorted", "sort"])]
    by_size: bool,

    /// Sort by date, newest first
    #[arg(short = 't', help_heading = "Order", overrides_with_all = ["by_size", "unsorted", "sort"])]
    by_time: bool,

    /// Do not sort; list in the order of the image (default with -R, but not -lR)
    #[arg(short = 'U', hide_short_help = true, help_heading = "Order", overrides_with_all = ["by_size", "by_time", "sort"])]
    unsorted: bool,

    /// Sort by WORD: name, size, time or none
    ///
    /// The default is name, except that -R without -l, --json and --extents list in the order of the image. Names are
    /// compared byte by byte; with -R, whole paths are compared.
    #[arg(long, value_name = "WORD", hide_short_help = true, hide_possible_values = true, help_heading = "Order",
          overrides_with_all = ["by_size", "by_time", "unsorted"])]
    sort: Option<Sort>,

    /// Reverse the order
    #[arg(short, long, help_heading = "Order")]
    reverse: bool,

    /// What to read
    #[command(flatten)]
    read: ImageFlags,

    /// How much is printed
    #[command(flatten)]
    verbosity: VerbosityFlags,

    /// Print help; a summary with -h as the only argument
    #[arg(long, action = ArgAction::HelpLong)]
    help: Option<bool>,

    /// Print the summary
    #[arg(short = SUMMARY, hide = true, action = ArgAction::HelpShort)]
    summary: Option<bool>,
}

/// A program that has options: the word of `--as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Spoken {
    /// isomk.
    Isomk,
    /// mkisofs and its relatives.
    #[value(alias = "genisoimage", alias = "xorrisofs", alias = "xorriso")]
    Mkisofs,
}

/// What a listing is sorted by: the word of `--sort`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
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

/// Reads the arguments: what they ask for, or the status to end with where they were answered.
pub(crate) fn request(mut arguments: Vec<OsString>, report: &Report) -> Result<Request, Status> {
    help_alone(&mut arguments);
    let arguments = isokit_cli::parse::<Arguments>(arguments, HABITS, report)?;
    Ok(arguments.request(report.streams().output.as_ref()))
}

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Has `-h` mean help where it is the only one of `arguments` behind the tool's name.
fn help_alone(arguments: &mut [OsString]) {
    if let [_, only] = arguments
        && only == "-h"
    {
        *only = format!("-{SUMMARY}").into();
    }
}

/// Which image of the input is read, and how.
type ImageFlags = isokit_cli::flags::ImageFlags<Names, Choice, SessionChoice>;

const EXAMPLES: &str = "\
Examples:
  isols -l debian.iso /boot      list a directory
  curl -s URL | isols -R -       list every path; stop downloading when done";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        assert_eq!(shadowed(HABITS, &Arguments::command()), None);
    }
}
