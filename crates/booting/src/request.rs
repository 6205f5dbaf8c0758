//! How an image is asked to boot: plain values, which know no command line.

use isokit_core::iso9660::plan::{Emulation, LoadSize, Selection, platform};
use isokit_core::partition::Guid;
use isokit_core::partition::plan::{self, Alignment, ApmBlock, Mark};
use std::path::PathBuf;

/// What boots from a disc: the boot catalog, and the system area.
#[derive(Debug, Clone, Default)]
pub struct Boot {
    /// The entries of the boot catalog, in its order.
    pub entries: Vec<BootEntry>,
    /// The path at which the catalog is a file of the image; `None`: no name leads to it.
    pub catalog: Option<Vec<u8>>,
    /// What on disk becomes the system area, up to 32 KiB of it.
    pub system_area: Option<Piece>,
    /// The boot loader in the image whose files are looked for, and make entries and partitions besides.
    pub loader: Option<Loader>,
    /// Whether appended partitions are in a GPT, where that is said beside `loader`.
    pub in_gpt: Option<bool>,
    /// Whether some partition of the MBR is active, where that is said beside `loader`.
    pub active: Option<bool>,
}

impl Boot {
    /// Whether entries are asked for, one by one or as a boot loader needs them.
    pub fn is_asked(&self) -> bool {
        !self.entries.is_empty() || self.loader.is_some()
    }
}

/// A file on disk, or a section of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The file.
    pub path: PathBuf,
    /// `None` for all of it.
    pub section: Option<Section>,
}

impl From<PathBuf> for Piece {
    fn from(path: PathBuf) -> Self {
        Self { path, section: None }
    }
}

/// Bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The first byte.
    pub start: u64,
    /// How many bytes.
    pub length: u64,
    /// What of it becomes zeros.
    pub zeroed: Vec<Zeroed>,
}

/// What becomes zeros, if it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeroed {
    /// The partition table of an MBR.
    MbrPartitions,
    /// The header of a GPT, and its table.
    Gpt,
    /// The entries of an Apple partition map.
    AppleMap,
    /// From this byte on, before that one.
    Bytes(u64, u64),
}

/// A boot loader whose needs are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loader {
    /// GRUB 2.
    Grub,
    /// ISOLINUX, of SYSLINUX.
    Isolinux,
    /// Limine.
    Limine,
    /// systemd-boot.
    SystemdBoot,
    /// Of Windows' installer.
    Windows,
}

/// Where a boot image lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BootImage {
    /// A file of the image: its path, without a slash before it.
    Path(Vec<u8>),
    /// The appended partition of this number.
    Appended(u8),
    /// That of the base which is no file, by its number among these.
    Base(usize),
    /// The partition behind the volume of the base, by its number among these.
    BasePartition(usize),
}

/// An entry of the boot catalog: as [`isokit_core::iso9660::plan::BootEntry`], but its image is not looked for yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootEntry {
    /// Where its image lies.
    pub image: BootImage,
    /// See [`platform`].
    pub platform: u8,
    /// What the firmware shows the boot image as, e.g. a floppy disk.
    pub emulation: Emulation,
    /// How much of it BIOS loads.
    pub load_size: LoadSize,
    /// Where BIOS loads it to, in units of 16 bytes; 0 means 0x7C0.
    pub load_segment: u16,
    /// Up to 24 bytes for the initial entry, 28 for a section.
    pub id: Vec<u8>,
    /// Selection criteria: when firmware should choose it.
    pub selection: Option<Selection>,
    /// Patch in the boot information table: bytes 8 to 63 of the boot image.
    pub boot_info_table: bool,
    /// Patch in what GRUB 2 looks for at byte 2548 of the boot image.
    pub grub2_boot_info: bool,
    /// Whether firmware may boot it; else the entry is there and is passed over.
    pub bootable: bool,
    /// Which partition tables have it.
    pub mark: Mark,
}

impl BootEntry {
    /// Bootable by BIOS, without emulation, with the usual load size.
    pub fn new(image: BootImage) -> Self {
        Self {
            image,
            platform: platform::X86,
            emulation: Emulation::None,
            load_size: LoadSize::Usual,
            load_segment: 0,
            id: Vec::new(),
            selection: None,
            boot_info_table: false,
            grub2_boot_info: false,
            bootable: true,
            mark: Mark::default(),
        }
    }
}

/// Partition tables in the system area, and what lies behind the volumes for them. By default there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partitions {
    /// The system area begins with code of a master boot record, which is told where the first boot image lies.
    pub code: Option<BootCode>,
    /// A partition over the whole image keeps others from being made there.
    pub protective: bool,
    /// Some partition is marked active.
    pub active: bool,
    /// The type of the partition that has the volume.
    pub volume_type: Option<plan::Kind>,
    /// The partition that has the volume is not marked read-only in the GPT.
    pub volume_is_writable: bool,
    /// The partition that has the volume is marked in the GPT as one that a BIOS boots.
    pub volume_is_bios_bootable: bool,
    /// The sector of 2048 bytes at which the volume can be mounted once more, as a partition; 0: none.
    pub offset: u32,
    /// Files and directories behind the volume, each a partition of its own, by their numbers.
    pub appended: Vec<Appended>,
    /// Appended partitions are in a GPT.
    pub appended_in_gpt: bool,
    /// Appended partitions are in an Apple partition map.
    pub appended_in_apm: bool,
    /// Bytes of a block of that map.
    pub apm_block: Option<ApmBlock>,
    /// The disk's GUID; `None` for one that is made of the date of the volume.
    pub disk_guid: Option<Guid>,
    /// Boot images are within the volume's partition without the code of ISOLINUX, too.
    pub marks_without_code: bool,
    /// The whole image is a partition of the type 0x96, for Open Firmware.
    pub chrp: bool,
    /// Sectors of 512 bytes on a track, which are up to 63, and heads, up to 255.
    pub geometry: (Option<u8>, Option<u8>),
    /// What ends where a cylinder does.
    pub alignment: Alignment,
}

/// How the image boots: as it was asked for, and as its boot loader needs it.
#[derive(Debug, Clone, Default)]
pub struct Booting {
    /// From a disc.
    pub boot: Boot,
    /// From a disk.
    pub partitions: Partitions,
}

/// Code of a master boot record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootCode {
    /// Of ISOLINUX: isohdpfx.bin and its like.
    Isohybrid,
    /// Of GRUB 2: boot_hybrid.img.
    Grub2,
    /// Of either, which the code itself tells.
    Either,
}

/// A partition behind the volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Of the partition, from 1.
    pub number: u8,
    /// Nobody asked for this number: another that is free is as good.
    pub any_number: bool,
    /// What it says it holds.
    pub kind: plan::Kind,
    /// What it is made of.
    pub source: AppendedSource,
}

/// What an appended partition is to be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendedSource {
    /// On disk: a file, which is taken as it is, or a directory, which becomes a FAT volume.
    Disk(PathBuf),
    /// So many bytes of a file, from a byte on.
    Section {
        /// The file.
        path: PathBuf,
        /// The byte.
        start: u64,
        /// How many bytes.
        length: u64,
    },
    /// Files and directories of the image, by their paths without a slash before them: a FAT volume has copies of them in the
    /// same places.
    Image(Vec<Vec<u8>>),
}
