//! Where the image goes, what comes beside it, and what is left when it fails.

use isokit_tests::Workshop;
use std::os::unix::fs::PermissionsExt;

const TREE: &str =
    "mkdir -p tree/sub; echo a > tree/a; seq 1 100000 > tree/sub/b; : > tree/empty; ln tree/a tree/sub/hard";

#[test]
fn the_same_image_goes_to_pipe_file_and_descriptor() {
    let workshop = Workshop::new(TREE);
    workshop.shell("isomk -o a.iso tree; isomk tree | cat > b.iso; isomk tree > c.iso; isomk -o /dev/stdout tree | cat > d.iso
        isomk -o /dev/fd/3 tree 3> e.iso; mkfifo f; cat f > f.iso & isomk -o f tree; wait");
    let image = workshop.read("a.iso");
    for other in ["b.iso", "c.iso", "d.iso", "e.iso", "f.iso"] {
        assert!(workshop.read(other) == image, "{other}");
    }
    let size = workshop.shell("isomk --print-size tree");
    assert_eq!(size.trim(), image.len().to_string());
    assert_eq!(image.len() % 2048, 0);
}

#[test]
fn an_image_in_its_own_input_is_left_out() {
    let workshop = Workshop::new(TREE);
    workshop.shell("cd tree; isomk -o ../a.iso .; isomk -o own.iso --sums own.sums .; cp own.iso ../b.iso; touch own.iso own.sums
        isomk -o own.iso --sums own.sums --mtime @5 --date @5 .; mv own.iso ../c.iso; rm own.sums
        isomk --mtime @5 --date @5 -o ../d.iso .; isomk --mtime @5 --date @5 . > here.iso; mv here.iso ../e.iso");
    for other in ["c.iso", "e.iso"] {
        assert!(workshop.read(other) == workshop.read("d.iso"), "{other}");
    }
}

#[test]
fn an_output_in_its_own_input_is_named_and_its_other_links_are_taken_in() {
    let workshop = Workshop::new(
        "mkdir tree; echo a > tree/a; isomk -o tree/own.iso tree; ln tree/own.iso tree/kept; cp tree/own.iso old",
    );
    let ended = workshop.isomk(&["-o", "tree/own.iso", "tree"]).assert().success();
    assert_eq!(
        String::from_utf8_lossy(&ended.get_output().stderr),
        "isomk: tree/own.iso: warning: is an output of this run; omitted from the image\n"
    );
    assert_eq!(workshop.paths("tree/own.iso").unwrap_or("/a\n/kept".into()), "/a\n/kept");
    assert!(workshop.read("tree/kept") == workshop.read("old"));
}

#[test]
fn an_output_over_a_file_of_an_input_directory_is_refused_unless_a_run_before_made_it() {
    let workshop =
        Workshop::new("mkdir -p tree/sub; echo precious > tree/a; echo b > tree/sub/b; ln -s a tree/soft");
    for arguments in [
        &["-o", "tree/a", "tree"][..],
        &["-o", "tree/soft", "tree"],
        &["-o", "x.iso", "--sums", "tree/a", "tree"],
        &["-o", "x.iso", "--depfile", "tree/../tree/a", "tree"],
        &["-o", "x.iso", "--sums", "tree/sub/b", "tree/sub"],
    ] {
        let ended = workshop.isomk(arguments).assert().code(2);
        let said = String::from_utf8_lossy(&ended.get_output().stderr);
        assert!(said.contains(": would be overwritten by --"), "{arguments:?}: {said}");
        assert_eq!(
            (workshop.text("tree/a"), workshop.text("tree/sub/b")),
            ("precious\n".into(), "b\n".into())
        );
    }
    workshop.isomk(&["-o", "x.iso", "--sums", "tree/a", "--exclude=/a", "tree"]).assert().success();
    // What an earlier run left is made again.
    let again = [
        "--mtime=@5",
        "--date=@5",
        "-o",
        "tree/x.iso",
        "--sums",
        "tree/x.sums",
        "--depfile",
        "tree/x.d",
        "tree/sub",
        "tree",
    ];
    workshop.isomk(&again).assert().success();
    let first = workshop.read("tree/x.iso");
    workshop.isomk(&again).assert().success();
    assert!(workshop.read("tree/x.iso") == first);
}

#[test]
fn an_output_that_is_named_as_an_input_is_refused() {
    let workshop = Workshop::new(
        "mkdir tree; echo a > tree/a; echo precious > data; ln -s data soft; ln data hard; tar -cf t.tar tree
        echo data > list",
    );
    for arguments in [
        &["-o", "data", "data"][..],
        &["-o", "./data", "tree", "x=data"],
        &["-o", "soft", "data"],
        &["-o", "data", "-H", "soft"],
        &["-o", "hard", "data"],
        &["-o", "x.iso", "--sums", "data", "tree", "data"],
        &["-o", "x.iso", "--depfile", "tree/../data", "data"],
        &["-o", "data", "--files-from", "list"],
        &["-o", "list", "--files-from", "list"],
        &["-o", "t.tar", "@t.tar"],
        &["-o", "x.iso", "--sums", "t.tar", "@t.tar"],
        &["-o", "data", "--system-area", "data", "tree"],
        &["-o", "data", "--exclude-from", "data", "tree"],
    ] {
        let ended = workshop.isomk(arguments).assert().code(2).stdout("");
        let said = String::from_utf8_lossy(&ended.get_output().stderr).into_owned();
        assert!(said.contains(": is both an input and an output (--"), "{arguments:?}: {said}");
    }
    for script in ["isomk data >> data", "isomk -o t.tar - < t.tar", "isomk -o /dev/fd/3 data 3<> data"] {
        let ended = workshop.tries(script);
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(
            ended.status.code() == Some(2) && said.contains(": is both an input and an output ("),
            "{script}: {said}"
        );
    }
    for arguments in [&["--sums", "x.iso"][..], &["--depfile", "./x.iso"], &["--sums", "y", "--depfile", "y"]]
    {
        let ended = workshop.isomk(&["-o", "x.iso", "tree"]).args(arguments).assert().code(2);
        let said = String::from_utf8_lossy(&ended.get_output().stderr).into_owned();
        assert!(said.ends_with(" are the same file\n"), "{arguments:?}: {said}");
    }
    assert_eq!(
        workshop.shell("cat data; cat list; tar -tf t.tar; ls"),
        "precious\ndata\ntree/\ntree/a\ndata\nhard\nlist\nsoft\nt.tar\ntree\n"
    );
}

#[test]
fn an_output_keeps_its_mode_and_stays_when_nothing_replaces_it() {
    let workshop = Workshop::new(TREE);
    workshop.shell("echo old > image.iso; chmod 640 image.iso");
    workshop.isomk(&["-o", "image.iso", "tree", "none"]).assert().code(2);
    assert_eq!(workshop.text("image.iso"), "old\n");
    workshop.image(&["tree"]);
    let mode = std::fs::metadata(workshop.path("image.iso")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    workshop.isomk(&["-o", "missing/x.iso", "tree"]).assert().code(2);
    workshop.refuses(
        &["--sums", "missing/sums", "tree"],
        "isomk: missing/sums: create: No such file or directory",
    );
    let names = workshop.shell("ls -A");
    assert_eq!(names, "image.iso\ntree\n", "nothing partial is left");
}

#[test]
fn a_full_disk_is_no_image() {
    let workshop = Workshop::new(TREE);
    let ended = workshop.tries("isomk tree > /dev/full");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert_eq!(said, "isomk: standard output: write: No space left on device\n");
}

#[test]
fn a_reader_that_goes_away_ends_it_in_silence() {
    let workshop = Workshop::new(TREE);
    workshop.shell("head -c 9000000 /dev/zero > tree/large");
    let ended = workshop.tries("set +e; isomk tree | head -c 10 > /dev/null; echo ${PIPESTATUS[0]}");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "141\n");
}

#[test]
fn sums_are_those_of_sha256sum() {
    let workshop = Workshop::new(TREE);
    workshop.shell("echo n > $'tree/new\\nline'; echo n > 'tree/back\\slash'");
    workshop.shell("isomk --sums sums --sort <(echo 'sub 5') tree > image.iso; cd tree; sha256sum -c --quiet --strict ../sums");
    let expected =
        workshop.shell("cd tree; find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum");
    assert_eq!(workshop.text("sums"), expected);
}

#[test]
fn sums_are_those_of_the_patched_boot_image() {
    let workshop = Workshop::new("mkdir tree; head -c 4096 /dev/urandom > tree/boot.img");
    workshop.shell("isomk --sums sums --bios-boot boot.img --boot-info-table tree > image.iso");
    let Some(content) = workshop.content("image.iso", "/boot.img") else { return };
    std::fs::write(workshop.path("tree/boot.img"), content).expect("room on disk");
    workshop.shell("cd tree; sha256sum -c --quiet ../sums");
}

#[test]
fn a_plan_can_be_looked_at_without_reading() {
    let workshop =
        Workshop::new("mkdir tree; echo a > tree/a; mkfifo tree/fifo; find tree -exec touch -d @5 {} +");
    let map = workshop.shell("isomk --map --no-joliet tree");
    assert_eq!(
        map,
        "         0          32768 system area\n        16           2048 primary volume descriptor\n        17           2048 volume descriptor set terminator\n        18             10 path table L\n        19             10 path table M\n        20           2229 directory / + continuation 181\n        22              2 content /a\n        23              0 end\n"
    );
    assert_eq!(workshop.shell("ls"), "tree\n");
}

#[test]
fn a_small_image_is_small() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a");
    let size =
        |arguments: &str| workshop.shell(&format!("isomk {arguments} tree | wc -c")).trim().parse::<u64>();
    assert!(size("").expect("a number") < 64 << 10);
    assert_eq!(size("--pad").expect("a number"), size("").expect("a number") + 150 * 2048);
}

#[test]
fn an_image_that_boots_is_a_multiple_of_32_kib() {
    let workshop = Workshop::new("mkdir tree; head -c 9000 /dev/zero > tree/loader; echo a > tree/a");
    let boots = "--bios-boot loader tree";
    for (options, sectors) in [("", 48), ("--pad", 192), ("--pad --no-pad", 34), ("--no-pad --pad", 192)] {
        let sizes = workshop.shell(&format!(
            "isomk {options} -o boots.iso {boots}; stat -c %s boots.iso; isomk {options} --print-size {boots}"
        ));
        assert_eq!(sizes, format!("{0}\n{0}\n", sectors * 2048), "{options}");
        let image = workshop.read("boots.iso");
        // ECMA-119 8.4.8: the volume space size, in the primary descriptor's bytes 81 to 84.
        assert_eq!(image[32_768 + 80..][..4], u32::to_le_bytes(sectors), "{options}");
    }
    for (options, sectors) in [("", 304), ("--no-pad", 294), ("--media bd", 448)] {
        let size = workshop.shell(&format!("isomk --print-size --udf {options} {boots}"));
        assert_eq!(size, format!("{}\n", sectors * 2048), "{options}");
    }
}

#[test]
fn usage_is_status_two() {
    let workshop = Workshop::new("");
    workshop.isomk(&[]).assert().code(2);
    workshop.refuses(&["-", "x=-"], "isomk: standard input is named twice\n");
    workshop.refuses(&["-", "--files-from", "-"], "isomk: standard input is named twice\n");
    workshop.isomk(&["--no-such-flag", "x"]).assert().code(2);
    workshop.isomk(&["--version"]).assert().code(0).stdout(format!("isomk {}\n", env!("CARGO_PKG_VERSION")));
    workshop.isomk(&["--help"]).assert().code(0).stderr("");
}

#[test]
fn a_file_of_nine_gibibytes_is_one_file() {
    let workshop = Workshop::new("mkdir tree; truncate -s 9G tree/big; echo small > tree/small");
    let size: u64 = workshop.shell("isomk --print-size tree").trim().parse().expect("a number");
    assert!(size > 9 << 30);
    // The front of the image says it all; zeros stand for the rest.
    workshop.shell("{ isomk tree || true; } | head -c 200000 > image.iso; truncate -s $(isomk --print-size tree) image.iso");
    if let Some(listing) = workshop.listing_of_names("image.iso") {
        assert!(listing.contains(&format!(" {} ", 9_u64 << 30)), "{listing}");
        assert_eq!(listing.lines().count(), 3, "{listing}");
    }
}

#[test]
fn what_was_closed_is_no_input_and_no_output() {
    let workshop = Workshop::new(TREE);
    for (command, sentence) in [
        ("isomk tree >&-", "standard output: open: Bad file descriptor"),
        ("isomk --print-size tree >&-", "standard output: open: Bad file descriptor"),
        ("isomk -o x.iso - <&-", "standard input: open: Bad file descriptor"),
        ("isomk -o x.iso --files-from - <&-", "standard input: read: Bad file descriptor"),
    ] {
        let ended = workshop.tries(command);
        assert_eq!(String::from_utf8_lossy(&ended.stderr), format!("isomk: {sentence}\n"), "{command}");
        assert_eq!(ended.status.code(), Some(2), "{command}");
    }
    assert!(!workshop.path("x.iso").exists());
}

#[test]
fn an_image_and_its_tar_stream_are_each_others() {
    let workshop = Workshop::new(&format!(
        "{TREE}; ln -s a tree/soft; mkfifo tree/fifo; mkdir -m 700 tree/ünï; find tree -exec touch -hd @1 {{}} +"
    ));
    if !workshop.tries("isocat --version").status.success() {
        isokit_tests::skip("isocat is not built; run: cargo build --workspace");
        return;
    }
    // isocat takes no more than it needs: isomk may well end by SIGPIPE.
    workshop.shell("set +o pipefail; isomk -o a.iso tree; isocat --tar a.iso | isomk - > b.iso; isomk tree | isocat --tar - | isomk -o c.iso -");
    assert!(workshop.read("a.iso") == workshop.read("b.iso"));
    assert!(workshop.read("a.iso") == workshop.read("c.iso"));
}
