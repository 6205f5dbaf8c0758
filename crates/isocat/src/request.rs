//! What is asked for: plain values, which know neither options nor their spelling. The command line yields a [`Request`],
//! and selecting and writing know nothing else.

use crate::operands::Operand;
use crate::range::ByteRange;
use isokit_cli::when::When;
use isokit_core::image::Reading;
use std::ffi::OsString;
use std::path::PathBuf;

/// What is to be written of an image, and where to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The file it is in; `-` is standard input.
    pub image: OsString,
    /// Which image of that is read.
    pub reading: Reading,
    pub what: What,
    /// The list that operands in `what` came from: an input, too.
    pub list: Option<OsString>,
    pub output: Output,
    pub manner: Manner,
}

/// What is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Contents, one after the other; of a single file perhaps a range.
    Contents(Vec<Operand>, Option<ByteRange>),
    /// An archive of these, or of everything.
    Tar(Vec<Operand>),
    /// A boot image, counted from 1.
    BootImage(usize),
    /// The boot catalog.
    BootCatalog,
    /// The system area.
    SystemArea,
    /// All bytes of the partition.
    Partition,
}

/// Where it goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// The file; `None` for standard output.
    pub file: Option<PathBuf>,
    /// It is flushed to the disk.
    pub sync: bool,
}

/// How the work is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    /// When progress is shown.
    pub progress: When,
    /// Notes are printed.
    pub verbose: bool,
    /// Warnings are not.
    pub quiet: bool,
}
