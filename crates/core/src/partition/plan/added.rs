//! Partitions that other programs put behind an image: they are told of as they were, wherever they lie now.

use super::options::Options;
use super::places::{BLOCK, ENTRIES, Places};
use super::put_entries;
use crate::error::{Error, Result};
use crate::number::narrow;
use crate::partition::emit::gpt::{self, Table};
use crate::partition::emit::mbr::{ACTIVE, UNUSED, entry};
use crate::partition::mbr::{BootRecord, Entry, PROTECTIVE};
use crate::partition::{Guid, Partition, Scheme, Type};
use zerocopy::FromBytes;

/// Tells of the partitions that were added in the MBR at the start of `front`.
pub(super) fn put_in_mbr(front: &mut [u8], options: &Options, places: &Places) -> Result<()> {
    let Ok((record, _)) = BootRecord::ref_from_prefix(front) else { return Ok(()) };
    let mut entries = if record.key == BootRecord::KEY { record.entries } else { [UNUSED; 4] };
    let blocks = places.size / BLOCK;
    let geometry = Some(places.own(options).geometry(options));
    if options.added_in_gpt() {
        if entries.iter().all(|entry| entry.length.get() == 0) {
            entries[0] = entry(PROTECTIVE, 1..blocks, geometry)?;
        } else if let Some(guard) = entries.iter_mut().find(|entry| entry.kind == PROTECTIVE) {
            *guard = Entry { status: guard.status, ..entry(PROTECTIVE, 1..blocks, geometry)? };
        }
    }
    for (added, extent) in options.added.iter().zip(&places.added) {
        let Some(Partition { number, kind: Type::Mbr(kind), active, .. }) = added.told_by(Scheme::Mbr) else {
            continue;
        };
        let slot = narrow(u64::from(*number)).checked_sub(1).and_then(|slot| entries.get_mut(slot));
        match slot {
            Some(slot) if slot.length.get() == 0 => {
                *slot = entry(*kind, extent.blocks(), geometry)?;
                slot.status = if *active { ACTIVE } else { 0 };
            }
            _ => return Err(taken("MBR", *number)),
        }
    }
    if entries.iter().any(|entry| entry.length.get() > 0) {
        put_entries(front, &entries);
    }
    Ok(())
}

/// The GPT with the partitions that were added: what `own` has of the image, if that has one, on a disk as large as `places` say.
pub(super) fn table(options: &Options, places: &Places, own: Option<Table>) -> Result<Option<Table>> {
    if options.added.is_empty() || (own.is_none() && !options.added_in_gpt()) {
        return Ok(own);
    }
    let mut table = own.unwrap_or_else(|| Table {
        blocks: 0,
        disk_guid: options.disk_guid,
        partition_entry_lba: 2,
        number_of_partition_entries: u32::try_from(options.added_entries()).unwrap_or_default(),
        first_usable_lba: 0,
        entries: Vec::new(),
    });
    table.blocks = places.size / BLOCK;
    let array = u64::from(table.number_of_partition_entries).div_ceil(ENTRIES);
    table.first_usable_lba = table.first_usable_lba.max(table.partition_entry_lba.saturating_add(array));
    for (added, extent) in options.added.iter().zip(&places.added) {
        let Some(told) = added.told_by(Scheme::Gpt) else { continue };
        let Type::Gpt(kind) = told.kind else { continue };
        if told.number == 0 || told.number > table.number_of_partition_entries {
            return Err(taken("GPT", told.number));
        }
        let slot = narrow(u64::from(told.number).saturating_sub(1));
        if table.entries.len() <= slot {
            table.entries.resize(slot.saturating_add(1), gpt::UNUSED);
        }
        let unique = told.unique.unwrap_or(Guid::NIL);
        let entry = gpt::entry(kind, unique, extent.blocks(), told.attributes, &told.name)?;
        match table.entries.get_mut(slot) {
            Some(slot) if *slot == gpt::UNUSED => *slot = entry,
            _ => return Err(taken("GPT", told.number)),
        }
    }
    table.check()?;
    Ok(Some(table))
}

fn taken(table: &str, number: u32) -> Error {
    Error::Usage(format!("the {table} has no room for partition {number}, which another program added"))
}
