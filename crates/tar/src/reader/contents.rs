//! Contents that were asked for, of which the archive's source has the bytes.

use crate::sparse::{MOST_ENTRIES, Map, Run};
use isokit_core::error::{Error, Result};
use isokit_core::extents::{Extent, Extents};
use isokit_core::source::Source;

/// The content of a member, to be opened with [`Archive::open_content`](super::Archive::open_content).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Its bytes begin at this one of the source.
    Whole(u64),
    /// Data and holes; the number is this archive's own.
    Sparse(u32),
}

/// The maps of the contents that have holes, by number.
#[derive(Debug, Default)]
pub(super) struct Contents {
    sparse: Vec<Sparse>,
    /// Entries that all maps have together: [`MOST_ENTRIES`] at the most.
    entries: u64,
}

#[derive(Debug)]
struct Sparse {
    /// Byte offset in the source of the data, which lie back to back.
    offset: u64,
    /// Bytes of the content, holes and all.
    size: u64,
    runs: Vec<Run>,
}

impl Contents {
    /// Entries that the next map may have.
    pub(super) fn room(&self) -> u64 {
        MOST_ENTRIES.saturating_sub(self.entries)
    }

    /// Keeps the one whose data start at byte `offset` of the source, with holes where `map` says.
    pub(super) fn keep(&mut self, offset: u64, map: Option<Map>) -> Result<Content> {
        let Some(map) = map else { return Ok(Content::Whole(offset)) };
        let number = u32::try_from(self.sparse.len())
            .map_err(|_| Error::TooLarge("more sparse members than 32 bits can number".into()))?;
        self.entries = self.entries.saturating_add(map.kept());
        self.sparse.push(Sparse { offset, size: map.size, runs: map.runs });
        Ok(Content::Sparse(number))
    }

    /// The bytes of `content`, which lie on `source`; `None` if there is no such.
    pub(super) fn open<'s>(&self, source: &'s dyn Source, content: Content) -> Option<Extents<'s>> {
        Some(match content {
            Content::Whole(offset) => Extents::rest(source, offset),
            Content::Sparse(number) => {
                Extents::new(source, self.sparse.get(usize::try_from(number).ok()?)?.extents())
            }
        })
    }
}

impl Sparse {
    /// As extents of the source: its data, which lie back to back, and the holes between them.
    fn extents(&self) -> Vec<Extent> {
        let (mut extents, mut done, mut offset) = (Vec::new(), 0, self.offset);
        for Run { at, length } in &self.runs {
            extents.extend([Extent::hole(at.saturating_sub(done)), Extent::recorded(offset, *length)]);
            done = at.saturating_add(*length);
            offset = offset.saturating_add(*length);
        }
        extents.push(Extent::hole(self.size.saturating_sub(done)));
        extents.retain(|extent| extent.length > 0);
        extents
    }
}
