//! What a hybrid image is asked to be.

use crate::partition::emit::Geometry;
use crate::partition::gpt::{self, BASIC_DATA, EFI_SYSTEM};
use crate::partition::mbr;
use crate::partition::{Guid, Partition, Scheme, Type};

/// The choices of one image; how large it is and where its parts lie is in [`super::Places`]. [`Options::default`] asks for
/// no boot code and no table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What the system area begins with: up to 32,768 bytes of boot code or of anything else; zero padded. Tables
    /// overwrite it where they lie.
    pub content: Vec<u8>,
    /// What is told to the boot code in `content`.
    pub loader: Loader,
    /// What the first entry of the MBR is, where it is not the loader that says so.
    pub label: Label,
    /// Some BIOSes boot no disk without an active partition: make one where none is.
    pub force_bootable: bool,
    /// Type of the volume's own partition in the MBR, or by a GUID in the GPT, instead of the usual one; a partition within
    /// which others lie keeps its own.
    pub volume_type: Option<Kind>,
    /// The volume's own partition in the GPT is not marked read-only (UEFI 5.3.3, bit 60 of basic data partitions).
    pub volume_is_writable: bool,
    /// The volume's own partition in the GPT is marked as one that a legacy BIOS boots (UEFI 5.3.3, bit 2).
    pub volume_is_bios_bootable: bool,
    /// Sectors of 2048 bytes before a second set of volume descriptors, as of which the volume can be mounted from
    /// its partition: 16 or more, or 0 for none.
    pub volume_start: u32,
    /// What ends at the end of a cylinder.
    pub alignment: Alignment,
    /// `None` for [`Geometry::fitting`].
    pub geometry: Option<Geometry>,
    /// Where images that boot by El Torito are told of: one a place in [`super::Places::boot_images`], in the order of the
    /// boot catalog.
    pub marks: Vec<Mark>,
    /// Boot images in GPT and Apple map are in no MBR entries, and neither the whole volume is in the GPT nor the GPT guarded
    /// by the MBR.
    pub marks_only: bool,
    /// Whose tables those are like that have boot images within the volume's partition.
    pub manner: Manner,
    /// Partitions behind the volume: one a place in [`super::Places::appended`].
    pub appended: Vec<Appended>,
    /// Partitions behind all these, which other programs added: one a place in [`super::Places::added`].
    pub added: Vec<Added>,
    /// Appended partitions are in the GPT instead of the MBR.
    pub appended_in_gpt: bool,
    /// Appended partitions are in an Apple map, and not in the MBR.
    pub appended_in_apm: bool,
    /// Bytes of a block of the Apple map: 2048, which leaves room for a GPT, or 512. Marks of boot images are always in
    /// blocks of 2048.
    pub apm_block_size: ApmBlock,
    /// What tells the disk from others: only ISOLINUX's loader records it (UEFI 5.2.1). See
    /// [`super::identity::disk_signature`].
    pub disk_signature: u32,
    /// Names the disk in the GPT; its partitions are named after it. See [`super::identity::disk_guid`].
    pub disk_guid: Guid,
}

/// Boot code in an MBR that wants to know where its next stage lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Loader {
    /// Nothing is told to it.
    #[default]
    None,
    /// `isohdp*.bin` of ISOLINUX: loads the El Torito image at this byte.
    Isolinux(u64),
    /// `boot_hybrid.img` of GRUB 2: loads the El Torito image at this byte, from its fifth block of 512 bytes on.
    Grub2(u64),
}

/// The first entry of the MBR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Label {
    /// As the loader and the appended partitions want it.
    #[default]
    None,
    /// From block 1 on, so that nothing mounts the volume by mistake: type 0xCD, or 0xEE beside a GPT.
    Protective,
    /// Of type 0x96 over the whole image, for Open Firmware of CHRP.
    Chrp,
}

/// What is rounded up to the end of a cylinder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alignment {
    /// The volume, if ISOLINUX's loader is in the MBR.
    #[default]
    Auto,
    /// Nothing.
    Off,
    /// The volume.
    On,
    /// The volume and each appended partition.
    All,
}

/// Bytes of a block of an Apple partition map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApmBlock {
    /// 512 bytes; cannot be beside a GPT.
    #[default]
    B512,
    /// 2048 bytes.
    B2048,
}

impl ApmBlock {
    /// In bytes.
    pub const fn bytes(self) -> u16 {
        match self {
            Self::B512 => 512,
            Self::B2048 => 2048,
        }
    }
}

/// Whose tables those of an image with ISOLINUX's code are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// xorriso's: the GPT fills the system area, and its partitions are read-only.
    #[default]
    Xorriso,
    /// Those of `isohybrid --uefi` and `--mac` of SYSLINUX: the GPT has 128 entries, and its first partition ends with the
    /// volume that was there before anything was put behind it.
    Isohybrid,
}

/// Which tables tell of a boot image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// As what it is in the GPT.
    pub gpt: Option<GptMark>,
    /// As HFS+ in the Apple map.
    pub apm: bool,
}

/// As what the GPT tells of a boot image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GptMark {
    /// Basic data within the partition of the volume, which UEFI forbids and its firmware accepts; EFI system partition in
    /// the MBR.
    BasicData,
    /// HFS+ within the partition of the volume.
    HfsPlus,
    /// An EFI system partition of its own, with gaps on both sides.
    EfiSystem,
}

