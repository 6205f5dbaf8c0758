//! What the names of input and output promise.

use crate::{converted, data, imgconv, packed};
use std::fs;

#[test]
fn the_name_of_the_output_decides_and_the_name_of_the_input_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (misnamed, output) = (folder.path().join("misnamed.xz"), folder.path().join("out.bz2"));
    fs::write(&misnamed, converted(&["--to", "gzip"], b"content")).unwrap();
    imgconv(&[misnamed.to_str().unwrap(), "-o", output.to_str().unwrap()]).assert().success();
    assert!(fs::read(&output).unwrap().starts_with(b"BZh"));
    imgconv(&[output.to_str().unwrap()]).assert().success().stdout("content");
    // Asked to take it as it is, it does.
    let raw = imgconv(&["--from", "raw", output.to_str().unwrap()]).assert().success();
    assert!(raw.get_output().stdout.starts_with(b"BZh"));
}

#[test]
fn what_a_name_promises_is_kept_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let lzma = b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\x34\x19\x49\xee";
    for (name, data) in [
        ("page.img.xz", &b"<!DOCTYPE html><html><head></head></html>\n"[..]),
        ("empty.img.gz", b""),
        ("disk.img.zst", &[0; 5000]),
        ("disk.img.lzma", lzma),
        ("board.img.zip", b"PK\x03\x04\x14\0\0\0"),
        ("old.zst", b"\x27\xb5\x2f\xfd\0\0\0\0"),
    ] {
        fs::write(path(name), data).unwrap();
        let refused = imgconv(&[&path(name)]).assert().code(2).stdout("");
        let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(said.contains("; --from raw copies it as it is"), "{name}: {said}");
        imgconv(&["--from", "raw", &path(name)]).assert().success().stdout(data).stderr("");
    }
    for (name, format) in [("page.img.zip", "Zip"), ("page.img.7z", "7-zip"), ("page.img.lzma", "lzma")] {
        fs::copy(path("page.img.xz"), path(name)).expect("room");
        let said = format!("an HTML page, not {format} data as its name says; --from raw copies it as it is");
        let refused = imgconv(&[&path(name)]).assert().code(2);
        refused.stderr(format!("imgconv: {}: {said}\n", path(name)));
    }
    let page = imgconv(&[&path("page.img.xz")]).assert().code(2);
    let said = "an HTML page, not xz data as its name says; --from raw copies it as it is";
    page.stderr(format!("imgconv: {}: {said}\n", path("page.img.xz")));
    let warning = "imgconv: standard input: warning: LZMA data, which imgconv does not convert; it is copied as it is\n";
    imgconv(&[]).write_stdin(&lzma[..]).assert().success().stdout(&lzma[..]).stderr(warning);
    imgconv(&["-o", &path("disk.img")]).write_stdin(&lzma[..]).assert().code(2);
    imgconv(&["--to", "gzip", "-o", &path("x.zip")]).write_stdin("x").assert().code(2);
    assert!(!folder.path().join("disk.img").exists() && !folder.path().join("x.zip").exists());
}

#[test]
fn a_name_of_a_tar_archive_is_for_tar_archives() {
    let folder = tempfile::tempdir().unwrap();
    let empty = vec![0; 10240];
    // An image has zeros before its volume descriptors, as an empty archive has.
    let image = [&[0; 32 << 10][..], b"\x01CD001\x01", &[0; 2041]].concat();
    for (name, format) in [("a.tar.gz", "gzip"), ("a.tgz", "zstd"), ("a.tar.xz", "raw"), ("a.tar", "bzip2")] {
        let output = folder.path().join(name);
        let to = output.to_str().unwrap();
        for wrong in [&b"not an archive"[..], &data(5000), &image] {
            let refused = imgconv(&["-o", to]).write_stdin(packed(format, wrong)).assert().code(1);
            refused.stderr(
                "imgconv: standard input: not a tar archive, which the name of the output promises\n",
            );
            assert!(!output.exists());
        }
        imgconv(&["-o", to]).write_stdin(packed(format, &empty)).assert().success().stderr("");
        let back = imgconv(&[to]).assert().success();
        assert!(back.get_output().stdout == empty);
    }
}

#[test]
fn names_that_say_something_else_are_pointed_out() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let skippable = b"\x53\x2a\x4d\x18\x04\0\0\0abcd";
    for (name, format) in [("a.lz4", "lz4"), ("a.zst", "zstd"), ("a", "zstd")] {
        fs::write(at(name), [&skippable[..], b"junk"].concat()).unwrap();
        let said = imgconv(&[&at(name)]).assert().code(1).stdout("");
        let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
        assert!(said.contains(&format!(": byte 0xc: {format} frame: trailing garbage")), "{said}");
    }
    let output = at("x.img.xz");
    let said = format!("imgconv: {output}: warning: gzip data in a file that is named as xz\n");
    imgconv(&["--to", "gzip", "-o", &output]).write_stdin("hello\n").assert().success().stderr(said);
    imgconv(&["--to", "gzip", "-o", &at("x.img")]).write_stdin("hello\n").assert().success().stderr("");
}
