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

/// A descriptor tag.
pub(crate) const TAG: Structure = Structure::new("descriptor tag", "ECMA-167 3/7.2");
/// The volume recognition sequence.
pub(crate) const RECOGNITION: Structure = Structure::new("volume recognition sequence", "ECMA-167 2/9");
/// An anchor volume descriptor pointer.
pub(crate) const ANCHOR: Structure = Structure::new("anchor volume descriptor pointer", "ECMA-167 3/10.2");
/// A volume descriptor sequence.
pub(crate) const SEQUENCE: Structure = Structure::new("volume descriptor sequence", "ECMA-167 3/8.4.2");
/// A primary volume descriptor.
pub(crate) const PRIMARY: Structure = Structure::new("primary volume descriptor", "ECMA-167 3/10.1");
/// A partition descriptor.
pub(crate) const PARTITION: Structure = Structure::new("partition descriptor", "ECMA-167 3/10.5");
/// A logical volume descriptor.
pub(crate) const LOGICAL_VOLUME: Structure = Structure::new("logical volume descriptor", "ECMA-167 3/10.6");
/// A partition map of a logical volume descriptor.
pub(crate) const PARTITION_MAP: Structure =
    Structure::new("partition map", "ECMA-167 3/10.7, UDF 2.2.8 to 2.2.10");
/// A logical volume integrity descriptor.
pub(crate) const INTEGRITY: Structure =
    Structure::new("logical volume integrity descriptor", "ECMA-167 3/10.10");
/// A file set descriptor.
pub(crate) const FILE_SET: Structure = Structure::new("file set descriptor", "ECMA-167 4/14.1");
/// A file identifier descriptor.
pub(crate) const FILE_IDENTIFIER: Structure = Structure::new("file identifier descriptor", "ECMA-167 4/14.4");
/// A file entry or extended file entry.
pub(crate) const FILE_ENTRY: Structure = Structure::new("file entry", "ECMA-167 4/14.9, 4/14.17");
/// An allocation descriptor.
pub(crate) const ALLOCATION: Structure = Structure::new("allocation descriptor", "ECMA-167 4/14.14");
/// A virtual allocation table.
pub(crate) const VIRTUAL_TABLE: Structure = Structure::new("virtual allocation table", "UDF 2.2.11");
/// A sparing table.
pub(crate) const SPARING_TABLE: Structure = Structure::new("sparing table", "UDF 2.2.12");
/// An information control block: the file entries that describe a file.
pub(crate) const ICB: Structure = Structure::new("information control block", "ECMA-167 4/14.6");
/// An extended attribute space, or one attribute of it.
pub(crate) const EXTENDED_ATTRIBUTES: Structure = Structure::new("extended attributes", "ECMA-167 4/14.10");
/// The path components of a symbolic link.
pub(crate) const PATH_COMPONENTS: Structure = Structure::new("path component", "ECMA-167 4/14.16");
/// A directory.
pub(crate) const DIRECTORY: Structure = Structure::new("directory", "ECMA-167 4/8.6");
/// A stream directory.
pub(crate) const STREAM_DIRECTORY: Structure = Structure::new("stream directory", "ECMA-167 4/9.2");
/// The metadata file of a metadata partition, or its mirror.
pub(crate) const METADATA_FILE: Structure = Structure::new("metadata file", "UDF 2.2.13");

/// Tag identifiers (ECMA-167 3/7.2.1, 4/7.2.1; UDF 2.2.12).
pub mod tag {
    /// Sparing table.
    pub const SPARING_TABLE: u16 = 0;
    /// Primary volume descriptor.
    pub const PRIMARY: u16 = 1;
    /// Anchor volume descriptor pointer.
    pub const ANCHOR: u16 = 2;
    /// Volume descriptor pointer.
    pub const POINTER: u16 = 3;
    /// Implementation use volume descriptor.
    pub const IMPLEMENTATION_USE: u16 = 4;
    /// Partition descriptor.
    pub const PARTITION: u16 = 5;
    /// Logical volume descriptor.
    pub const LOGICAL_VOLUME: u16 = 6;
    /// Unallocated space descriptor.
    pub const UNALLOCATED_SPACE: u16 = 7;
    /// Terminating descriptor.
    pub const TERMINATING: u16 = 8;
    /// Logical volume integrity descriptor.
    pub const INTEGRITY: u16 = 9;
    /// File set descriptor.
    pub const FILE_SET: u16 = 256;
    /// File identifier descriptor.
    pub const FILE_IDENTIFIER: u16 = 257;
    /// Allocation extent descriptor.
    pub const ALLOCATION_EXTENT: u16 = 258;
    /// Indirect entry.
    pub const INDIRECT: u16 = 259;
    /// Terminal entry.
    pub const TERMINAL: u16 = 260;
    /// File entry.
    pub const FILE_ENTRY: u16 = 261;
    /// Extended attribute header descriptor.
    pub const ATTRIBUTE_HEADER: u16 = 262;
    /// Extended file entry.
    pub const EXTENDED_FILE_ENTRY: u16 = 266;
}
