//! Where content lies: allocation descriptors of every form and type, and what is wrong with them.

use crate::disc::{Disc, File, ROOT, long, named, shorts};
use crate::support::{assert_lists, list, listed};
use isokit_core::source::Memory;
use isokit_core::udf::layout::tag;
use zerocopy::IntoBytes;

/// A disc with one file `f`, whose entry is at block 2.
fn with(file: &File<'_>) -> Disc {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("f", 2)]);
    disc.file(2, file);
    for (block, byte) in [(10, b'a'), (11, b'b'), (12, b'c'), (13, b'd')] {
        disc.block(block, &[byte; 2048]);
    }
    disc
}

/// An extent of allocation descriptors.
fn continuation(disc: &mut Disc, block: u32, descriptors: &[u8]) {
    let length = u32::try_from(descriptors.len()).expect("small").to_le_bytes();
    let bytes = [&[0; 20], &length[..], descriptors].concat();
    disc.seal(crate::disc::PARTITION + block, tag::ALLOCATION_EXTENT, block, &bytes);
}

#[test]
fn content_in_the_entry() {
    assert_lists(&with(&File::embedded(b"")), &["- /f "]);
    assert_lists(&with(&File::embedded(b"hello")), &["- /f h,e,l*2,o"]);
}

#[test]
fn short_long_and_extended_descriptors() {
    assert_lists(
        &with(&File::allocated(0, 4100, &shorts(&[(0, 2048, 12), (0, 2052, 10)]))),
        &["- /f c*2048,a*2048,b*4"],
    );
    let longs = [long(2048, 0, 11), long(10, 0, 10)];
    assert_lists(&with(&File::allocated(1, 2058, longs.as_bytes())), &["- /f b*2048,a*10"]);
    let mut extended = Vec::new();
    for block in [13_u32, 10] {
        for number in [2048_u32, 2048, 2048, block] {
            extended.extend(number.to_le_bytes());
        }
        extended.extend([0; 4]);
    }
    assert_lists(&with(&File::allocated(2, 4096, &extended)), &["- /f d*2048,a*2048"]);
}

#[test]
fn what_is_not_recorded_is_zeros() {
    let sparse = shorts(&[(2, 2048, 0), (0, 2048, 10), (1, 2048, 11), (0, 1, 12)]);
    assert_lists(&with(&File::allocated(0, 6145, &sparse)), &["- /f \\x00*2048,a*2048,\\x00*2048,c"]);
}

#[test]
fn descriptors_go_on_in_further_extents() {
    let mut disc = with(&File::allocated(0, 6144, &shorts(&[(0, 2048, 10), (3, 2048, 20)])));
    continuation(&mut disc, 20, &shorts(&[(0, 2048, 11), (3, 2048, 21)]));
    // Descriptors behind the size, and behind one of no bytes, are none.
    continuation(&mut disc, 21, &shorts(&[(0, 2048, 13), (0, 2048, 12), (0, 0, 0)]));
    assert_lists(&disc, &["- /f a*2048,b*2048,d*2048"]);
}

#[test]
fn circles_of_descriptors_end() {
    let mut disc = with(&File::allocated(0, 1 << 40, &shorts(&[(3, 2048, 20)])));
    continuation(&mut disc, 20, &shorts(&[(0, 2048, 11), (3, 2048, 21)]));
    continuation(&mut disc, 21, &shorts(&[(0, 2048, 12), (3, 2048, 20)]));
    assert_lists(
        &disc,
        &[
            "! /f: byte 0xa0820 (sector 321): allocation descriptor: loop: an extent of allocation descriptors leads back to a \
           place already visited",
        ],
    );
}

#[test]
fn what_leads_nowhere_is_named() {
    for (file, want) in [
        (File::allocated(0, 5000, &shorts(&[(0, 2048, 500)])), "logical block is 500, expected below 200"),
        (
            File::allocated(1, 5, long(5, 3, 0).as_bytes()),
            "partition reference number is 3, expected below 1",
        ),
        (File::allocated(4, 5, &[0; 8]), "form of allocation descriptors is 4, expected 0 to 3"),
        (File { size: 9, ..File::embedded(b"short") }, "information length is 9, expected at most 5"),
        (File::allocated(0, 5, &shorts(&[(3, 2048, 20)])), "tag identifier is 0, expected 258"),
    ] {
        let lines = listed(&with(&file).bytes);
        assert!(
            lines.len() == 1 && lines[0].starts_with("! /f: byte ") && lines[0].contains(want),
            "{lines:?}"
        );
    }
}

#[test]
fn a_size_that_no_descriptor_is_for_is_an_error() {
    for descriptors in [&[(0, 5, 10)][..], &[(0, 5, 10), (0, 0, 0), (0, 2048, 11)]] {
        let disc = with(&File::allocated(0, 5000, &shorts(descriptors)));
        assert_lists(
            &disc,
            &[
                "! /f: byte 0x970b0 (sector 302): allocation descriptor: information length is 5000, expected at most 5, \
               the bytes that the allocation descriptors cover",
            ],
        );
    }
}

#[test]
fn the_names_of_a_directory_that_should_go_on_are_shown_first() {
    let mut disc = with(&File::embedded(b"x"));
    let names = named("f", 2);
    let length = u32::try_from(names.len()).expect("small");
    disc.block(20, &names);
    let extents = shorts(&[(0, length, 20)]);
    disc.file(ROOT, &File { kind: 4, ..File::allocated(0, 5000, &extents) });
    let lines = listed(&disc.bytes);
    assert!(
        lines.len() == 2
            && lines[0] == "- /f x"
            && lines[1].starts_with("! ")
            && lines[1]
                .contains(&format!("directory: information length is 5000, expected at most {length}")),
        "{lines:?}"
    );
}

#[test]
fn of_an_extended_descriptor_the_information_counts() {
    let extended = |numbers: [u32; 4]| [numbers.map(u32::to_le_bytes).as_flattened(), &[0; 4]].concat();
    let short = [extended([2048, 6, 6, 10]), extended([2048, 6, 6, 11])].concat();
    assert_lists(&with(&File::allocated(2, 12, &short)), &["- /f a*6,b*6"]);
    for (numbers, want) in [
        ([2048, 100, 4096, 10], "a compressed extent"),
        ([2048, 4096, 4096, 10], "information length is 4096, expected at most 2048"),
    ] {
        let lines = list(&Memory(&with(&File::allocated(2, 4096, &extended(numbers))).bytes));
        assert!(lines.len() == 1 && lines[0].starts_with("! /f: ") && lines[0].contains(want), "{lines:?}");
    }
}
