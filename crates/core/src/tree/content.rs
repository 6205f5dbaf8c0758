//! The bytes of a file: extents in order, holes as zeros, encoded blocks decoded.

use crate::error::{Error, Location, Result, Structure};
use crate::number::{narrow, wide};
use crate::source::Source;
use crate::tree::{Coding, Entry, Extent};
use std::io::Write;
use std::ops::Range;

mod zisofs;

use zisofs::Zisofs;

/// A file that is recorded in parts.
const SPARSE: Structure = Structure::new("sparse file", "RRIP 4.1.7");

/// Bytes handed on at once.
const CHUNK: usize = 1 << 17;

/// The content of one file.
#[derive(Debug)]
pub struct Content<'a> {
    stored: Stored<'a>,
    size: u64,
    decoder: Option<Zisofs>,
}

impl<'a> Content<'a> {
    /// The content of `entry`, whose extents lie on `source`. Nothing is read but the header of an encoded file.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the header of an encoded file contradicts the entry, [`Error::Unsupported`] when it is
    /// encoded in a way that is not decoded here.
    pub fn open(source: &'a dyn Source, entry: &'a Entry) -> Result<Self> {
        let stored = Stored { source, extents: &entry.extents };
        let decoder = match entry.coding {
            Coding::Plain => None,
            Coding::Sparse { .. } => {
                return Err(SPARSE.at(stored.place(0)).unsupported("reading a sparse file"));
            }
            Coding::Zisofs { version, header, block_log2 } => {
                Some(Zisofs::open(&stored, version, header, block_log2, entry.size)?)
            }
        };
        Ok(Self { stored, size: entry.size, decoder })
    }

    /// Bytes of the content, decoded.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The pieces of `range` of the content, when they lie on the source as they are; `None` for an encoded file.
    /// What of `range` lies behind the end is left out.
    pub fn extents(&self, range: Range<u64>) -> Option<impl Iterator<Item = Extent> + use<'a>> {
        self.decoder.is_none().then(|| self.stored.clipped(range))
    }

    /// Hands the bytes of `range` to `each`, in order, in chunks. What of `range` lies behind the end is left out.
    ///
    /// # Errors
    /// [`Error::Corrupt`] where the source ends too early or a block cannot be decoded, [`Error::Io`], and those of
    /// `each`. What came before has been handed on.
    pub fn copy(&mut self, range: Range<u64>, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let range = range.start.min(self.size)..range.end.min(self.size);
        match &mut self.decoder {
            Some(decoder) => decoder.copy(&self.stored, range, each),
            None => self.stored.copy(range, each),
        }
    }
}

impl Content<'_> {
    /// Writes all bytes to `out`.
    ///
    /// # Errors
    /// As [`Content::copy`], and [`Error::Io`] when writing fails.
    pub fn write_to(&mut self, out: &mut dyn Write) -> Result<()> {
        self.copy(0..self.size, &mut |bytes| out.write_all(bytes).map_err(|error| Error::io("write", error)))
    }
}

/// The bytes of a file as they are stored.
#[derive(Debug, Clone, Copy)]
struct Stored<'a> {
    source: &'a dyn Source,
    extents: &'a [Extent],
}

impl<'a> Stored<'a> {
    /// Bytes stored.
    fn size(&self) -> u64 {
        self.extents.iter().fold(0, |sum, extent| sum.saturating_add(extent.length))
    }

    /// The extents cut to `range`.
    fn clipped(&self, range: Range<u64>) -> impl Iterator<Item = Extent> + use<'a> {
        let mut start = 0_u64;
        self.extents.iter().filter_map(move |extent| {
            let here = start..start.saturating_add(extent.length);
            start = here.end;
            let (from, to) = (here.start.max(range.start), here.end.min(range.end));
            let length = to.checked_sub(from).filter(|length| *length > 0)?;
            let offset = extent.offset.map(|offset| offset.saturating_add(from.saturating_sub(here.start)));
            Some(Extent { offset, length })
        })
    }

    fn copy(&self, range: Range<u64>, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut buffer = vec![0; CHUNK.min(narrow(range.end.saturating_sub(range.start)))];
        for extent in self.clipped(range) {
            let mut done = 0;
            while done < extent.length {
                let length = narrow(extent.length.saturating_sub(done)).min(buffer.len());
                let Some(chunk) = buffer.get_mut(..length) else { break };
                let have = match extent.offset {
                    Some(offset) => self.source.read_some(offset.saturating_add(done), chunk)?,
                    None => {
                        chunk.fill(0);
                        length
                    }
                };
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

    /// Fills `into` from byte `at` of what is stored, exactly.
    fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let wanted = wide(into.len());
        let mut done = 0_u64;
        for extent in self.clipped(at..at.saturating_add(wanted)) {
            let end = done.saturating_add(extent.length);
            let Some(piece) = into.get_mut(narrow(done)..narrow(end)) else { break };
            match extent.offset {
                Some(offset) => self.source.read_at(offset, piece)?,
                None => piece.fill(0),
            }
            done = end;
        }
        if done == wanted { Ok(()) } else { Err(self.short(at, wanted.saturating_sub(done))) }
    }

    /// Where byte `at` of what is stored lies.
    fn place(&self, at: u64) -> Location {
        let place = self.clipped(at..u64::MAX).next().and_then(|extent| extent.offset);
        let end = self.extents.last().and_then(|extent| Some(extent.offset?.saturating_add(extent.length)));
        self.source.location(place.or(end).unwrap_or_default())
    }

    /// The error for a file whose stored bytes end before `missing` more that are wanted from byte `at` on.
    fn short(&self, at: u64, missing: u64) -> Error {
        let problem = crate::error::Problem::Truncated { need: missing, have: 0 };
        zisofs::FILE.at(self.place(at)).corrupt(problem)
    }
}

/// The first byte of `entry`'s stored content that `source` does not have, as the error to report; `None` when all is
/// there or the source does not know its size.
pub fn first_missing(source: &dyn Source, entry: &Entry) -> Option<Error> {
    let size = source.size()?;
    entry.extents.iter().find_map(|extent| {
        let offset = extent.offset?;
        let missing =
            offset.saturating_add(extent.length).checked_sub(size).filter(|missing| *missing > 0)?;
        Some(source.ends(offset.max(size), 0, missing.min(extent.length)))
    })
}
