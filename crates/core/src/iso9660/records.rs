//! The bytes of one directory, record after record, a piece at a time.

use super::layout::{DIRECTORY, DIRECTORY_RECORD, SECTOR};
use super::record::Record;
use super::space::Space;
use crate::error::{Error, Location, Result};
use crate::number::{is_zero, narrow, wide};
use crate::tree::Extent;
use std::sync::{Mutex, PoisonError};

/// Bytes of a directory read at once: a multiple of a sector, which no record should cross.
const PIECE: u64 = 1 << 16;

/// Bytes of a record before the length of its identifier (ECMA-119 9.1).
const IDENTIFIER_LENGTH: usize = 32;

/// Buffers kept for the next directory. More are only in use at once while a deep path is walked.
const KEPT_BUFFERS: usize = 32;

/// The buffers of directories that were read, kept for those that are read next.
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
    space: &'t Space<'t>,
    /// Where the source begins: every record is told where it lies, and few need it.
    origin: Location,
    buffers: &'t Buffers,
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
    /// What lies behind its end was looked at.
    is_lengthened: bool,
    /// Byte of the source of the first sector without a record, if another may follow that has some.
    empty: Option<u64>,
}

impl Drop for Records<'_> {
    fn drop(&mut self) {
        self.buffers.keep(std::mem::take(&mut self.buffer));
    }
}

impl<'t> Records<'t> {
    /// The records in `extents`, read into one of `buffers`, which gets it back.
    pub(super) fn new(space: &'t Space<'t>, buffers: &'t Buffers, extents: Vec<Extent>) -> Self {
        Self {
            space,
            origin: space.source.location(0),
            buffers,
            extents: extents.into_iter(),
            extent: Extent::recorded(0, 0),
            buffer: buffers.take(),
            filled: 0,
            buffer_at: 0,
            position: 0,
            is_lengthened: false,
            empty: None,
        }
    }

    /// Moves to the next record, which is the current one if that was not passed; `false` at the end.
    ///
    /// # Errors
    /// `Problem::Ends` at the first missing byte: what is there has been read by then. `Problem::OutOfRange` once
    /// for sectors without records before others, which no writer leaves: what was in them is lost.
    pub(super) fn seek(&mut self) -> Result<bool> {
        loop {
            match self.bytes().get(self.position).copied() {
                Some(0) => {
                    self.see_empty();
                    let from = self.position;
                    self.skip_to_boundary(self.space.block);
                    if let Some(next) = self.next_certain(from, self.position) {
                        self.position = next;
                        self.empty = None;
                        return Err(self.broken_off(from));
                    }
                }
                Some(length) if self.is_cut(length) => self.read_on()?,
                Some(_) => return self.empty.take().map_or(Ok(true), |at| Err(self.lost(at))),
                None if !self.next_piece()? && !self.goes_on()? => {
                    self.note_trailing();
                    return Ok(false);
                }
                None => {}
            }
        }
    }

    /// Whether records without doubt lie in the rest of the last sector, behind the end of the directory: its length is that
    /// of whole sectors (ECMA-119 6.8.1.3), and where it is not, it may be wrong. They are read next.
    fn goes_on(&mut self) -> Result<bool> {
        let at = self.buffer_at.saturating_add(wide(self.filled));
        let rest = at.next_multiple_of(SECTOR).saturating_sub(at);
        if rest == 0 || self.filled == 0 || self.is_lengthened {
            return Ok(false);
        }
        self.is_lengthened = true;
        self.extent = Extent::recorded(at, rest);
        // What is not there ends the directory where it says that it ends.
        if self.fill(0).is_err() || !self.is_certain(0) {
            self.pass_all();
            return Ok(false);
        }
        let at = self.space.source.location(at);
        self.space.findings.note(at, DIRECTORY, "records follow its end in the same sector; they were read");
        Ok(true)
    }

