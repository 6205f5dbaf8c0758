//! All names of a tree, as they are compared with those of the image that is changed.

use super::target::{Target, Touching, Wanted, joined};
use super::unlike;
use super::views::View;
use crate::error::{Error, Result};
use crate::tree::walk::{Descend, Visitor, walk};
use crate::tree::{Entry, Extent, Times};
use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Write};
use std::hash::Hasher;

/// Names whose contents are changed, and extents of these, at the most: many names may lead to the same.
const MOST_PIECES: usize = 1 << 22;

/// The names of one tree.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// What each says of itself; of those that are changed, without what that changes.
    digests: Vec<u64>,
    /// Which of them are changed, in order, and to which content.
    changed: Vec<(usize, usize)>,
    /// What the tree says of all of them.
    announcements: Vec<u8>,
}

/// All names of the tree of `view`; those that have anything of what is `wanted` are put into `touching`.
///
/// # Errors
/// Those of the first that cannot be read.
pub(super) fn list(view: &View<'_>, wanted: &Wanted, touching: &mut Vec<Touching>) -> Result<Listing> {
    let listing = Listing { announcements: view.announcements()?, ..Listing::default() };
    let mut looking = Looking { wanted, shift: view.shift, touching, pieces: 0, listing };
    let root = view.tree().root()?;
    looking.see(b"/", &root)?;
    walk(view.tree(), &root, b"", &mut looking)?;
    Ok(looking.listing)
}

impl Listing {
    /// Compares it with the tree of `view`, where each of `targets` has a new length.
    ///
    /// # Errors
    /// [`Error::Usage`] where they differ otherwise; those of reading.
    pub(super) fn check(&self, view: &View<'_>, targets: &[Target], lengths: &[u64]) -> Result<()> {
        let mut comparing =
            Comparing { listing: self, targets, lengths, shift: view.shift, next: 0, passed: 0 };
        let root = view.tree().root()?;
        comparing.compare(b"/", &root)?;
        walk(view.tree(), &root, b"", &mut comparing)?;
        let is_same = view.announcements()? == self.announcements;
        if comparing.next == self.digests.len() && is_same { Ok(()) } else { Err(unlike()) }
    }
}

struct Looking<'w> {
    wanted: &'w Wanted,
    shift: u64,
    touching: &'w mut Vec<Touching>,
    /// Names and extents among these.
    pieces: usize,
    listing: Listing,
}

impl Looking<'_> {
    fn see(&mut self, path: &[u8], entry: &Entry) -> Result<()> {
        let target = self.wanted.exact(path, entry, self.shift);
        let touched = target.or_else(|| {
            entry.extents.iter().find_map(|extent| {
                let start = extent.offset?.saturating_add(self.shift);
                self.wanted.at(&(start..start.saturating_add(extent.length)))
            })
        });
        if let Some(touched) = touched {
            let (path, entry) = (path.to_vec(), entry.clone());
            self.pieces = self.pieces.saturating_add(entry.extents.len()).saturating_add(1);
            self.touching.push(Touching { path, entry, touched, target });
        }
        if self.pieces > MOST_PIECES {
            let sentence = format!("more than {MOST_PIECES} extents of names have what would be changed");
            return Err(Error::TooLarge(sentence));
        }
        let number = self.listing.digests.len();
        self.listing.changed.extend(target.map(|target| (number, target)));
        self.listing.digests.push(digest(path, entry, target.is_some()));
        Ok(())
    }
}

impl Visitor for Looking<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.see(path, entry).map(|()| Descend::Into)
    }

    fn failure(&mut self, _: &[u8], error: Error) -> Result<()> {
        Err(error)
    }
}

struct Comparing<'l> {
    listing: &'l Listing,
    targets: &'l [Target],
    lengths: &'l [u64],
    shift: u64,
    /// The name that comes next.
    next: usize,
    /// How many of those that are changed came before it.
    passed: usize,
}

impl Comparing<'_> {
    fn compare(&mut self, path: &[u8], entry: &Entry) -> Result<()> {
        let changed = self.listing.changed.get(self.passed).filter(|(number, _)| *number == self.next);
        let is_same = self.listing.digests.get(self.next) == Some(&digest(path, entry, changed.is_some()));
        let is_as_wanted = changed.is_none_or(|(_, target)| self.has(entry, *target));
        self.passed = self.passed.saturating_add(usize::from(changed.is_some()));
        self.next = self.next.saturating_add(1);
        if is_same && is_as_wanted { Ok(()) } else { Err(unlike()) }
    }

    /// Whether `entry` has the new content of the target of this number, where the old one was.
    fn has(&self, entry: &Entry, target: usize) -> bool {
        let (Some(target), Some(length)) = (self.targets.get(target), self.lengths.get(target)) else {
            return false;
        };
        let mut left = *length;
        let mut pieces = Vec::new();
        for range in target.ranges() {
            let take = range.end.saturating_sub(range.start).min(left);
            left = left.saturating_sub(take);
            pieces.push(Extent::recorded(range.start.saturating_sub(self.shift), take));
        }
        entry.size == *length && left == 0 && joined(&entry.extents) == joined(&pieces)
    }
}

impl Visitor for Comparing<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.compare(path, entry).map(|()| Descend::Into)
    }

    fn failure(&mut self, _: &[u8], error: Error) -> Result<()> {
        Err(error)
    }
}

/// What `entry`, at `path`, is known by; if it `is_changed`, without its content and its times.
fn digest(path: &[u8], entry: &Entry, is_changed: bool) -> u64 {
    let mut digest = Digest(DefaultHasher::new());
    digest.0.write(path);
    // Nothing fails of what is written here.
    let _ = if is_changed {
        let Entry { name, version, kind, coding, link, posix, attributes, streams, hidden, at, .. } = entry;
        let Times { created, backed_up, expires, effective, .. } = entry.times;
        write!(digest, "{:?}", (name, version, kind, coding, link, posix, attributes)).and_then(|()| {
            write!(digest, "{:?}", (streams, hidden, at, created, backed_up, expires, effective))
        })
    } else {
        write!(digest, "{entry:?}")
    };
    digest.0.finish()
}

struct Digest(DefaultHasher);

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
