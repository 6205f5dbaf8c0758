//! Partition maps and the tables they lead to (ECMA-167 3/10.7; UDF 2.2.8 to 2.2.13).

use super::{EntityId, Tag};
use crate::number::{Le16, Le32, Le64};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

on_disk! {
    /// Partition map of type 1 (ECMA-167 3/10.7.2).
    pub struct PhysicalMap = 6 {
        /// BP 0: 1.
        pub map_type: u8,
        /// BP 1: 6.
        pub length: u8,
        /// BP 2: ordinal number of the volume in its set, from 1 on.
        pub volume_sequence_number: Le16,
        /// BP 4: number of a partition descriptor.
        pub partition: Le16,
    }
}

on_disk! {
    /// What the partition maps of type 2 that UDF defines begin with (UDF 2.2.8).
    pub struct MapHead = 40 {
        /// BP 0: 2.
        pub map_type: u8,
        /// BP 1: 64.
        pub length: u8,
        /// BP 2: zeros.
        pub reserved: Le16,
        /// BP 4: `*UDF Virtual Partition`, `*UDF Sparable Partition` or `*UDF Metadata Partition`.
        pub identifier: EntityId,
        /// BP 36: ordinal number of the volume in its set, from 1 on.
        pub volume_sequence_number: Le16,
        /// BP 38: number of a partition descriptor.
        pub partition: Le16,
    }
}

on_disk! {
    /// Sparable partition map (UDF 2.2.9).
    pub struct SparableMap = 64 {
        /// BP 0: type, identifier and partition.
        pub head: MapHead,
        /// BP 40: blocks of a packet: 32, or 16 for DVD-RW.
        pub packet_length: Le16,
        /// BP 42: 1 to 4.
        pub number_of_tables: u8,
        /// BP 43: zero.
        pub reserved: u8,
        /// BP 44: bytes of a table.
        pub table_size: Le32,
        /// BP 48: first logical sector of each table.
        pub tables: [Le32; 4],
    }
}
const _: () = assert!(offset_of!(SparableMap, tables) == 48);

on_disk! {
    /// Metadata partition map (UDF 2.2.10).
    pub struct MetadataMap = 64 {
        /// BP 0: type, identifier and partition.
        pub head: MapHead,
        /// BP 40: block of the partition with the file entry of the metadata file.
        pub file: Le32,
        /// BP 44: with that of its mirror.
        pub mirror: Le32,
        /// BP 48: with that of its bitmap, 2^32-1 for none.
        pub bitmap: Le32,
        /// BP 52: blocks.
        pub allocation_unit: Le32,
        /// BP 56: blocks.
        pub alignment_unit: Le16,
        /// BP 58: bit 0: the mirror has its own blocks.
        pub flags: u8,
        /// BP 59: zeros.
        pub reserved: [u8; 5],
    }
}
const _: () = assert!(offset_of!(MetadataMap, flags) == 58);

on_disk! {
    /// Head of a virtual allocation table of UDF 2.00 and later (UDF 2.2.11); implementation use, then block numbers
    /// follow.
    pub struct VirtualTableHead = 152 {
        /// BP 0: bytes of head and implementation use.
        pub head_length: Le16,
        /// BP 2: bytes of implementation use.
        pub implementation_use_length: Le16,
        /// BP 4: dstring.
        pub logical_volume_identifier: [u8; 128],
        /// BP 132: block of the file entry of the table before this one, 2^32-1 for none.
        pub previous: Le32,
        /// BP 136: files, streams not counted.
        pub files: Le32,
        /// BP 140: directories, the root counted.
        pub directories: Le32,
        /// BP 144: binary coded decimal.
        pub minimum_read_revision: Le16,
        /// BP 146: binary coded decimal.
        pub minimum_write_revision: Le16,
        /// BP 148: binary coded decimal.
        pub maximum_write_revision: Le16,
        /// BP 150: zeros.
        pub reserved: Le16,
    }
}

on_disk! {
    /// End of a virtual allocation table of UDF 1.50 (UDF 1.50 2.2.10), behind the block numbers.
    pub(crate) struct VirtualTableTail = 36 {
        /// BP 0: `*UDF Virtual Alloc Tbl`.
        pub identifier: EntityId,
        /// BP 32: block of the file entry of the table before this one, 2^32-1 for none.
        pub previous: Le32,
    }
}

on_disk! {
    /// Use of the extended attribute `*UDF VAT LVExtension` of a table of UDF 1.50 (UDF 1.50 3.3.4.5.1.3).
    pub struct VirtualTableExtension = 146 {
        /// BP 0: 16-bit sum of the attribute's first 48 bytes (UDF 3.3.4.5).
        pub header_checksum: Le16,
        /// BP 2: that of the file entry, if the attribute belongs to it.
        pub unique_id: Le64,
        /// BP 10: files, streams not counted.
        pub files: Le32,
        /// BP 14: directories, the root counted.
        pub directories: Le32,
        /// BP 18: dstring.
        pub logical_volume_identifier: [u8; 128],
    }
}

on_disk! {
    /// Head of a sparing table (UDF 2.2.12); entries follow.
    pub(crate) struct SparingTable = 56 {
        /// BP 0: identifier 0.
        pub tag: Tag,
        /// BP 16: `*UDF Sparing Table`.
        pub identifier: EntityId,
        /// BP 48: entries.
        pub number_of_entries: Le16,
        /// BP 50: zeros.
        pub reserved: Le16,
        /// BP 52: the highest number prevails.
        pub sequence_number: Le32,
    }
}

on_disk! {
    /// Entry of a sparing table.
    pub(crate) struct SparingEntry = 8 {
        /// BP 0: first block of the packet, of the partition; 2^32-1 available, 2^32-16 and above not to be used.
        pub original: Le32,
        /// BP 4: first logical sector, of the volume, of the packet in its stead.
        pub mapped: Le32,
    }
}
