//! `-l`, `-f` and `-x`: names, each directory behind all that are less deep.

use super::Names;
use super::record::Record;
use crate::output::Output;
use crate::request::Isoinfo;
use isokit_cli::date::MONTHS;
use isokit_cli::mode::characters;
use isokit_core::error::{Error, Result};
use isokit_core::iso9660::layout::{DirectoryRecord, SECTOR};
use isokit_core::source::Source;
use isokit_core::tree::content::Content;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Detail, Entry, Kind, Posix, Tree};
use std::borrow::Cow;
use std::fs::File;

/// Columns of a line before the date.
const COLUMNS: usize = 40;

/// A run over the tree.
pub(super) struct Listing<'a> {
    pub(super) asked: &'a Isoinfo,
    pub(super) names: Names,
    pub(super) source: &'a dyn Source,
    pub(super) tree: &'a dyn Tree,
    pub(super) output: &'a mut Output<File>,
    pub(super) failure: &'a mut dyn FnMut(Error),
}

/// A directory, and the one that it is in.
struct Directory {
    depth: usize,
    /// Ends in a slash.
    path: Vec<u8>,
    entry: Entry,
    parent: Entry,
}

impl Listing<'_> {
    /// Prints what is asked for.
    ///
    /// # Errors
    /// Those of reading and writing; [`Error::NotFound`] where there is no file to be extracted.
    pub(super) fn write(&mut self) -> Result<()> {
        let root = self.tree.root()?;
        let first = Directory { depth: 0, path: b"/".to_vec(), entry: root.clone(), parent: root.clone() };
        let mut directories = Directories { listing: self, all: vec![first], open: vec![0] };
        walk(directories.listing.tree, &root, b"", &mut directories)?;
        let mut all = directories.all;
        all.sort_by_key(|directory| directory.depth);
        let mut is_extracted = self.asked.extracted.is_none();
        for directory in &all {
            is_extracted |= self.directory(directory)?;
            self.output.settle()?;
        }
        match &self.asked.extracted {
            Some(path) if !is_extracted => {
                Err(Error::not_found(crate::escape::shown(path), "no such file in the image"))
            }
            _ => Ok(()),
        }
    }

    /// Prints one directory. Whether the file to be extracted was in it.
    fn directory(&mut self, directory: &Directory) -> Result<bool> {
        if self.asked.lists {
            let path = self.shown(&directory.path).into_owned();
            self.push(&[b"\nDirectory listing of ", &path, b"\n"]);
            self.itself(directory)?;
        }
        let mut is_extracted = false;
        let mut cursor = self.tree.open(&directory.entry, Detail::All)?;
        let mut entry = Entry::default();
        loop {
            match cursor.next(&mut entry) {
                Ok(true) => {}
                Ok(false) => return Ok(is_extracted),
                // It was told when the directories were looked for.
                Err(_) => continue,
            }
            let is_shown = self.asked.lists || self.names == Names::Plain;
            let record = if is_shown { Record::at(self.source, entry.at)? } else { None };
            let name = match (&record, self.names) {
                (Some(record), Names::Plain) => record.identifier.clone(),
                _ => entry.name.clone(),
            };
            let path = [directory.path.as_slice(), &name].concat();
            if self.asked.finds {
                let path = self.shown(&path).into_owned();
                self.push(&[&path, b"\n"]);
            }
            if self.asked.lists {
                let mut shown = self.shown(&name).into_owned();
                if entry.link.is_empty() || self.names != Names::RockRidge {
                    shown.push(b' ');
                } else {
                    shown.extend_from_slice(b" -> ");
                    shown.extend_from_slice(&self.shown(&entry.link));
                }
                self.line(&entry, record.map(|record| record.fixed), &shown);
            }
            if self.asked.extracted.as_ref() == Some(&path) && entry.kind == Kind::File {
                is_extracted = true;
                let output = &mut *self.output;
                Content::open(self.source, &entry)?.copy(0..entry.size, &mut |bytes| {
                    output.line().extend_from_slice(bytes);
                    output.settle()
                })?;
            }
        }
    }

    /// The first two records of a directory, for itself and the one that it is in.
    fn itself(&mut self, directory: &Directory) -> Result<()> {
        let Some(at) = directory.entry.start() else { return Ok(()) };
        let own = Record::read(self.source, at)?.map(|record| record.fixed);
        let length = own.map_or(0, |own| u64::from(own.length));
        let parent = Record::read(self.source, at.saturating_add(length))?.map(|record| record.fixed);
        self.line(&directory.entry, own, b". ");
        self.line(&directory.parent, parent.filter(|_| length > 0), b".. ");
        Ok(())
    }

    /// Appends a line, which `name` ends: mode, links, owner, group, size, date, and place and flags of the record.
    fn line(&mut self, entry: &Entry, record: Option<DirectoryRecord>, name: &[u8]) {
        let mut mode = characters(entry.kind, entry.posix.map(without_special));
        let has_posix = entry.posix.is_some() && self.names == Names::RockRidge;
        if !has_posix {
            mode[1..].fill(b'-');
            mode[0] = if entry.kind == Kind::Directory { b'd' } else { b'-' };
        } else if entry.kind == Kind::Fifo {
            mode[0] = b'f';
        }
        let posix = entry.posix.filter(|_| has_posix).unwrap_or_default();
        let size = match (&record, entry.extents.len()) {
            (Some(record), 0 | 1) => u64::from(record.data_length.get()),
            _ => entry.size,
        };
        let size = if self.asked.in_sectors { size.div_ceil(SECTOR) } else { size };
        let start =
            format!("{} {:3} {:4o} {:4o}", String::from_utf8_lossy(&mode), posix.links, posix.uid, posix.gid);
        let size = size.to_string();
        let width = COLUMNS.saturating_sub(start.len()).max(size.len().saturating_add(1));
        let date = record.map(|record| record.recording_date).unwrap_or_default();
        let month =
            usize::from(date.month).checked_sub(1).and_then(|month| MONTHS.get(month)).unwrap_or(&"???");
        let year = u16::from(date.year).saturating_add(1900);
        let (extent, flags) =
            record.map_or((0, 0), |it| (it.location_of_extent.get().cast_signed(), it.file_flags));
        let line = format!("{start}{size:>width$} {month} {:2} {year} [{extent:7} {flags:02X}]  ", date.day);
        self.push(&[line.as_bytes(), name, b"\n"]);
    }

    /// Bytes as they are, or as a terminal may show them.
    fn shown<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        if self.asked.escaped { crate::escape::shown(bytes).into_bytes().into() } else { bytes.into() }
    }

    fn push(&mut self, pieces: &[&[u8]]) {
        pieces.iter().for_each(|piece| self.output.line().extend_from_slice(piece));
    }
}

