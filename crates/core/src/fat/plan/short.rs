//! Short names: what a name is in eight characters and three ("The Basis-Name Generation Algorithm", "The Numeric-Tail Generation
//! Algorithm").

use crate::fat::layout::nt_res;
use crate::fat::name::is_short;
use std::collections::{HashMap, HashSet};

/// How a name is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fat) struct Short {
    /// `DIR_Name`.
    pub(in crate::fat) name: [u8; 11],
    /// `DIR_NTRes`.
    pub(in crate::fat) nt_res: u8,
    /// Whether a long name says what this cannot.
    pub(in crate::fat) is_long: bool,
}

impl Short {
    /// Of no name: of the root.
    pub(super) const NONE: Self = Self { name: [b' '; 11], nt_res: 0, is_long: false };
}

/// `name` as a short one, if it differs from it in case at the most: such a name needs no number, and nobody else may have it.
pub(super) fn exact(name: &str) -> Option<Short> {
    let (base, extension) = match name.rsplit_once('.') {
        Some((base, extension)) if !extension.is_empty() => (base, extension),
        Some(_) => return None,
        None => (name, ""),
    };
    let fits = (1..=8).contains(&base.len()) && extension.len() <= 3;
    if !fits || !base.bytes().chain(extension.bytes()).all(is_short) {
        return None;
    }
    let small = |part: &str, flag| match (has_small(part), has_capital(part)) {
        (true, true) => None,
        (true, false) => Some(flag),
        (false, _) => Some(0),
    };
    let flags = small(base, nt_res::SMALL_BASE).zip(small(extension, nt_res::SMALL_EXTENSION));
    Some(Short {
        name: joined(base.as_bytes(), extension.as_bytes()),
        nt_res: flags.map_or(0, |(base, extension)| base | extension),
        is_long: flags.is_none(),
    })
}

fn has_small(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn has_capital(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Capital letters, padded with spaces: of `base` up to eight bytes, of `extension` up to three.
fn joined(base: &[u8], extension: &[u8]) -> [u8; 11] {
    let mut name = [b' '; 11];
    let (left, right) = name.split_at_mut(8);
    for (to, from) in left.iter_mut().zip(base).chain(right.iter_mut().zip(extension)) {
        *to = from.to_ascii_uppercase();
    }
    name
}

/// What a name that is not [`exact`] begins and ends with in its short form.
fn basis(name: &str) -> (Vec<u8>, Vec<u8>) {
    let spaceless: String = name.chars().filter(|c| *c != ' ').collect();
    let name = spaceless.trim_start_matches('.');
    let short = |part: &str, most| -> Vec<u8> {
        let byte = |c: char| u8::try_from(c).ok().filter(|byte| is_short(*byte)).unwrap_or(b'_');
        part.chars().map(byte).map(|byte| byte.to_ascii_uppercase()).take(most).collect()
    };
    let (_, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    (short(name.split('.').next().unwrap_or_default(), 8), short(extension, 3))
}

/// Beginning, digits behind the tilde and extension: short names of one class differ in their number only.
type Class = (Vec<u8>, u32, Vec<u8>);

/// The short names of one directory.
#[derive(Debug, Default)]
pub(super) struct Taken {
    names: HashSet<[u8; 11]>,
    /// The next number to be tried.
    next: HashMap<Class, u32>,
}

impl Taken {
    /// Keeps `name` from being given to another.
    pub(super) fn keep(&mut self, name: [u8; 11]) {
        self.names.insert(name);
    }

    /// The short name of `name`, which is not [`exact`], with the least number that is free; `None` when all are taken.
    pub(super) fn number(&mut self, name: &str) -> Option<Short> {
        let (base, extension) = basis(name);
        for digits in 1..=6_u32 {
            let room = usize::try_from(7_u32.saturating_sub(digits)).unwrap_or_default();
            let beginning = base.get(..room).unwrap_or(&base).to_vec();
            let first = 10_u32.pow(digits - 1);
            let next = self.next.entry((beginning.clone(), digits, extension.clone())).or_insert(first);
            while *next < first * 10 {
                let tail = format!("~{next}");
                *next += 1;
                let name = joined(&[&beginning, tail.as_bytes()].concat(), &extension);
                if self.names.insert(name) {
                    return Some(Short { name, nt_res: 0, is_long: true });
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_keep_their_case_where_each_part_has_one() {
        for (name, short, nt_res, is_long) in [
            ("BOOTX64.EFI", b"BOOTX64 EFI", 0, false),
            ("bootx64.efi", b"BOOTX64 EFI", 0x18, false),
            ("BOOTX64.efi", b"BOOTX64 EFI", 0x10, false),
            ("grub.CFG", b"GRUB    CFG", 0x08, false),
            ("Grub.cfg", b"GRUB    CFG", 0, true),
            ("12345678", b"12345678   ", 0, false),
            ("~1.{}", b"~1      {} ", 0, false),
        ] {
            assert_eq!(exact(name), Some(Short { name: *short, nt_res, is_long }), "{name}");
        }
        for name in ["123456789", "a.html", ".a", "a.b.c", "a b", "a+b", "é", "a."] {
            assert_eq!(exact(name), None, "{name}");
        }
    }

    #[test]
    fn other_names_are_numbered() {
        let mut taken = Taken::default();
        taken.keep(*b"LONGNA~2TXT");
        let mut number =
            |name: &str| taken.number(name).map(|short| String::from_utf8_lossy(&short.name).into_owned());
        assert_eq!(number("long name.txt").as_deref(), Some("LONGNA~1TXT"));
        assert_eq!(number("long name!.txt").as_deref(), Some("LONGNA~3TXT"));
        assert_eq!(number(".profile").as_deref(), Some("PROFIL~1   "));
        assert_eq!(number("a+b.tar.gz").as_deref(), Some("A_B~1   GZ "));
        assert_eq!(number("漢字.é").as_deref(), Some("__~1    _  "));
        assert_eq!(number(" . x").as_deref(), Some("X~1        "));
        for n in 4..=9 {
            assert_eq!(number("long names.txt"), Some(format!("LONGNA~{n}TXT")));
        }
        for n in 10..=1200 {
            let tail = format!("~{n}");
            let wanted = format!("{}{tail}TXT", &"LONGNAME"[..8 - tail.len()]);
            assert_eq!(number(&format!("long name {n}.txt")), Some(wanted));
        }
    }
}
