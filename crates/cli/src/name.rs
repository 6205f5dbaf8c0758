//! Names of files in messages and on terminals. To pipes and files they go as they are.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write;

/// `name` as a terminal may show it: nothing in it moves the cursor, rings the bell or turns the text around. What
/// cannot be shown is escaped as in C; a backslash is doubled, so that the name can be told from what is shown.
pub fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' | '\n' | '\t' | '\r' => text.extend(c.escape_default()),
                c if c.is_control() || turns_text(c) => text.extend(c.escape_unicode()),
                c => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Characters that change the direction of the text around them, or break the line.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
        _ => Cow::Owned(apostrophes(&word.to_string_lossy())),
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
        ] {
            assert_eq!(shown(name), want);
        }
    }

    #[test]
    fn words_survive_a_shell() {
        for (word, want) in
            [("a/b.iso", "a/b.iso"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("-x", "'./-x'"), ("", "''")]
        {
            assert_eq!(quoted(OsStr::new(word)), want);
        }
    }
}
