//! The languages in which a [`Request`] can be written on a command line. Each is a folder or file of its own that yields
//! the same plain value; nothing else of the tool knows an option.
//!
//! `own` is isomk's, `mkisofs` that of mkisofs, genisoimage, xorrisofs and xorriso. Which one is spoken is decided here: by the
//! name the tool is called by, which is the first of the arguments, or by `--as NAME` behind it. Each decides what messages call
//! the tool, and has a [`Spelling`](crate::spelling::Spelling) for what they name of the command line.

mod jigdo;
mod mkisofs;
mod own;
mod partition_type;

use crate::request::Request;
use isokit_cli::output::{Data, Output};
use isokit_cli::{Concerning, Failure, Report, Status};
use isokit_core::Error;
use mkisofs::Peer;
use std::ffi::{OsStr, OsString};

pub(crate) use mkisofs::manual;
pub(crate) use own::command;

/// What messages call the tool where it was called by the name `called`.
pub(crate) fn name(called: &OsStr) -> &'static str {
    Peer::called(called).map_or(own::NAME, |(peer, _)| peer.name())
}

/// Reads the arguments, of which the first is the name the tool was called by; or answers them, and returns the status to
/// end with.
///
/// # Errors
/// When they cannot be understood or contradict each other.
pub(crate) fn request(
    mut arguments: Vec<OsString>,
    report: &Report,
) -> Result<Result<Request, Status>, Failure> {
    let is_shown = arguments.get(1).is_some_and(|first| first == "--print-request");
    if is_shown {
        arguments.remove(1);
    }
    let mut request = match spoken(&arguments)? {
        None => own::request(arguments, report),
        Some((peer, words)) if is_shown => mkisofs::request_to_show(peer, words, report),
        Some((peer, words)) => mkisofs::request(peer, words, report),
    }?;
    if let Ok(request) = &mut request {
        request.is_shown |= is_shown;
    }
    Ok(request)
}

/// Prints a request as a command line of isomk's own. What has no option of its own is named, which is a failure: the printed
/// line does not ask for the same.
///
/// # Errors
/// When it cannot be printed.
pub(crate) fn show(request: &Request, report: &Report) -> Result<Status, Failure> {
    request.warnings.iter().for_each(|(option, sentence)| report.warning(option, sentence));
    let (line, lacking) = own::line(request);
    for what in lacking {
        report.failure(what, "no option of isomk's own asks for it");
    }
    let output = Output::open(None, Data::Text, report.streams())?;
    output.write_lines(format!("{line}\n").as_bytes()).concerning(output.name())?;
    output.finish(false)?;
    Ok(report.status())
}

/// Whether a command line of mkisofs and its relatives is understood.
///
/// # Errors
/// [`Error::Usage`] for one that is not.
pub(crate) fn understand(arguments: &[OsString]) -> Result<(), Error> {
    match spoken(arguments)? {
        None => Ok(()),
        Some((peer, words)) => mkisofs::Settings::read(peer, words)?.understood(),
    }
}

/// Whose command line is spoken, if it is not isomk's own, and its words.
///
/// # Errors
/// [`Error::Usage`] for a program that is not known.
fn spoken(arguments: &[OsString]) -> Result<Option<(Peer, Vec<OsString>)>, Error> {
    let (called, words) = arguments
        .split_first()
        .map_or((OsStr::new(""), &[][..]), |(called, words)| (called.as_os_str(), words));
    if let Some((peer, implied)) = Peer::called(called) {
        let words = implied.iter().map(OsString::from).chain(words.iter().cloned()).collect();
        return Ok(Some((peer, words)));
    }
    let (name, words) = match words {
        [option, name, words @ ..] if option == "--as" => (name.as_os_str(), words),
        [option] if option == "--as" => (OsStr::new(""), &[][..]),
        _ => return Ok(None),
    };
    match Peer::ALL.into_iter().find(|peer| name == peer.name()) {
        Some(peer) => Ok(Some((peer, words.to_vec()))),
        None => {
            let name = name.to_string_lossy();
            Err(Error::Usage(format!(
                "--as: \"{}\", expected mkisofs, genisoimage, xorrisofs or xorriso",
                name.escape_debug()
            )))
        }
    }
}
