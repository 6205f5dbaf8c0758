//! Names looked up again and again in the same directories: where their records are is remembered.

use super::entries::{Began, Entries};
use super::file::Files;
use crate::error::Result;
use crate::tree::lookup::scan;
use crate::tree::{Cursor, Entry, Extent, Tree};
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

/// Directories of which it is known that a name was looked up in them.
const MOST_DIRECTORIES: usize = 64;

/// Names whose places are remembered, of all directories together: 48 MiB of them.
const MOST_NAMES: usize = 1 << 20;

/// The directories in which a name was looked up, the latest last.
#[derive(Debug, Default)]
pub(super) struct Indexes(Mutex<VecDeque<Asked>>);

/// A directory in which a name was looked up, and from the second time on where its names are.
#[derive(Debug, Clone)]
struct Asked {
    directory: Key,
    index: Option<Arc<Index>>,
}

/// Where a directory lies, and whether it is the root, which does not show relocated directories.
type Key = (Extent, bool);

impl Indexes {
    /// What [`Tree::lookup`] gives for `name` in `directory` of `tree`, whose files are `files`.
    pub(super) fn find(
        &self,
        tree: &dyn Tree,
        files: &Files<'_>,
        directory: &Entry,
        name: &[u8],
    ) -> Result<Option<Entry>> {
        let Some(key) = key(files, directory) else { return scan(tree, directory, name) };
        let index = match self.asked(key) {
            Some(Asked { index: None, .. }) => Some(Arc::new(Index::new(files, directory))),
            asked => asked.and_then(|asked| asked.index),
        };
        let found = index.as_ref().and_then(|index| index.find(files, directory, name));
        self.keep(Asked { directory: key, index });
        found.map_or_else(|| scan(tree, directory, name), Ok)
    }

    fn asked(&self, directory: Key) -> Option<Asked> {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().find(|asked| asked.directory == directory).cloned()
    }

    /// Remembers `latest`, and forgets the directories asked longest ago, as far as there are too many.
    fn keep(&self, latest: Asked) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|other| other.directory != latest.directory);
        asked.push_back(latest);
        let names = |asked: &Asked| asked.index.as_ref().map_or(0, |index| index.names.len());
        let mut sum = asked.iter().map(names).fold(0, usize::saturating_add);
        while asked.len() > MOST_DIRECTORIES || (sum > MOST_NAMES && asked.len() > 1) {
            sum = sum.saturating_sub(asked.pop_front().as_ref().map_or(0, names));
        }
    }
}

/// By what `directory` is known again, if what is in it may be remembered: extents that overlap could have two records at
/// one place, and a pipe is read no further than to the name.
fn key(files: &Files<'_>, directory: &Entry) -> Option<Key> {
    let [extent] = directory.extents.as_slice() else { return None };
    files.space.source.access().is_random().then_some((*extent, directory.name.is_empty()))
}

/// Where the names of one directory are.
#[derive(Debug)]
struct Index {
    hasher: RandomState,
    /// Sorted by hash, one for each. Of a directory with too many names, none.
    names: Vec<Name>,
    /// Whether a name that is not there is not in the directory either.
    is_whole: bool,
}

/// Where the entry lies that a name means.
#[derive(Debug, Clone, Copy)]
struct Name {
    hash: u64,
    version: Option<u32>,
    began: Began,
}

/// Which of these `names`, which are the same, in the order of the directory, is meant, as
/// [`crate::tree::lookup::Search`] has it.
fn meant(names: &[Name]) -> Option<&Name> {
    let last = names.iter().position(|name| name.version.is_none());
    let sought = last.and_then(|last| names.get(..=last)).unwrap_or(names);
    sought.iter().reduce(|best, name| if best.version < name.version { name } else { best })
}

impl Index {
    fn new(files: &Files<'_>, directory: &Entry) -> Self {
        let mut index = Self { hasher: RandomState::new(), names: Vec::new(), is_whole: true };
        let mut cursor = Entries::new(files, directory);
        let mut entry = Entry::default();
        loop {
            match cursor.next(&mut entry) {
                Ok(true) if index.names.len() < MOST_NAMES => index.names.push(Name {
                    hash: index.hasher.hash_one(&entry.name),
                    version: entry.version,
                    began: cursor.began,
                }),
                Ok(true) => return Self { names: Vec::new(), is_whole: false, ..index },
                Ok(false) => break,
                Err(_) => index.is_whole = false,
            }
        }
        index.names.sort_by_key(|name| name.hash);
        let named = index.names.chunk_by(|one, other| one.hash == other.hash);
        index.names = named.filter_map(meant).copied().collect();
        index
    }

    /// The entry of `directory` that `name` means; `None` where only a scan can tell.
    fn find(&self, files: &Files<'_>, directory: &Entry, name: &[u8]) -> Option<Option<Entry>> {
        let hash = self.hasher.hash_one(name);
        let Ok(place) = self.names.binary_search_by_key(&hash, |name| name.hash) else {
            return self.is_whole.then_some(None);
        };
        let began = self.names.get(place)?.began;
        // The entry before tells whether the two are versions of one file.
        let mut cursor = Entries::resume(files, directory, began.before.or(began.at)?)?;
        let mut entry = Entry::default();
        while cursor.began.at < began.at {
            cursor.next(&mut entry).ok().filter(|is_there| *is_there)?;
        }
        (cursor.began.at == began.at && entry.name == name).then_some(Some(entry))
    }
}
