//! The text of a list, divided into lines.

/// What Windows programs put before text in UTF-8; a list made of several has it in the middle too.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How the lines of a list end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With a newline, perhaps after a carriage return.
    Newline,
    /// With NUL, so that names are not escaped.
    Nul,
}

impl End {
    /// The end of the lines of `text`. Nothing but NUL as the very last byte, behind a line, tells a list of the second
    /// kind: what is filled up with zeros has a newline, or more of them, before it.
    pub(super) fn of(text: &[u8]) -> Self {
        match text {
            [.., before, 0] if !matches!(before, 0 | b'\n') => Self::Nul,
            _ => Self::Newline,
        }
    }
}

/// The lines of `text` that count, with their numbers from 1: neither empty ones nor remarks.
pub(super) fn lines(text: &[u8], end: End) -> impl Iterator<Item = (u64, &[u8])> {
    let divider = match end {
        End::Newline => b'\n',
        End::Nul => 0,
    };
    let bare = move |line: &'_ [u8]| -> usize {
        match line.split_last() {
            Some((b'\r', rest)) if end == End::Newline => rest.len(),
            _ => line.len(),
        }
    };
    let text = text.strip_suffix(&[divider]).unwrap_or(text);
    (1_u64..)
        .zip(text.split(move |byte| *byte == divider))
        .map(move |(number, line)| (number, line.get(..bare(line)).unwrap_or_default()))
        .map(|(number, line)| (number, unmarked(line)))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
}

/// A line without the marks before it: tools that mark what is marked already leave several.
fn unmarked(mut line: &[u8]) -> &[u8] {
    while let Some(rest) = line.strip_prefix(BYTE_ORDER_MARK) {
        line = rest;
    }
    line
}

/// The encoding of `text` if that is one of wider units, of either byte order: by its mark, or by characters of ASCII.
pub(super) fn wide_encoding(text: &[u8]) -> Option<&'static str> {
    let is_ascii = |byte: &u8| matches!(byte, 1..=0x7f);
    match text {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [first, 0, 0, 0, second, 0, 0, 0, ..] | [0, 0, 0, first, 0, 0, 0, second, ..]
            if is_ascii(first) && is_ascii(second) =>
        {
            Some("UTF-32")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        [first, 0, second, 0, ..] | [0, first, 0, second, ..] if is_ascii(first) && is_ascii(second) => {
            Some("UTF-16")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bare() {
        let found = |text: &'static [u8], end| lines(text, end).collect::<Vec<_>>();
        assert_eq!(
            found(b"\xef\xbb\xbf\xef\xbb\xbfa\r\n\n# b\n\xef\xbb\xbf# c\n\xef\xbb\xbfd", End::Newline),
            [(1, &b"a"[..]), (5, b"d")]
        );
        assert_eq!(found(b"a\r\nb\0\0#\0c\0", End::Nul), [(1, &b"a\r\nb"[..]), (4, b"c")]);
        assert_eq!(found(b"", End::Newline), []);
    }

    #[test]
    fn only_a_last_nul_ends_lines() {
        for (text, end) in [
            (&b"a\0b\0"[..], End::Nul),
            (b"a\nb\0", End::Nul),
            (b"a\n\0", End::Newline),
            (b"a\n\0\0\0", End::Newline),
            (b"\0\0\na\n", End::Newline),
            (b"\0", End::Newline),
            (b"", End::Newline),
        ] {
            assert_eq!(End::of(text), end, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn both_byte_orders_are_known_with_and_without_a_mark() {
        for (text, want) in [
            (&b"\xff\xfe"[..], Some("UTF-16")),
            (b"\xfe\xff\0a", Some("UTF-16")),
            (b"a\0b\0", Some("UTF-16")),
            (b"\0a\0b", Some("UTF-16")),
            (b"\xff\xfe\0\0a\0\0\0", Some("UTF-32")),
            (b"\0\0\xfe\xff\0\0\0a", Some("UTF-32")),
            (b"a\0\0\0b\0\0\0", Some("UTF-32")),
            (b"\0\0\0a\0\0\0b", Some("UTF-32")),
            (b"ab", None),
            (b"\0\0\0\0\0\0\0\0", None),
            (b"a\0\0\0", None),
            (b"\xef\xbb\xbfa", None),
            (b"", None),
        ] {
            assert_eq!(wide_encoding(text), want, "{}", text.escape_ascii());
        }
    }
}
