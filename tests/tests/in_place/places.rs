//! Which bytes of an image may become others when files in it are changed.

use isokit_tests::{Workshop, text};
use serde_json::Value;
use std::ops::Range;

/// What trees an image can have.
pub(super) const TREES: [&str; 5] = ["rr", "joliet", "iso", "1999", "udf"];

/// The records and the contents of the files `paths` of the image `name`, in all its trees and in those of its first partition.
/// What is recorded twice, as by the mirror of UDF, may change in both places.
pub(super) fn of(workshop: &Workshop, name: &str, paths: &[&str]) -> Vec<Range<usize>> {
    let image = workshop.read(name);
    let mut places = Vec::new();
    for part in ["", "--part 1"] {
        for tree in TREES {
            let listed = workshop.tries(&format!("isols {part} --json -R --names {tree} {name}"));
            for line in text(&listed.stdout).lines() {
                let entry: Value = serde_json::from_str(line).expect("JSON");
                let path = entry["path"].as_str().unwrap_or_default().to_lowercase();
                if paths.contains(&path.trim_end_matches(";1")) {
                    file(&image, tree, &entry, &mut places);
                }
            }
        }
    }
    assert!(!places.is_empty(), "{name}");
    places
}

fn file(image: &[u8], tree: &str, entry: &Value, places: &mut Vec<Range<usize>>) {
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("64 bits");
    for extent in entry["extents"].as_array().expect("extents") {
        let start = number(&extent["offset"]);
        places.push(start..(start + number(&extent["length"])).next_multiple_of(2048));
    }
    if tree != "udf" {
        let record = number(&entry["record"]);
        places.push(record..record + usize::from(image[record]));
        return;
    }
    for size in [512, 1024, 2048, 4096] {
        let start = number(&entry["serial"]) * size;
        let is_entry = |block: &[u8]| matches!(block[..2], [5, 1] | [10, 1]);
        let Some(block) = image.get(start..start + size).filter(|block| is_entry(block)) else { continue };
        let same = image.chunks(size).enumerate().filter(|(_, other)| *other == block);
        places.extend(same.map(|(number, _)| number * size..(number + 1) * size));
    }
}

/// Asserts that `new` differs from `old` nowhere but in `places`.
#[track_caller]
pub(super) fn assert_only(old: &[u8], new: &[u8], places: &[Range<usize>], about: &str) {
    assert_eq!(old.len(), new.len(), "{about}");
    let differs = |at: &usize| old[*at] != new[*at] && !places.iter().any(|place| place.contains(at));
    assert_eq!((0..old.len()).find(differs), None, "{about}");
}
