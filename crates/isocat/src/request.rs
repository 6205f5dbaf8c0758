//! What is asked for: plain values, which know neither options nor their spelling. The command line yields a [`Request`],
//! and selecting and writing know nothing else.

use crate::operands::Operand;
use crate::range::ByteRange;
use isokit_cli::when::When;
use isokit_core::image::Reading;
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The file it is in; `-` is standard input.
    pub image: OsString,
    pub reading: Reading,
    pub what: What,
    /// The list that operands in `what` came from: an input, too.
    pub list: Option<OsString>,
    pub output: Output,
    pub manner: Manner,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Contents, one after the other; of a single file perhaps a range.
    Contents(Vec<Operand>, Option<ByteRange>),
    /// An archive of these and all below them, or of everything where there are none.
    Tar(Vec<Operand>),
    /// A boot image, counted from 1.
    BootImage(usize),
    BootCatalog,
    SystemArea,
    /// All bytes of the partition or part of the file that [`Reading`] tells of.
    Partition,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// `None` for standard output.
    pub file: Option<PathBuf>,
    /// The output is on the disk before it appears under its name.
    pub sync: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    pub progress: When,
    /// Print notes: deviations that were tolerated.
    pub verbose: bool,
    /// Print no warnings; failures are printed all the same.
    pub quiet: bool,
}
