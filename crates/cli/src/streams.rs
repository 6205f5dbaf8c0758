//! The standard streams of a run.

use crate::output::descriptor;
use isokit_core::Error;
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, IsTerminal};

/// What a run reads, writes and complains on, each as a descriptor of its own; `None` for one that is closed.
///
/// All else that a run has from its surroundings is the process's: the working directory, the mask of modes, the
/// environment (`COLUMNS`, `LS_COLORS`, `NO_COLOR`, `TMPDIR`, `TZ` and others), the clock, the terminal whose width help has,
/// and the descriptor that a path to an input leads to (`/dev/stdin`, `/dev/fd/3`). So are signals: a pipe that nobody reads
/// is an error, unless the process dies by SIGPIPE as [`main`](crate::main) has it; and the first output that has to have a
/// name before it is whole installs a handler that removes it when a signal ends the process.
#[derive(Debug, Default)]
pub struct Streams {
    /// What `-` is as an input.
    pub input: Option<File>,
    /// Where data goes that is not for a file.
    pub output: Option<File>,
    /// Where messages and progress go.
    pub error: Option<File>,
}

impl Streams {
    /// A new descriptor for what the standard one of this `number`, 0 to 2, or else the process's stands for, with the same
    /// position.
    ///
    /// # Errors
    /// When it is not open.
    pub(crate) fn duplicate(&self, number: i32) -> io::Result<File> {
        let standard = match number {
            0 => &self.input,
            1 => &self.output,
            2 => &self.error,
            other => return descriptor::duplicate(other),
        };
        standard.as_ref().ok_or(Errno::BADF)?.try_clone()
    }

    /// A new descriptor for the output, for text that has no other way to go.
    ///
    /// # Errors
    /// When it is closed.
    pub fn open_output(&self) -> Result<File, Error> {
        self.duplicate(1).map_err(|error| Error::io("standard output: open", error))
    }
}

/// Whether somebody's terminal shows what is written to `stream`.
pub fn is_terminal(stream: Option<&File>) -> bool {
    stream.is_some_and(File::is_terminal)
}
