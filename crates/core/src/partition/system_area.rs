//! What the system area holds: the 32 KiB before the first volume descriptor, which ISO 9660 leaves to whoever boots
//! (ECMA-119 6.2.1). Partition tables are told by [`super::tables`]; here it is who wrote the code around them.

use super::apm::{self, DRIVER_DESCRIPTOR};
use super::gpt::Header;
use super::mbr::BootRecord;
use crate::error::Result;
use crate::number::{narrow, wide};
use crate::source::Source;
use std::fmt;
use std::ops::Range;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned, little_endian::U64 as Le64};

/// Bytes of the system area: 16 sectors of 2048 (ECMA-119 6.2.1).
pub const LENGTH: usize = 32 << 10;

/// Bytes of a block of MBR and GPT.
const BLOCK: usize = 512;

/// Bytes of GRUB's boot image for discs before the part that its code for disks loads: they read the rest by El Torito,
/// which a disk does not have.
pub const GRUB2_SKIPPED: u64 = 2048;

/// Something recognised in a system area that is no partition table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// ISOLINUX's isohybrid MBR; `boot_image` is the byte of the El Torito image it loads.
    Isohybrid {
        /// Byte in the source at which the boot image begins.
        boot_image: u64,
    },
    /// GRUB 2's MBR; `core_image` is the byte its second stage is loaded from.
    Grub2 {
        /// Byte in the source at which the second stage begins.
        core_image: u64,
    },
    /// SYSLINUX's plain MBR.
    Syslinux,
    /// Microsoft's MBR.
    Windows,
    /// x86 code by an unknown writer in an MBR.
    Code,
    /// SGI volume header, for big-endian MIPS.
    Mips,
    /// DECstation boot block, for little-endian MIPS.
    MipsLittle,
    /// SUN disk label, for SPARC.
    Sun,
    /// HP-PA PALO header; the version is 4 or 5.
    Palo(u8),
    /// DEC Alpha SRM boot sector.
    Alpha,
    /// HFS or HFS+ volume header at byte 1024.
    Hfs,
    /// Bytes that none of these accounts for.
    Unknown,
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Isohybrid { boot_image } => write!(f, "ISOLINUX isohybrid MBR, loads byte {boot_image}"),
            Self::Grub2 { core_image } => write!(f, "GRUB 2 MBR, loads byte {core_image}"),
            Self::Syslinux => f.write_str("SYSLINUX MBR"),
            Self::Windows => f.write_str("Windows MBR"),
            Self::Code => f.write_str("MBR with unknown code"),
            Self::Mips => f.write_str("MIPS big-endian volume header (SGI)"),
            Self::MipsLittle => f.write_str("MIPS little-endian boot block (DEC)"),
            Self::Sun => f.write_str("SUN SPARC disk label"),
            Self::Palo(version) => write!(f, "HP-PA PALO header, version {version}"),
            Self::Alpha => f.write_str("DEC Alpha SRM boot sector"),
            Self::Hfs => f.write_str("HFS or HFS+ volume header"),
            Self::Unknown => f.write_str("unknown data"),
        }
    }
}

impl Content {
    /// One word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Isohybrid { .. } => "isohybrid",
            Self::Grub2 { .. } => "grub2",
            Self::Syslinux => "syslinux",
            Self::Windows => "windows",
            Self::Code => "code",
            Self::Mips => "mips",
            Self::MipsLittle => "mipsel",
            Self::Sun => "sun",
            Self::Palo(_) => "palo",
            Self::Alpha => "alpha",
            Self::Hfs => "hfs",
            Self::Unknown => "unknown",
        }
    }
}

/// What the system area of `source` holds besides partition tables; empty when it holds nothing.
///
/// # Errors
/// Only those of reading the source.
pub fn read(source: &dyn Source) -> Result<Vec<Content>> {
    let mut area = vec![0; LENGTH];
    let have = source.read_some(source.first(), &mut area)?;
    area.truncate(have);
    Ok(contents(&area))
}

