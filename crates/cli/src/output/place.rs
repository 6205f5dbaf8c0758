//! The place a new file takes when it is whole.

use rustix::fs::{AtFlags, CWD, Gid, Mode, OFlags, Uid};
use rustix::io::Errno;
use signal_hook::consts::TERM_SIGNALS;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// The name that a file takes when it is whole.
#[derive(Debug)]
pub(super) struct Place {
    target: PathBuf,
    /// The name it has so far, on file systems where it cannot be without.
    named: Option<TempPath>,
}

impl Place {
    /// A new file in the folder of `target`, with the mode and owner of the `old` file there, else as the process's
    /// mask has it.
    pub(super) fn beside(target: &Path, old: Option<&Metadata>) -> io::Result<(File, Self)> {
        Self::nameless(target, old).or_else(|error| match Errno::from_io_error(&error) {
            // The last is what kernels that have never heard of it answer.
            Some(Errno::OPNOTSUPP | Errno::INVAL | Errno::ISDIR) => Self::named(target, old),
            _ => Err(error),
        })
    }

    fn nameless(target: &Path, old: Option<&Metadata>) -> io::Result<(File, Self)> {
        if !Path::new("/proc/self/fd").is_dir() {
            // Without it such a file could never be given a name.
            return Err(Errno::OPNOTSUPP.into());
        }
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::open(folder(target), flags, Mode::from_raw_mode(0o666))?);
        inherit(&file, old)?;
        Ok((file, Self { target: target.to_owned(), named: None }))
    }

    fn named(target: &Path, old: Option<&Metadata>) -> io::Result<(File, Self)> {
        let (file, path) = tempfile::Builder::new()
            .prefix(&hidden(target))
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder(target))?
            .into_parts();
        remove_when_killed(path.to_path_buf())?;
        inherit(&file, old)?;
        Ok((file, Self { target: target.to_owned(), named: Some(path) }))
    }

    /// Gives the name to `file`, which was opened for it; with `sync`, the folder is on the disk then.
    pub(super) fn take(self, file: &File, sync: bool) -> io::Result<()> {
        match self.named {
            Some(path) => path.persist(&self.target).map_err(|error| error.error)?,
            None => give_name(file, &self.target)?,
        }
        if sync {
            File::open(folder(&self.target))?.sync_all()?;
        }
        Ok(())
    }
}

/// Names a file that has no name yet, replacing what has that name.
fn give_name(file: &File, target: &Path) -> io::Result<()> {
    let itself = format!("/proc/self/fd/{}", file.as_raw_fd());
    let link = |to: &Path| {
        rustix::fs::linkat(CWD, itself.as_str(), CWD, to, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
    };
    match link(target) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        linked => return linked,
    }
    // Links do not replace, renames do: so it gets another name in between.
    let between = tempfile::Builder::new().prefix(&hidden(target)).make_in(folder(target), link)?;
    between.into_temp_path().persist(target).map_err(|error| error.error)
}

fn folder(target: &Path) -> &Path {
    target.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// What the name of a file that is to become `target` begins with. Short: the whole has to fit where `target` does.
fn hidden(target: &Path) -> OsString {
    let mut name = OsString::from(".");
    let whole = target.file_name().unwrap_or(OsStr::new("output"));
    if whole.len() <= 200 {
        name.push(whole);
    }
    name.push(".");
    name
}

fn inherit(file: &File, old: Option<&Metadata>) -> io::Result<()> {
    let Some(old) = old else { return Ok(()) };
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        // Only root may, and for anybody else a file of his own is what he gets.
        let _ = rustix::fs::fchown(file, Some(Uid::from_raw(old.uid())), Some(Gid::from_raw(old.gid())));
    }
    file.set_permissions(Permissions::from_mode(old.mode() & 0o7777))
}

/// Removes `path` when a signal ends the process. A name that was taken over by then is gone already.
fn remove_when_killed(path: PathBuf) -> io::Result<()> {
    let mut signals = Signals::new(TERM_SIGNALS)?;
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            let _ = std::fs::remove_file(&path);
            let _ = emulate_default_handler(signal);
        }
    };
    std::thread::Builder::new().spawn(wait).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_system_without_nameless_files_is_served_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("file");
        for round in [&b"new"[..], b"again"] {
            let (mut file, place) = Place::named(&target, None).expect("room");
            file.write_all(round).expect("room");
            place.take(&file, true).expect("takes its place");
            assert_eq!(std::fs::read(&target).expect("there"), round);
        }
        let (_, place) = Place::named(&target, None).expect("room");
        drop(place);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left behind");
    }
}
