//! Boot images that firmware shows as hard disks: it takes the geometry from the partition table (El Torito 1.0, 1.5).

use super::tree::Tree;
use crate::request::{BootEntry, BootImage, Request};
use crate::spelling::Asked;
use isokit_cli::name::shown;
use isokit_cli::{Failure, Report};
use isokit_core::Error;
use isokit_core::iso9660::plan::Emulation;
use isokit_core::partition::mbr::{BootRecord, Entry};
use std::mem::offset_of;

/// Refuses a hard disk without one partition, as other writers do; warns of one that an existing image has.
///
/// # Errors
/// [`Error::Usage`] with the byte of the boot image, and those of reading it.
pub(super) fn check(
    entries: &[BootEntry],
    tree: &Tree<'_>,
    request: &Request,
    report: &Report,
) -> Result<(), Failure> {
    let is_kept = request.inputs.base.as_ref().is_some_and(|base| base.gives_boot);
    for entry in entries.iter().filter(|entry| entry.emulation == Emulation::HardDisk) {
        let BootImage::Path(path) = &entry.image else { continue };
        let name = shown(path).to_string();
        let mut bytes = [0; size_of::<BootRecord>()];
        let have = tree.beginning(path, &mut bytes)?;
        let Some(fault) = have.and_then(|have| fault(bytes, have)) else { continue };
        if is_kept {
            report.warning(name, fault);
            continue;
        }
        let option = request.spelling.option(Asked::HardDisk);
        let error = Error::Usage(format!("{fault}, as {option} requires"));
        return Err(Failure { input: Some(name), error });
    }
    Ok(())
}

/// What is wrong with the first block of a hard disk, of which `have` bytes are there.
fn fault(bytes: [u8; size_of::<BootRecord>()], have: usize) -> Option<String> {
    if have < size_of::<BootRecord>() {
        return Some(format!(
            "byte {have:#x}: the end, expected a master boot record of 512 bytes with one partition"
        ));
    }
    let Some(record) = BootRecord::parse(bytes) else {
        let [.., a, b] = bytes;
        let at = offset_of!(BootRecord, key);
        return Some(format!(
            "byte {at:#x}: {a:02x} {b:02x}, expected 55 aa behind a partition table with one partition"
        ));
    };
    let at = |n: usize| offset_of!(BootRecord, entries).saturating_add(n.saturating_mul(size_of::<Entry>()));
    let is_used = |entry: &Entry| entry.kind != 0 && entry.length.get() != 0;
    let used: Vec<usize> =
        record.entries.iter().enumerate().filter(|(_, entry)| is_used(entry)).map(|(n, _)| n).collect();
    match used.as_slice() {
        [_] => None,
        [] => Some(format!("byte {:#x}: a partition table without a partition, expected one", at(0))),
        [_, second, ..] => Some(format!(
            "byte {:#x}: {} partitions in the partition table, expected one",
            at(*second),
            used.len()
        )),
    }
}
