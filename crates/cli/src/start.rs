//! How a tool starts.

use crate::exit::{Failure, Status};
use crate::report::Report;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs a tool on the process's arguments; its `main` is nothing else.
///
/// An error that reaches this function ended the run before it could do what was asked: status 2.
pub fn main<F>(tool: &'static str, run: F) -> ExitCode
where
    F: FnOnce(Vec<OsString>, &Report) -> Result<Status, Failure>,
{
    die_by_broken_pipe();
    let report = Report::stderr(tool).called_with(std::env::args_os().skip(1));
    let status = match run(std::env::args_os().collect(), &report) {
        Ok(status) => status.max(report.status()),
        Err(failure) => {
            report.fatal(&failure);
            Status::Failed
        }
    };
    status.into()
}

/// Rust ignores SIGPIPE; a filter must die by it, silently, as any C filter does.
#[expect(unsafe_code, reason = "rustix has no call that sets a signal disposition")]
fn die_by_broken_pipe() {
    // SAFETY: SIG_DFL installs no handler of ours, and this runs before any thread is started.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}
