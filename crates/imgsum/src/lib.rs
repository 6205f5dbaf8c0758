//! The `imgsum` tool: digests of images and of the files in them, and checks of lists of digests.

mod check;
mod files;
mod flags;
mod habits;
mod image;
mod json;
mod quote;
mod request;
mod run;
mod stream;
mod sums;
mod tee;

pub use flags::command;

use isokit_cli::{Failure, Report, Status, Streams, Written};
use request::{Request, Task};
use std::ffi::OsString;

/// Runs the tool on the streams of `report`; what else it has is said of [`isokit_cli::Streams`].
///
/// # Errors
/// When nothing could be summed or checked at all.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    let Request { task, manner } = match flags::request(arguments, report)? {
        Ok(request) => request,
        Err(status) => return Ok(status),
    };
    report.set_quiet(manner.quiet);
    let written = apart(&task, report.streams())?;
    match &task {
        Task::Sums { operands, bytes, lines } => sums::print(operands, bytes, lines, &manner, report),
        Task::Files { of, in_disc_order, lines } => files::print(of, *in_disc_order, lines, &manner, report),
        Task::Tee { sums, lines } => tee::standard_input(sums, lines, &manner, report),
        Task::Check(check) => check::lists(check, &manner, &written, report),
    }
}

/// What the run writes. Refuses to write over an operand.
fn apart(task: &Task, streams: &Streams) -> Result<Written, Failure> {
    let tee = match task {
        Task::Tee { sums, .. } => Some(((), flags::spelled::TEE, Some(sums.as_path()))),
        _ => None,
    };
    let written = Written::new([((), "", None)].into_iter().chain(tee), streams)?;
    task.operands().try_for_each(|operand| written.refuse(operand))?;
    Ok(written)
}
