//! A folder to work in, isomk to work with, and other people's programs to look at the result.

use assert_cmd::Command;
use isokit_tests::{output, peer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) struct Workshop {
    folder: tempfile::TempDir,
}

/// What an image holds, by path: what bsdtar says of it, as `keyword=value` words in alphabetical order.
pub(crate) type Listing = BTreeMap<String, String>;

impl Workshop {
    /// A folder made by a shell script. Its times do not depend on the day.
    pub(crate) fn new(script: &str) -> Self {
        let workshop = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        workshop.shell(script);
        workshop
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("UTF-8")
    }

    /// Runs a script with isomk first in the path; it must succeed.
    pub(crate) fn shell(&self, script: &str) -> String {
        let out = self.tries(script);
        assert!(out.status.success(), "{script}: {out:?}");
        String::from_utf8(out.stdout).expect("UTF-8")
    }

    /// As [`Workshop::shell`], but it may fail.
    pub(crate) fn tries(&self, script: &str) -> std::process::Output {
        let isomk = PathBuf::from(env!("CARGO_BIN_EXE_isomk"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = isomk.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).expect("folders of PATH hold no colon");
        output(
            std::process::Command::new("bash")
                .args(["-o", "pipefail", "-ec", script])
                .env("PATH", path)
                .env_remove("SOURCE_DATE_EPOCH")
                .current_dir(self.folder.path()),
        )
    }

    /// isomk, here.
    pub(crate) fn isomk(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("isomk").expect("isomk is built");
        command.args(arguments).current_dir(self.folder.path()).env_remove("SOURCE_DATE_EPOCH");
        command
    }

    /// Makes `image.iso`; isomk must succeed and say nothing.
    pub(crate) fn image(&self, arguments: &[&str]) {
        let made = self.isomk(&["-o", "image.iso"]).args(arguments).assert().success().stdout("");
        let said = String::from_utf8_lossy(&made.get_output().stderr).into_owned();
        assert_eq!(said, "", "{arguments:?}");
    }

    /// Makes no image: isomk ends with status 2 and this sentence.
    #[track_caller]
    pub(crate) fn refuses(&self, arguments: &[&str], sentence: &str) {
        let ended = self.isomk(&["-o", "refused.iso"]).args(arguments).assert().code(2).stdout("");
        let said = String::from_utf8_lossy(&ended.get_output().stderr).into_owned();
        assert!(said.contains(sentence), "{arguments:?}: {said}");
        assert!(!self.path("refused.iso").exists(), "{arguments:?}");
    }

    /// What bsdtar finds in an image, in the words of mtree(5); `None` without bsdtar.
    pub(crate) fn listing(&self, image: &str) -> Option<Listing> {
        let mut bsdtar = peer("bsdtar")?;
        let keywords = "--options=!all,type,mode,uid,gid,size,link,time,device,sha256";
        let found = output(
            bsdtar
                .args(["-cf", "-", "--format=mtree", keywords])
                .arg(format!("@{image}"))
                .current_dir(self.path("")),
        );
        assert!(found.status.success(), "{found:?}");
        let text = String::from_utf8(found.stdout).expect("mtree is ASCII");
        let text = text.replace("\\\n", " ");
        let lines = text.lines().filter_map(|line| line.strip_prefix("./").or(line.strip_prefix(". ")));
        Some(
            lines
                .map(|line| {
                    let (path, facts) = line.split_once(' ').unwrap_or((line, ""));
                    let mut facts: Vec<&str> = facts.split_whitespace().collect();
                    facts.sort_unstable();
                    (path.to_owned(), facts.join(" "))
                })
                .collect(),
        )
    }

    /// As `ls -l` would list the image, which needs no content.
    pub(crate) fn listing_of_names(&self, image: &str) -> Option<String> {
        let found = output(peer("bsdtar")?.args(["-tvf", image]).current_dir(self.path("")));
        assert!(found.status.success(), "{found:?}");
        Some(String::from_utf8_lossy(&found.stdout).into_owned())
    }

    /// The paths in an image, one a line, directories before what they hold.
    pub(crate) fn paths(&self, image: &str) -> Option<String> {
        let found = output(peer("xorriso")?.args(["-indev", image, "-find", "/"]).current_dir(self.path("")));
        let text = String::from_utf8(found.stdout).expect("UTF-8");
        let paths = text.lines().map(|line| line.trim_matches('\'')).filter(|line| line.len() > 1);
        Some(paths.collect::<Vec<_>>().join("\n"))
    }

    /// The content of a file in an image, by its Rock Ridge name.
    pub(crate) fn content(&self, image: &str, path: &str) -> Option<Vec<u8>> {
        let mut isoinfo = peer("isoinfo")?;
        Some(output(isoinfo.args(["-R", "-i", image, "-x", path]).current_dir(self.path(""))).stdout)
    }
}
