//! Standard output in large pieces.

use isokit_cli::Streams;
use isokit_core::error::{Error, Result};
use std::fs::File;
use std::io::Write;

/// Bytes gathered before they are written: the size of a pipe widened a little, far from any cost of a call.
const PIECE: usize = 128 << 10;

/// Text for `to`, gathered until there are [`PIECE`] bytes of it.
#[derive(Debug)]
pub(crate) struct Output<W> {
    to: W,
    buffer: Vec<u8>,
}

impl Output<File> {
    /// Standard output.
    ///
    /// # Errors
    /// [`Error::Io`] when it is closed.
    pub(crate) fn stdout(streams: &Streams) -> Result<Self> {
        streams.open_output().map(Self::new)
    }
}

impl<W: Write> Output<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { to, buffer: Vec::with_capacity(PIECE) }
    }

    /// The end of what was written so far, to be added to. [`Self::settle`] has to follow now and then.
    pub(crate) fn line(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Hands on what was gathered, if that is enough.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn settle(&mut self) -> Result<()> {
        if self.buffer.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    /// Hands on all that was gathered.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn flush(&mut self) -> Result<()> {
        let done = self.to.write_all(&self.buffer);
        self.buffer.clear();
        done.map_err(|error| Error::io("write standard output", error))
    }
}
