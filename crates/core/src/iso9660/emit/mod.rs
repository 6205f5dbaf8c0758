//! The bytes of every structure of a planned image.

mod aaip;
mod boot_catalog;
mod boot_info;
mod contents;
mod dates;
mod descriptor;
mod directory;
mod in_place;
mod jobs;
mod ordered;
mod path_table;
mod rock_ridge;
mod system_use;
mod transfer;

pub use contents::{Contents, Deviation, Listener, Observer, Opened};
pub use in_place::fill_in_place;
pub use ordered::stream_to;

pub(super) use directory::{Pages, SECTION};

use crate::iso9660::layout::SECTOR;
use crate::iso9660::plan::{Plan, Segment, What};
use crate::number::{narrow, wide};
use boot_info::BootFacts;

impl<O> Plan<'_, O> {
    /// Appends the bytes of `segment`, up to the end of its last sector, to `out`; zeros for a content, of which only
    /// the size is known here.
    fn emit(&self, segment: &Segment, facts: &BootFacts, pages: &mut Pages, out: &mut Vec<u8>) {
        let start = out.len();
        match segment.what {
            What::SystemArea => out.extend_from_slice(&self.options().system_area),
            What::Descriptor(descriptor) => self.emit_descriptor(descriptor, out),
            What::PathTable(tree, endian) => self.emit_path_table(tree, endian, out),
            What::Directory(tree, index) => {
                self.emit_directory(tree, index, pages);
                out.extend_from_slice(&pages.records);
                out.extend_from_slice(&pages.area);
            }
            What::BootCatalog => self.emit_boot_catalog(&facts.system_types, out),
            What::Content(_) | What::Zeros => {}
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
