//! Where a tool's data goes: a file that appears whole or not at all, or a stream.
//!
//! An absent or regular target is written beside its place, without a name where the file system can (so that even
//! SIGKILL leaves nothing behind), and takes the place when it is whole. A symbolic link to a regular file is
//! followed and stays; other hard links to the old file keep the old bytes. Anything else (a device, a FIFO,
//! `/dev/stdout`, `/dev/fd/N`) is written straight.

pub(crate) mod descriptor;
mod lines;
mod place;

use crate::exit::{Concerning, Failure};
use crate::streams::Streams;
use isokit_core::Error;
pub use lines::Lines;
use place::Place;
use rustix::fs::{Access, FileType, OFlags};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Decides whether a terminal may show what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data<'a> {
    /// Never written to a terminal. A message ends with what may be done instead, such as ` or use -o`.
    Binary(&'a str),
    /// May be shown by a terminal.
    Text,
}

/// What stands behind an output: what can be done with it depends on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Can be written anywhere, synced, and replaced as a whole.
    Regular,
    /// A pipe or FIFO: the kernel can move pages into it.
    Pipe,
    /// A terminal, a device or a socket: bytes are written to it in order.
    Other,
}

/// An output that was opened. Dropped without [`Output::finish`], a regular target stays what it was.
#[derive(Debug)]
pub struct Output {
    name: String,
    file: File,
    kind: Kind,
    place: Option<Place>,
}

impl Output {
    /// Opens `target`, or the standard output of `streams` for none and for `-`.
    ///
    /// # Errors
    /// When it cannot be written; [`Error::Unreadable`] for a directory, and for a terminal when `data` is
    /// binary.
    pub fn open(target: Option<&Path>, data: Data<'_>, streams: &Streams) -> Result<Self, Failure> {
        let target = target.filter(|path| *path != Path::new("-"));
        let name = target.map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
        let opened = match target {
            None => straight(streams.duplicate(1)),
            Some(path) => open(path, streams),
        };
        let (file, place) = opened.concerning(&name)?;
        if let Data::Binary(instead) = data
            && file.is_terminal()
        {
            let sentence = format!("is a terminal, and this is binary data: redirect it{instead}");
            return Err(Error::Unreadable(sentence)).concerning(&name);
        }
        let kind = kind(&file).map_err(|error| Error::io("open", error)).concerning(&name)?;
        Ok(Self { name, file, kind, place })
    }

    /// The name messages show: the target as it was given, or `standard output`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What to write to, front to back or, see [`Output::in_place`], anywhere.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// As it was when the output was opened.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where in [`Output::file`] the first byte of output belongs, when it can be written out of order: in a regular
    /// file that does not append.
    pub fn in_place(&self) -> Option<u64> {
        let flags = rustix::fs::fcntl_getfl(&self.file).ok()?;
        if self.kind != Kind::Regular || flags.contains(OFlags::APPEND) {
            return None;
        }
        rustix::fs::tell(&self.file).ok()
    }

    /// Whether it appears under its name only when it is whole. Else bytes are there as soon as they are written.
    pub fn appears(&self) -> bool {
        self.place.is_some()
    }

    /// What became of the output where not all that was asked for could be written, to follow its name.
    pub fn incomplete(&self) -> &'static str {
        match self.place {
            Some(_) => "not written, because some paths failed",
            None => "lacks what could not be written",
        }
    }

    /// Writes lines with names of other people's in them: see [`Lines`].
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write_lines(&self, lines: &[u8]) -> Result<(), Error> {
        let wrote = self.file.try_clone().and_then(|file| Lines::new(file).write_all(lines));
        wrote.map_err(|error| Error::io("write", error))
    }

    /// The output is whole: a regular target takes its place. With `sync`, not before it is on the disk.
    ///
    /// # Errors
    /// Whatever keeps the bytes from being there; the target is what it was then.
    pub fn finish(self, sync: bool) -> Result<(), Failure> {
        let Self { name, file, kind, place } = self;
        let finish = || -> io::Result<()> {
            // Some file systems tell only now that there was no room.
            descriptor::close(file.try_clone()?)?;
            if sync && kind != Kind::Pipe {
                match file.sync_all() {
                    // Character devices and sockets have nothing to sync.
                    Err(error) if kind == Kind::Other && error.kind() == ErrorKind::InvalidInput => {}
                    synced => synced?,
                }
            }
            place.map_or(Ok(()), |place| place.take(&file, sync))
        };
        finish().map_err(|error| Error::io("write", error)).concerning(name)
    }
}

/// Whether `path` is a name of an open descriptor: `/dev/stdin`, `/dev/fd/N` and the like.
pub fn names_descriptor(path: &Path) -> bool {
    descriptor::named_by(path).is_some()
}

/// Whether `path` stands for standard input: `-`, or a name of its descriptor.
pub fn names_standard_input(path: &Path) -> bool {
    path == Path::new("-") || descriptor::named_by(path) == Some(0)
}

/// A writable file, and the place it takes when it is whole.
type Opened = (File, Option<Place>);

fn straight(file: io::Result<File>) -> Result<Opened, Error> {
    file.map(|file| (file, None)).map_err(|error| Error::io("open", error))
}

