//! What is not changed in place, and why.

use isokit_tests::{Workshop, peer, text};

/// Asserts that this is refused with status 2 and a sentence, and that `x.iso` is as before.
#[track_caller]
fn refused(workshop: &Workshop, arguments: &str, sentence: &str) {
    workshop.shell("cp x.iso before");
    let ended = workshop.tries(&format!("isomk {arguments}"));
    let said = text(&ended.stderr);
    assert!(ended.status.code() == Some(2) && said.contains(sentence), "{arguments}: {ended:?}");
    workshop.shell("cmp x.iso before; test ! -e x.iso.isomk-journal");
}

#[test]
fn what_does_not_fit_or_is_no_file() {
    let workshop = Workshop::new(
        "mkdir -p tree/d; seq 1 900 > tree/a; cp tree/a tree/copy; ln tree/a tree/link; : > tree/empty; ln -s a tree/soft; mkfifo tree/fifo
        isomk -o x.iso --dedup tree; echo new > new; seq 1 2000 > large; mkfifo pipe; cp new other; cp x.iso y.iso",
    );
    let base = "--base x.iso --in-place --replace";
    for (arguments, sentence) in [
        (
            "a=large",
            "isomk: x.iso: /a: has room for 4096 bytes in the image, and 8893 are needed; use -o OUTPUT without --in-place",
        ),
        ("empty=new", "/empty: is empty and has no room in the image for 4 bytes"),
        ("none=new", "isomk: x.iso: none: no such file in the image"),
        ("d=new", "/d: is a directory, not a regular file"),
        ("soft=new", "/soft: is a symbolic link, not a regular file"),
        ("fifo=new", "/fifo: is not a regular file"),
        ("a=new", "/a: shares its contents with /copy, which is not replaced"),
        ("a=new --replace copy=other", "/copy: shares its contents with /a, which another file replaces"),
        ("a=new --replace ./a=other", "isomk: x.iso: /a: two files are to replace it"),
        ("empty=new --replace empty=other", "isomk: x.iso: /empty: two files are to replace it"),
        ("a=-", "isomk: standard input: is not read here; name a regular file"),
        ("a=pipe", "isomk: pipe: is no regular file, which the new content has to be in"),
        ("a=none", "isomk: none: open: No such file or directory"),
        ("a=x.iso", "isomk: x.iso: is the image itself, of which a file is to be replaced"),
        ("a", "--replace \"a\": expected PATH=FILE"),
        (
            "a=new -o y.iso",
            "isomk: x.iso: --output names y.iso; with --in-place the image itself is the output",
        ),
        ("a=new -o -", "with --in-place the image itself is the output"),
    ] {
        refused(&workshop, &format!("{base} {arguments}"), sentence);
    }
    // The same file for both; the link to the first comes along.
    workshop.shell(
        "isomk --base x.iso --in-place --replace a=new --replace copy=new --replace empty=/dev/null 2> said || true
        isomk --base x.iso --in-place --replace a=new --replace copy=new -o ./x.iso; isocat x.iso a copy link | cmp - <(cat new new new)
        isomk --base x.iso --in-place --replace a=new --replace a=new --replace copy=new",
    );
    assert!(workshop.text("said").contains("/dev/null: is no regular file"));
    workshop.shell(": > nothing; isomk --base x.iso --in-place --replace empty=nothing --replace a=nothing --replace copy=nothing; test -z \"$(isocat x.iso a empty)\"");
}

#[test]
fn what_asks_for_a_new_image() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a; isomk -o x.iso tree; cp tree/a new");
    for (arguments, sentence) in [
        ("--in-place", "the following required arguments were not provided"),
        (
            "--base x.iso --in-place --remove a",
            "the argument '--in-place' cannot be used with '--remove <GLOB>'",
        ),
        ("--base x.iso --in-place new", "the argument '--in-place' cannot be used with '[SOURCE]...'"),
        ("--base x.iso --in-place -V NEW", "cannot be used with"),
        ("--base x.iso --in-place --udf", "cannot be used with"),
        ("--base x.iso --in-place --map", "cannot be used with"),
        ("--base x.iso --journal here", "--in-place"),
        ("--base - --in-place", "standard input: --in-place requires a regular file or a block device"),
        ("--base tree --in-place", "tree: open: Is a directory"),
        ("--base /dev/null --in-place", "/dev/null: --in-place requires a regular file or a block device"),
        ("--base new --in-place --replace a=new", "isomk: new: "),
    ] {
        refused(&workshop, arguments, sentence);
    }
    workshop.shell("gzip -k x.iso; cp x.iso.gz before.gz");
    refused(&workshop, "--base x.iso.gz --in-place", "x.iso.gz: gzip data, which cannot be changed in place");
    workshop.shell("cmp x.iso.gz before.gz");
    let asked =
        workshop.shell("isomk --print-request --base x.iso --in-place --journal here --replace a=new");
    assert_eq!(asked, "isomk --base x.iso --replace /a=new --journal here --in-place\n");
}

