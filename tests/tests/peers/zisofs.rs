//! Files that mkzftree made, in images of isomk: other readers decode them.

use isokit_tests::{Workshop, kernel, peer};

/// `tree`, which mkzftree made of `plain`; what is not smaller in that form it leaves as it is. Some names in it only look
/// like such files.
fn workshop() -> Option<Workshop> {
    if ["mkzftree", "genisoimage", "xorriso"].iter().any(|needed| peer(needed).is_none()) {
        return None;
    }
    let workshop = Workshop::new(
        "mkdir -p plain/d; seq 100000 > plain/numbers; : > plain/empty; echo small > plain/small
         head -c 300000 /dev/zero > plain/d/zeros; head -c 32768 /dev/zero | tr '\\0' x > plain/d/block; ln -s numbers plain/link
         mkzftree plain tree; head -c 20000 tree/numbers > tree/cut; cp tree/cut plain/cut
         printf '\\67\\344\\123\\226\\311\\333\\326\\7' > tree/magic; cp tree/magic plain/magic
         find plain tree -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +",
    );
    Some(workshop)
}

/// The ZF entries of an image, sorted: those of the directory records are all there are.
const ENTRIES: &str =
    "LC_ALL=C grep -abo -P 'ZF\\x10\\x01pz.{10}' \"$1\" | cut -d : -f 2- | xxd -p -c 17 | sort";

#[test]
fn entries_are_those_of_genisoimage_and_xorrisofs() {
    let Some(workshop) = workshop() else { return };
    // Both mark whatever begins as such a file; Linux gives nothing but errors for what is none.
    workshop.shell("rm tree/cut tree/magic");
    workshop.shell(&format!("echo {} > entries", quoted(ENTRIES)));
    for name in ["genisoimage", "xorrisofs"] {
        workshop.shell(&format!(
            "{name} -quiet -R -z -o theirs tree 2>/dev/null; isomk --as {name} -quiet -R -z -o ours tree
             isomk --as {name} -quiet -R -o plain.iso tree"
        ));
        let entries = |image: &str| workshop.shell(&format!("bash entries {image}"));
        let theirs = entries("theirs");
        assert_eq!(theirs.lines().count(), 3, "{theirs}");
        assert_eq!(entries("ours"), theirs, "{name}");
        assert_eq!(workshop.tries("bash entries plain.iso").stdout, b"");
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[test]
fn the_kernel_and_the_tools_decode_them() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("isomk --as genisoimage -quiet -R -z -o x.iso tree; isomk --as genisoimage -quiet -J -z -o joliet.iso tree");
    workshop.shell("genisoimage -quiet -R -o plain.iso plain");
    assert_eq!(
        workshop.shell("imgsum --files x.iso | sort"),
        workshop.shell("imgsum --files plain.iso | sort")
    );
    let (image, plain) = (workshop.path("x.iso"), workshop.path("plain.iso"));
    let Some(listings) = kernel::listings(&[(&image, "iso9660"), (&plain, "iso9660")]) else { return };
    let (decoded, wanted) = (listings[0].as_ref().expect("a mount"), listings[1].as_ref().expect("a mount"));
    for name in ["numbers", "empty", "small", "d/zeros", "d/block", "link", "cut", "magic"] {
        assert_eq!(decoded[name].content, wanted[name].content, "{name}");
    }
}

#[test]
fn a_later_session_leaves_them_where_they_lie() {
    let Some(workshop) = workshop() else { return };
    let script = "isomk --as genisoimage -quiet -R -z -o x.iso tree; truncate -s %64K x.iso; mkdir new; echo new > new/new
         next=$(($(stat -c %s x.iso) / 2048)); isomk --as genisoimage -quiet -no-pad -R -M x.iso -C 0,$next -o session new
         cat x.iso session > whole.iso; [ $(stat -c %s session) -lt 100000 ]; rm plain/cut; cp tree/cut plain/; echo new > plain/new
         diff <(imgsum --files whole.iso | sort) <(cd plain && find * -type f -exec sha256sum {} + | sort)";
    assert_eq!(workshop.shell(script), "");
}

#[test]
fn a_base_keeps_them_where_rock_ridge_can_say_so() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(&format!(
        "echo {} > entries; rm tree/cut tree/magic plain/cut plain/magic; echo more > more
         genisoimage -quiet -R -J -z -o old.iso tree
         isomk -q --base old.iso -o new.iso more; isomk -q --base old.iso --remove /numbers -o less.iso
         isomk -q --base old.iso --dedup -o shared.iso packed=tree/numbers
         isomk -q --base old.iso --udf -o udf.iso; isomk -q --base old.iso --sums sums -o told.iso
         isomk -q -o source.iso @old.iso",
        quoted(ENTRIES)
    ));
    let entries = |image: &str| workshop.shell(&format!("bash entries {image}"));
    let theirs = entries("old.iso");
    assert_eq!(theirs.lines().count(), 3, "{theirs}");
    assert_eq!((entries("new.iso"), entries("shared.iso")), (theirs.clone(), theirs));
    assert_eq!(entries("less.iso").lines().count(), 2);
    for decoded in ["udf.iso", "told.iso", "source.iso"] {
        assert_eq!(workshop.tries(&format!("bash entries {decoded}")).stdout, b"", "{decoded}");
        workshop.shell(&format!("isocat {decoded} /numbers | cmp - plain/numbers"));
    }
    workshop.shell(
        "isocat new.iso /numbers | cmp - plain/numbers; isocat new.iso --names joliet /numbers | cmp - tree/numbers
         isocat shared.iso /numbers | cmp - plain/numbers; isocat shared.iso /packed | cmp - tree/numbers
         bsdtar -xOf new.iso numbers | cmp - plain/numbers; isols -q --check new.iso; isols -q --check shared.iso
         cd plain; sha256sum -c --quiet ../sums",
    );
    let (new, plain) = (workshop.path("new.iso"), workshop.path("source.iso"));
    let Some(listings) = kernel::listings(&[(&new, "iso9660"), (&plain, "iso9660")]) else { return };
    let (decoded, wanted) = (listings[0].as_ref().expect("a mount"), listings[1].as_ref().expect("a mount"));
    for name in ["numbers", "empty", "small", "d/zeros", "d/block", "link"] {
        assert_eq!(decoded[name].content, wanted[name].content, "{name}");
    }
}
