//! What lies behind the end that a volume declares.

use super::Image;
use super::layout::{SECTOR, VOLUME_DESCRIPTOR};
use crate::error::{Error, Problem, Result};
use crate::fields::corrupt;
use crate::number::round_up;
use crate::tree::walk::{Descend, Visitor, walk};
use crate::tree::{Entry, Tree};

/// Byte of the volume space size in its descriptor (ECMA-119 8.4.8).
const VOLUME_SPACE_SIZE: u64 = 80;

impl Image<'_> {
    /// The byte of the source, rounded up to a sector, at which the last file or directory ends, where the volume
    /// declares that it ends before that; and that it does. The whole tree is read for it; what of it cannot be
    /// read is passed over.
    pub fn excess(&self) -> Option<(u64, Error)> {
        let (descriptor, volume) = self.descriptor()?;
        let mut last = Last::default();
        if let Ok(root) = self.tree().root() {
            last.see(b"/", &root);
            let _ = walk(self.tree(), &root, b"", &mut last);
        }
        let declared = self.end();
        if last.end <= declared {
            return None;
        }
        let blocks = last.end.saturating_sub(declared).div_ceil(self.tree().block_size());
        let (blocks, path) = (u64::from(volume.blocks()).saturating_add(blocks), last.path.escape_ascii());
        let problem = Problem::OutOfRange {
            field: "volume space size",
            got: volume.blocks().into(),
            limit: format!("at least {blocks}, as {path} lies behind its end"),
        };
        let at = descriptor.at.saturating_add(VOLUME_SPACE_SIZE);
        Some((round_up(last.end, SECTOR), corrupt(at, VOLUME_DESCRIPTOR, problem)))
    }
}

/// What ends last in a tree.
#[derive(Debug, Default)]
struct Last {
    end: u64,
    path: Vec<u8>,
}

impl Last {
    fn see(&mut self, path: &[u8], entry: &Entry) {
        let ends =
            entry.extents.iter().filter_map(|extent| Some(extent.offset?.saturating_add(extent.length)));
        let end = ends.max().unwrap_or_default();
        if end > self.end {
            self.end = end;
            self.path.clear();
            self.path.extend_from_slice(path);
        }
    }
}

impl Visitor for Last {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.see(path, entry);
        Ok(Descend::Into)
    }

    fn failure(&mut self, _: &[u8], _: Error) -> Result<()> {
        Ok(())
    }
}
