//! The virtual allocation table of a write-once disc: the last thing on it (UDF 2.2.11; UDF 1.50 2.2.10).

use super::allocation::content;
use super::charset::dstring;
use super::icb::Block;
use super::layout::{
    FILE_ENTRY, FileEntryHead, FileEntryTail, VIRTUAL_TABLE, VirtualTableExtension, VirtualTableHead,
    VirtualTableTail, file_type, tag,
};
use super::space::Space;
use super::{anchor, attributes, tag as tags};
use crate::error::{Error, Location, Result};
use crate::fields::Fields;
use crate::number::{is_zero, narrow, wide};
use crate::source::Source;
use crate::tree::{Entry, Time};
use zerocopy::FromBytes;

/// Bytes that are read at once while the end of what is recorded is looked for.
const STEP: u64 = 1 << 20;
/// Blocks before the end of what is recorded in which the table's file entry is looked for.
const SEARCHED: u64 = 1024;
/// Bytes of a table that are read: a table for 64 million blocks.
const LARGEST: u64 = 256 << 20;

/// Bytes that every table of UDF 2.00 and later begins with.
const HEAD: u64 = 152;
/// Bytes that a table of UDF 1.50 ends with.
const TAIL: u64 = 36;

/// Extended attribute in which a table of UDF 1.50 says what the volume holds (UDF 1.50 3.3.4.5.1.3).
const EXTENSION: &[u8] = b"udf.ea.*UDF VAT LVExtension";

/// A virtual allocation table. Nothing on the disc can be written over, so that what it says of the volume is newer than
/// what the logical volume and its integrity descriptor do.
#[derive(Debug)]
pub struct VirtualTable {
    /// Virtual blocks it has a place for.
    pub blocks: usize,
    /// Where its file entry lies, for messages.
    pub at: Location,
    /// By its file entry; `None` where that bears no date.
    pub recorded: Option<Time>,
    /// Whether nothing but anchors was recorded behind it: an open volume has files there, or a table that is damaged.
    pub is_last: bool,
    /// `None` where the table does not say.
    pub volume: Option<Holds>,
    /// Byte of the source at which the partition of a later session may begin: a file entry behind this table says that
    /// it is another block of its partition than of this one.
    pub(super) later: Option<u64>,
}

/// What a virtual allocation table says of the logical volume, in place of its integrity descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holds {
    /// Identifier of the logical volume, in place of that in its descriptor.
    pub identifier: String,
    /// Files, streams not counted.
    pub files: u32,
    /// Directories, the root counted.
    pub directories: u32,
    /// Revisions: least to read, least and most to write, from UDF 2.00 on.
    pub revisions: Option<[u16; 3]>,
}

/// A table, and the block of the partition it leads into by virtual block; 2^32-1 for none.
type Found = (VirtualTable, Vec<u32>);

