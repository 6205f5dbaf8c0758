//! What is taken in, and what is not.

use isokit_tests::Workshop;

const TREE: &str = "mkdir -p tree/sub tree/build; echo a > tree/a.c; echo o > tree/a.o; echo b > tree/sub/b.c
    echo o > tree/sub/keep.o; echo x > tree/build/x; echo x > tree/sub/build; ln -s sub tree/link";

#[track_caller]
fn paths(workshop: &Workshop, arguments: &[&str], expected: &[&str]) {
    workshop.image(arguments);
    if let Some(found) = workshop.paths("image.iso") {
        let mut found: Vec<&str> = found.lines().collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{arguments:?}");
    }
}

#[test]
fn directories_merge_into_the_root_and_files_go_there() {
    let workshop = Workshop::new(
        "mkdir -p one/d two/d; echo 1 > one/d/f; echo 2 > two/d/f; echo 3 > two/d/g; echo 4 > file",
    );
    paths(&workshop, &["one", "two", "file"], &["/d", "/d/f", "/d/g", "/file"]);
    if let Some(content) = workshop.content("image.iso", "/d/f") {
        assert_eq!(content, b"2\n", "the later one replaces the earlier");
    }
    let said = workshop.isomk(&["-v", "-o", "image.iso", "one", "two"]).assert().success();
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    assert_eq!(said, "isomk: two/d/f: note: replaces an earlier file\n");
}

#[test]
fn a_file_and_a_directory_cannot_be_the_same_name() {
    let workshop = Workshop::new("mkdir -p one/x two; echo 2 > two/x");
    workshop.refuses(&["one", "two"], "isomk: /x: is not a directory here, but was before\n");
    workshop.refuses(&["two", "one"], "isomk: /x: is a directory here, but was not before\n");
}

#[test]
fn grafts_put_sources_anywhere() {
    let workshop = Workshop::new("mkdir dir; echo f > dir/f; echo g > 'a=b'");
    paths(
        &workshop,
        &["boot/x=dir/f", "into/=dir/f", "d/e=dir", r"eq/=a\=b", r"c\=d=dir/f", "/=dir"],
        &["/boot", "/boot/x", "/c=d", "/d", "/d/e", "/d/e/f", "/eq", "/eq/a=b", "/f", "/into", "/into/f"],
    );
    workshop.refuses(&["../x=dir"], "a path in the image cannot contain ..");
    workshop.refuses(&["c=b"], "isomk: b: open: No such file or directory");
}

#[test]
fn patterns_leave_out_and_take_in_again() {
    let workshop = Workshop::new(TREE);
    let all =
        ["/a.c", "/a.o", "/build", "/build/x", "/link", "/sub", "/sub/b.c", "/sub/build", "/sub/keep.o"];
    let without = |out: &[&str]| all.into_iter().filter(|path| !out.contains(path)).collect::<Vec<_>>();
    paths(&workshop, &["tree"], &all);
    paths(&workshop, &["--exclude", "*.o", "tree"], &without(&["/a.o", "/sub/keep.o"]));
    paths(&workshop, &["--exclude", "/*.o", "tree"], &without(&["/a.o"]));
    paths(&workshop, &["--exclude", "*.o", "--exclude", "!keep.o", "tree"], &without(&["/a.o"]));
    paths(&workshop, &["--exclude", "build/", "tree"], &without(&["/build", "/build/x"]));
    paths(&workshop, &["--exclude", "sub/**", "tree"], &without(&["/sub/b.c", "/sub/build", "/sub/keep.o"]));
    let leaf = without(&["/build", "/build/x", "/sub/build"]);
    paths(&workshop, &["--exclude-leaf", "b*ld", "tree"], &leaf);
    paths(
        &workshop,
        &["--exclude", "*.o", "tree/a.o", "tree/a.c", "x.o=tree/a.c", "d.o=tree/sub"],
        &["/a.c"],
    );
    workshop.shell("printf '# objects\\n*.o\\n\\n!keep.o\\n' > patterns");
    paths(&workshop, &["--exclude-from", "patterns", "tree"], &without(&["/a.o"]));
    // The command line has the last word.
    paths(
        &workshop,
        &["--exclude", "keep.o", "--exclude-from", "patterns", "tree"],
        &without(&["/a.o", "/sub/keep.o"]),
    );
}

