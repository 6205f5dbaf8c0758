//! Bytes that pass once: a pipe, a FIFO, a socket. What has passed is kept while it may be asked for again, in memory
//! first, past [`IN_MEMORY`] in a temporary file that has no name; [`Source::done_before`] lets it go.

use super::descriptor::{wait, write_at};
use super::file::pread;
use super::{Access, Source};
use crate::error::{Error, Result};
use crate::number::{narrow, wide};
use crate::system::{forget, widen};
use rustix::event::PollFlags;
use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

/// Bytes kept in memory at the most. The directories of 84,000 files are 17 MB.
pub const IN_MEMORY: usize = 24 << 20;

/// Bytes taken from the pipe at a time, at the most; never more than was asked for.
const STEP: usize = 128 << 10;

/// A source over bytes that pass once.
pub struct Pipe {
    passing: Mutex<Passing>,
}

/// Reads a descriptor that may be non-blocking.
struct Waiting(fs::File);

impl Read for Waiting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(into) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => wait(self.0.as_fd(), PollFlags::IN)?,
                read => return read,
            }
        }
    }
}

struct Passing {
    input: Box<dyn Read + Send>,
    folder: PathBuf,
    limit: usize,
    /// Bytes taken from the input.
    taken: u64,
    /// Bytes before this are never asked for again.
    released: u64,
    /// The bytes just before `taken`, unless they are in the spool.
    memory: VecDeque<u8>,
    /// A file that holds every byte that is not released at its own offset.
    spool: Option<fs::File>,
    ended: bool,
    step: Vec<u8>,
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe").field("consumed", &self.consumed()).finish_non_exhaustive()
    }
}

impl Pipe {
    /// A pipe, FIFO, socket or character device, widened to 1 MiB where the system lets us; a temporary file, when one
    /// is needed, is made in `folder`.
    pub fn open(file: fs::File, folder: PathBuf) -> Self {
        widen(&file);
        Self::new(Waiting(file), folder)
    }

    /// A source over what `input` gives; a temporary file, when one is needed, is made in `folder`.
    pub fn new(input: impl Read + Send + 'static, folder: PathBuf) -> Self {
        Self::with_memory(input, folder, IN_MEMORY)
    }

    /// As [`Pipe::new`], keeping at most `limit` bytes in memory.
    pub fn with_memory(input: impl Read + Send + 'static, folder: PathBuf, limit: usize) -> Self {
        Self {
            passing: Mutex::new(Passing {
                input: Box::new(input),
                folder,
                limit,
                taken: 0,
                released: 0,
                memory: VecDeque::new(),
                spool: None,
                ended: false,
                step: Vec::new(),
            }),
        }
    }

    /// Bytes taken from the input so far.
    pub fn consumed(&self) -> u64 {
        self.lock().taken
    }

    fn lock(&self) -> MutexGuard<'_, Passing> {
        self.passing.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Source for Pipe {
    /// Known once the input has ended.
    fn size(&self) -> Option<u64> {
        let passing = self.lock();
        passing.ended.then_some(passing.taken)
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        self.lock().read(at, into)
    }

    fn done_before(&self, at: u64) {
        self.lock().release(at);
    }

    fn passed(&self) -> Option<u64> {
        Some(self.consumed())
    }

    fn access(&self) -> Access {
        let passing = self.lock();
        if passing.ended && passing.released == 0 { Access::Random } else { Access::Forward }
    }
}

impl Passing {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<usize> {
        if at < self.released && at >= self.taken {
            // What has not passed can still be had, whatever was promised.
            self.released = at;
        }
        if at < self.released {
            return Err(Error::Unreadable(format!(
                "byte {at:#x} of the pipe has passed and was not kept; write the image to a file first"
            )));
        }
        let end = at.saturating_add(wide(into.len()));
        while self.taken < end && !self.ended {
            self.pull(end)?;
        }
        let length = narrow(self.taken.min(end).saturating_sub(at));
        let Some(into) = into.get_mut(..length) else { return Ok(0) };
        match &self.spool {
            Some(spool) => {
                let read = pread(spool.as_fd(), at, into).map_err(|(_, error)| error.into());
                let whole = read.and_then(|read| {
                    if read == into.len() { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
                });
                whole.map_err(|error| Error::io("read the temporary file", error))?;
            }
            None => {
                let start = self.taken.saturating_sub(wide(self.memory.len()));
                let from = narrow(at.saturating_sub(start));
                let (front, back) = self.memory.as_slices();
                let head = front.get(from..).unwrap_or_default();
                let head = head.get(..length.min(head.len())).unwrap_or_default();
                let tail_from = from.saturating_sub(front.len());
                let tail = back.get(tail_from..).unwrap_or_default();
                let (first, second) = into.split_at_mut(head.len());
                first.copy_from_slice(head);
                second.copy_from_slice(tail.get(..second.len()).unwrap_or_default());
            }
        }
        Ok(length)
    }

    /// Takes one step towards `end` from the input, and keeps it unless it was released before it came.
    fn pull(&mut self, end: u64) -> Result<()> {
        let skipping = self.taken < self.released;
        let end = if skipping { end.min(self.released) } else { end };
        let wanted = narrow(end.saturating_sub(self.taken)).min(STEP);
        self.step.resize(STEP, 0);
        let Some(step) = self.step.get_mut(..wanted) else { return Ok(()) };
        let read = match self.input.read(step) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            Err(error) => {
                let at = self.taken;
                return Err(Error::io(format!("read {wanted} bytes at byte {at:#x}"), error));
            }
        };
        self.ended = read == 0;
        if !skipping {
            self.keep(read)?;
        }
        self.taken = self.taken.saturating_add(wide(read));
        Ok(())
    }

