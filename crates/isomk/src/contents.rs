//! Opening what the tree's contents stand for.

use crate::archive::Archive;
use crate::existing::Existing;
use crate::sources::{Directory, Origin};
use crate::stores::Stores;
use crate::tables::Tables;
use isokit_core::extents::Extents;
use isokit_core::fill;
use isokit_tar::Content;
use rustix::fs::{Mode, OFlags, openat};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Opens contents. Neighbours on the medium mostly come from one directory or one near it, so a few of these are kept open
/// for each thread.
#[derive(Debug)]
pub(crate) struct Contents<'a> {
    stores: &'a Stores,
    tables: Option<Tables<'a>>,
    /// `O_NOFOLLOW`, or nothing where links were followed: a file that became a link meanwhile is not read.
    no_follow: OFlags,
    /// The threads' places. More threads than places share them.
    recent: [Mutex<Recent>; PLACES],
}

/// Directories kept open, the latest first.
type Recent = Vec<(Directory, OwnedFd)>;

/// How many are kept open by a thread.
const RECENT: usize = 4;

/// With [`RECENT`], what is left of the usual limit of 1024 descriptors for everything else.
const PLACES: usize = 32;

thread_local! {
    /// The thread's place, so that no thread waits for another one.
    static PLACE: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed)
    };
}

impl<'a> Contents<'a> {
    /// Contents as collected; `follow`: links were followed.
    pub(crate) fn new(stores: &'a Stores, follow: bool) -> Self {
        let no_follow = if follow { OFlags::empty() } else { OFlags::NOFOLLOW };
        Self { stores, tables: None, no_follow, recent: Default::default() }
    }

    /// With the translation tables of the image that is planned.
    pub(crate) fn with_tables(self, tables: Option<Tables<'a>>) -> Self {
        Self { tables, ..self }
    }

    /// For messages: the path of a file, the name of the archive or image that a content is from.
    pub(crate) fn path(&self, origin: &Origin) -> Vec<u8> {
        match origin {
            Origin::File { directory, name } => {
                self.stores.sources.path(*directory, self.stores.sources.name(*name))
            }
            Origin::Passed(number) => self.stores.passed.path(*number).to_vec(),
            Origin::Table(_) => b"translation table".to_vec(),
            Origin::Member { archive, .. } | Origin::Sparse { archive, .. } => {
                self.archive(*archive).map_or_else(Vec::new, |archive| archive.name.as_bytes().to_vec())
            }
            Origin::Extent { image, .. } | Origin::Pieces { image, .. } => {
                self.image(*image).map_or_else(Vec::new, |image| image.name.as_bytes().to_vec())
            }
        }
    }

    fn member(&self, archive: u32, content: Content) -> io::Result<fill::Opened<'_>> {
        opened(self.archive(archive).and_then(|archive| archive.members.open_content(content)))
    }

    fn archive(&self, number: u32) -> Option<&Archive> {
        self.stores.archives.get(usize::try_from(number).ok()?)
    }

    fn image(&self, number: u32) -> Option<&Existing> {
        self.stores.existing.get(usize::try_from(number).ok()?)
    }

    /// Opens `name` relative to a directory that may be kept open, so that long paths can be reached.
    fn file(&self, directory: Directory, name: &OsStr, flags: OFlags) -> io::Result<File> {
        let place = PLACE.with(|place| place % PLACES);
        let mut recent = self.recent[place].lock().unwrap_or_else(PoisonError::into_inner);
        match recent.iter().position(|(other, _)| *other == directory) {
            Some(known) => recent[..=known].rotate_right(1),
            None => {
                let opened = self.stores.sources.open(directory)?;
                recent.truncate(RECENT - 1);
                recent.insert(0, (directory, opened));
            }
        }
        let (_, above) = recent.first().ok_or(io::ErrorKind::NotFound)?;
        Ok(File::from(openat(above, name, flags, Mode::empty())?))
    }
}

fn opened(extents: Option<Extents<'_>>) -> io::Result<fill::Opened<'_>> {
    extents.map(fill::Opened::Extents).ok_or_else(|| io::ErrorKind::NotFound.into())
}

impl fill::Contents<Origin> for Contents<'_> {
    fn open<'c>(&'c self, origin: &'c Origin) -> io::Result<fill::Opened<'c>> {
        match origin {
            Origin::File { directory, name } => {
                // What has become a named pipe since it was looked at must not hold up the image.
                let flags =
                    OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY | self.no_follow;
                let name = OsStr::from_bytes(self.stores.sources.name(*name));
                self.file(*directory, name, flags).map(fill::Opened::File)
            }
            Origin::Passed(number) => opened(self.stores.passed.open(*number)),
            Origin::Table(number) => {
                let text = self.tables.as_ref().and_then(|tables| tables.text(*number));
                text.map(fill::Opened::Made).ok_or_else(|| io::ErrorKind::NotFound.into())
            }
            Origin::Member { archive, offset } => self.member(*archive, Content::Whole(*offset)),
            Origin::Sparse { archive, number } => self.member(*archive, Content::Sparse(*number)),
            Origin::Extent { image, offset } => {
                opened(self.image(*image).map(|image| image.open_extent(*offset)))
            }
            Origin::Pieces { image, number } => {
                opened(self.image(*image).and_then(|image| image.open_pieces(*number)))
            }
        }
    }
}
