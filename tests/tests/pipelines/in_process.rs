//! Each tool is a function on the streams that it is given: run here without a process of its own.

use isokit_cli::{Failure, Report, Status, Streams};
use isokit_tests::archive::{archive, member};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::thread;

type Run = fn(Vec<OsString>, &Report) -> Result<Status, Failure>;

/// Runs a tool between two pipes, the first of which gives it `input`: how it ended, what came out, and what it said.
fn ran(run: Run, line: &[&'static str], input: &[u8]) -> (Result<Status, Failure>, Vec<u8>, String) {
    let (reader, mut writer) = io::pipe().expect("a pipe");
    let (mut end, output) = io::pipe().expect("a pipe");
    let mut error = tempfile::tempfile().expect("a file");
    let streams = Streams {
        input: Some(OwnedFd::from(reader).into()),
        output: Some(OwnedFd::from(output).into()),
        error: Some(error.try_clone().expect("a file")),
    };
    let (mut came, mut said) = (Vec::new(), String::new());
    let ended = thread::scope(|scope| {
        // One that has read enough is gone.
        scope.spawn(move || drop(writer.write_all(input)));
        let run = scope.spawn(move || {
            let report = Report::new(line[0], streams);
            run(line.iter().map(OsString::from).collect(), &report)
        });
        end.read_to_end(&mut came).expect("a pipe");
        run.join().expect("no panic")
    });
    error.rewind().expect("a file");
    error.read_to_string(&mut said).expect("text");
    (ended, came, said)
}

/// What came out of a run in which nothing was amiss.
fn came(run: Run, line: &[&'static str], input: &[u8]) -> Vec<u8> {
    let (ended, came, said) = ran(run, line, input);
    assert!(matches!(ended, Ok(Status::Done)) && said.is_empty(), "{line:?}: {ended:?} {said}");
    came
}

/// An image with the file `/file` in it, of a tar archive that passes.
fn image() -> Vec<u8> {
    let archive = archive(&[member("file", b'0', "", b"content\n")]);
    came(isomk::run, &["isomk", "-q", "-"], &archive)
}

#[test]
fn isomk_makes_an_image_of_what_passes() {
    let image = image();
    assert_eq!(image.get(0x8000..0x8006), Some(&b"\x01CD001"[..]));
    let (ended, came, _) = ran(isomk::run, &["isomk", "/none/there"], b"");
    assert!(came.is_empty());
    let failure = ended.expect_err("no such input").to_string();
    assert_eq!(failure, "/none/there: open: No such file or directory");
}

#[test]
fn isols_lists_what_passes_and_knows_its_streams() {
    assert_eq!(came(isols::run, &["isols", "-R"], &image()), b"/file\n");
    assert!(came(isols::run, &["isols", "--help"], b"").starts_with(b"List"));
    let report = Report::new("isols", Streams::default());
    let failure = isols::run(vec!["isols".into()], &report).expect_err("all are closed");
    assert_eq!(failure.to_string(), "standard input: open: Bad file descriptor");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.iso");
    fs::write(&path, image()).expect("room");
    let output = Some(File::options().append(true).open(&path).expect("there"));
    let report = Report::new("isols", Streams { output, ..Streams::default() });
    let failure = isols::run(vec!["isols".into(), path.into()], &report).expect_err("it would grow");
    assert!(failure.to_string().ends_with("is both an input and an output (standard output)"), "{failure}");
}

#[test]
fn isocat_writes_a_file_of_what_passes() {
    let image = image();
    assert_eq!(came(isocat::run, &["isocat", "-", "/file"], &image), b"content\n");
    let (ended, came, said) = ran(isocat::run, &["isocat", "-", "/none", "/file"], &image);
    assert!(matches!(ended, Ok(Status::Incomplete)), "{ended:?}");
    assert_eq!(came, b"content\n");
    assert!(said.starts_with("isocat: standard input: /none: "), "{said}");
}

#[test]
fn imgsum_sums_what_passes() {
    assert_eq!(came(imgsum::run, &["imgsum", "-a", "crc32"], b"123456789"), b"cbf43926  -\n");
    let list = b"cbf43926  /none/there\n";
    let (ended, _, said) = ran(imgsum::run, &["imgsum", "-c"], list);
    assert!(matches!(ended, Ok(Status::Incomplete)), "{ended:?} {said}");
    assert!(said.starts_with("imgsum: /none/there: No such file or directory\n"), "{said}");
}

#[test]
fn imgconv_packs_and_unpacks_what_passes() {
    let image = image();
    let packed = came(imgconv::run, &["imgconv", "--to", "gz"], &image);
    assert!(packed.starts_with(b"\x1f\x8b") && packed.len() < image.len());
    assert_eq!(came(imgconv::run, &["imgconv"], &packed), image);
}
