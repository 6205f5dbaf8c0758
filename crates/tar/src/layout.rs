//! The blocks of an archive, and the header (POSIX pax, ustar interchange format).

use isokit_core::number::round_up;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Bytes of a block: headers take one, contents are filled up to whole ones.
pub(crate) const BLOCK: u64 = 512;

/// What ends an archive: two blocks of zeros.
pub const END: [u8; 1024] = [0; 1024];

/// Bytes that fill content of `size` bytes up to whole blocks.
pub const fn padding(size: u64) -> u64 {
    round_up(size, BLOCK).saturating_sub(size)
}

/// A header block. Numbers are octal digits.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Ustar {
    /// Path, or the end of it; ended by NUL when it is shorter.
    pub(crate) name: [u8; 100],
    /// Permission, set-id and sticky bits; some archivers add the file type.
    pub(crate) mode: [u8; 8],
    /// Owner's number.
    pub(crate) uid: [u8; 8],
    /// Group's number.
    pub(crate) gid: [u8; 8],
    /// Bytes of content; also of some hard links, which have none.
    pub(crate) size: [u8; 12],
    /// Last change of the content, in seconds since 1970.
    pub(crate) mtime: [u8; 12],
    /// Sum of all bytes of the block, those of this field taken as blanks.
    pub(crate) checksum: [u8; 8],
    /// [`Role`](crate::header::Role) as a character: `0` is a regular file.
    pub(crate) typeflag: u8,
    /// Target of a link, hard or symbolic.
    pub(crate) linkname: [u8; 100],
    /// `ustar`, NUL; GNU's archives have a blank for the NUL.
    pub(crate) magic: [u8; 6],
    /// `00`; a blank and NUL in GNU's archives.
    pub(crate) version: [u8; 2],
    /// Owner's name, which nothing here looks at.
    pub(crate) uname: [u8; 32],
    /// Group's name, which nothing here looks at.
    pub(crate) gname: [u8; 32],
    /// Of a device; else 0 or nothing.
    pub(crate) devmajor: [u8; 8],
    /// Of a device; else 0 or nothing.
    pub(crate) devminor: [u8; 8],
    /// What comes before `name`, without the slash between them.
    pub(crate) prefix: [u8; 155],
    /// Filler up to 512 bytes.
    pub(crate) rest: [u8; 12],
}

const _: () = assert!(size_of::<Ustar>() == 512);
const _: () = assert!(std::mem::offset_of!(Ustar, typeflag) == 156);
const _: () = assert!(std::mem::offset_of!(Ustar, prefix) == 345);
