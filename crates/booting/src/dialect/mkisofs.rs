//! Options of mkisofs; for partition tables, and for what else that has no option, those that xorriso adds.

use super::{Line, Lines, Told, Trees};
use crate::request::{
    Appended, AppendedSource, BootCode, BootEntry, BootImage, Booting, Partitions, Piece, Section, Zeroed,
};
use isokit_core::iso9660::plan::{Emulation, LoadSize, platform};
use isokit_core::partition::plan::{Alignment, ApmBlock, GptMark, Kind};
use std::os::unix::ffi::OsStrExt;

/// The options that ask for `booting`.
pub fn mkisofs(booting: &Booting) -> Vec<Line> {
    let Booting { boot, partitions } = booting;
    let mut lines = Lines::default();
    if partitions.chrp {
        lines.option(Told::Chrp);
    }
    if let Some(area) = &boot.system_area {
        let option = match partitions.code {
            Some(BootCode::Isohybrid) => Told::Isohybrid,
            Some(BootCode::Grub2 | BootCode::Either) => Told::Grub2,
            None => Told::Area,
        };
        lines.value(option, &piece(area));
    }
    self::partitions(&mut lines, partitions);
    // What is asked for twice is asked for once: of several images the first becomes the partition.
    if boot.entries.iter().any(|entry| entry.mark.gpt == Some(GptMark::EfiSystem)) {
        lines.value(Told::EfiPartition, b"--efi-boot-image");
    }
    match &boot.catalog {
        Some(path) => lines.value(Told::Catalog, path),
        None if !boot.entries.is_empty() => lines.option(Told::HiddenCatalog),
        None => {}
    }
    let mut platform_before = platform::X86;
    for (n, entry) in boot.entries.iter().enumerate() {
        if n > 0 {
            lines.option(Told::NextImage);
        }
        self::entry(&mut lines, entry, &mut platform_before);
    }
    lines.0
}

/// The options that put the files `names` on disk into the root of the image, where no tree shows them: also not Joliet, if there
/// is any.
pub(crate) fn hidden(names: &[String], trees: Trees) -> Vec<Line> {
    let mut lines = Lines::default();
    for name in names {
        lines.value(Told::HiddenFile, name.as_bytes());
        if trees.joliet {
            lines.value(Told::HiddenInJoliet, name.as_bytes());
        }
    }
    // Behind a source, genisoimage takes no options.
    if !names.is_empty() {
        lines.option(Told::GraftPoints);
    }
    lines.0.extend(names.iter().map(|name| vec![format!("/{name}={name}").into()]));
    lines.0
}

fn partitions(lines: &mut Lines, partitions: &Partitions) {
    if partitions.protective {
        lines.option(Told::ProtectiveLabel);
    }
    let alignment = match partitions.alignment {
        Alignment::Auto => None,
        Alignment::On => Some("on"),
        Alignment::Off => Some("off"),
        Alignment::All => Some("all"),
    };
    let number = |number: u8| number.to_string();
    for (option, value) in [
        (Told::CylinderAlignment, alignment.map(str::to_owned)),
        (Told::PartitionOffset, (partitions.offset > 0).then(|| partitions.offset.to_string())),
        (Told::Heads, partitions.geometry.1.map(number)),
        (Told::SectorsPerTrack, partitions.geometry.0.map(number)),
    ] {
        if let Some(value) = value {
            lines.value(option, value.as_bytes());
        }
    }
    if partitions.active {
        lines.option(Told::ForcedActive);
    }
    if partitions.volume_is_writable {
        lines.option("--gpt-iso-not-ro");
    }
    if partitions.volume_is_bios_bootable {
        lines.option("--gpt-iso-bootable");
    }
    partitions.appended.iter().for_each(|one| appended(lines, one));
    if partitions.marks_without_code {
        lines.option(Told::AsIsohybrid);
    }
    if let Some(block) = partitions.apm_block {
        let bytes = if block == ApmBlock::B512 { "512" } else { "2048" };
        lines.value(Told::ApmBlockSize, bytes.as_bytes());
    }
    if partitions.appended_in_gpt {
        lines.option(Told::PartitionsInGpt);
    }
    if partitions.appended_in_apm {
        lines.option(Told::PartitionsInApm);
    }
    if let Some(of_volume) = partitions.volume_type {
        lines.value(Told::VolumeType, kind(of_volume).as_bytes());
    }
    if let Some(guid) = partitions.disk_guid {
        lines.value(Told::DiskGuid, guid.to_string().as_bytes());
    }
}

