//! What is appended behind the volume: a file as it is, or a directory that becomes a file system of its own.

use super::entry::kind;
use super::walk::{failure, split};
use super::{Attributes, Collector, Follow, Options};
use crate::existing::Existing;
use crate::globs::Excludes;
use crate::on_disk::Patterns;
use crate::request::AppendedSource;
use crate::sources::Origin;
use isokit_cli::input::{Opened, refuse_interrupted};
use isokit_cli::name::shown;
use isokit_cli::output::names_descriptor;
use isokit_cli::{Concerning, Failure};
use isokit_core::error::Error;
use isokit_core::tree::Kind;
use isokit_core::tree::build::{self, Build, ContentId, LONGEST_NAME, NameId};
use rustix::fs::{Access, AtFlags, CWD, Stat, accessat, statat};
use std::collections::HashSet;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What a partition behind the volume is made of.
#[derive(Debug)]
pub(crate) enum Appended {
    /// A content of the tree to which no name leads.
    File(ContentId),
    /// A tree of its own, whose contents are contents of the tree to which no name leads.
    Directory(Build<ContentId>),
}

impl<'w> Options<'w> {
    /// How trees are collected that become file systems of their own: no pattern of the image's paths is meant for them, and
    /// what links lead to is stored, since these systems have none.
    pub(crate) fn of_volumes(&self) -> Result<Self, Failure> {
        Ok(Options {
            excludes: Excludes::new([], [])?,
            on_disk: Patterns::default(),
            follow: Follow::All,
            attributes: Attributes::default(),
            longest_name: LONGEST_NAME,
            strip_components: 0,
            ..*self
        })
    }
}

