//! A source of which it is known what its sectors are: errors about it name the right one.

use super::{Access, Run, Source};
use crate::error::Result;
use std::ops::Range;

/// What `inner` has, in sectors of this many bytes.
#[derive(Debug, Clone, Copy)]
pub struct InSectors<S> {
    inner: S,
    sector: u32,
}

impl<S: Source> InSectors<S> {
    /// `inner`, whose sectors have `size` bytes; 0: it has none.
    pub fn new(inner: S, size: u64) -> Self {
        let sector = u32::try_from(size).unwrap_or(super::SECTOR);
        Self { inner, sector }
    }

    /// The source itself, whose sectors are of another size.
    pub fn inner(&self) -> &S {
        &self.inner
    }
}

impl<S: Source> Source for InSectors<S> {
    fn size(&self) -> Option<u64> {
        self.inner.size()
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        self.inner.read_some(at, into).map_err(|error| error.in_sectors(self.sector))
    }

    fn origin(&self) -> u64 {
        self.inner.origin()
    }

    fn sector_size(&self) -> u32 {
        self.sector
    }

    fn first(&self) -> u64 {
        self.inner.first()
    }

    fn done_before(&self, at: u64) {
        self.inner.done_before(at);
    }

    fn passed(&self) -> Option<u64> {
        self.inner.passed()
    }

    fn access(&self) -> Access {
        self.inner.access()
    }

    fn will_read(&self, ranges: &[Range<u64>]) {
        self.inner.will_read(ranges);
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        self.inner.run(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Memory, Section, Shifted};

    #[test]
    fn every_error_counts_in_its_sectors() {
        let window = Section::new(Memory([0_u8; 5000]), 1000, None).expect("inside");
        let source = InSectors::new(window, 512);
        let error = |at| source.read_at(at, &mut [0; 100]).expect_err("not there").to_string();
        assert_eq!(error(3990), "byte 0x1388 (sector 9): image: ends here; 90 more bytes are needed");
        assert_eq!(
            error(9000),
            "byte 0x2710 (sector 19): image: ends at byte 0x1388 (sector 9), before the 100 bytes needed here"
        );
        let part = InSectors::new(Shifted::new(Memory([0_u8; 512]), 4096), 512);
        assert_eq!(
            part.read_at(1024, &mut [0; 100]).expect_err("before the part").to_string(),
            "byte 0x400 (sector 2): image: cannot be read: the input begins at byte 0x1000 of the disc"
        );
    }

    #[test]
    fn a_window_of_it_counts_as_it_does() {
        let source = InSectors::new(Memory([0_u8; 4096]), 4096);
        let window = Section::new(&source, 1000, None).expect("inside");
        assert_eq!(window.location(4000).to_string(), "byte 0x1388 (sector 1)");
    }
}
