//! The address spaces of a logical volume: which bytes of the source a block of a partition is.

use super::layout::METADATA_FILE;
use crate::error::{Corrupt, Error, Location, Problem, Result, Subject, Unsupported};
use crate::finding::Findings;
use crate::number::{narrow, wide};
use crate::source::{InSectors, Source};
use crate::tree::Extent;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Extents of one file, at the most: 4 GiB in blocks of which no two are neighbours.
pub(super) const MOST_EXTENTS: usize = 1 << 21;
/// Extents that a file may have in any image.
const LEAST_EXTENTS: usize = 1 << 16;

/// Pieces of files that all names together may lead to in any image; many names of one file are one lie told often.
const LEAST_PIECES: u64 = 1 << 26;
/// As many times may all that an image has room for be led to.
const REPEATED: u64 = 8;
/// Pieces that a block counts as which has to be read to know of more.
pub(super) const A_BLOCK: u64 = 32;

/// What a partition map leads to: where each block of the partition lies.
#[derive(Debug)]
pub(super) enum Partition {
    /// Blocks one after the other (map type 1).
    Physical {
        /// Byte of the source at which it begins.
        start: u64,
        /// Logical blocks it has.
        blocks: u64,
    },
    /// Blocks renumbered by a virtual allocation table.
    Virtual {
        /// Block of the partition it leads into, by virtual block; 2^32-1 for none.
        numbers: Vec<u32>,
        /// Reference number of the partition the table leads into.
        of: usize,
    },
    /// As physical, but that defective packets lie elsewhere.
    Sparable {
        /// Byte of the source at which it begins.
        start: u64,
        /// Logical blocks it has.
        blocks: u64,
        /// Blocks of a packet, which is what a sparing table replaces.
        packet: u64,
        /// The packets that lie elsewhere, by block.
        spared: Vec<Spared>,
    },
    /// The content of a metadata file.
    Metadata {
        /// Where the file lies.
        file: Content,
        /// What says where its mirror lies, unless that is what was read.
        mirror: Option<Mirror>,
    },
    /// A map that could not be followed: an error to whoever uses it.
    Unusable(Unusable),
}

/// A packet of a sparable partition that lies elsewhere, for its own place is defective.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spared {
    /// First block: the first of a packet.
    pub(super) block: u64,
    /// Byte of the source at which it lies.
    pub(super) place: u64,
}

/// Why a partition map cannot be followed.
#[derive(Debug, Clone)]
pub(super) enum Unusable {
    /// What it leads to is damaged, as this error says.
    Corrupt(Box<Corrupt>),
    /// It is of no known kind.
    Unsupported(Box<Unsupported>),
}

/// The pieces of a file that is a partition, by their place in the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Content(Vec<(u64, Extent)>);

impl Content {
    pub(super) fn new(extents: &[Extent]) -> Self {
        let mut start = 0_u64;
        Self(
            extents
                .iter()
                .map(|extent| {
                    let piece = (start, *extent);
                    start = start.saturating_add(extent.length);
                    piece
                })
                .collect(),
        )
    }

    /// The recorded bytes from byte `at` of the file to the end of the piece they are in.
    pub(super) fn at(&self, at: u64) -> Option<(u64, u64)> {
        let after = self.0.partition_point(|(start, _)| *start <= at);
        let (start, extent) = self.0.get(after.checked_sub(1)?)?;
        let into = at.checked_sub(*start)?;
        let left = extent.length.checked_sub(into).filter(|left| *left > 0)?;
        Some((extent.offset?.saturating_add(into), left))
    }

    /// The byte of the file that lies at byte `place` of the source.
    fn position(&self, place: u64) -> Option<u64> {
        self.0.iter().find_map(|(start, extent)| {
            let into = place.checked_sub(extent.offset?).filter(|into| *into < extent.length)?;
            Some(start.saturating_add(into))
        })
    }
}

/// The mirror of a metadata file. It lies far from that, often at the end of the volume, so that its file entry is read
/// when something is damaged, not before.
#[derive(Debug)]
pub(super) struct Mirror {
    pub(super) entry: EntryPlace,
    /// Reads that: files are read above this floor, by who followed the maps.
    pub(super) find: FindMirror,
    /// Where it lies; `None` when that cannot be read.
    pub(super) content: OnceLock<Option<Content>>,
}

