//! Existing images as inputs: their contents stay where they lie until they are written.

use isokit_core::error::{Error, Result};
use isokit_core::extents::Extents;
use isokit_core::number::wide;
use isokit_core::source::Source;
use isokit_core::tree::content::Content;
use isokit_core::tree::{Coding, Entry, Extent};
use std::sync::Arc;

/// An image that is read from, and what messages call it.
#[derive(Debug)]
pub(crate) struct Existing {
    pub(crate) name: String,
    source: Arc<dyn Source>,
    /// The contents that are not one piece of the image, by their number in
    /// [`Origin::Pieces`](crate::sources::Origin::Pieces).
    pieces: Vec<Pieces>,
}

/// A content in several pieces, with holes, or encoded.
#[derive(Debug)]
enum Pieces {
    Plain(Box<[Extent]>),
    Encoded(Box<Decoding>),
}

impl Existing {
    /// An image on `source`, which can be read anywhere.
    pub(crate) fn new(source: Box<dyn Source>, name: String) -> Self {
        Self { name, source: source.into(), pieces: Vec::new() }
    }

    pub(crate) fn source(&self) -> Arc<dyn Source> {
        Arc::clone(&self.source)
    }

    /// Keeps the extents of a file, whose number they have from then on.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there are more than a number can count.
    pub(crate) fn keep(&mut self, entry: &Entry) -> Result<u32> {
        let number = u32::try_from(self.pieces.len())
            .map_err(|_| Error::TooLarge("more files in pieces than 32 bits can number".into()))?;
        self.pieces.push(match entry.coding {
            Coding::Plain => Pieces::Plain(entry.extents.as_slice().into()),
            coding => {
                let (size, extents) = (entry.size, entry.extents.clone());
                let entry = Entry { size, extents, coding, ..Entry::default() };
                Pieces::Encoded(Box::new(Decoding { stored: self.source(), entry }))
            }
        });
        Ok(number)
    }

    /// The content that begins at byte `offset`.
    pub(crate) fn open_extent(&self, offset: u64) -> Extents<'_> {
        Extents::rest(&self.source, offset)
    }

    /// The content of this number; `None` if there is no such number.
    pub(crate) fn open_pieces(&self, number: u32) -> Option<Extents<'_>> {
        Some(match self.pieces.get(usize::try_from(number).ok()?)? {
            Pieces::Plain(pieces) => Extents::new(&self.source, &**pieces),
            Pieces::Encoded(decoding) => Extents::one(&**decoding, 0, decoding.entry.size),
        })
    }
}

/// An encoded file as a source of its decoded bytes.
#[derive(Debug)]
struct Decoding {
    stored: Arc<dyn Source>,
    /// What a file's content is made of: size, extents and coding.
    entry: Entry,
}

impl Source for Decoding {
    fn size(&self) -> Option<u64> {
        Some(self.entry.size)
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let mut filled = 0_usize;
        let end = at.saturating_add(wide(into.len()));
        Content::open(&*self.stored, &self.entry)?.copy(at..end, &mut |bytes| {
            let room = into.get_mut(filled..).unwrap_or_default();
            let length = bytes.len().min(room.len());
            if let (Some(room), Some(bytes)) = (room.get_mut(..length), bytes.get(..length)) {
                room.copy_from_slice(bytes);
            }
            filled = filled.saturating_add(length);
            Ok(())
        })?;
        Ok(filled)
    }
}
