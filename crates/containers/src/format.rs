//! What bytes are, and what they are to become: a container, or the bytes as they are.

use crate::container::Container;
use crate::error::Result;
use crate::input::Input;
use crate::table::CONTAINERS;
use crate::{lz4, zstd};
use isokit_core::sniff::{self, LZ4, LZ4_LEGACY, SKIPPABLE, ZSTANDARD};

/// What bytes can be: raw, or in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Bytes as they are, whatever is in them.
    Raw,
    /// What a container of the table has in it.
    Container(&'static Container),
}

impl Format {
    /// The format that has this name or alias; `raw` is one.
    pub fn named(name: &str) -> Option<Self> {
        let has = |container: &&&Container| container.name == name || container.aliases.contains(&name);
        let found = CONTAINERS.iter().find(has).map(|container| Self::Container(container));
        found.or_else(|| (name == Self::Raw.name()).then_some(Self::Raw))
    }

    /// The container that files with this last extension, in lower case, are of.
    pub fn of_suffix(suffix: &str) -> Option<Self> {
        CONTAINERS.iter().find(|container| container.has_suffix(suffix)).map(|found| Self::Container(found))
    }

    /// The format of an input that begins with `bytes`: at least [`sniff::LOOKS_AT`] of them, or all there are.
    /// Containers that are not read are raw bytes like any other.
    pub fn of_content(bytes: &[u8]) -> Self {
        let packed = sniff::packed(bytes);
        let found = CONTAINERS.iter().find(|container| Some(container.magic) == packed);
        found.filter(|found| found.reading.is_some()).map_or(Self::Raw, |found| Self::Container(found))
    }

    /// As the user may type it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Container(container) => container.name,
        }
    }

    /// The format of `input`, which begins as this one does: that of the first frame that is not skippable, where such
    /// frames, which zstd and LZ4 share, come before it. They are passed over; an input that has no other is what it is
    /// `named`, if that is one of the two.
    ///
    /// # Errors
    /// Those of the input, and what is cut off.
    pub fn settled(self, input: &mut Input<'_>, named: Self) -> Result<Self> {
        let [lz4, zstd] = [&lz4::CONTAINER, &zstd::CONTAINER].map(Self::Container);
        if self != zstd {
            return Ok(self);
        }
        loop {
            let mut magic = [0; 4];
            magic.iter_mut().zip(input.peek(4)?).for_each(|(to, from)| *to = *from);
            match magic {
                ZSTANDARD => return Ok(zstd),
                LZ4 | LZ4_LEGACY => return Ok(lz4),
                [0x50..=0x5f, rest @ ..] if rest == SKIPPABLE => {
                    input.consume(4);
                    lz4::skip(input)?;
                }
                _ => return Ok(if named == lz4 { lz4 } else { zstd }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_recognised_by_content() {
        let cases: [(&[u8], &str); 10] = [
            (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "gzip"),
            (b"\x02\x21\x4c\x18", "lz4"),
            (b"\x28\xb5\x2f\xfd\x24\0", "zstd"),
            (b"\x53\x2a\x4d\x18\x04\0\0\0", "zstd"),
            (b"\xfd7zXZ\0\0\x04", "xz"),
            (b"BZh91AY&SY", "bzip2"),
            (b"BZh9 is a word", "raw"),
            (b"\x04\x22\x4d\x18", "lz4"),
            (b"LZIP\x01\x0c", "raw"),
            (b"", "raw"),
        ];
        for (bytes, name) in cases {
            assert_eq!(Format::of_content(bytes).name(), name, "{:?}", bytes.escape_ascii().to_string());
        }
    }

    #[test]
    fn names_and_suffixes_lead_to_formats() {
        for (name, want) in [("raw", "raw"), ("gz", "gzip"), ("zst", "zstd"), ("bz2", "bzip2"), ("xz", "xz")]
        {
            assert_eq!(Format::named(name).map(Format::name), Some(want));
        }
        assert_eq!(Format::named("tgz"), None);
        for (suffix, want) in [("svgz", "gzip"), ("tzst", "zstd"), ("tbz", "bzip2"), ("lz4", "lz4")] {
            assert_eq!(Format::of_suffix(suffix).map(Format::name), Some(want));
        }
        assert_eq!(Format::of_suffix("img"), None);
    }
}
