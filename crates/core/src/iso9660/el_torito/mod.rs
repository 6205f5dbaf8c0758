//! El Torito 1.0, the bootable CD-ROM format: the structures as they lie on the medium. The boot record that leads to
//! them is [`super::layout::BootRecord`]. Offsets are bytes from the start of each structure, from 0, as in that text.

use crate::error::Structure;
use crate::number::{Le16, Le32, Le64, narrow, wide};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

pub mod catalog;
pub mod extent;

pub use catalog::{BootImage, Catalog, Emulation};

/// The validation entry.
pub(crate) const VALIDATION_ENTRY: Structure =
    Structure::new("boot catalog validation entry", "El Torito 2.1");
/// The initial/default entry and every section entry.
pub(crate) const BOOT_ENTRY: Structure = Structure::new("boot catalog entry", "El Torito 2.2");
/// A section header, which announces entries of one platform.
pub(crate) const SECTION_HEADER: Structure = Structure::new("boot catalog section header", "El Torito 2.3");
/// A section entry extension, which continues selection criteria.
pub(crate) const EXTENSION_ENTRY: Structure = Structure::new("boot catalog extension entry", "El Torito 2.5");

/// What [`super::layout::BootRecord::boot_system_identifier`] holds, zero padded.
pub(crate) const BOOT_SYSTEM_IDENTIFIER: &[u8; 23] = b"EL TORITO SPECIFICATION";

/// Bytes of every entry of a boot catalog.
pub(crate) const ENTRY: usize = 32;

/// Bytes that [`BootEntry::sector_count`] counts in: virtual sectors of a floppy, whatever the medium's are.
pub(crate) const VIRTUAL_SECTOR: u64 = 512;

/// Where the image is loaded when [`BootEntry::load_segment`] is 0: real-mode segment 0x7C0, address 0x7C00.
pub(crate) const DEFAULT_LOAD_SEGMENT: u16 = 0x7c0;

/// Platform numbers of a validation entry or section header.
pub mod platform {
    /// 80x86 with a PC BIOS.
    pub const X86: u8 = 0;
    /// PowerPC, as CHRP machines are.
    pub const POWER_PC: u8 = 1;
    /// Macintosh, with a 68000 or a PowerPC.
    pub const MAC: u8 = 2;
    /// EFI (UEFI 13.3.2.1).
    pub const EFI: u8 = 0xef;
}

/// The low four bits of [`BootEntry::boot_media_type`].
pub(crate) mod media_type {
    /// No emulation: the code is loaded as it is.
    pub(crate) const NO_EMULATION: u8 = 0;
    /// A diskette of 1,228,800 bytes.
    pub(crate) const FLOPPY_1200: u8 = 1;
    /// A diskette of 1,474,560 bytes.
    pub(crate) const FLOPPY_1440: u8 = 2;
    /// A diskette of 2,949,120 bytes.
    pub(crate) const FLOPPY_2880: u8 = 3;
    /// A hard disk, whose size its own partition table says.
    pub(crate) const HARD_DISK: u8 = 4;
    /// The bits that hold the type.
    pub(crate) const MASK: u8 = 0x0f;
    /// In a section entry: extension entries follow.
    pub(crate) const CONTINUES: u8 = 1 << 5;
}

/// First byte of each kind of entry.
pub(crate) mod indicator {
    /// Validation entry.
    pub(crate) const VALIDATION: u8 = 1;
    /// Boot entry, bootable.
    pub(crate) const BOOTABLE: u8 = 0x88;
    /// Boot entry, not bootable; also what unused space at the end of a catalog reads as.
    pub(crate) const NOT_BOOTABLE: u8 = 0;
    /// Section header, more sections follow.
    pub(crate) const SECTION: u8 = 0x90;
    /// Section header, the last.
    pub(crate) const LAST_SECTION: u8 = 0x91;
    /// Extension of the section entry before it.
    pub(crate) const EXTENSION: u8 = 0x44;
    /// In [`super::ExtensionEntry::more`]: another extension follows.
    pub(crate) const EXTENSION_CONTINUES: u8 = 1 << 5;
}

