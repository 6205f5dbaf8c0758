//! Numbers, tags and strings, byte by byte.

use super::Check;

pub(super) fn le16(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().expect("two bytes"))
}

pub(super) fn le32(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

pub(super) fn le64(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

pub(super) fn size(number: u32) -> usize {
    usize::try_from(number).expect("32 bits fit")
}

/// CRC of ECMA-167 3/7.2.6, bit by bit.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc: u16, byte| {
        (0..8).fold(
            crc ^ u16::from(*byte) << 8,
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
            },
        )
    })
}

fn checksum(tag: &[u8]) -> u8 {
    (0..16).filter(|n| *n != 4).fold(0, |sum: u8, n| sum.wrapping_add(tag[n]))
}

/// Makes the tag of the descriptor that `bytes` begin with right again, after something in it was changed.
pub fn seal(bytes: &mut [u8]) {
    let length = usize::from(le16(bytes, 10));
    let sum = crc(&bytes[16..16 + length]);
    bytes[8..10].copy_from_slice(&sum.to_le_bytes());
    bytes[4] = checksum(bytes);
}

impl Check<'_> {
    /// The descriptor of at least `least` bytes at byte `at` of `bytes`: its tag has to have this identifier, be at
    /// `location`, and sum up all of it.
    pub(super) fn tag(
        &mut self,
        bytes: &[u8],
        identifier: u16,
        location: usize,
        least: usize,
        what: &str,
    ) -> bool {
        let found = le16(bytes, 0);
        if found != identifier {
            self.problem(format!("{what}: tag identifier {found}, expected {identifier}"));
            return false;
        }
        let version = self.version;
        self.expect(le16(bytes, 2) == version, || format!("{what}: tag version is not {version}"));
        self.expect(bytes[4] == checksum(bytes), || format!("{what}: tag checksum"));
        self.expect(bytes[5] == 0, || format!("{what}: reserved byte of the tag"));
        let length = usize::from(le16(bytes, 10));
        self.expect(length + 16 >= least, || format!("{what}: the CRC covers {length} bytes, of {least}"));
        let Some(covered) = bytes.get(16..16 + length) else {
            self.problem(format!("{what}: the CRC covers more than there is"));
            return false;
        };
        self.expect(crc(covered) == le16(bytes, 8), || format!("{what}: CRC"));
        let there = size(le32(bytes, 12));
        self.expect(there == location, || format!("{what}: tag location {there}, expected {location}"));
        true
    }
}

/// OSTA compressed Unicode as text (UDF 2.1.1); `None` for what is none.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    match bytes.split_first()? {
        (8, rest) => Some(rest.iter().map(|byte| char::from(*byte)).collect()),
        (16, rest) if rest.len().is_multiple_of(2) => {
            let units: Vec<u16> = rest.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            // What fits into 8 bits has to be recorded in them.
            let narrow = units.iter().all(|unit| *unit < 256);
            String::from_utf16(&units).ok().filter(|_| !narrow)
        }
        _ => None,
    }
}
