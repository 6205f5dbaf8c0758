//! What short and long names are made of.

/// UTF-16 units of the longest name.
pub(in crate::fat) const LONGEST: usize = 255;

/// UTF-16 units in one part of a long name.
pub(in crate::fat) const UNITS: usize = 13;

/// Whether `byte`, of ASCII, may stand in a short name, a small letter as a capital one. Those beyond ASCII mean what the
/// code page of a reader says.
pub(in crate::fat) fn is_short(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'()-@^_`{}~".contains(&byte)
}

/// Whether no long name may have `c`.
pub(in crate::fat) fn is_reserved(c: char) -> bool {
    // U+FFFF pads long names.
    matches!(c, '\0'..'\u{20}' | '"' | '*' | '/' | ':' | '<' | '>' | '?' | '\\' | '|' | '\u{FFFF}')
}

/// What ties the parts of a long name to the entry with the short one ("ChkSum").
pub(in crate::fat) fn checksum(short: &[u8; 11]) -> u8 {
    short.iter().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_other_writers() {
        // As Linux and mtools record it of `hello world.txt`.
        assert_eq!(checksum(b"HELLOW~1TXT"), 0x1B);
    }
}
