//! Partition tables, and what is appended for them.

use crate::dialect::mkisofs::Settings;
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, both, xorrisofs};
use crate::dialect::mkisofs::partitions::kind;
use crate::dialect::mkisofs::values::Values;
use crate::dialect::partition_type::guid;
use crate::request::{Appended, AppendedSource, BootCode, Piece, Section};
use isokit_core::partition::Guid;
use isokit_core::partition::plan::{Alignment, ApmBlock, GptMark, Mark};
use isokit_core::{Error, Result};
use std::fs::File;
use std::io::Read;

pub(super) const OPTIONS: &[Definition] = &[
    xorrisofs(
        &["-isohybrid-mbr"],
        &["FILE"],
        Sets(|settings, values| code(settings, values, BootCode::Isohybrid)),
        "Boot from disks by FILE, a master boot record of ISOLINUX",
    ),
    xorrisofs(
        &["--grub2-mbr"],
        &["FILE"],
        Sets(|settings, values| code(settings, values, BootCode::Grub2)),
        "Boot from disks by FILE, a master boot record of GRUB 2",
    ),
    xorrisofs(
        &["-isohybrid-gpt-basdat"],
        &[],
        Sets(|settings, _| mark(settings, |mark| mark.gpt = Some(GptMark::BasicData))),
        "The boot image is a basic data partition of a GPT",
    ),
    xorrisofs(
        &["-isohybrid-gpt-hfsplus"],
        &[],
        Sets(|settings, _| mark(settings, |mark| mark.gpt = Some(GptMark::HfsPlus))),
        "The boot image is an HFS+ partition of a GPT",
    ),
    xorrisofs(
        &["-isohybrid-apm-hfsplus"],
        &[],
        Sets(|settings, _| mark(settings, |mark| mark.apm = true)),
        "The boot image is an HFS+ partition of an Apple partition map",
    ),
    xorrisofs(
        &["-part_like_isohybrid"],
        &[],
        Sets(|settings, _| {
            settings.partitions.asked.marks_without_code = true;
            Ok(())
        }),
        "Such partitions without -isohybrid-mbr",
    ),
    xorrisofs(
        &["--protective-msdos-label"],
        &[],
        Sets(|settings, _| {
            settings.partitions.asked.protective = true;
            Ok(())
        }),
        "A partition over the whole image",
    ),
    xorrisofs(
        &["--mbr-force-bootable"],
        &[],
        Sets(|settings, _| {
            settings.partitions.asked.active = true;
            Ok(())
        }),
        "Mark some partition as active",
    ),
    xorrisofs(
        &["-iso_mbr_part_type"],
        &["TYPE"],
        Sets(|settings, values| {
            let kind = if values.word(0) == "default" { None } else { Some(kind(values, 0)?) };
            settings.partitions.asked.volume_type = kind;
            Ok(())
        }),
        "Type of the partition with the volume: 0xXY, or a GUID",
    ),
    xorrisofs(
        &["--gpt-iso-not-ro"],
        &[],
        Sets(|settings, _| {
            settings.partitions.asked.volume_is_writable = true;
            Ok(())
        }),
        "Do not mark the partition with the volume as read-only in a GPT",
    ),
    xorrisofs(
        &["--gpt-iso-bootable"],
        &[],
        Sets(|settings, _| {
            settings.partitions.asked.volume_is_bios_bootable = true;
            Ok(())
        }),
        "Mark the partition with the volume as one that a BIOS boots in a GPT",
    ),
    xorrisofs(
        &["-partition_offset"],
        &["SECTOR"],
        Sets(|settings, values| {
            // Sectors have a letter of their own with xorriso, which takes any other for it as well.
            let text = values.text(0)?;
            let offset = text.strip_suffix('s').and_then(|sectors| sectors.parse().ok());
            settings.partitions.asked.offset = offset.map_or_else(|| values.number(0, u32::MAX), Ok)?;
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
        Sets(|settings, _| {
            settings.partitions.asked.appended_in_gpt = true;
            Ok(())
        }),
        "Appended partitions are in a GPT",
    ),
    xorrisofs(
        &["-appended_part_as_apm"],
        &[],
        Sets(|settings, _| {
            settings.partitions.asked.appended_in_apm = true;
            Ok(())
        }),
        "Appended partitions are in an Apple partition map",
    ),
    xorrisofs(
        &["-apm-block-size"],
        &["512|2048"],
        Sets(|settings, values| {
            settings.partitions.asked.apm_block = match values.number(0, 2048)? {
                512 => Some(ApmBlock::B512),
                2048 => Some(ApmBlock::B2048),
                _ => return Err(values.wrong("512 or 2048")),
            };
            Ok(())
        }),
        "Bytes of a block of that map",
    ),
    xorrisofs(
        &["-efi-boot-part"],
        &["FILE|--efi-boot-image"],
        Sets(|settings, values| {
            let is_boot_image = values.word(0) == "--efi-boot-image";
            let source = if is_boot_image { None } else { Some(appended_source(settings, values, 0)?) };
            settings.boot.efi_partition = is_boot_image;
            settings.partitions.efi = source;
            Ok(())
        }),
        "EFI system partition of a GPT: FILE, which is appended, or the boot image for UEFI",
    ),
    xorrisofs(
        &["--gpt_disk_guid"],
        &["GUID"],
        Sets(|settings, values| {
            settings.partitions.asked.disk_guid = match values.text(0)? {
                "modification-date" => None,
                "random" => Some(random()?),
                text => Some(guid(text).ok_or_else(|| values.wrong("modification-date, random or a GUID"))?),
            };
            Ok(())
        }),
        "GUID of the disk, modification-date (default) or random",
    ),
    both(
        &["-chrp-boot-part", "-chrp-boot"],
        &[],
        Sets(|settings, _| {
            settings.partitions.asked.chrp = true;
            Ok(())
        }),
        "The whole image is a partition of the type 0x96",
    ),
    xorrisofs(
        &["-partition_sec_hd"],
        &["NUMBER"],
        Sets(|settings, values| {
            settings.partitions.asked.geometry.0 = byte(values, 63)?;
            Ok(())
        }),
        "Sectors on a track, up to 63",
    ),
    xorrisofs(
        &["-partition_hd_cyl"],
        &["NUMBER"],
        Sets(|settings, values| {
            settings.partitions.asked.geometry.1 = byte(values, 255)?;
            Ok(())
        }),
        "Heads of a cylinder, up to 255",
    ),
    xorrisofs(
        &["-partition_cyl_align"],
        &["auto|on|off|all"],
        Sets(|settings, values| {
            settings.partitions.asked.alignment = match values.text(0)? {
                "auto" => Alignment::Auto,
                "on" => Alignment::On,
                "all" => Alignment::All,
                "off" => Alignment::Off,
                _ => return Err(values.wrong("auto, on, off or all")),
            };
            Ok(())
        }),
        "Whether partitions end where cylinders do",
    ),
];

/// A GUID that no other disk has: version 4 of RFC 9562, 5.4.
fn random() -> Result<Guid> {
    let name = "/dev/urandom";
    let mut bytes = [0; 16];
    let read = File::open(name).and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|error| Error::io(format!("{name}: read"), error))?;
    // The numbers of a GUID lie with their lowest byte first.
    bytes[7] = bytes[7] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    Ok(Guid(bytes))
}

fn mark(settings: &mut Settings, set: impl FnOnce(&mut Mark)) -> Result<()> {
    set(&mut settings.boot.entry().mark);
    Ok(())
}

/// Boot code for the system area. Other bytes may take its place (`-G`), and are told what it would have been told.
fn code(settings: &mut Settings, values: &Values<'_>, code: BootCode) -> Result<()> {
    settings.partitions.asked.code = Some(code);
    settings.boot.system_area = Some(values.piece(0, settings.imported())?);
    Ok(())
}

fn append(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let number = byte(values, 255)?.filter(|number| *number > 0);
    let number = number.ok_or_else(|| values.wrong("a number from 1, a type and a file"))?;
    let source = appended_source(settings, values, 2)?;
    let appended = Appended { number, any_number: false, kind: kind(values, 1)?, source };
    let all = &mut settings.partitions.asked.appended;
    all.retain(|other| other.number != number);
    all.push(appended);
    all.sort_by_key(|appended| appended.number);
    Ok(())
}

fn appended_source(settings: &Settings, values: &Values<'_>, n: usize) -> Result<AppendedSource> {
    match values.piece(n, settings.imported())? {
        Piece { path, section: None } => Ok(AppendedSource::Disk(path)),
        Piece { path, section: Some(Section { start, length, zeroed }) } if zeroed.is_empty() => {
            Ok(AppendedSource::Section { path, start, length })
        }
        Piece { .. } => Err(values.wrong("an interval in which nothing is zeroed")),
    }
}

/// A number; 0 stands for none.
fn byte(values: &Values<'_>, most: u8) -> Result<Option<u8>> {
    let number = values.number(0, most.into())?;
    Ok(u8::try_from(number).ok().filter(|number| *number > 0))
}