#[test]
fn listed_files_are_taken_in_one_by_one() {
    let workshop = Workshop::new(&format!(
        "{TREE}\nprintf 'tree/sub\\n./tree/a.c\\n' > list; mkdir 'odd\nname'; echo o > 'odd\nname/f'"
    ));
    paths(&workshop, &["--files-from", "list"], &["/tree", "/tree/a.c", "/tree/sub"]);
    workshop.shell("find tree -name '*.c' -print0 | isomk -o image.iso --files-from - -0");
    assert_eq!(
        workshop.paths("image.iso").unwrap_or("/tree\n/tree/a.c\n/tree/sub\n/tree/sub/b.c".into()),
        "/tree\n/tree/a.c\n/tree/sub\n/tree/sub/b.c"
    );
    workshop.shell("find odd* -type f -print0 | isomk -o image.iso --files-from - -0");
    workshop.shell("echo ../x > list; echo tree/none >> list");
    workshop
        .refuses(&["--files-from", "list"], "isomk: ../x: \"../x\": a path in the image cannot contain ..");
    workshop.shell("echo tree/none > list");
    workshop.refuses(&["--files-from", "list"], "isomk: tree/none: No such file or directory\n");
}

#[test]
fn links_are_stored_or_followed() {
    let workshop = Workshop::new(
        "mkdir -p tree/d out; echo f > out/f; ln -s ../out tree/out; ln -s nowhere tree/dangling
        ln -s ../../tree tree/d/up; ln -s tree/d linked; ln -s out/f file",
    );
    paths(&workshop, &["tree"], &["/d", "/d/up", "/dangling", "/out"]);
    paths(&workshop, &["linked"], &["/up"]);
    paths(&workshop, &["-H", "tree", "file"], &["/d", "/d/up", "/dangling", "/file", "/out"]);
    if let Some(content) = workshop.content("image.iso", "/file") {
        assert_eq!(content, b"f\n");
    }
    let said = workshop.isomk(&["-L", "-o", "image.iso", "tree"]).assert().success();
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    assert_eq!(said, "isomk: tree/d/up: warning: leads back to a directory above it; stored as a link\n");
    if let Some(found) = workshop.paths("image.iso") {
        assert_eq!(found, "/d\n/d/up\n/dangling\n/out\n/out/f");
    }
}

