//! The paths of all entries at once.

use super::nodes::Nodes;

/// The paths of the entries of an inventory, without leading slashes.
#[derive(Debug)]
pub struct Paths {
    bytes: Vec<u8>,
    /// Where the path of the entry at each place begins and ends.
    ranges: Vec<(usize, usize)>,
    /// All places, as the entries were met.
    met: Vec<usize>,
}

impl Paths {
    /// Those of the nodes in `order`.
    pub(super) fn new(nodes: &Nodes, order: &[u32]) -> Self {
        let mut bytes: Vec<u8> = Vec::new();
        let mut ranges = Vec::with_capacity(order.len());
        // Neighbours on the disc are neighbours in the tree, as a rule: what the last path shares is copied.
        let mut above = (None, 0..0);
        for number in order {
            let start = bytes.len();
            let parent = nodes.get(*number).map(|node| node.parent).filter(|parent| parent != number);
            if parent.is_some() && parent == above.0 {
                bytes.extend_from_within(above.1.clone());
                bytes.extend_from_slice(nodes.name(*number));
            } else {
                nodes.append_path(*number, &mut bytes);
                above = (parent, start..bytes.len().saturating_sub(nodes.name(*number).len()));
            }
            ranges.push((start, bytes.len()));
        }
        Self { bytes, ranges, met: met(nodes.len(), order) }
    }

    /// The path of the entry at `place`; empty behind the last.
    pub fn of(&self, place: usize) -> &[u8] {
        let (start, end) = self.ranges.get(place).copied().unwrap_or_default();
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// All places, in the order of their paths; of the same path by place.
    pub fn sorted(&self) -> Vec<usize> {
        // Most writers sort directories, so that what was met is almost in order, of which a stable sort makes use.
        let mut places = self.met.clone();
        places.sort_by(|one, other| self.of(*one).cmp(self.of(*other)).then(one.cmp(other)));
        places
    }
}

/// The places in `order` of the numbers there, which are less than `count`, by number.
fn met(count: usize, order: &[u32]) -> Vec<usize> {
    let mut places = vec![None; count];
    for (place, number) in order.iter().enumerate() {
        if let Some(of_number) = usize::try_from(*number).ok().and_then(|number| places.get_mut(number)) {
            *of_number = Some(place);
        }
    }
    places.into_iter().flatten().collect()
}
