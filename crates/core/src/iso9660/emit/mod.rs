//! The bytes of every structure of a planned image.

mod amended;
mod boot_catalog;
mod boot_info;
mod descriptor;
mod path_table;

pub(crate) use boot_info::BootFacts;

use crate::fill::{Contents, Embed, Layout, Observer, Patch, Pieces, Planned, Span};
use crate::iso9660::layout::SECTOR;
use crate::iso9660::plan::{Pages, Plan, Segment, What};
use crate::number::{narrow, wide};
use crate::tree::build::Build;
use std::io;

impl<O> Plan<'_, O> {
    /// Appends the bytes of `segment` to `out`; none for contents and padding, which are no structures.
    pub(crate) fn append(&self, segment: &Segment, facts: &BootFacts, pages: &mut Pages, out: &mut Vec<u8>) {
        let start = out.len();
        match segment.what {
            What::SystemArea => out.extend_from_slice(&self.options().system_area),
            What::Descriptor(set, descriptor) => self.emit_descriptor(set, descriptor, out),
            What::PathTable(set, tree, endian) => self.emit_path_table(set, tree, endian, out),
            What::Directory(set, tree, index) => {
                self.trees.directory(set, tree, index, pages);
                out.extend_from_slice(&pages.records);
                out.extend_from_slice(&pages.area);
            }
            What::BootCatalog => self.emit_boot_catalog(&facts.system_types, out),
            What::Checksum(_) => {}
            What::Content(_) | What::Zeros => return,
        }
        let length = out.len() - start;
        // The plan is a promise: a structure of another length than planned would shift all that follows.
        assert!(wide(length) <= segment.size, "{:?}: {length} bytes", segment);
        if matches!(segment.what, What::Directory(..)) {
            assert!(wide(length) == segment.size, "{:?}: {length} bytes", segment);
        }
        out.resize(start + narrow(segment.size), 0);
    }
}

impl<O: Sync> Layout for Plan<'_, O> {
    type Origin = O;

    fn build(&self) -> &Build<O> {
        self.trees.build
    }

    fn size(&self) -> u64 {
        Plan::size(self)
    }
}

impl<O: Sync> Planned<O> for Plan<'_, O> {
    type Facts = BootFacts;
    type Structure = Segment;
    type Scratch = Pages;

    fn spans(&self) -> impl Iterator<Item = Span<Segment>> + Send + '_ {
        let start = u64::from(self.options().start).saturating_mul(SECTOR);
        let moved = move |span: Span<Segment>| Span { at: span.at.saturating_sub(start), ..span };
        self.segments().filter_map(Segment::span).map(moved)
    }

    fn gather(&self, contents: &dyn Contents<O>, observer: &dyn Observer) -> BootFacts {
        BootFacts::gather(self, contents, observer)
    }

    fn patches<'f>(&self, facts: &'f BootFacts) -> &'f [Patch] {
        &facts.patches
    }

    fn emit(
        &self,
        segment: &Segment,
        facts: &BootFacts,
        pages: &mut Pages,
        _: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        self.append(segment, facts, pages, out.buffer());
        Ok(())
    }
}
