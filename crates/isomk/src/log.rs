//! The file that gets the messages. Unlike other outputs it is there at once, because it is for runs that fail as well; so it
//! must not be what the run is about to read.

use crate::collect::Follow;
use crate::operand::{Input, Operand};
use crate::request::Request;
use crate::spelling::{Advice, Asked};
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure, Report, Written};
use isokit_core::Error;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Has messages written to the file that is asked for from now on, if there is one.
///
/// # Errors
/// When it cannot be written, and [`Error::Usage`] for an input.
pub(crate) fn open(request: &Request, written: &Written<Asked>, report: &Report) -> Result<(), Failure> {
    let Some(path) = &request.outputs.log else { return Ok(()) };
    for operand in &request.inputs.operands {
        if let Input::Path(path) | Input::Container(path) = &operand.input {
            written.refuse(path.as_os_str())?;
        }
    }
    let name = || shown(path.as_os_str().as_bytes());
    let follows = request.inputs.follow == Follow::All;
    if (follows || request.inputs.operands.iter().any(|operand| is_below(operand, path))) && !is_log(path) {
        let (option, advice) =
            (request.spelling.option(Asked::Log), request.spelling.advice(Advice::LeaveOut));
        let sentence = format!("would be overwritten by {option} {}{advice}", name());
        return Err(Error::Usage(sentence)).concerning(name());
    }
    let file = File::create(path).map_err(|error| Error::io("create", error)).concerning(name())?;
    report.write_to(file);
    Ok(())
}

/// Whether `path` is in the directory that is an operand, or in one below.
fn is_below(operand: &Operand, path: &Path) -> bool {
    let (Input::Path(folder) | Input::Container(folder)) = &operand.input else { return false };
    folder.canonicalize().is_ok_and(|folder| path.canonicalize().is_ok_and(|path| path.starts_with(folder)))
}

/// Whether nothing is lost if the file is written: messages of an earlier run, or nothing.
fn is_log(path: &Path) -> bool {
    let mut start = Vec::new();
    match File::open(path).map(|file| (file.metadata().is_ok_and(|about| about.is_file()), file)) {
        Ok((true, file)) => {
            let read = file.take(LONGEST).read_to_end(&mut start).is_ok();
            read && (start.is_empty() || NAMES.iter().any(|name| start.starts_with(name)))
        }
        Ok((false, _)) | Err(_) => true,
    }
}

/// What a message begins with: the name by which the tool was called.
const NAMES: [&[u8]; 5] = [b"isomk: ", b"mkisofs: ", b"genisoimage: ", b"xorrisofs: ", b"xorriso: "];

/// Bytes that tell.
const LONGEST: u64 = 16;
