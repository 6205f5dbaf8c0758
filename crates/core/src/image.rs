//! An image opened, whatever is on it: ISO 9660, UDF, or a bridge that has both; and the one tree that is shown.

use crate::error::{Error, Result};
use crate::finding::{Finding, Findings};
use crate::iso9660::{self, SessionChoice};
use crate::source::Source;
use crate::tree::Tree;
use crate::udf::{self, layout::RECOGNITION};
use choice::Chosen;
use std::str::FromStr;

mod choice;
mod damage;
mod elsewhere;
mod truncation;

pub use damage::Damage;
pub use elsewhere::{beside_nothing, is_announced};

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
    /// The session; `None` for the newest, as far as [`iso9660::Options`] says. All of UDF is the first one, which is the
    /// newest where there is no other.
    pub session: Option<SessionChoice>,
}

/// An image whose descriptors were read.
#[derive(Debug)]
pub struct Image<'s> {
    shown: Volume<'s>,
    /// What else was opened, on a bridge.
    other: Option<Volume<'s>>,
    reason: String,
    /// What is announced and cannot be read.
    damage: Vec<Damage>,
    findings: Findings,
}

fn no_tree() -> Error {
    Error::not_found("tree", "the image has no such tree")
}

/// That a session behind the first was asked for, where there is only UDF, which is one volume.
fn further_session(options: &Options) -> Option<Error> {
    let Some(SessionChoice::Number(number @ 2..)) = options.session else { return None };
    Some(Error::not_found(format!("session {number}"), "UDF is shown as one session"))
}

