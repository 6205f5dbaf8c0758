//! A session behind an earlier one, appended to its image: what other programs find there.

use isokit_tests::{Workshop, kernel, peer};

/// `old.iso`, whose size is a multiple of 32 sectors, and the trees `first`, of which it is made, and `second`.
fn workshop() -> Option<Workshop> {
    if ["genisoimage", "isoinfo", "xorriso"].iter().any(|needed| peer(needed).is_none()) {
        return None;
    }
    let workshop = Workshop::new(
        "mkdir -p first/d/deeper second/d/other
         seq 3000 > first/one; echo a > first/d/a; echo gone > first/d/same; ln -s one first/link; : > first/empty
         ln first/one first/hard; chmod 4751 first/one; echo deep > first/d/deeper/file; echo 'ä' > 'first/d/with blanks'
         echo 'new one' > second/two; echo b > second/d/b; echo changed > second/d/same
         echo o > second/d/other/o; find first second -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +",
    );
    workshop.shell("genisoimage -quiet -R -J -o old.iso first; truncate -s %64K old.iso");
    Some(workshop)
}

/// The sector at which the next session begins.
const NEXT: &str = "$(($(stat -c %s old.iso) / 2048))";

/// What other programs find in the session behind `old.iso`, without places, without what genisoimage has in Joliet for a link and without links, of which xorriso
/// records one.
fn said(workshop: &Workshop, session: &str) -> String {
    workshop.shell(&format!(
        "export LC_ALL=C TZ=UTC; cat old.iso {session} > whole.iso
         for names in '' -R -J; do isoinfo $names -l -N {NEXT} -i {session} | sed 's/\\[ *[0-9]*/[/; s/^\\([-d][rwxst-]*\\) *[0-9]*/\\1/' | sort; done | sed '/^--.* link $/d'
         xorriso -load sbsector {NEXT} -indev whole.iso -find / -exec lsdl 2>/dev/null | sort
         rm -rf extracted; xorriso -load sbsector {NEXT} -osirrox on -indev whole.iso -extract / extracted 2>/dev/null
         chmod -R u+w extracted; find extracted -type f -exec sha256sum {{}} + | sort -k 2
         isols -lR whole.iso | sed 's/ *[0-9]* //'"
    ))
}

/// That other programs find the same in `ours` and in `theirs`.
#[track_caller]
fn assert_same(workshop: &Workshop, what: &str) {
    let (ours, theirs) = (said(workshop, "ours"), said(workshop, "theirs"));
    let alone = |these: &str, others: &str| -> Vec<String> {
        these.lines().filter(|line| !others.lines().any(|other| other == *line)).map(str::to_owned).collect()
    };
    assert_eq!(alone(&ours, &theirs), alone(&theirs, &ours), "{what}");
    assert_eq!(ours, theirs, "{what}");
}

#[test]
fn a_session_without_the_earlier_one_is_that_of_genisoimage_and_xorrisofs() {
    let Some(workshop) = workshop() else { return };
    for name in ["genisoimage", "xorrisofs"] {
        let options = format!("-quiet -R -J -C 0,{NEXT}");
        workshop.shell(&format!(
            "{name} {options} -o theirs second 2>/dev/null; isomk --as {name} {options} -o ours second 2>said"
        ));
        assert_same(&workshop, name);
    }
}

#[test]
fn a_session_that_continues_an_earlier_one_is_that_of_genisoimage_and_xorrisofs() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("cp -p first/d/a second/d/; mkdir -p second/d/deeper; echo two > second/d/deeper/another; touch -d '2024-02-03 04:05:06 UTC' second/d/deeper second/d second/d/deeper/another");
    for name in ["genisoimage", "xorrisofs"] {
        for options in ["-R -J", "-R -J -D", "-R -uid 7 -file-mode 0640 -J"] {
            let options = format!("-quiet {options} -M old.iso -C 0,{NEXT}");
            workshop.shell(&format!(
                "{name} {options} -o theirs second 2>/dev/null; isomk --as {name} {options} -o ours second"
            ));
            assert_same(&workshop, &format!("{name} {options}"));
        }
    }
}

