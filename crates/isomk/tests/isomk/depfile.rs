//! The rule for make, as make understands it.

use crate::workshop::Workshop;
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

#[test]
fn a_rule_needs_a_target() {
    let workshop = Workshop::new("mkdir tree");
    workshop.isomk(&["--depfile", "x.d", "tree"]).assert().code(2);
}
