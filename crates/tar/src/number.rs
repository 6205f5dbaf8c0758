//! Numbers: in fields of header blocks octal, or GNU's base 256; in text decimal.

use isokit_core::error::{Error, Problem, Result, Subject};
use isokit_core::number::Be64;

/// A field that holds a number, with what an error says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'b> {
    /// As they are in the header.
    pub(crate) bytes: &'b [u8],
    /// For errors: its name in [`Ustar`](crate::layout::Ustar).
    pub(crate) name: &'static str,
    /// For errors: the structure, and where it lies.
    pub(crate) of: Subject,
}

impl Field<'_> {
    /// Octal, or GNU's base-256 two's complement behind a set first bit.
    pub(crate) fn signed(self) -> Result<i64> {
        signed(self.bytes).ok_or_else(|| self.wrong())
    }

    /// As [`Field::signed`], not below 0.
    pub(crate) fn unsigned(self) -> Result<u64> {
        u64::try_from(self.signed()?).map_err(|_| self.wrong())
    }

    /// As [`Field::unsigned`], in 32 bits.
    pub(crate) fn small(self) -> Result<u32> {
        let got = self.unsigned()?;
        u32::try_from(got).map_err(|_| self.of.out_of_range(self.name, got, "at most 4294967295"))
    }

    fn wrong(self) -> Error {
        self.of.corrupt(Problem::Text { field: self.name, bytes: self.bytes.to_vec() })
    }
}

/// Writes `value` as octal digits that fill `field` but for the zero byte at its end; if it does not fit, writes 0
/// and says so.
pub(crate) fn put_octal(field: &mut [u8], value: u64) -> bool {
    let Some((last, digits)) = field.split_last_mut() else { return false };
    *last = 0;
    let fits = u32::try_from(digits.len().saturating_mul(3))
        .ok()
        .and_then(|bits| value.checked_shr(bits))
        .is_none_or(|rest| rest == 0);
    let mut rest = if fits { value } else { 0 };
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest & 7).unwrap_or(0);
        rest >>= 3;
    }
    fits
}

/// Octal digits between blanks and NULs; nothing at all is 0.
pub(crate) fn octal(field: &[u8]) -> Option<u64> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().position(|byte| *byte != b' ').unwrap_or(field.len());
    let digits = field.get(start..)?;
    let end = digits.iter().position(is_blank).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    if !rest.iter().all(is_blank) {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// Decimal digits and nothing else.
pub(crate) fn decimal<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    let text = std::str::from_utf8(digits).ok()?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn signed(field: &[u8]) -> Option<i64> {
    if field.first().is_none_or(|first| first & 0x80 == 0) {
        return octal(field).and_then(|value| i64::try_from(value).ok());
    }
    let (head, low) = field.split_last_chunk::<8>()?;
    let negative = field.first().is_some_and(|first| first & 0x40 != 0);
    // The first bit only marks the form; bytes above the lower eight have to extend the sign.
    let fills = |(place, byte): (usize, &u8)| match (place, negative) {
        (0, false) => *byte == 0x80,
        (_, false) => *byte == 0,
        (_, true) => *byte == 0xFF,
    };
    if !head.iter().enumerate().all(fills) {
        return None;
    }
    let mut low = *low;
    if head.is_empty() && !negative {
        low[0] &= 0x7F;
    }
    let value = i64::from_be_bytes(Be64::from_bytes(low).to_bytes());
    ((value < 0) == negative).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_core::error::{Location, Structure};

    #[test]
    fn numbers_come_in_octal_or_in_256() {
        let mut field = [0; 12];
        field[0] = 0x80;
        field[7] = 2;
        let of = Structure::new("tar header", "POSIX pax").at(Location::of_byte(512));
        let unsigned = |bytes: &[u8]| Field { bytes, name: "size", of }.unsigned().ok();
        assert_eq!(unsigned(&field), Some(0x2_0000_0000));
        assert_eq!(signed(&[0xFF; 12]), Some(-1));
        assert_eq!(unsigned(&[0xFF; 12]), None);
        field[1] = 1;
        assert_eq!(signed(&field), None);
        assert_eq!(signed(&[0x80, 0, 0, 0, 0, 0, 0, 9]), Some(9));
        assert_eq!(octal(b"  17 \0\0"), Some(0o17));
        assert_eq!(octal(b"19"), None);
        assert_eq!(octal(b"7 7"), None);
    }
}
