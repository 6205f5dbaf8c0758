//! Volumes broken in one place: what is said, and that all else is still read.

use crate::disc::{Disc, File, ROOT, named};
use crate::lookups::assert_lookups_are_scans;
use crate::support::{assert_lists, list};
use isokit_core::source::Memory;
use isokit_core::udf::Image;

fn three() -> Disc {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("one", 2), named("two", 3), named("three", 4)]);
    for (block, content) in [(2, b"1"), (3, b"2"), (4, b"3")] {
        disc.file(block, &File::embedded(content));
    }
    disc
}

#[test]
fn a_damaged_file_entry_costs_one_name() {
    let mut disc = three();
    let at = disc.at(3) + 50;
    disc.bytes[at] ^= 1;
    let memory = Memory(&disc.bytes);
    let lines = list(&memory);
    assert_lookups_are_scans(Image::open(&memory).expect("a volume").tree());
    assert_eq!(lines.len(), 3);
    assert_eq!((lines[0].as_str(), lines[2].as_str()), ("- /one 1", "- /three 3"));
    assert!(
        lines[1].starts_with("! /two: byte 0x97800 (sector 303): file entry: descriptor CRC is"),
        "{lines:?}"
    );
}

#[test]
fn a_damaged_name_costs_one_name() {
    let mut disc = three();
    // In the entry of the root, behind the first descriptor; its own sum is mended.
    let names = [named("one", 2), named("two", 3), named("three", 4)];
    let mut bytes = names.concat();
    bytes[names[0].len() + 39] ^= 1;
    disc.file(ROOT, &File::directory(&bytes));
    let memory = Memory(&disc.bytes);
    let lines = list(&memory);
    assert_lookups_are_scans(Image::open(&memory).expect("a volume").tree());
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!((lines[0].as_str(), lines[2].as_str()), ("- /one 1", "- /three 3"));
    assert!(lines[1].contains("file identifier descriptor: descriptor CRC"), "{lines:?}");
}

#[test]
fn a_cut_image_lists_what_is_there() {
    let mut disc = three();
    disc.bytes.truncate(disc.at(4) + 100);
    assert_lists(
        &disc,
        &[
            "- /one 1",
            "- /two 2",
            "! /three: byte 0x98064 (sector 304): image: ends here; 1948 more bytes are needed",
        ],
    );
}

#[test]
fn a_moved_block_is_noted() {
    let mut disc = three();
    disc.file_at(3, 77, &File::embedded(b"2"));
    assert_lists(
        &disc,
        &[
            "- /one 1",
            "- /two 2",
            "- /three 3",
            "? byte 0x97800 (sector 303): descriptor tag: tag location is 77, the file entry lies at 3",
        ],
    );
}
