//! The master boot record and its chain of extended boot records.

use super::{Partition, Scheme, Table, Type, block, blocks, note};
use crate::error::{Result, Structure};
use crate::finding::Findings;
use crate::number::Le32;
use crate::source::{InSectors, Source};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, transmute};

/// The record in block 0.
pub const MASTER_BOOT_RECORD: Structure = Structure::new("master boot record", "UEFI 5.2.1");
/// A link of the chain of logical partitions.
pub const EXTENDED_BOOT_RECORD: Structure = Structure::new("extended boot record", "IBM PC DOS 3.3");

/// Bytes of a block on all but 4Kn disks.
pub const SECTOR: u64 = 512;

/// Type of the entry that guards a GPT.
pub const PROTECTIVE: u8 = 0xee;

/// Type of an EFI system partition (UEFI 5.2.2).
pub const EFI_SYSTEM: u8 = 0xef;

/// Links of a chain of extended boot records that are followed: far more than any operating system does.
const CHAIN_LIMIT: usize = 1024;

/// An MBR partition entry (UEFI 5.2.1 table 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Entry {
    /// 0: 0x80 for the active partition, else 0.
    pub status: u8,
    /// 1: head, sector and cylinder of the first block; informative.
    pub first_chs: [u8; 3],
    /// 4: what it holds; see [`type_name`].
    pub kind: u8,
    /// 5: head, sector and cylinder of the last block; informative.
    pub last_chs: [u8; 3],
    /// 8: first block, relative to what the record's place in the chain says.
    pub start: Le32,
    /// 12: blocks; 0 for an unused entry.
    pub length: Le32,
}

const _: () = assert!(size_of::<Entry>() == 16);
const _: () = assert!(offset_of!(Entry, kind) == 4);

impl Entry {
    /// An entry of type 0 may be one: hybrid media mark their whole volume so, and systems show it.
    fn is_used(&self) -> bool {
        self.length.get() != 0
    }
}

/// A master or extended boot record (UEFI 5.2.1 table 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BootRecord {
    /// 0: x86 code.
    pub code: [u8; 440],
    /// 440: tells disks apart; 0 for none.
    pub signature: Le32,
    /// 444: zero, or 0x5A5A for a write-protected disk.
    pub reserved: [u8; 2],
    /// 446: the four entries.
    pub entries: [Entry; 4],
    /// 510: [`BootRecord::KEY`].
    pub key: [u8; 2],
}

const _: () = assert!(size_of::<BootRecord>() == 512);
const _: () = assert!(offset_of!(BootRecord, entries) == 446);

impl BootRecord {
    /// What the last two bytes must be.
    pub const KEY: [u8; 2] = [0x55, 0xaa];

    /// The record in `bytes`, if they end as one does.
    pub fn parse(bytes: [u8; 512]) -> Option<Self> {
        let record: Self = transmute!(bytes);
        (record.key == Self::KEY).then_some(record)
    }

    /// Whether the entries can be a partition table: a boot sector of a file system ends in the same two bytes and
    /// holds code or text there.
    fn has_table(&self) -> bool {
        let sane = self.entries.iter().all(|entry| entry.status & 0x7f == 0);
        sane && self.entries.iter().any(Entry::is_used)
    }
}

/// Whether a partition of this type holds logical partitions.
pub const fn is_extended(kind: u8) -> bool {
    matches!(kind, 0x05 | 0x0f | 0x85)
}

/// The MBR of `source` and its logical partitions, counted in blocks of `sector` bytes; `None` when there is none.
///
/// # Errors
/// Only those of reading the source.
pub fn read(source: &dyn Source, sector: u64, findings: &Findings) -> Result<Option<Table>> {
    let source = &InSectors::new(source, sector);
    let Some(record) = block::<512>(source, 0)?.and_then(BootRecord::parse).filter(BootRecord::has_table)
    else {
        return Ok(None);
    };
    let mut table = Table {
        scheme: Scheme::Mbr,
        at: 0,
        block_size: sector,
        identifier: format!("{:08x}", record.signature.get()),
        protective: false,
        backup: None,
        partitions: Vec::new(),
    };
    for (number, entry) in (1..).zip(&record.entries) {
        if entry.is_used() {
            table.protective |= entry.kind == PROTECTIVE;
            table.partitions.push(partition(number, entry, 0, sector));
        }
    }
    let extended = record.entries.iter().find(|entry| entry.is_used() && is_extended(entry.kind));
    if let Some(extended) = extended {
        follow(source, extended, &mut table, findings)?;
    }
    Ok(Some(table))
}

fn partition(number: u32, entry: &Entry, base: u64, sector: u64) -> Partition {
    Partition {
        scheme: Scheme::Mbr,
        number,
        start: base.saturating_add(blocks(entry.start.get().into(), sector)),
        length: blocks(entry.length.get().into(), sector),
        kind: Type::Mbr(entry.kind),
        name: String::new(),
        active: entry.status & 0x80 != 0,
        unique: None,
        attributes: 0,
    }
}

