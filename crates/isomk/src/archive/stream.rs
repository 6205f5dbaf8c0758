//! An archive that passes, of which a block can be looked at before it is read.

use std::fs::File;
use std::io::{Cursor, Read, Result};

/// A file that is read front to back.
#[derive(Debug)]
pub(super) struct Stream {
    /// What was given back and is to be read again.
    ahead: Cursor<Vec<u8>>,
    file: File,
}

impl Stream {
    pub(super) fn new(file: File) -> Self {
        Self { ahead: Cursor::default(), file }
    }

    /// Gives back the bytes that were read last, all of them from the file.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        self.ahead = Cursor::new(bytes.to_vec());
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        match self.ahead.read(into)? {
            0 => self.file.read(into),
            count => Ok(count),
        }
    }
}
