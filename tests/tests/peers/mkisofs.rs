//! genisoimage, xorrisofs and isomk under their names are given the same words: what other programs find in the images is the
//! same, but for what a table explains.

use isokit_tests::{Listing, Workshop, output, peer, text, tool_path};
use std::path::Path;
use std::process::Command;

/// A tree with names that each option about names treats in its way.
const TREE: &str = "mkdir -p tree/sub tree/Dir.d tree/boot bin
printf 1 > tree/README; printf 22 > tree/Makefile; printf 333 > tree/lower.txt; printf 4444 > 'tree/two words.txt'
printf 55555 > tree/A-b+c.x; printf 6 > tree/a_very_long_name_of_a_file.text; printf 7 > tree/sub/a.txt
printf 8 > tree/.hidden; printf 9 > tree/sub/setuid; ln -s README tree/link; : > tree/empty
chmod 4751 tree/sub/setuid; chmod 600 tree/lower.txt; chmod 700 tree/Dir.d; printf x > tree/Dir.d/file
head -c 4096 /dev/zero | tr '\\0' i > tree/boot/image; head -c 1474560 /dev/zero > tree/boot/floppy; head -c 8192 /dev/zero > tree/boot/efi
printf 'tree/sub\\ntree/README\\n' > list; printf '*.txt\\ntree/Dir.d\\n' > patterns; printf 'tree/lower.txt 5\\n' > weights
mkdir one two; echo 1 > one/x; echo 2 > two/x
mkdir kept; touch kept/a kept/b~ 'kept/#c#' kept/d.bak 'kept/e#f'
find tree kept one two -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +";

const BOTH: &[&str] = &[
    "tree",
    "-J tree",
    "-R tree",
    "-r tree",
    "-JR tree",
    "-R -J -l tree",
    "-rational-rock -joliet -joliet-long -full-iso9660-filenames tree",
    "-R -iso-level 3 tree",
    "-R -d -N tree",
    "-R -omit-period -omit-version-number -l tree",
    "-R -allow-lowercase tree",
    "-R -l -allow-lowercase tree",
    "-R -relaxed-filenames tree",
    "-R -max-iso9660-filenames tree",
    "-R -U tree",
    "-R -uid 7 -gid 8 tree",
    "-r -uid 7 tree",
    "-R -dir-mode 0711 -file-mode 0640 tree",
    "-R -V Label -A Application -publisher PUB -p PREP -sysid SYS -volset SET tree",
    "-R -volid A -V B tree",
    "-R -m *.txt tree",
    "-R -m tree/sub tree",
    "-R -x tree/sub/a.txt -exclude Dir.d tree",
    "-R -m */a.txt tree",
    "-R -m tree/sub/* tree",
    "-R -exclude-list patterns tree",
    "-R -m README -m *.txt tree/README tree/lower.txt tree/Makefile",
    "-R -x tree/README tree/README tree/Makefile",
    "-R -m README tree tree/README",
    "-R -exclude-list patterns tree/lower.txt tree/Dir.d",
    "-R -m lower.txt -path-list list",
    "-R -m link -f tree/link tree/Makefile",
    "-R -m * tree/README",
    "-R -m q -m sub -graft-points /q=tree/README /sub/q/x=tree/Makefile",
    "-R -m sub -graft-points /sub=tree",
    "-R -m tree/sub -graft-points /sub=tree/sub /x=tree",
    "-R -m tree/sub -m tree/README -graft-points /=tree /sub/x=one/x /q=tree/README",
    "-R -m one/x one two",
    "-R -J -hide README -hide-joliet Makefile tree/README tree/Makefile",
    "-R -J -hide tree/README -hide-joliet tree/Makefile -graft-points /q=tree/README /r=tree/Makefile",
    "-R -hide sub -hide tree/sub -graft-points /sub=tree/sub /x=tree",
    "-R -J -hide q -graft-points /q/x=tree/README",
    "-R -b boot/image -no-emul-boot -c cat -hide cat -m README tree",
    "-R -hide tree/sub tree",
    "-R -J -hide-joliet lower.txt -hide README tree",
    "-R -J -hide-joliet-list patterns tree",
    "-R -graft-points x/y=tree/sub z=tree/README /in/=tree/Makefile /=tree/Dir.d",
    "-R -root /r tree",
    "-R -path-list list",
    "-R -f tree",
    "-R -no-pad tree",
    "-R -sort weights tree",
    "-R -copyright README tree",
    "-R -b boot/image -no-emul-boot -boot-load-size 4 -boot-info-table -c boot/cat tree",
    "-R -c boot/cat -b boot/image -no-emul-boot -boot-load-size 4 -eltorito-alt-boot -e boot/efi -no-emul-boot tree",
    "-r -J -eltorito-boot boot/image -eltorito-catalog boot/cat -no-emul-boot tree",
    "-R -b boot/floppy -c boot/cat tree",
    "-R -no-emul-boot -b boot/efi -c cat tree",
    "-R -no-bak kept",
    "-quiet -v -pad -cache-inodes -input-charset utf-8 -R tree",
    "-log-file log -R tree",
];

