//! The dictionary of a block of an .xz file, which is what takes memory.

use isokit_core::number::wide;

/// Most bytes of a block header (.xz file format 3.1.1).
const LONGEST: usize = 1024;

/// The identifier of LZMA2 (.xz file format 5.3.1).
const LZMA2: u64 = 0x21;

/// The last bytes that a decoder took: enough to find the block header they end with.
#[derive(Debug, Default)]
pub(super) struct Taken(Vec<u8>);

impl Taken {
    /// `bytes` were taken too.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let last = bytes.get(bytes.len().saturating_sub(LONGEST)..).unwrap_or_default();
        let over = (self.0.len() + last.len()).saturating_sub(LONGEST);
        self.0.drain(..over);
        self.0.extend_from_slice(last);
    }

    /// Bytes of the block header that they end with, and of the dictionary it asks for; `None` when they end with something
    /// else.
    pub(super) fn dictionary(&self) -> Option<(u64, u64)> {
        (8..=self.0.len()).step_by(4).find_map(|length| {
            let header = self.0.get(self.0.len() - length..)?;
            Some((wide(length), asked_for(header)?))
        })
    }
}

/// Bytes of the dictionary that the block header `header` asks for (.xz file format 3.1).
fn asked_for(header: &[u8]) -> Option<u64> {
    let (rest, crc) = header.split_last_chunk()?;
    let (&[size, flags], mut rest) = rest.split_first_chunk()?;
    if (usize::from(size) + 1) * 4 != header.len()
        || crc32fast::hash(header.get(..header.len() - 4)?) != u32::from_le_bytes(*crc)
    {
        return None;
    }
    let sizes = [0x40, 0x80].iter().filter(|flag| flags & **flag != 0);
    for _ in sizes {
        integer(&mut rest)?;
    }
    for _ in 0..=flags & 3 {
        let (filter, length) = (integer(&mut rest)?, integer(&mut rest)?);
        let (properties, behind) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        match (filter, properties) {
            (LZMA2, [bits @ 0..=39]) => return Some((2 | u64::from(bits & 1)) << (bits / 2 + 11)),
            (LZMA2, [40]) => return Some(u64::from(u32::MAX)),
            _ => rest = behind,
        }
    }
    None
}

/// Takes a multibyte integer off the beginning of `bytes` (.xz file format 1.2).
fn integer(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for place in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block header of these fields between its first byte and its checksum, padded.
    fn header(fields: &[u8]) -> Vec<u8> {
        let length = (fields.len() + 5).next_multiple_of(4);
        let mut header = vec![u8::try_from(length / 4 - 1).expect("short")];
        header.extend_from_slice(fields);
        header.resize(length - 4, 0);
        let crc = crc32fast::hash(&header);
        header.extend_from_slice(&crc.to_le_bytes());
        header
    }

    fn dictionary(parts: &[&[u8]]) -> Option<(u64, u64)> {
        let mut taken = Taken::default();
        for part in parts {
            taken.add(part);
        }
        taken.dictionary()
    }

    #[test]
    fn the_dictionary_is_that_of_the_header_before() {
        let plain = header(&[0, 0x21, 1, 37]);
        assert_eq!(dictionary(&[&plain]), Some((12, 1536 << 20)));
        // Behind other data, and taken byte by byte.
        let before = [&[0x55; 3000][..], &plain].concat();
        let bytes: Vec<_> = before.chunks(1).collect();
        assert_eq!(dictionary(&bytes), Some((12, 1536 << 20)));
        assert_eq!(dictionary(&[&before]), Some((12, 1536 << 20)));
        // With both sizes, and an x86 filter with an offset before.
        let long = header(&[0xc1, 0x80, 0x80, 0x01, 0xff, 0x7f, 0x04, 4, 0, 0, 0, 0, 0x21, 1, 40]);
        assert_eq!(dictionary(&[&[7; 50], &long]), Some((20, u64::from(u32::MAX))));
        assert_eq!(dictionary(&[&header(&[0, 0x21, 1, 0])]), Some((12, 4096)));
    }

    #[test]
    fn what_is_no_header_has_none() {
        let good = header(&[0, 0x21, 1, 37]);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 4;
            assert_eq!(dictionary(&[&bad]), None, "{at}");
        }
        for fields in
            [&[0, 0x21, 1, 41][..], &[0, 0x21, 2, 37], &[0, 0x03, 1, 0], &[0x40, 0xff], &[0, 0x21, 0xff]]
        {
            assert_eq!(dictionary(&[&header(fields)]), None, "{fields:x?}");
        }
        assert_eq!(dictionary(&[&good, b"x"]), None);
        assert_eq!(dictionary(&[]), None);
    }
}
