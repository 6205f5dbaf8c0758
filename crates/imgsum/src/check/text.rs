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
        .map(|(number, line)| (number, line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
}

/// Whether `text` is UTF-16 of either byte order: its mark, or two characters of ASCII.
pub(super) fn is_utf_16(text: &[u8]) -> bool {
    match text {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [first, 0, second, 0, ..] | [0, first, 0, second, ..] => {
            matches!(first, 1..=0x7f) && matches!(second, 1..=0x7f)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bare() {
        let found = |text: &'static [u8], end| lines(text, end).collect::<Vec<_>>();
        assert_eq!(
            found(b"\xef\xbb\xbfa\r\n\n# b\n\xef\xbb\xbf# c\n\xef\xbb\xbfd", End::Newline),
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
        for text in [&b"\xff\xfe"[..], b"\xfe\xff\0a", b"a\0b\0", b"\0a\0b"] {
            assert!(is_utf_16(text), "{}", text.escape_ascii());
        }
        for text in [&b"ab"[..], b"\0\0\0\0", b"a\0\0\0", b"\xef\xbb\xbfa", b""] {
            assert!(!is_utf_16(text), "{}", text.escape_ascii());
        }
    }
}
