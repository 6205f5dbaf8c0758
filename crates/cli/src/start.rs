//! How a tool starts.

use crate::closed::was_closed;
use crate::exit::{Failure, Status};
use crate::report::Report;
use crate::streams::Streams;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::process::ExitCode;

/// Runs a tool on the process's arguments and streams; its `main` is nothing else. Messages call it as `name` says of the
/// name that it was called by.
///
/// An error that reaches this function ended the run before it could do what was asked: status 2.
pub fn main<N, F>(name: N, run: F) -> ExitCode
where
    N: FnOnce(&OsStr) -> &'static str,
    F: FnOnce(Vec<OsString>, &Report) -> Result<Status, Failure>,
{
    die_by_broken_pipe();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let called = arguments.first().map(OsString::as_os_str).unwrap_or_default();
    let report = Report::new(name(called), streams()).called_with(arguments.iter().skip(1).cloned());
    let report = ManuallyDrop::new(report);
    let status = match run(arguments, &report) {
        Ok(status) => status.max(report.status()),
        Err(failure) => {
            report.fatal(&failure);
            Status::Failed
        }
    };
    status.into()
}

/// The process's own streams.
#[expect(unsafe_code, reason = "the standard library lends its descriptors and gives none away")]
fn streams() -> Streams {
    // SAFETY: whoever has 0 to 2 has them for ever: `main` never drops what it makes of this, so nothing closes them.
    let open = |number| (!was_closed(number)).then(|| unsafe { File::from_raw_fd(number) });
    Streams { input: open(0), output: open(1), error: open(2) }
}

/// Rust ignores SIGPIPE; a filter must die by it, silently, as any C filter does.
#[expect(unsafe_code, reason = "rustix has no call that sets a signal disposition")]
fn die_by_broken_pipe() {
    // SAFETY: SIG_DFL installs no handler of ours, and this runs before any thread is started.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}
