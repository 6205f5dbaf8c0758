//! The trees of a volume, read: directory records become entries.

use super::entries::Entries;
use super::file::{Files, TreeKind};
use super::layout::{DIRECTORY, DIRECTORY_RECORD, SECTOR, VOLUME_DESCRIPTOR, VolumeDescriptor};
use super::lookup::Indexes;
use super::nameless::names_nothing;
use super::path_table;
use super::record::{Record, Stands};
use super::records::Records;
use super::rock_ridge::Marks;
use super::space::Space;
use super::susp::Mark;
use crate::error::{Error, Location, Problem, Result};
use crate::finding::Findings;
use crate::number::wide;
use crate::source::Source;
use crate::tree::{Cursor, Detail, Entry, Extent, Kind, Tree};
use std::mem::offset_of;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Records of the root directory that are asked for Rock Ridge, where the directory's own does not announce it.
const MOST_WITNESSES: usize = 8;

/// One tree of a volume: a file system in its own right.
#[derive(Debug)]
pub struct Iso9660Tree<'s> {
    files: Files<'s>,
    root: [u8; 34],
    root_at: Location,
    /// Whether the records of the root directory show Rock Ridge in use.
    rock_ridge: bool,
    indexes: Indexes,
}

impl<'s> Iso9660Tree<'s> {
    /// The tree of `kind` whose root is recorded in `volume`, a descriptor at `at`.
    ///
    /// # Errors
    /// As [`Tree::root`].
    pub(super) fn new(
        source: &'s dyn Source,
        kind: TreeKind,
        volume: &VolumeDescriptor,
        at: Location,
        block_size: u64,
        session_start: u64,
        findings: Arc<Findings>,
    ) -> Result<Self> {
        // The root record has a fixed place and length (ECMA-119 8.4.18); images exist whose length byte is garbage.
        let root_at = at.behind(wide(offset_of!(VolumeDescriptor, root_directory_record)));
        let mut root = volume.root_directory_record;
        let [length, .., identifier_length, _] = &mut root;
        if (*length, *identifier_length) != (34, 1) {
            findings.note(root_at, DIRECTORY_RECORD, "the lengths in the root's record are wrong");
            (*length, *identifier_length) = (34, 1);
        }
        let space = Space::new(source, volume, block_size, session_start, findings);
        let mut tree = Self {
            files: Files::new(space, kind),
            root,
            root_at,
            rock_ridge: false,
            indexes: Indexes::default(),
        };
        if kind != TreeKind::RockRidge {
            note_dates(volume, at, &tree.files.space.findings);
        }
        if kind == TreeKind::RockRidge {
            tree.look_for_rock_ridge()?;
        }
        Ok(tree)
    }

    /// The records that its names are of.
    pub fn kind(&self) -> TreeKind {
        self.files.kind
    }

    /// What its records are read with.
    pub(super) fn files(&self) -> &Files<'s> {
        &self.files
    }

    /// Bytes of a logical block: 512, 1024 or 2048.
    pub fn block_size(&self) -> u64 {
        self.files.space.block
    }

    /// Whether the root's own record shows Rock Ridge: an SP entry, and ER or any entry of RRIP behind it.
    pub(super) fn has_rock_ridge(&self) -> bool {
        self.rock_ridge
    }

    /// Whether it is a tree of Rock Ridge that names none of its files.
    pub(super) fn names_nothing(&self) -> bool {
        let is_random = self.files.space.source.access().is_random();
        self.kind() == TreeKind::RockRidge
            && self.root_extent().is_ok_and(|root| names_nothing(&self.files, vec![root], is_random))
    }

    /// Notes a volume space that is larger than the image.
    pub(super) fn check_size(&self) {
        self.files.space.check_size(self.root_at);
    }

    fn look_for_rock_ridge(&mut self) -> Result<()> {
        let root = self.root_extent()?;
        let files = &mut self.files;
        let mut records = Records::new(&files.space, &files.buffers, vec![root]);
        if !records.seek()? {
            return Ok(());
        }
        let record = records.record()?;
        let mark = Mark::find(record.system_use);
        files.skip = mark.map_or(0, |mark| mark.skip);
        let mut marks = Marks::default();
        files.system_use(&record, &mut Entry::default(), &mut marks, &mut files.continuations());
        self.rock_ridge = (mark.is_some() && marks.announced) || marks.kind.is_some();
        let length = record.length();
        records.pass(length);
        if !self.rock_ridge && uses_rock_ridge(files, records) {
            let at = files.space.source.location(root.offset.unwrap_or_default());
            files.space.note(at, "Rock Ridge is used, though not announced here");
            self.rock_ridge = true;
        }
        Ok(())
    }

    /// Checks that the root directory of `volume` lies where that says, by what its own record says of its place, and that
    /// of its parent, which is itself (ECMA-119 6.8.2.2), with the path table.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] when another directory lies there, or none; those of the source.
    pub(super) fn check_root(&self, volume: &VolumeDescriptor) -> Result<()> {
        let space = &self.files.space;
        let extent = self.root_extent()?;
        let lies = space.start(&self.root_record()?) / space.block;
        let mut records = Records::new(space, &self.files.buffers, vec![extent]);
        let own = if records.seek()? { Some(records.record()?) } else { None };
        let Some(own) = own.filter(|own| own.stands() == Stands::Itself) else {
            let at = space.source.location(extent.offset.unwrap_or_default());
            return Err(DIRECTORY.at(at).corrupt(Problem::Missing { field: "the directory's own record" }));
        };
        if own.fixed.location_of_extent.agree() && u64::from(own.fixed.location_of_extent.get()) != lies {
            return Err(displaced(own.at, own.fixed.location_of_extent.get(), lies));
        }
        let length = own.length();
        records.pass(length);
        // Writers are known that leave it out.
        if !records.seek()? {
            return Ok(());
        }
        let parent = records.record()?;
        let block = parent.fixed.location_of_extent.get();
        let is_other = parent.stands() == Stands::Parent && u64::from(block) != lies;
        if is_other && path_table::root(space.source, volume) == Some(block) {
            return Err(displaced(parent.at, block, lies));
        }
        Ok(())
    }

    /// The byte of the source behind the first sector of the root directory.
    pub(super) fn root_end(&self) -> u64 {
        let start = self.root_record().map(|record| self.files.space.start(&record));
        start.unwrap_or_default().saturating_add(SECTOR)
    }

    /// The system use entries of the root's own record, which tell of all others; none where those are not of Rock Ridge.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn announcements(&self) -> Result<Vec<u8>> {
        let files = &self.files;
        let mut found = Vec::new();
        if files.kind != TreeKind::RockRidge {
            return Ok(found);
        }
        let mut records = files.records(vec![self.root_extent()?]);
        if records.seek()? {
            let own = records.record()?;
            let at = Mark::find(own.system_use).map_or(files.skip, |mark| mark.at);
            let field = own.system_use.get(at..).unwrap_or_default();
            files.continuations().walk(field, own.system_use_at.behind(wide(at)), |item| {
                found.extend_from_slice(&item.signature);
                found.extend_from_slice(item.data);
            })?;
        }
        Ok(found)
    }

    fn root_record(&self) -> Result<Record<'_>> {
        Ok(Record::parse(&self.root, self.root_at)?.of(self.files.space.standard))
    }

    fn root_extent(&self) -> Result<Extent> {
        let record = self.root_record()?;
        let mut extents = Vec::new();
        self.files.extents(&record, &mut extents)?;
        extents
            .first()
            .copied()
            .ok_or_else(|| DIRECTORY_RECORD.at(self.root_at).out_of_range("data length", 0, "at least 34"))
    }
}

