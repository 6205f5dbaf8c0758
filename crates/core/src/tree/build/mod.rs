//! The tree that is to be written: names, the files behind them, and where their content comes from.
//!
//! Collected by a tool, planned by a format. Names point at files ([`FileId`]): two names of one file are a hard link.
//! Files point at contents ([`ContentId`]): two files with one content are duplicates that are stored once.
//!
//! A million entries are a few large vectors here, never a million small allocations: bytes of names and link
//! targets lie in one arena, and directories are put in order once, by [`Build::order`], not at every insertion.

use crate::error::{Error, Result};
use crate::tree::{Attribute, Kind, Time};
use contents::Few;
use hashbrown::HashTable;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

mod contents;
mod order;
mod put;

pub use contents::Content;
pub use order::Order;

/// The number of a name in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

/// The number of a file (an inode, in POSIX words).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// The number of a content that is stored once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(u32);

/// What the number of an id counts from: 0, in the order of adding.
macro_rules! index {
    ($id:ident) => {
        impl $id {
            /// Position in the order of adding, from 0: an index for tables beside the tree.
            #[expect(clippy::as_conversions, reason = "usize is at least 32 bits wide")]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
index!(NameId);
index!(FileId);
index!(ContentId);

/// The trees that do not show a name, or show it as one to be passed over; the content of a hidden file is stored all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hidden {
    /// The primary tree, Rock Ridge included.
    pub iso: bool,
    /// The tree of the Joliet volume descriptor.
    pub joliet: bool,
    /// The tree of UDF, alone or in a bridge.
    pub udf: bool,
    /// The trees of ISO 9660 and Joliet show it, and record that its existence need not be told to the user (ECMA-119 9.1.6).
    pub existence: bool,
}

/// A name, its directory and the file it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a> {
    /// The directory that holds it; the root is its own parent.
    pub parent: NameId,
    /// Any bytes but `/` and NUL; empty for the root only.
    pub bytes: &'a [u8],
    /// The file it names; several names can share one.
    pub file: FileId,
    /// Leave the name, and all below it, out of these trees; the content is stored all the same.
    pub hidden: Hidden,
}

/// A file: all that does not belong to a name. Links and serial are counted and given when planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// Says which of the other fields mean something.
    pub kind: Kind,
    /// Permission, set-id and sticky bits: 0 to 0o7777.
    pub mode: u16,
    /// Owner's number.
    pub uid: u32,
    /// Group's number.
    pub gid: u32,
    /// Device numbers, major and minor, of a character or block device; (0, 0) for all else.
    pub device: (u32, u32),
    /// Last change of the content: `st_mtime`.
    pub modified: Time,
    /// Last access: `st_atime`.
    pub accessed: Time,
    /// Last change of the attributes: `st_ctime`.
    pub changed: Time,
    /// Content of a regular file; `None` for an empty one and for every other kind.
    pub content: Option<ContentId>,
    /// Target of a symbolic link; empty for every other kind.
    pub link: &'a [u8],
    /// Extended attributes and ACLs; kept in the order given, which should be by name.
    pub attributes: &'a [Attribute],
}

impl File<'_> {
    /// A file without content, of this kind and mode, owned by 0:0, with all three times `time`.
    pub const fn new(kind: Kind, mode: u16, time: Time) -> Self {
        Self {
            kind,
            mode,
            uid: 0,
            gid: 0,
            device: (0, 0),
            modified: time,
            accessed: time,
            changed: time,
            content: None,
            link: &[],
            attributes: &[],
        }
    }
}

/// What [`Build::add_name`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// The name is new, and has this id.
    New(NameId),
    /// The directory has that name already; it was left alone.
    There(NameId),
}

