//! Where the entry of a partition lies.

use crate::error::Subject;
use crate::number::wide;
use crate::partition::mbr::{self, BootRecord};
use crate::partition::{Partition, Scheme, Table};
use crate::source::{InSectors, Source};
use std::mem::offset_of;

/// The entry of `partition` in `table`, where it is known to lie.
pub(super) fn place(source: &dyn Source, table: &Table, partition: &Partition) -> Subject {
    let index = u64::from(partition.number.saturating_sub(1));
    let source = &InSectors::new(source, table.block_size);
    let at = match (table.scheme, partition.number) {
        (Scheme::Mbr, 1..=4) => {
            let first = table.at.saturating_add(wide(offset_of!(BootRecord, entries)));
            first.saturating_add(index.saturating_mul(wide(size_of::<mbr::Entry>())))
        }
        (Scheme::Apm, _) => table.at.saturating_add(index.saturating_mul(table.block_size)),
        _ => table.at,
    };
    table.scheme.structure().at(source.location(at))
}
