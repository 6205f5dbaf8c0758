//! Bytes that lie in pieces on a source, with holes between them: the content of a file, wherever it comes from.

use crate::error::{Location, Result};
use crate::number::{narrow, wide};
use crate::source::Source;
use std::borrow::Cow;
use std::ops::Range;

/// Bytes handed on at once.
const CHUNK: usize = 1 << 17;

/// A piece of a file's content, recorded or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// Byte offset in the source, or `None` for a piece that is not recorded and reads as zeros.
    pub offset: Option<u64>,
    /// Bytes of the content; as many on the source where it is recorded.
    pub length: u64,
}

impl Extent {
    /// A piece that lies at byte `offset` of the source.
    pub const fn recorded(offset: u64, length: u64) -> Self {
        Self { offset: Some(offset), length }
    }

    /// A piece that is not recorded, and reads as zeros.
    pub const fn hole(length: u64) -> Self {
        Self { offset: None, length }
    }

    /// The first byte of the source that any of `pieces` needs; `None` when none is recorded.
    pub fn first_byte(pieces: &[Self]) -> Option<u64> {
        pieces.iter().filter_map(|piece| piece.offset).min()
    }

    /// What lies between bytes `from` and `to` of it.
    fn part(self, from: u64, to: u64) -> Self {
        let offset = self.offset.map(|offset| offset.saturating_add(from));
        Self { offset, length: to.saturating_sub(from) }
    }
}

/// Bytes that lie in pieces on a source, in the order in which they are read.
#[derive(Debug, Clone)]
pub struct Extents<'a> {
    source: &'a dyn Source,
    list: List<'a>,
}

#[derive(Debug, Clone)]
enum List<'a> {
    One(Extent),
    Many(Cow<'a, [Extent]>),
}

impl List<'_> {
    fn slice(&self) -> &[Extent] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl<'a> Extents<'a> {
    /// Extents of the content in order: `list`, on `source`.
    pub fn new(source: &'a dyn Source, list: impl Into<Cow<'a, [Extent]>>) -> Self {
        Self { source, list: List::Many(list.into()) }
    }

    /// As one recorded extent: `length` bytes from byte `offset` of `source` on.
    pub const fn one(source: &'a dyn Source, offset: u64, length: u64) -> Self {
        Self { source, list: List::One(Extent::recorded(offset, length)) }
    }

    /// All bytes of `source` from byte `offset` on, however many there are.
    pub const fn rest(source: &'a dyn Source, offset: u64) -> Self {
        Self::one(source, offset, u64::MAX - offset)
    }

    /// What the offsets of recorded extents count in.
    pub const fn source(&self) -> &'a dyn Source {
        self.source
    }

    /// In the order of the content, holes among them.
    pub fn list(&self) -> &[Extent] {
        self.list.slice()
    }

    /// Bytes there are, holes included.
    pub fn size(&self) -> u64 {
        self.list().iter().fold(0, |sum, extent| sum.saturating_add(extent.length))
    }

    /// The extents of the bytes in `range` of the content, in order.
    pub fn clipped(&self, range: Range<u64>) -> impl Iterator<Item = Extent> + '_ {
        let mut start = 0_u64;
        self.list().iter().filter_map(move |extent| {
            let here = start..start.saturating_add(extent.length);
            start = here.end;
            let (from, to) = (here.start.max(range.start), here.end.min(range.end));
            let length = to.checked_sub(from).filter(|length| *length > 0)?;
            let from = from.saturating_sub(here.start);
            Some(extent.part(from, from.saturating_add(length)))
        })
    }

    /// Hands the bytes of `range` to `each`, in order, in chunks.
    ///
    /// # Errors
    /// Those of the source, which may end too early, and those of `each`. What came before has been handed on.
    pub fn copy(&self, range: Range<u64>, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut buffer = vec![0; CHUNK.min(narrow(range.end.saturating_sub(range.start)))];
        for extent in self.clipped(range) {
            let mut done = 0;
            while done < extent.length {
                let length = narrow(extent.length.saturating_sub(done)).min(buffer.len());
                let Some(chunk) = buffer.get_mut(..length) else { break };
                let have = read_some(self.source, extent.part(done, extent.length), chunk)?;
                each(chunk.get(..have).unwrap_or_default())?;
                if have < length {
                    let at = extent.offset.unwrap_or_default().saturating_add(done);
                    return Err(self.source.ends(at, wide(have), extent.length.saturating_sub(done)));
                }
                done = done.saturating_add(wide(length));
            }
        }
        Ok(())
    }

    /// Fills `into` from byte `at` on as far as there are bytes; how many there were.
    ///
    /// # Errors
    /// Those of the source, which may end too early.
    pub fn read(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        for extent in self.clipped(at..at.saturating_add(wide(into.len()))) {
            let rest = into.get_mut(done..).unwrap_or_default();
            let length = narrow(extent.length).min(rest.len());
            let Some(piece) = rest.get_mut(..length) else { break };
            match extent.offset {
                Some(offset) => self.source.read_at(offset, piece)?,
                None => piece.fill(0),
            }
            done += length;
        }
        Ok(done)
    }

    /// Where byte `at` lies: where the last recorded extent ends, for one behind all.
    pub fn place(&self, at: u64) -> Location {
        let place = self.clipped(at..u64::MAX).next().and_then(|extent| extent.offset);
        let end = self.list().last().and_then(|extent| Some(extent.offset?.saturating_add(extent.length)));
        self.source.location(place.or(end).unwrap_or_default())
    }

    /// For [`std::io::Read`], from the first byte on.
    pub const fn reader(self) -> Reader<'a> {
        Reader { extents: self, next: 0, done: 0 }
    }
}

