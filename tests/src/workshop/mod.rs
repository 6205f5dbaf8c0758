//! A folder to work in, with the tools first in the path. Its times and its images do not depend on the day.

mod isomk;
mod peers;

pub use peers::Listing;

use crate::{bash, output, peer, text};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder for files, scripts and images of one test, which is removed at the end.
#[derive(Debug)]
pub struct Workshop {
    folder: tempfile::TempDir,
}

/// How a script ended: status, standard output, standard error.
pub type Ended = (i32, String, String);

/// Runs a script in `folder`, goes on after what fails in it, and says how it ended; 128 and more is the signal that ended
/// its last command.
///
/// # Panics
/// When bash cannot be started.
pub fn ran(folder: &Path, script: &str) -> Ended {
    let Output { status, stdout, stderr } = output(&mut bash(folder, &["-o", "pipefail", "-c", script]));
    (status.code().unwrap_or(-1), text(&stdout), text(&stderr))
}

/// Runs a script in `folder`, each line of which must succeed; what it printed.
///
/// # Panics
/// When it fails.
#[track_caller]
pub fn printed(folder: &Path, script: &str) -> String {
    let out = output(&mut bash(folder, &["-o", "pipefail", "-ec", script]));
    assert!(out.status.success(), "{script}: {out:?}");
    text(&out.stdout)
}

impl Workshop {
    /// A folder made by a shell script.
    ///
    /// # Panics
    /// As [`Self::shell`].
    #[track_caller]
    pub fn new(script: &str) -> Self {
        let workshop = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        workshop.shell(script);
        workshop
    }

    /// As [`Self::new`], and `x.iso` with the folder `tree` in it; `None` without xorriso.
    ///
    /// # Panics
    /// As [`Self::new`] and [`peer`].
    pub fn with_image(script: &str) -> Option<Self> {
        peer("xorriso")?;
        let workshop = Self::new(script);
        workshop
            .shell("xorriso -as mkisofs -quiet -R -J --hardlinks --acl --xattr -o x.iso tree 2>/dev/null");
        Some(workshop)
    }

    /// For paths that a program outside of it needs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Absolute path of `name` in the folder, whether it is there or not.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder().join(name)
    }

    /// What is in a file.
    ///
    /// # Panics
    /// When it cannot be read.
    #[track_caller]
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// What is in a file of text.
    ///
    /// # Panics
    /// As [`Self::read`], and for what is not UTF-8.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("UTF-8")
    }

    /// Runs a script as [`printed`] does.
    ///
    /// # Panics
    /// As [`printed`].
    #[track_caller]
    pub fn shell(&self, script: &str) -> String {
        printed(self.folder(), script)
    }

    /// Runs a script until a command of it fails.
    ///
    /// # Panics
    /// When bash cannot be started.
    pub fn tries(&self, script: &str) -> Output {
        output(&mut bash(self.folder(), &["-o", "pipefail", "-ec", script]))
    }

    /// Runs a script as [`ran`] does.
    ///
    /// # Panics
    /// As [`ran`].
    pub fn ended(&self, script: &str) -> Ended {
        ran(self.folder(), script)
    }

    /// A shell in the folder, not yet started.
    pub fn bash(&self, script: &str) -> Command {
        bash(self.folder(), &["-o", "pipefail", "-c", script])
    }
}
