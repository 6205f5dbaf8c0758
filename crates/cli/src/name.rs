//! Names of files in messages and on terminals. To pipes and files they go as they are.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;

/// `name` as a terminal may show it: nothing in it moves the cursor, rings the bell or turns the text around. What
/// cannot be shown is escaped as in C; a backslash is doubled, so that the name can be told from what is shown.
pub fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => text.push_str("\\\\"),
                c => push_visible(c, &mut text),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// `text`, a message of one line, as a terminal may show it: as [`shown`], but what is escaped already stays as it is.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len());
    text.chars().for_each(|c| push_visible(c, &mut visible));
    Cow::Owned(visible)
}

/// Appends `text`, which may have several lines, with tabs in them, as a terminal may show it.
pub fn push_lines(text: &[u8], lines: &mut Vec<u8>) {
    for piece in text.split_inclusive(|byte| matches!(byte, b'\n' | b'\t' | 0)) {
        let (piece, end) = match piece.split_last() {
            Some((b'\n' | b'\t' | 0, rest)) => piece.split_at(rest.len()),
            _ => (piece, &[][..]),
        };
        for chunk in piece.utf8_chunks() {
            lines.extend_from_slice(visible(chunk.valid()).as_bytes());
            for byte in chunk.invalid() {
                lines.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
            }
        }
        lines.extend_from_slice(end);
    }
}

fn push_visible(c: char, text: &mut String) {
    match c {
        '\n' | '\t' | '\r' => text.extend(c.escape_default()),
        c if is_obeyed(c) => text.extend(c.escape_unicode()),
        c => text.push(c),
    }
}

/// Whether a terminal obeys `c` instead of showing it: controls of both sets, and characters that change the direction of
/// the text around them or break the line (Unicode 16, UAX #9 2).
pub(crate) const fn is_obeyed(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
}

/// `path` in the image `input`, for a message.
pub fn inside(input: &str, path: &[u8]) -> String {
    let slash = if path.starts_with(b"/") { "" } else { "/" };
    format!("{input}: {slash}{}", shown(path))
}

/// `file` as one word of a shell's command line that no program takes for an option.
pub fn quoted(file: &OsStr) -> Cow<'_, str> {
    match file.to_str() {
        Some(text) if text.starts_with('-') => Cow::Owned(apostrophes(&format!("./{text}"))),
        _ => quoted_argument(file),
    }
}

/// `word`, an option or not, as one word of a shell's command line.
pub fn quoted_argument(word: &OsStr) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+,:@%=".contains(&byte);
    match word.to_str() {
        Some(text) if !text.is_empty() && text.bytes().all(plain) => Cow::Borrowed(text),
        Some(text) if !text.contains(is_obeyed) => Cow::Owned(apostrophes(text)),
        // What a terminal would obey, or is not text, is written so that bash, ksh and zsh read it back.
        _ => Cow::Owned(format!("$'{}'", word.as_bytes().escape_ascii())),
    }
}

fn apostrophes(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        for (name, want) in [
            (&b"plain name.txt"[..], "plain name.txt"),
            (b"a\nb\x1b[31m", "a\\nb\\u{1b}[31m"),
            (b"back\\slash", "back\\\\slash"),
            ("日本.iso".as_bytes(), "日本.iso"),
            (b"\xff\xfe", "\\xff\\xfe"),
            ("\u{202e}gpj".as_bytes(), "\\u{202e}gpj"),
            ("\u{61c}\u{9b}31m\x7f".as_bytes(), "\\u{61c}\\u{9b}31m\\u{7f}"),
        ] {
            assert_eq!(shown(name), want);
        }
    }

    #[test]
    fn lines_stay_lines_and_escapes_stay_escapes() {
        assert_eq!(visible("x: a\\nb"), "x: a\\nb");
        assert_eq!(visible("x\n\x1b[31m\u{9b}"), "x\\n\\u{1b}[31m\\u{9b}");
        let mut lines = Vec::new();
        push_lines(b"a\\\tb\x1b\n\xffc\r\0", &mut lines);
        assert_eq!(lines, b"a\\\tb\\u{1b}\n\\xffc\\r\0");
    }

    #[test]
    fn words_survive_a_shell() {
        for (word, want) in [
            ("a/b.iso", "a/b.iso"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("-x", "'./-x'"),
            ("", "''"),
            ("\x1b'é", r"$'\x1b\'\xc3\xa9'"),
        ] {
            assert_eq!(quoted(OsStr::new(word)), want);
        }
    }
}
