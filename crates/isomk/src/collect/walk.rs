//! Directories and files: one `statat` an entry, in byte order of the names, whatever order the system gives them in.

use super::entry::{Found, identity, kind, system};
use super::naming::{Clash, Subject};
use super::{Collector, Follow};
use crate::hidden::both;
use crate::operand::Target;
use crate::sources::{Directory, Origin};
use crate::spelling::Advice;
use isokit_cli::name::shown;
use isokit_cli::output::names_descriptor;
use isokit_cli::{Concerning, Failure};
use isokit_core::error::Error;
use isokit_core::tree::build::{self, Build, Hidden, NameId};
use isokit_core::tree::{Kind, Time};
use rustix::fs::{AtFlags, CWD, RawDir, Stat, statat};
use rustix::io::Errno;
use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::io::IsTerminal;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A directory that is still to be read.
#[derive(Debug, Clone, Copy)]
struct Pending {
    source: Directory,
    at: NameId,
    /// Device and inode, by which a loop of followed links is noticed.
    identity: (u64, u64),
    /// How many of the directories being walked lie above it.
    depth: usize,
}

impl Collector<'_> {
    /// Takes in a file or a directory with all below it.
    pub(super) fn path(&mut self, path: &Path, target: Option<&Target>) -> Result<(), Failure> {
        let bytes = path.as_os_str().as_bytes();
        let failed = |errno| failure(bytes, "open", errno);
        let described = names_descriptor(path);
        let follows = described || self.options.follow.is_asked();
        let is_link = !follows && self.options.follow == Follow::Never;
        let behind = statat(CWD, path, if is_link { AtFlags::SYMLINK_NOFOLLOW } else { AtFlags::empty() });
        match behind {
            Ok(stat) if kind(&stat) == Some(Kind::Directory) => {
                let source = self.taken.stores.sources.add_operand(bytes)?;
                let names = target.map_or(&[][..], |target| &target.names);
                let parts: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
                if self.named_is_left_out(&parts, true) {
                    return Ok(());
                }
                let at = self.directory_at(names.iter().map(Vec::as_slice))?;
                let fd = self.taken.stores.sources.open(source).map_err(failed)?;
                let attributes = self.attributes(fd.as_fd(), b".", Kind::Directory, bytes);
                self.describe(at, &self.described(&stat, Kind::Directory, &attributes))?;
                self.walk(source, at, identity(&stat))
            }
            Err(errno) if follows => Err(failed(errno)),
            _ => {
                let (above, name) = split(bytes);
                let directory = self.taken.stores.sources.add_operand(above)?;
                let fd = self.taken.stores.sources.open(directory).map_err(failed)?;
                let stat = match behind {
                    Ok(stat) if follows => stat,
                    _ => statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?,
                };
                let names = target.map_or(&[][..], |target| &target.names);
                let decoded = self.decoded(name, &|_| shown(bytes));
                let own = target.is_none_or(|target| target.into).then_some(&*decoded);
                let parts: Vec<&[u8]> = names.iter().map(Vec::as_slice).chain(own).collect();
                if self.named_is_left_out(&parts, false) {
                    return Ok(());
                }
                let (parent, called) = self.place_of(target, &decoded)?;
                self.named_once(parent, called, &stat, bytes)?;
                let taken = if described || kind(&stat) == Some(Kind::Fifo) {
                    Some(self.passing(path, &stat, parent, called)?)
                } else {
                    let found = Found { above: fd.as_fd(), directory, name, stat: &stat };
                    self.entry(found, parent, called)?
                };
                if let Some(taken) = taken {
                    self.named.insert(taken, (identity(&stat), bytes.to_vec()));
                    let patterns = &self.options.on_disk;
                    self.not_shown(taken, patterns.hidden(patterns.name_of(name, called), || bytes.to_vec()));
                }
                Ok(())
            }
        }
    }

    /// Has trees not show `name`.
    fn not_shown(&mut self, name: NameId, hidden: Hidden) {
        if hidden != Hidden::default() {
            let hidden = both(self.taken.build.name(name).hidden, &hidden);
            self.taken.build.set_hidden(name, hidden);
        }
    }

    /// Refuses an operand that would take the place of another one. The same file named twice is no loss.
    fn named_once(&self, parent: NameId, called: &[u8], stat: &Stat, path: &[u8]) -> Result<(), Failure> {
        let there =
            self.taken.build.child(parent, called).and_then(|there| Some((there, self.named.get(&there)?)));
        match there {
            Some((there, (other, earlier))) if *other != identity(stat) => {
                let place = shown(&self.taken.build.path(there));
                let earlier = shown(earlier);
                let advice = self.options.spelling.advice(Advice::Elsewhere(&shown(path)));
                let sentence = format!("would replace {earlier}, which is /{place} in the image too{advice}");
                Err(Failure { input: Some(shown(path)), error: Error::Usage(sentence) })
            }
            _ => Ok(()),
        }
    }

    /// Takes in what can be read but once: a pipe, or a descriptor that the caller opened. The clock has no say in its
    /// date, nor the user in its owner.
    fn passing(
        &mut self,
        path: &Path,
        stat: &Stat,
        parent: NameId,
        called: &[u8],
    ) -> Result<NameId, Failure> {
        let bytes = path.as_os_str().as_bytes();
        let input = File::open(path).map_err(|error| Error::io("open", error)).concerning(shown(bytes))?;
        if input.is_terminal() {
            let sentence = "is a terminal; a file or a pipe is wanted there";
            return Err(Error::Unreadable(sentence.into())).concerning(shown(bytes));
        }
        let (number, size) = self.taken.stores.passed.take(input, bytes).concerning(shown(bytes))?;
        let is_file = kind(stat) == Some(Kind::File);
        let mut file = build::File::new(Kind::File, 0o644, Time::default());
        if is_file {
            file = self.described(stat, Kind::File, &[]);
        }
        if size > 0 {
            file.content = Some(self.taken.build.add_content(size, Origin::Passed(number))?);
        }
        let name = self.put(parent, called, Subject::New(&file), Clash::Refused, &|_| bytes.to_vec())?;
        if !is_file {
            self.taken.implicit.insert(name);
        }
        Ok(name)
    }

    /// Takes in exactly the file or directory `path`, with nothing below it, at the same path in the image.
    pub(crate) fn listed(&mut self, path: &[u8]) -> Result<(), Failure> {
        let mut place = Target::parse(path).map_err(|error| Failure { input: Some(shown(path)), error })?;
        for name in &mut place.names {
            *name = self.decoded(name, &|_| shown(path)).into_owned();
        }
        let bare = Path::new(OsStr::from_bytes(path));
        self.options.written.refuse(bare.as_os_str())?;
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
            let source = self.taken.stores.sources.add_operand(path)?;
            let fd = self.taken.stores.sources.open(source).map_err(|errno| failure(path, "open", errno))?;
            let attributes = self.attributes(fd.as_fd(), b".", Kind::Directory, path);
            let root = self.described(&stat, Kind::Directory, &attributes);
            return self.describe(Build::<Origin>::ROOT, &root);
        };
        let parts: Vec<&[u8]> = place.names.iter().map(Vec::as_slice).collect();
        if self.left_out(Build::<Origin>::ROOT, &parts, kind(&stat) == Some(Kind::Directory)) {
            return Ok(());
        }
        let trimmed = trim(path);
        if kind(&stat) == Some(Kind::Directory) {
            self.list_directory(trimmed, identity(&stat));
        }
        let (folder, leaf) = split(trimmed);
        self.list_around(trim(folder));
        let directory = self.taken.stores.sources.add_operand(folder)?;
        let fd = self.taken.stores.sources.open(directory).map_err(|errno| failure(path, "open", errno))?;
        let parent = self.directory_at(above.iter().map(Vec::as_slice))?;
        let found = Found { above: fd.as_fd(), directory, name: leaf, stat: &stat };
        self.entry(found, parent, name).map(drop)
    }

    /// Takes in all below a directory, which keeps its own stack: nothing recurses.
    fn walk(&mut self, source: Directory, at: NameId, root: (u64, u64)) -> Result<(), Failure> {
        let mut pending = vec![Pending { source, at, identity: root, depth: 0 }];
        let mut trail: Vec<(u64, u64)> = Vec::new();
        let mut entries = Entries::default();
        let mut path = Vec::new();
        while let Some(directory) = pending.pop() {
            trail.truncate(directory.depth);
            trail.push(directory.identity);
            if self.options.list_inputs {
                let shown = self.taken.stores.sources.path(directory.source, b"");
                self.list_directory(&shown, directory.identity);
            }
            let fd = match self.taken.stores.sources.open(directory.source).and_then(|fd| {
                entries.read(fd.as_fd())?;
                Ok(fd)
            }) {
                Ok(fd) => fd,
                Err(errno) => {
                    let shown = self.taken.stores.sources.path(directory.source, b"");
                    self.unreadable(&shown, system(errno));
                    continue;
                }
            };
            if self.options.excludes.wants_paths() {
                path = self.taken.build.path(directory.at);
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
        let stat = match self.stat(above, directory.source, name, trail) {
            Ok(stat) => stat,
            Err(Errno::NOENT) => {
                let path = self.taken.stores.sources.path(directory.source, bytes);
                self.report.failure(shown(&path), "was removed before it could be read");
                return Ok(None);
            }
            Err(errno) => {
                let path = self.taken.stores.sources.path(directory.source, bytes);
                self.unreadable(&path, system(errno));
                return Ok(None);
            }
        };
        let is_directory = kind(&stat) == Some(Kind::Directory);
        let called = self.decoded(bytes, &|collector| {
            shown(&collector.taken.stores.sources.path(directory.source, bytes))
        });
        let length = path.len();
        if length > 0 {
            path.push(b'/');
        }
        path.extend_from_slice(&called);
        let out = self.options.excludes.excludes(path, Some(&called), is_directory);
        path.truncate(length);
        let patterns = &self.options.on_disk;
        if out || patterns.excludes(bytes, || self.taken.stores.sources.path(directory.source, bytes)) {
            return Ok(None);
        }
        let found = Found { above, directory: directory.source, name: bytes, stat: &stat };
        let Some(at) = self.entry(found, directory.at, &called)? else { return Ok(None) };
        self.not_shown(
            at,
            patterns.hidden(bytes, || self.taken.stores.sources.path(directory.source, bytes)),
        );
        if !is_directory {
            return Ok(None);
        }
        let source = self.taken.stores.sources.add_directory(directory.source, bytes)?;
        Ok(Some(Pending { source, at, identity: identity(&stat), depth: 0 }))
    }

    /// The entry, or what it leads to where links are followed. A link that leads nowhere, or back to a directory above
    /// it, stays a link: a tree without end cannot be stored.
    fn stat(
        &self,
        above: BorrowedFd<'_>,
        directory: Directory,
        name: &CStr,
        trail: &[(u64, u64)],
    ) -> rustix::io::Result<Stat> {
        let stat = statat(above, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if self.options.follow != Follow::All || kind(&stat) != Some(Kind::Symlink) {
            return Ok(stat);
        }
        match statat(above, name, AtFlags::empty()) {
            Ok(behind) if kind(&behind) == Some(Kind::Directory) && trail.contains(&identity(&behind)) => {
                let path = self.taken.stores.sources.path(directory, name.to_bytes());
                self.report.warning(shown(&path), "leads back to a directory above it; stored as a link");
                Ok(stat)
            }
            Ok(behind) => Ok(behind),
            Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR) => Ok(stat),
            Err(errno) => Err(errno),
        }
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

/// The directory a path leads through, empty for the working directory, and the last name.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
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

pub(super) fn failure(path: &[u8], action: &str, errno: Errno) -> Failure {
    Failure { input: Some(shown(path)), error: Error::io(action, errno.into()) }
}
