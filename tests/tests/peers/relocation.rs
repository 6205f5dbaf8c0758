//! Directories below the eighth level that isomk relocates are where they belong in everybody's eyes.

use isokit_tests::{kernel, peer, printed};
use std::path::Path;

/// A tree of `levels` directories, each with a file and a directory beside the next.
fn tree(name: &str, levels: usize) -> String {
    format!(
        "p={name}; for i in $(seq {levels}); do p=$p/d$i; mkdir -p $p/side; echo $i > $p/side/file; done; echo deep > $p/f\n"
    )
}

/// The trees, by name, and the scripts that make them: nested relocations, and what is called as their holder.
fn trees() -> Vec<(&'static str, String)> {
    let mut trees: Vec<(&str, String)> =
        [("t7", 7), ("t8", 8), ("t14", 14), ("t15", 15), ("t27", 27), ("t40", 40)]
            .into_iter()
            .map(|(name, levels)| (name, tree(name, levels)))
            .collect();
    let (twice, other) = (tree("own", 20), tree("own/rr_moved/deep", 20));
    trees.push(("own", format!("{twice}{other}cp -r own/d1 own/e1; echo mine > own/rr_moved/mine\n")));
    trees.push((
        "dotted",
        format!("{}mkdir dotted/.rr_moved; echo h > dotted/.rr_moved/h\n", tree("dotted", 20)),
    ));
    trees.push(("file", format!("{}echo file > file/rr_moved\n", tree("file", 20))));
    // Two directories of one name in the holder, and one of that name which was there.
    let same =
        tree("same/a", 9) + &tree("same/b", 9) + "mkdir -p same/rr_moved/d8; echo x > same/rr_moved/d8/x\n";
    trees.push(("same", same));
    trees
}

#[test]
fn relocated_directories_are_where_they_belong() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let trees = trees();
    for (name, make) in &trees {
        printed(path, make);
        printed(path, &format!("isomk --relocate -o {name}.iso {name}"));
        let source =
            printed(path, &format!("cd {name}; find . -mindepth 1 -printf '/%P\\n' | LC_ALL=C sort"));
        assert_eq!(printed(path, &format!("isols -R {name}.iso | LC_ALL=C sort")), source, "{name}");
        for (reader, extract) in [
            ("bsdtar", format!("bsdtar -C out -xf {name}.iso")),
            ("xorriso", format!("xorriso -indev {name}.iso -osirrox on -extract / out 2> said")),
            ("7zz", format!("7zz x -bso0 -y -oout {name}.iso")),
        ] {
            if peer(reader).is_some() {
                printed(path, &format!("rm -rf out; mkdir out; {extract} && diff -r {name} out"));
            }
        }
    }
    let images: Vec<_> = trees.iter().map(|(name, _)| path.join(format!("{name}.iso"))).collect();
    let disks: Vec<(&Path, &str)> = images.iter().map(|image| (image.as_path(), "iso9660")).collect();
    let Some(listings) = kernel::listings(&disks) else { return };
    for ((name, _), listing) in trees.iter().zip(listings) {
        let listing = listing.expect("the kernel mounts what isomk writes");
        let mut seen: Vec<String> = listing.into_keys().collect();
        seen.sort_unstable();
        let source = printed(path, &format!("cd {name}; find . -mindepth 1 -printf '%P\\n' | LC_ALL=C sort"));
        assert_eq!(seen, source.lines().collect::<Vec<_>>(), "{name}");
    }
}
