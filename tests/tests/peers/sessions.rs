//! A session behind an earlier one, appended to its image: what other programs find there.

use isokit_tests::{Workshop, kernel, peer};

/// `old.iso`, whose size is a multiple of 32 sectors, and the trees `first`, of which it is made, and `second`.
fn workshop() -> Option<Workshop> {
    if ["genisoimage", "isoinfo", "xorriso"].iter().any(|needed| peer(needed).is_none()) {
        return None;
    }
    let workshop = Workshop::new(
        "mkdir -p first/d/deeper second/d other
         seq 3000 > first/one; echo a > first/d/a; echo gone > first/d/same; ln -s one first/link; : > first/empty
         ln first/one first/hard; chmod 4751 first/one; echo deep > first/d/deeper/file; echo 'ä' > first/d/umläut
         echo 'new one' > second/two; echo b > second/d/b; echo changed > second/d/same
         find first second -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +",
    );
    workshop.shell("genisoimage -quiet -R -J -o old.iso first; truncate -s %64K old.iso");
    Some(workshop)
}

/// The sector at which the next session begins.
const NEXT: &str = "$(($(stat -c %s old.iso) / 2048))";

/// What other programs find in the session behind `old.iso`, without places and without links of directories, of which xorriso
/// records one.
fn said(workshop: &Workshop, session: &str) -> String {
    workshop.shell(&format!(
        "export LC_ALL=C TZ=UTC; cat old.iso {session} > whole.iso
         for names in '' -R -J; do isoinfo $names -l -N {NEXT} -i {session} | sed 's/\\[ *[0-9]*/[/; s/^\\(d[rwx-]*\\) *[0-9]*/\\1/' | sort; done
         xorriso -load sbsector {NEXT} -indev whole.iso -find / -exec lsdl 2>/dev/null | sort
         rm -rf extracted; xorriso -load sbsector {NEXT} -osirrox on -indev whole.iso -extract / extracted 2>/dev/null
         chmod -R u+w extracted; find extracted -type f -exec sha256sum {{}} + | sort -k 2
         isols -lR whole.iso | sed 's/ *[0-9]* //'"
    ))
}

#[test]
fn a_session_without_the_earlier_one_is_that_of_genisoimage_and_xorrisofs() {
    let Some(workshop) = workshop() else { return };
    for name in ["genisoimage", "xorrisofs"] {
        let options = format!("-quiet -R -J -C 0,{NEXT}");
        workshop.shell(&format!(
            "{name} {options} -o theirs second 2>/dev/null; isomk --as {name} {options} -o ours second 2>said"
        ));
        assert_eq!(said(&workshop, "ours"), said(&workshop, "theirs"), "{name}");
    }
}

#[test]
fn the_kernel_finds_a_session_where_it_begins() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(&format!(
        "isomk --as mkisofs -quiet -R -C 0,{NEXT} second 2>said | cat old.iso - > whole.iso"
    ));
    let next = workshop.shell(&format!("echo {NEXT}"));
    let (image, job) = (workshop.path("whole.iso"), format!("iso9660+sbsector={}", next.trim()));
    let Some(listings) = kernel::listings(&[(&image, &job), (&image, "iso9660")]) else { return };
    let newer = listings[0].as_ref().expect("the kernel mounts it");
    let older = listings[1].as_ref().expect("the kernel mounts it");
    assert!(newer.contains_key("two") && !newer.contains_key("one"), "{newer:?}");
    assert!(older.contains_key("one") && !older.contains_key("two"), "{older:?}");
}
