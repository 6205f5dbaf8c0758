//! File sets, directories, file entries and what is in them (ECMA-167 part 4).

use super::{CharSpec, EntityId, LbAddr, LongAd, Tag, Timestamp};
use crate::number::{Le16, Le32, Le64};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

on_disk! {
    /// File set descriptor (ECMA-167 4/14.1).
    pub struct FileSetDescriptor = 512 {
        /// BP 0: identifier 256.
        pub tag: Tag,
        /// BP 16: when it was recorded.
        pub recording_time: Timestamp,
        /// BP 28: 3.
        pub interchange_level: Le16,
        /// BP 30: 3.
        pub maximum_interchange_level: Le16,
        /// BP 32: bit set of character sets, bit 0 for CS0.
        pub character_set_list: Le32,
        /// BP 36: bit set of those that may come to be used.
        pub maximum_character_set_list: Le32,
        /// BP 40: of the file set; 0 for the first.
        pub number: Le32,
        /// BP 44: of descriptors for one file set, the highest number prevails.
        pub descriptor_number: Le32,
        /// BP 48: of the volume identifier.
        pub volume_character_set: CharSpec,
        /// BP 112: dstring.
        pub volume_identifier: [u8; 128],
        /// BP 240: of the identifiers here.
        pub character_set: CharSpec,
        /// BP 304: dstring.
        pub identifier: [u8; 32],
        /// BP 336: dstring.
        pub copyright_file: [u8; 32],
        /// BP 368: dstring.
        pub abstract_file: [u8; 32],
        /// BP 400: ICB of the root directory.
        pub root: LongAd,
        /// BP 416: `*OSTA UDF Compliant`, with the revision in its suffix.
        pub domain: EntityId,
        /// BP 448: the next extent of descriptors, length 0 for none.
        pub next: LongAd,
        /// BP 464: directory of system streams, length 0 for none.
        pub system_streams: LongAd,
        /// BP 480: zeros.
        pub reserved: [u8; 32],
    }
}
const _: () = assert!(offset_of!(FileSetDescriptor, root) == 400);

on_disk! {
    /// Head of a file identifier descriptor (ECMA-167 4/14.4); implementation use, identifier and padding to a multiple
    /// of 4 follow.
    pub struct FileIdentifierDescriptor = 38 {
        /// BP 0: identifier 257.
        pub tag: Tag,
        /// BP 16: 1.
        pub version: Le16,
        /// BP 18: see [`characteristics`].
        pub characteristics: u8,
        /// BP 19: bytes of the identifier.
        pub identifier_length: u8,
        /// BP 20: where the file entry lies.
        pub icb: LongAd,
        /// BP 36: bytes of implementation use.
        pub implementation_use_length: Le16,
    }
}

impl FileIdentifierDescriptor {
    /// Bytes of the whole descriptor when so many follow the head, with padding (ECMA-167 4/14.4.9).
    pub const fn padded(more: usize) -> usize {
        size_of::<Self>().saturating_add(more).next_multiple_of(4)
    }
}

/// Bits of [`FileIdentifierDescriptor::characteristics`] (ECMA-167 4/14.4.3).
pub mod characteristics {
    /// Need not be shown to the user.
    pub const HIDDEN: u8 = 1;
    /// What is named is a directory.
    pub const DIRECTORY: u8 = 1 << 1;
    /// The name was deleted: its descriptor may stay where it was.
    pub const DELETED: u8 = 1 << 2;
    /// It names the parent directory; its identifier is empty.
    pub const PARENT: u8 = 1 << 3;
    /// In a stream directory: written and read by implementations, not by users (UDF 3.3.1).
    pub const METADATA: u8 = 1 << 4;
}

on_disk! {
    /// ICB tag (ECMA-167 4/14.6).
    pub struct IcbTag = 20 {
        /// BP 0: direct entries before this one in the ICB.
        pub prior_entries: Le32,
        /// BP 4: 4 or 4096.
        pub strategy: Le16,
        /// BP 6: means what the strategy says.
        pub strategy_parameter: [u8; 2],
        /// BP 8: entries the ICB has room for.
        pub maximum_entries: Le16,
        /// BP 10: zero.
        pub reserved: u8,
        /// BP 11: see [`file_type`].
        pub file_type: u8,
        /// BP 12: ICB of the parent directory, zeros for none.
        pub parent: LbAddr,
        /// BP 18: allocation descriptor form in bits 0 to 2, setuid, setgid and sticky in bits 6 to 8.
        pub flags: Le16,
    }
}

