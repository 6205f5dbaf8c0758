//! Testing an input.

use crate::flags::spelled;
use crate::input::{Begun, Known};
use crate::moved::Moved;
use crate::request::Request;
use isokit_cli::input::warn_interrupted;
use isokit_cli::{Concerning, Failure, Report};
use isokit_containers::{Counted, Discard, Format, decode};
use isokit_core::Error;
use std::ffi::OsStr;

/// Reads all of `operand` as a container, so that every checksum in it is compared; nothing is written.
pub(crate) fn check(request: &Request, operand: &OsStr, report: &Report) -> Result<(), Failure> {
    let source = Begun::new(operand, request.from, report.streams())?;
    warn_interrupted(operand, report);
    if source.from == Format::Raw {
        let Known { broken, unconverted } = source.known().concerning(source.name())?;
        let what = if source.prefix.is_empty() { "an empty file".into() } else { "raw data".into() };
        let known = || format!("{}: nothing to verify", unconverted.unwrap_or(what));
        return Err(Error::foreign(broken.unwrap_or_else(known), None)).concerning(source.name());
    }
    let shown = source.shown(request.manner.progress, report);
    let mut input = source.input();
    let mut nothing = Discard;
    let mut counted = Counted::new(&mut nothing);
    let settled = source.settled(&mut input);
    let decoded =
        settled.and_then(|from| Ok((from, decode(from, &mut input, &request.options, &mut counted)?)));
    let (read, written) = (input.offset(), counted.bytes());
    drop(input);
    drop(shown);
    match decoded {
        Ok((from, known)) => {
            Moved { from, read, written, known }.tell(request, source.name(), None, report);
        }
        Err(fault) => report.failure(source.name(), spelled::told(&fault)),
    }
    Ok(())
}
