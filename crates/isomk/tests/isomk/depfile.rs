//! The rule for make, as make understands it.

use isokit_tests::Workshop;
use isokit_tests::peer;

const MAKEFILE: &str = r#"
disc.iso: tree
	isomk -o $@ --depfile disc.d --exclude-from patterns tree @more.tar
	@echo made >> log
-include disc.d
"#;

#[test]
fn make_knows_every_file_that_went_in() {
    if peer("make").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir -p 'tree/sub dir'; echo a > 'tree/sub dir/a #1'; echo b > 'tree/$b'; echo c > 'tree/100%'; echo d > 'tree/d:e'
         echo f > 'tree/back\\slash'; ln -s nowhere tree/dangling; echo x > more; tar -cf more.tar more; echo '*.bak' > patterns",
    );
    std::fs::write(workshop.path("Makefile"), MAKEFILE).expect("room on disk");
    let times_made = |step: &str| {
        workshop.shell(&format!("sleep 0.01; {step}; make -s"));
        workshop.text("log").lines().count()
    };
    assert_eq!(times_made(":"), 1);
    assert_eq!(times_made(":"), 1, "nothing changed: {}", workshop.text("disc.d"));
    assert_eq!(times_made("echo A > 'tree/sub dir/a #1'"), 2);
    assert_eq!(times_made("echo B > 'tree/$b'"), 3);
    assert_eq!(times_made("echo C > 'tree/100%'"), 4);
    assert_eq!(times_made("echo D > 'tree/d:e'"), 5);
    assert_eq!(times_made("echo F > 'tree/back\\slash'"), 6);
    assert_eq!(times_made("touch more.tar"), 7);
    assert_eq!(times_made("touch patterns"), 8);
    assert_eq!(times_made("echo n > 'tree/sub dir/new'"), 9, "a new file changes its directory");
    assert_eq!(times_made("rm 'tree/$b'"), 10, "a removed file is no missing rule");
    assert_eq!(times_made(":"), 10);
}

/// Names that mean something to make, each of which is a file here. The last ones are made by make's built-in rules from
/// others, if they may.
const NAMES: &[&str] = &[
    " ",
    "  ",
    "a ",
    " a",
    "a  b",
    "a\tb",
    "a\t",
    "a\\",
    "a\\\\",
    "a\\ b",
    "a\\\tb",
    "=",
    "a=b",
    "a = b",
    "a := b",
    "a+=b",
    ";",
    "a;b",
    "a\\;b",
    "@ ;",
    ";touch pwned",
    "x=;touch${IFS}pwned",
    "$(shell touch pwned)x",
    "`touch pwned`",
    "|",
    "a|b",
    "a\\|b",
    "&",
    "a&",
    "&a",
    ":",
    "a:b",
    "a::b",
    "a\\:b",
    "%",
    "a%b",
    "a\\%b",
    "#",
    "a#b",
    "a\\#",
    "$",
    "$$",
    "$@",
    "*",
    "a*b",
    "a?b",
    "[a]",
    "a[!b]",
    "a\\*b",
    "a%*",
    "(",
    "(1",
    "a(b",
    "b)",
    "()",
    "~",
    "~root",
    "-include",
    "include",
    "define",
    "export",
    "override x",
    "else",
    "ifeq (a,b",
    "@",
    "+x",
    "-x",
    ".PHONY",
    ".SUFFIXES",
    ".SILENT",
    ".c",
    ".sh",
    "\x0cx",
    "x\r",
    "\r",
    "a'b",
    "a\"b",
    "{a,b}",
    "ä",
    "run.sh",
    "run",
    "p.y",
    "p.c",
    "p.o",
    "p",
    "t.out",
    "t",
];

