//! The names of a directory: which of them FAT can hold, and how.

use super::short::{Short, Taken, exact};
use crate::error::{Error, Result};
use crate::fat::name::{LONGEST, UNITS, is_reserved};
use crate::number::wide;
use crate::tree::build::{Build, NameId};
use std::collections::HashMap;

/// How the names `children` of one directory are recorded, in their order.
///
/// # Errors
/// [`Error::Usage`] for a name that FAT cannot hold, or not beside another; [`Error::TooLarge`] for more names than short names
/// can be told apart.
pub(super) fn recorded<O>(build: &Build<O>, children: &[NameId]) -> Result<Vec<Short>> {
    let mut taken = Taken::default();
    let mut folded: HashMap<String, NameId> = HashMap::with_capacity(children.len());
    let mut all = Vec::with_capacity(children.len());
    for child in children {
        let name = text(build.name(*child).bytes).map_err(|why| {
            Error::Usage(format!("{}: FAT cannot hold this name: {why}", shown(build, *child)))
        })?;
        if let Some(other) = folded.insert(fold(name), *child) {
            return Err(Error::Usage(format!(
                "{}: FAT cannot hold this name beside \"{}\", which differs in case only",
                shown(build, *child),
                build.name(other).bytes.escape_ascii()
            )));
        }
        let short = exact(name);
        short.iter().for_each(|short| taken.keep(short.name));
        all.push((name, short));
    }
    let number = |name| taken.number(name).ok_or_else(|| too_many(build, children));
    let mut number = number;
    all.into_iter().map(|(name, short)| short.map_or_else(|| number(name), Ok)).collect()
}

/// Directory entries that a name takes.
pub(super) fn entries(name: &[u8], short: &Short) -> u64 {
    if !short.is_long {
        return 1;
    }
    wide(String::from_utf8_lossy(name).encode_utf16().count().div_ceil(UNITS)).saturating_add(1)
}

/// The name as text; else why FAT cannot hold it.
fn text(name: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(name).map_err(|_| "it is not UTF-8".to_owned())?;
    if let Some(c) = text.chars().find(|c| is_reserved(*c)) {
        return Err(format!("it contains \"{}\"", c.escape_debug()));
    }
    if text.ends_with(['.', ' ']) {
        return Err("it ends with a dot or a space".into());
    }
    match text.encode_utf16().count() {
        ..=LONGEST => Ok(text),
        units => Err(format!("it has {units} UTF-16 units, expected at most {LONGEST}")),
    }
}

/// What names have in common that are the same to readers without regard to case: Unicode's capital letters, where one stands
/// for one.
fn fold(name: &str) -> String {
    let capital = |c: char| {
        let mut capitals = c.to_uppercase();
        capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(c)
    };
    name.chars().map(capital).collect()
}

fn too_many<O>(build: &Build<O>, children: &[NameId]) -> Error {
    let path = children.first().map(|child| shown(build, build.name(*child).parent)).unwrap_or_default();
    Error::TooLarge(format!("{path}: more names than FAT can tell apart by their short names"))
}

/// A path for a message: bytes that are not ASCII are escaped.
pub(super) fn shown<O>(build: &Build<O>, name: NameId) -> String {
    format!("/{}", build.path(name).escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_fat_cannot_hold_are_told_with_the_reason() {
        for (name, why) in [
            (&b"a:b"[..], "it contains \":\""),
            (b"a\"b", "it contains \"\\\"\""),
            (b"a\\b", "it contains \"\\\\\""),
            (b"a\nb", "it contains \"\\n\""),
            ("a\u{FFFF}".as_bytes(), "it contains \"\\u{ffff}\""),
            (b"a.", "it ends with a dot or a space"),
            (b"...", "it ends with a dot or a space"),
            (b"a ", "it ends with a dot or a space"),
            (b"a\xff", "it is not UTF-8"),
            (&[b'n'; 256], "it has 256 UTF-16 units, expected at most 255"),
            ("😀".repeat(128).as_bytes(), "it has 256 UTF-16 units, expected at most 255"),
        ] {
            assert_eq!(text(name), Err(why.to_owned()));
        }
        for name in [&[b'n'; 255], "é".repeat(255).as_bytes(), b"...a", b" a", b"a+,;=[]b", b"CON"] {
            assert!(text(name).is_ok(), "{}", name.escape_ascii());
        }
    }

    #[test]
    fn case_is_that_of_single_letters() {
        assert_eq!(fold("ÄΩж1ß"), "ÄΩЖ1ß");
        assert_eq!(fold("äωЖ1ß"), "ÄΩЖ1ß");
    }
}
