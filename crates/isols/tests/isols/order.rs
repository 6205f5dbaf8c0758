//! Which order lines come in.

use isokit_tests::{output, peer, shell, tool};
use std::fs;
use std::path::Path;

/// Two images of one tree, laid out by different programs: by name, and the larger directories first.
fn images(folder: &Path) -> bool {
    let tree = folder.join("tree");
    for (name, size, seconds) in
        [("b/z", 6, 30), ("b/a", 5, 10), ("b-c", 7, 20), ("b/B/deep", 1, 40), ("A", 9, 50), ("é", 3, 60)]
    {
        let path = tree.join(name);
        fs::create_dir_all(path.parent().expect("below the tree")).expect("room");
        fs::write(&path, "x".repeat(size)).expect("room");
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000 + seconds);
        fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(time)).expect("a file");
    }
    assert!(shell(folder, "touch -d @1000000000 tree/b/B tree/b tree").status.success());
    let Some(mut genisoimage) = peer("genisoimage") else { return false };
    genisoimage.args(["-quiet", "-r", "-o", "x.iso", "tree"]).current_dir(folder);
    assert!(output(&mut genisoimage).status.success());
    // Names in another order, as a tar archive has them.
    let made = shell(
        folder,
        "cd tree && tar --mode=a=rX --owner=0 --group=0 -c é b/z b/B b-c A b/a | isomk - > ../y.iso",
    );
    assert!(made.status.success());
    true
}

fn listed(folder: &Path, how: &str) -> String {
    let ran = shell(folder, how);
    assert!(ran.status.success(), "{how}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text")
}

#[test]
fn whole_listings_are_sorted_by_path_byte_by_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !images(path) {
        return;
    }
    let sorted = "/A\n/b\n/b-c\n/b/B\n/b/B/deep\n/b/a\n/b/z\n/é\n";
    for image in ["x.iso", "y.iso", "- < y.iso"] {
        assert_eq!(listed(path, &format!("isols -R --sort=name {image}")), sorted, "{image}");
        assert_eq!(listed(path, &format!("isols -R {image} | LC_ALL=C sort")), sorted, "{image}");
        let long = listed(path, &format!("isols -lR {image}"));
        let paths: String =
            long.lines().filter_map(|line| Some(format!("{}\n", line.rsplit(' ').next()?))).collect();
        assert_eq!(paths, sorted, "{image}");
        assert_eq!(listed(path, &format!("cat {} | isols -lR -", image.trim_start_matches("- < "))), long);
        let json = listed(path, &format!("isols -R --json --sort=name {image}"));
        let paths: String =
            json.lines().filter_map(|line| line.split('"').nth(3)).map(|path| format!("{path}\n")).collect();
        assert_eq!(paths, sorted, "{image}");
    }
    let files = "isols -lR x.iso | grep -v ^d";
    assert_eq!(
        listed(path, files),
        listed(path, &files.replace('x', "y")),
        "two images are compared by diff"
    );
    let backwards: String = sorted.lines().rev().map(|line| format!("{line}\n")).collect();
    assert_eq!(listed(path, "isols -R --sort=name -r y.iso"), backwards);
    assert_eq!(listed(path, "isols -Rr y.iso"), backwards);
}

#[test]
fn sort_has_the_words_of_ls_and_the_last_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    if !images(path) {
        return;
    }
    let by_size = "A\nb-c\nz\na\n";
    for (options, want) in [
        ("--sort=size", by_size),
        ("--sort size", by_size),
        ("-S", by_size),
        ("--sort=name -S", by_size),
        ("-S --sort=name", "A\nb-c\na\nz\n"),
        ("-U --sort=time", "A\nz\nb-c\na\n"),
        ("--sort=size -t", "A\nz\nb-c\na\n"),
    ] {
        let names = listed(path, &format!("isols -R {options} x.iso /A /b-c /b/z /b/a"));
        let names: String =
            names.lines().filter_map(|path| Some(format!("{}\n", path.rsplit('/').next()?))).collect();
        assert_eq!(names, want, "{options}");
    }
    assert_eq!(listed(path, "isols -lR -U y.iso").lines().count(), 8);
    let streamed = listed(path, "isols -R y.iso");
    assert_eq!(listed(path, "isols -R --sort=none y.iso"), streamed);
    let refused = output(tool("isols").args(["--sort=colour", "x.iso"]));
    assert_eq!(refused.status.code(), Some(2));
}
