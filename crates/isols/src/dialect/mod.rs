//! The languages of other programs: that of isoinfo.

mod isoinfo;

use crate::flags;
use crate::request::Request;
use isokit_cli::{Failure, Report, Status};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What messages call the tool where it was called by the name `called`.
pub(crate) fn name(called: &OsStr) -> &'static str {
    if is_isoinfo(called) { isoinfo::NAME } else { "isols" }
}

fn is_isoinfo(called: &OsStr) -> bool {
    Path::new(called).file_name() == Some(OsStr::new(isoinfo::NAME))
}

/// Reads the arguments, of which the first is the name the tool was called by; or answers them, and returns the status to
/// end with. isoinfo's language is spoken where the tool is called so, and behind `--as isoinfo`.
///
/// # Errors
/// When those of isoinfo cannot be understood.
pub(crate) fn request(arguments: Vec<OsString>, report: &Report) -> Result<Result<Request, Status>, Failure> {
    match arguments.as_slice() {
        [called, words @ ..] if is_isoinfo(called) => isoinfo::request(words, report),
        [_, option, name, words @ ..] if option == "--as" && name == isoinfo::NAME => {
            isoinfo::request(words, report)
        }
        _ => Ok(flags::request(arguments, report)),
    }
}
