//! How the trees of one image differ in what they hold: files that one of them lacks, directories that are counted
//! otherwise.

use super::content::Content;
use super::{Image, TreeKind, Volume};
use crate::error::{Error, Result};
use crate::number::wide;
use crate::source::Source;
use crate::tree::walk::{Descend, Visitor, walk};
use crate::tree::{Entry, Kind, Tree};
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;

/// Entries of each tree that are compared: some times what the largest installation media hold.
const COMPARED: u64 = 1 << 18;

/// Contents recorded at places of their own that are compared by their bytes: a writer that does not share them has as many
/// in both trees.
const MOST_READ: usize = 4096;

impl Image<'_> {
    /// How the other trees of the session that is shown differ from the shown tree in what they hold, one sentence for each
    /// that does. Names and what only some trees can record (links, devices) are not compared. Reads all directories of
    /// `source`, of which this is the image; of one that passes once, nothing.
    pub fn differences(&self, source: &dyn Source) -> Vec<String> {
        let mut differences = Vec::new();
        if !source.access().is_random() {
            return differences;
        }
        let shown = Census::of(self.tree(), self.shown().word);
        differences.extend(shown.table(source, &*self.shown));
        let Ok(()) = self.other_trees::<Infallible>(source, |other| {
            let census = Census::of(other.tree(), other.kind().word);
            differences.extend(census.table(source, other));
            differences.extend(census.against(&shown, source));
            Ok(())
        });
        differences
    }
}

/// What a tree holds, counted and by the places of its contents.
struct Census<'t> {
    tree: &'t dyn Tree,
    word: &'static str,
    contents: Vec<Content>,
    directories: u64,
    /// Files of 0 bytes, which have no place to tell them by.
    empty: u64,
    /// Links, devices and the like, which trees that cannot record them leave out or show as empty files.
    special: u64,
    /// Why something cannot be read: then the counts are too low.
    damage: Option<Error>,
}

impl Visitor for Census<'_> {
    fn entry(&mut self, _: &[u8], entry: &Entry) -> Result<Descend> {
        let count = match (entry.kind, Content::of(entry)) {
            (Kind::Directory, _) => &mut self.directories,
            (Kind::File, None) => &mut self.empty,
            (Kind::File, Some(content)) => {
                self.contents.push(content);
                return Ok(self.descend());
            }
            _ => &mut self.special,
        };
        *count = count.saturating_add(1);
        Ok(self.descend())
    }

    fn failure(&mut self, _: &[u8], error: Error) -> Result<()> {
        self.damage.get_or_insert(error);
        Ok(())
    }
}

impl<'t> Census<'t> {
    fn of(tree: &'t dyn Tree, word: &'static str) -> Self {
        // The root directory is one.
        let mut census =
            Self { tree, word, contents: Vec::new(), directories: 1, empty: 0, special: 0, damage: None };
        census.damage = census.look().err().or(census.damage);
        census.contents.sort_unstable();
        census
    }

    fn look(&mut self) -> Result<()> {
        let tree = self.tree;
        walk(tree, &tree.root()?, b"", self)
    }

    /// Entries that were met.
    fn met(&self) -> u64 {
        let counts = [self.directories, self.empty, self.special];
        counts.iter().fold(wide(self.contents.len()), |sum, count| sum.saturating_add(*count))
    }

    fn descend(&self) -> Descend {
        if self.met() < COMPARED { Descend::Into } else { Descend::Past }
    }

    /// Whether all entries were met, none of them damaged.
    fn is_whole(&self) -> bool {
        self.damage.is_none() && self.met() < COMPARED
    }

    /// That the table of directories which `volume`, whose tree this is, has contains more or fewer than the tree.
    fn table(&self, source: &dyn Source, volume: &dyn Volume) -> Option<String> {
        let in_table = self.in_table(volume)?;
        // Rock Ridge hides the directory in which it keeps what was relocated; the plain records do not.
        let same = |kind: &TreeKind| kind.records == volume.kind().records;
        let poorer = volume.trees().into_iter().skip_while(|kind| *kind != volume.kind()).skip(1).find(same);
        let is_hidden = poorer
            .and_then(|kind| volume.with_tree(source, kind))
            .is_some_and(|poorer| Census::of(poorer.tree(), self.word).in_table(&*poorer).is_none());
        let (word, directories) = (self.word, Count(self.directories, "directory", "directories"));
        (!is_hidden).then(|| format!("the {word} tree contains {directories}, its path table {in_table}"))
    }

