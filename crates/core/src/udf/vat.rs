//! The virtual allocation table of a write-once disc: the last thing on it (UDF 2.2.11; UDF 1.50 2.2.10).

use super::icb::Block;
use super::layout::{FILE_ENTRY, VIRTUAL_TABLE, VirtualTableHead, VirtualTableTail, file_type, tag};
use super::read::content;
use super::space::{Partition, Space};
use super::{anchor, tag as tags};
use crate::error::{Error, Problem, Result};
use crate::fields::{Fields, corrupt};
use crate::number::{narrow, wide};

/// Bytes that are read at once while the end of what is recorded is looked for.
const STEP: u64 = 1 << 20;
/// Blocks before the end of what is recorded in which the table's file entry is looked for.
const SEARCHED: u64 = 1024;
/// Bytes of a table that are read: a table for 64 million blocks.
const LARGEST: u64 = 256 << 20;

/// The virtual partition whose table leads into partition `of`: the last table there is.
///
/// # Errors
/// [`Error::Corrupt`] when there is none; those of the source.
pub(super) fn find(space: &Space<'_>, sector: u64, of: usize) -> Result<Partition> {
    let Some(Partition::Physical { start, .. }) = space.partitions.get(of) else {
        return Err(none(space, 0));
    };
    let start = *start;
    let size = anchor::size(space.source)?;
    let last = recorded(space, start, size)?.div_ceil(sector.max(1)).min(size / sector.max(1));
    let reference = u16::try_from(of).unwrap_or(u16::MAX);
    let mut failure = None;
    for back in 1..=SEARCHED {
        let Some(place) = last.checked_sub(back).map(|number| number.saturating_mul(sector)) else { break };
        let Some(number) = place.checked_sub(start).map(|into| into / space.block.max(1)) else { break };
        let mut head = [0; 64];
        space.source.read_at(place, &mut head)?;
        let found = tags::peek(&head).map(|found| found.identifier.get());
        if !matches!(found, Some(tag::FILE_ENTRY | tag::EXTENDED_FILE_ENTRY)) {
            continue;
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        match table(space, reference, number) {
            Ok(Some(table)) => return Ok(Partition::Virtual { table, of }),
            Ok(None) => {}
            Err(error @ Error::Io(_)) => return Err(error),
            Err(error) => {
                let at = space.absolute(place);
                space.findings.note(at, VIRTUAL_TABLE, format!("{error}; an older table was looked for"));
                failure = failure.or(Some(error));
            }
        }
    }
    Err(failure.unwrap_or_else(|| none(space, size)))
}

/// The byte behind the last one that is not zero, not before `start`: the image of a disc may be as long as the disc,
/// and its table lies where writing stopped.
fn recorded(space: &Space<'_>, start: u64, size: u64) -> Result<u64> {
    let mut end = size;
    let mut bytes = Vec::new();
    while end > start {
        let from = end.saturating_sub(STEP).max(start);
        bytes.resize(narrow(end.saturating_sub(from)), 0);
        space.source.read_at(from, &mut bytes)?;
        if let Some(last) = bytes.iter().rposition(|byte| *byte != 0) {
            return Ok(from.saturating_add(wide(last)).saturating_add(1));
        }
        end = from;
    }
    Ok(end)
}

fn none(space: &Space<'_>, size: u64) -> Error {
    let limit = "one in the last blocks".to_owned();
    let problem = Problem::OutOfRange { field: "number of tables", got: 0, limit };
    corrupt(space.absolute(size), VIRTUAL_TABLE, problem)
}

/// The table whose file entry is block `number`; `None` if that is the entry of something else.
fn table(space: &Space<'_>, reference: u16, number: u32) -> Result<Option<Vec<u32>>> {
    let mut block = Block::default();
    block.read(space, reference, number, 0)?;
    let entry = block.entry(space)?;
    let kind = entry.head.icb_tag.file_type;
    if !matches!(kind, file_type::VIRTUAL_TABLE | file_type::UNSPECIFIED) {
        return Ok(None);
    }
    let at = space.absolute(block.place);
    let (size, extents) = content(space, &block)?;
    if size > LARGEST.min(space.source.size().unwrap_or(LARGEST)) {
        let limit = format!("at most {LARGEST}, and the size of the image");
        return Err(corrupt(
            at,
            FILE_ENTRY,
            Problem::OutOfRange { field: "information length", got: size, limit },
        ));
    }
    let bytes = space.read(&extents, size)?;
    let numbers = if kind == file_type::VIRTUAL_TABLE {
        let mut fields = Fields::new(&bytes, at, VIRTUAL_TABLE);
        let head: &VirtualTableHead = fields.read()?;
        let length = usize::from(head.head_length.get());
        if length < size_of::<VirtualTableHead>() {
            return Err(fields.out_of_range("length of the header", wide(length), "at least 152"));
        }
        bytes.get(length..)
    } else {
        let split = bytes.split_last_chunk::<{ size_of::<VirtualTableTail>() }>();
        let Some((numbers, tail)) = split else { return Ok(None) };
        let tail: &VirtualTableTail = Fields::new(tail, at, VIRTUAL_TABLE).read()?;
        if tail.identifier.name() != b"*UDF Virtual Alloc Tbl" {
            return Ok(None);
        }
        Some(numbers)
    };
    let (numbers, _) = numbers.unwrap_or_default().as_chunks::<4>();
    Ok(Some(numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()))
}