/// The first entry of a boot catalog (El Torito 2.1). The sum of its sixteen little-endian words is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ValidationEntry {
    /// 0: [`indicator::VALIDATION`].
    pub header: u8,
    /// 1: see [`platform`].
    pub platform: u8,
    /// 2: zero.
    pub reserved: Le16,
    /// 4: who made the medium, ASCII, zero padded.
    pub identifier: [u8; 24],
    /// 28: makes the sum of all words 0.
    pub checksum: Le16,
    /// 30: [`ValidationEntry::KEY`].
    pub key: [u8; 2],
}

const _: () = assert!(size_of::<ValidationEntry>() == ENTRY);
const _: () = assert!(offset_of!(ValidationEntry, identifier) == 4);
const _: () = assert!(offset_of!(ValidationEntry, checksum) == 28);

impl ValidationEntry {
    /// What the last two bytes must be.
    pub(crate) const KEY: [u8; 2] = [0x55, 0xaa];

    /// The checksum this entry needs, whatever it holds now.
    pub(crate) fn computed_checksum(&self) -> u16 {
        let sum = Self { checksum: Le16::new(0), ..*self }.word_sum();
        0_u16.wrapping_sub(sum)
    }

    /// The 16-bit sum of all words: 0 in a valid entry.
    pub(crate) fn word_sum(&self) -> u16 {
        let (words, _) = self.as_bytes().as_chunks::<2>();
        words.iter().fold(0, |sum: u16, word| sum.wrapping_add(u16::from_le_bytes(*word)))
    }
}

/// The initial/default entry (El Torito 2.2) and a section entry (2.4): one layout, of which the first must leave
/// `selection_criteria` zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct BootEntry {
    /// 0: [`indicator::BOOTABLE`] or [`indicator::NOT_BOOTABLE`].
    pub boot_indicator: u8,
    /// 1: see [`media_type`].
    pub boot_media_type: u8,
    /// 2: real-mode segment the image is loaded to; 0 for [`DEFAULT_LOAD_SEGMENT`].
    pub load_segment: Le16,
    /// 4: copy of the type byte of the image's active partition (hard disk emulation), else 0.
    pub system_type: u8,
    /// 5: zero.
    pub unused: u8,
    /// 6: units of [`VIRTUAL_SECTOR`] to load. On the EFI platform 0 or 1 means: to the end of the medium
    /// (UEFI 13.3.2.1).
    pub sector_count: Le16,
    /// 8: first sector of the image, in sectors of 2048 bytes whatever the logical block size.
    pub load_rba: Le32,
    /// 12: 0 for none, 1 for language and version (IBM), others undefined. Section entries only.
    pub selection_criteria_type: u8,
    /// 13: as the type says.
    pub selection_criteria: [u8; 19],
}

const _: () = assert!(size_of::<BootEntry>() == ENTRY);
const _: () = assert!(offset_of!(BootEntry, load_rba) == 8);
const _: () = assert!(offset_of!(BootEntry, selection_criteria) == 13);

/// A section header (El Torito 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct SectionHeader {
    /// 0: [`indicator::SECTION`] or [`indicator::LAST_SECTION`].
    pub header_indicator: u8,
    /// 1: see [`platform`].
    pub platform: u8,
    /// 2: section entries that follow, extensions not counted.
    pub entries: Le16,
    /// 4: names the section, ASCII, zero padded.
    pub identifier: [u8; 28],
}

const _: () = assert!(size_of::<SectionHeader>() == ENTRY);
const _: () = assert!(offset_of!(SectionHeader, identifier) == 4);

/// More selection criteria of the section entry before it (El Torito 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ExtensionEntry {
    /// 0: [`indicator::EXTENSION`].
    pub indicator: u8,
    /// 1: [`indicator::EXTENSION_CONTINUES`] or 0.
    pub more: u8,
    /// 2: continues [`BootEntry::selection_criteria`].
    pub selection_criteria: [u8; 30],
}

const _: () = assert!(size_of::<ExtensionEntry>() == ENTRY);

