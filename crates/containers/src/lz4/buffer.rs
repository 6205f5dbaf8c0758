//! Where blocks are decompressed to: memory that is kept, so that it is made and zeroed once and not for each block.

use std::sync::{Mutex, PoisonError};

/// Bytes of which the first are filled; behind them is room that grows as it is asked for and is never given back.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

impl Buffer {
    pub(super) fn filled(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// In bytes, without the room.
    pub(super) fn len(&self) -> usize {
        self.filled
    }

    /// What it holds, and `most` bytes of room behind that.
    pub(super) fn room(&mut self, most: usize) -> (&[u8], &mut [u8]) {
        let end = self.filled.saturating_add(most);
        if end > self.bytes.len() {
            if self.filled == 0 {
                // Fresh zeros are free.
                self.bytes = vec![0; end];
            } else {
                self.bytes.resize(end, 0);
            }
        }
        let (filled, room) = self.bytes.split_at_mut(self.filled);
        (filled, room.get_mut(..most).unwrap_or_default())
    }

    /// The first `count` bytes of the room are now filled.
    pub(super) fn advance(&mut self, count: usize) {
        self.filled = self.filled.saturating_add(count).min(self.bytes.len());
    }

    /// Appends `bytes`, for which room is made.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        let (_, room) = self.room(bytes.len());
        room.copy_from_slice(bytes);
        self.advance(bytes.len());
    }
}

/// Buffers that go round between the workers and the writer.
#[derive(Debug)]
pub(super) struct Buffers {
    free: Mutex<Vec<Buffer>>,
    kept: usize,
}

impl Buffers {
    /// Keeps up to `kept` that nobody uses.
    pub(super) fn new(kept: usize) -> Self {
        Self { free: Mutex::default(), kept }
    }

    /// One that nobody uses, filled with nothing.
    pub(super) fn take(&self) -> Buffer {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Gives one back. One that was never used is not worth to be kept.
    pub(super) fn give(&self, mut buffer: Buffer) {
        buffer.filled = 0;
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < self.kept && !buffer.bytes.is_empty() {
            free.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_that_is_given_back_is_empty_and_keeps_its_room() {
        let buffers = Buffers::new(1);
        let mut buffer = buffers.take();
        buffer.append(b"abc");
        let (filled, room) = buffer.room(5);
        assert_eq!((filled, room.len()), (&b"abc"[..], 5));
        room[0] = b'd';
        buffer.advance(1);
        assert_eq!((buffer.filled(), buffer.len()), (&b"abcd"[..], 4));
        buffers.give(buffer);
        buffers.give(Buffer::default());
        let again = buffers.take();
        assert!(again.filled().is_empty() && again.bytes.len() == 8);
        assert!(buffers.take().bytes.is_empty());
    }
}
