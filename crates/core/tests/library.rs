//! The short ways: for callers who have bytes or files, and want an image or what is in one.

use isokit_core::error::Error;
use isokit_core::fill::{Bytes, Files, Strict, fill_in_place, write_all};
use isokit_core::image::{Opened, Options};
use isokit_core::iso9660;
use isokit_core::source::{File as FileSource, Memory};
use isokit_core::tree::build::{Build, File};
use isokit_core::tree::content::Content;
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::tree::walk::each;
use isokit_core::tree::{Kind, Time};
use isokit_core::udf;
use std::path::{Path, PathBuf};

const TIME: Time = Time { seconds: 1_700_000_000, nanoseconds: 0 };
const FILE: File<'_> = File::new(Kind::File, 0o644, TIME);
const DIRECTORY: File<'_> = File::new(Kind::Directory, 0o755, TIME);

fn image() -> Vec<u8> {
    let mut tree = Build::new(&DIRECTORY).expect("a root");
    for (path, bytes) in [("a/b", "in a"), ("c/d", "in c"), ("e", "")] {
        tree.put_bytes(path, &FILE, bytes).expect("legal");
    }
    let options = iso9660::plan::Options::default();
    let plan = iso9660::plan::plan(&tree, &options).expect("a good plan");
    let mut image = Vec::new();
    write_all(&plan, &Bytes, &mut image).expect("memory has room");
    image
}

/// The paths that are shown, and how that ended.
fn shown(image: Vec<u8>, until: &[u8]) -> (Vec<String>, Result<(), String>) {
    let opened = Opened::new(Memory(image), &Options::default()).expect("an image");
    let mut paths = Vec::new();
    let outcome = each(opened.image().tree(), |path, _| {
        paths.push(String::from_utf8_lossy(path).into_owned());
        if path == until { Err(Error::not_found("enough", "seen")) } else { Ok(()) }
    });
    (paths, outcome.map_err(|error| error.to_string()))
}

#[test]
fn each_path_is_shown_and_the_first_failure_told_at_the_end() {
    assert_eq!(shown(image(), b""), (["/a", "/a/b", "/c", "/c/d", "/e"].map(String::from).into(), Ok(())));
    let (paths, outcome) = shown(image(), b"/a/b");
    assert_eq!((paths.len(), outcome), (2, Err("enough: seen".into())));
    // The first directory behind the root, without a record that could be one.
    let mut damaged = image();
    let opened = Opened::new(Memory(damaged.clone()), &Options::default()).expect("an image");
    let a = resolve(opened.image().tree(), b"a", Follow::All).expect("there").entry;
    let at = usize::try_from(a.extents[0].offset.expect("recorded")).expect("small");
    damaged[at..at + 2048].fill(0xff);
    let (paths, outcome) = shown(damaged, b"");
    assert_eq!(paths, ["/a", "/c", "/c/d", "/e"]);
    let error = outcome.expect_err("a cannot be listed");
    assert!(error.starts_with(&format!("byte {at:#x} (sector {})", at / 2048)), "{error}");
}

#[test]
fn a_content_is_written_to_anything() {
    let opened = Opened::new(Memory(image()), &Options::default()).expect("an image");
    let found = resolve(opened.image().tree(), b"c/d", Follow::All).expect("there");
    let mut content = Content::open(opened.source(), &found.entry).expect("plain");
    let mut bytes = Vec::new();
    content.write_to(&mut bytes).expect("memory has room");
    assert_eq!(bytes, b"in c");
    let error = content.write_to(&mut &mut [0; 3][..]).expect_err("no room");
    assert_eq!(error.to_string(), "write: failed to write whole buffer");
}

/// How writing an image of one file went, `planned` bytes long, by both ways.
fn of_file(path: &Path, planned: u64) -> [Result<(), String>; 2] {
    let mut tree: Build<PathBuf> = Build::new(&DIRECTORY).expect("a root");
    tree.put_content("etc/motd", &FILE, planned, path.into()).expect("legal");
    let options = udf::plan::Options::default();
    let plan = udf::plan::plan(&tree, &options).expect("a good plan");
    let whole = write_all(&plan, &Files, &mut Vec::new());
    let strict = Strict::default();
    let out = tempfile::tempfile().expect("a file");
    fill_in_place(&plan, &Files, &strict, 2, &out, 0).expect("room");
    [whole, strict.end(&plan)].map(|outcome| outcome.map_err(|error| error.to_string()))
}

#[test]
fn an_image_that_is_not_as_planned_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("motd");
    for there in [5, 300_000] {
        std::fs::write(&path, vec![b'x'; there]).expect("room");
        let there = u64::try_from(there).expect("small");
        assert_eq!(of_file(&path, there), [Ok(()), Ok(())]);
        for (planned, said) in [
            (there + 1, format!("{there} bytes, {} were planned", there + 1)),
            (there - 1, format!("more than the {} bytes that were planned", there - 1)),
        ] {
            let error = Err(format!("read the content of /etc/motd: {said}"));
            assert_eq!(of_file(&path, planned), [error.clone(), error]);
        }
    }
    let fifo = folder.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).expect("a pipe");
    for (path, said) in [
        (folder.path().join("none").as_path(), "No such file or directory"),
        (folder.path(), "not a regular file"),
        (&fifo, "not a regular file"),
    ] {
        let error = Err(format!("read the content of /etc/motd: {said}"));
        assert_eq!(of_file(path, 9), [error.clone(), error]);
    }
    let error = FileSource::open(&fifo).expect_err("a pipe").to_string();
    assert_eq!(error, "neither a regular file nor a block device");
    let none = folder.path().join("none");
    let error = FileSource::open(&none).expect_err("not there").to_string();
    assert_eq!(error, format!("open {}: No such file or directory", none.display()));
}
