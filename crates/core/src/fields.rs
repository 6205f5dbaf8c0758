//! A bounded cursor over one structure that knows its absolute offset and its name, so that every error it
//! returns says where and what without anybody typing it.

use crate::error::{Error, Location, Problem, Result, Structure, Subject};
use crate::number::{narrow, wide};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// The bytes of one structure, read front to back. Reading over their end is [`Problem::Truncated`].
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    start: Subject,
    position: usize,
}

impl<'a> Fields<'a> {
    /// A cursor over `bytes`, which lie at `at` and are (part of) `what`.
    pub fn new(bytes: &'a [u8], at: Location, what: Structure) -> Self {
        Self { bytes, start: what.at(at), position: 0 }
    }

    /// Where the next byte lies in the input, for errors.
    pub fn at(&self) -> Location {
        self.start.at.behind(wide(self.position))
    }

    /// The structure, where it is read next.
    fn here(&self) -> Subject {
        self.start.what.at(self.at())
    }

    /// Bytes already read, of the structure and not of the input.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Bytes not yet read: a bound for what the structure says of itself.
    pub fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.position)
    }

    /// Structures of variable length end so.
    pub fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    /// As they are; passes over them.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let end = self.position.saturating_add(length);
        match self.bytes.get(self.position..end) {
            Some(taken) => {
                self.position = end;
                Ok(taken)
            }
            None => Err(self.truncated(wide(length))),
        }
    }

    /// The next `length` bytes as a structure of their own.
    pub fn sub(&mut self, length: usize, what: Structure) -> Result<Fields<'a>> {
        let at = self.at();
        Ok(Fields::new(self.take(length)?, at, what))
    }

    /// As [`Fields::take`], of bytes that say nothing.
    pub fn skip(&mut self, length: usize) -> Result<()> {
        self.take(length).map(drop)
    }

    /// All bytes not yet read; leaves the cursor where it is.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// The next fields of fixed layout, without a copy.
    pub fn read<T: FromBytes + KnownLayout + Immutable + Unaligned>(&mut self) -> Result<&'a T> {
        match T::ref_from_prefix(self.rest()) {
            Ok((value, _)) => {
                self.position = self.position.saturating_add(size_of::<T>());
                Ok(value)
            }
            Err(_) => Err(self.truncated(wide(size_of::<T>()))),
        }
    }

    /// The next byte.
    pub fn u8(&mut self) -> Result<u8> {
        self.read::<u8>().copied()
    }

    /// Passes over `want`; [`Problem::Magic`] for other bytes.
    pub fn magic(&mut self, field: &'static str, want: &[u8]) -> Result<()> {
        let start = self.position;
        let got = self.take(want.len())?;
        if got == want {
            return Ok(());
        }
        self.position = start;
        Err(self.corrupt(Problem::Magic { field, want: want.to_vec(), got: got.to_vec() }))
    }

    /// [`Error::Corrupt`] for the `field` at the cursor; `limit` says in words what is allowed.
    pub fn out_of_range(&self, field: &'static str, got: u64, limit: impl Into<String>) -> Error {
        self.here().out_of_range(field, got, limit)
    }

    /// [`Error::Corrupt`] at the cursor, for the damage that `problem` tells.
    pub fn corrupt(&self, problem: Problem) -> Error {
        self.here().corrupt(problem)
    }

    /// [`Error::Unsupported`] at the cursor, for a `feature` that is legal.
    pub fn unsupported(&self, feature: impl Into<String>) -> Error {
        self.here().unsupported(feature)
    }

    fn truncated(&self, need: u64) -> Error {
        self.corrupt(Problem::Truncated { need, have: wide(self.remaining()) })
    }
}

/// How many items of at least `least` bytes fit into `room` bytes: the physical bound that every declared
/// count meets before it reaches an allocator.
pub fn bounded(declared: u64, room: u64, least: u64) -> usize {
    narrow(declared.min(room / least.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const THING: Structure = Structure::new("thing", "none");

    #[test]
    fn a_short_structure_is_truncated_at_its_own_offset() {
        let mut fields = Fields::new(&[1, 2, 3], Location::of_byte(100), THING);
        assert_eq!(fields.u8().expect("one byte"), 1);
        let error = fields.take(5).expect_err("only two are left");
        assert_eq!(error.to_string(), "byte 0x65: thing: truncated: 5 bytes needed, 2 there");
        assert!(error.is_truncation());
        assert_eq!(fields.remaining(), 2);
    }

    #[test]
    fn declared_counts_are_bounded_by_room() {
        assert_eq!(bounded(u64::MAX, 100, 33), 3);
        assert_eq!(bounded(2, 100, 33), 2);
    }
}
