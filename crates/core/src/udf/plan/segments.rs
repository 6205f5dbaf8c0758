//! A plan as a sequence of byte ranges that cover the image from its first byte to its last.

use super::Plan;
use super::places::{ANCHOR, SEQUENCE};
use crate::fill::{self, Occurrence, Span};
use crate::tree::build::ContentId;

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

/// What fills a segment: a structure, a part of the tree or a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The first 32,768 bytes, as far as they are given.
    SystemArea,
    /// `BEA01`, `NSR02` or `NSR03`, `TEA01`.
    Recognition,
    /// The volume descriptor sequence, main or reserve, that begins at this sector.
    Sequence(u32),
    /// The integrity descriptor, and the terminating descriptor behind it.
    Integrity,
    /// An anchor volume descriptor pointer in this sector.
    Anchor(u32),
    /// File entry of the metadata file, in the physical partition.
    MetadataFile,
    /// File entry of the metadata mirror, in the physical partition.
    MetadataMirror,
    /// The file set descriptor, and the terminating descriptor behind it.
    FileSet,
    /// File entry and identifiers of a directory, and the file entries of what is in it.
    Directory(usize, Occurrence),
    /// Content of a symbolic link, the n-th that is too long for its file entry.
    Link(usize),
    /// A file's content; nothing of it is known here but its size.
    Content(ContentId),
}

/// Where structures lie, seen from the contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Before the contents.
    Front,
    /// Behind the contents.
    Back,
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
    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.structures_of(Part::Front).chain(self.content_segments()).chain(self.structures_of(Part::Back))
    }

    pub(in crate::udf) fn content_segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.contents.iter().map(|content| Segment {
            at: self.content_at(*content),
            size: self.build.content(*content).size,
            what: What::Content(*content),
        })
    }

    /// The segments but those of contents.
    pub(crate) fn structures(&self) -> impl Iterator<Item = Segment> + '_ {
        self.structures_of(Part::Front).chain(self.structures_of(Part::Back))
    }

    /// The segments before or behind the contents.
    fn structures_of(&self, part: Part) -> impl Iterator<Item = Segment> + '_ {
        let places = &self.places;
        let blocks = |sector, blocks, what| self.blocks_of(sector, blocks, what);
        let (before, area, behind): ([Option<Segment>; 6], u32, [Option<Segment>; 3]) = match part {
            Part::Front => {
                let recognition = Segment { at: places.recognition, size: 3 * 2048, what: What::Recognition };
                let metadata = places.metadata.map(|metadata| blocks(metadata.file, 1, What::MetadataFile));
                let given = crate::number::wide(self.options.system_area.len());
                let system_area = Segment { at: 0, size: given, what: What::SystemArea };
                let before = [
                    (given > 0).then_some(system_area),
                    Some(recognition),
                    Some(blocks(places.main, SEQUENCE, What::Sequence(places.main))),
                    Some(blocks(places.integrity, places.integrity_blocks, What::Integrity)),
                    Some(blocks(ANCHOR, 1, What::Anchor(ANCHOR))),
                    metadata,
                ];
                (before, places.area, [None; 3])
            }
            Part::Back => {
                let last = places.blocks.saturating_sub(1);
                let mirror = places.metadata.map(|metadata| metadata.mirror_file);
                let behind = [
                    mirror.map(|mirror| blocks(mirror, 1, What::MetadataMirror)),
                    Some(blocks(places.reserve, SEQUENCE, What::Sequence(places.reserve))),
                    Some(blocks(last, 1, What::Anchor(last))),
                ];
                ([None; 6], places.metadata.map_or(0, |metadata| metadata.mirror), behind)
            }
        };
        let has_area = part == Part::Front || places.metadata.is_some();
        // The structures of a metadata partition are recorded twice (UDF 2.2.13).
        let occurrence = match (part, places.metadata) {
            (_, None) => Occurrence::Only,
            (Part::Front, _) => Occurrence::First,
            (Part::Back, _) => Occurrence::Again,
        };
        let area = has_area.then(|| self.area_segments(area, occurrence)).into_iter().flatten();
        let links = (part == Part::Front).then(|| self.link_segments()).into_iter().flatten();
        before.into_iter().flatten().chain(area).chain(links).chain(behind.into_iter().flatten())
    }

    fn area_segments(&self, start: u32, occurrence: Occurrence) -> impl Iterator<Item = Segment> + '_ {
        let file_set = self.blocks_of(start, super::BEFORE_ROOT, What::FileSet);
        let directories = (0..).zip(&self.census.directories).map(move |(index, directory)| {
            self.blocks_of(
                start.saturating_add(directory.block),
                directory.blocks,
                What::Directory(index, occurrence),
            )
        });
        std::iter::once(file_set).chain(directories)
    }

    fn link_segments(&self) -> impl Iterator<Item = Segment> + '_ {
        (0..).zip(&self.census.long_links).map(|(index, (file, block))| Segment {
            at: self.byte(self.places.links.saturating_add(*block)),
            size: crate::number::wide(crate::udf::link::length(self.build.file(*file).link)),
            what: What::Link(index),
        })
    }

    fn blocks_of(&self, sector: u32, blocks: u32, what: What) -> Segment {
        Segment { at: self.byte(sector), size: self.byte(blocks), what }
    }
}
