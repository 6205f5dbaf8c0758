//! Descriptors of volumes, partitions and logical volumes (ECMA-167 parts 2 and 3).

use super::{CharSpec, EntityId, ExtentAd, LongAd, ShortAd, Tag, Timestamp};
use crate::number::{Le16, Le32, Le64};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

on_disk! {
    /// Volume structure descriptor (ECMA-167 2/9.1), as far as it is used.
    pub(crate) struct VolumeStructureDescriptor = 7 {
        /// BP 0: 0.
        pub structure_type: u8,
        /// BP 1: `BEA01`, `NSR02`, `NSR03`, `BOOT2`, `TEA01`, `CD001`, `CDW02`.
        pub identifier: [u8; 5],
        /// BP 6: 1.
        pub version: u8,
    }
}

on_disk! {
    /// Anchor volume descriptor pointer (ECMA-167 3/10.2), as far as it is used.
    pub struct Anchor = 32 {
        /// BP 0: identifier 2.
        pub tag: Tag,
        /// BP 16: the main volume descriptor sequence.
        pub main_sequence: ExtentAd,
        /// BP 24: a copy of the main volume descriptor sequence.
        pub reserve_sequence: ExtentAd,
    }
}

on_disk! {
    /// Primary volume descriptor (ECMA-167 3/10.1).
    pub struct PrimaryVolumeDescriptor = 512 {
        /// BP 0: identifier 1.
        pub tag: Tag,
        /// BP 16: of two descriptors for one thing, the higher number prevails.
        pub sequence_number: Le32,
        /// BP 20: 0 for the only one.
        pub descriptor_number: Le32,
        /// BP 24: dstring.
        pub volume_identifier: [u8; 32],
        /// BP 56: ordinal number of the volume in its set, from 1 on.
        pub volume_sequence_number: Le16,
        /// BP 58: volumes in the set.
        pub maximum_volume_sequence_number: Le16,
        /// BP 60: 2 or 3.
        pub interchange_level: Le16,
        /// BP 62: the highest that the volume or the file set may come to have.
        pub maximum_interchange_level: Le16,
        /// BP 64: bit set of character sets, bit 0 for CS0.
        pub character_set_list: Le32,
        /// BP 68: bit set of those that may come to be used.
        pub maximum_character_set_list: Le32,
        /// BP 72: dstring.
        pub volume_set_identifier: [u8; 128],
        /// BP 200: of the identifiers here.
        pub descriptor_character_set: CharSpec,
        /// BP 264: of the abstract and the copyright notice.
        pub explanatory_character_set: CharSpec,
        /// BP 328: length 0 for none.
        pub volume_abstract: ExtentAd,
        /// BP 336: length 0 for none.
        pub copyright: ExtentAd,
        /// BP 344: what made the volume.
        pub application: EntityId,
        /// BP 376: when it was recorded.
        pub recording_time: Timestamp,
        /// BP 388: who recorded it.
        pub implementation: EntityId,
        /// BP 420: free for the implementation.
        pub implementation_use: [u8; 64],
        /// BP 484: first sector of the sequence before this one, 0 for none.
        pub predecessor: Le32,
        /// BP 488: bit 0: all volumes of the set have its identifier.
        pub flags: Le16,
        /// BP 490: zeros.
        pub reserved: [u8; 22],
    }
}
const _: () = assert!(offset_of!(PrimaryVolumeDescriptor, recording_time) == 376);

on_disk! {
    /// Partition descriptor (ECMA-167 3/10.5).
    pub struct PartitionDescriptor = 512 {
        /// BP 0: identifier 5.
        pub tag: Tag,
        /// BP 16: the highest number prevails.
        pub sequence_number: Le32,
        /// BP 20: bit 0: space is allocated.
        pub flags: Le16,
        /// BP 22: the number partition maps name it by.
        pub number: Le16,
        /// BP 24: `+NSR02` or `+NSR03`.
        pub contents: EntityId,
        /// BP 56: partition header descriptor: space tables and bitmaps.
        pub contents_use: PartitionHeader,
        /// BP 184: 1 read only, 2 write once, 3 rewritable, 4 overwritable.
        pub access_type: Le32,
        /// BP 188: first logical sector.
        pub start: Le32,
        /// BP 192: logical sectors.
        pub length: Le32,
        /// BP 196: who recorded it.
        pub implementation: EntityId,
        /// BP 228: free for the implementation.
        pub implementation_use: [u8; 128],
        /// BP 356: zeros.
        pub reserved: [u8; 156],
    }
}
const _: () = assert!(offset_of!(PartitionDescriptor, start) == 188);