/// Makes a file for each name in each folder; what make has to do next, after a change to one, is said by `make -q`.
fn make_reads(folders: &[&str], sources: &str) {
    if peer("make").is_none() {
        return;
    }
    let workshop = Workshop::new(":");
    let makefile = format!(
        "disc.iso: ; @isomk -q -o $@ --depfile $@.d --exclude '/Makefile' {sources}\n-include disc.iso.d\n"
    );
    std::fs::write(workshop.path("Makefile"), makefile).expect("room on disk");
    let paths: Vec<_> =
        folders.iter().flat_map(|folder| NAMES.iter().map(move |name| format!("{folder}{name}"))).collect();
    for path in &paths {
        let path = workshop.path(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("room on disk");
        std::fs::write(path, "content").expect("room on disk");
    }
    let at = |seconds| std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    let date = |path: &std::path::Path, time| {
        std::fs::File::open(path).and_then(|file| file.set_modified(time)).expect("it is ours");
    };
    let age = || {
        workshop.shell(
            "find . -exec touch -h -d @1000000000 {} +; [ ! -e disc.iso ] || touch -d @1500000000 disc.iso",
        );
    };
    age();
    let quiet = |out: std::process::Output, why: &str| {
        assert!(out.stderr.is_empty(), "{why:?}: {}", String::from_utf8_lossy(&out.stderr));
        out.status.code()
    };
    assert_eq!(quiet(workshop.tries("make"), "first"), Some(0));
    age();
    assert_eq!(
        quiet(workshop.tries("make -q"), "nothing changed"),
        Some(0),
        "{}",
        workshop.text("disc.iso.d")
    );
    for path in &paths {
        let file = workshop.path(path);
        date(&file, at(1_600_000_000));
        assert_eq!(quiet(workshop.tries("make -q"), path), Some(1), "{path:?} has changed");
        date(&file, at(1_000_000_000));
    }
    assert_eq!(quiet(workshop.tries("make -q"), "as before"), Some(0));
    for path in &paths {
        std::fs::remove_file(workshop.path(path)).expect("it is there");
        assert_eq!(quiet(workshop.tries("make -q"), path), Some(1), "{path:?} is gone");
        std::fs::write(workshop.path(path), "content").expect("room on disk");
        date(&workshop.path(path), at(1_000_000_000));
    }
    assert_eq!(quiet(workshop.tries("make"), "last"), Some(0));
    for path in &paths {
        assert_eq!(workshop.text(path), "content", "{path:?} was remade");
    }
    assert!(!workshop.path("pwned").exists());
}

#[test]
fn make_reads_every_name_below_a_directory() {
    make_reads(&["src/", "src/sub dir/"], "src");
}

#[test]
fn make_reads_every_name_in_the_working_directory() {
    make_reads(&[""], ".");
}

#[test]
fn make_reads_directories_of_every_name() {
    if peer("make").is_none() {
        return;
    }
    let workshop = Workshop::new(":");
    for name in NAMES {
        std::fs::create_dir(workshop.path(name)).expect("room on disk");
        std::fs::write(workshop.path(name).join("f"), "").expect("room on disk");
    }
    let makefile =
        "disc.iso: ; @isomk -q -o $@ --depfile $@.d --exclude '/Makefile' .\n-include disc.iso.d\n";
    std::fs::write(workshop.path("Makefile"), makefile).expect("room on disk");
    let printed = workshop.shell("make 2>&1; make -q 2>&1; rm -r './sub dir' './a;b' './~root' run p.c 2> /dev/null || true; make 2>&1; make -q 2>&1");
    assert_eq!(printed, "");
}

#[test]
fn what_make_cannot_name_is_made_again_and_said() {
    if peer("make").is_none() {
        return;
    }
    let workshop = Workshop::new("mkdir tree; echo a > 'tree/photo(1)'; echo b > $'tree/new\nline'");
    let made = workshop.tries("isomk --no-joliet -o disc.iso --depfile disc.d tree");
    assert_eq!(made.status.code(), Some(0));
    assert_eq!(
        String::from_utf8_lossy(&made.stderr),
        "isomk: tree/new\\nline: warning: make cannot name this file, so it will rebuild the image every time (2 such names)\n"
    );
    let again = workshop.tries("printf 'disc.iso: ; @echo made\\n-include disc.d\\n' > Makefile; make");
    assert_eq!(String::from_utf8_lossy(&again.stdout), "made\n");
    workshop.refuses(
        &["--depfile", "x.d", "--depfile-target", "a(b)", "tree"],
        "isomk: a(b): make cannot name this target",
    );
}

#[test]
fn inputs_of_a_list_are_not_remade_by_built_in_rules() {
    if peer("make").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir -p src/d; echo c > src/d/x.c; echo o > src/d/x.o; echo y > src/d/x.y; find src -type f | sort > list
         touch -d '-1 hour' src/d/x.c src/d/x.o
         printf 'disc.iso: ; @isomk -o $@ --depfile $@.d --files-from list\\n-include disc.iso.d\\n' > Makefile; make",
    );
    assert_eq!(
        workshop.shell("make -q 2>&1; touch src/d/x.y; make 2>&1; cat src/d/x.c src/d/x.o; make -q 2>&1"),
        "c\no\n"
    );
    assert!(
        workshop.text("disc.iso.d").ends_with("\n\nsrc/d/%: ;\n\nlist:\n"),
        "{}",
        workshop.text("disc.iso.d")
    );
}

