//! A file: what its ICB leads to, as an entry of the neutral tree (ECMA-167 4/8.8).

use super::allocation::{self, content};
use super::icb::{self, Block};
use super::layout::{EXTENDED_ATTRIBUTES, FILE_ENTRY, LongAd, PATH_COMPONENTS};
use super::space::Space;
use super::{attributes, link};
use crate::error::{Location, Result};
use crate::number::wide;
use crate::tree::{Entry, Kind};

/// Bytes of path components a symbolic link may have.
const LONGEST_LINK: u64 = 16 << 10;
/// Bytes of a file of extended attributes that are read.
const LARGEST_ATTRIBUTE_FILE: u64 = 1 << 20;
/// Bytes of either that count as a piece of a file: many names may lead to the same.
const BYTES: u64 = 4;

/// Fills `block` with the first block of the ICB that `icb`, at `at`, leads to.
///
/// # Errors
/// As [`Block::read`].
pub(super) fn first(space: &Space<'_>, icb: &LongAd, block: &mut Block, at: Location) -> Result<()> {
    block.read(space, icb.location.partition.get(), icb.location.block.get(), at)
}

/// Gives `entry` what the ICB that `icb` leads to says; `block` holds the first block of it.
///
/// # Errors
/// As [`icb::settle`] and [`allocation::extents`]; [`crate::Error::Corrupt`] for a symbolic link that cannot be read.
pub(super) fn describe(space: &Space<'_>, icb: &LongAd, block: &mut Block, entry: &mut Entry) -> Result<()> {
    icb::settle(space, icb, block, entry.at)?;
    let found = block.settled(space)?;
    let place = block.place;
    entry.kind = found.kind().unwrap_or_default();
    if found.kind().is_none() {
        let deviation = format!("file type {} is shown as a file", found.head.icb_tag.file_type);
        space.findings.note(space.absolute(place), FILE_ENTRY, deviation);
    }
    found.describe(entry);
    if found.has_odd_times(&entry.times) {
        let deviation = "one of its dates does not exist in the calendar; treated as not recorded";
        space.findings.note(space.absolute(place), FILE_ENTRY, deviation);
    }
    if let Some(posix) = &mut entry.posix {
        posix.serial = place.checked_div(space.block).filter(|serial| *serial != 0);
    }
    let (bytes, at) = found.attributes;
    attributes::take(bytes, at, entry, &space.findings);
    if let Some(file) = &found.attribute_file
        && let Err(error) = attribute_file(space, file, entry)
    {
        let deviation = format!("{error}; they were passed over");
        space.findings.note(space.absolute(place), EXTENDED_ATTRIBUTES, deviation);
    }
    entry.streams = found.streams.map(|streams| icb::handle(&streams, space.block));
    match entry.kind {
        Kind::File | Kind::Directory | Kind::Symlink => {
            entry.size = allocation::extents(space, &found, block.partition, place, &mut entry.extents)?;
        }
        Kind::CharacterDevice | Kind::BlockDevice | Kind::Fifo | Kind::Socket => {}
    }
    if entry.kind == Kind::Symlink {
        target(space, entry)?;
    }
    Ok(())
}

/// Describes `entry`, which was described, again: not all of it was kept.
///
/// # Errors
/// As [`describe`].
pub(super) fn again(space: &Space<'_>, icb: &LongAd, block: &mut Block, entry: &mut Entry) -> Result<()> {
    first(space, icb, block, entry.at)?;
    entry.extents.clear();
    entry.attributes.clear();
    entry.link.clear();
    describe(space, icb, block, entry)
}

/// Takes the extended attributes in a file of their own (ECMA-167 4/14.9.17).
fn attribute_file(space: &Space<'_>, icb: &LongAd, entry: &mut Entry) -> Result<()> {
    let mut block = Block::default();
    first(space, icb, &mut block, entry.at)?;
    icb::settle(space, icb, &mut block, entry.at)?;
    let (size, extents) = content(space, &block)?;
    let at = space.absolute(extents.first().and_then(|first| first.offset).unwrap_or(block.place));
    if size > LARGEST_ATTRIBUTE_FILE {
        let limit = format!("at most {LARGEST_ATTRIBUTE_FILE}");
        return Err(EXTENDED_ATTRIBUTES.at(at).out_of_range("information length", size, limit));
    }
    space.count(size / BYTES, EXTENDED_ATTRIBUTES.at(at))?;
    let bytes = space.read(&extents, 0..size)?;
    attributes::take(&bytes, at, entry, &space.findings);
    Ok(())
}

/// Makes the content of a symbolic link its target.
fn target(space: &Space<'_>, entry: &mut Entry) -> Result<()> {
    let at = entry.start().unwrap_or_default();
    let at = space.absolute(at);
    if entry.size > LONGEST_LINK {
        let limit = format!("at most {LONGEST_LINK}");
        return Err(PATH_COMPONENTS.at(at).out_of_range("information length", entry.size, limit));
    }
    space.count(entry.size / BYTES, PATH_COMPONENTS.at(at))?;
    let bytes = space.read(&entry.extents, 0..entry.size)?;
    link::decode(&bytes, at, &mut entry.link)?;
    entry.extents.clear();
    entry.size = wide(entry.link.len());
    Ok(())
}
