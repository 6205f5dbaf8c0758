//! The GUID partition table: primary and backup, each believed only when its checksums hold.

use super::{Guid, Partition, Scheme, Table, Type, blocks, note, slot};
use crate::error::{Result, Structure};
use crate::finding::Findings;
use crate::number::{Le32, Le64, narrow, wide};
use crate::source::{InSectors, Source};
use crc32fast::Hasher;
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// The header in block 1, and its backup in the last block.
pub const HEADER: Structure = Structure::new("GPT header", "UEFI 5.3.2");
/// The array of entries, for damage that is no single entry's.
pub const ENTRIES: Structure = Structure::new("GPT partition entry array", "UEFI 5.3.3");

/// First bytes of a header.
pub const SIGNATURE: [u8; 8] = *b"EFI PART";

/// Block sizes that tables were seen with: disks, 4Kn disks, optical media.
const BLOCK_SIZES: [u64; 3] = [512, 4096, 2048];

/// Bytes of entry array that are read at the most; UEFI's usual one is 16 KiB, and nothing seen was over 64 KiB.
const ARRAY_LIMIT: u64 = 4 << 20;

/// Bytes of the array taken at a time.
const STEP: u64 = 64 << 10;

/// The header (UEFI 5.3.2 table 5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// 0: [`SIGNATURE`].
    pub signature: [u8; 8],
    /// 8: 0x00010000.
    pub revision: Le32,
    /// 12: bytes of the header that are summed, 92 to the block size.
    pub header_size: Le32,

    /// 16: CRC-32 of the header with this field zero.
    pub header_crc32: Le32,
    /// 20: zero.
    pub reserved: Le32,
    /// 24: block of this header.
    pub my_lba: Le64,

    /// 32: block of the other header.
    pub alternate_lba: Le64,
    /// 40: first block partitions may use.
    pub first_usable_lba: Le64,

    /// 48: last block partitions may use.
    pub last_usable_lba: Le64,
    /// 56: names the disk.
    pub disk_guid: [u8; 16],

    /// 72: first block of the entry array.
    pub partition_entry_lba: Le64,
    /// 80: entries in it, unused ones included.
    pub number_of_partition_entries: Le32,
    /// 84: bytes of an entry: 128 times a power of two.
    pub size_of_partition_entry: Le32,
    /// 88: CRC-32 of the whole array.
    pub partition_entry_array_crc32: Le32,
}

impl Header {
    /// The header that `block` begins with, if it begins as one does; whether it is good is another question.
    pub fn parse(block: &[u8]) -> Option<&Self> {
        let (header, _) = Self::ref_from_prefix(block).ok()?;
        (header.signature == SIGNATURE).then_some(header)
    }
}

const _: () = assert!(size_of::<Header>() == 92);
const _: () = assert!(offset_of!(Header, my_lba) == 24);
const _: () = assert!(offset_of!(Header, partition_entry_lba) == 72);

/// An entry (UEFI 5.3.3 table 5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Entry {
    /// 0: what it holds; nil for an unused entry.
    pub partition_type_guid: [u8; 16],
    /// 16: names the partition.
    pub unique_partition_guid: [u8; 16],
    /// 32: first block.
    pub starting_lba: Le64,
    /// 40: last block.
    pub ending_lba: Le64,
    /// 48: see [`attribute`].
    pub attributes: Le64,
    /// 56: UTF-16 little-endian, ended by a NUL.
    pub partition_name: [u8; 72],
}

impl Entry {
    /// The entry that `bytes`, a part of the array, begin with.
    pub fn parse(bytes: &[u8]) -> Option<&Self> {
        Self::ref_from_prefix(bytes).ok().map(|(entry, _)| entry)
    }
}

const _: () = assert!(size_of::<Entry>() == 128);
const _: () = assert!(offset_of!(Entry, partition_name) == 56);

/// Bits of [`Entry::attributes`] (UEFI 5.3.3 table 5.8).
pub mod attribute {
    /// The platform needs it.
    pub const REQUIRED: u64 = 1 << 0;
    /// Firmware ignores it.
    pub const NO_BLOCK_IO: u64 = 1 << 1;
    /// A legacy BIOS may boot it.
    pub const LEGACY_BIOS_BOOTABLE: u64 = 1 << 2;
    /// Basic data partitions: read-only.
    pub const READ_ONLY: u64 = 1 << 60;
}

