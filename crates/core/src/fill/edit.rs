//! Bytes of an image that is there already, and become others.

use crate::source::Source;
use crate::tree::Time;

/// Bytes at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edit {
    /// Byte of the source at which they lie.
    pub(crate) at: u64,
    /// What they become.
    pub(crate) bytes: Vec<u8>,
}

/// What the content of a file that is there already becomes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewContent<'a> {
    /// Bytes of it.
    pub(crate) length: u64,
    /// The time that is recorded as that of its last change.
    pub(crate) modified: Time,
    /// The bytes themselves, for what is recorded among structures.
    pub(crate) source: &'a dyn Source,
}
