//! Bytes of a regular file or a block device, by pread(2): threads share it without a lock.

use super::Source;
use crate::error::{Error, Result};
use crate::number::wide;
use std::fs;
use std::io::{ErrorKind, Seek, SeekFrom};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;

/// A source over an open file.
#[derive(Debug)]
pub struct File {
    file: fs::File,
    size: u64,
}

impl File {
    /// Takes an open regular file or block device.
    ///
    /// # Errors
    /// [`Error::Io`] when its size cannot be told, which is so for a pipe or terminal.
    pub fn new(mut file: fs::File) -> Result<Self> {
        // A block device's metadata has no size; its end does.
        let size = file.seek(SeekFrom::End(0)).map_err(|error| Error::io("tell its size", error))?;
        Ok(Self { file, size })
    }
}

impl Source for File {
    fn size(&self) -> Option<u64> {
        Some(self.size)
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let from = at.saturating_add(wide(filled));
            match self.file.read_at(rest, from) {
                Ok(0) => break,
                Ok(read) => filled = filled.saturating_add(read),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::io(format!("read {} bytes at byte {from:#x}", rest.len()), error));
                }
            }
        }
        Ok(filled)
    }

    fn descriptor(&self, at: u64) -> Option<(BorrowedFd<'_>, u64)> {
        Some((self.file.as_fd(), at))
    }
}