#[test]
fn hard_links_are_stored_once_and_so_are_duplicates_when_asked() {
    let workshop = Workshop::new(
        "mkdir tree; head -c 100000 /dev/urandom > tree/a; ln tree/a tree/b; cp tree/a tree/c
        cp tree/a tree/d; printf x | dd of=tree/d conv=notrunc bs=1 seek=99999 2>/dev/null",
    );
    let size = |arguments: &[&str]| -> u64 {
        let printed = workshop.isomk(arguments).arg("--print-size").arg("tree").assert().success();
        String::from_utf8_lossy(&printed.get_output().stdout).trim().parse().expect("a number")
    };
    let (plain, shared) = (size(&[]), size(&["--dedup"]));
    assert_eq!(plain - shared, 100_000_u64.next_multiple_of(2048));
    assert!((300_000..400_000).contains(&plain), "{plain}");
    workshop.image(&["--dedup", "tree"]);
    for name in ["a", "b", "c", "d"] {
        if let Some(content) = workshop.content("image.iso", &format!("/{name}")) {
            assert!(content == workshop.read(&format!("tree/{name}")), "{name}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_named_and_stops_the_image() {
    let workshop = Workshop::new(
        "mkdir -p tree/closed; echo a > tree/a; echo b > tree/closed/b; chmod 0 tree/a tree/closed; echo old > image.iso",
    );
    let (user, group) = (65534, 65534);
    if rustix::process::geteuid().is_root() {
        // Root reads everything; somebody else has to try.
        workshop.shell(&format!("chown -R {user}:{group} . && chmod 755 ."));
        let isomk = env!("CARGO_BIN_EXE_isomk");
        let ended = workshop.tries(&format!(
            "cp {isomk} ./isomk-copy && setpriv --reuid {user} --regid {group} --clear-groups ./isomk-copy -o image.iso tree"
        ));
        check(&workshop, &ended);
    } else {
        check(&workshop, &workshop.tries("isomk -o image.iso tree"));
    }
    workshop.shell("chmod 755 tree/closed");

    fn check(workshop: &Workshop, ended: &std::process::Output) {
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{said}");
        let expected = "isomk: tree/a: Permission denied\nisomk: tree/closed: Permission denied\nisomk: 2 inputs cannot be read; no image was written\n";
        assert_eq!(said.replace("isomk-copy", "isomk"), expected);
        assert_eq!(workshop.text("image.iso"), "old\n");
    }
}

#[test]
fn sockets_are_left_out_and_pipes_are_not() {
    let workshop = Workshop::new("mkdir tree; mkfifo tree/fifo; echo a > tree/a");
    let _socket =
        std::os::unix::net::UnixListener::bind(workshop.path("tree/socket")).expect("a socket can be made");
    let said = workshop.isomk(&["-o", "image.iso", "tree"]).assert().success();
    assert_eq!(
        String::from_utf8_lossy(&said.get_output().stderr),
        "isomk: tree/socket: warning: a socket; omitted\n"
    );
    if let Some(found) = workshop.paths("image.iso") {
        assert_eq!(found, "/a\n/fifo");
    }
}

#[test]
fn attributes_and_acls_come_along_when_asked() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a; echo b > tree/b");
    let set = workshop.tries("setfattr -n user.colour -v green tree/a && setfacl -m u:1234:r tree/b");
    if !set.status.success() {
        isokit_tests::skip("setfattr and setfacl, or a file system with attributes, are missing");
        return;
    }
    workshop.image(&["--xattr", "tree"]);
    let Some(mut xorriso) = isokit_tests::peer("xorriso") else { return };
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
                "/a",
                "--",
                "-getfacl",
                "/b",
                "--",
            ])
            .current_dir(workshop.path("")),
    );
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(text.contains("user.colour=\"green\""), "{text}");
    assert!(text.contains("user:1234:r--"), "{text}");
}

/// The attributes xorriso finds in an image made with `arguments`, as lines of a path and `name=value`.
fn attributes(workshop: &Workshop, arguments: &[&str]) -> Option<Vec<String>> {
    workshop.image(arguments);
    isokit_tests::peer("xorriso")?;
    let text = workshop.shell(
        "xorriso -xattr any -indev image.iso -find / -exec getfattr 2>/dev/null | grep -v '^$' | tr -d '\"'",
    );
    let (mut path, mut found) = (String::new(), Vec::new());
    for line in text.lines() {
        match line.strip_prefix("# file: ") {
            Some(file) => file.clone_into(&mut path),
            None => found.push(format!("{path} {line}")),
        }
    }
    found.sort_unstable();
    Some(found)
}

