//! Images that pass once.

use crate::image::{isols, many, tree};
use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;

/// Bytes of `image` that `isols OPTIONS -` took from a pipe, and what it printed.
fn taken(image: Vec<u8>, options: &[&str]) -> (usize, Vec<u8>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_isols"))
        .args(options)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("isols starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let writer = thread::spawn(move || {
        let mut written = 0;
        for piece in image.chunks(4096) {
            match stdin.write_all(piece) {
                Ok(()) => written += piece.len(),
                Err(_) => break,
            }
        }
        written
    });
    let mut printed = Vec::new();
    child.stdout.take().expect("it is piped").read_to_end(&mut printed).expect("a pipe reads");
    assert!(child.wait().expect("isols ends").success());
    (writer.join().expect("the writer ends"), printed)
}

#[test]
fn reading_stops_behind_the_last_directory() {
    let Some(image) = many(1000, 64 << 20) else { return };
    let bytes = image.bytes();
    let size = bytes.len();
    assert!(size > 64 << 20);
    for options in [&["-R"][..], &["-lR"], &["--json", "-R"], &["--tree"]] {
        let (taken, printed) = taken(bytes.clone(), options);
        // What lies in the pipe counts as taken here.
        assert!(taken < size / 20, "{taken} of {size} bytes for {options:?}");
        let whole = isols().args(options).arg(image.path()).assert().success();
        assert!(printed == whole.get_output().stdout, "a pipe lists what a file lists: {options:?}");
    }
}

#[test]
fn a_fifo_is_an_image_too() {
    let Some(image) = tree() else { return };
    let fifo = image.folder().join("fifo");
    let made = Command::new("mkfifo").arg(&fifo).status().expect("mkfifo is there");
    assert!(made.success());
    let bytes = image.bytes();
    let path = fifo.clone();
    let writer = thread::spawn(move || drop(fs::write(path, bytes)));
    isols().arg(&fifo).assert().success().stdout("boot\ndocs\nreadme.txt\n");
    writer.join().expect("the writer ends");
}

#[test]
fn a_pipe_that_ends_early_is_told_from_an_empty_directory() {
    let Some(image) = many(1000, 0) else { return };
    let bytes = image.bytes();
    let assert = isols().args(["-R", "-"]).write_stdin(&bytes[..60_000]).assert().code(1);
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(
        stderr.contains("standard input: ") && stderr.contains("byte 0xea60 (sector 29): image: ends here"),
        "{stderr}"
    );
    isols()
        .write_stdin("")
        .assert()
        .code(2)
        .stderr("isols: standard input: empty, not an ISO 9660 or UDF image\n");
}
