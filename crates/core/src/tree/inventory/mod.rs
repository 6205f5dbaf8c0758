//! All that a pass over an image is about: entries kept small, in the order in which the image is best read, with what
//! names share and which bytes are needed from where on.
//!
//! Entries are [`Collected`] first, then put into an order, which makes them an [`Inventory`]. Most of what is asked of
//! one is asked by place: the first entry of the order has place 0.

mod collect;
mod nodes;
mod order;
mod paths;
mod shared;
#[cfg(test)]
mod tests;

use crate::error::Result;
use crate::tree::resolve::Found;
use crate::tree::{Entry, Kind, Tree};
use nodes::{Node, Nodes};
use std::ops::Range;

pub use collect::Collector;
pub use order::needed_from;
pub use paths::Paths;
pub use shared::Same;

/// What is kept of entries, besides name, kind, size and where the content lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: 40 bytes an entry, and its name.
    Content,
    /// What unpacking needs: owner and mode, the time of the last change, the target of a link, attributes. It takes
    /// 72 bytes more.
    All,
}

/// Entries as they were met.
#[derive(Debug)]
pub struct Collected(Nodes);

impl Collected {
    /// None yet; of those to come, this is kept.
    pub fn new(keep: Keep) -> Self {
        Self(Nodes::new(keep == Keep::All))
    }

    /// Adds each of `found` and all that is below it, except the root directory itself: unpacked, it would change the
    /// directory that it is unpacked into. What lies below another of `found` is added once. `collector` is told of each,
    /// and of what cannot be read.
    ///
    /// # Errors
    /// [`crate::Error::TooLarge`] for more than 2³¹ entries.
    pub fn collect(
        &mut self,
        tree: &dyn Tree,
        found: Vec<Found>,
        collector: &mut dyn Collector,
    ) -> Result<()> {
        collect::collect(&mut self.0, tree, found, collector)
    }

    /// Adds `entry` by itself; its path is `path`, without leading slash.
    ///
    /// # Errors
    /// As [`Self::collect`].
    pub fn add(&mut self, path: &[u8], entry: &Entry) -> Result<()> {
        self.0.add(None, path, entry, &|_| true).map(drop)
    }

    /// Regular files only, as their contents lie on the image: by first byte, then by size, then as they were added.
    pub fn in_disc_order(self, same: Same) -> Inventory {
        let order = order::by_disc(&self.0);
        Inventory::new(self.0, order, same)
    }

    /// Every directory before what is in it, and what is in it in one piece, as one who unpacks them needs it to give
    /// directories their times and permissions; within that, as the contents lie on the image.
    pub fn in_tree_order(self, same: Same) -> Inventory {
        let order = order::by_tree(&self.0);
        Inventory::new(self.0, order, same)
    }
}

/// Entries in an order: each has a place, counted from 0.
#[derive(Debug)]
pub struct Inventory {
    nodes: Nodes,
    /// The number of the node at each place.
    order: Vec<u32>,
    /// For each place, that of the first name of the same file.
    first: Vec<u32>,
    needed: Vec<u64>,
}

impl Inventory {
    fn new(nodes: Nodes, order: Vec<u32>, same: Same) -> Self {
        let first = shared::first_names(&nodes, &order, same);
        let needed = needed_from((0..order.len()).map(|place| {
            let is_first = first.get(place).is_some_and(|first| usize::try_from(*first) == Ok(place));
            order.get(place).filter(|_| is_first).and_then(|number| nodes.get(*number)?.first_byte())
        }));
        Self { nodes, order, first, needed }
    }

    /// Entries of any kind, further names of one file counted again.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    fn node(&self, place: usize) -> Option<&Node> {
        self.nodes.get(*self.order.get(place)?)
    }

    /// What the entry at `place` is; [`Kind::File`] behind the last.
    pub fn kind(&self, place: usize) -> Kind {
        self.node(place).map_or(Kind::File, |node| node.kind)
    }

    /// Bytes of the content of the entry at `place`, decoded; 0 behind the last.
    pub fn size(&self, place: usize) -> u64 {
        self.node(place).map_or(0, |node| node.size)
    }

    /// The bytes of the source that are the content of the file at `place`; `None` where they are in several pieces, with
    /// holes, or encoded: then [`Self::restore`] tells. The range of an empty file may be anywhere.
    pub fn whole(&self, place: usize) -> Option<Range<u64>> {
        let node = self.node(place).filter(|node| node.is_whole())?;
        Some(node.start..node.start.checked_add(node.size)?)
    }

    /// The place of the first name of the file at `place`: its own, unless it is a further name.
    pub fn first_name(&self, place: usize) -> usize {
        let first = self.first.get(place).and_then(|first| usize::try_from(*first).ok());
        first.unwrap_or(place)
    }

    /// The first byte of the source that the entry at `place`, or a later one, needs; `u64::MAX` if none needs any. What
    /// further names share was needed for the first.
    pub fn needed_from(&self, place: usize) -> u64 {
        self.needed.get(place).copied().unwrap_or(u64::MAX)
    }

    /// Bytes of all files together, each counted once whatever its names.
    pub fn bytes(&self) -> u64 {
        let files = (0..self.len())
            .filter(|place| self.kind(*place) == Kind::File && self.first_name(*place) == *place);
        files.fold(0, |sum, place| sum.saturating_add(self.size(place)))
    }

    /// Makes `path` that of the entry at `place`, without leading slash.
    pub fn path(&self, place: usize, path: &mut Vec<u8>) {
        path.clear();
        if let Some(number) = self.order.get(place) {
            self.nodes.append_path(*number, path);
        }
    }

    /// Makes `entry` the one at `place`, as far as it was kept, without its name.
    pub fn restore(&self, place: usize, entry: &mut Entry) {
        entry.clear();
        if let Some(number) = self.order.get(place) {
            self.nodes.restore(*number, entry);
        }
    }

    /// For who looks at all of them: asking for each in turn takes longer.
    pub fn paths(&self) -> Paths {
        Paths::new(&self.nodes, &self.order)
    }
}