#[test]
fn any_attribute_is_each_that_the_system_lists_and_most_files_have_none() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/none; echo b > tree/with; ln -s with tree/link");
    if !workshop.tries("setfattr -n user.k -v v tree/with && setfattr -n user.d -v w tree").status.success() {
        isokit_tests::skip("setfattr, or a file system with attributes, is missing");
        return;
    }
    for arguments in [&["--xattr=any", "tree"][..], &["--xattr=any", "-L", "tree"], &["--xattr", "tree"]] {
        let Some(found) = attributes(&workshop, arguments) else { return };
        assert!(found.iter().any(|line| line.ends_with("with user.k=v")), "{arguments:?}: {found:?}");
        assert!(found.iter().any(|line| line.ends_with("user.d=w")), "{arguments:?}: {found:?}");
        let of_link = found.iter().any(|line| line.ends_with("link user.k=v"));
        assert_eq!(of_link, arguments.contains(&"-L"), "{found:?}");
    }
    // Only root may set these, and see the second.
    if workshop
        .tries("setfattr -n security.s -v 1 tree/with && setfattr -n trusted.t -v 2 tree/with")
        .status
        .success()
    {
        let Some(found) = attributes(&workshop, &["--xattr=any", "tree"]) else { return };
        for wanted in ["with security.s=1", "with trusted.t=2", "with user.k=v"] {
            assert!(found.iter().any(|line| line.ends_with(wanted)), "{found:?}");
        }
    }
}

#[test]
fn a_file_that_linux_does_not_read_to_its_end_is_named() {
    let workshop = Workshop::new("mkdir tree");
    let said = |size: u64, arguments: &[&str]| {
        let file = std::fs::File::create(workshop.path("tree/large")).expect("room");
        file.set_len(size).ok()?;
        let made = workshop.isomk(&["--print-size", "tree"]).args(arguments).assert().success();
        Some(String::from_utf8_lossy(&made.get_output().stderr).into_owned())
    };
    // A section has 2^32 bytes less a sector.
    let hundred = 100 * ((1 << 32) - 2048);
    let Some(none) = said(hundred, &[]) else {
        isokit_tests::skip("the file system has no files of 400 GiB");
        return;
    };
    assert_eq!(none, "");
    let one_more = |way| {
        format!(
            "isomk: /large: warning: has more than 100 sections, and Linux reads only 100 of them (400 GiB) in ISO 9660; {way}\n"
        )
    };
    assert_eq!(said(hundred + 1, &[]), Some(one_more("add --udf")));
    assert_eq!(said(hundred + 1, &["--udf"]), Some(one_more("mount the UDF tree (-t udf)")));
    assert_eq!(said(hundred + 1, &["--format", "udf"]), Some(String::new()));
}

#[test]
fn what_exists_under_its_whole_name_is_not_divided() {
    let workshop = Workshop::new(
        "mkdir d 'd/x=y'; echo one > 'd/a=b'; echo two > d/b; echo three > 'd/@t'; echo four > 'd/p\\q'; echo five > 'd/x=y/f'
        tar -C d -cf t b",
    );
    let names = |arguments: &str| {
        workshop.shell(&format!("cd d; isomk -o ../image.iso {arguments}"));
        workshop.paths("image.iso").map(|found| found.lines().collect::<Vec<_>>().join(" "))
    };
    let expected = |arguments: &str, names_there: &str| {
        let found = names(arguments).unwrap_or(names_there.to_owned());
        assert_eq!(found, names_there, "{arguments}");
    };
    expected("*", "/@t /a=b /b /f /p\\q");
    expected("./*", "/@t /a=b /b /f /p\\q");
    expected("--graft-points a=b", "/a");
    expected("--graft-points=always /a=b", "/a");
    expected("/a=b", "/a");
    expected("--graft-points=never a=b", "/a=b");
    expected("'a\\=b'", "/a=b");
    expected("'c=a\\=b'", "/c");
    expected("@t", "/@t");
    expected("@../t", "/b");
    workshop.shell("cd d; cp ../t t");
    expected("@t", "/@t");
    expected("--graft-points @t", "/b");
    workshop.shell("cd d; isomk -o ../image.iso *");
    if let Some(content) = workshop.content("image.iso", "/a=b") {
        assert_eq!(content, b"one\n");
    }
}

