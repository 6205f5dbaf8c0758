//! Bytes in place, in any order, from several threads: a regular file.

use super::kernel::transfer;
use super::{Moved, Progress, STEP};
use crate::number::{narrow, wide};
use crate::source::Source;
use crate::system::{Way, next_data};
use rustix::fs::SeekFrom;
use rustix::io::Errno;
use std::fmt;
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd};

/// Writes pieces of a regular file, each at its offset. Parts that nothing is written to are holes, and read as zeros.
pub struct Placed<'o> {
    out: BorrowedFd<'o>,
    /// Where in the file offset 0 lies.
    base: u64,
    /// Bytes the file had when this began, from `base` on. Holes can only be left behind them.
    old: u64,
    holes: bool,
    progress: &'o Progress<'o>,
}

impl fmt::Debug for Placed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placed").field("out", &self.out).field("base", &self.base).finish_non_exhaustive()
    }
}

impl<'o> Placed<'o> {
    /// Writes to `out` from byte `base` of it on; it must be a regular file that was not opened to append.
    ///
    /// # Errors
    /// When the file's size cannot be told.
    pub fn new(out: &'o impl AsFd, base: u64) -> io::Result<Self> {
        let out = out.as_fd();
        let size = u64::try_from(rustix::fs::fstat(out)?.st_size).unwrap_or(0);
        Ok(Self { out, base, old: size.saturating_sub(base), holes: false, progress: &|_| {} })
    }

    /// With `progress` called, from any thread, whenever bytes have been written, with their number.
    #[must_use]
    pub fn with_progress(self, progress: &'o Progress<'o>) -> Self {
        Self { progress, ..self }
    }

    /// With the holes of sources left as holes.
    #[must_use]
    pub fn with_holes(self) -> Self {
        Self { holes: true, ..self }
    }

    /// Writes `bytes` at `offset`.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write_at(&self, offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        let mut offset = self.place(offset)?;
        while !bytes.is_empty() {
            match rustix::io::pwrite(self.out, bytes, offset) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    bytes = bytes.get(written..).unwrap_or_default();
                    offset = offset.saturating_add(wide(written));
                    (self.progress)(wide(written));
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Makes `length` bytes at `offset` zeros: a hole where there was nothing before.
    ///
    /// # Errors
    /// Those of the output.
    pub fn zeros_at(&self, offset: u64, length: u64) -> io::Result<()> {
        const ZEROS: [u8; 16 << 10] = [0; 16 << 10];
        let mut at = offset;
        let end = offset.saturating_add(length).min(self.old);
        while at < end {
            let left = narrow(end.saturating_sub(at));
            self.write_at(at, ZEROS.get(..left).unwrap_or(&ZEROS))?;
            at = at.saturating_add(wide(left.min(ZEROS.len())));
        }
        (self.progress)(offset.saturating_add(length).saturating_sub(at));
        Ok(())
    }

    /// Writes at `offset` the `length` bytes of `source` from its byte `at` on.
    ///
    /// # Errors
    /// Those of the output. When the source fails, what was there has been written.
    pub fn move_at<S: Source + ?Sized>(
        &self,
        offset: u64,
        source: &S,
        at: u64,
        length: u64,
    ) -> io::Result<Moved> {
        let there = source.size().map_or(length, |size| size.saturating_sub(at).min(length));
        let mut moved = 0;
        while moved < there && self.holes {
            let from = at.saturating_add(moved);
            let left = there.saturating_sub(moved);
            let run = source.run(from);
            let next = run.and_then(|run| next_data((run.file, run.offset), left.min(run.length)));
            let Some((hole, data)) = next else { break };
            self.zeros_at(offset.saturating_add(moved), hole)?;
            moved = moved.saturating_add(hole);
            let part =
                self.move_data(offset.saturating_add(moved), source, at.saturating_add(moved), data)?;
            moved = moved.saturating_add(part.bytes);
            if part.stopped.is_some() {
                return Ok(Moved { bytes: moved, ..part });
            }
        }
        let rest = self.move_data(
            offset.saturating_add(moved),
            source,
            at.saturating_add(moved),
            length.saturating_sub(moved),
        )?;
        Ok(Moved { bytes: moved.saturating_add(rest.bytes), ..rest })
    }

    fn move_data<S: Source + ?Sized>(
        &self,
        offset: u64,
        source: &S,
        at: u64,
        length: u64,
    ) -> io::Result<Moved> {
        let there = source.size().map_or(length, |size| size.saturating_sub(at).min(length));
        let mut moved = 0;
        while there.saturating_sub(moved) >= wide(STEP) {
            let Some(run) = source.run(at.saturating_add(moved)) else { break };
            let part = there.saturating_sub(moved).min(run.length);
            let to = (self.out, Some(self.place(offset.saturating_add(moved))?));
            let done = transfer(Way::in_place(), (run.file, run.offset), to, part, self.progress);
            moved = moved.saturating_add(done);
            if done < part || part == 0 {
                break;
            }
        }
        let mut buffer = vec![0; STEP.min(narrow(length.saturating_sub(moved)))];
        while moved < length {
            let left = length.saturating_sub(moved);
            let from = at.saturating_add(moved);
            let room = buffer.len().min(narrow(left));
            let read = source.read_some(from, buffer.get_mut(..room).unwrap_or_default());
            let stopped = match read {
                Ok(0) => source.ends(from, 0, left),
                Ok(read) => {
                    let bytes = buffer.get(..read).unwrap_or_default();
                    self.write_at(offset.saturating_add(moved), bytes)?;
                    moved = moved.saturating_add(wide(read));
                    continue;
                }
                Err(error) => error,
            };
            return Ok(Moved { bytes: moved, stopped: Some(stopped) });
        }
        Ok(Moved { bytes: moved, stopped: None })
    }

    /// Everything is written: the file is given `length` bytes at least, and its position is put behind them.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self, length: u64) -> io::Result<()> {
        let end = self.place(length)?;
        if length > self.old {
            rustix::fs::ftruncate(self.out, end)?;
        }
        rustix::fs::seek(self.out, SeekFrom::Start(end))?;
        Ok(())
    }

