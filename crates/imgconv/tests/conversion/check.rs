//! What is verified, what is counted, and what is refused before any work.

use crate::{data, imgconv, packed};
use std::fs;

#[test]
fn what_cannot_start_ends_with_status_2() {
    let starts = |arguments: &[&str], said: &str| {
        let run = imgconv(arguments).write_stdin("data").assert().code(2);
        let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    };
    starts(&["/no/such/file"], "/no/such/file: open: No such file");
    starts(&["/"], "directory");
    starts(&["-o", "/no/such/folder/file"], "/no/such/folder/file: create");
    starts(&["--to", "bzip2", "-12"], "level 12: bzip2 has levels 1 to 9");
    starts(&["-3"], "level 3: raw has no levels");
    starts(&["--to", "xz", "--members"], "--members is for gzip");
    starts(&["--check"], "nothing to verify");
    starts(&["--to", "floppy"], "invalid value");
    starts(&["-o", "/no/x.zip"], "/no/x.zip: zip is not written; --to raw puts the bytes there as they are");
}

#[test]
fn how_many_bytes_went_is_said_when_asked() {
    let data = data(100_000);
    let gzip = packed("gzip", &data);
    let (length, mut raw) = (gzip.len(), imgconv(&["-v"]));
    let said = format!("imgconv: standard input: note: gzip, {length} bytes");
    raw.write_stdin(gzip.as_slice()).assert().success().stderr(format!("{said} in; raw, 100000 bytes out\n"));
    let mut check = imgconv(&["--check", "--verbose"]);
    let whole = format!("{said}; raw, 100000 bytes; verified by CRC-32\n");
    check.write_stdin(gzip.as_slice()).assert().success().stdout("").stderr(whole);
    let mut copy = imgconv(&["-v"]);
    let copied = "imgconv: standard input: note: raw, 3 bytes in; raw, 3 bytes out\n";
    copy.write_stdin("abc").assert().success().stdout("abc").stderr(copied);
    let cut = imgconv(&["-q"]).write_stdin(&gzip[..length - 1]).assert().code(1);
    assert!(cut.get_output().stderr.starts_with(b"imgconv: standard input: byte "));
}

#[test]
fn a_check_of_an_unknown_type_is_not_taken_for_verified() {
    // Check type 2 has four bytes, as CRC-32 has; the stream's header and footer have checksums of their own.
    let mut file = packed("xz", b"hello\n");
    assert_eq!(file[7], 4);
    let crc = |bytes: &[u8]| crc32fast::hash(bytes).to_le_bytes();
    file[7] = 5;
    let header = crc(&file[6..8]);
    file[8..12].copy_from_slice(&header);
    let end = file.len();
    file[end - 3] = 5;
    let footer = crc(&file[end - 8..end - 2]);
    file[end - 12..end - 8].copy_from_slice(&footer);
    let said = "byte 0x7: xz stream: check type 0x5 is not supported; the data was not verified";
    let run = imgconv(&[]).write_stdin(file.as_slice()).assert().success().stdout("hello\n");
    run.stderr(format!("imgconv: standard input: warning: {said}\n"));
    let check = imgconv(&["--check"]).write_stdin(file.as_slice()).assert().code(1);
    check.stderr(format!("imgconv: standard input: {said}\n"));
}

#[test]
fn what_has_no_checksum_is_not_called_verified() {
    // A frame without a checksum: one raw block of six bytes, of a single segment (RFC 8878 3.1.1).
    let zstd = b"\x28\xb5\x2f\xfd\x20\x06\x31\0\0hello\n";
    let with = packed("zstd", b"hello\n");
    for (file, said) in [
        (zstd.to_vec(), "no checksum to verify"),
        (with.clone(), "verified by XXH64"),
        ([zstd.as_slice(), &with].concat(), "verified by XXH64, but 1 of 2 parts have no checksum"),
    ] {
        let run = imgconv(&["--check", "-v"]).write_stdin(file).assert().success();
        let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(stderr.ends_with(&format!("; {said}\n")), "{stderr}");
    }
}

#[test]
fn several_inputs_are_checked_and_one_is_converted() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = put("good.xz", &packed("xz", b"hello\n"));
    let mut bytes = packed("gzip", b"hello\n");
    *bytes.last_mut().unwrap() ^= 1;
    let (bad, page) = (put("bad.gz", &bytes), put("page.img.zst", b"<!DOCTYPE html><html>"));
    imgconv(&["--check", &good, &good]).assert().success().stderr("");
    let said = imgconv(&["--check", &bad, &page, &good, "nowhere"]).assert().code(1).stdout("");
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with(&format!("imgconv: {bad}: byte 0x19: gzip member: ISIZE is ")), "{said}");
    assert_eq!(lines[1], format!("imgconv: {page}: an HTML page, not zstd data as its name says"));
    assert_eq!(lines[2], "imgconv: nowhere: open: No such file or directory");
    // As with qemu-img and many others, which name the output by its place.
    for operands in [&["a b", "c"][..], &["convert", "a b", "c"]] {
        let said = "imgconv: one input is converted at a time; try: imgconv -o c 'a b'\n";
        imgconv(operands).assert().code(2).stdout("").stderr(said);
    }
    // What is there is an input, and what has a name needs none.
    for operands in [&[good.as_str(), &page][..], &["a", "b", "c"], &["-o", "x", "a", "b"]] {
        let said = "imgconv: one input is converted at a time\n";
        imgconv(operands).assert().code(2).stdout("").stderr(said);
    }
    // What is wrong with the options is said once.
    let said = "imgconv: level 9: raw has no levels\n";
    imgconv(&["--check", "-9", &good, &good]).assert().code(2).stdout("").stderr(said);
    let said = format!("imgconv: {good}: raw data: nothing to verify\n");
    imgconv(&["--check", "--from", "raw", &good]).assert().code(2).stderr(said);
}
