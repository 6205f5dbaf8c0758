//! Existing images as sources: made by others and by isomk, whole and damaged.

use isokit_tests::sample::everything;
use isokit_tests::{Listing, Workshop, corpus, peer};

/// Holds two images against each other by what bsdtar lists, but for the root, which may have had no date.
#[track_caller]
fn assert_same(workshop: &Workshop, new: &str, old: &str, what: &str) {
    let listed = |image: &str| {
        workshop.listing(image).map(|mut listing| {
            listing.retain(|path, _| !path.starts_with("time="));
            listing
        })
    };
    let (Some(new), Some(old)) = (listed(new), listed(old)) else { return };
    let paths = |listing: &Listing| listing.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&new), paths(&old), "{what}");
    // Of a file with several names, bsdtar gives the content to the one that it meets first.
    let without = |facts: &String| -> Vec<String> {
        let words = facts.split(' ').filter(|word| !word.starts_with("size=") && !word.starts_with("sha256"));
        words.map(str::to_owned).collect()
    };
    for (path, facts) in &old {
        let now = &new[path];
        match [facts, now].iter().any(|facts| facts.contains("size=0 ")) {
            true => assert_eq!(without(now), without(facts), "{what}: {path}"),
            false => assert_eq!(now, facts, "{what}: {path}"),
        }
    }
}

/// What xorriso unpacks, each path with kind, permissions, owner, links, size, date and target.
const UNPACKED: &str = r"rm -rf out; mkdir out
    xorriso -hardlinks on -osirrox on:auto_chmod_on -indev $image -extract / out >/dev/null 2>&1
    cd out; find . -mindepth 1 '(' -type f -printf '%P %m %U:%G %n %s %T@\n' -o -type l -printf '%P %l\n' -o \
        -printf '%P %y %m %U:%G %T@\n' ')' | LC_ALL=C sort
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum";

#[test]
fn an_image_gives_the_image_its_tree_would() {
    let workshop = everything("");
    // libarchive loses a slash of a long target that xorriso wrote.
    workshop.shell("rm tree/longlink; find tree -exec touch -h -d 2001-02-03T04:05:06Z {} +");
    for (writer, make) in [
        (
            "xorriso",
            "xorriso -as mkisofs -quiet -R -J --hardlinks -b hello.txt -no-emul-boot -o old.iso tree",
        ),
        (
            "xorriso",
            "xorriso -as mkisofs -quiet -iso-level 3 -R --hardlinks -untranslated-filenames -o old.iso tree",
        ),
        ("bsdtar", "bsdtar -cf old.iso --format iso9660 -C tree ."),
        ("true", "isomk --no-joliet -o old.iso tree"),
        ("true", "isomk -o old.iso --format udf --udf-special keep tree"),
        // genisoimage records the numbers of devices in a way of its own.
        ("genisoimage", "rm -f tree/disk tree/null; genisoimage -quiet -R -udf -o old.iso tree"),
    ] {
        if peer(writer).is_none() {
            continue;
        }
        workshop.shell(&format!("rm -f old.iso; {make} 2>/dev/null; isomk --no-joliet -o new.iso @old.iso"));
        if !make.contains("udf-special") {
            assert_same(&workshop, "new.iso", "old.iso", make);
        }
        if writer == "xorriso" {
            let unpacked = |image: &str| workshop.shell(&format!("image=$PWD/{image}\n{UNPACKED}"));
            assert_eq!(unpacked("new.iso"), unpacked("old.iso"), "{make}");
        }
        if make == "isomk --no-joliet -o old.iso tree" {
            workshop.shell("cmp old.iso new.iso");
        }
        if make.contains("udf") && writer == "true" {
            workshop.shell("isomk --no-joliet -o want.iso tree; cmp want.iso new.iso");
        }
    }
}

