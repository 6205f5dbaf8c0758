//! All names of one tree, each with what its content is known by.

use crate::error::{Error, Location, Result};
use crate::image::TreeKind;
use crate::image::content::Content;
use crate::tree::walk::{Descend, Visitor, walk};
use crate::tree::{Entry, Kind, Tree};

/// Names of a tree that are compared: some times what the largest installation media hold.
const MOST: usize = 1 << 18;

/// A name in a tree.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: Vec<u8>,
    pub(super) kind: Kind,
    /// `None` of what is no file, and of an empty one.
    pub(super) content: Option<Content>,
    pub(super) at: Location,
    parent: usize,
    pub(super) children: Vec<usize>,
    /// Of the contents in a directory and below, that which comes first on the disc.
    pub(super) first: Option<Content>,
}

/// The names of a tree, each behind the directory that it is in; the root is the first.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) tree: TreeKind,
    nodes: Vec<Node>,
    /// Whether they are all of the tree.
    pub(super) is_whole: bool,
}

impl Listing {
    /// The names of `tree`, which is one of this `kind`; what cannot be listed is told to `failure`, with its path.
    ///
    /// # Errors
    /// Those of reading the root.
    pub(super) fn of(tree: &dyn Tree, kind: TreeKind, failure: &mut dyn FnMut(&[u8], Error)) -> Result<Self> {
        let root = tree.root()?;
        let mut reading = Reading { nodes: Vec::new(), open: Vec::new(), is_whole: true, failure };
        reading.add(&root, 0);
        reading.open.push(0);
        walk(tree, &root, b"", &mut reading)?;
        let Reading { mut nodes, is_whole, .. } = reading;
        // What is in a directory comes behind it.
        for index in (1..nodes.len()).rev() {
            let Some((parent, first)) = nodes.get(index).map(|node| (node.parent, node.first)) else {
                continue;
            };
            if let Some(parent) = nodes.get_mut(parent) {
                parent.first = match (parent.first, first) {
                    (Some(one), Some(two)) => Some(if one.place <= two.place { one } else { two }),
                    (one, two) => one.or(two),
                };
            }
        }
        Ok(Self { tree: kind, nodes, is_whole })
    }

    /// The name number `index`, which is one of the children of another.
    pub(super) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    /// The path from the root to the name number `index`.
    pub(super) fn path(&self, index: usize) -> Vec<u8> {
        let mut names = Vec::new();
        let mut next = index;
        while next > 0 {
            let Some(node) = self.nodes.get(next) else { break };
            names.push(node.name.as_slice());
            next = node.parent;
        }
        let mut path = Vec::new();
        for name in names.into_iter().rev() {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        path
    }
}

/// A walk's visitor that keeps all it meets.
struct Reading<'f> {
    nodes: Vec<Node>,
    /// The directories that the walk is in, the root first.
    open: Vec<usize>,
    is_whole: bool,
    failure: &'f mut dyn FnMut(&[u8], Error),
}

impl Reading<'_> {
    fn add(&mut self, entry: &Entry, parent: usize) {
        let content = Content::of(entry);
        self.nodes.push(Node {
            name: entry.name.clone(),
            kind: entry.kind,
            content,
            at: entry.at,
            parent,
            children: Vec::new(),
            first: content,
        });
    }
}

impl Visitor for Reading<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        if self.nodes.len() >= MOST {
            self.is_whole = false;
            return Ok(Descend::Past);
        }
        // A name has no slash in it.
        let depth = path.iter().filter(|byte| **byte == b'/').count();
        self.open.truncate(depth);
        let parent = self.open.last().copied().unwrap_or_default();
        let index = self.nodes.len();
        self.add(entry, parent);
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(index);
        }
        if entry.kind == Kind::Directory {
            self.open.push(index);
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.is_whole = false;
        (self.failure)(path, error);
        Ok(())
    }
}
