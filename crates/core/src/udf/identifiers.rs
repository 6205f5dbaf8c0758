//! File identifier descriptors, one after the other (ECMA-167 4/8.6, 4/14.4).

use super::layout::{DIRECTORY, FILE_IDENTIFIER, FileIdentifierDescriptor, LongAd, tag};
use super::space::Space;
use super::{allocation, tag as tags};
use crate::error::{Error, Location, Problem, Result};
use crate::fields::Fields;
use crate::number::{narrow, wide};
use crate::source::Source;
use crate::tree::{Entry, Extent};

/// Bytes of a directory held at once, unless one descriptor is longer.
const PIECE: usize = 32 << 10;

/// Bytes behind a damaged descriptor in which the next one is looked for: an error correction block of a disc has 32 or
/// 64 KiB, and is lost as a whole.
const NEAR: usize = 256 << 10;

/// Bytes of a descriptor at the most: its head, implementation use, identifier and padding.
const LONGEST: usize = 38 + 65_535 + 255 + 3;

/// One file identifier descriptor (ECMA-167 4/14.4).
#[derive(Debug, Clone, Copy)]
pub(super) struct Identifier<'b> {
    pub(super) characteristics: u8,
    pub(super) icb: LongAd,
    /// Compressed Unicode; empty for the parent.
    pub(super) name: &'b [u8],
    /// Where its tag lies.
    pub(super) at: Location,
}

/// A position in the descriptors of a directory.
#[derive(Debug)]
pub(super) struct Identifiers<'t, 's> {
    space: &'t Space<'s>,
    extents: Vec<Extent>,
    /// Where each extent begins in the directory, and where the last one ends.
    starts: Vec<u64>,
    buffer: Vec<u8>,
    /// Byte of the directory at which the buffer begins.
    buffer_at: u64,
    position: usize,
    /// Where what names the directory lies, until a descriptor was seen in it: one has at least that of its parent.
    bare: Option<Location>,
    /// What is to be said at the end: that the directory should go on.
    missing: Option<Error>,
    /// Why some of what is in the buffer could not be read.
    lost: Option<Error>,
}

impl<'t, 's> Identifiers<'t, 's> {
    /// The descriptors in `directory`; `buffer` is filled with them.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a directory larger than the image.
    pub(super) fn new(space: &'t Space<'s>, directory: &Entry, mut buffer: Vec<u8>) -> Result<Self> {
        let (extents, at) = (directory.extents.clone(), directory.at);
        let mut starts = vec![0_u64];
        let mut end = 0_u64;
        for extent in &extents {
            end = end.saturating_add(extent.length);
            starts.push(end);
        }
        if let Some(size) = space.source.size().filter(|size| *size < end) {
            let limit = format!("at most {size}, the size of the image");
            return Err(DIRECTORY.at(at).out_of_range("information length", end, limit));
        }
        buffer.clear();
        let missing =
            (end < directory.size).then(|| allocation::beyond(DIRECTORY.at(at), directory.size, end));
        Ok(Self {
            space,
            extents,
            starts,
            buffer,
            buffer_at: 0,
            position: 0,
            bare: Some(at),
            missing,
            lost: None,
        })
    }

