//! Identifiers of the primary tree: what a name becomes under the interchange levels, and how two names that become
//! the same are told apart.

use crate::iso9660::plan::options::Level;
use crate::tree::naming::Naming;

/// The primary tree's rule (ECMA-119 7.5, 7.6, clause 10; ISO 9660:1999 for level 4).
#[derive(Debug, Clone, Copy)]
pub(super) struct Primary {
    pub(super) level: Level,
    /// System use fields follow the identifier: level 4 leaves room for them.
    pub(super) rock_ridge: bool,
}

impl Primary {
    /// Most characters of name, extension, and both without the dot; for a directory the first is all.
    fn limits(self, directory: bool) -> (usize, usize, usize) {
        match (self.level, directory) {
            (Level::One, true) => (8, 0, 8),
            (Level::One, false) => (8, 3, 11),
            (Level::Two | Level::Three, true) => (31, 0, 31),
            (Level::Two | Level::Three, false) => (30, 30, 30),
            (Level::Four, _) if self.rock_ridge => (193, 0, 193),
            (Level::Four, _) => (207, 0, 207),
        }
    }

    /// Joins name and extension within the limits, the name ending in `tail`. Of two long parts the extension keeps
    /// eight characters.
    fn join(self, directory: bool, stem: &[u8], extension: Option<&[u8]>, tail: &[u8]) -> Vec<u8> {
        let (most_stem, most_extension, most) = self.limits(directory);
        let wish = stem.len().saturating_add(tail.len()).min(most_stem);
        let dot = extension.is_some();
        let extension = extension.unwrap_or_default();
        let least = most.saturating_sub(wish).max(most_extension.min(8));
        let extension = head(extension, least.min(most_extension));
        let room = most_stem.min(most.saturating_sub(extension.len())).saturating_sub(tail.len());
        let mut joined = head(stem, room).to_vec();
        joined.extend_from_slice(tail);
        if dot {
            joined.push(b'.');
            joined.extend_from_slice(extension);
        }
        joined
    }
}

impl Naming for Primary {
    fn wanted(&self, name: &[u8], directory: bool) -> Vec<u8> {
        if self.level == Level::Four {
            let printable = |byte: &u8| if *byte < b' ' { b'_' } else { *byte };
            return head(name, self.limits(directory).0).iter().map(printable).collect();
        }
        if directory {
            return self.join(true, &d_characters(name), None, b"");
        }
        let dot = name.iter().rposition(|byte| *byte == b'.').filter(|at| *at > 0 && at + 1 < name.len());
        let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
        self.join(
            false,
            &d_characters(stem),
            Some(&d_characters(extension.get(1..).unwrap_or_default())),
            b"",
        )
    }

    fn numbered(&self, wanted: &[u8], directory: bool, n: u32) -> Vec<u8> {
        let tail = format!("{n:03}");
        if self.level == Level::Four {
            let room = self.limits(directory).0.saturating_sub(tail.len());
            return [head(wanted, room), tail.as_bytes()].concat();
        }
        let mut parts = wanted.splitn(2, |byte| *byte == b'.');
        let stem = parts.next().unwrap_or_default();
        self.join(directory, stem, parts.next(), tail.as_bytes())
    }

    /// A directory `A` and a file `A.` are one name to a reader that strips empty extensions.
    fn key<'i>(&self, identifier: &'i [u8]) -> &'i [u8] {
        match self.level {
            Level::Four => identifier,
            _ => identifier.strip_suffix(b".").unwrap_or(identifier),
        }
    }
}

/// Upper case letters, digits and `_`: one of them for every character of UTF-8, or byte of anything else.
fn d_characters(name: &[u8]) -> Vec<u8> {
    let one = |c: char| match c.to_ascii_uppercase() {
        c @ ('A'..='Z' | '0'..='9') => u8::try_from(c).unwrap_or(b'_'),
        _ => b'_',
    };
    String::from_utf8_lossy(name).chars().map(one).collect()
}

fn head(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..most).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::naming::given;
    use std::collections::HashSet;

    fn wanted(level: Level, name: &str, directory: bool) -> String {
        let naming = Primary { level, rock_ridge: true };
        String::from_utf8(naming.wanted(name.as_bytes(), directory)).expect("ASCII")
    }

    #[test]
    fn names_fit_their_level() {
        assert_eq!(wanted(Level::One, "read me.markdown", false), "READ_ME.MAR");
        assert_eq!(wanted(Level::One, "configuration", false), "CONFIGUR.");
        assert_eq!(wanted(Level::One, "node.modules", true), "NODE_MOD");
        assert_eq!(wanted(Level::Two, ".bashrc", false), "_BASHRC.");
        assert_eq!(wanted(Level::Two, "a.tar.gz", false), "A_TAR.GZ");
        assert_eq!(wanted(Level::Two, "ünï.é", false), "_N_._");
        assert_eq!(wanted(Level::Two, "ends.", false), "ENDS_.");
        let long = wanted(Level::Two, &format!("{}.{}", "n".repeat(40), "e".repeat(40)), false);
        assert_eq!(long, format!("{}.{}", "N".repeat(22), "E".repeat(8)));
        let extension = wanted(Level::Two, &format!("a.{}", "e".repeat(40)), false);
        assert_eq!(extension.len(), 31);
        assert_eq!(wanted(Level::Four, "Ünï.Tar.gz", false), "Ünï.Tar.gz");
        assert_eq!(wanted(Level::Four, &"x".repeat(255), true).len(), 193);
    }

    #[test]
    fn equal_wishes_are_numbered_within_the_limits() {
        let naming = Primary { level: Level::One, rock_ridge: true };
        let names: [(&[u8], bool); 6] = [
            (b"LONGNAME.TXT", false),
            (b"LONGN000.TXT", false),
            (b"longnamed.txt", false),
            (b"longnames.txt", false),
            (b"same", true),
            (b"same.", false),
        ];
        let given = given(&naming, &names);
        let text: Vec<String> = given.into_iter().map(|i| String::from_utf8(i).expect("ASCII")).collect();
        assert_eq!(text, ["LONGNAME.TXT", "LONGN000.TXT", "LONGN001.TXT", "LONGN002.TXT", "SAME", "SAME_."]);
    }

    #[test]
    fn twenty_thousand_equal_wishes_do_not_take_quadratic_time() {
        let owned: Vec<Vec<u8>> = (0..20_000).map(|n| format!("same-start-{n}").into_bytes()).collect();
        let names: Vec<(&[u8], bool)> = owned.iter().map(|name| (name.as_slice(), false)).collect();
        let given = given(&Primary { level: Level::One, rock_ridge: true }, &names);
        let distinct: HashSet<&Vec<u8>> = given.iter().collect();
        assert_eq!(distinct.len(), given.len());
        assert!(given.iter().all(|i| i.len() <= 9), "8 characters and the dot");
    }
}
