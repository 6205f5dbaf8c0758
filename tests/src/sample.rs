//! The tree that images are made of in tests.

use crate::{Workshop, output};
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

/// A folder with [`TREE`], what the script `more` makes of it, and [`SPECIALS`] where devices can be made.
///
/// # Panics
/// As [`Workshop::new`].
pub fn everything(more: &str) -> Workshop {
    let specials = if is_root() { SPECIALS } else { ":" };
    Workshop::new(&[TREE, more, specials].join("\n"))
}

/// Whether these tests may make devices and keep owners.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).stdout == b"0\n"
}
