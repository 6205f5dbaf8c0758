//! How far a conversion is.

use crate::engine::Raw;
use crate::error::Result;
use isokit_core::number::wide;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts what goes on, for whoever shows it while it does.
///
/// What was read says little of what was done: an encoder takes hundreds of megabytes before it compresses the first of them.
#[derive(Debug, Default)]
pub struct Pace {
    read: AtomicU64,
    taken: AtomicU64,
    compressed: AtomicU64,
}

impl Pace {
    /// `bytes` more of the input were read.
    pub fn read(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// `bytes` of those are to be read again.
    pub(crate) fn unread(&self, bytes: u64) {
        self.read.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Bytes of the input that were read.
    pub fn taken_in(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// What `compress` makes of `block`, which is compressed then.
    pub(crate) fn over<T>(&self, block: &[u8], compress: impl FnOnce(&[u8]) -> T) -> T {
        let packed = compress(block);
        self.compressed(wide(block.len()));
        packed
    }

    /// `bytes` more of what an encoder took were compressed, wherever they lie.
    pub(crate) fn compressed(&self, bytes: u64) {
        self.compressed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Bytes of the input that are done: those that were read, less the share of them that still waits to be compressed.
    pub fn done(&self) -> u64 {
        let [read, taken, compressed] =
            [&self.read, &self.taken, &self.compressed].map(|count| count.load(Ordering::Relaxed));
        if taken == 0 {
            return read;
        }
        let done = u128::from(read) * u128::from(compressed.min(taken)) / u128::from(taken);
        u64::try_from(done).unwrap_or(read)
    }
}

/// What an encoder reads, counted as taken in and not yet compressed.
pub(crate) struct Paced<'a> {
    pub(crate) raw: &'a mut dyn Raw,
    pub(crate) pace: &'a Pace,
}

impl Raw for Paced<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.raw.read(into)?;
        self.pace.taken.fetch_add(wide(count), Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;

    #[test]
    fn what_waits_for_an_encoder_is_not_done() {
        let pace = Pace::default();
        pace.read(4000);
        assert_eq!(pace.done(), 4000);
        // What is read becomes twice as much, of which the encoder has compressed a quarter.
        let mut raw = Input::new(&[0; 8000][..]);
        assert_eq!(Paced { raw: &mut raw, pace: &pace }.block(8000).unwrap().len(), 8000);
        assert_eq!(pace.done(), 0);
        pace.compressed(2000);
        assert_eq!(pace.done(), 1000);
        pace.compressed(6000);
        assert_eq!(pace.done(), 4000);
    }
}
