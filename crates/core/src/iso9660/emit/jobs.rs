//! The contents of an image cut into pieces of work.

use crate::iso9660::layout::SECTOR;
use crate::iso9660::plan::Plan;
use crate::tree::build::ContentId;

/// Bytes of the image that one batch of small contents fills, at the most: enough to make a system call worth it,
/// little enough to keep several in a cache.
pub(super) const BATCH: u64 = 1024 * 1024;

/// Contents over this many bytes are work of their own, and may be moved by the kernel.
pub(super) const SMALL: u64 = 128 * 1024;

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Job {
    /// Neighbouring small contents, by their positions in [`Plan::contents`].
    Batch(std::ops::Range<usize>),
    /// One large content.
    Large(ContentId),
}

/// Hands out the work in the order of the medium.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    next: usize,
}

impl Jobs {
    /// The next piece of work.
    pub(super) fn next<O>(&mut self, plan: &Plan<'_, O>) -> Option<Job> {
        let contents = plan.contents();
        let first = *contents.get(self.next)?;
        let size = |content: ContentId| plan.build().content(content).size;
        let start = self.next;
        self.next += 1;
        if size(first) > SMALL {
            return Some(Job::Large(first));
        }
        let mut bytes = size(first).next_multiple_of(SECTOR);
        while let Some(content) = contents.get(self.next) {
            let more = size(*content).next_multiple_of(SECTOR);
            if size(*content) > SMALL || bytes + more > BATCH {
                break;
            }
            bytes += more;
            self.next += 1;
        }
        Some(Job::Batch(start..self.next))
    }
}
