//! Tar archives: as files and as streams, by every archiver there is, and by liars.

use isokit_tests::archive::{archive, member};
use isokit_tests::{Listing, Workshop, peer};

const TREE: &str =
    "mkdir -p tree/sub/empty; echo a > tree/a; ln tree/a tree/sub/hard; ln -s ../a tree/sub/soft
    head -c 300000 /dev/urandom > tree/big; : > tree/none; mkfifo tree/fifo; chmod 640 tree/big
    echo long > tree/sub/$(printf 'n%.0s' $(seq 1 99)); chmod 4711 tree/a
    mkdir -p tree/$(printf 'd%.0s' $(seq 1 90))/$(printf 'e%.0s' $(seq 1 90)); echo u > tree/ünï
    find tree -exec touch -h -d 2001-02-03T04:05:06Z {} +";

/// Without the times of directories on the way, which not every archive has.
fn facts(listing: Option<Listing>) -> Option<Listing> {
    listing.map(|mut listing| {
        listing.remove(".");
        listing
    })
}

#[test]
fn an_archive_gives_the_image_its_tree_would() {
    let workshop = Workshop::new(TREE);
    workshop.image(&["tree"]);
    let direct = facts(workshop.listing("image.iso"));
    for (archiver, command) in [
        ("tar", "tar --format=gnu -c -C tree . > tree.tar"),
        ("tar", "tar --format=posix -c -C tree . > tree.tar"),
        ("tar", "tar --format=ustar -c -C tree . > tree.tar"),
        ("bsdtar", "bsdtar --format=pax -c -C tree . > tree.tar"),
        ("bsdtar", "bsdtar --format=ustar -c -C tree . > tree.tar"),
        ("bsdtar", "bsdtar --format=gnutar -c -C tree . > tree.tar"),
        (
            "python3",
            "cd tree && python3 -c 'import tarfile; t = tarfile.open(\"../tree.tar\", \"w\"); t.add(\".\"); t.close()'",
        ),
    ] {
        if peer(archiver).is_none() {
            continue;
        }
        workshop.shell(command);
        for make in [
            "isomk -o image.iso @tree.tar",
            "isomk - < tree.tar > image.iso",
            "cat tree.tar | isomk -o image.iso -",
        ] {
            workshop.shell(make);
            let listing = facts(workshop.listing("image.iso"));
            assert_eq!(listing, direct, "{command}; {make}");
            if let Some(content) = workshop.content("image.iso", "/big") {
                assert!(content == workshop.read("tree/big"), "{command}; {make}");
            }
        }
    }
}

#[test]
fn an_archive_can_be_put_below_a_target_and_beside_other_sources() {
    let workshop = Workshop::new(
        "mkdir a b; echo 1 > a/x; ln a/x a/y; echo 2 > b/z; tar -cf a.tar -C a .; tar -cf b.tar -C b .",
    );
    workshop.image(&["in/a=@a.tar", "@b.tar", "plain=a.tar", "b"]);
    if let Some(found) = workshop.paths("image.iso") {
        assert_eq!(found, "/in\n/in/a\n/in/a/x\n/in/a/y\n/plain\n/z");
    }
    if let Some(content) = workshop.content("image.iso", "/in/a/y") {
        assert_eq!(content, b"1\n");
    }
    workshop.image(&["--exclude", "in/a/x", "in/a=@a.tar"]);
    if let Some(content) = workshop.content("image.iso", "/in/a/y") {
        assert_eq!(content, b"1\n", "a hard link outlives the name it was made to");
    }
}