    /// How many directories the table of `volume` contains, where that is not as many as the tree does.
    fn in_table(&self, volume: &dyn Volume) -> Option<u64> {
        let in_table = u64::from(volume.directories()?);
        // A table of no length is not one: readers that use records do not miss it.
        (self.is_whole() && in_table != self.directories && in_table != 0).then_some(in_table)
    }

    /// How this tree differs from the `shown` one.
    fn against(&self, shown: &Self, source: &dyn Source) -> Option<String> {
        let (word, other) = (self.word, shown.word);
        if let Some(damage) = &self.damage {
            return Some(format!("the {word} tree is damaged: {damage}"));
        }
        if !self.is_whole() || !shown.is_whole() {
            return None;
        }
        let mut parts = Vec::new();
        for (whole, poor) in [(shown, self), (self, shown)] {
            let lost = whole.unmatched(poor, source);
            if let Some(first) = lost.first() {
                let path = whole.path(*first);
                let path = String::from_utf8_lossy(&path);
                let files = Count(wide(lost.len()), "file", "files");
                let first = if lost.len() > 1 { "the first is " } else { "" };
                parts.push(format!(
                    "the {} tree lacks {files} of the {} tree ({first}{path})",
                    poor.word, whole.word
                ));
            }
        }
        if parts.is_empty() && self.contents.len() != shown.contents.len() {
            let files = Count(wide(self.contents.len()), "file with content", "files with content");
            parts
                .push(format!("the {word} tree contains {files}, the {other} tree {}", shown.contents.len()));
        }
        if self.directories != shown.directories {
            let directories = Count(self.directories, "directory", "directories");
            parts.push(format!(
                "the {word} tree contains {directories}, the {other} tree {}",
                shown.directories
            ));
        }
        let exceeds = |one: &Self, two: &Self| one.empty > two.empty.saturating_add(two.special);
        if exceeds(self, shown) || exceeds(shown, self) {
            let files = Count(self.empty, "empty file", "empty files");
            parts.push(format!("the {word} tree contains {files}, the {other} tree {}", shown.empty));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The contents that `other` lacks: nothing there is recorded at the same place, nor, with that left out, is anything
    /// there that begins with the same bytes and has as many.
    fn unmatched(&self, other: &Self, source: &dyn Source) -> Vec<Content> {
        let only = |one: &Self, two: &Self| -> Vec<Content> {
            let places: BTreeSet<Content> = two.contents.iter().copied().collect();
            let mut seen = BTreeSet::new();
            let is_only = |content: &&Content| !places.contains(content) && seen.insert(**content);
            one.contents.iter().filter(is_only).copied().collect()
        };
        let mut others = only(other, self);
        let mut lost = only(self, other);
        lost.truncate(MOST_READ);
        others.truncate(MOST_READ);
        lost.retain(|content| {
            let beginning = LazyCell::new(|| content.beginning(source));
            // What cannot be read is not the same as anything.
            let begins_as = |other: &Content| beginning.is_some() && other.beginning(source) == *beginning;
            let same = others.iter().position(|other| other.size == content.size && begins_as(other));
            same.map(|same| others.swap_remove(same)).is_none()
        });
        lost
    }

    /// The first path of the tree at which `content` is.
    fn path(&self, content: Content) -> Vec<u8> {
        let mut search = Search { content, path: None };
        let found = self.tree.root().and_then(|root| walk(self.tree, &root, b"", &mut search));
        found.ok().and(search.path).unwrap_or_default()
    }
}

/// A walk's visitor that looks for the first file with this content.
struct Search {
    content: Content,
    path: Option<Vec<u8>>,
}

impl Visitor for Search {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        if self.path.is_none() && Content::of(entry) == Some(self.content) {
            self.path = Some(path.to_vec());
        }
        Ok(if self.path.is_none() { Descend::Into } else { Descend::Past })
    }

    fn failure(&mut self, _: &[u8], _: Error) -> Result<()> {
        Ok(())
    }
}

/// A number of things, and the nouns for one and for several.
struct Count(u64, &'static str, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, one, many) = self;
        write!(f, "{count} {}", if *count == 1 { one } else { many })
    }
}
