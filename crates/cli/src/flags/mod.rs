//! Flags that mean the same in every tool, to be flattened into its own.

pub(crate) mod spelled;

use crate::progress::Progress;
use crate::report::Report;
use crate::when::When;
use clap::Args;
use clap::builder::{PathBufValueParser, TypedValueParser};
use isokit_core::Error;
use isokit_core::tree::charset::Charset;
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

/// Reads words that are not empty: a variable that is not set stands for no path, not even for the root.
pub fn not_empty() -> impl TypedValueParser<Value = OsString> {
    PathBufValueParser::new().map(PathBuf::into_os_string)
}

/// Where the output goes.
#[derive(Debug, Clone, Args)]
pub struct OutputFlags {
    /// Write to FILE; it appears only once complete
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Flush the output to disk (fsync) before FILE appears
    #[arg(long, hide_short_help = true)]
    pub sync: bool,
}

/// Which image of the input is read, and how. What names a tree, a partition and a session is the formats' business:
/// `N`, `P` and `S` read it.
#[derive(Debug, Clone, Args)]
pub struct ImageFlags<N: Word, P: Word, S: Word> {
    /// Tree to read: auto (most complete), rr, joliet, iso, 1999 or udf
    #[arg(long, value_name = "TREE", default_value = "auto", hide_default_value = true, value_parser = word::<N>, help_heading = READ)]
    pub names: N,

    /// Read the image at byte OFFSET of the input
    ///
    /// OFFSET is a number such as 32768, 0x8000, 1M or 16s; the suffix s counts sectors of 2048 bytes.
    #[arg(long, value_name = "OFFSET", value_parser = crate::offset::parse, help_heading = READ)]
    pub at: Option<u64>,

    /// Read the image in partition N: 2, mbr:2, gpt:2 or apm:2
    #[arg(long, value_name = "N", value_parser = word::<P>, help_heading = READ)]
    pub part: Option<P>,

    /// Count sectors from N: the input is a part of a disc
    ///
    /// A session or track that was saved to a file of its own records addresses from the start of the disc. N is the
    /// sector of the disc at which the input begins: 45000 for the last track of a GD-ROM. Byte offsets are then counted
    /// from the start of the disc too.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32), help_heading = READ,
          hide_short_help = true)]
    pub first_sector: Option<u32>,

    /// Session to read: a number from 1, or newest (default)
    ///
    /// N can also be the sector at which the session starts, such as 11702s. Without this option, a pipe is not read to
    /// its end in search of a newer session.
    #[arg(long, value_name = "N", value_parser = word::<S>, help_heading = READ)]
    pub session: Option<S>,

    /// Decode names from character set SET: gbk, shift_jis, latin1, ...
    ///
    /// Rock Ridge and plain ISO 9660 do not record the character set of names. This option shows names, targets of
    /// symbolic links and volume identifiers as UTF-8. SET is a label of the WHATWG Encoding Standard, or a
    /// code page of IBM, cp437 to cp869. Names that are not valid in SET keep their bytes. Joliet and UDF names are Unicode and not affected.
    #[arg(long, value_name = "SET", value_parser = word::<Charset>, hide_short_help = true, help_heading = READ)]
    pub charset: Option<Charset>,
}

const READ: &str = "What to read";

/// A word that an option takes: what parses into one can be a value of [`word`].
pub trait Word: FromStr<Err = Error> + Clone + Send + Sync + 'static {}

impl<W: FromStr<Err = Error> + Clone + Send + Sync + 'static> Word for W {}

/// Reads a word of the command line, for clap.
///
/// # Errors
/// What is wrong with it.
pub fn word<W: Word>(text: &str) -> Result<W, String> {
    text.parse().map_err(|error: Error| error.to_string())
}

/// Whether operands can be patterns.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct LiteralFlags {
    /// Take every PATH as it stands, never as a pattern
    ///
    /// Even without this option, a PATH that exists in the image is never a pattern.
    #[arg(long, hide_short_help = true, help_heading = READ)]
    pub literal: bool,
}

/// Whether notes are printed on standard error.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct VerboseFlags {
    /// Also print notes: what was chosen, tolerated or changed
    #[arg(short, long)]
    pub verbose: bool,
}

/// How much is printed on standard error.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct VerbosityFlags {
    /// Whether notes are.
    #[command(flatten)]
    pub notes: VerboseFlags,

    /// Print errors only
    #[arg(short, long)]
    pub quiet: bool,
}

/// The long help of `--verbose` of the tools that read files of an image.
pub const VERBOSE_READING: &str = "\
Also print notes: what was chosen, tolerated or changed

The notes tell how the trees of the image differ in the files and directories they contain. The trees of an image that
comes through a pipe are not compared.";

/// Whether progress is shown.
#[derive(Debug, Clone, Copy, Args)]
pub struct ProgressFlags {
    /// Show progress on standard error: auto (default: on a terminal, after half a second), always or never
    #[arg(long, value_name = "WHEN", default_value = "auto", num_args = 0..=1, require_equals = true,
          default_missing_value = "always", hide_default_value = true, hide_possible_values = true,
          hide_short_help = true)]
    pub progress: When,
}

impl ProgressFlags {
    /// The progress of a run over `total` bytes of what has this `name`, or of one whose end is not known.
    pub fn start<'r>(&self, name: &str, total: Option<u64>, report: &'r Report) -> Progress<'r> {
        Progress::new(self.progress, name, total, report)
    }
}

/// How many threads work.
#[derive(Debug, Clone, Copy, Args)]
pub struct ThreadsFlags {
    /// Threads to use [default: one per processor]
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

impl ThreadsFlags {
    /// As asked for, else one for each processor; at least 1.
    pub fn count(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(processors, usize::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[derive(Debug, Parser)]
    struct Tool {
        #[command(flatten)]
        output: OutputFlags,
        #[command(flatten)]
        progress: ProgressFlags,
        input: Option<PathBuf>,
    }

    #[test]
    fn progress_takes_its_value_only_with_an_equals_sign() {
        Tool::command().debug_assert();
        let parse = |line: &str| Tool::try_parse_from(line.split(' ')).expect("legal");
        assert_eq!(parse("tool x").progress.progress, When::Auto);
        let tool = parse("tool --progress x -o y --sync");
        assert_eq!((tool.progress.progress, tool.input), (When::Always, Some("x".into())));
        assert_eq!((tool.output.output, tool.output.sync), (Some("y".into()), true));
        assert_eq!(parse("tool --progress=never").progress.progress, When::Never);
    }
}
