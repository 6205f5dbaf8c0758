//! The files of a metadata partition (UDF 2.2.13): file entries of the metadata file, its mirror and its bitmap.

use super::entry::Entry;
use crate::number::narrow;
use crate::tree::Kind;
use crate::tree::build::File;
use crate::udf::layout::{SpaceBitmapDescriptor, Tag, file_type, icb_flags, tag};
use crate::udf::plan::Plan;
use crate::udf::tag::seal;
use zerocopy::{FromZeros, IntoBytes};

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

    /// The bitmap's file entry, then its space bitmap descriptor (ECMA-167 4/14.12): a bit is set for each free block.
    pub(super) fn metadata_bitmap(&self, out: &mut Vec<u8>) {
        let Some(metadata) = self.places.metadata else { return };
        let bits = self.places.area_blocks;
        let bytes = bits.div_ceil(8);
        let first = metadata.bitmap.saturating_add(1);
        let size = u64::from(bytes).saturating_add(24);
        self.system_file(file_type::METADATA_BITMAP, metadata.bitmap, (first, size), out);
        let descriptor = SpaceBitmapDescriptor {
            tag: Tag::new_zeroed(),
            number_of_bits: bits.into(),
            number_of_bytes: bytes.into(),
        };
        let start = out.len();
        out.extend_from_slice(descriptor.as_bytes());
        // The CRC covers the descriptor alone, so that writers need not sum up the bitmap (UDF 2.3.8).
        let location = first.saturating_sub(self.places.partition);
        seal(&mut out[start..], tag::SPACE_BITMAP, self.tag_version(), location);
        let used = self.places.area_used;
        let byte = |n: u32| {
            let free = (0..8).filter(|bit| (used..bits).contains(&(n * 8 + bit)));
            free.fold(0_u8, |byte, bit| byte | 1 << bit)
        };
        out.extend((0..bytes).map(byte));
        self.pad(start, out);
        assert!(out.len() - start == narrow(self.byte(metadata.bitmap_blocks)), "the bitmap's blocks");
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
