//! The trees of a volume, read: directory records become entries.

use super::directory::Records;
use super::layout::{DIRECTORY_RECORD, SECTOR, VOLUME_DESCRIPTOR, VolumeDescriptor, file_flags};
use super::record::{Record, Stands};
use super::rock_ridge::Marks;
use super::susp::{Continuations, Mark, SYSTEM_USE_ENTRY};
use super::{joliet, names};
use crate::error::{Error, Problem, Result};
use crate::fields::corrupt;
use crate::finding::Findings;
use crate::number::Both32;
use crate::source::Source;
use crate::tree::{Cursor, Detail, Entry, Extent, Kind, Tree};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Which names a tree shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TreeKind {
    /// The primary tree with its Rock Ridge entries.
    RockRidge,
    /// The tree of the Joliet volume descriptor.
    Joliet,
    /// The tree of the enhanced volume descriptor (ISO 9660:1999).
    Enhanced,
    /// The primary tree as ECMA-119 has it.
    Plain,
}

/// Buffers kept for the next directory. More are only in use at once while a deep path is walked.
const KEPT_BUFFERS: usize = 32;

/// File units of an interleaved file that become extents, at the most.
const MOST_UNITS: u64 = 1 << 20;

/// One tree of a volume.
#[derive(Debug)]
pub struct Iso9660Tree<'s> {
    source: &'s dyn Source,
    kind: TreeKind,
    block_size: u64,
    /// Byte at which the volume space ends.
    space_end: u64,
    /// Content behind the volume space was noted: once is enough.
    behind_space: AtomicBool,
    root: [u8; 34],
    root_at: u64,
    /// Bytes before the first system use entry of every record but the root's own.
    skip: usize,
    /// Whether the records of the root directory show Rock Ridge in use.
    rock_ridge: bool,
    findings: Arc<Findings>,
    buffers: Mutex<Vec<Vec<u8>>>,
}

impl<'s> Iso9660Tree<'s> {
    /// The tree of `kind` whose root is recorded in `volume`, a descriptor at absolute byte `at`.
    ///
    /// # Errors
    /// As [`Tree::root`].
    pub(super) fn new(
        source: &'s dyn Source,
        kind: TreeKind,
        volume: &VolumeDescriptor,
        at: u64,
        block_size: u64,
        session_start: u64,
        findings: Arc<Findings>,
    ) -> Result<Self> {
        // The root record has a fixed place and length (ECMA-119 8.4.18); images exist whose length byte is garbage.
        let mut root = volume.root_directory_record;
        let [length, .., identifier_length, _] = &mut root;
        if (*length, *identifier_length) != (34, 1) {
            findings.note(
                at.saturating_add(156),
                DIRECTORY_RECORD,
                "the lengths in the root's record are wrong",
            );
            (*length, *identifier_length) = (34, 1);
        }
        // A session counts its volume space from the start of the image or from its own.
        let space = u64::from(volume.volume_space_size.get()).saturating_mul(block_size);
        let mut tree = Self {
            source,
            space_end: session_start.saturating_mul(SECTOR).saturating_add(space),
            behind_space: AtomicBool::new(false),
            kind,
            block_size,
            root,
            root_at: at.saturating_add(156),
            skip: 0,
            rock_ridge: false,
            findings,
            buffers: Mutex::new(Vec::new()),
        };
        if kind == TreeKind::RockRidge {
            tree.look_for_rock_ridge()?;
        }
        Ok(tree)
    }

    /// Which names it shows.
    pub fn kind(&self) -> TreeKind {
        self.kind
    }

    /// Bytes of a logical block.
    pub fn block_size(&self) -> u64 {
        self.block_size
    }

    /// Whether the root's own record shows Rock Ridge: an SP entry, and ER or any entry of RRIP behind it.
    pub(super) fn has_rock_ridge(&self) -> bool {
        self.rock_ridge
    }

    fn look_for_rock_ridge(&mut self) -> Result<()> {
        let root = self.root_extent()?;
        let mut records = self.records(vec![root]);
        if !records.seek()? {
            return Ok(());
        }
        let record = records.record()?;
        let mut entry = Entry::default();
        let mut marks = Marks::default();
        let mark = Mark::find(record.system_use);
        self.skip = mark.map_or(0, |mark| mark.skip);
        self.system_use(&record, &mut entry, &mut marks, &mut self.continuations());
        self.rock_ridge = (mark.is_some() && marks.announced) || marks.kind.is_some();
        self.keep(records.take_buffer());
        Ok(())
    }

