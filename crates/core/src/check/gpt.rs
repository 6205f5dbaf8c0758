//! A GPT: its two copies against each other, and its entries against what the header allows.

use super::place::place;
use super::{Fault, Found, Kind};
use crate::error::{Result, Subject};
use crate::partition::gpt::{HEADER, Header};
use crate::partition::{Guid, Table};
use crate::source::{InSectors, Source};
use std::collections::BTreeMap;
use zerocopy::{FromZeros, IntoBytes};

/// Checks `table`, which `is_guarded` by an MBR or not.
///
/// # Errors
/// Those of reading the source.
pub(super) fn check(source: &dyn Source, table: &Table, is_guarded: bool, found: Found<'_>) -> Result<()> {
    let (header, subject) = header(source, table.at, table.block_size)?;
    if let Some(backup) = table.backup {
        let (copy, at) = self::header(source, backup, table.block_size)?;
        copies(&header, &copy, at, found);
    }
    twins(table, subject, found);
    // Without a guard nobody but a Mac looks at the table.
    if is_guarded {
        range(source, table, &header, found);
    }
    Ok(())
}

/// The header at byte `at`.
fn header(source: &dyn Source, at: u64, block: u64) -> Result<(Header, Subject)> {
    let source = &InSectors::new(source, block);
    let mut header = Header::new_zeroed();
    source.read_at(at, header.as_mut_bytes())?;
    Ok((header, HEADER.at(source.location(at))))
}

/// What both copies have to say alike, and what crosswise.
fn copies(primary: &Header, backup: &Header, at: Subject, found: Found<'_>) {
    let mut told = |field: &str, got: String, want: String| {
        let deviation = format!("{field} of the backup is {got}, expected {want}");
        let consequence = "partitioning programs repair one from the other, or do not know which is right";
        found(Ok(Fault::new(Kind::Gpt, at, deviation, consequence)));
    };
    if backup.disk_guid != primary.disk_guid {
        told("disk GUID", Guid(backup.disk_guid).to_string(), Guid(primary.disk_guid).to_string());
    }
    for (field, got, want) in [
        ("alternate LBA", backup.alternate_lba.get(), primary.my_lba.get()),
        ("first usable LBA", backup.first_usable_lba.get(), primary.first_usable_lba.get()),
        ("last usable LBA", backup.last_usable_lba.get(), primary.last_usable_lba.get()),
        (
            "number of entries",
            backup.number_of_partition_entries.get().into(),
            primary.number_of_partition_entries.get().into(),
        ),
    ] {
        if got != want {
            told(field, got.to_string(), want.to_string());
        }
    }
    let (got, want) = (backup.partition_entry_array_crc32.get(), primary.partition_entry_array_crc32.get());
    if got != want {
        told("checksum of the entries", format!("{got:#x}"), format!("{want:#x}"));
    }
}

/// Partitions that cannot be told apart.
fn twins(table: &Table, at: Subject, found: Found<'_>) {
    let mut known = BTreeMap::new();
    for partition in &table.partitions {
        let Some(guid) = partition.unique else { continue };
        let Some(other) = known.insert(guid.0, partition.number) else { continue };
        let deviation = format!("partitions {other} and {} have the GUID {guid}", partition.number);
        let consequence = "Linux and boot loaders that look for it find only one of them";
        found(Ok(Fault::new(Kind::Gpt, at, deviation, consequence)));
    }
}

/// Partitions outside of the blocks that the header gives them.
fn range(source: &dyn Source, table: &Table, header: &Header, found: Found<'_>) {
    let bytes = |block: u64| block.saturating_mul(table.block_size);
    let first = bytes(header.first_usable_lba.get());
    let end = bytes(header.last_usable_lba.get().saturating_add(1));
    for partition in &table.partitions {
        if partition.start < first || partition.end() > end {
            let (from, to) = (partition.start, partition.end());
            let deviation = format!(
                "partition {} is from byte {from:#x} to {to:#x}, expected within {first:#x} to {end:#x}",
                partition.number
            );
            let consequence = "UEFI firmware made from EDK II ignores the partition";
            found(Ok(Fault::new(Kind::Gpt, place(source, table, partition), deviation, consequence)));
        }
    }
}
