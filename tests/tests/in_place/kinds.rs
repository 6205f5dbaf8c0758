//! Every kind of image, changed in place: other programs find the new contents, and nothing else is different.

use super::places::{self, TREES};
use isokit_tests::{Workshop, fsck, peer, text, udf_image};

/// A tree, and what is to become of it: one file shorter, with a hard link, one longer within its block, and one as long as before.
const TREE: &str = "mkdir -p tree/d tree/keep news; seq 1 3000 > tree/a; echo set timeout=0 > tree/d/grub.cfg
    seq 1 2000 > news/a; head -c 5000 news/a > tree/d/same; seq 5 2000 > tree/keep/x
    head -c 200 news/a > news/cfg; tail -c 5000 news/a > news/same; seq 7 800 > news/a
    find tree news -exec touch -d @1000000000 {} +; touch -d @1234567890 news/*
    cp -a tree want; cp -p news/a want/a; cp -p news/cfg want/d/grub.cfg; cp -p news/same want/d/same";

/// How the files are changed.
const CHANGE: &str = "isomk --base x.iso --in-place --replace a=news/a --replace d/grub.cfg=news/cfg --replace /d/same=news/same";

/// The files that are, in any tree.
const CHANGED: [&str; 3] = ["/a", "/d/grub.cfg", "/d/same"];

/// Makes `x.iso` of `tree` with these commands, changes it, and looks at it.
fn changed(make: &str) -> Workshop {
    let workshop = Workshop::new(TREE);
    workshop.shell(&format!(
        "{make}; cp x.iso old.iso; isocat old.iso keep/x > kept; cp kept want/keep/x; isols --check old.iso > old.check || true"
    ));
    let places = places::of(&workshop, "old.iso", &CHANGED);
    workshop.shell(CHANGE);
    places::assert_only(&workshop.read("old.iso"), &workshop.read("x.iso"), &places, make);
    assert!(!workshop.path("x.iso.isomk-journal").exists(), "{make}");
    for tree in TREES {
        if !workshop.tries(&format!("isols --names {tree} x.iso")).status.success() {
            continue;
        }
        for (path, file) in [("a", "a"), ("d/grub.cfg", "cfg"), ("d/same", "same")] {
            workshop.shell(&format!("isocat --names {tree} x.iso {path} | cmp - news/{file}"));
            let listed = workshop.shell(&format!("isols --names {tree} -dl --full-time x.iso {path}"));
            assert!(listed.contains("2009-02-13 23:31:30"), "{make}: {tree}: {listed}");
        }
        workshop.shell(&format!("isocat --names {tree} x.iso keep/x | cmp - kept"));
    }
    workshop.shell("isols --check x.iso > x.check || true; cmp old.check x.check");
    workshop
}

/// Compares `x.iso` with the tree that is wanted, as xorriso and 7-Zip extract it.
fn extracted(workshop: &Workshop, about: &str) {
    if peer("xorriso").is_some() && !about.contains("--format udf") {
        workshop.shell(
            "mkdir out; xorriso -osirrox on -indev x.iso -extract / out 2>/dev/null; chmod -R u+w out
            diff -r -x boot.catalog -x '\\[BOOT\\]' out want; test $(stat -c %Y out/d/grub.cfg) = 1234567890; rm -r out",
        );
    }
    if peer("7zz").is_some() {
        workshop.shell(
            "7zz x -y -oout x.iso > /dev/null; diff -r -x boot.catalog -x '\\[BOOT\\]' out want; rm -r out",
        );
    }
}

#[test]
fn trees_of_isomk() {
    for options in [
        "tree",
        "--no-joliet tree",
        "--no-joliet --iso-level 4 --no-rr tree",
        "--udf tree",
        "--udf=1.02 tree",
        "--bios-boot keep/x --boot-info-table tree",
    ] {
        let workshop = changed(&format!("isomk -o x.iso {options}"));
        extracted(&workshop, options);
    }
    changed("isomk -o x.iso --no-rr --no-joliet tree");
}

#[test]
fn volumes_of_udf_alone() {
    for revision in ["1.02", "1.50", "2.01", "2.50", "2.60"] {
        for media in ["dvd", "hdd"] {
            let make = format!("isomk -o x.iso --format udf --udf={revision} --media {media} tree");
            let made = Workshop::new(TREE).tries(&make);
            if !made.status.success() {
                assert!(text(&made.stderr).contains("media"), "{make}: {made:?}");
                continue;
            }
            let workshop = changed(&make);
            extracted(&workshop, &make);
            let judged = |name: &str| fsck::check(&workshop.read(name)).problems;
            assert_eq!(judged("x.iso"), judged("old.iso"), "{make}");
        }
    }
}

#[test]
fn images_of_xorriso() {
    if peer("xorriso").is_none() {
        return;
    }
    for options in [
        "-R -J",
        "-r -J -joliet-long",
        "-R --hardlinks",
        "-R -iso-level 4",
        "-R -J -partition_offset 16",
        "-R -J -b keep/x -no-emul-boot -boot-load-size 1 -boot-info-table -eltorito-alt-boot -e d/same -no-emul-boot -isohybrid-gpt-basdat -part_like_isohybrid",
        "-R -append_partition 2 0x83 news/same -appended_part_as_gpt",
    ] {
        let make = format!("xorriso -as mkisofs -quiet {options} -o x.iso tree 2> /dev/null");
        let workshop = changed(&make);
        extracted(&workshop, options);
    }
}

#[test]
fn images_of_genisoimage() {
    if peer("genisoimage").is_none() {
        return;
    }
    for options in ["-R -J", "-R -J -udf", "-R -iso-level 4", "-R -cache-inodes"] {
        let make = format!("genisoimage -quiet {options} -o x.iso tree 2> /dev/null");
        let workshop = changed(&make);
        extracted(&workshop, options);
    }
}

/// Volumes that Linux filled: the sparable, the virtual and the physical partition, contents within file entries and outside.
#[test]
fn volumes_that_linux_filled() {
    let images = [
        "hd-1.02-2048.udf",
        "hd-2.01-512.udf",
        "dvdr-2.50-2048.udf",
        "cdrw-2.01-2048.udf",
        "dvdram-2.01-2048.udf",
        "cdr-1.50-2048.udf",
        "bdr-2.60-2048.udf",
    ];
    for name in images {
        let Some(image) = udf_image(name) else { return };
        let workshop = Workshop::new("true");
        std::fs::copy(&image, workshop.path("x.iso")).expect("room");
        let listed = workshop.shell("isols --json -R x.iso; seq 1 1000000 > big");
        // 7-Zip knows blocks of 2,048 bytes, and no virtual partition.
        let reads = peer("7zz").is_some() && workshop.tries("7zz l x.iso").status.success();
        let mut changed = 0;
        for line in listed.lines() {
            let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let size = entry["size"].as_u64().unwrap_or_default();
            let path = entry["path"].as_str().unwrap_or_default();
            let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
            let holes = |extents: &Vec<serde_json::Value>| extents.iter().any(|one| one["offset"].is_null());
            if entry["kind"] != "file" || size == 0 || !is_plain || changed > 7 {
                continue;
            }
            let new = format!("head -c {} big > new; cp x.iso old.iso", size.div_ceil(2));
            workshop.shell(&new);
            let change = workshop.tries(&format!("isomk --base x.iso --in-place --replace {path}=new"));
            if entry["extents"].as_array().is_none_or(holes) {
                assert!(text(&change.stderr).contains("holes"), "{name}: {path}: {change:?}");
                workshop.shell("cmp x.iso old.iso");
                continue;
            }
            assert!(change.status.success(), "{name}: {path}: {change:?}");
            workshop.shell(&format!("isocat x.iso {path} | cmp - new"));
            let places = places::of(&workshop, "old.iso", &[&path.to_lowercase()]);
            places::assert_only(&workshop.read("old.iso"), &workshop.read("x.iso"), &places, path);
            if reads {
                let bare = path.trim_start_matches('/');
                workshop.shell(&format!("7zz e -so x.iso {bare} | cmp - new"));
            }
            changed += 1;
        }
        assert!(changed > 0 || listed.is_empty(), "{name}");
    }
}

/// A boot image is told where it lies and how long it is, before and after.
#[test]
fn what_boot_images_are_told_is_told_again() {
    const LOADER: &str = "/usr/lib/ISOLINUX/isolinux.bin";
    if peer("xorriso").is_none() || !std::path::Path::new(LOADER).exists() {
        return;
    }
    let workshop = Workshop::new(&format!(
        "mkdir tree; cp {LOADER} tree/isolinux.bin; seq 1 9 > tree/isolinux.cfg; (cat {LOADER}; echo more) | head -c -100 > new
        xorriso -as mkisofs -quiet -R -b isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info -o x.iso tree 2> /dev/null
        isomk --base x.iso --in-place -v --replace isolinux.bin=new 2> said; mkdir again; cp new again/isolinux.bin; cp -p tree/isolinux.cfg again
        xorriso -as mkisofs -quiet -R -b isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info -o y.iso again 2> /dev/null
        isocat x.iso isolinux.bin > one; isocat y.iso isolinux.bin > two; cmp one two; isols --check x.iso"
    ));
    let said = workshop.text("said");
    let wanted = "isomk: x.iso: note: /isolinux.bin: the boot information table and the place for GRUB in it were renewed\n";
    assert_eq!(said, wanted);
}

/// What a large file gives up takes no room in the image any more, where the file system can do that.
#[test]
fn what_is_given_up_reads_as_zeros() {
    let workshop = Workshop::new(
        "mkdir tree; seq 1 200000 > tree/a; seq 1 9 > tree/b; isomk -o x.iso tree; echo new > new; cp x.iso old.iso
        isomk --base x.iso --in-place --replace a=new; isocat x.iso a | cmp - new; isocat x.iso b | cmp - tree/b
        isols --json old.iso | grep '\"/a\"' | grep -o 'offset\":[0-9]*' | tr -dc 0-9 > offset",
    );
    let at: usize = workshop.text("offset").parse().expect("a number");
    let image = workshop.read("x.iso");
    let size = workshop.read("tree/a").len();
    assert_eq!(image.len(), workshop.read("old.iso").len());
    assert!(image[at + 4..(at + size).next_multiple_of(2048)].iter().all(|byte| *byte == 0));
}

/// Times are recorded in 7 bytes or in 17, as there is room for: those of 17 can say any year.
#[test]
fn times_beyond_the_short_form() {
    let workshop = Workshop::new(
        "mkdir tree; echo a > tree/a; echo b > tree/b; touch -d 2200-01-02 tree/a; touch -d 2001-02-03 tree/b; isomk -o x.iso --no-joliet tree 2> /dev/null
        cp tree/a old; echo c > c; touch -d 2300-04-05 c; isomk --base x.iso --in-place --replace a=c --replace b=c; isols -l --full-time x.iso > listed",
    );
    let listed = workshop.text("listed");
    let (a, b) = listed.split_once('\n').expect("two files");
    assert!(a.contains("2300-04-05") && b.contains("2155-12-31"), "{listed}");
    workshop.shell("isocat x.iso a b | cmp - <(echo c; echo c)");
}

/// The newest session is changed, and only what it recorded itself.
#[test]
fn sessions() {
    if peer("xorriso").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir tree; echo old > tree/old; echo first > tree/both; echo new > new; echo later > both
        xorriso -outdev x.iso -joliet on -map tree / -commit 2> /dev/null; xorriso -dev x.iso -map both /both -map new /new -commit 2> /dev/null
        echo changed > changed; isomk --base x.iso --in-place --replace new=changed --replace both=changed 2> said || true",
    );
    let said = workshop.text("said");
    assert!(said.is_empty(), "{said}");
    workshop.shell("isocat x.iso both new | cmp - <(echo changed; echo changed); isocat --session 1 x.iso both | grep -qx first");
    let refused = workshop.tries("isomk --base x.iso --in-place --replace old=changed");
    assert!(text(&refused.stderr).contains("lies in an earlier session"), "{refused:?}");
    workshop.shell("mkdir out; xorriso -osirrox on -indev x.iso -extract / out 2>/dev/null; cmp out/new changed; cmp out/old tree/old");
}

#[test]
fn a_date_that_the_image_cannot_record_is_warned_of() {
    let workshop = Workshop::new(
        "mkdir tree; seq 1 100 > tree/a; echo new > new; echo fits > fits; touch -d 2200-01-01 new; touch -d 2155-01-01 fits",
    );
    for (format, warned) in [("--no-joliet", true), ("--udf", true), ("--format udf", false)] {
        workshop.shell(&format!("rm -f x.iso; isomk -q {format} -o x.iso tree"));
        for (file, is_warned) in [("fits", false), ("new", warned)] {
            let ended = workshop.tries(&format!("isomk --base x.iso --replace a={file} --in-place"));
            let sentence = "isomk: /a: warning: its date is outside the years that the image records it in; the nearest date is recorded\n";
            let expected = if is_warned { sentence } else { "" };
            assert!(ended.status.success() && text(&ended.stderr) == expected, "{format}: {file}: {ended:?}");
        }
        let year = if warned { "2155-12-31" } else { "2200-01-01" };
        let listed = workshop.shell("TZ=UTC isols -l --full-time x.iso");
        assert!(listed.contains(year), "{format}: {listed}");
    }
}
