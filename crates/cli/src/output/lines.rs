//! Lines on standard output that have names of other people's in them.

use crate::name::push_lines;
use crate::streams::Streams;
use isokit_core::Error;
use std::fs::File;
use std::io::{self, IsTerminal, Write};

/// Where lines go: as they are to files and pipes; where it is a terminal, nothing in them is obeyed by it. What is written at once has to be whole lines.
#[derive(Debug)]
pub struct Lines {
    to: File,
    terminal: bool,
}

impl Lines {
    /// On standard output.
    ///
    /// # Errors
    /// When it is closed.
    pub fn stdout(streams: &Streams) -> Result<Self, Error> {
        streams.open_output().map(Self::new)
    }

    pub(super) fn new(to: File) -> Self {
        let terminal = to.is_terminal();
        Self { to, terminal }
    }
}

impl Write for Lines {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        if !self.terminal {
            return self.to.write(lines);
        }
        let mut shown = Vec::with_capacity(lines.len());
        push_lines(lines, &mut shown);
        self.to.write_all(&shown)?;
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
