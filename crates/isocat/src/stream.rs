//! The output, front to back, which remembers whether it was itself that failed.

use isokit_core::error::{Error, Result};
use isokit_core::sink::Sink;
use isokit_core::source::Source;
use isokit_core::tree::Extent;
use std::fs::File;
use std::io::{self, IsTerminal, Write};

/// An output that is only appended to.
#[derive(Debug)]
pub(crate) struct Stream<'o> {
    sink: Sink<'o>,
    terminal: bool,
    broken: bool,
}

impl<'o> Stream<'o> {
    /// Writes to `output` from where it stands; `hear` is told how many bytes have left.
    pub(crate) fn new(output: &'o File, hear: &'o (dyn Fn(u64) + Sync)) -> Self {
        let sink = Sink::new(output).with_progress(hear);
        Self { sink, terminal: output.is_terminal(), broken: false }
    }

    /// Bytes taken so far, whether they have left or not.
    pub(crate) fn position(&self) -> u64 {
        self.sink.position()
    }

    /// Whether somebody's terminal shows what is taken.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether the output failed, rather than what it was to be given.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.sink.write_all(bytes);
        self.output(written)
    }

    pub(crate) fn zeros(&mut self, count: u64) -> Result<()> {
        let written = self.sink.zeros(count);
        self.output(written)
    }

    /// Takes a piece of `source`, as far as it exists.
    ///
    /// # Errors
    /// Where the source fails or ends; what came before is taken. And when the output fails.
    pub(crate) fn extent(&mut self, source: &dyn Source, extent: Extent) -> Result<()> {
        let Some(at) = extent.offset else { return self.zeros(extent.length) };
        let moved = self.sink.move_from(source, at, extent.length);
        self.output(moved)?.stopped.map_or(Ok(()), Err)
    }

    /// Has all that was taken leave, so that an error of the output is known.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let written = self.sink.flush();
        self.output(written)
    }

    fn output<T>(&mut self, result: io::Result<T>) -> Result<T> {
        self.broken |= result.is_err();
        result.map_err(|error| Error::io("write", error))
    }
}