const GENISOIMAGE: &[&str] = &[
    "-R -ldots -allow-lowercase -allow-multidot -l tree",
    "-R -no-iso-translate tree",
    "-R -nobak tree",
    "-R -new-dir-mode 0711 -graft-points x/y=tree/sub",
    "-new-dir-mode 0711 tree/sub",
    "-gid 3 tree",
    "-dir-mode 0711 tree",
    "-file-mode 0640 tree",
    "-R -b boot/image -no-emul-boot -no-boot -c cat tree",
    "-R -b boot/image -no-emul-boot -boot-load-seg 0x9c0 -c cat tree",
    "-joliet-long -R tree",
    "-uid 3 tree",
    "-iso-lev 2 -VLABEL -R tree",
    "-q -R tree",
    "-R -b boot/image -no-emul-boot tree",
    "-T tree",
    "-R -J -T tree",
    "-R -J -T -hide README -hide Dir.d -hide-joliet lower.txt tree",
    "-R -J -table-name NAMES -hide-joliet-trans-tbl tree",
    "-R -T -uid 7 -b boot/image -no-emul-boot -c boot/cat tree",
    "-R -J -hidden README -hidden tree/sub -hidden *.txt tree",
    "-R -J -hidden-list patterns tree",
    "-R -m tree/sub/ -x ./tree/sub -m tree//sub tree",
    "-R -m tree/sub ./tree",
    "-R -m  -hide  tree",
    "-R -m [ -m tree/[ tree",
    "-R -J -hide q -hide README -hide-joliet x -graft-points /q=tree/README /r/x=tree/Makefile",
];

const XORRISOFS: &[&str] = &[
    "--norock tree",
    "--norock -J tree",
    "--norock -uid 7 -gid 8 tree",
    "--norock -dir-mode 0711 -file-mode 0640 tree",
    "-uid 7 -R --norock tree",
    "--norock -uid 7 -r tree",
    "-joliet-long tree",
    "-disallow_dir_id_ext tree",
    "-untranslated_name_len 60 tree",
    "--modification-date=2024010203040500 tree",
    "--set_all_file_dates 2024010203040500 tree",
    "-b boot/image -no-emul-boot -c cat --boot-catalog-hide tree",
    "-b boot/image -no-emul-boot -boot-info-table --grub2-boot-info -c cat tree",
    "-eltorito-platform efi -b boot/efi -no-emul-boot -c cat tree",
    "-b boot/image -no-emul-boot -c cat -eltorito-id ABC tree",
    "-b boot/image -no-emul-boot -c cat --efi-boot boot/efi tree",
    "tree -- -volid NATIVE -volset_id SET -joliet on",
    "--sort-weight 0 / --sort-weight 1 /sub tree",
    "-uid daemon -gid games tree",
    "-R -uid 7 -b boot/image -no-emul-boot -c boot/cat tree",
    "-T tree",
    "-m tree/sub/ tree",
    "-x ./tree//sub tree",
    "-m tree/sub ./tree",
    "-J -hide q -hide README -hide-joliet x -graft-points /q=tree/README /r/x=tree/Makefile",
];

