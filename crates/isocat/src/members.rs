//! What becomes members of an archive: entries of the tree kept small, and the order they are written in.

use crate::losses::is_kept;
use isokit_core::error::{Error, Result};
use isokit_core::tree::resolve::Found;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Attribute, Coding, Entry, Extent, Identity, Kind, Posix, Time, Tree};
use std::collections::HashMap;

/// Entries at the most: as many as the numbers of [`Node::parent`] tell apart.
const MOST_NODES: u32 = 1 << 31;

/// An entry as far as an archive needs it. A million of them are held while they are put into order, so what few
/// entries have lies behind a pointer.
#[derive(Debug)]
struct Node {
    /// Number of the node of its directory, or its own for one that was asked for itself.
    parent: u32,
    kind: Kind,
    /// Its name; the whole path of one that was asked for itself. Without leading slash.
    name: Box<[u8]>,
    size: u64,
    posix: Option<Posix>,
    modified: Option<Time>,
    extent: Option<Extent>,
    more: Option<Box<More>>,
}

/// What few entries have.
#[derive(Debug, Default)]
struct More {
    /// The second and later extents.
    extents: Vec<Extent>,
    coding: Coding,
    link: Vec<u8>,
    attributes: Vec<Attribute>,
}

impl Node {
    fn new(parent: u32, name: &[u8], entry: &Entry) -> Self {
        let mut extents = entry.extents.iter().copied();
        // Where a directory lies is of no interest any more.
        let extent = if entry.kind == Kind::File { extents.next() } else { None };
        let more = More {
            extents: if extent.is_some() { extents.collect() } else { Vec::new() },
            coding: entry.coding,
            link: entry.link.clone(),
            attributes: entry.attributes.iter().filter(|attribute| is_kept(attribute)).cloned().collect(),
        };
        let plain = more.extents.is_empty()
            && more.coding == Coding::Plain
            && more.link.is_empty()
            && more.attributes.is_empty();
        Self {
            parent,
            kind: entry.kind,
            name: name.into(),
            size: entry.size,
            posix: entry.posix,
            modified: entry.times.modified,
            extent,
            more: (!plain).then(|| Box::new(more)),
        }
    }

    /// First byte of its content on the image; 0 without content.
    fn start(&self) -> u64 {
        let extents = self.extent.iter().chain(self.more.iter().flat_map(|more| &more.extents));
        extents.filter_map(|extent| extent.offset).min().unwrap_or(0)
    }

    /// Fills `entry` with what was kept, but for the name.
    fn restore(&self, entry: &mut Entry) {
        entry.clear();
        entry.kind = self.kind;
        entry.size = self.size;
        entry.posix = self.posix;
        entry.times.modified = self.modified;
        entry.extents.extend(self.extent);
        if let Some(more) = &self.more {
            entry.extents.extend_from_slice(&more.extents);
            entry.coding = more.coding;
            entry.link.extend_from_slice(&more.link);
            entry.attributes.extend_from_slice(&more.attributes);
        }
    }

    /// By what other names of this file are known, if it may have any. Files that merely share their content, and are
    /// recorded to have one name each, are files of their own.
    fn identity(&self, entry: &mut Entry) -> Option<(Identity, u64, u64)> {
        let single = self.posix.is_some_and(|posix| posix.links == 1);
        if self.kind != Kind::File || self.size == 0 || single {
            return None;
        }
        self.restore(entry);
        // A serial number that files share which do not share their content is a writer's mistake.
        Some((entry.identity()?, self.start(), self.size))
    }
}

/// The members of an archive, in the order they are to be written: every directory before what is in it, and what is
/// in it in one piece, as tar(1) needs it to give directories their times and permissions; within that, as the contents
/// lie on the image.
#[derive(Debug, Default)]
pub(crate) struct Members {
    nodes: Vec<Node>,
    order: Vec<u32>,
    /// For the second and later names of a file, the number of the first.
    first_names: HashMap<u32, u32>,
    /// For each place in the order, the first byte that it or any later place needs.
    needed: Vec<u64>,
}

