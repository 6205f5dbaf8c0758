//! A digest as a value.

use super::Algorithm;
use std::fmt;

/// Bytes in the longest digest.
const LONGEST: usize = 64;

/// The digest of a message; shown in lower case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DigestValue {
    bytes: [u8; LONGEST],
    length: u8,
}

impl DigestValue {
    /// The digest whose bytes are `bytes`, which are as many as some algorithm has.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut value = [0; LONGEST];
        for (to, from) in value.iter_mut().zip(bytes) {
            *to = *from;
        }
        let length = u8::try_from(bytes.len().min(LONGEST)).expect("because 64 fits");
        Self { bytes: value, length }
    }

    /// The bytes, most significant first for checksums that are numbers.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Reads a digest of `algorithm` from hexadecimal of either case; `None` for any other text.
    pub fn from_hex(algorithm: Algorithm, text: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        let bytes = bytes.get_mut(..algorithm.length())?;
        hex::decode_to_slice(text, bytes).ok()?;
        Some(Self::new(bytes))
    }
}

impl fmt::Display for DigestValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 2 * LONGEST];
        let (Some(text), bytes) = (text.get_mut(..2 * self.as_bytes().len()), self.as_bytes()) else {
            return Err(fmt::Error);
        };
        hex::encode_to_slice(bytes, text).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for DigestValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_of_the_right_length_only() {
        let value = DigestValue::from_hex(Algorithm::Crc32, b"00fFa907").expect("eight digits");
        assert_eq!(value.to_string(), "00ffa907");
        assert_eq!(value.as_bytes(), [0, 0xff, 0xa9, 7]);
        for wrong in [&b"00ffa9"[..], b"00ffa90", b"00ffa9070", b"00ffa90g", b""] {
            assert_eq!(DigestValue::from_hex(Algorithm::Crc32, wrong), None);
        }
    }
}
