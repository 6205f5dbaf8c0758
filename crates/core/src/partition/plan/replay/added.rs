//! Which partitions other programs added to an image, and how long it was before.

use super::{Found, Replay, VOLUME_SECTOR, named_number};
use crate::error::Result;
use crate::partition::mbr::{PROTECTIVE, SECTOR};
use crate::partition::plan::{Added, Extent, Loader, Places};
use crate::partition::{Partition, Scheme, Type, is_container};
use crate::source::Source;

/// What the names of partitions in a GPT begin with that lie within that of the volume.
const NESTED: &str = "ISOHybrid";

impl Found<'_> {
    /// The options for tables of an image that is shorter than what it lies on, as on a stick, and for those to which other programs
    /// added partitions behind it. No table says which these are, nor how long the image was: what can be is tried.
    pub(super) fn without_added(&mut self, loader: Loader, contents_end: u64) -> Result<Option<Replay>> {
        let boot_images = self.places.boot_images.clone();
        let volume = volume_size(self.source)?;
        for size in self.sizes_before(&[], volume) {
            self.places.size = size;
            self.places.volume = size;
            if let Some(replay) = self.replayed(loader) {
                return Ok(Some(replay));
            }
        }
        for added in self.may_be_added(contents_end) {
            for size in self.sizes_before(&added, volume) {
                self.places = Places {
                    volume: size,
                    size: self.source.size().unwrap_or_default().next_multiple_of(VOLUME_SECTOR),
                    boot_images: boot_images.clone(),
                    appended: Vec::new(),
                    added: added
                        .iter()
                        .map(|added| Extent { at: added.start(), length: added.length() })
                        .collect(),
                    before_added: size,
                };
                self.added.clone_from(&added);
                self.look_behind(contents_end);
                self.look_within();
                self.set_manner();
                if let Some(replay) = self.replayed(loader) {
                    return Ok(Some(replay));
                }
            }
        }
        Ok(None)
    }

    /// Sets of partitions that can have been added, those in order of place that are more likely first: of the GPT those that are
    /// not named as xorriso does, of the MBR the last ones.
    fn may_be_added(&self, contents_end: u64) -> Vec<Vec<Added>> {
        let is_foreign = |one: &&Partition| named_number(one).is_none() && !one.name.starts_with(NESTED);
        let of_gpt: Vec<&Partition> = self.behind(Scheme::Gpt, contents_end).filter(is_foreign).collect();
        let mut of_mbr: Vec<&Partition> = self.behind(Scheme::Mbr, contents_end).collect();
        of_mbr.sort_by_key(|partition| partition.start);
        // Logical partitions lie in one that is written by a chain of records between them.
        let is_logical = |partition: &&Partition| is_container(partition) || partition.number > 4;
        if of_mbr.iter().any(is_logical) {
            return Vec::new();
        }
        let set = |count: usize| {
            let mut told: Vec<Partition> = of_gpt.iter().copied().cloned().collect();
            let last = of_mbr.iter().rev().take(count).rev();
            told.extend(last.copied().cloned());
            told.sort_by_key(|partition| (partition.start, partition.scheme));
            let same = |one: &Partition, other: &Partition| one.start == other.start;
            let told = told.chunk_by(same).map(|told| Added { told: told.to_vec() });
            told.collect::<Vec<_>>()
        };
        (0..=of_mbr.len()).map(set).filter(|set| !set.is_empty()).collect()
    }

    /// How many bytes the image can have had before `added` came, without the backup of a GPT, of which its descriptors count
    /// `volume`.
    fn sizes_before(&self, added: &[Added], volume: u64) -> Vec<u64> {
        let first = added.first().map_or(u64::MAX, |added| added.start());
        let ends = |scheme: Option<Scheme>| {
            let own = self.tables.iter().filter(|table| scheme.is_none_or(|scheme| table.scheme == scheme));
            let own = own.flat_map(|table| &table.partitions);
            let is_own = |one: &&Partition| one.start < first && one.kind != Type::Mbr(PROTECTIVE);
            own.filter(is_own).map(Partition::end).max().unwrap_or_default()
        };
        let tail = self.header.map_or(0, |header| {
            let array = u64::from(header.number_of_partition_entries.get()).div_ceil(4);
            array.saturating_add(1).next_multiple_of(4).saturating_mul(SECTOR)
        });
        let disk = self.header.map_or(0, |header| header.alternate_lba.get().saturating_add(1));
        let with_backup =
            [disk.saturating_mul(SECTOR), ends(None), volume].map(|size| size.saturating_sub(tail));
        let mut sizes: Vec<u64> = Vec::new();
        for size in with_backup.into_iter().chain([ends(Some(Scheme::Gpt)), ends(None), volume]) {
            let size = size.checked_next_multiple_of(VOLUME_SECTOR).unwrap_or_default();
            if (1..=first).contains(&size) && !sizes.contains(&size) {
                sizes.push(size);
            }
        }
        sizes
    }
}

/// Bytes of the volume as its descriptors count them (ECMA-119 8.4.8); 0 where there are none.
fn volume_size(source: &dyn Source) -> Result<u64> {
    let mut descriptor = [0; 84];
    let have = source.read_some(16 * VOLUME_SECTOR, &mut descriptor)?;
    let [.., a, b, c, d] = descriptor;
    let is_there = have == descriptor.len() && descriptor.starts_with(b"\x01CD001");
    let sectors = if is_there { u32::from_le_bytes([a, b, c, d]) } else { 0 };
    Ok(u64::from(sectors).saturating_mul(VOLUME_SECTOR))
}
