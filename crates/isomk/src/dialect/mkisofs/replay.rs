//! How `-report_el_torito` and `-report_system_area` spell what would make an image boot anew.

use crate::reading::Form;
use isokit_booting::Told;

/// In options of mkisofs.
pub(super) const OPTIONS: Form =
    Form { words: option, gap: |told| if told == Told::Date { "=" } else { " " }, image: "local_fs" };

/// In commands of xorriso.
pub(super) const COMMANDS: Form = Form { words: command, gap: |_| "", image: "imported_iso" };

fn option(told: Told) -> String {
    told.option().into()
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
        // The other settings say it, or nothing reports it.
        _ => return String::new(),
    };
    format!("-boot_image {loader} {setting}")
}
