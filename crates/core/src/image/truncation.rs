//! Whether an image is cut off: the one rule of all tools (`doc/decisions/truncation.md`).

use super::{Image, Volume};
use crate::error::{Error, Result};
use crate::source::Source;

impl Image<'_> {
    /// The byte of the source behind all that the descriptors of the opened volumes declare; 0 where they declare nothing.
    /// On a bridge the volume space of ISO 9660 is to hold both, and the partitions of UDF may go further.
    pub fn volume_end(&self) -> u64 {
        self.volumes().map(Volume::end).max().unwrap_or_default()
    }

    /// That the source ends before the volume does. What a pipe holds is known only when it has
    /// passed to its end.
    pub fn truncation(&self) -> Option<Error> {
        let source = self.source();
        let end = self.volume_end();
        let size = source.size().filter(|size| *size < end)?;
        Some(source.ends(size, 0, end.saturating_sub(size)))
    }

    /// As [`Image::truncation`], for those who have copied all that is in the volume: what is left of it on a pipe is read,
    /// and not kept. An error of reading it is returned too.
    pub fn truncation_behind_all(&self) -> Option<Error> {
        self.pass(self.source()).err().or_else(|| self.truncation())
    }

    /// As [`iso9660::Image::excess`](crate::iso9660::Image::excess), where a volume of ISO 9660 is shown: what UDF records lies
    /// in its partitions.
    pub fn excess(&self) -> Option<(u64, Error)> {
        self.shown.excess()
    }

    /// Reads on to the end of the volume, if `source` passes once.
    fn pass(&self, source: &dyn Source) -> Result<()> {
        let Some(last) = self.volume_end().checked_sub(1) else { return Ok(()) };
        if source.size().is_none() && source.passed().is_some_and(|passed| passed <= last) {
            source.done_before(last);
            source.read_some(last, &mut [0])?;
        }
        self.shown.look_for_newer_session();
        Ok(())
    }
}