impl GptMark {
    /// Whether it lies within the partition of the volume.
    pub(super) fn is_nested(self) -> bool {
        !matches!(self, Self::EfiSystem)
    }
}

/// A partition behind the volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// From 1, which in the MBR takes the place of the volume's own entry. At most 4 in an MBR.
    pub number: u32,
    /// What it holds.
    pub kind: Kind,
}

/// What a partition of an MBR counts as whose type is not known there.
const LINUX: u8 = 0x83;

/// What a partition holds, by either table's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// System identifier of an MBR entry.
    Mbr(u8),
    /// Partition type GUID.
    Gpt(Guid),
}

impl Kind {
    /// As an MBR has it; `None` for a GUID that stands for nothing that has a number there.
    pub fn in_mbr(self) -> Option<u8> {
        match self {
            Self::Mbr(number) => Some(number),
            Self::Gpt(guid) => gpt::number(guid),
        }
    }

    /// For an MBR entry: GUIDs that have no number there count as 0x83.
    pub(super) fn number(self) -> u8 {
        self.in_mbr().unwrap_or(LINUX)
    }

    /// The number, where it is one.
    pub(super) fn only_number(self) -> Option<u8> {
        match self {
            Self::Mbr(number) => Some(number),
            Self::Gpt(_) => None,
        }
    }

    /// The GUID, where it is one.
    pub(super) fn only_guid(self) -> Option<Guid> {
        match self {
            Self::Gpt(guid) => Some(guid),
            Self::Mbr(_) => None,
        }
    }

    /// For a GPT entry: 0xEF is the EFI system partition, others are basic data.
    pub(super) fn guid(self) -> Guid {
        match self {
            Self::Gpt(guid) => guid,
            Self::Mbr(mbr::EFI_SYSTEM) => EFI_SYSTEM,
            Self::Mbr(_) => BASIC_DATA,
        }
    }
}

/// A partition that another program put behind an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// What MBR and GPT tell of it: number, type, name, attributes. Its start is kept where the image ends before it.
    pub told: Vec<Partition>,
}

impl Added {
    /// Byte at which it began.
    pub fn start(&self) -> u64 {
        self.told.first().map_or(0, |told| told.start)
    }

    /// Its bytes.
    pub fn length(&self) -> u64 {
        self.told.first().map_or(0, |told| told.length)
    }

    /// Its number, in the first of its tables.
    pub fn number(&self) -> u32 {
        self.told.first().map_or(0, |told| told.number)
    }

    /// Has its tables tell that it holds something else.
    pub fn set_kind(&mut self, kind: Kind) {
        for told in &mut self.told {
            match &mut told.kind {
                Type::Mbr(old) => *old = kind.number(),
                Type::Gpt(old) => *old = kind.guid(),
                Type::Apm(_) => {}
            }
        }
    }

    pub(super) fn told_by(&self, scheme: Scheme) -> Option<&Partition> {
        self.told.iter().find(|told| told.scheme == scheme)
    }
}

impl Options {
    /// Whether a GPT tells of partitions that were added.
    pub fn added_in_gpt(&self) -> bool {
        self.added.iter().any(|added| added.told_by(Scheme::Gpt).is_some())
    }

    /// The numbers that partitions which were added have in the GPT.
    pub(super) fn added_numbers(&self) -> Vec<u32> {
        self.added.iter().filter_map(|added| added.told_by(Scheme::Gpt)).map(|told| told.number).collect()
    }

    pub(super) fn is_isohybrid(&self) -> bool {
        matches!(self.loader, Loader::Isolinux(_))
    }

    pub(super) fn is_aligned(&self) -> bool {
        match self.alignment {
            Alignment::Auto => self.is_isohybrid(),
            Alignment::Off => false,
            Alignment::On | Alignment::All => true,
        }
    }

    /// Whether there is a GPT: wherever the parts lie, so that room can be made for it.
    pub(super) fn has_gpt(&self) -> bool {
        (self.appended_in_gpt && !self.appended.is_empty())
            || self.marks.iter().any(|mark| mark.gpt.is_some())
    }

    /// Whether boot images are in an Apple map.
    pub(super) fn has_apm_marks(&self) -> bool {
        self.marks.iter().any(|mark| mark.apm)
    }

    /// Appended partitions that the Apple map has.
    fn in_apm(&self) -> usize {
        if self.appended_in_apm { self.appended.len() } else { 0 }
    }

    /// Blocks that an Apple map takes, its descriptor not among them; 0 without a map. One without boot images has gaps: one
    /// before the appended partitions, and a block for one behind them, which stays empty.
    pub(super) fn map_blocks(&self) -> usize {
        let marks = self.marks.iter().filter(|mark| mark.apm).count();
        match (marks, self.in_apm()) {
            (0, 0) => 0,
            (0, appended) => appended.saturating_add(3),
            (marks, appended) => marks.saturating_add(appended).saturating_add(1),
        }
    }

    /// Bytes of a block of the Apple map.
    pub(super) fn map_block(&self) -> ApmBlock {
        if self.has_apm_marks() { ApmBlock::B2048 } else { self.apm_block_size }
    }
}
