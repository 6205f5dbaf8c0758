//! Sums of whole operands: files, devices, pipes, or the part of an image that was asked for.

use crate::flags::Flags;
use crate::image;
use crate::ordered::ordered;
use crate::quote::quoted;
use crate::stream;
use isokit_cli::input::stdin;
use isokit_cli::{Concerning, Failure, Report, Status};
use isokit_core::Error;
use isokit_core::digest::{Algorithm, DigestValue, line};
use isokit_core::error::reason;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;

/// Prints the sums of every operand, in the order they were given.
pub(crate) fn print(flags: &Flags, report: &Report) -> Result<Status, Failure> {
    let standard_input = [OsString::from("-")];
    let operands = if flags.images.is_empty() { &standard_input } else { flags.images.as_slice() };
    let algorithms = flags.algorithms();
    let workers = flags.threads().min(operands.len());
    let threads = flags.threads().div_ceil(workers.max(1));
    let mut output = isokit_cli::output::stdout()?;
    let (mut written, mut fatal) = (Ok(()), None);
    let sum = |index: usize| match operands.get(index) {
        Some(operand) if flags.what.is_part() => image::sums(operand, flags, &algorithms, threads, report),
        Some(operand) => of_operand(operand, &algorithms, threads),
        None => Ok(Vec::new()),
    };
    ordered(operands.len(), workers, sum, |index, result| {
        let Some(operand) = operands.get(index) else { return false };
        match result {
            Ok(values) => {
                let text = lines(flags, &algorithms, operand.as_bytes(), &values);
                written = output.write_all(&text);
            }
            // The only input cannot be started on.
            Err(failure) if flags.what.is_part() && operands.len() == 1 => fatal = Some(failure),
            Err(failure) => report.failed(&failure),
        }
        written.is_ok()
    });
    if let Some(failure) = fatal {
        return Err(failure);
    }
    finish(written.and_then(|()| output.flush()), report)
}

/// The status after everything was written to standard output, or could not be.
pub(crate) fn finish(written: io::Result<()>, report: &Report) -> Result<Status, Failure> {
    if let Err(error) = written {
        report.failure("standard output", reason(&error));
    }
    Ok(report.status())
}

/// The lines for one file, in the style that `flags` ask for.
pub(crate) fn lines(flags: &Flags, algorithms: &[Algorithm], name: &[u8], values: &[DigestValue]) -> Vec<u8> {
    let mut text = Vec::new();
    let style = flags.style();
    for (algorithm, value) in algorithms.iter().zip(values) {
        line::write(&mut text, style, *algorithm, name, value);
    }
    text
}

/// The digests of all that `operand` gives.
fn of_operand(
    operand: &OsStr,
    algorithms: &[Algorithm],
    threads: usize,
) -> Result<Vec<DigestValue>, Failure> {
    let sums = if operand == "-" {
        stdin().and_then(|mut file| of_reader(&mut file, algorithms, threads))
    } else {
        open(operand).and_then(|mut file| of_reader(&mut file, algorithms, threads))
    };
    sums.map_err(|error| Error::Usage(reason(&error))).concerning(quoted(operand.as_bytes()))
}

/// Opens a file that is to be read once, front to back.
pub(crate) fn open(path: &OsStr) -> io::Result<File> {
    let file = File::open(path)?;
    let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::Sequential);
    Ok(file)
}

/// The digests of what is left in `reader`.
pub(crate) fn of_reader(
    reader: &mut dyn Read,
    algorithms: &[Algorithm],
    threads: usize,
) -> io::Result<Vec<DigestValue>> {
    stream::digests(algorithms, threads, |into| read(reader, into))
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
