//! Moving bytes from a file without their passing through the program.

use super::Progress;
use crate::number::{narrow, wide};
use crate::source::descriptor::wait;
use rustix::event::PollFlags;
use rustix::fs::{FileType, copy_file_range, sendfile};
use rustix::io::Errno;
use rustix::pipe::{SpliceFlags, splice};
use std::os::fd::BorrowedFd;

/// Bytes asked for in one call, so that progress is heard of: 16 MiB.
const CALL: u64 = 16 << 20;

/// A system call that moves bytes between descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// References to the file's pages become the pipe's.
    Splice,
    /// The file system copies, or shares the blocks where it can.
    CopyRange,
    /// The kernel copies, whatever the output is.
    SendFile,
}

impl Way {
    /// The best way to an output of the kind of `to`.
    pub(super) fn to(to: BorrowedFd<'_>) -> Option<Self> {
        Some(match FileType::from_raw_mode(rustix::fs::fstat(to).ok()?.st_mode) {
            FileType::Fifo => Self::Splice,
            FileType::RegularFile => Self::CopyRange,
            _ => Self::SendFile,
        })
    }

    /// What to try when this way does not work between two descriptors.
    fn next(self, to: Option<u64>) -> Option<Self> {
        match (self, to) {
            // The others know no offset in the output.
            (_, Some(_)) | (Self::SendFile, _) => None,
            _ => Some(Self::SendFile),
        }
    }
}

/// Moves `length` bytes at byte `at` of `from` to `to`, at byte `to_at` or at its own position, as far as that
/// works. Fewer are moved when the source ends or the system fails: reading and writing the next byte tells.
pub(super) fn transfer(
    way: Option<Way>,
    from: (BorrowedFd<'_>, u64),
    to: (BorrowedFd<'_>, Option<u64>),
    length: u64,
    progress: &Progress<'_>,
) -> u64 {
    let (mut way, mut moved) = (way, 0_u64);
    while let Some(current) = way {
        let left = length.saturating_sub(moved);
        let Some(at) = from.1.checked_add(moved).filter(|_| left > 0) else { break };
        let to_at = to.1.and_then(|offset| offset.checked_add(moved));
        match current.step((from.0, at), (to.0, to_at), narrow(left.min(CALL))) {
            Ok(0) => break,
            Ok(step) => {
                moved = moved.saturating_add(wide(step));
                progress(wide(step));
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if wait(to.0, PollFlags::OUT).is_ok() => {}
            Err(_) => way = current.next(to.1),
        }
    }
    moved
}

impl Way {
    fn step(
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
