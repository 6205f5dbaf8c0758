//! A change that is interrupted leaves the old files, or the new ones once it is finished.

use isokit_tests::{Workshop, peer, text};

const MAKE: &str = "mkdir tree; seq 1 9000 > tree/a; echo old > tree/b; isomk -o old.iso --udf tree
    seq 5 9000 > new; echo new > b; cp old.iso x.iso";

const CHANGE: &str = "isomk --base x.iso --in-place --replace a=new --replace b=b";

/// What is called when something becomes durable, or of use to others.
const CALLS: [&str; 6] = ["write", "pwrite64", "fsync", "linkat", "unlink", "openat"];

#[test]
fn a_process_that_is_killed_anywhere_leaves_the_old_or_the_new() {
    if peer("strace").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!("{MAKE}; {CHANGE}; mv x.iso new.iso"));
    let (mut old, mut finished, mut new) = (0, 0, 0);
    for call in CALLS {
        for number in 1.. {
            workshop.shell("rm -f x.iso*; cp old.iso x.iso");
            let trace =
                format!("strace -f -o /dev/null -e trace={call} -e inject={call}:signal=KILL:when={number}");
            let ended = workshop.tries(&format!("{trace} {CHANGE}"));
            let is_journal = workshop.path("x.iso.isomk-journal").exists();
            let listed = workshop.tries("isols x.iso");
            let warned = text(&listed.stderr)
                .contains("a change of it was interrupted; isomk --in-place --base x.iso finishes it");
            assert_eq!((listed.status.success(), warned), (true, is_journal), "{call} {number}: {listed:?}");
            workshop.shell("isomk --base x.iso --in-place -q");
            assert!(!workshop.path("x.iso.isomk-journal").exists(), "{call} {number}");
            let found = workshop.read("x.iso");
            let (is_old, is_new) = (found == workshop.read("old.iso"), found == workshop.read("new.iso"));
            assert!(is_new || (is_old && !is_journal), "{call} {number}: {ended:?}");
            match (is_journal, is_old) {
                (true, _) => finished += 1,
                (_, true) => old += 1,
                _ => new += 1,
            }
            if ended.status.success() {
                break;
            }
            assert!(number < 400, "{call} goes on");
        }
    }
    assert!(old > 5 && finished > 5 && new >= CALLS.len(), "{old} old, {finished} finished, {new} new");
}

/// What finishes it need not be asked for the same, and may be interrupted itself.
#[test]
fn what_is_finished_comes_before_what_is_asked_for() {
    if peer("strace").is_none() {
        return;
    }
    let interrupted = "! strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=2";
    let workshop = Workshop::new(&format!(
        "{MAKE}; {interrupted} {CHANGE} 2> /dev/null; {interrupted} isomk --base x.iso --in-place 2> /dev/null
        test -e x.iso.isomk-journal; ln -s x.iso link.iso; isols link.iso 2> linked; echo newest > c
        isomk --base link.iso -o x.iso --in-place --replace b=c 2> said; isocat x.iso a | cmp - new; isocat x.iso b | cmp - c"
    ));
    assert_eq!(
        workshop.text("said"),
        "isomk: link.iso: warning: a change of it that had been interrupted was finished\n"
    );
    let linked = "isols: link.iso: warning: a change of it was interrupted; isomk --in-place --base link.iso finishes it\n";
    assert_eq!(workshop.text("linked"), linked);
}

/// Where there is no room for the journal, the image is not touched.
#[test]
fn a_full_disk_leaves_the_old() {
    let workshop = Workshop::new(MAKE);
    let ended = workshop.tries(&format!("ulimit -f 20; trap '' XFSZ; {CHANGE}"));
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let said = text(&ended.stderr);
    assert!(
        said.contains("x.iso.isomk-journal: write: File too large; the image was not touched; --journal FILE puts the journal elsewhere\n"),
        "{said}"
    );
    workshop.shell("cmp x.iso old.iso; test ! -e x.iso.isomk-journal");
}

/// Whatever ends a change, what is said of the image is so.
#[test]
fn what_fails_tells_of_the_image() {
    if peer("strace").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!("{MAKE}; {CHANGE}; mv x.iso new.iso"));
    let mut told = [0; 3];
    let calls = [
        ("/^open(at)?$", "EACCES", 30),
        ("linkat", "EACCES", 1),
        ("pwrite64", "EIO", 3),
        ("fsync", "EIO", 6),
        ("unlink", "EACCES", 1),
    ];
    for (call, error, most) in calls {
        for number in 1..=most {
            workshop.shell("rm -f x.iso*; cp old.iso x.iso");
            let ended = workshop.tries(&format!(
                "env -u LD_LIBRARY_PATH strace -f -o /dev/null -e 'trace={call}' -e 'inject={call}:error={error}:when={number}' {CHANGE}"
            ));
            let said = text(&ended.stderr);
            match ended.status.code() {
                Some(1) if said.contains("; the image was not touched") => {
                    workshop.shell("cmp x.iso old.iso; test ! -e x.iso.isomk-journal");
                    told[0] += 1;
                }
                Some(1) if said.contains("the rest of the change is in ") => {
                    workshop.shell("isomk --base x.iso --in-place -q; cmp x.iso new.iso");
                    told[1] += 1;
                }
                Some(1) if said.contains("all of the image was changed\n") => {
                    workshop.shell("cmp x.iso new.iso; isomk --base x.iso --in-place -q; cmp x.iso new.iso; test ! -e x.iso.isomk-journal");
                    told[2] += 1;
                }
                Some(0) => drop(workshop.shell("cmp x.iso new.iso; test ! -e x.iso.isomk-journal")),
                Some(2 | 127) => drop(workshop.shell("cmp x.iso old.iso; test ! -e x.iso.isomk-journal")),
                _ => panic!("{call} {number}: {ended:?}"),
            }
            if said.contains("create: ") {
                let advised = "create: Permission denied; the image was not touched; --journal FILE puts the journal elsewhere\n";
                assert!(said.ends_with(advised), "{said}");
                told[0] += 100;
            }
        }
    }
    assert!(told[0] > 101 && told[1] > 1 && told[2] > 1, "{told:?}");
    workshop.shell(
        "isomk --base x.iso --in-place -v 2> said; isomk --base x.iso --in-place 2> quiet; test ! -s quiet",
    );
    assert!(workshop.text("said").ends_with("/x.iso.isomk-journal, and nothing to be finished\n"));
}

