//! Bytes in order, to anything.

use super::kernel::transfer;
use super::{BLOCK, Moved, Progress, SMALL, STEP};
use crate::number::{narrow, wide};
use crate::source::descriptor::wait;
use crate::source::{Run, Source};
use crate::system::{Way, widen};
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::fmt;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};

/// Where the bytes of a [`Sink`] leave.
enum Out<'o> {
    Descriptor(BorrowedFd<'o>),
    Writer(&'o mut dyn Write),
}

/// Writes to a descriptor, or to any [`Write`], in order and counts. Small pieces are gathered; large ones that a source
/// has in a file are moved to a descriptor by the kernel. Nothing is sure to be written before [`Sink::finish`].
pub struct Sink<'o> {
    out: Out<'o>,
    /// How the kernel moves bytes to `out`: never, unless that is a descriptor.
    way: Option<Way>,
    /// Bytes that left, or were gathered, so far.
    position: u64,
    /// Gathered bytes, fewer than [`STEP`].
    gathered: Vec<u8>,
    progress: &'o Progress<'o>,
}

impl fmt::Debug for Sink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("position", &self.position).finish_non_exhaustive()
    }
}

impl<'o> Sink<'o> {
    /// Writes to `out` from its current position on. A pipe is widened to 1 MiB where the system lets us.
    pub fn new(out: &'o impl AsFd) -> Self {
        let out = out.as_fd();
        widen(out);
        Self::to(Out::Descriptor(out), Way::to(out))
    }

    /// Writes to `out`, through the program: a `Vec`, a compressor, what has no descriptor.
    pub fn to_writer(out: &'o mut dyn Write) -> Self {
        Self::to(Out::Writer(out), None)
    }

    fn to(out: Out<'o>, way: Option<Way>) -> Self {
        Self { out, way, position: 0, gathered: Vec::with_capacity(STEP), progress: &|_| {} }
    }

    /// With `progress` called whenever bytes have left, with their number.
    #[must_use]
    pub fn with_progress(self, progress: &'o Progress<'o>) -> Self {
        Self { progress, ..self }
    }

    /// With every byte passing through the program, as it must where a file may change before the pipe is read.
    #[must_use]
    pub fn by_copying(self) -> Self {
        Self { way: None, ..self }
    }

    /// Bytes written so far, gathered ones included.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Writes `count` zero bytes.
    ///
    /// # Errors
    /// Those of the output.
    pub fn zeros(&mut self, count: u64) -> io::Result<()> {
        const ZEROS: [u8; 16 << 10] = [0; 16 << 10];
        let mut left = count;
        while left > 0 {
            let piece = ZEROS.get(..narrow(left)).unwrap_or(&ZEROS);
            self.write_all(piece)?;
            left = left.saturating_sub(wide(piece.len()));
        }
        Ok(())
    }

    /// Writes `length` bytes of `source`, from its byte `at` on.
    ///
    /// # Errors
    /// Those of the output. When the source fails, what was there has been written.
    pub fn move_from<S: Source + ?Sized>(&mut self, source: &S, at: u64, length: u64) -> io::Result<Moved> {
        let (mut moved, mut by_kernel) = (0, self.way.is_some());
        while moved < length {
            let left = length.saturating_sub(moved);
            let from = at.saturating_add(moved);
            let run = if by_kernel && left >= SMALL { source.run(from) } else { None };
            let mut passing = left;
            if let Some(run) = run {
                // A window must not give what lies behind its end.
                let there = source.size().map_or(left, |size| size.saturating_sub(from).min(left));
                let there = there.min(run.length);
                let done;
                (done, by_kernel) = self.transfer(run, there)?;
                moved = moved.saturating_add(done);
                passing = if by_kernel { there } else { left }.saturating_sub(done);
            }
            let Moved { bytes, stopped } = self.pass(source, at.saturating_add(moved), passing)?;
            moved = moved.saturating_add(bytes);
            if stopped.is_some() {
                return Ok(Moved { bytes: moved, stopped });
            }
        }
        Ok(Moved { bytes: moved, stopped: None })
    }