    fn root_record(&self) -> Result<Record<'_>> {
        Record::parse(&self.root, self.root_at)
    }

    fn root_extent(&self) -> Result<Extent> {
        let record = self.root_record()?;
        let mut extents = Vec::new();
        self.extents(&record, &mut extents)?;
        extents.first().copied().ok_or_else(|| {
            let problem = Problem::OutOfRange { field: "data length", got: 0, limit: "at least 34".into() };
            corrupt(self.root_at, DIRECTORY_RECORD, problem)
        })
    }

    pub(super) fn records(&self, extents: Vec<Extent>) -> Records<'s> {
        let buffer = self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        Records::new(self.source, self.block_size, extents, buffer)
    }

    pub(super) fn keep(&self, buffer: Vec<u8>) {
        let mut buffers = self.buffers.lock().unwrap_or_else(PoisonError::into_inner);
        if buffers.len() < KEPT_BUFFERS {
            buffers.push(buffer);
        }
    }

    pub(super) fn continuations(&self) -> Continuations<'_> {
        Continuations::new(self.source, self.block_size)
    }

    fn note(&self, at: u64, deviation: &'static str) {
        self.findings.note(at, DIRECTORY_RECORD, deviation);
    }

    /// The number two byte orders record. Where they disagree the little-endian half wins, unless it cannot be true
    /// and the other half can.
    fn number(&self, both: Both32, at: u64, possible: impl Fn(u64) -> bool) -> u64 {
        let (little, big) = (u64::from(both.get()), u64::from(both.big()));
        if little == big {
            return little;
        }
        if !possible(little) && possible(big) {
            self.note(at, "the two byte orders of a number disagree; only the big-endian half is possible");
            return big;
        }
        self.note(at, "the two byte orders of a number disagree; the little-endian half was taken");
        little
    }

    /// Whether the image can have `length` bytes at `at`.
    fn exists(&self, at: u64, length: u64) -> bool {
        self.source.size().is_none_or(|size| at.saturating_add(length) <= size)
    }

    /// The pieces of the file section that `record` describes, appended to `extents`.
    pub(super) fn extents(&self, record: &Record<'_>, extents: &mut Vec<Extent>) -> Result<()> {
        let fixed = record.fixed;
        let place = |block: u64| block.saturating_mul(self.block_size);
        let block = self.number(fixed.location_of_extent, record.at, |block| self.exists(place(block), 1));
        let start = place(block);
        let length = self.number(fixed.data_length, record.at, |length| self.exists(start, length));
        if length == 0 {
            return Ok(());
        }
        let attributes = u64::from(fixed.extended_attribute_record_length).saturating_mul(self.block_size);
        let unit = u64::from(fixed.file_unit_size).saturating_mul(self.block_size);
        let gap = u64::from(fixed.interleave_gap_size).saturating_mul(self.block_size);
        if unit == 0 || gap == 0 {
            extents.push(Extent::recorded(start.saturating_add(attributes), length));
            return Ok(());
        }
        if length.div_ceil(unit) > MOST_UNITS {
            let problem = Problem::OutOfRange {
                field: "number of file units",
                got: length.div_ceil(unit),
                limit: format!("at most {MOST_UNITS}"),
            };
            return Err(corrupt(record.at, DIRECTORY_RECORD, problem));
        }
        // An extended attribute record takes a whole file unit of its own (ECMA-119 6.4.3.2).
        let skipped = if attributes == 0 { 0 } else { unit.saturating_add(gap) };
        let mut at = start.saturating_add(skipped);
        let mut left = length;
        // Behind the end of the source nothing can be told apart, so that a lie costs no more than the source has units.
        let end = self.source.size().unwrap_or(u64::MAX);
        while left > 0 {
            let piece = if at < end { left.min(unit) } else { left };
            extents.push(Extent::recorded(at, piece));
            at = at.saturating_add(unit).saturating_add(gap);
            left = left.saturating_sub(piece);
        }
        Ok(())
    }

    /// What the record says by itself, without system use entries. `entry` is clear before.
    fn fill(&self, record: &Record<'_>, entry: &mut Entry) -> Result<()> {
        entry.at = record.at;
        entry.kind = if record.is_directory() { Kind::Directory } else { Kind::File };
        entry.hidden = record.has(file_flags::EXISTENCE);
        self.extents(record, &mut entry.extents)?;
        entry.size = entry.extents.iter().fold(0, |sum, extent| sum.saturating_add(extent.length));
        Ok(())
    }

    /// Takes the system use entries of `record`. Damage ends them, and is a finding: other readers pass over it too.
    pub(super) fn system_use(
        &self,
        record: &Record<'_>,
        entry: &mut Entry,
        marks: &mut Marks,
        continuations: &mut Continuations<'_>,
    ) {
        let own = if record.stands() == Stands::ForItself { Mark::find(record.system_use) } else { None };
        let skip = own.map_or(self.skip, |mark| mark.at);
        let field = record.system_use.get(skip..).unwrap_or_default();
        let at = record.system_use_at.saturating_add(crate::number::wide(skip));
        if let Err(error) = continuations.walk(field, at, |item| marks.take(item, entry)) {
            self.tolerate(error, record.at);
        }
        if let Some(at) = marks.malformed {
            self.findings.note(
                at,
                SYSTEM_USE_ENTRY,
                "it is shorter than its kind must be; it was passed over",
            );
        }
        marks.attribute_list.decode(&mut entry.attributes);
    }

    /// Notes a volume space that is larger than the image.
    pub(super) fn check_size(&self) {
        if let Some(size) = self.source.size().filter(|size| *size < self.space_end) {
            let deviation = format!("the volume space ends at byte {}, the image at {size}", self.space_end);
            self.findings.note(self.root_at, VOLUME_DESCRIPTOR, deviation);
        }
    }

    /// Notes the first file that lies behind the volume space; some writers declare it too small.
    fn check_space(&self, entry: &Entry) {
        let behind = |extent: &Extent| {
            extent.offset.is_some_and(|offset| offset.saturating_add(extent.length) > self.space_end)
        };
        if entry.extents.last().is_some_and(behind) && !self.behind_space.swap(true, Ordering::Relaxed) {
            self.note(entry.at, "content lies behind the end of the volume space");
        }
    }

    fn tolerate(&self, error: Error, at: u64) {
        match error {
            Error::Corrupt(error) => {
                self.findings.note(
                    error.at,
                    error.what,
                    format!("{}; the rest was passed over", error.problem),
                );
            }
            error => self.findings.note(at, DIRECTORY_RECORD, error.to_string()),
        }
    }

    /// Gives `entry` the name that the identifier of `record` stands for.
    fn identifier(&self, record: &Record<'_>, entry: &mut Entry) {
        match self.kind {
            TreeKind::Joliet => {
                if joliet::name(record.identifier, record.is_directory(), &mut entry.name) {
                    self.note(
                        record.at,
                        "the file identifier is not UTF-16; U+FFFD stands for what is damaged",
                    );
                }
            }
            TreeKind::Enhanced => entry.name.extend_from_slice(record.identifier),
            TreeKind::Plain | TreeKind::RockRidge => {
                names::plain(record.identifier, record.is_directory(), &mut entry.name);
            }
        }
    }
}