    /// The buffer, for another directory: this one is at its end then.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        self.finish();
        std::mem::take(&mut self.buffer)
    }

    fn end(&self) -> u64 {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Passes over all that is left, as after damage that makes the rest worthless.
    fn finish(&mut self) {
        self.buffer.clear();
        self.position = 0;
        self.buffer_at = self.end();
    }

    /// The next descriptor; `None` at the end. After an error it goes on at the next whole descriptor, if one is near.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for what is no descriptor, and once at the end of a directory that should go on; those of the
    /// source.
    pub(super) fn next(&mut self) -> Result<Option<Identifier<'_>>> {
        let bare = self.bare.take();
        if self.left() == 0 {
            let error = self.missing.take().or_else(|| bare.map(empty));
            return error.map_or(Ok(None), Err);
        }
        if let Err(error) = self.ensure(PIECE.min(LONGEST / 64)) {
            self.finish();
            return Err(error);
        }
        let length = match self.length() {
            Ok(length) => length,
            Err(error) => self.recover(error)?,
        };
        let at = self.at();
        let from = self.position;
        self.position = self.position.saturating_add(length).min(self.buffer.len());
        let bytes = self.buffer.get(from..self.position).unwrap_or_default();
        let mut fields = Fields::new(bytes, at, FILE_IDENTIFIER);
        let head: &FileIdentifierDescriptor = fields.read()?;
        fields.skip(head.implementation_use_length.get().into())?;
        let name = fields.take(head.identifier_length.into())?;
        Ok(Some(Identifier { characteristics: head.characteristics, icb: head.icb, name, at }))
    }

    /// Bytes of the directory not passed over.
    fn left(&self) -> u64 {
        self.end().saturating_sub(self.buffer_at).saturating_sub(wide(self.position))
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.position..).unwrap_or_default()
    }

    /// Where the position lies.
    fn at(&self) -> Location {
        let position = self.buffer_at.saturating_add(wide(self.position));
        let place = self.piece(position).and_then(|(extent, into)| Some(extent.offset?.saturating_add(into)));
        self.space.absolute(place.unwrap_or_default())
    }

    /// The extent that byte `position` of the directory is in, and how far into it.
    fn piece(&self, position: u64) -> Option<(Extent, u64)> {
        let after = self.starts.partition_point(|start| *start <= position);
        let number = after.checked_sub(1)?;
        let extent = self.extents.get(number)?;
        Some((*extent, position.saturating_sub(self.starts.get(number).copied()?)))
    }

    /// Sees to it that `length` bytes from the position on, or all that are left, are in the buffer.
    fn ensure(&mut self, length: usize) -> Result<()> {
        let length = length.min(narrow(self.left()));
        if self.rest().len() >= length {
            return Ok(());
        }
        self.buffer.drain(..self.position);
        self.buffer_at = self.buffer_at.saturating_add(wide(self.position));
        self.position = 0;
        let have = self.buffer.len();
        let wanted = length.max(PIECE).min(narrow(self.left()));
        self.buffer.resize(wanted, 0);
        let mut buffer = std::mem::take(&mut self.buffer);
        let loaded = self.load(have, &mut buffer, false);
        self.buffer = buffer;
        self.lost = self.lost.take().or(loaded?);
        Ok(())
    }

    /// Fills `buffer`, which begins where the buffer does, from byte `from` of it on. What cannot be read is zeros, and the
    /// first error is returned.
    fn load(&self, from: usize, buffer: &mut [u8], mirrored: bool) -> Result<Option<Error>> {
        let (mut at, mut lost) = (from, None);
        while at < buffer.len() {
            let position = self.buffer_at.saturating_add(wide(at));
            let Some((extent, into)) = self.piece(position) else { break };
            let length = narrow(extent.length.saturating_sub(into)).min(buffer.len().saturating_sub(at));
            let end = at.saturating_add(length);
            let Some(piece) = buffer.get_mut(at..end) else { break };
            match extent.offset {
                Some(offset) => {
                    let place = offset.saturating_add(into);
                    let other = if mirrored { self.space.mirrored(place) } else { None };
                    lost = lost.or(self.space.salvage(other.unwrap_or(place), piece)?);
                }
                None => piece.fill(0),
            }
            at = end;
        }
        Ok(lost)
    }

    /// Checks the descriptor at the position: its length, with padding, all of which is in the buffer then.
    fn length(&mut self) -> Result<usize> {
        let at = self.at();
        let mut fields = Fields::new(self.rest(), at, FILE_IDENTIFIER);
        let head: &FileIdentifierDescriptor = fields.read()?;
        if head.tag.identifier.get() != tag::FILE_IDENTIFIER {
            let start = Fields::new(self.rest(), at, FILE_IDENTIFIER);
            let got = head.tag.identifier.get().into();
            return Err(start.out_of_range("tag identifier", got, tag::FILE_IDENTIFIER.to_string()));
        }
        let length = size_of::<FileIdentifierDescriptor>()
            .saturating_add(head.implementation_use_length.get().into())
            .saturating_add(head.identifier_length.into());
        let padded = length.next_multiple_of(4);
        self.ensure(padded)?;
        if self.rest().len() < length {
            let problem = Problem::Truncated { need: wide(length), have: wide(self.rest().len()) };
            return Err(FILE_IDENTIFIER.at(at).corrupt(problem));
        }
        let covered = self.rest().get(..padded).unwrap_or(self.rest());
        tags::check(covered, FILE_IDENTIFIER.at(at), &[tag::FILE_IDENTIFIER], None, &self.space.findings)?;
        Ok(covered.len())
    }

    /// The length of the descriptor at the position, damaged by `error`, if the mirror has it whole: what is in the
    /// buffer is of the mirror then.
    fn mirrored(&mut self, error: &Error) -> Option<usize> {
        if !self.space.has_mirror() {
            return None;
        }
        let at = self.at();
        let mut mirrored = vec![0; self.buffer.len()];
        self.load(self.position, &mut mirrored, true).ok()?;
        if mirrored.get(self.position..) == self.buffer.get(self.position..) {
            return None;
        }
        let damaged = std::mem::replace(&mut self.buffer, mirrored);
        let before = (self.buffer_at, self.position);
        if let Ok(length) = self.length() {
            self.space.findings.note(at, DIRECTORY, format!("{error}; the mirror was read"));
            return Some(length);
        }
        // Looking at the mirror may have read on.
        self.buffer = damaged;
        (self.buffer_at, self.position) = before;
        None
    }

    /// Reads the damaged descriptor at the position from the mirror, or passes over it.
    fn recover(&mut self, error: Error) -> Result<usize> {
        if let Some(length) = self.mirrored(&error) {
            return Ok(length);
        }
        let next = match self.next_whole() {
            None if self.ensure(NEAR).is_ok() => self.next_whole(),
            next => next,
        };
        match next {
            Some(step) => self.position = self.position.saturating_add(step),
            None => self.finish(),
        }
        // Where bytes could not be read, that is what is wrong with the descriptor.
        Err(self.lost.take().unwrap_or(error))
    }

    /// How far behind the position, in the buffer, the next whole descriptor begins.
    fn next_whole(&self) -> Option<usize> {
        (4..self.rest().len()).step_by(4).find(|step| {
            let bytes = self.rest().get(*step..).unwrap_or_default();
            tags::peek(bytes).is_some_and(|found| found.identifier.get() == tag::FILE_IDENTIFIER)
                && tags::holds(bytes)
        })
    }
}

/// That there is nothing in the directory that is named at `at` (ECMA-167 4/8.6).
fn empty(at: Location) -> Error {
    let limit = "at least 1, that of the parent";
    DIRECTORY.at(at).out_of_range("number of file identifier descriptors", 0, limit)
}
