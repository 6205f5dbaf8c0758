//! Sessions of an image that was written to more than once.
//!
//! Every session has a volume descriptor set of its own, 16 sectors behind its start, with addresses counted from the
//! start of the image. There is no table of them in a file, as a drive has for a disc: they are found by two habits of
//! those who write them.
//!
//! 1. On overwritable media the first session starts at sector 32, and sector 16 has a copy of the newest descriptors
//!    (libburnia). The chain of sessions begins at sector 32 if what it ends with is what sector 16 has.
//! 2. Else the first session starts at sector 0 and each next one behind the volume space of the one before, rounded up
//!    to an error correction block (genisoimage -C, growisofs), or behind the gap that a CD has between two sessions.

use super::layout::{FIRST_DESCRIPTOR, SECTOR, VolumeDescriptor};
use super::volume::{Descriptor, DescriptorKind};
use crate::error::{Error, Result};
use crate::number::round_up;
use crate::source::Source;
use std::str::FromStr;

/// Sectors by which a writer may align the start of a session: none, a DVD block, a block of libburnia.
const ALIGNMENTS: [u64; 3] = [32, 16, 1];

/// Sectors between the last one of a session of a CD and the first one of the next (Orange Book II): lead-out, 6750 behind
/// the first session and 2250 behind others, lead-in, 4500, and pregap, 150; up to two more to run out. Of a disc that
/// was read the pregap may be missing.
const GAPS: [u64; 8] = [11_250, 11_400, 11_401, 11_402, 6750, 6900, 6901, 6902];

/// Start of the first session on overwritable media.
const OVERWRITABLE_START: u64 = 32;

/// Sessions looked for. A CD has 99 tracks at the most.
const MOST_SESSIONS: usize = 1000;

/// Bytes a pipe is read ahead for a session that nobody asked for. Less than a pipe keeps in memory, and little beside
/// the images whose first session is not worth reading through.
pub(crate) const LOOK_AHEAD: u64 = 16 << 20;

/// Which session is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionChoice {
    /// The newest, however far a pipe has to be read for it.
    Newest,
    /// The one of this number, counted from 1.
    Number(u32),
    /// The one that starts at this sector, of 2048 bytes.
    Sector(u32),
}

impl FromStr for SessionChoice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.parse() {
            _ if text == "newest" => Ok(Self::Newest),
            Ok(number) if number > 0 => Ok(Self::Number(number)),
            _ => match text.strip_suffix('s').map(str::parse) {
                Some(Ok(sector)) => Ok(Self::Sector(sector)),
                _ => {
                    let known = "a number from 1 on, newest, or the sector at which it starts, as 11702s";
                    Err(Error::Usage(format!("{text}: not a session: {known}")))
                }
            },
        }
    }
}

/// How far is read in search of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// As far as there are any.
    Whole,
    /// Of a source that passes once, not further than [`LOOK_AHEAD`] at a time.
    Near,
}

impl Reach {
    /// Whether it goes to byte `end` of `source`.
    pub(super) fn covers(self, source: &dyn Source, end: u64) -> bool {
        let near = |passed: u64| end <= passed.saturating_add(LOOK_AHEAD);
        self == Self::Whole || source.access().is_random() || source.passed().is_none_or(near)
    }
}

/// The sectors at which a session may start behind the one that starts at sector `start` and ends at one of `ends`, as far
/// as its first descriptors are within `reach`.
fn places_behind(source: &dyn Source, start: u64, ends: [u64; 2], reach: Reach) -> impl Iterator<Item = u64> {
    let near = ends.into_iter().flat_map(|end| ALIGNMENTS.map(|alignment| round_up(end, alignment)));
    // A pipe is not read across a gap that may not be there.
    let crosses = reach == Reach::Whole || source.access().is_random();
    let passed = source.passed().unwrap_or_default();
    let has_passed =
        move |place: &u64| place.saturating_add(FIRST_DESCRIPTOR).saturating_mul(SECTOR) < passed;
    let far = ends.into_iter().flat_map(|end| GAPS.map(|gap| end.saturating_add(gap)));
    let far = far.filter(move |place| crosses || has_passed(place));
    let size = source.size().unwrap_or(u64::MAX);
    near.chain(far).filter(move |place| *place >= start.saturating_add(FIRST_DESCRIPTOR)).filter(
        move |place| {
            let at = place.saturating_add(FIRST_DESCRIPTOR).saturating_mul(SECTOR);
            at < size && reach.covers(source, at.saturating_add(SECTOR))
        },
    )
}

/// As [`sessions`] looks for them, the sectors at which a session without descriptors of ISO 9660 may start behind the one
/// that starts at sector `start` and ends at one of `ends`. Of a pipe those that come early enough.
pub(crate) fn places(source: &dyn Source, start: u64, ends: [u64; 2]) -> impl Iterator<Item = u64> {
    places_behind(source, start, ends, Reach::Near)
}

