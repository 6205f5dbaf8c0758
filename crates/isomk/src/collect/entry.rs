//! One entry of an input directory becomes a file of the tree.

use super::naming::{Clash, Subject};
use super::{Collector, attributes, earlier};
use crate::sources::{Directory, Origin};
use crate::spelling::Advice;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure};
use isokit_core::error::{Error, reason};
use isokit_core::tree::build::{ContentId, File, NameId};
use isokit_core::tree::{Attribute, Kind, Time};
use rustix::fs::{Access, AtFlags, Stat, accessat, major, minor, readlinkat};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;

/// An entry of an input directory, by the directory's open descriptor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'w> {
    pub(super) above: BorrowedFd<'w>,
    pub(super) directory: Directory,
    /// The name of its directory entry: one component, without a path.
    pub(super) name: &'w [u8],
    pub(super) stat: &'w Stat,
}

impl Collector<'_> {
    /// Names what was found `called` in `parent`; `None` for what no image holds.
    pub(super) fn entry(
        &mut self,
        found: Found<'_>,
        parent: NameId,
        called: &[u8],
    ) -> Result<Option<NameId>, Failure> {
        let path = |collector: &Self| collector.taken.stores.sources.path(found.directory, found.name);
        if let Some((output, given)) = self.options.written.over(found.above, found.name, found.stat) {
            if earlier::is_result(found.above, found.name, output) {
                self.report.warning(shown(&path(self)), "is an output of this run; omitted from the image");
                return Ok(None);
            }
            let advice = self.options.spelling.advice(Advice::LeaveOut);
            let sentence = format!("would be overwritten by {given}{advice}");
            return Err(Error::Usage(sentence)).concerning(shown(&path(self)));
        }
        let kind = match kind(found.stat) {
            Some(Kind::Socket) | None => {
                self.report.warning(shown(&path(self)), "a socket; omitted");
                return Ok(None);
            }
            Some(kind) => kind,
        };
        let identity = identity(found.stat);
        let linked = kind != Kind::Directory && found.stat.st_nlink > 1;
        if linked && let Some(known) = self.links.get(&identity) {
            return self.put(parent, called, Subject::Known(*known), Clash::Refused, &path).map(Some);
        }
        let link = match kind {
            Kind::Symlink => self.link(found, &path),
            _ => Some(Vec::new()),
        };
        let Some(link) = link else { return Ok(None) };
        let attributes = match self.options.attributes {
            attributes::Choice::None => Vec::new(),
            _ => self.attributes(found.above, found.name, kind, &path(self)),
        };
        let mut file = self.described(found.stat, kind, &attributes);
        file.link = &link;
        if kind == Kind::File {
            if self.options.list_inputs {
                self.list_input(&path(self));
            }
            let kept = self.kept(parent, called, found.stat);
            file.content = match kept.map_or_else(|| self.content(found), |kept| Ok(Ok(Some(kept)))) {
                Ok(content) => content?,
                Err(errno) => {
                    self.unreadable(&path(self), system(errno));
                    return Ok(None);
                }
            };
            if let Some(content) = file.content {
                self.mark(content, found);
            }
        }
        let name = self.put(parent, called, Subject::New(&file), Clash::Refused, &path)?;
        if linked {
            self.links.insert(identity, self.taken.build.name(name).file);
        }
        Ok(Some(name))
    }

    /// Where a symbolic link leads; none where it cannot be read, which has been said.
    fn link(&mut self, found: Found<'_>, path: &dyn Fn(&Self) -> Vec<u8>) -> Option<Vec<u8>> {
        match readlinkat(found.above, OsStr::from_bytes(found.name), Vec::new()) {
            Ok(target) => Some(self.decoded_link(target.into_bytes(), &|collector| shown(&path(collector)))),
            Err(errno) => {
                self.unreadable(&path(self), system(errno));
                None
            }
        }
    }

    /// The content of a regular file. That it can be read is made sure of now, before anything is written.
    fn content(&mut self, found: Found<'_>) -> rustix::io::Result<Result<Option<ContentId>, Failure>> {
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
        let content = self.taken.stores.sources.add_name(found.name).and_then(|name| {
            self.taken.build.add_content(size, Origin::File { directory: found.directory, name })
        });
        if self.meets_twice
            && let Ok(content) = content
        {
            self.contents.insert(identity, content);
        }
        Ok(content.map(Some).map_err(Failure::from))
    }

    /// The extended attributes the user wants. Those that cannot be read are reported and left out.
    pub(super) fn attributes(
        &mut self,
        above: BorrowedFd<'_>,
        name: &[u8],
        kind: Kind,
        path: &[u8],
    ) -> Vec<Attribute> {
        let found = attributes::read(above, name, kind, self.options.attributes);
        for (attribute, errno) in &found.unreadable {
            let what = match attribute.as_slice() {
                [] => "extended attributes".to_owned(),
                name => format!("extended attribute \"{}\"", name.escape_ascii()),
            };
            self.report.failure(shown(path), format_args!("{what}: {}; not recorded", system(*errno)));
        }
        found.attributes
    }

    /// Only the time of the last change is kept: reading a tree changes the time of access, copying it that of the
    /// attributes, and the same tree has to give the same image.
    pub(super) fn described<'f>(&self, stat: &Stat, kind: Kind, attributes: &'f [Attribute]) -> File<'f> {
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

pub(super) fn kind(stat: &Stat) -> Option<Kind> {
    Kind::from_mode(stat.st_mode)
}

/// What two names of one file have in common: device and inode.
pub(super) fn identity(stat: &Stat) -> (u64, u64) {
    (stat.st_dev, stat.st_ino)
}

/// In words, without the number that the standard library puts behind them.
pub(super) fn system(errno: Errno) -> String {
    reason(&errno.into())
}
