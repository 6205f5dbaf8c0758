//! Targets of symbolic links as path components (ECMA-167 4/14.16).

use crate::udf::charset;
use crate::udf::layout::PathComponent;
use zerocopy::IntoBytes;

/// Component types.
mod component_type {
    pub(super) const ROOT: u8 = 2;
    pub(super) const PARENT: u8 = 3;
    pub(super) const CURRENT: u8 = 4;
    pub(super) const NAME: u8 = 5;
}

/// Appends the path components of `target`.
pub(super) fn write(target: &[u8], out: &mut Vec<u8>) {
    for (kind, name) in components(target) {
        let start = out.len();
        let head = PathComponent { component_type: kind, identifier_length: 0, version: 0.into() };
        out.extend_from_slice(head.as_bytes());
        let before = out.len();
        identifier(name, out);
        out[start + 1] = u8::try_from(out.len() - before).expect("because longer ones are cut");
    }
}

/// Bytes of the path components of `target`.
pub(in crate::udf) fn path_length(target: &[u8]) -> usize {
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
    let text = String::from_utf8_lossy(name);
    let start = out.len();
    for end in (0..=text.len()).rev().filter(|end| text.is_char_boundary(*end)) {
        out.truncate(start);
        charset::encode(text.get(..end).unwrap_or_default(), out);
        if out.len() - start <= 255 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_component() {
        for (target, bytes) in [
            (&b"/"[..], &b"\x02\0\0\0"[..]),
            (b".", b"\x04\0\0\0"),
            (b"../a", b"\x03\0\0\0\x05\x02\0\0\x08a"),
            (b"/a//b/", b"\x02\0\0\0\x05\x02\0\0\x08a\x05\x02\0\0\x08b"),
            ("€".as_bytes(), b"\x05\x03\0\0\x10\x20\xAC"),
        ] {
            let mut out = Vec::new();
            write(target, &mut out);
            assert_eq!(out, bytes);
            assert_eq!(path_length(target), bytes.len());
        }
        let mut out = Vec::new();
        write(&[b'n'; 300], &mut out);
        assert_eq!((out.len(), out[1]), (4 + 255, 255));
    }
}