/// The table that leads into partition `of`: the last one there is. One that says it is another block of its partition is
/// of a later session, whose partition begins elsewhere; it counts only where there is no other, in an image whose blocks
/// were moved.
///
/// # Errors
/// [`Error::Corrupt`] when there is none; those of the source.
pub(super) fn find(space: &Space<'_>, sector: u64, of: usize) -> Result<Found> {
    let Some(start) = space.start(of) else { return Err(none(space, 0)) };
    let size = anchor::size(&space.source)?;
    let last = recorded(space, start, size)?.div_ceil(sector.max(1)).min(size / sector.max(1));
    let reference = u16::try_from(of).unwrap_or(u16::MAX);
    let (mut failure, mut is_last, mut later, mut moved) = (None, true, None, Vec::new());
    for back in 1..=SEARCHED {
        let Some(place) = last.checked_sub(back).map(|number| number.saturating_mul(sector)) else { break };
        let Some(number) = place.checked_sub(start).map(|into| into / space.block.max(1)) else { break };
        let mut head = [0; 64];
        space.source.read_at(place, &mut head)?;
        let (found, location) =
            tags::peek(&head).map_or((None, 0), |found| (Some(found.identifier.get()), found.location.get()));
        if !matches!(found, Some(tag::FILE_ENTRY | tag::EXTENDED_FILE_ENTRY)) {
            is_last &= found == Some(tag::ANCHOR) || is_zero(&head);
            continue;
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        // Entries of files say which virtual block they are.
        let kind = FileEntryHead::ref_from_bytes(&head).map_or(0, |head| head.icb_tag.file_type);
        if location != number {
            if matches!(kind, file_type::VIRTUAL_TABLE | file_type::UNSPECIFIED) {
                later = later.or(place.checked_sub(u64::from(location).saturating_mul(space.block)));
                moved.push((place, number));
            }
            is_last = false;
            continue;
        }
        match tried(space, reference, (place, number), &mut failure)? {
            Some((table, numbers)) => return Ok((VirtualTable { is_last, later, ..table }, numbers)),
            None => is_last = false,
        }
    }
    for place in moved {
        if let Some((table, numbers)) = tried(space, reference, place, &mut failure)? {
            return Ok((VirtualTable { later, ..table }, numbers));
        }
    }
    Err(failure.unwrap_or_else(|| none(space, size)))
}

/// The table whose file entry lies at this byte and is the block of this number; `None` if that is something else or
/// damaged, which is noted, and the `failure` if it is the first.
fn tried(
    space: &Space<'_>,
    reference: u16,
    (place, number): (u64, u32),
    failure: &mut Option<Error>,
) -> Result<Option<Found>> {
    let at = space.absolute(place);
    match table(space, reference, number, at) {
        Err(error) if !matches!(error, Error::Io(_)) => {
            space.findings.note(at, VIRTUAL_TABLE, format!("{error}; an older table was looked for"));
            failure.get_or_insert(error);
            Ok(None)
        }
        table => table,
    }
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
    let limit = "one in the last blocks";
    VIRTUAL_TABLE.at(space.absolute(size)).out_of_range("number of tables", 0, limit)
}

/// The table whose file entry is block `number`, which should lie at `at`; `None` if that is the entry of something else.
fn table(space: &Space<'_>, reference: u16, number: u32, at: Location) -> Result<Option<Found>> {
    let mut block = Block::default();
    block.read(space, reference, number, at)?;
    let entry = block.entry(space)?;
    let kind = entry.head.icb_tag.file_type;
    if !matches!(kind, file_type::VIRTUAL_TABLE | file_type::UNSPECIFIED) {
        return Ok(None);
    }
    let at = space.absolute(block.place);
    let (size, extents) = content(space, &block)?;
    if size > LARGEST.min(space.source.size().unwrap_or(LARGEST)) {
        let limit = format!("at most {LARGEST}, and the size of the image");
        return Err(FILE_ENTRY.at(at).out_of_range("information length", size, limit));
    }
    // Many files may claim to be a table: one that neither begins nor ends as such is not read.
    if kind == file_type::VIRTUAL_TABLE {
        headed(&space.read(&extents, 0..HEAD.min(size))?, at)?;
    } else if tailed(&space.read(&extents, size.saturating_sub(TAIL)..size)?, at)?.is_none() {
        return Ok(None);
    }
    let bytes = space.read(&extents, 0..size)?;
    let found =
        if kind == file_type::VIRTUAL_TABLE { headed(&bytes, at).map(Some) } else { tailed(&bytes, at) };
    let Some((numbers, volume)) = found? else { return Ok(None) };
    let (numbers, _) = numbers.as_chunks::<4>();
    let numbers: Vec<u32> = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    let mut facts = Entry::default();
    entry.describe(&mut facts);
    if volume.is_none() {
        let (bytes, at) = entry.attributes;
        attributes::take(bytes, at, &mut facts, &space.findings);
    }
    let volume = volume.or_else(|| extension(&facts, &block, at));
    let (blocks, recorded) = (numbers.len(), facts.times.modified);
    Ok(Some((VirtualTable { blocks, at, recorded, is_last: true, volume, later: None }, numbers)))
}

/// The numbers of a table of UDF 2.00 and later, and what its header says.
fn headed(bytes: &[u8], at: Location) -> Result<(&[u8], Option<Holds>)> {
    let mut fields = Fields::new(bytes, at, VIRTUAL_TABLE);
    let head: &VirtualTableHead = fields.read()?;
    let length = usize::from(head.head_length.get());
    if length < size_of::<VirtualTableHead>() {
        return Err(fields.out_of_range("length of the header", wide(length), "at least 152"));
    }
    let revisions = [head.minimum_read_revision, head.minimum_write_revision, head.maximum_write_revision];
    let holds = Holds {
        identifier: dstring(&head.logical_volume_identifier),
        files: head.files.get(),
        directories: head.directories.get(),
        revisions: Some(revisions.map(crate::number::Le16::get)),
    };
    Ok((bytes.get(length..).unwrap_or_default(), Some(holds)))
}

/// The numbers of a table of UDF 1.50; `None` if `bytes` do not end as one.
fn tailed(bytes: &[u8], at: Location) -> Result<Option<(&[u8], Option<Holds>)>> {
    let split = bytes.split_last_chunk::<{ size_of::<VirtualTableTail>() }>();
    let Some((numbers, tail)) = split else { return Ok(None) };
    let tail: &VirtualTableTail = Fields::new(tail, at, VIRTUAL_TABLE).read()?;
    Ok((tail.identifier.name() == b"*UDF Virtual Alloc Tbl").then_some((numbers, None)))
}

/// What an extended attribute of the table's file entry says; it counts where it names the entry's unique id.
fn extension(facts: &Entry, block: &Block, at: Location) -> Option<Holds> {
    let value = facts.attributes.iter().find(|attribute| attribute.name == EXTENSION)?;
    let extension: &VirtualTableExtension = Fields::new(&value.value, at, VIRTUAL_TABLE).read().ok()?;
    let mut entry = Fields::new(&block.bytes, at, FILE_ENTRY);
    let _: &FileEntryHead = entry.read().ok()?;
    let tail: &FileEntryTail = entry.read().ok()?;
    (extension.unique_id == tail.unique_id).then(|| Holds {
        identifier: dstring(&extension.logical_volume_identifier),
        files: extension.files.get(),
        directories: extension.directories.get(),
        revisions: None,
    })
}
