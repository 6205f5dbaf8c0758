//! What there is to say of a container.

use crate::checks::Checks;
use crate::engine::Raw;
use crate::error::Result;
use crate::input::Input;
use crate::pace::Pace;
use crate::step::Sink;
use isokit_core::sniff::Packed;
use std::ops::RangeInclusive;

/// A container: its names, how it is recognised, and what can be done with it.
#[derive(Debug)]
pub struct Container {
    /// As users know it; no other container has it.
    pub name: &'static str,
    /// Names that are accepted for it as well; messages and help show [`Container::name`].
    pub aliases: &'static [&'static str],
    /// The document that defines it, with its version.
    pub standard: &'static str,
    /// Last extensions of the names of its files, in lower case, without the dot.
    pub suffixes: &'static [&'static str],
    /// Those that a tar archive in it has, in the place of two.
    pub archive_suffixes: &'static [&'static str],
    /// What the core recognises it as, by its magic numbers.
    pub magic: Packed,
    /// `None`: it is recognised and not read.
    pub reading: Option<Reading>,
    /// `None`: it is not written.
    pub writing: Option<Writing>,
}

/// What can read it, and how.
#[derive(Debug)]
pub struct Reading {
    /// Whether it can come from a pipe, none of it being kept.
    pub streams: bool,
    /// What is decoded on several threads, in words: `blocks`. `None`: nothing is.
    pub parallel: Option<&'static str>,
    /// The decoder, of all parts that the input has.
    pub decode: Decode,
}

/// What can write it, and how.
#[derive(Debug)]
pub struct Writing {
    /// Whether it can go to a pipe, nothing that was written being changed later.
    pub streams: bool,
    /// What is encoded on several threads, in words: `blocks`. `None`: nothing is.
    pub parallel: Option<&'static str>,
    /// `None`: compression has no levels.
    pub levels: Option<Levels>,
    /// Whether [`Settings::members`] means something.
    pub members: bool,
    /// The encoder, of all that there is to read.
    pub encode: Encode,
}

/// Levels of compression; a higher one takes more time and gives fewer bytes.
#[derive(Debug, Clone)]
pub struct Levels {
    /// From the fastest to the smallest.
    pub range: RangeInclusive<u8>,
    /// The one that the container's own program takes without being told.
    pub default: u8,
}

/// Reads a container from its first byte to its last, and notes what its data was compared with.
pub type Decode = fn(&mut Input<'_>, &Settings, &mut Checks, &mut dyn Sink) -> Result<()>;

/// Writes a container of all that is read, and counts what was compressed.
pub type Encode = fn(&mut dyn Raw, &Settings, &Pace, &mut dyn Sink) -> Result<()>;

/// How to compress and decompress. Each container takes what it has a use for.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// One of the container's levels.
    pub level: u8,
    /// A part that can be decompressed by itself for each block, instead of one for all.
    pub members: bool,
    /// Window of long distance matching as a power of two; any: large windows may be read.
    pub long: Option<u32>,
    /// Worker threads, at least 1.
    pub threads: usize,
}

impl Container {
    /// Whether files with this last extension, in lower case, are of this container.
    pub fn has_suffix(&self, suffix: &str) -> bool {
        self.suffixes.contains(&suffix) || self.archive_suffixes.contains(&suffix)
    }
}

impl PartialEq for Container {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Container {}
