//! Errors that know where: which byte, which structure, what was found and what was expected.

use std::io;

mod advice;
mod subject;

pub use advice::{Advice, Place, Told};
pub use subject::{Location, Structure, Subject};

/// The result of anything that touches an image.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Eight sentences to a user: the input is damaged, we do not do that, it is something else, the system failed, it is not there,
/// it cannot be read in this way, it is too much, it was asked for wrongly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The image breaks its standard at a known place.
    #[error(transparent)]
    Corrupt(#[from] Box<Corrupt>),
    /// The image uses something that is legal and not supported here.
    #[error(transparent)]
    Unsupported(#[from] Box<Unsupported>),
    /// The input is not what it was taken for.
    #[error(transparent)]
    Foreign(#[from] Box<Told>),
    /// The operating system refused or failed: a full disk, a missing permission.
    #[error(transparent)]
    Io(#[from] Box<IoError>),
    /// A path, session, partition or boot entry that was asked for does not exist.
    #[error(transparent)]
    NotFound(#[from] Box<NotFound>),
    /// What is there cannot be read, or written, in the way that it has to be: a directory, a terminal, a pipe whose bytes have
    /// passed.
    #[error("{0}")]
    Unreadable(String),
    /// It is more than the format can record, or than can be numbered here.
    #[error("{0}")]
    TooLarge(String),
    /// The request contradicts itself or what it is about: another one would do.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// An operating system error while doing `action`, e.g. `read 2048 bytes at byte 0x8000`.
    pub fn io(action: impl Into<String>, source: io::Error) -> Self {
        Self::Io(Box::new(IoError { action: Some(action.into()), source }))
    }

    /// An operating system error that says enough beside the name of what it is about, e.g. `No such file or directory`.
    pub fn system(source: io::Error) -> Self {
        Self::Io(Box::new(IoError { action: None, source }))
    }

    /// The input is something else, of which `sentence` tells.
    pub fn foreign(sentence: impl Into<String>, advice: Option<Advice>) -> Self {
        Self::Foreign(Box::new(Told::new(sentence, advice)))
    }

    /// Something that was asked for and is not in the image.
    pub fn not_found(what: impl Into<String>, problem: &'static str) -> Self {
        Self::NotFound(Box::new(NotFound { what: what.into(), problem, advice: None }))
    }

    /// What a user may do about it.
    pub fn advice(&self) -> Option<&Advice> {
        match self {
            Self::Foreign(told) => told.advice.as_ref(),
            Self::NotFound(missing) => missing.advice.as_ref(),
            _ => None,
        }
    }

    /// The kind of the operating system error inside, if that is what this is.
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match self {
            Self::Io(error) => Some(error.source.kind()),
            _ => None,
        }
    }

    /// Whether the input ended before the structure did.
    pub fn is_truncation(&self) -> bool {
        matches!(self, Self::Corrupt(error) if error.problem.is_truncation())
    }

    /// Whether what is there is wrong, or the medium does not give it any more: a copy elsewhere is worth a look, and what
    /// else is to be read can be. False where the input ends, the system failed, or what is there is not supported.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Corrupt(_)) && !self.is_truncation()
    }

    /// The same, of an input whose sectors have `size` bytes.
    #[must_use]
    pub(crate) fn in_sectors(mut self, size: u32) -> Self {
        if let Self::Corrupt(error) = &mut self {
            error.at = error.at.in_sectors_of(size);
            if let Problem::Behind { end, .. } = &mut error.problem {
                *end = end.in_sectors_of(size);
            }
        }
        self
    }

    /// The same about a structure that has a copy, which cannot be read because of `copy`.
    #[must_use]
    pub(crate) fn with_copy(self, copy: &Self) -> Self {
        match self {
            Self::Corrupt(error) => {
                let Corrupt { at, what, problem } = *error;
                let problem = Problem::Copies { problem: Box::new(problem), copy: copy.to_string() };
                Self::Corrupt(Box::new(Corrupt { at, what, problem }))
            }
            error => error,
        }
    }
}

/// Something that was asked for and does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {problem}")]
pub struct NotFound {
    /// What was asked for, as the user wrote it.
    pub what: String,
    /// Why it cannot be found, e.g. `no such file in the image`.
    pub problem: &'static str,
    /// Where it may be, if that is known.
    pub advice: Option<Advice>,
}

/// An operating system error and what was being done.
#[derive(Debug, thiserror::Error)]
#[error("{}{}", action.as_ref().map_or_else(String::new, |action| format!("{action}: ")), reason(source))]
pub struct IoError {
    /// What was being done, in the imperative, with its numbers, where that has to be said.
    pub action: Option<String>,
    /// The cause, with its number.
    pub source: io::Error,
}

/// The system's message without Rust's `(os error N)` tail, which says nothing to a user of a filter.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// A structure that breaks its standard: where, what, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {what}: {problem}")]
pub struct Corrupt {
    /// Where the structure begins, or the field that is wrong.
    pub at: Location,
    /// The structure that lies there, which the message names.
    pub what: Structure,
    /// What is wrong with it; also says whether a copy is worth a look.
    pub problem: Problem,
}

/// Something legal that is not supported, and the clause that allows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {what}: {feature} is not supported ({})", what.clause)]
pub struct Unsupported {
    /// Where the structure begins.
    pub at: Location,
    /// The structure that asks for it, whose clause the message names.
    pub what: Structure,
    /// In words that "is not supported" can follow.
    pub feature: String,
}

/// What can be wrong with a structure. One small set for all formats.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The input ends inside the structure.
    #[error("truncated: {} needed, {have} there", bytes(*need))]
    Truncated {
        /// Bytes the structure needs.
        need: u64,
        /// Bytes that are there.
        have: u64,
    },
    /// The input ends inside what is to be read: it was cut, or the length is wrong.
    #[error("ends here; {} needed", more(*need))]
    Ends {
        /// Bytes that are missing.
        need: u64,
    },
    /// The input ends before the place at which the structure would begin: the address is wrong, or the input was cut.
    #[error("ends at {end}, before the {} needed here", bytes(*need))]
    Behind {
        /// Where the input ends.
        end: Location,
        /// Bytes the structure needs.
        need: u64,
    },
    /// The medium does not give the bytes any more.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// The system's words, without its number.
        reason: String,
    },
    /// A fixed identifier is something else.
    #[error("{field} is {}, expected {}", text(got), text(want))]
    Magic {
        /// The field, in the standard's words.
        field: &'static str,
        /// What the standard demands.
        want: Vec<u8>,
        /// What is there.
        got: Vec<u8>,
    },
    /// A checksum does not match.
    #[error("{field} is {got:#x}, computed {want:#x}")]
    Checksum {
        /// The field, in the standard's words.
        field: &'static str,
        /// Computed over the data.
        want: u64,
        /// Recorded in the image.
        got: u64,
    },
    /// A number is outside what the standard, or the input's size, allows.
    #[error("{field} is {got}, expected {limit}")]
    OutOfRange {
        /// The field, in the standard's words.
        field: &'static str,
        /// What is there.
        got: u64,
        /// What is allowed, in words: `at most 255`, `2048, 1024 or 512`.
        limit: String,
    },
    /// Something that has to be there is not.
    #[error("{field} is missing")]
    Missing {
        /// What it is, in the standard's words.
        field: &'static str,
    },
    /// Two structures have bytes in common that cannot.
    #[error("its extent overlaps that of {with}")]
    Overlap {
        /// The other structure.
        with: &'static str,
    },
    /// Compressed data that its method cannot decode.
    #[error("{method} data is damaged")]
    Undecodable {
        /// The method, e.g. `zlib`.
        method: &'static str,
    },
    /// A structure leads back to itself.
    #[error("loop: {via} leads back to a place already visited")]
    Loop {
        /// The field or structure that closes the loop.
        via: &'static str,
    },
    /// A structure that is recorded twice is damaged in both places.
    #[error("{problem}; its copy is damaged, too ({copy})")]
    Copies {
        /// What is wrong with the first.
        problem: Box<Problem>,
        /// What is wrong with the other, in words.
        copy: String,
    },
    /// Text that is not legal in its field.
    #[error("{field} is not legal text: {}", text(bytes))]
    Text {
        /// The field, in the standard's words.
        field: &'static str,
        /// The bytes found.
        bytes: Vec<u8>,
    },
}

