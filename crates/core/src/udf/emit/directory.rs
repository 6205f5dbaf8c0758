//! A directory: its file entry, its file identifier descriptors (ECMA-167 4/14.4), the entries of the files in it.

use super::Scratch;
use super::entry::Entry;
use super::identity::long;
use crate::fill::{Embed, Occurrence, Pieces};
use crate::number::{narrow, wide};
use crate::tree::Kind;
use crate::tree::build::{FileId, NameId};
use crate::udf::layout::{
    FileIdentifierDescriptor, LongAd, ShortAd, Tag, characteristics, file_type, icb_flags, tag,
};
use crate::udf::plan::{Directory, Plan, is_shown};
use crate::udf::tag::seal;
use std::io;
use zerocopy::{FromZeros, IntoBytes};

impl<O> Plan<'_, O> {
    /// Appends what belongs to the directory at this position of the census. The file entries of a million files are not
    /// kept until the last is made.
    pub(super) fn directory(
        &self,
        (index, occurrence): (usize, Occurrence),
        scratch: &mut Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        let directory = self.census.directories[index];
        self.identifiers(&directory, scratch);
        assert!(wide(scratch.identifiers.len()) == directory.size, "{directory:?}");
        self.directory_entry(&directory, scratch, out.buffer());
        let mut next = directory.block.saturating_add(1).saturating_add(directory.data);
        for name in self.order.of(directory.name) {
            let file = self.build.name(*name).file;
            let first = self.build.kind(*name) != Kind::Directory && self.census.icb(file) == next;
            if first && is_shown(self.build, self.options, *name) {
                let before = out.end();
                self.file_entry((file, occurrence), scratch, embed, out.buffer());
                let blocks = (out.end() - before) / u64::from(self.options.block_size);
                next = next.saturating_add(u32::try_from(blocks).unwrap_or(u32::MAX));
                out.spill()?;
            }
        }
        assert!(next - directory.block == directory.blocks, "{directory:?}: {next}");
        Ok(())
    }

    /// Appends the directory's file entry and, where they are too many for it, its identifiers.
    fn directory_entry(&self, directory: &Directory, scratch: &mut Scratch, out: &mut Vec<u8>) {
        let id = self.build.name(directory.name).file;
        let file = self.build.file(id);
        let location = self.location(directory.block);
        let embedded = directory.data == 0;
        if !embedded {
            self.short_extents(location.saturating_add(1), directory.size, &mut scratch.allocation);
        }
        let entry = Entry {
            file_type: file_type::DIRECTORY,
            form: if embedded { icb_flags::EMBEDDED } else { icb_flags::SHORT },
            links: self.census.links(id),
            unique_id: self.census.unique_id(id),
            size: directory.size,
            blocks: directory.data.into(),
            allocation: if embedded { &scratch.identifiers } else { &scratch.allocation },
            ..Entry::of(&file, location)
        };
        self.entry(&entry, out);
        if !embedded {
            let start = out.len();
            out.extend_from_slice(&scratch.identifiers);
            self.pad(start, out);
        }
    }

    /// Short allocation descriptors of neighbouring blocks in the partition of the file entry.
    pub(super) fn short_extents(&self, block: u32, size: u64, to: &mut Vec<u8>) {
        to.clear();
        let (mut block, mut left) = (u64::from(block), size);
        while left > 0 {
            // A multiple of every allocation unit.
            let length = left.min(0x3FFF_0000);
            let number = |n: u64| u32::try_from(n).expect("because the plan has only what 32 bits count");
            let short = ShortAd { length: number(length).into(), block: number(block).into() };
            to.extend_from_slice(short.as_bytes());
            left -= length;
            block += length / u64::from(self.options.block_size);
        }
    }

    /// Makes the file identifier descriptors of a directory, that of its parent first.
    fn identifiers(&self, directory: &Directory, scratch: &mut Scratch) {
        scratch.identifiers.clear();
        let parent = self.census.directories[narrow(directory.parent.into())];
        let parent = self.build.name(parent.name).file;
        scratch.name.clear();
        let flags = characteristics::DIRECTORY | characteristics::PARENT;
        self.identifier(directory, flags, (parent, None), scratch);
        for name in self.order.of(directory.name) {
            if !is_shown(self.build, self.options, *name) {
                continue;
            }
            let file = self.build.name(*name).file;
            let kind = self.build.kind(*name);
            let flags = if kind == Kind::Directory { characteristics::DIRECTORY } else { 0 };
            scratch.name.clear();
            self.census.identifier(self.build, *name, &mut scratch.name);
            self.identifier(directory, flags, (file, Some(*name)), scratch);
        }
    }

    fn identifier(
        &self,
        directory: &Directory,
        characteristics: u8,
        (file, name): (FileId, Option<NameId>),
        scratch: &mut Scratch,
    ) {
        let to = &mut scratch.identifiers;
        let start = to.len();
        let descriptor = FileIdentifierDescriptor {
            tag: Tag::new_zeroed(),
            version: 1.into(),
            characteristics,
            identifier_length: u8::try_from(scratch.name.len()).expect("because the census saw to that"),
            icb: self.icb(file, name),
            implementation_use_length: 0.into(),
        };
        to.extend_from_slice(descriptor.as_bytes());
        to.extend_from_slice(&scratch.name);
        to.resize(start + FileIdentifierDescriptor::padded(scratch.name.len()), 0);
        let within = wide(start) / u64::from(self.options.block_size);
        let within = u32::try_from(within).unwrap_or(u32::MAX).saturating_add(1);
        let block = directory.block.saturating_add(if directory.data == 0 { 0 } else { within });
        seal(&mut to[start..], tag::FILE_IDENTIFIER, self.tag_version(), self.location(block));
    }

    /// Where a file's entry lies; with the unique id of the name from the third edition on (UDF 2.3.4.3).
    fn icb(&self, file: FileId, name: Option<NameId>) -> LongAd {
        let block = self.location(self.census.icb(file));
        let mut icb = long(self.options.block_size, block, self.area_partition());
        if self.options.revision.is_third_edition() {
            let id = match name {
                Some(name) => self.census.name_id(name, file),
                None => self.census.unique_id(file),
            };
            icb.implementation_use[2..].copy_from_slice(&id.to_le_bytes());
        }
        icb
    }
}
