//! What isomk writes is read by everybody else and compared, name by name and byte by byte, with the tree it was made
//! of.

use isokit_tests::sample::{TREE, everything, is_root};
use isokit_tests::{Workshop, kernel, output, peer};
use isokit_witness::compare::differences;
use isokit_witness::{Seen, Tree, disk};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Rock Ridge and Joliet can record of the source: times in whole seconds.
fn source(sample: &Workshop) -> Tree {
    on_disk(&sample.path("tree"))
}

/// The tree below `folder`, its times in whole seconds.
fn on_disk(folder: &Path) -> Tree {
    let mut tree = disk::reading(folder).expect("find and sha256sum are there");
    tree.values_mut().for_each(|seen| seen.fraction.clear());
    tree
}

/// Extracts with `command` into the folder `out`, and says what is there then.
fn extracted(sample: &Workshop, command: &mut Command) -> Tree {
    let folder = sample.path("out");
    let extracted = output(command.current_dir(&folder));
    assert!(extracted.status.success(), "{command:?}: {extracted:?}");
    let tree = on_disk(&folder);
    let _ = Command::new("chmod").args(["-R", "u+rwX"]).arg(&folder).status();
    std::fs::remove_dir_all(&folder).expect("a folder can be removed");
    tree
}

fn out(sample: &Workshop) -> PathBuf {
    let folder = sample.path("out");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

fn xorriso(sample: &Workshop, image: &Path) -> Option<Tree> {
    let mut command = peer("xorriso")?;
    let out = out(sample);
    command
        .args(["-hardlinks", "on", "-osirrox", "device_files", "-indev"])
        .arg(image)
        .args(["-extract", "/"])
        .arg(&out);
    let mut tree = extracted(sample, &mut command);
    // It does not set the times of symbolic links on disk.
    for seen in tree.values_mut().filter(|seen| seen.kind == "symbolic link") {
        seen.modified.clear();
    }
    Some(tree)
}

fn bsdtar(sample: &Workshop, image: &Path) -> Option<Tree> {
    let mut command = peer("bsdtar")?;
    out(sample);
    command.args(["-x", "-p", "--same-owner", "-f"]).arg(image);
    Some(extracted(sample, &mut command))
}

fn seven_zip(sample: &Workshop, image: &Path) -> Option<Tree> {
    let mut command = peer("7zz")?;
    out(sample);
    command.args(["x", "-y", "-bd"]).arg(image);
    let contents =
        |seen: Seen| Seen { kind: seen.kind, size: seen.size, content: seen.content, ..Seen::default() };
    let tree = extracted(sample, &mut command);
    Some(tree.into_iter().map(|(path, seen)| (path, contents(seen))).collect())
}

/// isoinfo has no extraction: names from one listing, contents file by file.
fn isoinfo(image: &Path, source: &Tree, tree: &[&str]) -> Option<Tree> {
    let listed = output(peer("isoinfo")?.args(tree).args(["-f", "-i"]).arg(image));
    let mut seen = Tree::new();
    for line in String::from_utf8_lossy(&listed.stdout).lines() {
        let path = line.trim_start_matches('/').trim_end_matches(";1").to_owned();
        let mut facts = Seen::default();
        let small =
            source.get(&path).is_some_and(|seen| seen.size.parse().is_ok_and(|size: u64| size < 5000));
        if small && !path.contains("many/") {
            let content = output(
                Command::new("isoinfo").args(tree).arg("-i").arg(image).arg("-x").arg(format!("/{path}")),
            );
            facts.content = digest(&content.stdout);
        }
        seen.insert(path, facts);
    }
    Some(seen)
}

fn digest(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), bytes).expect("a temporary file can be written");
    let summed = output(Command::new("sha256sum").arg(file.path()));
    String::from_utf8_lossy(&summed.stdout).chars().take(64).collect()
}

#[track_caller]
fn same(reader: &str, options: &[&str], source: &Tree, seen: &Tree) {
    let found = differences(source, seen);
    assert!(found.is_empty(), "isomk {options:?} read by {reader}: {found:#?}");
}

