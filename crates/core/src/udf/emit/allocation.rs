//! Where contents lie, as allocation descriptors (ECMA-167 4/14.14): in the file entry, and in as many continuation
//! extents as it takes.

use super::identity::long;
use crate::number::narrow;
use crate::udf::layout::{AllocationExtentDescriptor, ShortAd, Tag, extent_type, icb_flags, tag};
use crate::udf::plan::Plan;
use crate::udf::tag::seal;
use zerocopy::IntoBytes;

/// An extent of the partition, as one allocation descriptor says it.
#[derive(Debug, Clone, Copy)]
struct Extent {
    length: u32,
    block: u32,
}

impl<O> Plan<'_, O> {
    /// The form of contents' allocation descriptors, by whether they lie in another partition.
    pub(super) fn form(&self) -> u16 {
        if self.capacity.descriptor == 16 { icb_flags::LONG } else { icb_flags::SHORT }
    }

    /// Appends the descriptor of one extent of the physical partition, for [`Plan::form`].
    pub(super) fn extent(&self, length: u32, block: u32, to: &mut Vec<u8>) {
        self.descriptor(Extent { length, block }, 0, to);
    }

    fn descriptor(&self, extent: Extent, partition: u16, to: &mut Vec<u8>) {
        match self.capacity.descriptor {
            16 => to.extend_from_slice(long(extent.length, extent.block, partition).as_bytes()),
            _ => {
                let short = ShortAd { length: extent.length.into(), block: extent.block.into() };
                to.extend_from_slice(short.as_bytes());
            }
        }
    }

    /// The extents of a content of `size` bytes that begins at `sector` of the volume.
    fn extents(&self, sector: u32, size: u64) -> impl Iterator<Item = Extent> {
        let (longest, block_size) = (self.capacity.extent, u64::from(self.options.block_size));
        let first = u64::from(sector.saturating_sub(self.places.partition));
        (0..self.capacity.extents(size)).map(move |n| {
            let done = n.saturating_mul(longest);
            let length = size.saturating_sub(done).min(longest);
            let block = first.saturating_add(done / block_size);
            let number = |n: u64| u32::try_from(n).expect("because the plan has only what 32 bits count");
            Extent { length: number(length), block: number(block) }
        })
    }

    /// Puts the allocation descriptors of a content into `first`, as far as the file entry in `block` of the area has
    /// room for them, and appends the continuation extents behind it to `rest`.
    pub(super) fn allocation(
        &self,
        (sector, size): (u32, u64),
        block: u32,
        first: &mut Vec<u8>,
        rest: &mut Vec<u8>,
    ) {
        first.clear();
        let mut extents = self.extents(sector, size).peekable();
        let width = self.capacity.descriptor;
        let mut left = narrow(self.capacity.extents(size));
        let mut fill = |to: &mut Vec<u8>, room: usize, next: u32| {
            let fit = room / width;
            let here = if left > fit { fit - 1 } else { left };
            left -= here;
            for extent in extents.by_ref().take(here) {
                self.descriptor(extent, 0, to);
            }
            if left > 0 {
                let length = extent_type::CONTINUATION << 30 | self.options.block_size;
                self.descriptor(Extent { length, block: self.location(next) }, self.area_partition(), to);
            }
            left > 0
        };
        let mut next = block.saturating_add(1);
        let mut more = fill(first, self.capacity.plain, next);
        while more {
            let start = rest.len();
            rest.resize(start + size_of::<AllocationExtentDescriptor>(), 0);
            let here = next;
            next = next.saturating_add(1);
            let before = rest.len();
            more = fill(rest, self.capacity.continued, next);
            let length = u32::try_from(rest.len() - before).expect("because it is less than a block");
            let place = size_of::<Tag>() + 4;
            rest[start + place..start + place + 4].copy_from_slice(&length.to_le_bytes());
            let location = self.location(here);
            // To revisions before 2.01 the allocation descriptors are no part of it (UDF 2.3.11).
            let end = if self.options.revision.is_third_edition() { rest.len() } else { before };
            seal(&mut rest[start..end], tag::ALLOCATION_EXTENT, self.tag_version(), location);
            self.pad(start, rest);
        }
    }
}