    /// Has the kernel move `length` bytes of `run`, or as many whole blocks; how many it did, and whether it does.
    fn transfer(&mut self, run: Run<'_>, length: u64) -> io::Result<(u64, bool)> {
        self.flush()?;
        let Out::Descriptor(out) = self.out else { return Ok((0, false)) };
        let odd = if self.way.is_some_and(Way::is_to_a_pipe) { length % BLOCK } else { 0 };
        let wanted = length.saturating_sub(odd);
        let from = (run.file, run.offset);
        let done = transfer(self.way, from, (out, None), wanted, self.progress);
        self.position = self.position.saturating_add(done);
        Ok((done, done == wanted && done > 0))
    }

    /// Writes `length` bytes of `source`, from its byte `at` on, through the program.
    fn pass<S: Source + ?Sized>(&mut self, source: &S, at: u64, length: u64) -> io::Result<Moved> {
        let mut moved = 0;
        while moved < length {
            let left = length.saturating_sub(moved);
            let from = at.saturating_add(moved);
            let (read, stopped) = self.gather(source, from, left)?;
            moved = moved.saturating_add(wide(read));
            let stopped = match stopped {
                None if read == 0 => Some(source.ends(from, 0, left)),
                stopped => stopped,
            };
            if stopped.is_some() {
                return Ok(Moved { bytes: moved, stopped });
            }
        }
        Ok(Moved { bytes: moved, stopped: None })
    }

    /// Reads as much as there is room for; how much there was.
    fn gather<S: Source + ?Sized>(
        &mut self,
        source: &S,
        at: u64,
        length: u64,
    ) -> io::Result<(usize, Option<crate::Error>)> {
        let start = self.gathered.len();
        let room = STEP.saturating_sub(start).min(narrow(length));
        self.gathered.resize(start.saturating_add(room), 0);
        let (read, stopped) = match source.read_some(at, self.gathered.get_mut(start..).unwrap_or_default()) {
            Ok(read) => (read, None),
            Err(error) => (0, Some(error)),
        };
        self.gathered.truncate(start.saturating_add(read));
        self.position = self.position.saturating_add(wide(read));
        if self.gathered.len() >= STEP {
            self.flush()?;
        }
        Ok((read, stopped))
    }