/// A tree to be written. `O` says what gives a content's bytes; planning never looks at it.
#[derive(Debug, Clone)]
pub struct Build<O> {
    names: Vec<NameRow>,
    files: Vec<FileRow>,
    contents: Vec<Content<O>>,
    few: BTreeMap<ContentId, Few>,
    /// The bytes of names and link targets.
    bytes: Vec<u8>,
    rare: Vec<Rare>,
    /// Names by (directory, bytes). What is looked up is exact, so the random hash never shows in a result.
    lookup: HashTable<NameId>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct NameRow {
    parent: NameId,
    file: FileId,
    start: u32,
    length: u16,
    hidden: Hidden,
    /// It was ever the directory of another name.
    occupied: bool,
}

/// A file in as few bytes as it can be: there may be millions.
#[derive(Debug, Clone, Copy)]
struct FileRow {
    seconds: i64,
    nanoseconds: u32,
    uid: u32,
    gid: u32,
    /// A position in `contents`, or [`NONE`].
    content: u32,
    /// A position in `rare`, or [`NONE`].
    rare: u32,
    mode: u16,
    kind: Kind,
}

/// What most files do not have: a link target, attributes, a device number.
#[derive(Debug, Clone)]
struct Rare {
    accessed: Time,
    changed: Time,
    device: (u32, u32),
    /// Start and length of a link target in `bytes`.
    link: (u32, u32),
    attributes: Box<[Attribute]>,
}

const NONE: u32 = u32::MAX;

/// Bytes of UTF-8 the longest name in any tree has: in UDF, 254 characters of two (UDF 2.3.4.6).
pub const LONGEST_NAME: usize = 508;

impl<O> Build<O> {
    /// The root of every tree.
    pub const ROOT: NameId = NameId(0);

    /// A tree that holds only its root, described by `root`, which has to be a directory.
    ///
    /// # Errors
    /// As [`Build::add_file`].
    pub fn new(root: &File<'_>) -> Result<Self> {
        let mut build = Self {
            names: Vec::new(),
            files: Vec::new(),
            contents: Vec::new(),
            few: BTreeMap::new(),
            bytes: Vec::new(),
            rare: Vec::new(),
            lookup: HashTable::new(),
            hasher: RandomState::new(),
        };
        let file = build.add_file(root)?;
        let (parent, hidden) = (Self::ROOT, Hidden::default());
        build.names.push(NameRow { parent, file, start: 0, length: 0, hidden, occupied: false });
        Ok(build)
    }

    /// Adds a file that has no name yet. One that never gets a name is not recorded.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there are more than an id can number.
    pub fn add_file(&mut self, file: &File<'_>) -> Result<FileId> {
        let id = FileId(number(self.files.len())?);
        let row = self.row(file, NONE)?;
        self.files.push(row);
        Ok(id)
    }

    /// Describes a file anew; all its names see it. The kind must not change from or to a directory.
    ///
    /// # Errors
    /// As [`Build::add_file`].
    pub fn set_file(&mut self, id: FileId, file: &File<'_>) -> Result<()> {
        let row = self.row(file, self.files[id.index()].rare)?;
        self.files[id.index()] = row;
        Ok(())
    }

    /// Names `file` in the directory `parent`.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that no tree can hold (empty, `.`, `..`, over [`LONGEST_NAME`], with `/` or NUL), or
    /// for a parent that is no directory; [`Error::TooLarge`] when there are more names than an id can number.
    pub fn add_name(&mut self, parent: NameId, bytes: &[u8], file: FileId) -> Result<Added> {
        let hash = self.hasher.hash_one((parent.0, bytes));
        if let Some(there) = self.lookup.find(hash, |id| self.is(*id, parent, bytes)) {
            return Ok(Added::There(*there));
        }
        if self.kind(parent) != Kind::Directory {
            return Err(Error::Usage(format!("{}: is not a directory", self.shown(parent))));
        }
        let illegal = matches!(bytes, b"" | b"." | b"..") || bytes.contains(&b'/') || bytes.contains(&0);
        if illegal || bytes.len() > LONGEST_NAME {
            return Err(Error::Usage(format!("\"{}\": not a valid file name", bytes.escape_ascii())));
        }
        let id = NameId(number(self.names.len())?);
        let (start, _) = self.keep(bytes)?;
        let length = u16::try_from(bytes.len()).expect("because longer names were refused");
        self.names.push(NameRow { parent, file, start, length, hidden: Hidden::default(), occupied: false });
        self.names[parent.index()].occupied = true;
        let Self { names, lookup, hasher, bytes: arena, .. } = self;
        let key = |row: &NameRow| hasher.hash_one((row.parent.0, slice(arena, row.start, row.length.into())));
        lookup.insert_unique(hash, id, |other| key(&names[other.index()]));
        Ok(Added::New(id))
    }

