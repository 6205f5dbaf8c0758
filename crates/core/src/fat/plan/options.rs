//! What a volume is asked to be. Nothing here is taken from the machine: no clock, no user, no chance.

use crate::fat::FatType;

/// How large a volume is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As small as the tree lets it be.
    Least {
        /// Bytes that stay free, as whole clusters.
        free: u64,
        /// Sectors: the volume has a multiple of it, at least 1.
        multiple: u32,
    },
    /// Bytes, a multiple of those of a sector.
    Exactly(u64),
}

/// The choices of one volume; its tree is given beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `None` for the one that takes the least room, or that is usual for the size.
    pub fat_type: Option<FatType>,
    /// Bytes of a sector: 512, 1024, 2048 or 4096.
    pub sector_size: u32,
    /// Bytes of a cluster: a power of two, at least a sector, at most 32,768. `None` as for `fat_type`.
    pub cluster_size: Option<u32>,
    /// How large it is to be.
    pub size: Size,
    /// Entries of the root of FAT12 and FAT16; rounded up to whole sectors. `None` for 512, or more where the tree has more.
    pub root_entries: Option<u16>,
    /// Sectors of the disk before the volume: where its partition begins.
    pub hidden_sectors: u32,
    /// Up to 11 characters of ASCII; small letters are recorded as capital ones. Empty for none.
    pub label: String,
    /// `None` for a CRC-32 of the label and of the names, sizes and times of the tree.
    pub serial_number: Option<u32>,
    /// Minutes east of UTC (-1440 to 1440) of the zone that times are recorded in.
    pub zone: i16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fat_type: None,
            sector_size: 512,
            cluster_size: None,
            size: Size::Least { free: 0, multiple: 1 },
            root_entries: None,
            hidden_sectors: 0,
            label: String::new(),
            serial_number: None,
            zone: 0,
        }
    }
}
