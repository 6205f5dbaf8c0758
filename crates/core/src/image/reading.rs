//! Which image of an input is read, and how.

use super::Options;
use crate::error::Result;
use crate::finding::Findings;
use crate::partition::{Choice, Partition, window};
use crate::source::Source;
use crate::tree::charset::Charset;

/// Which image of an input is read, and how: what every reader of images is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// The byte of the input at which it begins, or the disk that it is on.
    pub at: Option<u64>,
    /// The partition it is in; `None`: none was asked for.
    pub part: Option<Choice>,
    /// The sector of the disc, of 2048 bytes, at which the input begins.
    pub first_sector: Option<u32>,
    /// Which of its trees and sessions is shown.
    pub options: Options,
    /// The character set of names, where the image records none.
    pub charset: Option<Charset>,
}

impl Reading {
    /// The part of `source` that is asked for, and what the partition table says of it.
    ///
    /// # Errors
    /// As [`window`].
    pub fn window(
        &self,
        source: Box<dyn Source>,
        findings: &Findings,
    ) -> Result<(Box<dyn Source>, Option<Partition>)> {
        window(source, self.at, self.part, self.first_sector, findings)
    }
}
