//! Extended attributes and ACLs (AAIP 2.0): AL entries.

use super::rock_ridge::{self, CONTINUE};
use super::system_use::SystemUse;
use crate::tree::Attribute;

/// Name spaces that one byte stands for (AAIP, Namespaces): 2 for the first, and so on.
const NAME_SPACES: [&[u8]; 5] = [b"system.", b"user.", b"isofs.", b"trusted.", b"security."];

/// Stands before a name that would otherwise begin with the byte of a name space.
const LITERAL: u8 = 1;

/// The attributes that hold ACLs, as text.
const ACCESS: &[u8] = b"system.posix_acl_access";
const DEFAULT: &[u8] = b"system.posix_acl_default";

/// Appends the ER entry that announces AAIP (SUSP 5.5).
pub(super) fn extension_reference(to: &mut SystemUse) {
    rock_ridge::extension(
        to,
        b"AAIP_0200",
        b"AL PROVIDES VIA AAIP 2.0 SUPPORT FOR ARBITRARY FILE ATTRIBUTES IN ISO 9660 IMAGES",
        b"PLEASE CONTACT THE LIBBURNIA PROJECT, LIBBURNIA-PROJECT.ORG.",
    );
}

/// AL entries that hold `attributes` and one that libisofs has for itself; none for none. Both ACLs share one pair, whose name is
/// empty. No other attribute has a name of libisofs's: its readers would take it for a fact of the image.
pub(super) fn attributes(to: &mut SystemUse, attributes: &[Attribute], internal: Option<&Attribute>) {
    let mut area = Vec::new();
    let lists: Vec<u8> = [ACCESS, DEFAULT].into_iter().flat_map(|name| acl(name, attributes)).collect();
    if !lists.is_empty() {
        component(b"", &mut area);
        component(&lists, &mut area);
    }
    let is_plain = |item: &&Attribute| {
        item.name != ACCESS && item.name != DEFAULT && !item.name.starts_with(NAME_SPACES[2])
    };
    for Attribute { name, value } in attributes.iter().filter(is_plain).chain(internal) {
        component(&abbreviated(name), &mut area);
        component(value, &mut area);
    }
    rock_ridge::split(to, b"AL", &area);
}

/// `name` with a byte for its name space.
fn abbreviated(name: &[u8]) -> Vec<u8> {
    for (byte, space) in (2..).zip(NAME_SPACES) {
        if let Some(rest) = name.strip_prefix(space) {
            return [&[byte], rest].concat();
        }
    }
    match name.first() {
        Some(1..0x20) => [&[LITERAL], name].concat(),
        _ => name.to_vec(),
    }
}

/// A component in records of up to 255 bytes.
fn component(content: &[u8], area: &mut Vec<u8>) {
    let mut pieces = content.chunks(255).peekable();
    if content.is_empty() {
        area.extend_from_slice(&[0, 0]);
    }
    while let Some(piece) = pieces.next() {
        let flags = if pieces.peek().is_some() { CONTINUE } else { 0 };
        area.extend_from_slice(&[
            flags,
            u8::try_from(piece.len()).expect("because pieces are at most 255 bytes"),
        ]);
        area.extend_from_slice(piece);
    }
}

/// The entries of the ACL that is the attribute `name`, the default one after its mark; none when there is none.
fn acl(name: &[u8], attributes: &[Attribute]) -> Vec<u8> {
    const DEFAULT_FOLLOWS: u8 = 8 << 4 | 1;
    let Some(list) = attributes.iter().find(|item| item.name == name) else { return Vec::new() };
    let mut entries = if name == DEFAULT { vec![DEFAULT_FOLLOWS] } else { Vec::new() };
    for line in list.value.split(|byte| matches!(byte, b'\n' | b',')) {
        acl_entry(line.trim_ascii(), &mut entries);
    }
    entries
}

/// One line of getfacl(1): kind, qualifier, permissions. Comments and what is none of its kinds are passed over.
fn acl_entry(line: &[u8], entries: &mut Vec<u8>) {
    let mut fields = line.splitn(3, |byte| *byte == b':');
    let (Some(kind), Some(qualifier), Some(permissions)) = (fields.next(), fields.next(), fields.next())
    else {
        return;
    };
    let id = std::str::from_utf8(qualifier).ok().and_then(|text| text.parse::<u32>().ok());
    // Numeric qualifiers have tags of their own.
    let tag = match (kind, qualifier.is_empty(), id) {
        (b"user", true, _) => 1,
        (b"user", _, None) => 2,
        (b"user", _, Some(_)) => 10,
        (b"group", true, _) => 3,
        (b"group", _, None) => 4,
        (b"group", _, Some(_)) => 12,
        (b"mask", ..) => 5,
        (b"other", ..) => 6,
        _ => return,
    };
    let qualifier = match id {
        Some(id) => {
            let bytes = id.to_be_bytes();
            let zeros = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
            bytes[zeros..].to_vec()
        }
        None => qualifier.to_vec(),
    };
    let bit = |n: usize, letter: u8, bit: u8| if permissions.get(n) == Some(&letter) { bit } else { 0 };
    let flags = bit(0, b'r', 4) | bit(1, b'w', 2) | bit(2, b'x', 1);
    let qualified = if qualifier.is_empty() { 0 } else { 8 };
    entries.push(tag << 4 | qualified | flags);
    let mut pieces = qualifier.chunks(127).peekable();
    while let Some(piece) = pieces.next() {
        let more = if pieces.peek().is_some() { 0x80 } else { 0 };
        entries.push(more | u8::try_from(piece.len()).expect("because pieces are at most 127 bytes"));
        entries.extend_from_slice(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(list: &[(&[u8], &[u8])]) -> Vec<u8> {
        let list: Vec<Attribute> = list
            .iter()
            .map(|(name, value)| Attribute { name: name.to_vec(), value: value.to_vec() })
            .collect();
        let mut to = SystemUse::default();
        attributes(&mut to, &list, None);
        to.entries().flat_map(|entry| entry[5..].to_vec()).collect()
    }

    #[test]
    fn names_are_abbreviated_and_long_values_split() {
        assert_eq!(area(&[]), b"");
        assert_eq!(area(&[(b"user.mime", b"x")]), b"\0\x05\x03mime\0\x01x");
        assert_eq!(area(&[(b"\x03odd", b"")]), b"\0\x05\x01\x03odd\0\0");
        let long = area(&[(b"n", &[b'v'; 300])]);
        assert_eq!(long[..5], *b"\0\x01n\x01\xff");
        assert_eq!(long[5 + 255..][..2], [0, 45]);
    }

    #[test]
    fn both_acls_are_one_value_of_numeric_entries() {
        let access = b"user::rw-\nuser:300:r--\ngroup::r--\nmask::r-x\nother::---\n";
        let list = area(&[(DEFAULT, b"user::rwx"), (ACCESS, access), (b"user.a", b"b")]);
        let acl = b"\x16\xac\x02\x01\x2c\x34\x55\x60\x81\x17";
        assert_eq!(list, [&b"\0\0\0\x0a"[..], acl, b"\0\x02\x03a\0\x01b"].concat());
    }
}