/// The boot information table that ISOLINUX and others expect at [`BootInfoTable::OFFSET`] of their boot image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct BootInfoTable {
    /// 8 of the image: sector of the primary volume descriptor.
    pub primary_volume_descriptor: Le32,
    /// 12 of the image: its first sector.
    pub boot_file: Le32,
    /// 16 of the image: its bytes.
    pub length: Le32,
    /// 20 of the image: see [`BootInfoTable::checksum_of`].
    pub checksum: Le32,
    /// 24 of the image: zero.
    pub reserved: [u8; 40],
}

const _: () = assert!(size_of::<BootInfoTable>() == 56);

impl BootInfoTable {
    /// Bytes of a boot image before the table.
    pub(crate) const OFFSET: u64 = 8;
    /// Bytes of a boot image before the part that is summed.
    pub(crate) const SUMMED_FROM: u64 = 64;

    /// The checksum of a boot image of `length` bytes. `read` gives those from a byte on, as many as there is room for, and says how
    /// many there were; fewer are the last.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) fn checksum_by<E>(
        length: u64,
        mut read: impl FnMut(u64, &mut [u8]) -> Result<usize, E>,
    ) -> Result<u32, E> {
        const STEP: usize = 64 * 1024;
        let mut buffer = vec![0; narrow(length).min(STEP)];
        let (mut sum, mut done) = (0, 0_u64);
        while done < length {
            let step = narrow(length.saturating_sub(done)).min(STEP);
            let have = read(done, buffer.get_mut(..step).unwrap_or_default())?;
            let from = narrow(Self::SUMMED_FROM.saturating_sub(done)).min(have);
            sum = Self::checksum_of(sum, buffer.get(from..have).unwrap_or_default());
            if have < step {
                break;
            }
            done = done.saturating_add(wide(step));
        }
        Ok(sum)
    }

    /// The sum so far, `sum`, continued over `bytes`: the little-endian 32-bit words of the image from
    /// [`Self::SUMMED_FROM`] to its end, a last partial word filled with zeros. All pieces but the last must be
    /// multiples of 4 bytes.
    pub(crate) fn checksum_of(sum: u32, bytes: &[u8]) -> u32 {
        let (words, rest) = bytes.as_chunks::<4>();
        let whole = words.iter().fold(sum, |sum, word| sum.wrapping_add(u32::from_le_bytes(*word)));
        let last = rest.iter().rev().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        whole.wrapping_add(last)
    }
}

/// What GRUB 2's El Torito image expects at [`Grub2BootInfo::OFFSET`] of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Grub2BootInfo {
    /// 512-byte block of the image, plus 5: the image opens with a CD loader of 4 blocks and a disk loader of 1, whose
    /// list of blocks to load is this number's place.
    pub second_stage: Le64,
}

impl Grub2BootInfo {
    /// Bytes of a boot image before the number.
    pub(crate) const OFFSET: u64 = 2548;

    /// The number for an image at byte `at` of the medium.
    pub(crate) const fn at(at: u64) -> Self {
        Self { second_stage: Le64::new((at / VIRTUAL_SECTOR).saturating_add(5)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_makes_the_words_of_a_validation_entry_sum_to_zero() {
        let mut entry = ValidationEntry {
            header: indicator::VALIDATION,
            platform: platform::EFI,
            reserved: Le16::new(0),
            identifier: *b"any maker at all\0\0\0\0\0\0\0\0",
            checksum: Le16::new(0),
            key: ValidationEntry::KEY,
        };
        assert_ne!(entry.word_sum(), 0);
        entry.checksum = Le16::new(entry.computed_checksum());
        assert_eq!(entry.word_sum(), 0);
        assert_eq!(entry.checksum.get(), entry.computed_checksum());
    }

    #[test]
    fn boot_info_checksum_is_over_little_endian_words_with_the_tail_zero_filled() {
        let bytes = [1, 0, 0, 0, 255, 255, 255, 255, 7, 1];
        assert_eq!(BootInfoTable::checksum_of(0, &bytes), 0x107);
        let first = BootInfoTable::checksum_of(0, &bytes[..4]);
        assert_eq!(BootInfoTable::checksum_of(first, &bytes[4..]), 0x107);
    }
}
