//! What is stored of files: each content once, whatever leads to it.

use super::{Build, ContentId, last, number};
use crate::error::{Error, Result};
use crate::source::SHARED_BLOCK;
use crate::tree::Coding;

/// A content: how long it is, and what gives it when the image is filled.
#[derive(Debug, Clone)]
pub struct Content<O> {
    /// Bytes, at least 1.
    pub size: u64,
    /// Place on the medium: higher weights come first; equal weights in the order of their first path.
    pub weight: i32,
    /// Blocks of 2048 bytes left empty before it.
    pub gap: u32,
    /// What gives the bytes, to who fills the image.
    pub origin: O,
}

/// What few contents have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Few {
    /// See [`Build::kept`].
    kept: Option<u32>,
    /// See [`Build::coding`].
    coding: Option<(Coding, u64)>,
    /// See [`Build::set_source_offset`].
    source_offset: Option<u64>,
}

/// Contents of up to this many bytes are read and written, not moved by the kernel, and cannot be shared.
const NEVER_SHARED: u64 = 128 << 10;

impl<O> Build<O> {
    /// Adds a content of `size` bytes (at least 1), with weight 0.
    ///
    /// # Errors
    /// [`Error::Usage`] for an empty content; [`Error::TooLarge`] when there are more than an id can number.
    pub fn add_content(&mut self, size: u64, origin: O) -> Result<ContentId> {
        if size == 0 {
            return Err(Error::Usage("an empty file has no content to store".into()));
        }
        let id = ContentId(number(self.contents.len())?);
        self.contents.push(Content { size, weight: 0, gap: 0, origin });
        Ok(id)
    }

    /// The same tree, whose contents come from elsewhere: `origin` is given the size and the origin of each, in the order of
    /// adding, and their ids stay.
    ///
    /// # Errors
    /// Those of `origin`.
    pub fn map_origins<P>(self, mut origin: impl FnMut(u64, O) -> Result<P>) -> Result<Build<P>> {
        let Self { names, files, contents, bytes, rare, lookup, hasher, few } = self;
        let contents = contents.into_iter().map(|Content { size, weight, gap, origin: from }| {
            Ok(Content { size, weight, gap, origin: origin(size, from)? })
        });
        let contents = contents.collect::<Result<_>>()?;
        Ok(Build { names, files, contents, bytes, rare, lookup, hasher, few })
    }

    /// Its size, its place on the medium and what gives it.
    pub fn content(&self, id: ContentId) -> &Content<O> {
        &self.contents[id.index()]
    }

    /// Gives a content a weight: see [`Content::weight`].
    pub fn set_weight(&mut self, content: ContentId, weight: i32) {
        self.contents[content.index()].weight = weight;
    }

    /// Leaves blocks empty before a content: see [`Content::gap`].
    pub fn set_gap(&mut self, content: ContentId, gap: u32) {
        self.contents[content.index()].gap = gap;
    }

    /// Leaves a content at the sector of 2048 bytes at which the medium has it, in an earlier session. ISO 9660 leads there and
    /// does not store it; other formats do not look at this.
    pub fn set_kept(&mut self, content: ContentId, sector: u32) {
        self.few.entry(content).or_default().kept = Some(sector);
    }

    /// The sector at which the medium has a content already.
    pub fn kept(&self, content: ContentId) -> Option<u32> {
        self.few.get(&content)?.kept
    }

    /// Says that a content is encoded, and how many bytes it is for who reads the file. Rock Ridge says so to readers, of zisofs
    /// version 1; in other trees the file is as it is stored.
    pub fn set_coding(&mut self, content: ContentId, coding: Coding, size: u64) {
        self.few.entry(content).or_default().coding = Some((coding, size));
    }

    /// How a content is encoded, and how many bytes it is for who reads the file; `None` for a plain one.
    pub fn coding(&self, content: ContentId) -> Option<(Coding, u64)> {
        self.few.get(&content)?.coding
    }

    /// Says that a content lies at byte `offset` of a file from which it can be shared: if it has more than 128 KiB, it gets a
    /// place that is congruent to that modulo 4096, at the price of 2 KiB of the image at the most. A file system then need not
    /// copy its blocks, and one that cannot share them copies pages as a whole.
    pub fn set_source_offset(&mut self, content: ContentId, offset: u64) {
        if self.content(content).size > NEVER_SHARED {
            self.few.entry(content).or_default().source_offset = Some(offset);
        }
    }

    /// Blocks of `block` bytes that are left empty before a content, where the next free one is number `next`.
    pub(crate) fn blocks_before(&self, content: ContentId, next: u64, block: u64) -> u64 {
        let gap = u64::from(self.content(content).gap).saturating_mul(2048 / block);
        let Some(offset) = self.few.get(&content).and_then(|few| few.source_offset) else { return gap };
        let per_shared = SHARED_BLOCK / block;
        let wanted = (offset / block) % per_shared;
        let found = next.saturating_add(gap) % per_shared;
        gap.saturating_add((wanted + per_shared - found) % per_shared)
    }

    /// All contents, in the order of adding.
    pub fn contents(&self) -> impl ExactSizeIterator<Item = ContentId> + use<O> {
        (0..last(self.contents.len())).map(ContentId)
    }
}