    /// Where the first record begins that lies behind `from`, before `end`, and is one without doubt. A sector that is in
    /// order has zeros there (ECMA-119 6.8.1.1).
    fn next_certain(&self, from: usize, end: usize) -> Option<usize> {
        let first = from.saturating_add(1);
        if is_zero(self.bytes().get(first..end)?) {
            return None;
        }
        // Records have an even length.
        let odd = narrow(self.buffer_at % 2);
        (first..end).filter(|at| at.wrapping_add(odd).is_multiple_of(2)).find(|at| self.is_certain(*at))
    }

    /// Whether a record lies at `position` without doubt.
    fn is_certain(&self, position: usize) -> bool {
        let there = self.bytes().get(position..self.boundary(position, SECTOR)).unwrap_or_default();
        Record::parse(there, Location::default())
            .is_ok_and(|record| record.of(self.space.standard).is_certain())
    }

    /// The error of a record at `position` that has no length, though others follow in its sector.
    fn broken_off(&self, position: usize) -> Error {
        let limit = "at least 34, as other records follow in the sector";
        DIRECTORY_RECORD.at(self.location(position)).out_of_range("length of directory record", 0, limit)
    }

    /// Notes sectors without records behind all others: they may have been set aside, or lost.
    fn note_trailing(&mut self) {
        if let Some(at) = self.empty.take() {
            let at = self.space.source.location(at);
            self.space.findings.note(at, DIRECTORY, "its last sectors contain no records");
        }
    }

    /// Takes note of the sector that begins at the position, if one does, as one without records.
    fn see_empty(&mut self) {
        let at = self.buffer_at.saturating_add(wide(self.position));
        if at.is_multiple_of(SECTOR) {
            self.empty = self.empty.or(Some(at));
        }
    }

    /// The error of a sector at byte `at` of the source that has no records.
    fn lost(&self, at: u64) -> Error {
        let (field, limit) =
            ("number of directory records in the sector", "at least 1, as others follow in the next sectors");
        DIRECTORY.at(self.space.source.location(at)).out_of_range(field, 0, limit)
    }

