//! What gives the bytes of contents where an origin says it all: bytes in memory, and files by their paths.

use super::{Contents, Opened};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Opens contents whose origins are their bytes, such as `Vec<u8>`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bytes;

impl<O: AsRef<[u8]>> Contents<O> for Bytes {
    fn open<'c>(&'c self, origin: &'c O) -> io::Result<Opened<'c>> {
        Ok(Opened::Bytes(origin.as_ref()))
    }
}

/// Contents whose origins are paths of regular files, or of symbolic links to such.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files;

impl<O: AsRef<Path>> Contents<O> for Files {
    fn open<'c>(&'c self, origin: &'c O) -> io::Result<Opened<'c>> {
        // Opening a named pipe would wait for its writer.
        if !fs::metadata(origin)?.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        File::open(origin).map(Opened::File)
    }
}
