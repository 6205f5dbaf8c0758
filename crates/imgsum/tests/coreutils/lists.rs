//! A table of lists, good and odd, and options: `imgsum -c` says of each what coreutils says of it.

use super::{coreutils, folder, run, same};
use assert_cmd::cargo::cargo_bin;
use isokit_digests::{Algorithm, Hasher};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// Lists, with `GOOD` for the digest of `a` in lower case, `UPPER` for it in upper case, `SHORT` for all but its last
/// digit, `ZERO` for a wrong one, `NEWLINE`, `BACKSLASH`, `RETURN`, `STAR`, `PAREN` and `BYTE` for the digests of the
/// files with these in their names, and `TAG` for the algorithm's.
const LISTS: &[&str] = &[
    "",
    "\n\n",
    "# remark\n",
    "# remark\n\nGOOD  a\n  # no remark\n",
    "junk\n",
    "\0\0\nGOOD  a\n",
    "GOOD  a\n",
    "GOOD  a",
    "GOOD *a\n",
    "GOOD  a\r\nGOOD *a\r\n",
    "\r\nTAG (a) = GOOD\r\n",
    "GOOD  a\rGOOD  a\r",
    "UPPER  a\n",
    "ZERO  a\n",
    "ZERO  missing\nGOOD  a\n",
    "ZERO  missing\nZERO  a\nZERO  a\nZERO  gone\njunk\njunk\n",
    "ZERO  no such\nZERO  it's none\nZERO  a:b\n\\ZERO  q\\ny\n",
    "\\NEWLINE  x\\ny\n\\ZERO  x\\ny\n",
    "\\BACKSLASH  b\\\\s\nBACKSLASH  b\\s\n",
    "\\RETURN  r\\rr\n\\ZERO  r\\rr\n",
    "\\GOOD  a\n\\GOOD  a\\q\n\\GOOD  a\\\nGOOD  a\n",
    "TAG (a) = GOOD\n",
    "TAG(a)= GOOD\n",
    "TAG(a)=GOOD\n",
    "TAG (a)   =    GOOD\nTAG (a)\t=\tGOOD\n",
    "TAG (p)a) = PAREN\n",
    "\\TAG (x\\ny) = NEWLINE\n",
    "MD4 (a) = ZERO\nGOOD  a\n",
    "TAG (a) = SHORT\nTAG (a) = GOOD00\nTAG (a) = GOOD \nGOOD  a\n",
    "TAG () = GOOD\nTAG (a = GOOD\nTAG a) = GOOD\nGOOD  a\n",
    "SHORT  a\nGOOD0  a\nGOOD  a\n",
    "GOOD\nGOOD  a\n",
    "GOOD  \nGOOD  a\n",
    "GOOD a\n",
    "GOOD a\nZERO  a\n",
    "GOOD  a\nGOOD a\n",
    "GOOD\ta\nGOOD \ta\n",
    "STAR **star\nSTAR *star\n",
    "   GOOD  a\n\tGOOD  a\n",
    "\u{b}GOOD  a\nGOOD  a\n",
    "ZERO  a \nGOOD  a\n",
    "BYTE  \u{fe}\nZERO  \u{fe}\n",
    "ZERO  dir\nZERO  dir/a\nZERO  a/\n",
    "ZERO  .\n",
    "ZERO  -\n",
    "x\ny\nz\nGOOD  a\nZERO  a\nZERO  a\nZERO  gone\nZERO  lost\n",
    "gSHORT  a\nGOOD  a\n",
    "GOOD  a\nGOOD  /dev/full/a\n",
];

const OPTIONS: &[&[&str]] =
    &[&["-c"], &["-c", "--strict", "--warn"], &["-c", "--ignore-missing", "--quiet"], &["-c", "--status"]];

/// `list` as bytes, a character a byte, with the digests of `algorithm` in their places.
fn list(list: &str, algorithm: Algorithm, folder: &Path) -> Vec<u8> {
    let digest = |name: &str| {
        let bytes = fs::read(folder.join(super::os(name))).expect("there");
        Hasher::digest(algorithm, &bytes).to_string()
    };
    let good = digest("a");
    let mut text = list.to_owned();
    for (name, value) in [
        ("GOOD", good.clone()),
        ("UPPER", good.to_uppercase()),
        ("SHORT", good[..good.len() - 1].to_owned()),
        ("ZERO", "0".repeat(good.len())),
        ("NEWLINE", digest("x\ny")),
        ("BACKSLASH", digest("b\\s")),
        ("RETURN", digest("r\rr")),
        ("STAR", digest("*star")),
        ("PAREN", digest("p)a")),
        ("BYTE", digest("\u{fe}")),
        ("TAG", algorithm.tag().to_owned()),
    ] {
        text = text.replace(name, &value);
    }
    text.chars().map(|byte| u8::try_from(u32::from(byte)).expect("a byte")).collect()
}

