//! OSTA compressed Unicode (UDF 2.1.1) and the strings made of it.

use super::layout::CharSpec;

/// Identifier bytes (a compression id, then characters of 8 or 16 bits) as UTF-8. 16-bit characters may be surrogate
/// pairs (UDF 2.60 2.1.1 allows them); an unpaired one becomes U+FFFD. `None` for another compression id.
pub(crate) fn decode(bytes: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let (id, characters) = bytes.split_first()?;
    let mut push = |c: char| into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    match id {
        8 if characters.is_ascii() => into.extend_from_slice(characters),
        // 254 and 255 mark identifiers of deleted files that are unique no more.
        8 | 254 => characters.iter().for_each(|byte| push(char::from(*byte))),
        16 | 255 => {
            let units = characters.chunks_exact(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0,
            });
            for c in char::decode_utf16(units) {
                push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        _ => return None,
    }
    Some(())
}

/// Puts `_` for what no name of a file can hold, a slash or a NUL, and returns whether there was any.
pub(super) fn clean(name: &mut [u8]) -> bool {
    let illegal = name.iter_mut().filter(|byte| matches!(byte, b'/' | 0));
    illegal.map(|byte| *byte = b'_').count() > 0
}

/// A dstring (ECMA-167 1/7.2.12): the last byte says how many are used.
pub fn dstring(field: &[u8]) -> String {
    let Some((length, bytes)) = field.split_last() else { return String::new() };
    let mut text = Vec::new();
    let used = bytes.get(..usize::from(*length)).unwrap_or(bytes);
    let _ = decode(used, &mut text);
    String::from_utf8_lossy(&text).trim_end_matches('\0').to_owned()
}

/// Characters that no identifier has: byte order marks (UDF 2.1.1).
pub(crate) const BYTE_ORDER_MARKS: [char; 2] = ['\u{FEFF}', '\u{FFFE}'];

/// `text` as identifier bytes: 8-bit characters where all are below U+0100, else 16-bit ones, surrogate pairs above
/// U+FFFF. Empty for empty text.
pub(crate) fn encode(text: &str, into: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    let start = into.len();
    into.push(8);
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) => into.push(byte),
            Err(_) => {
                into.truncate(start);
                into.push(16);
                into.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
                return;
            }
        }
    }
}

/// As much of `text` as dstrings of `size` bytes hold: one of them says how wide characters are, one how many bytes are used.
pub(crate) fn fitting(text: &str, size: usize) -> &str {
    let room = size.saturating_sub(1).min(usize::from(u8::MAX));
    // No character takes less than a byte.
    let most = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let mut encoded = Vec::new();
    let ends = (0..=most).rev().filter(|end| text.is_char_boundary(*end));
    let mut heads = ends.filter_map(|end| text.get(..end));
    let fits = |head: &&str| {
        encoded.clear();
        encode(head, &mut encoded);
        encoded.len() <= room
    };
    heads.find(fits).unwrap_or_default()
}

/// Fills a dstring with as much of `text` as it holds, and zeros.
pub(crate) fn set_dstring(field: &mut [u8], text: &str) {
    field.fill(0);
    let mut encoded = Vec::new();
    encode(fitting(text, field.len()), &mut encoded);
    let Some((length, bytes)) = field.split_last_mut() else { return };
    if let (Some(room), Ok(used)) = (bytes.get_mut(..encoded.len()), u8::try_from(encoded.len())) {
        room.copy_from_slice(&encoded);
        *length = used;
    }
}

/// The only character set of UDF, OSTA compressed Unicode (UDF 2.1.2).
pub(crate) fn cs0() -> CharSpec {
    let mut spec = CharSpec { set_type: 0, information: [0; 63] };
    for (place, byte) in spec.information.iter_mut().zip(b"OSTA Compressed Unicode") {
        *place = *byte;
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Option<String> {
        let mut text = Vec::new();
        decode(bytes, &mut text)?;
        String::from_utf8(text).ok()
    }

    #[test]
    fn both_widths_surrogates_and_unknown_ids() {
        assert_eq!(decoded(b"\x08caf\xE9").as_deref(), Some("café"));
        assert_eq!(decoded(b"\x10\x20\xAC\xD8\x34\xDD\x1E").as_deref(), Some("€𝄞"));
        assert_eq!(decoded(b"\x10\xD8\x34\x00a").as_deref(), Some("\u{FFFD}a"));
        assert_eq!(decoded(b"\x09x"), None);
        assert_eq!(dstring(b"\x08DISC\0\0\0\x05"), "DISC");
    }

    #[test]
    fn encoding_takes_the_narrowest_width_and_cuts_at_characters() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("caf\u{E9}", b"\x08caf\xE9"),
            ("\u{20AC}a", b"\x10\x20\xAC\x00a"),
            ("\u{1D11E}", b"\x10\xD8\x34\xDD\x1E"),
        ] {
            let mut encoded = Vec::new();
            encode(text, &mut encoded);
            assert_eq!(encoded, bytes);
            assert_eq!(decoded(bytes).unwrap_or_default(), text);
        }
        let mut field = [9; 8];
        set_dstring(&mut field, "a\u{1D11E}\u{1D11E}");
        assert_eq!(field, *b"\x10\x00a\xD8\x34\xDD\x1E\x07");
        set_dstring(&mut field, "abcdefghij");
        assert_eq!(field, *b"\x08abcdef\x07");
        set_dstring(&mut field, "");
        assert_eq!(field, [0; 8]);
    }
}
