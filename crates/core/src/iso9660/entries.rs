//! The entries of a directory: one for each name, made of all its records.

use super::file::{Files, TreeKind, measure};
use super::layout::{DIRECTORY, DIRECTORY_RECORD, file_flags};
use super::own_length;
use super::record::Stands;
use super::records::Records;
use super::relocation::{follow_child_link, is_container};
use super::rock_ridge::Marks;
use super::susp::Continuations;
use crate::error::{Error, Location, Problem, Result, Structure};
use crate::tree::{Cursor, Entry};

/// A file of several extents, the last of which is missing.
const MULTI_EXTENT_FILE: Structure =
    Structure::new("file of several extents without a final record", "ECMA-119 9.1.6");

/// One directory being read: its records as entries.
#[derive(Debug)]
pub(super) struct Entries<'t> {
    files: &'t Files<'t>,
    records: Records<'t>,
    continuations: Continuations<'t>,
    /// First byte of the directory, of the source.
    at: u64,
    /// Bytes it has by the record that names it, where those are one extent.
    length: Option<u64>,
    /// No record was seen in it yet, and there must be one.
    is_bare: bool,
    /// Relocated directories are kept in the root.
    is_root: bool,
    /// Identifier of the file of several extents that is being put together.
    identifier: Vec<u8>,
    /// Identifier of the record before, by which versions of one file are told.
    last: Vec<u8>,
    /// Where the record of the entry given last begins, and the record before that one.
    pub(super) began: Began,
}

/// Bytes of the source at which two records begin that follow each other.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Began {
    pub(super) before: Option<u64>,
    pub(super) at: Option<u64>,
}

impl<'t> Entries<'t> {
    /// The entries of `directory`, at its first.
    pub(super) fn new(files: &'t Files<'_>, directory: &Entry) -> Self {
        Self {
            files,
            records: files.records(directory.extents.clone()),
            continuations: files.continuations(),
            at: directory.start().unwrap_or_default(),
            length: match directory.extents.as_slice() {
                [one] => Some(one.length),
                _ => None,
            },
            is_bare: true,
            is_root: files.kind == TreeKind::RockRidge && directory.name.is_empty(),
            identifier: Vec::new(),
            last: Vec::new(),
            began: Began::default(),
        }
    }

    /// The entries of `directory` from the record on that begins at byte `at` of the source; `None` where that is behind
    /// the extents of the directory.
    pub(super) fn resume(files: &'t Files<'_>, directory: &Entry, at: u64) -> Option<Self> {
        let mut resumed = Self { is_bare: false, ..Self::new(files, directory) };
        resumed.records.start_at(at).then_some(resumed)
    }
}

impl Cursor for Entries<'_> {
    fn next(&mut self, entry: &mut Entry) -> Result<bool> {
        loop {
            entry.clear();
            match self.step(entry)? {
                Step::Entry => return Ok(true),
                Step::Passed => {}
                Step::End => break,
            }
        }
        if std::mem::take(&mut self.is_bare) {
            return Err(self.bare());
        }
        Ok(false)
    }
}

/// Puts its version number behind the name of `entry`, when it is one of several.
fn name_version(entry: &mut Entry, is_one_of_several: bool) {
    if let Some(version) = entry.version.filter(|_| is_one_of_several) {
        entry.name.extend_from_slice(format!(";{version}").as_bytes());
    }
}

/// What a record is to who lists the directory.
enum Step {
    /// An entry.
    Entry,
    /// Nothing that is listed.
    Passed,
    /// There is none.
    End,
}

impl Entries<'_> {
    /// Fills the empty `entry` with what the next record, and those that continue it, say.
    fn step(&mut self, entry: &mut Entry) -> Result<Step> {
        if !self.records.seek().inspect_err(|_| self.is_bare = false)? {
            return Ok(Step::End);
        }
        self.began = Began { before: self.began.at, at: Some(self.records.at()) };
        let record = match self.records.record() {
            Ok(record) => record,
            Err(error) => {
                self.is_bare = false;
                self.records.pass_damaged();
                return Err(error);
            }
        };
        let length = record.length();
        let is_first = std::mem::take(&mut self.is_bare);
        if !is_first && own_length::begins(&self.files.space, &record) {
            self.files
                .space
                .note(record.at, "another directory begins here, within this one; it was not read");
            self.records.pass_all();
            return Ok(Step::End);
        }
        if record.stands() != Stands::Name {
            let said = self.length.filter(|_| is_first);
            let more = said.and_then(|said| own_length::excess(&self.files.space, &record, self.at, said));
            self.records.pass(length);
            self.records.lengthen(more.unwrap_or_default());
            return Ok(Step::Passed);
        }
        let mut marks = Marks::default();
        let described = self.files.describe(&record, entry, &mut marks, &mut self.continuations);
        if entry.version.is_some() {
            let behind = self.records.identifier_behind(length).unwrap_or_default();
            let is_one_of_several =
                [behind, &self.last].iter().any(|other| self.files.are_versions(record.identifier, other));
            name_version(entry, is_one_of_several);
        }
        self.last.clear();
        self.last.extend_from_slice(record.identifier);
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
        described?;
        if associated {
            self.files.space.findings.remark(at, DIRECTORY_RECORD, "an associated file was skipped");
            return Ok(Step::Passed);
        }
        self.settle(&marks, entry)
    }

    /// Completes `entry` with what `marks` say of where it belongs.
    fn settle(&self, marks: &Marks, entry: &mut Entry) -> Result<Step> {
        if marks.relocated {
            return Ok(Step::Passed);
        }
        if let Some(block) = marks.child {
            follow_child_link(self.files, block, entry)?;
        }
        self.files.settle(marks, entry)?;
        Ok(if self.is_root && is_container(self.files, entry) { Step::Passed } else { Step::Entry })
    }

    /// Adds the extents of the records that continue the file in `entry`, up to the final one (ECMA-119 9.1.6).
    fn further_extents(&mut self, entry: &mut Entry, at: Location) -> Result<()> {
        let unfinished = || {
            let problem = Problem::Truncated { need: 34, have: 0 };
            MULTI_EXTENT_FILE.at(at).corrupt(problem)
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
            let added = self.files.space.extents(&record, &mut entry.extents);
            let length = record.length();
            self.records.pass(length);
            added?;
            if last {
                break;
            }
        }
        measure(entry);
        Ok(())
    }

    /// The error of a directory without any record.
    fn bare(&self) -> Error {
        let at = self.files.space.source.location(self.at);
        DIRECTORY.at(at).out_of_range("number of directory records", 0, "at least 2")
    }
}
