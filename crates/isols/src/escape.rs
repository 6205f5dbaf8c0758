//! Names for a terminal: nothing in them moves the cursor, rings the bell or turns the text around.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Appends `name` to `line` as a terminal may show it, and returns the columns it takes. What cannot be shown is
/// escaped as in C; a backslash is doubled, so that the name can be told from what is shown.
pub(crate) fn push(name: &[u8], line: &mut Vec<u8>) -> usize {
    let mut columns: usize = 0;
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            let start = line.len();
            let width = push_char(c, line);
            columns = columns.saturating_add(width.unwrap_or(line.len().saturating_sub(start)));
        }
        for byte in chunk.invalid() {
            line.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
            columns = columns.saturating_add(4);
        }
    }
    columns
}

/// Appends one character; its columns, or `None` when they are the bytes appended.
fn push_char(c: char, line: &mut Vec<u8>) -> Option<usize> {
    match c {
        ' '..='[' | ']'..='~' => line.push(u8::try_from(c).unwrap_or(b'?')),
        '\\' | '\n' | '\t' | '\r' => line.extend(c.escape_default().map(|c| u8::try_from(c).unwrap_or(b'?'))),
        _ if c.is_control() || turns_text(c) => {
            line.extend_from_slice(c.escape_unicode().to_string().as_bytes())
        }
        _ => {
            line.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(c.width().unwrap_or(0));
        }
    }
    None
}

/// The columns that `name` takes, as it is.
pub(crate) fn columns(name: &[u8]) -> usize {
    UnicodeWidthStr::width(String::from_utf8_lossy(name).as_ref())
}

/// Characters that change the direction of the text around them, or break the line.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `name` for a message: as [`push`] shows it.
pub(crate) fn shown(name: &[u8]) -> String {
    let mut text = Vec::new();
    push(name, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        for (name, want, columns) in [
            (&b"plain name.txt"[..], "plain name.txt", 14),
            (b"a\nb\x1b[31m", "a\\nb\\u{1b}[31m", 14),
            (b"back\\slash", "back\\\\slash", 11),
            ("日本.iso".as_bytes(), "日本.iso", 8),
            ("e\u{301}".as_bytes(), "e\u{301}", 1),
            (b"\xff\xfe", "\\xff\\xfe", 8),
            ("\u{202e}gpj".as_bytes(), "\\u{202e}gpj", 11),
        ] {
            let mut line = Vec::new();
            assert_eq!(push(name, &mut line), columns, "{want}");
            assert_eq!(String::from_utf8(line).expect("text"), want);
        }
    }
}