/// The GPT of `source`: the primary one, or the backup at the end where the primary is damaged; `None` when there is
/// none. The end is looked at only where the size is known.
///
/// # Errors
/// Only those of reading the source.
pub fn read(source: &dyn Source, findings: &Findings) -> Result<Option<Table>> {
    let mut damaged = false;
    for size in BLOCK_SIZES {
        let source = &InSectors::new(source, size);
        let Some(header) = header(source, size, size, findings, &mut damaged)? else { continue };
        let Some(mut table) = table(source, size, size, &header, findings)? else {
            damaged = true;
            continue;
        };
        table.backup = backup_of(source, size, &header, findings)?;
        return Ok(Some(table));
    }
    for size in BLOCK_SIZES {
        let source = &InSectors::new(source, size);
        let Some(at) = last_block(source, size) else { continue };
        let Some(header) = header(source, at, size, findings, &mut damaged)? else { continue };
        if let Some(table) = table(source, at, size, &header, findings)? {
            let text = if damaged { "damaged" } else { "missing" };
            note(source, findings, size, HEADER, format!("{text}; the backup at byte {at:#x} was used"));
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// Byte of the last whole block of `size` bytes, where the source tells its size.
fn last_block(source: &dyn Source, size: u64) -> Option<u64> {
    source.size().and_then(|end| (end / size).checked_sub(1)).map(|last| blocks(last, size))
}

/// The header at byte `at`, if there is a good one. One that is recognised and bad sets `damaged` and is noted.
fn header(
    source: &dyn Source,
    at: u64,
    size: u64,
    findings: &Findings,
    damaged: &mut bool,
) -> Result<Option<Header>> {
    let mut block = vec![0; narrow(size)];
    let have = source.read_some(at, &mut block)?;
    block.truncate(have);
    let Some(header) = Header::parse(&block) else { return Ok(None) };
    match check_header(header, &block, at / size) {
        Ok(()) => Ok(Some(*header)),
        Err(deviation) => {
            *damaged = true;
            note(source, findings, at, HEADER, deviation);
            Ok(None)
        }
    }
}

/// The header's own size, checksum and place.
fn check_header(header: &Header, block: &[u8], lba: u64) -> Result<(), String> {
    let length = header.header_size.get();
    let Some(summed) = block.get(..narrow(length.into())).filter(|_| length >= 92) else {
        return Err(format!("header size is {length}, expected 92 to {}; ignored", block.len()));
    };
    let (before, rest) = summed.split_at(offset_of!(Header, header_crc32));
    let mut crc = Hasher::new();
    crc.update(before);
    crc.update(&[0; 4]);
    crc.update(rest.get(4..).unwrap_or_default());
    let (want, got) = (crc.finalize(), header.header_crc32.get());
    if want != got {
        return Err(format!("checksum is {got:#x}, computed {want:#x}; ignored"));
    }
    if header.my_lba.get() != lba {
        return Err(format!(
            "records block {} as its own, but lies in block {lba}; ignored",
            header.my_lba.get()
        ));
    }
    Ok(())
}

/// The entries that `header`, found at byte `at`, leads to; `None`, noted, when they are damaged.
fn table(
    source: &dyn Source,
    at: u64,
    size: u64,
    header: &Header,
    findings: &Findings,
) -> Result<Option<Table>> {
    let step = u64::from(header.size_of_partition_entry.get());
    let count = u64::from(header.number_of_partition_entries.get());
    let total = step.saturating_mul(count);
    let place = blocks(header.partition_entry_lba.get(), size);
    if step < wide(size_of::<Entry>()) || total > ARRAY_LIMIT {
        let text = format!("{count} entries of {step} bytes are not plausible; ignored");
        note(source, findings, at, HEADER, text);
        return Ok(None);
    }
    let mut partitions = Vec::new();
    let mut crc = Hasher::new();
    let whole = STEP - STEP % step;
    let whole = if whole == 0 { step } else { whole };
    let mut done = 0;
    let mut piece = Vec::new();
    while done < total {
        piece.resize(narrow(whole.min(total - done)), 0);
        let from = place.saturating_add(done);
        if source.read_some(from, &mut piece)? < piece.len() {
            note(source, findings, from, ENTRIES, "the input ends inside; ignored");
            return Ok(None);
        }
        crc.update(&piece);
        for (index, bytes) in piece.chunks_exact(narrow(step)).enumerate() {
            let number = slot(narrow(done / step).saturating_add(index));
            partitions.extend(Entry::parse(bytes).and_then(|entry| partition(number, entry, size)));
        }
        done = done.saturating_add(wide(piece.len()));
    }
    let (want, got) = (crc.finalize(), header.partition_entry_array_crc32.get());
    if want != got {
        let text = format!("checksum is {got:#x}, computed {want:#x}; ignored");
        note(source, findings, place, ENTRIES, text);
        return Ok(None);
    }
    Ok(Some(Table {
        scheme: Scheme::Gpt,
        at,
        block_size: size,
        identifier: Guid(header.disk_guid).to_string(),
        protective: false,
        backup: None,
        partitions,
    }))
}

fn partition(number: u32, entry: &Entry, size: u64) -> Option<Partition> {
    let kind = Guid(entry.partition_type_guid);
    if kind == Guid::NIL {
        return None;
    }
    let (first, last) = (entry.starting_lba.get(), entry.ending_lba.get());
    let attributes = entry.attributes.get();
    Some(Partition {
        scheme: Scheme::Gpt,
        number,
        start: blocks(first, size),
        length: blocks(last.saturating_add(1).saturating_sub(first), size),
        kind: Type::Gpt(kind),
        name: name(&entry.partition_name),
        active: attributes & attribute::LEGACY_BIOS_BOOTABLE != 0,
        unique: Some(Guid(entry.unique_partition_guid)),
        attributes,
    })
}

fn name(bytes: &[u8; 72]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Where the backup of a good primary lies, if it is good too. One that is damaged, or not in the last block, is noted.
fn backup_of(source: &dyn Source, size: u64, primary: &Header, findings: &Findings) -> Result<Option<u64>> {
    let Some(last) = last_block(source, size) else { return Ok(None) };
    let at = blocks(primary.alternate_lba.get(), size);
    if at > last {
        let text = format!("the backup should lie at byte {at:#x}, beyond the end of the image");
        note(source, findings, size, HEADER, text);
        return Ok(None);
    }
    if at != last {
        let text = format!("the backup lies at byte {at:#x}, not in the last block of the image, {last:#x}");
        note(source, findings, size, HEADER, text);
    }
    let mut damaged = false;
    let good = match header(source, at, size, findings, &mut damaged)? {
        Some(backup) => table(source, at, size, &backup, findings)?.is_some(),
        None => false,
    };
    if !good && !damaged {
        note(source, findings, at, HEADER, "the backup is missing or damaged");
    }
    Ok(good.then_some(at))
}

/// What a partition of type `guid` usually holds.
pub fn type_name(guid: Guid) -> Option<&'static str> {
    TYPES.iter().find(|(known, _)| *known == guid).map(|(_, name)| *name)
}

/// Type of an EFI system partition (UEFI 5.3.3 table 5.7).
pub const EFI_SYSTEM: Guid = Guid::new(0xC12A_7328, 0xF81F, 0x11D2, 0xBA4B, 0x00A0_C93E_C93B);
/// Type of a partition with a file system that Windows mounts.
pub const BASIC_DATA: Guid = Guid::new(0xEBD0_A0A2, 0xB9E5, 0x4433, 0x87C0, 0x68B6_B726_99C7);
/// Type of an HFS or HFS+ partition.
pub const HFS_PLUS: Guid = Guid::new(0x4846_5300, 0x0000, 0x11AA, 0xAA11, 0x0030_6543_ECAC);

/// Type of a partition with a file system of Linux.
pub const LINUX: Guid = Guid::new(0x0FC6_3DAF, 0x8483, 0x4772, 0x8E79, 0x3D69_D847_7DE4);

/// Type of a partition that Linux swaps to.
const LINUX_SWAP: Guid = Guid::new(0x0657_FD6D, 0xA4AB, 0x43C4, 0x84E5, 0x0933_C84B_4F4F);
/// Type of a partition from which Windows repairs itself.
const WINDOWS_RECOVERY: Guid = Guid::new(0xDE94_BBA4, 0x06D1, 0x4D40, 0xA16A, 0xBFD5_0179_D6AC);

/// What stands in an MBR for the same content, as sgdisk and parted have it: of basic data, that is FAT32 in blocks.
pub(crate) fn number(guid: Guid) -> Option<u8> {
    const LINUX_LVM: Guid = Guid::new(0xE6D6_D379, 0xF507, 0x44C2, 0xA23C, 0x238F_2A3D_F928);
    const LINUX_RAID: Guid = Guid::new(0xA19D_880F, 0x05FC, 0x4D3B, 0xA006, 0x743F_0F84_911E);
    const PREP: Guid = Guid::new(0x9E1A_2D38, 0xC612, 0x4316, 0xAA26, 0x8B49_521E_5A8B);
    Some(match guid {
        EFI_SYSTEM => 0xef,
        BASIC_DATA => 0x0c,
        LINUX => 0x83,
        LINUX_SWAP => 0x82,
        LINUX_LVM => 0x8e,
        LINUX_RAID => 0xfd,
        HFS_PLUS => 0xaf,
        PREP => 0x41,
        WINDOWS_RECOVERY => 0x27,
        _ => return None,
    })
}

const TYPES: &[(Guid, &str)] = &[
    (EFI_SYSTEM, "EFI system"),
    (BASIC_DATA, "basic data"),
    (Guid::new(0x2168_6148, 0x6449, 0x6E6F, 0x744E, 0x6565_6445_4649), "BIOS boot"),
    (LINUX, "Linux"),
    (LINUX_SWAP, "Linux swap"),
    (Guid::new(0x4F68_BCE3, 0xE8CD, 0x4DB1, 0x96E7, 0xFBCA_F984_B709), "Linux root (x86-64)"),
    (Guid::new(0xBC13_C2FF, 0x59E6, 0x4262, 0xA352, 0xB275_FD6F_7172), "Linux extended boot"),
    (HFS_PLUS, "HFS or HFS+"),
    (Guid::new(0x7C34_57EF, 0x0000, 0x11AA, 0xAA11, 0x0030_6543_ECAC), "APFS"),
    (Guid::new(0xE3C9_E316, 0x0B5C, 0x4DB8, 0x817D, 0xF92D_F002_15AE), "Microsoft reserved"),
    (WINDOWS_RECOVERY, "Windows recovery"),
    (Guid::new(0x9E1A_2D38, 0xC612, 0x4316, 0xAA26, 0x8B49_521E_5A8B), "PReP boot"),
    (Guid::new(0x83BD_6B9D, 0x7F41, 0x11DC, 0xBE0B, 0x0015_60B8_4F0F), "FreeBSD boot"),
    (Guid::new(0x516E_7CB4, 0x6ECF, 0x11D6, 0x8FF8, 0x0002_2D09_712B), "FreeBSD"),
    (Guid::new(0x516E_7CBA, 0x6ECF, 0x11D6, 0x8FF8, 0x0002_2D09_712B), "FreeBSD ZFS"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    const ESP: Guid = Guid::new(0xC12A_7328, 0xF81F, 0x11D2, 0xBA4B, 0x00A0_C93E_C93B);

    fn crc(bytes: &[u8]) -> u32 {
        let mut crc = Hasher::new();
        crc.update(bytes);
        crc.finalize()
    }

    fn seal(header: &mut Header) {
        header.header_crc32 = Le32::new(0);
        header.header_crc32 = Le32::new(crc(header.as_bytes()));
    }

    /// A disk of 100 blocks with one partition in slot 2: primary table at block 1, backup at block 99.
    fn disk(size: usize) -> Vec<u8> {
        let mut entry = Entry::read_from_bytes(&[0; 128]).expect("128 bytes");
        entry.partition_type_guid = ESP.0;
        entry.starting_lba = Le64::new(10);
        entry.ending_lba = Le64::new(19);
        entry.attributes = Le64::new(attribute::LEGACY_BIOS_BOOTABLE);
        for (to, from) in entry.partition_name.chunks_exact_mut(2).zip("é1".encode_utf16()) {
            to.copy_from_slice(&from.to_le_bytes());
        }
        let mut array = vec![0; 4 * 128];
        array[128..256].copy_from_slice(entry.as_bytes());
        let mut header = Header::read_from_bytes(&[0; 92]).expect("92 bytes");
        header.signature = SIGNATURE;
        header.revision = Le32::new(0x10000);
        header.header_size = Le32::new(92);
        header.number_of_partition_entries = Le32::new(4);
        header.size_of_partition_entry = Le32::new(128);
        header.partition_entry_array_crc32 = Le32::new(crc(&array));
        let mut disk = vec![0; size * 100];
        for (own, other, entries) in [(1, 99, 2), (99, 1, 98)] {
            header.my_lba = Le64::new(own);
            header.alternate_lba = Le64::new(other);
            header.partition_entry_lba = Le64::new(entries);
            seal(&mut header);
            let place = narrow(own) * size;
            disk[place..place + 92].copy_from_slice(header.as_bytes());
            let place = narrow(entries) * size;
            disk[place..place + 512].copy_from_slice(&array);
        }
        disk
    }

    fn check(disk: &[u8]) -> (Option<Table>, Vec<String>) {
        let findings = Findings::default();
        let table = read(&Memory(disk), &findings).expect("memory reads");
        (table, findings.take().into_iter().map(|finding| finding.to_string()).collect())
    }

    #[test]
    fn a_partition_is_read_with_its_slot_name_and_flags_at_every_block_size() {
        for size in [512, 2048, 4096] {
            let (table, said) = check(&disk(size));
            let table = table.expect("a table");
            assert!(said.is_empty(), "{said:?}");
            assert_eq!((table.at, table.backup), (wide(size), Some(99 * wide(size))));
            let [partition] = &table.partitions[..] else { panic!("one partition: {table:?}") };
            assert_eq!((partition.number, partition.active), (2, true));
            assert_eq!((partition.start, partition.length), (10 * wide(size), 10 * wide(size)));
            assert_eq!((partition.name.as_str(), partition.kind.meaning()), ("é1", Some("EFI system")));
        }
    }

    #[test]
    fn a_flipped_header_bit_leads_to_the_backup() {
        for size in [512, 2048, 4096] {
            let mut disk = disk(size);
            disk[size + 56] ^= 1;
            let (table, said) = check(&disk);
            assert_eq!(table.expect("the backup").at, 99 * wide(size));
            assert_eq!(said.len(), 2, "{said:?}");
            let header = format!("byte {size:#x} (sector 1): GPT header");
            assert!(said[0].starts_with(&format!("{header}: checksum is 0x")), "{said:?}");
            let used = format!("{header}: damaged; the backup at byte {:#x} was used", 99 * size);
            assert_eq!(said[1], used);
        }
    }

    #[test]
    fn a_flipped_entry_bit_leads_to_the_backup() {
        let mut disk = disk(512);
        disk[1024 + 200] ^= 1;
        let (table, said) = check(&disk);
        assert_eq!(table.expect("the backup").at, 99 * 512);
        assert!(said[0].contains("GPT partition entry array: checksum is 0x"), "{said:?}");
    }

    #[test]
    fn both_copies_damaged_is_no_table() {
        let mut disk = disk(512);
        disk[512 + 56] ^= 1;
        disk[99 * 512 + 56] ^= 1;
        assert_eq!(check(&disk).0, None);
    }

    #[test]
    fn a_backup_that_is_not_at_the_end_is_noted() {
        let mut disk = disk(512);
        disk.resize(512 * 150, 0);
        let (table, said) = check(&disk);
        assert_eq!(table.expect("the primary").backup, Some(99 * 512));
        assert_eq!(
            said,
            [
                "byte 0x200 (sector 1): GPT header: the backup lies at byte 0xc600, not in the last block of the image, \
              0x12a00"
            ]
        );
    }

    #[test]
    fn an_absurd_array_is_not_read() {
        let mut disk = disk(512);
        let mut header = Header::read_from_bytes(&disk[512..604]).expect("92 bytes");
        header.number_of_partition_entries = Le32::new(u32::MAX);
        seal(&mut header);
        disk[512..604].copy_from_slice(header.as_bytes());
        let (table, said) = check(&disk);
        assert_eq!(table.expect("the backup").at, 99 * 512);
        assert!(said[0].contains("4294967295 entries of 128 bytes are not plausible"), "{said:?}");
    }
}
