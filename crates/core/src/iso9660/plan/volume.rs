//! Identifiers of the volume in the character set of their descriptor, and what becomes of those it cannot hold.

use super::options::{Identifiers, Options};
use super::trees::{Tree, Trees};
use crate::tree::build::NameId;
use std::fmt;

/// Text in a descriptor's field, filled with spaces and cut where the field ends, never between two halves of a
/// character.
pub(in crate::iso9660) fn text(tree: Tree, text: &str, field: &mut [u8]) {
    match tree {
        Tree::Primary => {
            let bytes = text.chars().map(ascii).chain(std::iter::repeat(b' '));
            field.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        }
        Tree::Joliet => {
            let (pairs, odd) = field.as_chunks_mut::<2>();
            pairs.fill(u16::from(b' ').to_be_bytes());
            odd.fill(0);
            let mut rest = pairs;
            for c in text.chars().map(no_control) {
                let Some((to, after)) = rest.split_at_mut_checked(c.len_utf16()) else { break };
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units).iter();
                to.iter_mut().zip(units).for_each(|(to, unit)| *to = unit.to_be_bytes());
                rest = after;
            }
        }
    }
}

/// Printable ASCII. That is more than the a-characters of ECMA-119 7.4.1; no reader minds lower case.
fn ascii(c: char) -> u8 {
    u8::try_from(c).ok().filter(|byte| (b' '..=b'~').contains(byte)).unwrap_or(b'_')
}

/// Any character but those that Joliet forbids.
fn no_control(c: char) -> char {
    if u32::from(c) < 0x20 { '_' } else { c }
}

/// What `wanted` reads as in a field of `size` bytes.
fn recorded(tree: Tree, wanted: &str, size: usize) -> String {
    let mut field = vec![0; size];
    text(tree, wanted, &mut field);
    let read = match tree {
        Tree::Primary => String::from_utf8_lossy(&field).into_owned(),
        Tree::Joliet => {
            let units: Vec<u16> = field.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16_lossy(&units)
        }
    };
    read.trim_end_matches(' ').to_owned()
}

/// An identifier of the volume that a descriptor holds only in part, with other characters, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The standard's noun: `volume identifier`.
    pub field: &'static str,
    /// Whose descriptor it is.
    pub tree: Tree,
    /// Characters there is room for: of ASCII in the primary descriptor, UTF-16 units in Joliet's.
    pub room: usize,
    /// What is recorded, decoded; empty where nothing could be.
    pub to: String,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, tree, room, to } = self;
        let characters = match tree {
            Tree::Primary => "characters of ASCII",
            Tree::Joliet => "UTF-16 units",
        };
        write!(f, "the {field} is \"{to}\" in the {tree} descriptor; at most {room} {characters} fit")
    }
}

impl Identifiers {
    /// The identifiers that do not read as they were given.
    pub(in crate::iso9660) fn changed(&self, tree: Tree) -> impl Iterator<Item = Changed> + '_ {
        let fields = [
            ("system identifier", &self.system, 32),
            ("volume identifier", &self.volume, 32),
            ("volume set identifier", &self.volume_set, 128),
            ("publisher identifier", &self.publisher, 128),
            ("data preparer identifier", &self.data_preparer, 128),
            ("application identifier", &self.application, 128),
        ];
        fields.into_iter().filter_map(move |(field, wanted, size)| {
            let to = recorded(tree, wanted, size);
            let room = if tree == Tree::Joliet { size / 2 } else { size };
            (to != wanted.trim_end_matches(' ')).then_some(Changed { field, tree, room, to })
        })
    }
}

impl Options {
    /// Bytes of a field that names a file.
    pub(super) const FILE: usize = 37;
}

impl<O> Trees<'_, O> {
    /// The files that the descriptor of `tree` should name and has no room to.
    pub(in crate::iso9660) fn unnamed(&self, tree: Tree) -> impl Iterator<Item = Changed> + '_ {
        let identifiers = &self.options.identifiers;
        let fields = [
            ("copyright file identifier", identifiers.copyright_file),
            ("abstract file identifier", identifiers.abstract_file),
            ("bibliographic file identifier", identifiers.bibliographic_file),
        ];
        fields.into_iter().filter_map(move |(field, name)| {
            let mut there = [0; Options::FILE];
            self.root_file(tree, name, &mut there);
            let mut none = [0; Options::FILE];
            text(tree, "", &mut none);
            let room = if tree == Tree::Joliet { Options::FILE / 2 } else { Options::FILE };
            (name.is_some() && there == none).then_some(Changed { field, tree, room, to: String::new() })
        })
    }

    /// The identifier in the root directory of the file that `name` is; spaces for none, or one that is hidden, or
    /// whose identifier is longer than the field.
    pub(in crate::iso9660) fn root_file(
        &self,
        tree: Tree,
        name: Option<NameId>,
        field: &mut [u8; Options::FILE],
    ) {
        text(tree, "", field);
        let hierarchy = self.hierarchy(tree);
        let is_it = |entry: &&super::hierarchy::Entry| name.is_some() && entry.name() == name;
        let Some(entry) = hierarchy.entries(&hierarchy.directories[0]).iter().find(is_it) else { return };
        let mut room = [0; 255];
        let identifier = self.versioned(tree, entry, &mut room);
        if let Some(to) = field.get_mut(..identifier.len()) {
            to.copy_from_slice(identifier);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_padded_with_spaces_of_its_character_set() {
        let mut primary = [0; 6];
        text(Tree::Primary, "aü", &mut primary);
        assert_eq!(&primary, b"a_    ");
        let mut joliet = [7; 7];
        text(Tree::Joliet, "aü", &mut joliet);
        assert_eq!(joliet, [0, b'a', 0, 0xfc, 0, b' ', 0]);
        text(Tree::Joliet, "abcdef", &mut joliet);
        assert_eq!(joliet, [0, b'a', 0, b'b', 0, b'c', 0]);
        text(Tree::Joliet, "ab😀", &mut joliet);
        assert_eq!(joliet, [0, b'a', 0, b'b', 0, b' ', 0], "half a surrogate pair is no character");
    }

    #[test]
    fn what_does_not_read_as_it_was_given_is_told() {
        let identifiers = Identifiers {
            volume: "Sixteen units is not much".into(),
            publisher: "Müller".into(),
            application: "x".repeat(129),
            ..Identifiers::default()
        };
        let told =
            |tree| identifiers.changed(tree).map(|changed| (changed.field, changed.to)).collect::<Vec<_>>();
        let application = |length| ("application identifier", "x".repeat(length));
        let müller = ("publisher identifier", "M_ller".to_owned());
        assert_eq!(told(Tree::Primary), [müller, application(128)]);
        let volume = ("volume identifier", "Sixteen units is".to_owned());
        assert_eq!(told(Tree::Joliet), [volume, application(64)]);
    }
}
