//! The Apple partition map: a driver descriptor in block 0, then one block an entry, the map itself among them.

use super::{Partition, Scheme, Table, Type, ascii, block, blocks, note, slot};
use crate::error::{Result, Structure};
use crate::finding::Findings;
use crate::number::{Be16, Be32, wide};
use crate::source::{InSectors, Source};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, transmute};

/// The map as a whole; each entry takes a block.
pub const PARTITION_MAP: Structure = Structure::new("Apple partition map", "Inside Macintosh: Devices 3-26");

/// First bytes of an entry's block.
pub const SIGNATURE: [u8; 2] = *b"PM";
/// First bytes of the driver descriptor in block 0.
pub const DRIVER_DESCRIPTOR: [u8; 2] = *b"ER";

/// Block sizes that maps were seen with.
const BLOCK_SIZES: [u64; 4] = [512, 1024, 2048, 4096];

/// Entries that are read at the most; disks have a dozen.
const LIMIT: usize = 1024;

/// Bit of [`Entry::status`]: the partition can be booted.
pub const BOOTABLE: u32 = 1 << 3;

/// The first 136 bytes of an entry's block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Entry {
    /// 0: [`SIGNATURE`].
    pub signature: [u8; 2],
    /// 2: zero.
    pub reserved: Be16,
    /// 4: entries in the whole map; every entry says so.
    pub map_entries: Be32,
    /// 8: first block.
    pub start: Be32,
    /// 12: blocks.
    pub length: Be32,
    /// 16: NUL padded.
    pub name: [u8; 32],
    /// 48: e.g. `Apple_HFS`, NUL padded.
    pub kind: [u8; 32],
    /// 80: first block of the data area, relative to the partition.
    pub data_start: Be32,
    /// 84: blocks of it.
    pub data_length: Be32,
    /// 88: see [`BOOTABLE`].
    pub status: Be32,
    /// 92: boot code: first block, bytes, load address, entry point, checksum, each but the sum with a reserved word.
    pub boot: [u8; 28],
    /// 120: processor the boot code runs on.
    pub processor: [u8; 16],
}

const _: () = assert!(size_of::<Entry>() == 136);
const _: () = assert!(offset_of!(Entry, status) == 88);

/// The map of `source`; `None` when there is none.
///
/// The block size is where the first entry lies, unless the driver descriptor names one at which an entry lies too:
/// hybrid media hold entries for both.
///
/// # Errors
/// Only those of reading the source.
pub fn read(source: &dyn Source, findings: &Findings) -> Result<Option<Table>> {
    let Some(size) = block_size(source, findings)? else { return Ok(None) };
    let source = &InSectors::new(source, size);
    let mut partitions = Vec::new();
    let mut declared = None;
    for index in 0..LIMIT {
        let at = blocks(wide(index).saturating_add(1), size);
        if declared.is_some_and(|count| index >= count) {
            break;
        }
        let Some(entry) = entry(source, at)? else {
            note(source, findings, at, PARTITION_MAP, "an entry is missing; the map ends here");
            break;
        };
        let count = usize::try_from(entry.map_entries.get()).unwrap_or(LIMIT);
        if declared.is_none() && count > LIMIT {
            note(source, findings, at, PARTITION_MAP, format!("{count} entries are not plausible"));
        }
        declared.get_or_insert(count);
        partitions.push(Partition {
            scheme: Scheme::Apm,
            number: slot(index),
            start: blocks(entry.start.get().into(), size),
            length: blocks(entry.length.get().into(), size),
            kind: Type::Apm(ascii(&entry.kind)),
            name: ascii(&entry.name),
            active: entry.status.get() & BOOTABLE != 0,
            unique: None,
            attributes: entry.status.get().into(),
        });
    }
    Ok(Some(Table {
        scheme: Scheme::Apm,
        at: size,
        block_size: size,
        identifier: String::new(),
        protective: false,
        backup: None,
        partitions,
    }))
}