    fn keep(&mut self, length: usize) -> Result<()> {
        if self.spool.is_none() && self.memory.len().saturating_add(length) > self.limit {
            self.spill()?;
        }
        let step = self.step.get(..length).unwrap_or_default();
        match &self.spool {
            Some(spool) => write_at(spool.as_fd(), self.taken, step).map_err(spool_failed),
            None => {
                self.memory.extend(step);
                Ok(())
            }
        }
    }

    /// Moves what is in memory into a temporary file.
    fn spill(&mut self) -> Result<()> {
        let spool = tempfile::tempfile_in(&self.folder).map_err(spool_failed)?;
        let start = self.taken.saturating_sub(wide(self.memory.len()));
        write_at(spool.as_fd(), start, self.memory.make_contiguous()).map_err(spool_failed)?;
        self.memory = VecDeque::new();
        self.spool = Some(spool);
        Ok(())
    }

    fn release(&mut self, at: u64) {
        if at <= self.released {
            return;
        }
        let before = self.released;
        self.released = at;
        if let Some(spool) = &self.spool {
            let length = at.min(self.taken).saturating_sub(before);
            if length > 0 {
                forget(spool, before, length);
            }
        } else {
            let start = self.taken.saturating_sub(wide(self.memory.len()));
            let gone = narrow(at.saturating_sub(start)).min(self.memory.len());
            self.memory.drain(..gone);
        }
    }
}

fn spool_failed(error: io::Error) -> Error {
    Error::io("keep what has passed in a temporary file (set TMPDIR to choose another place)", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a read.
    struct Dribble(std::io::Cursor<Vec<u8>>);

    impl Read for Dribble {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let length = into.len().min(1);
            self.0.read(&mut into[..length])
        }
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|n| u8::try_from(n % 251).expect("below 251")).collect()
    }

    fn pipes(data: &[u8], limit: usize) -> [Pipe; 2] {
        let folder = std::env::temp_dir();
        let whole = std::io::Cursor::new(data.to_vec());
        [
            Pipe::with_memory(whole.clone(), folder.clone(), limit),
            Pipe::with_memory(Dribble(whole), folder, limit),
        ]
    }

    #[test]
    fn what_has_passed_can_be_read_again_from_memory_and_from_the_spool() {
        let data = bytes(10_000);
        for limit in [100_000, 1000, 0] {
            for pipe in pipes(&data, limit) {
                let mut buffer = [0; 500];
                for at in [0_usize, 9000, 100, 4000, 0] {
                    pipe.read_at(wide(at), &mut buffer).expect("it has passed");
                    assert_eq!(buffer, data[at..at + 500]);
                }
                assert_eq!(pipe.consumed(), 9500, "not a byte more than was asked for");
                assert_eq!(pipe.read_some(9900, &mut buffer).expect("short at the end"), 100);
                assert_eq!(pipe.size(), Some(10_000));
            }
        }
    }

    #[test]
    fn released_bytes_are_forgotten_and_said_to_be() {
        for limit in [100_000, 10] {
            for pipe in pipes(&bytes(10_000), limit) {
                let mut buffer = [0; 10];
                pipe.read_at(50, &mut buffer).expect("read");
                pipe.done_before(5000);
                pipe.read_at(6000, &mut buffer).expect("skipped to");
                assert_eq!(buffer[0], bytes(6001)[6000]);
                pipe.read_at(5000, &mut buffer).expect("kept");
                let error = pipe.read_at(4999, &mut buffer).expect_err("gone");
                assert!(matches!(error, Error::Unreadable(_)), "{error}");
            }
        }
    }

    #[test]
    fn what_was_released_before_it_came_is_read_all_the_same() {
        for limit in [100_000, 10] {
            for pipe in pipes(&bytes(10_000), limit) {
                let mut buffer = [0; 10];
                pipe.read_at(50, &mut buffer).expect("read");
                pipe.done_before(u64::MAX);
                pipe.read_at(7000, &mut buffer).expect("not passed yet");
                assert_eq!(buffer[..], bytes(7010)[7000..]);
                assert!(pipe.read_at(6999, &mut buffer).is_err(), "that has passed");
            }
        }
    }

    #[test]
    fn a_pipe_that_does_not_block_is_waited_for() {
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        rustix::io::ioctl_fionbio(&reader, true).expect("a pipe");
        let pipe = Pipe::open(fs::File::from(std::os::fd::OwnedFd::from(reader)), std::env::temp_dir());
        let late = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            io::Write::write_all(&mut writer, b"late")
        });
        let mut buffer = [0; 4];
        pipe.read_at(0, &mut buffer).expect("waited for");
        assert_eq!(&buffer, b"late");
        late.join().expect("no panic").expect("taken");
    }

    #[test]
    fn a_temporary_folder_that_is_missing_is_said() {
        let pipe = Pipe::with_memory(io::Cursor::new(bytes(100)), "/nowhere".into(), 10);
        let error = pipe.read_at(50, &mut [0; 10]).expect_err("nowhere to keep it");
        assert!(error.to_string().contains("TMPDIR"), "{error}");
    }
}
