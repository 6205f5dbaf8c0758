//! Linux.

use rustix::fs::{FallocateFlags, FileType, SeekFrom, copy_file_range, sendfile};
use rustix::io::Errno;
use rustix::pipe::{SpliceFlags, splice};
use std::os::fd::{AsFd, BorrowedFd};

/// The size pipes are given: 1 MiB, the most that systems let everybody have. With the usual 64 KiB both ends spend
/// their time waking each other.
const PIPE_SIZE: usize = 1 << 20;

/// Widens a pipe; what is none, or may not be widened, stays as it is.
pub(crate) fn widen(pipe: impl AsFd) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_SIZE);
}

/// Gives the room of `length` bytes at `at` of a file back to the disk where the file system can; where it cannot, the
/// file just stays larger.
pub(crate) fn forget(file: impl AsFd, at: u64, length: u64) {
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    let _ = rustix::fs::fallocate(file, flags, at, length);
}

/// Bytes of hole at `at` of a file, and of data behind them, within `length`; `None` when that cannot be told.
pub(crate) fn next_data((file, at): (BorrowedFd<'_>, u64), length: u64) -> Option<(u64, u64)> {
    let end = at.checked_add(length)?;
    // The position moves, and a source is read by offset only.
    let data = match rustix::fs::seek(file, SeekFrom::Data(at)) {
        Ok(data) => data.min(end),
        Err(Errno::NXIO) => end,
        Err(_) => return None,
    };
    let hole = rustix::fs::seek(file, SeekFrom::Hole(data)).map_or(end, |hole| hole.min(end));
    Some((data.saturating_sub(at), hole.saturating_sub(data)))
}

/// Moves up to `length` bytes from where `from` stands to where `to` stands; how many. A pipe at either end takes splice, two
/// files copy_file_range; what neither takes has not been moved.
pub(crate) fn flow(from: BorrowedFd<'_>, to: BorrowedFd<'_>, length: usize) -> Result<usize, Errno> {
    match splice(from, None, to, None, length, SpliceFlags::MOVE) {
        Err(Errno::INTR) => Err(Errno::INTR),
        Err(Errno::AGAIN) => Err(Errno::AGAIN),
        Err(_) => copy_file_range(from, None, to, None, length),
        moved => moved,
    }
}

/// A system call that moves bytes between descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// References to the file's pages become the pipe's.
    Splice,
    /// The file system copies, or shares the blocks where it can.
    CopyRange,
    /// The kernel copies, whatever the output is.
    SendFile,
}

impl Way {
    /// The best way to an output of the kind of `to`.
    pub(crate) fn to(to: BorrowedFd<'_>) -> Option<Self> {
        Some(match FileType::from_raw_mode(rustix::fs::fstat(to).ok()?.st_mode) {
            FileType::Fifo => Self::Splice,
            FileType::RegularFile => Self::CopyRange,
            _ => Self::SendFile,
        })
    }

    /// The way to a place in a regular file.
    pub(crate) const fn in_place() -> Option<Self> {
        Some(Self::CopyRange)
    }

    /// Whether the output is a pipe, whose reader gets the pieces as they were given.
    pub(crate) fn is_to_a_pipe(self) -> bool {
        self == Self::Splice
    }

    /// What to try when this way does not work between two descriptors, the output being written in place or not.
    pub(crate) fn next(self, in_place: bool) -> Option<Self> {
        // The others know no offset in the output.
        (!in_place && self != Self::SendFile).then_some(Self::SendFile)
    }

    /// Moves up to `length` bytes at byte `at` of `from` to `to`, at byte `to_at` or at its own position; how many.
    pub(crate) fn step(
        self,
        (from, mut at): (BorrowedFd<'_>, u64),
        (to, mut to_at): (BorrowedFd<'_>, Option<u64>),
        length: usize,
    ) -> Result<usize, Errno> {
        match self {
            Self::Splice => splice(from, Some(&mut at), to, None, length, SpliceFlags::empty()),
            Self::CopyRange => copy_file_range(from, Some(&mut at), to, to_at.as_mut(), length),
            Self::SendFile => sendfile(to, from, Some(&mut at), length),
        }
    }
}