/// Images of other people's programs, all with Rock Ridge or the modes that bsdtar gives to what has none.
const OTHERS: [&str; 22] = [
    "KBNLresearch+isolyzer/testFiles/iso9660_apple.iso",
    "barneygale+isoparser/isoparser/test/test.iso",
    "coreos+coreos-installer/fixtures/iso/embed-areas-2023-07.x86_64.iso",
    "debian/grub-rescue-cdrom.iso",
    "debian/ipxe.iso",
    "debian/memtest86+x64.iso",
    "hostile/grub-iso9660_early_ce.iso",
    "libarchive+libarchive/libarchive/test/test_read_format_iso_joliet_rockridge.iso",
    "libarchive+libarchive/libarchive/test/test_read_format_iso_multi_extent.iso",
    "libarchive+libarchive/libarchive/test/test_read_format_iso_rockridge_rr_moved.iso",
    "libcdio+libcdio/test/data/deep-directory.iso",
    "libcdio+libcdio/test/data/multi_extent_8k.iso",
    "made/gen-08-hfs-hybrid.iso",
    "made/gen-12-eltorito-noemul-multi.iso",
    "made/gen-20-utf8-rr-joliet-udf.iso",
    "made/pycdlib-03-rr109.iso",
    "made/xo-01-rr110-mkisofs.iso",
    "made/xo-06-multisession3.iso",
    "made/xo-11-hfsplus-gpt-appended.iso",
    "made/xo-16-sparc-sunlabel.iso",
    "mayhemheroes+pycdlib/mayhem/testsuite/seed.iso",
    "util-linux+util-linux/tests/ts/blkid/images-fs/iso-multi-0-174-348-genisoimage.img",
];

#[test]
fn images_of_other_programs_keep_all_that_libarchive_sees() {
    let Some(corpus) = corpus() else { return };
    let workshop = Workshop::new("");
    for name in OTHERS {
        let image = corpus.join(name).to_str().expect("so are they called").to_owned();
        // libarchive knows no image that has fewer than 8 sectors behind its first descriptor.
        workshop.image(&["--no-joliet", "--pad", &format!("@{image}")]);
        assert_same(&workshop, "image.iso", &image, name);
    }
}

/// What the kernel read of volumes that it had written: modes, owners, dates and digests of all.
#[test]
fn volumes_of_udf_keep_all_that_linux_sees() {
    let Some(corpus) = corpus() else { return };
    let workshop = Workshop::new("");
    for name in ["lk-01-hd-201-bs512", "lk-04-hd-200-short-bs4096", "lk-06-cdrw-150-sparable"] {
        let image = corpus.join(format!("made/linux-udf/{name}.udf"));
        workshop.image(&["--no-joliet", &format!("@{}", image.display())]);
        let Some(listing) = workshop.listing("image.iso") else { return };
        let expected = corpus.join(format!("EXPECTED/made/linux-udf/{name}.udf.linux-udf.tsv"));
        let expected = std::fs::read_to_string(expected).expect("UTF-8");
        let mut compared = 0;
        for line in expected.lines().filter(|line| line.starts_with('-') && line.is_ascii()) {
            let [facts, digest, path] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let path = path.trim_start_matches("./").replace(' ', "\\040");
            let Some(found) = listing.get(&path) else { continue };
            let [_, links, owner, size, time, _] = facts.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let (uid, gid) = owner.split_once(':').expect("two numbers");
            for want in [
                format!("uid={uid} "),
                format!("gid={gid} "),
                format!("time={time}."),
                format!("sha256digest={digest}"),
                format!("size={size} "),
            ] {
                // Of a file with several names, bsdtar has the content with the first.
                let is_further = links != "1" && found.contains("size=0 ");
                let is_content = want.starts_with('s');
                let is_there = format!("{found} ").contains(&want) || is_further && is_content;
                assert!(is_there, "{name}: {line}: {found}");
            }
            compared += 1;
        }
        assert!(compared > 80, "{name}: {compared}");
    }
}

