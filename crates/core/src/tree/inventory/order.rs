//! The orders in which nodes are taken.

use super::nodes::Nodes;
use crate::tree::Kind;

/// For each of several pieces of work, of which these are the first bytes they need, the first byte that it or any later
/// one needs; `u64::MAX` where none needs any. All before it may be let go ([`crate::source::Source::done_before`]).
pub fn needed_from<I>(first_bytes: I) -> Vec<u64>
where
    I: IntoIterator<Item = Option<u64>, IntoIter: DoubleEndedIterator>,
{
    let mut least = u64::MAX;
    let mut needed: Vec<u64> = (first_bytes.into_iter().rev())
        .map(|first| {
            least = first.map_or(least, |first| first.min(least));
            least
        })
        .collect();
    needed.reverse();
    needed
}

/// The numbers of regular files, as their contents lie.
pub(super) fn by_disc(nodes: &Nodes) -> Vec<u32> {
    let files = nodes.iter().filter(|(_, node)| node.kind == Kind::File);
    let mut keys: Vec<_> = files.map(|(number, node)| (node.start, node.size, number)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(.., number)| number).collect()
}

/// The numbers of all nodes, each directory's in one piece behind it, otherwise as their contents lie.
pub(super) fn by_tree(nodes: &Nodes) -> Vec<u32> {
    let ranks = ranks(nodes);
    let key = |number: &u32| {
        let parent = nodes.get(*number).map(|node| node.parent).filter(|parent| parent != number);
        let rank = usize::try_from(*number).ok().and_then(|number| ranks.get(number).copied());
        (parent, rank, *number)
    };
    let mut siblings: Vec<u32> = nodes.iter().map(|(number, _)| number).collect();
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
        if nodes.get(number).is_some_and(|node| node.kind == Kind::Directory) {
            next.extend(children(Some(number)).iter().rev());
        }
    }
    order
}

/// For each node the first byte of content in or below it; 0 where there is none.
fn ranks(nodes: &Nodes) -> Vec<u64> {
    let mut ranks: Vec<u64> = nodes.iter().map(|(_, node)| node.start).collect();
    // A directory's node comes before those below it.
    for (number, node) in nodes.iter().rev() {
        let at = |number: u32| usize::try_from(number).ok();
        let rank = at(number).and_then(|at| ranks.get(at).copied()).filter(|rank| *rank > 0);
        let parent = Some(node.parent).filter(|parent| *parent < number).and_then(at);
        if let (Some(rank), Some(of_parent)) = (rank, parent.and_then(|parent| ranks.get_mut(parent))) {
            *of_parent = if *of_parent == 0 { rank } else { rank.min(*of_parent) };
        }
    }
    ranks
}
