//! What became of an input, told.

use crate::request::Request;
use isokit_cli::Report;
use isokit_containers::{Decoded, Format, Trailing};

/// Bytes that came in and went out.
pub(crate) struct Moved {
    pub(crate) from: Format,
    pub(crate) read: u64,
    pub(crate) written: u64,
    pub(crate) known: Decoded,
}

impl Moved {
    pub(crate) fn as_they_are(bytes: u64) -> Self {
        Self { from: Format::Raw, read: bytes, written: bytes, known: Decoded::default() }
    }

    /// Reports what is amiss with `input`, and with `-v` both sizes. `to` is `None` where it was only verified.
    pub(crate) fn tell(&self, request: &Request, input: &str, to: Option<Format>, report: &Report) {
        let Self { from, read, written, known } = self;
        if let Some(at) = known.trailing {
            let done = if request.options.trailing == Trailing::Keep { "kept" } else { "ignored" };
            report.warning(input, format_args!("byte {at:#x}: trailing garbage {done}"));
        }
        match (known.checks.unsupported(), to) {
            (None, _) => {}
            // To verify is all that was asked for.
            (Some(unsupported), None) => report.failure(input, unsupported),
            (Some(unsupported), Some(_)) => report.warning(input, unsupported),
        }
        if request.manner.verbose {
            let from = from.name();
            let done = match to {
                Some(to) => format!("{}, {written} bytes out", to.name()),
                None => format!("raw, {written} bytes; {}", known.checks),
            };
            let read = if to.is_some() { format!("{read} bytes in") } else { format!("{read} bytes") };
            report.note(input, format_args!("{from}, {read}; {done}"));
        }
    }
}
