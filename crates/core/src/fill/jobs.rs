//! The spans of an image cut into pieces of work.

use super::{Layout, Span, What};
use crate::tree::build::ContentId;
use std::iter::Peekable;

/// Bytes of the image that one piece of work fills, where it is made of several spans: enough to make a system call worth
/// it, little enough to keep several in a cache.
pub(super) const BATCH: u64 = 1024 * 1024;

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

/// What a job fills its bytes with, but for the zeros.
#[derive(Debug)]
pub(super) enum Work<S> {
    /// Neighbouring structures, each with its byte offset in the image.
    Structures(Vec<(u64, S)>),
    /// Neighbouring small contents, each with its byte offset in the image.
    Batch(Vec<(u64, ContentId)>),
    /// One content of more than [`SMALL`] bytes.
    Large(ContentId),
}

/// Hands out the work in the order of the medium; one piece begins where the one before ended.
pub(super) struct Jobs<'l, L: Layout, I: Iterator> {
    layout: &'l L,
    spans: Peekable<I>,
    /// Byte of the image at which the next piece begins.
    at: u64,
}

impl<'l, L: Layout, I: Iterator<Item = Span<L::Structure>>> Jobs<'l, L, I> {
    pub(super) fn new(layout: &'l L, spans: I) -> Self {
        Self { layout, spans: spans.peekable(), at: 0 }
    }

    /// `first`, and the spans behind it that are of the same kind, as many as make a piece from byte `at` on; it is `filled`
    /// as far as the last of them goes.
    fn neighbours<T>(
        &mut self,
        at: u64,
        first: (u64, T),
        filled: &mut u64,
        of: fn(&Span<L::Structure>) -> Option<T>,
    ) -> Vec<(u64, T)> {
        let mut all = vec![first];
        while let Some(span) = self.spans.peek().filter(|span| span.end().saturating_sub(at) <= BATCH)
            && let Some(one) = of(span)
        {
            all.push((span.at, one));
            *filled = span.end();
            self.spans.next();
        }
        all
    }
}

impl<L: Layout, I: Iterator<Item = Span<L::Structure>>> Iterator for Jobs<'_, L, I> {
    type Item = Job<L::Structure>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let first = self.spans.next_if(|span| span.at <= at);
        let mut filled = first.as_ref().map_or(at, Span::end);
        let work = match first {
            Some(Span { at: place, what: What::Structure(structure), .. }) => {
                Work::Structures(self.neighbours(at, (place, structure), &mut filled, structure_of))
            }
            Some(Span { length, what: What::Content(content), .. }) if length > SMALL => Work::Large(content),
            Some(Span { at: place, what: What::Content(content), .. }) => {
                Work::Batch(self.neighbours(at, (place, content), &mut filled, small_of))
            }
            // Zeros before the first span.
            None if at < self.layout.size() => Work::Structures(Vec::new()),
            None => return None,
        };
        let next = self.spans.peek().map(|span| span.at);
        self.at = next.unwrap_or_else(|| self.layout.size()).max(at);
        Some(Job { at, filled, end: self.at, work })
    }
}

fn structure_of<S: Clone>(span: &Span<S>) -> Option<S> {
    match &span.what {
        What::Structure(structure) => Some(structure.clone()),
        What::Content(_) => None,
    }
}

fn small_of<S>(span: &Span<S>) -> Option<ContentId> {
    match span.what {
        What::Content(content) if span.length <= SMALL => Some(content),
        _ => None,
    }
}
