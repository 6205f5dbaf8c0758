//! What is asked for: plain values, which know neither options nor their spelling.

use isokit_cli::when::When;
use isokit_containers::{Format, Options};
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Debug)]
pub(crate) struct Request {
    /// What the inputs are read as; `None`: what they begin like.
    pub from: Option<Format>,
    pub options: Options,
    pub task: Task,
    pub manner: Manner,
}

#[derive(Debug)]
pub(crate) enum Task {
    /// These inputs are decompressed, and nothing is kept.
    Check(Vec<OsString>),
    /// One input is converted.
    Convert(Conversion),
}

#[derive(Debug)]
pub(crate) struct Conversion {
    /// The file it is in; `-` is standard input.
    pub input: OsString,
    pub to: Format,
    /// `None` is standard output.
    pub output: Option<PathBuf>,
    /// The output is on the disk before it appears.
    pub sync: bool,
    /// Zeros become holes of the output, and holes of a raw input are not read.
    pub sparse: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Print notes: formats, sizes and what was compared.
    pub verbose: bool,
    /// Print no warnings; failures are printed all the same.
    pub quiet: bool,
    pub progress: When,
}
