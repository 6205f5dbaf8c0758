//! The parts of an image that become something else.

use super::target::Target;
use super::unlike;
use crate::error::Result;
use crate::number::{narrow, wide};
use crate::source::Source;

/// A part of an image that becomes something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Byte of the image at which it begins.
    pub at: u64,
    /// What it becomes.
    pub to: To,
}

/// What a part of an image becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// These bytes.
    Bytes(Vec<u8>),
    /// So many zeros.
    Zeros(u64),
    /// Bytes of a new content.
    Content {
        /// Which one, by its place among the new files.
        file: usize,
        /// Its first byte that lies there.
        from: u64,
        /// How many do.
        length: u64,
    },
}

impl Part {
    /// Bytes of it.
    pub fn length(&self) -> u64 {
        match &self.to {
            To::Bytes(bytes) => wide(bytes.len()),
            To::Zeros(length) | To::Content { length, .. } => *length,
        }
    }

    /// The byte of the image behind it.
    pub fn end(&self) -> u64 {
        self.at.saturating_add(self.length())
    }
}

/// Bytes of a content that are not those of the new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Overlaid {
    /// Byte of the content.
    pub(super) at: u64,
    pub(super) bytes: Vec<u8>,
}

/// The parts, as they come together.
#[derive(Debug)]
pub(super) struct Parts<'s> {
    source: &'s dyn Source,
    parts: Vec<Part>,
}

impl<'s> Parts<'s> {
    /// None yet, of the image on `source`.
    pub(super) fn new(source: &'s dyn Source) -> Self {
        Self { source, parts: Vec::new() }
    }

    /// Has what lies at byte `at` become `bytes`. Several names may lead to the same record, which becomes the same.
    pub(super) fn edit(&mut self, at: u64, bytes: Vec<u8>) {
        self.parts.push(Part { at, to: To::Bytes(bytes) });
    }

    /// Has the content of `target` become `length` bytes of its new file, but for what is `overlaid`, and the rest zeros.
    pub(super) fn content(&mut self, target: &Target, length: u64, overlaid: &[Overlaid]) -> Result<()> {
        if target.is_embedded {
            return Ok(());
        }
        let mut done = 0_u64;
        for range in target.ranges() {
            let room = range.end.saturating_sub(range.start);
            let mut at = range.start;
            let take = room.min(length.saturating_sub(done));
            let end = done.saturating_add(take);
            while done < end {
                let (to, step) = next(target.file, done, end, overlaid);
                self.parts.push(Part { at, to });
                at = at.saturating_add(step);
                done = done.saturating_add(step);
            }
            if at < range.end {
                self.parts.push(Part { at, to: To::Zeros(range.end.saturating_sub(at)) });
            }
        }
        if done < length { Err(unlike()) } else { Ok(()) }
    }

    /// All of them, in order.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] where one overlaps another, or lies behind the end of the image.
    pub(super) fn sorted(mut self) -> Result<Vec<Part>> {
        self.parts.sort_by_key(|part| part.at);
        self.parts.dedup();
        let overlaps = self.parts.windows(2).any(|pair| match pair {
            [one, two] => one.end() > two.at,
            _ => false,
        });
        let size = self.source.size().unwrap_or_default();
        let is_behind = self.parts.last().is_some_and(|last| last.end() > size);
        if overlaps || is_behind { Err(unlike()) } else { Ok(self.parts) }
    }
}

/// What comes at byte `done` of the content, before its byte `end`, and how many bytes of that.
fn next(file: usize, done: u64, end: u64, overlaid: &[Overlaid]) -> (To, u64) {
    let mut stop = end;
    for one in overlaid {
        let over = one.at..one.at.saturating_add(wide(one.bytes.len()));
        if over.contains(&done) {
            let skipped = narrow(done.saturating_sub(over.start));
            let step = over.end.min(end).saturating_sub(done);
            let bytes = one.bytes.iter().skip(skipped).take(narrow(step));
            return (To::Bytes(bytes.copied().collect()), step);
        }
        if over.start > done {
            stop = stop.min(over.start);
        }
    }
    let length = stop.saturating_sub(done);
    (To::Content { file, from: done, length }, length)
}
