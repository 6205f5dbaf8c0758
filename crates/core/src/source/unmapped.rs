//! Regular files for metadata where nothing is mapped: on other systems than Linux, what a mapping answers when its file
//! shrinks has not been tried.

use super::{File, Run, Source};
use crate::error::Result;

/// A regular file, read as [`File`] is.
#[derive(Debug)]
pub struct Map {
    file: File,
}

impl Map {
    /// `file`, as it is.
    pub const fn new(file: File) -> Self {
        Self { file }
    }
}

impl Source for Map {
    fn size(&self) -> Option<u64> {
        self.file.size()
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        self.file.read_some(at, into)
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        self.file.run(at)
    }
}
