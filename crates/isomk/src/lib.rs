//! The `isomk` tool: inputs are collected into a tree, the tree is planned, the plan is filled.

mod age;
mod archive;
mod base;
mod catalog;
mod checksums;
mod collect;
mod container;
mod contents;
mod dates;
mod dedup;
mod depfile;
mod dialect;
mod disk;
mod dvd;
mod existing;
mod globs;
mod hidden;
mod image;
mod inplace;
mod jigdo;
mod loaders;
mod log;
mod mode;
mod notes;
mod on_disk;
mod operand;
mod overrides;
mod passed;
mod passing;
mod pattern;
mod piece;
mod planning;
mod reading;
mod removal;
mod request;
mod run;
mod sources;
mod spelling;
mod stores;
mod sums;
mod tables;
mod write;

use isokit_cli::{Failure, Report, Status};
use isokit_core::Error;
use isokit_core::source::Source;
use std::ffi::{OsStr, OsString};

/// What messages call the tool where it was called by the name `called`.
pub fn name(called: &OsStr) -> &'static str {
    dialect::name(called)
}

/// Runs the tool on the streams of `report`; what else it has is said of [`isokit_cli::Streams`].
///
/// # Errors
/// When no image could be made.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    match dialect::request(arguments, report)? {
        Ok(request) if request.is_shown => dialect::show(&request, report),
        Ok(request) if request.outputs.in_place.is_some() => inplace::change(&request, report),
        Ok(request) => run::make(request, report),
        Err(status) => Ok(status),
    }
}

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    dialect::command()
}

/// The options of mkisofs, genisoimage and xorrisofs, and what becomes of each, as sections of a manual page.
pub fn options_of_mkisofs() -> String {
    dialect::manual()
}

/// Whether the command line of mkisofs, genisoimage or xorrisofs is understood; it begins with the name of the program. No file
/// is looked at.
///
/// # Errors
/// [`Error::Usage`] for what is no option of it, or cannot be honoured.
pub fn understand(arguments: &[OsString]) -> Result<(), Error> {
    dialect::understand(arguments)
}

/// Whether `source` is what `isomk` leaves beside an image of a change in place that was interrupted, but for its checksum.
pub fn is_journal(source: &dyn Source) -> bool {
    inplace::is_journal(source)
}