#[test]
fn attributes_in_pax_records_come_along_when_asked() {
    let script = "import tarfile, io
t = tarfile.open('x.tar', 'w', format=tarfile.PAX_FORMAT)
i = tarfile.TarInfo('f'); i.size = 2; i.mtime = 1.5
i.pax_headers = {'SCHILY.xattr.user.colour': 'green', 'SCHILY.acl.access': 'user::rw-,user:lisa:r--:1234,group::r--,mask::r--,other::r--'}
t.addfile(i, io.BytesIO(b'x\\n')); t.close()";
    if peer("python3").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!("cat > make.py <<'X'\n{script}\nX\npython3 make.py"));
    workshop.image(&["--xattr", "@x.tar"]);
    let Some(mut xorriso) = peer("xorriso") else { return };
    let found = isokit_tests::output(
        xorriso
            .args([
                "-acl",
                "on",
                "-xattr",
                "on",
                "-indev",
                "image.iso",
                "-getfattr",
                "/f",
                "--",
                "-getfacl",
                "/f",
                "--",
            ])
            .current_dir(workshop.path("")),
    );
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(text.contains("user.colour=\"green\"") && text.contains("user:1234:r--"), "{text}");
}

#[test]
fn a_hostile_member_leads_nowhere() {
    let workshop = Workshop::new("");
    let bytes = archive(&[
        member("good", b'0', "", b"good"),
        member("../evil", b'0', "", b"evil"),
        member("a/../../evil", b'0', "", b"evil"),
        member("/etc/absolute", b'0', "", b"kept"),
        member("out", b'2', "/etc", b""),
        member("out/passwd", b'0', "", b"evil"),
        member("hard", b'1', "/etc/passwd", b""),
        member("strange", b'Q', "", b"strange"),
        member("rights", b'A', "", b"user::rwx"),
        member("good/below", b'0', "", b"evil"),
        member("./", b'0', "", b""),
    ]);
    let made = workshop.isomk(&["-o", "image.iso", "-"]).write_stdin(bytes).assert().code(1);
    let said = String::from_utf8_lossy(&made.get_output().stderr).into_owned();
    let refused: Vec<&str> =
        said.lines().filter_map(|line| line.strip_prefix("isomk: standard input: ")).collect();
    assert_eq!(
        refused,
        [
            "../evil: its path contains ..; omitted",
            "a/../../evil: its path contains ..; omitted",
            "out/passwd: lies below something that is not a directory; omitted",
            "hard: is a hard link to a file that is not earlier in the archive; omitted",
            "strange: warning: is of the unknown type 'Q'; recorded as a regular file",
            "rights: is an access control list; omitted",
            "good/below: lies below something that is not a directory; omitted",
        ]
    );
    if let Some(found) = workshop.paths("image.iso") {
        assert_eq!(found, "/etc\n/etc/absolute\n/good\n/out\n/strange");
    }
}

#[test]
fn what_is_no_whole_archive_makes_no_image() {
    let workshop = Workshop::new(
        "head -c 10000 /dev/urandom > x; tar -cf x.tar x; head -c 5000 x.tar > short.tar
        : > empty; gzip -k x.tar",
    );
    workshop.refuses(&["@x"], "isomk: x: neither a tar archive nor an image\n");
    workshop.shell("sed 's/ustar/USTAR/' x.tar > other; sed '1s/^x/y/' x.tar > damaged; seq 1 500 > text");
    workshop.refuses(&["@damaged"], "isomk: damaged: byte 0x0: tar header: checksum is ");
    workshop.refuses(&["@other"], "isomk: other: neither a tar archive nor an image\n");
    workshop.refuses(&["@text"], "isomk: text: a text file, not a tar archive or an image\n");
    workshop.refuses(&["@empty"], "isomk: empty: empty, not a tar archive or an image\n");
    workshop.refuses(&["@short.tar"], "isomk: short.tar: byte 0x1388: tar archive: truncated: ");
    workshop.refuses(
        &["@x.tar.gz"],
        "isomk: x.tar.gz: gzip data, not a tar archive or an image; try: imgconv x.tar.gz | isomk -",
    );
    workshop.refuses(&["@."], "isomk: .: is a directory, not a tar archive or an image");
    workshop.refuses(&["@none"], "isomk: none: open: No such file or directory");
    let ended =
        workshop.isomk(&["-o", "refused.iso", "-"]).write_stdin(workshop.read("short.tar")).assert().code(2);
    let said = String::from_utf8_lossy(&ended.get_output().stderr).into_owned();
    assert!(said.starts_with("isomk: standard input: byte 0x1388: tar archive: truncated: "), "{said}");
    assert!(!workshop.path("refused.iso").exists());
}

