//! What tells an image from others, made of the date by which a boot loader finds its volume: the same volume has the same
//! identifiers, whenever and wherever it is made.

use crate::partition::Guid;
use crc32fast::hash;

/// The signature of an MBR, from the 16 digits of a volume's modification date (ECMA-119 8.4.26.1): their CRC-32.
pub fn disk_signature(digits: &[u8; 16]) -> u32 {
    hash(digits)
}

/// The GUID of a disk, from the 16 digits of a volume's modification date: as they are, year to hour first, with the version and
/// variant of a random GUID (RFC 9562 5.4). The hundredths of the second come before what is left, so that those bytes that
/// [`partition_guid`] changes differ most.
pub fn disk_guid(digits: &[u8; 16]) -> Guid {
    let [y0, y1, y2, y3, m0, m1, d0, d1, h0, h1, i0, i1, s0, s1, c0, c1] = *digits;
    let (version, variant) = (d1 & 0x0f | 0x40, h0 & 0x3f | 0x80);
    Guid([y0, y1, y2, y3, m0, m1, d0, version, variant, c0, c1, h1, i0, i1, s0, s1])
}

/// The GUID of the partition in `slot` of a table, counted from 1: that of its disk, with one byte changed.
pub fn partition_guid(disk: Guid, slot: u8) -> Guid {
    let mut bytes = disk.0;
    bytes[9] ^= slot;
    Guid(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As another writer makes them of the same date.
    #[test]
    fn identifiers_of_a_date_are_those_of_other_writers() {
        let digits = b"2019121718192021";
        assert_eq!(disk_guid(digits).0, *b"2019121\x47\xb12181920");
        assert_eq!(disk_signature(b"2024010203040506"), 0xc0cf_ccf9);
        assert_eq!(partition_guid(disk_guid(digits), 2).0[9], b'2' ^ 2);
    }
}
