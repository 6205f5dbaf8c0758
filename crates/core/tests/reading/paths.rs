//! Paths looked up, walked and read, over the trees of tiny images.

use crate::sources::over_sources;
use crate::support::{Builder, Lines, ROOT, entry, nm, px, record, root_use};
use isokit_core::finding::Findings;
use isokit_core::iso9660::{Image, Options};
use isokit_core::source::{Memory, Source};
use isokit_core::tree::charset::Decoded;
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};
use isokit_core::{Error, Result};

const DIRECTORY: u8 = 2;

/// `/a/b/file`, and links to them.
fn rock_ridge() -> Builder {
    let directory = |name: &[u8]| [nm(0, name), px(0o040_755, 2, None)].concat();
    let link = |target: &[u8]| {
        let mut components = vec![0];
        for part in target.split(|byte| *byte == b'/') {
            match part {
                b"" => components.extend([8, 0]),
                b".." => components.extend([4, 0]),
                part => {
                    components.extend([0, u8::try_from(part.len()).expect("short")]);
                    components.extend(part);
                }
            }
        }
        [px(0o120_777, 1, None), entry(b"SL", &components)].concat()
    };
    let mut image = Builder::new(30, 2048);
    image.directory(
        ROOT,
        &root_use(),
        &[
            record(b"A", 21, 2048, DIRECTORY, &directory(b"a")),
            record(b"ABSOLUTE;1", 0, 0, 0, &[nm(0, b"absolute"), link(b"/a/b")].concat()),
            record(b"ROUND;1", 0, 0, 0, &[nm(0, b"round"), link(b"round")].concat()),
        ],
    );
    image.directory(
        21,
        b"",
        &[
            record(b"B", 22, 2048, DIRECTORY, &directory(b"b")),
            record(b"REL;1", 0, 0, 0, &[nm(0, b"rel"), link(b"../a/b/file")].concat()),
        ],
    );
    image.directory(
        22,
        b"",
        &[record(b"FILE;1", 25, 5, 0, &[nm(0, b"file"), px(0o100_644, 1, None)].concat())],
    );
    image
}

fn look_up(source: &dyn Source, path: &str, follow: Follow) -> Result<(String, Kind)> {
    let image = Image::open(source, &Options::default()).expect("the image opens");
    let found = resolve(image.tree(), path.as_bytes(), follow)?;
    Ok((String::from_utf8(found.path).expect("text"), found.entry.kind))
}

#[test]
fn paths_mean_what_they_mean_on_a_mounted_image() {
    over_sources(&rock_ridge().bytes, |source| {
        for (path, follow, want, kind) in [
            ("/a/b/file", Follow::OnTheWay, "/a/b/file", Kind::File),
            ("a//./b/../b/file", Follow::OnTheWay, "/a/b/file", Kind::File),
            ("/../..", Follow::OnTheWay, "", Kind::Directory),
            ("", Follow::OnTheWay, "", Kind::Directory),
            ("/a/b/", Follow::OnTheWay, "/a/b", Kind::Directory),
            ("/absolute", Follow::OnTheWay, "/absolute", Kind::Symlink),
            ("/absolute", Follow::All, "/a/b", Kind::Directory),
            ("/absolute/", Follow::OnTheWay, "/a/b", Kind::Directory),
            ("/absolute/file", Follow::OnTheWay, "/a/b/file", Kind::File),
            ("/absolute/..", Follow::OnTheWay, "/a", Kind::Directory),
            ("/a/rel", Follow::All, "/a/b/file", Kind::File),
        ] {
            let found = look_up(source, path, follow).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(found, (want.to_owned(), kind), "{path}");
        }
    });
}

#[test]
fn paths_that_lead_nowhere_say_why() {
    over_sources(&rock_ridge().bytes, |source| {
        for (path, follow, want) in [
            ("/a/c", Follow::All, "/a/c: no such file in the image"),
            ("/A", Follow::All, "/A: no such file in the image"),
            ("/a/b/file/x", Follow::All, "/a/b/file/x: a component of the path is not a directory"),
            ("/a/b/file/", Follow::All, "/a/b/file/: not a directory"),
            ("/round", Follow::All, "/round: too many levels of symbolic links"),
            ("/round/x", Follow::OnTheWay, "/round/x: too many levels of symbolic links"),
        ] {
            let error = look_up(source, path, follow).expect_err(path);
            assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
            assert_eq!(error.to_string(), want);
        }
    });
}