on_disk! {
    /// Logical volume descriptor (ECMA-167 3/10.6); the partition maps follow.
    pub struct LogicalVolumeDescriptor = 440 {
        /// BP 0: identifier 6.
        pub tag: Tag,
        /// BP 16: the highest number prevails.
        pub sequence_number: Le32,
        /// BP 20: of the identifier.
        pub character_set: CharSpec,
        /// BP 84: dstring.
        pub identifier: [u8; 128],
        /// BP 212: bytes of a logical block.
        pub block_size: Le32,
        /// BP 216: `*OSTA UDF Compliant`, with the revision in its suffix.
        pub domain: EntityId,
        /// BP 248: where the file set descriptor lies.
        pub file_set: LongAd,
        /// BP 264: bytes of all partition maps.
        pub map_table_length: Le32,
        /// BP 268: partition maps that follow.
        pub number_of_maps: Le32,
        /// BP 272: who recorded it.
        pub implementation: EntityId,
        /// BP 304: free for the implementation.
        pub implementation_use: [u8; 128],
        /// BP 432: integrity sequence.
        pub integrity: ExtentAd,
    }
}
const _: () = assert!(offset_of!(LogicalVolumeDescriptor, file_set) == 248);

on_disk! {
    /// Head of a logical volume integrity descriptor (ECMA-167 3/10.10); free space and size of every partition follow,
    /// then the implementation use.
    pub struct IntegrityDescriptor = 80 {
        /// BP 0: identifier 9.
        pub tag: Tag,
        /// BP 16: when it was recorded.
        pub recording_time: Timestamp,
        /// BP 28: 0 open, 1 closed.
        pub integrity_type: Le32,
        /// BP 32: the next extent of descriptors, length 0 for none.
        pub next: ExtentAd,
        /// BP 40: logical volume header descriptor: next unique id.
        pub unique_id: Le64,
        /// BP 48: zeros.
        pub reserved: [u8; 24],
        /// BP 72: entries in each of the two tables that follow.
        pub number_of_partitions: Le32,
        /// BP 76: bytes of implementation use behind the tables.
        pub implementation_use_length: Le32,
    }
}

on_disk! {
    /// Partition header descriptor (ECMA-167 4/14.3): where the free space of a partition is recorded.
    pub struct PartitionHeader = 128 {
        /// BP 0: space entry of what is free; length 0 for none.
        pub unallocated_table: ShortAd,
        /// BP 8: space bitmap of what is free; length 0 for none.
        pub unallocated_bitmap: ShortAd,
        /// BP 16: UDF has none.
        pub integrity_table: ShortAd,
        /// BP 24: space entry of what is free once it was prepared; length 0 for none.
        pub freed_table: ShortAd,
        /// BP 32: space bitmap of what is free once it was prepared; length 0 for none.
        pub freed_bitmap: ShortAd,
        /// BP 40: zeros.
        pub reserved: [u8; 88],
    }
}

on_disk! {
    /// What UDF puts into the implementation use of an integrity descriptor first (UDF 2.2.6.4).
    pub struct IntegrityUse = 46 {
        /// BP 0: who recorded it.
        pub implementation: EntityId,
        /// BP 32: files, streams not counted.
        pub files: Le32,
        /// BP 36: directories, the root counted.
        pub directories: Le32,
        /// BP 40: binary coded decimal, e.g. 0x0102.
        pub minimum_read_revision: Le16,
        /// BP 42: binary coded decimal.
        pub minimum_write_revision: Le16,
        /// BP 44: binary coded decimal.
        pub maximum_write_revision: Le16,
    }
}

on_disk! {
    /// Volume descriptor pointer (ECMA-167 3/10.3): the sequence goes on elsewhere.
    pub struct VolumeDescriptorPointer = 28 {
        /// BP 0: identifier 3.
        pub tag: Tag,
        /// BP 16: the highest number prevails.
        pub sequence_number: Le32,
        /// BP 20: the extent in which the sequence goes on.
        pub next: ExtentAd,
    }
}

on_disk! {
    /// Implementation use volume descriptor (ECMA-167 3/10.4) as UDF has it: `*UDF LV Info` (UDF 2.2.7).
    pub struct LogicalVolumeInformation = 512 {
        /// BP 0: identifier 4.
        pub tag: Tag,
        /// BP 16: the highest number prevails.
        pub sequence_number: Le32,
        /// BP 20: `*UDF LV Info`.
        pub identifier: EntityId,
        /// BP 52: of the texts here.
        pub character_set: CharSpec,
        /// BP 116: dstring.
        pub logical_volume_identifier: [u8; 128],
        /// BP 244: dstrings: e.g. owner, organisation, contact.
        pub information: [[u8; 36]; 3],
        /// BP 352: who recorded it.
        pub implementation: EntityId,
        /// BP 384: free for the implementation.
        pub implementation_use: [u8; 128],
    }
}

on_disk! {
    /// Head of an unallocated space descriptor (ECMA-167 3/10.8); extents follow.
    pub(crate) struct UnallocatedSpaceDescriptor = 24 {
        /// BP 0: identifier 7.
        pub tag: Tag,
        /// BP 16: the highest number prevails.
        pub sequence_number: Le32,
        /// BP 20: extents that follow.
        pub number_of_extents: Le32,
    }
}
