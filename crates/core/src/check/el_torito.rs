//! El Torito: the boot record, the catalog, and what each entry says against what lies there.

use super::entry::Entry;
use super::{Fault, Found, Kind, boot_info, efi_image};
use crate::boot::known;
use crate::error::{Error, Result, Structure};
use crate::finding::Findings;
use crate::image::Image;
use crate::iso9660;
use crate::iso9660::el_torito::catalog::boot_record as as_boot_record;
use crate::iso9660::el_torito::{BootEntry, BootImage, Catalog, Emulation, platform};
use crate::iso9660::layout::SECTOR;
use crate::partition::Table;
use crate::source::Source;
use crate::tree::placed::Placed;
use std::mem::offset_of;

/// The boot record, which leads to the catalog.
const BOOT_RECORD: Structure = Structure::new("boot record", "El Torito 2.0");

/// The sector of a session in which BIOS firmware looks for the boot record (El Torito 2.0).
const BOOT_RECORD_SECTOR: u64 = 17;

/// Checks what El Torito there is, and returns what boots by it. The `tables` are those of the source.
///
/// # Errors
/// Those of reading the source.
pub(super) fn check(
    source: &dyn Source,
    image: &Image<'_>,
    tables: &[Table],
    findings: &Findings,
    found: Found<'_>,
) -> Result<Vec<BootImage>> {
    let Some(volume) = image.iso9660() else { return Ok(Vec::new()) };
    boot_record(source, volume, found);
    let catalog = match Catalog::find(source, volume.descriptors(), findings) {
        Ok(Some(catalog)) => catalog,
        Ok(None) => return Ok(Vec::new()),
        Err(Error::Corrupt(corrupt)) => {
            let consequence = "BIOS and UEFI firmware find nothing to boot";
            found(Ok(Fault::damage(Kind::BootCatalog, *corrupt, consequence)));
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let placed = Placed::find(image.tree(), catalog.places());
    let all = known(source, image, &catalog, tables, &placed)?;
    for (boot, known) in catalog.images.iter().zip(&all) {
        let occupied = structure_at(boot.at, volume, &catalog, &placed);
        let entry = Entry { source, volume, boot, known, occupied };
        check_entry(&entry, &mut |fault| found(fault.map(|fault| fault.about(known.path.as_deref()))))?;
    }
    Ok(catalog.images)
}

/// The first boot record of El Torito has to be the second descriptor.
fn boot_record(source: &dyn Source, volume: &iso9660::Image<'_>, found: Found<'_>) {
    let sector = volume.session_start().saturating_add(BOOT_RECORD_SECTOR);
    let expected = source.location(sector.saturating_mul(SECTOR));
    let record = volume.descriptors().iter().find(|descriptor| as_boot_record(descriptor).is_some());
    if let Some(record) = record.filter(|record| record.at.byte() != expected.byte()) {
        let deviation = format!("lies at byte {:#x}, expected byte {:#x}", record.at.byte(), expected.byte());
        let consequence = "BIOS firmware does not look for it here and boots nothing";
        found(Ok(Fault::new(Kind::BootRecord, BOOT_RECORD.at(record.at), deviation, consequence)));
    }
}

/// What of the volume itself lies at byte `at`, where a boot image cannot lie therefore.
fn structure_at(at: u64, volume: &iso9660::Image<'_>, catalog: &Catalog, placed: &Placed) -> Option<String> {
    let is_within = |start: u64, length: u64| start <= at && at < start.saturating_add(length);
    if volume.descriptors().iter().any(|descriptor| is_within(descriptor.at.byte(), SECTOR)) {
        return Some("a volume descriptor lies".to_owned());
    }
    if is_within(catalog.at, catalog.length) {
        return Some("the boot catalog itself lies".to_owned());
    }
    placed.directory(at).map(|path| format!("the directory {} lies", path.escape_ascii()))
}

/// Checks one entry, and the image that it leads to.
fn check_entry(entry: &Entry<'_>, found: Found<'_>) -> Result<()> {
    entry.indicator(found);
    if !entry.is_used() {
        return Ok(());
    }
    entry.platform(found);
    if !entry.address(found) {
        return Ok(());
    }
    match (entry.boot.platform, entry.boot.emulation) {
        (platform::EFI, Emulation::None) => efi_image::check(entry, found)?,
        (platform::EFI, _) => {
            let deviation = format!("boot media type is {}, expected 0", entry.boot.emulation.media_type());
            let consequence = "UEFI firmware may take only a part of the image for all of it";
            let subject = entry.field(offset_of!(BootEntry, boot_media_type));
            found(Ok(Fault::new(Kind::BootEntry, subject, deviation, consequence)));
        }
        (platform::X86, Emulation::None) => {
            entry.count(found);
            boot_info::check(entry, found)?;
        }
        (_, Emulation::Floppy(size)) => entry.diskette(size, found),
        (_, Emulation::HardDisk) => entry.hard_disk(found)?,
        (_, Emulation::Other(_)) | (_, Emulation::None) => {}
    }
    Ok(())
}
