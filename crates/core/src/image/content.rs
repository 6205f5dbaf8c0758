//! What the content of a file is known by in any tree.

use crate::number::narrow;
use crate::source::Source;
use crate::tree::{Entry, Kind};

/// Bytes at the start of contents that are compared, where they are recorded in different places.
const BEGINNING: u64 = 4096;

/// The content of a file, by where it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Content {
    /// Bytes as they are recorded, compressed or not.
    pub(crate) size: u64,
    /// Byte of the source at which it begins; `None` where it is a hole.
    pub(crate) place: Option<u64>,
}

impl Content {
    /// Of `entry`, if that is a file with anything in it.
    pub(crate) fn of(entry: &Entry) -> Option<Self> {
        let size = entry.extents.iter().fold(0, |sum: u64, extent| sum.saturating_add(extent.length));
        let place = entry.extents.iter().find_map(|extent| extent.offset);
        (entry.kind == Kind::File && size > 0).then_some(Self { size, place })
    }

    /// Its first bytes, of which there are as many in contents of the same size; `None` where they cannot be read.
    pub(crate) fn beginning(&self, source: &dyn Source) -> Option<Vec<u8>> {
        let mut bytes = vec![0; narrow(self.size.min(BEGINNING))];
        source.read_at(self.place?, &mut bytes).ok().map(|()| bytes)
    }
}