/// One session of a disc, by its primary volume descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its number, counted from 1 for the oldest.
    pub number: u32,
    /// First sector, of 2048 bytes; the volume descriptors come 16 later.
    pub start: u64,
    /// Volume identifier, without the padding.
    pub volume_identifier: Vec<u8>,
    /// Bytes from the start to the end of what the session recorded.
    pub size: u64,
}

/// A primary volume descriptor as far as sessions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    start: u64,
    identifier: Vec<u8>,
    /// Sectors of the volume space. Some writers count them from sector 0, others from the start of the session.
    sectors: u64,
    root: u32,
}

impl Head {
    /// Of the session that starts at sector `start`, if one does.
    fn read(source: &dyn Source, start: u64) -> Option<Self> {
        let at = start.checked_add(FIRST_DESCRIPTOR)?.checked_mul(SECTOR)?;
        let mut bytes = Box::new([0; 2048]);
        source.read_at(at, bytes.as_mut_slice()).ok()?;
        let descriptor = Descriptor::parse(bytes, source.location(at)).ok()?;
        if descriptor.kind != DescriptorKind::Primary {
            return None;
        }
        let volume = descriptor.volume()?;
        Some(Self {
            start,
            identifier: identifier(volume),
            sectors: sectors(volume),
            root: volume.root_directory_record.get(2..6)?.try_into().map(u32::from_le_bytes).ok()?,
        })
    }

    /// The session that follows, if one does. What it records lies in it: an image that was merely appended to another
    /// has addresses of its own.
    fn next(&self, source: &dyn Source, reach: Reach) -> Option<Self> {
        let ends = [self.start.saturating_add(self.sectors), self.sectors];
        places_behind(source, self.start, ends, reach)
            .find_map(|start| Self::read(source, start).filter(|head| u64::from(head.root) > start))
    }

    /// The session it heads, which is of this number.
    fn session(self, number: u32) -> Session {
        Session {
            number,
            start: self.start,
            volume_identifier: self.identifier,
            size: self.sectors.saturating_mul(SECTOR),
        }
    }

    /// This session and all that follow, oldest first, as far as `reach` goes.
    fn chain(self, source: &dyn Source, reach: Reach) -> Vec<Self> {
        std::iter::successors(Some(self), |head| head.next(source, reach)).take(MOST_SESSIONS).collect()
    }

    /// First byte of the session that follows, if one does and is within reach.
    pub(super) fn followed_by(&self, source: &dyn Source, reach: Reach) -> Option<u64> {
        Some(self.next(source, reach)?.start.saturating_mul(SECTOR))
    }
}

/// The volume identifier of `volume` without the padding.
fn identifier(volume: &VolumeDescriptor) -> Vec<u8> {
    let trimmed = volume.volume_identifier.trim_ascii_end();
    trimmed.strip_suffix(b"\0").unwrap_or(trimmed).to_vec()
}

fn sectors(volume: &VolumeDescriptor) -> u64 {
    let block = u64::from(volume.logical_block_size.get());
    u64::from(volume.blocks()).saturating_mul(block).div_ceil(SECTOR)
}

/// The sessions of an image, oldest first. The source is read behind the newest session it has: on a pipe that means
/// all of it.
pub fn sessions(source: &dyn Source) -> Vec<Session> {
    found(source, Reach::Whole).0
}

/// The sessions within `reach`, oldest first, and the last of them.
pub(super) fn found(source: &dyn Source, reach: Reach) -> (Vec<Session>, Option<Head>) {
    let start = start_of(source);
    let Some(first) = Head::read(source, start) else { return (Vec::new(), None) };
    let overwritable = Head::read(source, OVERWRITABLE_START)
        .filter(|_| start == 0)
        .filter(|head| u64::from(head.root) > OVERWRITABLE_START)
        .map(|head| head.chain(source, reach))
        .filter(|chain| chain.last().is_some_and(|newest| newest.root == first.root));
    let chain = overwritable.unwrap_or_else(|| first.chain(source, reach));
    let last = chain.last().cloned();
    let number = |position| u32::try_from(position).unwrap_or(u32::MAX).saturating_add(1);
    let session = |(position, head): (usize, Head)| head.session(number(position));
    (chain.into_iter().enumerate().map(session).collect(), last)
}

/// The session that starts at sector `start`, if one does, as if it were the only one.
pub(super) fn at_sector(source: &dyn Source, start: u64) -> Option<Session> {
    Head::read(source, start).map(|head| head.session(1))
}

/// The first sector of `source`, where its first session starts.
pub(crate) fn start_of(source: &dyn Source) -> u64 {
    source.first().div_ceil(SECTOR)
}

/// The sector at which the newest of `sessions` is to be read: where there is a copy of its descriptors at the `start`,
/// that copy, as every reader does.
pub(crate) fn newest_start(sessions: &[Session], start: u64) -> u64 {
    match sessions {
        [first, ..] if first.start == OVERWRITABLE_START => start,
        [.., newest] => newest.start,
        [] => start,
    }
}
