//! The image that is changed, which nobody else changes meanwhile.

use crate::request::Request;
use crate::spelling::Asked;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::sniff::packed_source;
use isokit_core::source;
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Device and inode.
pub(super) type Identity = (u64, u64);

/// An image that is open for writing, and locked.
#[derive(Debug)]
pub(super) struct Locked {
    /// As the user named it.
    pub(super) name: String,
    /// Without symbolic links.
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) source: source::File,
    pub(super) is_device: bool,
    identity: Identity,
}

impl Locked {
    /// Opens the image at `path`.
    ///
    /// # Errors
    /// When it cannot be written, is neither a regular file nor a block device, or is changed by another program right now.
    pub(super) fn open(path: &Path, request: &Request) -> Result<Self, Failure> {
        let name = shown(path.as_os_str().as_bytes());
        let option = request.spelling.option(Asked::InPlace);
        let pipe = || Error::Usage(format!("{option} requires a regular file or a block device"));
        if path == Path::new("-") {
            return Err(pipe()).concerning("standard input");
        }
        let failed = |error| Error::io("open", error);
        let real = path.canonicalize().map_err(failed).concerning(&name)?;
        let is_device = |about: &Metadata| about.file_type().is_block_device();
        let excluding = real.metadata().is_ok_and(|about| is_device(&about));
        // A device that is mounted is not opened so.
        let exclusively = if excluding { OFlags::EXCL } else { OFlags::empty() };
        let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY | exclusively).bits()).unwrap_or(0);
        let file = File::options().read(true).write(true).custom_flags(flags).open(&real);
        let file = file.map_err(failed).concerning(&name)?;
        let about = file.metadata().map_err(failed).concerning(&name)?;
        if !about.is_file() && !is_device(&about) {
            return Err(pipe()).concerning(&name);
        }
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                return Err(Error::Unreadable("is locked: another program changes it".into()))
                    .concerning(name);
            }
            Err(error) => return Err(Error::io("lock", error.into())).concerning(name),
        }
        let copy = file.try_clone().map_err(failed).and_then(source::File::new).concerning(&name)?;
        if let Some(packed) = packed_source(&copy).concerning(&name)? {
            let sentence = format!("{packed}, which cannot be changed in place");
            return Err(Error::foreign(sentence, None)).concerning(name);
        }
        let (is_device, identity) = (is_device(&about), (about.dev(), about.ino()));
        Ok(Self { name, path: real, file, source: copy, is_device, identity })
    }

    /// Whether it is the file of this device and inode.
    pub(super) fn is(&self, identity: Identity) -> bool {
        self.identity == identity
    }

    /// Makes sure that no other output is asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] for another one.
    pub(super) fn is_output(&self, request: &Request) -> Result<(), Failure> {
        let Some(output) = &request.outputs.image else { return Ok(()) };
        let about = output.metadata();
        if about.is_ok_and(|about| self.is((about.dev(), about.ino()))) {
            return Ok(());
        }
        let [option, place] = [Asked::Output, Asked::InPlace].map(|asked| request.spelling.option(asked));
        let output = shown(output.as_os_str().as_bytes());
        let sentence = format!("{option} names {output}; with {place} the image itself is the output");
        Err(Error::Usage(sentence)).concerning(&self.name)
    }
}
