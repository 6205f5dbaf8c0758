//! Systems of which nothing is asked but to read, write and seek.

use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd};

/// Pipes stay as wide as they are.
pub(crate) fn widen(_pipe: impl AsFd) {}

/// The file stays as large as it is.
pub(crate) fn forget(_file: impl AsFd, _at: u64, _length: u64) {}

/// Holes are read as the zeros they are.
pub(crate) fn next_data(_from: (BorrowedFd<'_>, u64), _length: u64) -> Option<(u64, u64)> {
    None
}

/// Nothing flows by itself.
pub(crate) fn flow(_from: BorrowedFd<'_>, _to: BorrowedFd<'_>, _length: usize) -> Result<usize, Errno> {
    Err(Errno::NOSYS)
}

/// There is no way but through the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {}

impl Way {
    pub(crate) const fn to(_to: BorrowedFd<'_>) -> Option<Self> {
        None
    }

    pub(crate) const fn in_place() -> Option<Self> {
        None
    }

    pub(crate) fn is_to_a_pipe(self) -> bool {
        match self {}
    }

    pub(crate) fn next(self, _in_place: bool) -> Option<Self> {
        match self {}
    }

    pub(crate) fn step(
        self,
        _from: (BorrowedFd<'_>, u64),
        _to: (BorrowedFd<'_>, Option<u64>),
        _length: usize,
    ) -> Result<usize, Errno> {
        match self {}
    }
}
