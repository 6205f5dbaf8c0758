//! A bounded window into another source: a partition, a session, a boot image.

use super::{Access, Run, Source, moved};
use crate::error::{Error, Result};
use crate::number::narrow;
use std::ops::Range;

/// `length` bytes, or all there are, from byte `start` of `inner` on.
#[derive(Debug, Clone)]
pub struct Section<S> {
    inner: S,
    start: u64,
    length: Option<u64>,
}

impl<S: Source> Section<S> {
    /// A window that begins at byte `start` of `inner` and ends `length` bytes later, or where `inner` ends.
    ///
    /// # Errors
    /// [`Error::Usage`] when it would begin behind the end of `inner`.
    pub fn new(inner: S, start: u64, length: Option<u64>) -> Result<Self> {
        match inner.size().filter(|size| start > *size) {
            Some(size) => Err(Error::Usage(format!(
                "byte {start:#x} lies beyond the end of the input, which has {size} bytes"
            ))),
            None => Ok(Self { inner, start, length }),
        }
    }

    /// How many of `wanted` bytes from `at` on lie inside the window.
    fn inside(&self, at: u64, wanted: usize) -> usize {
        match self.length {
            Some(length) => wanted.min(narrow(length.saturating_sub(at))),
            None => wanted,
        }
    }
}

impl<S: Source> Source for Section<S> {
    fn size(&self) -> Option<u64> {
        let there = self.inner.size()?.saturating_sub(self.start);
        Some(self.length.map_or(there, |length| length.min(there)))
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let inside = self.inside(at, into.len());
        match (self.start.checked_add(at), into.get_mut(..inside)) {
            (Some(from), Some(into)) if inside > 0 => self.inner.read_some(from, into),
            _ => Ok(0),
        }
    }

    fn origin(&self) -> u64 {
        self.inner.origin().saturating_add(self.start)
    }

    fn first(&self) -> u64 {
        self.inner.first().saturating_sub(self.start)
    }

    fn sector_size(&self) -> u32 {
        self.inner.sector_size()
    }

    fn done_before(&self, at: u64) {
        self.inner.done_before(self.start.saturating_add(at));
    }

    fn passed(&self) -> Option<u64> {
        Some(self.inner.passed()?.saturating_sub(self.start))
    }

    fn access(&self) -> Access {
        self.inner.access()
    }

    fn will_read(&self, ranges: &[Range<u64>]) {
        self.inner.will_read(&moved(ranges, |at| self.start.saturating_add(at)));
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        let run = self.inner.run(self.start.checked_add(at)?)?;
        let inside = self.length.map_or(u64::MAX, |length| length.saturating_sub(at));
        Some(Run { length: run.length.min(inside), ..run })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[test]
    fn nothing_is_read_outside_the_window() {
        let section = Section::new(Memory(b"0123456789"), 2, Some(5)).expect("begins inside");
        assert_eq!(section.size(), Some(5));
        let mut bytes = [0; 8];
        assert_eq!(section.read_some(1, &mut bytes).expect("in memory"), 4);
        assert_eq!(&bytes[..4], b"3456");
        assert_eq!(section.read_some(5, &mut bytes).expect("in memory"), 0);
        assert_eq!(section.read_some(u64::MAX, &mut bytes).expect("in memory"), 0);
    }

    #[test]
    fn errors_name_the_byte_of_the_input_the_user_named() {
        let outer = Section::new(Memory(b"0123456789"), 2, None).expect("begins inside");
        let section = Section::new(outer, 3, Some(100)).expect("begins inside");
        assert_eq!((section.size(), section.origin()), (Some(5), 5));
        let error = section.read_at(1, &mut [0; 8]).expect_err("four are missing");
        assert_eq!(error.to_string(), "byte 0xa (sector 0): image: ends here; 4 more bytes are needed");
    }

    #[test]
    fn a_window_cannot_begin_behind_the_end() {
        Section::new(Memory(b"01"), 2, None).expect("empty, and allowed");
        let error = Section::new(Memory(b"01"), 3, None).expect_err("one byte too far");
        assert_eq!(error.to_string(), "byte 0x3 lies beyond the end of the input, which has 2 bytes");
    }
}