/// A member to be written.
#[derive(Debug, Default)]
pub(crate) struct Member {
    /// Path without leading slash; a directory's ends with one.
    pub(crate) path: Vec<u8>,
    /// What is known of it; without name.
    pub(crate) entry: Entry,
    /// Path of the member that it is another name of; empty when it is none.
    pub(crate) first_name: Vec<u8>,
    /// No byte of the image before this one is needed for this member or a later one.
    pub(crate) needs_from: u64,
}

impl Members {
    /// The members that `found`, and all that is below it, becomes. The root directory itself is left out: unpacked, it
    /// would change the folder that it is unpacked into.
    ///
    /// Each goes to `met`, the root too; what cannot be read goes to `unreadable`, with the path.
    ///
    /// # Errors
    /// When there are more entries than can be numbered.
    pub(crate) fn collect(
        tree: &dyn Tree,
        mut found: Vec<Found>,
        met: &mut dyn FnMut(&[u8], &Entry),
        unreadable: &mut dyn FnMut(&[u8], Error),
    ) -> Result<Self> {
        let mut collecting =
            Collecting { nodes: Vec::new(), depth: 0, ancestors: Vec::new(), met, unreadable };
        found.sort_by(|one, other| one.path.cmp(&other.path));
        let mut last: Option<Vec<u8>> = None;
        for Found { path, entry } in found {
            let within = |outer: &Vec<u8>| {
                path.strip_prefix(outer.as_slice())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
            };
            if last.as_ref().is_some_and(within) {
                continue;
            }
            (collecting.met)(&path, &entry);
            let own = match path.strip_prefix(b"/") {
                Some(name) => Some(collecting.add(None, name, &entry)?),
                None => None,
            };
            collecting.depth = slashes(&path);
            collecting.ancestors = vec![own];
            if entry.kind == Kind::Directory {
                walk(tree, &entry, &path, &mut collecting)?;
            }
            last = Some(path);
        }
        Ok(Self::ordered(collecting.nodes))
    }