#[test]
fn every_list_with_every_option() {
    if !coreutils() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    fs::create_dir(path.join("dir")).expect("room");
    for (program, algorithm) in
        [("md5sum", Algorithm::Md5), ("sha256sum", Algorithm::Sha256), ("b2sum", Algorithm::Blake2b)]
    {
        for text in LISTS {
            let bytes = list(text, algorithm, path);
            for options in OPTIONS {
                same(program, algorithm.name(), path, options, &bytes);
            }
        }
        let binary: Vec<u8> =
            (0..40_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        same(program, algorithm.name(), path, &["-c", "--warn"], &[0xff; 70_000]);
        fs::write(
            path.join("binary"),
            [binary.as_slice(), b"\n", &list("GOOD  a\n", algorithm, path)].concat(),
        )
        .expect("room");
        same(program, algorithm.name(), path, &["-c", "binary"], b"");
    }
}

#[test]
fn a_list_of_sha256_is_known_without_being_told() {
    if !coreutils() {
        return;
    }
    let folder = folder();
    fs::create_dir(folder.path().join("dir")).expect("room");
    for text in LISTS {
        let bytes = list(text, Algorithm::Sha256, folder.path());
        let theirs = run(Path::new("sha256sum"), folder.path(), &["-c", "-w"].map(OsStr::new), &bytes);
        let ours = run(&cargo_bin("imgsum"), folder.path(), &["-c", "-w"].map(OsStr::new), &bytes);
        let said = String::from_utf8_lossy(&theirs.stderr).replace("sha256sum: ", "imgsum: ");
        assert_eq!(String::from_utf8_lossy(&ours.stderr), said, "{text:?}");
        assert_eq!((ours.stdout, ours.status.code()), (theirs.stdout, theirs.status.code()), "{text:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_the_same_sentence() {
    if !coreutils() {
        return;
    }
    let folder = folder();
    for arguments in [
        &["--ignore-missing", "a"][..],
        &["--status", "a"],
        &["--warn", "a"],
        &["--strict", "a"],
        &["-c", "--tag", "a"],
        &["-c", "-b", "a"],
        &["-c", "-t", "a"],
        &["-c", "--tag", "-b", "a"],
        &["--tag", "-t", "a"],
        &["--strict", "--status", "--ignore-missing", "a"],
    ] {
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        let theirs = run(Path::new("sha256sum"), folder.path(), &arguments, b"");
        let ours = run(&cargo_bin("imgsum"), folder.path(), &arguments, b"");
        let said = String::from_utf8_lossy(&theirs.stderr).replace("sha256sum: ", "imgsum: ");
        let first = said.lines().next().expect("a sentence");
        assert_eq!(String::from_utf8_lossy(&ours.stderr).trim_end(), first, "{arguments:?}");
        assert_eq!((ours.stdout, ours.status.code()), (theirs.stdout, theirs.status.code()), "{arguments:?}");
    }
}

#[test]
fn what_openssl_prints_is_checked() {
    let folder = folder();
    let path = folder.path();
    for (tag, algorithm) in [
        ("SHA2-256", Algorithm::Sha256),
        ("SHA2-512/256", Algorithm::Sha512_256),
        ("BLAKE2B-512", Algorithm::Blake2b),
        ("SHA3-256", Algorithm::Sha3_256),
        ("SHA256", Algorithm::Sha256),
        ("MD5", Algorithm::Md5),
    ] {
        for (text, status) in [(format!("{tag}(a)= GOOD\n"), 0), (format!("{tag}(a)= ZERO\n"), 1)] {
            let checked = run(&cargo_bin("imgsum"), path, &["-c".as_ref()], &list(&text, algorithm, path));
            assert_eq!(checked.status.code(), Some(status), "{text}");
        }
    }
}
