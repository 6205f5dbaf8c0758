//! What names share: their content, or the file.

use super::nodes::Nodes;
use crate::tree::{Coding, Extent, Kind, Posix};

/// What makes a name a further one of what an earlier name is for.
///
/// Either way the content decides first: it has the same size, lies in the same extents and is encoded in the same way.
/// A serial number alone is not trusted, for writers are known that give it to files which have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// The content is the same, so that it needs to be read once.
    Content,
    /// They are hard links: the content is the same, and nothing that is recorded makes them two files, which would be a
    /// link count of 1 in one of them, or different serial numbers ([`Posix`]; it takes [`super::Keep::All`] to know
    /// them). Empty files, and without serial numbers those with nothing but holes, are files of their own.
    File,
}

/// What two names of the same file have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark<'n> {
    start: u64,
    size: u64,
    serial: Option<u64>,
    coding: Coding,
    pieces: Option<&'n [Extent]>,
}

impl<'n> Mark<'n> {
    /// That of node `number`, if it can have any other name.
    fn of(nodes: &'n Nodes, number: u32, same: Same) -> Option<Self> {
        let node = nodes.get(number).filter(|node| node.kind == Kind::File)?;
        let mut mark = Self {
            start: node.start,
            size: node.size,
            serial: None,
            coding: node.coding(),
            pieces: node.pieces(),
        };
        if same == Same::File {
            let Posix { serial, links, .. } =
                nodes.recorded(number).and_then(|recorded| recorded.posix).unwrap_or_default();
            let is_known = serial.is_some() || node.first_byte().is_some();
            if node.size == 0 || links == 1 || !is_known {
                return None;
            }
            mark.serial = serial;
        }
        Some(mark)
    }
}

/// For each place in `order`, that of the first name of the same: its own, unless it is a further one.
pub(super) fn first_names(nodes: &Nodes, order: &[u32], same: Same) -> Vec<u32> {
    let mut first: Vec<u32> = (0..).zip(order).map(|(place, _)| place).collect();
    let mut marks: Vec<(u64, u64, u32)> = (0..)
        .zip(order)
        .filter_map(|(place, number)| {
            Mark::of(nodes, *number, same).map(|mark| (mark.start, mark.size, place))
        })
        .collect();
    marks.sort_unstable();
    let mark = |place: u32| Mark::of(nodes, *order.get(usize::try_from(place).ok()?)?, same);
    for near in marks.chunk_by_mut(|one, other| (one.0, one.1) == (other.0, other.1)) {
        near.sort_by(|one, other| mark(one.2).cmp(&mark(other.2)));
        for equal in near.chunk_by(|one, other| mark(one.2) == mark(other.2)) {
            let Some(((.., leader), others)) = equal.split_first() else { continue };
            for (.., place) in others {
                if let Some(first) = usize::try_from(*place).ok().and_then(|place| first.get_mut(place)) {
                    *first = *leader;
                }
            }
        }
    }
    first
}
