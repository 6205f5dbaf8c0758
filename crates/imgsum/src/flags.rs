//! The command line.

use clap::{Args, Parser};
use isokit_cli::flags::{ProgressFlags, ThreadsFlags, VerboseFlags};
use isokit_core::image::Names;
use isokit_core::iso9660::SessionChoice;
use isokit_core::partition::Choice;
use isokit_digests::Algorithm;
use isokit_digests::line::Style;
use std::ffi::OsString;
use std::path::PathBuf;

/// Compute and check digests of disk images and of the files in them.
#[derive(Debug, Parser)]
#[command(name = "imgsum", version, after_help = EXAMPLES)]
pub(crate) struct Flags {
    /// Images or other files, or with -c checksum lists; `-` is standard input
    #[arg(value_name = "IMAGE")]
    pub(crate) images: Vec<OsString>,

    /// Digests to compute: md5, sha1, sha256 (default), ...
    ///
    /// ALGO is md5, sha1, sha224, sha256, sha384, sha512, sha512-256, sha3-256, blake2b, blake3, crc32 or xxh3, or several
    /// of them separated by commas. May be repeated. All digests are computed in one pass.
    #[arg(short, long, hide_possible_values = true, value_name = "ALGO", value_delimiter = ',', value_parser = algorithm())]
    pub(crate) algorithm: Vec<Algorithm>,

    // Before those that have a heading: it would be that of all that follows.
    #[command(flatten)]
    pub(crate) threads: ThreadsFlags,

    #[command(flatten)]
    pub(crate) progress: ProgressFlags,

    #[command(flatten)]
    pub(crate) notes: VerboseFlags,

    #[command(flatten)]
    pub(crate) lines: Lines,

    #[command(flatten)]
    pub(crate) what: What,

    /// Copy standard input to standard output, digests to FILE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["images", "check", "files", "volume"])]
    pub(crate) tee: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) check: Check,
}

/// How lines are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lines")]
pub(crate) struct Lines {
    /// Write lines in BSD form, `SHA256 (name) = digest`
    ///
    /// This is the default with several digests.
    #[arg(long)]
    pub(crate) tag: bool,

    /// Write `digest  name` even with several digests
    #[arg(long, hide_short_help = true, conflicts_with_all = ["check", "tag"])]
    pub(crate) untagged: bool,

    /// Mark names with `*` (binary mode); reading is the same
    #[arg(short, long, overrides_with = "text")]
    pub(crate) binary: bool,

    /// Do not mark names with `*` (default)
    #[arg(short, long, hide_short_help = true, overrides_with = "binary")]
    pub(crate) text: bool,

    /// End lines with NUL, not newline; do not escape names
    #[arg(short, long, visible_short_alias = '0')]
    pub(crate) zero: bool,

    /// Print JSON Lines: one object per file
    #[arg(long, conflicts_with_all = ["check", "tag", "untagged", "binary", "text", "zero"])]
    pub(crate) json: bool,
}

/// Which bytes are summed.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to digest")]
pub(crate) struct What {
    /// Digest every regular file in the image, in one pass
    ///
    /// With -v, the notes tell how the trees of the image differ in the files and directories they contain. The trees of an
    /// image that comes through a pipe are not compared.
    #[arg(long, conflicts_with = "volume")]
    pub(crate) files: bool,

    /// With --files, list files in disc order, not sorted by path
    #[arg(long, hide_short_help = true, requires = "files", conflicts_with = "check")]
    pub(crate) disc_order: bool,

    /// Digest the volume only, not what follows it
    #[arg(long)]
    pub(crate) volume: bool,

    #[command(flatten)]
    pub(crate) read: ImageFlags,
}

/// Which image of the input is read, and how.
pub(crate) type ImageFlags = isokit_cli::flags::ImageFlags<Names, Choice, SessionChoice>;

/// How lists are checked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Checking")]
pub(crate) struct Check {
    /// Read digests from lists and check the files they name
    ///
    /// With --volume, --at, --part or --session, check the same part of each file. With --files, the operands are one list
    /// and the image that contains the files it names.
    #[arg(short, long)]
    pub(crate) check: bool,

    /// Do not fail or report for missing files
    #[arg(long)]
    pub(crate) ignore_missing: bool,

    /// Do not print OK for verified files
    ///
    /// Without --check, print errors only. The last of -q, --status and --warn wins.
    #[arg(short, long, overrides_with_all = ["quiet", "status", "warn"])]
    pub(crate) quiet: bool,

    /// Print nothing; the exit status is the result
    #[arg(long, overrides_with_all = ["quiet", "status", "warn"])]
    pub(crate) status: bool,

    /// Exit non-zero on malformed lines
    #[arg(long)]
    pub(crate) strict: bool,

    /// Warn about malformed lines
    #[arg(short, long, overrides_with_all = ["quiet", "status", "warn"])]
    pub(crate) warn: bool,
}

impl Flags {
    /// The algorithms asked for, each once, in the order given.
    pub(crate) fn algorithms(&self) -> Vec<Algorithm> {
        let mut algorithms = Vec::new();
        for algorithm in &self.algorithm {
            if !algorithms.contains(algorithm) {
                algorithms.push(*algorithm);
            }
        }
        if algorithms.is_empty() {
            algorithms.push(Algorithm::Sha256);
        }
        algorithms
    }

    /// How lines are written.
    pub(crate) fn style(&self) -> Style {
        let several = self.algorithms().len() > 1 && !self.lines.untagged;
        Style { tag: self.lines.tag || several, binary: self.lines.binary, zero: self.lines.zero }
    }

    /// What in them contradicts itself, in the words of coreutils.
    pub(crate) fn contradiction(&self) -> Option<String> {
        let (lines, check) = (&self.lines, &self.check);
        let only_checking =
            |option| format!("the {option} option is meaningful only when verifying checksums");
        let sentence = match check.check {
            _ if self.what.read.names != Names::Auto && !self.what.files => {
                "the --names option is meaningful only with --files".to_owned()
            }
            _ if lines.tag && lines.text => "--tag does not support --text mode".to_owned(),
            true if lines.tag => "the --tag option is meaningless when verifying checksums".to_owned(),
            true if lines.binary || lines.text => {
                "the --binary and --text options are meaningless when verifying checksums".to_owned()
            }
            false if check.ignore_missing => only_checking("--ignore-missing"),
            false if check.status => only_checking("--status"),
            false if check.warn => only_checking("--warn"),
            false if check.strict => only_checking("--strict"),
            _ => return None,
        };
        Some(sentence)
    }
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
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Flags::command().debug_assert();
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        let command = <Flags as clap::CommandFactory>::command();
        assert_eq!(shadowed(crate::habits::HABITS, &command), None);
    }
}
