//! The input, recognised by its beginning.

use crate::promise::{broken, of_name, promised_otherwise, unconverted};
use isokit_cli::input::{IMAGE, Opened};
use isokit_cli::progress::Shown;
use isokit_cli::when::When;
use isokit_cli::{Concerning, Failure, Report, Streams};
use isokit_containers::{Error as Fault, Format, Input, Pace, Result, Sink};
use isokit_core::Error;
use isokit_core::number::wide;
use isokit_core::sink;
use isokit_core::source::Waiting;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Bytes of the beginning that are looked at: what is known by its beginning is known by this much.
const BEGINNING: u64 = 4096;

/// What a warning can say of data that no format was recognised in.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Set where the name promises a format that the data does not have.
    pub broken: Option<String>,
    /// Set where it is a format that is known and not converted.
    pub unconverted: Option<String>,
}

/// An input whose first [`BEGINNING`] bytes were read to recognise it.
pub(crate) struct Begun {
    operand: OsString,
    pub(crate) opened: Opened,
    pub(crate) prefix: Vec<u8>,
    /// As the user says, else what it begins like.
    pub(crate) from: Format,
    /// The user said what it is read as.
    is_given: bool,
    /// From where it stood when it was opened; `None` of what has no end that is known.
    size: Option<u64>,
    pub(crate) pace: Arc<Pace>,
}

impl Begun {
    pub(crate) fn new(operand: &OsStr, from: Option<Format>, streams: &Streams) -> Result<Self, Failure> {
        let opened = Opened::new(operand, IMAGE, streams)?;
        let size = opened.left();
        let mut prefix = Vec::new();
        let read = Waiting::new(&opened.file).take(BEGINNING).read_to_end(&mut prefix);
        read.map_err(|error| Error::io("read", error)).concerning(&opened.name)?;
        let pace = Arc::new(Pace::default());
        let is_given = from.is_some();
        let from = from.unwrap_or_else(|| Format::of_content(&prefix));
        Ok(Self { operand: operand.to_owned(), opened, prefix, from, is_given, size, pace })
    }

    pub(crate) fn path(&self) -> &Path {
        Path::new(&self.operand)
    }

    /// What is known of it if it is read as raw data without being asked for: what is said of it where its name promises
    /// something else, and what it is where that is not converted.
    pub(crate) fn known(&self) -> Result<Known, Error> {
        if self.is_given || self.from != Format::Raw {
            return Ok(Known::default());
        }
        let unconverted = unconverted(&self.prefix)?;
        let packed = of_name(self.path()).ok().filter(|format| *format != Format::Raw).map(Format::name);
        let promised = match packed {
            None if unconverted.is_none() => promised_otherwise(self.path()),
            packed => packed,
        };
        Ok(Known { broken: promised.map(|promised| broken(&self.prefix, promised)), unconverted })
    }

    /// What `input`, which is all of it, is read as: that is known behind frames which may be of two formats.
    pub(crate) fn settled(&self, input: &mut Input<'_>) -> Result<Format> {
        if self.is_given {
            return Ok(self.from);
        }
        self.from.settled(input, of_name(self.path()).unwrap_or(Format::Raw))
    }

    pub(crate) fn name(&self) -> &str {
        &self.opened.name
    }

    pub(crate) fn input(&self) -> Input<'_> {
        Input::new(self.prefix.as_slice().chain(Waiting::new(&self.opened.file))).paced(&self.pace)
    }

    /// Puts what was read of it already into `sink`.
    pub(crate) fn begin(&self, sink: &mut dyn Sink) -> Result<(), Fault> {
        self.pace.read(wide(self.prefix.len()));
        sink.put(&self.prefix)
    }

    /// Moves what is left of it as it is; how many bytes it has.
    pub(crate) fn flow(&self, to: &File) -> Result<u64, Fault> {
        let moved =
            sink::flow(&self.opened.file, to, &|bytes| self.pace.read(bytes)).map_err(Fault::Output)?;
        let bytes = wide(self.prefix.len()).saturating_add(moved.bytes);
        match moved.stopped {
            None => Ok(bytes),
            Some(Error::Io(error)) => Err(Fault::Input { at: bytes, source: error.source }),
            Some(error) => Err(Fault::Codec(error.to_string())),
        }
    }

    /// Begins a bar of progress, which counts bytes of the input until the result is dropped.
    pub(crate) fn shown<'r>(&self, when: When, report: &'r Report) -> Shown<'r> {
        let (pace, ends) = (Arc::clone(&self.pace), self.size.is_some());
        // Where nobody knows how much is to come, what has come is to be seen, even while a block is not full.
        let done = move || if ends { pace.done() } else { pace.taken_in() };
        Shown::new(when, self.name(), self.size, report, done)
    }
}
