//! Flags on what comes out.

use clap::Args;
use isokit_cli::flags::{OutputFlags, ProgressFlags, ThreadsFlags, VerbosityFlags};
use std::path::PathBuf;

/// What comes out.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Outputs {
    #[command(flatten)]
    pub to: OutputFlags,

    #[command(flatten)]
    pub progress: ProgressFlags,

    #[command(flatten)]
    pub threads: ThreadsFlags,

    /// Append 150 sectors of zeros, which some drives need
    #[arg(long, hide_short_help = true)]
    pub pad: bool,

    /// Print the exact size of the image in bytes; write nothing
    ///
    /// Contents are read only to compare them (--dedup) or because a tar stream contains them.
    #[arg(long, hide_short_help = true, conflicts_with_all = ["map", "sums", "depfile"])]
    pub print_size: bool,

    /// Print the layout of the image; write nothing
    #[arg(long, hide_short_help = true, conflicts_with_all = ["sums", "depfile"])]
    pub map: bool,

    /// Also write the SHA-256 of every file to FILE
    ///
    /// Lines are those of sha256sum. Paths are those in the image, without a leading slash, so that `sha256sum -c` finds them where the image is
    /// mounted or extracted.
    #[arg(long, value_name = "FILE")]
    pub sums: Option<PathBuf>,

    /// Also write to FILE a make(1) rule that lists all inputs
    #[arg(long, value_name = "FILE", requires = "output")]
    pub depfile: Option<PathBuf>,

    #[command(flatten)]
    pub verbosity: VerbosityFlags,
}
