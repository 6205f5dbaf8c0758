//! The boot information table of an image that BIOS firmware loads, against where the image lies and what is in it.

use super::entry::Entry;
use super::{Fault, Found, Kind};
use crate::error::{Result, Structure};
use crate::iso9660::el_torito::BootInfoTable;
use crate::iso9660::layout::{FIRST_DESCRIPTOR, SECTOR, STANDARD_IDENTIFIER, descriptor_type};
use crate::number::wide;
use std::mem::offset_of;
use zerocopy::transmute;

/// The table in a boot image.
const TABLE: Structure = Structure::new("boot information table", "mkisofs -boot-info-table");

/// What ISOLINUX has in the length and the checksum until they are filled in.
const UNFILLED: u32 = 0xdead_beef;

/// Checks the table of the image that `entry` leads to, if that has one.
///
/// # Errors
/// Those of reading the source.
pub(super) fn check(entry: &Entry<'_>, found: Found<'_>) -> Result<()> {
    let mut bytes = [0; size_of::<BootInfoTable>()];
    let at = entry.boot.at.saturating_add(BootInfoTable::OFFSET);
    if entry.source.read_some(at, &mut bytes)? < bytes.len() {
        return Ok(());
    }
    let table: BootInfoTable = transmute!(bytes);
    let place = |offset: usize| TABLE.at(entry.source.location(at.saturating_add(wide(offset))));
    let fault = |offset, deviation: String, consequence: &str| {
        Ok(Fault::new(Kind::BootInfoTable, place(offset), deviation, consequence))
    };
    if (table.length.get(), table.checksum.get()) == (UNFILLED, UNFILLED) {
        found(fault(0, "was not filled in".into(), "ISOLINUX cannot find its own sectors"));
        return Ok(());
    }
    if !is_one(&table) {
        return Ok(());
    }
    let descriptor = descriptor(entry, &table)?;
    for (offset, field, got, want, consequence) in [
        (
            offset_of!(BootInfoTable, primary_volume_descriptor),
            "primary volume descriptor",
            table.primary_volume_descriptor.get(),
            descriptor,
            "loaders look for files in another session",
        ),
        (
            offset_of!(BootInfoTable, boot_file),
            "boot file",
            table.boot_file.get(),
            Some(entry.boot.at / SECTOR),
            "ISOLINUX and GRUB load other sectors than their own",
        ),
        (
            offset_of!(BootInfoTable, length),
            "length",
            table.length.get(),
            entry.file_length(),
            "ISOLINUX and GRUB load too much or too little of themselves",
        ),
    ] {
        if let Some(want) = want.filter(|want| *want != u64::from(got)) {
            found(fault(offset, format!("{field} is {got}, expected {want}"), consequence));
            return Ok(());
        }
    }
    let (got, want) = (table.checksum.get(), sum(entry, table.length.get().into())?);
    if got != want {
        let offset = offset_of!(BootInfoTable, checksum);
        let deviation = format!("checksum is {got:#x}, computed {want:#x}");
        found(fault(offset, deviation, "ISOLINUX refuses to start"));
    }
    Ok(())
}

/// The sector of the primary volume descriptor, unless there is one where `table` says: a session may have a copy of its own at
/// the start of the image.
fn descriptor(entry: &Entry<'_>, table: &BootInfoTable) -> Result<Option<u64>> {
    let mut start = [0; 6];
    let at = u64::from(table.primary_volume_descriptor.get()).saturating_mul(SECTOR);
    entry.source.read_some(at, &mut start)?;
    let [kind, identifier @ ..] = start;
    let is_one = kind == descriptor_type::PRIMARY && identifier == STANDARD_IDENTIFIER;
    let expected = entry.volume.session_start().saturating_add(FIRST_DESCRIPTOR);
    Ok((!is_one).then_some(expected))
}

/// Whether `table` is one, be it of another place, rather than code.
fn is_one(table: &BootInfoTable) -> bool {
    table.primary_volume_descriptor.get() >= 16
        && table.boot_file.get() > 0
        && u64::from(table.length.get()) > BootInfoTable::SUMMED_FROM
        && table.reserved == [0; 40]
}

/// The checksum of the image's first `length` bytes, as far as they are there.
fn sum(entry: &Entry<'_>, length: u64) -> Result<u32> {
    BootInfoTable::checksum_by(length, |at, bytes| {
        entry.source.read_some(entry.boot.at.saturating_add(at), bytes)
    })
}
