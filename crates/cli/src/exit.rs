//! How a run ends.

use isokit_core::Error;
use std::fmt;
use std::process::ExitCode;

/// The exit status of every tool. The worse is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 0: everything that was asked for is done.
    Done,
    /// 1: the run went to its end, but something failed, differs or is missing.
    Incomplete,
    /// 2: the run could not start for wrong usage, an unreadable input, or one that is no image.
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
    /// What went wrong with `input`, whose name is not in it.
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
    /// Ties the error to `input`, as the user named it.
    fn concerning(self, input: impl fmt::Display) -> Result<T, Failure>;
}

impl<T> Concerning<T> for Result<T, Error> {
    fn concerning(self, input: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|error| Failure { input: Some(input.to_string()), error })
    }
}
