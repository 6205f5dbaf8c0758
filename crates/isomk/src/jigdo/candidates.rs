//! Contents of an image that may be files of the list, by their names and sizes.

use crate::contents::Contents;
use crate::pattern::Pattern;
use crate::request::{Jigdo, Request};
use crate::sources::Origin;
use crate::spelling::Asked;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure};
use isokit_core::tree::build::{Build, ContentId};
use isokit_core::{Error, Result};
use isokit_jigdo::{Files, List};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, absolute};

/// A content that may be a file of the list.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Byte of the image at which it begins.
    pub at: u64,
    /// Bytes.
    pub length: u64,
    pub content: ContentId,
    /// The files that it may be, by each of its names.
    pub files: Vec<Files>,
    /// The number of the pattern for which it has to be one of them.
    pub required_by: Option<usize>,
}

/// Files that have to be in the list and are not.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// The path of the first, and the number of the pattern that it matches.
    first: Option<(Vec<u8>, usize)>,
    /// How many others there are.
    others: u64,
}

impl Missing {
    pub(super) fn add(&mut self, path: Vec<u8>, pattern: usize) {
        if self.first.is_none() {
            self.first = Some((path, pattern));
        } else {
            self.others = self.others.saturating_add(1);
        }
    }

    /// # Errors
    /// [`Error::Usage`] if there are some.
    pub(super) fn refuse(&self, request: &Request, asked: &Jigdo) -> Result<(), Failure> {
        let Some((path, pattern)) = &self.first else { return Ok(()) };
        let pattern = asked.require.get(*pattern).map(Pattern::text).unwrap_or_default();
        let option = request.spelling.option(Asked::JigdoRequire);
        let list = asked.list.display();
        let others = match self.others {
            0 => String::new(),
            1 => "; another file lacks one, too".to_owned(),
            others => format!("; {others} other files lack one, too"),
        };
        let sentence = format!(
            "{option}{} requires a line of {list} with its name, size and checksum{others}",
            pattern.escape_ascii()
        );
        Err(Error::Usage(sentence)).concerning(shown(path))
    }
}

/// Finds candidates.
pub(super) struct Finder<'a> {
    pub asked: &'a Jigdo,
    pub list: &'a List,
    pub build: &'a Build<Origin>,
    pub contents: &'a Contents<'a>,
    /// Contents that are not in the image as they are in their files.
    pub marked: &'a [ContentId],
}

impl Finder<'_> {
    /// Those of `places`, in order. What has to be one and cannot be is `missing`.
    pub(super) fn find(&self, places: &[(u64, ContentId)], missing: &mut Missing) -> Vec<Candidate> {
        let named = self.named();
        let mut candidates = Vec::new();
        for (at, content) in places.iter().copied() {
            let length = self.build.content(content).size;
            if length < self.asked.min_size {
                continue;
            }
            let path = path(self.contents, &self.build.content(content).origin);
            if self.asked.exclude.iter().any(|pattern| pattern.matches(&path)) {
                continue;
            }
            let required_by = self.asked.require.iter().position(|pattern| pattern.matches(&path));
            let files = self.files(content, &path, &named);
            match required_by {
                _ if !files.is_empty() => {
                    candidates.push(Candidate { at, length, content, files, required_by });
                }
                Some(pattern) => missing.add(path, pattern),
                None => {}
            }
        }
        candidates
    }

    /// The files of the list that have a name and the size of a content, of all contents that have some.
    fn named(&self) -> HashMap<ContentId, Vec<Files>> {
        let mut named: HashMap<ContentId, Vec<Files>> = HashMap::new();
        for name in self.build.names() {
            let name = self.build.name(name);
            let Some(content) = self.build.file(name.file).content else { continue };
            let files = self.list.find(name.bytes, self.build.content(content).size);
            if !files.is_empty() {
                let known = named.entry(content).or_default();
                if !known.contains(&files) {
                    known.push(files);
                }
            }
        }
        named
    }

    /// The files of the list that `content` may be, by its names in the image and that on disk.
    fn files(&self, content: ContentId, path: &[u8], named: &HashMap<ContentId, Vec<Files>>) -> Vec<Files> {
        if self.marked.contains(&content) {
            return Vec::new();
        }
        let mut all = named.get(&content).cloned().unwrap_or_default();
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let files = self.list.find(name, self.build.content(content).size);
        if !files.is_empty() && !all.contains(&files) {
            all.push(files);
        }
        all
    }
}

/// The absolute path on disk of a file, or of what holds it.
pub(super) fn path(contents: &Contents<'_>, origin: &Origin) -> Vec<u8> {
    let path = contents.path(origin);
    absolute(Path::new(OsStr::from_bytes(&path)))
        .map_or(path, |path| path.into_os_string().into_encoded_bytes())
}
