//! `-extract`: files and directories of the image are written to disk.
//!
//! Names of an image are other people's. Below the path that the user names, no symbolic link is followed, whether it was
//! there or came out of the image: each directory on the way is opened by itself, and what is no directory is removed before
//! another file takes its place.

use super::Asked;
use super::find::Unreadable;
use isokit_cli::name::{inside, shown};
use isokit_cli::{Concerning, Failure, Output};
use isokit_core::error::{Error, Result};
use isokit_core::tree::content::{Content, first_missing};
use isokit_core::tree::inventory::{Collected, Keep, Same};
use isokit_core::tree::resolve::Found;
use isokit_core::tree::{Entry, Kind, Posix, Time};
use rustix::fs::{
    AtFlags, CWD, FileType, Gid, Mode, OFlags, Timespec, Timestamps, Uid, chmodat, chownat, fchmod, fchown,
    futimens, mkdirat, mknodat, openat, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::rc::Rc;

impl Asked<'_> {
    /// Writes what is at `from` to the path `to`, whose directory is made if need be.
    pub(super) fn extract(&self, from: &[u8], to: &Path) -> Result<(), Failure> {
        let found = self.found(from, "Cannot determine attributes of (ISO) source file")?;
        let name = || shown(to.as_os_str().as_bytes());
        let above = to.parent().filter(|above| !above.as_os_str().is_empty());
        if let Some(above) = above {
            std::fs::create_dir_all(above).map_err(|error| Error::io("create", error)).concerning(name())?;
        }
        let skipped = found.path.len();
        let mut collected = Collected::new(Keep::All);
        let root = found.entry.clone();
        let found = Found { path: found.path, entry: found.entry };
        collected.collect(self.image.tree(), vec![found], &mut Unreadable(self)).concerning(self.name)?;
        let inventory = collected.in_tree_order(Same::File);
        let mut writer = Writer { asked: self, folders: Vec::new(), base: None, last: None };
        // The root of the image is in no inventory.
        writer.base(&root, to, &inside(self.name, from)).concerning(name())?;
        let mut entry = Entry::default();
        let mut path = Vec::new();
        for place in 0..inventory.len() {
            inventory.restore(place, &mut entry);
            inventory.path(place, &mut path);
            let below = path.get(skipped.saturating_sub(1)..).unwrap_or_default();
            let below = below.strip_prefix(b"/").unwrap_or(below);
            if !below.is_empty() {
                self.source.done_before(inventory.needed_from(place));
                let written = writer.below(&entry, below);
                if let Err(error) = written {
                    self.report.failure(inside(self.name, &path), error);
                }
            }
        }
        writer.finish();
        Ok(())
    }

    /// Writes the content of a file of the image to standard output.
    pub(super) fn concatenate(&self, path: &[u8], output: &Output) -> Result<(), Failure> {
        let found = self.found(path, "Cannot determine attributes of (ISO) source file")?;
        let mut content = Content::open(self.source, &found.entry).concerning(inside(self.name, path))?;
        content.write_to(&mut output.file()).concerning(output.name())
    }
}

/// Writes below a path.
struct Writer<'r> {
    asked: &'r Asked<'r>,
    /// Where that is, if a directory is there.
    base: Option<OwnedFd>,
    /// The directory below it that was written into last.
    last: Option<(Vec<u8>, Rc<OwnedFd>)>,
    /// Directories below it, with what they are to be given when all in them is written.
    folders: Vec<(Vec<u8>, Entry)>,
}