#[test]
fn two_operands_do_not_get_the_same_name() {
    let workshop = Workshop::new(
        "mkdir a b c; echo 1 > a/f; echo 2 > b/f; echo 3 > c/f; ln b/f b/g; tar -C c -cf c.tar f",
    );
    let sentence = |one: &str, two: &str, place: &str| {
        format!(
            "isomk: {two}: would replace {one}, which is {place} in the image too; put one of them elsewhere: TARGET={two}\n"
        )
    };
    workshop.refuses(&["a/f", "b/f"], &sentence("a/f", "b/f", "/f"));
    workshop.refuses(&["d/x=a/f", "d/x=b/f"], &sentence("a/f", "b/f", "/d/x"));
    workshop.refuses(&["a/f", "b", "/=b/f"], &sentence("a/f", "b/f", "/f"));
    for arguments in [
        &["a/f", "a/f"][..],
        &["a/f", "./a/f"],
        &["b/f", "f=b/g"],
        &["a/f", "b"],
        &["a", "b/f"],
        &["a/f", "@c.tar"],
    ] {
        paths(&workshop, arguments, if arguments.contains(&"b") { &["/f", "/g"] } else { &["/f"] });
    }
}

#[test]
fn pipes_and_descriptors_that_are_named_become_files() {
    let workshop = Workshop::new(
        "mkdir tree; echo a > tree/a; touch -d @7 tree/a tree; mkfifo fifo; head -c 9000000 /dev/urandom > big
        ln -s tree/a soft; ln -s tree softdir; ln -s none dangling",
    );
    let content = |path: &str| workshop.content("image.iso", path);
    workshop.shell("isomk -o image.iso tree one=<(echo 1) two/three=<(echo 2; echo 3) none=<(true)");
    if let Some(found) = content("/two/three") {
        assert_eq!(
            (found, content("/one"), content("/none")),
            (b"2\n3\n".to_vec(), Some(b"1\n".to_vec()), Some(Vec::new()))
        );
    }
    if let Some(listing) = workshop.listing("image.iso") {
        assert_eq!(
            listing["one"]
                .split(' ')
                .filter(|fact| !fact.starts_with("sha256"))
                .collect::<Vec<_>>()
                .join(" "),
            "gid=0 mode=644 size=2 time=7.0 type=file uid=0"
        );
    }
    // Whatever the clock says, and the user.
    workshop
        .shell("isomk -o again.iso tree one=<(sleep 0.1; echo 1) two/three=<(printf '2\n3\n') none=<(true)");
    assert!(workshop.read("again.iso") == workshop.read("image.iso"));
    workshop.shell("(echo from; echo fifo) > fifo & isomk -o image.iso fifo; wait");
    assert_eq!(content("/fifo").unwrap_or(b"from\nfifo\n".to_vec()), b"from\nfifo\n");
    // More than is kept in memory.
    workshop.shell("isomk --sums sums -o image.iso small=/dev/fd/3 large=<(cat big) 3< tree/a; echo \"$(sha256sum < big | head -c 64)  large\" | grep -f - sums");
    assert_eq!(content("/small").unwrap_or(b"a\n".to_vec()), b"a\n");
    assert_eq!(
        workshop
            .shell("isomk --print-size x=/dev/stdin < tree/a; echo a | isomk --print-size x=/dev/stdin")
            .lines()
            .count(),
        2
    );
    workshop.shell("isomk -o image.iso /dev/fd/3 3< tree");
    assert_eq!(workshop.paths("image.iso").unwrap_or("/a".into()), "/a");
    // Links are what tar takes them for, but one that leads to a directory.
    paths(&workshop, &["soft", "dangling", "softdir"], &["/a", "/dangling", "/soft"]);
    if let Some(listing) = workshop.listing("image.iso") {
        assert!(
            listing["soft"].contains("link=tree/a") && listing["dangling"].contains("link=none"),
            "{listing:?}"
        );
    }
    workshop.image(&["-H", "soft"]);
    assert_eq!(content("/soft").unwrap_or(b"a\n".to_vec()), b"a\n");
}

