//! The output, front to back: small pieces gathered, large ones moved from the image without passing through the program
//! where the system can.

use isokit_core::error::{Error, Result};
use isokit_core::number::{narrow, wide};
use isokit_core::source::Source;
use isokit_core::tree::Extent;
use std::fs::File;
use std::io::Write;

/// Bytes gathered before they are written.
const GATHERED: usize = 256 << 10;

/// Where bytes go.
#[derive(Debug)]
pub(crate) struct Stream<'o> {
    output: &'o File,
    gathered: Vec<u8>,
    position: u64,
    broken: bool,
}

impl<'o> Stream<'o> {
    /// Writes to `output` from where it stands.
    pub(crate) fn new(output: &'o File) -> Self {
        Self { output, gathered: Vec::with_capacity(GATHERED), position: 0, broken: false }
    }

    /// Bytes taken so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Whether the output failed, rather than what it was to be given.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Takes `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.gathered.extend_from_slice(bytes);
        self.position = self.position.saturating_add(wide(bytes.len()));
        self.settle()
    }

    /// Takes `count` zeros.
    pub(crate) fn zeros(&mut self, count: u64) -> Result<()> {
        let mut left = count;
        while left > 0 {
            let some = left.min(wide(GATHERED));
            self.gathered.resize(self.gathered.len().saturating_add(narrow(some)), 0);
            self.position = self.position.saturating_add(some);
            self.settle()?;
            left = left.saturating_sub(some);
        }
        Ok(())
    }

    /// Takes a piece of `source`, as far as it exists.
    ///
    /// # Errors
    /// Where the source fails or ends; what came before is taken. And when the output fails.
    pub(crate) fn extent(&mut self, source: &dyn Source, extent: Extent) -> Result<()> {
        let Some(start) = extent.offset else { return self.zeros(extent.length) };
        let mut done = 0;
        while done < extent.length {
            let wanted = extent.length.saturating_sub(done).min(wide(GATHERED));
            let before = self.gathered.len();
            self.gathered.resize(before.saturating_add(narrow(wanted)), 0);
            let at = start.saturating_add(done);
            let into = self.gathered.get_mut(before..).unwrap_or_default();
            let have = source.read_some(at, into);
            let taken = *have.as_ref().unwrap_or(&0);
            self.gathered.truncate(before.saturating_add(taken));
            self.position = self.position.saturating_add(wide(taken));
            self.settle()?;
            if wide(have?) < wanted {
                return Err(source.ends(at, wide(taken), extent.length.saturating_sub(done)));
            }
            done = done.saturating_add(wanted);
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        if self.gathered.len() >= GATHERED { self.flush() } else { Ok(()) }
    }

    /// Hands on all that was taken.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let written = self.output.write_all(&self.gathered);
        self.gathered.clear();
        written.map_err(|error| {
            self.broken = true;
            Error::io("write", error)
        })
    }
}
