//! The header block of a tar archive (POSIX pax, ustar interchange format), as readers and writers share it.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Bytes of a block: headers take one, contents are filled up to whole ones.
pub const BLOCK: u64 = 512;

/// A header block. Numbers are octal digits.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Ustar {
    /// Path, or the end of it; ended by NUL when it is shorter.
    pub name: [u8; 100],
    /// Permission, set-id and sticky bits.
    pub mode: [u8; 8],
    /// Owner.
    pub uid: [u8; 8],
    /// Group.
    pub gid: [u8; 8],
    /// Bytes of content.
    pub size: [u8; 12],
    /// Last change of the content, in seconds since 1970.
    pub mtime: [u8; 12],
    /// Sum of all bytes of the block, those of this field taken as blanks.
    pub checksum: [u8; 8],
    /// What the member is.
    pub typeflag: u8,
    /// Target of a link, hard or symbolic.
    pub linkname: [u8; 100],
    /// `ustar`, NUL; GNU's archives have a blank for the NUL.
    pub magic: [u8; 6],
    /// `00`.
    pub version: [u8; 2],
    /// Owner's name.
    pub uname: [u8; 32],
    /// Group's name.
    pub gname: [u8; 32],
    /// Major number of a device.
    pub devmajor: [u8; 8],
    /// Minor number of a device.
    pub devminor: [u8; 8],
    /// What comes before `name`, without the slash between them.
    pub prefix: [u8; 155],
    /// Zeros.
    pub rest: [u8; 12],
}

const _: () = assert!(size_of::<Ustar>() == 512);
const _: () = assert!(std::mem::offset_of!(Ustar, typeflag) == 156);
const _: () = assert!(std::mem::offset_of!(Ustar, prefix) == 345);
