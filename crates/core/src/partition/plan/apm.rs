//! Which entries the Apple map has.

use super::options::{Manner, Options};
use super::places::{AREA_BLOCKS, BLOCK, Places};
use crate::error::{Error, Result};
use crate::partition::GAP;
use crate::partition::apm::Entry;
use crate::partition::emit::apm::{Part, entry, map};
use std::ops::Range;

/// Status of a partition: valid, allocated and readable.
const STATUS: u32 = 0b1_0011;
/// Status of a boot image as isohybrid has it: readable and writable.
const WRITABLE: u32 = 0b11_0011;
/// As [`STATUS`], of one that is mounted when the system starts.
const MOUNTED: u32 = 0x4000_0000 | STATUS;

/// The entries of the map, the map's own first; none for no map.
pub(super) fn entries(options: &Options, places: &Places) -> Result<Vec<Entry>> {
    if options.map_blocks() == 0 {
        return Ok(Vec::new());
    }
    let size = u64::from(options.map_block().bytes());
    let mut parts = Vec::new();
    for (mark, extent) in options.marks.iter().zip(&places.boot_images) {
        if mark.apm {
            let status = if options.manner == Manner::Isohybrid { WRITABLE } else { MOUNTED };
            let part = (status, "EFI".to_owned(), "Apple_HFS");
            parts.push((extent.at / size..extent.end().div_ceil(size), part));
        }
    }
    if options.appended_in_apm {
        for (appended, extent) in options.appended.iter().zip(&places.appended) {
            let part = (STATUS, format!("Appended{}", appended.number), "Data");
            parts.push((extent.at / size..extent.end().div_ceil(size), part));
        }
    }
    parts.sort_by_key(|(blocks, _)| blocks.start);
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].0.end > pair[1].0.start) {
        let (one, other) = (&pair[0].1.1, &pair[1].1.1);
        return Err(Error::Usage(format!(
            "partitions {one} and {other} would overlap in the Apple partition map"
        )));
    }
    if !options.has_apm_marks() {
        parts = with_gaps(parts, AREA_BLOCKS * BLOCK / size);
    }
    let count = u32::try_from(parts.len().saturating_add(1)).unwrap_or(u32::MAX);
    let map = map(count)?;
    let mut entries = vec![match options.manner {
        // Which says so of however many there are.
        Manner::Isohybrid => Entry { length: 4.into(), data_length: 10.into(), ..map },
        Manner::Xorriso => map,
    }];
    for (blocks, (status, name, kind)) in parts {
        entries.push(entry(count, blocks, Part { name: &name, kind, status })?);
    }
    Ok(entries)
}

/// A partition: blocks, and status, name and type.
type Wanted = (Range<u64>, (u32, String, &'static str));

/// The partitions and what lies before and between them, from block `start` on.
fn with_gaps(parts: Vec<Wanted>, start: u64) -> Vec<Wanted> {
    let mut all = Vec::new();
    let mut cursor = start;
    let mut number = 0_usize;
    for part in parts {
        if cursor < part.0.start {
            all.push((cursor..part.0.start, (STATUS, format!("{GAP}{number}"), "ISO9660_data")));
            number = number.saturating_add(1);
        }
        cursor = part.0.end;
        all.push(part);
    }
    all
}
