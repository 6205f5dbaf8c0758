//! What fits into a file entry, and what goes on behind it.

use super::Options;
use crate::number::{narrow, wide};
use crate::udf::layout::{AllocationExtentDescriptor, extent_type};

/// How many bytes and descriptors fit where, by block size and revision.
#[derive(Debug, Clone, Copy)]
pub(in crate::udf) struct EntryCapacity {
    /// Bytes of a file entry that are free when it has no extended attributes.
    pub(in crate::udf) plain: usize,
    /// Bytes for allocation descriptors in a continuation extent.
    pub(in crate::udf) continued: usize,
    /// Bytes of a content's allocation descriptor: 8 in the partition of its file entry, else 16.
    pub(in crate::udf) descriptor: usize,
    /// Bytes of the longest extent: whole blocks in 30 bits.
    pub(in crate::udf) extent: u64,
    /// Whether contents that fit lie in their file entries.
    pub(in crate::udf) embed: bool,
    /// Bytes of a directory that lies in its file entry, at the most.
    pub(in crate::udf) directory: usize,
}

impl EntryCapacity {
    pub(in crate::udf) fn new(options: &Options) -> Self {
        let block_size = u64::from(options.block_size);
        let block = narrow(block_size);
        let third = options.revision.is_third_edition();
        let plain = block - if third { 216 } else { 176 };
        Self {
            plain,
            continued: block - size_of::<AllocationExtentDescriptor>(),
            // Contents lie in another partition than their file entries: only long descriptors can say so.
            descriptor: if options.revision.has_metadata_partition() { 16 } else { 8 },
            extent: u64::from(extent_type::LENGTH) / block_size * block_size,
            embed: options.embed,
            // Readers that stop at revision 1.50 look for directories in extents only: libcdio's does.
            directory: if third { plain } else { 0 },
        }
    }

    /// Whether a content of `size` bytes lies in its file entry.
    pub(in crate::udf) fn embeds(&self, size: u64) -> bool {
        size == 0 || (self.embed && size <= wide(self.plain))
    }

    /// Blocks of the file entry of a content of `size` bytes and of the extents its allocation descriptors go on in.
    pub(super) fn entry_blocks(&self, size: u64) -> u64 {
        let (mut left, mut blocks) = (self.extents(size), 1);
        let mut fit = wide(self.plain / self.descriptor);
        while left > fit {
            left = left.saturating_sub(fit.saturating_sub(1));
            fit = wide(self.continued / self.descriptor);
            blocks += 1;
        }
        blocks
    }

    /// Allocation descriptors of a content of `size` bytes.
    pub(in crate::udf) fn extents(&self, size: u64) -> u64 {
        size.div_ceil(self.extent)
    }
}
