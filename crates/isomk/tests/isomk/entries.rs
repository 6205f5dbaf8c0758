//! Owners, modes, times, hidden names, places on the medium.

use isokit_tests::{Listing, Workshop};

const TREE: &str =
    "mkdir -p tree/bin tree/doc; echo 1 > tree/bin/run; echo 2 > tree/doc/page; ln -s page tree/doc/link
    chmod 755 tree/bin/run; chmod 600 tree/doc/page; find tree -exec touch -h -d @1000000000 {} +";

fn fact(listing: &Listing, path: &str, word: &str) -> bool {
    listing.get(path).unwrap_or_else(|| panic!("{path}: {listing:?}")).split(' ').any(|fact| fact == word)
}

#[test]
fn the_last_assignment_that_matches_counts() {
    let workshop = Workshop::new(TREE);
    workshop.image(&[
        "--owner", "7", "--owner", "doc/**=8", "--group", "bin=9", "--mode", "*=a+rX", "--mode", "run=4711",
        "--mtime", "page=@5", "tree",
    ]);
    let Some(listing) = workshop.listing("image.iso") else { return };
    assert!(fact(&listing, "bin/run", "uid=7") && fact(&listing, "doc/page", "uid=8"));
    assert!(fact(&listing, "doc", "uid=7") && fact(&listing, "doc/link", "uid=8"));
    assert!(fact(&listing, "bin", "gid=9") && !fact(&listing, "bin/run", "gid=9"));
    assert!(fact(&listing, "bin/run", "mode=4711") && fact(&listing, "doc/page", "mode=644"), "{listing:?}");
    assert!(
        fact(&listing, "doc/page", "time=5.0") && fact(&listing, "bin/run", "time=1000000000.0"),
        "{listing:?}"
    );
}

#[test]
fn wrong_values_are_named() {
    let workshop = Workshop::new(TREE);
    workshop.refuses(&["--owner", "root", "tree"], "isomk: --owner: \"root\", expected a number from 0 to");
    workshop.refuses(&["--mode", "x=rwx", "tree"], "isomk: --mode: \"x=rwx\", expected octal digits");
    workshop
        .refuses(&["--mtime", "yesterday", "tree"], "isomk: --mtime: \"yesterday\", expected now, @SECONDS,");
    workshop.refuses(&["--exclude", "[a", "tree"], "isomk: pattern \"[a\": unclosed character class");
    workshop.refuses(&["--date", "tomorrow", "tree"], "isomk: --date: \"tomorrow\", expected now, ");
}

#[test]
fn hidden_names_are_in_the_other_tree_only() {
    let workshop = Workshop::new(TREE);
    workshop.image(&["--hide", "doc", "--hide-joliet", "run", "tree"]);
    let Some(mut isoinfo) = isokit_tests::peer("isoinfo") else { return };
    let names = |isoinfo: &mut std::process::Command, flag: &str| {
        let found = isokit_tests::output(
            isoinfo.args([flag, "-f", "-i", "image.iso"]).current_dir(workshop.path("")),
        );
        String::from_utf8_lossy(&found.stdout).replace(";1", "")
    };
    assert_eq!(names(&mut isoinfo, "-R"), "/bin\n/bin/run\n");
    let mut isoinfo = std::process::Command::new("isoinfo");
    assert_eq!(names(&mut isoinfo, "-J"), "/bin\n/doc\n/doc/page\n");
}

#[test]
fn weights_place_contents() {
    let workshop = Workshop::new(
        "mkdir -p tree/d; for i in a b c d/x d/y; do echo $i > tree/$i; done
        printf 'd 5\\nd/y -1\\nc\\t10\\n' > weights; printf 'd five\\n' > wrong",
    );
    let map = |arguments: &[&str]| -> Vec<String> {
        let printed = workshop.isomk(arguments).args(["--map", "tree"]).assert().success();
        let text = String::from_utf8_lossy(&printed.get_output().stdout).into_owned();
        text.lines()
            .filter_map(|line| line.split_once(" content /").map(|(_, path)| path.to_owned()))
            .collect()
    };
    assert_eq!(map(&[]), ["a", "b", "c", "d/x", "d/y"]);
    assert_eq!(map(&["--sort", "weights"]), ["c", "d/x", "a", "b", "d/y"]);
    workshop
        .refuses(&["--sort", "wrong", "tree"], "isomk: --sort: line \"d five\", expected GLOB and WEIGHT");
}
