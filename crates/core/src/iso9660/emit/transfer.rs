//! One large content on its way: by the kernel where it can be, else in pieces through the program.

use super::contents::{Copy, Deviation, Reader};
use crate::number::{narrow, wide};
use crate::tree::build::ContentId;
use rustix::fs::FileType;
use rustix::io::Errno;
use rustix::pipe::SpliceFlags;
use std::io;
use std::os::fd::BorrowedFd;

/// How a content gets to where it goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way<'s> {
    /// Through the program.
    Program,
    /// Spliced into a pipe.
    Pipe(BorrowedFd<'s>),
    /// Copied to this offset of a regular file that is all zeros there.
    Place(BorrowedFd<'s>, u64),
}

/// A content and its way.
pub(super) struct Transfer<'t, 'p, O> {
    pub(super) copy: &'t Copy<'p, O>,
    pub(super) content: ContentId,
    pub(super) way: Way<'t>,
}

/// Bytes the kernel is asked to move at a time.
const STEP: usize = 16 * 1024 * 1024;

impl<O> Transfer<'_, '_, O> {
    /// Moves the content; what has to pass through the program is handed to `write` with its offset in the content.
    ///
    /// # Errors
    /// Only those of the sink.
    pub(super) fn run(
        &self,
        buffer: &mut Vec<u8>,
        write: &mut dyn FnMut(u64, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let Self { copy, content, .. } = *self;
        let listener = copy.observer.listen(content);
        let mut reader = match copy.contents.open(&copy.plan.build().content(content).origin) {
            Ok(opened) => Some(Reader::new(opened)),
            Err(error) => {
                copy.observer.deviates(content, Deviation::Unreadable(error));
                None
            }
        };
        let mut done = 0;
        if let (Some(reader), None, false) = (&mut reader, &listener, copy.is_patched(content)) {
            done = self.by_kernel(reader)?;
        }
        copy.pieces(content, reader, done, listener, buffer, write)
    }

    /// Moves as much as the kernel is willing to; how much that was.
    fn by_kernel(&self, reader: &mut Reader<'_>) -> io::Result<u64> {
        let size = self.copy.plan.build().content(self.content).size;
        let mut done = 0;
        while done < size {
            let step = narrow(size - done).min(STEP);
            let moved = match self.way {
                Way::Program => return Ok(0),
                Way::Pipe(pipe) => splice(reader, pipe, step),
                Way::Place(file, at) => {
                    let hole = reader.skip_hole(size - done);
                    if hole > 0 {
                        done += hole;
                        continue;
                    }
                    let data = narrow(reader.data(size - done)).min(step);
                    copy_range(reader, file, at.saturating_add(done), data)
                }
            };
            match moved {
                Ok(0) => break,
                Ok(moved) => {
                    reader.advance(wide(moved));
                    done += wide(moved);
                }
                Err(Errno::INTR) => {}
                // The pair of files cannot be joined this way; the program has to do it.
                Err(
                    Errno::INVAL
                    | Errno::XDEV
                    | Errno::NOSYS
                    | Errno::OPNOTSUPP
                    | Errno::BADF
                    | Errno::PERM
                    | Errno::ISDIR
                    | Errno::IO,
                ) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(done)
    }
}

fn splice(reader: &Reader<'_>, pipe: BorrowedFd<'_>, step: usize) -> Result<usize, Errno> {
    let Some((fd, offset)) = reader.descriptor() else { return Err(Errno::INVAL) };
    let mut at = offset;
    rustix::pipe::splice(fd, at.as_mut(), pipe, None, step, SpliceFlags::MORE)
}

fn copy_range(reader: &Reader<'_>, file: BorrowedFd<'_>, at: u64, step: usize) -> Result<usize, Errno> {
    let Some((fd, offset)) = reader.descriptor() else { return Err(Errno::INVAL) };
    let (mut from, mut to) = (offset, at);
    rustix::fs::copy_file_range(fd, from.as_mut(), file, Some(&mut to), step)
}

/// Whether `fd` is a pipe; if so it is made as wide as an unprivileged process may make it, which saves wake-ups.
pub(super) fn is_pipe(fd: BorrowedFd<'_>) -> bool {
    let is = rustix::fs::fstat(fd).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Fifo);
    if is {
        // Failing to widen it costs time, nothing else.
        let _ = rustix::pipe::fcntl_setpipe_size(fd, 1024 * 1024);
    }
    is
}
