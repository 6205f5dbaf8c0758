//! The fixed structures of ECMA-167 (3rd edition) and OSTA UDF, as they lie on the medium. Byte positions (BP) count
//! from 0, as in the standard.

use crate::error::Structure;

macro_rules! on_disk {
    ($(#[$about:meta])* $visible:vis struct $name:ident = $size:literal { $($(#[$doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
        #[repr(C)]
        $visible struct $name { $($(#[$doc])* $visible $field: $type,)* }
        const _: () = assert!(size_of::<$name>() == $size);
    };
}

mod basic;
mod file;
mod partition;
mod volume;

pub use basic::*;
pub use file::*;
pub use partition::*;
pub use volume::*;

/// The tag that every descriptor begins with.
pub(crate) const TAG: Structure = Structure::new("descriptor tag", "ECMA-167 3/7.2");
/// The volume recognition sequence, from byte 32,768 on.
pub(crate) const RECOGNITION: Structure = Structure::new("volume recognition sequence", "ECMA-167 2/9");
/// An anchor, in sector 256 and at the end of the volume.
pub(crate) const ANCHOR: Structure = Structure::new("anchor volume descriptor pointer", "ECMA-167 3/10.2");
/// The main or the reserve sequence, and what it must hold.
pub(crate) const SEQUENCE: Structure = Structure::new("volume descriptor sequence", "ECMA-167 3/8.4.2");
/// One for each volume; it prevails by its sequence number.
pub(crate) const PRIMARY: Structure = Structure::new("primary volume descriptor", "ECMA-167 3/10.1");
/// One for each partition of the volume.
pub(crate) const PARTITION: Structure = Structure::new("partition descriptor", "ECMA-167 3/10.5");
/// The logical volume, with its partition maps.
pub(crate) const LOGICAL_VOLUME: Structure = Structure::new("logical volume descriptor", "ECMA-167 3/10.6");
/// A partition map of a logical volume descriptor.
pub(crate) const PARTITION_MAP: Structure =
    Structure::new("partition map", "ECMA-167 3/10.7, UDF 2.2.8 to 2.2.10");
/// The last of its sequence counts.
pub(crate) const INTEGRITY: Structure =
    Structure::new("logical volume integrity descriptor", "ECMA-167 3/10.10");
/// The file set, whose root directory is the tree.
pub(crate) const FILE_SET: Structure = Structure::new("file set descriptor", "ECMA-167 4/14.1");
/// A name in a directory.
pub(crate) const FILE_IDENTIFIER: Structure = Structure::new("file identifier descriptor", "ECMA-167 4/14.4");
/// A file entry or extended file entry, which describes one file.
pub(crate) const FILE_ENTRY: Structure = Structure::new("file entry", "ECMA-167 4/14.9, 4/14.17");
/// One descriptor of any form: short, long or extended.
pub(crate) const ALLOCATION: Structure = Structure::new("allocation descriptor", "ECMA-167 4/14.14");
/// What a virtual partition is numbered by.
pub(crate) const VIRTUAL_TABLE: Structure = Structure::new("virtual allocation table", "UDF 2.2.11");
/// What defective packets of a sparable partition are replaced by.
pub(crate) const SPARING_TABLE: Structure = Structure::new("sparing table", "UDF 2.2.12");
/// An information control block: the file entries that describe a file.
pub(crate) const ICB: Structure = Structure::new("information control block", "ECMA-167 4/14.6");
/// An extended attribute space, or one attribute of it.
pub(crate) const EXTENDED_ATTRIBUTES: Structure = Structure::new("extended attributes", "ECMA-167 4/14.10");
/// The path components of a symbolic link.
pub(crate) const PATH_COMPONENTS: Structure = Structure::new("path component", "ECMA-167 4/14.16");
/// A directory as a whole: its file identifier descriptors.
pub(crate) const DIRECTORY: Structure = Structure::new("directory", "ECMA-167 4/8.6");
/// A directory of named streams.
pub(crate) const STREAM_DIRECTORY: Structure = Structure::new("stream directory", "ECMA-167 4/9.2");
/// The metadata file of a metadata partition, or its mirror.
pub(crate) const METADATA_FILE: Structure = Structure::new("metadata file", "UDF 2.2.13");

/// Tag identifiers (ECMA-167 3/7.2.1, 4/7.2.1; UDF 2.2.12).
pub mod tag {
    /// Sparing table (UDF 2.2.12): no descriptor of ECMA-167.
    pub const SPARING_TABLE: u16 = 0;
    /// Primary volume descriptor (3/10.1).
    pub const PRIMARY: u16 = 1;
    /// Anchor volume descriptor pointer (3/10.2).
    pub const ANCHOR: u16 = 2;
    /// Volume descriptor pointer (3/10.3).
    pub const POINTER: u16 = 3;
    /// Implementation use volume descriptor (3/10.4).
    pub const IMPLEMENTATION_USE: u16 = 4;
    /// Partition descriptor (3/10.5).
    pub const PARTITION: u16 = 5;
    /// Logical volume descriptor (3/10.6).
    pub const LOGICAL_VOLUME: u16 = 6;
    /// Unallocated space descriptor (3/10.8).
    pub const UNALLOCATED_SPACE: u16 = 7;
    /// Terminating descriptor (3/10.9, 4/14.2).
    pub const TERMINATING: u16 = 8;
    /// Logical volume integrity descriptor (3/10.10).
    pub const INTEGRITY: u16 = 9;
    /// File set descriptor (4/14.1).
    pub const FILE_SET: u16 = 256;
    /// File identifier descriptor (4/14.4).
    pub const FILE_IDENTIFIER: u16 = 257;
    /// Allocation extent descriptor (4/14.5).
    pub const ALLOCATION_EXTENT: u16 = 258;
    /// Indirect entry (4/14.7).
    pub const INDIRECT: u16 = 259;
    /// Terminal entry (4/14.8).
    pub const TERMINAL: u16 = 260;
    /// File entry (4/14.9).
    pub const FILE_ENTRY: u16 = 261;
    /// Extended attribute header descriptor (4/14.10.1).
    pub const ATTRIBUTE_HEADER: u16 = 262;
    /// Extended file entry (4/14.17), from the third edition on.
    pub const EXTENDED_FILE_ENTRY: u16 = 266;
}
