//! How long a boot image is. Its catalog entry says only what is loaded first, often four sectors of much more, so the
//! image itself is asked; and what it was told of its own place on the medium.

use super::catalog::{BootImage, Emulation};
use super::{BootInfoTable, Grub2BootInfo, platform};
use crate::error::Result;
use crate::iso9660::layout::SECTOR;
use crate::number::{Le16, Le32, narrow};
use crate::source::Source;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// Bytes of an image that are looked at: a boot sector, and both tables of boot information.
const HEAD: usize = 4096;

/// How the length of a boot image is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The file that begins at the same byte.
    File,
    /// The partition that begins at the same byte.
    Partition,
    /// The diskette that is emulated has this size.
    Diskette,
    /// The partition table of the emulated hard disk.
    PartitionTable,
    /// The boot information table in the image.
    BootInfoTable,
    /// The number of sectors in the FAT boot sector that the image begins with.
    Fat,
    /// The catalog's sector count: at least this much.
    SectorCount,
    /// The rest of the volume: at the most this much.
    EndOfVolume,
}

impl Evidence {
    /// One word for it, in messages and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Partition => "partition",
            Self::Diskette => "diskette",
            Self::PartitionTable => "partition-table",
            Self::BootInfoTable => "boot-info-table",
            Self::Fat => "fat",
            Self::SectorCount => "sector-count",
            Self::EndOfVolume => "end-of-volume",
        }
    }
}

/// What a boot image says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Bytes, cut at the end of the source where that is known.
    pub length: u64,
    /// What the length was taken from, the most reliable there is.
    pub evidence: Evidence,
    /// It holds a boot information table that names this very place.
    pub boot_info_table: bool,
    /// It holds GRUB 2's number for this very place.
    pub grub2_boot_info: bool,
}

/// Measures `image`. `end` is the byte behind the volume; where that is not known, or the image lies
/// behind it, the source is taken to end where the volume does.
///
/// # Errors
/// Only those of reading the source; an image that lies behind its end has length 0.
pub fn measure(source: &dyn Source, image: &BootImage, end: Option<u64>) -> Result<Measure> {
    let mut head = vec![0; HEAD];
    let have = source.read_some(image.at, &mut head)?;
    head.truncate(have);
    let info = boot_info_table(&head, image.at);
    let end = end.filter(|end| *end > image.at).or_else(|| source.size());
    let (length, evidence) = length(image, &head, info, end);
    let room = source.size().map_or(u64::MAX, |size| size.saturating_sub(image.at));
    Ok(Measure {
        length: length.min(room),
        evidence,
        boot_info_table: info.is_some(),
        grub2_boot_info: at::<Grub2BootInfo>(&head, Grub2BootInfo::OFFSET)
            .is_some_and(|found| found == Grub2BootInfo::at(image.at)),
    })
}

fn length(image: &BootImage, head: &[u8], info: Option<BootInfoTable>, end: Option<u64>) -> (u64, Evidence) {
    match image.emulation {
        Emulation::Floppy(size) => return (size, Evidence::Diskette),
        Emulation::HardDisk => {
            if let Some(size) = disk_length(head) {
                return (size, Evidence::PartitionTable);
            }
        }
        Emulation::None | Emulation::Other(_) => {}
    }
    if let Some(info) = info {
        return (info.length.get().into(), Evidence::BootInfoTable);
    }
    if let Some(size) = fat_length(head).filter(|size| *size >= image.loaded()) {
        return (size, Evidence::Fat);
    }
    let to_the_end = image.platform == platform::EFI && image.sector_count <= 1;
    match end.and_then(|end| end.checked_sub(image.at)) {
        Some(rest) if to_the_end => (rest, Evidence::EndOfVolume),
        _ => (image.loaded(), Evidence::SectorCount),
    }
}

fn at<T: FromBytes + KnownLayout + Immutable + Unaligned + Copy>(bytes: &[u8], offset: u64) -> Option<T> {
    T::ref_from_prefix(bytes.get(narrow(offset)..)?).ok().map(|(value, _)| *value)
}

/// The boot information table in `head`, if it names the place of the image, byte `place`.
fn boot_info_table(head: &[u8], place: u64) -> Option<BootInfoTable> {
    let table: BootInfoTable = at(head, BootInfoTable::OFFSET)?;
    let named = u64::from(table.boot_file.get()).saturating_mul(SECTOR) == place;
    (named && table.primary_volume_descriptor.get() >= 16 && table.length.get() > 64).then_some(table)
}