/// Where the mirror lies whose file entry is there.
pub(super) type FindMirror = fn(&Space<'_>, EntryPlace) -> Option<Content>;

/// Where a file entry lies: reference number of the partition, block, where what says so lies.
pub(super) type EntryPlace = (u16, u32, Location);

/// A stretch of blocks that lie one after the other on the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// First byte, of the source.
    pub(super) place: u64,
    /// Bytes up to where the next block lies elsewhere.
    pub(super) length: u64,
}

/// The partitions of a logical volume, by reference number.
#[derive(Debug)]
pub(super) struct Space<'s> {
    pub(super) source: InSectors<&'s dyn Source>,
    /// Bytes of a logical block, which is a sector in UDF.
    pub(super) block: u64,
    pub(super) partitions: Vec<Partition>,
    pub(super) findings: Arc<Findings>,
    /// The byte at which the session starts: before it lies what earlier ones recorded.
    pub(super) session: u64,
    /// Pieces of files that were led to.
    pieces: Arc<AtomicU64>,
}

impl<'s> Space<'s> {
    /// An address space without partitions yet.
    pub(super) fn new(source: InSectors<&'s dyn Source>, block: u64, findings: &Arc<Findings>) -> Self {
        let (partitions, findings) = (Vec::new(), Arc::clone(findings));
        Self { source, block, partitions, findings, session: 0, pieces: Arc::default() }
    }

    /// Counts `more` pieces of files that `by` leads to.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] for more than an image has room for, many times over.
    pub(super) fn count(&self, more: u64, by: Subject) -> Result<()> {
        let known = self.pieces.fetch_add(more, Ordering::Relaxed);
        if known <= LEAST_PIECES {
            return Ok(());
        }
        let room = self.source.size().unwrap_or_default().checked_div(self.block).unwrap_or_default();
        let most = room.saturating_mul(REPEATED).max(LEAST_PIECES);
        if known <= most {
            return Ok(());
        }
        let limit = format!("at most {most} of all names");
        Err(by.out_of_range("number of extents", known, limit))
    }

    /// Where byte `place` of the source lies in the input the user named.
    pub(super) fn absolute(&self, place: u64) -> Location {
        self.source.location(place)
    }

    /// Where `block` of partition `reference` lies, as `by` names it.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] for `by` when there is no such block.
    pub(super) fn stretch(&self, reference: u16, block: u64, by: Subject) -> Result<Stretch> {
        let out_of_range = |field, got, limit| Err(by.out_of_range(field, got, limit));
        let Some(partition) = self.partitions.get(usize::from(reference)) else {
            let limit = format!("below {}", self.partitions.len());
            return out_of_range("partition reference number", reference.into(), limit);
        };
        match partition {
            Partition::Virtual { numbers, of } => {
                let target =
                    |block: u64| numbers.get(narrow(block)).copied().filter(|target| *target != u32::MAX);
                let Some(first) = target(block) else {
                    let limit = format!("a recorded block below {}", numbers.len());
                    return out_of_range("virtual block", block, limit);
                };
                let mut count = 1_u64;
                let follows = |count: u64| {
                    target(block.saturating_add(count)).map(u64::from)
                        == Some(u64::from(first).saturating_add(count))
                };
                while count < 1024 && follows(count) {
                    count = count.saturating_add(1);
                }
                let length = count.saturating_mul(self.block);
                let base = self.linear(*of, first.into(), by)?;
                Ok(Stretch { length: base.length.min(length), ..base })
            }
            Partition::Metadata { file, .. } => match file.at(block.saturating_mul(self.block)) {
                Some((place, length)) => Ok(Stretch { place, length }),
                None => out_of_range("metadata block", block, "a recorded block of the metadata file".into()),
            },
            Partition::Unusable(Unusable::Corrupt(reason)) => Err(Error::from(reason.clone())),
            Partition::Unusable(Unusable::Unsupported(reason)) => Err(Error::from(reason.clone())),
            Partition::Physical { .. } | Partition::Sparable { .. } => {
                self.linear(usize::from(reference), block, by)
            }
        }
    }

    /// First byte of a partition of type 1.
    pub(super) fn start(&self, reference: usize) -> Option<u64> {
        match self.partitions.get(reference)? {
            Partition::Physical { start, .. } => Some(*start),
            _ => None,
        }
    }

