//! The bytes of a file: extents in order, holes as zeros, encoded blocks decoded.

use crate::error::{Error, Result, Structure};
use crate::extents::Extents;
use crate::source::Source;
use crate::tree::{Coding, Entry};
use std::io::Write;
use std::ops::Range;

mod zisofs;

use zisofs::Zisofs;
pub use zisofs::recognize;

/// A file that is recorded in parts.
const SPARSE: Structure = Structure::new("sparse file", "RRIP 4.1.7");

/// The content of one file, as who reads the file gets it: decoded, holes as zeros.
#[derive(Debug)]
pub struct Content<'a> {
    stored: Extents<'a>,
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
        let stored = Extents::new(source, entry.extents.as_slice());
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

    /// Bytes, decoded: [`Entry::size`].
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where its bytes lie as they are; `None` for an encoded file.
    pub fn extents(&self) -> Option<&Extents<'a>> {
        self.decoder.is_none().then_some(&self.stored)
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

/// What `source` lacks of `entry`'s stored content: how many bytes of it come before the first that is missing, holes
/// included, and the error to report; `None` when all is there or the source does not know its size.
pub fn first_missing(source: &dyn Source, entry: &Entry) -> Option<(u64, Error)> {
    let size = source.size()?;
    let mut before = 0_u64;
    entry.extents.iter().find_map(|extent| {
        let offset = extent.offset.unwrap_or_default();
        let there = extent.offset.map_or(extent.length, |at| size.saturating_sub(at).min(extent.length));
        before = before.saturating_add(there);
        let missing = extent.length.checked_sub(there).filter(|missing| *missing > 0)?;
        Some((before, source.ends(offset.max(size), 0, missing)))
    })
}