#[test]
fn zeros_are_an_archive_only_to_their_end() {
    let workshop = Workshop::new(
        "head -c 10240 /dev/zero > empty.tar; { head -c 70000 /dev/zero; echo x; } > x; mkdir tree",
    );
    let sentence = "x: not a tar archive: begins with zeros, and byte 0x11170 is none";
    workshop.refuses(&["@x"], &format!("isomk: {sentence}"));
    for make in ["isomk - < x", "cat x | isomk -"] {
        let ended = workshop.tries(make);
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(2), 0), "{make}");
        assert_eq!(said, format!("isomk: {}\n", sentence.replace("x:", "standard input:")), "{make}");
    }
    workshop.image(&["@empty.tar"]);
    workshop.shell("cat empty.tar | isomk - | cmp - image.iso; isomk -o from.iso tree");
}

#[test]
fn what_follows_the_end_of_an_archive_is_said_and_so_is_a_missing_end() {
    let workshop = Workshop::new("");
    let one = |name| member(name, b'0', "", b"1");
    let said = |bytes: Vec<u8>, status| {
        let made = workshop.isomk(&["-o", "image.iso", "-"]).write_stdin(bytes).assert().code(status);
        String::from_utf8_lossy(&made.get_output().stderr).into_owned()
    };
    let two = [archive(&[one("a")]), archive(&[one("b")])].concat();
    let sentence = "isomk: standard input: byte 0x800: data after the end of the archive is ignored\n";
    assert_eq!(said(two, 1), sentence);
    let lone = [one("a"), vec![0; 512], one("b")].concat();
    assert_eq!(said(lone, 1), sentence.replace("0x800", "0x600"));
    assert_eq!(
        said(one("a"), 1),
        "isomk: standard input: byte 0x400: ends without the zeros that end an archive; it may be truncated\n"
    );
    assert_eq!(said([one("a"), vec![0; 512]].concat(), 0), "", "one block of zeros is an end");
    assert_eq!(said([archive(&[one("a")]), vec![0; 77]].concat(), 0), "");
}

#[test]
fn one_byte_at_a_time_is_an_archive_too() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a; seq 1 3000 > tree/b; tar -cf x.tar -C tree .");
    workshop.shell("isomk - < x.tar > whole.iso; dd if=x.tar bs=7 status=none | isomk - > pieces.iso");
    assert!(workshop.read("whole.iso") == workshop.read("pieces.iso"));
}

/// 254 characters of two bytes are a name in UDF; with Rock Ridge in the image such a member is left out, and that is said.
#[test]
fn names_of_over_255_bytes_are_for_images_without_rock_ridge() {
    let workshop = Workshop::new(
        "mkdir tree; echo 1 > tree/a; tar -C tree --transform \"s/^a\\$/$(printf 'é%.0s' $(seq 254))/\" -cf x.tar a
         tar -C tree --transform \"s/^a\\$/$(printf 'n%.0s' $(seq 509))/\" -cf longer.tar a",
    );
    let said = |arguments: &str| {
        let made = workshop.tries(&format!("isomk -o x.img {arguments}"));
        (made.status.code(), String::from_utf8_lossy(&made.stderr).into_owned())
    };
    for arguments in ["--format udf --strict-names @x.tar", "--udf --no-rr --no-joliet @x.tar"] {
        assert_eq!(said(arguments), (Some(0), String::new()), "{arguments}");
        let name: Vec<u8> = [8].into_iter().chain([0xE9; 254]).collect();
        assert!(workshop.read("x.img").windows(255).any(|bytes| bytes == name), "{arguments}");
    }
    for arguments in ["@x.tar", "--udf @x.tar"] {
        let (status, sentence) = said(arguments);
        let end = "its name is longer than 255 bytes, the most that Rock Ridge allows; omitted\n";
        assert!(status == Some(1) && sentence.ends_with(end), "{arguments}: {status:?} {sentence}");
    }
    let (status, sentence) = said("--format udf @longer.tar");
    let end = "its name is longer than any tree allows; omitted\n";
    assert!(status == Some(1) && sentence.ends_with(end), "{status:?} {sentence}");
}