fn appended(lines: &mut Lines, appended: &Appended) {
    let source = match &appended.source {
        AppendedSource::Disk(path) => path.as_os_str().as_bytes().to_vec(),
        AppendedSource::Section { path, start, length } => {
            let section = Section { start: *start, length: *length, zeroed: Vec::new() };
            piece(&Piece { path: path.clone(), section: Some(section) })
        }
        // No option copies what is in the image.
        AppendedSource::Image(_) => return,
    };
    let (number, kind) = (appended.number.to_string(), kind(appended.kind));
    lines.values(Told::Partition, [number.into_bytes(), kind.into_bytes(), source]);
}

fn entry(lines: &mut Lines, entry: &BootEntry, platform_before: &mut u8) {
    let path = match &entry.image {
        BootImage::Path(path) => path.clone(),
        BootImage::Appended(number) => format!("--interval:appended_partition_{number}:all::").into_bytes(),
        // These come with an image that is changed, which has other options.
        BootImage::Base(_) | BootImage::BasePartition(_) => return,
    };
    if entry.platform == platform::EFI {
        lines.value(Told::EfiImage("any"), &path);
    } else {
        // Programs differ in whether it goes on to hold for the next entry.
        let before = std::mem::replace(platform_before, entry.platform);
        if (before, entry.platform) != (platform::X86, platform::X86) {
            let name = match entry.platform {
                platform::X86 => "x86".to_owned(),
                platform::POWER_PC => "PPC".to_owned(),
                platform::MAC => "Mac".to_owned(),
                other => format!("{other:#04x}"),
            };
            lines.value(Told::OtherPlatform, name.as_bytes());
        }
        lines.value(Told::Image("any"), &path);
    }
    settings(lines, entry);
}

fn settings(lines: &mut Lines, entry: &BootEntry) {
    match entry.emulation {
        Emulation::None => lines.option(Told::NoEmulation),
        Emulation::HardDisk => lines.option(Told::HardDisk),
        Emulation::Floppy => {}
    }
    if entry.load_segment != 0 {
        lines.value(Told::LoadSegment, format!("{:#x}", entry.load_segment).as_bytes());
    }
    if let LoadSize::Sectors(count) = entry.load_size {
        lines.value(Told::LoadedBlocks, count.to_string().as_bytes());
    }
    if !entry.id.is_empty() {
        lines.value(Told::Identifier, &entry.id);
    }
    if let Some(selection) = &entry.selection {
        let criteria = format!("{:02x}{}", selection.kind, hex::encode(&selection.criteria));
        lines.value(Told::Selection, criteria.as_bytes());
    }
    let gpt = |mark| entry.mark.gpt == Some(mark);
    for (is, option) in [
        (entry.boot_info_table, Told::BootInfoTable),
        (entry.grub2_boot_info, Told::Grub2BootInfo),
        (!entry.bootable, Told::NotBootable),
        (gpt(GptMark::BasicData), Told::GptBasicData),
        (gpt(GptMark::HfsPlus), Told::GptHfsPlus),
        (entry.mark.apm, Told::ApmHfsPlus),
    ] {
        if is {
            lines.option(option);
        }
    }
}

/// A file, or bytes of one.
fn piece(piece: &Piece) -> Vec<u8> {
    let path = piece.path.as_os_str().as_bytes();
    let Some(Section { start, length, zeroed }) = &piece.section else { return path.to_vec() };
    let zeroed: Vec<String> = zeroed
        .iter()
        .map(|zeroed| match zeroed {
            Zeroed::MbrPartitions => "zero_mbrpt".to_owned(),
            Zeroed::Gpt => "zero_gpt".to_owned(),
            Zeroed::AppleMap => "zero_apm".to_owned(),
            Zeroed::Bytes(from, to) => format!("{from}-{}", to.saturating_sub(1)),
        })
        .collect();
    let last = start.saturating_add(*length).saturating_sub(1);
    let text = format!("--interval:local_fs:{start}-{last}:{}:", zeroed.join(","));
    [text.as_bytes(), path].concat()
}

/// The type of a partition; a GUID with hyphens.
fn kind(kind: Kind) -> String {
    match kind {
        Kind::Mbr(byte) => format!("{byte:#04x}"),
        Kind::Gpt(guid) => guid.to_string(),
    }
}
