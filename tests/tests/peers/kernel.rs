//! The harness itself: a peer's image, mounted by the kernel.

use isokit_tests::{Workshop, kernel, peer};

#[test]
fn the_kernel_lists_a_peers_image() {
    let Some(mut xorriso) = peer("xorriso") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let tree = folder.path().join("tree");
    std::fs::create_dir_all(tree.join("d")).expect("a folder");
    std::fs::write(tree.join("d/hello.txt"), "hello\n").expect("a file");
    std::os::unix::fs::symlink("d/hello.txt", tree.join("link")).expect("a link");
    let image = folder.path().join("x.iso");
    let made = xorriso.args(["-as", "mkisofs", "-quiet", "-R", "-o"]).arg(&image).arg(&tree).output();
    assert!(made.expect("xorriso runs").status.success());
    let Some(listings) = kernel::listings(&[(&image, "iso9660"), (&image, "iso9660+norock")]) else { return };
    let rock_ridge = listings[0].as_ref().expect("the kernel mounts it");
    assert_eq!(rock_ridge["link"].content, "d/hello.txt");
    assert_eq!(
        rock_ridge["d/hello.txt"].content,
        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    );
    let plain = listings[1].as_ref().expect("the kernel mounts it");
    assert!(plain.contains_key("d/hello.txt"), "{plain:?}");
}

/// genisoimage and xorriso lose the last slash, and Linux and libarchive read it.
#[test]
fn targets_of_links_keep_all_their_slashes() {
    const TARGETS: [&str; 9] = [".///file", "dir/", "///", "/a//b/", "./", "..//..", "//x", "dir//", "/"];
    let workshop = Workshop::new("mkdir tree");
    for (number, target) in TARGETS.iter().enumerate() {
        std::os::unix::fs::symlink(target, workshop.path(format!("tree/{number}"))).expect("a link");
    }
    workshop.shell("isomk -q -o x.iso tree; isomk -q --base x.iso -o again.iso");
    let (made, again) = (workshop.path("x.iso"), workshop.path("again.iso"));
    if peer("bsdtar").is_some() {
        for image in ["x.iso", "again.iso"] {
            let read = workshop.shell(&format!(
                "mkdir from-{image}; bsdtar -xf {image} -C from-{image}; readlink from-{image}/*"
            ));
            assert_eq!(read.lines().collect::<Vec<_>>(), TARGETS, "{image}");
        }
    }
    let Some(listings) = kernel::listings(&[(&made, "iso9660"), (&again, "iso9660")]) else { return };
    for listing in &listings {
        let listing = listing.as_ref().expect("the kernel mounts it");
        for (number, target) in TARGETS.iter().enumerate() {
            assert_eq!(listing[number.to_string().as_str()].content, *target);
        }
    }
}
