//! Programs that write to discs.

use super::Client;
use isokit_tests::{output, skip};
use std::process::Command;

/// In a namespace where /proc has a source that is no file: growisofs unmounts what it writes to, and of a plain file it takes
/// the first file system for that whose source is a file but no device.
const APART: &str =
    "unshare -m --propagation private sh -ec 'umount -l /proc; mount -t proc none /proc; exec \"$@\"' apart";

#[test]
fn growisofs_appends_sessions() {
    if !output(Command::new("bash").args(["-c", &format!("{APART} true")])).status.success() {
        return skip("no namespace for mounts can be made, which growisofs needs");
    }
    let script = format!(
        "grown() {{ {APART} growisofs \"$@\"; }}
         : > disc; grown -Z $PWD/disc -R -J ../made/one; cp disc first.iso
         grown -dry-run -M $PWD/disc -R -J ../made/two; cmp disc first.iso
         grown -M $PWD/disc -R -J ../made/two; cp disc second.iso
         GENISOIMAGE=xorrisofs grown -M $PWD/disc -J ../made/three; cp disc third.iso
         # Files of the sessions before are there, and are not stored again.
         xorriso -indev third.iso -find 2> log | tr '\\n' ' ' | grep -F \"'./a' './b' './d' './d/c' './e'\"
         [ $(stat -c %s third.iso) -lt $((3 * $(stat -c %s first.iso))) ]"
    );
    Client {
        needs: &["growisofs", "unshare"],
        material: "mkdir -p one two/d three; echo 3 > three/e; seq 99999 > one/a; echo b > one/b; echo c > two/d/c; echo new > two/b",
        script: &script,
        images: &["first.iso", "second.iso", "third.iso"],
        explained: &[],
    }
    .makes_the_same();
}
