//! Lists that imgsum wrote, or a Windows program did, checked by imgsum.

use isokit_tests::{output, peer, shell, tool};
use std::fs;
use std::path::Path;

/// `x.iso` and `two.iso` in `folder`, with what stands behind their volumes; whether the peer that makes them is here.
fn images(folder: &Path) -> bool {
    let tree = folder.join("tree");
    fs::create_dir_all(tree.join("deep")).expect("room");
    for name in ["plain", "deep/two words", "new\nline", "back\\slash", "return\r", "-", "*star", " blank"] {
        fs::write(tree.join(name), name.repeat(700)).expect("room");
    }
    fs::write(tree.join("empty"), "").expect("room");
    std::os::unix::fs::symlink("deep", tree.join("link")).expect("a link");
    for (image, label) in [("x.iso", "ONE"), ("two.iso", "TWO")] {
        let Some(mut genisoimage) = peer("genisoimage") else { return false };
        genisoimage.args(["-quiet", "-R", "-V", label, "-o", image, "tree"]).current_dir(folder);
        assert!(output(&mut genisoimage).status.success());
    }
    // A disk whose only partition is an image.
    let bytes = fs::read(folder.join("x.iso")).expect("there");
    let blocks = u32::try_from(bytes.len() / 512).expect("small");
    let mut disk = vec![0; 512 * 64];
    disk[446..462].copy_from_slice(&[0, 0, 0, 0, 0x83, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0]);
    disk[458..462].copy_from_slice(&blocks.to_le_bytes());
    disk[510..512].copy_from_slice(&[0x55, 0xaa]);
    disk.extend_from_slice(&bytes);
    fs::write(folder.join("disk"), disk).expect("room");
    true
}

/// Runs `how` in `folder` and demands this status and exactly these lines on standard output.
fn expect(folder: &Path, how: &str, status: i32, lines: &str) -> String {
    let ran = shell(folder, how);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), lines, "{how}: {said}");
    assert_eq!(ran.status.code(), Some(status), "{how}: {said}");
    said
}

/// Changes the byte at `at` of `file`.
fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).expect("there");
    bytes[at] ^= 1;
    fs::write(file, bytes).expect("room");
}

#[test]
fn every_option_that_makes_lines_checks_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !images(path) {
        return;
    }
    for what in ["", "--volume", "--at 0", "--session 1", "--volume --at 0"] {
        for style in ["", "--tag", "-b", "-z", "-z --tag", "-a md5,sha256", "-a crc32 --untagged"] {
            let images = "x.iso two.iso";
            let made = shell(path, &format!("imgsum {what} {style} {images} > list"));
            assert_eq!(made.status.code(), Some(0), "{what} {style}");
            let twice = style.contains(',');
            let lines = ["x.iso: OK\n", "two.iso: OK\n"].map(|line| line.repeat(1 + usize::from(twice)));
            expect(path, &format!("imgsum {what} -c --strict list"), 0, &lines.concat());
        }
    }
    for (what, at) in [("--part 1", 32_768 + 40_000), ("--part mbr:1 --volume", 32_768 + 40_000)] {
        let made = shell(path, &format!("imgsum {what} disk > list"));
        assert_eq!(made.status.code(), Some(0), "{what}");
        expect(path, &format!("imgsum {what} -c list"), 0, "disk: OK\n");
        // What is before the partition does not count, what is in it does.
        flip(&path.join("disk"), 100);
        expect(path, &format!("imgsum {what} -c list"), 0, "disk: OK\n");
        expect(path, "imgsum -c list", 1, "disk: FAILED\n");
        flip(&path.join("disk"), at);
        expect(path, &format!("imgsum {what} -c list"), 1, "disk: FAILED\n");
        flip(&path.join("disk"), at);
        flip(&path.join("disk"), 100);
    }
}

