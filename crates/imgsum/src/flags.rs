//! The command line.

use clap::{Args, Parser};
use isokit_cli::flags::ProgressFlags;
use isokit_core::digest::Algorithm;
use isokit_core::digest::line::Style;
use isokit_core::image::Names;
use isokit_core::iso9660::SessionChoice;
use isokit_core::partition::Choice;
use std::ffi::OsString;
use std::path::PathBuf;

/// Digests of disk images and of the files in them, checksum lists, and checks of both.
#[derive(Debug, Parser)]
#[command(name = "imgsum", version)]
pub(crate) struct Flags {
    /// Images, or any other files; none, or -, is standard input. With --check: checksum lists.
    #[arg(value_name = "IMAGE")]
    pub(crate) images: Vec<OsString>,

    /// A digest to compute, all in one pass; may be repeated or a list [default: sha256].
    #[arg(short, long, value_name = "ALGO", value_delimiter = ',', value_parser = algorithm())]
    pub(crate) algorithm: Vec<Algorithm>,

    #[command(flatten)]
    pub(crate) lines: Lines,

    #[command(flatten)]
    pub(crate) what: What,

    /// Copy standard input to standard output, and write the lines to FILE.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["images", "check", "files", "volume"])]
    pub(crate) tee: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) check: Check,

    /// Threads at the most [default: one a processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,

    #[command(flatten)]
    pub(crate) progress: ProgressFlags,

    /// Say which deviations of the image from its standards were tolerated.
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// How lines are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lines")]
pub(crate) struct Lines {
    /// BSD lines, `SHA256 (name) = digest`: what several algorithms give by default.
    #[arg(long)]
    pub(crate) tag: bool,

    /// `digest  name` even for several algorithms.
    #[arg(long, conflicts_with_all = ["check", "tag"])]
    pub(crate) untagged: bool,

    /// Put the star of binary files before names; nothing is read in another way.
    #[arg(short, long, overrides_with = "text")]
    pub(crate) binary: bool,

    /// Put no star before names, as by default.
    #[arg(short, long, overrides_with = "binary")]
    pub(crate) text: bool,

    /// End lines with NUL, and leave names unescaped.
    #[arg(short, long, visible_short_alias = '0')]
    pub(crate) zero: bool,

    /// JSON Lines: of each file an object with its path, size and digests.
    #[arg(long, conflicts_with_all = ["check", "tag", "untagged", "binary", "text", "zero"])]
    pub(crate) json: bool,
}

/// Which bytes are summed.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is summed")]
pub(crate) struct What {
    /// Every regular file in the image, in one pass in the order of the disc.
    #[arg(long, conflicts_with_all = ["check", "volume"])]
    pub(crate) files: bool,

    /// List files as they lie on the disc instead of sorted by path.
    #[arg(long, requires = "files")]
    pub(crate) disc_order: bool,

    /// Exactly the volume, whatever a drive or a larger stick has behind it.
    #[arg(long, conflicts_with = "check")]
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
    /// Read digests from the lists and check the files they name.
    #[arg(short, long, conflicts_with_all = ["at", "part", "session"])]
    pub(crate) check: bool,

    /// Neither fail nor say anything for files that are not there.
    #[arg(long)]
    pub(crate) ignore_missing: bool,

    /// Print nothing for files that are as they should be; without --check, only failures are said. Of this, --status
    /// and --warn the last one counts.
    #[arg(short, long, overrides_with_all = ["quiet", "status", "warn"])]
    pub(crate) quiet: bool,

    /// Print nothing at all; the exit status says it.
    #[arg(long, overrides_with_all = ["quiet", "status", "warn"])]
    pub(crate) status: bool,

    /// Fail for lines that are no checksum lines.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Say which lines are no checksum lines.
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
            true if lines.zero => "the --zero option is not supported when verifying checksums".to_owned(),
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

    /// Threads to work with: at least 1.
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            Some(threads) => usize::from(threads),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

fn algorithm() -> impl clap::builder::TypedValueParser<Value = Algorithm> {
    use clap::builder::TypedValueParser;
    let names = Algorithm::ALL.map(Algorithm::name);
    clap::builder::PossibleValuesParser::new(names)
        .map(|name| name.parse().expect("because only names of algorithms get here"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Flags::command().debug_assert();
    }
}
