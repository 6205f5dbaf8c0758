//! A folder to work in, with isocat first in the path, and an image of it that xorriso made.

use isokit_tests::{output, peer};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) struct Workshop {
    folder: tempfile::TempDir,
}

/// How a command ended: status, standard output, standard error.
pub(crate) type Ended = (i32, String, String);

impl Workshop {
    /// A folder in which a shell script was run.
    pub(crate) fn new(script: &str) -> Self {
        let workshop = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        workshop.shell(script);
        workshop
    }

    /// As [`Workshop::new`], and `x.iso` with the folder `tree` in it; `None` without xorriso.
    pub(crate) fn with_image(script: &str) -> Option<Self> {
        peer("xorriso")?;
        let workshop = Self::new(script);
        workshop
            .shell("xorriso -as mkisofs -quiet -R -J --hardlinks --acl --xattr -o x.iso tree 2>/dev/null");
        Some(workshop)
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a script, each line of which must succeed; what it printed.
    #[track_caller]
    pub(crate) fn shell(&self, script: &str) -> String {
        let (status, out, err) = self.tries(&format!("set -e\n{script}"));
        assert_eq!(status, 0, "{script}: {out}{err}");
        out
    }

    /// Runs a script; 128 and more is the signal that ended it.
    pub(crate) fn tries(&self, script: &str) -> Ended {
        let Output { status, stdout, stderr } = output(&mut self.bash(script));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (status.code().unwrap_or(-1), text(stdout), text(stderr))
    }

    /// A shell in the folder, with isocat in its path.
    pub(crate) fn bash(&self, script: &str) -> Command {
        let isocat = PathBuf::from(env!("CARGO_BIN_EXE_isocat"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = isocat.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).expect("folders of PATH hold no colon");
        let mut bash = Command::new("bash");
        bash.args(["-o", "pipefail", "-c", script]).env("PATH", path).current_dir(self.folder.path());
        bash
    }
}