    /// As [`Space::stretch`], of a partition that no other has to be asked for.
    fn linear(&self, reference: usize, block: u64, by: Subject) -> Result<Stretch> {
        let beyond = |blocks: &u64| by.out_of_range("logical block", block, format!("below {blocks}"));
        match self.partitions.get(reference) {
            Some(Partition::Physical { start, blocks }) => {
                let Some(left) = blocks.checked_sub(block).filter(|left| *left > 0) else {
                    return self.earlier(*start, block).ok_or_else(|| beyond(blocks));
                };
                let place = start.saturating_add(block.saturating_mul(self.block));
                Ok(Stretch { place, length: left.saturating_mul(self.block) })
            }
            Some(Partition::Sparable { start, blocks, packet, spared }) => {
                let left =
                    blocks.checked_sub(block).filter(|left| *left > 0).ok_or_else(|| beyond(blocks))?;
                let within = block.checked_rem(*packet).unwrap_or_default();
                let first = block.saturating_sub(within);
                let position = spared.partition_point(|entry| entry.block < first);
                match spared.get(position) {
                    Some(entry) if entry.block == first => {
                        let place = entry.place.saturating_add(within.saturating_mul(self.block));
                        let length = packet.saturating_sub(within).min(left).saturating_mul(self.block);
                        Ok(Stretch { place, length })
                    }
                    next => {
                        let end = next.map_or(u64::MAX, |entry| entry.block);
                        let count = left.min(end.saturating_sub(block));
                        let place = start.saturating_add(block.saturating_mul(self.block));
                        Ok(Stretch { place, length: count.saturating_mul(self.block) })
                    }
                }
            }
            _ => {
                let limit = "a physical or sparable partition";
                Err(by.out_of_range("partition reference number", wide(reference), limit))
            }
        }
    }

    /// Where `block` of a partition that starts at byte `start` lies before that, in an earlier session: genisoimage counts
    /// backwards to what it did not record again, and Linux reads it as that.
    fn earlier(&self, start: u64, block: u64) -> Option<Stretch> {
        let back = (1_u64 << 32).checked_sub(block)?.checked_mul(self.block)?;
        let place = start.checked_sub(back).filter(|place| *place < self.session)?;
        Some(Stretch { place, length: self.session.saturating_sub(place) })
    }

    /// Appends where `length` bytes from `block` of partition `reference` on lie; what touches is joined.
    ///
    /// # Errors
    /// As [`Space::stretch`].
    pub(super) fn extents(
        &self,
        reference: u16,
        block: u64,
        length: u64,
        by: Subject,
        into: &mut Vec<Extent>,
    ) -> Result<()> {
        // An extent is a block at least, so that no file has more than the image has blocks, unless that is cut.
        let blocks = self.source.size().map_or(MOST_EXTENTS, |size| narrow(size / self.block.max(1)));
        let most = blocks.clamp(LEAST_EXTENTS, MOST_EXTENTS);
        let mut done = 0_u64;
        while done < length {
            self.count(1, by)?;
            let next = block.saturating_add(done / self.block.max(1));
            let stretch = self.stretch(reference, next, by)?;
            let piece = stretch.length.min(length.saturating_sub(done));
            if piece == 0 {
                // No stretch is empty; were one, this would not end.
                return Err(by.corrupt(Problem::Loop { via: "a stretch of no blocks" }));
            }
            if into.len() >= most {
                let limit = format!("at most {most}");
                let got = wide(into.len()).saturating_add(1);
                return Err(by.out_of_range("number of extents", got, limit));
            }
            join(into, Extent::recorded(stretch.place, piece));
            done = done.saturating_add(piece);
        }
        Ok(())
    }

    /// As [`Source::read_at`]; blocks that cannot be read any more come from the mirror of the metadata file.
    ///
    /// # Errors
    /// Those of the source.
    pub(super) fn read_at(&self, place: u64, into: &mut [u8]) -> Result<()> {
        self.salvage(place, into)?.map_or(Ok(()), Err)
    }

