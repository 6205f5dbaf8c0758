//! Where the files that go into the image lie, compactly: a file is a directory's number and a name.

use isokit_core::error::{Error, Result};
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

/// Where the bytes of a content come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file of an input directory, opened again when it is written.
    File {
        /// The directory it was found in.
        directory: Directory,
        name: Name,
    },
    /// What came out of the pipe of this number in [`Passed`](crate::passed::Passed).
    Passed(u32),
    /// A member of an archive, from this byte of it (or of what was kept of it).
    Member {
        /// Which archive, in the order of taking in.
        archive: u32,
        /// Byte at which its content starts.
        offset: u64,
    },
    /// A member of an archive with holes in it.
    Sparse {
        archive: u32,
        /// The number of the sparse content in the archive.
        number: u32,
    },
    /// The translation table of this number in [`Tables`](crate::tables::Tables).
    Table(u32),
    /// A file of an existing image that is one piece of it, from this byte on.
    Extent {
        /// Which image, in the order of taking in.
        image: u32,
        offset: u64,
    },
    /// A file of an existing image that is in several pieces, or encoded.
    Pieces {
        image: u32,
        /// The number of the content in [`Existing`](crate::existing::Existing).
        number: u32,
    },
}

/// The number of a directory that inputs lie in, in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Directory(u32);

/// A name whose bytes [`Sources`] keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    start: u32,
    length: u16,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    /// The number of the directory above, or [`OPERAND`].
    parent: u32,
    start: u32,
    length: u32,
}

/// The parent of a directory that the user named: its name is the path from the working directory.
const OPERAND: u32 = u32::MAX;

/// The longest path given to the kernel at once; it refuses those over 4095 bytes.
const LONGEST: usize = 4000;

/// All directories that inputs lie in, and the names of the files.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    rows: Vec<Row>,
    bytes: Vec<u8>,
}

impl Sources {
    /// A directory by its path, which is relative to the working directory or absolute.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there are more than a number can count.
    pub(crate) fn add_operand(&mut self, path: &[u8]) -> Result<Directory> {
        self.add(OPERAND, path)
    }

    /// The directory `name` in `parent`.
    ///
    /// # Errors
    /// As [`Sources::add_operand`].
    pub(crate) fn add_directory(&mut self, parent: Directory, name: &[u8]) -> Result<Directory> {
        self.add(parent.0, name)
    }

    fn add(&mut self, parent: u32, name: &[u8]) -> Result<Directory> {
        let row = Row { parent, start: number(self.bytes.len())?, length: number(name.len())? };
        self.bytes.extend_from_slice(name);
        let directory = Directory(number(self.rows.len())?);
        self.rows.push(row);
        Ok(directory)
    }

    /// Keeps a file's name.
    ///
    /// # Errors
    /// As [`Sources::add_operand`]; and for a name over 65,535 bytes.
    pub(crate) fn add_name(&mut self, name: &[u8]) -> Result<Name> {
        let start = number(self.bytes.len())?;
        let length = u16::try_from(name.len()).map_err(|_| too_many())?;
        self.bytes.extend_from_slice(name);
        Ok(Name { start, length })
    }

    /// Its bytes: one component of a path.
    pub(crate) fn name(&self, name: Name) -> &[u8] {
        slice(&self.bytes, name.start, name.length.into())
    }

    /// The path of `name` in `directory` as the user would write it.
    pub(crate) fn path(&self, directory: Directory, name: &[u8]) -> Vec<u8> {
        let mut path = Vec::new();
        for part in self.chain(directory).into_iter().rev().chain([name]) {
            join(&mut path, part);
        }
        path
    }

    /// The names that lead to a directory, the last one first.
    fn chain(&self, directory: Directory) -> Vec<&[u8]> {
        let (mut chain, mut at) = (Vec::new(), directory.0);
        while let Some(row) = self.rows.get(index(at)) {
            chain.push(slice(&self.bytes, row.start, row.length));
            at = row.parent;
        }
        chain
    }

    /// Opens a directory, however deep it lies.
    ///
    /// # Errors
    /// What the system answers.
    pub(crate) fn open(&self, directory: Directory) -> rustix::io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let (mut above, mut path): (Option<OwnedFd>, Vec<u8>) = (None, Vec::new());
        for part in self.chain(directory).into_iter().rev() {
            if !path.is_empty() && path.len() + part.len() >= LONGEST {
                above = Some(step(above.as_ref(), &path, flags | OFlags::PATH)?);
                path.clear();
            }
            join(&mut path, part);
        }
        step(above.as_ref(), &path, flags)
    }
}

fn step(above: Option<&OwnedFd>, path: &[u8], flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let path = OsStr::from_bytes(if path.is_empty() { b"." } else { path });
    match above {
        Some(above) => openat(above, path, flags, Mode::empty()),
        None => openat(CWD, path, flags, Mode::empty()),
    }
}

fn join(path: &mut Vec<u8>, part: &[u8]) {
    if !path.is_empty() && !path.ends_with(b"/") && !part.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(part);
}

fn slice(arena: &[u8], start: u32, length: u32) -> &[u8] {
    arena.get(index(start)..index(start) + index(length)).unwrap_or_default()
}

#[expect(clippy::as_conversions, reason = "usize is at least 32 bits wide")]
const fn index(number: u32) -> usize {
    number as usize
}

fn number(length: usize) -> Result<u32> {
    u32::try_from(length).ok().filter(|number| *number != OPERAND).ok_or_else(too_many)
}

fn too_many() -> Error {
    Error::TooLarge("more input directories, or bytes of their names, than 32 bits can number".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_deeper_than_a_path_can_say_is_opened() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let mut sources = Sources::default();
        let mut at = sources.add_operand(folder.path().as_os_str().as_bytes()).expect("room");
        let name = "n".repeat(200);
        for _ in 0..40 {
            let fd = sources.open(at).expect("it was made");
            rustix::fs::mkdirat(&fd, &name, Mode::RWXU).expect("room on disk");
            at = sources.add_directory(at, name.as_bytes()).expect("room");
        }
        assert!(sources.path(at, b"f").len() > 8000);
        sources.open(at).expect("8000 bytes of path are no obstacle");
    }

    #[test]
    fn paths_are_shown_as_the_user_would_write_them() {
        let mut sources = Sources::default();
        let root = sources.add_operand(b"/").expect("room");
        let dir = sources.add_directory(root, b"a").expect("room");
        assert_eq!(sources.path(dir, b"b"), b"/a/b");
        let here = sources.add_operand(b"").expect("room");
        assert_eq!(sources.path(here, b"b"), b"b");
    }
}
