//! Bytes of contents that are not those of their origins.

use crate::number::narrow;
use crate::tree::build::ContentId;

/// Bytes of a content that are not those of its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The content, by which the filler looks for patches.
    pub content: ContentId,
    /// Byte offset in the content.
    pub at: u64,
    /// What the image has there, in place of the origin's bytes.
    pub bytes: Vec<u8>,
}

impl Patch {
    /// Puts as much of [`Patch::bytes`] as belongs there into `piece`, which begins at byte `start` of the content.
    pub fn apply(&self, start: u64, piece: &mut [u8]) {
        for (n, byte) in (self.at..).zip(&self.bytes) {
            let to = n.checked_sub(start).and_then(|n| piece.get_mut(narrow(n)));
            to.into_iter().for_each(|to| *to = *byte);
        }
    }
}
