//! What an error is about: a structure of a standard, and where it lies. The doors to every error about bytes.

use super::{Corrupt, Error, Problem, Unsupported};
use std::fmt;

/// Where something lies in the input the user named.
///
/// A reader does not add one up: [`Source::location`](crate::source::Source::location) makes it of an offset in the source,
/// which knows where it lies in the input and what its sectors are, and [`Fields`](crate::fields::Fields) keeps it as it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    byte: u64,
    /// Bytes of a sector; 0 where there are none.
    sector: u32,
}

impl Location {
    /// Byte `byte` of something that has no sectors.
    pub const fn of_byte(byte: u64) -> Self {
        Self { byte, sector: 0 }
    }

    /// Byte `byte` of a disc or disk whose sectors have `sector` bytes.
    pub const fn in_sectors(byte: u64, sector: u32) -> Self {
        Self { byte, sector }
    }

    /// The same byte, where sectors have `sector` bytes.
    pub(super) const fn in_sectors_of(self, sector: u32) -> Self {
        Self { sector, ..self }
    }

    /// Absolute byte offset in the input the user named.
    pub const fn byte(self) -> u64 {
        self.byte
    }

    /// The sector that byte is in, if there are any.
    pub fn sector(self) -> Option<u64> {
        self.byte.checked_div(self.sector.into())
    }

    /// Where that lies which begins `bytes` behind this.
    #[must_use]
    pub const fn behind(self, bytes: u64) -> Self {
        Self { byte: self.byte.saturating_add(bytes), ..self }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {:#x}", self.byte)?;
        self.sector().map_or(Ok(()), |sector| write!(f, " (sector {sector})"))
    }
}

/// A structure of a standard: its noun and the clause that defines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Structure {
    /// The standard's noun, lower case, e.g. `volume descriptor`.
    pub name: &'static str,
    /// Where it is defined, e.g. `ECMA-119 8.1`.
    pub clause: &'static str,
}

impl Structure {
    /// A structure named `name`, defined in `clause`.
    pub const fn new(name: &'static str, clause: &'static str) -> Self {
        Self { name, clause }
    }

    /// The structure that lies at `at`: what errors and findings are made of.
    pub const fn at(self, at: Location) -> Subject {
        Subject { at, what: self }
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A structure at its place: what errors and findings are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Where it begins.
    pub at: Location,
    /// Its noun and clause.
    pub what: Structure,
}

impl Subject {
    /// [`Error::Corrupt`], for the damage that `problem` tells.
    pub fn corrupt(self, problem: Problem) -> Error {
        let Self { at, what } = self;
        Error::from(Box::new(Corrupt { at, what, problem }))
    }

    /// [`Error::Corrupt`] for a `field` that is `got`; `limit` says in words what is allowed.
    pub fn out_of_range(self, field: &'static str, got: u64, limit: impl Into<String>) -> Error {
        self.corrupt(Problem::OutOfRange { field, got, limit: limit.into() })
    }

    /// [`Error::Unsupported`]: it asks for `feature`, which is legal.
    pub fn unsupported(self, feature: impl Into<String>) -> Error {
        let Self { at, what } = self;
        Error::from(Box::new(Unsupported { at, what, feature: feature.into() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sector_is_named_where_there_are_any() {
        assert_eq!(Location::in_sectors(0x8001, 2048).to_string(), "byte 0x8001 (sector 16)");
        assert_eq!(Location::in_sectors(0x8001, 512).to_string(), "byte 0x8001 (sector 64)");
        assert_eq!(Location::of_byte(0x8001).to_string(), "byte 0x8001");
    }
}
