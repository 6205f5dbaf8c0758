//! The structures of one part of an image, one after another.

use super::{BATCH, Layout, Part, Put};
use crate::number::{narrow, wide};
use std::fmt;
use std::io;
use std::ops::Range;

/// Absolute byte offsets of a part: of its first byte, and of the first behind it.
pub(super) fn range_of<L: Layout + ?Sized>(layout: &L, part: Part) -> Range<u64> {
    match part {
        Part::Front => {
            let first = layout.contents().first();
            0..first.map_or_else(|| layout.contents_end(), |first| layout.content_at(*first))
        }
        Part::Back => layout.contents_end()..layout.size(),
    }
}

/// Gives the bytes of `part` to `put`: those that `emit` appends for each of `structures`, which come in the order of the
/// medium, each with the absolute byte offset of its first, and zeros before and between them.
///
/// # Errors
/// Those of `put` and `emit`.
pub fn put_structures<L: Layout, S>(
    layout: &L,
    part: Part,
    structures: impl Iterator<Item = (u64, S)>,
    put: &mut Put<'_>,
    mut emit: impl FnMut(S, &mut Pieces<'_, '_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = Pieces { start: range_of(layout, part).start, buffer: Vec::new(), put };
    for (at, structure) in structures {
        out.pad_to(at)?;
        emit(structure, &mut out)?;
    }
    (out.put)(&mut out.buffer)
}

/// What was made and not put yet.
pub struct Pieces<'p, 'q> {
    /// Absolute byte offset of the first byte in the buffer.
    start: u64,
    buffer: Vec<u8>,
    put: &'p mut Put<'q>,
}

impl fmt::Debug for Pieces<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces").field("start", &self.start).finish_non_exhaustive()
    }
}

impl Pieces<'_, '_> {
    /// To append bytes to.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Absolute byte offset of what follows the bytes made so far.
    pub fn end(&self) -> u64 {
        self.start.saturating_add(wide(self.buffer.len()))
    }

    /// Puts the bytes made so far if they are enough for a system call: for structures of many bytes.
    ///
    /// # Errors
    /// Those of `put`.
    pub fn spill(&mut self) -> io::Result<()> {
        if wide(self.buffer.len()) < BATCH {
            return Ok(());
        }
        self.start = self.end();
        (self.put)(&mut self.buffer)
    }

    /// Appends zeros up to byte `end` of the image, putting what is enough for a system call.
    fn pad_to(&mut self, end: u64) -> io::Result<()> {
        loop {
            let missing = end.saturating_sub(self.end());
            let room = BATCH.saturating_sub(wide(self.buffer.len()));
            self.buffer.resize(self.buffer.len() + narrow(missing.min(room)), 0);
            if missing < room {
                return Ok(());
            }
            self.spill()?;
        }
    }
}
