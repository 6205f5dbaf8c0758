//! Standard input copied to standard output, and its sums to a file.

use crate::request::{Lines, Manner};
use crate::stream;
use crate::sums::lines;
use isokit_cli::input::Opened;
use isokit_cli::output::Data;
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure, Output, Report, Status};
use isokit_core::Error;
use isokit_core::number::wide;
use isokit_core::sink::Sink;
use isokit_core::source::Waiting;
use rustix::io::Errno;
use rustix::pipe::SpliceFlags;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Copies standard input to standard output, then writes the lines for it to `file`.
pub(crate) fn standard_input(
    file: &Path,
    listing: &Lines,
    manner: &Manner,
    report: &Report,
) -> Result<Status, Failure> {
    let sums = Output::open(Some(file), Data::Text, report.streams())?;
    let output = Output::open(None, Data::Binary(""), report.streams())?;
    let input = Opened::of_any_kind(OsStr::new("-"), report.streams());
    let Opened { file: input, name, .. } =
        input.map_err(|error| Error::io("open", error)).concerning("standard input")?;
    let progress = Progress::new(manner.progress, &name, None, report);
    let (from, to) = (Waiting::new(&input), output.file());
    let mut copy = Copy { input: &input, from, output: to, sink: Sink::new(to), in_kernel: true, ahead: 0 };
    let result = stream::digests(&listing.algorithms, manner.threads, |into| {
        let count = copy.next(into)?;
        progress.add(wide(count));
        Ok(count)
    });
    drop(progress);
    match result {
        Ok(of_input) => {
            output.finish(false)?;
            let text = lines(listing, b"-", &of_input);
            let written = sums.file().write_all(&text);
            written.map_err(|error| Error::io("write", error)).concerning(file.display())?;
            sums.finish(false)?;
        }
        Err((name, error)) => report.failure(name, error),
    }
    Ok(report.status())
}

/// Bytes on their way from `input` to `output`.
struct Copy<'a> {
    input: &'a File,
    from: Waiting<&'a File>,
    output: &'a File,
    sink: Sink<'a>,
    /// Both are pipes, so the kernel duplicates what passes without copying it.
    in_kernel: bool,
    /// Bytes already in `output` and still to be read from `input`.
    ahead: usize,
}

impl Copy<'_> {
    /// Passes some bytes on and fills `into` with them; 0 at the end of the input. The error comes with what it
    /// concerns.
    fn next(&mut self, into: &mut [u8]) -> Result<usize, (&'static str, Error)> {
        let of_input = |error: io::Error| ("standard input", Error::io("read", error));
        let of_output = |error: io::Error| ("standard output", Error::io("write", error));
        if self.in_kernel && self.ahead == 0 {
            match self.duplicate(into.len()) {
                Ok(0) => return Ok(0),
                Ok(length) => self.ahead = length,
                // No pipes, or one that does not block: both are waited for on the way through the program.
                Err(Errno::INVAL | Errno::AGAIN) => self.in_kernel = false,
                Err(error) => return Err(of_output(error.into())),
            }
        }
        let most = if self.in_kernel { self.ahead.min(into.len()) } else { into.len() };
        let Some(into) = into.get_mut(..most) else { return Ok(0) };
        let read = retry(|| self.from.read(into)).map_err(of_input)?;
        if self.in_kernel {
            self.ahead = self.ahead.saturating_sub(read);
        } else {
            let bytes = into.get(..read).unwrap_or_default();
            self.sink.write_all(bytes).and_then(|()| self.sink.flush()).map_err(of_output)?;
        }
        Ok(read)
    }

    fn duplicate(&self, length: usize) -> rustix::io::Result<usize> {
        loop {
            match rustix::pipe::tee(self.input, self.output, length, SpliceFlags::empty()) {
                Err(Errno::INTR) => {}
                result => return result,
            }
        }
    }
}

fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
