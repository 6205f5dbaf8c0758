//! The tree that is to be written: names, the files behind them, and where their content comes from.
//!
//! Collected by a tool, planned by a format. Names point at files ([`FileId`]): two names of one file are a hard link.
//! Files point at content ([`ContentId`]): two files with one content are duplicates stored once.

use crate::error::{Error, Result};
use crate::tree::{Attribute, Kind, Posix, Time};
use std::collections::BTreeMap;
use std::fmt;

/// A name in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u32);

/// A file (an inode, in POSIX words).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A content that is stored once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(pub u32);

/// A name, its directory and the file it names.
#[derive(Debug, Clone)]
pub struct Name {
    /// The directory that holds it; the root is its own parent.
    pub parent: NameId,
    /// Any bytes but `/` and NUL; empty for the root only.
    pub bytes: Box<[u8]>,
    /// What it names.
    pub file: FileId,
    /// Leave the name out of these trees; the content is stored all the same.
    pub hidden: Hidden,
}

/// The trees a name is left out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hidden {
    /// The primary tree, Rock Ridge included.
    pub iso: bool,
    /// The Joliet tree.
    pub joliet: bool,
}

/// A file: all that does not belong to a name.
#[derive(Debug, Clone)]
pub struct File {
    /// What it is.
    pub kind: Kind,
    /// Mode, owner and device; links and serial are counted and given when planning.
    pub posix: Posix,
    /// Last change of the content.
    pub modified: Time,
    /// Last access.
    pub accessed: Time,
    /// Last change of the attributes.
    pub changed: Time,
    /// Content of a regular file; `None` for an empty one and for every other kind.
    pub content: Option<ContentId>,
    /// Target of a symbolic link.
    pub link: Box<[u8]>,
    /// Extended attributes and ACLs, sorted by name.
    pub attributes: Box<[Attribute]>,
}

/// A content: how long it is, and what gives it when the image is filled.
#[derive(Debug, Clone)]
pub struct Content<O> {
    /// Bytes, at least 1.
    pub size: u64,
    /// Place on the medium: higher weights come first; equal weights in the order of their first path.
    pub weight: i64,
    /// What gives the bytes.
    pub origin: O,
}

/// A tree to be written. `O` says what gives a content's bytes; planning never looks at it.
#[derive(Debug, Clone)]
pub struct Build<O> {
    names: Vec<Name>,
    files: Vec<File>,
    contents: Vec<Content<O>>,
    /// Children by (directory, name): unique and in byte order, whatever order they were added in.
    children: BTreeMap<(NameId, Box<[u8]>), NameId>,
}

impl<O: fmt::Debug> Build<O> {
    /// The root of every tree.
    pub const ROOT: NameId = NameId(0);

    /// A tree that holds only its root, described by `root`.
    pub fn new(root: File) -> Self {
        let name =
            Name { parent: Self::ROOT, bytes: Box::default(), file: FileId(0), hidden: Hidden::default() };
        Self { names: vec![name], files: vec![root], contents: Vec::new(), children: BTreeMap::new() }
    }

    /// Adds a content.
    pub fn add_content(&mut self, content: Content<O>) -> Result<ContentId> {
        self.contents.push(content);
        Ok(ContentId(index(self.contents.len())?))
    }

    /// Adds a file that has no name yet.
    pub fn add_file(&mut self, file: File) -> Result<FileId> {
        self.files.push(file);
        Ok(FileId(index(self.files.len())?))
    }

    /// Names `file` in `parent`. A name that is already there is left alone and returned as the error value.
    pub fn add_name(&mut self, parent: NameId, bytes: &[u8], file: FileId) -> Result<Result<NameId, NameId>> {
        if let Some(there) = self.child(parent, bytes) {
            return Ok(Err(there));
        }
        self.names.push(Name { parent, bytes: bytes.into(), file, hidden: Hidden::default() });
        let id = NameId(index(self.names.len())?);
        self.children.insert((parent, bytes.into()), id);
        Ok(Ok(id))
    }

    /// The name `bytes` in `parent`.
    pub fn child(&self, parent: NameId, bytes: &[u8]) -> Option<NameId> {
        self.children.get(&(parent, Box::from(bytes))).copied()
    }

    /// The names in `parent`, in byte order.
    pub fn children(&self, parent: NameId) -> impl Iterator<Item = NameId> + '_ {
        self.children
            .range((parent, Box::default())..(NameId(parent.0.saturating_add(1)), Box::default()))
            .map(|(_, id)| *id)
    }
}

fn index(length: usize) -> Result<u32> {
    u32::try_from(length.saturating_sub(1))
        .map_err(|_| Error::Usage("more than 4,294,967,296 entries in one image".into()))
}
