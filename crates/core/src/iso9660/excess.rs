//! What lies behind the end that a volume declares.

use super::Image;
use super::layout::{SECTOR, VOLUME_DESCRIPTOR, VolumeDescriptor};
use crate::error::{Error, Result};
use crate::number::{round_up, wide};
use crate::tree::walk::{Descend, Visitor, walk};
use crate::tree::{Entry, Tree};
use std::mem::offset_of;

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
        let limit = format!("at least {blocks}, as {path} lies behind its end");
        let at = descriptor.at.behind(wide(offset_of!(VolumeDescriptor, volume_space_size)));
        let error = VOLUME_DESCRIPTOR.at(at).out_of_range("volume space size", volume.blocks().into(), limit);
        Some((round_up(last.end, SECTOR), error))
    }
}

/// The file whose content ends last in a tree.
#[derive(Debug, Default)]
struct Last {
    end: u64,
    path: Vec<u8>,
}

impl Last {
    fn see(&mut self, path: &[u8], entry: &Entry) {
        let end = entry.end();
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
