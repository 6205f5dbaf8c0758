//! Allocation descriptors become extents (ECMA-167 4/12, 4/14.14).

use super::entry::FileEntry;
use super::icb::Block;
use super::layout::{
    ALLOCATION, AllocationExtentDescriptor, ExtAd, LongAd, ShortAd, extent_type, icb_flags, tag,
};
use super::space::{A_BLOCK, Space, join};
use super::tag as tags;
use crate::error::{Error, Location, Problem, Result, Subject};
use crate::fields::Fields;
use crate::number::{narrow, wide};
use crate::source::Source;
use crate::tree::{Extent, Kind};
use std::collections::HashSet;

/// Extents of allocation descriptors that one file may have, at the most.
const MOST_CONTINUATIONS: usize = 1 << 15;

/// One allocation descriptor of any form.
#[derive(Debug, Clone, Copy)]
struct Descriptor {
    kind: u32,
    length: u64,
    partition: u16,
    block: u32,
}

impl Descriptor {
    /// The next one in `fields`, of the form `form`; of short ones, the partition is `partition`.
    fn read(fields: &mut Fields<'_>, form: u16, partition: u16) -> Result<Self> {
        let (length, partition, block) = match form {
            icb_flags::SHORT => {
                let short: &ShortAd = fields.read()?;
                (short.length.get(), partition, short.block.get())
            }
            icb_flags::LONG => {
                let long: &LongAd = fields.read()?;
                (long.length.get(), long.location.partition.get(), long.location.block.get())
            }
            _ => {
                let start = fields.clone();
                let extended: &ExtAd = fields.read()?;
                let location = extended.location;
                (information(extended, &start)?, location.partition.get(), location.block.get())
            }
        };
        Ok(Self { kind: length >> 30, length: u64::from(length & extent_type::LENGTH), partition, block })
    }
}

/// Bytes of the content in the extent of `extended`, which begins at `start`, and its type (ECMA-167 4/14.14.3): of what
/// is recorded there may be less than the extent is long, or more where it is compressed.
fn information(extended: &ExtAd, start: &Fields<'_>) -> Result<u32> {
    let (length, information) = (extended.extent_length.get(), extended.information_length.get());
    if length >> 30 != extent_type::RECORDED {
        return Ok(length);
    }
    if extended.recorded_length.get() != information {
        return Err(start.unsupported("a compressed extent"));
    }
    if information > length {
        return Err(start.out_of_range(
            "information length",
            information.into(),
            format!("at most {length}"),
        ));
    }
    Ok(information)
}

/// Bytes of an allocation descriptor of the form `form`.
const fn size(form: u16) -> Option<usize> {
    match form {
        icb_flags::SHORT => Some(size_of::<ShortAd>()),
        icb_flags::LONG => Some(size_of::<LongAd>()),
        icb_flags::EXTENDED => Some(size_of::<ExtAd>()),
        _ => None,
    }
}

/// Appends where the content of `entry` lies, cut to its size, and returns that. The entry is in partition `partition` and
/// begins at byte `place` of the source.
///
/// # Errors
/// [`crate::Error::Corrupt`] for descriptors that lead nowhere, in circles or on without end, and those of a file that are
/// for less than its size; those of the source.
pub(super) fn extents(
    space: &Space<'_>,
    entry: &FileEntry<'_>,
    partition: u16,
    place: u64,
    into: &mut Vec<Extent>,
) -> Result<u64> {
    let size_wanted = entry.size();
    let (first, start) = &entry.allocation;
    let (bytes, at) = (first.rest(), first.at());
    if entry.form() == icb_flags::EMBEDDED {
        let have = size_wanted.min(wide(bytes.len()));
        if have < size_wanted {
            let limit = format!("at most {}, the bytes embedded in the entry", bytes.len());
            return Err(ALLOCATION.at(at).out_of_range("information length", size_wanted, limit));
        }
        if have > 0 {
            into.push(Extent::recorded(place.saturating_add(wide(*start)), have));
        }
        return Ok(have);
    }
    let Some(size) = size(entry.form()) else {
        return Err(ALLOCATION.at(at).out_of_range(
            "form of allocation descriptors",
            entry.form().into(),
            "0 to 3",
        ));
    };
    let mut walk =
        Walk { space, form: entry.form(), size, partition, left: size_wanted, seen: HashSet::new(), into };
    walk.all(first.clone())?;
    let have = size_wanted.saturating_sub(walk.left);
    match entry.kind() {
        _ if have == size_wanted => Ok(have),
        Some(Kind::File | Kind::Symlink) => Err(beyond(ALLOCATION.at(at), size_wanted, have)),
        // The names that are there are shown first.
        Some(Kind::Directory) => Ok(size_wanted),
        _ => {
            space.findings.note(at, ALLOCATION, beyond(ALLOCATION.at(at), size_wanted, have).to_string());
            Ok(have)
        }
    }
}

