//! Targets of symbolic links (ECMA-167 4/14.16).

use super::charset;
use super::layout::{PATH_COMPONENTS, PathComponent};
use crate::error::{Problem, Result};
use crate::fields::Fields;

/// Appends the path that the components in `bytes`, at absolute byte `at`, spell.
///
/// # Errors
/// [`crate::Error::Corrupt`] for components that are cut, of no known type, or no text.
pub(super) fn append(bytes: &[u8], at: u64, into: &mut Vec<u8>) -> Result<()> {
    let mut fields = Fields::new(bytes, at, PATH_COMPONENTS);
    let start = into.len();
    while !fields.is_empty() {
        let component: &PathComponent = fields.read()?;
        let here = fields.clone();
        let identifier = fields.take(component.identifier_length.into())?;
        if into.len() > start && into.last() != Some(&b'/') {
            into.push(b'/');
        }
        match component.component_type {
            // The root of a file system that the parties agreed on: its name, if it has one, is not part of a path.
            1 | 2 => {
                into.truncate(start);
                into.push(b'/');
            }
            3 => into.extend_from_slice(b".."),
            4 => into.push(b'.'),
            5 => charset::decode(identifier, into).ok_or_else(|| {
                here.corrupt(Problem::Text { field: "component identifier", bytes: identifier.to_vec() })
            })?,
            other => return Err(here.out_of_range("component type", other.into(), "1 to 5")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(bytes: &[u8]) -> Result<String, String> {
        let mut path = Vec::new();
        append(bytes, 0x100, &mut path).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(path).expect("text"))
    }

    #[test]
    fn every_type_of_component() {
        let relative = b"\x03\0\0\0\x03\0\0\0\x04\0\0\0\x05\x04\0\0\x08abc\x05\x05\0\0\x10\x20\xAC\0b";
        assert_eq!(target(relative).as_deref(), Ok("../.././abc/\u{20AC}b"));
        assert_eq!(target(b"\x02\0\0\0\x05\x02\0\0\x08a").as_deref(), Ok("/a"));
        assert_eq!(target(b"\x02\0\0\0").as_deref(), Ok("/"));
        assert_eq!(target(b"\x01\x03\0\0\x08XY\x05\x02\0\0\x08a").as_deref(), Ok("/a"));
        for (bytes, problem) in [
            (
                &b"\x06\0\0\0"[..],
                "byte 0x104 (sector 0): path component: component type is 6, expected 1 to 5",
            ),
            (
                b"\x05\x09\0\0\x08a",
                "byte 0x104 (sector 0): path component: truncated: 9 bytes needed, 2 there",
            ),
            (
                b"\x05\x02\0\0\x09a",
                "byte 0x104 (sector 0): path component: component identifier is not legal text: \"\\ta\"",
            ),
        ] {
            assert_eq!(target(bytes), Err(problem.to_owned()));
        }
    }
}