/// What make itself makes stays so: an empty recipe for each input would replace its own.
#[test]
fn inputs_that_make_makes_are_still_made() {
    if peer("make").is_none() {
        return;
    }
    let workshop =
        Workshop::new("mkdir tree src; echo 1 > kernel.in; echo 1 > tree/app.in; echo 1 > src/page");
    let makefile = "disc.iso: kernel tree/app tree/page.gz ; @isomk -o $@ --depfile $@.d kernel boot=tree
kernel: kernel.in ; @cp $< $@
tree/app: tree/app.in ; @cp $< $@
tree/%.gz: src/% ; @cp $< $@
-include disc.iso.d
";
    std::fs::write(workshop.path("Makefile"), makefile).expect("room on disk");
    assert_eq!(workshop.shell("make 2>&1; make -q 2>&1"), "");
    for (source, made) in [("kernel.in", "kernel"), ("tree/app.in", "tree/app"), ("src/page", "tree/page.gz")]
    {
        let said =
            workshop.shell(&format!("sleep 0.02; echo 2 > {source}; make 2>&1; cat {made}; make -q 2>&1"));
        assert_eq!(said, "2\n", "{source}");
    }
}

#[test]
fn an_image_in_its_own_source_is_up_to_date() {
    if peer("make").is_none() {
        return;
    }
    let workshop = Workshop::new("head -c 3000000 /dev/urandom > big; mkdir out");
    let makefile = "disc.iso out/other.iso: ; @isomk $(F) -o $@ --depfile $@.d --exclude /Makefile .
-include disc.iso.d out/other.iso.d
";
    std::fs::write(workshop.path("Makefile"), makefile).expect("room on disk");
    for flags in ["", "--sync", "--sums sums"] {
        for image in ["disc.iso", "out/other.iso"] {
            workshop.shell(&format!("rm -f disc.* out/*; for n in 1 2 3; do touch big; make F='{flags}' {image}; make -q {image}; done"));
        }
    }
}

#[test]
fn status_1_is_no_end_for_make() {
    if peer("make").is_none() {
        return;
    }
    // A hard link to what is not there.
    let workshop = Workshop::new(
        "mkdir t; echo g > t/g; echo h > t/h; ln t/h t/link; tar -cf bad.tar -C t g h link; tar --delete -f bad.tar h
         printf 'disc.iso: ; isomk $(F) -o $@ --depfile $@.d @bad.tar\\n-include disc.iso.d\\n' > Makefile",
    );
    for flags in ["", "--whole-or-nothing"] {
        for _ in 0..2 {
            let made = workshop.tries(&format!("make F={flags}"));
            assert_eq!(made.status.code(), Some(2), "{flags}: {made:?}");
        }
        let there = workshop.shell("ls; rm -f disc.*");
        assert_eq!(there.contains("disc.iso\n"), flags.is_empty(), "{there}");
    }
    let ended = workshop.tries("isomk --whole-or-nothing --sums sums -o new.iso @bad.tar");
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(
        said.ends_with(
            "isomk: new.iso: not written, because some inputs could not be recorded as they are\n"
        ),
        "{said}"
    );
    assert!(!workshop.path("sums").exists() && !workshop.path("new.iso").exists());
    workshop.isomk(&["--whole-or-nothing", "@bad.tar"]).assert().code(2);
}

#[test]
fn the_target_can_be_named() {
    let workshop =
        Workshop::new("mkdir tree; isomk --depfile d --depfile-target out/disc.iso.zst tree > /dev/null");
    assert_eq!(workshop.text("d"), "out/disc.iso.zst: \\\n tree/.\n\ntree/%: ;\n");
}

#[test]
fn a_rule_needs_a_target() {
    let workshop = Workshop::new("mkdir tree");
    workshop.isomk(&["--depfile", "x.d", "tree"]).assert().code(2);
}
