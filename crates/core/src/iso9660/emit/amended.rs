//! What of its directory records changes when a file gets another content in the place of the one it has.

use crate::error::{Error, Location, Result};
use crate::fill::{Edit, NewContent};
use crate::iso9660::Standard;
use crate::iso9660::file::TreeKind;
use crate::iso9660::layout::{DIRECTORY_RECORD, DirectoryRecord, LongDate, ShortDate, file_flags};
use crate::iso9660::plan::dates;
use crate::iso9660::record::Record;
use crate::iso9660::rock_ridge::{LONG_FORM, times};
use crate::iso9660::susp::{Continuations, SystemUseEntry};
use crate::iso9660::tree::Iso9660Tree;
use crate::number::{Both32, round_up, wide};
use crate::tree::{Entry, Extent, Time};
use std::mem::offset_of;
use zerocopy::IntoBytes;

/// Bytes of a directory that are read for the records of one file: they follow each other, and there is one for each 4 GiB.
const ROOM: u64 = 1 << 20;

impl Iso9660Tree<'_> {
    /// What of the records of the file `entry`, which this tree handed out, becomes other bytes, so that they tell of
    /// `content`. That is recorded where the old one is, in order: each extent gets as much as it has, and the last one may
    /// grow to the end of its last block.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for what is not a file of extents that are recorded as they are: interleaved, or of High
    /// Sierra; [`Error::TooLarge`] where there is no room; those of reading the records.
    pub(crate) fn amended(&self, entry: &Entry, content: &NewContent<'_>) -> Result<Vec<Edit>> {
        let files = self.files();
        if files.space.standard == Standard::HighSierra {
            return Err(DIRECTORY_RECORD.at(entry.at).unsupported("changing a High Sierra volume"));
        }
        let source = files.space.source;
        let at = entry.at.byte().saturating_sub(source.origin());
        let room = source.size().unwrap_or(u64::MAX).saturating_sub(at).min(ROOM);
        let mut records = files.records(vec![Extent::recorded(at, room)]);
        let mut continuations = files.continuations();
        let mut amending = Amending {
            tree: self,
            pieces: &entry.extents,
            left: content.length,
            last: None,
            modified: content.modified,
            edits: Vec::new(),
        };
        loop {
            if !records.seek()? {
                return Err(amending.other(entry.at));
            }
            let record = records.record()?;
            amending.record(&record, &mut continuations)?;
            if !record.has(file_flags::MULTI_EXTENT) {
                break;
            }
            let length = record.length();
            records.pass(length);
        }
        match amending {
            Amending { pieces: [], left: 0, edits, .. } => Ok(edits),
            Amending { pieces: [], left, .. } => {
                Err(Error::TooLarge(format!("its extents lack room for {left} bytes")))
            }
            amending => Err(amending.other(entry.at)),
        }
    }
}

/// The records of one file, as far as they were changed.
struct Amending<'t, 's> {
    tree: &'t Iso9660Tree<'s>,
    /// The extents of the records to come.
    pieces: &'t [Extent],
    /// Bytes of the new content that have no place yet.
    left: u64,
    /// Byte of the source at which the last block of it lies, once all has a place.
    last: Option<u64>,
    modified: Time,
    edits: Vec<Edit>,
}

impl Amending<'_, '_> {
    /// Changes the extent and the dates of `record`.
    fn record(&mut self, record: &Record<'_>, continuations: &mut Continuations<'_>) -> Result<()> {
        if record.fixed.file_unit_size > 0 {
            return Err(DIRECTORY_RECORD.at(record.at).unsupported("changing an interleaved file"));
        }
        let mut old = Vec::new();
        self.tree.files().space.extents(record, &mut old)?;
        let room = match (old.first(), self.pieces) {
            // Nothing of the content is in this record.
            (None, _) => 0,
            (Some(extent), [piece, rest @ ..]) if extent == piece => {
                self.pieces = rest;
                let end = round_up(piece.length, self.tree.block_size());
                if rest.is_empty() { end } else { piece.length }
            }
            _ => return Err(self.other(record.at)),
        };
        let length = u32::try_from(self.left.min(room)).unwrap_or(u32::MAX);
        self.left = self.left.saturating_sub(length.into());
        self.place(record, old.first(), length.into());
        let field = |offset: usize| record.at.behind(wide(offset));
        self.put(field(offset_of!(DirectoryRecord, data_length)), Both32::new(length).as_bytes());
        let date = dates::nearest_short(self.modified);
        self.put(field(offset_of!(DirectoryRecord, recording_date)), date.as_bytes());
        if self.tree.kind() != TreeKind::RockRidge {
            return Ok(());
        }
        let skip = self.tree.files().skip;
        let field = record.system_use.get(skip..).unwrap_or_default();
        let at = record.system_use_at.behind(wide(skip));
        continuations.walk(field, at, |item| {
            if &item.signature == b"TF" {
                self.times(item);
            }
        })
    }

    /// Changes the place of the extent of `record`, whose content was at `old` and has `length` bytes now, if nothing is left for
    /// it. Linux counts whole blocks of all extents but the last, and takes the part of a block at the end from that: so an
    /// empty one has to begin with the block.
    fn place(&mut self, record: &Record<'_>, old: Option<&Extent>, length: u64) {
        let block = self.tree.block_size();
        match (length.checked_sub(1), self.last) {
            (Some(to_last), _) if self.left == 0 => {
                let start = old.and_then(|extent| extent.offset);
                let into = to_last.checked_div(block).unwrap_or_default().saturating_mul(block);
                self.last = start.map(|start| start.saturating_add(into));
            }
            (None, Some(last)) => {
                let before = u64::from(record.fixed.extended_attribute_record_length);
                let number = last.checked_div(block).unwrap_or_default().saturating_sub(before);
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                let at = record.at.behind(wide(offset_of!(DirectoryRecord, location_of_extent)));
                self.put(at, Both32::new(number).as_bytes());
            }
            _ => {}
        }
    }

    /// Changes the times of the last change and access that `item`, TF (RRIP 4.1.6), records.
    fn times(&mut self, item: &SystemUseEntry<'_>) {
        let Some(flags) = item.byte(0) else { return };
        let is_long = flags & LONG_FORM != 0;
        let size = if is_long { size_of::<LongDate>() } else { size_of::<ShortDate>() };
        let (short, long) = (dates::nearest_short(self.modified), dates::long(Some(self.modified)));
        let date = if is_long { long.as_bytes() } else { short.as_bytes() };
        let mut from = 1_usize;
        for bit in (0..7).filter(|bit| flags & (1 << bit) != 0) {
            let end = from.saturating_add(size);
            if end > item.data.len() {
                break;
            }
            if [times::MODIFIED, times::ACCESSED, times::CHANGED].contains(&bit) {
                self.put(item.location(from), date);
            }
            from = end;
        }
    }

    fn put(&mut self, at: Location, bytes: &[u8]) {
        let at = at.byte().saturating_sub(self.tree.files().space.source.origin());
        self.edits.push(Edit { at, bytes: bytes.to_vec() });
    }

    /// That the records at `at` do not tell of the extents that the file has.
    fn other(&self, at: Location) -> Error {
        let feature = "changing a file whose directory records do not follow each other";
        DIRECTORY_RECORD.at(at).unsupported(feature)
    }
}
