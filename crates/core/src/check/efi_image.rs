//! What UEFI firmware boots from, be it a boot image or a partition: a FAT volume with a loader where firmware looks for one (UEFI 3.5.1.1).

use super::entry::Entry;
use super::{Fault, Found, Kind};
use crate::error::{Error, Result, Structure, Subject};
use crate::fat::volume::{self, Volume};
use crate::iso9660::el_torito::VIRTUAL_SECTOR;
use crate::source::Source;

/// The image as a whole.
const EFI_IMAGE: Structure = Structure::new("EFI boot image", "UEFI 13.3.2.1");

/// First bytes of a program that firmware can run (UEFI 2.1.1: PE32+).
const PROGRAM: [u8; 2] = *b"MZ";

/// What a FAT volume is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Bytes of it, as it counts them itself.
    length: u64,
    /// Whether it has a loader where firmware looks for one.
    has_loader: bool,
}

/// Checks all of `source`, from which UEFI firmware is to boot: as a boot image, or as a partition. `found` is told of each fault.
/// Returns whether it is a FAT volume with a loader where firmware looks for one (UEFI 3.5.1.1, 13.3).
///
/// # Errors
/// Those of reading the source.
pub fn efi_image(source: &dyn Source, found: Found<'_>) -> Result<bool> {
    let at = source.first();
    let subject = EFI_IMAGE.at(source.location(at));
    let seen = contents(source, at, subject, source.size().map(|size| (size, "file")), found)?;
    Ok(seen.is_some_and(|seen| seen.has_loader))
}

/// Checks the image that `entry` leads to.
///
/// # Errors
/// Those of reading the source.
pub(super) fn check(entry: &Entry<'_>, found: Found<'_>) -> Result<()> {
    let subject = EFI_IMAGE.at(entry.source.location(entry.boot.at));
    let room = entry.file_length();
    let named = room.map(|length| (length, "file"));
    let Some(seen) = contents(entry.source, entry.boot.at, subject, named, found)? else { return Ok(()) };
    let length = room.map_or(seen.length, |room| room.min(seen.length));
    // 0 and 1 stand for all up to the end of the medium (UEFI 13.3.2.1).
    let count = u64::from(entry.boot.sector_count);
    if count > 1 && count.saturating_mul(VIRTUAL_SECTOR) < length {
        let needed = length.div_ceil(VIRTUAL_SECTOR);
        let limit = if needed > u16::MAX.into() { "0".to_owned() } else { format!("at least {needed}") };
        let consequence = "UEFI firmware that observes it sees only the start of the file system";
        found(Ok(entry.count_fault(&limit, consequence)));
    }
    Ok(())
}

/// Checks what begins at byte `at`, called `subject`, and has the `room` that is said to be a file's or a partition's. Returns
/// what of it is a FAT volume.
///
/// # Errors
/// Those of reading the source.
pub(super) fn contents(
    source: &dyn Source,
    at: u64,
    subject: Subject,
    room: Option<(u64, &str)>,
    found: Found<'_>,
) -> Result<Option<Seen>> {
    let mut told = |deviation: &str, consequence| {
        found(Ok(Fault::new(Kind::EfiImage, subject, deviation, consequence)));
    };
    let Some(volume) = Volume::open(source, at)? else {
        told("is not a FAT volume", "UEFI firmware cannot read it and boots nothing from it");
        return Ok(None);
    };
    if let Some((room, whose)) = room.filter(|(room, _)| *room < volume.length) {
        let deviation = format!("its FAT volume has {} bytes, but the {whose} {room}", volume.length);
        told(&deviation, "UEFI firmware reads what lies behind it as its end");
    }
    let missing = loader(&volume);
    let has_loader = matches!(missing, Ok(None));
    match missing {
        Ok(None) => {}
        Ok(Some(missing)) => told(missing, "UEFI firmware finds nothing to start"),
        Err(Error::Corrupt(corrupt)) => {
            let consequence = "UEFI firmware may not find the loader";
            found(Ok(Fault::damage(Kind::EfiImage, *corrupt, consequence)));
        }
        Err(error) => return Err(error),
    }
    Ok(Some(Seen { length: volume.length, has_loader }))
}

/// What is missing for `volume` to have a loader.
fn loader(volume: &Volume<'_>) -> Result<Option<&'static str>> {
    let child = |directory: &[volume::Entry], name: &[u8]| {
        let is_it = |entry: &&volume::Entry| entry.is_directory && entry.base().trim_ascii_end() == name;
        directory.iter().find(is_it).copied()
    };
    let Some(efi) = child(&volume.root()?, b"EFI") else { return Ok(Some("EFI is missing")) };
    let Some(boot) = child(&volume.directory(&efi)?, b"BOOT") else {
        return Ok(Some("EFI/BOOT is missing"));
    };
    let files = volume.directory(&boot)?;
    let mut loaders = files
        .iter()
        .filter(|file| !file.is_directory && file.base().starts_with(b"BOOT") && file.extension() == b"EFI");
    let mut is_any = false;
    let is_program = loaders.try_fold(false, |is_one, file| -> Result<bool> {
        is_any = true;
        let mut start = [0; PROGRAM.len()];
        Ok(is_one || (volume.begin(file, &mut start)? == start.len() && start == PROGRAM))
    })?;
    Ok(match (is_any, is_program) {
        (_, true) => None,
        (true, false) => Some("EFI/BOOT/BOOT*.EFI is not a program"),
        (false, false) => Some("EFI/BOOT/BOOT*.EFI is missing"),
    })
}
