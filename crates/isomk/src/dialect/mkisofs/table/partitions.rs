//! Partition tables, which are not written yet.

use crate::dialect::mkisofs::Settings;
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, both, xorrisofs};
use crate::dialect::mkisofs::partitions::{guid, kind};
use crate::dialect::mkisofs::values::Values;
use crate::request::{Alignment, Appended, BootCode, DiskGuid, EfiPartition, Mark};
use isokit_core::Result;

pub(super) const OPTIONS: &[Definition] = &[
    xorrisofs(
        &["-isohybrid-mbr"],
        &["FILE"],
        Sets(|settings, values| {
            settings.partitions.by(values).code = Some(BootCode::Isohybrid(values.path(0)));
            Ok(())
        }),
        "Boot from disks by FILE, a master boot record of ISOLINUX",
    ),
    xorrisofs(
        &["--grub2-mbr"],
        &["FILE"],
        Sets(|settings, values| {
            settings.partitions.by(values).code = Some(BootCode::Grub2(values.path(0)));
            Ok(())
        }),
        "Boot from disks by FILE, a master boot record of GRUB 2",
    ),
    xorrisofs(
        &["-isohybrid-gpt-basdat"],
        &[],
        Sets(|settings, values| mark(settings, values, Mark::GptBasicData)),
        "The boot image is a basic data partition of a GPT",
    ),
    xorrisofs(
        &["-isohybrid-gpt-hfsplus"],
        &[],
        Sets(|settings, values| mark(settings, values, Mark::GptHfsPlus)),
        "The boot image is an HFS+ partition of a GPT",
    ),
    xorrisofs(
        &["-isohybrid-apm-hfsplus"],
        &[],
        Sets(|settings, values| mark(settings, values, Mark::ApmHfsPlus)),
        "The boot image is an HFS+ partition of an Apple partition map",
    ),
    xorrisofs(
        &["-part_like_isohybrid"],
        &[],
        Sets(|settings, values| {
            settings.partitions.by(values).marks_without_code = true;
            Ok(())
        }),
        "Such partitions without -isohybrid-mbr",
    ),
    xorrisofs(
        &["--protective-msdos-label"],
        &[],
        Sets(|settings, values| {
            settings.partitions.by(values).protective = true;
            Ok(())
        }),
        "A partition over the whole image",
    ),
    xorrisofs(
        &["--mbr-force-bootable"],
        &[],
        Sets(|settings, values| {
            settings.partitions.by(values).active = true;
            Ok(())
        }),
        "Mark some partition as active",
    ),
    xorrisofs(
        &["-iso_mbr_part_type"],
        &["TYPE"],
        Sets(|settings, values| {
            let kind = if values.word(0) == "default" { None } else { Some(kind(values, 0)?) };
            settings.partitions.by(values).volume_type = kind;
            Ok(())
        }),
        "Type of the partition with the volume: 0xXY, or a GUID",
    ),
    xorrisofs(
        &["-partition_offset"],
        &["SECTOR"],
        Sets(|settings, values| {
            settings.partitions.by(values).offset = values.number(0, u32::MAX)?;
            Ok(())
        }),
        "Make the image mountable by a partition at SECTOR, too",
    ),
    xorrisofs(
        &["-append_partition"],
        &["NUMBER", "TYPE", "FILE"],
        Sets(append),
        "Append FILE as the partition NUMBER of TYPE: 0xXY, or a GUID",
    ),
    xorrisofs(
        &["-appended_part_as_gpt"],
        &[],
        Sets(|settings, values| {
            settings.partitions.by(values).appended_in_gpt = true;
            Ok(())
        }),
        "Appended partitions are in a GPT",
    ),
    xorrisofs(
        &["-appended_part_as_apm"],
        &[],
        Sets(|settings, values| {
            settings.partitions.by(values).appended_in_apm = true;
            Ok(())
        }),
        "Appended partitions are in an Apple partition map",
    ),
    xorrisofs(
        &["-efi-boot-part"],
        &["FILE|--efi-boot-image"],
        Sets(|settings, values| {
            let image = values.word(0) == "--efi-boot-image";
            let efi = if image { EfiPartition::BootImage } else { EfiPartition::File(values.path(0)) };
            settings.partitions.by(values).efi = Some(efi);
            Ok(())
        }),
        "EFI system partition in a GPT: FILE, or the boot image for UEFI",
    ),
    xorrisofs(
        &["--gpt_disk_guid"],
        &["GUID"],
        Sets(|settings, values| {
            let text = values.text(0)?;
            let found = match text {
                "modification-date" => DiskGuid::OfDate,
                text => {
                    DiskGuid::Given(guid(text).ok_or_else(|| values.wrong("modification-date, or a GUID"))?)
                }
            };
            settings.partitions.by(values).disk_guid = Some(found);
            Ok(())
        }),
        "GUID of the disk, or modification-date",
    ),
    both(
        &["-chrp-boot-part", "-chrp-boot"],
        &[],
        Sets(|settings, values| {
            settings.partitions.by(values).chrp = true;
            Ok(())
        }),
        "The whole image is a partition of the type 0x96",
    ),
    xorrisofs(
        &["-partition_sec_hd"],
        &["NUMBER"],
        Sets(|settings, values| {
            settings.partitions.by(values).geometry.0 = byte(values, 63)?;
            Ok(())
        }),
        "Sectors on a track, up to 63",
    ),
    xorrisofs(
        &["-partition_hd_cyl"],
        &["NUMBER"],
        Sets(|settings, values| {
            settings.partitions.by(values).geometry.1 = byte(values, 255)?;
            Ok(())
        }),
        "Heads of a cylinder, up to 255",
    ),
    xorrisofs(
        &["-partition_cyl_align"],
        &["auto|on|off|all"],
        Sets(|settings, values| {
            let aligned = match values.text(0)? {
                "auto" => None,
                "on" => Some(Alignment::Volume),
                "all" => Some(Alignment::All),
                "off" => Some(Alignment::None),
                _ => return Err(values.wrong("auto, on, off or all")),
            };
            settings.partitions.by(values).aligned = aligned;
            Ok(())
        }),
        "Whether partitions end where cylinders do",
    ),
];

fn mark(settings: &mut Settings, values: &Values<'_>, mark: Mark) -> Result<()> {
    let entry = settings.boot.number();
    settings.partitions.by(values).marks.push((entry, mark));
    Ok(())
}

fn append(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let number = byte(values, 255)?.filter(|number| *number > 0);
    let number = number.ok_or_else(|| values.wrong("a number from 1, a type and a file"))?;
    let appended = Appended { number, kind: kind(values, 1)?, path: values.path(2) };
    settings.partitions.by(values).appended.push(appended);
    Ok(())
}

/// A number; 0 stands for none.
fn byte(values: &Values<'_>, most: u8) -> Result<Option<u8>> {
    let number = values.number(0, most.into())?;
    Ok(u8::try_from(number).ok().filter(|number| *number > 0))
}