    /// Whether there are names in the directory `name`.
    pub fn is_occupied(&self, name: NameId) -> bool {
        self.names[name.index()].occupied
    }

    /// Lets a name stand for another file. A directory that is occupied has to stay one, and a directory has one name.
    pub fn set_name(&mut self, name: NameId, file: FileId) {
        self.names[name.index()].file = file;
    }

    /// Says which trees leave the name, and all below it, out.
    pub fn set_hidden(&mut self, name: NameId, hidden: Hidden) {
        self.names[name.index()].hidden = hidden;
    }

    /// Gives a file another content: how duplicates come to share one. A content to which no named file points is
    /// not stored.
    pub fn set_content(&mut self, file: FileId, content: ContentId) {
        self.files[file.index()].content = content.0;
    }

    /// The name `bytes` in `parent`, if there is one; a look into a hash table.
    pub fn child(&self, parent: NameId, bytes: &[u8]) -> Option<NameId> {
        let hash = self.hasher.hash_one((parent.0, bytes));
        self.lookup.find(hash, |id| self.is(*id, parent, bytes)).copied()
    }

    fn is(&self, id: NameId, parent: NameId, bytes: &[u8]) -> bool {
        let name = self.name(id);
        name.parent == parent && name.bytes == bytes
    }

    /// The name with this id, which has to be of this tree.
    pub fn name(&self, id: NameId) -> Name<'_> {
        let row = &self.names[id.index()];
        let bytes = slice(&self.bytes, row.start, row.length.into());
        Name { parent: row.parent, bytes, file: row.file, hidden: row.hidden }
    }

    /// By value: put together from tables that keep a file in few bytes.
    pub fn file(&self, id: FileId) -> File<'_> {
        let row = &self.files[id.index()];
        let modified = Time { seconds: row.seconds, nanoseconds: row.nanoseconds };
        let file = File {
            uid: row.uid,
            gid: row.gid,
            content: (row.content != NONE).then_some(ContentId(row.content)),
            ..File::new(row.kind, row.mode, modified)
        };
        let Some(rare) = self.rare.get(ContentId(row.rare).index()) else { return file };
        File {
            accessed: rare.accessed,
            changed: rare.changed,
            device: rare.device,
            link: slice(&self.bytes, rare.link.0, rare.link.1),
            attributes: &rare.attributes,
            ..file
        }
    }

    /// What the file behind a name is.
    pub fn kind(&self, name: NameId) -> Kind {
        self.files[self.names[name.index()].file.index()].kind
    }

    /// All names, the root first, in the order of adding: a directory always comes before what it holds.
    pub fn names(&self) -> impl ExactSizeIterator<Item = NameId> + use<O> {
        (0..last(self.names.len())).map(NameId)
    }

    /// All files, in the order of adding.
    pub fn files(&self) -> impl ExactSizeIterator<Item = FileId> + use<O> {
        (0..last(self.files.len())).map(FileId)
    }

    /// The names of files one of whose times lies outside of `years`.
    pub fn dated_outside(&self, years: &Range<Time>) -> Vec<NameId> {
        let outside = |id: &NameId| {
            let file = self.file(self.name(*id).file);
            [file.modified, file.accessed, file.changed].iter().any(|time| !years.contains(time))
        };
        self.names().filter(outside).collect()
    }

    /// The path of a name from the root: `boot/vmlinuz`; empty for the root.
    pub fn path(&self, name: NameId) -> Vec<u8> {
        let (mut chain, mut at) = (Vec::new(), name);
        while at != Self::ROOT {
            chain.push(at);
            at = self.name(at).parent;
        }
        let parts: Vec<&[u8]> = chain.iter().rev().map(|id| self.name(*id).bytes).collect();
        parts.join(&b'/')
    }

    /// The name at a path from the root, as [`Build::path`] gives it. Empty components and a leading `/` are passed over.
    pub fn find(&self, path: &[u8]) -> Option<NameId> {
        path.split(|byte| *byte == b'/')
            .filter(|part| !part.is_empty())
            .try_fold(Self::ROOT, |at, part| self.child(at, part))
    }

    /// A path for a message: bytes that are not ASCII are escaped.
    fn shown(&self, name: NameId) -> String {
        format!("/{}", self.path(name).escape_ascii())
    }

    /// The row of `file`; what is rare of it goes where `rare` says, or behind all others.
    fn row(&mut self, file: &File<'_>, mut rare: u32) -> Result<FileRow> {
        let File { modified, accessed, changed, device, uid, gid, content, .. } = *file;
        let plain = File { uid, gid, content, ..File::new(file.kind, file.mode, modified) };
        if *file == plain {
            rare = NONE;
        } else {
            let link = self.keep(file.link)?;
            let new = Rare { accessed, changed, device, link, attributes: file.attributes.into() };
            match self.rare.get_mut(ContentId(rare).index()) {
                Some(old) => *old = new,
                None => {
                    rare = number(self.rare.len())?;
                    self.rare.push(new);
                }
            }
        }
        Ok(FileRow {
            seconds: modified.seconds,
            nanoseconds: modified.nanoseconds,
            uid: file.uid,
            gid: file.gid,
            content: file.content.map_or(NONE, |id| id.0),
            rare,
            mode: file.mode & 0o7777,
            kind: file.kind,
        })
    }

    /// Puts bytes into the arena: where they start, and how many they are.
    fn keep(&mut self, bytes: &[u8]) -> Result<(u32, u32)> {
        let range = (number(self.bytes.len())?, number(bytes.len())?);
        self.bytes.extend_from_slice(bytes);
        Ok(range)
    }
}

