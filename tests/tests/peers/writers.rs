//! Images that xorriso and genisoimage make here and now, with what few images of the corpus have: zisofs in both
//! versions, ACLs and extended attributes, relocated directories, several sessions.

use isokit_core::iso9660::{Image, Options, SessionChoice};
use isokit_core::source::{File, Source};
use isokit_core::tree::content::Content;
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::tree::{Attribute, Coding, Entry};
use std::path::Path;

fn source(path: &Path) -> File {
    File::new(std::fs::File::open(path).expect("the image was just made")).expect("a regular file")
}

fn find(source: &dyn Source, path: &str) -> Entry {
    let image = Image::open(source, &Options::default()).expect("the image opens");
    resolve(image.tree(), path.as_bytes(), Follow::OnTheWay).expect("the path is there").entry
}

fn bytes(source: &dyn Source, entry: &Entry, range: std::ops::Range<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut content = Content::open(source, entry).expect("the content opens");
    content
        .copy(range, &mut |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })
        .expect("the content is read");
    bytes
}

/// Runs `peer` in `folder`; `None` where it is not installed.
fn run(folder: &Path, peer: &str, arguments: &[&str]) -> Option<()> {
    let mut command = isokit_tests::peer(peer)?;
    let done = isokit_tests::output(command.args(arguments).current_dir(folder));
    assert!(done.status.success(), "{peer} {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Some(())
}

/// Text that compresses, with a hole of several blocks in it.
fn text() -> Vec<u8> {
    let mut text: Vec<u8> = (0..30_000).flat_map(|line| format!("line {line}\n").into_bytes()).collect();
    text.resize(text.len() + 400_000, 0);
    text.extend(b"the end");
    text
}

#[test]
fn zisofs_of_both_versions_is_decoded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = text();
    std::fs::create_dir(folder.path().join("tree")).expect("room");
    std::fs::write(folder.path().join("tree/text"), &text).expect("room");
    for (image, version, options) in [
        ("v1.iso", 1, "level=6:block_size=64k:version_2=off"),
        ("v2.iso", 2, "level=6:block_size_v2=128k:version_2=on"),
        ("susp.iso", 2, "level=6:block_size_v2=1m:version_2=on:susp_z2=on"),
    ] {
        let arguments = [
            "-outdev",
            image,
            "-zisofs",
            options,
            "-map",
            "tree",
            "/",
            "-set_filter_r",
            "--zisofs",
            "/",
            "--",
        ];
        if run(folder.path(), "xorriso", &arguments).is_none() {
            return;
        }
        let source = source(&folder.path().join(image));
        let entry = find(&source, "/text");
        assert!(
            matches!(entry.coding, Coding::Zisofs { version: found, .. } if found == version),
            "{image}: {entry:?}"
        );
        assert_eq!(usize::try_from(entry.size), Ok(text.len()), "{image}");
        assert!(bytes(&source, &entry, 0..u64::MAX) == text, "{image}: the content differs");
        assert_eq!(bytes(&source, &entry, 65_530..131_080), text[65_530..131_080], "{image}");
        assert_eq!(bytes(&source, &entry, entry.size - 7..u64::MAX), b"the end", "{image}");
    }
}

#[test]
fn attributes_and_lists_are_what_xorriso_was_given() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(folder.path().join("tree/directory")).expect("room");
    std::fs::write(folder.path().join("tree/file"), "x").expect("room");
    let long = "v".repeat(1500);
    let acl = "u::rw-,u:123:rw-,g::r--,g:65534:rw-,m::rw-,o::r--";
    let arguments = [
        "-xattr",
        "user",
        "-acl",
        "on",
        "-outdev",
        "a.iso",
        "-map",
        "tree",
        "/",
        "-setfattr",
        "user.short",
        "a value",
        "/file",
        "--",
        "-setfattr",
        "user.long",
        &long,
        "/file",
        "--",
        "-setfacl",
        acl,
        "/file",
        "--",
        "-setfacl",
        "u::rwx,g::r-x,o::r-x,d:u::rwx,d:g::r-x,d:m::rwx,d:o::r-x,d:u:7:rwx",
        "/directory",
        "--",
    ];
    if run(folder.path(), "xorriso", &arguments).is_none() {
        return;
    }
    let source = source(&folder.path().join("a.iso"));
    let value = |entry: &Entry, name: &str| {
        let found = entry.attributes.iter().find(|Attribute { name: found, .. }| found == name.as_bytes());
        found.map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned())
    };
    let file = find(&source, "/file");
    assert_eq!(value(&file, "user.short").as_deref(), Some("a value"));
    assert_eq!(value(&file, "user.long"), Some(long));
    let mut lines: Vec<_> =
        value(&file, "system.posix_acl_access").expect("an ACL").lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(
        lines,
        ["group:65534:rw-", "group::r--", "mask::rw-", "other::r--", "user:123:rw-", "user::rw-"]
    );
    let directory = find(&source, "/directory");
    let default = value(&directory, "system.posix_acl_default").expect("a default ACL");
    assert!(default.contains("user:7:rwx\n") && default.contains("mask::rwx\n"), "{default}");
}

