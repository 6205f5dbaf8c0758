//! Exit statuses, and what is said with them.

use crate::image::{isols, many, tree};
use isokit_tests::{output, shell};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn a_missing_path_is_1_and_the_others_are_listed() {
    let Some(image) = tree() else { return };
    let name = image.path().display().to_string();
    isols().arg(image.path()).args(["/nope", "readme.txt", "x*y"]).assert().code(1).stdout("/readme.txt\n").stderr(
        format!("isols: {name}: /nope: no such file in the image\nisols: {name}: x*y: nothing in the image matches\n"),
    );
    isols()
        .arg(image.path())
        .arg("readme.txt/x")
        .assert()
        .code(1)
        .stderr(format!("isols: {name}: readme.txt/x: a component of the path is not a directory\n"));
}

/// What an unset variable leaves is not the root.
#[test]
fn an_empty_path_is_2() {
    let Some(image) = tree() else { return };
    let assert = isols().arg(image.path()).arg("").assert().code(2).stdout("");
    let said = String::from_utf8(assert.get_output().stderr.clone()).expect("UTF-8");
    assert!(said.contains("a value is required for '[PATH]...'"), "{said}");
}

#[test]
fn a_cut_image_is_1_and_names_the_first_missing_byte() {
    let Some(image) = tree() else { return };
    let bytes = image.bytes();
    let cut = image.folder().join("cut.iso");
    let size = 90_000;
    fs::write(&cut, &bytes[..size]).expect("a file");
    let assert = isols().arg("-R").arg(&cut).assert().code(1);
    let stderr = String::from_utf8(assert.get_output().stderr.clone()).expect("UTF-8");
    let missing = bytes.len() - size;
    let sentence = format!(
        "isols: {}: byte 0x15f90 (sector 43): image: ends here; {missing} more bytes are needed; ",
        cut.display()
    );
    assert!(stderr.starts_with(&sentence) && stderr.lines().count() == 1, "{stderr}");
    let whole = isols().arg("-R").arg(image.path()).assert().success();
    assert_eq!(assert.get_output().stdout, whole.get_output().stdout, "all names come before what is cut");
}

#[test]
fn what_cannot_be_read_as_an_image_is_2() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("zeros"), vec![0; 100_000]).expect("a file");
    fs::write(path("bytes"), vec![0xa5; 100_000]).expect("a file");
    fs::write(path("short"), b"\x01\x02\x03\x04\x05").expect("a file");
    fs::write(path("text"), b"text\n").expect("a file");
    fs::write(path("png"), b"\x89PNG\r\n\x1a\n").expect("a file");
    let fat = [&[0xeb; 54][..], b"FAT16   ", &[0; 100_000]].concat();
    fs::write(path("fat"), fat).expect("a file");
    fs::write(path("x.iso.zst"), b"\x28\xb5\x2f\xfd\0\0").expect("a file");
    let zst = path("x.iso.zst").display().to_string();
    let pipeline = format!("Zstandard data, not an image; try: imgconv {zst} | isols -\n");
    for (operand, sentence) in [
        (path("zeros"), "only zero bytes up to byte 0x10000, not an ISO 9660 or UDF image\n"),
        (path("text"), "a text file, not an ISO 9660 or UDF image\n"),
        (
            path("bytes"),
            "not an ISO 9660 or UDF image: byte 0x8001 (sector 16): volume descriptor: identifier is",
        ),
        (
            path("short"),
            "not an ISO 9660 or UDF image: it ends at byte 0x5, its first volume descriptor would be at byte 0x8000\n",
        ),
        (PathBuf::from("/dev/null"), "empty, not an ISO 9660 or UDF image\n"),
        (path("png"), "a PNG image, not an ISO 9660 or UDF image\n"),
        (path("fat"), "a FAT file system, not an ISO 9660 or UDF image; try: mdir -i "),
        (path("x.iso.zst"), &pipeline),
        (path("missing"), "open: No such file or directory"),
        (folder.path().to_owned(), "is a directory, not an image"),
    ] {
        let assert = isols().arg(&operand).assert().code(2).stdout("");
        let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        let start = format!("isols: {}: {sentence}", operand.display());
        assert!(
            stderr.starts_with(&start) && stderr.lines().count() == 1,
            "{stderr} should begin with {start}"
        );
    }
}

#[test]
fn wrong_usage_is_2() {
    for arguments in [
        &["--nonsense"][..],
        &["--names", "udf", "x.iso"],
        &["--part", "x", "x.iso"],
        &["--at", "12q", "x.iso"],
        &["--boot", "--volume", "x.iso"],
        &["--boot", "x.iso", "/path"],
        &["--tree", "-l", "x.iso"],
    ] {
        isols().args(arguments).assert().code(2).stdout("");
    }
    isols().arg("--help").assert().success();
    isols().arg("--version").assert().success().stdout(concat!("isols ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_malformed_pattern_is_1_and_the_rest_is_listed() {
    let Some(image) = tree() else { return };
    let malformed = isols().arg(image.path()).args(["/a[b", "/"]).assert().code(1);
    let output = malformed.get_output();
    assert!(!output.stdout.is_empty());
    let why = "no such file in the image, and not a valid pattern: unclosed character class; missing ']'";
    let said = format!("isols: {}: /a[b: {why}\n", image.path().display());
    assert_eq!(String::from_utf8_lossy(&output.stderr), said);
}

#[test]
fn an_output_that_is_full_or_closed_is_1() {
    let Some(image) = tree() else { return };
    let full = output(
        Command::new(env!("CARGO_BIN_EXE_isols"))
            .arg(image.path())
            .stdout(fs::File::create("/dev/full").expect("a device")),
    );
    assert_eq!(full.status.code(), Some(1));
    let expected =
        format!("isols: {}: write standard output: No space left on device\n", image.path().display());
    assert_eq!(String::from_utf8_lossy(&full.stderr), expected);
}

#[test]
fn a_reader_that_goes_away_ends_it_silently() {
    let Some(image) = many(4000, 0) else { return };
    let isols = env!("CARGO_BIN_EXE_isols");
    let result = shell(image.folder(), &format!("{isols} -R image.iso | head -1"));
    assert_eq!(String::from_utf8_lossy(&result.stderr), "");
    assert_eq!(result.stdout, b"/0000\n");
    // 128 + SIGPIPE.
    assert_eq!(result.status.code(), Some(141));
}

#[test]
fn damage_is_a_finding_only_where_it_is_asked_for() {
    let Some(image) = tree() else { return };
    let mut bytes = image.bytes();
    // The big-endian half of the logical block size (ECMA-119 8.4.12).
    bytes[0x8000 + 130] ^= 0xff;
    let odd = image.folder().join("odd.iso");
    fs::write(&odd, bytes).expect("a file");
    isols().arg(&odd).assert().success().stderr("");
    let assert = isols().arg("-v").arg(&odd).assert().success();
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    let name = odd.display();
    let chosen = format!("isols: {name}: note: reading the rr tree: it is the richest tree of the volume\n");
    let found = stderr.strip_prefix(&chosen).unwrap_or_else(|| panic!("{stderr}"));
    let start = format!("isols: {name}: note: byte 0x8000 (sector 16): volume descriptor: ");
    assert!(found.starts_with(&start), "{stderr}");
}
