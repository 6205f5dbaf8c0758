//! The anchor volume descriptor pointer: where the descriptor sequences lie, and by the way how large a sector is.

use super::layout::{ANCHOR, Anchor, tag};
use super::recognition::Recognition;
use super::tag as tags;
use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::number::narrow;
use crate::source::{InSectors, Source};
use zerocopy::FromBytes;

/// Sector sizes that are tried, the common ones first.
const SECTORS: [u64; 7] = [2048, 512, 4096, 1024, 8192, 16_384, 32_768];

/// Sectors before a partition in which the anchor of its session is looked for.
const BEFORE: u64 = 1024;

/// An anchor volume descriptor pointer that leads to a volume, and where it was found.
#[derive(Debug, Clone, Copy)]
pub struct Anchored {
    /// The extents of both volume descriptor sequences.
    pub anchor: Anchor,
    /// Byte of the source at which it lies.
    pub at: u64,
    /// Bytes of a logical sector, by which sector the anchor says it is in.
    pub sector: u64,
}

/// Looks for an anchor at sectors 256 and 512 of the session of `recognition`, then, from the end of the image, at sectors N
/// and N - 256 (ECMA-167 3/8.4.2.1; UDF 2.2.3 has 512 for packet-written media), for every sector size. To know its end, a
/// source without a size is read to there. The sector size that the recognition sequence tells is tried first. One at
/// sector 256 that is damaged is a finding.
///
/// # Errors
/// [`crate::Error::Corrupt`] when there is none; those of the source.
pub(super) fn find(source: &dyn Source, recognition: Recognition, findings: &Findings) -> Result<Anchored> {
    let start = recognition.start;
    let sectors = || recognition.sector.into_iter().chain(SECTORS);
    let mut failure = None;
    let mut probe = |number, sector| match probe(source, number, sector) {
        Err(error) if error.is_damage() => {
            failure.get_or_insert(error);
            Ok(None)
        }
        found => found,
    };
    for number in [256, 512] {
        for sector in sectors() {
            if let Some(found) = probe(first(start, sector).saturating_add(number), sector)? {
                return Ok(found);
            }
        }
    }
    for (number, sector) in ends(source, recognition)? {
        if let Some(found) = probe(number, sector)?.filter(|found| found.is_of(start)) {
            let (usual, source) = (usual(start, sector), &InSectors::new(source, sector));
            match failure {
                Some(error) => note_passed_over(source, usual, findings, &error),
                None => note_damage(source, usual, findings)?,
            }
            return Ok(found);
        }
    }
    // An image that is cut off before the first place has room for none.
    let sector = recognition.sector.unwrap_or(2048);
    let (first, source) = (usual(start, sector), &InSectors::new(source, sector));
    if source.size().is_some_and(|size| size <= first) {
        return Err(source.ends(first, 0, 512));
    }
    let at = source.location(usual(start, 2048));
    let expected = match start {
        0 => "one at sector 256, 512, N or N - 256".to_owned(),
        start => format!("one at sector {}, {}, N or N - 256", start + 256, start + 512),
    };
    Err(failure.unwrap_or_else(|| ANCHOR.at(at).out_of_range("number of anchors", 0, expected)))
}

/// Whether there is UDF to be looked for beside ISO 9660, of whose volume recognition sequence `recognition` is: an NSR
/// descriptor says so, or an anchor where one belongs. A source that passes once is read for an anchor only where an
/// extended area says that there is something.
///
/// # Errors
/// Those of the source.
pub(crate) fn is_announced(source: &dyn Source, recognition: Recognition) -> Result<bool> {
    if recognition.nsr.is_some() {
        return Ok(true);
    }
    let is_random = source.access().is_random();
    if !is_random && !recognition.has_extended_area {
        return Ok(false);
    }
    if is_random && recognition.has_extended_area {
        return match find(source, recognition, &Findings::default()) {
            Err(error) if !matches!(error, Error::Corrupt(_)) => Err(error),
            found => Ok(found.is_ok()),
        };
    }
    is_anchored(source, recognition.start)
}

/// Whether an anchor is at sector 256 of the session that starts at sector `start`, both of 2048 bytes.
///
/// # Errors
/// Those of the source.
pub(crate) fn is_anchored(source: &dyn Source, start: u64) -> Result<bool> {
    match probe(source, start.saturating_add(256), 2048) {
        Err(error) if !matches!(error, Error::Corrupt(_)) => Err(error),
        found => Ok(matches!(found, Ok(Some(_)))),
    }
}

/// The first sector, of `sector` bytes, of the session that starts at sector `start`, of 2048 bytes.
fn first(start: u64, sector: u64) -> u64 {
    start.saturating_mul(2048).checked_div(sector).unwrap_or_default()
}

/// The byte of the source of sector 256, of `sector` bytes, of that session.
fn usual(start: u64, sector: u64) -> u64 {
    first(start, sector).saturating_add(256).saturating_mul(sector)
}

impl Anchored {
    /// Whether what it names lies in the session that starts at sector `start`, of 2048 bytes, or behind it.
    fn is_of(&self, start: u64) -> bool {
        u64::from(self.anchor.main_sequence.location.get()) >= first(start, self.sector)
    }
}

