//! Volumes broken in one place: what is said, and that all else is still read.

use crate::disc::{Disc, File, PARTITION, ROOT, named, shorts};
use crate::lookups::assert_lookups_are_scans;
use crate::sources::{Scratched, over_sources};
use crate::support::{assert_lists, list, listed};
use isokit_core::source::Memory;
use isokit_core::udf::Image;

fn three() -> Disc {
    three_in_sectors_of(2048)
}

fn three_in_sectors_of(sector: usize) -> Disc {
    let mut disc = Disc::new(sector);
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

/// Byte and sector, of this size, of the block of the partition in which damage lies.
fn place(disc: &Disc, block: u32) -> String {
    format!("byte {:#x} (sector {})", disc.at(block), PARTITION + block)
}

#[test]
fn sectors_are_those_of_the_volume() {
    for sector in [512, 1024, 4096, 32_768] {
        let whole = three_in_sectors_of(sector);
        let mut damaged = whole.clone();
        let at = damaged.at(3) + 50;
        damaged.bytes[at] ^= 1;
        let want = format!("! /two: {}: file entry: descriptor CRC is", place(&whole, 3));
        over_sources(&damaged.bytes, |source| {
            let lines = list(source);
            assert!(lines[1].starts_with(&want), "{lines:?}");
        });
        let mut moved = whole.clone();
        moved.file_at(3, 77, &File::embedded(b"2"));
        let want =
            format!("? {}: descriptor tag: tag location is 77, the file entry lies at 3", place(&whole, 3));
        assert_eq!(listed(&moved.bytes)[3], want);
        let mut cut = whole.clone();
        cut.bytes.truncate(cut.at(4));
        let want =
            format!("! /three: {}: image: ends here; {sector} more bytes are needed", place(&whole, 4));
        over_sources(&cut.bytes, |source| assert_eq!(list(source)[2], want));
    }
}

/// Of what lies in no structure, the content of a file, the source knows the sector alone.
#[test]
fn sectors_of_contents_are_those_of_the_volume() {
    for sector in [512, 4096] {
        let mut disc = three_in_sectors_of(sector);
        disc.file(2, &File::allocated(0, 7, &shorts(&[(0, 7, 100)])));
        let all = Scratched(&disc.bytes, vec![]);
        assert_eq!(list(&all)[0], "- /one \\x00*7");
        let scratch = u32::try_from(disc.at(100) / 2048).expect("small");
        let scratched = Scratched(&disc.bytes, vec![scratch]);
        let at = u64::from(scratch) * 2048;
        let sector = at / u64::try_from(sector).expect("small");
        let want = format!("- /one ERROR byte {at:#x} (sector {sector}): image: cannot be read: scratch");
        assert_eq!(list(&scratched)[0], want);
        disc.bytes.truncate(disc.at(100) + 3);
        let want = format!(
            "- /one ERROR byte {:#x} (sector 400): image: ends here; 4 more bytes are needed",
            disc.at(100) + 3
        );
        over_sources(&disc.bytes, |source| assert_eq!(list(source)[0], want));
    }
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
