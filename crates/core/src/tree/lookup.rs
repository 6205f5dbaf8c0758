//! One name looked for among the entries of a directory.

use crate::error::{Error, Result};
use crate::tree::{Detail, Entry, Tree};

/// What was found of a name so far.
#[derive(Debug)]
pub(crate) struct Search<'n> {
    name: &'n [u8],
    best: Option<Entry>,
    /// What was wrong with an entry of that name.
    own: Option<Error>,
    /// What was wrong with one whose name is not known.
    nameless: Option<Error>,
}

impl<'n> Search<'n> {
    /// Before the first entry of the directory is met.
    pub(crate) fn new(name: &'n [u8]) -> Self {
        Self { name, best: None, own: None, nameless: None }
    }

    /// Meets `entry`; whether the search is over.
    pub(crate) fn meet(&mut self, entry: &Entry) -> bool {
        if entry.name != self.name {
            return false;
        }
        if self.best.as_ref().is_none_or(|best| best.version < entry.version) {
            self.best = Some(entry.clone());
        }
        entry.version.is_none()
    }

    /// Meets an entry that cannot be read; of `entry` only the name is known, if it is not empty.
    pub(crate) fn fail(&mut self, entry: &Entry, error: Error) {
        let of = match entry.name.as_slice() {
            [] => &mut self.nameless,
            name if name == self.name => &mut self.own,
            _ => return,
        };
        of.get_or_insert(error);
    }

    /// What [`Tree::lookup`] is to give.
    pub(crate) fn end(self) -> Result<Option<Entry>> {
        match (self.best, self.own.or(self.nameless)) {
            (None, Some(error)) => Err(error),
            (best, _) => Ok(best),
        }
    }
}

/// [`Tree::lookup`] by all entries of `directory`.
pub(crate) fn scan<T: Tree + ?Sized>(tree: &T, directory: &Entry, name: &[u8]) -> Result<Option<Entry>> {
    let mut cursor = tree.open(directory, Detail::All)?;
    let mut entry = Entry::default();
    let mut search = Search::new(name);
    loop {
        match cursor.next(&mut entry) {
            Ok(true) if search.meet(&entry) => break,
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => search.fail(&entry, error),
        }
    }
    search.end()
}
