//! Flags on what is taken in.

use crate::collect::{Attributes, Follow};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

/// What is taken in.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Inputs {
    /// Take in the files named in FILE (- for standard input), each under its own path
    ///
    /// One name a line, relative to the working directory. Nothing below a directory is taken in unless it is named
    /// too, as with cpio. Directories on the way that are not named get mode 0755 and the volume's date.
    #[arg(long, value_name = "FILE")]
    pub files_from: Option<PathBuf>,

    /// Names in --files-from end in NUL, not newline
    #[arg(short = '0', long, requires = "files_from")]
    pub null: bool,

    /// Leave out what matches GLOB in the image, and all below it
    ///
    /// As a line of a gitignore(5) file: !GLOB takes in again what an earlier pattern left out, and the last pattern
    /// that matches decides. May be given several times.
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub exclude: Vec<OsString>,

    /// Leave out files and directories whose name, where they come from, matches GLOB
    ///
    /// The rule of mkisofs -m: the name alone counts, * matches everything in it, nothing is taken in again.
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub exclude_leaf: Vec<OsString>,

    /// Read patterns as of --exclude from FILE, one a line, # for comments
    ///
    /// They come before those of --exclude, which so have the last word.
    #[arg(long, value_name = "FILE")]
    pub exclude_from: Vec<PathBuf>,

    /// Follow all symbolic links
    ///
    /// A link that leads nowhere or to a directory above itself stays a link.
    #[arg(short = 'L', long, overrides_with = "dereference_args")]
    pub dereference: bool,

    /// Follow symbolic links given as SOURCE
    ///
    /// Links to directories given as SOURCE are followed in any case.
    #[arg(short = 'H', long, overrides_with = "dereference")]
    pub dereference_args: bool,

    /// Record extended attributes and ACLs: those of users, or any
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "user")]
    pub xattr: Option<Attributes>,

    /// Store identical contents once
    ///
    /// Files of equal size are read before the image is written, to compare them. Hard links are stored once in any
    /// case.
    #[arg(long)]
    pub dedup: bool,
}

impl Inputs {
    /// Which links are followed.
    pub(crate) fn follow(&self) -> Follow {
        match (self.dereference, self.dereference_args) {
            (true, _) => Follow::All,
            (_, true) => Follow::Operands,
            _ => Follow::None,
        }
    }
}
