//! The `isomk` tool: inputs are collected into a tree, the tree is planned, the plan is filled.

mod adjust;
mod age;
pub mod archive;
mod collect;
mod contents;
mod dates;
mod dedup;
mod depfile;
mod dvd;
mod flags;
mod globs;
mod habits;
mod image;
mod kept;
mod make;
mod mode;
mod notes;
mod operand;
mod passed;
mod request;
mod sources;
mod sums;
mod write;

use flags::Flags;
use isokit_cli::{Failure, Report, Status};
use std::ffi::OsString;

/// Runs the tool.
///
/// # Errors
/// When no image could be made.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    match isokit_cli::parse::<Flags>(arguments, habits::HABITS, report) {
        Ok(flags) => make::image(&flags, report),
        Err(status) => Ok(status),
    }
}

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    <Flags as clap::CommandFactory>::command()
}
