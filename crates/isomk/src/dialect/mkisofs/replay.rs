//! How `-report_el_torito` and `-report_system_area` spell what would make an image boot anew.

use crate::reading::{Form, Told};

/// In options of mkisofs.
pub(super) const OPTIONS: Form = Form { words: option, image: "local_fs" };

/// In commands of xorriso.
pub(super) const COMMANDS: Form = Form { words: command, image: "imported_iso" };

fn option(told: Told) -> String {
    let option = match told {
        Told::Volume => "-V ",
        Told::Date => "--modification-date=",
        Told::Chrp => "-chrp-boot-part ",
        Told::Isohybrid => "-isohybrid-mbr ",
        Told::Grub2 => "--grub2-mbr ",
        Told::Area => "-G ",
        Told::ProtectiveLabel => "--protective-msdos-label",
        Told::CylinderAlignment => "-partition_cyl_align ",
        Told::PartitionOffset => "-partition_offset ",
        Told::Heads => "-partition_hd_cyl ",
        Told::SectorsPerTrack => "-partition_sec_hd ",
        Told::ForcedActive => "--mbr-force-bootable",
        Told::Partition => "-append_partition ",
        Told::PartitionsInGpt => "-appended_part_as_gpt",
        Told::AsIsohybrid => "-part_like_isohybrid",
        Told::ApmBlockSize => "-apm-block-size ",
        Told::HfsPlus => "-hfsplus",
        Told::VolumeType => "-iso_mbr_part_type ",
        Told::EfiPartition => "-efi-boot-part ",
        Told::Catalog => "-c ",
        Told::HiddenCatalog => "--boot-catalog-hide",
        Told::NextImage => "-eltorito-alt-boot",
        Told::Image(_) => "-b ",
        Told::EfiImage(_) => "-e ",
        Told::OtherPlatform => "-eltorito-platform ",
        Told::NoEmulation => "-no-emul-boot",
        Told::HardDisk => "-hard-disk-boot",
        Told::LoadedBlocks => "-boot-load-size ",
        Told::BootInfoTable => "-boot-info-table",
        Told::Grub2BootInfo => "--grub2-boot-info",
        Told::GptBasicData => "-isohybrid-gpt-basdat",
        Told::GptHfsPlus => "-isohybrid-gpt-hfsplus",
        Told::ApmHfsPlus => "-isohybrid-apm-hfsplus",
        Told::Platform | Told::Diskette | Told::LoadedBytes => "",
    };
    option.into()
}

fn command(told: Told) -> String {
    let (loader, setting) = match told {
        Told::Volume => return "-volid ".into(),
        Told::Date => return "-volume_date uuid ".into(),
        Told::Chrp => ("any", "chrp_boot_part=on "),
        Told::Isohybrid => ("isolinux", "system_area="),
        Told::Grub2 => ("grub", "grub2_mbr="),
        Told::Area => ("any", "system_area="),
        Told::ProtectiveLabel => ("any", "partition_table=on"),
        Told::CylinderAlignment => ("any", "partition_cyl_align="),
        Told::PartitionOffset => ("any", "partition_offset="),
        Told::Heads => ("any", "partition_hd_cyl="),
        Told::SectorsPerTrack => ("any", "partition_sec_hd="),
        Told::ForcedActive => ("any", "mbr_force_bootable=on"),
        Told::Partition => return "-append_partition ".into(),
        Told::PartitionsInGpt => ("any", "appended_part_as=gpt"),
        Told::AsIsohybrid => ("any", "part_like_isohybrid=on"),
        Told::ApmBlockSize => ("any", "apm_block_size="),
        Told::HfsPlus => return "-hfsplus on".into(),
        Told::VolumeType => ("any", "iso_mbr_part_type="),
        Told::EfiPartition => ("any", "efi_boot_part="),
        Told::Catalog => ("any", "cat_path="),
        Told::HiddenCatalog => ("any", "cat_hidden=on"),
        Told::NextImage => ("any", "next"),
        Told::Image(loader) => (loader, "bin_path="),
        Told::EfiImage(loader) => (loader, "efi_path="),
        Told::Platform => ("any", "platform_id="),
        Told::NoEmulation => ("any", "emul_type=no_emulation"),
        Told::HardDisk => ("any", "emul_type=hard_disk"),
        Told::Diskette => ("any", "emul_type=diskette"),
        Told::LoadedBytes => ("any", "load_size="),
        Told::BootInfoTable => ("any", "boot_info_table=on"),
        Told::Grub2BootInfo => ("grub", "grub2_boot_info=on"),
        Told::GptBasicData => ("isolinux", "partition_entry=gpt_basdat"),
        Told::GptHfsPlus => ("isolinux", "partition_entry=gpt_hfsplus"),
        Told::ApmHfsPlus => ("isolinux", "partition_entry=apm_hfsplus"),
        Told::OtherPlatform | Told::LoadedBlocks => return String::new(),
    };
    format!("-boot_image {loader} {setting}")
}
