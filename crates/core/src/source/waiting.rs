//! Reading what may have nothing yet.

use super::descriptor::wait;
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::io::{self, Read};
use std::os::fd::AsFd;

/// Reads a descriptor that may be non-blocking: the setting is shared with every process that has the same pipe or terminal.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<F>(F);

impl<F: AsFd> Waiting<F> {
    /// Reads `file` from where it stands.
    pub const fn new(file: F) -> Self {
        Self(file)
    }
}

impl<F: AsFd> Read for Waiting<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match rustix::io::read(&self.0, &mut *into) {
                Err(Errno::AGAIN) => wait(self.0.as_fd(), PollFlags::IN)?,
                read => return Ok(read?),
            }
        }
    }
}
