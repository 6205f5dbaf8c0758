//! UDF by itself and beside ISO 9660: what the flags do, and that everything else works as it does without.

use isokit_tests::Workshop;

const TREE: &str = "umask 022; mkdir -p tree/d; for i in $(seq 1 30); do echo $i > tree/d/f$i; done
    head -c 5000 /dev/zero > tree/z; cp tree/z tree/zz; ln tree/d/f1 tree/hard; ln -s d/f2 tree/soft; mkfifo tree/pipe
    find tree -exec touch -h -d @1000000000.123456 {} +";

const FORMATS: [&str; 6] = [
    "--udf",
    "--udf=2.50",
    "--format udf",
    "--format udf --udf=1.02",
    "--format udf --udf=2.60",
    "--format udf --media hdd",
];

#[test]
fn a_file_a_pipe_a_tar_stream_and_sums_give_the_same_image_of_the_printed_size() {
    for format in FORMATS {
        let workshop = Workshop::new(TREE);
        workshop.shell(&format!(
            "isomk -q {format} -o file.img tree; isomk -q {format} tree | cat > pipe.img
             isomk -q {format} -o sums.img --sums sums tree
             tar --sort=name --format=pax -C tree -c . | isomk -q {format} - > tar.img
             isomk -q {format} --threads 1 -o one.img tree
             isomk -q {format} --print-size tree > size; isomk -q {format} --map tree > map"
        ));
        let image = workshop.read("file.img");
        for other in ["pipe.img", "sums.img", "tar.img", "one.img"] {
            assert!(image == workshop.read(other), "{format}: {other}");
        }
        assert_eq!(workshop.text("size").trim(), image.len().to_string(), "{format}");
        assert!(workshop.text("map").contains("UDF reserve volume descriptor sequence"), "{format}");
        workshop.shell("cd tree && sha256sum --quiet -c ../sums");
        assert_eq!(workshop.text("sums").lines().count(), 33, "{format}");
    }
}

#[test]
fn the_system_area_is_there_in_udf_alone_as_well() {
    let workshop = Workshop::new(TREE);
    workshop.shell("printf 'boot code' > mbr; isomk --format udf --media hdd --system-area mbr -o x tree");
    assert!(workshop.read("x").starts_with(b"boot code\0"));
}

#[test]
fn the_file_set_names_its_text_files() {
    let workshop = Workshop::new(TREE);
    workshop.shell("isomk --format udf --copyright z --abstract zz -o x tree");
    // Dstrings of the file set descriptor, the first block of the partition: width, characters, at the end the length.
    let set = &workshop.read("x")[257 * 2048..][..512];
    assert_eq!((&set[336..338], set[367], &set[368..371], set[399]), (&b"\x08z"[..], 2, &b"\x08zz"[..], 3));
}

#[test]
fn what_no_tree_shows_is_not_stored() {
    let workshop = Workshop::new(TREE);
    workshop.shell("isomk -q --format udf --hide-udf 'z*' --map tree > alone; isomk -q --udf --hide-udf 'z*' --map tree > bridge");
    assert!(!workshop.text("alone").contains("content /z"));
    assert!(workshop.text("bridge").contains("content /z"), "ISO 9660 shows it");
}

#[test]
fn dedup_stores_a_content_once() {
    let workshop = Workshop::new(TREE);
    for format in ["--udf", "--format udf"] {
        let size = |more: &str| -> u64 {
            workshop
                .shell(&format!("isomk -q {format} {more} --print-size tree"))
                .trim()
                .parse()
                .expect("a number")
        };
        assert_eq!(size("") - size("--dedup"), 6144, "{format}");
    }
}

#[test]
fn what_the_udf_tree_leaves_out_is_said_in_a_line() {
    let workshop = Workshop::new(TREE);
    let said = |flags: &str| workshop.shell(&format!("isomk {flags} -o x tree 2>&1"));
    assert_eq!(
        said("--udf"),
        "isomk: image: warning: 2 links, pipes and devices are not in the UDF tree: 7-Zip refuses a volume that contains any; --udf-special keep records them\n"
    );
    assert_eq!(said("--udf --udf-special keep"), "");
    assert_eq!(
        said("--format udf"),
        "isomk: image: warning: 7-Zip refuses UDF volumes with links, pipes or devices; use --udf-special keep or omit\n"
    );
    assert_eq!(said("--format udf --udf-special keep"), "");
    assert_eq!(said("--udf -q"), "");
    let listed = said("--udf -v");
    assert!(listed.contains("isomk: /pipe: warning: is not in the UDF tree\n"), "{listed}");
    assert!(
        said("--format udf --udf-special omit --hide-udf soft").contains("1 link, pipe or device is not")
    );
}

