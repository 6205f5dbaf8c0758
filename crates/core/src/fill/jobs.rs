//! The spans of an image cut into pieces of work.

use super::{Layout, Span, What};
use crate::tree::build::ContentId;
use std::iter::Peekable;

/// Bytes of the image that one piece of work fills, where it is made of several spans: enough to make a system call worth
/// it, little enough to keep several in a cache.
pub const BATCH: u64 = 1024 * 1024;

/// Contents over this many bytes are work of their own, and may be moved by the kernel.
pub(super) const SMALL: u64 = 128 * 1024;

/// A piece of work: from byte `at` of the image to byte `end`, with nothing but zeros where nothing else is, and from byte
/// `filled` on.
#[derive(Debug)]
pub(super) struct Job<S> {
    pub(super) at: u64,
    pub(super) filled: u64,
    pub(super) end: u64,
    pub(super) work: Work<S>,
}

/// What there is to do.
#[derive(Debug)]
pub(super) enum Work<S> {
    /// Neighbouring structures, each with its place.
    Structures(Vec<(u64, S)>),
    /// Neighbouring small contents, each with its place.
    Batch(Vec<(u64, ContentId)>),
    /// One content that is large or has a large gap behind it.
    Large(ContentId),
}

/// Hands out the work in the order of the medium; one piece begins where the one before ended.
pub(super) struct Jobs<'l, L: Layout, I: Iterator> {
    layout: &'l L,
    spans: Peekable<I>,
    /// Where the next piece begins.
    at: u64,
}

impl<'l, L: Layout, I: Iterator<Item = Span<L::Structure>>> Jobs<'l, L, I> {
    pub(super) fn new(layout: &'l L, spans: I) -> Self {
        Self { layout, spans: spans.peekable(), at: 0 }
    }

    /// The next piece of work.
    pub(super) fn next(&mut self) -> Option<Job<L::Structure>> {
        let at = self.at;
        let mut filled = at;
        let work = match self.spans.next_if(|span| span.at <= at) {
            Some(Span { at: place, length, what: What::Structure(structure) }) => {
                self.structures(at, (place, length), structure, &mut filled)
            }
            Some(Span { at: place, length, what: What::Content(content) }) => {
                filled = place.saturating_add(length);
                self.contents(at, place, content, &mut filled)
            }
            // Zeros before the first span.
            None if at < self.layout.size() => Work::Structures(Vec::new()),
            None => return None,
        };
        let next = self.spans.peek().map(|span| span.at);
        self.at = next.unwrap_or_else(|| self.layout.size()).max(at);
        Some(Job { at, filled, end: self.at, work })
    }

    /// The structure that comes first, and those behind it that go with it into a piece from byte `at` on.
    fn structures(
        &mut self,
        at: u64,
        (place, length): (u64, u64),
        first: L::Structure,
        filled: &mut u64,
    ) -> Work<L::Structure> {
        let mut structures = vec![(place, first)];
        *filled = place.saturating_add(length);
        let fits = |span: &Span<L::Structure>| {
            matches!(span.what, What::Structure(_)) && span.end().saturating_sub(at) <= BATCH
        };
        while let Some(Span { at, length, what: What::Structure(structure) }) = self.spans.next_if(fits) {
            structures.push((at, structure));
            *filled = at.saturating_add(length);
        }
        Work::Structures(structures)
    }

    /// The content that comes first, and those behind it that go with it into a piece from byte `at` on.
    fn contents(&mut self, at: u64, place: u64, first: ContentId, filled: &mut u64) -> Work<L::Structure> {
        let size = |content: ContentId| self.layout.build().content(content).size;
        if size(first) > SMALL {
            return Work::Large(first);
        }
        let mut batch = vec![(place, first)];
        let fits = |span: &Span<L::Structure>| match span.what {
            What::Content(content) => size(content) <= SMALL && span.end().saturating_sub(at) <= BATCH,
            What::Structure(_) => false,
        };
        while let Some(Span { at, length, what: What::Content(content) }) = self.spans.next_if(fits) {
            batch.push((at, content));
            *filled = at.saturating_add(length);
        }
        Work::Batch(batch)
    }
}
