//! Identifiers of the primary tree: what a name becomes under the interchange levels, and how two names that become
//! the same are told apart.

use crate::iso9660::plan::options::Level;
use crate::iso9660::plan::relaxed::{Characters, Relaxed};
use crate::tree::charset::Charset;
use crate::tree::naming::Naming;
use std::borrow::Cow;

/// The primary tree's rule (ECMA-119 7.5, 7.6, clause 10; ISO 9660:1999 for level 4).
#[derive(Debug, Clone, Copy)]
pub(super) struct Primary {
    pub(super) level: Level,
    pub(super) relaxed: Relaxed,
    /// System use fields follow the identifier: level 4 leaves room for them.
    pub(super) rock_ridge: bool,
    /// In which names are recorded that are recorded as they are.
    pub(super) charset: Option<Charset>,
}

impl Primary {
    /// Whether an identifier is the name itself, whatever that is.
    pub(super) fn is_untranslated(self) -> bool {
        self.level != Level::Four && self.relaxed.characters == Characters::Untranslated
    }

    fn encoded(self, name: &[u8]) -> Cow<'_, [u8]> {
        self.charset.map_or(Cow::Borrowed(name), |charset| charset.encoded(name).bytes)
    }

    /// Most characters of name, extension, and both without the dot; without a dot the first is all.
    fn limits(self, dot: bool) -> (usize, usize, usize) {
        if let (Some(length), false) = (self.relaxed.length, self.level == Level::Four) {
            let length = usize::from(length);
            let parts = length.saturating_sub(1);
            return if dot { (parts, parts, parts) } else { (length, 0, length) };
        }
        match (self.level, !dot) {
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
    fn join(self, stem: &[u8], extension: Option<&[u8]>, tail: &[u8]) -> Vec<u8> {
        let dot = extension.is_some();
        let (most_stem, most_extension, most) = self.limits(dot);
        let wish = stem.len().saturating_add(tail.len()).min(most_stem);
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

    /// Where the extension begins, with its dot. A dot that ends a name divides nothing, nor does one that begins it, unless
    /// it may stay.
    fn extension(self, name: &[u8], directory: bool) -> Option<usize> {
        if directory && !self.relaxed.directory_extension {
            return None;
        }
        let dot = name.iter().rposition(|byte| *byte == b'.')?;
        (dot + 1 < name.len() && (dot > 0 || self.relaxed.leading_dot)).then_some(dot)
    }

    /// The characters of a part of a name: one for every character of UTF-8, or byte of anything else.
    fn characters(self, part: &[u8]) -> Vec<u8> {
        let Relaxed { characters, lower_case, several_dots, leading_dot, .. } = self.relaxed;
        let one = |(n, c): (usize, char)| {
            let stays = if c == '.' && n == 0 { leading_dot } else { c == '.' && several_dots };
            let c = if lower_case { c } else { c.to_ascii_uppercase() };
            u8::try_from(c).ok().filter(|_| stays || characters.have(c)).unwrap_or(b'_')
        };
        String::from_utf8_lossy(part).chars().enumerate().map(one).collect()
    }
}

impl Naming for Primary {
    fn wanted(&self, name: &[u8], directory: bool) -> Vec<u8> {
        if self.level == Level::Four {
            let name = &*self.encoded(name);
            let printable = |byte: &u8| if *byte < b' ' { b'_' } else { *byte };
            return head(name, self.limits(false).0).iter().map(printable).collect();
        }
        if self.is_untranslated() {
            return head(&self.encoded(name), self.limits(false).0).to_vec();
        }
        let dot = self.extension(name, directory);
        let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
        let extension = match dot {
            None if directory || self.relaxed.no_dot => None,
            _ => Some(self.characters(extension.get(1..).unwrap_or_default())),
        };
        self.join(&self.characters(stem), extension.as_deref(), b"")
    }

    fn numbered(&self, wanted: &[u8], _directory: bool, n: u32) -> Vec<u8> {
        let tail = format!("{n:03}");
        if self.level == Level::Four || self.is_untranslated() {
            let room = self.limits(false).0.saturating_sub(tail.len());
            return [head(wanted, room), tail.as_bytes()].concat();
        }
        match wanted.iter().rposition(|byte| *byte == b'.') {
            Some(dot) => {
                let (stem, extension) = wanted.split_at(dot);
                self.join(stem, extension.get(1..), tail.as_bytes())
            }
            None => self.join(wanted, None, tail.as_bytes()),
        }
    }

    /// A directory `A` and a file `A.` are one name to a reader that strips empty extensions.
    fn key<'i>(&self, identifier: &'i [u8]) -> &'i [u8] {
        match self.level {
            Level::Four => identifier,
            _ => identifier.strip_suffix(b".").unwrap_or(identifier),
        }
    }
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
        let naming = Primary { level, relaxed: Relaxed::default(), rock_ridge: true, charset: None };
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

    fn relaxed(level: Level, relaxed: Relaxed, name: &str, directory: bool) -> String {
        let naming = Primary { level, relaxed, rock_ridge: true, charset: None };
        String::from_utf8(naming.wanted(name.as_bytes(), directory)).expect("of UTF-8")
    }

    #[test]
    fn each_liberty_is_one_alone() {
        let none = Relaxed::default();
        let of = |liberty, name: &str| relaxed(Level::Two, liberty, name, false);
        assert_eq!(of(Relaxed { lower_case: true, ..none }, "Read me.Txt"), "Read_me.Txt");
        assert_eq!(of(Relaxed { several_dots: true, ..none }, "a.tar.gz"), "A.TAR.GZ");
        assert_eq!(of(Relaxed { several_dots: true, ..none }, ".a.b"), "_A.B");
        assert_eq!(of(Relaxed { leading_dot: true, ..none }, ".bashrc"), ".BASHRC");
        assert_eq!(of(Relaxed { leading_dot: true, ..none }, ".a.b.c"), ".A_B.C");
        assert_eq!(of(Relaxed { no_dot: true, ..none }, "Makefile"), "MAKEFILE");
        assert_eq!(of(Relaxed { no_dot: true, ..none }, &"n".repeat(40)), "N".repeat(31));
        let characters = |characters| of(Relaxed { characters, ..none }, "a+b#c~d é.x");
        assert_eq!(characters(Characters::Punctuated), "A_B#C~D__.X");
        assert_eq!(characters(Characters::Ascii), "A+B#C~D _.X");
        let length = |n, name: &str| of(Relaxed { length: Some(n), ..none }, name);
        assert_eq!(length(37, &format!("{}.txt", "n".repeat(50))), format!("{}.TXT", "N".repeat(33)));
        assert_eq!(relaxed(Level::One, Relaxed { leading_dot: true, ..none }, ".bashrc", false), ".BAS");
        assert_eq!(relaxed(Level::One, Relaxed { no_dot: true, ..none }, "configuration", false), "CONFIGUR");
    }

    #[test]
    fn a_directory_has_an_extension_where_it_may() {
        let extension = Relaxed { directory_extension: true, ..Relaxed::default() };
        assert_eq!(relaxed(Level::One, extension, "dir.with.dots", true), "DIR_WITH.DOT");
        assert_eq!(relaxed(Level::One, extension, "plain", true), "PLAIN");
        assert_eq!(relaxed(Level::Two, extension, &"d".repeat(40), true), "D".repeat(31));
        let several = Relaxed { several_dots: true, ..extension };
        assert_eq!(relaxed(Level::Two, several, "dir.with.dots", true), "DIR.WITH.DOTS");
    }

    #[test]
    fn relaxed_names_that_become_the_same_keep_their_dots() {
        let several = Relaxed { several_dots: true, no_dot: true, ..Relaxed::default() };
        let naming = Primary { level: Level::One, relaxed: several, rock_ridge: true, charset: None };
        let given =
            given(&naming, &[(b"a.b+c.d", false), (b"a.b-c.d", false), (b"a+", false), (b"a-", false)]);
        let text: Vec<String> = given.into_iter().map(|i| String::from_utf8(i).expect("ASCII")).collect();
        assert_eq!(text, ["A.B_C.D", "A.B_C000.D", "A_", "A_000"]);
    }

    #[test]
    fn equal_wishes_are_numbered_within_the_limits() {
        let naming =
            Primary { level: Level::One, relaxed: Relaxed::default(), rock_ridge: true, charset: None };
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
        let given = given(
            &Primary { level: Level::One, relaxed: Relaxed::default(), rock_ridge: true, charset: None },
            &names,
        );
        let distinct: HashSet<&Vec<u8>> = given.iter().collect();
        assert_eq!(distinct.len(), given.len());
        assert!(given.iter().all(|i| i.len() <= 9), "8 characters and the dot");
    }
}
