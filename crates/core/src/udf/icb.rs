//! Information control blocks: where the file entry of a file is (ECMA-167 4/8.10, 4/14.6, 4/14.7).

use super::entry::FileEntry;
use super::layout::{ICB, IndirectEntry, LbAddr, LongAd, extent_type, tag};
use super::space::{A_BLOCK, Space};
use super::tag as tags;
use crate::error::{Error, Location, Problem, Result};
use crate::fields::Fields;
use crate::number::narrow;
use std::collections::HashSet;

/// Entries of one ICB hierarchy, at the most.
const MOST_ENTRIES: usize = 4096;

/// Strategy 4: the ICB is one file entry.
pub(super) const SINGLE: u16 = 4;
/// Strategy 4096: a list of entries, each followed by where the next is; the last prevails (UDF 2.3.5.1).
const LIST: u16 = 4096;

/// A block that holds a file entry.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// Byte of the source at which it lies.
    pub(super) place: u64,
    /// Reference number of the partition it belongs to.
    pub(super) partition: u16,
    /// Its number in that partition.
    pub(super) number: u32,
}

impl Block {
    /// The file entry in it.
    ///
    /// # Errors
    /// As [`FileEntry::parse`].
    pub(super) fn entry(&self, space: &Space<'_>) -> Result<FileEntry<'_>> {
        FileEntry::parse(&self.bytes, space.absolute(self.place), self.number, &space.findings)
    }

    /// As [`Block::entry`], after [`settle`]: its sums are not computed again.
    ///
    /// # Errors
    /// As [`FileEntry::take_apart`].
    pub(super) fn settled(&self, space: &Space<'_>) -> Result<FileEntry<'_>> {
        FileEntry::take_apart(&self.bytes, space.absolute(self.place))
    }

    /// Fills it with block `number` of partition `partition` that what lies at `at` asks for.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when there is no such block; those of the source.
    pub(super) fn read(
        &mut self,
        space: &Space<'_>,
        partition: u16,
        number: u32,
        at: Location,
    ) -> Result<()> {
        let place = space.stretch(partition, number.into(), ICB.at(at))?.place;
        (self.place, self.partition, self.number) = (place, partition, number);
        self.fill(space)
    }

    fn fill(&mut self, space: &Space<'_>) -> Result<()> {
        self.bytes.clear();
        self.bytes.resize(narrow(space.block), 0);
        space.read_at(self.place, &mut self.bytes)
    }
}

/// Makes `block`, which holds the first entry of the ICB that `icb` leads to, the one that prevails: the same under
/// strategy 4. A damaged one is read from the mirror of the metadata file, if there is one.
///
/// # Errors
/// [`Error::Corrupt`] when there is no whole file entry, or entries lead in circles; those of the source.
pub(super) fn settle(space: &Space<'_>, icb: &LongAd, block: &mut Block, at: Location) -> Result<()> {
    let strategy = match block.entry(space) {
        Ok(entry) => entry.head.icb_tag.strategy.get(),
        Err(error) => repair(space, block, error)?,
    };
    match strategy {
        SINGLE => Ok(()),
        LIST => last(space, icb, block, at),
        other => Err(ICB.at(space.absolute(block.place)).out_of_range(
            "ICB strategy type",
            other.into(),
            "4 or 4096",
        )),
    }
}

/// Reads the damaged `block` from the mirror; its strategy.
fn repair(space: &Space<'_>, block: &mut Block, error: Error) -> Result<u16> {
    // Write-once discs may begin an ICB with an indirect entry.
    if tags::peek(&block.bytes).is_some_and(|found| found.identifier.get() == tag::INDIRECT) {
        return Ok(LIST);
    }
    let Some(mirrored) = space.mirrored(block.place) else { return Err(error) };
    let damaged = space.absolute(block.place);
    block.place = mirrored;
    block.fill(space)?;
    let Ok(entry) = block.entry(space) else { return Err(error) };
    space.findings.note(damaged, ICB, format!("{error}; the mirror was read"));
    Ok(entry.head.icb_tag.strategy.get())
}

/// Follows a list of entries to its end.
fn last(space: &Space<'_>, icb: &LongAd, block: &mut Block, at: Location) -> Result<()> {
    let mut one = Block::default();
    let mut found = false;
    let (mut partition, mut number) = (icb.location.partition.get(), icb.location.block.get());
    let mut left = blocks(space, icb);
    let mut seen = HashSet::new();
    loop {
        if left == 0 {
            return if found { Ok(()) } else { Err(none(space, block)) };
        }
        one.read(space, partition, number, at)?;
        // What every list of a write-once disc has is no lie.
        if seen.len() > 2 {
            space.count(A_BLOCK, ICB.at(at))?;
        }
        let absolute = space.absolute(one.place);
        if !seen.insert(one.place) || seen.len() > MOST_ENTRIES {
            return Err(ICB.at(absolute).corrupt(Problem::Loop { via: "an indirect entry" }));
        }
        match tags::peek(&one.bytes).map(|found| found.identifier.get()) {
            Some(tag::FILE_ENTRY | tag::EXTENDED_FILE_ENTRY) => {
                one.entry(space)?;
                std::mem::swap(block, &mut one);
                found = true;
            }
            Some(tag::INDIRECT) => {
                tags::check(&one.bytes, ICB.at(absolute), &[tag::INDIRECT], Some(number), &space.findings)?;
                let indirect: &IndirectEntry = Fields::new(&one.bytes, absolute, ICB).read()?;
                (partition, number) =
                    (indirect.icb.location.partition.get(), indirect.icb.location.block.get());
                left = blocks(space, &indirect.icb);
                continue;
            }
            // A terminal entry, or a block that is not recorded yet.
            _ if found => return Ok(()),
            _ => return Err(none(space, &one)),
        }
        number = number.saturating_add(1);
        left = left.saturating_sub(1);
    }
}

fn blocks(space: &Space<'_>, icb: &LongAd) -> u64 {
    u64::from(icb.length.get() & extent_type::LENGTH).div_ceil(space.block.max(1))
}

fn none(space: &Space<'_>, block: &Block) -> Error {
    ICB.at(space.absolute(block.place)).out_of_range("number of file entries", 0, "at least 1")
}

/// An ICB in 64 bits: its length in blocks, its partition, its block.
pub(super) fn handle(icb: &LongAd, block: u64) -> u64 {
    let length = u64::from(icb.length.get() & extent_type::LENGTH).div_ceil(block.max(1)).min(0xFFFF);
    length << 48 | u64::from(icb.location.partition.get()) << 32 | u64::from(icb.location.block.get())
}

/// The ICB that [`handle`] was made of.
pub(super) fn unhandle(handle: u64, block: u64) -> LongAd {
    let [_, _, _, _, p0, p1, l0, l1] = handle.to_le_bytes();
    let [b0, b1, b2, b3, ..] = handle.to_le_bytes();
    let length = u64::from(u16::from_le_bytes([l0, l1])).saturating_mul(block);
    LongAd {
        length: u32::try_from(length).unwrap_or(extent_type::LENGTH).into(),
        location: LbAddr {
            block: u32::from_le_bytes([b0, b1, b2, b3]).into(),
            partition: u16::from_le_bytes([p0, p1]).into(),
        },
        implementation_use: [0; 6],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icb_survives_being_a_number() {
        let icb = LongAd {
            length: 4096.into(),
            location: LbAddr { block: 0x1234_5678.into(), partition: 0x9ABC.into() },
            implementation_use: [0; 6],
        };
        assert_eq!(unhandle(handle(&icb, 2048), 2048), icb);
        assert_eq!(handle(&icb, 2048), 0x0002_9ABC_1234_5678);
    }
}
