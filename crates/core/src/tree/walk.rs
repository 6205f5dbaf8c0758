//! A tree walked as find(1) walks it: every path once, a directory before what is in it, in the order of the image.

use crate::error::{Error, Problem, Result, Structure};
use crate::tree::{Cursor, Detail, Entry, Kind, Tree};
use std::collections::BTreeMap;

/// Directories inside each other, at the most. Path lookups stop at paths of 4,096 bytes, which is 2,048 directories.
pub const DEEPEST: usize = 2048;

/// Times that a directory already listed elsewhere is listed again: a few dozen such names in each directory make a tree that no computer can list.
const MOST_REPEATS: usize = 1000;

/// Bytes of directories that share their place with others, and are listed all the same: directories that overlap could
/// each list all that the image has room for.
const MOST_REPEATED: u64 = 4 << 20;

/// For the finding about a directory that is reached a second time.
const DIRECTORY: Structure = Structure::new("directory", "ECMA-119 6.8");

/// What a walk does about a directory after it was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descend {
    /// List what is in it.
    Into,
    /// Pass over what is in it.
    Past,
}

/// Who is told about what a walk meets.
pub trait Visitor {
    /// `entry` lies at `path`, which begins with `/`; for a directory, whether its content is wanted. An error ends
    /// the walk: a closed output, say.
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend>;

    /// What is wanted of each entry.
    fn detail(&self) -> Detail {
        Detail::All
    }

    /// What is at `path`, or something in the directory at `path`, `/` for the root, cannot be listed. The walk goes on
    /// behind it, unless an error is returned.
    fn failure(&mut self, path: &[u8], error: Error) -> Result<()>;
}

/// Walks all that is under `directory`, whose path is `path` (empty for the root). The directory itself is not visited.
///
/// # Errors
/// Those that `visitor` returns, and none else.
pub fn walk(tree: &dyn Tree, directory: &Entry, path: &[u8], visitor: &mut dyn Visitor) -> Result<()> {
    let mut walk =
        Walk { tree, path: path.to_vec(), stack: Vec::new(), seen: BTreeMap::new(), repeats: 0, repeated: 0 };
    let mut entry = Entry::default();
    walk.enter(directory, visitor)?;
    while let Some(level) = walk.stack.last_mut() {
        walk.path.truncate(level.path_length);
        match level.cursor.next(&mut entry) {
            Ok(true) => {
                append(&mut walk.path, &entry);
                let descend = visitor.entry(&walk.path, &entry)?;
                if entry.kind == Kind::Directory && descend == Descend::Into {
                    walk.enter(&entry, visitor)?;
                }
            }
            Ok(false) => walk.leave(),
            Err(error) => {
                append(&mut walk.path, &entry);
                visitor.failure(named(&walk.path), error)?;
            }
        }
    }
    Ok(())
}

/// Shows `each` every path of the tree, which begins with `/`, and its entry: a directory before what is in it. What cannot
/// be listed is passed over.
///
/// ```
/// # use isokit_core::{image::Opened, tree::walk::each};
/// # fn f(opened: &Opened) -> isokit_core::Result<()> {
/// each(opened.image().tree(), |path, entry| {
///     println!("{:10} {}", entry.size, path.escape_ascii());
///     Ok(())
/// })?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Those of `each`, which end the walk; or, when all is shown that can be, what was wrong with the first thing that could
/// not.
pub fn each(tree: &dyn Tree, each: impl FnMut(&[u8], &Entry) -> Result<()>) -> Result<()> {
    struct Each<F>(F, Option<Error>);
    impl<F: FnMut(&[u8], &Entry) -> Result<()>> Visitor for Each<F> {
        fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
            (self.0)(path, entry).map(|()| Descend::Into)
        }

        fn failure(&mut self, _: &[u8], error: Error) -> Result<()> {
            self.1.get_or_insert(error);
            Ok(())
        }
    }
    let mut visitor = Each(each, None);
    walk(tree, &tree.root()?, b"", &mut visitor)?;
    visitor.1.map_or(Ok(()), Err)
}

