//! The tree that images are made of in tests, and the folder in which they are made.

use crate::{output, tool};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A tree with everything in it that images get wrong. Made by a script, so that it can be looked at by hand.
pub const TREE: &str = r#"
umask 022
mkdir -p tree/a/b/c/d/e/f/g/h/i/j tree/empty tree/many "tree/with space"
echo hello > tree/hello.txt
: > tree/empty.bin
head -c 2048 /dev/zero | tr '\0' x > tree/sector.bin
head -c 2049 /dev/zero | tr '\0' y > tree/sector+1.bin
seq 1 200000 > tree/big.txt
echo deep > tree/a/b/c/d/e/f/g/h/i/j/deep.txt
echo 'ünï' > 'tree/ünïcødé.txt'
echo clef > 'tree/clef 𝄞.txt'
echo long > tree/$(printf 'n%.0s' $(seq 1 200)).txt
echo other > tree/$(printf 'n%.0s' $(seq 1 200)).dat
echo a > tree/Case.txt
echo version > 'tree/semi;colon'
echo dots > tree/many.dots.in.name.tar.gz
echo none > tree/noextension
echo hidden > tree/.hidden
ln tree/hello.txt tree/a/hard
ln -s ../hello.txt tree/a/soft
ln -s $(printf 'component/%.0s' $(seq 1 60))end tree/longlink
ln -s / tree/rootlink
ln -s . tree/dotlink
for i in $(seq 1 400); do echo $i > tree/many/file-$i.txt; done
echo x > 'tree/with space/and more.txt'
chmod 4755 tree/big.txt; chmod 600 tree/noextension; chmod 1777 tree/empty
chown 1000:1001 tree/sector.bin 2>/dev/null || true
touch -d 1965-03-04T05:06:07Z tree/sector.bin
touch -d 2038-05-05T05:05:05Z tree/empty.bin
touch -d 2099-12-31T23:59:59Z tree/.hidden
"#;

/// Fifos and devices: some readers cannot extract them.
pub const SPECIALS: &str =
    "mkfifo tree/fifo; mknod tree/null c 1 3 2>/dev/null || true; mknod tree/disk b 8 30 2>/dev/null || true";

/// A temporary folder in which `tree` was made by scripts.
#[derive(Debug)]
pub struct Sample(tempfile::TempDir);

impl Sample {
    /// A folder in which the shell ran `scripts`.
    ///
    /// # Panics
    /// When one of them fails.
    pub fn new(scripts: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for script in scripts {
            let made = output(Command::new("bash").args(["-c", script]).current_dir(folder.path()));
            assert!(made.status.success(), "{made:?}");
        }
        Self(folder)
    }

    /// [`TREE`], the scripts `more`, and [`SPECIALS`] where devices can be made.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub fn of_everything(more: &[&str]) -> Self {
        let specials = if is_root() { SPECIALS } else { ":" };
        Self::new(&[&[TREE], more, &[specials]].concat())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// `name` in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The image `name` that isomk makes of the tree with these options.
    ///
    /// # Panics
    /// When isomk fails.
    pub fn image(&self, name: &str, options: &[&str]) -> PathBuf {
        let image = self.path(name);
        let made = output(tool("isomk").args(options).arg("-o").arg(&image).arg(self.path("tree")));
        assert!(made.status.success(), "{options:?}: {}", String::from_utf8_lossy(&made.stderr));
        image
    }
}

/// Whether these tests may make devices and keep owners.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).stdout == b"0\n"
}
