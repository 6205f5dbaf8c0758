//! File entries and extended file entries (ECMA-167 4/14.9, 4/14.17).

use super::identity;
use super::{Scratch, device};
use crate::fill::{Embed, Occurrence};
use crate::number::{Le32, wide};
use crate::tree::build::{ContentId, File, FileId};
use crate::tree::{Kind, Time};
use crate::udf::layout::{
    ExtendedFileEntryTail, FileEntryHead, FileEntryTail, IcbTag, LbAddr, LongAd, Tag, file_type, icb_flags,
    tag,
};
use crate::udf::link;
use crate::udf::plan::Plan;
use crate::udf::{tag as tags, time};
use zerocopy::{FromZeros, IntoBytes};

/// What a file entry says, of either form.
pub(super) struct Entry<'e> {
    /// Block it lies in, of the partition it belongs to.
    pub(super) location: u32,
    pub(super) file_type: u8,
    /// Form of the allocation descriptors: one of `icb_flags`.
    pub(super) form: u16,
    pub(super) owner: (u32, u32),
    pub(super) mode: u16,
    /// Modified, accessed, changed.
    pub(super) times: [Time; 3],
    pub(super) links: u16,
    pub(super) unique_id: u32,
    /// Bytes of the file's content.
    pub(super) size: u64,
    /// Blocks of content outside the entry.
    pub(super) blocks: u64,
    /// The extended attribute space, with its header; empty for none.
    pub(super) attributes: &'e [u8],
    /// Allocation descriptors or, by `form`, the content itself.
    pub(super) allocation: &'e [u8],
}

/// Permissions of other, group and owner, five bits each: execute, write, read, change attributes, delete (ECMA-167
/// 4/14.9.5). Who may write may delete; the owner may change attributes.
fn permissions(mode: u16) -> u32 {
    let of = |bits: u16| {
        let bits = u32::from(bits & 7);
        bits | (bits & 2) << 3
    };
    of(mode) | of(mode >> 3) << 5 | (of(mode >> 6) | 8) << 10
}

/// Set-user-id, set-group-id and sticky bit of the ICB tag's flags (ECMA-167 4/14.6.8).
fn flags(mode: u16) -> u16 {
    let bit = |of: u16, flag: u16| if mode & of == 0 { 0 } else { flag };
    bit(0o4000, icb_flags::SETUID) | bit(0o2000, icb_flags::SETGID) | bit(0o1000, icb_flags::STICKY)
}

/// What follows the head of a file entry.
fn tail(entry: &Entry<'_>, out: &mut Vec<u8>) {
    let [modified, accessed, changed] = entry.times.map(|time| time::encode(time, 0));
    let tail = FileEntryTail {
        blocks_recorded: entry.blocks.into(),
        accessed,
        modified,
        changed,
        checkpoint: 1.into(),
        attributes: LongAd::new_zeroed(),
        implementation: identity::implementation(),
        unique_id: u64::from(entry.unique_id).into(),
        attributes_length: length(entry.attributes),
        allocation_length: length(entry.allocation),
    };
    out.extend_from_slice(tail.as_bytes());
}

/// What follows the head of an extended file entry.
fn extended_tail(entry: &Entry<'_>, out: &mut Vec<u8>) {
    let [modified, accessed, changed] = entry.times.map(|time| time::encode(time, 0));
    let tail = ExtendedFileEntryTail {
        object_size: entry.size.into(),
        blocks_recorded: entry.blocks.into(),
        accessed,
        modified,
        // Nothing says when it was made: no later than it was last changed.
        created: modified,
        changed,
        checkpoint: 1.into(),
        reserved: 0.into(),
        attributes: LongAd::new_zeroed(),
        streams: LongAd::new_zeroed(),
        implementation: identity::implementation(),
        unique_id: u64::from(entry.unique_id).into(),
        attributes_length: length(entry.attributes),
        allocation_length: length(entry.allocation),
    };
    out.extend_from_slice(tail.as_bytes());
}

fn length(bytes: &[u8]) -> Le32 {
    u32::try_from(bytes.len()).expect("because it fits into a block").into()
}