#[test]
fn plain_names_are_found_with_version_and_in_any_case() {
    let mut image = Builder::new(30, 2048);
    let names = [&b"README.TXT;1"[..], b"NODOT.;1", b"Both;1", b"BOTH;1"];
    image.directory(ROOT, b"", &names.map(|name| record(name, 25, 5, 0, b"")));
    over_sources(&image.bytes, |source| {
        for (path, want) in [
            ("/README.TXT", "/README.TXT"),
            ("/README.TXT;1", "/README.TXT"),
            ("/readme.txt", "/README.TXT"),
            ("/readme.txt;1", "/README.TXT"),
            ("/NODOT.;1", "/NODOT"),
            ("/Both", "/Both"),
            ("/BOTH", "/BOTH"),
        ] {
            assert_eq!(look_up(source, path, Follow::All).expect(path).0, want);
        }
        assert!(
            look_up(source, "/both", Follow::All).is_err(),
            "two names differ in case only: neither is meant"
        );
        assert!(look_up(source, "/README.TXT;x", Follow::All).is_err());
    });
}

/// What `/` lists, and the size of what each of `paths` is found to be.
fn sizes(image: &Builder, paths: &[&str]) -> (Vec<String>, Vec<Option<u64>>) {
    let memory = Memory(&image.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let mut names = Lines::default();
    walk(image.tree(), &image.tree().root().expect("a root"), b"", &mut names)
        .expect("lines take everything");
    let size =
        |path: &&str| resolve(image.tree(), path.as_bytes(), Follow::All).ok().map(|found| found.entry.size);
    (names.0, paths.iter().map(size).collect())
}

#[test]
fn versions_are_told_apart_and_the_latest_is_meant() {
    let paths = ["/A", "/A;1", "/A;2", "/A;9", "/a", "/a;1", "/A.;3", "/B", "/B;4", "/B;1", "/C", "/C;2"];
    let want = [
        Some(3),
        Some(1),
        Some(2),
        None,
        Some(3),
        Some(1),
        Some(3),
        Some(7),
        Some(7),
        None,
        Some(2),
        Some(2),
    ];
    let names = |listed: &[&[u8]]| -> Vec<Vec<u8>> {
        listed
            .iter()
            .map(|name| {
                let version = name.iter().rev().find(|byte| byte.is_ascii_digit()).copied().unwrap_or(b'0');
                let size = if name.starts_with(b"B") { 7 } else { u32::from(version - b'0') };
                record(name, 25, size, 0, b"")
            })
            .collect()
    };
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, b"", &names(&[b"A.;3", b"A.;2", b"A.;1", b"B;4", b"C;1", b"C;2"]));
    let listed = ["- /A;3 3", "- /A;2 2", "- /A;1 1", "- /B 7", "- /C;1 1", "- /C;2 2"];
    assert_eq!(sizes(&image, &paths), (listed.map(String::from).to_vec(), want.to_vec()));
    // Not beside each other: alike in the list, and the numbers still count.
    let mut apart = Builder::new(30, 2048);
    apart.directory(ROOT, b"", &names(&[b"A;1", b"B;4", b"A;3"]));
    let found = sizes(&apart, &["/A", "/A;1", "/A;3", "/A;2"]).1;
    assert_eq!(found, [Some(3), Some(1), Some(3), None]);
    // Joliet, over the boundary of a sector.
    let utf16 = |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let mut joliet = Builder::new(40, 2048);
    joliet.volume(2, 1, b"%/E", 30, 4096);
    joliet.directory(30, b"", &[record(&utf16("ä;2"), 25, 2, 0, b"")]);
    joliet.put(31, &record(&utf16("ä;1"), 25, 1, 0, b""));
    let found = sizes(&joliet, &["/ä", "/ä;1", "/ä;2", "/ä;3"]);
    let listed = ["- /\\xc3\\xa4;2 2", "- /\\xc3\\xa4;1 1"].map(String::from).to_vec();
    assert_eq!(found, (listed, vec![Some(2), Some(1), Some(2), None]));
}

#[test]
fn the_version_number_of_a_directory_is_taken_off_and_found() {
    let mut image = Builder::new(30, 2048);
    let directory = |name: &[u8], block| record(name, block, 2048, DIRECTORY, b"");
    let file = |name: &[u8]| record(name, 25, 5, 0, b"");
    image.directory(
        ROOT,
        b"",
        &[directory(b"D;1", 21), directory(b"E", 22), directory(b"E;1", 23), directory(b"F;2", 24)],
    );
    for sector in 21..=24 {
        image.directory(sector, b"", &[file(b"IN;1")]);
    }
    let (names, found) = sizes(&image, &["/D/IN", "/D;1/IN;1", "/E/IN", "/E;1/IN", "/F;2/IN", "/D;2/IN"]);
    let directories: Vec<_> = names.iter().filter_map(|line| line.strip_prefix("d ")).collect();
    assert_eq!(directories, ["/D 2048", "/E 2048", "/E;1 2048", "/F;2 2048"]);
    assert_eq!(found, [Some(5), Some(5), Some(5), Some(5), Some(5), None]);
}

