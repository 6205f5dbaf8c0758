//! Joliet: a supplementary volume descriptor whose tree has names in UCS-2, in practice UTF-16, big-endian.

use super::names;

/// Appends the UTF-8 of `bytes`, UTF-16 big-endian. A surrogate without its pair becomes U+FFFD; an odd last byte, as
/// fields of 37 bytes have, is no character. Whether there was either.
pub fn append_utf8(bytes: &[u8], text: &mut Vec<u8>) -> bool {
    let (pairs, _) = bytes.as_chunks();
    let pairs = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
    let mut damaged = !bytes.len().is_multiple_of(2);
    let mut utf8 = [0; 4];
    for unit in char::decode_utf16(pairs) {
        let character = unit.unwrap_or_else(|_| {
            damaged = true;
            char::REPLACEMENT_CHARACTER
        });
        text.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes());
    }
    damaged
}

/// A Joliet file identifier taken for a name: UTF-8, without version number.
pub(super) struct Name {
    /// Its version number; `None` where the identifier has none.
    pub(super) version: Option<u32>,
    /// A part of it was no text.
    pub(super) is_damaged: bool,
}

/// Appends the name that a Joliet file identifier stands for.
pub(super) fn name(identifier: &[u8], is_directory: bool, name: &mut Vec<u8>) -> Name {
    let is_damaged = append_utf8(identifier, name);
    let (stem, version) = names::split(name);
    let version = version.filter(|version| !is_directory || *version == 1);
    if version.is_some() {
        name.truncate(stem.len());
    }
    Name { version, is_damaged }
}

/// `identifier` without its version number, both still UTF-16.
pub(super) fn stem(identifier: &[u8]) -> &[u8] {
    let (pairs, _) = identifier.as_chunks::<2>();
    let digits = pairs.iter().rev().take_while(|[high, low]| *high == 0 && low.is_ascii_digit()).count();
    let kept = pairs.len().saturating_sub(digits);
    match pairs.get(..kept) {
        Some([name @ .., [0, b';']]) if !name.is_empty() => name.as_flattened(),
        _ => identifier,
    }
}

/// The level that `escape_sequences` of a supplementary volume descriptor name: 1, 2 or 3; `None` when it is not Joliet.
pub fn level(escape_sequences: &[u8]) -> Option<u8> {
    escape_sequences.windows(3).find_map(|sequence| match sequence {
        b"%/@" => Some(1),
        b"%/C" => Some(2),
        b"%/E" => Some(3),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    #[test]
    fn names_become_utf8_with_surrogate_pairs() {
        let mut text = Vec::new();
        let found = name(&utf16("Grüße 😀.txt;1"), false, &mut text);
        assert_eq!((found.version, found.is_damaged), (Some(1), false));
        assert_eq!(text, "Grüße 😀.txt".as_bytes());
    }

    #[test]
    fn lone_surrogates_are_replaced_odd_bytes_passed_over_and_both_told() {
        for bytes in [&[0, b'a', 0xd8, 0x3d, 0, b'b'][..], &[0, b'a', 0xde, 0x00, 0, b'b']] {
            let mut text = Vec::new();
            assert!(append_utf8(bytes, &mut text));
            assert_eq!(text, "a\u{fffd}b".as_bytes());
        }
        let mut text = Vec::new();
        assert!(append_utf8(&[0, b'a', 0], &mut text));
        assert_eq!(text, b"a");
    }

    #[test]
    fn escape_sequences_name_the_level() {
        assert_eq!(level(b"%/@\0\0"), Some(1));
        assert_eq!(level(b"%/C"), Some(2));
        assert_eq!(level(b"\0%/E"), Some(3));
        assert_eq!(level(b"%/F"), None);
    }
}
