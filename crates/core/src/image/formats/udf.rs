//! UDF, alone or beside ISO 9660, with which it shares descriptors and sessions.

use super::Format;
use crate::error::{Advice, Error, NotFound, Result};
use crate::finding::Finding;
use crate::image::choice::{self, Chosen};
use crate::image::damage::Damage;
use crate::image::session::{self, Place};
use crate::image::{Image, Names, Options, TreeKind, Volume, no_tree};
use crate::iso9660::layout::SECTOR;
use crate::iso9660::session::start_of;
use crate::iso9660::{self, SessionChoice};
use crate::source::Source;
use crate::tree::Tree;
use crate::udf::{self, Recognition, layout::RECOGNITION};

/// Its row of the table.
pub(super) const FORMAT: Format = Format { trees: &[TREE], recognize, open };

const TREE: TreeKind = TreeKind { word: "udf", is_unicode: true, records: "the UDF volume" };

/// What messages call the volume of ISO 9660, of which nothing can be read.
const ISO9660: &str = "the ISO 9660 volume";

fn recognize(source: &dyn Source) -> Result<Option<&'static str>> {
    Ok(udf::recognize(source)?.nsr.map(|_| "a UDF volume"))
}

fn open<'s>(source: &'s dyn Source, options: &Options, found: Result<Image<'s>>) -> Result<Image<'s>> {
    match (options.names, found) {
        (Names::Only(TREE), found) => only(source, options, found.ok()),
        (Names::Only(_), Err(Error::Foreign(_))) if udf::recognize(source)?.nsr.is_some() => Err(no_tree()),
        (Names::Only(_), Ok(image)) if options.wants_newest() && is_followed(source, &image)? => {
            Err(no_tree_here())
        }
        (Names::Only(_), found) => found,
        (Names::Auto, Err(error @ (Error::Io(_) | Error::Unreadable(_) | Error::Usage(_)))) => Err(error),
        (Names::Auto, found) => any(source, options, found),
    }
}

fn no_tree_here() -> Error {
    let (what, problem) = ("tree".into(), "this session has no such tree");
    Error::from(Box::new(NotFound { what, problem, advice: Some(Advice::Session) }))
}

fn is_followed(source: &dyn Source, image: &Image<'_>) -> Result<bool> {
    image.iso9660().map_or(Ok(false), |volume| session::is_followed(source, volume))
}

/// The volume of the newest session, where `first` is that of the first one and no session of `source` `is_of_iso9660` that
/// can be read: those would have told of others.
fn newest<'s>(
    source: &'s dyn Source,
    options: &Options,
    first: udf::Image<'s>,
    is_of_iso9660: bool,
) -> Result<udf::Image<'s>> {
    let is_first = first.recognition().start == start_of(source) && !is_of_iso9660;
    match if is_first && options.wants_newest() { session::newer(source, &first)? } else { None } {
        Some(newer) => udf::Image::open_recognized(source, newer),
        None => Ok(first),
    }
}

/// The tree of UDF, which was asked for: without one it is an error.
fn only<'s>(source: &'s dyn Source, options: &Options, found: Option<Image<'s>>) -> Result<Image<'s>> {
    let iso9660 = found.as_ref().and_then(Image::iso9660);
    let Place { recognition, is_alone } = session::of_udf(source, options, iso9660)?;
    let is_bare = recognition.nsr.is_none() && recognition.has_iso9660;
    if is_bare && !udf::is_announced(source, recognition)? {
        return Err(match iso9660 {
            Some(volume) if volume.sessions().len() > 1 => no_tree_here(),
            _ => no_tree(),
        });
    }
    let volume = match udf::Image::open_recognized(source, recognition) {
        // Without a descriptor that says UDF, what the input is says more than what it lacks.
        Err(error) if recognition.nsr.is_none() => {
            return Err(iso9660::Image::open(source, &iso9660::Options::default()).err().unwrap_or(error));
        }
        volume => newest(source, options, volume?, iso9660.is_some())?,
    };
    let is_older = !is_alone && iso9660.is_some_and(|image| choice::is_behind(image, &volume));
    let mut image = Image::asked(volume, found.filter(|_| !is_alone));
    if is_older {
        image.damage.push(Damage::Older);
    }
    Ok(image)
}

/// The tree that says most, of what was `found` and of UDF.
fn any<'s>(source: &'s dyn Source, options: &Options, found: Result<Image<'s>>) -> Result<Image<'s>> {
    let iso9660 = found.as_ref().ok().and_then(Image::iso9660);
    let place = match (session::of_udf(source, options, iso9660), found.is_err()) {
        // What is not there of either.
        (Err(Error::NotFound { .. }), true) => return found,
        (place, _) => place?,
    };
    match found {
        Ok(image) if place.is_alone => later(source, place.recognition, image),
        Ok(image) => beside(source, place.recognition, image),
        Err(error) => instead(source, options, place, error),
    }
}

