//! The structures of both, in the order of the medium.

use super::Plan;
use crate::fill::Part;
use crate::iso9660::plan as iso9660;
use crate::udf::plan as udf;

/// A structure of one of the two.
#[derive(Debug, Clone, Copy)]
pub(super) enum Either {
    Iso9660(iso9660::Segment),
    Udf(udf::Segment),
}

impl Either {
    /// Absolute byte offset.
    pub(super) fn at(&self) -> u64 {
        match self {
            Self::Iso9660(segment) => segment.at(),
            Self::Udf(segment) => segment.at,
        }
    }
}

/// The structures before or behind the contents.
pub(super) fn merged<'p, O>(plan: &'p Plan<'_, O>, part: Part) -> impl Iterator<Item = Either> + 'p {
    let front = part == Part::Front;
    let metadata = front.then(|| plan.iso9660.metadata()).into_iter().flatten();
    let padding = plan.iso9660.padding().filter(|_| !front);
    let mut iso9660 = metadata.chain(padding).map(Either::Iso9660).peekable();
    let mut udf = plan.udf.structures_of(part).map(Either::Udf).peekable();
    std::iter::from_fn(move || match (iso9660.peek(), udf.peek()) {
        (Some(one), Some(other)) if one.at() <= other.at() => iso9660.next(),
        (Some(_), None) => iso9660.next(),
        _ => udf.next(),
    })
}