#[test]
fn a_name_that_cannot_be_read_is_not_called_missing() {
    let mut image = Builder::new(30, 4096);
    image.directory(ROOT, b"", &[record(b"A;1", 25, 5, 0, b""), vec![33, 0]]);
    let error = look_up(&Memory(&image.bytes), "/B", Follow::All).expect_err("a damaged directory");
    assert!(matches!(error, Error::Corrupt(_)), "{error}");
    assert!(look_up(&Memory(&image.bytes), "/A", Follow::All).is_ok());
}

#[test]
fn names_in_a_character_set_are_shown_and_found_as_utf8() {
    let gbk = b"\xb0\xb2\xd7\xb0";
    let link = entry(b"SL", &[&[0, 0, 4][..], gbk].concat());
    let file = |name: &[u8]| [nm(0, name), px(0o100_644, 1, None)].concat();
    let mut image = Builder::new(30, 2048);
    image.directory(
        ROOT,
        &root_use(),
        &[
            record(b"A", 21, 2048, DIRECTORY, &[nm(0, gbk), px(0o040_755, 2, None)].concat()),
            record(b"B;1", 25, 5, 0, &file(b"caf\xe9.txt")),
            record(b"L;1", 0, 0, 0, &[nm(0, b"l"), px(0o120_777, 1, None), link].concat()),
        ],
    );
    image.directory(21, b"", &[record(b"F;1", 25, 5, 0, &file(b"f"))]);
    let memory = Memory(&image.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let lines = |charset: Option<&str>| {
        let findings = Findings::default();
        let charset = charset.map(|label| label.parse().expect("a label"));
        let tree = Decoded::new(image.tree(), charset, &findings);
        let mut lines = Lines::default();
        walk(&tree, &tree.root().expect("a root"), b"", &mut lines).expect("lines take everything");
        let found = resolve(&tree, "/安装/f".as_bytes(), Follow::All).is_ok();
        let through = resolve(&tree, b"/l/f", Follow::All).is_ok();
        let first = findings.take().first().map(|finding| finding.deviation.clone());
        (lines.0, found, through, first.unwrap_or_default())
    };
    let shown = "\\xe5\\xae\\x89\\xe8\\xa3\\x85";
    let decoded = [
        format!("d /{shown} 2048"),
        format!("- /{shown}/f 5"),
        "- /caf\\xe9.txt 5".to_owned(),
        format!("l /l 0 -> {shown}"),
    ];
    let kept = "the name is not valid GBK; its bytes were kept";
    assert_eq!(lines(Some("gbk")), (decoded.to_vec(), true, true, kept.to_owned()));
    let (names, found, through, finding) = lines(None);
    assert_eq!((names[0].as_str(), found, through), ("d /\\xb0\\xb2\\xd7\\xb0 2048", false, true));
    assert_eq!(finding, "not UTF-8");
    let (names, ..) = lines(Some("latin1"));
    assert_eq!(names[2], "- /caf\\xc3\\xa9.txt 5");
}

#[test]
fn a_walk_starts_anywhere_and_passes_over_what_is_not_wanted() {
    struct Shallow(Lines);
    impl Visitor for Shallow {
        fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
            self.0.entry(path, entry)?;
            Ok(if path.ends_with(b"/b") { Descend::Past } else { Descend::Into })
        }
        fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
            self.0.failure(path, error)
        }
    }
    let bytes = rock_ridge().bytes;
    let memory = Memory(&bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let found = resolve(image.tree(), b"/a", Follow::All).expect("it is there");
    let mut visitor = Shallow(Lines::default());
    walk(image.tree(), &found.entry, &found.path, &mut visitor).expect("lines take everything");
    assert_eq!(visitor.0.0, ["d /a/b 2048", "l /a/rel 0 -> ../a/b/file"]);
}

#[test]
fn a_walk_ends_with_the_error_of_its_visitor() {
    struct Closed;
    impl Visitor for Closed {
        fn entry(&mut self, _: &[u8], _: &Entry) -> Result<Descend> {
            Err(Error::Usage("closed".into()))
        }
        fn failure(&mut self, _: &[u8], error: Error) -> Result<()> {
            Err(error)
        }
    }
    let bytes = rock_ridge().bytes;
    let memory = Memory(&bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let root = image.tree().root().expect("a root");
    assert_eq!(walk(image.tree(), &root, b"", &mut Closed).expect_err("it is closed").to_string(), "closed");
}
