//! The bytes of one directory, record after record, a piece at a time.

use super::layout::SECTOR;
use super::record::Record;
use super::space::Space;
use crate::error::Result;
use crate::number::{narrow, wide};
use crate::source::Source;
use crate::tree::Extent;
use std::sync::{Mutex, PoisonError};

/// Bytes of a directory held at once: a multiple of a sector, which no record crosses.
const PIECE: u64 = 1 << 16;

/// Buffers kept for the next directory. More are only in use at once while a deep path is walked.
const KEPT_BUFFERS: usize = 32;

/// The buffers of directories that were read.
#[derive(Debug, Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn keep(&self, buffer: Vec<u8>) {
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buffers.len() < KEPT_BUFFERS {
            buffers.push(buffer);
        }
    }
}

/// A position in the records of a directory.
#[derive(Debug)]
pub(super) struct Records<'t> {
    source: &'t dyn Source,
    buffers: &'t Buffers,
    block_size: u64,
    /// What is not read yet, next first.
    extents: std::vec::IntoIter<Extent>,
    extent: Extent,
    /// Grows to the largest piece seen and is never cleared: zeroing what is read over at once costs as much as reading.
    buffer: Vec<u8>,
    /// Bytes of the buffer that hold records.
    filled: usize,
    /// Byte of the source at which the buffer starts.
    buffer_at: u64,
    position: usize,
}

impl Drop for Records<'_> {
    fn drop(&mut self) {
        self.buffers.keep(std::mem::take(&mut self.buffer));
    }
}

impl<'t> Records<'t> {
    /// The records in `extents`, read into one of `buffers`, which gets it back.
    pub(super) fn new(space: &'t Space<'_>, buffers: &'t Buffers, extents: Vec<Extent>) -> Self {
        Self {
            source: space.source,
            buffers,
            block_size: space.block,
            extents: extents.into_iter(),
            extent: Extent::recorded(0, 0),
            buffer: buffers.take(),
            filled: 0,
            buffer_at: 0,
            position: 0,
        }
    }

    /// Moves to the next record, which is the current one if that was not passed; `false` at the end.
    ///
    /// # Errors
    /// [`crate::error::Problem::Truncated`] at the first missing byte: what is there has been read by then.
    pub(super) fn seek(&mut self) -> Result<bool> {
        loop {
            match self.bytes().get(self.position).copied() {
                Some(0) => self.skip_to_boundary(self.block_size),
                Some(_) => return Ok(true),
                None if !self.fill()? => return Ok(false),
                None => {}
            }
        }
    }

    /// The record at the current position.
    pub(super) fn record(&self) -> Result<Record<'_>> {
        let end = self.boundary(SECTOR);
        let bytes = self.bytes().get(self.position..end).unwrap_or_default();
        let at = self.buffer_at.saturating_add(wide(self.position));
        Record::parse(bytes, self.source.origin().saturating_add(at))
    }

    /// Passes over a record of `length` bytes.
    pub(super) fn pass(&mut self, length: usize) {
        self.position = self.position.saturating_add(length);
    }

    /// Passes over the rest of a sector in which a record is damaged: its length cannot be trusted.
    pub(super) fn pass_sector(&mut self) {
        self.skip_to_boundary(SECTOR);
    }

    /// Passes over all that is left.
    pub(super) fn pass_all(&mut self) {
        self.position = self.filled;
        self.extent.length = 0;
        self.extents = Vec::new().into_iter();
    }

    fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// The first position behind the current one that is a multiple of `unit`, or the end of the buffer.
    fn boundary(&self, unit: u64) -> usize {
        let next = (wide(self.position) / unit).saturating_add(1).saturating_mul(unit);
        narrow(next).min(self.filled)
    }

    fn skip_to_boundary(&mut self, unit: u64) {
        self.position = self.boundary(unit);
    }

    /// Reads the next piece; `false` when there is none. Of a piece that cannot be read it gives what comes before the
    /// damage, then passes over the damaged sector.
    fn fill(&mut self) -> Result<bool> {
        while self.extent.length == 0 {
            match self.extents.next() {
                Some(extent) => self.extent = extent,
                None => return Ok(false),
            }
        }
        let at = self.extent.offset.unwrap_or_default();
        let length = self.extent.length.min(PIECE);
        if self.buffer.len() < narrow(length) {
            self.buffer.resize(narrow(length), 0);
        }
        let sector = length.min(SECTOR);
        let [piece, first] = [length, sector].map(|length| ..narrow(length));
        self.position = 0;
        self.filled = 0;
        self.buffer_at = at;
        let mut read = |part| self.source.read_some(at, self.buffer.get_mut(part).unwrap_or_default());
        let have = match read(piece) {
            Err(error) if error.is_damage() => read(first),
            whole => whole,
        };
        let have = match have {
            Ok(have) => have,
            Err(error) if error.is_damage() => {
                self.advance(sector);
                return Err(error);
            }
            Err(error) => {
                self.pass_all();
                return Err(error);
            }
        };
        self.filled = have;
        if have == 0 {
            let missing = self.extent.length;
            self.pass_all();
            return Err(self.source.ends(at, 0, missing));
        }
        self.advance(wide(have));
        Ok(true)
    }

    fn advance(&mut self, bytes: u64) {
        let at = self.extent.offset.unwrap_or_default();
        self.extent = Extent::recorded(at.saturating_add(bytes), self.extent.length.saturating_sub(bytes));
    }
}
