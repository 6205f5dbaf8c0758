//! Named streams: further contents of a file, in a directory of its own (ECMA-167 4/9.2; UDF 3.3.5).

use super::icb::{self, Block};
use super::layout::{LbAddr, LongAd, STREAM_DIRECTORY, extent_type};
use super::read::UdfTree;
use super::space::MOST_EXTENTS;
use crate::error::{Problem, Result};
use crate::fields::corrupt;
use crate::number::wide;
use crate::tree::{Detail, Entry, Kind, Tree};

/// Streams one file may have.
const MOST_STREAMS: usize = 4096;
/// What stands for the streams of the root and those of the file set, together.
pub(super) const ROOT_STREAMS: u64 = u64::MAX;

/// An ICB in 64 bits: its length in blocks, its partition, its block.
pub(super) fn handle(icb: &LongAd, block: u64) -> u64 {
    let length = u64::from(icb.length.get() & extent_type::LENGTH).div_ceil(block.max(1)).min(0xFFFF);
    length << 48 | u64::from(icb.location.partition.get()) << 32 | u64::from(icb.location.block.get())
}

/// The ICB that [`handle`] was made of.
fn unhandle(handle: u64, block: u64) -> LongAd {
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

impl UdfTree<'_> {
    /// All streams of `entry`; of the root, also those of the file set.
    pub(super) fn all_streams(&self, entry: &Entry) -> Result<Vec<Entry>> {
        let mut streams = Vec::new();
        let block = self.space().block;
        match (entry.streams, &self.system_streams) {
            (None, _) => {}
            (Some(ROOT_STREAMS), Some(system)) => {
                let location = self.root.location;
                let mut first = Block::default();
                first.read(self.space(), location.partition.get(), location.block.get(), self.root_at)?;
                icb::settle(self.space(), &self.root, &mut first, self.root_at)?;
                if let Some(own) = first.settled(self.space())?.streams {
                    self.stream_directory(&own, entry.at, &mut streams)?;
                }
                self.stream_directory(system, entry.at, &mut streams)?;
            }
            (Some(handle), _) => self.stream_directory(&unhandle(handle, block), entry.at, &mut streams)?,
        }
        Ok(streams)
    }

    /// The files in the stream directory that `icb` leads to.
    fn stream_directory(&self, icb: &LongAd, at: u64, into: &mut Vec<Entry>) -> Result<()> {
        let mut directory = Entry { at, ..Entry::default() };
        let mut block = Block::default();
        block.read(self.space(), icb.location.partition.get(), icb.location.block.get(), at)?;
        self.describe(icb, &mut block, &mut directory)?;
        if directory.kind != Kind::Directory {
            let problem = Problem::OutOfRange { field: "file type", got: 0, limit: "13".into() };
            return Err(corrupt(self.space().absolute(block.place), STREAM_DIRECTORY, problem));
        }
        let mut cursor = self.open(&directory, Detail::All)?;
        let mut entry = Entry::default();
        let mut extents = 0_usize;
        while cursor.next(&mut entry)? {
            extents = extents.saturating_add(entry.extents.len());
            // A stream has no streams (UDF 3.3.5).
            entry.streams = None;
            into.push(std::mem::take(&mut entry));
            if extents > MOST_EXTENTS {
                let limit = format!("at most {MOST_EXTENTS}");
                let problem = Problem::OutOfRange { field: "number of extents", got: wide(extents), limit };
                return Err(corrupt(directory.at, STREAM_DIRECTORY, problem));
            }
            if into.len() > MOST_STREAMS {
                let limit = format!("at most {MOST_STREAMS}");
                let got = wide(into.len());
                let problem = Problem::OutOfRange { field: "number of streams", got, limit };
                return Err(corrupt(directory.at, STREAM_DIRECTORY, problem));
            }
        }
        Ok(())
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