/// Modes, owners, times, links and contents through Rock Ridge, in each way isomk can write it.
#[test]
fn rock_ridge_is_read_back_whole_by_xorriso_bsdtar_and_isoinfo() {
    let sample = everything("");
    let source = source(&sample);
    for options in [
        &[][..],
        &["--no-joliet"],
        &["--rr", "1.10"],
        &["--iso-level", "1"],
        &["--iso-level", "4"],
        &["--relocate"],
    ] {
        let image = sample.image_of_tree("image.iso", options);
        if is_root() {
            if let Some(mut seen) = xorriso(&sample, &image) {
                if options.contains(&"1.10") {
                    // Without serial numbers it knows no hard links.
                    seen.values_mut().for_each(|seen| seen.links.clear());
                }
                same("xorriso", options, &source, &seen);
            }
            if let Some(seen) = bsdtar(&sample, &image) {
                same("bsdtar", options, &source, &seen);
            }
        }
        // isoinfo does not undo relocation.
        if !options.contains(&"--relocate")
            && let Some(seen) = isoinfo(&image, &source, &["-R"])
        {
            same("isoinfo -R", options, &source, &seen);
        }
    }
}

/// 7-Zip reads Joliet and knows no Rock Ridge kinds: a tree of plain files and directories is read back whole.
#[test]
fn joliet_is_read_back_by_seven_zip_and_isoinfo() {
    let plain = "rm -f tree/a/soft tree/longlink tree/rootlink tree/dotlink tree/n*.dat tree/n*.txt 'tree/semi;colon'";
    let sample = Workshop::new(&[TREE, plain].join("\n"));
    let source = source(&sample);
    for options in [&[][..], &["--no-rr"], &["--relocate"]] {
        let image = sample.image_of_tree("image.iso", options);
        if let Some(seen) = seven_zip(&sample, &image) {
            same("7zz", options, &source, &seen);
        }
        if let Some(seen) = isoinfo(&image, &source, &["-J"]) {
            // It knows one-byte character sets only.
            let ascii: Tree = source.iter().filter(|(path, _)| path.is_ascii()).map(clone).collect();
            let odd = |path: &str| path.starts_with("clef") || !path.is_ascii();
            let seen: Tree = seen.iter().filter(|(path, _)| !odd(path)).map(clone).collect();
            same("isoinfo -J", options, &ascii, &seen);
        }
    }
}

fn clone((path, seen): (&String, &Seen)) -> (String, Seen) {
    (path.clone(), seen.clone())
}

/// libcdio lists Rock Ridge names.
#[test]
fn libcdio_sees_the_same_names() {
    let Some(mut iso_info) = peer("iso-info") else { return };
    let sample = Workshop::new(TREE);
    let source = source(&sample);
    let image = sample.image_of_tree("image.iso", &["--no-joliet"]);
    let listed = output(iso_info.args(["--no-header", "-f", "-i"]).arg(&image));
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    // Its listing shows the first bytes of names over 127 only.
    for path in source.keys().filter(|path| path.is_ascii() && path.len() < 128) {
        assert!(
            text.lines().any(|line| line.trim_end_matches('/').ends_with(&format!("/{path}"))),
            "{path}:\n{text}"
        );
    }
    let read = sample.path("read");
    let mut iso_read = peer("iso-read").expect("it comes with iso-info");
    let got = output(iso_read.args(["-e", "/many/file-77.txt", "-i"]).arg(&image).arg("-o").arg(&read));
    assert!(got.status.success(), "{got:?}");
    assert_eq!(std::fs::read(&read).expect("iso-read wrote it"), b"77\n");
}

/// The Linux kernel mounts each kind of image and sees the source.
#[test]
fn the_kernel_sees_the_source() {
    let sample = everything("");
    let source = source(&sample);
    let choices = [&[][..], &["--no-joliet"], &["--rr", "1.10"], &["--relocate"], &["--iso-level", "4"]];
    let images: Vec<PathBuf> = choices
        .iter()
        .enumerate()
        .map(|(number, options)| {
            let kept = sample.path(format!("{number}.iso"));
            std::fs::rename(sample.image_of_tree("image.iso", options), &kept)
                .expect("an image can be renamed");
            kept
        })
        .collect();
    let disks: Vec<(&Path, &str)> = images.iter().map(|image| (image.as_path(), "iso9660")).collect();
    let Some(listings) = kernel::listings(&disks) else { return };
    for (options, listing) in choices.iter().zip(listings) {
        let listing = listing.expect("the kernel mounts what isomk writes");
        let seen = listing.into_iter().map(|(path, seen)| (path, as_isofs(seen))).collect();
        same("Linux", options, &source, &seen);
    }
}

/// What the kernel's isofs keeps as it is recorded: times in 32 bits without a sign.
fn as_isofs(mut seen: Seen) -> Seen {
    if !seen.modified.parse().is_ok_and(|seconds: i64| (0..=i64::from(i32::MAX)).contains(&seconds)) {
        seen.modified.clear();
    }
    seen.fraction.clear();
    seen
}
