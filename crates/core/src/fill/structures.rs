//! The bytes of structures, put as they are made.

use super::jobs::BATCH;
use super::planned::Put;
use crate::number::{narrow, wide};
use std::fmt;
use std::io;

/// The bytes of structures that were made and not put yet.
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

impl<'p, 'q> Pieces<'p, 'q> {
    /// From byte `start` of the image on, to `put`.
    pub fn new(start: u64, put: &'p mut Put<'q>) -> Self {
        Self { start, buffer: Vec::new(), put }
    }

    /// Puts the rest; absolute byte offset of what follows it.
    ///
    /// # Errors
    /// Those of `put`.
    pub fn finish(mut self) -> io::Result<u64> {
        let end = self.end();
        (self.put)(&mut self.buffer).map(|()| end)
    }

    /// Only to be appended to: what is in it was made before.
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
    ///
    /// # Errors
    /// Those of `put`.
    pub fn pad_to(&mut self, end: u64) -> io::Result<()> {
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
