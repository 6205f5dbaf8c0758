//! Names looked up in every directory of every image of the corpus: what is found is what the directory lists.

#[path = "../../../crates/core/tests/lookups/mod.rs"]
mod scans;

use isokit_core::source::Memory;
use isokit_core::{iso9660, udf};
use isokit_tests::corpus;
use scans::assert_lookups_are_scans;
use std::path::Path;

/// Bytes of the images that are read: those of many megabytes have no odder directories.
const LARGEST: u64 = 8 << 20;

#[test]
fn lookups_find_what_directories_list() {
    let Some(corpus) = corpus() else { return };
    let mut found = [0; 2];
    let mut folders = vec![corpus];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder of the corpus") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.metadata().expect("it is there").len() <= LARGEST {
                let [of_iso9660, of_udf] = in_image(&path);
                found = [found[0] + of_iso9660, found[1] + of_udf];
            }
        }
    }
    assert!(found.iter().all(|count| *count > 10_000), "{found:?}");
}

/// How many names are found in the trees of an image.
fn in_image(path: &Path) -> [usize; 2] {
    let image = Memory(std::fs::read(path).expect("a file of the corpus"));
    let of_kind = |names| {
        let options = iso9660::Options { names, session: None };
        iso9660::Image::open(&image, &options).map_or(0, |image| assert_lookups_are_scans(image.tree()))
    };
    let kinds = [iso9660::TreeKind::RockRidge, iso9660::TreeKind::Joliet, iso9660::TreeKind::Plain];
    let of_iso9660 = kinds.map(|kind| of_kind(iso9660::Names::Only(kind))).iter().sum();
    [of_iso9660, udf::Image::open(&image).map_or(0, |image| assert_lookups_are_scans(image.tree()))]
}