impl Writer<'_> {
    /// Writes what was asked for itself.
    fn base(&mut self, entry: &Entry, to: &Path, from: &str) -> Result<()> {
        let (above, name) = (to.parent().unwrap_or(Path::new("/")), to.file_name());
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        if entry.kind != Kind::Directory {
            let name = name.ok_or_else(|| Error::Usage("names no file".into()))?;
            let above = openat(CWD, above, flags, Mode::empty()).map_err(system("open"))?;
            return self.put(&above, name, entry, from);
        }
        match rustix::fs::mkdir(to, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(system("create")(errno)),
        }
        self.base = Some(openat(CWD, to, flags, Mode::empty()).map_err(system("open"))?);
        self.folders.push((Vec::new(), entry.clone()));
        Ok(())
    }

    /// Writes what lies at `path` below it.
    fn below(&mut self, entry: &Entry, path: &[u8]) -> Result<()> {
        let (above, name) = match path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => path.split_at(slash),
            None => (&[][..], path),
        };
        let name = name.strip_prefix(b"/").unwrap_or(name);
        let above = self.entered(above)?;
        let name = OsStr::from_bytes(name);
        if entry.kind != Kind::Directory {
            return self.put(&above, name, entry, &inside(self.asked.name, path));
        }
        match mkdirat(&above, name, Mode::RWXU) {
            Ok(()) => {}
            Err(Errno::EXIST) if is_directory(&above, name) => {}
            Err(Errno::EXIST) => {
                unlinkat(&above, name, AtFlags::empty()).map_err(system("replace"))?;
                mkdirat(&above, name, Mode::RWXU).map_err(system("create"))?;
            }
            Err(errno) => return Err(system("create")(errno)),
        }
        self.folders.push((path.to_vec(), entry.clone()));
        Ok(())
    }

    /// As [`Self::folder`], which opens it unless it is where the file before was put.
    fn entered(&mut self, path: &[u8]) -> Result<Rc<OwnedFd>> {
        if let Some((_, folder)) = self.last.as_ref().filter(|(known, _)| known == path) {
            return Ok(Rc::clone(folder));
        }
        let folder = Rc::new(self.folder(path)?);
        self.last = Some((path.to_vec(), Rc::clone(&folder)));
        Ok(folder)
    }

    /// Opens a directory below, one component after the other, so that no link on the way is followed.
    fn folder(&self, path: &[u8]) -> Result<OwnedFd> {
        let base = self.base.as_ref().ok_or_else(|| Error::Usage("is below no directory".into()))?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let mut at = base.try_clone().map_err(|error| Error::io("open", error))?;
        for part in path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
            at = openat(&at, OsStr::from_bytes(part), flags, Mode::empty()).map_err(system("open"))?;
        }
        Ok(at)
    }

    /// Makes anything but a directory, in the place of what is there, unless that is a directory.
    fn put(&self, above: &OwnedFd, name: &OsStr, entry: &Entry, from: &str) -> Result<()> {
        if is_directory(above, name) {
            return Err(Error::Usage("would replace a directory".into()));
        }
        let there = statat(above, name, AtFlags::SYMLINK_NOFOLLOW).map(|about| (about.st_dev, about.st_ino));
        if there.is_ok_and(|there| self.asked.identity == Some(there)) {
            return Err(Error::Usage("would replace the image".into()));
        }
        match unlinkat(above, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(system("replace")(errno)),
        }
        match entry.kind {
            Kind::File => return self.file(above, name, entry),
            Kind::Symlink => {
                symlinkat(OsStr::from_bytes(&entry.link), above, name).map_err(system("create"))?
            }
            Kind::Fifo => {
                mknodat(above, name, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).map_err(system("create"))?;
                let mode = Mode::from_raw_mode(self.mode(entry).into());
                chmodat(above, name, mode, AtFlags::empty()).map_err(system("set the mode of"))?;
            }
            _ => {
                self.asked.report.warning(from, "a device or a socket; not extracted");
                return Ok(());
            }
        }
        self.own(above, name, entry)?;
        let times = times(entry);
        utimensat(above, name, &times, AtFlags::SYMLINK_NOFOLLOW).map_err(system("set the time of"))
    }

    /// Makes a regular file; one that cannot be had as a whole is not left behind.
    fn file(&self, above: &OwnedFd, name: &OsStr, entry: &Entry) -> Result<()> {
        let source = self.asked.source;
        let mut content = Content::open(source, entry)?;
        if let Some((_, error)) = first_missing(source, entry) {
            return Err(error);
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(above, name, flags, Mode::RUSR | Mode::WUSR).map_err(system("create"))?;
        let mut file = File::from(file);
        let written = content.write_to(&mut file).and_then(|()| self.describe(&file, entry));
        written.inspect_err(|_| {
            let _ = unlinkat(above, name, AtFlags::empty());
        })
    }

    /// Gives an open file or directory its owner, permissions and time.
    fn describe(&self, file: impl AsFd, entry: &Entry) -> Result<()> {
        if let Some((uid, gid)) = self.owners(entry) {
            fchown(&file, Some(uid), Some(gid)).map_err(system("set the owner of"))?;
        }
        fchmod(&file, Mode::from_raw_mode(self.mode(entry).into())).map_err(system("set the mode of"))?;
        futimens(&file, &times(entry)).map_err(system("set the time of"))
    }

    fn own(&self, above: &OwnedFd, name: &OsStr, entry: &Entry) -> Result<()> {
        let Some((uid, gid)) = self.owners(entry) else { return Ok(()) };
        chownat(above, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(system("set the owner of"))
    }

    /// Owner and group, which only root can give away.
    fn owners(&self, entry: &Entry) -> Option<(Uid, Gid)> {
        let posix = entry.posix.filter(|_| rustix::process::geteuid().is_root())?;
        let (uid, gid) = (Posix::specified(posix.uid)?, Posix::specified(posix.gid)?);
        Some((Uid::from_raw(uid), Gid::from_raw(gid)))
    }

    /// As recorded and asked for. What another than its owner extracts has no set-id bits.
    fn mode(&self, entry: &Entry) -> u16 {
        let recorded = entry.permissions();
        let mode = match &self.asked.reading.mode {
            Some(change) => change.applied(recorded, entry.kind == Kind::Directory),
            None => recorded,
        };
        if rustix::process::geteuid().is_root() { mode } else { mode & 0o1777 }
    }

    /// Gives directories what they are to have, the inner ones first.
    fn finish(&mut self) {
        while let Some((path, entry)) = self.folders.pop() {
            if let Err(error) = self.folder(&path).and_then(|folder| self.describe(folder, &entry)) {
                self.asked.report.failure(inside(self.asked.name, &path), error);
            }
        }
    }
}

fn is_directory(above: &OwnedFd, name: &OsStr) -> bool {
    let about = statat(above, name, AtFlags::SYMLINK_NOFOLLOW);
    about.is_ok_and(|about| FileType::from_raw_mode(about.st_mode) == FileType::Directory)
}

/// The time of the last change, for both times that can be set.
fn times(entry: &Entry) -> Timestamps {
    let Time { seconds, nanoseconds } = entry.times.modified.unwrap_or_default();
    let time = Timespec { tv_sec: seconds, tv_nsec: nanoseconds.into() };
    Timestamps { last_access: time, last_modification: time }
}

fn system(action: &'static str) -> impl Fn(Errno) -> Error {
    move |errno| Error::io(action, errno.into())
}
