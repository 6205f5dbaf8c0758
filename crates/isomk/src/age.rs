//! Times that make(1) compares.

use crate::request::Outputs;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use rustix::fs::{AtFlags, CWD, Stat, Timespec, Timestamps, UTIME_OMIT, stat, utimensat};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Seconds since 1970 and nanoseconds, as stat(2) gives them.
type Moment = (i64, i64);

/// The directories that both hold an output and were taken in, and when each changed last. The name that an output gets
/// changes its directory, and an image that is older than an input is out of date.
#[derive(Debug)]
pub(crate) struct Around(Vec<(PathBuf, Moment)>);

impl Around {
    /// Those of an image with a dependency file; none without. `taken_in`: device and inode of directories.
    pub(crate) fn new(outputs: &Outputs, taken_in: &HashSet<(u64, u64)>) -> Self {
        let written = [&outputs.image, &outputs.sums, &outputs.depfile].into_iter().flatten();
        let folders = written.filter_map(|path| folder_of(path));
        let known = folders.filter_map(|folder| stat(&folder).ok().map(|stat| (folder, stat)));
        let taken_in = known.filter(|(_, stat)| taken_in.contains(&(stat.st_dev, stat.st_ino)));
        let around = taken_in.map(|(folder, stat)| (folder, changed(&stat)));
        Self(if outputs.depfile.is_some() { around.collect() } else { Vec::new() })
    }

    /// Whether nobody has changed them since.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.0.iter().all(|(folder, then)| stat(folder).is_ok_and(|stat| changed(&stat) == *then))
    }

    /// Makes `image` no older than they are now.
    ///
    /// # Errors
    /// When its time cannot be set.
    pub(crate) fn settle(&self, image: &Path) -> Result<(), Failure> {
        let newest =
            self.0.iter().filter_map(|(folder, _)| stat(folder).ok()).map(|stat| changed(&stat)).max();
        let own = stat(image).ok().filter(|stat| stat.st_mode & 0o170_000 == 0o100_000);
        let (Some(newest), Some(own)) = (newest, own) else { return Ok(()) };
        if changed(&own) >= newest {
            return Ok(());
        }
        let times = Timestamps {
            last_access: Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
            last_modification: Timespec { tv_sec: newest.0, tv_nsec: newest.1 },
        };
        let set = utimensat(CWD, image, &times, AtFlags::empty());
        set.map_err(|errno| Error::io("set its time", errno.into())).concerning(image.display())
    }
}

/// The directory in which the file that `path` leads to has its name, or will have it.
fn folder_of(path: &Path) -> Option<PathBuf> {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent()?;
    Some(if folder == Path::new("") { ".".into() } else { folder.to_owned() })
}

fn changed(stat: &Stat) -> Moment {
    (stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or(0))
}
