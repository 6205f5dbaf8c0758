//! Compressed bytes in order, with their offsets: what every decoder reads from.

use crate::engine::Raw;
use crate::error::{Error, Result};
use crate::pace::Pace;
use isokit_core::number::{narrow, wide};
use std::io::{ErrorKind, Read};

/// Bytes read from the system at once.
const BUFFER: usize = 256 * 1024;

/// Bytes from which on a read of them is worth a call of the system, and the way over the buffer is not.
const DIRECT: usize = 64 * 1024;

/// A forward reader that can look ahead by up to [`Input::AHEAD`] bytes and knows the offset of its next byte.
pub struct Input<'a> {
    source: Box<dyn Read + Send + 'a>,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
    pace: Option<&'a Pace>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input")
            .field("offset", &self.offset)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl<'a> Input<'a> {
    /// How far [`Input::peek`] can look, in bytes.
    pub const AHEAD: usize = 64 * 1024;

    /// Reads `source`, whose next byte is byte 0.
    pub fn new(source: impl Read + Send + 'a) -> Self {
        Self::at(0, source)
    }

    /// Reads `source`, whose next byte is byte `offset`.
    pub fn at(offset: u64, source: impl Read + Send + 'a) -> Self {
        Self {
            source: Box::new(source),
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            offset,
            ended: false,
            pace: None,
        }
    }

    /// Counts for `pace` what is passed over.
    #[must_use]
    pub fn paced(mut self, pace: &'a Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    fn passed(&mut self, count: usize) {
        self.offset += wide(count);
        if let Some(pace) = self.pace {
            pace.read(wide(count));
        }
    }

    /// Offset of the next byte; at the end, the number of bytes there were.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes at hand: at least one, or none at the end of the input.
    pub fn filled(&mut self) -> Result<&[u8]> {
        self.peek(1)
    }

    /// At least `count` bytes (at most [`Input::AHEAD`]), or fewer when the input ends before.
    pub fn peek(&mut self, count: usize) -> Result<&[u8]> {
        while self.end - self.start < count && !self.ended {
            self.fill(count)?;
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    fn fill(&mut self, count: usize) -> Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.buffer.len() - self.start < count.max(1) {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        match self.source.read(room) {
            Ok(0) => self.ended = true,
            Ok(read) => self.end += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => {
                let at = self.offset + wide(self.end - self.start);
                return Err(Error::Input { at, source });
            }
        }
        Ok(())
    }

    /// Passes over `count` bytes of those at hand.
    pub fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.passed(count);
    }

    /// Passes over zero bytes and returns how many there were.
    pub fn zeros(&mut self) -> Result<u64> {
        let start = self.offset;
        loop {
            let bytes = self.filled()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let more = zeros > 0 && zeros == bytes.len();
            self.consume(zeros);
            if !more {
                return Ok(self.offset - start);
            }
        }
    }

    /// Fills `into` exactly.
    ///
    /// # Errors
    /// [`Error::Damaged`] at the end of the input when that comes first, said of `what`.
    pub fn exactly(&mut self, into: &mut [u8], what: &'static str) -> Result<()> {
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.read(rest)? {
                0 => return Err(Error::truncated(self.offset, what)),
                read => done += read,
            }
        }
        Ok(())
    }

    /// The next `N` bytes, passed over; errors as [`Input::exactly`].
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.exactly(&mut bytes, what)?;
        Ok(bytes)
    }

    /// Gives back `bytes`, which were the last to be passed over: they come next.
    pub fn unread(&mut self, bytes: &[u8]) {
        let ahead = self.buffer.get(self.start..self.end).unwrap_or_default();
        let mut buffer = [bytes, ahead].concat();
        (self.start, self.end) = (0, buffer.len());
        buffer.resize(buffer.len().max(BUFFER), 0);
        self.buffer = buffer.into_boxed_slice();
        self.offset = self.offset.saturating_sub(wide(bytes.len()));
        if let Some(pace) = self.pace {
            pace.unread(wide(bytes.len()));
        }
    }

    /// Appends `count` bytes to `into`, growing it only as they arrive, or fewer when the input ends before. Returns how
    /// many.
    pub fn take(&mut self, into: &mut Vec<u8>, count: u64) -> Result<u64> {
        let mut left = count;
        while left > 0 {
            let bytes = self.filled()?;
            if bytes.is_empty() {
                break;
            }
            let part = bytes.len().min(narrow(left));
            into.extend_from_slice(bytes.get(..part).unwrap_or_default());
            self.consume(part);
            left -= wide(part);
        }
        Ok(count - left)
    }

    /// Appends exactly `count` bytes to `into`, growing it only as they arrive; errors as [`Input::exactly`].
    pub fn append(&mut self, into: &mut Vec<u8>, count: u64, what: &'static str) -> Result<()> {
        if self.take(into, count)? < count { Err(Error::truncated(self.offset, what)) } else { Ok(()) }
    }
}

impl Raw for Input<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        // A large read goes past the buffer once that is empty.
        if self.start == self.end && !self.ended && into.len() >= DIRECT {
            loop {
                match self.source.read(into) {
                    Ok(read) => {
                        self.ended = read == 0;
                        self.passed(read);
                        return Ok(read);
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(source) => return Err(Error::Input { at: self.offset, source }),
                }
            }
        }
        let bytes = self.filled()?;
        let count = bytes.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), bytes.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct OneByte<'a>(&'a [u8]);
    impl Read for OneByte<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = into.len().min(1);
            self.0.read(&mut into[..count])
        }
    }

    #[test]
    fn peek_gathers_bytes_that_arrive_singly_and_consume_counts_them() {
        let mut input = Input::new(OneByte(b"abcdef"));
        assert_eq!(input.peek(4).unwrap(), b"abcd");
        input.consume(3);
        assert_eq!(input.peek(10).unwrap(), b"def");
        assert_eq!(input.offset(), 3);
    }

    #[test]
    fn truncation_names_the_first_missing_byte() {
        let mut input = Input::new(&b"abc"[..]);
        let error = input.array::<4>("header").unwrap_err();
        assert_eq!(error.to_string(), "byte 0x3: header: the input ends here, inside it");
    }
}