/// xorriso has identifiers of the image that it loads; genisoimage has none of them.
#[test]
fn a_session_is_called_as_xorriso_calls_it() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("genisoimage -quiet -R -J -V BACKUP -sysid SYS -p PREPARER -publisher PUB -A APPLICATION -volset SET -copyright one -o old.iso first; truncate -s %64K old.iso");
    for name in ["genisoimage", "xorrisofs"] {
        for options in ["", "-V NEW", "-J -publisher OTHER -A MINE"] {
            let options = format!("-quiet -R {options} -M old.iso -C 0,{NEXT}");
            let said = |program: &str| {
                workshop.shell(&format!(
                    "{program} {options} -o new second 2>said; cat old.iso new > whole.iso
                     xorriso -load sbsector {NEXT} -indev whole.iso -pvd_info 2>/dev/null | sed -nE 's/: (XORRISO|GENISOIMAGE).*/: /; / (Id|File) *:/p'"
                ))
            };
            assert_eq!(said(&format!("isomk --as {name}")), said(name), "{name} {options}");
        }
    }
}

/// growisofs gives the sector of the volume descriptor; an image for a partition at sector 16 has descriptors at sector 32 too.
#[test]
fn a_session_is_known_by_its_volume_descriptor() {
    let Some(workshop) = workshop() else { return };
    let whole =
        "xorrisofs -quiet -R -J -partition_offset 16 -o old.iso first 2>said; truncate -s %64K old.iso";
    for old in ["true", whole] {
        workshop.shell(old);
        for name in ["genisoimage", "xorrisofs"] {
            let options = format!("-quiet -R -J -M old.iso -C 16,{NEXT}");
            workshop.shell(&format!(
                "{name} {options} -o theirs second 2>/dev/null; isomk --as {name} {options} -o ours second"
            ));
            assert_same(&workshop, &format!("{old}; {name} {options}"));
        }
    }
}

#[test]
fn what_an_earlier_session_has_is_not_stored_again() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("head -c 3M /dev/urandom > first/large; cp -p first/large second/; cp -p first/one second/d/one; genisoimage -quiet -R -J -o old.iso first; truncate -s %64K old.iso");
    let places = |image: &str, sector: &str| {
        workshop.shell(&format!(
            "isoinfo -R -l -N {sector} -i {image} | sed -nE 's/^.*\\[ *([0-9]+) .* (large|one) $/\\2 \\1/p' | sort -u"
        ))
    };
    let old = places("old.iso", "0");
    assert_eq!(old.lines().count(), 2, "{old}");
    for (name, sizes) in [("genisoimage", 0..1 << 20), ("xorrisofs", 3 << 20..4 << 20)] {
        let size = workshop.shell(&format!(
            "isomk --as {name} -quiet -no-pad -R -M /dev/fd/3 -C 0,{NEXT} -o new second 3<old.iso; stat -c %s new"
        ));
        // xorriso stores again what is named again.
        assert!(sizes.contains(&size.trim().parse::<i32>().expect("a number")), "{name}: {size}");
        let new = places("new", NEXT);
        let kept = new.lines().filter(|line| old.lines().any(|old| old == *line)).count();
        assert_eq!(kept, if name == "genisoimage" { 2 } else { 1 }, "{old}{new}");
    }
}

/// A boot image of the session before can boot the new one, but one that has to be told its place is stored again.
#[test]
fn boot_images_are_kept_unless_they_are_patched() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("printf '%4096s' | tr ' ' i > first/image; cp -p first/image second/; genisoimage -quiet -R -o old.iso first; truncate -s %64K old.iso");
    let made = |options: &str, tree: &str| {
        let boot = format!("-b image -c cat -no-emul-boot -boot-load-size 4 {options}");
        workshop
            .ended(&format!("isomk --as genisoimage -quiet -R -M old.iso -C 0,{NEXT} {boot} -o new {tree}"))
    };
    let place = || {
        workshop.shell(&format!(
            "cat old.iso new > whole.iso; xorriso -load sbsector {NEXT} -indev whole.iso -report_el_torito plain 2>/dev/null |
               awk -v next_session={NEXT} '/^El Torito boot img/ {{ print $NF < next_session ? \"kept\" : \"new\" }}; /boot-info-table/'"
        ))
    };
    assert_eq!(made("", "second").0, 0);
    assert_eq!(place(), "kept\n");
    assert_eq!(made("-boot-info-table", "second").0, 0);
    assert_eq!(place(), "new\nEl Torito img opts :   1  boot-info-table\n");
    workshop.shell("rm second/image");
    let refused = made("-boot-info-table", "second");
    assert_eq!(refused.0, 2);
    assert!(refused.2.contains("boot image 1 is in an earlier session"), "{}", refused.2);
}