    fn place(&self, offset: u64) -> io::Result<u64> {
        self.base.checked_add(offset).ok_or_else(|| ErrorKind::FileTooLarge.into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::scattered::Scattered;
    use super::*;
    use crate::source::{File, Memory};
    use std::fs;
    use std::io::{Read, Seek, Write};
    use std::os::unix::fs::{FileExt, MetadataExt};

    const PIECE: usize = 300_000;

    fn pattern(seed: usize) -> Vec<u8> {
        (0..PIECE).map(|n| u8::try_from((n + seed) % 251).expect("below 251")).collect()
    }

    fn content(mut file: fs::File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.rewind().expect("a file");
        file.read_to_end(&mut bytes).expect("readable");
        bytes
    }

    #[test]
    fn pieces_from_several_threads_land_where_they_belong() {
        let mut out = tempfile::tempfile().expect("a file");
        out.write_all(b"before").expect("room");
        let placed = Placed::new(&out, 6).expect("a file");
        std::thread::scope(|scope| {
            for n in (0..8).rev() {
                let placed = &placed;
                scope.spawn(move || {
                    let data = pattern(n);
                    let mut file = tempfile::tempfile().expect("a file");
                    file.write_all(&data).expect("room");
                    let offset = wide(n * PIECE);
                    let moved = if n % 2 == 0 {
                        placed.move_at(offset, &file.as_fd(), 0, wide(PIECE))
                    } else {
                        placed.move_at(offset, &Memory(data), 0, wide(PIECE))
                    };
                    assert_eq!(moved.expect("room").bytes, wide(PIECE));
                });
            }
        });
        placed.finish(wide(8 * PIECE) + 5).expect("room");
        out.write_all(b"after").expect("room");
        let pieces = (0..8).map(pattern).collect::<Vec<_>>().concat();
        assert!(content(out) == [b"before", &pieces[..], &[0; 5], b"after"].concat());
    }

    #[test]
    fn holes_stay_holes_and_old_bytes_do_not_shine_through() {
        let input = tempfile::tempfile().expect("a file");
        input.set_len(64 << 20).expect("room");
        input.write_all_at(&pattern(1), 40 << 20).expect("room");
        let mut out = tempfile::tempfile().expect("a file");
        out.write_all(&[0xff; 9000]).expect("room");
        let placed = Placed::new(&out, 0).expect("a file").with_holes();
        let source = File::new(input.try_clone().expect("open")).expect("a file");
        assert_eq!(placed.move_at(0, &source, 0, 64 << 20).expect("room").bytes, 64 << 20);
        placed.zeros_at(64 << 20, 1 << 20).expect("nothing to do");
        placed.finish(65 << 20).expect("room");
        let sees_holes = next_data((input.as_fd(), 0), 1).is_some();
        assert!(!sees_holes || out.metadata().expect("open").blocks() * 512 < 8 << 20, "it has holes");
        let written = content(out);
        assert_eq!(written.len(), 65 << 20);
        assert!(written[..64 << 20] == content(input));
    }

    #[test]
    fn what_lies_in_pieces_is_moved_piece_by_piece() {
        let data = [pattern(3), pattern(4)].concat();
        for (block, holes) in [(1 << 12, false), (1 << 12, true), (200_000, false), (200_000, true)] {
            let source = Scattered::new(&data, block);
            let out = tempfile::tempfile().expect("a file");
            let placed = Placed::new(&out, 0).expect("a file");
            let placed = if holes { placed.with_holes() } else { placed };
            let moved = placed.move_at(10, &source, 1, wide(data.len())).expect("room");
            assert!(moved.stopped.expect("it ends early").is_truncation());
            assert_eq!(moved.bytes, wide(data.len()) - 1);
            placed.finish(0).expect("room");
            assert!(content(out)[10..] == data[1..], "{block} {holes}");
        }
    }

    #[test]
    fn a_source_that_ends_early_says_where() {
        let out = tempfile::tempfile().expect("a file");
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&pattern(0)).expect("room");
        for holes in [false, true] {
            let placed = Placed::new(&out, 0).expect("a file");
            let placed = if holes { placed.with_holes() } else { placed };
            let moved = placed.move_at(0, &file.as_fd(), 10, 1 << 20).expect("room");
            assert_eq!(moved.bytes, wide(PIECE) - 10);
            let error = moved.stopped.expect("it ended early").to_string();
            assert!(error.starts_with(&format!("byte {PIECE:#x} ")), "{error}");
        }
    }
}
