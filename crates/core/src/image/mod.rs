//! An image opened, whatever is on it: ISO 9660, UDF, or a bridge that has both; and the one tree that is shown.

use crate::error::{Error, Result};
use crate::finding::{Finding, Findings};
use crate::iso9660::layout::SECTOR;
use crate::iso9660::session::start_of;
use crate::iso9660::{self, SessionChoice};
use crate::source::Source;
use crate::tree::Tree;
use crate::udf::{self, Recognition, layout::RECOGNITION};
use choice::Chosen;
use session::Place;
use std::str::FromStr;

mod choice;
mod damage;
mod difference;
mod elsewhere;
mod opened;
mod reading;
mod session;
mod truncation;
mod volume;

pub use damage::Damage;
pub use elsewhere::{beside_nothing, is_announced};
pub use opened::Opened;
pub use reading::Reading;
pub use volume::Volume;

/// Which names a tree shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TreeKind {
    /// One of ISO 9660.
    Iso9660(iso9660::TreeKind),
    /// That of UDF.
    Udf,
}

impl TreeKind {
    /// Whether names are in Unicode by definition. Those of the others are bytes, whose character set is not recorded.
    pub const fn is_unicode(self) -> bool {
        matches!(self, Self::Iso9660(iso9660::TreeKind::Joliet) | Self::Udf)
    }

    /// The tree as users call it: `rr`, `joliet`, `iso`, `1999` or `udf`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Iso9660(iso9660::TreeKind::RockRidge) => "rr",
            Self::Iso9660(iso9660::TreeKind::Joliet) => "joliet",
            Self::Iso9660(iso9660::TreeKind::Enhanced) => "1999",
            Self::Iso9660(iso9660::TreeKind::Plain) => "iso",
            Self::Udf => "udf",
        }
    }
}

/// Which names are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// Those of the tree that says most.
    #[default]
    Auto,
    /// Those of this tree.
    Only(TreeKind),
}

impl FromStr for Names {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        use iso9660::TreeKind::{Enhanced, Joliet, Plain, RockRidge};
        let kinds = [RockRidge, Joliet, Plain, Enhanced].map(TreeKind::Iso9660);
        match kinds.into_iter().chain([TreeKind::Udf]).find(|kind| kind.word() == text) {
            _ if text == "auto" => Ok(Self::Auto),
            Some(kind) => Ok(Self::Only(kind)),
            None => Err(Error::Usage(format!("{text}: not a tree: auto, rr, joliet, iso, 1999 or udf"))),
        }
    }
}

/// How an image is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Which names are wanted.
    pub names: Names,
    /// The session; `None` for the newest, as far as [`iso9660::Options`] says.
    pub session: Option<SessionChoice>,
}

impl Options {
    /// Whether the newest session is wanted, as far as it is known.
    fn wants_newest(&self) -> bool {
        matches!(self.session, None | Some(SessionChoice::Newest))
    }
}

/// An image whose descriptors were read.
#[derive(Debug)]
pub struct Image<'s> {
    shown: Box<dyn Volume + 's>,
    /// What else was opened, on a bridge.
    other: Option<Box<dyn Volume + 's>>,
    reason: String,
    /// What is announced and cannot be read.
    damage: Vec<Damage>,
    findings: Findings,
}

fn no_tree_here() -> Error {
    Error::not_found("tree", "this session has no such tree; another one may (--session)")
}

