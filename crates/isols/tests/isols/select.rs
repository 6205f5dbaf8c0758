//! What of an input is read: trees, sessions, sections.

use crate::image::{isols, place, tree};
use isokit_tests::{output, peer};
use serde_json::Value;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

#[test]
fn each_tree_has_its_own_names() {
    let Some(image) = tree() else { return };
    assert_eq!(image.listed(&["--names", "rr"], &["docs"]), "deep\nempty\nkernel\nünï 日本.txt\n");
    // Joliet has no symbolic links.
    assert_eq!(image.listed(&["--names", "joliet"], &["docs"]), "deep\nempty\nünï 日本.txt\n");
    let plain = image.listed(&["--names", "iso", "-l"], &["/"]);
    assert!(plain.contains("-????????? ? ? ?") && plain.contains(" README.TXT\n"), "{plain}");
    isols()
        .args(["--names", "1999"])
        .arg(image.path())
        .assert()
        .code(2)
        .stderr(format!("isols: {}: tree: the image has no such tree\n", image.path().display()));
}

#[test]
fn an_image_inside_a_file_is_read_at_its_offset_or_by_its_partition() {
    let (Some(image), Some(mut sfdisk)) = (tree(), peer("sfdisk")) else { return };
    let disk = image.folder().join("disk.img");
    let mut file = fs::File::create(&disk).expect("a file");
    file.set_len(8 << 20).expect("a sparse file");
    let result = output(sfdisk.arg("--append").arg("-q").arg(&disk).stdin(std::process::Stdio::null()));
    drop(result);
    let table = image.folder().join("table");
    fs::write(&table, "label: gpt\nstart=2048, size=4096, name=one\nstart=8192, size=4096, name=two\n")
        .expect("a file");
    let mut sfdisk = peer("sfdisk").expect("it was there before");
    let input = fs::File::open(&table).expect("a file");
    let result = output(sfdisk.arg("-q").arg(&disk).stdin(input));
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    file.seek(SeekFrom::Start(8192 * 512)).expect("a file");
    file.write_all(&image.bytes()).expect("room");
    let listed = |options: &[&str]| {
        let assert = isols().args(options).arg(&disk).arg("/boot/grub").assert().success().stderr("");
        String::from_utf8(assert.get_output().stdout.clone()).expect("UTF-8")
    };
    assert_eq!(listed(&["--part", "2"]), "grub.cfg\n");
    assert_eq!(listed(&["--part", "gpt:2"]), "grub.cfg\n");
    assert_eq!(listed(&["--at", "4M"]), "grub.cfg\n");
    assert_eq!(listed(&["--at", "2048s"]), "grub.cfg\n");
    let inside = listed(&["--extents", "--part", "2"]);
    let offset: usize = inside.split('\t').next().and_then(|offset| offset.parse().ok()).expect("an offset");
    let bytes = fs::read(&disk).expect("a file");
    assert_eq!(&bytes[offset..offset + 4], b"set\n", "offsets count from the start of the input");
    isols().args(["--part", "7"]).arg(&disk).assert().code(2).stderr(format!(
        "isols: {}: partition gpt:7: the partition table has no such entry\n",
        disk.display()
    ));
}

#[test]
fn the_newest_session_is_shown_and_older_ones_can_be() {
    let image = place();
    let file = |name: &str| {
        let path = image.folder().join(name);
        fs::write(&path, name).expect("a file");
        path
    };
    let Some(mut xorriso) = peer("xorriso") else { return };
    let result = output(
        xorriso
            .args(["-outdev", &format!("stdio:{}", image.path().display()), "-volid", "FIRST", "-map"])
            .args([file("one").as_os_str(), "/one".as_ref(), "-commit".as_ref()])
            .args(["-volid", "SECOND", "-map"])
            .args([file("two").as_os_str(), "/two".as_ref(), "-commit".as_ref()]),
    );
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    assert_eq!(image.listed(&[], &[]), "one\ntwo\n");
    let sessions: Vec<Value> = image
        .listed(&["--sessions", "--json"], &[])
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert_eq!(sessions.len(), 2, "{sessions:?}");
    assert_eq!((&sessions[0]["volume_id"], &sessions[1]["volume_id"]), (&"FIRST".into(), &"SECOND".into()));
    assert_eq!((&sessions[0]["shown"], &sessions[1]["shown"]), (&false.into(), &true.into()));
    assert_eq!(image.listed(&["--session", "1"], &[]), "one\n");
    isols()
        .args(["--session", "3"])
        .arg(image.path())
        .assert()
        .code(2)
        .stderr(format!("isols: {}: session 3: the image has no such session\n", image.path().display()));
}

#[test]
fn the_volume_is_described() {
    let Some(image) = tree() else { return };
    let text = image.listed(&["--volume"], &[]);
    let size = image.bytes().len();
    for line in [
        "volume id       TREE".to_owned(),
        "block size      2048 bytes".to_owned(),
        format!("image size      {size} bytes"),
        "trees           rr, joliet (level 3), iso".to_owned(),
        "shown           rr: it is the richest tree of the volume".to_owned(),
        "sectors         16 primary, 17 joliet, 18 terminator".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    let json: Value = serde_json::from_str(&image.listed(&["--volume", "--json"], &[])).expect("an object");
    assert_eq!(json["volume_id"], "TREE");
    assert_eq!(json["trees"], serde_json::json!(["rr", "joliet", "iso"]));
    assert_eq!(json["image_size"], size);
    let joliet: Value =
        serde_json::from_str(&image.listed(&["--volume", "--json", "--names", "joliet"], &[]))
            .expect("an object");
    assert_eq!(joliet["volume_id"], "TREE", "in UTF-16 on the medium");
    let mut bytes = image.bytes();
    // 安装 in GBK (ECMA-119 8.4.6: BP 41).
    bytes[32_808..32_812].copy_from_slice(b"\xb0\xb2\xd7\xb0");
    fs::write(image.path(), bytes).expect("room");
    for report in ["--volume", "--sessions"] {
        let text = image.listed(&[report, "--charset=gbk"], &[]);
        assert!(text.contains("安装"), "{text}");
    }
}
