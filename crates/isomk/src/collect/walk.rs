//! Directories and files: one `statat` an entry, in byte order of the names, whatever order the system gives them in.

use super::place::Subject;
use super::{Collector, Follow, attributes};
use crate::operand::Target;
use crate::sources::{Directory, Origin};
use isokit_cli::Failure;
use isokit_cli::name::shown;
use isokit_core::error::{Error, reason};
use isokit_core::tree::build::{Build, File, NameId};
use isokit_core::tree::{Attribute, Kind, Time};
use rustix::fs::{Access, AtFlags, CWD, RawDir, Stat, accessat, major, minor, readlinkat, statat};
use rustix::io::Errno;
use std::ffi::{CStr, OsStr};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A directory that is still to be read.
#[derive(Debug, Clone, Copy)]
struct Pending {
    source: Directory,
    at: NameId,
    /// Device and inode.
    identity: (u64, u64),
    /// How many of the directories being walked lie above it.
    depth: usize,
}

/// An entry of an input directory, by the directory's open descriptor.
#[derive(Debug, Clone, Copy)]
struct Found<'w> {
    above: BorrowedFd<'w>,
    directory: Directory,
    /// Its name there.
    name: &'w [u8],
    stat: &'w Stat,
}

/// What the system tells of a file, and what it is called in messages.
impl Collector<'_> {
    /// Takes in a file or a directory with all below it.
    pub(super) fn path(&mut self, path: &Path, target: Option<&Target>) -> Result<(), Failure> {
        let bytes = path.as_os_str().as_bytes();
        let failed = |errno| failure(bytes, "open", errno);
        let follows = self.options.follow != Follow::None;
        let behind = statat(CWD, path, AtFlags::empty());
        match behind {
            Ok(stat) if kind(&stat) == Some(Kind::Directory) => {
                let source = self.sources.add_operand(bytes)?;
                let names = target.map_or(&[][..], |target| &target.names);
                let at = self.directory_at(names.iter().map(Vec::as_slice))?;
                let fd = self.sources.open(source).map_err(failed)?;
                let attributes = self.attributes(fd.as_fd(), b".", bytes);
                self.describe(at, &self.described(&stat, Kind::Directory, &attributes))?;
                self.walk(source, at, identity(&stat))
            }
            Err(errno) if follows => Err(failed(errno)),
            _ => {
                let (above, name) = split(bytes);
                let directory = self.sources.add_operand(above)?;
                let fd = self.sources.open(directory).map_err(failed)?;
                let stat = match behind {
                    Ok(stat) if follows => stat,
                    _ => statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?,
                };
                let (parent, called) = self.place_of(target, name)?;
                let found = Found { above: fd.as_fd(), directory, name, stat: &stat };
                self.entry(found, parent, called).map(drop)
            }
        }
    }

    /// Takes in exactly the file or directory `path`, with nothing below it, at the same path in the image.
    pub(crate) fn listed(&mut self, path: &[u8]) -> Result<(), Failure> {
        let place = Target::parse(path).map_err(|error| Failure { input: Some(shown(path)), error })?;
        let bare = Path::new(OsStr::from_bytes(path));
        let follow =
            if self.options.follow == Follow::All { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
        let stat = match statat(CWD, bare, follow) {
            Ok(stat) => stat,
            Err(errno) => {
                self.unreadable(path, system(errno));
                return Ok(());
            }
        };
        let Some((name, above)) = place.names.split_last() else {
            let nothing = self.described(&stat, Kind::Directory, &[]);
            return self.describe(Build::<Origin>::ROOT, &nothing);
        };
        let trimmed = trim(path);
        let (folder, leaf) = split(trimmed);
        let directory = self.sources.add_operand(folder)?;
        let fd = self.sources.open(directory).map_err(|errno| failure(path, "open", errno))?;
        let parent = self.directory_at(above.iter().map(Vec::as_slice))?;
        let found = Found { above: fd.as_fd(), directory, name: leaf, stat: &stat };
        self.entry(found, parent, name).map(drop)
    }

    /// Takes in all below a directory.
    fn walk(&mut self, source: Directory, at: NameId, root: (u64, u64)) -> Result<(), Failure> {
        let mut pending = vec![Pending { source, at, identity: root, depth: 0 }];
        let mut trail: Vec<(u64, u64)> = Vec::new();
        let mut entries = Entries::default();
        let mut path = Vec::new();
        while let Some(directory) = pending.pop() {
            trail.truncate(directory.depth);
            trail.push(directory.identity);
            if self.options.list_inputs {
                let shown = self.sources.path(directory.source, b"");
                self.list_input(&shown);
            }
            let fd = match self.sources.open(directory.source).and_then(|fd| {
                entries.read(fd.as_fd())?;
                Ok(fd)
            }) {
                Ok(fd) => fd,
                Err(errno) => {
                    let shown = self.sources.path(directory.source, b"");
                    self.unreadable(&shown, system(errno));
                    continue;
                }
            };
            if self.options.excludes.wants_paths() {
                path = self.build.path(directory.at);
            }
            let first = pending.len();
            for name in entries.names() {
                let Some(below) = self.child(fd.as_fd(), directory, name, &trail, &mut path)? else {
                    continue;
                };
                pending.push(Pending { depth: trail.len(), ..below });
            }
            pending[first..].reverse();
        }
        Ok(())
    }

    /// Takes in one entry of a directory; a directory that is to be walked comes back. `path` is the directory's in the
    /// image, where patterns want it.
    fn child(
        &mut self,
        above: BorrowedFd<'_>,
        directory: Pending,
        name: &CStr,
        trail: &[(u64, u64)],
        path: &mut Vec<u8>,
    ) -> Result<Option<Pending>, Failure> {
        let bytes = name.to_bytes();
        let stat = match self.stat(above, name, trail) {
            Ok(stat) => stat,
            Err(Errno::NOENT) => {
                let path = self.sources.path(directory.source, bytes);
                self.report.failure(shown(&path), "was removed before it could be looked at");
                return Ok(None);
            }
            Err(errno) => {
                let path = self.sources.path(directory.source, bytes);
                self.unreadable(&path, system(errno));
                return Ok(None);
            }
        };
        let is_directory = kind(&stat) == Some(Kind::Directory);
        let length = path.len();
        if length > 0 {
            path.push(b'/');
        }
        path.extend_from_slice(bytes);
        let out = self.options.excludes.excludes(path, bytes, is_directory);
        path.truncate(length);
        if out || self.options.outputs.contains(&identity(&stat)) {
            return Ok(None);
        }
        let found = Found { above, directory: directory.source, name: bytes, stat: &stat };
        let Some(at) = self.entry(found, directory.at, bytes)? else { return Ok(None) };
        if !is_directory {
            return Ok(None);
        }
        let source = self.sources.add_directory(directory.source, bytes)?;
        Ok(Some(Pending { source, at, identity: identity(&stat), depth: 0 }))
    }

    /// The entry, or what it leads to where links are followed. A link that leads nowhere, or back to a directory above
    /// it, stays a link: a tree without end cannot be stored.
    fn stat(&self, above: BorrowedFd<'_>, name: &CStr, trail: &[(u64, u64)]) -> rustix::io::Result<Stat> {
        let stat = statat(above, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if self.options.follow != Follow::All || kind(&stat) != Some(Kind::Symlink) {
            return Ok(stat);
        }
        match statat(above, name, AtFlags::empty()) {
            Ok(behind) if kind(&behind) == Some(Kind::Directory) && trail.contains(&identity(&behind)) => {
                let shown = shown(name.to_bytes());
                self.report.warning(shown, "leads back to a directory above it; stored as a link");
                Ok(stat)
            }
            Ok(behind) => Ok(behind),
            Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR) => Ok(stat),
            Err(errno) => Err(errno),
        }
    }

    /// Names what was found `called` in `parent`; `None` for what no image holds.
    fn entry(&mut self, found: Found<'_>, parent: NameId, called: &[u8]) -> Result<Option<NameId>, Failure> {
        let path = |collector: &Self| collector.sources.path(found.directory, found.name);
        let kind = match kind(found.stat) {
            Some(Kind::Socket) | None => {
                self.report.warning(shown(&path(self)), "a socket; left out");
                return Ok(None);
            }
            Some(kind) => kind,
        };
        let identity = identity(found.stat);
        let linked = kind != Kind::Directory && found.stat.st_nlink > 1;
        let from = if self.build.child(parent, called).is_some() { path(self) } else { found.name.to_vec() };
        if linked && let Some(known) = self.links.get(&identity) {
            return self.put(parent, called, Subject::Known(*known), &from).map(Some);
        }
        let mut link = Vec::new();
        if kind == Kind::Symlink {
            link = match readlinkat(found.above, OsStr::from_bytes(found.name), Vec::new()) {
                Ok(target) => target.into_bytes(),
                Err(errno) => {
                    self.unreadable(&path(self), system(errno));
                    return Ok(None);
                }
            };
        }
        let attributes = match self.options.attributes {
            attributes::Choice::None => Vec::new(),
            _ => self.attributes(found.above, found.name, &path(self)),
        };
        let mut file = self.described(found.stat, kind, &attributes);
        file.link = &link;
        if kind == Kind::File {
            if self.options.list_inputs {
                self.list_input(&path(self));
            }
            file.content = match self.content(found) {
                Ok(content) => content?,
                Err(errno) => {
                    self.unreadable(&path(self), system(errno));
                    return Ok(None);
                }
            };
        }
        let name = self.put(parent, called, Subject::New(&file), &from)?;
        if linked {
            self.links.insert(identity, self.build.name(name).file);
        }
        Ok(Some(name))
    }

    /// The content of a regular file. That it can be read is made sure of now, before anything is written.
    fn content(
        &mut self,
        found: Found<'_>,
    ) -> rustix::io::Result<Result<Option<isokit_core::tree::build::ContentId>, Failure>> {
        let size = u64::try_from(found.stat.st_size).unwrap_or(0);
        // Readable by everybody is readable by us; only the other modes need the system's word.
        if found.stat.st_mode & 0o444 != 0o444 {
            accessat(found.above, OsStr::from_bytes(found.name), Access::READ_OK, AtFlags::empty())?;
        }
        if size == 0 {
            return Ok(Ok(None));
        }
        let identity = identity(found.stat);
        if self.meets_twice
            && let Some(content) = self.contents.get(&identity)
        {
            return Ok(Ok(Some(*content)));
        }
        let content = self
            .sources
            .add_name(found.name)
            .and_then(|name| self.build.add_content(size, Origin::File { directory: found.directory, name }));
        if self.meets_twice
            && let Ok(content) = content
        {
            self.contents.insert(identity, content);
        }
        Ok(content.map(Some).map_err(Failure::from))
    }

    /// The extended attributes the user wants; what cannot be read of them is said and left out.
    fn attributes(&mut self, above: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Vec<Attribute> {
        attributes::read(above, name, self.options.attributes).unwrap_or_else(|errno| {
            self.report.failure(shown(path), format_args!("extended attributes: {}", system(errno)));
            Vec::new()
        })
    }

    /// Only the time of the last change is kept: reading a tree changes the time of access, copying it that of the
    /// attributes, and the same tree has to give the same image.
    fn described<'f>(&self, stat: &Stat, kind: Kind, attributes: &'f [Attribute]) -> File<'f> {
        let time = Time {
            seconds: stat.st_mtime,
            nanoseconds: u32::try_from(stat.st_mtime_nsec).unwrap_or(0).min(999_999_999),
        };
        let mode = u16::try_from(stat.st_mode & 0o7777).unwrap_or(0);
        let device = match kind {
            Kind::CharacterDevice | Kind::BlockDevice => (major(stat.st_rdev), minor(stat.st_rdev)),
            _ => (0, 0),
        };
        let (uid, gid) = (stat.st_uid, stat.st_gid);
        File { uid, gid, device, attributes, ..File::new(kind, mode, self.clamped(time)) }
    }
}

