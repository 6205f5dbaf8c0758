//! Options of mkisofs; for partition tables, and for what else that has no option, those that xorriso adds.

use super::{Line, Lines, Trees};
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
        lines.option("-chrp-boot-part");
    }
    if let Some(area) = &boot.system_area {
        let option = match partitions.code {
            Some(BootCode::Isohybrid) => "-isohybrid-mbr",
            Some(BootCode::Grub2 | BootCode::Either) => "--grub2-mbr",
            None => "-G",
        };
        lines.value(option, &piece(area));
    }
    self::partitions(&mut lines, partitions);
    // What is asked for twice is asked for once: of several images the first becomes the partition.
    if boot.entries.iter().any(|entry| entry.mark.gpt == Some(GptMark::EfiSystem)) {
        lines.value("-efi-boot-part", b"--efi-boot-image");
    }
    match &boot.catalog {
        Some(path) => lines.value("-c", path),
        None if !boot.entries.is_empty() => lines.option("--boot-catalog-hide"),
        None => {}
    }
    let mut platform_before = platform::X86;
    for (n, entry) in boot.entries.iter().enumerate() {
        if n > 0 {
            lines.option("-eltorito-alt-boot");
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
        lines.value("-hide", name.as_bytes());
        if trees.joliet {
            lines.value("-hide-joliet", name.as_bytes());
        }
    }
    // Behind a source, genisoimage takes no options.
    if !names.is_empty() {
        lines.option("-graft-points");
    }
    lines.0.extend(names.iter().map(|name| vec![format!("/{name}={name}").into()]));
    lines.0
}

fn partitions(lines: &mut Lines, partitions: &Partitions) {
    if partitions.protective {
        lines.option("--protective-msdos-label");
    }
    let alignment = match partitions.alignment {
        Alignment::Auto => None,
        Alignment::On => Some("on"),
        Alignment::Off => Some("off"),
        Alignment::All => Some("all"),
    };
    let number = |number: u8| number.to_string();
    for (option, value) in [
        ("-partition_cyl_align", alignment.map(str::to_owned)),
        ("-partition_offset", (partitions.offset > 0).then(|| partitions.offset.to_string())),
        ("-partition_hd_cyl", partitions.geometry.1.map(number)),
        ("-partition_sec_hd", partitions.geometry.0.map(number)),
    ] {
        if let Some(value) = value {
            lines.value(option, value.as_bytes());
        }
    }
    if partitions.active {
        lines.option("--mbr-force-bootable");
    }
    if partitions.volume_is_writable {
        lines.option("--gpt-iso-not-ro");
    }
    if partitions.volume_is_bios_bootable {
        lines.option("--gpt-iso-bootable");
    }
    partitions.appended.iter().for_each(|one| appended(lines, one));
    if partitions.marks_without_code {
        lines.option("-part_like_isohybrid");
    }
    if let Some(block) = partitions.apm_block {
        let bytes = if block == ApmBlock::B512 { "512" } else { "2048" };
        lines.value("-apm-block-size", bytes.as_bytes());
    }
    if partitions.appended_in_gpt {
        lines.option("-appended_part_as_gpt");
    }
    if partitions.appended_in_apm {
        lines.option("-appended_part_as_apm");
    }
    if let Some(of_volume) = partitions.volume_type {
        lines.value("-iso_mbr_part_type", kind(of_volume).as_bytes());
    }
    if let Some(guid) = partitions.disk_guid {
        lines.value("--gpt_disk_guid", guid.to_string().as_bytes());
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
    lines.values("-append_partition", [number.into_bytes(), kind.into_bytes(), source]);
}

fn entry(lines: &mut Lines, entry: &BootEntry, platform_before: &mut u8) {
    let path = match &entry.image {
        BootImage::Path(path) => path.clone(),
        BootImage::Appended(number) => format!("--interval:appended_partition_{number}:all::").into_bytes(),
        // These come with an image that is changed, which has other options.
        BootImage::Base(_) | BootImage::BasePartition(_) => return,
    };
    if entry.platform == platform::EFI {
        lines.value("-e", &path);
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
            lines.value("-eltorito-platform", name.as_bytes());
        }
        lines.value("-b", &path);
    }
    settings(lines, entry);
}

fn settings(lines: &mut Lines, entry: &BootEntry) {
    match entry.emulation {
        Emulation::None => lines.option("-no-emul-boot"),
        Emulation::HardDisk => lines.option("-hard-disk-boot"),
        Emulation::Floppy => {}
    }
    if entry.load_segment != 0 {
        lines.value("-boot-load-seg", format!("{:#x}", entry.load_segment).as_bytes());
    }
    if let LoadSize::Sectors(count) = entry.load_size {
        lines.value("-boot-load-size", count.to_string().as_bytes());
    }
    if !entry.id.is_empty() {
        lines.value("-eltorito-id", &entry.id);
    }
    if let Some(selection) = &entry.selection {
        let criteria = format!("{:02x}{}", selection.kind, hex::encode(&selection.criteria));
        lines.value("-eltorito-selcrit", criteria.as_bytes());
    }
    let gpt = |mark| entry.mark.gpt == Some(mark);
    for (is, option) in [
        (entry.boot_info_table, "-boot-info-table"),
        (entry.grub2_boot_info, "--grub2-boot-info"),
        (!entry.bootable, "-no-boot"),
        (gpt(GptMark::BasicData), "-isohybrid-gpt-basdat"),
        (gpt(GptMark::HfsPlus), "-isohybrid-gpt-hfsplus"),
        (entry.mark.apm, "-isohybrid-apm-hfsplus"),
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