#[test]
fn a_third_session_continues_the_second() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(&format!(
        "isomk --as mkisofs -quiet -R -T -M old.iso -C 0,{NEXT} -o new second; start={NEXT}; cat old.iso new > both.iso
         truncate -s %64K both.iso; mkdir third; echo 3 > third/three; next=$(($(stat -c %s both.iso) / 2048))
         isomk --as mkisofs -quiet -R -T -M both.iso -C $start,$next -o new third; cat both.iso new > whole.iso"
    ));
    let listed = workshop.shell(
        "isols --sessions whole.iso | wc -l; isols -R whole.iso; isocat whole.iso /TRANS.TBL | cut -f 2",
    );
    assert_eq!(
        listed,
        "4
/d
/d/a
/d/b
/d/deeper
/d/deeper/file
/d/deeper/TRANS.TBL
/d/other
/d/other/o
/d/other/TRANS.TBL
/d/same
/d/TRANS.TBL
/d/with blanks
/empty
/hard
/link
/one
/three
/TRANS.TBL
/two
d
empty
hard
link
one
three
two
"
    );
    assert_eq!(workshop.shell("isocat whole.iso /d/same /three /d/a"), "changed\n3\na\n");
}

#[test]
fn what_cannot_be_continued_is_refused() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("tar cf x.tar first; cp old.iso before.iso");
    for (words, said) in [
        ("-M old.iso -o new", "-M: requires -C, which tells where sessions begin".to_owned()),
        ("-dev old.iso -o new", "-dev: requires -C, which tells where sessions begin".to_owned()),
        (
            "-udf -prev-session old.iso -cdrecord-params 0,192 -o new",
            "-cdrecord-params: a later session cannot have UDF".to_owned(),
        ),
        ("-M old.iso -C 0,40 -o new", "but the image begins at sector 40".to_owned()),
        ("-M old.iso -C 64,192 -o new", "old.iso: ".to_owned()),
        ("-M old.iso -C 0,192 -o old.iso", "old.iso: is both an input and an output (-o old.iso)".to_owned()),
        ("-M x.tar -C 0,192 -o new", "x.tar: a tar archive, not an image".to_owned()),
        ("-M first/one -C 0,192 -o new", "first/one: ".to_owned()),
        ("-M missing -C 0,192 -o new", "missing: open: ".to_owned()),
        ("-udf -M old.iso -C 0,192 -o new", "-C: a later session cannot have UDF".to_owned()),
        ("-C 192 -o new", "-C: \"192\", expected two sectors".to_owned()),
    ] {
        let ended = workshop.ended(&format!("isomk --as genisoimage -quiet -R {words} second"));
        assert_eq!((ended.0, ended.2.contains(&said)), (2, true), "{words}: {}", ended.2);
        assert!(!workshop.path("new").exists());
    }
    workshop.shell("cmp old.iso before.iso");
}

#[test]
fn the_kernel_finds_all_files_in_a_session_that_continues_an_earlier_one() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(&format!(
        "isomk --as mkisofs -quiet -R -M old.iso -C 0,{NEXT} second | cat old.iso - > whole.iso"
    ));
    let next = workshop.shell(&format!("echo {NEXT}"));
    let (image, job) = (workshop.path("whole.iso"), format!("iso9660+sbsector={}", next.trim()));
    let Some(listings) = kernel::listings(&[(&image, &job), (&image, "iso9660")]) else { return };
    let newer = listings[0].as_ref().expect("the kernel mounts it");
    let older = listings[1].as_ref().expect("the kernel mounts it");
    assert!(newer.contains_key("two") && newer.contains_key("empty"), "{newer:?}");
    assert!(older.contains_key("one") && !older.contains_key("two"), "{older:?}");
    assert_eq!(newer["one"], older["one"]);
    assert_eq!(newer["d/deeper/file"], older["d/deeper/file"]);
    assert_ne!(newer["d/same"].content, older["d/same"].content);
}
