//! What coreutils' `sha256sum` and its kin say, `imgsum` says: lines, messages, statuses.

mod lists;

use assert_cmd::cargo::cargo_bin;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The coreutils programs and the algorithm each is.
const PROGRAMS: [(&str, &str); 7] = [
    ("md5sum", "md5"),
    ("sha1sum", "sha1"),
    ("sha224sum", "sha224"),
    ("sha256sum", "sha256"),
    ("sha384sum", "sha384"),
    ("sha512sum", "sha512"),
    ("b2sum", "blake2b"),
];

/// Whether coreutils is here; other systems' `sha256sum` differs.
fn coreutils() -> bool {
    let version = Command::new("sha256sum").arg("--version").output();
    let there = version.is_ok_and(|output| output.stdout.starts_with(b"sha256sum (GNU coreutils) 9"));
    if !there {
        isokit_tests::skip("sha256sum of GNU coreutils 9 is not installed");
    }
    there
}

/// A folder with files of odd names and sizes.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let names =
        ["a", "sp ace", "x\ny", "b\\s", "r\rr", "p)a", "it's", "*star", "\u{fe}", "\u{ff}", "q = r) = s"];
    for (size, name) in names.iter().enumerate() {
        let bytes: Vec<u8> = (0..size * 31_357).map(|n| u8::try_from(n % 251).expect("below 251")).collect();
        fs::write(folder.path().join(os(name)), bytes).expect("room");
    }
    folder
}

/// `name` with a byte for each character.
fn os(name: &str) -> OsString {
    let bytes = name.chars().map(|byte| u8::try_from(u32::from(byte)).expect("a byte"));
    OsString::from_vec(bytes.collect())
}

fn run(program: &Path, folder: &Path, arguments: &[&OsStr], stdin: &[u8]) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it is installed");
    let mut pipe = child.stdin.take().expect("it is a pipe");
    // Some invocations never read it.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    child.wait_with_output().expect("it ends")
}

/// Runs both with the same arguments and demands the same output, messages and status.
fn same(program: &str, algorithm: &str, folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    same_bytes(program, algorithm, folder, &arguments, stdin)
}

fn same_bytes(program: &str, algorithm: &str, folder: &Path, arguments: &[&OsStr], stdin: &[u8]) -> Output {
    let theirs = run(Path::new(program), folder, arguments, stdin);
    let own: Vec<&OsStr> =
        ["-a", algorithm].map(OsStr::new).into_iter().chain(arguments.iter().copied()).collect();
    let ours = run(&cargo_bin("imgsum"), folder, &own, stdin);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&format!("{program}: "), "imgsum: ");
    assert_eq!(text(&ours.stdout), text(&theirs.stdout), "{arguments:?}");
    assert_eq!(text(&ours.stderr), text(&theirs.stderr), "{arguments:?}");
    assert_eq!(ours.status.code(), theirs.status.code(), "{arguments:?}");
    assert_eq!(ours.stdout, theirs.stdout, "{arguments:?}: bytes that are not text");
    theirs
}

fn names(folder: &Path) -> Vec<OsString> {
    let mut names: Vec<_> =
        fs::read_dir(folder).expect("there").map(|entry| entry.expect("readable").file_name()).collect();
    names.sort();
    names
}

#[test]
fn lines_are_the_same_and_each_checks_the_others() {
    if !coreutils() {
        return;
    }
    let folder = folder();
    let names = names(folder.path());
    for (program, algorithm) in PROGRAMS {
        for style in [
            &[][..],
            &["--tag"],
            &["-b"],
            &["-t"],
            &["-t", "-b"],
            &["-z"],
            &["--tag", "-z"],
            &["-b", "--tag"],
        ] {
            let arguments: Vec<&OsStr> =
                style.iter().map(OsStr::new).chain(names.iter().map(|name| name.as_os_str())).collect();
            let list = same_bytes(program, algorithm, folder.path(), &arguments, b"").stdout;
            if !style.contains(&"-z") {
                same(program, algorithm, folder.path(), &["-c"], &list);
                same(program, algorithm, folder.path(), &["-c", "--quiet", "--strict"], &list);
                // By its length alone a BLAKE2b digest is taken for one of SHA-512.
                if algorithm == "blake2b" && !style.contains(&"--tag") {
                    continue;
                }
                let plain =
                    run(&cargo_bin("imgsum"), folder.path(), &["-c", "--quiet"].map(OsStr::new), &list);
                let sentence = String::from_utf8_lossy(&plain.stderr).into_owned();
                assert!(plain.status.success(), "{algorithm} known by its tag or length: {sentence}");
            }
        }
        same(program, algorithm, folder.path(), &[], b"standard input");
        same(program, algorithm, folder.path(), &["-", "a"], b"standard input");
    }
}

