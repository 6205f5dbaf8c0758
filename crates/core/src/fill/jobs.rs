//! The contents of an image cut into pieces of work.

use super::{Layout, end_of};
use crate::tree::build::ContentId;

/// Bytes of the image that one batch of small contents fills, at the most: enough to make a system call worth it,
/// little enough to keep several in a cache.
pub const BATCH: u64 = 1024 * 1024;

/// Contents over this many bytes are work of their own, and may be moved by the kernel.
pub(super) const SMALL: u64 = 128 * 1024;

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Job {
    /// Neighbouring small contents, by their positions in [`Layout::contents`].
    Batch(std::ops::Range<usize>),
    /// One content that is large or has a large gap behind it, and the bytes from its first to what follows it.
    Large(ContentId, u64),
}

/// Hands out the work in the order of the medium.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    next: usize,
}

impl Jobs {
    /// The next piece of work.
    pub(super) fn next<L: Layout>(&mut self, layout: &L) -> Option<Job> {
        let contents = layout.contents();
        let first = *contents.get(self.next)?;
        let at = layout.content_at(first);
        let room = |position: usize| end_of(layout, position).saturating_sub(at);
        let small = |content: &ContentId| layout.build().content(*content).size <= SMALL;
        let start = self.next;
        self.next += 1;
        // A gap behind a small one can have any size: its zeros are for the kernel to make.
        if !small(&first) || room(start) > BATCH {
            return Some(Job::Large(first, room(start)));
        }
        while contents.get(self.next).is_some_and(small) && room(self.next) <= BATCH {
            self.next += 1;
        }
        Some(Job::Batch(start..self.next))
    }
}
