//! How a tool starts and ends.

use crate::report::Report;
use isokit_core::Error;
use std::ffi::OsString;
use std::fmt;
use std::process::ExitCode;

/// The exit status of every tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Everything that was asked for is done.
    Done,
    /// Done, but something failed, differs or is missing.
    Incomplete,
    /// Could not start: usage, an unreadable input, not an image.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Incomplete => 1,
            Status::Failed => 2,
        })
    }
}

/// Why a run ended before it could do what was asked.
#[derive(Debug)]
pub struct Failure {
    /// The input or output concerned, as the user named it, when there is one.
    pub input: Option<String>,
    /// What went wrong with it.
    pub error: Error,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { input: None, error }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.input {
            Some(input) => write!(f, "{input}: {}", self.error),
            None => self.error.fmt(f),
        }
    }
}

/// Gives an error the name of the input or output it concerns.
pub trait Concerning<T> {
    /// The error, said of `input`.
    fn concerning(self, input: impl fmt::Display) -> Result<T, Failure>;
}

impl<T> Concerning<T> for Result<T, Error> {
    fn concerning(self, input: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|error| Failure { input: Some(input.to_string()), error })
    }
}

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