/// What isomk says of an archive with `-v`, its status, and what is in the image: the same from a pipe and from a file.
fn of_archive(bytes: &[u8], arguments: &[&str]) -> (i32, String, Option<String>) {
    let workshop = Workshop::new("");
    std::fs::write(workshop.path("x.tar"), bytes).expect("room");
    let piped = workshop.tries(&format!("cat x.tar | isomk -v -o piped.iso - {}", arguments.join(" ")));
    let made = workshop.tries(&format!("isomk -v -o image.iso @x.tar {}", arguments.join(" ")));
    let said = String::from_utf8_lossy(&made.stderr).replace("isomk: x.tar: ", "");
    assert_eq!(String::from_utf8_lossy(&piped.stderr).replace("isomk: standard input: ", ""), said);
    assert_eq!(piped.status.code(), made.status.code());
    assert!(workshop.read("piped.iso") == workshop.read("image.iso"));
    let listing = isokit_tests::peer("bsdtar").map(|_| {
        let find = "find out -mindepth 1 '(' -type f -printf '%P file %s\\n' -o -type l -printf '%P link %l\\n' -o -printf '%P dir\\n' ')'";
        let found = workshop.shell(&format!("mkdir out; bsdtar -xf image.iso -C out; {find} | LC_ALL=C sort"));
        found.lines().collect::<Vec<_>>().join(", ")
    });
    (made.status.code().expect("it was not killed"), said, listing)
}

#[track_caller]
fn archive_gives(members: &[Vec<u8>], arguments: &[&str], status: i32, sentence: &str, listing: &str) {
    let (ended, said, found) = of_archive(&archive(members), arguments);
    assert_eq!((ended, said.as_str()), (status, sentence));
    assert_eq!(found.unwrap_or(listing.to_owned()), listing);
}

/// A header that repeats a size without having content.
fn only_sized(name: &str, kind: u8, link: &str, size: usize) -> Vec<u8> {
    let mut whole = member(name, kind, link, &vec![0; size]);
    whole.truncate(512);
    whole
}

#[test]
fn a_hard_link_may_repeat_its_size_or_have_the_content() {
    let file = |name| member(name, b'0', "", b"one\n");
    let all = "a file 4, b file 4, c file 4";
    archive_gives(&[file("a"), only_sized("b", b'1', "a", 4), file("c")], &[], 0, "", all);
    archive_gives(&[file("a"), only_sized("b", b'1', "a", 4)], &[], 0, "", "a file 4, b file 4");
    archive_gives(&[file("a"), member("b", b'1', "a", b"one\n"), file("c")], &[], 0, "", all);
    // All names of the file have the content that came last.
    let longer = member("b", b'1', "a", &[b'x'; 700]);
    archive_gives(&[file("a"), longer, file("c")], &[], 0, "", "a file 700, b file 700, c file 4");
    // A record of its own marks a link that has content, even if that is a header.
    let inner = file("inner");
    let extended = member("x", b'x', "", b"13 comment=x\n");
    archive_gives(
        &[file("a"), extended, member("b", b'1', "a", &inner)],
        &[],
        0,
        "",
        "a file 1024, b file 1024",
    );
    let orphan = "b: warning: is a hard link to a file that is not earlier in the archive; recorded as a separate file\n";
    archive_gives(&[member("b", b'1', "a", b"two"), file("c")], &[], 0, orphan, "b file 3, c file 4");
    // The content of a link to a symbolic link is nobody's.
    let link = [member("s", b'2', "c", b""), member("t", b'1', "s", b"junk"), file("c")];
    archive_gives(&link, &[], 0, "", "c file 4, s link c, t link c");
    archive_gives(
        &[member("d/", b'5', "", b""), member("e", b'1', "d", b""), file("c")],
        &[],
        1,
        "e: is a hard link to a directory; omitted\n",
        "c file 4, d dir",
    );
    let note = "a: note: replaces an earlier file\n";
    archive_gives(&[file("a"), member("a", b'1', "a", b"")], &[], 0, note, "a file 4");
}

