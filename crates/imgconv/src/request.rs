//! What is asked for: plain values, which know neither options nor their spelling.

use isokit_cli::when::When;
use isokit_containers::{Format, Options};
use std::ffi::OsString;
use std::path::PathBuf;

/// Inputs, and what is to be done with them.
#[derive(Debug)]
pub(crate) struct Request {
    /// What the inputs are read as; `None`: what they begin like.
    pub from: Option<Format>,
    /// How they are read and the output is made.
    pub options: Options,
    /// What is to be done.
    pub task: Task,
    /// How it is told of.
    pub manner: Manner,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Task {
    /// These inputs are decompressed, and nothing is kept.
    Check(Vec<OsString>),
    /// One input is converted.
    Convert(Conversion),
}

/// A conversion.
#[derive(Debug)]
pub(crate) struct Conversion {
    /// The input; `-` is standard input.
    pub input: OsString,
    /// What it becomes.
    pub to: Format,
    /// Where it goes; `None` is standard output.
    pub output: Option<PathBuf>,
    /// The output is on the disk before it appears.
    pub sync: bool,
    /// Zeros become holes.
    pub sparse: bool,
}

/// How work is told of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Notes are printed.
    pub verbose: bool,
    /// Warnings are not.
    pub quiet: bool,
    /// Progress is shown.
    pub progress: When,
}