    /// As [`Space::read_at`], but that blocks which cannot be read at all are zeros, and the error of the first is returned.
    ///
    /// # Errors
    /// Those of the source but damage.
    pub(super) fn salvage(&self, place: u64, into: &mut [u8]) -> Result<Option<Error>> {
        match self.source.read_at(place, into) {
            Err(error) if error.is_damage() => {}
            read => return read.map(|()| None),
        }
        let (mut at, mut rest, mut lost) = (place, into, None);
        while !rest.is_empty() {
            let left = self.block.saturating_sub(at.checked_rem(self.block).unwrap_or_default());
            let (piece, after) = rest.split_at_mut(narrow(left).min(rest.len()));
            if let Err(error) = self.source.read_at(at, piece) {
                let mirrored = self.mirrored(at);
                if mirrored.is_some_and(|mirrored| self.source.read_at(mirrored, piece).is_ok()) {
                    let deviation = format!("{error}; the mirror was read");
                    self.findings.note(self.absolute(at), METADATA_FILE, deviation);
                } else {
                    piece.fill(0);
                    lost = lost.or(Some(error));
                }
            }
            (at, rest) = (at.saturating_add(wide(piece.len())), after);
        }
        Ok(lost)
    }

    /// The bytes `range`, which the caller has bounded, of what lies in `extents`.
    ///
    /// # Errors
    /// Those of the source.
    pub(super) fn read(&self, extents: &[Extent], range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; narrow(range.end.saturating_sub(range.start))];
        let mut rest = bytes.as_mut_slice();
        let mut before = range.start;
        for extent in extents {
            let skipped = before.min(extent.length);
            before = before.saturating_sub(skipped);
            let length = narrow(extent.length.saturating_sub(skipped)).min(rest.len());
            let Some((piece, after)) = rest.split_at_mut_checked(length) else { break };
            if let Some(offset) = extent.offset.filter(|_| length > 0) {
                self.source.read_at(offset.saturating_add(skipped), piece)?;
            }
            rest = after;
        }
        Ok(bytes)
    }

    /// The partitions that lie in no other one: what they lead to has no mirror.
    pub(super) fn linear_only(&self) -> Self {
        let partitions = self.partitions.iter().map(|partition| match partition {
            Partition::Physical { start, blocks } => Partition::Physical { start: *start, blocks: *blocks },
            Partition::Sparable { start, blocks, packet, spared } => {
                let (start, blocks, packet) = (*start, *blocks, *packet);
                Partition::Sparable { start, blocks, packet, spared: spared.clone() }
            }
            _ => Partition::Physical { start: 0, blocks: 0 },
        });
        let (findings, pieces) = (Arc::clone(&self.findings), Arc::clone(&self.pieces));
        Self { partitions: partitions.collect(), findings, pieces, ..*self }
    }

    /// Whether anything is recorded twice.
    pub(super) fn has_mirror(&self) -> bool {
        self.partitions
            .iter()
            .any(|partition| matches!(partition, Partition::Metadata { mirror: Some(_), .. }))
    }

    /// The byte that holds the same as byte `place` of the source, if that is in a metadata file with a mirror.
    pub(super) fn mirrored(&self, place: u64) -> Option<u64> {
        self.partitions.iter().find_map(|partition| match partition {
            Partition::Metadata { file, mirror: Some(mirror) } => {
                let position = file.position(place)?;
                let content = mirror.content.get_or_init(|| (mirror.find)(self, mirror.entry));
                let (mirrored, _) = content.as_ref()?.at(position)?;
                (mirrored != place).then_some(mirrored)
            }
            _ => None,
        })
    }
}

/// Appends `extent`, to the last one if it follows that.
pub(super) fn join(extents: &mut Vec<Extent>, extent: Extent) {
    if let Some(last) = extents.last_mut() {
        let follows = match (last.offset, extent.offset) {
            (Some(last_offset), Some(offset)) => last_offset.checked_add(last.length) == Some(offset),
            (None, None) => true,
            _ => false,
        };
        if follows {
            last.length = last.length.saturating_add(extent.length);
            return;
        }
    }
    extents.push(extent);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;
    use crate::udf::layout::ALLOCATION;

    #[test]
    fn what_all_names_lead_to_is_bounded() {
        let source = Memory(vec![0; 4096]);
        let space = Space::new(InSectors::new(&source, 2048), 2048, &Arc::default());
        let here = ALLOCATION.at(space.absolute(0x100));
        assert!(space.count(LEAST_PIECES, here).is_ok());
        assert!(space.linear_only().count(1, here).is_ok());
        let error = space.count(1, here).expect_err("more than any image needs");
        let sentence = "byte 0x100 (sector 0): allocation descriptor: number of extents is 67108865, expected at \
                        most 67108864 of all names";
        assert_eq!(error.to_string(), sentence);
    }
}