#[test]
fn names_in_another_character_set_become_utf8() {
    // 安装 and 软件 in GBK; a name that is not text in it.
    let workshop = Workshop::new(
        "gbk=$(printf '\\xb0\\xb2\\xd7\\xb0'); sub=$(printf '\\xc8\\xed\\xbc\\xfe'); mkdir -p tree/$sub
        echo f > tree/$sub/$gbk.exe; ln -s $gbk.exe tree/$sub/link; echo l > $gbk.txt
        printf '%s\\n' $gbk.txt > list
        tar --format=gnu -cf old.tar -C tree .; tar --format=ustar -cf ustar.tar -C tree .
        LC_ALL=C tar --format=pax --pax-option=hdrcharset=BINARY -cf raw.tar -C tree .
        mkdir utf8; mkdir utf8/软件; echo f > utf8/软件/安装.exe; ln -s 安装.exe utf8/软件/link
        bsdtar --format=pax --options hdrcharset=UTF-8 -cf pax.tar -C utf8 . || LC_ALL=C.UTF-8 tar --format=pax -cf pax.tar -C utf8 .",
    );
    let all = ["/软件", "/软件/link", "/软件/安装.exe"];
    for source in ["tree", "@old.tar", "@ustar.tar", "@raw.tar", "@pax.tar"] {
        paths(&workshop, &["--charset", "gbk", source], &all);
        if let Some(listing) = workshop.listing("image.iso") {
            // As mtree(5) spells them.
            let target = "link=\\345\\256\\211\\350\\243\\205.exe ";
            assert!(listing.values().any(|facts| facts.contains(target)), "{source}: {listing:?}");
        }
    }
    paths(&workshop, &["--charset=gbk", "--exclude=/软件/安装.exe", "tree"], &["/软件", "/软件/link"]);
    paths(&workshop, &["--charset=gbk", "--files-from=list"], &["/安装.txt"]);
    if let Some(content) = workshop.content("image.iso", "/安装.txt") {
        assert_eq!(content, b"l\n");
    }
    let said = workshop.isomk(&["-o", "image.iso", "--charset=shift_jis", "tree"]).assert().success();
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    let kept =
        "isomk: tree/\\xc8\\xed\\xbc\\xfe: warning: the name is not valid Shift_JIS; its bytes are kept\n";
    assert!(said.starts_with(kept), "{said}");
    workshop.refuses(&["--charset=klingon", "tree"], "klingon");
}

#[test]
fn what_a_pattern_spells_is_that_path() {
    let workshop = Workshop::new(
        "mkdir -p tree/sub; echo 1 > 'tree/file[1].txt'; echo 2 > tree/file1.txt; echo b > 'tree/['
        echo s > tree/sub/file1.txt; tar -cf tree.tar -C tree .; printf '/[ 5\\n' > weights",
    );
    let all = ["/[", "/file1.txt", "/file[1].txt", "/sub", "/sub/file1.txt"];
    let without = |out: &[&str]| all.into_iter().filter(|path| !out.contains(path)).collect::<Vec<_>>();
    for (arguments, out) in [
        (&["--exclude", "/file[1].txt", "tree"][..], &["/file[1].txt"][..]),
        (&["--exclude", "/[", "tree"], &["/["]),
        (&["--exclude", "[", "@tree.tar"], &["/["]),
        (&["--exclude-leaf", "[", "tree"], &["/["]),
        (&["--exclude-leaf", "file[1].txt", "--literal", "tree"], &["/file[1].txt"]),
        (&["--exclude", "file[1].txt", "--literal", "@tree.tar"], &["/file[1].txt"]),
        (&["--hide", "file[1].txt", "--hide-joliet", "/file[1].txt", "@tree.tar"], &["/file[1].txt"]),
        (&["--mode", "/[=0600", "--owner", "[=5", "--sort", "weights", "tree"], &[]),
    ] {
        paths(&workshop, arguments, &without(out));
    }
    workshop.image(&["--mode", "file[1].txt=0600", "tree"]);
    if let Some(listing) = workshop.listing("image.iso") {
        assert!(listing["file1.txt"].contains("mode=644"), "{listing:?}");
        assert!(listing.values().any(|facts| facts.contains("mode=600")), "{listing:?}");
    }
    for option in ["--exclude", "--exclude-leaf", "--hide"] {
        workshop.refuses(&[option, "x[", "tree"], "pattern \"x[\": unclosed character class");
    }
    workshop.refuses(&["--mode", "x[=0600", "tree"], "pattern \"x[\": unclosed character class");
}