/// Makes `path`, of a directory, that of the entry in it which its cursor gave or could not give; where not even the
/// name is known, that of the directory stays.
pub fn append(path: &mut Vec<u8>, entry: &Entry) {
    if !entry.name.is_empty() {
        path.push(b'/');
        path.extend_from_slice(&entry.name);
    }
}

/// The path of a directory for a message: the root's is empty.
fn named(path: &[u8]) -> &[u8] {
    if path.is_empty() { b"/" } else { path }
}

struct Level<'t> {
    cursor: Box<dyn Cursor + 't>,
    path_length: usize,
    place: Option<u64>,
}

struct Walk<'t> {
    tree: &'t dyn Tree,
    path: Vec<u8>,
    stack: Vec<Level<'t>>,
    /// Of every directory listed so far its first byte, the one behind its first extent, and whether it is being listed
    /// now.
    seen: BTreeMap<u64, (u64, bool)>,
    repeats: usize,
    /// Bytes of the directories listed that share their place with others.
    repeated: u64,
}

impl Walk<'_> {
    fn enter(&mut self, directory: &Entry, visitor: &mut dyn Visitor) -> Result<()> {
        // The first recorded extent: one that is not holds no entries.
        let first = directory.extents.iter().find(|extent| extent.offset.is_some());
        let place = first.and_then(|extent| extent.offset);
        let end = place.zip(first).map_or(0, |(place, first)| place.saturating_add(first.length));
        match self.admit(directory, place, end) {
            Ok(overlaps) if !overlaps || self.tree.shares_directories() => {}
            // It is listed all the same, but the names of one of the two are lost.
            Ok(_) => {
                let problem = Problem::Overlap { with: "another directory" };
                visitor.failure(named(&self.path), DIRECTORY.at(directory.at).corrupt(problem))?;
            }
            Err(error) => return visitor.failure(named(&self.path), error),
        }
        match self.tree.open(directory, visitor.detail()) {
            Ok(cursor) => {
                if let Some(place) = place {
                    self.seen.insert(place, (end, true));
                }
                self.stack.push(Level { cursor, path_length: self.path.len(), place });
                Ok(())
            }
            Err(error) => visitor.failure(named(&self.path), error),
        }
    }

    fn leave(&mut self) {
        if let Some(Level { place: Some(place), .. }) = self.stack.pop()
            && let Some((_, listed_now)) = self.seen.get_mut(&place)
        {
            *listed_now = false;
        }
    }

    /// Whether a directory overlaps another one.
    ///
    /// # Errors
    /// When it may not be entered, because that could go on for ever.
    fn admit(&mut self, directory: &Entry, place: Option<u64>, end: u64) -> Result<bool> {
        if self.stack.len() >= DEEPEST {
            let limit = format!("at most {DEEPEST}");
            return Err(DIRECTORY.at(directory.at).out_of_range(
                "depth",
                crate::number::wide(DEEPEST) + 1,
                limit,
            ));
        }
        let Some(place) = place else { return Ok(false) };
        let before = self.seen.range(..=place).next_back();
        let overlaps = before.is_some_and(|(_, (end, _))| *end > place)
            || self.seen.range(place..end.max(place.saturating_add(1))).next().is_some();
        if !overlaps {
            return Ok(false);
        }
        let is_listed_now = self.seen.get(&place).is_some_and(|(_, listed_now)| *listed_now);
        let repeated = self.repeated.saturating_add(directory.size);
        if is_listed_now || self.repeats >= MOST_REPEATS || repeated > MOST_REPEATED {
            return Err(DIRECTORY.at(directory.at).corrupt(Problem::Loop { via: "its extent" }));
        }
        (self.repeats, self.repeated) = (self.repeats.saturating_add(1), repeated);
        Ok(true)
    }
}
