//! A file: what its directory record and its system use entries say, as an entry of the neutral tree.

use super::layout::{DIRECTORY_RECORD, file_flags};
use super::record::{Record, Stands};
use super::records::{Buffers, Records};
use super::rock_ridge::Marks;
use super::space::Space;
use super::susp::{Continuations, Mark, SYSTEM_USE_ENTRY};
use super::{joliet, names, own_length};
use crate::error::{Error, Location, Problem, Result};
use crate::number::wide;
use crate::tree::{Entry, Extent, Kind};
use std::sync::atomic::AtomicBool;

/// The trees of ISO 9660 that an image can have.
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

impl TreeKind {
    /// What messages call the records that the tree is made of.
    pub const fn records(self) -> &'static str {
        match self {
            Self::RockRidge | Self::Plain => "the primary tree",
            Self::Joliet => "the Joliet tree",
            Self::Enhanced => "the enhanced tree",
        }
    }
}

/// What all records of one tree are read with.
#[derive(Debug)]
pub(super) struct Files<'s> {
    pub(super) space: Space<'s>,
    pub(super) kind: TreeKind,
    /// Bytes before the first system use entry of every record but the root's own.
    pub(super) skip: usize,
    pub(super) buffers: Buffers,
    /// A place-holder of a relocated directory was met.
    pub(super) relocates: AtomicBool,
}

impl<'s> Files<'s> {
    /// Before the root's own record was read: no bytes of system use fields are skipped yet.
    pub(super) fn new(space: Space<'s>, kind: TreeKind) -> Self {
        Self { space, kind, skip: 0, buffers: Buffers::default(), relocates: AtomicBool::new(false) }
    }

