//! jigdo files: jigdo-file makes the image again from those of isomk, in which the same files are matched as in those of
//! genisoimage and xorriso.

use isokit_tests::{Workshop, peer};
use std::collections::BTreeSet;

/// A mirror, a tree with files of it and others, and lists of what the mirror has. A name and size are there twice, once with
/// another checksum.
const TREE: &str = "mkdir -p mirror/pool/main/{a,b} mirror/other tree/boot
seq 90000 > mirror/pool/main/a/a_1.deb; seq 2000 9000 > mirror/pool/main/b/b_1.deb; seq 300 700 > mirror/pool/main/b/mid.deb
seq 100 > mirror/pool/main/b/small.deb; : > mirror/pool/main/b/empty.deb; seq 5 9000 > 'mirror/other/two words.txt'
seq 8000 | tac > mirror/other/b_1.deb; head -c 300000 /dev/zero > mirror/other/zeros; seq 40000 80000 > mirror/other/elsewhere
cp -r mirror/pool mirror/other tree; rm tree/other/elsewhere; seq 6 9000 > tree/README; echo short > tree/short
head -c 8192 /dev/zero | tr '\\0' i > tree/boot/image.bin; cp tree/boot/image.bin mirror/other
list() { find mirror -type f | sort | while read -r file; do printf '%s  %12d  %s\\n' \"$($1 < \"$file\" | cut -d ' ' -f 1)\" $(stat -c %s \"$file\") \"/$file\"; done; }
list md5sum > md5.list; list sha256sum > sha256.list
printf '%032d  %12d  /mirror/of/other/bytes/b_1.deb\\n' 0 $(stat -c %s tree/pool/main/b/b_1.deb) >> md5.list
find tree mirror -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +";

fn workshop() -> Option<Workshop> {
    peer("jigdo-file")?;
    Some(Workshop::new(TREE))
}

/// Makes `NAME.iso` again, and compares it.
const AGAIN: &str = "again() { rm -f again.iso* log; jigdo-file make-image --no-cache --image=again.iso --jigdo=$1.jigdo --template=$1.template mirror/ >> log 2>&1
  cmp again.iso $1.iso; jigdo-file verify --image=$1.iso --template=$1.template >> log 2>&1; }
";

#[test]
fn jigdo_file_makes_the_image_again() {
    let Some(workshop) = workshop() else { return };
    let files = "--jigdo file=o.jigdo --jigdo template=o.template --jigdo list=";
    for (list, words, matched) in [
        ("md5.list", "", 7),
        ("md5.list", "--threads 1", 7),
        ("sha256.list --jigdo checksum=sha256 --jigdo compress=bzip2", "", 7),
        ("md5.list --jigdo min-size=100k", "", 2),
        ("md5.list --jigdo exclude='/pool/.*deb$' --jigdo exclude=zeros", "", 3),
        // A file of 1,200 bytes lies within the structure that describes it.
        ("md5.list", "--format udf", 6),
        ("md5.list", "--udf", 7),
        ("md5.list", "--record-md5", 7),
        ("md5.list", "--record-md5 --threads 1 --sums sums --depfile de --depfile-target o", 7),
        ("md5.list", "--dedup", 7),
        // As it is on disk; and with a table in it, which tells where it lies.
        ("md5.list", "--bios-boot boot/image.bin", 7),
        ("md5.list", "--bios-boot boot/image.bin --boot-info-table", 6),
        ("md5.list", "--append-partition linux=mirror/other/elsewhere", 8),
        ("md5.list", "moved/=@pool.tar", 10),
        ("md5.list", "moved/=@old.iso", 10),
    ] {
        let needed = workshop.shell(&format!(
            "{AGAIN}tar -cf pool.tar -C tree pool; isomk -o old.iso pool=tree/pool; rm -f o.*
             isomk -o o.iso {files}{list} {words} tree; isomk -o plain.iso {words} tree; cmp o.iso plain.iso; again o
             mv o.template kept; isomk {files}{list} {words} -o - tree | cmp - o.iso; cmp kept o.template
             isomk {files}{list} {words} -o /dev/null tree; cmp kept o.template
             jigdo-file ls --template=o.template | grep -c need-file"
        ));
        assert_eq!(needed.trim(), matched.to_string(), "{list} {words}");
    }
    // What comes through a pipe is read again, if need be.
    workshop.shell(&format!(
        "{AGAIN}tar -c -C tree . | isomk -o o.iso {files}md5.list -; again o
         sed 's/^[0-9a-f]\\{{8\\}}/00000000/' md5.list > others.list; tar -c -C tree . | isomk -o o.iso {files}others.list -; again o
         if jigdo-file ls --template=o.template | grep need-file; then false; fi"
    ));
}