#[test]
fn an_image_that_is_being_changed() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a; isomk -o x.iso tree; cp tree/a new");
    let held = std::fs::File::open(workshop.path("x.iso")).expect("an image");
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).expect("a lock");
    refused(
        &workshop,
        "--base x.iso --in-place --replace a=new",
        "x.iso: is locked: another program changes it",
    );
}

#[test]
fn contents_that_are_not_recorded_as_they_are() {
    if peer("genisoimage").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir tree; seq 1 20000 > tree/a; seq 1 900 > tree/boot; echo new > new; genisoimage -quiet -R -J -hide-joliet hidden -o x.iso tree 2> /dev/null",
    );
    // A name that one tree lacks is no obstacle; one that leads elsewhere there is.
    workshop
        .shell("isomk --base x.iso --in-place --replace a=new; isocat --names joliet x.iso a | cmp - new");
    let boots = "-b boot -no-emul-boot -boot-load-size 1 -c boot.cat";
    workshop.shell(&format!("genisoimage -quiet -R {boots} -o x.iso tree 2> /dev/null; : > nothing"));
    let base = "--base x.iso --in-place --replace";
    refused(
        &workshop,
        &format!("{base} boot=new"),
        "/boot: is boot image 1, of 1 sector of 512 bytes, expected",
    );
    refused(&workshop, &format!("{base} boot.cat=new"), "the boot catalog, at byte");
}

/// The catalog of an HFS volume has records of the same files, which would tell of the old ones.
#[test]
fn an_image_that_is_also_hfs() {
    if peer("genisoimage").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir tree; seq 1 900 > tree/a; genisoimage -quiet -R -hfs -o x.iso tree 2> /dev/null; echo new > new",
    );
    let sentence = "the HFS volume at byte 0x0 (sector 0) may show the same files, and is not changed";
    refused(&workshop, "--base x.iso --in-place --replace a=new", sentence);
}

/// What an image has checksums of itself is told.
#[test]
fn checksums_of_the_whole_image_are_told() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a; isomk -o x.iso tree; echo b > new");
    if peer("implantisomd5").is_some() {
        workshop
            .shell("implantisomd5 x.iso > /dev/null; isomk --base x.iso --in-place --replace a=new 2> said");
        let wanted = "isomk: x.iso: warning: its implanted MD5 checksum does not hold any more; implantisomd5 renews it\n";
        assert_eq!(workshop.text("said"), wanted);
        workshop.shell("implantisomd5 -f x.iso > /dev/null; isocat x.iso a | cmp - new");
    }
    if peer("xorriso").is_some() {
        workshop.shell("xorriso -as mkisofs -quiet -R --md5 -o x.iso tree 2> /dev/null; isomk --base x.iso --in-place --replace a=new 2> said");
        let wanted =
            "isomk: x.iso: warning: its MD5 checksums of libisofs do not hold any more for what is changed\n";
        assert_eq!(workshop.text("said"), wanted);
        told_when_it_holds(&workshop, wanted);
    }
}

/// Whether of the checksum of `x.iso` is told what is, by `sentence`: not where nothing was changed, but where a change was finished.
#[track_caller]
fn told_when_it_holds(workshop: &Workshop, sentence: &str) {
    workshop.shell("cp x.iso old.iso; echo c > other; mkdir sealed; ! isomk --base x.iso --in-place --replace a=other --journal none/j 2> said");
    let wanted = "isomk: none/j: create: No such file or directory; the image was not touched\n";
    assert_eq!(workshop.text("said"), wanted);
    workshop.shell("isomk --base x.iso --in-place --replace a=new -v 2> said; cmp x.iso old.iso");
    assert_eq!(workshop.text("said"), "isomk: x.iso: note: nothing in it would become another\n");
    if peer("strace").is_some() {
        workshop.shell(
            "! strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:error=EIO:when=1 isomk --base x.iso --in-place --replace a=other 2> said
            cmp x.iso old.iso; isomk --base x.iso --in-place 2> later; isocat x.iso a | cmp - other",
        );
        let said = workshop.text("said");
        assert!(
            said.contains("x.iso.isomk-journal, and --in-place finishes it") && !said.contains("MD5"),
            "{said}"
        );
        assert!(workshop.text("later").starts_with(sentence), "{said}");
    }
}
