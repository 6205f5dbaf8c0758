//! The `isomk` tool.

mod archive;
mod collect;
mod globs;
mod operand;
mod sources;

use isokit_cli::{Failure, Report, Status};
use isokit_core::Error;
use std::ffi::OsString;

/// Runs the tool.
pub fn run(_arguments: Vec<OsString>, _report: &Report) -> Result<Status, Failure> {
    Err(Error::Usage("not built yet".into()).into())
}
