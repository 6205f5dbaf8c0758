//! The `imgsum` tool: digests of images and of the files in them, and checks of lists of digests.

mod check;
mod files;
mod flags;
mod habits;
mod image;
mod json;
mod ordered;
mod quote;
mod run;
mod stream;
mod sums;
mod tee;

use clap::CommandFactory;
use flags::Flags;
use isokit_cli::{Failure, Report, Status, Written};
use std::ffi::{OsStr, OsString};

/// Runs the tool.
///
/// # Errors
/// When nothing could be summed or checked at all.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    let flags = match isokit_cli::parse::<Flags>(arguments, habits::HABITS, report) {
        Ok(flags) => flags,
        Err(status) => return Ok(status),
    };
    if let Some(sentence) = flags.contradiction() {
        report.remark(sentence);
        return Ok(Status::Incomplete);
    }
    report.set_quiet(flags.check.quiet && !flags.check.check);
    let written = apart(&flags)?;
    if flags.check.check {
        check::lists(&flags, &written, report)
    } else if let Some(file) = &flags.tee {
        tee::standard_input(&flags, file, report)
    } else if flags.what.files {
        files::print(&flags, report)
    } else {
        sums::print(&flags, report)
    }
}

/// What the run writes. Refuses to write over an operand.
fn apart(flags: &Flags) -> Result<Written, Failure> {
    let tee = flags.tee.as_deref().map(|file| ("--tee", Some(file)));
    let written = Written::new([("", None)].into_iter().chain(tee))?;
    match flags.images.as_slice() {
        [] => written.refuse(OsStr::new("-"))?,
        images => images.iter().try_for_each(|image| written.refuse(image))?,
    }
    Ok(written)
}

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    Flags::command()
}
