//! A source as a container has one, for tests: blocks that lie in a file in another order, so that the kernel can read one
//! after the other and no further.

use crate::error::Result;
use crate::number::{narrow, wide};
use crate::source::{File, Memory, Run, Source};
use std::io::Write;

/// Bytes, and a file with the blocks of `block` bytes that they are divided in, the last one first.
#[derive(Debug)]
pub(super) struct Scattered {
    bytes: Vec<u8>,
    block: usize,
    file: File,
}

impl Scattered {
    pub(super) fn new(bytes: &[u8], block: usize) -> Self {
        let mut file = tempfile::tempfile().expect("a file");
        // All blocks but the last are whole: that one is filled up.
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(block), 0xee);
        padded.rchunks(block).for_each(|block| file.write_all(block).expect("room"));
        Self { bytes: bytes.to_vec(), block, file: File::new(file).expect("a regular file") }
    }
}

impl Source for Scattered {
    fn size(&self) -> Option<u64> {
        Some(wide(self.bytes.len()))
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        Memory(&self.bytes).read_some(at, into)
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        let (number, within) = (narrow(at) / self.block, narrow(at) % self.block);
        let last = self.bytes.len().div_ceil(self.block).checked_sub(1)?;
        let run = self.file.run(wide(last.checked_sub(number)? * self.block + within))?;
        Some(Run { length: wide(self.block - within), ..run })
    }
}