/// Why the two differ: the words in which it shows, of these paths or what is called so, of images made so; and the reason.
const EXPLAINED: &[(&str, &str, &str, &str)] = &[
    ("link", "mode=", "-r", "a link has the mode 0777 on every system"),
    ("link", "mode=", "-file-mode", "likewise"),
    ("link", "mode=", "-dir-mode", "likewise"),
    ("boot/cat", "time=", "", "the catalog is as old as the volume, which is not the moment of the run"),
    ("cat", "time=", "", "likewise"),
    ("boot.catalog", "time=", "", "likewise"),
    ("boot/cat", "sha256digest=", "", "places differ"),
    ("cat", "sha256digest=", "", "likewise"),
    ("boot.catalog", "sha256digest=", "", "likewise"),
    ("boot/image", "sha256digest=", "-boot-info-table", "likewise, and are written into the boot image"),
    ("", "time=", "-path-list", "what has no source is as old as the volume"),
    ("", "time=", "-root", "likewise"),
    ("", "time=", "-graft-points", "likewise"),
    ("r", "time=", "-root", "likewise"),
    ("x", "time=", "-graft-points", "likewise"),
    ("in", "time=", "-graft-points", "likewise"),
    ("q", "time=", "-graft-points", "likewise"),
    ("r", "time=", "-graft-points", "likewise"),
    ("sub", "time=", "/sub/", "likewise"),
    ("", "time=", "tree/README tree/", "likewise"),
    ("", "time=", "* tree/README", "likewise"),
    ("", "time=", "-f tree/link", "likewise"),
    ("TRANS.TBL", "time=", "-T", "likewise"),
    ("NAMES", "time=", "-table-name", "likewise"),
];

/// Likewise, of what begins a line of [`said`], of images of this program.
const EXPLAINED_LINES: &[(&str, &str, &str, &str)] = &[
    ("/link", "genisoimage", "J", "genisoimage has an empty file in Joliet for a link"),
    ("/link", "genisoimage", "-joliet", "likewise"),
    ("Application id: ", "xorrisofs", "-A", "xorriso has some identifiers in upper case"),
    ("/", "xorrisofs", "-boot-info-table", "xorriso relaxes names if the last boot image has such a table"),
];

/// What other programs say of an image, without places.
fn said(folder: &Path, image: &str) -> String {
    let script = format!(
        "export LC_ALL=C TZ=UTC
         isoinfo -d -i {image} | grep -E '^[A-Za-z ]+ id: .' | grep -v -e XORRISO -e GENISOIMAGE | sed 's/[.];1$//'
         isoinfo -f -i {image} | sort
         isoinfo -l -i {image} | sed -n 's/^.*\\[ *[0-9]* \\(0[13]\\)\\]/marked \\1/p'
         ! isoinfo -d -i {image} | grep -q Joliet.with || {{
           isoinfo -J -f -i {image} | sort
           isoinfo -J -l -i {image} | sed -n 's/^.*\\[ *[0-9]* \\(0[13]\\)\\]/marked in Joliet \\1/p'; }}
         xorriso -indev {image} -report_el_torito plain 2>/dev/null |
           sed -n -e 's/  *[0-9]*$//' -e '/^El Torito \\(boot\\|img path\\|img opts\\|hdsiz\\|id\\)/p'"
    );
    text(&output(Command::new("bash").args(["-ec", &script]).current_dir(folder)).stdout)
}

fn run(workshop: &Workshop, program: &Path, words: &str, image: &str) -> std::process::Output {
    let mut command = Command::new(program);
    command.args(["-quiet", "-o", image]).args(words.split(' ')).current_dir(workshop.folder());
    // genisoimage writes into boot images on disk: each run has a new one.
    workshop.shell(
        "printf '%4096s' | tr ' ' i > tree/boot/image; touch -d '2024-02-03 04:05:06 UTC' tree/boot/image",
    );
    output(command.env_remove("SOURCE_DATE_EPOCH").env("TZ", "UTC"))
}

fn is_explained(path: &str, word: &str, line: &str) -> bool {
    let word = word.split_inclusive('=').next().unwrap_or_default();
    let is_it = |of: &str| {
        path == of || (!of.is_empty() && path.strip_suffix(of).is_some_and(|above| above.ends_with('/')))
    };
    EXPLAINED.iter().any(|(of, what, with, _)| is_it(of) && *what == word && line.contains(with))
}

