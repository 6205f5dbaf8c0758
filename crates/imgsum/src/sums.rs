//! Sums of whole operands: files, devices, pipes, or the part of an image that was asked for.

use crate::image;
use crate::json;
use crate::quote::quoted;
use crate::request::{Bytes, Form, Lines, Manner};
use crate::run::Run;
use crate::stream::{self, Sums};
use isokit_cli::input::{Opened, warn_interrupted};
use isokit_cli::output;
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure, Report, Status};
use isokit_core::Error;
use isokit_core::error::reason;
use isokit_core::number::wide;
use isokit_core::ordered::ordered;
use isokit_core::source::Waiting;
use isokit_digests::{Algorithm, line};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;

/// Prints the sums of every operand, in the order given; an operand that fails is reported, and the next one follows.
pub(crate) fn print(
    operands: &[OsString],
    bytes: &Bytes,
    listing: &Lines,
    manner: &Manner,
    report: &Report,
) -> Result<Status, Failure> {
    let algorithms = &listing.algorithms;
    let workers = manner.threads.min(operands.len());
    let threads = manner.threads.div_ceil(workers.max(1));
    let mut output = output::Lines::stdout(report.streams())?;
    let mut fatal = None;
    let run = Run::new(manner, &name(operands), size(operands), report);
    let sum = |operand: &OsString| match bytes {
        Bytes::Part(part) => image::sums(operand, part, algorithms, threads, &run),
        Bytes::All => Ok(of_operand(operand, algorithms, threads, &run)),
    };
    let worker = || |operand| (operand, sum(operand));
    let written = ordered(beside(workers), operands.len(), operands.iter(), worker, |(operand, result)| {
        match result {
            Ok(Ok(sums)) => output.write_all(&lines(listing, operand.as_bytes(), &sums))?,
            // The only input cannot be started on.
            Err(failure) if operands.len() == 1 => fatal = Some(failure),
            Ok(Err(failure)) | Err(failure) => report.failed(&failure),
        }
        Ok(())
    });
    drop(run);
    if let Some(failure) = fatal {
        return Err(failure);
    }
    finish(written.and_then(|()| output.flush()), report)
}

/// Threads to start for work that `threads` can share: one alone would only be waited for.
pub(crate) fn beside(threads: usize) -> usize {
    if threads < 2 { 0 } else { threads }
}

/// For a bar of progress: the operand if there is one only, else how many there are.
fn name(operands: &[OsString]) -> String {
    match operands {
        [one] if one != "-" => one.display().to_string(),
        [_] => "standard input".to_owned(),
        several => format!("{} files", several.len()),
    }
}

/// Bytes in all `operands`, when that is known before they are read.
fn size(operands: &[OsString]) -> Option<u64> {
    operands.iter().try_fold(0_u64, |sum, operand| {
        let about = std::fs::metadata(operand).ok().filter(|about| about.is_file() && operand != "-")?;
        sum.checked_add(about.len())
    })
}

/// The status of a run whose lines were `written` to standard output, or could not be, which is reported.
pub(crate) fn finish(written: io::Result<()>, report: &Report) -> Result<Status, Failure> {
    if let Err(error) = written {
        report.failure("standard output", reason(&error));
    }
    Ok(report.status())
}

pub(crate) fn lines(listing: &Lines, name: &[u8], sums: &Sums) -> Vec<u8> {
    let mut text = Vec::new();
    let algorithms = &listing.algorithms;
    match listing.form {
        Form::Json => json::write(&mut text, name, sums.size, algorithms, &sums.values),
        Form::List(style) => {
            for (algorithm, value) in algorithms.iter().zip(&sums.values) {
                line::write(&mut text, style, *algorithm, name, value);
            }
        }
    }
    text
}

fn of_operand(
    operand: &OsStr,
    algorithms: &[Algorithm],
    threads: usize,
    run: &Run<'_>,
) -> Result<Sums, Failure> {
    let file = open(operand, run.report);
    let sums = file.and_then(|mut file| of_reader(&mut file, algorithms, threads, &run.progress));
    sums.map_err(Error::system).concerning(quoted(operand.as_bytes()))
}

/// Opens `operand`, standard input for `-`, to be read once, front to back.
///
/// # Errors
/// The system's. Of what can be opened, a directory is told only by the first read, as coreutils do.
pub(crate) fn open(operand: &OsStr, report: &Report) -> io::Result<Waiting<File>> {
    let opened = Opened::of_any_kind(operand, report.streams())?;
    if opened.is_regular() {
        let _ = rustix::fs::fadvise(&opened.file, 0, None, rustix::fs::Advice::Sequential);
        warn_interrupted(operand, report);
    }
    Ok(Waiting::new(opened.file))
}

/// The digests of what is left in `reader`.
pub(crate) fn of_reader(
    reader: &mut dyn Read,
    algorithms: &[Algorithm],
    threads: usize,
    progress: &Progress<'_>,
) -> io::Result<Sums> {
    stream::digests(algorithms, threads, |into| {
        let count = read(reader, into)?;
        progress.add(wide(count));
        Ok(count)
    })
}

/// Reads as [`Read::read`], and goes on after a signal.
pub(crate) fn read(reader: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
