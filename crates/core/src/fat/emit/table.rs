//! A file allocation table: for each cluster the next of its file ("FAT Data Structure"), up to the last that is taken.

use super::boot::MEDIA;
use crate::fat::FatType;
use crate::fat::fat_type::FIRST_CLUSTER;
use crate::fat::plan::{Plan, content};
use crate::fill::Pieces;
use std::io;

/// Entries that are made before bytes are put.
const STEP: u32 = 0x1_0000;

/// The entries of one table, as they come.
struct Entries {
    fat_type: FatType,
    /// An entry of 12 bits that waits for the next: two of them share three bytes.
    half: Option<u32>,
}

impl Entries {
    fn put(&mut self, entry: u32, out: &mut Vec<u8>) {
        let [a, b, c, d] = entry.to_le_bytes();
        match (self.fat_type, self.half.take()) {
            (FatType::Fat12, None) => self.half = Some(entry),
            (FatType::Fat12, Some(half)) => {
                let [a, b, c, _] = (half | entry << 12).to_le_bytes();
                out.extend_from_slice(&[a, b, c]);
            }
            (FatType::Fat16, _) => out.extend_from_slice(&[a, b]),
            (FatType::Fat32, _) => out.extend_from_slice(&[a, b, c, d]),
        }
    }

    fn finish(self, out: &mut Vec<u8>) {
        if let Some(half) = self.half {
            let [a, b, ..] = half.to_le_bytes();
            out.extend_from_slice(&[a, b]);
        }
    }
}

impl<O> Plan<'_, O> {
    /// Appends the table.
    ///
    /// # Errors
    /// Those of `out`.
    pub(super) fn table(&self, out: &mut Pieces<'_, '_>) -> io::Result<()> {
        let fat_type = self.fat_type();
        let end = fat_type.end_of_chain();
        let mut entries = Entries { fat_type, half: None };
        entries.put(end & !0xFF | u32::from(MEDIA), out.buffer());
        // Also: unmounted, and without errors of the medium.
        entries.put(end, out.buffer());
        let cluster_size = self.cluster_size();
        let is_taken = |name| self.cluster(name) >= FIRST_CLUSTER;
        let directories = self.census.directories.iter().map(|directory| (directory.name, directory.size()));
        let files =
            self.census.files.iter().map(|name| (*name, content(self.build, *name).map_or(0, |it| it.1)));
        for (name, size) in directories.chain(files).filter(|(name, _)| is_taken(*name)) {
            let first = self.cluster(name);
            let taken = u32::try_from(size.max(1).div_ceil(cluster_size)).unwrap_or(u32::MAX);
            let last = first.saturating_add(taken.saturating_sub(1));
            for cluster in first..last {
                entries.put(cluster + 1, out.buffer());
                if cluster % STEP == 0 {
                    out.spill()?;
                }
            }
            entries.put(end, out.buffer());
            out.spill()?;
        }
        entries.finish(out.buffer());
        Ok(())
    }
}
