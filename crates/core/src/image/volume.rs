//! What a file system on an image is to those who look at images, whichever it is. Another one is added by implementing
//! [`Volume`] here, and by being opened in [`Image::open`](super::Image::open).

use super::TreeKind;
use crate::error::Error;
use crate::finding::Finding;
use crate::iso9660;
use crate::iso9660::layout::SECTOR;
use crate::source::Source;
use crate::tree::Tree;
use crate::udf;
use std::fmt;

/// A volume, of which a tree is shown.
pub trait Volume: fmt::Debug + Send + Sync {
    /// Its tree.
    fn tree(&self) -> &dyn Tree;

    /// Which one that is; [`TreeKind::word`] is what users call it.
    fn kind(&self) -> TreeKind;

    /// What it is read from: errors of this source name sectors of the size that the volume has.
    fn source(&self) -> &dyn Source;

    /// The byte of the source behind all that its descriptors declare; 0 where they declare nothing.
    fn end(&self) -> u64;

    /// Takes the deviations tolerated so far; reading on adds more.
    fn take_findings(&self) -> Vec<Finding>;

    /// First byte of the source that belongs to its session.
    fn session_start(&self) -> u64 {
        0
    }

    /// Where its last file ends, where that is behind [`Volume::end`], and that it does.
    fn excess(&self) -> Option<(u64, Error)> {
        None
    }

    /// That a source that passes once, read as far as it now is, turns out to hold a newer session.
    fn newer_session(&self) -> Option<Error> {
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

impl Volume for iso9660::Image<'_> {
    fn tree(&self) -> &dyn Tree {
        self.tree()
    }

    fn kind(&self) -> TreeKind {
        TreeKind::Iso9660(self.tree().kind())
    }

    fn source(&self) -> &dyn Source {
        self.source()
    }

    fn end(&self) -> u64 {
        self.end()
    }

    fn take_findings(&self) -> Vec<Finding> {
        self.take_findings()
    }

    fn session_start(&self) -> u64 {
        self.session_start().saturating_mul(SECTOR)
    }

    fn excess(&self) -> Option<(u64, Error)> {
        self.excess()
    }

    fn newer_session(&self) -> Option<Error> {
        self.newer_session()
    }

    fn look_for_newer_session(&self) {
        self.cross_gap();
    }

    fn iso9660(&self) -> Option<&iso9660::Image<'_>> {
        Some(self)
    }
}

/// UDF keeps its own account of sessions, and what it records lies in its partitions.
impl Volume for udf::Image<'_> {
    fn tree(&self) -> &dyn Tree {
        self.tree()
    }

    fn kind(&self) -> TreeKind {
        TreeKind::Udf
    }

    fn source(&self) -> &dyn Source {
        self.source()
    }

    fn end(&self) -> u64 {
        self.end()
    }

    fn take_findings(&self) -> Vec<Finding> {
        self.take_findings()
    }

    fn session_start(&self) -> u64 {
        self.recognition().start.saturating_mul(SECTOR)
    }

    fn udf(&self) -> Option<&udf::Image<'_>> {
        Some(self)
    }
}
