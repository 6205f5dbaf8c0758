//! An image opened, whatever file systems are on it, and the one tree that is shown.

use crate::error::{Error, Result};
use crate::finding::{Finding, Findings};
use crate::iso9660::{self, SessionChoice};
use crate::source::Source;
use crate::tree::Tree;
use crate::udf;
use damage::Damage;

mod choice;
pub(crate) mod content;
mod damage;
mod difference;
mod elsewhere;
mod formats;
mod opened;
mod reading;
mod session;
mod truncation;
mod volume;

pub use elsewhere::{beside_nothing, is_announced};
pub use formats::{Format, Names};
pub use opened::Opened;
pub use reading::Reading;
pub use volume::{TreeKind, Volume};

/// How an image is to be read. The default is what a user expects who gives no options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The tree whose names are wanted, or the richest.
    pub names: Names,
    /// The session; `None` for the newest, as far as [`iso9660::Options`] says.
    pub session: Option<SessionChoice>,
    /// File systems that are looked for besides those of this crate, behind these.
    pub further: &'static [Format],
}

impl Options {
    /// Whether the newest session is wanted, as far as it is known.
    fn wants_newest(&self) -> bool {
        matches!(self.session, None | Some(SessionChoice::Newest))
    }
}

/// An image whose descriptors were read, and one of whose trees was chosen to be shown.
#[derive(Debug)]
pub struct Image<'s> {
    shown: Box<dyn Volume + 's>,
    /// What else was opened, in the order in which it was looked for.
    others: Vec<Box<dyn Volume + 's>>,
    /// How many of these were looked for before the one that is shown.
    before: usize,
    reason: String,
    /// What is announced and cannot be read.
    damage: Vec<Damage>,
    findings: Findings,
}

fn no_tree() -> Error {
    Error::not_found("tree", "the image has no such tree")
}

impl<'s> Image<'s> {
    /// Reads the descriptors, and where there is a choice some of each tree.
    ///
    /// # Errors
    /// As [`iso9660::Image::open`] and [`udf::Image::open`], whichever is what the image seems to be.
    pub fn open(source: &'s dyn Source, options: &Options) -> Result<Self> {
        let nothing = Err(Error::foreign("not an image", None));
        let found = options.formats().fold(nothing, |found, format| (format.open)(source, options, found));
        match (found, options.names) {
            (Ok(image), Names::Only(tree)) if image.shown() != tree => Err(no_tree()),
            (Ok(image), _) => Ok(image.without_cut()),
            (Err(error), _) => Err(elsewhere::point(source, options, error)),
        }
    }

    /// An image of which `shown` is all that was opened, for a `reason`.
    fn new(shown: impl Volume + 's, reason: impl Into<String>) -> Self {
        Self {
            shown: Box::new(shown),
            others: Vec::new(),
            before: 0,
            reason: reason.into(),
            damage: Vec::new(),
            findings: Findings::default(),
        }
    }

    /// As [`Image::new`], of a volume whose tree was asked for, beside what was `found`. Of damage to others nothing is said.
    fn asked(shown: impl Volume + 's, found: Option<Self>) -> Self {
        let reason = "it was asked for";
        let Some(mut image) = found else { return Self::new(shown, reason) };
        image.add(shown, true);
        Self { reason: reason.into(), damage: Vec::new(), ..image }
    }

    /// Adds a volume that was looked for behind the others.
    fn add(&mut self, volume: impl Volume + 's, is_shown: bool) {
        if is_shown {
            let other = std::mem::replace(&mut self.shown, Box::new(volume));
            self.others.insert(self.before, other);
            self.before = self.others.len();
        } else {
            self.others.push(Box::new(volume));
        }
    }

    /// What was `found` together with `volume`, which a [`Format`] behind the others opened: its tree is shown where it was
    /// asked for, and where nothing else can be read.
    ///
    /// # Errors
    /// What was `found`, where that is a failure that has nothing to do with what is on the source; [`Error::NotFound`] where
    /// another tree was asked for, which there is not.
    pub fn join(found: Result<Self>, volume: impl Volume + 's, options: &Options) -> Result<Self> {
        match (options.names, found) {
            (Names::Only(tree), found) if volume.trees().contains(&tree) => {
                Ok(Self::asked(volume, found.ok()))
            }
            (_, Ok(mut image)) => {
                image.add(volume, false);
                Ok(image)
            }
            (Names::Only(_), Err(Error::Foreign(_))) => Err(no_tree()),
            (Names::Auto, Err(Error::Foreign(_))) => Ok(Self::new(volume, "it is the only one")),
            (Names::Auto, Err(error @ (Error::Corrupt(_) | Error::Unsupported(_)))) => {
                let mut image = Self::new(volume, "it is the only one that can be read");
                image.add_damage("another volume", error);
                Ok(image)
            }
            (_, Err(error)) => Err(error),
        }
    }

    /// The volumes that were opened, in the order in which they were looked for.
    pub fn volumes(&self) -> impl Iterator<Item = &(dyn Volume + 's)> {
        let others = || self.others.iter().map(|volume| &**volume);
        others().take(self.before).chain(std::iter::once(&*self.shown)).chain(others().skip(self.before))
    }

    /// The trees of all volumes, in the order of [`Image::volumes`].
    pub fn trees(&self) -> Vec<TreeKind> {
        self.volumes().flat_map(Volume::trees).collect()
    }

    /// Shows `each` the trees other than the one that is shown, each in a volume that shows it. Of trees of the same records,
    /// which have the same files, it is the first.
    ///
    /// # Errors
    /// Those of `each`, which end it.
    pub(crate) fn other_trees<E>(
        &self,
        source: &dyn Source,
        mut each: impl FnMut(&dyn Volume) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut seen = vec![self.shown().records];
        for volume in self.volumes() {
            for kind in volume.trees() {
                if seen.contains(&kind.records) {
                    continue;
                }
                seen.push(kind.records);
                if let Some(again) = volume.with_tree(source, kind) {
                    each(&*again)?;
                } else if volume.kind() == kind {
                    each(volume)?;
                }
            }
        }
        Ok(())
    }

    /// The volume of ISO 9660, whether its tree is shown or not.
    pub fn iso9660(&self) -> Option<&iso9660::Image<'_>> {
        self.volumes().find_map(Volume::iso9660)
    }

    /// What of UDF there is. An ISO 9660 tree that was asked for is opened without looking for UDF.
    pub fn udf(&self) -> Option<&udf::Image<'_>> {
        self.volumes().find_map(Volume::udf)
    }

    /// The tree that is shown: [`Names`] asked for it, or it says most.
    pub fn tree(&self) -> &dyn Tree {
        self.shown.tree()
    }

    /// The word of the tree that is shown, and what else is known of its names.
    pub fn shown(&self) -> TreeKind {
        self.shown.kind()
    }

    /// What it is read from: errors of this source name sectors of the size that the volume has which is shown.
    pub fn source(&self) -> &dyn Source {
        self.shown.source()
    }

    /// Why this tree is shown: a clause for people.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Where the volume really ends that is said to end at byte `end` or before: UDF alone may have an anchor behind what
    /// its descriptors name. Reads on from there.
    ///
    /// # Errors
    /// Those of the source.
    pub fn end_behind(&self, end: u64) -> Result<u64> {
        if self.others.is_empty() { self.shown.end_behind(end) } else { Ok(end) }
    }

    /// Takes the deviations tolerated so far; reading on adds more.
    pub fn take_findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.take();
        for volume in std::iter::once(&self.shown).chain(&self.others) {
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
