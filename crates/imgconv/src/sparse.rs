//! Output with holes where the data is zero.

use isokit_containers::{Error, Pace, Result, STEP, Sink};
use isokit_core::number::{narrow, wide};
use isokit_core::sink::Placed;
use rustix::fs::{SeekFrom as Whence, seek};
use rustix::io::Errno;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};

/// Granularity of holes, in bytes: the block of common file systems.
const PAGE: usize = 4096;

/// A regular file that is left with holes where the data is zero.
#[derive(Debug)]
pub(crate) struct Sparse<'a> {
    placed: Placed<'a>,
    /// Where in the file its first byte belongs.
    base: u64,
    /// Bytes there are so far, holes included.
    at: u64,
}

impl<'a> Sparse<'a> {
    /// Continues `file`, a regular one, at byte `at`, if it has no bytes behind that: they would show in the holes.
    pub(crate) fn new(file: &'a File, at: u64) -> Option<Self> {
        let length = file.metadata().ok()?.len();
        if length > at {
            return None;
        }
        Some(Self { placed: Placed::new(file, at).ok()?, base: at, at: 0 })
    }

    /// Moves what is left of `input`, a regular file, and leaves a hole for each of its own, which are not read.
    /// Returns how many bytes that were.
    pub(crate) fn pass(&mut self, input: &File, pace: &Pace) -> Result<u64> {
        let failed = |at| move |source| Error::Input { at, source };
        let start = { input }.stream_position().map_err(failed(0))?;
        let mut at = start;
        let mut buffer = vec![0; STEP];
        loop {
            // Where holes cannot be asked for, all is data.
            let (data, mut end) = match seek(input, Whence::Data(at)) {
                Ok(data) => (data, seek(input, Whence::Hole(data)).unwrap_or(u64::MAX)),
                Err(Errno::NXIO) => {
                    let length = input.metadata().map_err(failed(at))?.len().max(at);
                    (length, length)
                }
                Err(_) => (at, u64::MAX),
            };
            self.at += data - at;
            pace.read(data - at);
            at = data;
            { input }.seek(SeekFrom::Start(at)).map_err(failed(at))?;
            while at < end {
                let most = buffer.len().min(narrow(end - at));
                match { input }.read(buffer.get_mut(..most).unwrap_or_default()) {
                    Ok(0) => end = at,
                    Ok(count) => {
                        self.put(buffer.get(..count).unwrap_or_default())?;
                        at += wide(count);
                        pace.read(wide(count));
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(source) => return Err(Error::Input { at, source }),
                }
            }
            if { input }.read(&mut [0]).map_err(failed(at))? == 0 {
                return Ok(at - start);
            }
        }
    }

    /// Gives the file its size, which a hole at its end has not.
    pub(crate) fn finish(self) -> Result<()> {
        self.placed.finish(self.at).map_err(Error::Output)
    }
}

impl Sink for Sparse<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let hole = run(rest, self.base + self.at, true);
            self.at += wide(hole);
            rest = rest.get(hole..).unwrap_or_default();
            let data = run(rest, self.base + self.at, false);
            let (now, later) = rest.split_at_checked(data).unwrap_or((rest, &[]));
            self.placed.write_at(self.at, now).map_err(Error::Output)?;
            self.at += wide(data);
            rest = later;
        }
        Ok(())
    }
}

/// Bytes at the beginning of `bytes`, which belong at byte `at` of a file, in pages that are all zero or are not.
fn run(bytes: &[u8], at: u64, zero: bool) -> usize {
    let mut length = 0;
    while length < bytes.len() {
        let into_page = narrow((at + wide(length)) % wide(PAGE));
        let end = bytes.len().min(length + PAGE - into_page);
        let page = bytes.get(length..end).unwrap_or_default();
        if [0; PAGE].starts_with(page) != zero {
            break;
        }
        length = end;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_pages_and_others_alternate_at_page_boundaries_of_the_file() {
        let mut bytes = vec![0; 3 * PAGE];
        bytes[PAGE + 5] = 1;
        assert_eq!(run(&bytes, 0, true), PAGE);
        assert_eq!(run(&bytes[PAGE..], 0, false), PAGE);
        // From 10 bytes into a page, the first run of zeros ends with that page.
        assert_eq!(run(&bytes, 10, true), PAGE - 10);
    }
}