/// A volume of either format.
#[derive(Debug)]
enum Volume<'s> {
    Iso9660(Box<iso9660::Image<'s>>),
    Udf(Box<udf::Image<'s>>),
}

impl<'s> Image<'s> {
    /// Reads the descriptors, and where there is a choice some of both trees.
    ///
    /// # Errors
    /// As [`iso9660::Image::open`] and [`udf::Image::open`], whichever is what the image seems to be.
    pub fn open(source: &'s dyn Source, options: &Options) -> Result<Self> {
        let image = Self::open_here(source, options).map_err(|error| elsewhere::point(source, error))?;
        Ok(image.without_cut(source))
    }

    fn open_here(source: &'s dyn Source, options: &Options) -> Result<Self> {
        match options.names {
            Names::Only(TreeKind::Udf) => Self::only_udf(source, options),
            Names::Only(TreeKind::Iso9660(kind)) => {
                let names = iso9660::Names::Only(kind);
                match iso9660::Image::open(source, &iso9660::Options { names, session: options.session }) {
                    Err(Error::Foreign(_)) if udf::recognize(source)?.nsr.is_some() => Err(no_tree()),
                    image => image.map(Self::of_iso9660),
                }
            }
            Names::Auto => Self::any(source, options),
        }
    }

    fn new(shown: Volume<'s>, other: Option<Volume<'s>>, reason: impl Into<String>) -> Self {
        let (damage, findings) = (Vec::new(), Findings::default());
        Self { shown, other, reason: reason.into(), damage, findings }
    }

    fn of_iso9660(mut image: iso9660::Image<'s>) -> Self {
        let (reason, damage) = (image.reason(), image.take_damage());
        let mut image = Self::new(Volume::Iso9660(Box::new(image)), None, reason);
        image.add_damage_of(damage);
        image
    }

    fn only_udf(source: &'s dyn Source, options: &Options) -> Result<Self> {
        if let Some(error) = further_session(options) {
            return Err(error);
        }
        let recognition = udf::recognize(source)?;
        if recognition.nsr.is_none() && recognition.has_iso9660 {
            return Err(no_tree());
        }
        let udf = match udf::Image::open_recognized(source, recognition) {
            // Without a descriptor that says UDF, what the input is says more than what it lacks.
            Err(error) if recognition.nsr.is_none() => {
                return Err(iso9660::Image::open(source, &iso9660::Options::default())
                    .err()
                    .unwrap_or(error));
            }
            udf => udf?,
        };
        // What boots is still told by the descriptors of ISO 9660.
        let options = iso9660::Options { names: iso9660::Names::Auto, session: options.session };
        let iso9660 =
            if recognition.has_iso9660 { iso9660::Image::open(source, &options).ok() } else { None };
        let other = iso9660.map(|image| Volume::Iso9660(Box::new(image)));
        Ok(Self::new(Volume::Udf(Box::new(udf)), other, "it was asked for"))
    }

    fn any(source: &'s dyn Source, options: &Options) -> Result<Self> {
        let asked = iso9660::Options { names: iso9660::Names::Auto, session: options.session };
        let iso9660 = match iso9660::Image::open(source, &asked) {
            // A session of ISO 9660 newer than the first hides what that bridged.
            Ok(image) if image.session_start() > 0 => return Ok(Self::of_iso9660(image)),
            Ok(image) => image,
            Err(error @ (Error::Io(_) | Error::Usage(_))) => return Err(error),
            Err(error) if further_session(options).is_some() => return Err(error),
            Err(error) => return Self::instead(source, error),
        };
        let recognition = udf::recognize(source)?;
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
                    let at = source.origin().saturating_add(32_768);
                    let deviation = format!("an anchor of UDF leads to no volume: {error}");
                    image.findings.note(at, RECOGNITION, deviation);
                }
                Ok(image)
            }
        }
    }

    /// The better tree of the two that there are.
    fn bridge(source: &'s dyn Source, mut iso9660: iso9660::Image<'s>, udf: udf::Image<'s>) -> Self {
        let Chosen { shows_udf, reason, damage } = choice::choose(source, &iso9660, &udf);
        let of_iso9660 = iso9660.take_damage();
        let (udf, iso9660) = (Volume::Udf(Box::new(udf)), Volume::Iso9660(Box::new(iso9660)));
        let (shown, other) = if shows_udf { (udf, iso9660) } else { (iso9660, udf) };
        let mut image = Self::new(shown, Some(other), reason);
        image.add_damage_of(of_iso9660);
        damage.into_iter().for_each(|error| {
            image.add_damage(if shows_udf { damage::ISO9660 } else { damage::UDF }, error);
        });
        image
    }

    /// The UDF volume of a source that is no ISO 9660 image, as `error` says.
    fn instead(source: &'s dyn Source, error: Error) -> Result<Self> {
        let recognition = udf::recognize(source)?;
        // A source without a size would have to be read to its end to know that there is no anchor.
        if recognition.nsr.is_none() && source.size().is_none() {
            return Err(error);
        }
        match udf::Image::open_recognized(source, recognition) {
            Ok(udf) => {
                let mut image = Self::new(Volume::Udf(Box::new(udf)), None, "it is the only one");
                if recognition.has_iso9660 || matches!(error, Error::Corrupt(_) | Error::Unsupported(_)) {
                    image.reason = "it is the only one that can be read".into();
                    image.add_damage(damage::ISO9660, error);
                }
                Ok(image)
            }
            // Without a descriptor that says UDF, what the input is says more than what it lacks.
            Err(_) if recognition.nsr.is_none() => Err(error),
            Err(error) => Err(error),
        }
    }

    fn volumes(&self) -> impl Iterator<Item = &Volume<'s>> {
        std::iter::once(&self.shown).chain(&self.other)
    }

    /// What of ISO 9660 there is.
    pub fn iso9660(&self) -> Option<&iso9660::Image<'s>> {
        self.volumes().find_map(|volume| match volume {
            Volume::Iso9660(image) => Some(&**image),
            Volume::Udf(_) => None,
        })
    }

    /// What of UDF there is. An ISO 9660 tree that was asked for is opened without looking for UDF.
    pub fn udf(&self) -> Option<&udf::Image<'s>> {
        self.volumes().find_map(|volume| match volume {
            Volume::Udf(image) => Some(&**image),
            Volume::Iso9660(_) => None,
        })
    }

    /// The tree that is shown.
    pub fn tree(&self) -> &dyn Tree {
        match &self.shown {
            Volume::Iso9660(image) => image.tree(),
            Volume::Udf(image) => image.tree(),
        }
    }

    /// Which tree that is.
    pub fn shown(&self) -> TreeKind {
        match &self.shown {
            Volume::Iso9660(image) => TreeKind::Iso9660(image.tree().kind()),
            Volume::Udf(_) => TreeKind::Udf,
        }
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
            let of_volume = match volume {
                Volume::Iso9660(image) => image.take_findings(),
                Volume::Udf(image) => image.take_findings(),
            };
            // What was compared to choose a tree may be read a second time.
            for finding in of_volume {
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
        findings
    }
}