/// What an emulated hard disk's master boot record says it needs: the end of the last partition.
fn disk_length(head: &[u8]) -> Option<u64> {
    let table = head.get(446..510).filter(|_| head.get(510..512) == Some([0x55, 0xaa].as_slice()))?;
    let ends = table.chunks_exact(16).filter_map(|entry| {
        let start: Le32 = at(entry, 8)?;
        let blocks: Le32 = at(entry, 12)?;
        let used = entry.get(4).is_some_and(|kind| *kind != 0) && blocks.get() != 0;
        used.then(|| u64::from(start.get()).saturating_add(u64::from(blocks.get())).saturating_mul(512))
    });
    ends.max()
}

/// Bytes of the FAT file system that begins with the boot sector in `head`: sectors times bytes of a sector.
fn fat_length(head: &[u8]) -> Option<u64> {
    let jump = matches!(head, [0xeb, _, 0x90, ..] | [0xe9, ..]);
    let sector = u64::from(at::<Le16>(head, 11)?.get());
    let cluster = *head.get(13)?;
    let fats = *head.get(16)?;
    let sane =
        matches!(sector, 512 | 1024 | 2048 | 4096) && cluster.is_power_of_two() && matches!(fats, 1 | 2);
    if !jump || !sane {
        return None;
    }
    let few = u64::from(at::<Le16>(head, 19)?.get());
    let many = u64::from(at::<Le32>(head, 32)?.get());
    let sectors = if few != 0 { few } else { many };
    (sectors != 0).then(|| sectors.saturating_mul(sector))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    fn image(platform: u8, sector_count: u16) -> BootImage {
        BootImage {
            number: 1,
            platform,
            identifier: Vec::new(),
            bootable: true,
            emulation: Emulation::None,
            load_segment: 0,
            system_type: 0,
            sector_count,
            at: 2048,
            criteria_type: 0,
            criteria: Vec::new(),
            entry_at: 0,
        }
    }

    fn measured(bytes: &[u8], image: &BootImage) -> (u64, Evidence) {
        let found = measure(&Memory(bytes), image, None).expect("memory reads");
        (found.length, found.evidence)
    }

    #[test]
    fn four_sectors_of_an_image_that_knows_its_length_are_not_its_length() {
        let mut bytes = vec![0; 100_000];
        bytes[2048 + 8] = 16;
        bytes[2048 + 12] = 1;
        bytes[2048 + 16..2048 + 20].copy_from_slice(&40_000_u32.to_le_bytes());
        assert_eq!(measured(&bytes, &image(0, 4)), (40_000, Evidence::BootInfoTable));
        bytes[2048 + 12] = 2;
        assert_eq!(measured(&bytes, &image(0, 4)), (2048, Evidence::SectorCount));
    }

    #[test]
    fn an_efi_image_without_a_count_is_as_long_as_its_fat_or_goes_to_the_end() {
        let mut bytes = vec![0; 100_000];
        assert_eq!(measured(&bytes, &image(platform::EFI, 0)), (97_952, Evidence::EndOfVolume));
        bytes[2048..2051].copy_from_slice(&[0xeb, 0x3c, 0x90]);
        bytes[2048 + 11..2048 + 14].copy_from_slice(&[0, 2, 1]);
        bytes[2048 + 16] = 2;
        bytes[2048 + 19] = 100;
        assert_eq!(measured(&bytes, &image(platform::EFI, 0)), (51_200, Evidence::Fat));
        bytes[2048 + 13] = 3;
        assert_eq!(measured(&bytes, &image(platform::EFI, 1)), (97_952, Evidence::EndOfVolume));
    }

    #[test]
    fn an_image_behind_the_end_has_no_bytes() {
        let diskette = BootImage { emulation: Emulation::Floppy(1_474_560), ..image(0, 1) };
        assert_eq!(measured(&[0; 2048], &diskette), (0, Evidence::Diskette));
        assert_eq!(measured(&[0; 4096], &diskette), (2048, Evidence::Diskette));
    }

    #[test]
    fn an_emulated_disk_ends_with_its_last_partition() {
        let mut bytes = vec![0; 100_000];
        bytes[2048 + 446 + 4] = 6;
        bytes[2048 + 446 + 8] = 63;
        bytes[2048 + 446 + 12] = 37;
        bytes[2048 + 510..2048 + 512].copy_from_slice(&[0x55, 0xaa]);
        let disk = BootImage { emulation: Emulation::HardDisk, ..image(0, 1) };
        assert_eq!(measured(&bytes, &disk), (51_200, Evidence::PartitionTable));
    }
}
