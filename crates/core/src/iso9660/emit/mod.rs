//! The bytes of every structure of a planned image.

mod boot_catalog;
mod boot_info;
mod descriptor;
mod path_table;

pub use boot_info::BootFacts;

use crate::fill::{Contents, Embed, Layout, Observer, Part, Patch, Put, put_structures};
use crate::iso9660::layout::SECTOR;
use crate::iso9660::plan::{Pages, Plan, Segment, What};
use crate::number::{narrow, wide};
use crate::tree::build::{Build, ContentId};
use std::io;

impl<O> Plan<'_, O> {
    /// Appends the bytes of `segment`, up to the end of its last sector, to `out`; none for contents and padding, which
    /// are no structures.
    pub(crate) fn emit(&self, segment: &Segment, facts: &BootFacts, pages: &mut Pages, out: &mut Vec<u8>) {
        let start = out.len();
        match segment.what {
            What::SystemArea => out.extend_from_slice(&self.options().system_area),
            What::Descriptor(descriptor) => self.emit_descriptor(descriptor, out),
            What::PathTable(tree, endian) => self.emit_path_table(tree, endian, out),
            What::Directory(tree, index) => {
                self.trees.directory(tree, index, pages);
                out.extend_from_slice(&pages.records);
                out.extend_from_slice(&pages.area);
            }
            What::BootCatalog => self.emit_boot_catalog(&facts.system_types, out),
            What::Content(_) | What::Zeros => return,
        }
        let length = out.len() - start;
        // The plan is a promise: a structure of another length than planned would shift all that follows.
        assert!(wide(length) <= segment.size, "{:?}: {length} bytes", segment);
        if matches!(segment.what, What::Directory(..)) {
            assert!(wide(length) == segment.size, "{:?}: {length} bytes", segment);
        }
        out.resize(start + narrow(segment.size.next_multiple_of(SECTOR)), 0);
    }
}

impl<O: Sync> Layout for Plan<'_, O> {
    type Origin = O;
    type Facts = BootFacts;

    fn build(&self) -> &Build<O> {
        self.trees.build
    }

    fn contents(&self) -> &[ContentId] {
        Plan::contents(self)
    }

    fn content_at(&self, content: ContentId) -> u64 {
        Plan::content_at(self, content)
    }

    fn contents_end(&self) -> u64 {
        Plan::contents_end(self)
    }

    fn size(&self) -> u64 {
        Plan::size(self)
    }

    fn gather(&self, contents: &dyn Contents<O>, observer: &dyn Observer) -> BootFacts {
        BootFacts::gather(self, contents, observer)
    }

    fn patches<'f>(&self, facts: &'f BootFacts) -> &'f [Patch] {
        &facts.patches
    }

    fn structures(
        &self,
        part: Part,
        facts: &BootFacts,
        _: &mut Embed<'_>,
        put: &mut Put<'_>,
    ) -> io::Result<()> {
        let mut pages = Pages::default();
        // All that is behind the contents is zeros.
        let segments = (part == Part::Front).then(|| self.metadata()).into_iter().flatten();
        put_structures(self, part, segments.map(|segment| (segment.at(), segment)), put, |segment, out| {
            self.emit(&segment, facts, &mut pages, out.buffer());
            Ok(())
        })
    }
}