#[test]
fn standard_input_is_taken_once_by_whatever_name() {
    let workshop = Workshop::new("mkdir b; echo b > b/f");
    for command in [
        "tar c b | isomk -o o.iso - /dev/stdin",
        "echo q | isomk -o o.iso x=/dev/fd/0 y=/dev/stdin",
        "echo b | isomk -o o.iso --files-from - /dev/stdin",
    ] {
        let out = workshop.tries(command);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(
            (out.status.code(), said.as_str()),
            (Some(2), "isomk: standard input is named twice\n"),
            "{command}"
        );
    }
}

/// As with mkisofs -m: what is found in directories is compared, by its name there.
#[test]
fn a_source_is_never_left_out_by_its_name() {
    let workshop =
        Workshop::new("mkdir -p t/core; echo a > t/README; echo b > t/core/core; echo c > t/core/k");
    let words = "isomk --exclude-leaf core -o o.iso q/core=t/README z=t/core t/core/core";
    let listed = workshop.shell(&format!("{words} && isols -R o.iso"));
    let mut paths: Vec<&str> = listed.lines().filter(|path| *path != "/").collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/core", "/q", "/q/core", "/z", "/z/k"]);
}

/// gitignore(5): a blank line matches nothing. A variable that is not set, in the place of a pattern, is a mistake.
#[test]
fn an_empty_pattern_is_refused() {
    let workshop = Workshop::new("mkdir b; echo b > b/f; printf '\\n  \\n# x\\n' > blank");
    workshop.shell("isomk -o base.iso b");
    let nothing = "isomk: pattern \"\": matches nothing\n";
    for words in ["--exclude=", "--exclude=!", "--exclude-leaf=", "--hide=", "--hide-joliet=", "--weight==3"]
    {
        workshop.refuses(&[words, "b"], nothing);
        workshop.refuses(&["--literal", words, "b"], nothing);
    }
    for words in ["--owner==3", "--group==3", "--mode==0644", "--mtime==@5"] {
        workshop.refuses(&[words, "b"], nothing);
    }
    for words in ["--remove=", "--exclude="] {
        workshop.refuses(&["--base", "base.iso", words], nothing);
    }
    workshop.refuses(&["--boot-efi=image:", "b"], "isomk: --boot-efi: \"image:\" names no source\n");
    workshop.shell("isomk -o o.iso --exclude-from blank --sort blank b && cmp o.iso base.iso");
}

#[test]
fn files_without_end_are_not_read_to_it() {
    let workshop = Workshop::new("mkdir b; echo b > b/f");
    let sentence = "isomk: /dev/zero: larger than 512 bytes, the most that is read of it\n";
    workshop.refuses(&["--application-use=@/dev/zero", "b"], sentence);
    let (status, _, said) = workshop.ended("isomk --system-area /dev/zero -o o.iso b");
    let sentence =
        "isomk: /dev/zero: warning: larger than the system area; its first 32768 bytes are recorded\n";
    assert_eq!((status, said.as_str()), (0, sentence));
}

#[test]
fn names_that_no_directory_can_have_are_refused() {
    let workshop = Workshop::new("mkdir b; echo b > b/f");
    let long = "n".repeat(256);
    for name in ["", ".", "..", "a/b", "/x", "rr_moved/", "a\nb", &long] {
        workshop.refuses(&[&format!("--relocate={name}"), "b"], "is not the name of a directory");
    }
    for option in ["-hide-rr-moved", "-help", "-volid", "-output"] {
        workshop.refuses(&[option, "x.iso", "b"], &format!("isomk: {option}: "));
    }
}