/// A device has nothing beside it; the journal lies where it is asked for, and is found there again.
#[test]
fn a_journal_may_lie_elsewhere() {
    if peer("strace").is_none() {
        return;
    }
    let killed = "! strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=2";
    Workshop::new(&format!(
        "{MAKE}; {killed} {CHANGE} --journal here 2> /dev/null; test -e here -a ! -e x.iso.isomk-journal
        isomk --base x.iso --in-place --journal here -q; test ! -e here; isocat x.iso a | cmp - new"
    ));
}

/// Whatever opens an image that is between the old and the new says so, and does its work, unless that is another image.
#[test]
fn every_reader_warns_of_a_journal() {
    if peer("strace").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!(
        "{MAKE}; ! strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=2 {CHANGE} 2> /dev/null
        imgsum x.iso > list 2> /dev/null"
    ));
    for reader in [
        "isols x.iso",
        "isols --check x.iso",
        "isocat x.iso b",
        "imgsum --files x.iso",
        "imgconv --to gzip x.iso",
        "imgsum x.iso",
        "imgsum -a md5,sha256 x.iso tree/a",
        "imgsum --volume x.iso",
        "imgsum --check list",
        "isomk --as xorriso -indev x.iso -find /",
    ] {
        let said = text(&workshop.tries(reader).stderr);
        let tool = reader.split(' ').next().expect("a tool");
        let wanted = format!(
            "{tool}: x.iso: warning: a change of it was interrupted; isomk --in-place --base x.iso finishes it\n"
        );
        assert!(said.contains(&wanted), "{reader}: {said}");
    }
    for quiet in ["isols - < x.iso", "imgsum - < x.iso", "imgsum tree/a"] {
        let quiet = workshop.tries(quiet);
        assert_eq!(text(&quiet.stderr), "", "what comes through a descriptor has no name");
    }
}

/// A mixture of old and new goes into no other image, and what is to finish the change stays of use.
#[test]
fn no_image_is_made_of_one_that_is_between_two() {
    if peer("strace").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!(
        "{MAKE}; isomk -o x.iso tree; cp x.iso old.iso; ln -s x.iso link.iso; ! strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=2 {CHANGE} 2> /dev/null
        cp x.iso half.iso; cp x.iso.isomk-journal good"
    ));
    for writer in [
        "isomk -o n.iso @x.iso",
        "isomk -o n.iso sub=@x.iso",
        "isomk -o n.iso --base x.iso",
        "isomk -o n.iso --base link.iso",
        "isomk -o n.iso --append-partition linux=x.iso tree",
        "isomk --print-size --base x.iso",
        "isomk --base x.iso --in-place --replace b=b --journal other",
        "isomk --as xorriso -dev x.iso -map new /q",
        "isomk --as xorriso -indev x.iso -outdev n.iso -map new /q",
        "isomk --as xorrisofs -quiet -R -M x.iso -C 0,1000 -o n.iso new",
        "isomk --as genisoimage -quiet -R -M x.iso -C 0,1000 -o n.iso new",
    ] {
        let ended = workshop.tries(writer);
        let image = if writer.contains("link.iso") { "link.iso" } else { "x.iso" };
        let wanted = format!(
            "isomk: {image}: a change of it was interrupted; isomk --in-place --base {image} finishes it\n"
        );
        assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(2), wanted), "{writer}");
        workshop.shell("cmp x.iso half.iso; cmp x.iso.isomk-journal good; test ! -e n.iso -a ! -e other");
    }
    workshop.shell("isomk --base x.iso --in-place -q --journal $PWD/x.iso.isomk-journal; isomk -o n.iso --base x.iso; isocat n.iso a | cmp - new");
}

/// What is read has to be of one state: a source that is written meanwhile leaves the old.
#[test]
fn a_source_that_changes_leaves_the_old() {
    if peer("strace").is_none() {
        return;
    }
    for change in ["echo more >> new", "truncate -s 9 new", "touch new"] {
        let workshop = Workshop::new(MAKE);
        let slowly = "strace -f -o /dev/null -e trace=write -e inject=write:delay_enter=1500000:when=1";
        let ended = workshop.tries(&format!("(sleep 0.7; {change}) & {slowly} {CHANGE}"));
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{change}: {said}");
        assert_eq!(
            said, "isomk: new: was changed while it was read; the image was not touched\n",
            "{change}"
        );
        workshop.shell("cmp x.iso old.iso; test ! -e x.iso.isomk-journal");
    }
}
