//! Identifiers of the Joliet tree: UTF-16, big-endian, without what Joliet forbids.

use crate::tree::naming::Naming;

/// Joliet's rule (Joliet specification, "Allowed characters" and "Identifier lengths").
#[derive(Debug, Clone, Copy)]
pub(super) struct Ucs2 {
    /// UTF-16 units an identifier may have.
    pub(super) length: usize,
}

impl Ucs2 {
    /// Whether `identifier` says what `name` says.
    pub(super) fn says(name: &[u8], identifier: &[u8]) -> bool {
        std::str::from_utf8(name)
            .is_ok_and(|text| bytes(&text.encode_utf16().collect::<Vec<_>>()) == identifier)
    }

    /// Joins within the limit, the part before the extension ending in `tail`.
    fn join(self, units: &[u16], directory: bool, tail: &[u16]) -> Vec<u8> {
        let dot = units.iter().rposition(|unit| *unit == u16::from(b'.'));
        // An extension so long that it says nothing of the kind of file is cut like the rest.
        let extension = dot.filter(|at| !directory && *at > 0 && units.len() - at <= 16);
        let (stem, extension) = units.split_at(extension.unwrap_or(units.len()));
        let room = self.length.saturating_sub(tail.len()).saturating_sub(extension.len());
        bytes(&[cut(stem, room), tail, extension].concat())
    }
}

impl Naming for Ucs2 {
    fn wanted(&self, name: &[u8], directory: bool) -> Vec<u8> {
        let text = String::from_utf8_lossy(name);
        let units: Vec<u16> = text.chars().map(legal).collect::<String>().encode_utf16().collect();
        self.join(&units, directory, &[])
    }

    fn numbered(&self, wanted: &[u8], directory: bool, n: u32) -> Vec<u8> {
        let units: Vec<u16> = wanted.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
        let tail: Vec<u16> = format!("~{n}").encode_utf16().collect();
        self.join(&units, directory, &tail)
    }

    fn is_faithful(&self, name: &[u8], identifier: &[u8]) -> bool {
        Self::says(name, identifier)
    }
}

/// What stands for a character: itself, or `_` for one that Joliet forbids or that was not UTF-8.
fn legal(c: char) -> char {
    match c {
        '*' | '/' | ':' | ';' | '?' | '\\' | char::REPLACEMENT_CHARACTER => '_',
        c if u32::from(c) < 0x20 => '_',
        c => c,
    }
}

/// At most `room` units, never half of a surrogate pair.
fn cut(units: &[u16], room: usize) -> &[u16] {
    match units.get(..room) {
        Some([start @ .., 0xd800..=0xdbff]) => start,
        Some(start) => start,
        None => units,
    }
}

fn bytes(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::naming;

    fn text(identifier: &[u8]) -> String {
        let units: Vec<u16> = identifier.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
        String::from_utf16(&units).expect("no half surrogates")
    }

    fn wanted(name: &[u8]) -> String {
        text(&Ucs2 { length: 64 }.wanted(name, false))
    }

    #[test]
    fn what_joliet_forbids_is_replaced_and_surrogates_stay_whole() {
        assert_eq!(wanted("a*b:c;d?e\\f".as_bytes()), "a_b_c_d_e_f");
        assert_eq!(wanted("ünï😀.txt".as_bytes()), "ünï😀.txt");
        assert_eq!(wanted(b"caf\xe9.txt"), "caf_.txt");
        assert_eq!(wanted(format!("{}.txt", "n".repeat(90)).as_bytes()), format!("{}.txt", "n".repeat(60)));
        let pairs = wanted(format!("x{}", "😀".repeat(40)).as_bytes());
        assert_eq!(pairs, format!("x{}", "😀".repeat(31)));
    }

    #[test]
    fn names_that_become_the_same_are_numbered_before_the_extension() {
        let long = ["a", "b"].map(|end| format!("{}{end}.txt", "n".repeat(70)));
        let names = long.each_ref().map(|name| (name.as_bytes(), false));
        let given = naming::given(&Ucs2 { length: 64 }, &names);
        assert_eq!(text(&given[0]), format!("{}.txt", "n".repeat(60)));
        assert_eq!(text(&given[1]), format!("{}~0.txt", "n".repeat(58)));
        let given = naming::given(&Ucs2 { length: 64 }, &[(b"a*b", false), (b"a:b", false), (b"a_b", false)]);
        assert_eq!(given.iter().map(|name| text(name)).collect::<Vec<_>>(), ["a_b~0", "a_b~1", "a_b"]);
    }
}
