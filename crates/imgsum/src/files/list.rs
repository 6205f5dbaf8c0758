//! The regular files of an image, and where their bytes lie.

use isokit_core::error::{Error, Result};
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Coding, Entry, Extent, Kind, Tree};
use std::collections::HashSet;

/// Where the bytes of a file lie.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// In one piece, or nowhere because there are none.
    Whole,
    /// In several pieces, with holes, or encoded: as the entry says.
    Otherwise(Box<Entry>),
}

/// One name of a regular file.
#[derive(Debug)]
pub(super) struct Name {
    /// Where the path begins in [`List::paths`], and its length.
    path: (usize, usize),
    /// First byte of its content that is recorded; 0 for an empty file.
    pub(super) at: u64,
    /// Bytes of its content.
    pub(super) size: u64,
    pub(super) stored: Stored,
}

impl Name {
    /// Whether both names are of the same bytes of the image, so that one digest serves.
    fn same_bytes(&self, other: &Self) -> bool {
        let pieces = |name: &Self| match &name.stored {
            Stored::Whole => None,
            Stored::Otherwise(entry) => Some((entry.extents.clone(), entry.coding)),
        };
        (self.at, self.size) == (other.at, other.size) && pieces(self) == pieces(other)
    }
}

/// All names of regular files, in the order in which their content lies on the disc.
#[derive(Debug, Default)]
pub(super) struct List {
    paths: Vec<u8>,
    names: Vec<Name>,
    /// Of each name, the first one of the same bytes.
    first: Vec<usize>,
}

impl List {
    /// Walks `tree`. What cannot be listed is told to `failure`, with the path.
    ///
    /// # Errors
    /// When the root cannot be read.
    pub(super) fn collect(tree: &dyn Tree, failure: &mut dyn FnMut(&[u8], Error)) -> Result<Self> {
        let mut collector = Collector { list: Self::default(), wanted: None, failure };
        walk(tree, &tree.root()?, b"", &mut collector)?;
        Ok(collector.list.in_disc_order())
    }

    /// The files at the `wanted` paths, which are relative to the root, have no empty components, and stay the paths here.
    /// Those that no entry has as they stand are looked up as any path is; what then is not found, or is no regular file,
    /// is told to `missing`.
    ///
    /// # Errors
    /// When the root cannot be read.
    pub(super) fn named(
        tree: &dyn Tree,
        wanted: HashSet<Vec<u8>>,
        failure: &mut dyn FnMut(&[u8], Error),
        missing: &mut dyn FnMut(Vec<u8>, Error),
    ) -> Result<Self> {
        let mut collector = Collector { list: Self::default(), wanted: Some(wanted), failure };
        walk(tree, &tree.root()?, b"", &mut collector)?;
        let mut list = collector.list;
        for path in collector.wanted.unwrap_or_default() {
            match resolve(tree, &path, Follow::All) {
                Ok(found) if found.entry.kind == Kind::File => list.push(&path, &found.entry),
                Ok(found) if found.entry.kind == Kind::Directory => {
                    missing(path, Error::Usage("is a directory".into()));
                }
                Ok(_) => missing(path, Error::Usage("is not a regular file".into())),
                Err(error) => missing(path, error),
            }
        }
        Ok(list.in_disc_order())
    }

    /// One more name.
    fn push(&mut self, path: &[u8], entry: &Entry) {
        let start = self.paths.len();
        self.paths.extend_from_slice(path);
        let (stored, at) = match (entry.coding, entry.extents.as_slice()) {
            (Coding::Plain, []) => (Stored::Whole, 0),
            (Coding::Plain, [Extent { offset: Some(at), .. }]) => (Stored::Whole, *at),
            (_, pieces) => {
                let at = pieces.iter().filter_map(|piece| piece.offset).min().unwrap_or(0);
                (Stored::Otherwise(Box::new(entry.clone())), at)
            }
        };
        self.names.push(Name { path: (start, path.len()), at, size: entry.size, stored });
    }

    fn in_disc_order(mut self) -> Self {
        self.names.sort_by_key(|name| (name.at, name.size));
        let mut first = 0;
        for (number, name) in self.names.iter().enumerate() {
            if !self.names.get(first).is_some_and(|other| other.same_bytes(name)) {
                first = number;
            }
            self.first.push(first);
        }
        self
    }

    /// The names, in disc order.
    pub(super) fn names(&self) -> &[Name] {
        &self.names
    }

    /// Bytes that are to be digested.
    pub(super) fn bytes(&self) -> u64 {
        let firsts = self.names.iter().enumerate().filter(|(number, _)| self.first_name(*number) == *number);
        firsts.fold(0, |sum, (_, name)| sum.saturating_add(name.size))
    }

    /// The number of the first name of the same bytes as name `number`: its own, but for hard links.
    pub(super) fn first_name(&self, number: usize) -> usize {
        self.first.get(number).copied().unwrap_or(number)
    }

    /// The path of name `number`, relative to the root and such that no list takes it for standard input.
    pub(super) fn path(&self, number: usize) -> Option<Vec<u8>> {
        let path = self.plain_path(number)?;
        Some(if path == b"-" { b"./-".to_vec() } else { path.to_vec() })
    }

    /// The path of name `number`, relative to the root.
    pub(super) fn plain_path(&self, number: usize) -> Option<&[u8]> {
        let (start, length) = self.names.get(number)?.path;
        self.paths.get(start..start.checked_add(length)?)
    }

    /// The numbers of all names, in disc order or sorted by path.
    pub(super) fn order(&self, disc_order: bool) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.names.len()).collect();
        if !disc_order {
            numbers.sort_unstable_by_key(|number| {
                let (start, length) = self.names.get(*number).map_or((0, 0), |name| name.path);
                self.paths.get(start..start.saturating_add(length))
            });
        }
        numbers
    }
}

struct Collector<'f> {
    list: List,
    /// The paths of the files that are still to be found; `None` when all files are.
    wanted: Option<HashSet<Vec<u8>>>,
    failure: &'f mut dyn FnMut(&[u8], Error),
}

impl Visitor for Collector<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        if entry.kind == Kind::File {
            let relative = path.strip_prefix(b"/").unwrap_or(path);
            // Of two entries of one name the first is meant, as wherever paths are looked up.
            if self.wanted.as_mut().is_none_or(|wanted| wanted.remove(relative)) {
                self.list.push(relative, entry);
            }
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        (self.failure)(path, error);
        Ok(())
    }
}