fn slice(arena: &[u8], start: u32, length: u32) -> &[u8] {
    let start = NameId(start).index();
    &arena[start..start + NameId(length).index()]
}

fn number(length: usize) -> Result<u32> {
    match u32::try_from(length) {
        Ok(number) if number != NONE => Ok(number),
        _ => Err(Error::TooLarge("more than 4,294,967,294 entries, or bytes of names, in one image".into())),
    }
}

/// One past the largest number given to an id of a vector this long: [`number`] refused all above.
fn last(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn build() -> Build<()> {
        Build::new(&File::new(Kind::Directory, 0o755, Time::default())).expect("a root")
    }

    pub(super) fn added(outcome: Result<Added>) -> NameId {
        match outcome {
            Ok(Added::New(id)) => id,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_name_is_added_once_and_only_to_a_directory() {
        let mut build = build();
        let file = build.add_file(&File::new(Kind::File, 0o644, Time::default())).expect("room");
        let a = added(build.add_name(Build::<()>::ROOT, b"a", file));
        assert_eq!(build.add_name(Build::<()>::ROOT, b"a", file).expect("legal"), Added::There(a));
        let error = build.add_name(a, b"b", file).expect_err("no directory");
        assert_eq!(error.to_string(), "/a: is not a directory");
        for name in [&b""[..], b".", b"..", b"a/b", b"a\0", &[b'n'; LONGEST_NAME + 1]] {
            assert!(build.add_name(Build::<()>::ROOT, name, file).is_err());
        }
        added(build.add_name(Build::<()>::ROOT, "é".repeat(254).as_bytes(), file));
    }

    #[test]
    fn a_file_comes_back_as_it_was_given() {
        let mut build = build();
        let time = Time { seconds: -5, nanoseconds: 7 };
        let link = File { link: b"../x", uid: 3, gid: 4, ..File::new(Kind::Symlink, 0o777, time) };
        let device = File { device: (8, 1), ..File::new(Kind::BlockDevice, 0o660, time) };
        let attributes = [Attribute { name: b"user.a".to_vec(), value: vec![0, 1] }];
        let content = build.add_content(9, ()).expect("room");
        let file =
            File { content: Some(content), attributes: &attributes, ..File::new(Kind::File, 0o4755, time) };
        for wanted in [link, device, file] {
            let id = build.add_file(&wanted).expect("room");
            assert_eq!(build.file(id), wanted);
        }
        assert!(build.add_content(0, ()).is_err());
    }
}
