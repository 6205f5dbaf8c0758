//! A plan as a sequence of byte ranges, from the first of the image to the last that is no zero.

use super::{NUM_FATS, Plan, content};
use crate::fat::FatType;
use crate::fat::layout::BOOT_SECTOR;
use crate::fill::{self, Span};
use crate::number::wide;
use crate::tree::build::ContentId;

/// Sector of the FSInfo structure.
pub(in crate::fat) const FS_INFO: u16 = 1;
/// Sector of the copies of the boot sector and of what follows it: the text recommends no other (`BPB_BkBootSec`).
pub(in crate::fat) const BACKUP: u16 = 6;

/// A byte range of the image. What follows it up to the next one is zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Absolute byte offset.
    pub at: u64,
    /// Bytes before the zeros.
    pub size: u64,
    /// What fills it.
    pub what: What,
}

/// What fills a segment: a structure, a directory or a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The boot sector, or its copy.
    Boot,
    /// The FSInfo structure, or its copy.
    FsInfo,
    /// One of the file allocation tables, as far as clusters are taken.
    Table,
    /// The entries of the `n`th directory.
    Directory(usize),
    /// A file's content; nothing of it is known here but its size.
    Content(ContentId),
}

impl Segment {
    /// The span it is.
    pub(crate) fn span(self) -> Span<Self> {
        let what = match self.what {
            What::Content(content) => fill::What::Content(content),
            _ => fill::What::Structure(self),
        };
        Span { at: self.at, length: self.size, what }
    }
}

impl<O> Plan<'_, O> {
    /// The segments, ascending.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment> + Send + '_
    where
        O: Sync,
    {
        let directories = (0..self.census.directories.len()).map(|n| self.directory_segment(n));
        let contents = self.census.files.iter().filter_map(|name| {
            let (id, size) = content(self.build, *name)?;
            let at = self.geometry.cluster_at(self.cluster(*name));
            Some(Segment { at, size, what: What::Content(id) })
        });
        // A root without entries is zeros.
        let structures = self.reserved().chain(self.tables()).chain(directories).filter(|it| it.size > 0);
        structures.chain(contents)
    }

    fn reserved(&self) -> impl Iterator<Item = Segment> + use<O> {
        let fat32 = self.geometry.shape.fat_type == FatType::Fat32;
        let sectors: &[(u16, What)] = if fat32 {
            &[
                (0, What::Boot),
                (FS_INFO, What::FsInfo),
                (BACKUP, What::Boot),
                (BACKUP + FS_INFO, What::FsInfo),
            ]
        } else {
            &[(0, What::Boot)]
        };
        let geometry = self.geometry;
        sectors.iter().map(move |(sector, what)| Segment {
            at: geometry.byte((*sector).into()),
            size: wide(BOOT_SECTOR),
            what: *what,
        })
    }

    fn tables(&self) -> impl Iterator<Item = Segment> + use<O> {
        let geometry = self.geometry;
        let size = geometry.shape.fat_type.table_bytes(self.first_free.into());
        (0..NUM_FATS).map(move |n| Segment { at: geometry.table_at(n), size, what: What::Table })
    }

    fn directory_segment(&self, n: usize) -> Segment {
        let directory = self.census.directories[n];
        let at = match self.cluster(directory.name) {
            0 => self.geometry.root_at(),
            cluster => self.geometry.cluster_at(cluster),
        };
        Segment { at, size: directory.size(), what: What::Directory(n) }
    }
}
