//! Files of an image get other contents in the place of those that they have: which bytes of the image become others.
//!
//! A file is recorded in every tree of the image, and each of its records tells where its content lies and how long it is.
//! [`amend`] finds them all. A new content fits if it needs no more blocks than the old one has; nothing else moves. That
//! nothing else changes is not left to that: [`Amendment::check`] reads the image as it would be, and compares all names with
//! those that there were.
//!
//! Nothing is written here: [`Amendment::parts`] is for who can do that so that it is never half done.

mod amended;
mod boot;
mod listing;
mod parts;
mod reserved;
mod target;
mod views;

pub use amended::{Amended, Patch};
pub use parts::{Part, To};

use crate::error::{Error, Result};
use crate::finding::{Finding, Findings};
use crate::image::{Image, Options, TreeKind};
use crate::source::Source;
use crate::tree::Time;
use listing::{Listing, list};
use parts::Parts;
use target::{Target, Touching, Wanted};
use views::{View, each};

/// What a file of the image is to contain.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// Its bytes.
    pub content: &'a dyn Source,
    /// How many there are.
    pub length: u64,
    /// When they were changed last.
    pub modified: Time,
}

/// A file of the image that is to contain something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path in the tree that is shown.
    pub path: Vec<u8>,
    /// What it is to contain, by its place among the new files.
    pub file: usize,
}

/// What of an image becomes other bytes.
#[derive(Debug)]
pub struct Amendment {
    parts: Vec<Part>,
    notes: Vec<String>,
    targets: Vec<Target>,
    lengths: Vec<u64>,
    /// The names there were, in the order of the trees.
    listings: Vec<Listing>,
    reserved: Vec<u8>,
    /// What deviates from the standards.
    findings: Vec<Finding>,
}

impl Amendment {
    /// The parts of the image that become something else, in the order of the image; none overlaps another.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What was done besides, in sentences for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Makes sure that `amended`, which is the image with all [`Amendment::parts`], has the same names as before in all its
    /// trees, with the same of everything but the new contents of those that were to be changed, and that what lies outside the
    /// trees tells the same.
    ///
    /// # Errors
    /// [`Error::Unsupported`] or [`Error::Usage`] for an image of which something else would change, because its structures
    /// share bytes with the contents; those of reading.
    pub fn check(&self, amended: &dyn Source) -> Result<()> {
        let image = Image::open(amended, &Options::default())?;
        let mut before = self.listings.iter();
        let mut findings = Vec::new();
        each(amended, &image, &mut |view| {
            let found = before.next().ok_or_else(unlike)?;
            found.check(&view, &self.targets, &self.lengths)?;
            findings.extend(view.take_findings());
            Ok(())
        })?;
        let same = reserved::digest(amended, &image)? == self.reserved;
        // Of what deviates in too many places not all is known.
        let is_known = self.findings.len() < Findings::LIMIT;
        let is_new = |finding| is_known && !self.findings.contains(finding);
        if before.next().is_some() || !same || findings.iter().any(is_new) {
            return Err(unlike());
        }
        Ok(())
    }
}

/// That something else would change.
fn unlike() -> Error {
    Error::Usage("structures of the image lie among the contents that would be changed".into())
}

/// Which bytes of the image on `source` become others, so that the files that `changes` names have the contents of `files`.
///
/// # Errors
/// [`Error::TooLarge`] for a content that needs more blocks than there are; [`Error::Usage`] for a name that is no regular file, or
/// shares its content with one that keeps it, and for contents that lie among something else or in an earlier session;
/// [`Error::Unsupported`] for a content that is not recorded as it is; [`Error::NotFound`]; and what is damaged, wherever in
/// the image that is: nothing can be said of names that cannot be read.
pub fn amend(source: &dyn Source, changes: &[Change], files: &[NewFile<'_>]) -> Result<Amendment> {
    let image = Image::open(source, &Options::default())?;
    if let Some(told) = image.withheld().next() {
        return Err(Error::Usage(told.sentence));
    }
    let mut block = u64::MAX;
    each(source, &image, &mut |view| {
        block = block.min(view.block());
        Ok(())
    })?;
    let targets = Target::find(source, &image, changes, block)?;
    let lengths: Vec<u64> =
        targets.iter().map(|target| files.get(target.file).map_or(0, |file| file.length)).collect();
    targets.iter().zip(&lengths).try_for_each(|(target, length)| target.fits(*length))?;
    let wanted = Wanted::new(&targets)?;
    reserved::check(source, &image, &wanted)?;
    reserved::refuse_others(source, &image, &wanted)?;
    let mut parts = Parts::new(source);
    let mut listings = Vec::new();
    let mut names = vec![0; targets.len()];
    let mut findings = Vec::new();
    each(source, &image, &mut |view| {
        let mut touching = Vec::new();
        listings.push(list(&view, &wanted, &mut touching)?);
        let is_first = listings.len() == 1;
        target::judge(&view, &targets, &touching, is_first, &mut names)?;
        records(&view, &targets, files, &touching, &mut parts)?;
        findings.extend(view.take_findings());
        Ok(())
    })?;
    let renewed = boot::look(source, &image, &targets, files)?;
    for (number, (target, length)) in targets.iter().zip(&lengths).enumerate() {
        parts.content(target, *length, boot::patches(number, &renewed))?;
    }
    let notes = renewed.into_iter().map(|renewed| renewed.note).collect();
    let reserved = reserved::digest(source, &image)?;
    Ok(Amendment { parts: parts.sorted()?, notes, targets, lengths, listings, reserved, findings })
}

/// What of the records of the changed files in one tree becomes other bytes.
fn records(
    view: &View<'_>,
    targets: &[Target],
    files: &[NewFile<'_>],
    touching: &[Touching],
    parts: &mut Parts<'_>,
) -> Result<()> {
    for name in touching {
        let Some(number) = name.target else { continue };
        let Some(target) = targets.get(number) else { continue };
        let Some(file) = files.get(target.file) else { continue };
        let edits = view.amended(&name.entry, file).map_err(|error| concerning(&name.path, error))?;
        for edit in edits {
            parts.edit(view.shift.saturating_add(edit.at), edit.bytes);
        }
    }
    Ok(())
}

/// `error`, of the file at `path`, where it does not tell by itself what it is about.
fn concerning(path: &[u8], error: Error) -> Error {
    let path = path.escape_ascii();
    match error {
        Error::TooLarge(sentence) => Error::TooLarge(format!("{path}: {sentence}")),
        Error::Usage(sentence) => Error::Usage(format!("{path}: {sentence}")),
        Error::Unsupported(error) => Error::Usage(format!("{path}: {error}")),
        error => error,
    }
}

/// The tree of `kind`, in words.
fn tree(kind: TreeKind) -> &'static str {
    kind.word
}