impl Problem {
    fn is_truncation(&self) -> bool {
        match self {
            Self::Truncated { .. } | Self::Ends { .. } | Self::Behind { .. } => true,
            Self::Copies { problem, .. } => problem.is_truncation(),
            _ => false,
        }
    }
}

/// A number of bytes for a message.
fn bytes(count: u64) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

/// A number of bytes beyond those there are, for a message.
fn more(count: u64) -> String {
    if count == 1 { "1 more byte is".to_owned() } else { format!("{count} more bytes are") }
}

/// Bytes for a message: quoted ASCII with everything else escaped.
fn text(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrupt_names_byte_sector_structure_found_and_expected() {
        let error = Corrupt {
            at: Location::in_sectors(0x8800, 2048),
            what: Structure::new("volume descriptor", "ECMA-119 8.1"),
            problem: Problem::Magic { field: "identifier", want: b"CD001".into(), got: b"CD002".into() },
        };
        assert_eq!(
            error.to_string(),
            r#"byte 0x8800 (sector 17): volume descriptor: identifier is "CD002", expected "CD001""#
        );
    }

    #[test]
    fn io_errors_do_not_show_rust_errno_tails() {
        let error = Error::io("read", io::Error::from_raw_os_error(5));
        assert_eq!(error.to_string(), "read: Input/output error");
        let error = Error::system(io::Error::from_raw_os_error(2));
        assert_eq!(error.to_string(), "No such file or directory");
        assert_eq!(error.io_kind(), Some(io::ErrorKind::NotFound));
    }
}