    /// The records of a directory whose content lies in `extents`.
    pub(super) fn records(&self, extents: Vec<Extent>) -> Records<'_> {
        Records::new(&self.space, &self.buffers, extents)
    }

    /// For the system use entries that go on in a continuation area (SUSP 5.1).
    pub(super) fn continuations(&self) -> Continuations<'_> {
        Continuations::new(self.space.source, self.space.block)
    }

    /// As [`Space::extents`]; a directory that is said to be empty is as long as it says itself.
    ///
    /// # Errors
    /// As [`Space::extents`].
    pub(super) fn extents(&self, record: &Record<'_>, extents: &mut Vec<Extent>) -> Result<()> {
        self.space.extents(record, extents)?;
        if record.is_directory() && extents.is_empty() {
            extents.push(own_length::recover(&self.space, &self.buffers, record));
        }
        Ok(())
    }

    /// What `record` says of the file it names. `entry` is clear before; on an error only its
    /// extents and its size are missing.
    ///
    /// # Errors
    /// As [`Space::extents`].
    pub(super) fn describe(
        &self,
        record: &Record<'_>,
        entry: &mut Entry,
        marks: &mut Marks,
        continuations: &mut Continuations<'_>,
    ) -> Result<()> {
        let filled = self.fill(record, entry);
        if self.kind == TreeKind::RockRidge {
            self.system_use(record, entry, marks, continuations);
            self.check_name(record, marks, entry);
        } else {
            self.identifier(record, entry);
        }
        self.date(record, entry);
        filled
    }

    /// Gives `entry` the date of its record where the system use area has none.
    pub(super) fn date(&self, record: &Record<'_>, entry: &mut Entry) {
        if entry.times.modified.is_none() {
            let (time, deviation) = record.recording_date().read();
            entry.times.modified = time;
            if let Some(deviation) = deviation {
                self.space.note(record.at, deviation);
            }
        }
    }

    /// What the record says by itself, without identifier and system use entries. `entry` is clear before.
    ///
    /// # Errors
    /// As [`Space::extents`].
    pub(super) fn fill(&self, record: &Record<'_>, entry: &mut Entry) -> Result<()> {
        entry.at = record.at;
        entry.kind = if record.is_directory() { Kind::Directory } else { Kind::File };
        entry.hidden = record.has(file_flags::EXISTENCE);
        self.extents(record, &mut entry.extents)?;
        measure(entry);
        Ok(())
    }

    /// Gives `entry` the name that the identifier of `record` stands for.
    fn identifier(&self, record: &Record<'_>, entry: &mut Entry) {
        match self.kind {
            TreeKind::Joliet => {
                let found = joliet::name(record.identifier, record.is_directory(), &mut entry.name);
                entry.version = found.version;
                if found.is_damaged {
                    let deviation =
                        "the file identifier is not UTF-16; U+FFFD replaces the damaged characters";
                    self.space.note(record.at, deviation);
                }
            }
            TreeKind::Enhanced => entry.name.extend_from_slice(record.identifier),
            TreeKind::Plain | TreeKind::RockRidge => {
                entry.version = names::plain(record.identifier, record.is_directory(), &mut entry.name);
            }
        }
    }

    /// Lets the identifier of `record` stand where Rock Ridge has no name, or what cannot be one.
    fn check_name(&self, record: &Record<'_>, marks: &Marks, entry: &mut Entry) {
        if let Some(at) = marks.contradicted {
            let deviation = "it is flagged as `.` or `..` but contains another name, which was used";
            self.space.findings.note(at, SYSTEM_USE_ENTRY, deviation);
        }
        if !marks.named {
            self.identifier(record, entry);
        } else if !names::is_nameable(&entry.name) {
            entry.name.clear();
            self.identifier(record, entry);
            let deviation = "Rock Ridge names it `.` or `..`; the file identifier was used";
            self.space.note(record.at, deviation);
        }
    }

    /// Whether the identifiers `one` and `other`, of the same directory, differ in nothing but their version numbers.
    pub(super) fn are_versions(&self, one: &[u8], other: &[u8]) -> bool {
        let stem = match self.kind {
            TreeKind::Joliet => joliet::stem,
            TreeKind::Enhanced => return false,
            TreeKind::Plain | TreeKind::RockRidge => names::stem,
        };
        // Most neighbours differ in their first bytes.
        let kept = stem(one);
        other.starts_with(kept) && stem(other) == kept && one != other
    }

    /// Takes the system use entries of `record`. Damage ends them, and is a finding: other readers pass over it too.
    pub(super) fn system_use(
        &self,
        record: &Record<'_>,
        entry: &mut Entry,
        marks: &mut Marks,
        continuations: &mut Continuations<'_>,
    ) {
        let own = if record.stands() == Stands::Itself { Mark::find(record.system_use) } else { None };
        let skip = own.map_or(self.skip, |mark| mark.at);
        let field = record.system_use.get(skip..).unwrap_or_default();
        let at = record.system_use_at.behind(wide(skip));
        if let Err(error) = continuations.walk(field, at, |item| marks.take(item, entry)) {
            self.tolerate(error, record.at);
        }
        if let Some(at) = marks.malformed {
            let deviation = "shorter than its kind requires; skipped";
            self.space.findings.note(at, SYSTEM_USE_ENTRY, deviation);
        }
        if let Some((at, deviation)) = marks.odd_date {
            self.space.findings.note(at, SYSTEM_USE_ENTRY, deviation);
        }
        marks.attribute_list.decode(&mut entry.attributes);
    }

    fn tolerate(&self, error: Error, at: Location) {
        let findings = &self.space.findings;
        match error {
            Error::Corrupt(error) => {
                findings.note(error.at, error.what, format!("{}; the rest was skipped", error.problem));
            }
            error => findings.note(at, DIRECTORY_RECORD, error.to_string()),
        }
    }

    /// Makes `entry`, which Rock Ridge calls a directory and its record a file, a directory if one lies there.
    fn flag(&self, entry: &mut Entry) {
        let at = entry.start();
        let Some(found) = at.and_then(|at| own_length::find(&self.space, &self.buffers, at)) else { return };
        self.space.note(
            entry.at,
            "its record calls a directory a file; Rock Ridge and the directory itself do not",
        );
        entry.kind = Kind::Directory;
        entry.extents = vec![found];
        measure(entry);
    }

    /// Settles what `entry`, whose extents are complete, is, and checks that its name can be one.
    ///
    /// # Errors
    /// [`Problem::Text`] for a name that is empty, `.` or `..`, by Rock Ridge and by identifier.
    pub(super) fn settle(&self, marks: &Marks, entry: &mut Entry) -> Result<()> {
        match marks.kind {
            Some(Kind::Directory) if entry.kind == Kind::File => self.flag(entry),
            Some(Kind::Directory) | None => {}
            Some(_) if entry.kind == Kind::Directory => {
                self.space.note(entry.at, "Rock Ridge calls a directory something else");
            }
            Some(kind) => entry.kind = kind,
        }
        if let Some((coding, size)) = marks.coding
            && entry.kind == Kind::File
        {
            entry.coding = coding;
            entry.size = size;
        }
        self.space.check_end(entry);
        if names::make_component(&mut entry.name) {
            self.space.note(entry.at, "a name contains a slash or NUL; replaced by `_`");
        }
        if !names::is_nameable(&entry.name) {
            let problem = Problem::Text { field: "name", bytes: entry.name.clone() };
            return Err(DIRECTORY_RECORD.at(entry.at).corrupt(problem));
        }
        Ok(())
    }
}

/// Sets the size to the sum of the extents, as of a file that is stored as it is.
pub(super) fn measure(entry: &mut Entry) {
    entry.size = entry.extents.iter().fold(0, |sum, extent| sum.saturating_add(extent.length));
}