#[test]
fn a_later_member_of_another_kind_has_the_name() {
    let (file, folder) = (|name| member(name, b'0', "", b"one\n"), |name| member(name, b'5', "", b""));
    let as_directory = "x/: note: replaces an earlier file, as a directory\n";
    archive_gives(&[file("x"), folder("x/"), file("x/y")], &[], 0, as_directory, "x dir, x/y file 4");
    let as_file = "x: note: takes the place of an earlier, empty directory\n";
    archive_gives(&[folder("x/"), file("x")], &[], 0, as_file, "x file 4");
    archive_gives(&[folder("x/"), member("x", b'2', "y", b"")], &[], 0, as_file, "x link y");
    let link = "x: note: replaces an earlier file\n";
    archive_gives(&[file("x"), member("x", b'2', "y", b"")], &[], 0, link, "x link y");
    let kept = "x: would replace a directory that is not empty; omitted\n";
    archive_gives(
        &[folder("x/"), file("x/y"), member("x", b'2', "z", b"")],
        &[],
        1,
        kept,
        "x dir, x/y file 4",
    );
    archive_gives(&[file("x/y"), file("x"), file("z")], &[], 1, kept, "x dir, x/y file 4, z file 4");
    // A hard link to what was replaced keeps it.
    let members = [file("x"), member("l", b'1', "x", b""), folder("x/"), file("x/y")];
    archive_gives(&members, &[], 0, as_directory, "l file 4, x dir, x/y file 4");
    // What GNU tar writes of a directory in an incremental dump: its names.
    archive_gives(&[member("d/", b'D', "", b"Yf\0\0"), file("d/f")], &[], 0, "", "d dir, d/f file 4");
}

#[test]
fn components_are_stripped_as_by_tar() {
    let file = |name| member(name, b'0', "", b"one\n");
    let members = [
        member("./", b'5', "", b""),
        member("top/", b'5', "", b""),
        file("top/a"),
        file("/top//sub/b"),
        member("top/hard", b'1', "top/a", b""),
        member("top/soft", b'2', "top/a", b""),
        file("alone"),
    ];
    archive_gives(
        &members,
        &["--strip-components", "1"],
        0,
        "",
        "a file 4, hard file 4, soft link top/a, sub dir, sub/b file 4",
    );
    archive_gives(&members, &["--strip-components=2"], 0, "", "b file 4");
    let nothing = "no member has a path of more than 9 components; nothing is added\n";
    archive_gives(&members, &["--strip-components", "9"], 1, nothing, "");
    let workshop =
        Workshop::new("mkdir -p t/top/sub; echo a > t/top/a; echo b > t/top/sub/b; ln t/top/a t/top/hard");
    for (strip, folder) in [(1, "t"), (2, "t"), (2, "."), (3, ".")] {
        let script = format!(
            "rm -rf out; mkdir out; tar -C {folder} -cf x.tar .; tar -C out --strip-components={strip} -xf x.tar
            isomk --strip-components {strip} --mtime @5 --date @5 --mode 755 -o one.iso @x.tar
            isomk --mtime @5 --date @5 --mode 755 -o two.iso out; cmp one.iso two.iso"
        );
        workshop.shell(&script);
    }
}
