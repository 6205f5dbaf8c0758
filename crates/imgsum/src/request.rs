//! What is asked for: plain values, which know neither options nor their spelling. The command line yields a [`Request`],
//! and summing and checking know nothing else.

use isokit_cli::when::When;
use isokit_core::image::Reading;
use isokit_digests::Algorithm;
use isokit_digests::line::Style;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub task: Task,
    pub manner: Manner,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// The digests of these operands, one at least, are printed.
    Sums { operands: Vec<OsString>, bytes: Bytes, lines: Lines },
    /// The digests of all files in an image are printed, in the order of the disc or in that of their paths.
    Files { of: Inside, in_disc_order: bool, lines: Lines },
    /// Standard input is copied to standard output, and its digests go to a file.
    Tee { sums: PathBuf, lines: Lines },
    /// The digests in lists are compared with those of what the lists name.
    Check(Check),
}

impl Task {
    /// The operands that are read; `-` is standard input.
    pub(crate) fn operands(&self) -> impl Iterator<Item = &OsStr> {
        let (several, one) = match self {
            Self::Sums { operands, .. } => (operands.as_slice(), None),
            Self::Files { of, .. } => (&[][..], Some(of.image.as_os_str())),
            Self::Tee { .. } => (&[][..], Some(OsStr::new("-"))),
            Self::Check(Check { lists, listed, .. }) => match listed {
                Listed::Files(_) => (lists.as_slice(), None),
                Listed::Inside(inside) => (lists.as_slice(), Some(inside.image.as_os_str())),
            },
        };
        several.iter().map(OsString::as_os_str).chain(one)
    }
}

/// Which bytes of a file are digested.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// All of the file, whether it is an image or not.
    All,
    /// The part of the file that an image takes.
    Part(Part),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The image, all that follows it in its partition or file included.
    pub reading: Reading,
    /// Without what follows it.
    pub volume: bool,
}

/// An image, of which the files are meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Inside {
    /// The file it is in; `-` is standard input.
    pub image: OsString,
    pub reading: Reading,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lines {
    /// One at least, each once, in the order in which their digests are printed.
    pub algorithms: Vec<Algorithm>,
    pub form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lines of a checksum list, one for each algorithm.
    List(Style),
    /// A line of JSON for each file, with all its digests.
    Json,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// The lists, one at least; `-` is standard input.
    pub lists: Vec<OsString>,
    pub listed: Listed,
    /// The algorithms their digests can be of; any if there is none here.
    pub algorithms: Vec<Algorithm>,
    /// Lines end with NUL for certain; else that is found out.
    pub zero: bool,
    /// Files that do not exist are no failures.
    pub ignore_missing: bool,
    /// Lines that are malformed are failures.
    pub strict: bool,
    pub told: Told,
}

/// What the names in a list are names of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// Files, of which these bytes count.
    Files(Bytes),
    /// Files in an image; there is one list only then.
    Inside(Inside),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// What was verified, too.
    Verified,
    /// As [`Told::Verified`]; and of each malformed line, where it is.
    Malformed,
    /// Only the failures.
    Failures,
    /// Not even the failures, unless they are those of the system.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    /// At least 1.
    pub threads: usize,
    pub progress: When,
    /// Print notes: deviations that were tolerated.
    pub verbose: bool,
    /// Print no warnings; failures are printed all the same.
    pub quiet: bool,
}
