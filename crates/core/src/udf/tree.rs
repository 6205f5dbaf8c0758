//! The tree of a logical volume, read: file identifiers and file entries become entries.

use super::entries::{Entries, Workspaces};
use super::icb::{self, Block};
use super::layout::{FILE_ENTRY, FileSetDescriptor, LongAd};
use super::sequence::Placed;
use super::space::Space;
use super::{file, lookup, streams};
use crate::error::{Location, Result};
use crate::tree::{Cursor, Detail, Entry, Kind, Tree};

/// What stands for the streams of the root and those of the file set, together.
const ROOT_STREAMS: u64 = u64::MAX;

/// The tree of a file set: the only one of a volume.
#[derive(Debug)]
pub struct UdfTree<'s> {
    space: Space<'s>,
    workspaces: Workspaces,
    root: LongAd,
    /// The directory of the streams that belong to the whole file set.
    system_streams: Option<LongAd>,
    /// Where the file set descriptor lies.
    root_at: Location,
}

impl<'s> UdfTree<'s> {
    /// The tree of the file set that `file_set` describes.
    pub(super) fn new(space: Space<'s>, file_set: &Placed<FileSetDescriptor>) -> Self {
        let Placed { descriptor, at } = file_set;
        let system_streams = descriptor.system_streams.if_any();
        Self { space, workspaces: Workspaces::default(), root: descriptor.root, system_streams, root_at: *at }
    }

    /// Where its blocks lie.
    pub(super) fn space(&self) -> &Space<'s> {
        &self.space
    }

    /// Bytes of a logical block, which is a sector in UDF.
    pub fn block_size(&self) -> u64 {
        self.space.block
    }

    /// The directory of the root's own streams.
    fn root_streams(&self) -> Result<Option<LongAd>> {
        let mut block = Block::default();
        file::first(&self.space, &self.root, &mut block, self.root_at)?;
        icb::settle(&self.space, &self.root, &mut block, self.root_at)?;
        Ok(block.settled(&self.space)?.streams)
    }
}

impl Tree for UdfTree<'_> {
    fn root(&self) -> Result<Entry> {
        let mut entry = Entry { at: self.root_at, ..Entry::default() };
        let mut block = Block::default();
        file::first(&self.space, &self.root, &mut block, self.root_at)?;
        file::describe(&self.space, &self.root, &mut block, &mut entry)?;
        if entry.kind != Kind::Directory {
            let got = block.settled(&self.space)?.head.icb_tag.file_type.into();
            return Err(FILE_ENTRY.at(self.space.absolute(block.place)).out_of_range(
                "file type of the root",
                got,
                "4",
            ));
        }
        if self.system_streams.is_some() {
            entry.streams = Some(ROOT_STREAMS);
        }
        Ok(entry)
    }

    fn streams(&self, entry: &Entry) -> Result<Vec<Entry>> {
        let directories = match entry.streams {
            None => [None, None],
            Some(ROOT_STREAMS) => [self.root_streams()?, self.system_streams],
            Some(handle) => [Some(icb::unhandle(handle, self.space.block)), None],
        };
        let mut found = Vec::new();
        for directory in directories.iter().flatten() {
            streams::collect(&self.space, &self.workspaces, directory, entry.at, &mut found)?;
        }
        Ok(found)
    }

    fn lookup(&self, directory: &Entry, name: &[u8]) -> Result<Option<Entry>> {
        lookup::find(&self.space, directory, name)
    }

    fn open<'t>(&'t self, directory: &Entry, detail: Detail) -> Result<Box<dyn Cursor + 't>> {
        Ok(Box::new(Entries::new(&self.space, &self.workspaces, directory, detail)?))
    }
}
