//! What the decompressed data was compared with.

use std::fmt;

/// The checksums of the members, frames or streams of an input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checks {
    kinds: Vec<&'static str>,
    parts: u64,
    without: u64,
    unsupported: Option<Unsupported>,
}

/// A checksum that nobody here can compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsupported {
    /// Byte offset of its type in the input.
    pub at: u64,
    /// Its type, 0 to 15 (.xz file format 2.1.1.2).
    pub kind: u8,
}

impl Checks {
    /// One more part, which was compared with checksums of this `kind`, or has none.
    pub fn add(&mut self, kind: Option<&'static str>) {
        self.parts += 1;
        match kind {
            None => self.without += 1,
            Some(kind) if self.kinds.contains(&kind) => {}
            Some(kind) => self.kinds.push(kind),
        }
    }

    /// One more part, which has a checksum that was not compared.
    pub fn add_unsupported(&mut self, unsupported: Unsupported) {
        self.parts += 1;
        self.without += 1;
        self.unsupported.get_or_insert(unsupported);
    }

    /// The first checksum that was not compared.
    pub fn unsupported(&self) -> Option<Unsupported> {
        self.unsupported
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, kind } = self;
        write!(f, "byte {at:#x}: xz stream: check type {kind:#x} is not supported; the data was not verified")
    }
}

impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kinds, parts, without, .. } = self;
        match (kinds.is_empty(), without) {
            (true, _) if self.unsupported.is_some() => f.write_str("not verified"),
            (true, _) => f.write_str("no checksum to verify"),
            (false, 0) => write!(f, "verified by {}", kinds.join(" and ")),
            (false, without) => {
                write!(
                    f,
                    "verified by {}, but {without} of {parts} parts have no checksum",
                    kinds.join(" and ")
                )
            }
        }
    }
}
