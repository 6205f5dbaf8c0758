//! Patterns of what is left out of the image that a new one is made from.

use crate::globs::{Globs, literal};
use isokit_cli::name::shown;
use isokit_core::Error;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// What is left out of the tree of that image.
#[derive(Debug, Clone)]
pub(crate) struct Removed {
    /// A pattern of paths, which matches something.
    pub pattern: Vec<u8>,
    /// What it matches may be a directory, which is left out with all below it.
    pub directories: bool,
    /// What is on disk takes its place, whether there was something or not.
    pub replaced: bool,
    /// It is a directory in which nothing is left.
    pub empty: bool,
}

impl Removed {
    /// The boot catalog at `path`, which begins without a slash and may have been removed already.
    pub(crate) fn catalog(path: &[u8]) -> Self {
        Self {
            pattern: [b"/", literal(path).as_slice()].concat(),
            directories: false,
            replaced: true,
            empty: false,
        }
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
    /// By place, whether a pattern removes empty directories alone.
    empty: Vec<bool>,
    /// The first directory that matched a pattern of files alone, or another file one of directories.
    spared: RefCell<Option<(Vec<u8>, &'static str)>>,
    /// Directories that are removed if nothing is left in them.
    emptied: RefCell<HashSet<Vec<u8>>>,
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
            empty: removed.iter().map(|removed| removed.empty).collect(),
            spared: RefCell::default(),
            emptied: RefCell::default(),
        })
    }

    /// Whether `path`, which begins without a slash, is removed.
    pub(crate) fn removes(&self, path: &[u8], is_directory: bool) -> bool {
        let mut removes = false;
        for number in self.globs.of(path, is_directory) {
            if let Some(matched) = self.matched.get(*number) {
                matched.set(true);
                let empty = self.empty.get(*number) == Some(&true);
                let sentence = match is_directory {
                    true if empty => {
                        self.emptied.borrow_mut().insert(path.to_vec());
                        continue;
                    }
                    false if empty => "is no directory; -rm removes files",
                    true if self.directories.get(*number) == Some(&false) => {
                        "is a directory; -rm_r removes directories"
                    }
                    _ => {
                        removes = true;
                        continue;
                    }
                };
                self.spared.borrow_mut().get_or_insert_with(|| (path.to_vec(), sentence));
            }
        }
        removes
    }

    /// Whether `path` is a directory that is removed since nothing is left in it.
    pub(crate) fn is_emptied(&self, path: &[u8]) -> bool {
        self.emptied.borrow().contains(path)
    }

    /// That nothing is left in directories that are to be empty, of `paths`, which is all that is left of the tree.
    ///
    /// # Errors
    /// [`Error::Usage`] for one that has something in it.
    pub(crate) fn check_emptied<'p>(&self, paths: impl Iterator<Item = &'p [u8]>) -> Result<(), Error> {
        let emptied = self.emptied.borrow();
        for path in paths.filter(|path| !emptied.is_empty() && !emptied.contains(*path)) {
            let above = path.iter().rposition(|byte| *byte == b'/').and_then(|at| path.get(..at));
            if let Some(directory) = above.filter(|above| emptied.contains(*above)) {
                let sentence = "is not empty; -rm_r removes directories with all below them";
                return Err(Error::Usage(format!("/{}: {sentence}", shown(directory))));
            }
        }
        Ok(())
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
        if let Some((path, sentence)) = self.spared.borrow().as_ref() {
            return Err(Error::Usage(format!("/{}: {sentence}", shown(path))));
        }
        let mut all = self.matched.iter().zip(removed);
        let unmatched = all.find(|(matched, removed)| !matched.get() && !removed.replaced);
        unmatched.map_or(Ok(()), |(_, Removed { pattern, .. })| {
            Err(Error::not_found(shown(pattern), "nothing in the image matches"))
        })
    }
}