#[test]
fn a_part_that_is_not_there_fails_its_line_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !images(path) {
        return;
    }
    assert!(shell(path, "imgsum --volume x.iso two.iso > list; cp x.iso sound").status.success());
    fs::write(path.join("x.iso"), vec![0; 100_000]).expect("room");
    let said = expect(path, "imgsum --volume -c list", 1, "x.iso: FAILED open or read\ntwo.iso: OK\n");
    assert!(said.starts_with("imgsum: x.iso: "), "{said}");
    fs::remove_file(path.join("x.iso")).expect("there");
    expect(path, "imgsum --volume -c list", 1, "x.iso: FAILED open or read\ntwo.iso: OK\n");
    expect(path, "imgsum --volume -c --ignore-missing list", 0, "two.iso: OK\n");
    // From standard input, once for all the algorithms of the list.
    assert!(shell(path, "imgsum --volume -a md5,sha1 < sound > list").status.success());
    assert!(shell(path, "cat sound two.iso > longer").status.success());
    expect(path, "cat longer | imgsum --volume -c list", 0, "-: OK\n-: OK\n");
    expect(path, "cat two.iso | imgsum --volume -c list", 1, "-: FAILED\n-: FAILED\n");
}

#[test]
fn the_files_of_an_image_are_checked_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !images(path) {
        return;
    }
    let names = [
        " blank",
        "*star",
        "./-",
        "back\\slash",
        "deep/two words",
        "empty",
        "new\nline",
        "plain",
        "return\r",
    ];
    let shown = |name: &str| if name == "new\nline" { "\\new\\nline".into() } else { name.to_owned() };
    let all: Vec<String> = names.iter().map(|name| format!("{}: OK\n", shown(name))).collect();
    for style in ["", "--tag", "-b", "-z", "-z --tag", "-a blake3"] {
        assert!(shell(path, &format!("imgsum --files {style} x.iso > list")).status.success());
        let algorithm = if style.starts_with("-a") { style } else { "" };
        for how in ["x.iso", "- < x.iso", "< x.iso"] {
            expect(path, &format!("imgsum --files {algorithm} --strict -c list {how}"), 0, &all.concat());
        }
        let piped = format!("dd if=x.iso bs=777 status=none | imgsum --files {algorithm} -c list");
        expect(path, &piped, 0, &all.concat());
        expect(path, &format!("cat list | imgsum --files {algorithm} -qc - x.iso"), 0, "");
    }
    // The same list is what the other programs check in the tree.
    assert!(shell(path, "imgsum --files x.iso > list && cd tree && sha256sum -c ../list").status.success());

    let extent = output(tool("isols").arg("--extents").arg(path.join("x.iso")).arg("/plain")).stdout;
    let extent = String::from_utf8(extent).expect("text");
    let at = extent.split('\t').next().and_then(|at| at.parse().ok()).expect("an offset");
    flip(&path.join("x.iso"), at);
    let changed = all.concat().replace("plain: OK", "plain: FAILED");
    let said = expect(path, "imgsum --files -c list x.iso", 1, &changed);
    assert_eq!(said, "imgsum: WARNING: 1 computed checksum did NOT match\n");
}

#[test]
fn names_of_a_list_are_looked_up_as_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !images(path) {
        return;
    }
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let list = |names: &[&str]| -> String { names.iter().map(|name| format!("{empty}  {name}\n")).collect() };
    fs::write(path.join("list"), list(&["./empty", "/empty", "deep/..//empty", "empty"])).expect("room");
    let ok = "./empty: OK\n/empty: OK\ndeep/..//empty: OK\nempty: OK\n";
    expect(path, "imgsum --files -c list x.iso", 0, ok);
    // By a symbolic link in the image.
    let digest = shell(path, "sha256sum < 'tree/deep/two words'").stdout;
    let digest = String::from_utf8_lossy(&digest).replace("  -", "  link/two words");
    fs::write(path.join("list"), digest).expect("room");
    expect(path, "imgsum --files -c list x.iso", 0, "link/two words: OK\n");

    fs::write(path.join("list"), list(&["gone", "deep", "empty"])).expect("room");
    let lines = "gone: FAILED open or read\ndeep: FAILED open or read\nempty: OK\n";
    let said = expect(path, "imgsum --files -c list x.iso", 1, lines);
    assert_eq!(
        said,
        "imgsum: x.iso: /gone: no such file in the image\nimgsum: x.iso: /deep: is a directory\n\
         imgsum: WARNING: 2 listed files could not be read\n"
    );
    fs::write(path.join("list"), list(&["gone", "empty"])).expect("room");
    expect(path, "imgsum --files --ignore-missing -c list x.iso", 0, "empty: OK\n");
    // Plain names, in whatever case and with whatever version they are written.
    fs::write(path.join("list"), list(&["EMPTY.;1", "empty"])).expect("room");
    expect(path, "imgsum --files --names iso -c list x.iso", 0, "EMPTY.;1: OK\nempty: OK\n");
}

