//! The images that the tests list, written by xorriso, and the program run on them.

use assert_cmd::Command;
use isokit_tests::{output, peer};
use std::ffi::OsStr;
use std::fs::{self, FileTimes, OpenOptions, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// A folder that is removed with it, for an image and the tree that it is made of.
pub(crate) struct Image {
    folder: TempDir,
}

impl Image {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("image.iso")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).expect("the image is there")
    }

    /// What `isols OPTIONS IMAGE PATHS` prints, when it succeeds.
    pub(crate) fn listed(&self, options: &[&str], paths: &[&str]) -> String {
        let assert = isols().args(options).arg(self.path()).args(paths).assert().success().stderr("");
        String::from_utf8(assert.get_output().stdout.clone()).expect("names are UTF-8 here")
    }
}

/// The program, in surroundings that are always the same.
pub(crate) fn isols() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isols"));
    command.env("TZ", "UTC0");
    for variable in ["LS_COLORS", "NO_COLOR", "COLUMNS"] {
        command.env_remove(variable);
    }
    command
}

/// A date that `-l` shows with its year.
pub(crate) const DATE: u64 = 1_000_000_000;

/// Gives `path` the date [`DATE`] plus `later` seconds.
pub(crate) fn date(path: &Path, later: u64) {
    let time: SystemTime = UNIX_EPOCH + Duration::from_secs(DATE + later);
    let file = OpenOptions::new().read(true).open(path).expect("the file is there");
    file.set_times(FileTimes::new().set_modified(time).set_accessed(time)).expect("times can be set");
}

/// A small tree with one of everything that a listing shows.
pub(crate) fn tree() -> Option<Image> {
    let image = Image { folder: tempfile::tempdir().expect("a temporary folder") };
    let root = image.folder().join("tree");
    for folder in ["boot/grub", "docs/deep/er", ".disk"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    let files: [(&str, &[u8], u32, u64); 8] = [
        ("readme.txt", b"hello\n", 0o644, 5),
        ("boot/vmlinuz", &[7; 100_000], 0o600, 10),
        ("boot/initrd", &[0; 3000], 0o644, 0),
        ("boot/grub/grub.cfg", b"set\n", 0o4755, 0),
        ("docs/empty", b"", 0o644, 0),
        ("docs/ünï 日本.txt", b"x", 0o644, 0),
        ("docs/deep/er/x", b"deep", 0o644, 0),
        (".disk/info", b"info\n", 0o644, 0),
    ];
    for (name, content, mode, later) in files {
        let path = root.join(name);
        fs::write(&path, content).expect("a file");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
        date(&path, later);
    }
    fs::hard_link(root.join("boot/vmlinuz"), root.join("boot/vmlinuz.old")).expect("a hard link");
    symlink("../boot/vmlinuz", root.join("docs/kernel")).expect("a symbolic link");
    for folder in ["boot/grub", "boot", "docs/deep/er", "docs/deep", "docs", ".disk", ""] {
        let path = root.join(folder);
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("a mode");
        date(&path, 0);
    }
    made(image, &["-J", "-uid", "1000", "-gid", "100", "-V", "TREE"])
}

/// A tree with a name of every kind of byte.
pub(crate) fn odd_names() -> Option<Image> {
    let image = Image { folder: tempfile::tempdir().expect("a temporary folder") };
    let root = image.folder().join("tree");
    fs::create_dir(&root).expect("a folder");
    for name in [&b"new\nline"[..], b"\x1b[31mred", b"\xff\xfe", b"quote\"back\\slash"] {
        fs::write(root.join(OsStr::from_bytes(name)), b"x").expect("a file");
    }
    made(image, &[])
}

/// `count` files with names of 40 bytes in folders of 100, and one large file.
pub(crate) fn many(count: usize, large: u64) -> Option<Image> {
    let image = Image { folder: tempfile::tempdir().expect("a temporary folder") };
    let root = image.folder().join("tree");
    for number in 0..count {
        let folder = root.join(format!("{:04}", number / 100));
        if number % 100 == 0 {
            fs::create_dir_all(&folder).expect("a folder");
        }
        fs::write(folder.join(format!("{number:040}")), b"").expect("a file");
    }
    let file = fs::File::create(root.join("large")).expect("a file");
    file.set_len(large).expect("a sparse file");
    made(image, &[])
}

/// The folder `tree` in `image` made an image by xorriso; `None` where that is not installed.
pub(crate) fn made(image: Image, options: &[&str]) -> Option<Image> {
    let mut xorriso = peer("xorriso")?;
    xorriso.args(["-as", "mkisofs", "-quiet", "-R"]).args(options).env("LC_ALL", "C.UTF-8");
    let result = output(xorriso.arg("-o").arg(image.path()).arg(image.folder().join("tree")));
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    Some(image)
}

/// An empty place for an image that a test makes by itself, with a folder `tree`.
pub(crate) fn place() -> Image {
    let image = Image { folder: tempfile::tempdir().expect("a temporary folder") };
    fs::create_dir(image.folder().join("tree")).expect("a folder");
    image
}
