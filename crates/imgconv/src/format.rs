//! The formats, how each is recognised, and the levels each has.

use clap::ValueEnum;
use isokit_core::Error;
use isokit_core::sniff::{self, Packed};
use std::ops::RangeInclusive;
use std::path::Path;

/// Extensions of compressed formats, archives and disk containers that hold something else than raw bytes.
const UNWRITTEN: [&str; 26] = [
    "7z", "br", "cab", "chd", "cso", "dmg", "ecm", "lz", "lzh", "lzma", "lzo", "mdf", "nrg", "qcow", "qcow2",
    "rar", "rz", "tlz", "vdi", "vhd", "vhdx", "vmdk", "wim", "z", "zip", "zso",
];

/// What a file can be converted from and to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Bytes as they are.
    Raw,
    /// RFC 1952.
    #[value(alias = "gz")]
    Gzip,
    /// RFC 8878.
    #[value(alias = "zst")]
    Zstd,
    /// The .xz file format.
    Xz,
    /// bzip2.
    #[value(alias = "bz2")]
    Bzip2,
    /// The LZ4 frame format.
    Lz4,
}

impl Format {
    /// The format of an input that begins with `bytes`: at least [`sniff::LOOKS_AT`] of them, or all there are.
    /// Packed formats that are not converted are raw bytes like any other.
    pub fn of_content(bytes: &[u8]) -> Self {
        match sniff::packed(bytes) {
            Some(Packed::Gzip) => Self::Gzip,
            Some(Packed::Zstandard) => Self::Zstd,
            Some(Packed::Xz) => Self::Xz,
            Some(Packed::Bzip2) => Self::Bzip2,
            Some(Packed::Lz4) => Self::Lz4,
            None | Some(Packed::Lzip | Packed::Zip | Packed::SevenZip | Packed::Compress) => Self::Raw,
        }
    }

    /// The format that the name of a file asks for: raw for all names that ask for none.
    ///
    /// # Errors
    /// When it asks for one that is not written.
    pub fn of_name(path: &Path) -> Result<Self, Error> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        Ok(match extension.as_deref() {
            Some("gz" | "gzip" | "tgz" | "svgz") => Self::Gzip,
            Some("zst" | "zstd" | "tzst") => Self::Zstd,
            Some("xz" | "txz") => Self::Xz,
            Some("bz2" | "bzip2" | "tbz2" | "tbz") => Self::Bzip2,
            Some("lz4" | "tlz4") => Self::Lz4,
            Some(other) if UNWRITTEN.contains(&other) => {
                let sentence = format!("{other} is not written; --to raw puts the bytes there as they are");
                return Err(Error::Usage(sentence));
            }
            _ => Self::Raw,
        })
    }

    /// As users know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        }
    }

    /// The levels there are, if any.
    pub fn levels(self) -> Option<RangeInclusive<u8>> {
        match self {
            Self::Raw | Self::Lz4 => None,
            Self::Gzip => Some(1..=12),
            Self::Zstd => Some(1..=19),
            Self::Xz => Some(0..=9),
            Self::Bzip2 => Some(1..=9),
        }
    }

    /// The level used when none is asked for: the one of the format's own tool.
    pub fn default_level(self) -> u8 {
        match self {
            Self::Raw => 0,
            Self::Lz4 => 1,
            Self::Zstd => 3,
            Self::Gzip | Self::Xz => 6,
            Self::Bzip2 => 9,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_recognised_by_content() {
        let cases: [(&[u8], Format); 9] = [
            (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", Format::Gzip),
            (b"\x02\x21\x4c\x18", Format::Lz4),
            (b"\x28\xb5\x2f\xfd\x24\0", Format::Zstd),
            (b"\x53\x2a\x4d\x18\x04\0\0\0", Format::Zstd),
            (b"\xfd7zXZ\0\0\x04", Format::Xz),
            (b"BZh91AY&SY", Format::Bzip2),
            (b"BZh9 is a word", Format::Raw),
            (b"\x04\x22\x4d\x18", Format::Lz4),
            (b"", Format::Raw),
        ];
        for (bytes, format) in cases {
            assert_eq!(Format::of_content(bytes), format, "{:?}", bytes.escape_ascii().to_string());
        }
    }

    #[test]
    fn the_name_of_the_output_asks_for_a_format() {
        for (name, format) in [("a.iso.ZST", Format::Zstd), ("a.iso", Format::Raw), ("gz", Format::Raw)] {
            assert_eq!(Format::of_name(Path::new(name)).ok(), Some(format));
        }
        for name in ["x.zip", "x.iso.7Z", "x.qcow2", "x.Z", "x.lzma"] {
            let error = Format::of_name(Path::new(name)).unwrap_err().to_string();
            assert!(error.ends_with(" is not written; --to raw puts the bytes there as they are"), "{error}");
        }
    }
}
