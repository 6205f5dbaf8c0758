//! What of its file entry changes when a file gets another content in the place of the one it has.

use crate::error::{Error, Location, Result, Subject};
use crate::fill::{Edit, NewContent};
use crate::number::{narrow, round_up, wide};
use crate::source::Source;
use crate::tree::Entry;
use crate::udf::icb::Block;
use crate::udf::layout::{
    ALLOCATION, AllocationExtentDescriptor, ExtendedFileEntryTail, FILE_ENTRY, FileEntryHead, FileEntryTail,
    LongAd, ShortAd, Tag, extent_type, icb_flags, tag,
};
use crate::udf::space::Space;
use crate::udf::tree::UdfTree;
use crate::udf::{tag as tags, time};
use std::collections::HashSet;
use zerocopy::FromBytes;

/// Blocks of allocation descriptors that are changed for one file, at the most.
const MOST_BLOCKS: usize = 1 << 12;

impl UdfTree<'_> {
    /// Where the content of the file `entry`, which this tree handed out, lies in the block of its file entry, and how many
    /// bytes there are for it; `None` where it lies elsewhere.
    ///
    /// # Errors
    /// Those of reading the file entry.
    pub(crate) fn embedded(&self, entry: &Entry) -> Result<Option<(u64, u64)>> {
        let block = self.block_of(entry)?;
        let found = block.settled(self.space())?;
        let (_, start) = found.allocation;
        let is_embedded = found.form() == icb_flags::EMBEDDED;
        let room = wide(block.bytes.len().saturating_sub(start));
        Ok(is_embedded.then_some((block.place.saturating_add(wide(start)), room)))
    }

    /// What of the file entry of `entry`, which this tree handed out, and of its further allocation descriptors becomes other
    /// bytes, so that they tell of `content`. That is recorded where the old one is, in order: each extent gets as much as it
    /// has, and the last one may grow to the end of its last block. Where the content lies in the file entry, it is among these
    /// bytes.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for extents that are not recorded, and for those of compressed contents; [`Error::TooLarge`] where
    /// there is no room; those of reading.
    pub(crate) fn amended(&self, entry: &Entry, content: &NewContent<'_>) -> Result<Vec<Edit>> {
        let space = self.space();
        let block = self.block_of(entry)?;
        let subject = FILE_ENTRY.at(space.absolute(block.place));
        let found = block.settled(space)?;
        let (form, old) = (found.form(), found.size());
        let (fields, start) = &found.allocation;
        let place = *start..start.saturating_add(fields.remaining());
        let mut bytes = block.bytes.clone();
        let mut edits = Vec::new();
        let recorded = if form == icb_flags::EMBEDDED {
            let room = bytes.get_mut(place.start..).unwrap_or_default();
            embed(room, content)?;
            stretch_sum(&mut bytes, place.end, place.start.saturating_add(narrow(content.length)));
            None
        } else {
            let mut amending =
                Amending { space, form, old, left: content.length, blocks: 0, seen: HashSet::new() };
            let own = bytes.get_mut(place).unwrap_or_default();
            let next = amending.some(own, space.absolute(block.place))?;
            amending.further(next, block.partition, &mut edits)?;
            if amending.left > 0 {
                let left = amending.left;
                return Err(Error::TooLarge(format!(
                    "its allocation descriptors lack room for {left} bytes"
                )));
            }
            Some(amending.blocks)
        };
        describe(&mut bytes, content, recorded, old, subject)?;
        tags::reseal(&mut bytes, subject)?;
        put(space, block.place, &block.bytes, bytes, &mut edits)?;
        Ok(edits)
    }

    /// The block that has the file entry of `entry`, which its serial number tells; its tag tells which block of a partition that is.
    fn block_of(&self, entry: &Entry) -> Result<Block> {
        let space = self.space();
        let serial = entry.posix.and_then(|posix| posix.serial).unwrap_or_default();
        let place = serial.saturating_mul(space.block);
        let subject = FILE_ENTRY.at(space.absolute(place));
        let mut bytes = vec![0; narrow(space.block)];
        space.source.read_at(place, &mut bytes)?;
        let wanted = [tag::FILE_ENTRY, tag::EXTENDED_FILE_ENTRY];
        let number = tags::check(&bytes, subject, &wanted, None, &space.findings)?.location.get();
        let references = (0..space.partitions.len()).filter_map(|reference| u16::try_from(reference).ok());
        let is_there = |reference: &u16| {
            space.stretch(*reference, number.into(), subject).is_ok_and(|found| found.place == place)
        };
        let Some(partition) = references.into_iter().find(is_there) else {
            return Err(subject.unsupported("changing a file entry that is not where its tag says"));
        };
        Ok(Block { bytes, place, partition, number })
    }
}