#[test]
fn what_is_encoded_is_added_as_its_readers_read_it() {
    if peer("xorriso").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir tree; seq 1 200000 > tree/big; seq 1 3 > tree/small; head -c 500000 /dev/zero > tree/zeros
        xorriso -outdev z.iso -map tree / -set_filter_r --zisofs / -- -commit >/dev/null 2>&1
        isols -l z.iso > sizes; isomk -o want.iso tree; isomk --sums sums -o image.iso @z.iso",
    );
    let packed = workshop.read("z.iso").len();
    assert!(packed < 1_000_000, "xorriso has compressed nothing: {packed}");
    assert_eq!(
        workshop.content("image.iso", "/big").unwrap_or_else(|| workshop.read("tree/big")),
        workshop.read("tree/big")
    );
    workshop
        .shell("cd tree; sha256sum -c --quiet ../sums; cd ..; isocat image.iso /zeros | cmp - tree/zeros");
    // A block that zlib cannot read is found only when it is written.
    let mut damaged = workshop.read("z.iso");
    let magic = [0x37, 0xe4, 0x53, 0x96, 0xc9, 0xdb, 0xd6, 0x07];
    let file = damaged.windows(8).position(|bytes| bytes == magic).expect("a file in zisofs form");
    damaged[file + 2048..file + 4096].fill(0xAA);
    std::fs::write(workshop.path("damaged.iso"), damaged).expect("room");
    let ended = workshop.tries("isomk -o none.iso @damaged.iso");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.starts_with("isomk: damaged.iso: /big: byte 0x"), "{said}");
    assert!(said.contains(": zisofs block: "), "{said}");
    assert!(said.ends_with("an input can no longer be read; the image is incomplete\n"), "{said}");
    assert!(ended.status.code() == Some(1) && !workshop.path("none.iso").exists());
}

#[test]
fn an_image_has_a_place_beside_other_sources_and_patterns_apply() {
    let workshop = Workshop::new(
        "mkdir -p a/d b; echo 1 > a/d/x; ln a/d/x a/hard; echo 2 > a/y; echo new > b/y; touch a/@odd
        isomk -o a.iso a; tar -cf b.tar -C b .",
    );
    workshop.image(&["in/=@a.iso", "@b.tar", "plain=a.iso", "/d/=b/y"]);
    if let Some(found) = workshop.paths("image.iso") {
        assert_eq!(found, "/d\n/d/y\n/in\n/in/@odd\n/in/d\n/in/d/x\n/in/hard\n/in/y\n/plain\n/y");
    }
    workshop.shell("isocat image.iso /plain | cmp - a.iso");
    workshop.image(&["--exclude", "d", "--strip-components=0", "@a.iso", "b"]);
    if let Some(content) = workshop.content("image.iso", "/hard") {
        assert_eq!(content, b"1\n", "a hard link outlives the other name");
        assert_eq!(workshop.content("image.iso", "/y").as_deref(), Some(&b"new\n"[..]));
    }
    workshop.image(&["--strip-components=1", "@a.iso"]);
    if let Some(found) = workshop.paths("image.iso") {
        assert_eq!(found, "/x");
    }
    // What exists under its whole name is a file, as ever.
    workshop.shell(
        "cp a.iso @a.iso; isomk -o from @a.iso; [ \"$(isols from)\" = @a.iso ]; rm @a.iso; isomk -o from @a.iso
        isols from | grep -Fx @odd; isomk -o from --graft-points=always ./@none=@a.iso; isols from | grep -Fx @none",
    );
}

