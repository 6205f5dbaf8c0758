//! Giving what was found its place in the tree: directories on the way, merging, replacing.

use super::Collector;
use crate::operand::Target;
use crate::sources::Origin;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::tree::build::{Added, Build, File, FileId, NameId};
use isokit_core::tree::{Kind, Time};

/// A file that is to get a name: one that is there already, or a new one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'f> {
    /// Another name for a file in the tree.
    Known(FileId),
    /// A file that becomes part of the tree with this name.
    New(&'f File<'f>),
}

/// What happens where one of the two that want a name is a directory, and the other is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// No image is made.
    Refused,
    /// The later one has the name, as with tar(1), unless that would cost what is in a directory.
    Replaced,
}

impl Collector<'_> {
    /// The directory at `names` of the image; the ones that are missing are made, to be described by a later input.
    pub(super) fn directory_at<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n [u8]>,
    ) -> Result<NameId, Failure> {
        let mut at = Build::<Origin>::ROOT;
        for name in names {
            at = match self.taken.build.child(at, name) {
                Some(there) if self.taken.build.kind(there) == Kind::Directory => there,
                Some(there) => return Err(self.conflict(there, "is a directory here, but was not before")),
                None => {
                    let made = File::new(Kind::Directory, self.options.made_mode, Time::default());
                    let file = self.taken.build.add_file(&made)?;
                    match self.taken.build.add_name(at, name, file)? {
                        Added::New(made) | Added::There(made) => {
                            self.taken.implicit.insert(made);
                            made
                        }
                    }
                }
            };
        }
        Ok(at)
    }

    /// Makes the directory `target`, unless it is there.
    pub(crate) fn made(&mut self, target: &Target) -> Result<(), Failure> {
        let path = target.names.join(&b'/');
        let there = self.taken.build.find(&path).filter(|there| !self.taken.implicit.contains(there));
        if there.is_some_and(|there| self.taken.build.kind(there) == Kind::Directory) {
            self.report.warning(format_args!("/{}", shown(&path)), "is there already");
        }
        self.directory_at(target.names.iter().map(Vec::as_slice)).map(drop)
    }

    /// The directory a file with no place of its own goes to, and the name it gets there.
    pub(super) fn place_of<'n>(
        &mut self,
        target: Option<&'n Target>,
        own: &'n [u8],
    ) -> Result<(NameId, &'n [u8]), Failure> {
        let Some(target) = target else { return Ok((Build::<Origin>::ROOT, own)) };
        let names = target.names.iter().map(Vec::as_slice);
        match target.names.split_last() {
            Some((name, above)) if !target.into => {
                Ok((self.directory_at(above.iter().map(Vec::as_slice))?, name))
            }
            _ => Ok((self.directory_at(names)?, own)),
        }
    }

    /// Whether the user excluded the place `parts` below `base`, or a directory on the way.
    pub(super) fn left_out(&self, base: NameId, parts: &[&[u8]], directory: bool) -> bool {
        let mut path = self.taken.build.path(base);
        parts.iter().enumerate().any(|(depth, part)| {
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(part);
            let directory = directory || depth + 1 < parts.len();
            self.options.excludes.excludes(&path, Some(part), directory)
                || self.removal.as_ref().is_some_and(|removal| removal.removes(&path, directory))
        })
    }

    /// As [`Collector::left_out`], of what is named itself: patterns of names do not concern it.
    pub(super) fn named_is_left_out(&self, parts: &[&[u8]], directory: bool) -> bool {
        (1..=parts.len()).any(|depth| {
            let path = parts.get(..depth).unwrap_or_default().join(&b'/');
            self.options.excludes.excludes(&path, None, directory || depth < parts.len())
        })
    }

    /// Describes a directory that is in the tree.
    pub(super) fn describe(&mut self, directory: NameId, file: &File<'_>) -> Result<(), Failure> {
        self.taken.implicit.remove(&directory);
        let id = self.taken.build.name(directory).file;
        self.taken.kept.remove(&id);
        Ok(self.taken.build.set_file(id, file)?)
    }

    /// Names a file, or describes a directory. What has that name already is merged with or replaced. `from` gives the
    /// place it comes from, for messages.
    pub(super) fn put(
        &mut self,
        parent: NameId,
        name: &[u8],
        subject: Subject<'_>,
        clash: Clash,
        from: &dyn Fn(&Self) -> Vec<u8>,
    ) -> Result<NameId, Failure> {
        let kind = match subject {
            Subject::Known(id) => self.taken.build.file(id).kind,
            Subject::New(file) => file.kind,
        };
        let Some(there) = self.taken.build.child(parent, name) else {
            let id = self.file(subject)?;
            return match self.taken.build.add_name(parent, name, id) {
                Ok(Added::New(made) | Added::There(made)) => Ok(made),
                Err(error) => Err(error).concerning(shown(&from(self))),
            };
        };
        let is_directory = self.taken.build.kind(there) == Kind::Directory;
        match (kind == Kind::Directory, is_directory, subject) {
            (true, true, Subject::New(file)) => self.describe(there, file)?,
            (false, false, subject) => {
                let id = self.file(subject)?;
                self.taken.build.set_name(there, id);
                self.taken.implicit.remove(&there);
                self.note(&from(self), "replaces an earlier file");
            }
            (now, ..) if clash == Clash::Replaced && !self.taken.build.is_occupied(there) => {
                let id = self.file(subject)?;
                self.taken.build.set_name(there, id);
                self.taken.implicit.remove(&there);
                let sentence = if now {
                    "replaces an earlier file, as a directory"
                } else {
                    "takes the place of an earlier, empty directory"
                };
                self.note(&from(self), sentence);
            }
            (true, ..) => return Err(self.conflict(there, "is a directory here, but was not before")),
            (false, ..) => return Err(self.conflict(there, "is not a directory here, but was before")),
        }
        Ok(there)
    }

    /// Whether `name` in `parent` is a directory with something in it.
    pub(super) fn is_occupied(&self, parent: NameId, name: &[u8]) -> bool {
        self.taken.build.child(parent, name).is_some_and(|there| self.taken.build.is_occupied(there))
    }

    /// The file's number in the tree; a new one is added.
    pub(super) fn file(&mut self, subject: Subject<'_>) -> Result<FileId, Failure> {
        match subject {
            Subject::Known(id) => Ok(id),
            Subject::New(file) => Ok(self.taken.build.add_file(file)?),
        }
    }

    fn conflict(&self, name: NameId, problem: &str) -> Failure {
        let path = shown(&self.taken.build.path(name));
        Failure { input: Some(format!("/{path}")), error: Error::Usage(problem.into()) }
    }
}