/// Adds the logical partitions in `extended`: each record's first used entry counts from that record, the link to the
/// next one from the start of the whole extended partition.
fn follow(source: &dyn Source, extended: &Entry, table: &mut Table, findings: &Findings) -> Result<()> {
    let sector = table.block_size;
    let base = blocks(extended.start.get().into(), sector);
    let mut visited = Vec::new();
    let mut next = Some(base);
    let mut number = 5;
    while let Some(at) = next {
        if visited.contains(&at) {
            note(source, findings, at, EXTENDED_BOOT_RECORD, "the chain leads back to this record; cut here");
            break;
        }
        if visited.len() >= CHAIN_LIMIT {
            note(source, findings, at, EXTENDED_BOOT_RECORD, "the chain is too long; the rest is ignored");
            break;
        }
        visited.push(at);
        let Some(record) = block::<512>(source, at)?.and_then(BootRecord::parse) else {
            note(source, findings, at, EXTENDED_BOOT_RECORD, "missing; the logical partitions end here");
            break;
        };
        let used = || record.entries.iter().take(2).filter(|entry| entry.is_used());
        if let Some(entry) = used().find(|entry| !is_extended(entry.kind)) {
            table.partitions.push(partition(number, entry, at, sector));
            number = number.saturating_add(1);
        }
        next = used()
            .find(|entry| is_extended(entry.kind))
            .map(|link| base.saturating_add(blocks(link.start.get().into(), sector)));
    }
    Ok(())
}

/// What a partition of type `number` usually holds.
pub fn type_name(number: u8) -> Option<&'static str> {
    Some(match number {
        0x00 => "empty",
        0x01 => "FAT12",
        0x04 | 0x06 | 0x0e => "FAT16",
        0x05 | 0x0f | 0x85 => "extended",
        0x07 => "NTFS or exFAT",
        0x0b | 0x0c => "FAT32",
        0x17 => "hidden NTFS, used for ISO 9660",
        0x27 => "Windows recovery",
        0x41 => "PReP boot",
        0x82 => "Linux swap",
        0x83 => "Linux",
        0x8e => "Linux LVM",
        0x96 => "ISO 9660 (CHRP)",
        0xa5 => "FreeBSD",
        0xa6 => "OpenBSD",
        0xa8 => "macOS UFS",
        0xa9 => "NetBSD",
        0xaf => "HFS or HFS+",
        0xcd => "ISO 9660",
        0xda => "data",
        0xee => "GPT protective",
        0xef => "EFI system",
        0xfd => "Linux RAID",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    fn entry(kind: u8, start: u32, length: u32) -> Entry {
        Entry {
            status: 0,
            first_chs: [0; 3],
            kind,
            last_chs: [0; 3],
            start: Le32::new(start),
            length: Le32::new(length),
        }
    }

    fn record(entries: &[Entry]) -> [u8; 512] {
        let mut record = BootRecord::read_from_bytes(&[0; 512]).expect("a whole record");
        record.entries[..entries.len()].copy_from_slice(entries);
        record.key = BootRecord::KEY;
        record.signature = Le32::new(0x1234_abcd);
        transmute!(record)
    }

    /// One primary and an extended partition with logical ones at blocks 101 and 151.
    fn disk() -> Vec<u8> {
        let mut disk = vec![0; 512 * 200];
        disk[..512].copy_from_slice(&record(&[entry(0x83, 1, 99), entry(0x05, 100, 100)]));
        disk[512 * 100..512 * 101].copy_from_slice(&record(&[entry(0x0b, 1, 49), entry(0x05, 50, 50)]));
        disk[512 * 150..512 * 151].copy_from_slice(&record(&[entry(0x82, 1, 49)]));
        disk
    }

    fn list(disk: &[u8]) -> (Vec<(u32, u64, u64)>, Vec<String>) {
        let findings = Findings::default();
        let table = read(&Memory(disk), SECTOR, &findings).expect("memory reads");
        let listed = table
            .map(|table| table.partitions)
            .unwrap_or_default()
            .iter()
            .map(|p| (p.number, p.start / 512, p.length / 512))
            .collect();
        (listed, findings.take().into_iter().map(|finding| finding.deviation).collect())
    }

    #[test]
    fn logical_partitions_count_from_five_and_from_their_own_record() {
        let (listed, said) = list(&disk());
        assert_eq!(listed, [(1, 1, 99), (2, 100, 100), (5, 101, 49), (6, 151, 49)]);
        assert!(said.is_empty(), "{said:?}");
    }

    #[test]
    fn a_chain_that_leads_back_is_cut() {
        let mut disk = disk();
        let back = record(&[entry(0x82, 1, 49), entry(0x05, 0, 50)]);
        disk[512 * 150..512 * 151].copy_from_slice(&back);
        let (listed, said) = list(&disk);
        assert_eq!(listed.len(), 4);
        assert_eq!(said, ["the chain leads back to this record; cut here"]);
    }

    #[test]
    fn a_chain_that_leaves_the_image_is_cut() {
        let mut disk = disk();
        disk[512 * 100..512 * 101].copy_from_slice(&record(&[entry(0x0b, 1, 49), entry(0x05, u32::MAX, 50)]));
        let (listed, said) = list(&disk);
        assert_eq!(listed.len(), 3);
        assert_eq!(said, ["missing; the logical partitions end here"]);
    }

    #[test]
    fn the_boot_sector_of_a_file_system_is_no_table() {
        let mut disk = disk();
        disk[446] = b'R';
        assert!(list(&disk).0.is_empty());
        disk[446] = 0;
        disk[511] = 0;
        assert!(list(&disk).0.is_empty());
    }
}
