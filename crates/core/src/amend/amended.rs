//! An image as it will be once parts of it have become something else.

use crate::error::Result;
use crate::number::{narrow, wide};
use crate::source::Source;
use crate::tree::Extent;

/// A part of an image that is something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patch {
    /// Byte of the image at which it begins.
    pub at: u64,
    /// Where its bytes lie in the store; a hole where they are zeros.
    pub from: Extent,
}

/// A source that is another one, but for some parts.
#[derive(Debug)]
pub struct Amended<'s> {
    base: &'s dyn Source,
    store: &'s dyn Source,
    /// In order; none overlaps another.
    patches: &'s [Patch],
}

impl<'s> Amended<'s> {
    /// The source `base` with `patches`, which are in order and do not overlap, and whose bytes lie in `store`.
    pub fn new(base: &'s dyn Source, store: &'s dyn Source, patches: &'s [Patch]) -> Self {
        Self { base, store, patches }
    }
}

impl Source for Amended<'_> {
    fn size(&self) -> Option<u64> {
        self.base.size()
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let have = self.base.read_some(at, into)?;
        let end = at.saturating_add(wide(have));
        let first = self.patches.partition_point(|patch| patch.at.saturating_add(patch.from.length) <= at);
        let there = self.patches.iter().skip(first).take_while(|patch| patch.at < end);
        for patch in there {
            let from = patch.at.max(at);
            let until = patch.at.saturating_add(patch.from.length).min(end);
            let place = narrow(from.saturating_sub(at))..narrow(until.saturating_sub(at));
            let Some(bytes) = into.get_mut(place) else { continue };
            match patch.from.offset {
                Some(offset) => {
                    let skipped = from.saturating_sub(patch.at);
                    self.store.read_at(offset.saturating_add(skipped), bytes)?;
                }
                None => bytes.fill(0),
            }
        }
        Ok(have)
    }

    fn origin(&self) -> u64 {
        self.base.origin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[test]
    fn patches_are_seen_wherever_reading_begins_and_ends() {
        let (base, store) = (Memory(b"0123456789".to_vec()), Memory(b"--ABC".to_vec()));
        let patches = [
            Patch { at: 1, from: Extent::recorded(2, 3) },
            Patch { at: 4, from: Extent::hole(2) },
            Patch { at: 8, from: Extent::recorded(4, 1) },
        ];
        let whole = *b"0ABC\0\x0067C9";
        let amended = Amended::new(&base, &store, &patches);
        for from in 0..=10_usize {
            for to in from..=10 {
                let mut bytes = vec![b'?'; to - from];
                assert_eq!(amended.read_some(wide(from), &mut bytes).expect("memory"), to - from);
                assert_eq!(bytes, whole[from..to], "{from}..{to}");
            }
        }
        assert_eq!(amended.read_some(9, &mut [0; 5]).expect("memory"), 1);
    }
}
