//! AAIP 2.0, the Arbitrary Attribute Interchange Protocol: extended attributes and ACLs in AL entries.

use crate::tree::Attribute;

/// Bytes of attributes kept for one file. Linux allows 64 KiB in a value and in the list of names.
const MOST_BYTES: usize = 1 << 20;

/// Name spaces by the byte that abbreviates them (AAIP, Namespaces).
const NAME_SPACES: [&[u8]; 5] = [b"system.", b"user.", b"isofs.", b"trusted.", b"security."];

/// Facts that writers of AAIP record for themselves: checksums, character sets. They were on no input file.
const INTERNAL: &[u8] = b"isofs.";

/// The AL entries of one file: the component areas put together.
#[derive(Debug, Default)]
pub(super) struct AttributeList {
    area: Vec<u8>,
}

impl AttributeList {
    /// Takes the data of one AL entry: a byte of flags, then component records or pieces of them.
    pub(super) fn take(&mut self, data: &[u8]) {
        let piece = data.get(1..).unwrap_or_default();
        if self.area.len().saturating_add(piece.len()) <= MOST_BYTES {
            self.area.extend_from_slice(piece);
        }
    }

    /// Appends the attributes to `attributes`. A name without a value, as damage leaves it, is dropped.
    pub(super) fn decode(&self, attributes: &mut Vec<Attribute>) {
        if self.area.is_empty() {
            return;
        }
        let mut components = components(&self.area).into_iter();
        while let (Some(name), Some(value)) = (components.next(), components.next()) {
            if name.is_empty() {
                access_control_lists(&value, attributes);
                continue;
            }
            let name = spelled_out(name);
            if !name.starts_with(INTERNAL) {
                attributes.push(Attribute { name, value });
            }
        }
    }
}

/// The components recorded in `area`, names and values in turn: records whose first flag is set go on in the next.
fn components(area: &[u8]) -> Vec<Vec<u8>> {
    let mut components = Vec::new();
    let mut component = Vec::new();
    let mut rest = area;
    while let [flags, length, tail @ ..] = rest {
        let Some((content, behind)) = tail.split_at_checked(usize::from(*length)) else { break };
        component.extend_from_slice(content);
        if flags & 1 == 0 {
            components.push(std::mem::take(&mut component));
        }
        rest = behind;
    }
    components
}

/// `name` with its name space in full.
fn spelled_out(name: Vec<u8>) -> Vec<u8> {
    match name.split_first() {
        Some((1, rest)) => rest.to_vec(),
        Some((abbreviated, rest)) => {
            match abbreviated.checked_sub(2).and_then(|number| NAME_SPACES.get(usize::from(number))) {
                Some(space) => [space, rest].concat(),
                None => name,
            }
        }
        None => name,
    }
}

/// Tag types of ACL entries (AAIP, bits 4 to 7 of the entry flags).
mod tag {
    pub(super) const TRANSLATE: u8 = 0;
    pub(super) const USER_OBJECT: u8 = 1;
    pub(super) const GROUP_OBJECT: u8 = 3;
    pub(super) const MASK: u8 = 5;
    pub(super) const OTHER: u8 = 6;
    pub(super) const SWITCH_MARK: u8 = 8;
    pub(super) const USER: u8 = 10;
    pub(super) const GROUP: u8 = 12;
}

