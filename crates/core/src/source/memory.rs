//! Bytes in memory: for tests, fuzzing and small decoded pieces.

use super::Source;
use crate::error::Result;
use crate::number::{narrow, wide};

/// A source over bytes in memory.
#[derive(Debug, Clone)]
pub struct Memory<B>(pub B);

impl<B: AsRef<[u8]> + Send + Sync + std::fmt::Debug> Source for Memory<B> {
    fn size(&self) -> Option<u64> {
        Some(wide(self.0.as_ref().len()))
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let there = self.0.as_ref().get(narrow(at)..).unwrap_or_default();
        let length = there.len().min(into.len());
        let (Some(from), Some(to)) = (there.get(..length), into.get_mut(..length)) else { return Ok(0) };
        to.copy_from_slice(from);
        Ok(length)
    }
}
