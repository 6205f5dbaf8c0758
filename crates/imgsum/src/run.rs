//! What every sum of a run knows of it.

use crate::request::Manner;
use isokit_cli::Report;
use isokit_cli::progress::Progress;

/// Whom a run tells what it meets, and how far it is.
#[derive(Debug)]
pub(crate) struct Run<'r> {
    pub(crate) manner: &'r Manner,
    pub(crate) report: &'r Report,
    pub(crate) progress: Progress<'r>,
}

impl<'r> Run<'r> {
    /// A run over `total` bytes of what has this `name`, or one whose end is not known.
    pub(crate) fn new(manner: &'r Manner, name: &str, total: Option<u64>, report: &'r Report) -> Self {
        Self { manner, report, progress: Progress::new(manner.progress, name, total, report) }
    }
}
