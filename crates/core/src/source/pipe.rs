//! Bytes that pass once: a pipe, a FIFO, a socket. What has passed is kept while it may be asked for again, in memory
//! first, past [`IN_MEMORY`] in a temporary file that has no name; [`Source::done_before`] lets it go.

use super::descriptor::write_at;
use super::file::pread;
use super::{Access, Run, Source};
use crate::error::{Error, Result};
use crate::number::{narrow, wide};
use crate::system::forget;
use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock};

/// Bytes kept in memory at the most. The directories of 84,000 files are 17 MB.
pub const IN_MEMORY: usize = 24 << 20;

/// Bytes taken from the pipe at a time, at the most; never more than was asked for.
const STEP: usize = 128 << 10;

/// A source over bytes that pass once.
pub struct Pipe {
    passing: Mutex<Passing>,
    /// A file that holds every byte that is not released at its own offset, once there is too much for memory.
    spool: OnceLock<fs::File>,
    /// What is released is kept all the same, for somebody who asks for everything again.
    keeps_all: bool,
}

struct Passing {
    input: Box<dyn Read + Send>,
    folder: PathBuf,
    limit: usize,
    /// Bytes taken from the input, whatever became of them.
    taken: u64,
    /// Bytes before this are never asked for again.
    released: u64,
    /// Bytes before this are not kept when they come: the temporary file has a hole there.
    unwanted: u64,
    /// The bytes just before `kept`, unless they are in the spool.
    memory: VecDeque<u8>,
    /// The first byte that was taken and is nowhere.
    kept: u64,
    ended: bool,
    step: Vec<u8>,
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe").field("consumed", &self.consumed()).finish_non_exhaustive()
    }
}

impl Pipe {
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
                unwanted: 0,
                memory: VecDeque::new(),
                kept: 0,
                ended: false,
                step: Vec::new(),
            }),
            spool: OnceLock::new(),
            keeps_all: false,
        }
    }

    /// Keeps everything, whatever is promised: then the kernel can move what is in the temporary file. (Of what it has put
    /// in a pipe it would make zeros where a file forgets it.)
    #[must_use]
    pub fn keeping_all(mut self) -> Self {
        self.keeps_all = true;
        self
    }

    /// Takes all that the input gives: how many bytes that were, from the first on.
    ///
    /// # Errors
    /// [`Error::Io`] when the system fails.
    pub fn take_all(&self) -> Result<u64> {
        self.take_to(u64::MAX)
    }

    /// Takes what comes before byte `to`, which is kept: how many bytes have passed then, fewer where the input ends.
    ///
    /// # Errors
    /// [`Error::Io`] when the system fails.
    pub fn take_to(&self, to: u64) -> Result<u64> {
        self.read_some(to, &mut [])?;
        Ok(self.consumed())
    }

    /// Lets bytes up to `to` pass that are not asked for later: they take no room in the temporary file. Returns how many
    /// bytes have passed then, fewer where the input ends.
    ///
    /// # Errors
    /// [`Error::Io`] when the system fails.
    pub fn pass_over(&self, to: u64) -> Result<u64> {
        self.lock().unwanted(to, &self.spool)?;
        self.take_to(to)
    }

    /// Hands on what is still to come, up to the end of the input, none of which is kept: reading it later is an error.
    ///
    /// # Errors
    /// [`Error::Io`] when the system fails.
    pub fn let_pass(&self, each: &mut dyn FnMut(&[u8])) -> Result<()> {
        self.lock().let_pass(each)
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
        self.lock().read(at, into, &self.spool)
    }

    fn done_before(&self, at: u64) {
        if !self.keeps_all {
            self.lock().release(at, &self.spool);
        }
    }

    fn passed(&self) -> Option<u64> {
        Some(self.consumed())
    }

    /// What is in the temporary file can be read there, if it stays there.
    fn run(&self, at: u64) -> Option<Run<'_>> {
        let file = self.spool.get().filter(|_| self.keeps_all)?.as_fd();
        let length = self.lock().taken.checked_sub(at).filter(|length| *length > 0)?;
        Some(Run { file, offset: at, length })
    }

    fn access(&self) -> Access {
        let passing = self.lock();
        if passing.ended && passing.released == 0 { Access::Random } else { Access::Forward }
    }
}