/// File types (ECMA-167 4/14.6.6; UDF 2.3.5.2).
pub mod file_type {
    /// Interpretation as a plain file.
    pub const UNSPECIFIED: u8 = 0;
    /// Directory: its content is file identifier descriptors.
    pub const DIRECTORY: u8 = 4;
    /// Regular file: a sequence of bytes.
    pub const FILE: u8 = 5;
    /// Block device; its number is an extended attribute.
    pub const BLOCK_DEVICE: u8 = 6;
    /// Character device; its number is an extended attribute.
    pub const CHARACTER_DEVICE: u8 = 7;
    /// Named pipe, without content.
    pub const FIFO: u8 = 9;
    /// Socket, without content.
    pub const SOCKET: u8 = 10;
    /// Symbolic link: its content is path components (4/14.16).
    pub const SYMLINK: u8 = 12;
    /// Stream directory (4/9.2): the names in it are those of streams.
    pub const STREAM_DIRECTORY: u8 = 13;
    /// Virtual allocation table (UDF 2.00 and later).
    pub const VIRTUAL_TABLE: u8 = 248;
    /// Real-time file (UDF 2.3.5.2): to be played without a pause, else as a regular file.
    pub const REAL_TIME: u8 = 249;
    /// Metadata file (UDF 2.2.13).
    pub const METADATA: u8 = 250;
    /// Metadata mirror file (UDF 2.2.13), a copy of the metadata file's structures.
    pub const METADATA_MIRROR: u8 = 251;
}

on_disk! {
    /// What file entry and extended file entry begin with (ECMA-167 4/14.9, 4/14.17).
    pub struct FileEntryHead = 64 {
        /// BP 0: identifier 261 or 266.
        pub tag: Tag,
        /// BP 16: strategy, file type and form of allocation descriptors.
        pub icb_tag: IcbTag,
        /// BP 36: owner, 2^32-1 for none.
        pub uid: Le32,
        /// BP 40: group, 2^32-1 for none.
        pub gid: Le32,
        /// BP 44: five bits each for other, group, owner.
        pub permissions: Le32,
        /// BP 48: names.
        pub link_count: Le16,
        /// BP 50: of the content; UDF knows no records and has 0.
        pub record_format: u8,
        /// BP 51: of the content; UDF knows no records and has 0.
        pub record_display_attributes: u8,
        /// BP 52: of the content; UDF knows no records and has 0.
        pub record_length: Le32,
        /// BP 56: bytes of content.
        pub information_length: Le64,
    }
}

on_disk! {
    /// The rest of a file entry (ECMA-167 4/14.9); extended attributes and allocation descriptors follow.
    pub struct FileEntryTail = 112 {
        /// BP 64: logical blocks of recorded content.
        pub blocks_recorded: Le64,
        /// BP 72: last access.
        pub accessed: Timestamp,
        /// BP 84: last change of the content.
        pub modified: Timestamp,
        /// BP 96: last change of the attributes.
        pub changed: Timestamp,
        /// BP 108: 1 for the first recording of the file.
        pub checkpoint: Le32,
        /// BP 112: extended attribute file, length 0 for none.
        pub attributes: LongAd,
        /// BP 128: who recorded it.
        pub implementation: EntityId,
        /// BP 160: shared by all names of the file.
        pub unique_id: Le64,
        /// BP 168: bytes of extended attributes.
        pub attributes_length: Le32,
        /// BP 172: bytes of allocation descriptors.
        pub allocation_length: Le32,
    }
}

on_disk! {
    /// The rest of an extended file entry (ECMA-167 4/14.17); extended attributes and allocation descriptors follow.
    pub struct ExtendedFileEntryTail = 152 {
        /// BP 64: bytes of content and of all streams.
        pub object_size: Le64,
        /// BP 72: logical blocks of recorded content.
        pub blocks_recorded: Le64,
        /// BP 80: last access.
        pub accessed: Timestamp,
        /// BP 92: last change of the content.
        pub modified: Timestamp,
        /// BP 104: when the file was made.
        pub created: Timestamp,
        /// BP 116: last change of the attributes.
        pub changed: Timestamp,
        /// BP 128: 1 for the first recording of the file.
        pub checkpoint: Le32,
        /// BP 132: zeros.
        pub reserved: Le32,
        /// BP 136: extended attribute file, length 0 for none.
        pub attributes: LongAd,
        /// BP 152: stream directory, length 0 for none.
        pub streams: LongAd,
        /// BP 168: who recorded it.
        pub implementation: EntityId,
        /// BP 200: shared by all names of the file.
        pub unique_id: Le64,
        /// BP 208: bytes of extended attributes.
        pub attributes_length: Le32,
        /// BP 212: bytes of allocation descriptors.
        pub allocation_length: Le32,
    }
}

