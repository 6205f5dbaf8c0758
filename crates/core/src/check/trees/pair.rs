//! Two trees, name by name. A tree may have other names than the other one for the same files (8.3, shortened, characters that
//! it cannot record), so that what has no counterpart of its name is looked for by its content.

use super::listing::{Listing, Node};
use crate::image::content::Content;
use crate::source::Source;
use crate::tree::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Contents that are compared by their bytes: a writer that does not share them has as many in both trees.
const MOST_READ: u32 = 4096;

/// Two trees of one image.
pub(super) struct Pair<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) one: &'a Listing,
    pub(super) two: &'a Listing,
}

/// How they differ: the numbers of names.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// Of the first tree, and not in the second; of what is in such a directory, nothing.
    pub(super) only_one: Vec<usize>,
    /// Of the second tree, and not in the first.
    pub(super) only_two: Vec<usize>,
    /// Of the first tree, with what the same name is in the second: words that follow "it".
    pub(super) others: Vec<(usize, String)>,
    read: u32,
}

/// Is shown the numbers of two names, and the names.
type Matched<'f> = &'f mut dyn FnMut(usize, usize, &Node, &Node);

/// What two directories have that found no counterpart yet.
struct Rest {
    one: Vec<usize>,
    two: Vec<usize>,
}

