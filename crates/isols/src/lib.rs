//! The `isols` tool: what is in a disk image.

mod boot;
mod check;
mod columns;
mod dialect;
mod drawing;
mod escape;
mod flags;
mod habits;
mod isoinfo;
mod line;
mod lines;
mod listing;
mod output;
mod paint;
mod request;
mod run;
mod sessions;
mod table;
mod truncation;
mod volume;

pub use flags::command;

use crate::request::Request;
use crate::run::Run;
use isokit_cli::{Concerning, Failure, Input, Report, Status, Written};
use isokit_core::finding::Findings;
use std::ffi::{OsStr, OsString};

/// What messages call the tool where it was called by the name `called`.
pub fn name(called: &OsStr) -> &'static str {
    dialect::name(called)
}

/// Runs the tool on the streams of `report`; what else it has is said of [`isokit_cli::Streams`].
///
/// # Errors
/// When the image cannot be opened or is none.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    let Request { image, reading, what, verbose, quiet } = match dialect::request(arguments, report)? {
        Ok(request) => request,
        Err(status) => return Ok(status),
    };
    report.set_quiet(quiet);
    Written::new([((), "", None)], report.streams())?.refuse(&image)?;
    let Input { name, source } = Input::open_image(&image, report)?;
    let findings = Findings::default();
    let (source, _) = reading.window(source, &findings).concerning(&name)?;
    let run = Run { reading, verbose, source: &*source, input: &name, report, findings };
    run.print(what).concerning(&name)
}
