//! The languages in which a [`Request`] can be written on a command line. Each is a folder or file of its own that yields
//! the same plain value; nothing else of the tool knows an option.
//!
//! `own` is isomk's. A dialect of another tool stands beside it and is chosen here, by the name the tool is called by,
//! which is the first of the arguments. Each decides what messages call the tool, and has a
//! [`Spelling`](crate::spelling::Spelling) for what they name of the command line.

mod own;

use crate::request::Request;
use isokit_cli::{Failure, Report, Status};
use std::ffi::{OsStr, OsString};

pub(crate) use own::command;

/// What messages call the tool where it was called by the name `called`.
pub(crate) fn name(_called: &OsStr) -> &'static str {
    own::NAME
}

/// Reads the arguments, of which the first is the name the tool was called by; or answers them, and returns the status to
/// end with.
///
/// # Errors
/// When they cannot be understood or contradict each other.
pub(crate) fn request(arguments: Vec<OsString>, report: &Report) -> Result<Result<Request, Status>, Failure> {
    own::request(arguments, report)
}
