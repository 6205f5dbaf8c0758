//! Where bytes go: in order to anything ([`Sink`]), or in place and from several threads to a regular file
//! ([`Placed`]); or all that another descriptor gives ([`flow()`]). All move what a source has in a file without it passing through the program.
//!
//! An [`io::Error`](std::io::Error) from here concerns the output and nothing else; what goes wrong with a
//! source is in [`Moved`].

mod flow;
mod kernel;
mod placed;
mod stream;

pub use flow::flow;
pub use placed::Placed;
pub use stream::Sink;

use crate::error::Error;

/// How far a move came: a source that failed or ended is no error of the output.
#[derive(Debug)]
#[must_use = "a source can end before everything was moved"]
pub struct Moved {
    /// Bytes that were moved: all that were asked for unless `stopped` says why not.
    pub bytes: u64,
    /// What ended it early: the source's error, or its truncation at the first missing byte.
    pub stopped: Option<Error>,
}

/// Bytes that pass through the program at a time, when they have to: 128 KiB. More does not fit the processor's cache
/// twice, less costs system calls.
const STEP: usize = 128 << 10;

/// Pieces smaller than this are read and written, several at a time, for less than what telling the kernel of each
/// takes.
const SMALL: u64 = 32 << 10;

/// A pipe gets files in whole blocks of 512 bytes, their ends together with what follows: GNU tar fails when it reads a
/// part of a block from a FIFO, as in `tar -tf <(isocat --tar x.iso)`.
const BLOCK: u64 = 512;

#[cfg(test)]
mod scattered;

/// Hears of bytes that were written, as they are.
type Progress<'a> = dyn Fn(u64) + Sync + 'a;
