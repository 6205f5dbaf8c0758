//! The command line.

mod asked;
pub(crate) mod spelled;

use crate::habits::HABITS;
use crate::request::Request;
use clap::{Args, CommandFactory, Parser};
use isokit_cli::flags::{ProgressFlags, ThreadsFlags, VerboseFlags};
use isokit_cli::{Failure, Report, Status};
use isokit_core::image::Names;
use isokit_core::iso9660::SessionChoice;
use isokit_core::partition::Choice;
use isokit_digests::Algorithm;
use std::ffi::OsString;
use std::path::PathBuf;

/// Compute and check digests of disk images and of the files in them.
#[derive(Debug, Parser)]
#[command(name = "imgsum", version, after_help = EXAMPLES)]
struct Flags {
    /// Images or other files, or with -c checksum lists; `-` is standard input
    #[arg(value_name = "IMAGE")]
    images: Vec<OsString>,

    /// Digests to compute: md5, sha1, sha256 (default), ...
    ///
    /// ALGO is md5, sha1, sha224, sha256, sha384, sha512, sha512-256, sha3-256, blake2b, blake3, crc32 or xxh3, or several
    /// of them separated by commas. May be repeated. All digests are computed in one pass.
    #[arg(short, long, hide_possible_values = true, value_name = "ALGO", value_delimiter = ',', value_parser = algorithm())]
    algorithm: Vec<Algorithm>,

    // Before those that have a heading: it would be that of all that follows.
    #[command(flatten)]
    threads: ThreadsFlags,

    #[command(flatten)]
    progress: ProgressFlags,

    #[command(flatten)]
    notes: VerboseFlags,

    #[command(flatten)]
    lines: Lines,

    #[command(flatten)]
    what: What,

    /// Copy standard input to standard output, digests to FILE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["images", "check", "files", "volume"])]
    tee: Option<PathBuf>,

    #[command(flatten)]
    check: Check,
}

/// How lines are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lines")]
struct Lines {
    /// Write lines in BSD form, `SHA256 (name) = digest`
    ///
    /// This is the default with several digests.
    #[arg(long)]
    tag: bool,

    /// Write `digest  name` even with several digests
    #[arg(long, hide_short_help = true, conflicts_with_all = ["check", "tag"])]
    untagged: bool,

    /// Mark names with `*` (binary mode); reading is the same
    #[arg(short, long, overrides_with = "text")]
    binary: bool,

    /// Do not mark names with `*` (default)
    #[arg(short, long, hide_short_help = true, overrides_with = "binary")]
    text: bool,

    /// End lines with NUL, not newline; do not escape names
    #[arg(short, long, visible_short_alias = '0')]
    zero: bool,

    /// Print JSON Lines: one object per file
    #[arg(long, conflicts_with_all = ["check", "tag", "untagged", "binary", "text", "zero"])]
    json: bool,
}

/// Which bytes are summed.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to digest")]
struct What {
    /// Digest every regular file in the image, in one pass
    ///
    /// With -v, the notes tell how the trees of the image differ in the files and directories they contain. The trees of an
    /// image that comes through a pipe are not compared.
    #[arg(long, conflicts_with = "volume")]
    files: bool,

    /// With --files, list files in disc order, not sorted by path
    #[arg(long, hide_short_help = true, requires = "files", conflicts_with = "check")]
    disc_order: bool,

    /// Digest the volume only, not what follows it
    #[arg(long)]
    volume: bool,

    #[command(flatten)]
    read: ImageFlags,
}

/// Which image of the input is read, and how.
type ImageFlags = isokit_cli::flags::ImageFlags<Names, Choice, SessionChoice>;

/// How lists are checked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Checking")]
struct Check {
    /// Read digests from lists and check the files they name
    ///
    /// With --volume, --at, --part or --session, check the same part of each file. With --files, the operands are one list
    /// and the image that contains the files it names.
    #[arg(short, long)]
    check: bool,

    /// Do not fail or report for missing files
    #[arg(long)]
    ignore_missing: bool,

    /// Do not print OK for verified files
    ///
    /// Without --check, print errors only. The last of -q, --status and --warn wins.
    #[arg(short, long, overrides_with_all = ["quiet", "status", "warn"])]
    quiet: bool,

    /// Print nothing; the exit status is the result
    #[arg(long, overrides_with_all = ["quiet", "status", "warn"])]
    status: bool,

    /// Exit non-zero on malformed lines
    #[arg(long)]
    strict: bool,

    /// Warn about malformed lines
    #[arg(short, long, overrides_with_all = ["quiet", "status", "warn"])]
    warn: bool,
}

/// Reads the arguments: what they ask for, or the status to end with where they were answered or contradict each other.
///
/// # Errors
/// [`Error::Usage`](isokit_core::Error::Usage) when the operands are not those of one run.
pub(crate) fn request(arguments: Vec<OsString>, report: &Report) -> Result<Result<Request, Status>, Failure> {
    let flags = match isokit_cli::parse::<Flags>(arguments, HABITS, report) {
        Ok(flags) => flags,
        Err(status) => return Ok(Err(status)),
    };
    if let Some(sentence) = flags.contradiction() {
        report.remark(sentence);
        return Ok(Err(Status::Incomplete));
    }
    Ok(Ok(flags.request()?))
}

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    Flags::command()
}

fn algorithm() -> impl clap::builder::TypedValueParser<Value = Algorithm> {
    use clap::builder::TypedValueParser;
    let names = Algorithm::ALL.map(Algorithm::name);
    clap::builder::PossibleValuesParser::new(names)
        .map(|name| name.parse().expect("because only names of algorithms get here"))
}

const EXAMPLES: &str = "\
Examples:
  imgsum --files debian.iso > files.sha256    digest every file in an image
  imgsum -c SHA256SUMS                        check the files of a list";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_consistent() {
        Flags::command().debug_assert();
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        assert_eq!(shadowed(HABITS, &command()), None);
    }
}
