//! The blocks of an archive, one after the other, and what lies between those that are looked at.

use super::End;
use crate::header::HEADER;
use crate::layout::BLOCK;
use isokit_core::error::{Error, Location, Problem, Result, Structure};
use isokit_core::number::{narrow, round_up, wide};
use isokit_core::source::{InSectors, Pipe, Source};

/// What follows a header, or the header that should.
const ARCHIVE: Structure = Structure::new("tar archive", "POSIX pax");

/// What an archive is read from, and how far it was.
#[derive(Debug)]
pub(super) struct Input {
    bytes: Bytes,
    /// The byte at which the next block starts.
    at: u64,
}

#[derive(Debug)]
pub(super) enum Bytes {
    /// Contents stay where they are.
    Random(Box<dyn Source>),
    /// Contents are kept as they pass.
    Passing(Pipe),
}

impl Input {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn source(&self) -> &dyn Source {
        match &self.bytes {
            Bytes::Random(source) => source,
            Bytes::Passing(pipe) => pipe,
        }
    }

    /// For errors: where the next block lies.
    pub(super) fn here(&self) -> Location {
        self.place(self.at)
    }

    /// Where byte `at` lies: an archive has no sectors.
    fn place(&self, at: u64) -> Location {
        InSectors::new(self.source(), 0).location(at)
    }

    /// The error for an input that ends `have` bytes behind this place, where `need` are needed.
    fn short(&self, need: u64, have: u64) -> Error {
        let end = self.place(self.at.saturating_add(have));
        ARCHIVE.at(end).corrupt(Problem::Truncated { need: need.saturating_sub(have), have: 0 })
    }

    /// Bytes that have passed, headers and contents alike.
    pub(super) fn passed(&self) -> u64 {
        self.at
    }

    /// The next block; `None` at the end of the input.
    pub(super) fn block(&mut self) -> Result<Option<[u8; 512]>> {
        match self.peek()? {
            (block, 512) => {
                self.at += BLOCK;
                Ok(Some(block))
            }
            (_, 0) if self.at > 0 => Ok(None),
            (_, have) => Err(self.short(BLOCK, wide(have))),
        }
    }

    /// The next block, of a structure that has one more.
    pub(super) fn further_block(&mut self) -> Result<[u8; 512]> {
        self.block()?.ok_or_else(|| self.short(BLOCK, 0))
    }

    /// The next block as far as there are bytes, and how many there are; nothing passes.
    pub(super) fn peek(&self) -> Result<([u8; 512], usize)> {
        let mut block = [0; 512];
        let have = self.source().read_some(self.at, &mut block)?;
        Ok((block, have))
    }

    /// Passes over the next `size` bytes, which are `wanted` later or not, and what fills them up to a block. A last block
    /// that is cut short is nobody's loss. Returns where in the source they start.
    pub(super) fn pass(&mut self, size: u64, wanted: bool) -> Result<u64> {
        let end = self.at.checked_add(size).map(|end| round_up(end, BLOCK));
        let end = end.ok_or_else(|| HEADER.at(self.here()).out_of_range("size", size, "less than 2^64"))?;
        let there = match &self.bytes {
            Bytes::Random(source) => source.size().unwrap_or(u64::MAX),
            Bytes::Passing(pipe) if wanted => pipe.take_to(end)?,
            Bytes::Passing(pipe) => pipe.pass_over(end)?,
        };
        let have = there.saturating_sub(self.at);
        if have < size {
            return Err(self.short(size, have));
        }
        Ok(std::mem::replace(&mut self.at, end))
    }

    /// Looks at all that follows the first block of zeros, so that who writes a stream is not cut off, and nothing that was
    /// meant to be read is passed over without a word.
    pub(super) fn end(&self) -> Result<End> {
        let (mut at, mut followed) = (self.at, None);
        let mut look = |bytes: &[u8]| {
            let found = bytes.iter().position(|byte| *byte != 0);
            followed = followed.or_else(|| Some(at.saturating_add(wide(found?))));
            at = at.saturating_add(wide(bytes.len()));
            followed.is_none()
        };
        match &self.bytes {
            Bytes::Random(source) => {
                read_through(source, self.at, u64::MAX, &mut look)?;
            }
            Bytes::Passing(pipe) => {
                // Who opened the archive may have read further than this, to see what it is.
                read_through(pipe, self.at, pipe.consumed(), &mut look)?;
                pipe.let_pass(&mut |bytes| {
                    look(bytes);
                })?;
            }
        }
        Ok(followed.map_or(End::Marked, |at| End::Followed(self.place(at))))
    }
}

/// Hands on the bytes of `source` from byte `at` up to byte `to`, for as long as it is `wanted`.
fn read_through(
    source: &dyn Source,
    mut at: u64,
    to: u64,
    wanted: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<()> {
    let mut piece = vec![0; 64 << 10];
    while at < to {
        let length = piece.len().min(narrow(to.saturating_sub(at)));
        let Some(piece) = piece.get_mut(..length) else { break };
        let have = source.read_some(at, piece)?;
        if !wanted(piece.get(..have).unwrap_or_default()) || have < piece.len() {
            break;
        }
        at = at.saturating_add(wide(have));
    }
    Ok(())
}