#[test]
fn an_image_may_come_through_a_pipe_and_is_a_prerequisite_otherwise() {
    let workshop = everything("");
    workshop.shell(
        "find tree -exec touch -h -d @1000000000 {} +; isomk --no-joliet -o old.iso tree
        isomk() { command isomk --no-joliet \"$@\"; }
        isomk --depfile d --sums s -o new.iso @old.iso; isomk --sums t -o want.iso tree; cmp s t; cmp new.iso want.iso
        [ \"$(head -2 d)\" = \"$(printf 'new.iso: \\\\\\n old.iso')\" ]
        cat old.iso | isomk - | cmp - want.iso; isomk @- < old.iso | cmp - want.iso
        mkfifo pipe; cat old.iso > pipe & isomk @pipe | cmp - want.iso; wait
        { head -c 100 tree/big.txt; cat old.iso; } > moved; { head -c 100 >/dev/null; isomk -; } < moved | cmp - want.iso",
    );
    for output in ["old.iso", "link.iso", "hard.iso"] {
        workshop.shell("ln -sf old.iso link.iso; ln -f old.iso hard.iso");
        let before = workshop.read("old.iso");
        let ended = workshop.tries(&format!("isomk -o {output} @old.iso"));
        assert_eq!(ended.status.code(), Some(2), "{output}");
        assert!(before == workshop.read("old.iso"), "{output}");
    }
}

#[test]
fn contents_are_stored_once_that_lie_in_one_place() {
    let workshop = Workshop::new(
        "mkdir tree; seq 1 100000 > tree/a; cp tree/a tree/b; ln tree/a tree/c; seq 1 100001 > tree/d
        touch -d @1000000000 tree/* tree; isomk --dedup -o old.iso tree; isomk -o new.iso @old.iso; isomk -o large.iso tree
        [ $(stat -c %s new.iso) = $(stat -c %s old.iso) ]; [ $(stat -c %s large.iso) -gt $(stat -c %s old.iso) ]
        isomk --dedup -o small.iso @large.iso; cmp small.iso old.iso",
    );
    // Only the names of one file are its names.
    assert_eq!(workshop.shell("isols -l new.iso | cut -c 12-13"), "2 \n1 \n2 \n1 \n");
}

#[test]
fn what_is_not_whole_makes_no_image() {
    let workshop = everything("isomk -o old.iso tree");
    let size = workshop.read("old.iso").len();
    workshop.shell("head -c 1000000 old.iso > cut.iso; head -c 40000 old.iso > short.iso");
    let ended = workshop.isomk(&["-o", "refused.iso", "@cut.iso"]).assert().code(2);
    let said = String::from_utf8_lossy(&ended.get_output().stderr).into_owned();
    let lines: Vec<&str> = said.lines().collect();
    let missing = size - 1_000_000;
    let [first, others, image, last] = lines[..] else { panic!("{said}") };
    assert!(
        first.starts_with("isomk: cut.iso: /")
            && first.contains(": byte 0xf4240 (sector 488): image: ends here; ")
            || first.contains("image: ends at byte 0xf4240 (sector 488), before the "),
        "{first}"
    );
    assert!(others.ends_with(" more files lie behind the end of the image; -v lists them"), "{others}");
    assert_eq!(
        image,
        format!(
            "isomk: cut.iso: byte 0xf4240 (sector 488): image: ends here; {missing} more bytes are needed"
        )
    );
    assert!(last.ends_with(" inputs cannot be read; no image was written"), "{last}");
    let all = workshop.tries("isomk -v -o refused.iso @cut.iso");
    assert!(String::from_utf8_lossy(&all.stderr).lines().count() > 100);
    workshop.refuses(&["@short.iso"], "isomk: short.iso: ");
    // A directory that holds itself: the second record of `a` leads to the root.
    let mut looped = workshop.read("old.iso");
    let root = looped[0x8000 + 156 + 2..0x8000 + 156 + 10].to_vec();
    let directory =
        usize::try_from(u32::from_le_bytes(root[..4].try_into().expect("four"))).expect("small") * 2048;
    let mut at = directory;
    while looped[at + 25] & 2 == 0 || matches!(looped[at + 33], 0 | 1) {
        at += usize::from(looped[at]);
    }
    looped[at + 2..at + 10].copy_from_slice(&root);
    std::fs::write(workshop.path("looped.iso"), looped).expect("room");
    workshop.refuses(&["@looped.iso"], " no image was written\n");
}
