//! A content with holes: its data lie back to back, its holes nowhere.

use crate::number::{narrow, wide};
use std::os::fd::BorrowedFd;

/// Data of a content with holes. What no run covers reads as zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Byte offset in the content.
    pub at: u64,
    /// Bytes.
    pub length: u64,
}

impl Run {
    /// Byte offset in the content of what follows it.
    pub const fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }
}

/// Where the data of all runs lie, that of each directly behind that of the one before.
#[derive(Debug, Clone, Copy)]
pub enum Data<'c> {
    /// In a part of a file that others use as well, from this byte offset on.
    Section(BorrowedFd<'c>, u64),
    /// In memory.
    Bytes(&'c [u8]),
}

/// An opened content with holes, to be read front to back.
#[derive(Debug)]
pub struct Holed<'c> {
    data: Data<'c>,
    runs: &'c [Run],
    size: u64,
    /// Position in `runs` of the first that was not passed.
    next: usize,
    /// Bytes of data before that run's.
    before: u64,
}

impl<'c> Holed<'c> {
    /// A content of `size` bytes. Runs come in order, do not overlap and end within it.
    pub const fn new(data: Data<'c>, runs: &'c [Run], size: u64) -> Self {
        Self { data, runs, size, next: 0, before: 0 }
    }

    /// Reads from byte `position` on, which never goes back, up to the end of a hole or run. Nothing is read at the end,
    /// and where data are missing.
    pub(super) fn read(&mut self, position: u64, into: &mut [u8]) -> rustix::io::Result<usize> {
        while let Some(passed) = self.runs.get(self.next).filter(|run| run.end() <= position) {
            self.before = self.before.saturating_add(passed.length);
            self.next += 1;
        }
        let run = self.runs.get(self.next);
        if let Some(run) = run.filter(|run| run.at <= position) {
            let into = first(into, run.end().saturating_sub(position));
            return self.data.read(self.before.saturating_add(position.saturating_sub(run.at)), into);
        }
        let end = run.map_or(self.size, |run| run.at);
        let hole = first(into, end.saturating_sub(position));
        hole.fill(0);
        Ok(hole.len())
    }

    /// Every run, with the place of its data behind the first byte of all data.
    pub(super) fn placed_runs(&self) -> impl Iterator<Item = (Run, u64)> {
        self.runs.iter().scan(0_u64, |before, run| {
            let at = *before;
            *before = before.saturating_add(run.length);
            Some((*run, at))
        })
    }

    /// Where the data lie.
    pub(super) const fn data(&self) -> Data<'c> {
        self.data
    }
}

impl Data<'_> {
    fn read(&self, at: u64, into: &mut [u8]) -> rustix::io::Result<usize> {
        match self {
            Self::Section(fd, start) => rustix::io::pread(fd, into, start.saturating_add(at)),
            Self::Bytes(bytes) => {
                let rest = bytes.get(narrow(at)..).unwrap_or_default();
                let length = rest.len().min(into.len());
                into[..length].copy_from_slice(&rest[..length]);
                Ok(length)
            }
        }
    }
}

fn first(bytes: &mut [u8], length: u64) -> &mut [u8] {
    let length = narrow(length.min(wide(bytes.len())));
    &mut bytes[..length]
}

#[cfg(test)]
mod tests {
    use super::super::{Opened, Reader};
    use super::*;
    use std::io::Write;
    use std::os::fd::AsFd;

    const RUNS: [Run; 3] = [Run { at: 2, length: 3 }, Run { at: 5, length: 1 }, Run { at: 8, length: 2 }];

    fn all(data: Data<'_>, step: usize) -> Vec<u8> {
        let mut reader = Reader::new(Opened::Holed(Holed::new(data, &RUNS, 12)));
        let (mut bytes, mut piece) = (Vec::new(), vec![0xFF; step]);
        loop {
            match reader.read(&mut piece).expect("readable") {
                0 => return bytes,
                got => bytes.extend_from_slice(&piece[..got]),
            }
        }
    }

    #[test]
    fn holes_are_zeros_whatever_the_step() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"--abcdefgh").expect("room");
        for step in 1..20 {
            assert_eq!(all(Data::Bytes(b"abcdefgh"), step), b"\0\0abcd\0\0ef\0\0", "{step}");
            assert_eq!(all(Data::Section(file.as_fd(), 2), step), b"\0\0abcd\0\0ef\0\0", "{step}");
        }
    }

    #[test]
    fn missing_data_end_the_content() {
        assert_eq!(all(Data::Bytes(b"abcde"), 7), b"\0\0abcd\0\0e");
        assert_eq!(all(Data::Bytes(b"abcd"), 7), b"\0\0abcd\0\0");
    }
}