/// Gives `entry` the date of its record where the system use area has none.
fn date(record: &Record<'_>, entry: &mut Entry) {
    let modified = &mut entry.times.modified;
    *modified = modified.or_else(|| record.fixed.recording_date.time());
}

impl Tree for Iso9660Tree<'_> {
    fn root(&self) -> Result<Entry> {
        let mut entry = Entry::default();
        let record = self.root_record()?;
        self.fill(&record, &mut entry)?;
        entry.kind = Kind::Directory;
        if self.kind == TreeKind::RockRidge {
            let mut records = self.records(entry.extents.clone());
            if records.seek()? {
                let own = records.record()?;
                let mut marks = Marks::default();
                let mut continuations = self.continuations();
                self.system_use(&own, &mut entry, &mut marks, &mut continuations);
            }
            self.keep(records.take_buffer());
            entry.name.clear();
        }
        date(&record, &mut entry);
        Ok(entry)
    }

    fn open<'t>(&'t self, directory: &Entry, _detail: Detail) -> Result<Box<dyn Cursor + 't>> {
        Ok(Box::new(Directory {
            tree: self,
            records: self.records(directory.extents.clone()),
            continuations: self.continuations(),
            at: directory.extents.first().and_then(|first| first.offset).unwrap_or_default(),
            is_bare: !directory.extents.is_empty(),
            is_root: self.kind == TreeKind::RockRidge && directory.name.is_empty(),
            identifier: Vec::new(),
        }))
    }
}

/// One directory being read.
#[derive(Debug)]
struct Directory<'t, 's> {
    tree: &'t Iso9660Tree<'s>,
    records: Records<'s>,
    continuations: Continuations<'t>,
    /// First byte of the directory.
    at: u64,
    /// No record was seen in it yet, and there must be one.
    is_bare: bool,
    /// Relocated directories are kept in the root.
    is_root: bool,
    /// Identifier of the file of several extents that is being put together.
    identifier: Vec<u8>,
}