/// The anchor at the end that names other sequences than `known`, if there is one.
///
/// # Errors
/// Those of the source.
pub(super) fn other(
    source: &dyn Source,
    recognition: Recognition,
    known: &Anchored,
) -> Result<Option<Anchored>> {
    let sequences = |anchored: &Anchored| (anchored.anchor.main_sequence, anchored.anchor.reserve_sequence);
    let recognition = Recognition { sector: Some(known.sector), ..recognition };
    for (number, sector) in ends(source, recognition)? {
        match probe(source, number, sector) {
            Ok(Some(found)) if found.is_of(recognition.start) && sequences(&found) != sequences(known) => {
                return Ok(Some(found));
            }
            Err(error) if !error.is_damage() => return Err(error),
            _ => {}
        }
    }
    Ok(None)
}

/// The sectors at the end of the image in which an anchor may be, and how large a sector is: none where they are those of
/// another session.
fn ends(source: &dyn Source, recognition: Recognition) -> Result<impl Iterator<Item = (u64, u64)>> {
    let size = if recognition.is_followed { 0 } else { size(source)? };
    // A track may end with up to two run-out blocks and 150 of a gap that belong to the image but not the volume.
    let numbers = move |sector: u64| {
        let count: u64 = size / sector;
        [1, 257, 2, 3, 151, 153].into_iter().filter_map(move |back| Some((count.checked_sub(back)?, sector)))
    };
    Ok(recognition.sector.into_iter().chain(SECTORS).flat_map(numbers))
}

/// Notes that one at the end was used because of `error` of the one at byte `at` of the source.
pub(super) fn note_passed_over(source: &dyn Source, at: u64, findings: &Findings, error: &Error) {
    let at = source.location(at);
    findings.note(at, ANCHOR, format!("{error}; one at the end was used"));
}

/// Notes an anchor at byte `at` of the source that was passed over.
fn note_damage(source: &dyn Source, at: u64, findings: &Findings) -> Result<()> {
    let mut bytes = [0; 512];
    let there = source.read_some(at, &mut bytes)? == bytes.len();
    if there && u16::from_le_bytes([bytes[0], bytes[1]]) == tag::ANCHOR {
        let place = source.location(at);
        match tags::check(&bytes, ANCHOR.at(place), &[tag::ANCHOR], None, findings) {
            Err(Error::Corrupt(error)) => {
                findings.note(place, ANCHOR, format!("{}; one at the end was used", error.problem));
            }
            _ => findings.note(place, ANCHOR, "it was passed over; one at the end was used"),
        }
    }
    Ok(())
}

/// The number of the last sector, not before `from`, that has an anchor: N, or N - 256 where N has none.
///
/// # Errors
/// Those of the source.
pub(super) fn last(source: &dyn Source, from: u64, sector: u64) -> Result<Option<u64>> {
    let mut last = None;
    // Writers leave a packet or an error correction block between the last structure and N - 256 at the most.
    let mut left = 512_u32;
    let mut number = from;
    while left > 0 {
        if probe(source, number, sector)?.is_some() {
            (last, left) = (Some(number), 257);
        }
        (number, left) = (number.saturating_add(1), left - 1);
    }
    Ok(last)
}

/// The last anchor within [`BEFORE`] sectors before sector `number`, if there is one.
///
/// # Errors
/// Those of the source.
pub(super) fn before(source: &dyn Source, number: u64, sector: u64) -> Result<Option<Anchored>> {
    for back in 1..=BEFORE {
        let Some(number) = number.checked_sub(back) else { break };
        if let Some(found) = probe(source, number, sector)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The anchor at sector `number`, if there is one.
fn probe(source: &dyn Source, number: u64, sector: u64) -> Result<Option<Anchored>> {
    let at = number.saturating_mul(sector);
    let mut bytes = [0; 512];
    if source.size().is_some_and(|size| size < at.saturating_add(512))
        || source.read_some(at, &mut bytes)? < 512
    {
        return Ok(None);
    }
    let is_anchor = tags::peek(&bytes).is_some_and(|found| {
        found.identifier.get() == tag::ANCHOR && u64::from(found.location.get()) == number
    });
    // The CRC may be over less than the whole descriptor, over nothing, and over what is left of its sector.
    let is_whole = is_anchor && (tags::holds(&bytes) || tags::holds(&whole(source, at, sector)?));
    let anchor = Anchor::read_from_prefix(&bytes).ok().filter(|_| is_whole);
    Ok(anchor.map(|(anchor, _)| Anchored { anchor, at, sector }))
}

/// The sector at byte `at`, as far as it goes.
fn whole(source: &dyn Source, at: u64, sector: u64) -> Result<Vec<u8>> {
    let mut bytes = vec![0; narrow(sector)];
    let have = source.read_some(at, &mut bytes)?;
    bytes.truncate(have);
    Ok(bytes)
}

/// Bytes of `source`, read to its end if it does not know them.
///
/// # Errors
/// Those of the source.
pub(super) fn size(source: &dyn Source) -> Result<u64> {
    let mut at = 0_u64;
    loop {
        if let Some(size) = source.size() {
            return Ok(size);
        }
        at = at.saturating_add(1 << 20);
        if source.read_some(at, &mut [0])? == 0 {
            return Ok(source.size().unwrap_or(at));
        }
    }
}
