//! What is said of an image is true of it: cut or wrong, empty or not looked into.

use isokit_tests::{output, peer, shell, tool};
use std::path::Path;

fn said(folder: &Path, script: &str) -> (Option<i32>, String) {
    let ran = shell(folder, script);
    (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
}

#[test]
fn an_address_behind_the_end_of_a_whole_image_is_not_called_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("one.txt"), "one").expect("room");
    let made = output(
        tool("isomk").args(["-q", "--no-joliet", "-o", "x.iso", "one.txt"]).current_dir(folder.path()),
    );
    assert!(made.status.success());
    let good = std::fs::read(folder.path().join("x.iso")).expect("made");
    let end = good.len();
    let record = good.windows(9).position(|bytes| bytes == b"ONE.TXT;1").expect("a record") - 33;
    for (name, at) in [("file", record), ("root", 16 * 2048 + 156)] {
        let mut bytes = good.clone();
        let wrong = [999_999_u32.to_le_bytes(), 999_999_u32.to_be_bytes()].concat();
        bytes[at + 2..at + 10].copy_from_slice(&wrong);
        std::fs::write(folder.path().join(name), bytes).expect("room");
    }
    let here = format!("byte {end:#x} (sector {}): image: ends here, as its volume does; ", end / 2048);
    let behind = format!(
        "byte 0x7a11f800 (sector 999999): image: ends at byte {end:#x} (sector {}), before the ",
        end / 2048
    );
    for (script, want) in [
        ("isols -lR file", format!("isols: file: {here}the contents of 1 listed entry lie beyond it\n")),
        (
            "isols -R root",
            format!("isols: root: {here}1 file or directory lies behind it and is not listed\n"),
        ),
        ("isocat file /one.txt", format!("isocat: file: /one.txt: {behind}3 bytes needed here\n")),
        ("isocat --tar file | cat", format!("isocat: file: /one.txt: {behind}3 bytes needed here\n")),
        ("imgsum --files file", format!("imgsum: file: /one.txt: {behind}3 bytes needed here\n")),
        ("isocat root /one.txt", format!("isocat: root: /one.txt: {behind}2048 bytes needed here\n")),
        ("imgsum --files root", format!("imgsum: root: /: {behind}2048 bytes needed here\n")),
    ] {
        let (status, text) = said(folder.path(), &format!("set -o pipefail; {script}"));
        assert_eq!((status, text), (Some(1), want), "{script}");
    }
    // The same of an image that was cut.
    let cut = format!("head -c {} x.iso > cut; isols -lR cut", end - 2048);
    let (status, text) = said(folder.path(), &cut);
    assert!(status == Some(1) && text.contains(": image: ends here; 2048 more bytes are needed"), "{text}");
}

#[test]
fn an_empty_tree_beside_a_file_system_that_is_not_read_is_no_empty_disc() {
    if peer("genisoimage").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(
        folder.path(),
        "set -e; mkdir t e; echo one > t/one; genisoimage -quiet -hfs -part -hide '*' -o hfs.iso t
         genisoimage -quiet -o empty.iso e; genisoimage -quiet -hfs -part -o both.iso t",
    );
    assert!(made.status.success(), "{made:?}");
    let hint = "warning: this tree is empty; partition apm:2 holds an HFS file system, which is not read (isocat --part \
                apm:2 writes it out)\n";
    for (script, want) in [
        ("isols -R hfs.iso", format!("isols: hfs.iso: {hint}")),
        ("isocat --tar hfs.iso | cat", format!("isocat: hfs.iso: {hint}")),
        ("imgsum --files hfs.iso", format!("imgsum: hfs.iso: {hint}")),
        ("isols -q -R hfs.iso", String::new()),
        ("isols -R empty.iso", String::new()),
        ("isols -R both.iso", String::new()),
    ] {
        assert_eq!(said(folder.path(), &format!("set -o pipefail; {script}")), (Some(0), want), "{script}");
    }
    let written = shell(folder.path(), "isocat --part apm:2 hfs.iso > hfs; isols hfs");
    let text = String::from_utf8_lossy(&written.stderr).into_owned();
    assert!(text.starts_with("isols: hfs: an HFS file system, not an ISO 9660 or UDF image"), "{text}");
}
