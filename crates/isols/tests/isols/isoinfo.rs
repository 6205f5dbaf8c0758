//! isols called as isoinfo prints what that prints.

use isokit_tests::{output, peer, shell, skip};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Contents without what isoinfo shows wrongly or in another way: names that are not ASCII in Joliet, directories that Rock
/// Ridge moves, and owners of more than five octal digits, whose columns run into each other.
const STAGE: &str = "set -e
mkdir -p tree/a/aa tree/a/ab tree/b/ba tree/c/d/e; echo 1 > tree/a/aa/f1; echo 22 > tree/b/ba/f2; echo 3 > tree/noext
ln -s a/aa/f1 tree/link; mkfifo tree/fifo; ln tree/noext tree/c/hard; chmod 4755 tree/noext; chmod 1777 tree/c
head -c 70000 /dev/zero > tree/large.bin; head -c 1474560 /dev/zero > tree/floppy.img; mkdir tree/empty
touch -d '2001-02-03 04:05:06' tree/b
xorriso -as mkisofs -quiet -R -J -V VOLUME -publisher PUB -b noext -c cat -no-emul-boot -o 1.iso tree
genisoimage -quiet -r -J -l -A 'AN APPLICATION' -p PREP -sysid SYS -b floppy.img -c cat -o 2.iso tree
genisoimage -quiet -iso-level 4 -o 3.iso tree/large.bin tree/b
isomk -q --udf --owner 1000 --group 100 -o 4.iso --boot-entry noext,platform=mac,id=MAKER tree";

/// Options that print all that there is.
const ASKED: [&str; 14] = [
    "-d",
    "-l",
    "-l -R",
    "-l -J",
    "-f",
    "-f -R",
    "-f -J",
    "-p",
    "-p -J",
    "-s -l",
    "-lR",
    "-d -l -f -p",
    "-l -f",
    "-p -f -R",
];

/// What `program` prints of `image`, and whether it ends well.
fn printed(program: &Path, options: &str, image: &str, folder: &Path) -> (String, bool) {
    let mut command = Command::new(program);
    let ended = output(
        command.args(options.split(' ')).args(["-i", image]).current_dir(folder).env("LC_ALL", "C.UTF-8"),
    );
    (String::from_utf8_lossy(&ended.stdout).into_owned(), ended.status.success())
}

#[test]
fn what_isoinfo_prints_is_printed() {
    let peers = ["isoinfo", "genisoimage", "xorriso"];
    if peers.map(peer).iter().any(Option::is_none) {
        return skip("isoinfo is not installed (cargo xtask peers)");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), STAGE);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let ours = folder.path().join("isoinfo");
    symlink(env!("CARGO_BIN_EXE_isols"), &ours).expect("a link");
    for image in ["1.iso", "2.iso", "3.iso", "4.iso"] {
        for options in ASKED {
            let theirs = printed(Path::new("isoinfo"), options, image, folder.path());
            // The third has no Joliet.
            if theirs.1 {
                assert_eq!(printed(&ours, options, image, folder.path()), theirs, "{image} {options}");
            } else {
                assert!(!printed(&ours, options, image, folder.path()).1, "{image} {options}");
            }
        }
        for options in ["-x /NOEXT.;1", "-R -x /c/hard", "-x /A/AA/F1.;1", "-J -x /a/aa/f1"] {
            let theirs = printed(Path::new("isoinfo"), options, image, folder.path());
            let ours = printed(&ours, options, image, folder.path());
            assert_eq!(ours.0, theirs.0, "{image} {options}");
            assert_eq!(ours.1, !ours.0.is_empty(), "{image} {options}: what is not there is a failure");
        }
    }
}

#[test]
fn isoinfo_is_spoken_behind_an_option_as_well_and_its_answers_have_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = shell(
        folder.path(),
        "mkdir tree; echo 1 > tree/file; isomk -q -o x tree; isols --as isoinfo -f -i x; isols --as isoinfo -f < x -i -",
    );
    assert_eq!(String::from_utf8_lossy(&said.stdout), "/FILE.;1\n/FILE.;1\n");
    let ours = folder.path().join("isoinfo");
    symlink(env!("CARGO_BIN_EXE_isols"), &ours).expect("a link");
    for (words, status, start) in [
        (&["-l"][..], 2, "isoinfo: no image is named; name one with -i\n"),
        (
            &["-q", "-i", "x"],
            2,
            "isoinfo: \"-q\": not an option of isoinfo that isols knows; try: isoinfo -help\n",
        ),
        (&["-J", "-x", "/none", "-i", "x"], 1, "isoinfo: x: /none: no such file in the image\n"),
        (&["-l", "-i", "tree/file"], 2, "isoinfo: tree/file: a text file, not an ISO 9660 or UDF image\n"),
    ] {
        let ended = output(Command::new(&ours).args(words).current_dir(folder.path()));
        assert_eq!((ended.status.code(), &*String::from_utf8_lossy(&ended.stderr)), (Some(status), start));
    }
    let help = output(Command::new(&ours).arg("-help"));
    assert!(help.status.success() && help.stdout.starts_with(b"Usage: isoinfo "), "{help:?}");
}