impl Passing {
    fn read(&mut self, at: u64, into: &mut [u8], spool: &OnceLock<fs::File>) -> Result<usize> {
        if at < self.released && at >= self.taken {
            // What has not passed can still be had, whatever was promised.
            self.released = at;
        }
        if at < self.released || at.saturating_add(wide(into.len())).min(self.taken) > self.kept {
            return Err(Error::Unreadable(format!(
                "byte {at:#x} of the pipe has passed and was not kept; write the image to a file first"
            )));
        }
        let end = at.saturating_add(wide(into.len()));
        while self.taken < end && !self.ended {
            self.pull(end, spool)?;
        }
        let length = narrow(self.taken.min(end).saturating_sub(at));
        let Some(into) = into.get_mut(..length) else { return Ok(0) };
        match spool.get() {
            Some(spool) => {
                let read = pread(spool.as_fd(), at, into).map_err(|(_, error)| error.into());
                let whole = read.and_then(|read| {
                    if read == into.len() { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
                });
                whole.map_err(|error| Error::io("read the temporary file", error))?;
            }
            None => {
                let start = self.kept.saturating_sub(wide(self.memory.len()));
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
    fn pull(&mut self, end: u64, spool: &OnceLock<fs::File>) -> Result<()> {
        let skipped = self.released.max(self.unwanted);
        let skipping = self.taken < skipped;
        let end = if skipping { end.min(skipped) } else { end };
        let Some(read) = self.step(end)? else { return Ok(()) };
        if !skipping {
            self.keep(read, spool)?;
        }
        self.taken = self.taken.saturating_add(wide(read));
        self.kept = self.taken;
        Ok(())
    }

    /// Takes one step towards `end` from the input: how many bytes that were; `None` if it was interrupted.
    fn step(&mut self, end: u64) -> Result<Option<usize>> {
        let wanted = narrow(end.saturating_sub(self.taken)).min(STEP);
        self.step.resize(STEP, 0);
        let Some(step) = self.step.get_mut(..wanted) else { return Ok(None) };
        match self.input.read(step) {
            Ok(read) => {
                self.ended = read == 0;
                Ok(Some(read))
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
            Err(error) => {
                let at = self.taken;
                Err(Error::io(format!("read {wanted} bytes at byte {at:#x}"), error))
            }
        }
    }

    fn let_pass(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<()> {
        while !self.ended {
            let Some(read) = self.step(u64::MAX)? else { continue };
            self.taken = self.taken.saturating_add(wide(read));
            each(self.step.get(..read).unwrap_or_default());
        }
        Ok(())
    }

    /// What comes before `to` is not kept, if there is a temporary file or it would take one to keep it.
    fn unwanted(&mut self, to: u64, spool: &OnceLock<fs::File>) -> Result<()> {
        let coming = narrow(to.saturating_sub(self.taken));
        if spool.get().is_none() && self.memory.len().saturating_add(coming) > self.limit {
            let _ = spool.set(self.spill()?);
        }
        if spool.get().is_some() {
            self.unwanted = to;
        }
        Ok(())
    }

    fn keep(&mut self, length: usize, spool: &OnceLock<fs::File>) -> Result<()> {
        if spool.get().is_none() && self.memory.len().saturating_add(length) > self.limit {
            let _ = spool.set(self.spill()?);
        }
        let step = self.step.get(..length).unwrap_or_default();
        match spool.get() {
            Some(spool) => write_at(spool.as_fd(), self.taken, step).map_err(spool_failed),
            None => {
                self.memory.extend(step);
                Ok(())
            }
        }
    }

    /// Moves what is in memory into a temporary file.
    fn spill(&mut self) -> Result<fs::File> {
        let spool = tempfile::tempfile_in(&self.folder).map_err(spool_failed)?;
        let start = self.kept.saturating_sub(wide(self.memory.len()));
        write_at(spool.as_fd(), start, self.memory.make_contiguous()).map_err(spool_failed)?;
        self.memory = VecDeque::new();
        Ok(spool)
    }

    fn release(&mut self, at: u64, spool: &OnceLock<fs::File>) {
        if at <= self.released {
            return;
        }
        let before = self.released;
        self.released = at;
        if let Some(spool) = spool.get() {
            let length = at.min(self.taken).saturating_sub(before);
            if length > 0 {
                forget(spool, before, length);
            }
        } else {
            let start = self.kept.saturating_sub(wide(self.memory.len()));
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
    use crate::source::Waiting;

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
    fn a_pipe_that_keeps_all_has_a_file_for_the_kernel() {
        let data = bytes(10_000);
        for pipe in pipes(&data, 1000).map(Pipe::keeping_all) {
            assert_eq!(pipe.take_all().expect("read"), 10_000);
            pipe.done_before(9000);
            let run = pipe.run(300).expect("it is in a file");
            assert_eq!((run.offset, run.length), (300, 9700));
            let mut buffer = [0; 20];
            assert_eq!(
                pread(run.file, run.offset, &mut buffer).map_err(|(_, error)| error).expect("read"),
                20
            );
            assert_eq!(buffer[..], data[300..320]);
            assert!(pipe.run(10_000).is_none());
        }
        for pipe in pipes(&data, 1000) {
            pipe.take_all().expect("read");
            assert!(pipe.run(300).is_none(), "it may be forgotten");
        }
    }

    #[test]
    fn what_nobody_wants_takes_no_room() {
        use std::os::unix::fs::MetadataExt;
        let data = bytes(3 << 20);
        let pipe =
            Pipe::with_memory(io::Cursor::new(data.clone()), std::env::temp_dir(), 20_000).keeping_all();
        let mut buffer = [0; 8192];
        pipe.read_at(0, &mut buffer).expect("kept");
        assert_eq!(pipe.pass_over(9000).expect("kept, for it is little"), 9000);
        assert!(pipe.spool.get().is_none());
        assert_eq!(pipe.pass_over(2 << 20).expect("skipped"), 2 << 20);
        for at in [100, 2 << 20, (3 << 20) - 8192] {
            pipe.read_at(wide(at), &mut buffer).expect("kept");
            assert_eq!(buffer[..], data[at..at + 8192]);
        }
        let mut passed = 0;
        pipe.let_pass(&mut |bytes| passed += bytes.len()).expect("the end");
        assert_eq!((pipe.size(), passed), (Some(3 << 20), 0));
        let blocks = pipe.spool.get().expect("a file").metadata().expect("a file").blocks();
        assert!(blocks * 512 < 2 << 20, "{blocks} blocks");
    }

    #[test]
    fn a_pipe_that_does_not_block_is_waited_for() {
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        rustix::io::ioctl_fionbio(&reader, true).expect("a pipe");
        let pipe = Pipe::new(Waiting::new(reader), std::env::temp_dir());
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
