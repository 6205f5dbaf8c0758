//! Flags on what comes out.

use clap::Args;
use isokit_cli::flags::{OutputFlags, ProgressFlags, ThreadsFlags};
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

    /// 150 sectors of zeros at the end, which some drives want
    #[arg(long)]
    pub pad: bool,

    /// Print the exact size of the image in bytes; write nothing
    ///
    /// No content is read, unless --dedup has to compare or a tar stream has to pass.
    #[arg(long, conflicts_with_all = ["map", "sums", "depfile"])]
    pub print_size: bool,

    /// Print where everything would lie in the image; write nothing
    #[arg(long, conflicts_with_all = ["sums", "depfile"])]
    pub map: bool,

    /// Write the SHA-256 of every file to FILE, as sha256sum does, while the image is written
    ///
    /// Paths are those in the image, without a leading slash, so that `sha256sum -c` finds them where the image is
    /// mounted or extracted.
    #[arg(long, value_name = "FILE")]
    pub sums: Option<PathBuf>,

    /// Write a rule for make(1) to FILE: the output depends on every file and directory that was taken in
    #[arg(long, value_name = "FILE", requires = "output")]
    pub depfile: Option<PathBuf>,

    /// Say what was renamed, merged or replaced
    #[arg(short, long)]
    pub verbose: bool,

    /// Keep back warnings
    #[arg(short, long)]
    pub quiet: bool,
}
