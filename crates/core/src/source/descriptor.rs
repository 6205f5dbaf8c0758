//! What pipes need of the system, whichever end is ours.

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

/// The size pipes are given: 1 MiB, the most that systems let everybody have. With the usual 64 KiB both ends spend
/// their time waking each other.
const PIPE_SIZE: usize = 1 << 20;

/// Widens a pipe; what is none, or may not be widened, stays as it is.
pub(crate) fn widen(pipe: impl AsFd) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_SIZE);
}

/// Waits until `fd` is ready for `what`. Descriptors can be non-blocking without our doing: the setting is shared with
/// every process that has the same pipe or terminal.
pub(crate) fn wait(fd: BorrowedFd<'_>, what: PollFlags) -> io::Result<()> {
    loop {
        match poll(&mut [PollFd::from_borrowed_fd(fd, what)], None) {
            Err(Errno::INTR) => {}
            polled => return Ok(polled.map(drop)?),
        }
    }
}
