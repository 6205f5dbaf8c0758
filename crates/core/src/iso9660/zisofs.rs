//! zisofs as directory records announce it: the ZF entry of version 1, ZF or Z2 of version 2. Decoding is the business
//! of [`crate::tree::content`].

use super::susp::SystemUseEntry;
use crate::number::Le64;
use crate::tree::Coding;
use zerocopy::FromBytes;

/// How the content of the file is stored and its size decoded, when `entry`, ZF or Z2, says so in a known version.
pub(super) fn coding(entry: &SystemUseEntry<'_>) -> Option<(Coding, u64)> {
    let algorithm = entry.data.get(..2)?;
    let header = u32::from(entry.byte(2)?) * 4;
    let block_log2 = entry.byte(3)?;
    let (version, size) = match (entry.version, algorithm) {
        (1, b"pz") => (1, u64::from(entry.both32(4)?)),
        // The algorithm of version 2 is checked where the file's own header is: an unknown one is no plain file.
        (2, _) => (2, Le64::ref_from_prefix(entry.data.get(4..)?).ok()?.0.get()),
        _ => return None,
    };
    Some((Coding::Zisofs { version, header, block_log2 }, size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Location;

    fn entry(version: u8, data: &[u8]) -> Option<(Coding, u64)> {
        coding(&SystemUseEntry { signature: *b"ZF", version, data, at: Location::default() })
    }

    #[test]
    fn both_versions_are_known_and_others_are_not() {
        let first = [b'p', b'z', 4, 15, 0x87, 0xd6, 0x12, 0, 0, 0x12, 0xd6, 0x87];
        let want = Coding::Zisofs { version: 1, header: 16, block_log2: 15 };
        assert_eq!(entry(1, &first), Some((want, 1_234_567)));
        let second = [b'P', b'Z', 6, 17, 0, 0x80, 0xca, 0x39, 0x61, 0x24, 0, 0];
        let want = Coding::Zisofs { version: 2, header: 24, block_log2: 17 };
        assert_eq!(entry(2, &second), Some((want, 0x2461_39ca_8000)));
        assert_eq!(entry(3, &second), None);
        assert_eq!(entry(1, &second), None);
        assert_eq!(entry(1, &first[..11]), None);
    }
}