/// Makes `room` what the new content is, and zeros behind it.
fn embed(room: &mut [u8], content: &NewContent<'_>) -> Result<()> {
    let Some((new, rest)) = room.split_at_mut_checked(narrow(content.length)) else {
        return Err(Error::TooLarge(format!("its file entry has room for {} bytes", room.len())));
    };
    content.source.read_at(0, new)?;
    rest.fill(0);
    Ok(())
}

/// Has the CRC of the entry in `bytes` end with what it has, which was at byte `old` and is at byte `new`; one that covers more
/// stays as it is.
fn stretch_sum(bytes: &mut [u8], old: usize, new: usize) {
    let Ok((tag, _)) = Tag::mut_from_prefix(bytes) else { return };
    let covered = |end: usize| u16::try_from(end.saturating_sub(size_of::<Tag>())).unwrap_or(u16::MAX);
    if tag.crc_length.get() == covered(old) {
        tag.crc_length = covered(new).into();
    }
}

/// Gives the file entry in `bytes` the length and the time of `content`, whose blocks are as many as `recorded`; without them it
/// is in the entry. The old content had `old` bytes.
fn describe(
    bytes: &mut [u8],
    content: &NewContent<'_>,
    recorded: Option<u64>,
    old: u64,
    subject: Subject,
) -> Result<()> {
    let cut = |_| subject.unsupported("changing a file entry that is cut off");
    let stamp = time::encode(content.modified, 0);
    let embedded = u32::try_from(content.length).unwrap_or(u32::MAX);
    let (head, rest) = FileEntryHead::mut_from_prefix(bytes).map_err(|_| cut(()))?;
    head.information_length = content.length.into();
    if head.tag.identifier.get() == tag::EXTENDED_FILE_ENTRY {
        let (tail, _) = ExtendedFileEntryTail::mut_from_prefix(rest).map_err(|_| cut(()))?;
        let others = tail.object_size.get().saturating_sub(old);
        tail.object_size = others.saturating_add(content.length).into();
        (tail.accessed, tail.modified, tail.changed) = (stamp, stamp, stamp);
        match recorded {
            Some(blocks) => tail.blocks_recorded = blocks.into(),
            None => tail.allocation_length = embedded.into(),
        }
    } else {
        let (tail, _) = FileEntryTail::mut_from_prefix(rest).map_err(|_| cut(()))?;
        (tail.accessed, tail.modified, tail.changed) = (stamp, stamp, stamp);
        match recorded {
            Some(blocks) => tail.blocks_recorded = blocks.into(),
            None => tail.allocation_length = embedded.into(),
        }
    }
    Ok(())
}

/// Has the block at byte `place` of the source, which is `old`, become `new`, and so its copy in the mirror of the metadata file,
/// if that is one.
fn put(space: &Space<'_>, place: u64, old: &[u8], new: Vec<u8>, edits: &mut Vec<Edit>) -> Result<()> {
    if let Some(mirrored) = space.mirrored(place) {
        let mut copy = vec![0; old.len()];
        space.source.read_at(mirrored, &mut copy)?;
        if copy == old {
            edits.push(Edit { at: mirrored, bytes: new.clone() });
        }
    }
    edits.push(Edit { at: place, bytes: new });
    Ok(())
}

/// The allocation descriptors of one file, as far as they were changed.
struct Amending<'t, 's> {
    space: &'t Space<'s>,
    form: u16,
    /// Bytes of the old content that no descriptor was for yet.
    old: u64,
    /// Bytes of the new content that have no place yet.
    left: u64,
    /// Blocks of the new content.
    blocks: u64,
    /// Where further descriptors were read.
    seen: HashSet<u64>,
}

/// Where allocation descriptors go on: the partition, if it is told, and the block.
type Next = (Option<u16>, u32);

