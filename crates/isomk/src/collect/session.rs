//! The session that a new one continues: its tree is where the new one begins, and its contents stay where they lie.

use super::Collector;
use crate::existing::Existing;
use isokit_cli::Failure;
use isokit_core::Result;
use isokit_core::image::is_announced;
use isokit_core::iso9660::SessionChoice;
use isokit_core::source::{Section, Source};
use isokit_core::tree::build::{ContentId, NameId};
use isokit_core::tree::charset::Charset;
use isokit_core::tree::{Entry, Extent, Kind};
use rustix::fs::Stat;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Bytes of a sector of the medium.
const SECTOR: u64 = 2048;

/// Sectors of a session before its first volume descriptor (ECMA-119 6.2.1).
const SYSTEM_AREA: u32 = 16;

/// A session on the medium, by the image of all that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Previous {
    pub path: PathBuf,
    /// The sector at which it begins, or, as growisofs gives it, that of its first volume descriptor.
    pub start: u32,
    /// A file of the same path, size and date is the same, and is not stored again; and what no input describes anew stays as it
    /// is, whatever is asked for of all files.
    pub believed: bool,
    /// The new session is called as this one where it is not called otherwise.
    pub identifies: bool,
    /// Paths of files that will be other bytes in the image than they are now: they are stored again.
    pub patched: Vec<Vec<u8>>,
    /// What its translation tables are called, which are made anew.
    pub table: Option<Vec<u8>>,
    /// The character set of its names: that in which the new ones are recorded.
    pub charset: Option<Charset>,
}

impl Previous {
    /// Which session of `source` it is.
    ///
    /// # Errors
    /// Those of the source.
    pub(crate) fn session(&self, source: &dyn Source) -> Result<SessionChoice> {
        let Some(start) = self.start.checked_sub(SYSTEM_AREA) else {
            return Ok(SessionChoice::Sector(self.start));
        };
        // A system area does not begin with a volume descriptor.
        let is_descriptor = match Section::new(source, u64::from(start).saturating_mul(SECTOR), None) {
            Ok(section) => is_announced(&section)?,
            Err(_) => false,
        };
        Ok(SessionChoice::Sector(if is_descriptor { start } else { self.start }))
    }
}

impl Collector<'_> {
    /// Takes in the tree of the session before, if there is one, of its `image`; to be called first.
    ///
    /// # Errors
    /// When it cannot be read, or is what this run writes.
    pub(crate) fn previous(&mut self, image: Option<Existing>) -> Result<(), Failure> {
        let Some((previous, image)) = self.options.previous.zip(image) else { return Ok(()) };
        let path = previous.path.as_os_str();
        self.options.written.refuse(path)?;
        self.list_input(path.as_bytes());
        self.tree_of(image, None, Some(previous))
    }

    /// Leaves `content`, of `entry`, where it lies: in one piece, at the start of a sector.
    pub(super) fn keep(&mut self, content: ContentId, entry: &Entry) {
        let Some(first) = entry.start() else { return };
        let mut next = first;
        for Extent { offset, length } in &entry.extents {
            if *offset != Some(next) {
                return;
            }
            next = next.saturating_add(*length);
        }
        let sector = u32::try_from(first / SECTOR).ok().filter(|_| first.is_multiple_of(SECTOR));
        if let Some(sector) = sector {
            self.taken.build.set_kept(content, sector);
        }
    }

    /// The content that the session before has of a file of this name, size and date.
    pub(super) fn kept(&self, parent: NameId, name: &[u8], stat: &Stat) -> Option<ContentId> {
        let previous = self.options.previous.filter(|previous| previous.believed)?;
        let there = self
            .taken
            .build
            .child(parent, name)
            .filter(|there| self.taken.build.kind(*there) == Kind::File)?;
        let path = self.taken.build.path(there);
        if previous.patched.contains(&path) {
            return None;
        }
        let file = self.taken.build.file(self.taken.build.name(there).file);
        let id = file.content?;
        let content = self.taken.build.content(id);
        let is_same = u64::try_from(stat.st_size).is_ok_and(|size| size == content.size)
            && file.modified.seconds == stat.st_mtime;
        Some(id).filter(|_| is_same && self.taken.build.kept(id).is_some())
    }
}