/// Appends the ACLs in `value`, as lines of getfacl(1) with numeric ids: what applies to the file, and what a directory
/// passes on.
fn access_control_lists(value: &[u8], attributes: &mut Vec<Attribute>) {
    let mut lists = [Vec::new(), Vec::new()];
    let mut is_default = false;
    let mut rest = value;
    while let Some((flags, tail)) = rest.split_first() {
        rest = tail;
        let mut qualifier = Vec::new();
        if flags & 8 != 0 {
            // A qualifier whose head has the highest bit set goes on in another one.
            while let Some((head, tail)) = rest.split_first() {
                let Some((bytes, behind)) = tail.split_at_checked(usize::from(head & 0x7f)) else { return };
                qualifier.extend_from_slice(bytes);
                rest = behind;
                if head & 0x80 == 0 {
                    break;
                }
            }
        }
        let tag = flags >> 4;
        if tag == tag::SWITCH_MARK {
            is_default = true;
        } else if tag != tag::TRANSLATE
            && let Some(list) = lists.get_mut(usize::from(is_default))
        {
            line(tag, *flags, &qualifier, list);
        }
    }
    let names: [&[u8]; 2] = [b"system.posix_acl_access", b"system.posix_acl_default"];
    for (name, list) in names.into_iter().zip(lists) {
        if !list.is_empty() {
            attributes.push(Attribute { name: name.to_vec(), value: list });
        }
    }
}

/// Appends one entry as getfacl(1) prints it; reserved types are passed over.
fn line(tag: u8, flags: u8, qualifier: &[u8], list: &mut Vec<u8>) {
    let kind = match tag {
        tag::USER_OBJECT | tag::USER => "user",
        tag::GROUP_OBJECT | tag::GROUP => "group",
        tag::MASK => "mask",
        tag::OTHER => "other",
        _ => return,
    };
    let id = match tag {
        tag::USER | tag::GROUP => {
            let id = qualifier.iter().take(4).fold(0_u64, |id, byte| id << 8 | u64::from(*byte));
            id.to_string()
        }
        _ => String::new(),
    };
    let letter = |bit: u8, letter| if flags & bit != 0 { letter } else { '-' };
    let text = format!("{kind}:{id}:{}{}{}\n", letter(4, 'r'), letter(2, 'w'), letter(1, 'x'));
    list.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(entries: &[&[u8]]) -> Vec<(String, String)> {
        let mut list = AttributeList::default();
        entries.iter().for_each(|entry| list.take(entry));
        let mut attributes = Vec::new();
        list.decode(&mut attributes);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        attributes.into_iter().map(|attribute| (text(attribute.name), text(attribute.value))).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn components_go_on_over_records_and_entries() {
        let decoded =
            decode(&[b"\x01\x00\x04name\x01\x04long\x01\x06con", b"\x00ten\x00\x01t\x00\x03one\x00\x04more"]);
        assert_eq!(decoded, [pair("name", "longcontent"), pair("one", "more")]);
    }

    #[test]
    fn name_spaces_are_spelled_out_and_internal_ones_left_out() {
        let decoded = decode(&[b"\x00\x00\x04\x03abc\x00\x01v\x00\x03\x04nt\x00\x01x\x00\x05\x01\x03abc\x00\x00\x00\x02\x06s\x00\x01y"]);
        assert_eq!(decoded, [pair("user.abc", "v"), pair("\u{3}abc", ""), pair("security.s", "y")]);
    }

    #[test]
    fn both_lists_of_a_directory_are_decoded() {
        let decoded = decode(&[b"\x00\x00\x00\x00\x0b\x16\xae\x01\x7b\x34\xce\x02\xff\xfe\x54\x64"]);
        let access = "user::rw-\nuser:123:rw-\ngroup::r--\ngroup:65534:rw-\nmask::r--\nother::r--\n";
        assert_eq!(decoded, [pair("system.posix_acl_access", access)]);
        let decoded = decode(&[b"\x00\x00\x00\x00\x0a\x17\x35\x65\x81\x17\x35\x57\x65\xaf\x01"]);
        assert_eq!(decoded, [], "a qualifier that is cut off ends all");
        let decoded = decode(&[b"\x00\x00\x00\x00\x0a\x17\x35\x65\x81\x17\x35\x57\xaf\x01\x7b"]);
        assert_eq!(
            decoded,
            [
                pair("system.posix_acl_access", "user::rwx\ngroup::r-x\nother::r-x\n"),
                pair("system.posix_acl_default", "user::rwx\ngroup::r-x\nmask::rwx\nuser:123:rwx\n"),
            ]
        );
    }
}
