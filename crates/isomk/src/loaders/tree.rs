//! The image as loaders look at it: by paths whose case does not matter, since they are read on FAT and on discs of all kinds.

use super::volume::Volume;
use crate::contents::Contents;
use crate::sources::Origin;
use isokit_cli::Failure;
use isokit_cli::name::shown;
use isokit_core::fill::{Contents as _, Reader};
use isokit_core::number::narrow;
use isokit_core::tree::Kind;
use isokit_core::tree::build::{Build, ContentId, NameId};
use isokit_core::{Error, Result};
use std::path::PathBuf;

pub(super) struct Tree<'a> {
    build: &'a Build<Origin>,
    contents: &'a Contents<'a>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(build: &'a Build<Origin>, contents: &'a Contents<'a>) -> Self {
        Self { build, contents }
    }

    /// The first of these paths that is a file with a content, as the image has it.
    pub(super) fn first(&self, paths: &[&str]) -> Option<Vec<u8>> {
        let file = |path: &&str| self.find(path).filter(|name| self.content(*name).is_some());
        paths.iter().find_map(file).map(|name| self.build.path(name))
    }

    /// A directory, as the image has it.
    pub(super) fn directory(&self, path: &str) -> Option<Vec<u8>> {
        let name = self.find(path).filter(|name| self.build.kind(*name) == Kind::Directory)?;
        Some(self.build.path(name))
    }

    /// Paths of what is in a directory, in the order of their names.
    pub(super) fn within(&self, path: &str) -> Vec<Vec<u8>> {
        let Some(directory) = self.find(path) else { return Vec::new() };
        let mut names: Vec<Vec<u8>> = self.children(directory).map(|name| self.build.path(name)).collect();
        names.sort_unstable();
        names
    }

    /// The file on disk that one of the image is from; `None` for what is out of an archive or a pipe.
    pub(super) fn on_disk(&self, path: &[u8]) -> Option<PathBuf> {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;
        let origin = self.build.content(self.content(self.build.find(path)?)?).origin;
        let disk = matches!(origin, Origin::File { .. }).then(|| self.contents.path(&origin))?;
        Some(OsString::from_vec(disk).into())
    }

    /// What there is on a file that UEFI is to boot from.
    pub(super) fn volume(&self, path: &[u8]) -> Option<Volume> {
        let content = self.content(self.build.find(path)?)?;
        Volume::look(self.contents, self.build.content(content))
    }

    /// The text of a small file.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than such a file may be.
    pub(super) fn text(&self, path: &[u8]) -> Result<Vec<u8>, Failure> {
        const LARGEST: u64 = 64 << 10;
        let failed = |error| Failure { input: Some(shown(path)), error };
        let Some(content) = self.build.find(path).and_then(|name| self.content(name)) else {
            return Ok(Vec::new());
        };
        let content = self.build.content(content);
        if content.size > LARGEST {
            let sentence = format!("{} bytes, expected a text of {LARGEST} bytes at the most", content.size);
            return Err(failed(Error::TooLarge(sentence)));
        }
        let read = || {
            let mut bytes = vec![0; narrow(content.size)];
            let mut reader = Reader::new(self.contents.open(&content.origin)?);
            let have = reader.read(&mut bytes)?;
            bytes.truncate(have);
            Ok(bytes)
        };
        read().map_err(|error| failed(Error::io("read", error)))
    }

    /// Reads the beginning of a file into `bytes`: how many are there; `None` without such a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn beginning(&self, path: &[u8], bytes: &mut [u8]) -> Result<Option<usize>, Failure> {
        let Some(content) = self.build.find(path).and_then(|name| self.content(name)) else {
            return Ok(None);
        };
        let opened = self.contents.open(&self.build.content(content).origin);
        let have = opened.and_then(|opened| Reader::new(opened).read(bytes));
        have.map(Some).map_err(|error| Failure { input: Some(shown(path)), error: Error::io("read", error) })
    }

    /// The name at a path, in whatever case; the exact one first.
    fn find(&self, path: &str) -> Option<NameId> {
        path.split('/').try_fold(Build::<Origin>::ROOT, |at, part| {
            self.build.child(at, part.as_bytes()).or_else(|| {
                let is_it =
                    |name: &NameId| self.build.name(*name).bytes.eq_ignore_ascii_case(part.as_bytes());
                self.children(at).filter(is_it).min_by_key(|name| self.build.name(*name).bytes)
            })
        })
    }

    fn children(&self, directory: NameId) -> impl Iterator<Item = NameId> + '_ {
        let root = Build::<Origin>::ROOT;
        self.build.names().filter(move |name| *name != root && self.build.name(*name).parent == directory)
    }

    fn content(&self, name: NameId) -> Option<ContentId> {
        self.build.file(self.build.name(name).file).content
    }
}
