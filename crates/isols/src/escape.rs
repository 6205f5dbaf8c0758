//! Names for a terminal, and the columns they take there.

use isokit_cli::name;
use unicode_width::UnicodeWidthStr;

/// Appends `name` to `line` as a terminal may show it, and returns the columns it takes.
pub(crate) fn push(name: &[u8], line: &mut Vec<u8>) -> usize {
    let text = shown(name);
    line.extend_from_slice(text.as_bytes());
    text.width()
}

/// `name` as a terminal may show it.
pub(crate) fn shown(name: &[u8]) -> String {
    name::shown(name)
}

/// Columns of a terminal that `name` takes when it is written as it is, unescaped.
pub(crate) fn columns(name: &[u8]) -> usize {
    String::from_utf8_lossy(name).width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_what_is_shown() {
        for (name, want, columns) in
            [("日本.iso", "日本.iso", 8), ("e\u{301}", "e\u{301}", 1), ("a\nb", "a\\nb", 4)]
        {
            let mut line = Vec::new();
            assert_eq!(push(name.as_bytes(), &mut line), columns, "{want}");
            assert_eq!(line, want.as_bytes());
        }
    }
}
