//! One run of the tool: from the command line to the exit status.

use crate::check::check;
use crate::convert;
use crate::flags;
use crate::request::Task;
use isokit_cli::{Failure, Report, Status};
use std::ffi::OsString;

/// Runs the tool on the streams of `report`; what else it has is said of [`isokit_cli::Streams`].
///
/// # Errors
/// What ends the run before it begins: usage, an input that cannot be opened, an output that cannot be made.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    let request = match flags::request(arguments, report)? {
        Ok(request) => request,
        Err(status) => return Ok(status),
    };
    report.set_quiet(request.manner.quiet);
    match &request.task {
        Task::Convert(conversion) => convert::run(&request, conversion, report)?,
        Task::Check(inputs) => match inputs.as_slice() {
            [input] => check(&request, input, report)?,
            inputs => {
                for input in inputs {
                    if let Err(failure) = check(&request, input, report) {
                        report.failed(&failure);
                    }
                }
            }
        },
    }
    Ok(report.status())
}
