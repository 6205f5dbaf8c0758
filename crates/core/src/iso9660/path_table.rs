//! Path tables: one record for each directory (ECMA-119 6.9).

use super::high_sierra::Standard;
use super::layout::VolumeDescriptor;
use crate::number::narrow;
use crate::source::Source;

/// Bytes of a table that are read: enough for as many directories as it can number, with names of 50 characters.
const LARGEST: u32 = 4 << 20;
/// Bytes of a record before the identifier (ECMA-119 9.4).
const HEAD: usize = 8;

/// Bytes of a record before the length of its identifier, and before the location of its directory.
const fn places(standard: Standard) -> (usize, usize) {
    match standard {
        Standard::Ecma119 => (0, 2),
        Standard::HighSierra => (5, 0),
    }
}

/// Records of the little-endian path table of `volume`; `None` if it cannot be read or ends within a record.
pub(super) fn directories(source: &dyn Source, volume: &VolumeDescriptor) -> Option<u32> {
    let size = Some(volume.path_table_size.get()).filter(|size| *size <= LARGEST)?;
    let block = u64::from(volume.logical_block_size.get());
    let mut bytes = vec![0; narrow(size.into())];
    source.read_at(u64::from(volume.type_l_path_table.get()).checked_mul(block)?, &mut bytes).ok()?;
    let mut rest = bytes.as_slice();
    let mut count = 0_u32;
    // A table may be padded with zeros; an identifier has at least a byte.
    let (length_at, _) = places(volume.standard());
    while let Some(length) = rest.get(length_at).filter(|length| **length > 0) {
        let length = usize::from(*length);
        // Padded to an even length (ECMA-119 9.4.6).
        rest = rest.get(HEAD.saturating_add(length).next_multiple_of(2)..)?;
        count = count.saturating_add(1);
    }
    Some(count)
}

/// The block at which the root directory lies, as the first record of the little-endian path table of `volume` has it.
pub(super) fn root(source: &dyn Source, volume: &VolumeDescriptor) -> Option<u32> {
    let block = u64::from(volume.logical_block_size.get());
    let at = u64::from(volume.type_l_path_table.get()).checked_mul(block).filter(|at| *at > 0)?;
    let mut record = [0; 10];
    source.read_at(at, &mut record).ok()?;
    let (length_at, location_at) = places(volume.standard());
    let is_root = record.get(length_at) == Some(&1) && record.get(HEAD) == Some(&0);
    let location = record.get(location_at..)?.first_chunk().copied().map(u32::from_le_bytes);
    location.filter(|_| is_root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Both16, Both32};
    use crate::source::Memory;
    use zerocopy::FromZeros;

    /// Two names of 3 and 2 bytes behind the root, padded.
    const TABLE: [u8; 38] = *b"\x01\0aaaapp\0\0\x03\0aaaappabc\0\x02\0aaaappde\0\0\0\0\0\0";

    #[test]
    fn every_directory_has_a_record() {
        let mut volume = VolumeDescriptor::new_zeroed();
        volume.logical_block_size = Both16::new(512);
        volume.type_l_path_table = 1.into();
        let bytes = [&[0; 512], &TABLE[..]].concat();
        for (size, want) in
            [(32, Some(3)), (38, Some(3)), (10, Some(1)), (0, Some(0)), (15, None), (39, None)]
        {
            volume.path_table_size = Both32::new(size);
            assert_eq!(directories(&Memory(&bytes), &volume), want, "{size}");
        }
    }
}