impl<O> Plan<'_, O> {
    pub(super) fn tag_version(&self) -> u16 {
        self.options.revision.tag_version()
    }

    /// What a block of the area is called in descriptors.
    pub(super) fn location(&self, block: u32) -> u32 {
        match self.places.metadata {
            Some(_) => block,
            None => self.places.area.saturating_sub(self.places.partition).saturating_add(block),
        }
    }

    /// The partition reference number of the area.
    pub(super) fn area_partition(&self) -> u16 {
        u16::from(self.places.metadata.is_some())
    }

    /// Appends a file entry of one block.
    pub(super) fn entry(&self, entry: &Entry<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        let third = self.options.revision.is_third_edition();
        let head = FileEntryHead {
            tag: Tag::new_zeroed(),
            icb_tag: IcbTag {
                prior_entries: 0.into(),
                strategy: 4.into(),
                strategy_parameter: [0; 2],
                maximum_entries: 1.into(),
                reserved: 0,
                file_type: entry.file_type,
                parent: LbAddr::new_zeroed(),
                flags: (entry.form | flags(entry.mode)).into(),
            },
            uid: entry.owner.0.into(),
            gid: entry.owner.1.into(),
            permissions: permissions(entry.mode).into(),
            link_count: entry.links.into(),
            record_format: 0,
            record_display_attributes: 0,
            record_length: 0.into(),
            information_length: entry.size.into(),
        };
        out.extend_from_slice(head.as_bytes());
        if third {
            extended_tail(entry, out)
        } else {
            tail(entry, out)
        }
        out.extend_from_slice(entry.attributes);
        out.extend_from_slice(entry.allocation);
        let identifier = if third { tag::EXTENDED_FILE_ENTRY } else { tag::FILE_ENTRY };
        tags::seal(&mut out[start..], identifier, self.tag_version(), entry.location);
        self.pad(start, out);
    }

    /// Appends the file entry of anything but a directory, and the continuation extents of its allocation descriptors.
    pub(super) fn file_entry(
        &self,
        (id, occurrence): (FileId, Occurrence),
        scratch: &mut Scratch,
        embed: &mut Embed<'_>,
        out: &mut Vec<u8>,
    ) {
        let file = self.build.file(id);
        let block = self.census.icb(id);
        let location = self.location(block);
        let (mut size, mut blocks, mut form) = (0, 0, self.form());
        let allocation = &mut scratch.allocation;
        let mut rest = Vec::new();
        allocation.clear();
        match file.kind {
            Kind::Symlink => {
                size = wide(link::length(file.link));
                match self.census.long_links.binary_search_by_key(&block, |(id, _)| self.census.icb(*id)) {
                    Ok(found) => blocks = self.long_link(found, size, allocation),
                    Err(_) => {
                        link::encode(file.link, allocation);
                        form = icb_flags::EMBEDDED;
                    }
                }
            }
            Kind::File => {
                let embedded = |content: &ContentId| self.capacity.embeds(self.build.content(*content).size);
                if let Some(content) = file.content.filter(embedded) {
                    size = self.build.content(content).size;
                    embed(content, occurrence, allocation);
                    form = icb_flags::EMBEDDED;
                } else if let Some(stored) = self.stored(id, &file) {
                    size = stored.1;
                    self.allocation(stored, block, allocation, &mut rest);
                    blocks = size.div_ceil(self.options.block_size.into());
                }
            }
            _ => {}
        }
        let attributes = match file.kind {
            Kind::BlockDevice | Kind::CharacterDevice => {
                device::attributes(file.device, self.options.revision, location)
            }
            _ => Vec::new(),
        };
        let entry = Entry {
            file_type: type_of(file.kind),
            form,
            links: self.census.links(id),
            unique_id: self.census.unique_id(id),
            size,
            blocks,
            attributes: &attributes,
            allocation: &scratch.allocation,
            ..Entry::of(&file, location)
        };
        self.entry(&entry, out);
        out.extend_from_slice(&rest);
    }

    /// First sector and bytes of what a file has outside its entry.
    fn stored(&self, id: FileId, file: &File<'_>) -> Option<(u32, u64)> {
        match file.content {
            Some(content) => Some((self.sectors[content.index()], self.build.content(content).size)),
            None => self.elsewhere.filter(|(of, _)| *of == id).map(|(_, place)| place),
        }
    }

    fn long_link(&self, index: usize, size: u64, allocation: &mut Vec<u8>) -> u64 {
        let sector = self.places.links.saturating_add(self.census.long_links[index].1);
        let length = u32::try_from(size).expect("because a target is a few kilobytes");
        self.extent(length, sector.saturating_sub(self.places.partition), allocation);
        size.div_ceil(self.options.block_size.into())
    }
}

impl Entry<'_> {
    /// From the file alone: its type, content, links and unique id are left to the caller.
    pub(super) fn of(file: &File<'_>, location: u32) -> Self {
        Self {
            location,
            file_type: file_type::UNSPECIFIED,
            form: icb_flags::EMBEDDED,
            owner: (file.uid, file.gid),
            mode: file.mode,
            times: [file.modified, file.accessed, file.changed],
            links: 0,
            unique_id: 0,
            size: 0,
            blocks: 0,
            attributes: &[],
            allocation: &[],
        }
    }
}

fn type_of(kind: Kind) -> u8 {
    match kind {
        Kind::Directory => file_type::DIRECTORY,
        Kind::Symlink => file_type::SYMLINK,
        Kind::BlockDevice => file_type::BLOCK_DEVICE,
        Kind::CharacterDevice => file_type::CHARACTER_DEVICE,
        Kind::Fifo => file_type::FIFO,
        Kind::Socket => file_type::SOCKET,
        _ => file_type::FILE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_five_bits_each() {
        assert_eq!(permissions(0o000), 8 << 10);
        assert_eq!(permissions(0o755), 5 | 5 << 5 | (7 | 8 | 16) << 10);
        assert_eq!(permissions(0o666) & 0x1F, 2 | 4 | 16);
        assert_eq!(flags(0o7000), 7 << 6);
        assert_eq!(flags(0o1755), 1 << 8);
    }
}
