//! The `isols` tool: what is in a disk image.

mod boot;
mod columns;
mod date;
mod drawing;
mod escape;
mod flags;
mod habits;
mod line;
mod lines;
mod listing;
mod mode;
mod output;
mod paint;
mod request;
mod run;
mod sessions;
mod table;
mod truncation;
mod volume;

pub use flags::{Arguments, ImageFlags, Sort};
pub use isokit_cli::when::When;

use crate::run::Run;
use isokit_cli::{Concerning, Failure, Input, Report, Status, Written, parse};
use isokit_core::error::Result;
use isokit_core::finding::Findings;
use isokit_core::partition::window;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

/// Runs the tool.
///
/// # Errors
/// When the image cannot be opened or is none.
pub fn run(mut arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    flags::help_alone(&mut arguments);
    let mut arguments: Arguments = match parse(arguments, habits::HABITS, report) {
        Ok(arguments) => arguments,
        Err(status) => return Ok(status),
    };
    report.set_quiet(arguments.verbosity.quiet);
    let operand = arguments.image.take().unwrap_or_else(|| "-".into());
    Written::new([("", None)])?.refuse(&operand)?;
    let Input { name, source } = Input::open_image(&operand, report)?;
    let findings = Findings::default();
    let ImageFlags { at, part, first_sector, .. } = arguments.read;
    let (source, _) = window(source, at, part, first_sector, &findings).concerning(&name)?;
    let paths = std::mem::take(&mut arguments.paths).into_iter().map(OsString::into_vec).collect::<Vec<_>>();
    let run = Run { arguments: &arguments, source: &*source, input: &name, report, findings };
    run.print(&paths).concerning(&name)
}