    /// Writes out what was gathered; how many bytes were written in all.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<u64> {
        self.flush()?;
        if let Out::Writer(out) = &mut self.out {
            out.flush()?;
        }
        Ok(self.position)
    }

    /// Writes `bytes` past the gathered ones, of which there must be none.
    fn put(out: &mut Out<'_>, progress: &Progress<'_>, mut bytes: &[u8]) -> io::Result<()> {
        let out = match out {
            Out::Descriptor(out) => *out,
            Out::Writer(out) => {
                out.write_all(bytes)?;
                progress(wide(bytes.len()));
                return Ok(());
            }
        };
        while !bytes.is_empty() {
            match rustix::io::write(out, bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    bytes = bytes.get(written..).unwrap_or_default();
                    progress(wide(written));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => wait(out, PollFlags::OUT)?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Write for Sink<'_> {
    /// Takes all of `bytes`, or fails: it never takes a part.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gathered.len().saturating_add(bytes.len()) >= STEP {
            self.flush()?;
        }
        if bytes.len() >= STEP {
            Self::put(&mut self.out, self.progress, bytes)?;
        } else {
            self.gathered.extend_from_slice(bytes);
        }
        self.position = self.position.saturating_add(wide(bytes.len()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let put = Self::put(&mut self.out, self.progress, &self.gathered);
        self.gathered.clear();
        put
    }
}

#[cfg(test)]
mod tests {
    use super::super::scattered::Scattered;
    use super::*;
    use crate::source::{File, Memory, Section};
    use std::fs;
    use std::io::{Read, Seek};
    use std::sync::atomic::{AtomicU64, Ordering};

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|n| u8::try_from(n % 251).expect("below 251")).collect()
    }

    fn file(content: &[u8]) -> fs::File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(content).expect("room");
        file
    }

    fn content(mut file: fs::File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.rewind().expect("a file");
        file.read_to_end(&mut bytes).expect("readable");
        bytes
    }

    /// What arrives at the other end of a pipe.
    fn through_a_pipe(write: impl FnOnce(&std::io::PipeWriter)) -> Vec<u8> {
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        let arrived = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map(|_| bytes)
        });
        write(&writer);
        drop(writer);
        arrived.join().expect("no panic").expect("readable")
    }

    #[test]
    fn a_pipe_never_ends_within_a_block_while_more_is_to_come() {
        let data = bytes(50_000);
        let on_disk = File::new(file(&data)).expect("a file");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut sink = Sink::new(&writer);
        sink.write_all(&[0; 512]).expect("room");
        assert!(sink.move_from(&on_disk, 0, 50_000).expect("room").stopped.is_none());
        let there = rustix::io::ioctl_fionread(&reader).expect("a pipe");
        // Without a way past the program all of it is still gathered.
        let moved = if Way::to(writer.as_fd()).is_some() { 512 + 50_000 / 512 * 512 } else { 0 };
        assert_eq!(there, moved);
        drop(sink);
    }

    fn write_everything(out: &impl AsFd, data: &[u8], by_copying: bool) {
        let on_disk = File::new(file(data)).expect("a file");
        let heard = AtomicU64::new(0);
        let hear = |count| {
            heard.fetch_add(count, Ordering::Relaxed);
        };
        let mut sink = Sink::new(out).with_progress(&hear);
        if by_copying {
            sink = sink.by_copying();
        }
        sink.write_all(b"head").expect("room");
        for length in [1, SMALL - 1, SMALL, SMALL + 1, 1 << 20] {
            assert!(sink.move_from(&on_disk, 3, length).expect("room").stopped.is_none());
            assert!(sink.move_from(&Memory(data), 7, length).expect("room").stopped.is_none());
            sink.zeros(length / 2).expect("room");
        }
        sink.write_all(data).expect("room");
        let position = sink.position();
        assert_eq!(sink.finish().expect("room"), position);
        assert_eq!(heard.load(Ordering::Relaxed), position);
    }

    fn everything(data: &[u8]) -> Vec<u8> {
        let mut expected = b"head".to_vec();
        for length in [1, SMALL - 1, SMALL, SMALL + 1, 1 << 20].map(narrow) {
            expected.extend_from_slice(&data[3..3 + length]);
            expected.extend_from_slice(&data[7..7 + length]);
            expected.resize(expected.len() + length / 2, 0);
        }
        expected.extend_from_slice(data);
        expected
    }

    #[test]
    fn what_lies_in_pieces_is_moved_piece_by_piece() {
        let data = bytes((1 << 20) + 777);
        for block in [1 << 12, narrow(SMALL), 100_000, 1 << 21] {
            let source = Scattered::new(&data, block);
            let write = |out: BorrowedFd<'_>| {
                let mut sink = Sink::new(&out);
                let moved = sink.move_from(&source, 333, wide(data.len()) + 5).expect("room");
                assert_eq!(moved.bytes, wide(data.len()) - 333);
                assert!(moved.stopped.expect("it ends early").is_truncation());
                sink.finish().expect("room");
            };
            assert!(through_a_pipe(|pipe| write(pipe.as_fd())) == data[333..], "{block}");
            let plain = tempfile::tempfile().expect("a file");
            write(plain.as_fd());
            assert!(content(plain) == data[333..], "{block}");
        }
    }

    #[test]
    fn the_same_bytes_leave_for_pipes_files_and_files_that_append() {
        let data = bytes((1 << 20) + 1000);
        let expected = everything(&data);
        for by_copying in [false, true] {
            assert!(through_a_pipe(|pipe| write_everything(pipe, &data, by_copying)) == expected);
            let plain = tempfile::tempfile().expect("a file");
            write_everything(&plain, &data, by_copying);
            assert!(content(plain) == expected);
            // The kernel refuses to move into these.
            let named = tempfile::NamedTempFile::new().expect("a file");
            let append = fs::File::options().append(true).open(named.path()).expect("a file");
            write_everything(&append, &data, by_copying);
            assert!(fs::read(named.path()).expect("readable") == expected);
        }
    }

    #[test]
    fn pieces_that_fill_the_gathered_bytes_exactly_leave_room_for_the_next() {
        let data = bytes(STEP);
        let file = tempfile::tempfile().expect("a file");
        let mut sink = Sink::new(&file);
        for piece in data.chunks(512) {
            sink.write_all(piece).expect("room");
        }
        let moved = sink.move_from(&Memory(&data), 5, 100).expect("room");
        assert!(moved.stopped.is_none(), "{moved:?}");
        assert_eq!(sink.finish().expect("room"), wide(STEP) + 100);
        assert!(content(file) == [&data[..], &data[5..105]].concat());
    }

    #[test]
    fn the_same_bytes_leave_for_anything_that_writes() {
        let data = bytes((1 << 20) + 1000);
        let on_disk = File::new(file(&data)).expect("a file");
        let heard = AtomicU64::new(0);
        let hear = |count| {
            heard.fetch_add(count, Ordering::Relaxed);
        };
        let (mut vector, mut expected) = (Vec::new(), Vec::new());
        let mut sink = Sink::to_writer(&mut vector).with_progress(&hear);
        for length in [1, SMALL, 1 << 20] {
            sink.write_all(b"few").expect("room");
            assert!(sink.move_from(&on_disk, 3, length).expect("room").stopped.is_none());
            sink.zeros(length).expect("room");
            expected.extend_from_slice(b"few");
            expected.extend_from_slice(&data[3..3 + narrow(length)]);
            expected.resize(expected.len() + narrow(length), 0);
        }
        assert_eq!(sink.finish().expect("room"), wide(expected.len()));
        assert!(vector == expected);
        assert_eq!(heard.load(Ordering::Relaxed), wide(expected.len()));
        let mut short = [0; 10];
        let mut short = &mut short[..];
        let mut sink = Sink::to_writer(&mut short);
        sink.write_all(&data[..11]).expect("gathered");
        assert_eq!(sink.finish().expect_err("there is no more room").kind(), io::ErrorKind::WriteZero);
    }

    #[test]
    fn a_non_blocking_pipe_is_waited_for() {
        let data = bytes(1 << 21);
        let on_disk = File::new(file(&data)).expect("a file");
        let arrived = through_a_pipe(|pipe| {
            rustix::io::ioctl_fionbio(pipe, true).expect("a pipe");
            let mut sink = Sink::new(pipe);
            sink.write_all(&data).expect("taken in time");
            assert_eq!(sink.move_from(&on_disk, 0, 1 << 21).expect("taken in time").bytes, 1 << 21);
            sink.finish().expect("taken in time");
        });
        assert!(arrived == [&data[..], &data[..]].concat());
    }

    #[test]
    fn a_source_that_ends_early_gives_what_it_has_and_says_where() {
        let data = bytes(200_000);
        let on_disk = File::new(file(&data)).expect("a file");
        let window = Section::new(&on_disk, 100_000, Some(90_000)).expect("inside");
        let memory = Memory(&data);
        let sources: [(&dyn Source, u64); 3] = [(&on_disk, 200_000), (&window, 90_000), (&memory, 200_000)];
        for (source, there) in sources {
            let arrived = through_a_pipe(|pipe| {
                let mut sink = Sink::new(pipe);
                let moved = sink.move_from(source, 10, 1 << 20).expect("taken");
                assert_eq!(moved.bytes, there - 10);
                let error = moved.stopped.expect("it ended early");
                assert!(error.is_truncation());
                let first = source.origin() + there;
                assert!(error.to_string().starts_with(&format!("byte {first:#x} ")), "{error}");
                sink.finish().expect("taken");
            });
            assert_eq!(wide(arrived.len()), there - 10);
        }
    }

    #[test]
    fn a_full_or_broken_output_is_its_own_error() {
        let full = fs::File::options().write(true).open("/dev/full").expect("there");
        let on_disk = File::new(file(&bytes(1 << 20))).expect("a file");
        let mut sink = Sink::new(&full);
        let error = sink.move_from(&on_disk, 0, 1 << 20).expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let mut sink = Sink::new(&full);
        sink.write_all(b"few").expect("gathered");
        assert_eq!(sink.finish().expect_err("it is full").kind(), io::ErrorKind::StorageFull);
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let error = Sink::new(&writer).move_from(&on_disk, 0, 1 << 20).expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn small_pieces_are_gathered() {
        let out = tempfile::tempfile().expect("a file");
        let on_disk = File::new(file(&bytes(4096))).expect("a file");
        let counted = AtomicU64::new(0);
        let count = |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let mut sink = Sink::new(&out).with_progress(&count);
        for _ in 0..1000 {
            let moved = sink.move_from(&on_disk, 0, 2048).expect("room");
            assert_eq!(moved.bytes, 2048);
        }
        assert_eq!(sink.finish().expect("room"), 2048 * 1000);
        assert!(counted.load(Ordering::Relaxed) <= 2048 * 1000 / wide(STEP) + 1);
    }
}