/// A file that has several names is known by each of them; with --dedup, so is one that has the contents of another.
#[test]
fn a_file_is_known_by_any_of_its_names() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("mkdir linked; seq 5000 > linked/a; ln linked/a linked/z.deb; seq 7000 > linked/b; cp linked/b linked/y.deb
        for name in y z; do printf '%s  %12d  /m/%s.deb\\n' $(md5sum < linked/$name.deb | cut -d ' ' -f 1) $(stat -c %s linked/$name.deb) $name; done > list
        mkdir -p mirror/linked; cp linked/[yz].deb mirror/linked");
    for (words, matched) in [
        ("", "y.deb z.deb"),
        ("--dedup", "y.deb z.deb"),
        ("--exclude z.deb", "y.deb"),
        ("--exclude /a", "y.deb z.deb"),
    ] {
        let parts = workshop.shell(&format!(
            "{AGAIN}isomk -o o.iso {words} --jigdo file=o.jigdo --jigdo template=o.template --jigdo list=list linked; again o
             sed -n 's,.*=/m/,,p' o.jigdo | sort | paste -sd ' '"
        ));
        assert_eq!(parts.trim(), matched, "{words}");
    }
}

/// Arguments of both peers.
const SETTINGS: &[&str] = &[
    "-jigdo-map Mirror=/mirror/",
    "-jigdo-map Pool=/mirror/pool/ -jigdo-map Rest=/mirror/",
    "-jigdo-map Mirror=/mirror/ -jigdo-map Pool=/mirror/pool/",
    "-jigdo-map Other=/nowhere/",
    "-jigdo-exclude /pool/main/b -jigdo-exclude zeros",
    "-jigdo-exclude 'b_1\\.deb$' -jigdo-force-md5 /pool/main/a",
    "-jigdo-exclude '(a|b)_1' -jigdo-exclude 'm\\(i\\|o\\)d'",
    "-jigdo-min-file-size 20000",
    "-jigdo-template-compress bzip2",
    "-checksum_algorithm_iso md5,sha1,sha256,sha512 -checksum_algorithm_template md5,sha1",
];

/// What is needed to make an image again, as jigdo-file finds it, and where the .jigdo file says that it is.
fn needed(workshop: &Workshop, name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let files = workshop.shell(&format!(
        "jigdo-file ls --template={name}.template | awk '/need-file/{{print $1, $3, $4, $5}}'"
    ));
    let parts = workshop.shell(&format!(
        "sed -n '/^.Parts/,/^.Servers/{{/=/p}}' {name}.jigdo | sed 's/two words/two\\\\ words/'"
    ));
    let set = |text: &str| text.lines().map(str::to_owned).collect();
    (set(&files), set(&parts))
}

#[test]
fn the_same_files_are_matched_as_by_the_peers() {
    let Some(workshop) = workshop() else { return };
    let sha256 = "-checksum-list sha256.list -jigdo-checksum-algorithm sha256 -jigdo-force-checksum /pool/";
    for peer_name in ["genisoimage", "xorrisofs"] {
        if peer(peer_name).is_none() {
            continue;
        }
        let md5 = SETTINGS.iter().map(|settings| format!("-md5-list md5.list {settings}"));
        for settings in md5.chain((peer_name == "xorrisofs").then(|| sha256.to_owned())) {
            let files = |name: &str| {
                format!("-quiet -R -o {name}.iso -jigdo-jigdo {name}.jigdo -jigdo-template {name}.template")
            };
            workshop.shell(&format!(
                "{AGAIN}isomk --as {peer_name} {} {settings} tree; again ours; {peer_name} {} {settings} tree 2> said; again theirs",
                files("ours"),
                files("theirs")
            ));
            let (ours, theirs) = (needed(&workshop, "ours"), needed(&workshop, "theirs"));
            assert!(!ours.0.is_empty(), "{settings}");
            assert_eq!(ours, theirs, "{peer_name} {settings}");
        }
    }
}