/// isoinfo shows no set-id and sticky bits.
fn without_special(posix: Posix) -> Posix {
    Posix { mode: posix.mode & 0o777, ..posix }
}

/// A walk's visitor that keeps the directories.
struct Directories<'w, 'a> {
    listing: &'w mut Listing<'a>,
    all: Vec<Directory>,
    /// The directories that the walk is in, the root first.
    open: Vec<usize>,
}

impl Visitor for Directories<'_, '_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        if entry.kind != Kind::Directory {
            return Ok(Descend::Into);
        }
        let depth = path.iter().filter(|byte| **byte == b'/').count();
        self.open.truncate(depth);
        let above = self.open.last().and_then(|index| self.all.get(*index));
        let Some((parent, mut path)) = above.map(|above| (above.entry.clone(), above.path.clone())) else {
            return Ok(Descend::Past);
        };
        let record = match self.listing.names {
            Names::Plain => Record::at(self.listing.source, entry.at)?,
            Names::RockRidge | Names::Joliet => None,
        };
        path.extend_from_slice(record.as_ref().map_or(&entry.name, |record| &record.identifier));
        path.push(b'/');
        self.open.push(self.all.len());
        self.all.push(Directory { depth, path, entry: entry.clone(), parent });
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        let _ = path;
        (self.listing.failure)(error);
        Ok(())
    }
}