/// The lines that one of the two has alone, but for those that are explained.
fn differing_lines(name: &str, line: &str, theirs: &str, ours: &str) -> Vec<String> {
    let is_explained = |said: &str| {
        let is_it = |(start, of, with, _): &&(&str, &str, &str, &str)| {
            said.starts_with(start) && *of == name && line.contains(with)
        };
        EXPLAINED_LINES.iter().any(|row| is_it(&row))
    };
    let alone = |these: &str, others: &str, whose: &str| -> Vec<String> {
        let alone =
            these.lines().filter(|said| !others.lines().any(|other| other == *said) && !is_explained(said));
        alone.map(|said| format!("{whose}: {said}")).collect()
    };
    [alone(theirs, ours, "theirs"), alone(ours, theirs, "ours")].concat()
}

/// Of the root, which has no name, a listing has the first of its facts in place of one.
pub(super) fn with_root(listing: Listing) -> Listing {
    let named = listing.into_iter().map(|(path, facts)| match path.starts_with("time=") {
        true => (String::new(), format!("{path} {facts}")),
        false => (path, facts),
    });
    named.collect()
}

/// The words in which the peer's listing and ours differ, but for those that are explained.
fn differences(line: &str, theirs: &Listing, ours: &Listing) -> Vec<String> {
    let paths: std::collections::BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    let facts = |listing: &Listing, path: &str| listing.get(path).cloned().unwrap_or_default();
    let mut found = Vec::new();
    for path in paths {
        let (theirs, ours) = (facts(theirs, path), facts(ours, path));
        let (one, two): (Vec<&str>, Vec<&str>) = (theirs.split(' ').collect(), ours.split(' ').collect());
        let lacking = one.iter().filter(|word| !two.contains(word)).map(|word| (word, "theirs"));
        let added = two.iter().filter(|word| !one.contains(word)).map(|word| (word, "ours"));
        let differing = lacking.chain(added).filter(|(word, _)| !is_explained(path, word, line));
        found.extend(differing.map(|(word, whose)| format!("{path}: {whose}: {word}")));
    }
    found
}

