//! The tree of a logical volume, read: file identifiers and file entries become entries.

use super::cursor::{Directory, Room};
use super::icb::{self, Block};
use super::layout::{EXTENDED_ATTRIBUTES, FILE_ENTRY, FileSetDescriptor, LongAd, PATH_COMPONENTS};
use super::sequence::Placed;
use super::space::Space;
use super::streams::{ROOT_STREAMS, handle};
use super::{allocation, attributes, link};
use crate::error::{Problem, Result};
use crate::fields::corrupt;
use crate::number::wide;
use crate::tree::{Cursor, Detail, Entry, Extent, Kind, Tree};
use std::sync::{Mutex, PoisonError};

/// Bytes of path components a symbolic link may have.
const LONGEST_LINK: u64 = 64 << 10;

/// The tree of a file set.
#[derive(Debug)]
pub struct UdfTree<'s> {
    space: Space<'s>,
    pub(super) root: LongAd,
    /// The directory of the streams that belong to the whole file set.
    pub(super) system_streams: Option<LongAd>,
    /// Absolute byte of the file set descriptor.
    pub(super) root_at: u64,
    /// Of the directories that were read.
    rooms: Mutex<Vec<Room>>,
}

/// Bytes of a file of extended attributes that are read.
const LARGEST_ATTRIBUTE_FILE: u64 = 1 << 20;

/// Directories whose memory is kept for others.
const MOST_ROOMS: usize = 8;

impl<'s> UdfTree<'s> {
    /// The tree of the file set that `file_set` describes.
    pub(super) fn new(space: Space<'s>, file_set: &Placed<FileSetDescriptor>) -> Self {
        let descriptor = &file_set.descriptor;
        let system_streams = descriptor.system_streams.if_any();
        let rooms = Mutex::default();
        Self { space, root: descriptor.root, system_streams, root_at: file_set.at, rooms }
    }

    /// Bytes of a logical block.
    pub fn block_size(&self) -> u64 {
        self.space.block
    }

    /// The address space it lies in.
    pub(super) fn space(&self) -> &Space<'s> {
        &self.space
    }

    /// Memory to read a directory in.
    pub(super) fn room(&self) -> Room {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes `room` for another directory.
    pub(super) fn keep(&self, room: Room) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() < MOST_ROOMS {
            rooms.push(room);
        }
    }

    /// Gives `entry` what the ICB that `icb` leads to says; `block` holds the first block of it.
    pub(super) fn describe(&self, icb: &LongAd, block: &mut Block, entry: &mut Entry) -> Result<()> {
        let space = &self.space;
        icb::settle(space, icb, block, entry.at)?;
        let found = block.settled(space)?;
        let place = block.place;
        entry.kind = found.kind().unwrap_or_default();
        if found.kind().is_none() {
            let kind = found.head.icb_tag.file_type;
            space.findings.note(
                space.absolute(place),
                FILE_ENTRY,
                format!("file type {kind} is shown as a file"),
            );
        }
        found.describe(entry);
        if let Some(posix) = &mut entry.posix {
            posix.serial = place.checked_div(space.block).filter(|serial| *serial != 0);
        }
        let (bytes, start) = found.attributes;
        attributes::take(bytes, space.absolute(place).saturating_add(wide(start)), entry, &space.findings);
        if let Some(file) = &found.attribute_file
            && let Err(error) = self.attribute_file(file, entry)
        {
            space.findings.note(
                space.absolute(place),
                EXTENDED_ATTRIBUTES,
                format!("{error}; they were passed over"),
            );
        }
        entry.streams = found.streams.map(|streams| handle(&streams, space.block));
        match entry.kind {
            Kind::File | Kind::Directory | Kind::Symlink => {
                entry.size = found.size();
                entry.size = allocation::extents(space, &found, block.partition, place, &mut entry.extents)?;
            }
            Kind::CharacterDevice | Kind::BlockDevice | Kind::Fifo | Kind::Socket => {}
        }
        if entry.kind == Kind::Symlink {
            self.link(entry)?;
        }
        Ok(())
    }

    /// Gives `entry`, which was described, the extents that were not kept.
    pub(super) fn place(&self, icb: &LongAd, block: &mut Block, entry: &mut Entry) -> Result<()> {
        let space = &self.space;
        block.read(space, icb.location.partition.get(), icb.location.block.get(), entry.at)?;
        icb::settle(space, icb, block, entry.at)?;
        let found = block.settled(space)?;
        allocation::extents(space, &found, block.partition, block.place, &mut entry.extents).map(drop)
    }

    /// Takes the extended attributes in a file of their own (ECMA-167 4/14.9.17).
    fn attribute_file(&self, icb: &LongAd, entry: &mut Entry) -> Result<()> {
        let space = &self.space;
        let mut block = Block::default();
        block.read(space, icb.location.partition.get(), icb.location.block.get(), entry.at)?;
        icb::settle(space, icb, &mut block, entry.at)?;
        let (size, extents) = content(space, &block)?;
        let at = space.absolute(extents.first().and_then(|first| first.offset).unwrap_or(block.place));
        if size > LARGEST_ATTRIBUTE_FILE {
            let limit = format!("at most {LARGEST_ATTRIBUTE_FILE}");
            let problem = Problem::OutOfRange { field: "information length", got: size, limit };
            return Err(corrupt(at, EXTENDED_ATTRIBUTES, problem));
        }
        let bytes = space.read(&extents, 0..size)?;
        attributes::take(&bytes, at, entry, &space.findings);
        Ok(())
    }

    /// Makes the content of a symbolic link its target.
    fn link(&self, entry: &mut Entry) -> Result<()> {
        let at = entry.extents.first().and_then(|first| first.offset).unwrap_or_default();
        let at = self.space.absolute(at);
        if entry.size > LONGEST_LINK {
            let limit = format!("at most {LONGEST_LINK}");
            let problem = Problem::OutOfRange { field: "information length", got: entry.size, limit };
            return Err(corrupt(at, PATH_COMPONENTS, problem));
        }
        let bytes = self.space.read(&entry.extents, 0..entry.size)?;
        link::decode(&bytes, at, &mut entry.link)?;
        entry.extents.clear();
        entry.size = wide(entry.link.len());
        Ok(())
    }
}

impl Tree for UdfTree<'_> {
    fn root(&self) -> Result<Entry> {
        let mut entry = Entry { at: self.root_at, ..Entry::default() };
        let mut block = Block::default();
        let location = self.root.location;
        block.read(&self.space, location.partition.get(), location.block.get(), self.root_at)?;
        self.describe(&self.root, &mut block, &mut entry)?;
        if entry.kind != Kind::Directory {
            let problem = Problem::OutOfRange { field: "file type of the root", got: 0, limit: "4".into() };
            return Err(corrupt(self.space.absolute(block.place), FILE_ENTRY, problem));
        }
        if self.system_streams.is_some() {
            entry.streams = Some(ROOT_STREAMS);
        }
        Ok(entry)
    }

    fn streams(&self, entry: &Entry) -> Result<Vec<Entry>> {
        self.all_streams(entry)
    }

    fn open<'t>(&'t self, directory: &Entry, detail: Detail) -> Result<Box<dyn Cursor + 't>> {
        Ok(Box::new(Directory::new(self, directory, detail)?))
    }
}

/// The content of what `entry` describes, as one list; for partitions that are files.
pub(super) fn content(space: &Space<'_>, block: &Block) -> Result<(u64, Vec<Extent>)> {
    let found = block.entry(space)?;
    let mut extents = Vec::new();
    let size = allocation::extents(space, &found, block.partition, block.place, &mut extents)?;
    Ok((size, extents))
}