impl Amending<'_, '_> {
    /// Changes the descriptors in `bytes`, which are of the structure at `at`; where they go on.
    fn some(&mut self, bytes: &mut [u8], at: Location) -> Result<Option<Next>> {
        let subject = ALLOCATION.at(at);
        match self.form {
            icb_flags::SHORT => {
                for descriptor in bytes.chunks_exact_mut(size_of::<ShortAd>()) {
                    let Ok(short) = ShortAd::mut_from_bytes(descriptor) else { continue };
                    match self.length(short.length.get(), subject)? {
                        Length::End => return Ok(None),
                        Length::Continued => return Ok(Some((None, short.block.get()))),
                        Length::New(0) => descriptor.fill(0),
                        Length::New(new) => short.length = new.into(),
                    }
                }
            }
            icb_flags::LONG => {
                for descriptor in bytes.chunks_exact_mut(size_of::<LongAd>()) {
                    let Ok(long) = LongAd::mut_from_bytes(descriptor) else { continue };
                    match self.length(long.length.get(), subject)? {
                        Length::End => return Ok(None),
                        Length::Continued => {
                            let to = long.location;
                            return Ok(Some((Some(to.partition.get()), to.block.get())));
                        }
                        Length::New(0) => descriptor.fill(0),
                        Length::New(new) => long.length = new.into(),
                    }
                }
            }
            _ => return Err(subject.unsupported("changing a file with extended allocation descriptors")),
        }
        Ok(None)
    }

    /// What becomes of a descriptor whose extent has this `length` and type.
    fn length(&mut self, length: u32, subject: Subject) -> Result<Length> {
        let (kind, length) = (length >> 30, u64::from(length & extent_type::LENGTH));
        if length == 0 {
            return Ok(Length::End);
        }
        if kind == extent_type::CONTINUATION {
            return Ok(Length::Continued);
        }
        if kind != extent_type::RECORDED {
            return Err(subject.unsupported("changing a file with extents that are not recorded"));
        }
        if self.old == 0 {
            return Err(subject.unsupported("changing a file with extents behind its content"));
        }
        let used = length.min(self.old);
        self.old = self.old.saturating_sub(used);
        let most = u64::from(extent_type::LENGTH);
        let room =
            if self.old == 0 { round_up(used, self.space.block).max(length).min(most) } else { length };
        let new = self.left.min(room);
        self.left = self.left.saturating_sub(new);
        self.blocks = self.blocks.saturating_add(new.div_ceil(self.space.block.max(1)));
        Ok(Length::New(u32::try_from(new).unwrap_or(extent_type::LENGTH)))
    }

    /// Changes the descriptors behind those of the entry, which is in partition `partition`; all the old ones are looked at, for
    /// what is not needed any more has to go.
    fn further(&mut self, next: Option<Next>, partition: u16, edits: &mut Vec<Edit>) -> Result<()> {
        let mut next = next;
        while let Some((told, number)) = next {
            let mut block = Block::default();
            let reference = told.unwrap_or(partition);
            block.read(self.space, reference, number, self.space.absolute(0))?;
            let at = self.space.absolute(block.place);
            let subject = ALLOCATION.at(at);
            if !self.seen.insert(block.place) || self.seen.len() > MOST_BLOCKS {
                let limit = format!("at most {MOST_BLOCKS}");
                return Err(subject.out_of_range(
                    "number of blocks of allocation descriptors",
                    wide(self.seen.len()),
                    limit,
                ));
            }
            let wanted = [tag::ALLOCATION_EXTENT];
            tags::check(&block.bytes, subject, &wanted, Some(number), &self.space.findings)?;
            let mut bytes = block.bytes.clone();
            let Ok((head, rest)) = AllocationExtentDescriptor::mut_from_prefix(&mut bytes) else {
                return Err(subject.unsupported("changing allocation descriptors that are cut off"));
            };
            let length = narrow(head.allocation_length.get().into()).min(rest.len());
            next = self.some(rest.get_mut(..length).unwrap_or_default(), at)?;
            tags::reseal(&mut bytes, subject)?;
            put(self.space, block.place, &block.bytes, bytes, edits)?;
        }
        Ok(())
    }
}

/// What becomes of an allocation descriptor.
enum Length {
    /// It ends the list.
    End,
    /// The list goes on where it leads.
    Continued,
    /// It is for so many bytes.
    New(u32),
}
