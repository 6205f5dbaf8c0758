//! The regular files of an image, and where their bytes lie.

use isokit_core::error::{Error, Result};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Coding, Entry, Extent, Kind, Tree};

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
    pub(super) fn collect(tree: &dyn Tree, failure: impl FnMut(&[u8], Error)) -> Result<Self> {
        let mut collector = Collector { list: Self::default(), failure };
        walk(tree, &tree.root()?, b"", &mut collector)?;
        let mut list = collector.list;
        list.names.sort_by_key(|name| (name.at, name.size));
        let mut first = 0;
        for (number, name) in list.names.iter().enumerate() {
            if !list.names.get(first).is_some_and(|other| other.same_bytes(name)) {
                first = number;
            }
            list.first.push(first);
        }
        Ok(list)
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
        let (start, length) = self.names.get(number)?.path;
        let path = self.paths.get(start..start.checked_add(length)?)?;
        Some(if path == b"-" { b"./-".to_vec() } else { path.to_vec() })
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

struct Collector<F> {
    list: List,
    failure: F,
}

impl<F: FnMut(&[u8], Error)> Visitor for Collector<F> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        if entry.kind == Kind::File {
            let relative = path.strip_prefix(b"/").unwrap_or(path);
            let start = self.list.paths.len();
            self.list.paths.extend_from_slice(relative);
            let (stored, at) = match (entry.coding, entry.extents.as_slice()) {
                (Coding::Plain, []) => (Stored::Whole, 0),
                (Coding::Plain, [Extent { offset: Some(at), .. }]) => (Stored::Whole, *at),
                (_, pieces) => {
                    let at = pieces.iter().filter_map(|piece| piece.offset).min().unwrap_or(0);
                    (Stored::Otherwise(Box::new(entry.clone())), at)
                }
            };
            let path = (start, relative.len());
            self.list.names.push(Name { path, at, size: entry.size, stored });
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        (self.failure)(path, error);
        Ok(())
    }
}
