//! The files whose contents go into the image.

use super::image::Identity;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::amend::NewFile;
use isokit_core::source::{self, Source};
use isokit_core::tree::Time;
use rustix::fs::OFlags;
use std::fs::{File, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// A regular file, as it was when it was opened.
#[derive(Debug)]
pub(super) struct New {
    pub(super) name: String,
    pub(super) identity: Identity,
    file: File,
    source: source::File,
    modified: Time,
    before: State,
}

/// What changes with the content of a file: its length, and its times of change.
type State = (u64, [(i64, i64); 2]);

fn state(about: &Metadata) -> State {
    let times = [(about.mtime(), about.mtime_nsec()), (about.ctime(), about.ctime_nsec())];
    (about.len(), times)
}

impl New {
    /// Opens the file at `path`; later times than `latest` are recorded as that.
    ///
    /// # Errors
    /// When it cannot be opened, or is no regular file: how long the content is has to be known before.
    pub(super) fn open(path: &Path, latest: Option<Time>) -> Result<Self, Failure> {
        let name = shown(path.as_os_str().as_bytes());
        if path == Path::new("-") {
            let sentence = "is not read here; name a regular file, which the new content has to be in";
            return Err(Error::Usage(sentence.into())).concerning("standard input");
        }
        let failed = |error| Error::io("open", error);
        // Opening a named pipe must not wait for its writer.
        let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or(0);
        let file = File::options().read(true).custom_flags(flags).open(path);
        let file = file.map_err(failed).concerning(&name)?;
        let about = file.metadata().map_err(failed).concerning(&name)?;
        if !about.is_file() {
            let sentence = "is no regular file, which the new content has to be in";
            return Err(Error::Usage(sentence.into())).concerning(name);
        }
        let source = file.try_clone().map_err(failed).and_then(source::File::new).concerning(&name)?;
        let nanoseconds = u32::try_from(about.mtime_nsec()).unwrap_or_default();
        let modified = Time { seconds: about.mtime(), nanoseconds };
        let modified = latest.map_or(modified, |latest| modified.min(latest));
        let identity = (about.dev(), about.ino());
        Ok(Self { name, identity, file, source, modified, before: state(&about) })
    }

    /// When it was changed last.
    pub(super) fn modified(&self) -> Time {
        self.modified
    }

    /// Its content.
    pub(super) fn source(&self) -> &dyn Source {
        &self.source
    }

    /// As the content of a file of the image.
    pub(super) fn file(&self) -> NewFile<'_> {
        NewFile { content: &self.source, length: self.before.0, modified: self.modified }
    }

    /// Makes sure that what was read of it is all of one state.
    ///
    /// # Errors
    /// [`Error::Unreadable`] where it was changed since it was opened.
    pub(super) fn is_unchanged(&self) -> Result<(), Failure> {
        let now = self.file.metadata().map_err(|error| Error::io("open", error)).concerning(&self.name)?;
        if state(&now) == self.before { Ok(()) } else { Err(self.other()) }
    }

    /// That it is not what it was when it was opened.
    pub(super) fn other(&self) -> Failure {
        let sentence = "was changed while it was read; the image was not touched";
        Failure { input: Some(self.name.clone()), error: Error::Unreadable(sentence.into()) }
    }
}
