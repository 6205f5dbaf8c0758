//! What there are options of mkisofs for, or of xorriso where it has none.

use std::ffi::OsString;

/// Something that is asked for, or told of an image so that it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The volume identifier.
    Volume,
    /// The date of the volume.
    Date,
    /// The whole image is a partition for Open Firmware.
    Chrp,
    /// The system area: the code of ISOLINUX.
    Isohybrid,
    /// The system area: the code of GRUB 2.
    Grub2,
    /// The system area: anything else.
    Area,
    /// A partition over the whole image keeps others away.
    ProtectiveLabel,
    /// What ends where a cylinder does.
    CylinderAlignment,
    /// The sector at which the volume can be mounted once more.
    PartitionOffset,
    /// Heads of the disk.
    Heads,
    /// Blocks on a track.
    SectorsPerTrack,
    /// Some partition is active.
    ForcedActive,
    /// An appended partition: its slot, type and bytes.
    Partition,
    /// Appended partitions are in the GPT.
    PartitionsInGpt,
    /// Appended partitions are in the Apple map.
    PartitionsInApm,
    /// Boot images are partitions as if there were ISOLINUX's code.
    AsIsohybrid,
    /// Bytes of a block of the Apple map.
    ApmBlockSize,
    /// An HFS+ volume over the image.
    HfsPlus,
    /// The type of the volume's own partition.
    VolumeType,
    /// The GUID of the disk.
    DiskGuid,
    /// The EFI system partition: a boot image, or bytes.
    EfiPartition,
    /// The path of the boot catalog.
    Catalog,
    /// No name leads to the boot catalog.
    HiddenCatalog,
    /// The next boot image.
    NextImage,
    /// The file of a boot image, and the program that starts by it.
    Image(&'static str),
    /// Likewise, for UEFI.
    EfiImage(&'static str),
    /// The platform, where the image before had another.
    OtherPlatform,
    /// The platform, in any case.
    Platform,
    /// The boot image is loaded and run.
    NoEmulation,
    /// The boot image is a hard disk.
    HardDisk,
    /// The boot image is a diskette.
    Diskette,
    /// The segment that it is loaded to.
    LoadSegment,
    /// How much of it is loaded, in blocks of 512 bytes.
    LoadedBlocks,
    /// How much of it is loaded, in bytes.
    LoadedBytes,
    /// The identifier of the entry.
    Identifier,
    /// Its selection criteria.
    Selection,
    /// The boot image is told where it lies.
    BootInfoTable,
    /// Likewise, as GRUB 2 wants it.
    Grub2BootInfo,
    /// Firmware passes over the entry.
    NotBootable,
    /// The boot image is a basic data partition as well.
    GptBasicData,
    /// The boot image is an HFS+ partition of the GPT as well.
    GptHfsPlus,
    /// Likewise, of the Apple map.
    ApmHfsPlus,
    /// No tree of ISO 9660 shows the file.
    HiddenFile,
    /// Joliet does not show it.
    HiddenInJoliet,
    /// Sources have the places that they go to before them.
    GraftPoints,
}

impl Told {
    /// The option; empty for what needs none, since it follows from others.
    pub const fn option(self) -> &'static str {
        match self {
            Self::Volume => "-V",
            Self::Date => "--modification-date",
            Self::Chrp => "-chrp-boot-part",
            Self::Isohybrid => "-isohybrid-mbr",
            Self::Grub2 => "--grub2-mbr",
            Self::Area => "-G",
            Self::ProtectiveLabel => "--protective-msdos-label",
            Self::CylinderAlignment => "-partition_cyl_align",
            Self::PartitionOffset => "-partition_offset",
            Self::Heads => "-partition_hd_cyl",
            Self::SectorsPerTrack => "-partition_sec_hd",
            Self::ForcedActive => "--mbr-force-bootable",
            Self::Partition => "-append_partition",
            Self::PartitionsInGpt => "-appended_part_as_gpt",
            Self::PartitionsInApm => "-appended_part_as_apm",
            Self::AsIsohybrid => "-part_like_isohybrid",
            Self::ApmBlockSize => "-apm-block-size",
            Self::HfsPlus => "-hfsplus",
            Self::VolumeType => "-iso_mbr_part_type",
            Self::DiskGuid => "--gpt_disk_guid",
            Self::EfiPartition => "-efi-boot-part",
            Self::Catalog => "-c",
            Self::HiddenCatalog => "--boot-catalog-hide",
            Self::NextImage => "-eltorito-alt-boot",
            Self::Image(_) => "-b",
            Self::EfiImage(_) => "-e",
            Self::OtherPlatform => "-eltorito-platform",
            Self::NoEmulation => "-no-emul-boot",
            Self::HardDisk => "-hard-disk-boot",
            Self::LoadSegment => "-boot-load-seg",
            Self::LoadedBlocks => "-boot-load-size",
            Self::Identifier => "-eltorito-id",
            Self::Selection => "-eltorito-selcrit",
            Self::BootInfoTable => "-boot-info-table",
            Self::Grub2BootInfo => "--grub2-boot-info",
            Self::NotBootable => "-no-boot",
            Self::GptBasicData => "-isohybrid-gpt-basdat",
            Self::GptHfsPlus => "-isohybrid-gpt-hfsplus",
            Self::ApmHfsPlus => "-isohybrid-apm-hfsplus",
            Self::HiddenFile => "-hide",
            Self::HiddenInJoliet => "-hide-joliet",
            Self::GraftPoints => "-graft-points",
            Self::Platform | Self::Diskette | Self::LoadedBytes => "",
        }
    }
}

impl From<Told> for OsString {
    fn from(told: Told) -> Self {
        told.option().into()
    }
}
