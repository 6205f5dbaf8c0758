//! Bridges by genisoimage whose trees are not alike below the root: which is shown, and what `-v` says of it.

use isokit_tests::udf_volume::Volume;
use isokit_tests::{output, peer, shell, tool};
use std::path::Path;

/// The tree that is shown and why, as `isols -v` says, and the names in it.
fn shown(image: &Path) -> (String, Vec<String>) {
    let listed = output(tool("isols").args(["-v", "-R"]).arg(image));
    assert!(listed.status.success(), "{listed:?}");
    let notes = String::from_utf8(listed.stderr).expect("text");
    let reason = notes.lines().find_map(|line| line.split_once("note: reading the "));
    let (_, reason) = reason.unwrap_or_else(|| panic!("a note: {notes}"));
    let names = String::from_utf8(listed.stdout).expect("text");
    (reason.replacen(" tree: ", ": ", 1), names.lines().map(str::to_owned).collect())
}

/// A bridge of `top` and `d/deep/file`, `d/deep/other`, made with `options`; `None` without genisoimage.
fn bridge(folder: &Path, options: &str) -> Option<std::path::PathBuf> {
    peer("genisoimage")?;
    let script = format!(
        "mkdir -p tree/d/deep && echo top > tree/top && echo file > tree/d/deep/file && \
         seq 1000 > tree/d/deep/other && genisoimage -quiet -udf -R {options} -o bridge.iso tree"
    );
    let made = shell(folder, &script);
    assert!(made.status.success(), "{made:?}");
    Some(folder.join("bridge.iso"))
}

#[test]
fn a_file_that_iso_9660_lacks_below_the_root_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = bridge(folder.path(), "-hide other") else { return };
    let (reason, names) = shown(&image);
    assert_eq!(reason, "udf: it contains more entries than rr in all directories");
    assert!(names.iter().any(|name| name == "/d/deep/other"), "{names:?}");
}

/// With `-allow-limited-size` genisoimage records the size of a file over 4 GiB modulo 4 GiB in ISO 9660.
#[test]
fn a_file_that_is_cut_below_the_root_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = bridge(folder.path(), "") else { return };
    let (reason, _) = shown(&image);
    assert!(
        reason.starts_with("rr: ") && reason.ends_with("they contain the same amount in all directories"),
        "{reason}"
    );
    let mut volume = Volume { bytes: std::fs::read(&image).expect("it was made"), block: 2048 };
    let both = |size: u32| [size.to_le_bytes(), size.to_be_bytes()].concat();
    let mut cut = 0;
    for at in 0..volume.bytes.len() - 8 {
        if volume.bytes[at..at + 8] == both(3893) {
            volume.set(at, &both(1000));
            cut += 1;
        }
    }
    assert_eq!(cut, 1, "the size is in one directory record");
    std::fs::write(&image, &volume.bytes).expect("room");
    let (reason, _) = shown(&image);
    assert_eq!(reason, "udf: a file is larger in it than in rr");
}

/// A large tree is not compared below its root; that whole directories are missing is told by two numbers.
#[test]
fn of_large_trees_the_directories_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = bridge(folder.path(), "") else { return };
    for (directories, want) in [
        (3, "they contain the same amount in the root directory, and udf contains no more directories"),
        (4, "udf: it counts 4 directories, rr 3"),
    ] {
        let mut volume = Volume { bytes: std::fs::read(&image).expect("it was made"), block: 2048 };
        let at = volume.descriptors(9)[0];
        let counts = at + 80 + 8 * volume.number(at + 72) + 32;
        assert_eq!((volume.number(counts), volume.number(counts + 4)), (3, 3), "files and directories");
        volume.set_number(counts, 5000);
        volume.set_number(counts + 4, directories);
        volume.seal(at);
        let large = folder.path().join("large.iso");
        std::fs::write(&large, &volume.bytes).expect("room");
        let (reason, _) = shown(&large);
        assert!(reason.ends_with(want), "{reason}");
    }
}