/// What programs look for: that there is jigdo, and in a .jigdo file the digests of image and template.
#[test]
fn digests_in_comments_are_those_of_the_files() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("for name in xorrisofs 'xorriso -as mkisofs'; do isomk --as $name -version 2>&1 | grep -q '^libjte'; done");
    workshop.shell(
        "isomk --as xorrisofs -quiet -o o.iso -md5-list md5.list -jigdo-jigdo o.jigdo -jigdo-template o.template tree
         told() { sed -n \"s/^# $1 //p\" o.jigdo; }
         wanted() { for sum in $2; do echo \"Hex ${sum^^}Sum $(${sum}sum < $1 | cut -d ' ' -f 1)\"; done; echo size $(stat -c %s $1) bytes; }
         diff <(told Image) <(wanted o.iso 'md5 sha1 sha256 sha512'); diff <(told Template) <(wanted o.template 'md5 sha256')
         isomk --as xorriso -as mkisofs -quiet -checksum_algorithm_iso sha256 -checksum_algorithm_template all -o o.iso -md5-list md5.list \
           -jigdo-jigdo o.jigdo -jigdo-template o.template tree
         diff <(told Image) <(wanted o.iso 'md5 sha256'); diff <(told Template) <(wanted o.template 'md5 sha1 sha256 sha512')",
    );
}

/// Arguments that end with this status and say this.
const FAILURES: &[(i32, &str, &str)] = &[
    (2, "-md5-list nowhere", "nowhere: read: No such file or directory"),
    (
        2,
        "-md5-list junk.list",
        "junk.list: line 12: expected 32 hexadecimal digits (MD5), two blanks, the size in 12 columns",
    ),
    (2, "-md5-list sha256.list", "sha256.list: line 1: found a digest of SHA256, expected MD5"),
    (
        2,
        "-md5-list missing.list -jigdo-force-md5 /pool/",
        "/mid.deb: -jigdo-force-md5 /pool/ requires a line of missing.list with its name, size and checksum",
    ),
    (
        2,
        "-md5-list md5.list -jigdo-force-md5 README -jigdo-force-md5 tree",
        "/README: -jigdo-force-md5 README requires a line of md5.list",
    ),
    (
        1,
        "-md5-list others.list -jigdo-force-md5 mid",
        "/mid.deb: -jigdo-force-md5 mid requires a line of others.list",
    ),
    (
        1,
        "-md5-list others.list -jigdo-force-md5 pool",
        "with its name, size and checksum; 2 other files lack one, too",
    ),
    (2, "-md5-list md5.list -jigdo-exclude [", "-jigdo-exclude: \"[\": has [ without ]"),
    (2, "-md5-list md5.list -jigdo-map Debian", "-jigdo-map: \"Debian\", expected LABEL=PREFIX"),
    (2, "-md5-list md5.list -jigdo-template-compress xz", "expected gzip or bzip2"),
    (2, "-md5-list md5.list -checksum_algorithm_iso md5,crc32", "expected names of md5, sha1"),
    (
        2,
        "-md5-list md5.list -jigdo-template out.iso",
        "out.iso: -o out.iso and -jigdo-template out.iso are the same file",
    ),
    (2, "-md5-list md5.list -o - -jigdo-template -", "standard output: two outputs cannot share it"),
    (2, "-md5-list out.template", "read: No such file or directory"),
    (2, "-md5-list md5.list -jigdo-template md5.list", "is both an input and an output"),
    (
        2,
        "-md5-list md5.list -jigdo-template tree/README",
        "would be overwritten by -jigdo-template tree/README",
    ),
    (2, "", "-md5-list is required by the other options of jigdo"),
    (1, "-md5-list md5.list -jigdo-template /dev/full", "/dev/full: write: No space left on device"),
    (1, "-md5-list md5.list -jigdo-jigdo /dev/full", "/dev/full: write: No space left on device"),
    (1, "-md5-list md5.list -o /dev/full", "/dev/full: write: No space left on device"),
    (2, "-md5-list md5.list -jigdo-jigdo tree", "tree: is a directory"),
];

/// Nothing of what was asked for is there if something of it cannot be.
#[test]
fn what_fails_leaves_nothing() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "grep -v mid md5.list > missing.list; (cat md5.list; echo junk) > junk.list
         sed 's/^[0-9a-f]\\{8\\}/00000000/' md5.list > others.list",
    );
    for (status, words, said) in FAILURES {
        let (ended, _, error) = workshop.ended(&format!(
            "isomk --as genisoimage -quiet -R -o out.iso -jigdo-jigdo out.jigdo -jigdo-template out.template {words} tree | cat > piped"
        ));
        assert_eq!(ended, *status, "{words}: {error}");
        assert!(error.contains(said), "{words}: {error}");
        assert_eq!(error.lines().count(), 1, "{words}: {error}");
        assert_eq!(workshop.shell("ls out.* 2> /dev/null || :"), "", "{words}");
    }
    // For an image that is not made, nothing else has to be there.
    workshop.shell("isomk --as xorrisofs -print-size -md5-list nowhere -jigdo-jigdo out.jigdo -jigdo-template out.template tree
        isomk --as xorrisofs -o out.iso -checksum_algorithm_iso sha256,sha512 tree; [ ! -e out.jigdo ]");
}

/// The image goes into a pipe, whose reader changes a file when the first 2 MB have come: more of it has been read then than
/// its first bytes, and less than all of it.
#[test]
fn a_file_that_changes_leaves_no_template_of_another_image() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("seq 3000000 > tree/a; printf '%032d  %12d  /mirror/a\\n' 0 $(stat -c %s tree/a) >> md5.list; sha256sum < tree/a > was");
    let make = |change: &str| {
        format!(
            "rm -f o.*; isomk --jigdo file=o.jigdo --jigdo template=o.template --jigdo list=md5.list tree |
             {{ head -c 2000000; {change}; cat; }} > o.iso"
        )
    };
    let (status, _, error) = workshop.ended(&make("printf x | dd of=tree/a conv=notrunc status=none"));
    assert_eq!(status, 1, "{error}");
    assert_eq!(error, "isomk: o.template: not written, because tree/a changed while the image was made\n");
    assert_eq!(workshop.shell("ls o.*"), "o.iso\n");
    // What is missing is zeros in the image, and in the template.
    let (status, _, error) = workshop.ended(&make("truncate -s 9000000 tree/a"));
    assert_eq!(status, 1, "{error}");
    assert!(error.contains("tree/a: shrank from"), "{error}");
    workshop.shell(&format!("{AGAIN}again o"));
}