/// That the information length that `subject` has is `size`, while allocation descriptors are for `have` bytes.
pub(super) fn beyond(subject: Subject, size: u64, have: u64) -> Error {
    let limit = format!("at most {have}, the bytes that the allocation descriptors cover");
    subject.out_of_range("information length", size, limit)
}

/// The content of the file whose entry `block` holds, as one list; for partitions that are files.
pub(super) fn content(space: &Space<'_>, block: &Block) -> Result<(u64, Vec<Extent>)> {
    let found = block.entry(space)?;
    let mut into = Vec::new();
    let size = extents(space, &found, block.partition, block.place, &mut into)?;
    Ok((size, into))
}

struct Walk<'a, 's> {
    space: &'a Space<'s>,
    form: u16,
    size: usize,
    partition: u16,
    /// Bytes of the content that no descriptor was for yet.
    left: u64,
    /// Where extents of descriptors were read.
    seen: HashSet<u64>,
    into: &'a mut Vec<Extent>,
}

impl Walk<'_, '_> {
    fn all(&mut self, first: Fields<'_>) -> Result<()> {
        let Some(mut next) = self.some(first)? else { return Ok(()) };
        let mut block = Vec::new();
        loop {
            let place = self.continuation(next, &mut block)?;
            let absolute = self.space.absolute(place);
            let fields = match self.check(&block, absolute, next) {
                Ok(fields) => fields,
                Err(error) => {
                    let Some(mirrored) = self.space.mirrored(place) else { return Err(error) };
                    self.space.findings.note(absolute, ALLOCATION, format!("{error}; the mirror was read"));
                    self.space.source.read_at(mirrored, &mut block)?;
                    self.check(&block, self.space.absolute(mirrored), next)?
                }
            };
            match self.some(fields)? {
                Some(further) => next = further,
                None => return Ok(()),
            }
        }
    }

    /// Takes descriptors up to the end, or to one that says where they go on.
    fn some(&mut self, mut fields: Fields<'_>) -> Result<Option<(Descriptor, Location)>> {
        while fields.remaining() >= self.size && self.left > 0 {
            let at = fields.at();
            let one = Descriptor::read(&mut fields, self.form, self.partition)?;
            // A descriptor of no bytes ends them (ECMA-167 4/12).
            if one.length == 0 {
                return Ok(None);
            }
            let length = one.length.min(self.left);
            match one.kind {
                extent_type::CONTINUATION => return Ok(Some((one, at))),
                extent_type::RECORDED => {
                    let block = u64::from(one.block);
                    self.space.extents(one.partition, block, length, ALLOCATION.at(at), self.into)?;
                }
                _ => join(self.into, Extent { offset: None, length }),
            }
            self.left = self.left.saturating_sub(length);
        }
        Ok(None)
    }

    /// Reads the extent of descriptors that `next` leads to, which lies there; at most a block of it is used.
    fn continuation(&mut self, next: (Descriptor, Location), block: &mut Vec<u8>) -> Result<u64> {
        let (descriptor, at) = next;
        let space = self.space;
        let stretch = space.stretch(descriptor.partition, descriptor.block.into(), ALLOCATION.at(at))?;
        space.count(A_BLOCK, ALLOCATION.at(at))?;
        if !self.seen.insert(stretch.place) || self.seen.len() > MOST_CONTINUATIONS {
            return Err(ALLOCATION
                .at(at)
                .corrupt(Problem::Loop { via: "an extent of allocation descriptors" }));
        }
        // UDF 2.3.11 allows no more than a block, which is there whatever length the descriptor gives the extent: Linux
        // leaves out the head.
        block.clear();
        block.resize(narrow(space.block.min(stretch.length)), 0);
        space.read_at(stretch.place, block)?;
        Ok(stretch.place)
    }

    /// The descriptors in an extent of them.
    fn check<'b>(&self, block: &'b [u8], at: Location, next: (Descriptor, Location)) -> Result<Fields<'b>> {
        let wanted = [tag::ALLOCATION_EXTENT];
        tags::check(block, ALLOCATION.at(at), &wanted, Some(next.0.block), &self.space.findings)?;
        let mut fields = Fields::new(block, at, ALLOCATION);
        let head: &AllocationExtentDescriptor = fields.read()?;
        let length = narrow(head.allocation_length.get().into());
        if length > fields.remaining() {
            let limit = format!("at most {}", fields.remaining());
            return Err(fields.out_of_range("length of allocation descriptors", wide(length), limit));
        }
        fields.sub(length, ALLOCATION)
    }
}