/// The volume of a session behind all of ISO 9660, or `image`, which is of that, where it cannot be read.
fn later<'s>(source: &'s dyn Source, recognition: Recognition, mut image: Image<'s>) -> Result<Image<'s>> {
    match udf::Image::open_recognized(source, recognition) {
        Ok(volume) => {
            let image = alone(source, recognition, volume);
            let at = source.location(recognition.start.saturating_mul(SECTOR));
            image.findings.remark(at, RECOGNITION, "a newer session than the first is shown");
            Ok(image)
        }
        Err(error @ Error::Io(_)) => Err(error),
        Err(error) => {
            image.add_damage("the UDF volume of a newer session", error);
            Ok(image)
        }
    }
}

/// `volume`, which has the only tree of a session behind all of ISO 9660.
fn alone<'s>(source: &'s dyn Source, recognition: Recognition, volume: udf::Image<'s>) -> Image<'s> {
    let mut image = Image::new(volume, "it is the only tree of its session");
    // A session that has descriptors of ISO 9660 would have been found by the first of them.
    if recognition.has_iso9660 {
        let session = u32::try_from(recognition.start).ok().map(SessionChoice::Sector);
        let asked = iso9660::Options { names: iso9660::Names::Auto, session };
        if let Err(error) = iso9660::Image::open(source, &asked) {
            image.add_damage(ISO9660, error);
        }
    }
    image
}

/// The better tree of `image`, which is ISO 9660, and what else its session has.
fn beside<'s>(source: &'s dyn Source, recognition: Recognition, mut image: Image<'s>) -> Result<Image<'s>> {
    if !udf::is_announced(source, recognition)? {
        return Ok(image);
    }
    match udf::Image::open_recognized(source, recognition) {
        Ok(volume) => bridge(source, &mut image, volume),
        Err(error @ Error::Io(_)) => return Err(error),
        Err(error) if recognition.is_extended() => {
            image.reason = "it is the richest tree that can be read".into();
            image.add_damage(TREE.records, error);
        }
        Err(error) => {
            // What lies at the place of an anchor may have been left there by what was overwritten.
            let at = source.location(32_768);
            let deviation = format!("an anchor of UDF leads to no volume: {error}");
            image.findings.note(at, RECOGNITION, deviation);
        }
    }
    Ok(image)
}

/// Adds `volume` to `image`, which is ISO 9660, and shows the better tree of the two.
fn bridge<'s>(source: &'s dyn Source, image: &mut Image<'s>, volume: udf::Image<'s>) {
    let Some(iso9660) = image.iso9660() else { return };
    if choice::is_behind(iso9660, &volume) {
        let at = source.location(volume.anchored().at);
        image.findings.note(at, RECOGNITION, "UDF is older than ISO 9660, and is not shown");
        return;
    }
    let Chosen { shows_udf, reason, damage } = choice::choose(source, iso9660, &volume);
    image.add(volume, shows_udf);
    image.reason = reason;
    if let Some(error) = damage {
        image.add_damage(if shows_udf { ISO9660 } else { TREE.records }, error);
    }
}

/// The volume of a source that is no ISO 9660 image, as `error` says.
fn instead<'s>(source: &'s dyn Source, options: &Options, place: Place, error: Error) -> Result<Image<'s>> {
    let Place { recognition, is_alone } = place;
    // A source without a size would have to be read to its end to know that there is no anchor.
    if recognition.nsr.is_none() && !source.access().is_random() {
        return Err(error);
    }
    match udf::Image::open_recognized(source, recognition) {
        Ok(volume) if is_alone => Ok(alone(source, recognition, volume)),
        Ok(volume) => {
            let mut image = Image::new(newest(source, options, volume, false)?, "it is the only one");
            if recognition.has_iso9660 || matches!(error, Error::Corrupt(_) | Error::Unsupported(_)) {
                image.reason = "it is the only one that can be read".into();
                image.add_damage(ISO9660, error);
            }
            Ok(image)
        }
        // Without a descriptor that says UDF, what the input is says more than what it lacks.
        Err(_) if recognition.nsr.is_none() => Err(error),
        // What is known of ISO 9660 says why both are elsewhere.
        Err(_) if recognition.has_iso9660 && matches!(error, Error::Foreign(_)) => Err(error),
        Err(error) => Err(error),
    }
}

/// UDF keeps its own account of sessions, and what it records lies in its partitions.
impl Volume for udf::Image<'_> {
    fn tree(&self) -> &dyn Tree {
        self.tree()
    }

    fn kind(&self) -> TreeKind {
        TREE
    }

    fn source(&self) -> &dyn Source {
        self.source()
    }

    fn end(&self) -> u64 {
        self.end()
    }

    fn end_behind(&self, end: u64) -> Result<u64> {
        self.end_behind(end)
    }

    fn take_findings(&self) -> Vec<Finding> {
        self.take_findings()
    }

    fn session_start(&self) -> u64 {
        self.recognition().start.saturating_mul(SECTOR)
    }

    fn udf(&self) -> Option<&udf::Image<'_>> {
        Some(self)
    }
}
