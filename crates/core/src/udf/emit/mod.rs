//! The bytes of every structure of a planned volume.

mod allocation;
mod amended;
mod device;
mod directory;
mod entry;
mod identity;
mod metadata;
#[cfg(test)]
mod nested;
mod volume;

use crate::fill::{Contents, Embed, Layout, Observer, Patch, Pieces, Planned, Span};
use crate::tree::build::Build;
use crate::udf::link;
use crate::udf::plan::{Plan, Segment, What};
use std::io;

/// Buffers that are used again for every directory; nothing in them outlives one.
#[derive(Debug, Default)]
pub struct Scratch {
    identifiers: Vec<u8>,
    name: Vec<u8>,
    allocation: Vec<u8>,
}

impl<O> Plan<'_, O> {
    /// Appends the bytes of a structure; of contents that lie in file entries `embed` gives the bytes.
    ///
    /// # Errors
    /// Those of putting what is too much to be kept.
    pub(crate) fn append(
        &self,
        segment: &Segment,
        scratch: &mut Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        let start = out.end();
        match segment.what {
            What::Directory(index, occurrence) => self.directory((index, occurrence), scratch, embed, out)?,
            what => self.structure(what, out.buffer()),
        }
        let length = out.end() - start;
        // The plan is a promise: a structure of another length than planned would shift all that follows.
        let exact = matches!(segment.what, What::Directory(..) | What::Link(_));
        assert!(length == segment.size || (!exact && length < segment.size), "{segment:?}: {length} bytes");
        Ok(())
    }

    /// Appends the bytes of what is no directory.
    fn structure(&self, what: What, out: &mut Vec<u8>) {
        match what {
            What::SystemArea => out.extend_from_slice(&self.options.system_area),
            What::Recognition => self.recognition(out),
            What::Sequence(sector) => self.sequence(sector, out),
            What::Integrity => self.integrity(out),
            What::Anchor(sector) => self.anchor(sector, out),
            What::MetadataFile => self.metadata_file(out),
            What::MetadataMirror => self.metadata_mirror(out),
            What::FileSet => self.file_set(out),
            What::Link(index) => {
                let file = self.census.long_links[index].0;
                link::encode(self.build.file(file).link, out);
            }
            What::Directory(..) | What::Content(_) => {}
        }
    }

    /// Appends zeros up to a whole block.
    fn pad(&self, start: usize, out: &mut Vec<u8>) {
        let block_size = usize::try_from(self.options.block_size).unwrap_or(usize::MAX);
        out.resize(start + (out.len() - start).next_multiple_of(block_size), 0);
    }
}

impl<O: Sync> Layout for Plan<'_, O> {
    type Origin = O;

    fn build(&self) -> &Build<O> {
        self.build
    }

    fn size(&self) -> u64 {
        Plan::size(self)
    }
}

impl<O: Sync> Planned<O> for Plan<'_, O> {
    type Facts = ();
    type Structure = Segment;
    type Scratch = Scratch;

    fn spans(&self) -> impl Iterator<Item = Span<Segment>> + Send + '_ {
        self.segments().map(Segment::span)
    }

    fn gather(&self, _: &dyn Contents<O>, _: &dyn Observer) {}

    fn patches<'f>(&self, (): &'f ()) -> &'f [Patch] {
        &[]
    }

    fn emit(
        &self,
        segment: &Segment,
        (): &(),
        scratch: &mut Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        self.append(segment, scratch, embed, out)
    }
}
