//! Tables that tell of an HFS+ volume over the files of the image, as xorriso makes one for grub-mkrescue: what they are without it.
//! The volume itself is not made anew.

use super::{Found, Replay, VOLUME_SECTOR};
use crate::number::{is_zero, wide};
use crate::partition::gpt::EFI_SYSTEM;
use crate::partition::mbr::SECTOR;
use crate::partition::plan::places::{AREA_BLOCKS, BLOCKS};
use crate::partition::plan::{BESIDE_OTHERS, Loader};
use crate::partition::{GAP, Partition, Scheme, Table, Type};

/// The names of its partition, in a GPT and in an Apple map.
const NAMES: [&str; 2] = ["HFSPLUS", "HFSPLUS_Hybrid"];

/// The name of the volume's partition within which others lie.
const VOLUME: &str = "ISOHybrid";

/// The name of the volume's partition that nothing lies within.
const OF_ISO9660: &str = "ISO9660";

/// What code for an MBR begins with instead of a driver descriptor and a jump over it: a jump to the same place.
const JUMP: [u8; 8] = [0xeb, 0x06, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90];

/// Bytes of code in an MBR (UEFI 5.2.1).
const CODE: usize = 440;

fn is_it(partition: &Partition) -> bool {
    NAMES.contains(&partition.name.as_str()) && partition.start > 0
}

impl Found<'_> {
    /// The options for the tables without the HFS+ volume; `None` where they tell of none.
    pub(super) fn without_hfs_plus(&mut self, loader: Loader, contents_end: u64) -> Option<Replay> {
        if !self.tables.iter().flat_map(|table| &table.partitions).any(is_it) {
            return None;
        }
        let start = u64::from(self.volume_start).saturating_mul(VOLUME_SECTOR);
        for table in &mut self.tables {
            match table.scheme {
                Scheme::Gpt => as_a_gap(table, start),
                Scheme::Apm => without_gaps(table),
                Scheme::Mbr => {}
            }
        }
        let has_map = self.tables.iter().any(|table| table.scheme == Scheme::Apm);
        self.tables.retain(|table| table.scheme != Scheme::Apm || table.partitions.len() > 1);
        if has_map && self.tables.iter().all(|table| table.scheme != Scheme::Apm) {
            [&mut self.front, &mut self.content].into_iter().for_each(|bytes| put_jump(bytes));
        }
        self.is_changed = true;
        let entries =
            self.tables.iter().find(|table| table.scheme == Scheme::Apm).map(|map| map.partitions.len());
        let end = usable_end(self.places.size, entries);
        self.tables
            .iter_mut()
            .filter(|table| table.scheme == Scheme::Gpt)
            .for_each(|table| end_at(table, end));
        self.look_behind(contents_end);
        self.look_within();
        self.replayed(loader).map(|replay| Replay { lacks_hfs_plus: true, ..replay })
    }
}

/// The byte up to which partitions reach in an image of `size` bytes, whose GPT begins behind an Apple map of so many entries.
fn usable_end(size: u64, entries: Option<usize>) -> u64 {
    let array = entries.map_or(2, |entries| BLOCKS.saturating_mul(wide(entries).saturating_add(1)));
    let backup = (size / SECTOR).saturating_sub(1).saturating_sub(AREA_BLOCKS.saturating_sub(array));
    (backup - backup % BLOCKS).saturating_mul(SECTOR)
}

/// Has the last partition of `table`, which reaches as far as any, end at byte `end`; none that would not reach beyond its start.
fn end_at(table: &mut Table, end: u64) {
    let last = table.partitions.iter().map(Partition::end).max().unwrap_or_default();
    table.partitions.retain(|partition| partition.end() < last || partition.start < end);
    for partition in table.partitions.iter_mut().filter(|partition| partition.end() == last) {
        if partition.is_gap() || partition.name == VOLUME {
            partition.length = end.saturating_sub(partition.start);
        }
    }
}

/// Has `table`, a GPT, tell of the HFS+ volume as of what no partition has, or as of the volume, if that begins once more at byte
/// `start`, and no boot image has a partition beside it.
fn as_a_gap(table: &mut Table, start: u64) {
    let is_beside = table
        .partitions
        .iter()
        .any(|partition| partition.kind == Type::Gpt(EFI_SYSTEM) && partition.attributes != 0);
    let mut all: Vec<Partition> = Vec::new();
    let mut gaps = 0_usize;
    let gap = table.partitions.iter().find(|partition| partition.is_gap()).cloned();
    for mut partition in std::mem::take(&mut table.partitions) {
        if is_it(&partition) {
            let (start, length) = (partition.start, partition.length);
            partition = Partition { start, length, ..gap.clone().unwrap_or(partition) };
        }
        if partition.is_gap() {
            if let Some(before) =
                all.last_mut().filter(|before| before.is_gap() && before.end() == partition.start)
            {
                before.length = before.length.saturating_add(partition.length);
                continue;
            }
            partition.name = format!("{GAP}{gaps}");
            gaps = gaps.saturating_add(1);
        }
        all.push(partition);
    }
    let volume = all.iter_mut().find(|gap| start > 0 && !is_beside && gap.is_gap() && gap.start == start);
    if let Some(volume) = volume {
        OF_ISO9660.clone_into(&mut volume.name);
    }
    table.partitions = all;
    renumber(table);
}

/// Has `table`, an Apple map, tell of neither the HFS+ volume nor what lies between partitions.
fn without_gaps(table: &mut Table) {
    table.partitions.retain(|partition| !is_it(partition) && !partition.is_gap());
    renumber(table);
    let count = u64::try_from(table.partitions.len()).unwrap_or_default();
    if let Some(map) = table.partitions.first_mut() {
        map.length = table.block_size.saturating_mul(count);
    }
}

fn renumber(table: &mut Table) {
    for (number, partition) in (1..).zip(&mut table.partitions) {
        partition.number = number;
    }
}

/// Has `bytes` begin with code alone, if what is before it is there because of a map.
fn put_jump(bytes: &mut [u8]) {
    if bytes.get(4..).is_some_and(|bytes| bytes.starts_with(&BESIDE_OTHERS)) {
        let is_alone = bytes.get(JUMP.len()..CODE).is_some_and(is_zero);
        let jump = if is_alone { [0; JUMP.len()] } else { JUMP };
        for (byte, value) in bytes.iter_mut().zip(jump) {
            *byte = value;
        }
    }
}