/// The names in one directory, sorted.
#[derive(Debug, Default)]
struct Entries {
    bytes: Vec<u8>,
    /// Where each name starts in `bytes` and ends, its NUL included.
    ranges: Vec<(usize, usize)>,
    buffer: Vec<MaybeUninit<u8>>,
}

impl Entries {
    fn read(&mut self, directory: BorrowedFd<'_>) -> rustix::io::Result<()> {
        self.bytes.clear();
        self.ranges.clear();
        self.buffer.resize(1 << 16, MaybeUninit::uninit());
        let mut entries = RawDir::new(directory, &mut self.buffer);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name().to_bytes_with_nul();
            if matches!(name, b".\0" | b"..\0") {
                continue;
            }
            let start = self.bytes.len();
            self.bytes.extend_from_slice(name);
            self.ranges.push((start, self.bytes.len()));
        }
        let bytes = &self.bytes;
        self.ranges.sort_unstable_by_key(|(start, end)| bytes.get(*start..*end));
        Ok(())
    }

    fn names(&self) -> impl Iterator<Item = &CStr> {
        let name = |(start, end): &(usize, usize)| self.bytes.get(*start..*end);
        self.ranges.iter().filter_map(move |range| CStr::from_bytes_with_nul(name(range)?).ok())
    }
}

fn kind(stat: &Stat) -> Option<Kind> {
    Kind::from_mode(stat.st_mode)
}

fn identity(stat: &Stat) -> (u64, u64) {
    (stat.st_dev, stat.st_ino)
}

/// The directory a path leads through, empty for the working directory, and the last name.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let path = trim(path);
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(slash) => (path.get(..=slash).unwrap_or_default(), path.get(slash + 1..).unwrap_or_default()),
        None => (b"", path),
    }
}

/// A path without the slashes at its end.
fn trim(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    path.get(..end).unwrap_or_default()
}

/// What the system answered, as a sentence.
fn system(errno: Errno) -> String {
    reason(&errno.into())
}

fn failure(path: &[u8], action: &str, errno: Errno) -> Failure {
    Failure { input: Some(shown(path)), error: Error::io(action, errno.into()) }
}
