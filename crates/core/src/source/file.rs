//! Regular files and block devices, read by `pread`: no cursor is shared, so threads do not wait for each other.

use super::{IMAGE, Run, Source};
use crate::error::{Error, Problem, Result, reason};
use crate::number::wide;
use rustix::fs::{FileType, Mode, OFlags, SeekFrom};
use rustix::io::Errno;
use std::fs::File as Handle;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

/// A regular file or a block device, from its first byte on.
#[derive(Debug)]
pub struct File {
    handle: Handle,
    size: u64,
}

impl File {
    /// Opens the file at `path` for reading.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be opened, and as [`File::new`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        // Opening a named pipe must not wait for its writer.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let handle = rustix::fs::open(path, flags, Mode::empty());
        let failed = |error: Errno| Error::io(format!("open {}", path.display()), error.into());
        Self::new(handle.map_err(failed)?.into())
    }

    /// The open file as a source.
    ///
    /// # Errors
    /// [`Error::Io`] when the file's size cannot be told; [`Error::Unreadable`] when it is neither a regular file nor
    /// a block device.
    pub fn new(handle: Handle) -> Result<Self> {
        let size = measure(&handle).map_err(|error| Error::io("find the size", error))?;
        match size {
            Some(size) => Ok(Self { handle, size }),
            None => Err(Error::Unreadable("neither a regular file nor a block device".into())),
        }
    }

    /// For the system calls of who moves bytes without reading them here.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// Bytes in a regular file or a block device, `None` for anything else.
fn measure(handle: impl AsFd) -> io::Result<Option<u64>> {
    let stat = rustix::fs::fstat(&handle)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(Some(u64::try_from(stat.st_size).unwrap_or(0))),
        FileType::BlockDevice => {
            // A device's stat says 0. The cursor may be shared with another process, so it is put back.
            let position = rustix::fs::tell(&handle)?;
            let end = rustix::fs::seek(&handle, SeekFrom::End(0))?;
            rustix::fs::seek(&handle, SeekFrom::Start(position))?;
            Ok(Some(end))
        }
        _ => Ok(None),
    }
}

impl Source for File {
    fn size(&self) -> Option<u64> {
        Some(self.size)
    }

    /// What a scratched disc does not give is damage: its readers may find a copy elsewhere.
    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        pread(self.handle.as_fd(), at, into).map_err(|(from, error)| match error {
            Errno::IO => {
                IMAGE.at(self.location(from)).corrupt(Problem::Unreadable { reason: reason(&error.into()) })
            }
            error => failed(from, error),
        })
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        Some(Run { file: self.handle.as_fd(), offset: at, length: u64::MAX })
    }
}

/// An open regular file that somebody else owns; its size is asked of the system each time.
impl Source for BorrowedFd<'_> {
    fn size(&self) -> Option<u64> {
        measure(*self).ok().flatten()
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        pread(*self, at, into).map_err(|(from, error)| failed(from, error))
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        Some(Run { file: *self, offset: at, length: u64::MAX })
    }
}

fn failed(from: u64, error: Errno) -> Error {
    Error::io(format!("read at byte {from:#x}"), error.into())
}

/// Fills `into` from byte `at` as far as the file goes; or where that failed, and why.
pub(super) fn pread(handle: BorrowedFd<'_>, at: u64, into: &mut [u8]) -> Result<usize, (u64, Errno)> {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let from = at.saturating_add(wide(filled));
        match rustix::io::pread(handle, rest, from) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(Errno::INTR) => {}
            // Offsets past what the system can count are past the end of any file.
            Err(_) if from > i64::MAX.unsigned_abs() => break,
            Err(error) => return Err((from, error)),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn reads_at_any_offset_and_says_where_the_file_ends() {
        let mut handle = tempfile::tempfile().expect("a file");
        handle.write_all(b"0123456789").expect("room");
        let file = File::new(handle).expect("a regular file");
        assert_eq!(file.size(), Some(10));
        let mut four = [0; 4];
        file.read_at(3, &mut four).expect("bytes 3 to 6");
        assert_eq!(&four, b"3456");
        assert_eq!(file.read_some(8, &mut four).expect("two are left"), 2);
        assert_eq!(file.read_some(u64::MAX, &mut four).expect("none there"), 0);
        let error = file.read_at(8, &mut four).expect_err("two are missing");
        assert!(error.is_truncation());
        assert_eq!(error.to_string(), "byte 0xa (sector 0): image: ends here; 2 more bytes are needed");
    }

    #[test]
    fn what_has_no_size_is_refused() {
        let error = File::new(Handle::open("/dev/null").expect("exists")).expect_err("a character device");
        assert!(matches!(error, Error::Unreadable(_)), "{error:?}");
        assert_eq!(error.to_string(), "neither a regular file nor a block device");
    }

    /// The memory of a process has nothing at byte 0, and says so as a scratched disc does.
    #[test]
    fn what_cannot_be_read_is_damage() {
        let file = File::new(Handle::open("/proc/self/mem").expect("Linux has it")).expect("regular");
        let error = file.read_some(0x800, &mut [0; 4]).expect_err("nothing is mapped there");
        assert!(error.is_damage());
        assert_eq!(error.to_string(), "byte 0x800 (sector 1): image: cannot be read: Input/output error");
    }
}
