//! Nothing that comes out of an image, a list or a command line is obeyed by a terminal.

use isokit_tests::{output, peer, shell};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Names that change a terminal's title and colours, turn text around, or are not text.
const NAMES: [&[u8]; 7] = [
    b"title\x1b]0;owned\x07",
    "c1\u{9b}31m".as_bytes(),
    b"del\x7f",
    "turned\u{202e}gpj.exe\u{2066}".as_bytes(),
    b"raw\xff\x9b31m",
    b"over\rwritten",
    b"two\nlines",
];

/// `x.iso` in `folder`, with these names in it and in its descriptor, and `list` of files that are not there; whether the
/// peers are here.
fn image(folder: &Path) -> bool {
    if peer("script").is_none() {
        return false;
    }
    let tree = folder.join("tree");
    fs::create_dir_all(&tree).expect("room");
    for name in NAMES {
        fs::write(tree.join(std::ffi::OsStr::from_bytes(name)), "x").expect("room");
    }
    std::os::unix::fs::symlink("\u{1b}[31mred", tree.join("link")).expect("a link");
    let Some(mut genisoimage) = peer("genisoimage") else { return false };
    genisoimage.args(["-quiet", "-R", "-V", "LABEL", "-o", "x.iso", "tree"]).current_dir(folder);
    assert!(output(&mut genisoimage).status.success());
    let image = folder.join("x.iso");
    let mut bytes = fs::read(&image).expect("there");
    bytes[0x8028..0x8030].copy_from_slice(b"\x1b[31m\x9bZZ");
    fs::write(&image, bytes).expect("room");
    let mut list = Vec::new();
    for name in NAMES {
        list.extend_from_slice(b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  ");
        list.extend_from_slice(name.split(|byte| *byte == b'\n').next().expect("a name"));
        list.push(b'\n');
    }
    fs::write(folder.join("list"), list).expect("room");
    true
}

/// What a terminal is sent by `how`.
fn on_terminal(folder: &Path, how: &str) -> Vec<u8> {
    fs::write(folder.join("how"), how).expect("room");
    shell(folder, "NO_COLOR=1 TERM=xterm script -qec 'bash how' /dev/null < /dev/null").stdout
}

/// Whether a terminal would obey something in `sent` but the ends of lines.
fn obeyed(sent: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(sent) else { return true };
    let text = text.replace("\r\n", "\n");
    let turns =
        |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
    text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\t' | '\0')) || turns(c))
}

#[test]
fn no_tool_sends_a_terminal_what_it_obeys() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !image(path) {
        return;
    }
    let evil = "$'\\e]0;x\\a\\u202e\\x9b\\n.iso'";
    for how in [
        "isols x.iso",
        "isols -l x.iso",
        "isols -1 x.iso",
        "isols -0 x.iso",
        "isols -R x.iso",
        "isols -lR x.iso",
        "isols --tree x.iso",
        "isols --json x.iso",
        "isols --extents x.iso",
        "isols --volume x.iso",
        "isols --volume --json x.iso",
        "isols --boot x.iso",
        "isols --sessions x.iso",
        "imgsum --files x.iso",
        "imgsum --files --tag x.iso",
        "imgsum --files -z x.iso",
        "imgsum --files --json x.iso",
        "imgsum --files x.iso > sums; imgsum -c sums",
        "imgsum --files x.iso > sums; imgsum --files -c sums x.iso",
        "imgsum -c --warn list",
        "isocat -v --tar x.iso > /dev/null",
        "isomk --map tree",
        "isomk -v --udf -o /dev/null tree",
        "imgconv -v x.iso > /dev/null",
    ] {
        let sent = on_terminal(path, how);
        assert!(sent.len() > 20, "{how}: {}", sent.escape_ascii());
        assert!(!obeyed(&sent), "{how}: {}", sent.escape_ascii());
    }
    for how in [
        "isols EVIL",
        "isocat EVIL /a",
        "imgsum EVIL",
        "imgsum -c EVIL",
        "imgsum --files EVIL",
        "imgconv EVIL",
        "isomk EVIL",
        "isomk -q -o EVIL/x tree",
        "isols x.iso EVIL",
        "isocat x.iso EVIL",
        "isocat x.iso EVIL'['",
        "isols --EVIL",
        "isols --names EVIL x.iso",
        "isocat --files-from EVIL x.iso",
        "gzip -c x.iso > EVIL; isols EVIL",
    ] {
        let sent = on_terminal(path, &how.replace("EVIL", evil));
        assert!(sent.len() > 20, "{how}: {}", sent.escape_ascii());
        assert!(!obeyed(&sent), "{how}: {}", sent.escape_ascii());
        assert_eq!(sent.iter().filter(|byte| **byte == b'\n').count(), 1, "{how}: {}", sent.escape_ascii());
    }
}

#[test]
fn pipes_get_the_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !image(path) {
        return;
    }
    let listed = shell(path, "isols -R -0 x.iso").stdout;
    let mut names: Vec<&[u8]> = listed.split(|byte| *byte == 0).filter_map(|path| path.get(1..)).collect();
    names.sort_unstable();
    let mut want = [&NAMES[..], &[b"link"]].concat();
    want.sort_unstable();
    assert_eq!(names, want);
    assert!(shell(path, "imgsum --files x.iso | (cd tree && sha256sum --quiet -c)").status.success());
}

/// What was escaped for the eye is a command still.
#[test]
fn a_command_that_is_proposed_can_be_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !image(path) {
        return;
    }
    let name = std::ffi::OsStr::from_bytes(b"a\x1b[31m b\xff.gz");
    fs::write(path.join("x.gz"), shell(path, "gzip -c x.iso").stdout).expect("room");
    fs::rename(path.join("x.gz"), path.join(name)).expect("there");
    let said = shell(path, "isols -R $'a\\e[31m b\\xff.gz'").stderr;
    let said = String::from_utf8(said).expect("text");
    let (_, command) = said.trim_end().split_once("try: ").expect("a proposal");
    assert_eq!(command, r"imgconv $'a\x1b[31m b\xff.gz' | isols -R -");
    assert_eq!(shell(path, command).stdout, shell(path, "isols -R x.iso").stdout);
}
