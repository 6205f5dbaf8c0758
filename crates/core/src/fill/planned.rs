//! What planners say of an image, for it to be filled.

use super::{Contents, Observer, Patch, Pieces};
use crate::tree::build::ContentId;
use std::io;

/// What a [`Layout`](super::Layout) is to those who fill it: a list of [spans](Span). A layout within another, such as a
/// volume in a partition, is in the list of the outer one by its own spans, moved there by [`Span::within`]: one list in
/// the order of the medium is all that has to be filled, in order as well as in place, however deep it was nested.
pub trait Planned<O>: Sync {
    /// What has to be read of contents before the first byte of the image can be written.
    type Facts: Sync;
    /// A structure, to be made with [`Planned::emit`].
    type Structure: Clone + Send;
    /// Room that is used again from one structure to the next.
    type Scratch: Default;

    /// What lies where, in the order of the medium. Spans do not overlap, and that of a content is as long as it; where none
    /// is, there are zeros. A content that has several is opened and heard once for each.
    fn spans(&self) -> impl Iterator<Item = Span<Self::Structure>> + Send + '_;

    /// Reads what has to be known of contents. What cannot be read is reported and counts as zeros.
    fn gather(&self, contents: &dyn Contents<O>, observer: &dyn Observer) -> Self::Facts;

    /// Bytes of contents that are not those of their origins.
    fn patches<'f>(&self, facts: &'f Self::Facts) -> &'f [Patch];

    /// Appends the bytes of `structure` to `out`: no more than its span has; zeros follow. Those of contents that lie
    /// within it come from `embed`. They are the same wherever `out` begins, since the layout may lie within another.
    ///
    /// # Errors
    /// Those of `out`.
    fn emit(
        &self,
        structure: &Self::Structure,
        facts: &Self::Facts,
        scratch: &mut Self::Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()>;
}

/// A range of bytes of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<S> {
    /// Byte of the image at which it begins.
    pub at: u64,
    /// Bytes: all of the content, where it is one.
    pub length: u64,
    /// Where its bytes come from.
    pub what: What<S>,
}

impl<S> Span<S> {
    /// Absolute byte offset of what follows it.
    pub const fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }

    /// The same bytes in an image within which the layout of this span begins at byte `base`. That image has the
    /// structures of this layout among its own, as `outer` makes them; both have the contents of one tree.
    pub(crate) fn within<T>(self, base: u64, outer: impl FnOnce(S) -> T) -> Span<T> {
        self.among(base, outer, |content| content)
    }

    /// As [`Span::within`], where this layout has a tree of its own: the content of `outer`'s that one of its contents is.
    pub(crate) fn among<T>(
        self,
        base: u64,
        outer: impl FnOnce(S) -> T,
        content: impl FnOnce(ContentId) -> ContentId,
    ) -> Span<T> {
        let what = match self.what {
            What::Structure(structure) => What::Structure(outer(structure)),
            What::Content(id) => What::Content(content(id)),
        };
        Span { at: self.at.saturating_add(base), length: self.length, what }
    }
}

/// Where the bytes of a span come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<S> {
    /// A structure of the file system, or of what leads to it.
    Structure(S),
    /// A content of the tree, all of it.
    Content(ContentId),
}

/// Appends the whole of a content that lies within a structure, as it is to be in the image.
pub(crate) type Embed<'e> = dyn FnMut(ContentId, Occurrence, &mut Vec<u8>) + 'e;

/// Which of the structures that are recorded twice one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// It is recorded once: its contents are heard of as any others.
    Only,
    /// The first of two: its contents are heard of here.
    First,
    /// The second: the contents within it have been heard of, and only have to be the same.
    Again,
}

/// Takes a piece of the image, and empties the buffer.
pub(super) type Put<'p> = dyn FnMut(&mut Vec<u8>) -> io::Result<()> + 'p;
