//! A path that exists is that path, whatever characters it has.

use isokit_tests::{output, peer, ran};
use std::fs;
use std::path::Path;

/// `x.iso` in `folder`, with names that are patterns; whether the peer that makes it is here.
fn image(folder: &Path) -> bool {
    let tree = folder.join("tree");
    fs::create_dir_all(tree.join("usr/bin")).expect("room");
    for name in
        ["usr/bin/[", "usr/bin/b", "file[1].txt", "file1.txt", "{a,b}", "a", "b", "x\\*", "x*", "x1", "?"]
    {
        fs::write(tree.join(name), format!("{name}\n")).expect("room");
    }
    let Some(mut genisoimage) = peer("genisoimage") else { return false };
    genisoimage.args(["-quiet", "-R", "-o", "x.iso", "tree"]).current_dir(folder);
    assert!(output(&mut genisoimage).status.success());
    true
}

#[test]
fn what_exists_is_no_pattern() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !image(path) {
        return;
    }
    for (how, want) in [
        ("isocat x.iso 'file[1].txt'", "file[1].txt\n"),
        ("isocat x.iso /usr/bin/[ usr/bin/b", "usr/bin/[\nusr/bin/b\n"),
        ("isocat x.iso '{a,b}'", "{a,b}\n"),
        ("isocat x.iso '?'", "?\n"),
        (r"isocat x.iso 'x\*'", "x\\*\n"),
        // Nothing is written like these.
        ("isocat x.iso 'file[0-9].txt'", "file1.txt\n"),
        ("isocat x.iso '{b,a}'", "a\nb\n"),
        (r"isocat x.iso 'file\[1].txt'", "file[1].txt\n"),
        ("isocat x.iso '/usr/bin/[[]'", "usr/bin/[\n"),
        ("cat x.iso | isocat - 'file[1].txt' '/usr/bin/*'", "file[1].txt\nusr/bin/[\nusr/bin/b\n"),
        ("isocat --tar x.iso 'file[1].txt' | tar -t", "file[1].txt\n"),
        ("isols x.iso 'file[1].txt' /usr/bin/[ '?'", "/?\n/file[1].txt\n/usr/bin/[\n"),
        ("isols -R x.iso '{b,a}'", "/a\n/b\n"),
        (r"isols -R x.iso 'x\**'", "/x*\n"),
        ("isols --literal x.iso 'x*'", "/x*\n"),
        ("isocat --literal x.iso 'file1.txt' 'x*'", "file1.txt\nx*\n"),
    ] {
        assert_eq!(ran(path, how), (0, want.to_owned(), String::new()), "{how}");
    }
}

#[test]
fn what_is_neither_path_nor_pattern_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !image(path) {
        return;
    }
    for tool in ["isols", "isocat"] {
        let (status, listed, said) = ran(path, &format!("{tool} x.iso '/usr/[' /a '/z['"));
        assert_eq!((status, listed.lines().count()), (1, 1), "{tool}: {said}");
        let why = "no such file in the image, and not a valid pattern: unclosed character class; missing ']'";
        assert_eq!(said, format!("{tool}: x.iso: /usr/[: {why}\n{tool}: x.iso: /z[: {why}\n"));
        let (status, listed, said) = ran(path, &format!("{tool} --literal x.iso 'file[0-9].txt'"));
        assert_eq!((status, listed.as_str()), (1, ""), "{tool}");
        assert_eq!(said, format!("{tool}: x.iso: file[0-9].txt: no such file in the image\n"));
    }
}

#[test]
fn rules_of_building_match_what_is_written_like_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !image(path) {
        return;
    }
    for (options, gone) in [
        ("--exclude '/usr/bin/[[]'", "/usr/bin/["),
        (r"--exclude '/usr/bin/\['", "/usr/bin/["),
        ("--exclude '{a,b}'", "/{a,b}"),
        ("--exclude-leaf 'file[1].txt'", "/file[1].txt"),
        ("--hide 'file[1].txt'", "/file[1].txt"),
    ] {
        let (status, listed, said) = ran(path, &format!("isomk -q {options} tree | isols -R -"));
        assert_eq!((status, said.as_str()), (0, ""), "{options}");
        assert!(!listed.lines().any(|line| line == gone), "{options}: {listed}");
    }
    let (_, listed, _) = ran(path, "isomk -q --mode '{a,b}=0600' tree | isols -l - '/{a,b}'");
    assert!(listed.starts_with("-rw-------"), "{listed}");
    let (status, _, said) = ran(path, "isomk --exclude 'no[such' tree");
    assert_eq!(status, 2);
    assert!(
        said.contains("pattern \"no[such\": unclosed character class; missing ']'; \\ before a character"),
        "{said}"
    );
}
