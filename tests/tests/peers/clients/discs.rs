//! Programs that write to discs.

use super::Client;
use isokit_tests::{output, skip};
use std::process::Command;

/// In a namespace where /proc has a source that is no file: growisofs unmounts what it writes to, and of a plain file it takes
/// the first file system for that whose source is a file but no device.
const APART: &str =
    "unshare -m --propagation private sh -ec 'umount -l /proc; mount -t proc none /proc; exec \"$@\"' apart";

/// Its class that makes images, as its writers of discs call it: they ask for sizes first.
#[test]
fn cedar_backup_continues_a_disc() {
    Client {
        needs: &["/usr/lib/python3/dist-packages/CedarBackup3/writers/util.py", "/usr/bin/python3"],
        material: "mkdir -p one two/d; seq 3000 > one/a; echo c > two/d/c; echo new > two/b",
        script: r"cat > call.py <<'END'
import os, subprocess
from CedarBackup3.util import PathResolverSingleton
from CedarBackup3.writers.util import IsoImage
PathResolverSingleton().fill({})
made = os.path.abspath('../made') + '/'
def written(image, path):
    image.writeImage(path)
    assert image.getEstimatedSize() == os.path.getsize(path), path
first = IsoImage(graftPoint='backup')
first.volumeId, first.publisherId, first.applicationId, first.preparerId = 'BACKUP', 'ME', 'APPLICATION', 'PREPARER'
first.addEntry(made + 'one/a')
first.addEntry(made + 'two', graftPoint='other')
written(first, 'first.iso')
subprocess.check_call('cp first.iso disc; truncate -s %64K disc', shell=True)
second = IsoImage(device=os.path.abspath('disc'), boundaries=(0, os.path.getsize('disc') // 2048))
second.addEntry(made + 'two/b')
written(second, 'second')
END
/usr/bin/python3 call.py
start=$(($(stat -c %s disc) / 2048)); isoinfo -R -f -N $start -i second | LC_ALL=C sort | tr '\n' ' ' |
  grep -qxF '/b /backup /backup/a /other /other/two /other/two/b /other/two/d /other/two/d/c '",
        images: &["first.iso"],
        explained: &[
            ("", "time=", "what has no source is as old as the volume"),
            ("backup", "time=", "likewise"),
            ("other", "time=", "likewise"),
        ],
    }
    .makes_the_same();
}

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