fn open(target: &Path, streams: &Streams) -> Result<Opened, Error> {
    let resolved = match resolve(target).map_err(|error| Error::io("open", error))? {
        Goal::Descriptor(number) => return straight(streams.duplicate(number)),
        Goal::Path(path) => path,
    };
    match std::fs::metadata(&resolved) {
        Ok(old) if old.is_file() => {
            // A rename would replace what its owner has protected from writing.
            let writable = rustix::fs::access(&resolved, Access::WRITE_OK);
            writable.map_err(|error| Error::io("open", error.into()))?;
            beside(&resolved, Some(&old))
        }
        Ok(old) if old.is_dir() => Err(Error::Unreadable("is a directory".into())),
        Ok(_) => {
            // Without O_NOCTTY a terminal could become ours.
            let flags = i32::try_from(OFlags::NOCTTY.bits()).unwrap_or(0);
            straight(File::options().write(true).custom_flags(flags).open(&resolved))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => beside(&resolved, None),
        Err(error) => Err(Error::io("open", error)),
    }
}

fn beside(target: &Path, old: Option<&Metadata>) -> Result<Opened, Error> {
    let (file, place) = Place::beside(target, old).map_err(|error| Error::io("create", error))?;
    Ok((file, Some(place)))
}

/// Where a path leads once symbolic links are followed.
pub(crate) enum Goal {
    /// To what has this path or, if nothing has, will have it.
    Path(PathBuf),
    /// To this open descriptor, which is to be written where it stands.
    Descriptor(i32),
}

/// Symbolic links followed, up to the one that names an open descriptor: what it leads to is to be written as the
/// shell opened it, not opened again or replaced.
///
/// # Errors
/// When the links lead in a circle.
pub(crate) fn resolve(target: &Path) -> io::Result<Goal> {
    let mut path = target.to_owned();
    for _ in 0..40 {
        if let Some(number) = descriptor::named_by(&path) {
            return Ok(Goal::Descriptor(number));
        }
        match std::fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(Goal::Path(path)),
        }
    }
    Err(rustix::io::Errno::LOOP.into())
}

fn kind(file: &File) -> io::Result<Kind> {
    Ok(match FileType::from_raw_mode(rustix::fs::fstat(file)?.st_mode) {
        FileType::RegularFile => Kind::Regular,
        FileType::Fifo => Kind::Pipe,
        _ => Kind::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::io::{Read, Seek, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn opened(target: &Path) -> Result<Output, Failure> {
        Output::open(Some(target), Data::Binary(""), &Streams::default())
    }

    fn write(target: &Path, bytes: &[u8]) -> Output {
        let output = opened(target).expect("can be opened");
        output.file().write_all(bytes).expect("room");
        output
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let name =
            |entry: io::Result<fs::DirEntry>| entry.expect("readable").file_name().display().to_string();
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("new");
        drop(write(&target, b"half"));
        assert!(names(folder.path()).is_empty());
        let output = write(&target, b"whole");
        assert_eq!((output.kind(), output.in_place()), (Kind::Regular, Some(5)));
        assert!(!target.exists());
        output.finish(true).expect("takes its place");
        assert_eq!(fs::read(&target).expect("there"), b"whole");
        let plain = folder.path().join("plain");
        File::create(&plain).expect("room");
        let mode = |path| fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode(&target), mode(&plain), "the process's mask decides");
    }

    #[test]
    fn an_old_file_stands_until_the_new_one_is_whole_and_gives_it_its_mode() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("old");
        fs::write(&target, b"old").expect("room");
        fs::set_permissions(&target, Permissions::from_mode(0o640)).expect("it is ours");
        drop(write(&target, b"half"));
        assert_eq!(fs::read(&target).expect("there"), b"old");
        write(&target, b"new").finish(false).expect("takes its place");
        assert_eq!(fs::read(&target).expect("there"), b"new");
        assert_eq!(fs::metadata(&target).expect("there").permissions().mode() & 0o7777, 0o640);
        assert_eq!(names(folder.path()), ["old"]);
    }

    #[test]
    fn symbolic_links_stay_and_what_they_lead_to_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        symlink("target", &link).expect("room");
        for content in [&b"was dangling"[..], b"was there"] {
            write(&link, content).finish(false).expect("takes its place");
            assert_eq!(fs::read(&target).expect("there"), content);
        }
        assert!(link.is_symlink());
        let round = folder.path().join("round");
        symlink("round", &round).expect("room");
        let error = opened(&round).expect_err("leads nowhere");
        assert!(error.to_string().contains("symbolic links"), "{error}");
    }

    #[test]
    fn open_descriptors_are_written_where_they_stand() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"before,").expect("room");
        let target = PathBuf::from(format!("/dev/fd/{}", file.as_raw_fd()));
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("link");
        symlink(&target, &link).expect("room");
        write(&target, b"here,").finish(false).expect("nothing to do");
        write(&link, b"there").finish(false).expect("nothing to do");
        file.rewind().expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        assert_eq!(text, "before,here,there");
    }

    #[test]
    fn devices_are_written_straight_and_a_full_one_says_so() {
        let output = opened(Path::new("/dev/full")).expect("a device");
        assert_eq!((output.kind(), output.in_place()), (Kind::Other, None));
        let error = output.file().write_all(b"x").expect_err("it is full");
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        output.finish(true).expect("nothing to sync");
        write(Path::new("/dev/null"), b"x").finish(true).expect("nothing to sync");
    }

    #[test]
    fn a_file_that_appends_is_not_written_in_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::options().append(true).create(true).open(folder.path().join("log")).expect("room");
        let target = PathBuf::from(format!("/dev/fd/{}", log.as_raw_fd()));
        let output = opened(&target).expect("open");
        assert_eq!((output.kind(), output.in_place()), (Kind::Regular, None));
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = opened(folder.path()).expect_err("a folder");
        assert_eq!(error.to_string(), format!("{}: is a directory", folder.path().display()));
        let missing = folder.path().join("missing/file");
        let error = opened(&missing).expect_err("no such folder");
        assert_eq!(error.to_string(), format!("{}: create: No such file or directory", missing.display()));
    }
}
