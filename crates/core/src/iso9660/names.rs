//! File identifiers as names: what is left of `README.TXT;1` when the standard's own marks are taken off.

/// Appends the name that the file identifier `identifier` of a plain tree stands for.
///
/// The version number `;N` goes, and so does the dot before it when there is no extension (ECMA-119 7.5.1 demands
/// `NAME.;1` for it). Case is kept.
pub(super) fn plain(identifier: &[u8], is_directory: bool, name: &mut Vec<u8>) {
    let mut rest = identifier;
    if !is_directory {
        rest = without_version(rest);
        if let [stem @ .., b'.'] = rest
            && !stem.is_empty()
        {
            rest = stem;
        }
    }
    name.extend_from_slice(rest);
}

/// `identifier` without a version number.
pub(super) fn without_version(identifier: &[u8]) -> &[u8] {
    let digits = identifier.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, _) = identifier.split_at(identifier.len().saturating_sub(digits));
    match before {
        [name @ .., b';'] if !name.is_empty() => name,
        _ => identifier,
    }
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
            (b"A;x", false, b"A;x"),
            (b"DIR.EXT", true, b"DIR.EXT"),
            (b"DIR.", true, b"DIR."),
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
