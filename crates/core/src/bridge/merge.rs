//! The segments of both, in the order of the medium.

use super::Plan;
use crate::fill::Span;
use crate::iso9660::plan as iso9660;
use crate::udf::plan as udf;

/// A segment of the image, as the plan that made it has it.
#[derive(Debug, Clone, Copy)]
pub enum Segment {
    /// One of ISO 9660; also all contents, which UDF's plan has at the same bytes.
    Iso9660(iso9660::Segment),
    /// One of UDF, which is no content.
    Udf(udf::Segment),
}

impl Segment {
    /// Absolute byte offset.
    pub(super) fn at(&self) -> u64 {
        match self {
            Self::Iso9660(segment) => segment.at(),
            Self::Udf(segment) => segment.at,
        }
    }

    /// The span it is; `None` for padding.
    pub(super) fn span(self) -> Option<Span<Self>> {
        match self {
            Self::Iso9660(segment) => segment.span().map(|span| span.within(0, Self::Iso9660)),
            Self::Udf(segment) => Some(segment.span().within(0, Self::Udf)),
        }
    }
}

/// All segments, ascending; each content once, though both plans have it.
pub(super) fn merged<'p, O>(plan: &'p Plan<'_, O>) -> impl Iterator<Item = Segment> + 'p {
    let mut iso9660 = plan.iso9660.segments().map(Segment::Iso9660).peekable();
    let mut udf = plan.udf.structures().map(Segment::Udf).peekable();
    std::iter::from_fn(move || match (iso9660.peek(), udf.peek()) {
        (Some(one), Some(other)) if one.at() <= other.at() => iso9660.next(),
        (Some(_), None) => iso9660.next(),
        _ => udf.next(),
    })
}
