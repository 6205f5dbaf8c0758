//! The files of a tree by where their content lies: what boot catalogs and partition tables lead to.

use crate::error::{Error, Result};
use crate::tree::walk::{Descend, Visitor, walk};
use crate::tree::{Entry, Kind, Tree};
use std::collections::HashMap;

/// Which files and directories begin at the bytes that were asked for, and where the content of a tree ends.
#[derive(Debug, Default)]
pub struct Placed {
    files: HashMap<u64, Option<(Vec<u8>, u64)>>,
    directories: HashMap<u64, Vec<u8>>,
    /// Byte behind the last of any content, that of directories included; 0 in an empty tree.
    pub end: u64,
    /// Byte behind the last of the content of files; 0 without any.
    pub files_end: u64,
    /// What was wrong with the first thing that could not be listed.
    pub failure: Option<Error>,
}

impl Placed {
    /// Walks all of `tree` for the files that begin at `places`, which are bytes in its source.
    pub fn find(tree: &dyn Tree, places: impl IntoIterator<Item = u64>) -> Self {
        let files = places.into_iter().map(|at| (at, None)).collect();
        let mut placed = Self { files, ..Self::default() };
        let walked = tree.root().and_then(|root| {
            placed.directory_at(b"/", &root);
            walk(tree, &root, b"", &mut placed)
        });
        placed.failure = walked.err().or(placed.failure);
        placed
    }

    /// Path, which begins with `/`, and size of the first file with anything in it that begins at byte `at`, which has to
    /// be one of the places that were asked for.
    pub fn file(&self, at: u64) -> Option<(&[u8], u64)> {
        self.files.get(&at)?.as_ref().map(|(path, size)| (path.as_slice(), *size))
    }

    /// Path of the first directory that begins at byte `at`, likewise.
    pub fn directory(&self, at: u64) -> Option<&[u8]> {
        self.directories.get(&at).map(Vec::as_slice)
    }

    /// Remembers the directory `entry` at `path` if it begins at a place that was asked for.
    fn directory_at(&mut self, path: &[u8], entry: &Entry) {
        if let Some(start) = entry.start().filter(|start| self.files.contains_key(start)) {
            self.directories.entry(start).or_insert_with(|| path.to_vec());
        }
    }
}

impl Visitor for Placed {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.end = self.end.max(entry.end());
        if entry.kind == Kind::Directory {
            self.directory_at(path, entry);
        }
        if entry.kind == Kind::File {
            self.files_end = self.files_end.max(entry.end());
            if entry.size > 0
                && let Some(file @ None) = entry.start().and_then(|start| self.files.get_mut(&start))
            {
                *file = Some((path.to_vec(), entry.size));
            }
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, _: &[u8], error: Error) -> Result<()> {
        self.failure.get_or_insert(error);
        Ok(())
    }
}
