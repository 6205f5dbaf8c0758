//! FAT12, FAT16 and FAT32, which differ in how wide the entries of the table are.

use std::fmt;
use std::ops::RangeInclusive;

/// The first cluster of the data area: the entries before it, 0 and 1, stand for none.
pub(in crate::fat) const FIRST_CLUSTER: u32 = 2;

/// How wide the entries of the file allocation table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FatType {
    /// 12 bits: 1 to 4,084 clusters.
    Fat12,
    /// 16 bits: 4,085 to 65,524 clusters.
    Fat16,
    /// 32 bits, 28 of which count: 65,525 clusters or more. The root is a directory as any other.
    Fat32,
}

impl FatType {
    /// From the narrowest to the widest.
    pub const ALL: [Self; 3] = [Self::Fat12, Self::Fat16, Self::Fat32];

    /// Clusters that a volume of this type has. Readers know the type by nothing else ("FAT Type Determination").
    pub const fn clusters(self) -> RangeInclusive<u32> {
        match self {
            Self::Fat12 => 1..=4084,
            Self::Fat16 => 4085..=65_524,
            // The numbers from 0x0FFF_FFF7 on are bad clusters and ends of chains.
            Self::Fat32 => 65_525..=0x0FFF_FFF5,
        }
    }

    /// Bits of an entry.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Fat12 => 12,
            Self::Fat16 => 16,
            Self::Fat32 => 32,
        }
    }

    /// Bytes that `entries` take, from the start of the table.
    pub(in crate::fat) fn table_bytes(self, entries: u64) -> u64 {
        entries.saturating_mul(self.bits().into()).div_ceil(8)
    }

    /// The entry of the last cluster of a file: all of its bits set.
    pub(in crate::fat) const fn end_of_chain(self) -> u32 {
        match self {
            Self::Fat12 => 0x0FFF,
            Self::Fat16 => 0xFFFF,
            Self::Fat32 => 0x0FFF_FFFF,
        }
    }
}

impl fmt::Display for FatType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FAT{}", self.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_share_no_number_of_clusters_and_leave_none_out() {
        let [fat12, fat16, fat32] = FatType::ALL.map(FatType::clusters);
        assert_eq!((fat12.end() + 1, fat16.end() + 1), (*fat16.start(), *fat32.start()));
        for fat_type in FatType::ALL {
            // Numbers of clusters begin at 2, and the last eight stand for bad clusters and ends of chains.
            let last = fat_type.clusters().end() + 1;
            assert!(last < fat_type.end_of_chain() - 8, "{fat_type}");
        }
    }

    #[test]
    fn entries_of_12_bits_share_bytes() {
        assert_eq!([0, 1, 2, 3].map(|entries| FatType::Fat12.table_bytes(entries)), [0, 2, 3, 5]);
        assert_eq!([0, 1, 2, 3].map(|entries| FatType::Fat32.table_bytes(entries)), [0, 4, 8, 12]);
    }
}
