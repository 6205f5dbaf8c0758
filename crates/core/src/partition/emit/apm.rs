//! An Apple partition map: entries, one a block from block 1 on, the first of them the map itself.

use crate::error::{Error, Result};
use crate::number::{Be16, Be32};
use crate::partition::apm::{DRIVER_DESCRIPTOR, Entry, SIGNATURE};
use std::ops::Range;

/// What an entry says of its partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Up to 32 bytes of ASCII.
    pub name: &'a str,
    /// Its type: up to 32 bytes of ASCII, such as `Apple_HFS`.
    pub kind: &'a str,
    /// See [`Entry::status`].
    pub status: u32,
}

/// Bits of [`Entry::status`] of the map itself: valid and allocated.
const MAP_STATUS: u32 = 0b11;

/// The entry of a partition of `blocks` in a map of `map_entries`.
///
/// # Errors
/// [`Error::TooLarge`] for a name or type over 32 bytes, and for blocks beyond the 32 bits of their numbers;
/// [`Error::Usage`] for a partition without blocks.
pub fn entry(map_entries: u32, blocks: Range<u64>, part: Part<'_>) -> Result<Entry> {
    if blocks.is_empty() {
        return Err(Error::Usage(format!("{}: a partition has to be at least one block long", part.name)));
    }
    let length = u32::try_from(blocks.end.saturating_sub(blocks.start));
    let (Ok(start), Ok(length)) = (u32::try_from(blocks.start), length) else {
        return Err(Error::TooLarge(format!(
            "{}: an Apple partition map cannot tell block {}",
            part.name, blocks.end
        )));
    };
    Ok(Entry {
        signature: SIGNATURE,
        reserved: Be16::ZERO,
        map_entries: Be32::new(map_entries),
        start: Be32::new(start),
        length: Be32::new(length),
        name: padded(part.name)?,
        kind: padded(part.kind)?,
        data_start: Be32::ZERO,
        data_length: Be32::new(length),
        status: Be32::new(part.status),
        boot: [0; 28],
        processor: [0; 16],
    })
}

/// The entry of a map that has `map_entries`, itself among them.
///
/// # Errors
/// [`Error::Usage`] for none.
pub fn map(map_entries: u32) -> Result<Entry> {
    let part = Part { name: "Apple", kind: "Apple_partition_map", status: MAP_STATUS };
    entry(map_entries, 1..u64::from(map_entries).saturating_add(1), part)
}

/// The first four bytes of a disk whose map has blocks of `block_size` bytes.
pub fn driver_descriptor(block_size: u16) -> [u8; 4] {
    let ([e, r], [high, low]) = (DRIVER_DESCRIPTOR, block_size.to_be_bytes());
    [e, r, high, low]
}

fn padded(text: &str) -> Result<[u8; 32]> {
    let mut field = [0; 32];
    match field.get_mut(..text.len()) {
        Some(start) => {
            start.copy_from_slice(text.as_bytes());
            Ok(field)
        }
        None => {
            Err(Error::TooLarge(format!("{text}: a name in an Apple partition map has at most 32 bytes")))
        }
    }
}
