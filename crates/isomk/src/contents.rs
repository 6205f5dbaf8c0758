//! Opening what the tree's contents stand for.

use crate::archive::Archive;
use crate::sources::{Directory, Origin, Sources};
use isokit_core::fill;
use isokit_core::number::narrow;
use rustix::fs::{Mode, OFlags, openat};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::sync::{Arc, Mutex, PoisonError};

/// Opens contents. Neighbours on the medium mostly come from one directory, so a few of these are kept open.
#[derive(Debug)]
pub(crate) struct Contents<'a> {
    sources: &'a Sources,
    archives: &'a [Archive],
    /// Not to be followed at the end of a path.
    no_follow: OFlags,
    recent: Mutex<Vec<(Directory, Arc<OwnedFd>)>>,
}

/// Directories kept open: enough for the threads that fill an image.
const RECENT: usize = 8;

impl<'a> Contents<'a> {
    /// Contents as collected; `follow`: links were followed.
    pub(crate) fn new(sources: &'a Sources, archives: &'a [Archive], follow: bool) -> Self {
        let no_follow = if follow { OFlags::empty() } else { OFlags::NOFOLLOW };
        Self { sources, archives, no_follow, recent: Mutex::new(Vec::new()) }
    }

    /// What a content is called in messages.
    pub(crate) fn path(&self, origin: &Origin) -> Vec<u8> {
        match origin {
            Origin::File { directory, name } => self.sources.path(*directory, self.sources.name(*name)),
            Origin::Member { archive, .. } => {
                let number = usize::try_from(*archive).unwrap_or(usize::MAX);
                self.archives.get(number).map_or_else(Vec::new, |archive| archive.name().as_bytes().to_vec())
            }
        }
    }

    fn directory(&self, directory: Directory) -> io::Result<Arc<OwnedFd>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = recent.iter().position(|(other, _)| *other == directory) {
            recent[..=known].rotate_right(1);
            return Ok(Arc::clone(&recent[0].1));
        }
        let opened = Arc::new(self.sources.open(directory)?);
        recent.truncate(RECENT - 1);
        recent.insert(0, (directory, Arc::clone(&opened)));
        Ok(opened)
    }
}

impl fill::Contents<Origin> for Contents<'_> {
    fn open<'c>(&'c self, origin: &'c Origin) -> io::Result<fill::Opened<'c>> {
        match origin {
            Origin::File { directory, name } => {
                let above = self.directory(*directory)?;
                // What has become a named pipe since it was looked at must not hold up the image.
                let flags =
                    OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY | self.no_follow;
                let name = OsStr::from_bytes(self.sources.name(*name));
                Ok(fill::Opened::File(File::from(openat(above, name, flags, Mode::empty())?)))
            }
            Origin::Member { archive, offset } => {
                let number = usize::try_from(*archive).unwrap_or(usize::MAX);
                let archive = self.archives.get(number).ok_or(io::ErrorKind::NotFound)?;
                Ok(match archive.file() {
                    Some(file) => fill::Opened::Section(file.as_fd(), *offset),
                    None => {
                        let bytes = archive.memory().get(narrow(*offset)..).unwrap_or_default();
                        fill::Opened::Bytes(bytes)
                    }
                })
            }
        }
    }
}