/// Fills with zeros what `area` has of a GPT of 512-byte blocks: the header in block 1, whatever is there, and the array where
/// that says it is, if that is one.
pub fn clear_gpt(area: &mut [u8]) {
    let header = area.get(BLOCK..).and_then(Header::parse);
    let array = header.map_or(0..0, |header| {
        let from = header.partition_entry_lba.get().saturating_mul(wide(BLOCK));
        let entries = u64::from(header.number_of_partition_entries.get());
        let bytes = entries.saturating_mul(header.size_of_partition_entry.get().into());
        narrow(from).max(2 * BLOCK)..narrow(from.saturating_add(bytes))
    });
    clear(area, BLOCK..2 * BLOCK);
    clear(area, array);
}

/// Fills with zeros the entries of the Apple partition map that `area` has, in blocks of `block_size` bytes from block 1 on.
pub fn clear_map(area: &mut [u8], block_size: u64) {
    let size = narrow(block_size).max(BLOCK);
    let mut at = size;
    while starts(area, at, &apm::SIGNATURE) {
        clear(area, at..at.saturating_add(size));
        at = at.saturating_add(size);
    }
}

/// Fills `range` with zeros, as far as it is in `area`.
fn clear(area: &mut [u8], range: Range<usize>) {
    let range = range.start..range.end.min(area.len());
    area.get_mut(range).unwrap_or_default().fill(0);
}

/// Whose code `bytes` are, which are to become a master boot record: without its table, or with it.
pub fn code(bytes: &[u8]) -> Option<Content> {
    let mut record = bytes.get(..bytes.len().min(512)).unwrap_or_default().to_vec();
    record.resize(510, 0);
    record.extend_from_slice(&BootRecord::KEY);
    machine_code(&record)
}

/// What `area`, a system area or its beginning, holds besides partition tables.
pub fn contents(area: &[u8]) -> Vec<Content> {
    let mut found = Vec::new();
    found.extend(machine_code(area));
    if starts(area, 0, &[0x0b, 0xe5, 0xa9, 0x41]) {
        found.push(Content::Mips);
    }
    if starts(area, 8, &[0x7a, 0x75, 0x02, 0x00]) {
        found.push(Content::MipsLittle);
    }
    if starts(area, 508, &[0xda, 0xbe]) {
        found.push(Content::Sun);
    }
    if starts(area, 0, &[0x80, 0x00, b'P', b'A', b'L', b'O', 0]) {
        found.push(Content::Palo(area.get(7).copied().unwrap_or_default()));
    }
    if starts(area, 0, b"Linux/Alpha aboot for ISO filesystem.") {
        found.push(Content::Alpha);
    }
    if starts(area, 1024, b"H+") || starts(area, 1024, b"HX") || starts(area, 1024, b"BD") {
        found.push(Content::Hfs);
    }
    let table = starts(area, 510, &BootRecord::KEY) || starts(area, 0, b"ER") || starts(area, 512, b"PM");
    if found.is_empty() && !table && area.iter().any(|byte| *byte != 0) {
        found.push(Content::Unknown);
    }
    found
}

/// The byte that the master boot record at the start of `area` has where ISOLINUX's and GRUB 2's are told which one to load; `None`
/// where no byte is told.
pub(super) fn told_place(area: &[u8]) -> Option<u64> {
    loaded_block(area, 0x1b0).checked_mul(512).filter(|place| *place > 0)
}