    /// The record at the current position. One that crosses into the next sector is taken, with a finding, when it looks
    /// like a record there too: some writers let them, and other readers take them.
    ///
    /// # Errors
    /// As [`Record::parse`].
    pub(super) fn record(&self) -> Result<Record<'_>> {
        let from = self.position.min(self.filled);
        let at = self.location(from);
        let there = self.bytes().get(from..).unwrap_or_default();
        let in_sector = there.get(..self.boundary(from, SECTOR).saturating_sub(from)).unwrap_or(there);
        let length = usize::from(there.first().copied().unwrap_or_default());
        if length > in_sector.len()
            && let Ok(record) = Record::parse(there, at)
            && record.is_plausible()
        {
            self.space.note(at, "it crosses into the next sector; read anyway");
            return Ok(record.of(self.space.standard));
        }
        Record::parse_alone(in_sector, at, self.space.standard)
    }

    /// The identifier of the record behind the current one, of `length` bytes, where that was read already.
    pub(super) fn identifier_behind(&self, length: usize) -> Option<&[u8]> {
        let mut at = self.position.saturating_add(length);
        while *self.bytes().get(at)? == 0 {
            at = self.boundary(at, self.space.block);
        }
        let (length, rest) = self.bytes().get(at..)?.get(IDENTIFIER_LENGTH..)?.split_first()?;
        rest.get(..usize::from(*length))
    }

    /// For errors: where `position` of the buffer lies in the input.
    fn location(&self, position: usize) -> Location {
        self.origin.behind(self.buffer_at.saturating_add(wide(position)))
    }

    /// Byte of the source at which the current record begins.
    pub(super) fn at(&self) -> u64 {
        self.buffer_at.saturating_add(wide(self.position))
    }

    /// Moves to byte `at` of the source, at which a record begins, before any was read; `false` where that is not among the
    /// extents.
    pub(super) fn start_at(&mut self, at: u64) -> bool {
        for extent in self.extents.by_ref() {
            let start = extent.offset.unwrap_or_default();
            if let Some(into) = at.checked_sub(start).filter(|into| *into < extent.length) {
                self.extent = Extent::recorded(at, extent.length.saturating_sub(into));
                return true;
            }
        }
        false
    }

    /// Passes over a record of `length` bytes.
    pub(super) fn pass(&mut self, length: usize) {
        self.position = self.position.saturating_add(length);
    }

    /// Passes over a record that is damaged, so that its length cannot be trusted: up to one in its sector that is certain,
    /// or over all the rest of that.
    pub(super) fn pass_damaged(&mut self) {
        let from = self.position;
        self.skip_to_boundary(SECTOR);
        self.position = self.next_certain(from, self.position).unwrap_or(self.position);
    }

    /// Goes on for `more` bytes behind the last extent, which is being read.
    pub(super) fn lengthen(&mut self, more: u64) {
        self.extent.length = self.extent.length.saturating_add(more);
    }

    /// Passes over all that is left, as after damage that makes the rest worthless.
    pub(super) fn pass_all(&mut self) {
        self.position = self.filled;
        self.extent.length = 0;
        self.extents = Vec::new().into_iter();
    }

    fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// The first position behind `from` that is a multiple of `unit` on the disc, or the end of the buffer.
    fn boundary(&self, from: usize, unit: u64) -> usize {
        let at = self.buffer_at.saturating_add(wide(from));
        let next = (at / unit).saturating_add(1).saturating_mul(unit);
        narrow(next.saturating_sub(self.buffer_at)).min(self.filled)
    }

    fn skip_to_boundary(&mut self, unit: u64) {
        self.position = self.boundary(self.position, unit);
    }

    /// Whether a record of `length` bytes goes on in what is not read yet.
    fn is_cut(&self, length: u8) -> bool {
        self.extent.length > 0 && self.position.saturating_add(usize::from(length)) > self.filled
    }

    /// Reads the next piece behind what is left of this one.
    fn read_on(&mut self) -> Result<()> {
        let left = self.position.min(self.filled)..self.filled;
        let kept = left.len();
        let at = self.buffer_at.saturating_add(wide(left.start));
        self.buffer.copy_within(left, 0);
        self.fill(kept)?;
        self.buffer_at = at;
        Ok(())
    }

    /// Reads the next piece of the extent to `from` in the buffer. Of one that cannot be read it gives what comes before
    /// the damage, then passes over the damaged sector.
    fn fill(&mut self, from: usize) -> Result<()> {
        let at = self.extent.offset.unwrap_or_default();
        let length = self.extent.length.min(PIECE);
        let end = from.saturating_add(narrow(length));
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        let sector = length.min(SECTOR);
        let [piece, first] = [length, sector].map(|length| from..from.saturating_add(narrow(length)));
        self.position = 0;
        self.filled = 0;
        self.buffer_at = at;
        let source = self.space.source;
        let mut read = |part| source.read_some(at, self.buffer.get_mut(part).unwrap_or_default());
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
        if have == 0 {
            let missing = self.extent.length;
            self.pass_all();
            return Err(source.ends(at, 0, missing));
        }
        self.filled = from.saturating_add(have);
        self.advance(wide(have));
        Ok(())
    }

    /// Reads the next piece; `false` when there is none.
    fn next_piece(&mut self) -> Result<bool> {
        while self.extent.length == 0 {
            match self.extents.next() {
                Some(extent) => self.extent = extent,
                None => return Ok(false),
            }
        }
        self.fill(0).map(|()| true)
    }

    fn advance(&mut self, bytes: u64) {
        let at = self.extent.offset.unwrap_or_default();
        self.extent = Extent::recorded(at.saturating_add(bytes), self.extent.length.saturating_sub(bytes));
    }
}