/// Holds images of isomk, called `name`, against those of that program.
fn compare(name: &str, lines: &[&str]) {
    if ["xorriso", "isoinfo", "bsdtar", name].iter().any(|needed| peer(needed).is_none()) {
        return;
    }
    let workshop = Workshop::new(TREE);
    let own = workshop.path("bin").join(name);
    std::os::unix::fs::symlink(tool_path("isomk"), &own).expect("room");
    let mut failures = Vec::new();
    for line in BOTH.iter().chain(lines) {
        let theirs = run(&workshop, Path::new(name), line, "peer.iso");
        assert!(theirs.status.success(), "{name} {line}: {}", text(&theirs.stderr));
        let ours = run(&workshop, &own, line, "own.iso");
        if !ours.status.success() {
            failures.push(format!("{name} {line}: {}", text(&ours.stderr)));
            continue;
        }
        let (one, two) = (said(workshop.folder(), "peer.iso"), said(workshop.folder(), "own.iso"));
        let differing = differing_lines(name, line, &one, &two);
        if !differing.is_empty() {
            failures.push(format!("{name} {line}:\n{}", differing.join("\n")));
        }
        let listings = (workshop.listing("peer.iso"), workshop.listing("own.iso"));
        if let (Some(theirs), Some(ours)) = listings {
            let differing = differences(line, &with_root(theirs), &with_root(ours));
            if !differing.is_empty() {
                failures.push(format!("{name} {line}:\n{}", differing.join("\n")));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        BOTH.len() + lines.len(),
        failures.join("\n")
    );
}

#[test]
fn images_are_those_of_genisoimage() {
    compare("genisoimage", GENISOIMAGE);
}

#[test]
fn images_are_those_of_xorrisofs() {
    compare("xorrisofs", XORRISOFS);
}

/// Tables of more bytes than are copied at once, to a file and to a pipe.
#[test]
fn a_table_of_many_names_is_that_of_genisoimage() {
    if ["genisoimage", "isoinfo"].iter().any(|needed| peer(needed).is_none()) {
        return;
    }
    let workshop = Workshop::new(
        "mkdir many && cd many && seq -f 'A long name with the number %g' 6000 | xargs -d '\\n' touch",
    );
    workshop.shell("genisoimage -quiet -T -iso-level 4 -R -o peer.iso many");
    workshop.shell("isomk --as genisoimage -quiet -T -iso-level 4 -R -o own.iso many");
    workshop.shell("isomk --as genisoimage -quiet -T -iso-level 4 -R many | cat > piped.iso");
    let table = |image: &str| workshop.shell(&format!("isoinfo -R -i {image} -x /TRANS.TBL"));
    let theirs = table("peer.iso");
    assert_eq!(theirs.lines().count(), 6000);
    assert!(theirs == table("own.iso"), "own.iso");
    assert!(theirs == table("piped.iso"), "piped.iso");
}

#[test]
fn messages_are_in_the_log_of_a_run_that_fails_as_well() {
    let workshop = Workshop::new(TREE);
    let run = |words: &str| {
        let mut command = Command::new(tool_path("isomk"));
        output(command.args(words.split(' ')).current_dir(workshop.folder()))
    };
    let done = run("--as genisoimage -log-file log -o own.iso tree");
    assert_eq!((done.status.code(), text(&done.stderr)), (Some(0), String::new()));
    assert_eq!(workshop.text("log"), "isomk: /link: warning: requires Rock Ridge; omitted\n");
    let failed = run("--as genisoimage -log-file log -o own.iso missing");
    assert_eq!((failed.status.code(), text(&failed.stderr)), (Some(2), String::new()));
    assert!(workshop.text("log").starts_with("isomk: missing: "), "{}", workshop.text("log"));
    // Nothing that is read is written over.
    let refused = run("--as genisoimage -log-file own.iso -o own.iso tree");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("are the same file"), "{}", text(&refused.stderr));
    for (words, want) in [
        ("tree/README", "tree/README: is both an input and an output (-log-file tree/README)"),
        ("tree", "tree/README: would be overwritten by -log-file tree/README"),
        ("-f list", "tree/README: would be overwritten by -log-file tree/README"),
    ] {
        let refused = run(&format!("--as genisoimage -log-file tree/README -o own.iso {words}"));
        assert_eq!(refused.status.code(), Some(2), "{words}");
        assert!(text(&refused.stderr).contains(want), "{}", text(&refused.stderr));
        assert_eq!(workshop.text("tree/README"), "1");
    }
    // A log of an earlier run in the tree is not in the way, nor in the image.
    for _ in 0..2 {
        let done = run("--as genisoimage -R -log-file tree/log -o own.iso tree");
        assert_eq!((done.status.code(), text(&done.stderr)), (Some(0), String::new()));
        assert_eq!(
            workshop.text("tree/log"),
            "isomk: tree/log: warning: is an output of this run; omitted from the image\n"
        );
    }
}

/// implantisomd5 refuses images whose application use field is not blank.
#[test]
fn the_application_use_field_is_blank_unless_it_is_asked_for() {
    let workshop = Workshop::new(TREE);
    for (words, byte) in
        [("genisoimage -J", b' '), ("xorrisofs", b' '), ("xorrisofs --application_use x", b'x')]
    {
        let mut command = Command::new(tool_path("isomk"));
        let words = format!("--as {words} -o own.iso -R tree");
        let done = output(command.args(words.split(' ')).current_dir(workshop.folder()));
        assert_eq!(done.status.code(), Some(0), "{words}: {}", text(&done.stderr));
        let image = std::fs::read(workshop.path("own.iso")).expect("made");
        let field = image.get(0x8000 + 883..0x8000 + 1395).expect("a primary volume descriptor");
        assert!(field.iter().all(|found| *found == byte), "{words}: {field:?}");
    }
}

/// A link that is named is a link, unless links are followed; one that ends in a slash leads somewhere.
#[test]
fn links_that_are_named_are_stored_as_the_peers_store_them() {
    let workshop = Workshop::new(
        "mkdir -p real/d; echo a > real/f; ln -s real L; ln -s real/f LF; ln -s nowhere broken; echo L/ > list",
    );
    let xorriso_only = "#-graft-points y/=L#L/#-path-list list#-graft-points y/=L/#-f -graft-points /=L#real/#-graft-points /=real/";
    let paths = "L#L real#L LF broken#-f L#-f L LF#-graft-points x=L y/=LF#-graft-points x=LF#-f -graft-points x=L y=LF#real";
    let ours_only = "-graft-points y/=L#-graft-points /=L#L/#-path-list list";
    for (program, name, words) in [
        ("genisoimage", "genisoimage", [paths, "#", ours_only].concat()),
        ("xorriso", "xorriso -as mkisofs", [&paths.replace(" y/=LF", ""), xorriso_only].concat()),
        (
            "xorriso",
            "xorriso",
            "-map L /deep#-map LF /x#-follow on -map L /deep#-add L LF --#-cpr L /q --#-map L/ /x#-map L x/#-add L/ --\
             #-cpr L/ /x --#-follow on -map L /#-map real/ /".to_owned(),
        ),
    ] {
        if peer("xorriso").is_none() || peer(program).is_none() {
            continue;
        }
        for words in words.split('#') {
            let made = |called: &str| {
                let line = match name {
                    "xorriso" => format!("{called} -outdev o.iso {words}"),
                    _ => format!("{called} -R -o o.iso {words}"),
                };
                workshop.shell(&format!(
                    "rm -f o.iso; {line} 2> said || {{ cat said; false; }}
                     xorriso -indev o.iso -find / -exec lsdl 2> said | sed -E 's/.* (.\\/.*)/\\1/' | sort"
                ))
            };
            let dialect = if name == "xorriso -as mkisofs" { "xorrisofs" } else { name };
            assert_eq!(made(&format!("isomk --as {dialect}")), made(name), "{name}: {words}");
        }
    }
}

/// The root of an image is a directory: xorriso refuses a link in its place, to whatever it leads.
#[test]
fn the_root_is_no_link() {
    let workshop =
        Workshop::new("mkdir -p real/d; echo a > real/f; ln -s real L; ln -s real/f LF; ln -s x broken");
    for words in ["-as mkisofs -o o.iso -graft-points /=", "-outdev o.iso -map "] {
        for (source, end) in [("L", ""), ("L/", ""), ("LF", ""), ("real/f", ""), ("broken", "")] {
            let end = if words.contains("-map") { " /" } else { end };
            let run = |called: &str| {
                workshop.ended(&format!("rm -f o.iso; {called} {words}{source}{end}; test ! -e o.iso"))
            };
            if peer("xorriso").is_some() {
                let theirs = run("xorriso");
                assert!(theirs.2.contains("is not a directory"), "{words}{source}: {}", theirs.2);
            }
            let ours = run("isomk --as xorriso");
            let said = format!(
                "isomk: {}: is no directory, and cannot be the root of the image\n",
                source.trim_end_matches('/')
            );
            assert_eq!(ours.2, said, "{words}{source}");
        }
    }
}

/// An older image is a file of boot code, too: of that the first 32 KiB count.
#[test]
fn of_larger_boot_code_the_first_sectors_are_taken() {
    let workshop = Workshop::new(
        "mkdir tree; printf '%4096s' | tr ' ' i > tree/image; seq 20000 > old; truncate -s 100000 old",
    );
    let boots = "-b image -no-emul-boot -c cat";
    for (program, words) in [
        ("genisoimage", "-quiet -R -o o.iso -G old tree".to_owned()),
        ("xorriso", "-as mkisofs -quiet -R -o o.iso -G old tree".to_owned()),
        ("xorriso", format!("-as mkisofs -quiet -R -o o.iso -isohybrid-mbr old {boots} tree")),
        ("xorriso", format!("-as mkisofs -quiet -R -o o.iso --grub2-mbr old {boots} tree")),
        ("xorriso", "-outdev o.iso -map tree / -boot_image any system_area=old".to_owned()),
        (
            "xorriso",
            "-outdev o.iso -map tree / -boot_image any bin_path=image -boot_image grub grub2_mbr=old"
                .to_owned(),
        ),
        (
            "xorriso",
            "-outdev o.iso -map tree / -boot_image any bin_path=image -boot_image isolinux system_area=old"
                .to_owned(),
        ),
    ] {
        if peer(program).is_none() {
            continue;
        }
        // The table, and before it the place of the boot image, are another's.
        let area = |called: &str| {
            workshop.shell(&format!(
                "rm -f o.iso; {called} {words} 2>said || {{ cat said; false; }}
                 {{ head -c 432 o.iso; head -c 32768 o.iso | tail -c +513; }} | sha256sum"
            ))
        };
        assert_eq!(area(&format!("isomk --as {program}")), area(program), "{program} {words}");
    }
}
