//! A content read front to back, however it was opened.

use super::Opened;
use crate::error::Error;
use crate::extents;
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::os::fd::AsFd;

/// Reads a content front to back, wherever its bytes come from.
#[derive(Debug)]
pub struct Reader<'c>(Forward<'c>);

#[derive(Debug)]
enum Forward<'c> {
    File(File),
    Bytes(&'c [u8]),
    Made(Cursor<Vec<u8>>),
    Extents(extents::Reader<'c>),
}

impl<'c> Reader<'c> {
    /// From what was opened, at its beginning.
    pub fn new(opened: Opened<'c>) -> Self {
        Self(match opened {
            Opened::File(file) => Forward::File(file),
            Opened::Bytes(bytes) => Forward::Bytes(bytes),
            Opened::Made(bytes) => Forward::Made(Cursor::new(bytes)),
            Opened::Extents(extents) => Forward::Extents(extents.reader()),
        })
    }

    /// Fills `into` as far as there are bytes; how many there were.
    ///
    /// # Errors
    /// What the system answers.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_once(rest)? {
                0 => break,
                got => filled += got,
            }
        }
        Ok(filled)
    }

    /// One read, as far as it goes.
    pub(super) fn read_once(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Forward::File(file) => loop {
                match rustix::io::read(file.as_fd(), &mut *into) {
                    Err(Errno::INTR) => {}
                    read => return Ok(read?),
                }
            },
            Forward::Bytes(bytes) => bytes.read(into),
            Forward::Made(bytes) => bytes.read(into),
            Forward::Extents(reader) => reader.read_some(into).map_err(system),
        }
    }

    /// Whether a file of its own has bytes after those that were read.
    pub(super) fn has_more(&mut self) -> bool {
        matches!(self.0, Forward::File(_)) && matches!(self.read(&mut [0]), Ok(1))
    }
}

/// What the system answered, as far as `error` is about that.
pub(super) fn system(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error.source,
        error => io::Error::other(error.to_string()),
    }
}
