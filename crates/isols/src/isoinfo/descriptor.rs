//! `-d`: the primary volume descriptor, and what else the volume has.

use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::iso9660::el_torito::{BootImage, Catalog, Emulation, platform};
use isokit_core::iso9660::layout::{SECTOR, VolumeDescriptor};
use isokit_core::iso9660::volume::DescriptorKind;
use isokit_core::iso9660::{Image, TreeKind};
use isokit_core::source::Source;
use std::io::Write;

pub(super) fn write(
    source: &dyn Source,
    volume: &Image<'_>,
    text: &mut Vec<u8>,
    failure: &mut dyn FnMut(Error),
) -> Result<()> {
    let primary = volume.descriptors().iter().find(|one| one.kind == DescriptorKind::Primary);
    let Some(primary) = primary.and_then(|descriptor| descriptor.volume()) else { return Ok(()) };
    text.extend_from_slice(b"CD-ROM is in ISO 9660 format\n");
    identifiers(primary, text);
    // Writing into a vector does not fail.
    let _ = writeln!(text, "Volume set size is: {}", primary.volume_set_size.get());
    let _ = writeln!(text, "Volume set sequence number is: {}", primary.volume_sequence_number.get());
    let _ = writeln!(text, "Logical block size is: {}", primary.logical_block_size.get());
    let _ = writeln!(text, "Volume size is: {}", primary.volume_space_size.get());
    if volume.descriptors().iter().any(|one| one.kind == DescriptorKind::Enhanced) {
        text.extend_from_slice(b"CD-ROM uses ISO 9660:1999 relaxed format\n");
    }
    let catalog = Catalog::find(source, volume.descriptors(), &Findings::default());
    let catalog = match catalog {
        Err(error @ Error::Io(_)) => return Err(error),
        Err(error) => {
            failure(error);
            None
        }
        Ok(catalog) => catalog,
    };
    if let Some(catalog) = &catalog {
        let sector = catalog.at / SECTOR;
        let _ = writeln!(text, "El Torito VD version 1 found, boot catalog is in sector {sector}");
    }
    let joliet = volume.descriptors().iter().find_map(|descriptor| match descriptor.kind {
        DescriptorKind::Joliet(level) => Some(level),
        _ => None,
    });
    match joliet {
        Some(level) => drop(writeln!(text, "Joliet with UCS level {level} found")),
        None => text.extend_from_slice(b"NO Joliet present\n"),
    }
    let has_rock_ridge = volume.trees().contains(&TreeKind::RockRidge);
    let rock_ridge: &[u8] =
        if has_rock_ridge { b"Rock Ridge signatures version 1 found\n" } else { b"NO Rock Ridge present\n" };
    text.extend_from_slice(rock_ridge);
    if let Some((catalog, image)) = catalog.as_ref().and_then(|all| Some((all, all.images.first()?))) {
        boot(catalog, image, text);
    }
    Ok(())
}

fn identifiers(primary: &VolumeDescriptor, text: &mut Vec<u8>) {
    let all: [(&str, &[u8]); 9] = [
        ("System id", &primary.system_identifier),
        ("Volume id", &primary.volume_identifier),
        ("Volume set id", &primary.volume_set_identifier),
        ("Publisher id", &primary.publisher_identifier),
        ("Data preparer id", &primary.data_preparer_identifier),
        ("Application id", &primary.application_identifier),
        ("Copyright File id", &primary.copyright_file_identifier),
        ("Abstract File id", &primary.abstract_file_identifier),
        ("Bibliographic File id", &primary.bibliographic_file_identifier),
    ];
    for (name, value) in all {
        let end = value.iter().rposition(|byte| !matches!(byte, b' ' | 0));
        let value = value.get(..end.map_or(0, |last| last.saturating_add(1))).unwrap_or_default();
        text.extend_from_slice(format!("{name}: ").as_bytes());
        text.extend_from_slice(crate::escape::shown(value).as_bytes());
        text.push(b'\n');
    }
}

/// The validation entry, and the first entry, which alone isoinfo shows.
fn boot(catalog: &Catalog, image: &BootImage, text: &mut Vec<u8>) {
    let arch = match catalog.platform {
        platform::X86 => " (x86)",
        platform::POWER_PC => " (PPC)",
        platform::MAC => " (MAC)",
        _ => " (Unknown Arch)",
    };
    let media = match image.emulation {
        Emulation::None => "No Emulation Boot",
        Emulation::Floppy(1_228_800) => "1200 Floppy",
        Emulation::Floppy(1_474_560) => "1.44MB Floppy",
        Emulation::Floppy(_) => "2.88MB Floppy",
        Emulation::HardDisk => "Hard Disk Emulation",
        Emulation::Other(_) => "Unknown Emulation Type",
    };
    let sector = image.at / SECTOR;
    let (id, status) = if image.bootable { (0x88, "bootable") } else { (0, "not bootable") };
    let _ = writeln!(
        text,
        "Eltorito validation header:\n    Hid 1\n    Arch {}{arch}\n    ID '{}'\n    Key 55 AA\n    \
         Eltorito defaultboot header:\n        Bootid {id:X} ({status})\n        Boot media {:X} ({media})\n        \
         Load segment {:X}\n        Sys type {:X}\n        Nsect {:X}\n        Bootoff {sector:X} {sector}",
        catalog.platform,
        crate::escape::shown(&catalog.identifier),
        image.emulation.media_type(),
        image.load_segment,
        image.system_type,
        image.sector_count
    );
}
