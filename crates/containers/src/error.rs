//! What can go wrong while bytes are converted, and whose fault it is.

use isokit_core::error::reason;
use std::io;

/// Of a step of a conversion.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a conversion ended early. Bytes count from the beginning of the input, as it was opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The compressed input breaks its format at a known byte.
    #[error("byte {at:#x}: {what}: {problem}")]
    Damaged {
        /// Byte offset in the compressed input.
        at: u64,
        /// The structure that lies there, in the format's own words.
        what: &'static str,
        /// A clause for the end of the message.
        problem: String,
    },
    /// The input goes on behind its last part.
    #[error("byte {at:#x}: {part}: trailing garbage: the bytes after the last {part} are not another one")]
    Trailing {
        /// Byte offset in the compressed input.
        at: u64,
        /// What its parts are in the format's own words: `member`, `frame`, `stream`.
        part: &'static str,
    },
    /// Decoding takes more memory than was allowed, and no more than can be.
    #[error("byte {at:#x}: {what}: its window of {window} is larger than {allowed}")]
    Window {
        /// Byte offset in the compressed input.
        at: u64,
        /// The structure that asks for it, in the format's own words.
        what: &'static str,
        /// What it asks for, in words with a unit.
        window: String,
        /// What was allowed, in words with a unit.
        allowed: String,
    },
    /// The raw bytes are not what is expected of them.
    #[error("{0}")]
    Unexpected(&'static str),
    /// The input could not be read; what was decoded before is put out.
    #[error("read at byte {at:#x}: {}", reason(source))]
    Input {
        /// Byte offset in the input.
        at: u64,
        /// Of the call that failed.
        source: io::Error,
    },
    /// The output could not be written.
    #[error("write: {}", reason(.0))]
    Output(io::Error),
    /// A codec could not be set up, e.g. for want of memory.
    #[error("{0}")]
    Codec(String),
    /// The other side of a pipeline has ended; its error is the one to tell.
    #[error("stopped")]
    Stopped,
}

impl Error {
    /// Damage at byte `at` of the compressed input.
    pub fn damaged(at: u64, what: &'static str, problem: impl Into<String>) -> Self {
        Self::Damaged { at, what, problem: problem.into() }
    }

    /// The input ends at byte `at`, inside `what`.
    pub fn truncated(at: u64, what: &'static str) -> Self {
        Self::damaged(at, what, "the input ends here, inside it")
    }

    /// Bytes from `at` on, behind the last `part` of the input, that are not another one.
    pub fn trailing(at: u64, part: &'static str) -> Self {
        Self::Trailing { at, part }
    }

    /// A stored checksum that is not the one of the data.
    pub fn checksum(at: u64, what: &'static str, field: &str, stored: u32, computed: u32) -> Self {
        Self::damaged(at, what, format!("{field} is {stored:#010x}, computed {computed:#010x}"))
    }

    /// Whether this is to be said of the output, not of the input.
    pub fn concerns_output(&self) -> bool {
        matches!(self, Self::Output(_))
    }
}