/// That the record at `at`, of a root directory that is said to lie at block `lies`, says that it lies at block
/// `got`.
fn displaced(at: Location, got: u32, lies: u64) -> Error {
    let limit = format!("{lies}, where the volume descriptor says that the root directory lies");
    DIRECTORY_RECORD.at(at).out_of_range("location of extent", got.into(), limit)
}

/// Whether the next `records` of a directory, all of them, have the attributes of Rock Ridge.
fn uses_rock_ridge(files: &Files<'_>, mut records: Records<'_>) -> bool {
    let mut any = false;
    for _ in 0..MOST_WITNESSES {
        let Ok(true) = records.seek() else { break };
        let Ok(record) = records.record() else { break };
        if record.stands() == Stands::Name {
            let mut marks = Marks::default();
            files.system_use(&record, &mut Entry::default(), &mut marks, &mut files.continuations());
            if marks.kind.is_none() {
                return false;
            }
            any = true;
        }
        let length = record.length();
        records.pass(length);
    }
    any
}

/// Notes the dates of `volume` that are none. Of a descriptor with two trees, once is enough.
fn note_dates(volume: &VolumeDescriptor, at: Location, findings: &Findings) {
    let dates = [
        (volume.volume_creation, offset_of!(VolumeDescriptor, volume_creation)),
        (volume.volume_modification, offset_of!(VolumeDescriptor, volume_modification)),
        (volume.volume_expiration, offset_of!(VolumeDescriptor, volume_expiration)),
        (volume.volume_effective, offset_of!(VolumeDescriptor, volume_effective)),
    ];
    for (date, offset) in dates {
        if let Some(deviation) = date.read().1 {
            findings.note(at.behind(wide(offset)), VOLUME_DESCRIPTOR, deviation);
        }
    }
}

impl Tree for Iso9660Tree<'_> {
    fn root(&self) -> Result<Entry> {
        let files = &self.files;
        let mut entry = Entry::default();
        let record = self.root_record()?;
        files.fill(&record, &mut entry)?;
        entry.kind = Kind::Directory;
        if files.kind == TreeKind::RockRidge {
            let mut records = files.records(entry.extents.clone());
            if records.seek()? {
                let own = records.record()?;
                files.system_use(&own, &mut entry, &mut Marks::default(), &mut files.continuations());
            }
            entry.name.clear();
        }
        files.date(&record, &mut entry);
        Ok(entry)
    }

    fn shares_directories(&self) -> bool {
        self.files.relocates.load(Ordering::Relaxed)
    }

    fn open<'t>(&'t self, directory: &Entry, _detail: Detail) -> Result<Box<dyn Cursor + 't>> {
        Ok(Box::new(Entries::new(&self.files, directory)))
    }

    fn lookup(&self, directory: &Entry, name: &[u8]) -> Result<Option<Entry>> {
        self.indexes.find(self, &self.files, directory, name)
    }
}