fn entry(source: &dyn Source, at: u64) -> Result<Option<Entry>> {
    let Some(bytes) = block::<136>(source, at)? else { return Ok(None) };
    let entry: Entry = transmute!(bytes);
    Ok((entry.signature == SIGNATURE).then_some(entry))
}

fn block_size(source: &dyn Source, findings: &Findings) -> Result<Option<u64>> {
    let head = block::<4>(source, 0)?.unwrap_or_default();
    let [e, r, high, low] = head;
    let described = ([e, r] == DRIVER_DESCRIPTOR).then_some(u64::from(u16::from_be_bytes([high, low])));
    if let Some(size) = described.filter(|size| BLOCK_SIZES.contains(size))
        && entry(source, size)?.is_some()
    {
        return Ok(Some(size));
    }
    for size in BLOCK_SIZES {
        if entry(source, size)?.is_some() {
            if let Some(said) = described.filter(|said| *said != size) {
                let text =
                    format!("the driver descriptor records blocks of {said} bytes, but the map uses {size}");
                note(&InSectors::new(source, size), findings, 0, PARTITION_MAP, text);
            }
            return Ok(Some(size));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    fn entry_bytes(count: u32, start: u32, length: u32, kind: &[u8]) -> Vec<u8> {
        let mut entry = Entry::read_from_bytes(&[0; 136]).expect("136 bytes");
        entry.signature = SIGNATURE;
        entry.map_entries = Be32::new(count);
        entry.start = Be32::new(start);
        entry.length = Be32::new(length);
        entry.kind[..kind.len()].copy_from_slice(kind);
        entry.as_bytes().to_vec()
    }

    fn disk(size: usize, described: u16) -> Vec<u8> {
        let mut disk = vec![0; 64 << 10];
        disk[..2].copy_from_slice(&DRIVER_DESCRIPTOR);
        disk[2..4].copy_from_slice(&described.to_be_bytes());
        for (index, entry) in
            [entry_bytes(2, 1, 2, b"Apple_partition_map"), entry_bytes(2, 3, 4, b"Apple_HFS")]
                .iter()
                .enumerate()
        {
            let at = (index + 1) * size;
            disk[at..at + entry.len()].copy_from_slice(entry);
        }
        disk
    }

    fn check(disk: &[u8]) -> (Option<Table>, Vec<String>) {
        let findings = Findings::default();
        let table = read(&Memory(disk), &findings).expect("memory reads");
        (table, findings.take().into_iter().map(|finding| finding.deviation).collect())
    }

    #[test]
    fn the_block_size_is_where_the_entries_lie() {
        for size in [512_u16, 2048] {
            let (table, said) = check(&disk(size.into(), size));
            let table = table.expect("a map");
            assert!(said.is_empty(), "{said:?}");
            assert_eq!(table.block_size, size.into());
            let kinds: Vec<_> = table.partitions.iter().map(|p| p.kind.to_string()).collect();
            assert_eq!(kinds, ["Apple_partition_map", "Apple_HFS"]);
            assert_eq!(table.partitions[1].start, 3 * u64::from(size));
        }
    }

    #[test]
    fn a_wrong_descriptor_is_noted_and_the_entries_believed() {
        let (table, said) = check(&disk(512, 4096));
        assert_eq!(table.expect("a map").block_size, 512);
        assert_eq!(said, ["the driver descriptor records blocks of 4096 bytes, but the map uses 512"]);
    }

    #[test]
    fn a_map_that_breaks_off_keeps_what_is_there() {
        let mut disk = disk(512, 512);
        disk[1024] = 0;
        let (table, said) = check(&disk);
        assert_eq!(table.expect("a map").partitions.len(), 1);
        assert_eq!(said, ["an entry is missing; the map ends here"]);
    }

    #[test]
    fn no_entry_is_no_map() {
        assert_eq!(check(&[0; 8192]).0, None);
        assert_eq!(check(b"ER").0, None);
    }
}