    fn ordered(nodes: Vec<Node>) -> Self {
        let order = order(&nodes);
        let mut entry = Entry::default();
        let mut first_names = HashMap::new();
        let mut known = HashMap::new();
        for number in &order {
            let node = node(&nodes, *number);
            if let Some(identity) = node.and_then(|node| node.identity(&mut entry)) {
                match known.get(&identity) {
                    Some(first) => drop(first_names.insert(*number, *first)),
                    None => drop(known.insert(identity, *number)),
                }
            }
        }
        let mut needed = vec![u64::MAX; order.len()];
        let mut least = u64::MAX;
        for (needed, number) in needed.iter_mut().zip(&order).rev() {
            let own = node(&nodes, *number).filter(|node| node.extent.is_some());
            if let Some(node) = own.filter(|_| !first_names.contains_key(number)) {
                least = least.min(node.start());
            }
            *needed = least;
        }
        Self { nodes, order, first_names, needed }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Bytes of each that is a file, and not another name of one.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = u64> {
        let files = (0_u32..).zip(&self.nodes).filter(|(_, node)| node.kind == Kind::File);
        files.filter(|(number, _)| !self.first_names.contains_key(number)).map(|(_, node)| node.size)
    }

    /// Fills `member` with the one at `place` in the order; `false` behind the last.
    pub(crate) fn get(&self, place: usize, member: &mut Member) -> bool {
        let Some((number, node)) =
            self.order.get(place).and_then(|number| Some((*number, node(&self.nodes, *number)?)))
        else {
            return false;
        };
        node.restore(&mut member.entry);
        self.path(number, &mut member.path);
        if node.kind == Kind::Directory {
            member.path.push(b'/');
        }
        member.first_name.clear();
        if let Some(first) = self.first_names.get(&number) {
            self.path(*first, &mut member.first_name);
        }
        member.needs_from = self.needed.get(place).copied().unwrap_or_default();
        true
    }

    fn path(&self, number: u32, path: &mut Vec<u8>) {
        let mut names = Vec::new();
        let mut next = Some(number);
        while let Some((number, node)) = next.and_then(|number| Some((number, node(&self.nodes, number)?))) {
            names.push(&node.name);
            next = (node.parent != number).then_some(node.parent);
        }
        path.clear();
        for (depth, name) in names.iter().rev().enumerate() {
            if depth > 0 {
                path.push(b'/');
            }
            path.extend_from_slice(name);
        }
    }
}

fn node(nodes: &[Node], number: u32) -> Option<&Node> {
    nodes.get(usize::try_from(number).ok()?)
}

/// The numbers of all nodes in the order described at [`Members`].
fn order(nodes: &[Node]) -> Vec<u32> {
    let ranks = ranks(nodes);
    let key = |number: &u32| {
        let node = node(nodes, *number);
        let parent = node.map(|node| node.parent).filter(|parent| parent != number);
        let rank = usize::try_from(*number).ok().and_then(|number| ranks.get(number).copied());
        (parent, rank, *number)
    };
    let mut siblings: Vec<u32> = (0..MOST_NODES).zip(nodes).map(|(number, _)| number).collect();
    siblings.sort_unstable_by_key(key);
    let children = |parent: Option<u32>| {
        let from = siblings.partition_point(|number| key(number).0 < parent);
        let length =
            siblings.get(from..).unwrap_or_default().partition_point(|number| key(number).0 == parent);
        siblings.get(from..from.saturating_add(length)).unwrap_or_default()
    };
    let mut order = Vec::with_capacity(nodes.len());
    let mut next: Vec<u32> = children(None).iter().rev().copied().collect();
    while let Some(number) = next.pop() {
        order.push(number);
        if node(nodes, number).is_some_and(|node| node.kind == Kind::Directory) {
            next.extend(children(Some(number)).iter().rev());
        }
    }
    order
}

/// For each node the first byte of content in or below it; 0 where there is none.
fn ranks(nodes: &[Node]) -> Vec<u64> {
    let mut ranks: Vec<u64> = nodes.iter().map(Node::start).collect();
    // A directory's node comes before those below it.
    for (number, node) in nodes.iter().enumerate().rev() {
        let rank = ranks.get(number).copied().filter(|rank| *rank > 0);
        let parent = usize::try_from(node.parent).ok().filter(|parent| *parent < number);
        if let (Some(rank), Some(of_parent)) = (rank, parent.and_then(|parent| ranks.get_mut(parent))) {
            *of_parent = if *of_parent == 0 { rank } else { rank.min(*of_parent) };
        }
    }
    ranks
}

/// A walk that makes nodes.
struct Collecting<'a> {
    nodes: Vec<Node>,
    /// Slashes in the path of the directory that is walked.
    depth: usize,
    /// The nodes of the directory that is walked, unless it is the root, and of those that lead to the entry met last.
    ancestors: Vec<Option<u32>>,
    met: &'a mut dyn FnMut(&[u8], &Entry),
    unreadable: &'a mut dyn FnMut(&[u8], Error),
}

impl Collecting<'_> {
    fn add(&mut self, parent: Option<u32>, name: &[u8], entry: &Entry) -> Result<u32> {
        let number = u32::try_from(self.nodes.len()).ok().filter(|number| *number < MOST_NODES);
        let number = number.ok_or_else(|| Error::Usage(format!("more than {MOST_NODES} entries")))?;
        self.nodes.push(Node::new(parent.unwrap_or(number), name, entry));
        Ok(number)
    }
}

impl Visitor for Collecting<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.ancestors.truncate(slashes(path).saturating_sub(self.depth));
        let parent = self.ancestors.last().copied().flatten();
        let number = self.add(parent, &entry.name, entry)?;
        self.ancestors.push(Some(number));
        (self.met)(path, entry);
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        (self.unreadable)(path, error);
        Ok(())
    }
}

