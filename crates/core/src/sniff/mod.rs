//! What is recognised, by how it begins, as holding an image without being one.

mod foreign;

pub(crate) use foreign::NOT_AN_IMAGE;
pub use foreign::{Class, Foreign, foreign};

use crate::error::Result;
use crate::source::Source;
use std::fmt;

/// A format that packs data, named as file(1) does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstandard,
    /// The .xz File Format 1.2.1.
    Xz,
    /// bzip2 1.0.
    Bzip2,
    /// LZ4 Frame Format 1.6.
    Lz4,
    /// draft-diaz-lzip.
    Lzip,
    /// APPNOTE 6.3.10.
    Zip,
    /// 7zFormat.txt.
    SevenZip,
    /// compress(1), LZW.
    Compress,
}

/// Each member of a gzip file: ID1, ID2 and the only method that was ever defined.
pub const GZIP: [u8; 3] = *b"\x1f\x8b\x08";
/// Each frame of Zstandard.
pub const ZSTANDARD: [u8; 4] = *b"\x28\xb5\x2f\xfd";
/// Each stream of an .xz file.
pub const XZ: [u8; 6] = *b"\xfd7zXZ\0";
/// Each stream of bzip2; a level from 1 to 9 follows.
pub const BZIP2: [u8; 3] = *b"BZh";
/// Each frame of LZ4.
pub const LZ4: [u8; 4] = *b"\x04\x22\x4d\x18";
/// Each legacy frame of LZ4.
pub const LZ4_LEGACY: [u8; 4] = *b"\x02\x21\x4c\x18";
/// The skippable frame of Zstandard and LZ4, behind its first byte, which is from 0x50 to 0x5f.
pub const SKIPPABLE: [u8; 3] = *b"\x2a\x4d\x18";

/// Beginnings, long enough that no boot code is taken for packed data.
const BEGINNINGS: &[(Packed, &[u8])] = &[
    (Packed::Gzip, &GZIP),
    (Packed::Zstandard, &ZSTANDARD),
    (Packed::Xz, &XZ),
    (Packed::Lz4, &LZ4),
    (Packed::Lz4, &LZ4_LEGACY),
    (Packed::Lzip, b"LZIP\x01"),
    (Packed::Zip, b"PK\x03\x04"),
    (Packed::Zip, b"PK\x05\x06"),
    (Packed::SevenZip, b"7z\xbc\xaf\x27\x1c"),
];

/// How blocks of bzip2 begin, and how its streams end.
const BZIP2_BLOCKS: [&[u8]; 2] = [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"];

/// Bytes that [`packed`] looks at: fewer may leave it undecided.
pub const LOOKS_AT: usize = 10;

/// The packed format that data beginning with `beginning` has.
pub fn packed(beginning: &[u8]) -> Option<Packed> {
    let found = BEGINNINGS.iter().find(|(_, magic)| beginning.starts_with(magic)).map(|(packed, _)| *packed);
    found.or(match beginning {
        [a, b, c, b'1'..=b'9', block @ ..]
            if [*a, *b, *c] == BZIP2 && BZIP2_BLOCKS.iter().any(|magic| block.starts_with(magic)) =>
        {
            Some(Packed::Bzip2)
        }
        // It is Zstandard's parallel compressors that begin with one.
        [0x50..=0x5f, rest @ ..] if rest.starts_with(&SKIPPABLE) => Some(Packed::Zstandard),
        // Bits 5 and 6 are reserved, and codes have 9 to 16 bits.
        [0x1f, 0x9d, flags, ..] if flags & 0x60 == 0 && (9..=16).contains(&(flags & 0x1f)) => {
            Some(Packed::Compress)
        }
        _ => None,
    })
}

/// As [`packed`], of what `source` begins with.
///
/// # Errors
/// Those of the source.
pub fn packed_source(source: &(impl Source + ?Sized)) -> Result<Option<Packed>> {
    let mut beginning = [0; LOOKS_AT];
    let length = source.read_some(0, &mut beginning)?;
    Ok(packed(beginning.get(..length).unwrap_or_default()))
}

impl fmt::Display for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip data",
            Self::Zstandard => "Zstandard data",
            Self::Xz => "XZ data",
            Self::Bzip2 => "bzip2 data",
            Self::Lz4 => "LZ4 data",
            Self::Lzip => "lzip data",
            Self::Zip => "a Zip archive",
            Self::SevenZip => "a 7-zip archive",
            Self::Compress => "compress'd data",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[test]
    fn each_format_is_known_by_its_beginning_and_one_byte_less_is_not() {
        for (beginning, want) in [
            (&b"\x1f\x8b\x08"[..], Packed::Gzip),
            (b"\x28\xb5\x2f\xfd", Packed::Zstandard),
            (b"\xfd7zXZ\0", Packed::Xz),
            (b"BZh91AY&SY", Packed::Bzip2),
            (b"BZh1\x17rE8P\x90", Packed::Bzip2),
            (b"\x04\x22\x4d\x18", Packed::Lz4),
            (b"\x02\x21\x4c\x18", Packed::Lz4),
            (b"\x53\x2a\x4d\x18", Packed::Zstandard),
            (b"LZIP\x01", Packed::Lzip),
            (b"PK\x03\x04", Packed::Zip),
            (b"7z\xbc\xaf\x27\x1c", Packed::SevenZip),
            (b"\x1f\x9d\x90", Packed::Compress),
        ] {
            assert!(beginning.len() <= LOOKS_AT);
            assert_eq!(packed(beginning), Some(want));
            assert_eq!(packed_source(&Memory([beginning, &[0; 20]].concat())).expect("memory"), Some(want));
            assert_eq!(packed(&beginning[..beginning.len() - 1]), None);
        }
        assert_eq!(packed(b"BZh0\x31AY&SY"), None);
        assert_eq!(packed(b"\x1f\x9d\xff"), None);
    }

    #[test]
    fn boot_code_is_not_packed() {
        for beginning in
            [&b""[..], &[0; 10], b"\x45\x52\x08\x00\x00\x00\x90\x90", b"\xeb\x63\x90", b"ER\x02\x00"]
        {
            assert_eq!(packed(beginning), None);
        }
    }
}
