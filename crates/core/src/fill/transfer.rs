//! One large content on its way: by the kernel where nobody has to see its bytes, else in pieces through the program.

use super::Layout;
use super::contents::{Deviation, Listener, Opened};
use super::maker::Maker;
use super::reader::{Reader, system};
use crate::extents::{Extent, Extents};
use crate::number::wide;
use crate::sink::{Moved, Placed, Sink};
use crate::source::{Memory, Source};
use crate::tree::build::ContentId;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// Where a content goes. Offsets count from its first byte.
pub(super) trait Target {
    /// Writes `bytes` at `offset`.
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Writes `length` bytes of `source` from its byte `at` on.
    fn take(&mut self, offset: u64, source: &dyn Source, at: u64, length: u64) -> io::Result<Moved>;

    /// Writes `length` zeros at `offset`, or leaves a hole.
    fn zeros(&mut self, offset: u64, length: u64) -> io::Result<()>;
}

/// In order: whatever comes next is at the offset it has.
impl Target for Sink<'_> {
    fn write(&mut self, _: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn take(&mut self, _: u64, source: &dyn Source, at: u64, length: u64) -> io::Result<Moved> {
        self.move_from(source, at, length)
    }

    fn zeros(&mut self, _: u64, length: u64) -> io::Result<()> {
        Sink::zeros(self, length)
    }
}

/// In place: the content begins at this offset of the image.
pub(super) struct At<'s, 'o>(pub(super) &'s Placed<'o>, pub(super) u64);

impl Target for At<'_, '_> {
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(self.1.saturating_add(offset), bytes)
    }

    fn take(&mut self, offset: u64, source: &dyn Source, at: u64, length: u64) -> io::Result<Moved> {
        self.0.move_at(self.1.saturating_add(offset), source, at, length)
    }

    fn zeros(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.0.zeros_at(self.1.saturating_add(offset), length)
    }
}

impl<L: Layout> Maker<'_, L> {
    /// Copies a content of any size to `target`, and zeros until there are `room` bytes.
    ///
    /// # Errors
    /// Only those of the target.
    pub(super) fn large(
        &self,
        content: ContentId,
        room: u64,
        buffer: &mut Vec<u8>,
        target: &mut dyn Target,
    ) -> io::Result<()> {
        let size = self.layout.build().content(content).size;
        let listener = self.observer.listen(content);
        let opened = match self.contents.open(&self.layout.build().content(content).origin) {
            Ok(opened) => Some(opened),
            Err(error) => {
                self.observer.deviates(content, Deviation::Unreadable(error));
                None
            }
        };
        if listener.is_some() || self.is_patched(content) {
            self.pieces(content, opened, listener, buffer, target)?;
        } else {
            let done = opened.map_or(Ok(0), |opened| self.moved(content, &opened, target))?;
            target.zeros(done, size - done)?;
        }
        target.zeros(size, room.saturating_sub(size))
    }

    /// Moves what `opened` has, at most the planned size; how much that was.
    fn moved(&self, content: ContentId, opened: &Opened<'_>, target: &mut dyn Target) -> io::Result<u64> {
        let size = self.layout.build().content(content).size;
        let Moved { bytes, stopped } = match opened {
            Opened::File(file) => target.take(0, &file.as_fd(), 0, size)?,
            Opened::Bytes(bytes) => target.take(0, &Memory(*bytes), 0, size)?,
            Opened::Made(bytes) => target.take(0, &Memory(bytes.as_slice()), 0, size)?,
            Opened::Extents(extents) => move_extents(extents, size, target)?,
        };
        match stopped {
            None => {
                let grown = matches!(opened, Opened::File(file)
                    if matches!(file.as_fd().read_some(size, &mut [0]), Ok(1)));
                if grown {
                    self.observer.deviates(content, Deviation::Grown);
                }
            }
            Some(error) if error.is_truncation() => {
                self.observer.deviates(content, Deviation::Shrunk(bytes));
            }
            Some(error) => self.observer.deviates(content, Deviation::Unreadable(system(error))),
        }
        Ok(bytes.min(size))
    }

    /// Hands a content piece by piece to the listener and the target, patched; missing bytes are zeros.
    fn pieces(
        &self,
        content: ContentId,
        opened: Option<Opened<'_>>,
        mut listener: Option<Box<dyn Listener + '_>>,
        buffer: &mut Vec<u8>,
        target: &mut dyn Target,
    ) -> io::Result<()> {
        let mut reader = opened.map(Reader::new);
        let mut done = 0;
        while done < self.layout.build().content(content).size {
            self.piece(content, &mut reader, done, buffer);
            if let Some(listener) = &mut listener {
                listener.bytes(buffer);
            }
            target.write(done, buffer)?;
            done += wide(buffer.len());
        }
        if let Some(listener) = listener {
            listener.end();
        }
        if reader.is_some_and(|mut reader| reader.has_more()) {
            self.observer.deviates(content, Deviation::Grown);
        }
        Ok(())
    }
}

/// Moves the first `size` bytes of `extents`. A hole at the end is left to do.
fn move_extents(extents: &Extents<'_>, size: u64, target: &mut dyn Target) -> io::Result<Moved> {
    let (mut at, mut done) = (0_u64, 0);
    for Extent { offset, length } in extents.clipped(0..size) {
        if let Some(offset) = offset {
            target.zeros(done, at.saturating_sub(done))?;
            let moved = target.take(at, extents.source(), offset, length)?;
            done = at.saturating_add(moved.bytes);
            if moved.stopped.is_some() {
                return Ok(Moved { bytes: done, ..moved });
            }
        }
        at = at.saturating_add(length);
    }
    Ok(Moved { bytes: done, stopped: None })
}