impl Pair<'_> {
    /// How the trees differ.
    pub(super) fn differences(&self) -> Differences {
        let mut found = Differences::default();
        let mut pending = vec![(0, 0)];
        while let Some((one, two)) = pending.pop() {
            let children = |listing: &Listing, index| listing.node(index).map(|node| node.children.clone());
            let mut rest = Rest {
                one: children(self.one, one).unwrap_or_default(),
                two: children(self.two, two).unwrap_or_default(),
            };
            let exact = |node: &Node| node.name.clone();
            let folded = |node: &Node| node.name.to_ascii_lowercase();
            self.by_name(&mut rest, &exact, &mut found, &mut pending);
            self.by_content(&mut rest, &mut pending);
            self.by_name(&mut rest, &folded, &mut found, &mut pending);
            self.by_bytes(&mut rest, &mut found);
            self.without_content(&mut rest, &mut pending);
            self.special(&mut rest);
            found.only_one.extend(rest.one);
            found.only_two.extend(rest.two);
        }
        found.only_one.sort_unstable();
        found.only_two.sort_unstable();
        found.others.sort_unstable();
        found
    }

    /// Takes what is called the same by `key` in both; what only one has once is left.
    fn by_name(
        &self,
        rest: &mut Rest,
        key: &dyn Fn(&Node) -> Vec<u8>,
        found: &mut Differences,
        pending: &mut Vec<(usize, usize)>,
    ) {
        self.matched(rest, &|node| Some(key(node)), &mut |one, two, first, second| {
            if first.kind == Kind::Directory && second.kind == Kind::Directory {
                pending.push((one, two));
            } else if let Some(deviation) = self.deviation(first, second, found) {
                found.others.push((one, deviation));
            }
        });
    }

    /// Takes the files whose contents are at one place, and the directories whose first contents are.
    fn by_content(&self, rest: &mut Rest, pending: &mut Vec<(usize, usize)>) {
        let key = |node: &Node| Some((node.kind == Kind::Directory, node.first?));
        self.matched(rest, &key, &mut |one, two, first, _| {
            if first.kind == Kind::Directory {
                pending.push((one, two));
            }
        });
    }

    /// Takes the files that have as many bytes, and begin with the same.
    fn by_bytes(&self, rest: &mut Rest, found: &mut Differences) {
        let content = |listing: &Listing, index| listing.node(index).and_then(|node: &Node| node.content);
        let mut by_size: BTreeMap<u64, Vec<(usize, Content)>> = BTreeMap::new();
        for two in &rest.two {
            if let Some(content) = content(self.two, *two) {
                by_size.entry(content.size).or_default().push((*two, content));
            }
        }
        let mut taken = BTreeSet::new();
        rest.one.retain(|one| {
            let Some(content) = content(self.one, *one) else { return true };
            let Some(candidates) = by_size.get_mut(&content.size) else { return true };
            let same = candidates.iter().position(|(_, other)| self.same(content, *other, &mut found.read));
            taken.extend(same.map(|position| candidates.swap_remove(position).0));
            same.is_none()
        });
        rest.two.retain(|two| !taken.contains(two));
    }

    /// Takes what has no content to tell it by, as many in one as in the other: they are called differently.
    fn without_content(&self, rest: &mut Rest, pending: &mut Vec<(usize, usize)>) {
        let key = |node: &Node| match (node.kind, node.first) {
            (Kind::Directory | Kind::File, None) => Some(node.kind == Kind::Directory),
            _ => None,
        };
        self.matched(rest, &key, &mut |one, two, first, _| {
            if first.kind == Kind::Directory {
                pending.push((one, two));
            }
        });
        // Directories that share no first file, for one of them lacks it.
        let key = |node: &Node| (node.kind == Kind::Directory).then_some(());
        let count = |listing: &Listing, of: &[usize]| {
            of.iter()
                .filter(|index| listing.node(**index).is_some_and(|node| node.kind == Kind::Directory))
                .count()
        };
        if count(self.one, &rest.one) == count(self.two, &rest.two) {
            self.matched(rest, &key, &mut |one, two, _, _| pending.push((one, two)));
        }
    }

    /// Takes links, devices and the like, which a tree that cannot record them leaves out or has as empty files.
    fn special(&self, rest: &mut Rest) {
        let is_special = |listing: &Listing, index: &usize| {
            listing.node(*index).is_some_and(|node| !matches!(node.kind, Kind::File | Kind::Directory))
        };
        let is_empty = |listing: &Listing, index: &usize| {
            listing.node(*index).is_some_and(|node| node.kind == Kind::File && node.content.is_none())
        };
        let mut stand_ins = (0_usize, 0_usize);
        rest.one.retain(|index| {
            let special = is_special(self.one, index);
            stand_ins.0 = stand_ins.0.saturating_add(usize::from(special));
            !special
        });
        rest.two.retain(|index| {
            let special = is_special(self.two, index);
            stand_ins.1 = stand_ins.1.saturating_add(usize::from(special));
            !special
        });
        let drop_some = |listing: &Listing, of: &mut Vec<usize>, mut count: usize| {
            of.retain(|index| {
                let drops = count > 0 && is_empty(listing, index);
                count = count.saturating_sub(usize::from(drops));
                !drops
            });
        };
        drop_some(self.two, &mut rest.two, stand_ins.0);
        drop_some(self.one, &mut rest.one, stand_ins.1);
    }

    /// Takes the pairs of which both have the same key, the first of one with the first of the other, and shows them to `each`.
    fn matched<K: Ord>(&self, rest: &mut Rest, key: &dyn Fn(&Node) -> Option<K>, each: Matched<'_>) {
        let mut known: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for two in rest.two.iter().rev() {
            if let Some(key) = self.two.node(*two).and_then(key) {
                known.entry(key).or_default().push(*two);
            }
        }
        let mut taken = BTreeSet::new();
        rest.one.retain(|one| {
            let Some(first) = self.one.node(*one) else { return true };
            let counterpart = key(first).and_then(|key| known.get_mut(&key)?.pop());
            let Some((two, second)) = counterpart.and_then(|two| Some((two, self.two.node(two)?))) else {
                return true;
            };
            taken.insert(two);
            each(*one, two, first, second);
            false
        });
        rest.two.retain(|two| !taken.contains(two));
    }

    /// What `second`, in the other tree, is that `first`, of the same name, is not.
    fn deviation(&self, first: &Node, second: &Node, found: &mut Differences) -> Option<String> {
        match ((first.kind, first.content), (second.kind, second.content)) {
            ((Kind::File, Some(one)), (Kind::File, Some(two))) => {
                let is_same = self.same(one, two, &mut found.read);
                let deviation = if one.size == two.size {
                    format!("has other contents of the same {} bytes", two.size)
                } else {
                    format!("has {} bytes, not {}", two.size, one.size)
                };
                (!is_same).then_some(deviation)
            }
            ((Kind::File, Some(one)), (Kind::File, None)) => {
                Some(format!("is empty, not of {} bytes", one.size))
            }
            ((Kind::File, None), (Kind::File, Some(two))) => Some(format!("has {} bytes, not 0", two.size)),
            ((Kind::Directory, _), (Kind::File, _)) => Some("is a file, not a directory".to_owned()),
            ((Kind::File, _), (Kind::Directory, _)) => Some("is a directory, not a file".to_owned()),
            _ => None,
        }
    }

    /// Whether both contents are at one place, or have as many bytes and begin with the same; beyond [`MOST_READ`] the numbers
    /// of bytes tell.
    fn same(&self, one: Content, two: Content, read: &mut u32) -> bool {
        if one == two || one.size != two.size {
            return one == two;
        }
        *read = read.saturating_add(1);
        if *read > MOST_READ {
            return true;
        }
        match (one.beginning(self.source), two.beginning(self.source)) {
            (Some(one), Some(two)) => one == two,
            // Behind the end of the image nothing can be compared.
            (None, None) => true,
            _ => false,
        }
    }
}
