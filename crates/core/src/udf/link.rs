//! Targets of symbolic links (ECMA-167 4/14.16).

use super::charset;
use super::layout::{PATH_COMPONENTS, PathComponent};
use crate::error::{Location, Problem, Result};
use crate::fields::Fields;
use zerocopy::IntoBytes;

/// Values of [`PathComponent::component_type`] (ECMA-167 4/14.16.1.1).
mod component_type {
    pub(super) const AGREED_ROOT: u8 = 1;
    pub(super) const ROOT: u8 = 2;
    pub(super) const PARENT: u8 = 3;
    pub(super) const CURRENT: u8 = 4;
    pub(super) const NAME: u8 = 5;
}

/// Appends the path that the components in `bytes`, at `at`, spell.
///
/// # Errors
/// [`crate::Error::Corrupt`] for components that are cut, of no known type, or no text.
pub(super) fn decode(bytes: &[u8], at: Location, into: &mut Vec<u8>) -> Result<()> {
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
            component_type::AGREED_ROOT | component_type::ROOT => {
                into.truncate(start);
                into.push(b'/');
            }
            component_type::PARENT => into.extend_from_slice(b".."),
            component_type::CURRENT => into.push(b'.'),
            component_type::NAME => {
                let name = into.len();
                charset::decode(identifier, into).ok_or_else(|| {
                    here.corrupt(Problem::Text { field: "component identifier", bytes: identifier.to_vec() })
                })?;
                charset::clean(into.get_mut(name..).unwrap_or_default());
            }
            other => return Err(here.out_of_range("component type", other.into(), "1 to 5")),
        }
    }
    Ok(())
}

/// Appends the path components of `target` (ECMA-167 4/14.16): what [`recorded`] gives is what they say.
pub(super) fn encode(target: &[u8], out: &mut Vec<u8>) {
    for (kind, name) in components(target) {
        let start = out.len();
        let head = PathComponent { component_type: kind, identifier_length: 0, version: 0.into() };
        out.extend_from_slice(head.as_bytes());
        let before = out.len();
        identifier(name, out);
        out[start + 1] = u8::try_from(out.len() - before).expect("because longer ones are cut");
    }
}

/// `target` as its path components read: they know no repeated and no trailing slashes, and only Unicode.
pub(super) fn recorded(target: &[u8]) -> Vec<u8> {
    let (mut components, mut path) = (Vec::new(), Vec::new());
    encode(target, &mut components);
    decode(&components, Location::default(), &mut path).expect("because they were made here");
    path
}

/// Bytes of the path components of `target`.
pub(super) fn length(target: &[u8]) -> usize {
    let mut room = Vec::new();
    components(target)
        .map(|(_, name)| {
            room.clear();
            identifier(name, &mut room);
            size_of::<PathComponent>() + room.len()
        })
        .sum()
}

fn components(target: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let root = target.starts_with(b"/").then_some((component_type::ROOT, &b""[..]));
    let parts = target.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).map(|part| match part {
        b".." => (component_type::PARENT, &b""[..]),
        b"." => (component_type::CURRENT, &b""[..]),
        name => (component_type::NAME, name),
    });
    root.into_iter().chain(parts)
}

/// Appends the identifier of one name, cut at 255 bytes as that of a name in a directory is.
fn identifier(name: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(name).replace(charset::BYTE_ORDER_MARKS, "_");
    charset::encode(charset::fitting(&text, 256), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(bytes: &[u8]) -> Result<String, String> {
        let mut path = Vec::new();
        decode(bytes, Location::of_byte(0x100), &mut path).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(path).expect("text"))
    }

    #[test]
    fn every_type_of_component() {
        let relative = b"\x03\0\0\0\x03\0\0\0\x04\0\0\0\x05\x04\0\0\x08abc\x05\x05\0\0\x10\x20\xAC\0b";
        assert_eq!(target(relative).as_deref(), Ok("../.././abc/\u{20AC}b"));
        assert_eq!(target(b"\x02\0\0\0\x05\x02\0\0\x08a").as_deref(), Ok("/a"));
        assert_eq!(target(b"\x02\0\0\0").as_deref(), Ok("/"));
        assert_eq!(target(b"\x01\x03\0\0\x08XY\x05\x02\0\0\x08a").as_deref(), Ok("/a"));
        assert_eq!(target(b"\x05\x06\0\0\x08a/b\0c").as_deref(), Ok("a_b_c"), "as names of files");
        for (bytes, problem) in [
            (&b"\x06\0\0\0"[..], "byte 0x104: path component: component type is 6, expected 1 to 5"),
            (b"\x05\x09\0\0\x08a", "byte 0x104: path component: truncated: 9 bytes needed, 2 there"),
            (
                b"\x05\x02\0\0\x09a",
                "byte 0x104: path component: component identifier is not legal text: \"\\ta\"",
            ),
        ] {
            assert_eq!(target(bytes), Err(problem.to_owned()));
        }
    }

    #[test]
    fn every_kind_of_component_is_written() {
        for (target, bytes) in [
            (&b"/"[..], &b"\x02\0\0\0"[..]),
            (b".", b"\x04\0\0\0"),
            (b"../a", b"\x03\0\0\0\x05\x02\0\0\x08a"),
            (b"/a//b/", b"\x02\0\0\0\x05\x02\0\0\x08a\x05\x02\0\0\x08b"),
            ("€".as_bytes(), b"\x05\x03\0\0\x10\x20\xAC"),
        ] {
            let mut out = Vec::new();
            encode(target, &mut out);
            assert_eq!(out, bytes);
            assert_eq!(length(target), bytes.len());
        }
        for (target, reads) in [
            (&b"/"[..], &b"/"[..]),
            (b"../a/./b", b"../a/./b"),
            (b"/a//b/", b"/a/b"),
            (b"\xff/b", "\u{FFFD}/b".as_bytes()),
            ("\u{FEFF}a".as_bytes(), b"_a"),
            (&[b'n'; 300], &[b'n'; 254]),
        ] {
            assert_eq!(recorded(target), reads);
        }
        let mut out = Vec::new();
        encode(&[b'n'; 300], &mut out);
        assert_eq!((out.len(), out[1]), (4 + 255, 255));
    }
}