#[test]
fn a_list_and_an_image_are_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("list"), "junk\n").expect("room");
    for (how, sentence) in [
        ("imgsum --files -c", "imgsum: --files --check takes a list and an image\n"),
        ("imgsum --files -c a b c", "imgsum: --files --check takes a list and an image\n"),
        ("imgsum --files -c -", "imgsum: standard input cannot be both the list and the image\n"),
    ] {
        assert_eq!(expect(path, how, 2, ""), sentence);
    }
    let said = expect(path, "imgsum --files -c list x.iso", 1, "");
    assert_eq!(said, "imgsum: list: no properly formatted checksum lines found\n");
}

#[test]
fn lists_of_windows_programs_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("a"), "").expect("room");
    fs::write(path.join("b"), "b").expect("room");
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let mark = "\u{feff}";
    for list in [
        format!("{mark}{empty}  a\r\n"),
        format!("{mark}\r\n\r\n{mark}SHA256 (a) = {}\r\n", empty.to_uppercase()),
        format!("{mark}# made elsewhere\r\n{mark}{empty} *a"),
        format!("{mark}\\{empty}  a\n"),
    ] {
        fs::write(path.join("list"), &list).expect("room");
        assert_eq!(expect(path, "imgsum --strict -c list", 0, "a: OK\n"), "", "{list:?}");
    }
    // What the mark stood before was not checked, and all was well.
    fs::write(path.join("list"), format!("{mark}{empty}  b\n{empty}  a\n")).expect("room");
    expect(path, "imgsum -c list", 1, "b: FAILED\na: OK\n");

    let text = format!("\u{feff}{empty}  a\r\n");
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let list: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
        for list in [&list[..], &list[2..]] {
            fs::write(path.join("list"), list).expect("room");
            let said = expect(path, "imgsum -c list", 1, "");
            assert_eq!(said, "imgsum: list: UTF-16 text, not a list; convert it to UTF-8 with iconv(1)\n");
        }
    }
}

#[test]
fn nul_ends_lines_where_it_is_the_last_byte_or_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    for name in ["a", "new\nline", "back\\slash", "return\r"] {
        fs::write(path.join(name), name).expect("room");
    }
    assert!(shell(path, "imgsum -z a *line back* return* > list").status.success());
    for how in ["imgsum -c list", "imgsum -z -c list", "imgsum -c < list", "imgsum -0c --strict list"] {
        let lines = "a: OK\n\\new\\nline: OK\nback\\slash: OK\nreturn\r: OK\n";
        assert_eq!(expect(path, how, 0, lines), "");
    }
    // Without the last byte only the option tells.
    assert!(shell(path, "head -c -1 list > cut").status.success());
    expect(path, "imgsum -z -c cut", 0, "a: OK\n\\new\\nline: OK\nback\\slash: OK\nreturn\r: OK\n");
    // Zeros behind a list of lines are not their ends.
    assert!(shell(path, "{ imgsum a; printf '\\0\\0\\0'; } > padded").status.success());
    expect(path, "imgsum -c padded", 0, "a: OK\n");
    expect(path, "imgsum -z -c padded", 1, "\\a\\n: FAILED open or read\n");
    // The digest of a name that looks escaped is that of the name as it stands.
    fs::write(path.join("list"), shell(path, "imgsum -z back*").stdout).expect("room");
    fs::write(path.join("back\\slash"), "other").expect("room");
    expect(path, "imgsum -c list", 1, "back\\slash: FAILED\n");
}
