//! Entries of a master boot record.

use super::Geometry;
use crate::error::{Error, Result};
use crate::number::Le32;
use crate::partition::mbr::{Entry, PROTECTIVE};
use std::ops::Range;

/// Status of the active partition (UEFI 5.2.1 table 5.2).
pub const ACTIVE: u8 = 0x80;

/// The address that stands for a place that is not told in cylinders, heads and sectors.
pub const NO_ADDRESS: [u8; 3] = [0xfe, 0xff, 0xff];

/// An entry that is not used.
pub const UNUSED: Entry =
    Entry { status: 0, first_chs: [0; 3], kind: 0, last_chs: [0; 3], start: Le32::ZERO, length: Le32::ZERO };

/// The entry of a partition of `blocks` of 512 bytes, which is not active; without a `geometry` its addresses are
/// [`NO_ADDRESS`]. An entry that guards a GPT ends at the last block it can tell, where the disk is larger (UEFI 5.2.3).
///
/// # Errors
/// [`Error::TooLarge`] for a partition that begins or ends behind 2 TiB; [`Error::Usage`] for one without blocks.
pub fn entry(kind: u8, blocks: Range<u64>, geometry: Option<Geometry>) -> Result<Entry> {
    let length = blocks.end.saturating_sub(blocks.start);
    if length == 0 {
        return Err(Error::Usage("a partition has to be at least one block long".into()));
    }
    let start = u32::try_from(blocks.start);
    let length = match u32::try_from(length) {
        Err(_) if kind == PROTECTIVE => Ok(u32::MAX),
        length => length,
    };
    let end = blocks.start.saturating_add(length.map_or(u64::MAX, u64::from));
    let (Ok(start), Ok(length), true) = (start, length, end <= 1 << 32) else {
        return Err(Error::TooLarge(format!(
            "an MBR cannot have a partition up to byte {}, beyond 2 TiB",
            blocks.end.saturating_mul(512)
        )));
    };
    let address = |block| geometry.map_or(NO_ADDRESS, |geometry| geometry.address(block));
    Ok(Entry {
        status: 0,
        first_chs: address(blocks.start),
        kind,
        last_chs: address(end.saturating_sub(1)),
        start: Le32::new(start),
        length: Le32::new(length),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_behind_2_tib_is_refused_unless_it_guards() {
        let end = 1 << 33;
        let error = entry(0x83, 0..end, None).expect_err("4 TiB").to_string();
        assert_eq!(error, "an MBR cannot have a partition up to byte 4398046511104, beyond 2 TiB");
        assert!(entry(0x83, end..end + 1, None).is_err());
        assert!(entry(0x83, (1 << 32) - 1..(1 << 32) + 1, None).is_err());
        let guard = entry(PROTECTIVE, 1..end, None).expect("it may");
        assert_eq!((guard.start.get(), guard.length.get()), (1, u32::MAX));
        assert_eq!(
            entry(0x83, 5..5, None).expect_err("empty").to_string(),
            "a partition has to be at least one block long"
        );
    }
}