fn slashes(path: &[u8]) -> usize {
    path.iter().filter(|byte| **byte == b'/').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(offset: u64) -> Entry {
        Entry { size: 10, extents: vec![Extent::recorded(offset, 10)], ..Entry::default() }
    }

    fn directory() -> Entry {
        Entry {
            kind: Kind::Directory,
            size: 2048,
            extents: vec![Extent::recorded(1, 2048)],
            ..Entry::default()
        }
    }

    fn linked(offset: u64, serial: u64) -> Entry {
        let posix = Posix { links: 2, serial: Some(serial), ..Posix::default() };
        Entry { posix: Some(posix), ..file(offset) }
    }

    /// Members of what a walk over these paths meets.
    fn members(entries: &[(&str, Entry)]) -> Members {
        let mut collecting = Collecting {
            nodes: Vec::new(),
            depth: 0,
            ancestors: vec![None],
            met: &mut |_, _| {},
            unreadable: &mut |_, _| {},
        };
        for (path, entry) in entries {
            let name = path.rsplit('/').next().expect("a name").as_bytes().to_vec();
            collecting.entry(path.as_bytes(), &Entry { name, ..entry.clone() }).expect("few entries");
        }
        Members::ordered(collecting.nodes)
    }

    /// Each member as `path`, or `path = path of the first name`, and the byte needed from then on.
    fn listed(members: &Members) -> Vec<(String, u64)> {
        let mut member = Member::default();
        let mut listed = Vec::new();
        while members.get(listed.len(), &mut member) {
            let mut text = String::from_utf8(member.path.clone()).expect("ASCII");
            if !member.first_name.is_empty() {
                text = format!("{text} = {}", String::from_utf8_lossy(&member.first_name));
            }
            listed.push((text, member.needs_from));
        }
        listed
    }

    #[test]
    fn directories_hold_together_and_contents_come_as_they_lie() {
        let members = members(&[
            ("/a", directory()),
            ("/a/late", file(900)),
            ("/a/sub", directory()),
            ("/a/sub/x", file(800)),
            ("/b", directory()),
            ("/b/early", file(100)),
            ("/b/empty", Entry::default()),
            ("/none", directory()),
            ("/top", file(500)),
        ]);
        let want = [
            ("none/", 100),
            ("b/", 100),
            ("b/empty", 100),
            ("b/early", 100),
            ("top", 500),
            ("a/", 800),
            ("a/sub/", 800),
            ("a/sub/x", 800),
            ("a/late", 900),
        ];
        assert_eq!(listed(&members), want.map(|(path, needed)| (path.to_owned(), needed)));
        assert_eq!(members.len(), 9);
    }

    #[test]
    fn the_second_name_of_a_file_links_to_the_first_that_is_written() {
        let members = members(&[
            ("/d", directory()),
            ("/d/z", linked(100, 7)),
            ("/a", linked(100, 7)),
            ("/other", linked(300, 8)),
        ]);
        let want = [("d/", 100), ("d/z", 100), ("a = d/z", 300), ("other", 300)];
        assert_eq!(listed(&members), want.map(|(path, needed)| (path.to_owned(), needed)));
    }

    #[test]
    fn files_that_only_share_a_number_or_a_place_are_not_links() {
        let single = |offset| {
            let posix = Posix { links: 1, serial: None, ..Posix::default() };
            Entry { posix: Some(posix), ..file(offset) }
        };
        for (one, other) in [(linked(100, 7), linked(200, 7)), (single(100), single(100))] {
            let members = members(&[("/a", one), ("/b", other)]);
            assert!(listed(&members).iter().all(|(text, _)| !text.contains('=')), "{members:?}");
        }
        let shared = members(&[("/a", file(100)), ("/b", file(100))]);
        assert_eq!(listed(&shared)[1].0, "b = a", "a tree without serials has only the place to tell");
    }

    #[test]
    fn what_few_entries_have_survives() {
        let attributes = vec![Attribute { name: b"user.x".to_vec(), value: b"y".to_vec() }];
        let mut entry = file(100);
        entry.extents.push(Extent { offset: None, length: 5 });
        entry.coding = Coding::Zisofs { version: 1, header: 16, block_log2: 15 };
        entry.attributes = attributes;
        let members = members(&[("/a", entry.clone())]);
        let mut member = Member::default();
        assert!(members.get(0, &mut member));
        assert_eq!(member.entry, entry);
    }
}
