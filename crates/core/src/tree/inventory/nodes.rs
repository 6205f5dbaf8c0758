//! Entries kept small. A million of them are held at once, so what few entries have lies behind a pointer.

use crate::error::{Error, Result};
use crate::tree::{Attribute, Coding, Entry, Extent, Kind, Posix, Time};

/// Entries at the most: as many as are numbered.
const MOST: u32 = 1 << 31;

/// An entry, as far as it is kept.
#[derive(Debug)]
pub(super) struct Node {
    /// Number of the node of its directory, or its own for one that was added by itself.
    pub(super) parent: u32,
    pub(super) kind: Kind,
    /// Where its name begins among all names; it ends where the next one begins.
    name: usize,
    pub(super) size: u64,
    /// First byte of its content; 0 without content. Where a directory lies is not kept.
    pub(super) start: u64,
    more: Option<Box<More>>,
}

/// What few entries have, so that it is kept beside the nodes.
#[derive(Debug, Default)]
struct More {
    /// The extents of a file that is not its `size` bytes from `start` on.
    pieces: Option<Vec<Extent>>,
    coding: Coding,
    link: Vec<u8>,
    attributes: Vec<Attribute>,
}

impl More {
    fn is_empty(&self) -> bool {
        // Only what is in pieces is encoded.
        self.pieces.is_none() && self.link.is_empty() && self.attributes.is_empty()
    }
}

/// What is recorded of an entry besides its content.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) posix: Option<Posix>,
    modified: Option<Time>,
}

impl Node {
    /// Whether its content is one piece of the source, or none.
    pub(super) fn is_whole(&self) -> bool {
        self.pieces().is_none()
    }

    /// The extents of a file that is not whole.
    pub(super) fn pieces(&self) -> Option<&[Extent]> {
        self.more.as_ref()?.pieces.as_deref()
    }

    /// How the content is encoded; plain unless something else is kept.
    pub(super) fn coding(&self) -> Coding {
        self.more.as_ref().map_or(Coding::Plain, |more| more.coding)
    }

    /// The first byte of the source that the content needs, if it needs any.
    pub(super) fn first_byte(&self) -> Option<u64> {
        match self.pieces() {
            Some(pieces) => Extent::first_byte(pieces),
            None => Some(self.start).filter(|_| self.kind == Kind::File && self.size > 0),
        }
    }
}

/// Nodes, by number: a directory comes before what is in it.
#[derive(Debug)]
pub(super) struct Nodes {
    nodes: Vec<Node>,
    names: Vec<u8>,
    /// Of each node, where that is kept.
    recorded: Option<Vec<Recorded>>,
}

impl Nodes {
    /// None yet; with all that is recorded of them, or their contents alone.
    pub(super) fn new(all: bool) -> Self {
        Self { nodes: Vec::new(), names: Vec::new(), recorded: all.then(Vec::new) }
    }

    /// Adds `entry`, of which attributes stay that are `kept`, and gives its number.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there are too many.
    pub(super) fn add(
        &mut self,
        parent: Option<u32>,
        name: &[u8],
        entry: &Entry,
        kept: &dyn Fn(&Attribute) -> bool,
    ) -> Result<u32> {
        let number = u32::try_from(self.nodes.len()).ok().filter(|number| *number < MOST);
        let number = number.ok_or_else(|| Error::TooLarge(format!("more than {MOST} entries")))?;
        let is_file = entry.kind == Kind::File;
        let start = Extent::first_byte(&entry.extents).filter(|_| is_file).unwrap_or_default();
        let is_whole = match entry.extents.as_slice() {
            [] => entry.size == 0,
            [one] => *one == Extent::recorded(start, entry.size),
            _ => false,
        };
        let mut more = More::default();
        if is_file && !(is_whole && entry.coding == Coding::Plain) {
            (more.pieces, more.coding) = (Some(entry.extents.clone()), entry.coding);
        }
        if let Some(recorded) = &mut self.recorded {
            recorded.push(Recorded { posix: entry.posix, modified: entry.times.modified });
            more.link.clone_from(&entry.link);
            more.attributes.extend(entry.attributes.iter().filter(|attribute| kept(attribute)).cloned());
        }
        self.nodes.push(Node {
            parent: parent.unwrap_or(number),
            kind: entry.kind,
            name: self.names.len(),
            size: entry.size,
            start,
            more: (!more.is_empty()).then(|| Box::new(more)),
        });
        self.names.extend_from_slice(name);
        Ok(number)
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn get(&self, number: u32) -> Option<&Node> {
        self.nodes.get(usize::try_from(number).ok()?)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &Node)> + ExactSizeIterator {
        // As many as `MOST` have numbers.
        self.nodes.iter().enumerate().map(|(number, node)| (u32::try_from(number).unwrap_or(MOST), node))
    }

    /// What is recorded of node `number`, where that is kept.
    pub(super) fn recorded(&self, number: u32) -> Option<&Recorded> {
        self.recorded.as_ref()?.get(usize::try_from(number).ok()?)
    }

    /// Fills `entry`, which is clear, with what is kept of node `number`, but for the name.
    pub(super) fn restore(&self, number: u32, entry: &mut Entry) {
        let Some(node) = self.get(number) else { return };
        (entry.kind, entry.size) = (node.kind, node.size);
        if let Some(Recorded { posix, modified }) = self.recorded(number) {
            (entry.posix, entry.times.modified) = (*posix, *modified);
        }
        match node.pieces() {
            Some(pieces) => entry.extents.extend_from_slice(pieces),
            None if node.kind == Kind::File && (node.start, node.size) != (0, 0) => {
                entry.extents.push(Extent::recorded(node.start, node.size));
            }
            None => {}
        }
        if let Some(more) = &node.more {
            entry.coding = more.coding;
            entry.link.extend_from_slice(&more.link);
            entry.attributes.extend_from_slice(&more.attributes);
        }
    }

    /// Appends the path of node `number` to `path`.
    pub(super) fn append_path(&self, number: u32, path: &mut Vec<u8>) {
        let names = || {
            let mut next = Some(number);
            std::iter::from_fn(move || {
                let number = next?;
                let parent = self.get(number)?.parent;
                next = (parent != number).then_some(parent);
                Some(self.name(number))
            })
        };
        let length = names().fold(0_usize, |sum, name| sum.saturating_add(name.len()).saturating_add(1));
        let mut end = path.len().saturating_add(length).saturating_sub(1);
        path.resize(end, b'/');
        for name in names() {
            let start = end.saturating_sub(name.len());
            path.get_mut(start..end).unwrap_or_default().copy_from_slice(name);
            end = start.saturating_sub(1);
        }
    }

    /// The name of node `number`: the path of one that was added by itself.
    pub(super) fn name(&self, number: u32) -> &[u8] {
        let start = self.get(number).map_or(self.names.len(), |node| node.name);
        let end = self.get(number.saturating_add(1)).map_or(self.names.len(), |next| next.name);
        self.names.get(start..end).unwrap_or_default()
    }
}