impl Collector<'_> {
    /// Takes in what is appended.
    ///
    /// # Errors
    /// As [`Collector::append_path`]; [`Error::NotFound`] for what is not in the image; an image that is between two states.
    pub(crate) fn append(&mut self, source: &AppendedSource, options: &Options<'_>) -> Result<(), Failure> {
        if let AppendedSource::Disk(path) | AppendedSource::Section { path, .. } = source {
            refuse_interrupted(path.as_os_str())?;
        }
        match source {
            AppendedSource::Disk(path) => self.append_path(path, options),
            AppendedSource::Section { path, start, length } => self.append_section(path, *start, *length),
            AppendedSource::Image(paths) => {
                let volume = self.copied(paths)?;
                self.taken.appended.push(Appended::Directory(volume));
                Ok(())
            }
        }
    }

    /// Takes in what the file `name` of the image has as it is, in a second place.
    ///
    /// # Errors
    /// Only when there are too many contents.
    pub(crate) fn append_again(&mut self, name: NameId) -> Result<(), Failure> {
        let build = &mut self.taken.build;
        if let Some(content) = build.file(build.name(name).file).content {
            let content = build.content(content);
            let (size, origin) = (content.size, content.origin);
            self.taken.appended.push(Appended::File(build.add_content(size, origin)?));
        }
        Ok(())
    }

    /// The last of what was appended.
    pub(crate) fn appended(&self) -> Option<&Appended> {
        self.taken.appended.last()
    }

    /// A piece of a file becomes a content as files of images do.
    fn append_section(&mut self, path: &Path, start: u64, length: u64) -> Result<(), Failure> {
        if self.options.replaced != Some(path) {
            self.options.written.refuse(path.as_os_str())?;
        }
        self.list_input(path.as_os_str().as_bytes());
        let opened =
            Opened::new(path.as_os_str(), "a file that can be read anywhere", self.report.streams())?;
        let name = opened.name.clone();
        let source = opened.into_source().concerning(&name)?;
        let there = source.size().unwrap_or(0);
        if there < start.saturating_add(length) {
            let sentence =
                format!("{there} bytes, expected {length} from byte {start} on, which are to be a partition");
            return Err(Error::Usage(sentence)).concerning(&name);
        }
        let image = self.taken.stores.next_image()?;
        self.taken.stores.existing.push(Existing::new(source, name));
        let content = self.taken.build.add_content(length, Origin::Extent { image, offset: start })?;
        self.taken.appended.push(Appended::File(content));
        Ok(())
    }

    /// A tree of copies: what is at `paths` in the image, with all below it, in the same places.
    fn copied(&self, paths: &[Vec<u8>]) -> Result<Build<ContentId>, Failure> {
        let root = self.taken.build.file(self.taken.build.name(Build::<Origin>::ROOT).file);
        let mut volume = Build::new(&root)?;
        for path in paths {
            let top = self.taken.build.find(path).ok_or_else(|| {
                Error::not_found(shown(path), "is not in the image, and no FAT volume can have a copy of it")
            })?;
            let mut above = self.taken.build.name(top).parent;
            let mut way = Vec::new();
            while above != Build::<Origin>::ROOT {
                way.push(above);
                above = self.taken.build.name(above).parent;
            }
            way.iter().rev().try_for_each(|name| self.copy(*name, &mut volume))?;
            // A directory always comes before what it holds.
            let mut within = HashSet::from([top]);
            self.copy(top, &mut volume)?;
            for name in self.taken.build.names() {
                if name != top && within.contains(&self.taken.build.name(name).parent) {
                    within.insert(name);
                    self.copy(name, &mut volume)?;
                }
            }
        }
        Ok(volume)
    }

    /// Copies one file, to which the way is there.
    fn copy(&self, name: NameId, volume: &mut Build<ContentId>) -> Result<(), Failure> {
        let file = self.taken.build.file(self.taken.build.name(name).file);
        let content = match file.content {
            Some(content) => Some(volume.add_content(self.taken.build.content(content).size, content)?),
            None => None,
        };
        volume.put(self.taken.build.path(name), &build::File { content, attributes: &[], ..file })?;
        Ok(())
    }

    /// Takes in a file or a directory that is appended; `options` are those of directories.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or is what this run writes.
    fn append_path(&mut self, path: &Path, options: &Options<'_>) -> Result<(), Failure> {
        self.options.written.refuse(path.as_os_str())?;
        let bytes = path.as_os_str().as_bytes();
        let stat = statat(CWD, path, AtFlags::empty()).map_err(|errno| failure(bytes, "open", errno))?;
        let appended = match kind(&stat) {
            Some(Kind::Directory) => Appended::Directory(self.appended_directory(path, options)?),
            Some(Kind::File | Kind::Fifo) => Appended::File(self.appended_file(path, &stat)?),
            _ => {
                let sentence = "is no file, pipe or directory; cannot be appended";
                return Err(Error::Usage(sentence.into())).concerning(shown(bytes));
            }
        };
        self.taken.appended.push(appended);
        Ok(())
    }

    fn appended_file(&mut self, path: &Path, stat: &Stat) -> Result<ContentId, Failure> {
        let bytes = path.as_os_str().as_bytes();
        let (size, origin) = if names_descriptor(path) || kind(stat) == Some(Kind::Fifo) {
            let input =
                File::open(path).map_err(|error| Error::io("open", error)).concerning(shown(bytes))?;
            let (number, size) = self.taken.stores.passed.take(input, bytes).concerning(shown(bytes))?;
            (size, Origin::Passed(number))
        } else {
            accessat(CWD, path, Access::READ_OK, AtFlags::empty())
                .map_err(|errno| failure(bytes, "open", errno))?;
            self.list_input(bytes);
            // What is read is a file, whatever links lead to it.
            let found = path.canonicalize().map_err(|error| Error::io("open", error));
            let found = found.concerning(shown(bytes))?;
            let (above, name) = split(found.as_os_str().as_bytes());
            let origin = Origin::File {
                directory: self.taken.stores.sources.add_operand(above)?,
                name: self.taken.stores.sources.add_name(name)?,
            };
            (u64::try_from(stat.st_size).unwrap_or(0), origin)
        };
        if size == 0 {
            let sentence = "is empty; a partition has to hold something";
            return Err(Error::Usage(sentence.into())).concerning(shown(bytes));
        }
        Ok(self.taken.build.add_content(size, origin)?)
    }

    fn appended_directory(
        &mut self,
        path: &Path,
        options: &Options<'_>,
    ) -> Result<Build<ContentId>, Failure> {
        let mut inner = Collector::new(options, self.report, true)?;
        self.share(&mut inner);
        let taken = inner.path(path, None);
        self.share(&mut inner);
        taken?;
        self.unreadable += inner.unreadable;
        self.taken.inputs.append(&mut inner.taken.inputs);
        self.taken.folders.extend(inner.taken.folders);
        Ok(inner.taken.build.map_origins(|size, origin| self.taken.build.add_content(size, origin))?)
    }

    /// Gives another collector where the contents lie, or takes it back.
    fn share(&mut self, other: &mut Collector<'_>) {
        std::mem::swap(&mut self.taken.stores, &mut other.taken.stores);
    }
}
