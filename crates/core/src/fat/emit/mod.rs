//! The bytes of every structure of a planned volume.

mod boot;
mod directory;
#[cfg(test)]
mod nested;
mod table;

use crate::fat::plan::{Plan, Segment, What};
use crate::fill::{Contents, Embed, Layout, Observer, Patch, Pieces, Planned, Span};
use crate::tree::build::Build;
use std::io;

impl<O> Plan<'_, O> {
    /// Appends the bytes of a structure.
    ///
    /// # Errors
    /// Those of putting what is too much to be kept.
    pub(crate) fn append(&self, segment: &Segment, out: &mut Pieces<'_, '_>) -> io::Result<()> {
        let start = out.end();
        match segment.what {
            What::Boot => self.boot_sector(out.buffer()),
            What::FsInfo => self.fs_info(out.buffer()),
            What::Table => self.table(out)?,
            What::Directory(n) => self.directory(n, out.buffer()),
            What::Content(_) => return Ok(()),
        }
        // The plan is a promise: a structure of another length than planned would shift all that follows.
        assert!(out.end() - start == segment.size, "{segment:?}: {} bytes", out.end() - start);
        Ok(())
    }
}

impl<O: Sync> Layout for Plan<'_, O> {
    type Origin = O;

    fn build(&self) -> &Build<O> {
        self.build
    }

    fn size(&self) -> u64 {
        Plan::size(self)
    }
}

impl<O: Sync> Planned<O> for Plan<'_, O> {
    type Facts = ();
    type Structure = Segment;
    type Scratch = ();

    fn spans(&self) -> impl Iterator<Item = Span<Segment>> + Send + '_ {
        self.segments().map(Segment::span)
    }

    fn gather(&self, _: &dyn Contents<O>, _: &dyn Observer) {}

    fn patches<'f>(&self, (): &'f ()) -> &'f [Patch] {
        &[]
    }

    fn emit(
        &self,
        segment: &Segment,
        (): &(),
        (): &mut (),
        _: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        self.append(segment, out)
    }
}
