//! A plan as a sequence of byte ranges that cover the image from its first byte to its last.

use super::set::Set;
use super::{Checksum, Level, Plan, Tree};
use crate::fill::{self, Span};
use crate::iso9660::layout::{FIRST_DESCRIPTOR, SECTOR};
use crate::tree::build::ContentId;

/// A byte range of the image. What follows it up to the next sector is zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// First sector.
    pub sector: u32,
    /// Bytes before the zeros; the next segment begins at the next sector after them.
    pub size: u64,
    /// What fills it.
    pub what: What,
}

impl Segment {
    /// Byte offset of the first byte on the medium.
    pub fn at(&self) -> u64 {
        u64::from(self.sector).saturating_mul(SECTOR)
    }

    /// The span it is; `None` for padding.
    pub(crate) fn span(self) -> Option<Span<Self>> {
        let what = match self.what {
            What::Content(content) => fill::What::Content(content),
            What::Zeros => return None,
            _ => fill::What::Structure(self),
        };
        Some(Span { at: self.at(), length: self.size, what })
    }
}

/// What fills a segment: a structure, a content or zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The 16 sectors before the volume descriptors.
    SystemArea,
    /// One sector of the volume descriptor set.
    Descriptor(Set, Descriptor),
    /// A path table in one byte order; each tree has both.
    PathTable(Set, Tree, Endian),
    /// The records of a directory and the continuation area behind them, if it has one.
    Directory(Set, Tree, usize),
    /// The boot catalog, in whole sectors.
    BootCatalog,
    /// Digests of what lies before it: zeros until the image is written.
    Checksum(Checksum),
    /// A file's content; nothing of it is known here but its size.
    Content(ContentId),
    /// Padding, behind the contents.
    Zeros,
}

/// The volume descriptors an image can have, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptor {
    /// Primary (ECMA-119 8.4).
    Primary,
    /// El Torito's boot record (ECMA-119 8.2), which has to be in sector 17.
    BootRecord,
    /// Enhanced (ISO 9660:1999).
    Enhanced,
    /// Supplementary, with Joliet's escape sequence (ECMA-119 8.5).
    Joliet,
    /// Set terminator (ECMA-119 8.3).
    Terminator,
}

/// The byte order of a path table, which all of its numbers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endian {
    /// Type L (ECMA-119 6.9.2).
    Little,
    /// Type M (ECMA-119 6.9.2).
    Big,
}

impl<O> Plan<'_, O> {
    /// The segments, ascending, each beginning in the sector after the one before it ended.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        let behind =
            [Checksum::Array, Checksum::Session].into_iter().filter_map(|it| self.checksum_segment(it));
        self.metadata().chain(self.content_segments()).chain(behind).chain(self.padding())
    }

    /// The segments before the first content.
    pub(crate) fn metadata(&self) -> impl Iterator<Item = Segment> + '_ {
        let system_area =
            Segment { sector: self.options().start, size: FIRST_DESCRIPTOR * SECTOR, what: What::SystemArea };
        let superblock = |set| self.checksum_segment(Checksum::Superblock).filter(|_| set == Set::Image);
        let descriptors =
            self.trees.sets().flat_map(move |set| self.descriptor_segments(set).chain(superblock(set)));
        let trees = self.trees.sets().flat_map(|set| self.tree_segments(set));
        let catalog = Some(self.trees.catalog).filter(|catalog| catalog.size > 0).map(|catalog| Segment {
            sector: catalog.sector,
            size: u64::from(catalog.size),
            what: What::BootCatalog,
        });
        let tree = self.checksum_segment(Checksum::Tree);
        std::iter::once(system_area).chain(descriptors).chain(trees).chain(tree).chain(catalog)
    }

    fn checksum_segment(&self, checksum: Checksum) -> Option<Segment> {
        let places = self.trees.checksums.as_ref()?;
        let (sector, size) = (places.sector(checksum), places.size(checksum));
        Some(Segment { sector, size, what: What::Checksum(checksum) })
    }

    fn descriptor_segments(&self, set: Set) -> impl Iterator<Item = Segment> + use<O> {
        let first = u32::try_from(self.first_descriptor(set)).unwrap_or(u32::MAX);
        self.descriptors(set).zip(first..).map(move |(descriptor, sector)| Segment {
            sector,
            size: SECTOR,
            what: What::Descriptor(set, descriptor),
        })
    }

    fn tree_segments(&self, set: Set) -> impl Iterator<Item = Segment> + '_ {
        let frame = self.trees.frame(set);
        let path_tables = self.trees.all().flat_map(move |tree| {
            let hierarchy = self.trees.hierarchy(tree);
            let tables = hierarchy.path_tables.into_iter().zip([Endian::Little, Endian::Big]);
            let size = u64::from(hierarchy.path_table_size);
            tables.map(move |(sector, endian)| Segment {
                sector: frame.placed(sector),
                size,
                what: What::PathTable(set, tree, endian),
            })
        });
        let directories = self.trees.all().flat_map(move |tree| {
            let hierarchy = self.trees.hierarchy(tree);
            hierarchy.placed.iter().map(move |index| {
                let directory = &hierarchy.directories[*index];
                let size = u64::from(directory.size).saturating_add(u64::from(directory.continuation));
                let sector = frame.placed(directory.sector);
                Segment { sector, size, what: What::Directory(set, tree, *index) }
            })
        });
        path_tables.chain(directories)
    }

    pub(crate) fn content_segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.trees.files.contents.iter().map(|content| Segment {
            sector: self.trees.sectors[content.index()],
            size: self.trees.build.content(*content).size,
            what: What::Content(*content),
        })
    }

    pub(crate) fn padding(&self) -> Option<Segment> {
        let size = self.padding_size();
        (size > 0).then_some(Segment { sector: self.body, size, what: What::Zeros })
    }

    /// A volume descriptor set, in order. El Torito's boot record has to be in sector 17 of a disc, and is in the image's alone.
    pub(in crate::iso9660) fn descriptors(&self, set: Set) -> impl Iterator<Item = Descriptor> + use<O> {
        let boots = self.trees.options.boot.is_some() && set == Set::Image;
        let boot = boots.then_some(Descriptor::BootRecord);
        let enhanced = (self.trees.options.level == Level::Four).then_some(Descriptor::Enhanced);
        let joliet = self.trees.joliet.is_some().then_some(Descriptor::Joliet);
        std::iter::once(Descriptor::Primary)
            .chain(boot)
            .chain(enhanced)
            .chain(joliet)
            .chain(std::iter::once(Descriptor::Terminator))
    }
}