#[test]
fn targets_that_read_otherwise_and_paths_beyond_the_limit_are_said_once() {
    let workshop = Workshop::new(
        "mkdir -p tree; ln -s d/ tree/one; ln -s a//b tree/two
         (cd tree; for i in 1 2 3 4 5; do d=$(printf 'n%.0s' $(seq 250)); mkdir $d; cd $d; done; : > x)",
    );
    let said = |flags: &str| workshop.shell(&format!("isomk --format udf {flags} -o x tree 2>&1"));
    let short = said("--udf-special keep");
    let lines: Vec<&str> = short.lines().collect();
    assert_eq!(lines[0], "isomk: /one: warning: points to \"d\" in the UDF tree");
    assert_eq!(lines[1], "isomk: image: warning: 1 more like this one; -v lists them");
    let deep = "nnn: warning: its path is longer than 1023 bytes, the most that UDF allows; some readers may not find it";
    assert!(lines[2].ends_with(deep), "{short}");
    assert_eq!(lines.len(), 4, "{short}");
    assert!(
        said("--udf-special keep -v").contains("isomk: /two: warning: points to \"a/b\" in the UDF tree\n")
    );
}

#[test]
fn attributes_that_the_udf_tree_lacks_are_said() {
    let workshop = Workshop::new(TREE);
    if !workshop.tries("setfattr -n user.colour -v green tree/z").status.success() {
        isokit_tests::skip("setfattr, or a file system with attributes, is missing");
        return;
    }
    let said = "isomk: image: warning: extended attributes and ACLs of 1 file are in Rock Ridge only, not in the UDF tree\n";
    workshop
        .isomk(&["--udf", "--udf-special", "keep", "--xattr", "-o", "x", "tree"])
        .assert()
        .success()
        .stderr(said);
    workshop.isomk(&["--udf", "--udf-special", "keep", "-o", "x", "tree"]).assert().success().stderr("");
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let workshop = Workshop::new(TREE);
    for (flags, why) in [
        (&["--media", "bd"][..], "--media requires UDF; add --udf or --format udf"),
        (&["--udf-special", "keep"], "--udf-special requires UDF; add --udf or --format udf"),
        (
            &["--udf", "--media", "hdd"],
            "--media hdd: its blocks are too small for ISO 9660; try --format udf",
        ),
        (
            &["--format", "udf", "--bios-boot", "z"],
            "booting requires ISO 9660; try --udf instead of --format udf",
        ),
        (&["--hide-udf", "z"], "--hide-udf requires UDF; add --udf or --format udf"),
        (&["--format", "udf", "--hide", "z"], "--hide requires ISO 9660; try --udf instead of --format udf"),
        (
            &["--format", "udf", "--iso-level", "2"],
            "--iso-level requires ISO 9660; try --udf instead of --format udf",
        ),
        (&["--format", "udf", "--rr", "1.10"], "--rr requires ISO 9660; try --udf instead of --format udf"),
        (
            &["--format", "udf", "--biblio", "z"],
            "--biblio requires ISO 9660; try --udf instead of --format udf",
        ),
        (&["--format", "udf", "--xattr"], "--xattr requires Rock Ridge; try --udf instead of --format udf"),
        (&["--udf", "--no-rr", "--xattr"], "--xattr requires Rock Ridge, which is off"),
        (&["--rr", "off", "--relocate"], "--relocate requires Rock Ridge, which is off"),
        (
            &["--format", "udf", "--hide-joliet", "z"],
            "--hide-joliet requires Joliet; try --udf instead of --format udf",
        ),
        (&["--no-joliet", "--joliet-length", "64"], "--joliet-length requires Joliet, which is off"),
        (&["--udf", "-V", ""], "--volume-id: is empty, but a UDF volume requires an identifier"),
        (&["--dvd-video", "--udf=2.01"], "--dvd-video: DVD-Video requires UDF 1.02 and --media dvd"),
    ] {
        let out = workshop.isomk(flags).arg("-o").arg("x").arg("tree").assert().code(2);
        let said = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert_eq!(said, format!("isomk: {why}\n"), "{flags:?}");
    }
}

#[test]
fn what_udf_alone_lacks_may_be_asked_to_be_missing() {
    let workshop = Workshop::new(TREE);
    workshop.shell(
        "isomk -q --format udf -o plain tree; isomk -q --format udf --no-rr --no-joliet -o same tree
         isomk -q --format udf --rr off -o off tree",
    );
    assert!(workshop.read("plain") == workshop.read("same"));
    assert!(workshop.read("plain") == workshop.read("off"));
}

#[test]
fn dates_of_the_volume_and_of_files_obey_source_date_epoch() {
    let workshop = Workshop::new(TREE);
    workshop.shell("SOURCE_DATE_EPOCH=900000000 isomk -q --format udf -o a tree; touch tree/z; SOURCE_DATE_EPOCH=900000000 isomk -q --format udf -o b tree");
    assert!(workshop.read("a") == workshop.read("b"));
    // The primary volume descriptor's time in block 32: 1998-07-09, UTC.
    assert_eq!(workshop.read("a")[32 * 2048 + 376..][..6], [0, 0x10, 206, 7, 7, 9]);
}
