//! A part of a disc by itself, a session or a track, read at the offsets it had on the disc.

use super::{Access, IMAGE, Run, Source, moved};
use crate::error::{Problem, Result};
use std::ops::Range;

/// What `inner` has, from byte `first` of a disc on. Errors name bytes of the disc.
#[derive(Debug, Clone)]
pub(crate) struct Shifted<S> {
    inner: S,
    first: u64,
}

impl<S: Source> Shifted<S> {
    /// The part of a disc whose byte `first` is the first one of `inner`.
    pub(crate) fn new(inner: S, first: u64) -> Self {
        Self { inner, first }
    }
}

impl<S: Source> Source for Shifted<S> {
    fn size(&self) -> Option<u64> {
        Some(self.inner.size()?.saturating_add(self.first))
    }

    /// What lies before the part is damage: a copy elsewhere may be there.
    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        match at.checked_sub(self.first) {
            Some(at) => self.inner.read_some(at, into),
            None => {
                let reason = format!("the input begins at byte {:#x} of the disc", self.first);
                Err(IMAGE.at(self.location(at)).corrupt(Problem::Unreadable { reason }))
            }
        }
    }

    fn first(&self) -> u64 {
        self.first
    }

    fn sector_size(&self) -> u32 {
        self.inner.sector_size()
    }

    fn done_before(&self, at: u64) {
        self.inner.done_before(at.saturating_sub(self.first));
    }

    fn passed(&self) -> Option<u64> {
        Some(self.inner.passed()?.saturating_add(self.first))
    }

    fn access(&self) -> Access {
        self.inner.access()
    }

    fn will_read(&self, ranges: &[Range<u64>]) {
        self.inner.will_read(&moved(ranges, |at| at.saturating_sub(self.first)));
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        self.inner.run(at.checked_sub(self.first)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Memory, Section};

    #[test]
    fn offsets_are_those_of_the_disc() {
        let part = Shifted::new(Section::new(Memory(b"__0123456789"), 2, None).expect("inside"), 4096);
        assert_eq!((part.size(), part.first(), part.origin()), (Some(4106), 4096, 0));
        let mut bytes = [0; 4];
        part.read_at(4098, &mut bytes).expect("there");
        assert_eq!(&bytes, b"2345");
        let error = part.read_at(4095, &mut bytes).expect_err("before the part");
        assert_eq!(
            error.to_string(),
            "byte 0xfff (sector 1): image: cannot be read: the input begins at byte 0x1000 of the disc"
        );
        let error = part.read_at(4104, &mut bytes).expect_err("behind it");
        assert_eq!(error.to_string(), "byte 0x100a (sector 2): image: ends here; 2 more bytes are needed");
        let window = Section::new(&part, 4000, None).expect("inside");
        assert_eq!((window.first(), window.size()), (96, Some(106)));
    }
}
