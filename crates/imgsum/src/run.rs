//! What every sum of a run knows of it.

use isokit_cli::Report;
use isokit_cli::progress::Progress;

/// Whom a run tells what it meets, and how far it is.
#[derive(Debug)]
pub(crate) struct Run<'r> {
    pub(crate) report: &'r Report,
    pub(crate) progress: Progress<'r>,
}