impl Drop for Directory<'_, '_> {
    fn drop(&mut self) {
        self.tree.keep(self.records.take_buffer());
    }
}

impl Cursor for Directory<'_, '_> {
    fn next(&mut self, entry: &mut Entry) -> Result<bool> {
        loop {
            entry.clear();
            if !self.records.seek().inspect_err(|_| self.is_bare = false)? {
                break;
            }
            let record = match self.records.record() {
                Ok(record) => record,
                Err(error) => {
                    self.is_bare = false;
                    self.records.pass_sector();
                    return Err(error);
                }
            };
            let length = record.length();
            self.is_bare = false;
            if record.stands() != Stands::ForName {
                self.records.pass(length);
                continue;
            }
            let mut marks = Marks::default();
            let filled = self.tree.fill(&record, entry);
            self.tree.identifier(&record, entry);
            if self.tree.kind == TreeKind::RockRidge {
                self.tree.system_use(&record, entry, &mut marks, &mut self.continuations);
            }
            date(&record, entry);
            let (at, continues) = (record.at, record.has(file_flags::MULTI_EXTENT));
            let associated = record.has(file_flags::ASSOCIATED);
            if continues {
                self.identifier.clear();
                self.identifier.extend_from_slice(record.identifier);
            }
            self.records.pass(length);
            if continues {
                self.further_extents(entry, at)?;
            }
            filled?;
            if associated {
                self.tree.note(at, "an associated file was left out");
                continue;
            }
            if marks.relocated {
                continue;
            }
            if let Some(block) = marks.child {
                self.tree.follow_child_link(block, entry)?;
            }
            self.finish(&marks, entry)?;
            if self.is_root && self.tree.is_container(entry) {
                continue;
            }
            return Ok(true);
        }
        if std::mem::take(&mut self.is_bare) {
            let at = self.tree.source.origin().saturating_add(self.at);
            let problem = Problem::OutOfRange {
                field: "number of directory records",
                got: 0,
                limit: "at least 2".into(),
            };
            return Err(corrupt(at, DIRECTORY, problem));
        }
        Ok(false)
    }
}

impl Directory<'_, '_> {
    /// Adds the extents of the records that continue the file in `entry`, up to the final one (ECMA-119 9.1.6).
    fn further_extents(&mut self, entry: &mut Entry, at: u64) -> Result<()> {
        let unfinished = || {
            let problem = Problem::Truncated { need: 34, have: 0 };
            corrupt(at, MULTI_EXTENT_FILE, problem)
        };
        loop {
            if !self.records.seek()? {
                return Err(unfinished());
            }
            let record = self.records.record()?;
            if record.identifier != self.identifier {
                return Err(unfinished());
            }
            let last = !record.has(file_flags::MULTI_EXTENT);
            let added = self.tree.extents(&record, &mut entry.extents);
            let length = record.length();
            self.records.pass(length);
            added?;
            if last {
                break;
            }
        }
        entry.size = entry.extents.iter().fold(0, |sum, extent| sum.saturating_add(extent.length));
        Ok(())
    }

    /// Settles what the entry is and checks that its name can be one.
    fn finish(&self, marks: &Marks, entry: &mut Entry) -> Result<()> {
        match marks.kind {
            Some(Kind::Directory) | None => {}
            Some(_) if entry.kind == Kind::Directory => {
                self.tree.note(entry.at, "Rock Ridge calls a directory something else");
            }
            Some(kind) => entry.kind = kind,
        }
        if let Some((coding, size)) = marks.coding
            && entry.kind == Kind::File
        {
            entry.coding = coding;
            entry.size = size;
        }
        self.tree.check_space(entry);
        if names::make_component(&mut entry.name) {
            self.tree.note(entry.at, "a name holds a slash or a NUL; `_` stands for it");
        }
        if !names::is_nameable(&entry.name) {
            let problem = Problem::Text { field: "name", bytes: entry.name.clone() };
            return Err(corrupt(entry.at, DIRECTORY_RECORD, problem));
        }
        Ok(())
    }
}

/// A directory as a whole.
const DIRECTORY: crate::error::Structure = crate::error::Structure::new("directory", "ECMA-119 6.8");
/// A file of several extents.
const MULTI_EXTENT_FILE: crate::error::Structure =
    crate::error::Structure::new("file of several extents without a final record", "ECMA-119 9.1.6");