/// Whose code the master boot record at the start of `area` runs.
fn machine_code(area: &[u8]) -> Option<Content> {
    let code = area.get(..440).filter(|_| starts(area, 510, &BootRecord::KEY))?;
    // The mark that it looks for in the boot image it has loaded.
    if contains(code, &0x7078_c0fb_u32.to_le_bytes()) {
        return Some(Content::Isohybrid { boot_image: loaded_block(area, 0x1b0).saturating_mul(512) });
    }
    if contains(code, b"GRUB ") && contains(code, b"Geom") {
        let boot_image = loaded_block(area, 0x1b0);
        let place = if boot_image != 0 { boot_image } else { loaded_block(area, 0x5c) };
        return Some(Content::Grub2 { core_image: place.saturating_mul(512) });
    }
    if contains(code, b"Missing operating system") {
        let microsoft = contains(code, b"Error loading operating system");
        return Some(if microsoft { Content::Windows } else { Content::Syslinux });
    }
    // A driver descriptor of an Apple partition map is no code; hybrid code begins with one that it runs over.
    let described = if code.starts_with(&DRIVER_DESCRIPTOR) { 32 } else { 0 };
    code.get(described..)?.iter().any(|byte| *byte != 0).then_some(Content::Code)
}

/// A 64-bit number of 512-byte blocks at `at` of the record.
fn loaded_block(area: &[u8], at: usize) -> u64 {
    read_at::<Le64>(area, at).map_or(0, Le64::get)
}

fn read_at<T: FromBytes + KnownLayout + Immutable + Unaligned + Copy>(area: &[u8], at: usize) -> Option<T> {
    T::ref_from_prefix(area.get(at..)?).ok().map(|(value, _)| *value)
}

fn starts(area: &[u8], at: usize, with: &[u8]) -> bool {
    area.get(at..).is_some_and(|rest| rest.starts_with(with))
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mbr(code: &[u8], loaded: u64) -> Vec<u8> {
        let mut area = vec![0; LENGTH];
        area[..code.len()].copy_from_slice(code);
        area[0x1b0..0x1b8].copy_from_slice(&loaded.to_le_bytes());
        area[510..512].copy_from_slice(&BootRecord::KEY);
        area
    }

    #[test]
    fn the_writers_of_boot_code_are_told_apart() {
        let isohybrid = mbr(b"\x66\x81\x3e\x40\x7c\xfb\xc0\x78\x70", 400);
        assert_eq!(contents(&isohybrid), [Content::Isohybrid { boot_image: 204_800 }]);
        let grub = mbr(b"\xeb\x63GRUB \0Geom\0Hard Disk\0", 404);
        assert_eq!(contents(&grub), [Content::Grub2 { core_image: 206_848 }]);
        assert_eq!(contents(&mbr(b"Missing operating system.", 0)), [Content::Syslinux]);
        let windows = mbr(b"Error loading operating system\0Missing operating system", 0);
        assert_eq!(contents(&windows), [Content::Windows]);
        assert_eq!(contents(&mbr(b"\xfa", 0)), [Content::Code]);
    }

    #[test]
    fn an_empty_area_and_a_bare_table_hold_nothing() {
        assert_eq!(contents(&[0; LENGTH]), []);
        assert_eq!(contents(&mbr(b"", 0)), []);
        assert_eq!(contents(&mbr(b"ER\x08\0\0\0\x20\0", 0)), []);
        assert_eq!(contents(&[]), []);
        assert_eq!(contents(&[0, 1]), [Content::Unknown]);
    }

    #[test]
    fn labels_of_other_machines_are_known_by_their_marks() {
        let marked = |at: usize, mark: &[u8]| {
            let mut area = vec![0; LENGTH];
            area[at..at + mark.len()].copy_from_slice(mark);
            contents(&area)
        };
        assert_eq!(marked(0, &[0x0b, 0xe5, 0xa9, 0x41]), [Content::Mips]);
        assert_eq!(marked(8, &[0x7a, 0x75, 2, 0]), [Content::MipsLittle]);
        assert_eq!(marked(508, &[0xda, 0xbe]), [Content::Sun]);
        assert_eq!(marked(0, b"\x80\0PALO\0\x05"), [Content::Palo(5)]);
        assert_eq!(marked(0, b"Linux/Alpha aboot for ISO filesystem."), [Content::Alpha]);
    }
}
