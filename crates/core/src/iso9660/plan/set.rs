//! The sets of volume descriptors of an image, and from where each of them counts.

/// A set of volume descriptors, with the path tables and directories that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// That of the image.
    Image,
    /// That of the partition as which the volume can be mounted as well: all of it, but for the boot record. It counts sectors from
    /// where the partition begins.
    Partition,
}

/// How the records of a set count sectors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::iso9660) struct Frame {
    /// The sector of the image that they count from.
    pub(super) origin: u32,
    /// Sectors from a path table or directory of the image's set to that of this one.
    pub(super) behind: u32,
}

impl Frame {
    /// Where the set says that a path table or directory lies which the image's set has at `sector`.
    pub(in crate::iso9660) fn structure(self, sector: u32) -> u32 {
        self.content(self.placed(sector))
    }

    /// Where the set says that something lies which the sets share.
    pub(in crate::iso9660) fn content(self, sector: u32) -> u32 {
        sector.saturating_sub(self.origin)
    }

    /// Sector of the image of a path table or directory that the image's set has at `sector`.
    pub(super) fn placed(self, sector: u32) -> u32 {
        sector.saturating_add(self.behind)
    }
}
