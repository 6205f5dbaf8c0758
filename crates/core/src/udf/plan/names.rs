//! File identifiers: OSTA compressed Unicode, of at most 255 bytes with the byte that says how wide characters are.

use crate::tree::naming::Naming;
use crate::udf::charset::{self, BYTE_ORDER_MARKS};

/// Bytes an identifier may have (ECMA-167 4/14.4.4).
pub(super) const LONGEST: usize = 255;

/// The rule of UDF 2.1.1 and 2.3.4.6.
#[derive(Debug, Clone, Copy)]
pub(super) struct CompressedUnicode;

/// Appends the identifier of `name`; `None` when it cannot be one as it is.
pub(in crate::udf) fn faithful(name: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let start = into.len();
    let text = std::str::from_utf8(name).ok().filter(|text| !text.contains(BYTE_ORDER_MARKS))?;
    charset::encode(text, into);
    if into.len() - start <= LONGEST {
        return Some(());
    }
    into.truncate(start);
    None
}

impl Naming for CompressedUnicode {
    fn wanted(&self, name: &[u8], directory: bool) -> Vec<u8> {
        let text = match std::str::from_utf8(name) {
            Ok(text) => text.replace(BYTE_ORDER_MARKS, "_"),
            Err(_) => String::from_utf8_lossy(name)
                .replace(char::REPLACEMENT_CHARACTER, "_")
                .replace(BYTE_ORDER_MARKS, "_"),
        };
        join(&text, directory, "")
    }

    fn numbered(&self, wanted: &[u8], directory: bool, n: u32) -> Vec<u8> {
        let mut text = Vec::new();
        let _ = charset::decode(wanted, &mut text);
        join(&String::from_utf8_lossy(&text), directory, &format!("~{n}"))
    }

    fn is_faithful(&self, name: &[u8], identifier: &[u8]) -> bool {
        let mut own = Vec::new();
        faithful(name, &mut own).is_some() && own == identifier
    }
}

/// The identifier of `text`, the part before the extension ending in `tail` and cut as far as needed.
fn join(text: &str, directory: bool, tail: &str) -> Vec<u8> {
    let dot = text.rfind('.').filter(|at| !directory && *at > 0 && text.len() - at <= 16);
    let (mut stem, extension) = text.split_at(dot.unwrap_or(text.len()));
    loop {
        let mut identifier = Vec::new();
        charset::encode(&format!("{stem}{tail}{extension}"), &mut identifier);
        if identifier.len() <= LONGEST {
            return identifier;
        }
        stem = stem.char_indices().next_back().map_or("", |(last, _)| stem.get(..last).unwrap_or_default());
    }
}

/// An identifier as UTF-8 text (UDF 2.1.1).
pub(super) fn text(identifier: &[u8]) -> String {
    let mut text = Vec::new();
    let _ = charset::decode(identifier, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::naming::given;

    #[test]
    fn names_of_254_narrow_or_127_wide_characters_stay_as_they_are() {
        let mut room = Vec::new();
        assert!(faithful("n".repeat(254).as_bytes(), &mut room).is_some());
        assert_eq!(room.len(), 255);
        assert!(faithful("é".repeat(127).as_bytes(), &mut room).is_some());
        assert!(faithful("𝄞".repeat(63).as_bytes(), &mut room).is_some());
        let before = room.len();
        assert!(faithful("n".repeat(255).as_bytes(), &mut room).is_none());
        assert!(faithful(b"\xff", &mut room).is_none());
        assert_eq!(room.len(), before);
    }

    #[test]
    fn longer_and_broken_ones_are_cut_before_the_extension_and_told_apart() {
        let long = ["a", "b"].map(|end| format!("{}{end}.txt", "n".repeat(250)));
        let marked = "\u{FEFF}y\u{FFFD}\u{FFFE}".as_bytes();
        let names =
            [long[0].as_bytes(), long[1].as_bytes(), b"\xffx", b"_x", marked].map(|name| (name, false));
        let changed: Vec<String> =
            given(&CompressedUnicode, &names).iter().map(|identifier| text(identifier)).collect();
        assert_eq!(changed[0], format!("{}.txt", "n".repeat(250)));
        assert_eq!(changed[1], format!("{}~0.txt", "n".repeat(248)));
        assert_eq!(changed[2..], ["_x~0", "_x", "_y\u{FFFD}_"]);
        assert!(faithful(marked, &mut Vec::new()).is_none());
        // Who needs no other name keeps it, whoever comes first.
        let pair = ["!", ""].map(|end| format!("{}{end}.txt", "n".repeat(250)));
        let given = given(&CompressedUnicode, &pair.each_ref().map(|name| (name.as_bytes(), false)));
        assert_eq!(text(&given[1]), pair[1]);
    }
}