#[test]
fn sessions_are_those_that_xorriso_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["one", "two", "three"] {
        std::fs::create_dir(folder.path().join(name)).expect("room");
        std::fs::write(folder.path().join(name).join(name), name).expect("room");
    }
    let arguments = [
        "-outdev", "m.iso", "-volid", "S1", "-map", "one", "/", "-commit", "-volid", "S2", "-map", "two",
        "/", "-commit", "-volid", "S3", "-map", "three", "/", "-commit", "-end",
    ];
    if run(folder.path(), "xorriso", &arguments).is_none() {
        return;
    }
    let toc = isokit_tests::output(
        std::process::Command::new("xorriso").args(["-indev", "m.iso", "-toc"]).current_dir(folder.path()),
    );
    let toc = String::from_utf8_lossy(&toc.stdout).into_owned();
    let theirs: Vec<(u64, u64, String)> = toc
        .lines()
        .filter_map(|line| line.strip_prefix("ISO session"))
        .filter_map(|line| {
            let fields: Vec<&str> = line.trim_start_matches([' ', ':']).split(',').map(str::trim).collect();
            let [_, start, size, name] = fields[..] else { return None };
            Some((start.parse().ok()?, size.trim_end_matches('s').parse().ok()?, name.to_owned()))
        })
        .collect();
    let source = source(&folder.path().join("m.iso"));
    let image = Image::open(&source, &Options::default()).expect("the image opens");
    let ours: Vec<(u64, u64, String)> = image
        .sessions()
        .iter()
        .map(|session| {
            let name = String::from_utf8_lossy(&session.volume_identifier).into_owned();
            (session.start, session.size / 2048, name)
        })
        .collect();
    assert_eq!(ours.len(), 3, "{toc}");
    assert_eq!(ours, theirs);
    assert_eq!(bytes(&source, &find(&source, "/three"), 0..9), b"three", "the newest session is shown");
    for (session, name, there) in
        [(1, "/one", true), (1, "/two", false), (2, "/two", true), (3, "/three", true)]
    {
        let options = Options { session: Some(SessionChoice::Number(session)), ..Options::default() };
        let image = Image::open(&source, &options).expect("the session opens");
        assert_eq!(
            resolve(image.tree(), name.as_bytes(), Follow::All).is_ok(),
            there,
            "{name} in session {session}"
        );
    }
    let absent = Options { session: Some(SessionChoice::Number(4)), ..Options::default() };
    let error = Image::open(&source, &absent).expect_err("there is no fourth");
    assert_eq!(error.to_string(), "session 4: the image has no such session");
}

#[test]
fn sessions_that_genisoimage_appends_are_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["one", "two"] {
        std::fs::create_dir(folder.path().join(name)).expect("room");
        std::fs::write(folder.path().join(name).join(name), name).expect("room");
    }
    if run(folder.path(), "genisoimage", &["-quiet", "-R", "-V", "G1", "-o", "first.iso", "one"]).is_none() {
        return;
    }
    let path = folder.path().join("first.iso");
    let mut both = std::fs::read(&path).expect("it was just made");
    both.resize(both.len().next_multiple_of(32 * 2048), 0);
    let next = format!("0,{}", both.len() / 2048);
    run(
        folder.path(),
        "genisoimage",
        &["-quiet", "-R", "-V", "G2", "-C", &next, "-M", "first.iso", "-o", "next.iso", "two"],
    );
    both.extend(std::fs::read(folder.path().join("next.iso")).expect("it was just made"));
    std::fs::write(&path, &both).expect("room");
    let source = source(&path);
    let image = Image::open(&source, &Options::default()).expect("the image opens");
    let names: Vec<_> = image.sessions().iter().map(|session| session.volume_identifier.clone()).collect();
    assert_eq!(names, [b"G1".to_vec(), b"G2".to_vec()]);
    assert_eq!(bytes(&source, &find(&source, "/one"), 0..9), b"one", "taken over from the first session");
    assert_eq!(bytes(&source, &find(&source, "/two"), 0..9), b"two");
    // An image that is merely appended to another has addresses of its own: it is no session.
    let alone = both[..next[2..].parse::<usize>().expect("a number") * 2048].to_vec();
    std::fs::write(&path, [alone.clone(), alone].concat()).expect("room");
    let image = Image::open(&source, &Options::default()).expect("the image opens");
    assert_eq!(image.sessions().len(), 1);
}

#[test]
fn relocated_directories_are_shown_where_they_were() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let deep = "tree/1/2/3/4/5/6/7/8/9/10";
    std::fs::create_dir_all(folder.path().join(deep)).expect("room");
    std::fs::write(folder.path().join(deep).join("file"), "deep").expect("room");
    for (peer, arguments) in [
        ("genisoimage", &["-quiet", "-R", "-o", "g.iso", "tree"][..]),
        ("xorriso", &["-as", "mkisofs", "-quiet", "-R", "-rr_reloc_dir", "rr_moved", "-o", "x.iso", "tree"]),
        ("xorriso", &["-as", "mkisofs", "-quiet", "-R", "-rr_reloc_dir", "elsewhere", "-o", "e.iso", "tree"]),
    ] {
        if run(folder.path(), peer, arguments).is_none() {
            continue;
        }
        let source = source(&folder.path().join(arguments[arguments.len() - 2]));
        assert_eq!(
            bytes(&source, &find(&source, "/1/2/3/4/5/6/7/8/9/10/file"), 0..9),
            b"deep",
            "{arguments:?}"
        );
        let image = Image::open(&source, &Options::default()).expect("the image opens");
        for container in ["/rr_moved", "/elsewhere"] {
            assert!(
                resolve(image.tree(), container.as_bytes(), Follow::All).is_err(),
                "{arguments:?}: {container}"
            );
        }
    }
}
