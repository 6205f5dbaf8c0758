//! What a volume is asked to be. Nothing here is taken from the machine: no clock, no version, no user.

use super::Identifiers;
use crate::tree::Time;

/// Revisions of OSTA UDF that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Revision {
    /// DVD-Video, and what everything reads.
    #[default]
    V1_02,
    /// Packet writing came with it; of a volume made at once it has nothing else.
    V1_50,
    /// The third edition of ECMA-167: extended file entries.
    V2_01,
    /// A metadata partition: Blu-ray.
    V2_50,
    /// As 2.50.
    V2_60,
}

impl Revision {
    /// From the oldest to the newest.
    pub const ALL: [Self; 5] = [Self::V1_02, Self::V1_50, Self::V2_01, Self::V2_50, Self::V2_60];

    /// In binary coded decimal, as a domain identifier's suffix has it (UDF 2.1.5.3).
    pub const fn number(self) -> u16 {
        match self {
            Self::V1_02 => 0x0102,
            Self::V1_50 => 0x0150,
            Self::V2_01 => 0x0201,
            Self::V2_50 => 0x0250,
            Self::V2_60 => 0x0260,
        }
    }

    /// The revision a reader has to know (UDF 2.2.6.4): 2.60 differs from 2.50 by media that are not made here.
    pub(in crate::udf) const fn to_read(self) -> u16 {
        match self {
            Self::V2_60 => 0x0250,
            other => other.number(),
        }
    }

    /// The version in descriptor tags: 2 for the second edition of ECMA-167, 3 for the third.
    pub(in crate::udf) fn tag_version(self) -> u16 {
        if self.is_third_edition() { 3 } else { 2 }
    }

    /// Whether file entries are extended ones, and `NSR03` stands for `NSR02`.
    pub(in crate::udf) fn is_third_edition(self) -> bool {
        self >= Self::V2_01
    }

    /// Whether structures lie in a metadata partition.
    pub(in crate::udf) fn has_metadata_partition(self) -> bool {
        self >= Self::V2_50
    }
}

/// The choices of one volume; its tree is given beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Readers of an older one may refuse the volume.
    pub revision: Revision,
    /// Bytes of a logical block, which is also a sector: 512 or 2048.
    pub block_size: u32,
    /// Blocks: the volume has a multiple of it. Optical media are read in blocks for error correction of 16 (DVD) or 32
    /// (Blu-ray) sectors.
    pub multiple: u32,
    /// Cut where a descriptor has no room: see [`Identifiers`].
    pub identifiers: Identifiers,
    /// For all descriptors; files have times of their own.
    pub date: Time,
    /// Else symbolic links, named pipes, sockets and devices are left out: some readers refuse a volume that has them.
    pub specials: bool,
    /// Put contents into file entries where they fit. Not for contents that something else has to find.
    pub embed: bool,
    /// Fail where a name or an identifier would have to be changed.
    pub strict_names: bool,
    /// Blocks of zeros behind the last content.
    pub pad_blocks: u32,
    /// Up to 32,768 bytes for what is before the volume recognition sequence, where no ISO 9660 says what is there.
    pub system_area: Vec<u8>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            revision: Revision::default(),
            block_size: 2048,
            multiple: 1,
            identifiers: Identifiers::default(),
            date: Time::default(),
            specials: true,
            embed: true,
            strict_names: false,
            pad_blocks: 0,
            system_area: Vec::new(),
        }
    }
}
