//! The files of a metadata partition (UDF 2.2.13): file entries of the metadata file and its mirror. A partition that is
//! only read has no bitmap of it (DCN-5102 to UDF 2.50).

use super::entry::Entry;
use crate::tree::Kind;
use crate::tree::build::File;
use crate::udf::layout::{file_type, icb_flags};
use crate::udf::plan::Plan;

impl<O> Plan<'_, O> {
    pub(super) fn metadata_file(&self, out: &mut Vec<u8>) {
        let Some(metadata) = self.places.metadata else { return };
        let size = self.byte(self.places.area_blocks);
        self.system_file(file_type::METADATA, metadata.file, (self.places.area, size), out);
    }

    pub(super) fn metadata_mirror(&self, out: &mut Vec<u8>) {
        let Some(metadata) = self.places.metadata else { return };
        let size = self.byte(self.places.area_blocks);
        self.system_file(file_type::METADATA_MIRROR, metadata.mirror_file, (metadata.mirror, size), out);
    }

    /// A file entry in the physical partition that no directory names.
    fn system_file(&self, file_type: u8, sector: u32, (first, size): (u32, u64), out: &mut Vec<u8>) {
        let start = self.places.partition;
        let mut allocation = Vec::new();
        self.short_extents(first.saturating_sub(start), size, &mut allocation);
        let file = File::new(Kind::File, 0o444, self.options.date);
        let entry = Entry {
            file_type,
            form: icb_flags::SHORT,
            size,
            blocks: size.div_ceil(self.options.block_size.into()),
            allocation: &allocation,
            ..Entry::of(&file, sector.saturating_sub(start))
        };
        self.entry(&entry, out);
    }
}
