//! A window of another source: a partition, an embedded image. Every tool works inside one as it does on a whole image.

use super::Source;
use crate::error::{Error, Result};
use crate::number::{narrow, wide};
use std::os::fd::BorrowedFd;

/// The bytes from `start` of another source, `length` of them or up to its end.
#[derive(Debug)]
pub struct Section<S> {
    whole: S,
    start: u64,
    length: Option<u64>,
}

impl<S: Source> Section<S> {
    /// A window that begins at byte `start` and has `length` bytes, or goes on to the end.
    ///
    /// # Errors
    /// [`Error::Usage`] when it begins behind the end.
    pub fn new(whole: S, start: u64, length: Option<u64>) -> Result<Self> {
        if let Some(size) = whole.size().filter(|size| start > *size) {
            return Err(Error::Usage(format!(
                "byte {start} is behind the end of the input, which has {size}"
            )));
        }
        Ok(Self { whole, start, length })
    }

    fn within(&self, at: u64) -> u64 {
        self.start.saturating_add(at)
    }
}

impl<S: Source> Source for Section<S> {
    fn size(&self) -> Option<u64> {
        let rest = self.whole.size().map(|size| size.saturating_sub(self.start));
        match (rest, self.length) {
            (Some(rest), Some(length)) => Some(rest.min(length)),
            (Some(rest), None) => Some(rest),
            // A pipe may end before the window does.
            (None, _) => None,
        }
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let room = self.length.map_or(u64::MAX, |length| length.saturating_sub(at)).min(wide(into.len()));
        match into.get_mut(..narrow(room)) {
            Some(into) if !into.is_empty() => self.whole.read_some(self.within(at), into),
            _ => Ok(0),
        }
    }

    fn origin(&self) -> u64 {
        self.whole.origin().saturating_add(self.start)
    }

    fn done_before(&self, at: u64) {
        self.whole.done_before(self.within(at));
    }

    fn descriptor(&self, at: u64) -> Option<(BorrowedFd<'_>, u64)> {
        self.whole.descriptor(self.within(at))
    }
}