#[test]
fn operands_that_cannot_be_summed() {
    if !coreutils() {
        return;
    }
    let folder = folder();
    fs::create_dir(folder.path().join("dir")).expect("room");
    for operands in
        [&["missing", "a"][..], &["dir"], &["no such", "it's gone", "a:b", "a\nb"], &["/dev/null"], &[""]]
    {
        same("sha256sum", "sha256", folder.path(), operands, b"");
    }
}

#[test]
fn checking_says_the_same() {
    if !coreutils() {
        return;
    }
    let folder = folder();
    let good = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a";
    let differs = "f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a";
    let zero = "0".repeat(64);
    let lists = [
        good.to_owned(),
        format!("{good}\n"),
        format!("{good}\r\n"),
        good.to_uppercase().replace(" A", " a"),
        format!("{good}\n{differs}\n{differs}\n"),
        format!("{good}\n\n# remark\njunk\n{zero}  missing\n{zero}  gone\njunk\n"),
        format!("{zero}  missing\n"),
        format!("{zero}  .\n{good}"),
        format!("{zero}  -\n"),
        format!("\\{zero}  x\\ny\n\\{zero}  b\\\\s\n\\{zero}  r\\rr\n\\{zero}  bad\\q\n"),
        format!("{zero} a\n{zero}  a\n"),
        format!("{zero}  a\n{zero} a\n"),
        format!("  \t{good}\n{zero}\ta\n{zero} *a\n{zero}x  a\n"),
        format!(
            "SHA256 (a) = {zero}\nSHA256(a)={zero}\nSHA256 (a) {zero}\nMD5 (a) = {zero}\nSHA256 (a) = 00\n"
        ),
        format!("SHA256 (p)a) = {zero}\n\\SHA256 (x\\ny) = {zero}\n"),
        String::new(),
        "junk".to_owned(),
        "junk\n\0\n".to_owned(),
    ];
    for list in &lists {
        fs::write(folder.path().join("list"), list).expect("room");
        for options in [
            &[][..],
            &["--quiet"],
            &["--status"],
            &["--warn"],
            &["--strict"],
            &["--ignore-missing"],
            &["--strict", "--warn", "--ignore-missing", "--quiet"],
            &["--quiet", "--ignore-missing", "--strict", "--warn"],
            &["--status", "--warn"],
        ] {
            let arguments: Vec<&str> = ["-c"].into_iter().chain(options.iter().copied()).collect();
            same("sha256sum", "sha256", folder.path(), &arguments, list.as_bytes());
            let named: Vec<&str> = arguments.into_iter().chain(["list"]).collect();
            same("sha256sum", "sha256", folder.path(), &named, b"");
        }
    }
    same("sha256sum", "sha256", folder.path(), &["-c", "missing"], b"");
    same("sha256sum", "sha256", folder.path(), &["-c", "."], b"");
    same("sha256sum", "sha256", folder.path(), &["-c", "list", "missing", "list"], b"");
}

#[test]
fn a_list_of_several_algorithms_is_checked_by_cksum() {
    if !coreutils() {
        return;
    }
    let folder = folder();
    let algorithms = "md5,sha1,sha224,sha256,sha384,sha512,blake2b";
    let list = run(
        &cargo_bin("imgsum"),
        folder.path(),
        &["-a", algorithms, "a", "x\ny", "it's"].map(OsStr::new),
        b"",
    );
    let checked = run(Path::new("cksum"), folder.path(), &["-c", "--strict"].map(OsStr::new), &list.stdout);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    assert_eq!(checked.stdout.iter().filter(|byte| **byte == b'\n').count(), 21);
    let own = run(&cargo_bin("imgsum"), folder.path(), &["-c", "--strict"].map(OsStr::new), &list.stdout);
    assert_eq!(own.stdout, checked.stdout);
}
