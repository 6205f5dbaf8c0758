//! File identifiers as names: what is left of `README.TXT;1` when the standard's own marks are taken off.

/// Appends the name that the file identifier `identifier` of a plain tree stands for, and returns its version number.
///
/// The version number `;N` goes, and so does the dot before it when there is no extension (ECMA-119 7.5.1 demands
/// `NAME.;1` for it). Case is kept. An identifier of a directory has neither, but some writers record `;1`.
pub(super) fn plain(identifier: &[u8], is_directory: bool, name: &mut Vec<u8>) -> Option<u32> {
    let (mut stem, mut version) = split(identifier);
    match stem {
        _ if is_directory && version != Some(1) => (stem, version) = (identifier, None),
        [before @ .., b'.'] if !is_directory && !before.is_empty() => stem = before,
        _ => {}
    }
    name.extend_from_slice(stem);
    version
}

/// `identifier` without its version number, and that.
pub(super) fn split(identifier: &[u8]) -> (&[u8], Option<u32>) {
    let digits = identifier.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, digits) = identifier.split_at(identifier.len().saturating_sub(digits));
    match before {
        [name @ .., b';'] if !name.is_empty() => (name, Some(number(digits))),
        _ => (identifier, None),
    }
}

/// `identifier` without its version number.
pub(super) fn stem(identifier: &[u8]) -> &[u8] {
    split(identifier).0
}

/// The number of `digits`, or the largest there is; 0 for none of them.
fn number(digits: &[u8]) -> u32 {
    let add = |sum: u32, digit: &u8| sum.saturating_mul(10).saturating_add(digit.saturating_sub(b'0').into());
    digits.iter().fold(0, add)
}

/// Makes `name` one component of a path: `/` and NUL become `_`. Whether anything had to be changed.
pub(super) fn make_component(name: &mut [u8]) -> bool {
    let is_foreign = |byte: &u8| matches!(byte, b'/' | 0);
    // No early end: so the bytes are looked at many at a time, and hardly any name has one.
    let changed = name.iter().fold(false, |any, byte| any | is_foreign(byte));
    if changed {
        name.iter_mut().filter(|byte| is_foreign(byte)).for_each(|byte| *byte = b'_');
    }
    changed
}

/// Whether `name` can be a name in a directory: `.` and `..` and nothing cannot.
pub(super) fn is_nameable(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_the_standard_are_taken_off() {
        for (identifier, is_directory, want) in [
            (&b"README.TXT;1"[..], false, &b"README.TXT"[..]),
            (b"README.;1", false, b"README"),
            (b"README;32767", false, b"README"),
            (b"README.", false, b"README"),
            (b"A.B.;1", false, b"A.B"),
            (b";1", false, b";1"),
            (b".;1", false, b"."),
            (b"A;", false, b"A"),
            (b"A.EXT;99999999999", false, b"A.EXT"),
            (b"A;x", false, b"A;x"),
            (b"DIR.EXT", true, b"DIR.EXT"),
            (b"DIR.", true, b"DIR."),
            (b"DIR;1", true, b"DIR"),
            (b"DIR;2", true, b"DIR;2"),
        ] {
            let mut name = Vec::new();
            plain(identifier, is_directory, &mut name);
            assert_eq!(name, want, "{}", identifier.escape_ascii());
        }
    }

    #[test]
    fn a_name_cannot_leave_its_directory() {
        let mut name = b"../a\0b".to_vec();
        assert!(make_component(&mut name));
        assert_eq!(name, b".._a_b");
        assert!(!is_nameable(b".."));
        assert!(is_nameable(b"..."));
    }
}
