//! What a file system on an image is to those who look at images, whichever it is.

use crate::error::{Error, Result, Told};
use crate::finding::Finding;
use crate::iso9660;
use crate::source::Source;
use crate::tree::Tree;
use crate::udf;
use std::fmt;

/// A tree that volumes of a file system can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TreeKind {
    /// The tree as users call it: `rr`, `udf`.
    pub word: &'static str,
    /// Whether names are in Unicode by definition. Those of others are bytes, whose character set is not recorded.
    pub is_unicode: bool,
    /// What messages call the records that it is made of: `the primary tree`. Trees of the same records have the same files.
    pub records: &'static str,
}

/// A volume, of which a tree is shown.
pub trait Volume: fmt::Debug + Send + Sync {
    /// The tree that is shown if this volume is.
    fn tree(&self) -> &dyn Tree;

    /// The kind of [`Volume::tree`]: one of [`Volume::trees`].
    fn kind(&self) -> TreeKind;

    /// The trees that can be read, richest first.
    fn trees(&self) -> Vec<TreeKind> {
        vec![self.kind()]
    }

    /// The volume read once more, from `source`, with the tree of this `kind`: where it can have several, and it can be read.
    fn with_tree<'t>(&self, source: &'t dyn Source, kind: TreeKind) -> Option<Box<dyn Volume + 't>> {
        let _ = (source, kind);
        None
    }

    /// What it is read from: errors of this source name sectors of the size that the volume has.
    fn source(&self) -> &dyn Source;

    /// The byte of the source behind all that its descriptors declare; 0 where they declare nothing.
    fn end(&self) -> u64;

    /// The byte behind what belongs to the volume and lies at byte `end` or behind, `end` if that is nothing.
    ///
    /// # Errors
    /// Those of the source.
    fn end_behind(&self, end: u64) -> Result<u64> {
        Ok(end)
    }

    /// Takes the deviations tolerated so far; reading on adds more.
    fn take_findings(&self) -> Vec<Finding>;

    /// Directories of the tree, the root included, as something counts them that is recorded beside it.
    fn directories(&self) -> Option<u32> {
        None
    }

    /// First byte of the source that belongs to its session.
    fn session_start(&self) -> u64 {
        0
    }

    /// Where its last file ends, where that is behind [`Volume::end`], and that it does.
    fn excess(&self) -> Option<(u64, Error)> {
        None
    }

    /// That a source that passes once, read as far as it now is, turns out to hold a newer session.
    fn newer_session(&self) -> Option<Told> {
        None
    }

    /// Reads on to where a newer session may begin, if the source passes once and goes on there.
    fn look_for_newer_session(&self) {}

    /// The volume as one of ISO 9660, for what only that has.
    fn iso9660(&self) -> Option<&iso9660::Image<'_>> {
        None
    }

    /// The volume as one of UDF, for what only that has.
    fn udf(&self) -> Option<&udf::Image<'_>> {
        None
    }
}
