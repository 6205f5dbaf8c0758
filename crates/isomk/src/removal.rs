//! Patterns of what is left out of the image that a new one is made from.

use crate::globs::{Globs, literal};
use isokit_cli::name::shown;
use isokit_core::Error;
use std::cell::{Cell, RefCell};

/// What is left out of the tree of that image.
#[derive(Debug, Clone)]
pub(crate) struct Removed {
    /// A pattern of paths, which matches something.
    pub pattern: Vec<u8>,
    /// What it matches may be a directory, which is left out with all below it.
    pub directories: bool,
    /// What is on disk takes its place, whether there was something or not.
    pub replaced: bool,
}

impl Removed {
    /// The boot catalog at `path`, which begins without a slash and may have been removed already.
    pub(crate) fn catalog(path: &[u8]) -> Self {
        Self { pattern: [b"/", literal(path).as_slice()].concat(), directories: false, replaced: true }
    }
}

/// The patterns, and what they have matched.
#[derive(Debug)]
pub(crate) struct Removal {
    /// Each says its place in `matched`.
    globs: Globs<usize>,
    /// Whether anything was removed by the pattern.
    matched: Vec<Cell<bool>>,
    /// By place, whether a pattern removes directories.
    directories: Vec<bool>,
    /// The first directory that matched a pattern of files alone.
    spared: RefCell<Option<Vec<u8>>>,
}

impl Removal {
    /// The patterns; with `literal`, each stands for what is written like it.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no pattern.
    pub(crate) fn new(removed: &[Removed], literal: bool) -> Result<Self, Error> {
        let patterns = removed.iter().enumerate();
        let globs = Globs::new(patterns.map(|(number, removed)| (removed.pattern.as_slice(), number)))?;
        Ok(Self {
            globs: if literal { globs.literally() } else { globs },
            matched: vec![Cell::new(false); removed.len()],
            directories: removed.iter().map(|removed| removed.directories).collect(),
            spared: RefCell::default(),
        })
    }

    /// Whether `path`, which begins without a slash, is removed.
    pub(crate) fn removes(&self, path: &[u8], is_directory: bool) -> bool {
        let mut removes = false;
        for number in self.globs.of(path, is_directory) {
            if let Some(matched) = self.matched.get(*number) {
                matched.set(true);
                if is_directory && self.directories.get(*number) == Some(&false) {
                    self.spared.borrow_mut().get_or_insert_with(|| path.to_vec());
                } else {
                    removes = true;
                }
            }
        }
        removes
    }

    /// Whether the file at `path`, or a directory that it lies in, is removed.
    pub(crate) fn removes_file(&self, path: &[u8]) -> bool {
        let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let mut above = slashes.filter_map(|(at, _)| path.get(..at));
        above.any(|directory| self.removes(directory, true)) || self.removes(path, false)
    }

    /// That each pattern removed something, and what it may: one that did not is a mistake.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a pattern that matched nothing, and [`Error::Usage`] for one of files that matched a directory.
    pub(crate) fn check(&self, removed: &[Removed]) -> Result<(), Error> {
        self.globs.check()?;
        if let Some(directory) = self.spared.borrow().as_ref() {
            let sentence = format!("/{}: is a directory; -rm_r removes directories", shown(directory));
            return Err(Error::Usage(sentence));
        }
        let mut all = self.matched.iter().zip(removed);
        let unmatched = all.find(|(matched, removed)| !matched.get() && !removed.replaced);
        unmatched.map_or(Ok(()), |(_, Removed { pattern, .. })| {
            Err(Error::not_found(shown(pattern), "nothing in the image matches"))
        })
    }
}