/// Reads extents front to back, however many there are.
#[derive(Debug)]
pub struct Reader<'a> {
    extents: Extents<'a>,
    /// Position of the extent that is being read.
    next: usize,
    /// Bytes of it that were read.
    done: u64,
}

impl Reader<'_> {
    /// Fills the beginning of `into` with the bytes that come next: none at the end, and none where the source ends too
    /// early.
    ///
    /// # Errors
    /// Those of the source.
    pub fn read_some(&mut self, into: &mut [u8]) -> Result<usize> {
        while let Some(extent) = self.extents.list().get(self.next) {
            let left = extent.part(self.done, extent.length);
            if left.length > 0 {
                let read = read_some(self.extents.source, left, into)?;
                self.done = self.done.saturating_add(wide(read));
                return Ok(read);
            }
            self.next += 1;
            self.done = 0;
        }
        Ok(0)
    }
}

/// Fills the beginning of `into` with that of `extent`.
fn read_some(source: &dyn Source, extent: Extent, into: &mut [u8]) -> Result<usize> {
    let length = narrow(extent.length).min(into.len());
    let Some(into) = into.get_mut(..length) else { return Ok(0) };
    match extent.offset {
        Some(offset) => source.read_some(offset, into),
        None => {
            into.fill(0);
            Ok(length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    const LIST: [Extent; 5] = [
        Extent::hole(2),
        Extent::recorded(2, 3),
        Extent::recorded(5, 1),
        Extent::hole(2),
        Extent::recorded(6, 2),
    ];

    fn all(source: &dyn Source, step: usize) -> Vec<u8> {
        let mut reader = Extents::new(source, &LIST[..]).reader();
        let (mut bytes, mut piece) = (Vec::new(), vec![0xFF; step]);
        loop {
            match reader.read_some(&mut piece).expect("memory") {
                0 => return bytes,
                got => bytes.extend_from_slice(&piece[..got]),
            }
        }
    }

    #[test]
    fn holes_are_zeros_whatever_the_step() {
        let source = Memory(b"--abcdefgh");
        for step in 1..20 {
            assert_eq!(all(&source, step), b"\0\0abcd\0\0ef", "{step}");
        }
        let extents = Extents::new(&source, &LIST[..]);
        let mut copied = Vec::new();
        let mut each = |bytes: &[u8]| {
            copied.extend_from_slice(bytes);
            Ok(())
        };
        extents.copy(1..9, &mut each).expect("memory");
        assert_eq!(copied, b"\0abcd\0\0e");
        let mut buffer = [1; 20];
        assert_eq!(extents.read(3, &mut buffer).expect("memory"), 7);
        assert_eq!(buffer[..8], *b"bcd\0\0ef\x01");
        assert_eq!((extents.size(), extents.place(4).byte(), extents.place(9).byte()), (10, 4, 7));
    }

    #[test]
    fn a_source_that_ends_too_early_ends_what_is_read_front_to_back() {
        assert_eq!(all(&Memory(b"--abcde"), 7), b"\0\0abcd\0\0e");
        assert_eq!(all(&Memory(b"--abcd"), 7), b"\0\0abcd\0\0");
        let short = Memory(b"--abcd");
        let error = Extents::new(&short, &LIST[..]).copy(0..10, &mut |_| Ok(())).expect_err("too short");
        assert!(error.is_truncation(), "{error}");
    }

    #[test]
    fn one_extent_needs_no_list() {
        let source = Memory(b"abcdef");
        let one = Extents::one(&source, 2, 3);
        assert_eq!(one.list(), [Extent::recorded(2, 3)]);
        let mut buffer = [0; 4];
        assert_eq!(one.read(0, &mut buffer).expect("memory"), 3);
        assert_eq!(&buffer[..3], b"cde");
    }
}