fn no_tree() -> Error {
    Error::not_found("tree", "the image has no such tree")
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

impl<'s> Image<'s> {
    /// Reads the descriptors, and where there is a choice some of both trees.
    ///
    /// # Errors
    /// As [`iso9660::Image::open`] and [`udf::Image::open`], whichever is what the image seems to be.
    pub fn open(source: &'s dyn Source, options: &Options) -> Result<Self> {
        let image = Self::open_here(source, options).map_err(|error| elsewhere::point(source, error))?;
        Ok(image.without_cut())
    }

    fn open_here(source: &'s dyn Source, options: &Options) -> Result<Self> {
        match options.names {
            Names::Only(TreeKind::Udf) => Self::only_udf(source, options),
            Names::Only(TreeKind::Iso9660(kind)) => {
                let names = iso9660::Names::Only(kind);
                match iso9660::Image::open(source, &iso9660::Options { names, session: options.session }) {
                    Err(Error::Foreign(_)) if udf::recognize(source)?.nsr.is_some() => Err(no_tree()),
                    Ok(image) if options.wants_newest() && session::is_followed(source, &image)? => {
                        Err(no_tree_here())
                    }
                    image => image.map(Self::of_iso9660),
                }
            }
            Names::Auto => Self::any(source, options),
        }
    }

    fn new(
        shown: Box<dyn Volume + 's>,
        other: Option<Box<dyn Volume + 's>>,
        reason: impl Into<String>,
    ) -> Self {
        let (damage, findings) = (Vec::new(), Findings::default());
        Self { shown, other, reason: reason.into(), damage, findings }
    }

    fn of_iso9660(mut image: iso9660::Image<'s>) -> Self {
        let (reason, damage) = (image.reason(), image.take_damage());
        let mut image = Self::new(Box::new(image), None, reason);
        image.add_damage_of(damage);
        image
    }

    fn only_udf(source: &'s dyn Source, options: &Options) -> Result<Self> {
        // What boots is still told by the descriptors of ISO 9660.
        let asked = iso9660::Options { names: iso9660::Names::Auto, session: options.session };
        let iso9660 = iso9660::Image::open(source, &asked).ok();
        let Place { recognition, is_alone } = session::of_udf(source, options, iso9660.as_ref())?;
        let is_bare = recognition.nsr.is_none() && recognition.has_iso9660;
        if is_bare && !udf::is_announced(source, recognition)? {
            return Err(match &iso9660 {
                Some(image) if image.sessions().len() > 1 => no_tree_here(),
                _ => no_tree(),
            });
        }
        let udf = match udf::Image::open_recognized(source, recognition) {
            // Without a descriptor that says UDF, what the input is says more than what it lacks.
            Err(error) if recognition.nsr.is_none() => {
                return Err(iso9660::Image::open(source, &iso9660::Options::default())
                    .err()
                    .unwrap_or(error));
            }
            udf => newest(source, options, udf?, iso9660.is_some())?,
        };
        let iso9660 = iso9660.filter(|_| !is_alone);
        let is_older = iso9660.as_ref().is_some_and(|image| choice::is_behind(image, &udf));
        let other = iso9660.map(|image| -> Box<dyn Volume> { Box::new(image) });
        let mut image = Self::new(Box::new(udf), other, "it was asked for");
        if is_older {
            image.add_older();
        }
        Ok(image)
    }

    fn any(source: &'s dyn Source, options: &Options) -> Result<Self> {
        let asked = iso9660::Options { names: iso9660::Names::Auto, session: options.session };
        let iso9660 = iso9660::Image::open(source, &asked);
        if let Err(error @ (Error::Io(_) | Error::Unreadable(_) | Error::Usage(_))) = iso9660 {
            return Err(error);
        }
        let place = match (session::of_udf(source, options, iso9660.as_ref().ok()), &iso9660) {
            // What is not there of either.
            (Err(Error::NotFound { .. }), Err(_)) => return iso9660.map(Self::of_iso9660),
            (place, _) => place?,
        };
        match iso9660 {
            Ok(image) if place.is_alone => Self::later(source, place.recognition, image),
            Ok(image) => Self::beside(source, place.recognition, image),
            Err(error) => Self::instead(source, options, place, error),
        }
    }

    /// The UDF volume of a session behind all of ISO 9660, or `iso9660` where that cannot be read.
    fn later(source: &'s dyn Source, recognition: Recognition, iso9660: iso9660::Image<'s>) -> Result<Self> {
        match udf::Image::open_recognized(source, recognition) {
            Ok(udf) => {
                let image = Self::alone(source, recognition, udf);
                let at = source.location(recognition.start.saturating_mul(SECTOR));
                image.findings.note(at, RECOGNITION, "a newer session than the first is shown");
                Ok(image)
            }
            Err(error @ Error::Io(_)) => Err(error),
            Err(error) => {
                let mut image = Self::of_iso9660(iso9660);
                image.add_damage(damage::NEWER_UDF, error);
                Ok(image)
            }
        }
    }

    /// `udf`, which has the only tree of a session behind all of ISO 9660.
    fn alone(source: &'s dyn Source, recognition: Recognition, udf: udf::Image<'s>) -> Self {
        let mut image = Self::new(Box::new(udf), None, "it is the only tree of its session");
        // A session that has descriptors of ISO 9660 would have been found by the first of them.
        if recognition.has_iso9660 {
            let session = u32::try_from(recognition.start).ok().map(SessionChoice::Sector);
            let asked = iso9660::Options { names: iso9660::Names::Auto, session };
            if let Err(error) = iso9660::Image::open(source, &asked) {
                image.add_damage(damage::ISO9660, error);
            }
        }
        image
    }

    /// The better tree of `iso9660` and what else its session has.
    fn beside(source: &'s dyn Source, recognition: Recognition, iso9660: iso9660::Image<'s>) -> Result<Self> {
        if !udf::is_announced(source, recognition)? {
            return Ok(Self::of_iso9660(iso9660));
        }
        match udf::Image::open_recognized(source, recognition) {
            Ok(udf) => Ok(Self::bridge(source, iso9660, udf)),
            Err(error @ Error::Io(_)) => Err(error),
            Err(error) => {
                let mut image = Self::of_iso9660(iso9660);
                if recognition.is_extended() {
                    image.reason = "it is the richest tree that can be read".into();
                    image.add_damage(damage::UDF, error);
                } else {
                    // What lies at the place of an anchor may have been left there by what was overwritten.
                    let at = source.location(32_768);
                    let deviation = format!("an anchor of UDF leads to no volume: {error}");
                    image.findings.note(at, RECOGNITION, deviation);
                }
                Ok(image)
            }
        }
    }

    /// The better tree of the two that there are.
    fn bridge(source: &'s dyn Source, mut iso9660: iso9660::Image<'s>, udf: udf::Image<'s>) -> Self {
        if choice::is_behind(&iso9660, &udf) {
            let at = source.location(udf.anchored().at);
            let image = Self::of_iso9660(iso9660);
            image.findings.note(at, RECOGNITION, "UDF is older than ISO 9660, and is not shown");
            return image;
        }
        let Chosen { shows_udf, reason, damage } = choice::choose(source, &iso9660, &udf);
        let of_iso9660 = iso9660.take_damage();
        let (udf, iso9660): (Box<dyn Volume>, Box<dyn Volume>) = (Box::new(udf), Box::new(iso9660));
        let (shown, other) = if shows_udf { (udf, iso9660) } else { (iso9660, udf) };
        let mut image = Self::new(shown, Some(other), reason);
        image.add_damage_of(of_iso9660);
        damage.into_iter().for_each(|error| {
            image.add_damage(if shows_udf { damage::ISO9660 } else { damage::UDF }, error);
        });
        image
    }

    /// The UDF volume of a source that is no ISO 9660 image, as `error` says.
    fn instead(source: &'s dyn Source, options: &Options, place: Place, error: Error) -> Result<Self> {
        let Place { recognition, is_alone } = place;
        // A source without a size would have to be read to its end to know that there is no anchor.
        if recognition.nsr.is_none() && !source.access().is_random() {
            return Err(error);
        }
        match udf::Image::open_recognized(source, recognition) {
            Ok(udf) => {
                if is_alone {
                    return Ok(Self::alone(source, recognition, udf));
                }
                let udf = newest(source, options, udf, false)?;
                let mut image = Self::new(Box::new(udf), None, "it is the only one");
                if recognition.has_iso9660 || matches!(error, Error::Corrupt(_) | Error::Unsupported(_)) {
                    image.reason = "it is the only one that can be read".into();
                    image.add_damage(damage::ISO9660, error);
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

    /// The volumes that were opened, the one that is shown first.
    pub fn volumes(&self) -> impl Iterator<Item = &(dyn Volume + 's)> {
        std::iter::once(&*self.shown).chain(self.other.as_deref())
    }

    /// What of ISO 9660 there is.
    pub fn iso9660(&self) -> Option<&iso9660::Image<'_>> {
        self.volumes().find_map(Volume::iso9660)
    }

    /// What of UDF there is. An ISO 9660 tree that was asked for is opened without looking for UDF.
    pub fn udf(&self) -> Option<&udf::Image<'_>> {
        self.volumes().find_map(Volume::udf)
    }

    /// The tree that is shown.
    pub fn tree(&self) -> &dyn Tree {
        self.shown.tree()
    }

    /// Which tree that is.
    pub fn shown(&self) -> TreeKind {
        self.shown.kind()
    }

    /// What it is read from: errors of this source name sectors of the size that the volume has which is shown.
    pub fn source(&self) -> &dyn Source {
        self.shown.source()
    }

    /// Why it is shown, in words.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Where the volume really ends that is said to end at byte `end` or before: UDF alone may have an anchor behind what
    /// its descriptors name. Reads on from there.
    ///
    /// # Errors
    /// Those of the source.
    pub fn end_behind(&self, end: u64) -> Result<u64> {
        match (self.iso9660(), self.udf()) {
            (None, Some(udf)) => udf.end_behind(end),
            _ => Ok(end),
        }
    }

    /// Takes the deviations tolerated so far; reading on adds more.
    pub fn take_findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.take();
        for volume in self.volumes() {
            // What was compared to choose a tree may be read a second time.
            for finding in volume.take_findings() {
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
        findings
    }
}
