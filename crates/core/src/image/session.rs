//! The sessions of an image in which there may be UDF: those of ISO 9660, of which each may be a bridge, and behind them those
//! of UDF alone. Each has a volume recognition sequence and an anchor where an image by itself has them, counted from its
//! start, and addresses that count from the start of the disc, as those of ISO 9660.

use super::{Image, Options};
use crate::error::{Error, Result};
use crate::iso9660::session::{Session, SessionChoice, newest_start, places, sessions, start_of};
use crate::iso9660::{self, layout::SECTOR};
use crate::source::Source;
use crate::udf::{self, Recognition};

/// Sessions of UDF alone that are looked for.
const MOST_ALONE: usize = 99;

/// Sectors behind the start of a session, of UDF alone, that lie behind its first anchor.
const LEAST: u64 = 257;

/// Where UDF is to be looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The volume recognition sequence of the session, which tells where its anchors may be.
    pub(super) recognition: Recognition,
    /// Whether it is a session that has no ISO 9660.
    pub(super) is_alone: bool,
}

/// Where in `source` UDF is to be looked for, of whose wanted session `iso9660` is, if that has one. Where there is no session
/// of ISO 9660 and none was asked for by number, that is the start: see [`newer`].
///
/// # Errors
/// [`Error::NotFound`] when there is no session of that number; those of the source.
pub(super) fn of_udf(
    source: &dyn Source,
    options: &Options,
    iso9660: Option<&iso9660::Image<'_>>,
) -> Result<Place> {
    let known = iso9660.map_or_else(|| known(source), |image| image.sessions().to_vec());
    let newest =
        iso9660.map_or_else(|| newest_start(&known, start_of(source)), iso9660::Image::session_start);
    let bridged = |start, is_followed| {
        let recognition = udf::recognize_session(source, start)?;
        Ok(Place { recognition: Recognition { is_followed, ..recognition }, is_alone: false })
    };
    let number = match options.session {
        None | Some(SessionChoice::Newest) => {
            let others = if known.is_empty() { Vec::new() } else { alone(source, &known)? };
            return match others.last() {
                Some(recognition) => Ok(Place { recognition: *recognition, is_alone: true }),
                None => bridged(newest, false),
            };
        }
        Some(SessionChoice::Sector(start)) => {
            let start = u64::from(start);
            let mut others = alone(source, &known)?.into_iter();
            return match others.find(|other| other.start == start) {
                Some(recognition) => Ok(Place { recognition, is_alone: true }),
                None => bridged(start, known.iter().any(|session| session.start > start)),
            };
        }
        Some(SessionChoice::Number(number)) => number,
    };
    let others = alone(source, &known)?;
    let position = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let count = known.len().max(1);
    let start = known.get(position).map_or(start_of(source), |session| session.start);
    if position < count {
        return bridged(start, position.saturating_add(1) < count.saturating_add(others.len()));
    }
    match others.get(position.saturating_sub(count)) {
        Some(recognition) => Ok(Place { recognition: *recognition, is_alone: true }),
        None => Err(Error::not_found(format!("session {number}"), "the image has no such session")),
    }
}

/// The newest session that follows `volume`, which is UDF alone at the start of `source`, if one does.
///
/// # Errors
/// Those of the source.
pub(super) fn newer(source: &dyn Source, volume: &udf::Image<'_>) -> Result<Option<Recognition>> {
    match behind(source, volume)? {
        Some((start, ends)) => Ok(chain(source, start, ends)?.pop()),
        None => Ok(None),
    }
}

/// Whether a session of UDF alone follows all those of ISO 9660 that `image` is of.
///
/// # Errors
/// Those of the source.
pub(super) fn is_followed(source: &dyn Source, image: &iso9660::Image<'_>) -> Result<bool> {
    alone(source, image.sessions()).map(|others| !others.is_empty())
}

/// The sessions of ISO 9660. A pipe without one at its start is not read for others.
fn known(source: &dyn Source) -> Vec<Session> {
    if source.access().is_random() { sessions(source) } else { Vec::new() }
}

/// The recognition sequences of the sessions of UDF alone that follow the sessions `known`, or, where there is none, the
/// volume at the start of `source`.
fn alone(source: &dyn Source, known: &[Session]) -> Result<Vec<Recognition>> {
    let found = match known.last() {
        Some(last) => {
            let sectors = last.size.div_ceil(SECTOR);
            Some((last.start, [last.start.saturating_add(sectors), sectors]))
        }
        None => udf_at(source, start_of(source))?,
    };
    found.map_or(Ok(Vec::new()), |(start, ends)| chain(source, start, ends))
}