/// Bits of [`IcbTag::flags`] (ECMA-167 4/14.6.8).
pub(crate) mod icb_flags {
    /// The bits that say which allocation descriptors follow.
    pub(crate) const FORM: u16 = 7;
    /// [`ShortAd`](super::super::ShortAd)s.
    pub(crate) const SHORT: u16 = 0;
    /// [`LongAd`](super::super::LongAd)s.
    pub(crate) const LONG: u16 = 1;
    /// [`ExtAd`](super::super::ExtAd)s.
    pub(crate) const EXTENDED: u16 = 2;
    /// The content itself.
    pub(crate) const EMBEDDED: u16 = 3;
    /// Set-user-id, as of POSIX.
    pub(crate) const SETUID: u16 = 1 << 6;
    /// Set-group-id, as of POSIX.
    pub(crate) const SETGID: u16 = 1 << 7;
    /// Sticky, as of POSIX.
    pub(crate) const STICKY: u16 = 1 << 8;
}

/// Types of an extent, the high two bits of its length (ECMA-167 4/14.14.1.1).
pub(crate) mod extent_type {
    /// Recorded and allocated.
    pub(crate) const RECORDED: u32 = 0;
    /// The next extent of allocation descriptors.
    pub(crate) const CONTINUATION: u32 = 3;
    /// The bits of the length that count bytes.
    pub(crate) const LENGTH: u32 = 0x3FFF_FFFF;
}

on_disk! {
    /// Allocation extent descriptor (ECMA-167 4/14.5); allocation descriptors follow.
    pub(crate) struct AllocationExtentDescriptor = 24 {
        /// BP 0: identifier 258.
        pub tag: Tag,
        /// BP 16: block of the extent before this one, 0 for none.
        pub previous: Le32,
        /// BP 20: bytes of allocation descriptors.
        pub allocation_length: Le32,
    }
}

on_disk! {
    /// Indirect entry (ECMA-167 4/14.7): the file entry is elsewhere.
    pub(crate) struct IndirectEntry = 52 {
        /// BP 0: identifier 259.
        pub tag: Tag,
        /// BP 16: strategy, file type and form of allocation descriptors.
        pub icb_tag: IcbTag,
        /// BP 36: where the file entry lies.
        pub icb: LongAd,
    }
}

on_disk! {
    /// Extended attribute header descriptor (ECMA-167 4/14.10.1).
    pub struct AttributeHeader = 24 {
        /// BP 0: identifier 262.
        pub tag: Tag,
        /// BP 16: where the implementation use attributes begin in the attribute space.
        pub implementation_attributes: Le32,
        /// BP 20: where the application use attributes begin.
        pub application_attributes: Le32,
    }
}

on_disk! {
    /// What every extended attribute begins with (ECMA-167 4/14.10.2).
    pub(crate) struct AttributeHead = 12 {
        /// BP 0: see [`attribute_type`].
        pub attribute_type: Le32,
        /// BP 4: 1.
        pub subtype: u8,
        /// BP 5: zeros.
        pub reserved: [u8; 3],
        /// BP 8: bytes of the attribute, this head included.
        pub length: Le32,
    }
}

/// Types of extended attributes (ECMA-167 4/14.10).
pub(crate) mod attribute_type {
    /// File times (4/14.10.5), such as the creation of a file without extended entry.
    pub(crate) const FILE_TIMES: u32 = 5;
    /// Device specification (4/14.10.7): major and minor number.
    pub(crate) const DEVICE: u32 = 12;
    /// Implementation use (4/14.10.8), which UDF divides by identifier.
    pub(crate) const IMPLEMENTATION_USE: u32 = 2048;
    /// Application use (4/14.10.9).
    pub(crate) const APPLICATION_USE: u32 = 65536;
}

on_disk! {
    /// Device specification attribute behind its head (ECMA-167 4/14.10.7); implementation use follows.
    pub(crate) struct DeviceSpecification = 12 {
        /// BP 12: bytes of implementation use.
        pub implementation_use_length: Le32,
        /// BP 16: major number.
        pub major: Le32,
        /// BP 20: minor number.
        pub minor: Le32,
    }
}

on_disk! {
    /// File times attribute behind its head (ECMA-167 4/14.10.5); the time stamps of the set bits follow.
    pub struct FileTimes = 8 {
        /// BP 12: bytes of time stamps.
        pub data_length: Le32,
        /// BP 16: bit 0 creation, bit 2 deletion, bit 3 effective, bit 5 backup.
        pub existence: Le32,
    }
}

on_disk! {
    /// Implementation use or application use attribute behind its head (ECMA-167 4/14.10.8, 4/14.10.9); the use follows.
    pub(crate) struct AttributeUse = 36 {
        /// BP 12: bytes of use.
        pub use_length: Le32,
        /// BP 16: whose use it is: `*UDF FreeEASpace` and others.
        pub identifier: EntityId,
    }
}

on_disk! {
    /// Head of a path component (ECMA-167 4/14.16.1); its identifier follows.
    pub(crate) struct PathComponent = 4 {
        /// BP 0: 1 root of some other system, 2 root, 3 parent, 4 this directory, 5 named.
        pub component_type: u8,
        /// BP 1: bytes of the identifier.
        pub identifier_length: u8,
        /// BP 2: version of the file, 0 for any.
        pub version: Le16,
    }
}
