//! Trees walked to collect what is in them.

use super::nodes::Nodes;
use crate::error::{Error, Result};
use crate::tree::resolve::Found;
use crate::tree::walk::{Descend, Visitor, walk};
use crate::tree::{Attribute, Entry, Kind, Tree};

/// Who is told of what is met, and says what is wanted of it.
pub trait Collector {
    /// `entry` is at `path`, which begins with `/`; the root's is empty. Whether it is to be in the inventory, which only
    /// directories always are.
    fn meet(&mut self, path: &[u8], entry: &Entry) -> bool;

    /// Whether `attribute`, of an entry that is kept with all that is recorded, is to be kept too.
    fn keeps(&self, attribute: &Attribute) -> bool {
        let _ = attribute;
        true
    }

    /// What is at `path`, or something in the directory at `path`, cannot be read.
    fn unreadable(&mut self, path: &[u8], error: Error);
}

/// Adds `found` and all that is below to `nodes`: the paths in their order, what is within another one once.
pub(super) fn collect(
    nodes: &mut Nodes,
    tree: &dyn Tree,
    mut found: Vec<Found>,
    collector: &mut dyn Collector,
) -> Result<()> {
    let mut collecting = Collecting { nodes, ancestors: Vec::new(), collector };
    found.sort_by(|one, other| one.path.cmp(&other.path));
    let mut last: Option<Vec<u8>> = None;
    for Found { path, entry } in found {
        let within = |outer: &Vec<u8>| {
            path.strip_prefix(outer.as_slice()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        };
        if last.as_ref().is_some_and(within) {
            continue;
        }
        let name = path.strip_prefix(b"/");
        let own = collecting.meet(&path, None, name, &entry)?;
        collecting.ancestors = vec![(path.len(), own)];
        if entry.kind == Kind::Directory {
            walk(tree, &entry, &path, &mut collecting)?;
        }
        last = Some(path);
    }
    Ok(())
}

/// The visitor of a walk that makes nodes of what it meets.
struct Collecting<'a> {
    nodes: &'a mut Nodes,
    /// The directories that lead to the entry met last: how long the path of each is, and its node, unless it is the root.
    ancestors: Vec<(usize, Option<u32>)>,
    collector: &'a mut dyn Collector,
}

impl Collecting<'_> {
    /// Adds `entry`, unless it has no `name` or is not wanted.
    fn meet(
        &mut self,
        path: &[u8],
        parent: Option<u32>,
        name: Option<&[u8]>,
        entry: &Entry,
    ) -> Result<Option<u32>> {
        let is_wanted = self.collector.meet(path, entry) || entry.kind == Kind::Directory;
        let Some(name) = name.filter(|_| is_wanted) else { return Ok(None) };
        let collector = &*self.collector;
        self.nodes.add(parent, name, entry, &|attribute| collector.keeps(attribute)).map(Some)
    }
}

impl Visitor for Collecting<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        let above = path.len().saturating_sub(entry.name.len().saturating_add(1));
        while self.ancestors.pop_if(|(length, _)| *length > above).is_some() {}
        let parent = self.ancestors.last().and_then(|(_, number)| *number);
        let number = self.meet(path, parent, Some(&entry.name), entry)?;
        if entry.kind == Kind::Directory {
            self.ancestors.push((path.len(), number));
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.collector.unreadable(path, error);
        Ok(())
    }
}