/// The recognition sequences of the sessions of UDF alone that follow the session which starts at sector `start` and ends at
/// one of `ends`.
fn chain(source: &dyn Source, mut start: u64, mut ends: [u64; 2]) -> Result<Vec<Recognition>> {
    let mut found: Vec<Recognition> = Vec::new();
    while found.len() < MOST_ALONE {
        let mut next = None;
        for place in places(source, start, ends) {
            if next.is_none() && has_volume(source, place)? {
                next = Some(place);
            }
        }
        let Some(place) = next else { break };
        if let Some(before) = found.last_mut() {
            before.is_followed = true;
        }
        found.push(udf::recognize_session(source, place)?);
        match udf_at(source, place)? {
            Some(behind) => (start, ends) = behind,
            None => break,
        }
    }
    Ok(found)
}

/// Whether a session of UDF alone starts at sector `start`. One of ISO 9660 has been found before, or is an image that was
/// appended, with addresses of its own, at which no anchor counts from the start of the disc.
fn has_volume(source: &dyn Source, start: u64) -> Result<bool> {
    Ok(udf::recognize_session(source, start)?.nsr.is_some() && udf::is_anchored(source, start)?)
}

/// As [`behind`], of the session of UDF at sector `start`, if that can be read.
fn udf_at(source: &dyn Source, start: u64) -> Result<Option<(u64, [u64; 2])>> {
    let recognition = Recognition { is_followed: true, ..udf::recognize_session(source, start)? };
    if recognition.nsr.is_none() || !source.access().is_random() {
        return Ok(None);
    }
    match udf::Image::open_recognized(source, recognition) {
        Ok(volume) => behind(source, &volume),
        Err(error @ Error::Io(_)) => Err(error),
        Err(_) => Ok(None),
    }
}

/// The start of the session `volume`, and where it may end, in sectors, if `source` goes on behind it for another one.
fn behind(source: &dyn Source, volume: &udf::Image<'_>) -> Result<Option<(u64, [u64; 2])>> {
    let end = volume.end().div_ceil(SECTOR);
    let goes_on = source.size().is_some_and(|size| size / SECTOR >= end.saturating_add(LEAST));
    if !goes_on {
        return Ok(None);
    }
    let behind = volume.end_behind(volume.end())?.div_ceil(SECTOR);
    Ok(Some((volume.recognition().start, [end, behind])))
}

impl Image<'_> {
    /// The first sector, of 2048 bytes, of the session that is shown.
    pub fn session_start(&self) -> u64 {
        self.shown.session_start() / SECTOR
    }

    /// The sessions of `source`, of which this is the image, oldest first.
    ///
    /// # Errors
    /// Those of the source.
    pub fn sessions(&self, source: &dyn Source) -> Result<Vec<Session>> {
        let mut all = match self.iso9660().map(iso9660::Image::sessions).unwrap_or_default() {
            [] if self.iso9660().is_some() || source.access().is_random() => sessions(source),
            found => found.to_vec(),
        };
        let others = alone(source, &all)?;
        if all.is_empty() {
            let first = Recognition { is_followed: !others.is_empty(), ..udf::recognize(source)? };
            all.extend(self.session(source, first, 1));
        }
        for recognition in others {
            let number = u32::try_from(all.len()).unwrap_or(u32::MAX).saturating_add(1);
            all.extend(self.session(source, recognition, number));
        }
        Ok(all)
    }

    /// The session of UDF alone that `recognition` is of.
    fn session(&self, source: &dyn Source, recognition: Recognition, number: u32) -> Option<Session> {
        let start = recognition.start;
        let describe = |volume: &udf::Image<'_>| {
            let end = volume.end();
            Session {
                number,
                start,
                volume_identifier: volume.identifier().into_bytes(),
                size: volume.end_behind(end).unwrap_or(end).saturating_sub(start.saturating_mul(SECTOR)),
            }
        };
        match self.udf() {
            Some(volume) if volume.recognition().start == start => Some(describe(volume)),
            _ => udf::Image::open_recognized(source, recognition).ok().as_ref().map(describe),
        }
    }
}
