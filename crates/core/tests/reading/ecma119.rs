//! ECMA-119 as it is recorded and as it is broken, each over every kind of source.

use crate::sources::{Scratched, over_sources, pipe};
use crate::support::{Builder, ROOT, assert_lists, list, listed, put, record};
use isokit_core::iso9660::{Image, Names, Options, TreeKind};
use isokit_core::source::{Memory, Source};
use isokit_core::tree::content::Content;
use isokit_core::tree::{Detail, Entry, Extent, Tree};

const DIRECTORY: u8 = 2;
const MULTI_EXTENT: u8 = 0x80;

/// The entries of the root.
fn entries(source: &dyn Source) -> Vec<Result<Entry, String>> {
    let image = Image::open(source, &Options::default()).expect("the image opens");
    let root = image.tree().root().expect("a root");
    let mut cursor = image.tree().open(&root, Detail::All).expect("it opens");
    let mut found = Vec::new();
    let mut entry = Entry::default();
    loop {
        match cursor.next(&mut entry) {
            Ok(true) => found.push(Ok(entry.clone())),
            Ok(false) => return found,
            Err(error) => found.push(Err(error.to_string())),
        }
    }
}

fn first(builder: &Builder) -> Entry {
    entries(&Memory(&builder.bytes)).remove(0).expect("a good entry")
}

fn findings(builder: &Builder) -> Vec<String> {
    let memory = Memory(&builder.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let root = image.tree().root().expect("a root");
    let mut cursor = image.tree().open(&root, Detail::All).expect("it opens");
    let mut entry = Entry::default();
    while !matches!(cursor.next(&mut entry), Ok(false)) {}
    image.take_findings().iter().map(ToString::to_string).collect()
}

#[test]
fn a_plain_tree_is_listed_without_versions() {
    let mut image = Builder::new(26, 2048);
    image.directory(
        ROOT,
        b"",
        &[record(b"DIR", 21, 2048, DIRECTORY, b""), record(b"README.;1", 22, 5, 0, b"")],
    );
    image.directory(21, b"", &[record(b"A.TXT;1", 23, 3000, 0, b"")]);
    assert_lists(&image, &["d /DIR 2048", "- /DIR/A.TXT 3000", "- /README 5"]);
}

#[test]
fn several_extents_are_one_file() {
    let mut image = Builder::new(30, 2048);
    image.directory(
        ROOT,
        b"",
        &[
            record(b"BIG;1", 22, 4096, MULTI_EXTENT, b""),
            record(b"BIG;1", 25, 2048, MULTI_EXTENT, b""),
            record(b"BIG;1", 27, 10, 0, b""),
            record(b"Z;1", 28, 1, 0, b""),
        ],
    );
    assert_lists(&image, &["- /BIG 6154", "- /Z 1"]);
    let extents =
        [(22, 4096), (25, 2048), (27, 10)].map(|(sector, length)| Extent::recorded(sector * 2048, length));
    assert_eq!(first(&image).extents, extents);
}

#[test]
fn extents_without_a_final_record_are_an_error_of_that_file_alone() {
    let flagged = |name: &[u8]| record(name, 22, 2048, MULTI_EXTENT, b"");
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, b"", &[flagged(b"BIG;1"), record(b"OTHER;1", 25, 1, 0, b""), flagged(b"LAST;1")]);
    let broken = |name: &str, at: u64| {
        format!(
            "! /{name}: byte {:#x} (sector 20): file of several extents without a final record: truncated: 34 bytes needed, 0 there",
            20 * 2048 + at
        )
    };
    assert_lists(&image, &[&broken("BIG", 68), "- /OTHER 1", &broken("LAST", 68 + 38 + 40)]);
}

#[test]
fn an_interleaved_file_costs_no_more_than_the_image_has_units() {
    let mut interleaved = record(b"I;1", 22, 1 << 30, 0, b"");
    put(&mut interleaved, 26, &[1, 1]);
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, b"", &[interleaved]);
    let memory = Memory(&image.bytes);
    let opened = Image::open(&memory, &Options::default()).expect("it opens");
    let root = opened.tree().root().expect("a root");
    let mut cursor = opened.tree().open(&root, Detail::All).expect("a directory");
    let mut entry = isokit_core::tree::Entry::default();
    assert!(cursor.next(&mut entry).expect("a record"));
    assert_eq!((entry.size, entry.extents.len()), (1 << 30, 5));
}

#[test]
fn interleaved_files_are_put_together_from_their_units() {
    let mut interleaved = record(b"I;1", 22, 5000, 0, b"");
    put(&mut interleaved, 26, &[1, 2]);
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, b"", &[interleaved.clone()]);
    let extents =
        [(22, 2048), (25, 2048), (28, 904)].map(|(sector, length)| Extent::recorded(sector * 2048, length));
    assert_eq!(first(&image).extents, extents);

    put(&mut interleaved, 1, &[1]);
    let mut image = Builder::new(32, 2048);
    image.directory(ROOT, b"", &[interleaved]);
    assert_eq!(
        first(&image).extents.first(),
        Some(&Extent::recorded(25 * 2048, 2048)),
        "the attributes take a unit"
    );
}

#[test]
fn extended_attribute_records_are_no_content() {
    let mut file = record(b"X;1", 22, 5, 0, b"");
    put(&mut file, 1, &[2]);
    let mut directory = record(b"D", 25, 2048, DIRECTORY, b"");
    put(&mut directory, 1, &[1]);
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, b"", &[directory, file]);
    image.directory(26, b"", &[record(b"IN;1", 24, 1, 0, b"")]);
    assert_lists(&image, &["d /D 2048", "- /D/IN 1", "- /X 5"]);
    let found = entries(&Memory(&image.bytes)).pop().expect("two").expect("good");
    assert_eq!(found.extents, [Extent::recorded(24 * 2048, 5)]);
}

#[test]
fn associated_files_are_left_out_and_hidden_ones_marked() {
    let mut image = Builder::new(26, 2048);
    image.directory(
        ROOT,
        b"",
        &[
            record(b"FORK;1", 22, 5, 4, b""),
            record(b"FORK;1", 23, 7, 0, b""),
            record(b"HIDE;1", 24, 1, 1, b""),
        ],
    );
    assert_lists(&image, &["- /FORK 7", "- /HIDE 1"]);
    let hidden: Vec<bool> =
        entries(&Memory(&image.bytes)).into_iter().map(|entry| entry.expect("good").hidden).collect();
    assert_eq!(hidden, [false, true]);
    assert_eq!(
        findings(&image),
        ["byte 0xa044 (sector 20): directory record: an associated file was skipped"]
    );
}

#[test]
fn the_possible_half_of_a_number_is_taken() {
    let mut image = Builder::new(26, 2048);
    let mut little = record(b"LITTLE;1", 22, 5, 0, b"");
    put(&mut little, 6, &[0, 0, 0, 0]);
    let mut big = record(b"BIG;1", 23, 5, 0, b"");
    put(&mut big, 2, &[0xff, 0xff, 0xff, 0x7f]);
    image.directory(ROOT, b"", &[big, little]);
    let places: Vec<_> =
        entries(&Memory(&image.bytes)).into_iter().map(|entry| entry.expect("good").extents).collect();
    assert_eq!(places, [[Extent::recorded(23 * 2048, 5)], [Extent::recorded(22 * 2048, 5)]]);
    let findings = findings(&image);
    assert!(findings[0].ends_with("only the big-endian half is plausible"), "{findings:?}");
    assert!(findings[1].ends_with("the little-endian half was used"), "{findings:?}");
}

#[test]
fn bytes_that_cross_a_sector_and_are_no_record_are_an_error() {
    let mut image = Builder::new(26, 4096);
    image.directory(ROOT, b"", &[record(b"ONE;1", 24, 1, 0, b"")]);
    image.put(ROOT + 1, &record(b"TWO;1", 24, 2, 0, b""));
    assert_lists(&image, &["- /ONE 1", "- /TWO 2"]);

    let one = record(b"ONE;1", 24, 1, 0, b"");
    let mut crossing = Builder::new(26, 4096);
    crossing.directory(ROOT, b"", &vec![one; 52]);
    crossing.put(ROOT + 1, &record(b"TWO;1", 24, 2, 0, b""));
    let at = 20 * 2048 + 68 + 52 * 38;
    put(&mut crossing.bytes, at, &[60, 0]);
    let mut want = vec!["- /ONE 1"; 52];
    want.push("! /: byte 0xa7fc (sector 20): directory record: length of directory record is 60, expected 34 to 4, where its sector ends");
    want.push("- /TWO 2");
    assert_lists(&crossing, &want);
}

/// An image whose root directory has `names`, their records without regard to sectors.
fn unaligned(names: &[Vec<u8>], blocks: u32) -> Builder {
    let records: Vec<_> = names.iter().zip(1..).map(|(name, size)| record(name, 19, size, 0, b"")).collect();
    let size = 68 + records.concat().len();
    let sectors = size.div_ceil(2048);
    let mut image = Builder::new(21 + sectors, u32::try_from(sectors * 2048).expect("small"));
    put(&mut image.bytes, 16 * 2048 + 128, &blocks.to_le_bytes()[..2]);
    put(&mut image.bytes, 16 * 2048 + 130, &blocks.to_be_bytes()[2..]);
    let place = ROOT * 2048 / blocks;
    put(&mut image.bytes, 16 * 2048 + 158, &place.to_le_bytes());
    put(&mut image.bytes, 16 * 2048 + 162, &place.to_be_bytes());
    image.directory(ROOT, b"", &records);
    image
}

#[test]
fn records_that_cross_sectors_all_the_same_are_read() {
    // Of 48 bytes each: one of 1,500 goes from the first 64 KiB of the directory, which are read at once, into the next.
    for (count, crossing) in [(120, 2), (1500, 35)] {
        let names: Vec<_> = (0..count).map(|n| format!("FILE{n:04}.TXT;1").into_bytes()).collect();
        let want: Vec<_> = (0..count).map(|n| format!("- /FILE{n:04}.TXT {}", n + 1)).collect();
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        for blocks in [2048, 512] {
            let image = unaligned(&names, blocks);
            assert_lists(&image, &want);
            let findings = findings(&image);
            let crossings = findings.iter().filter(|finding| finding.contains("crosses")).count();
            assert_eq!(crossings, crossing, "{findings:?}");
        }
    }
}

#[test]
fn one_byte_of_a_record_before_the_sector_is_enough() {
    for before in 1..=4_usize {
        let mut records = vec![record(b"A;1", 24, 1, 0, b""); 54];
        let used = 68 + records.concat().len();
        // The last one is as long as it must be.
        let last = records.last_mut().expect("54");
        last.resize(last.len() + 2048 - before - used, 0);
        last[0] = u8::try_from(last.len()).expect("short");
        records.extend([record(b"CROSS;1", 24, 2, 0, b""), record(b"Z;1", 24, 3, 0, b"")]);
        let mut image = Builder::new(26, 4096);
        image.directory(ROOT, b"", &records);
        let mut want = vec!["- /A 1"; 54];
        want.extend(["- /CROSS 2", "- /Z 3"]);
        assert_lists(&image, &want);
        let at = 21 * 2048 - before;
        assert_eq!(
            findings(&image),
            [format!(
                "byte {at:#x} (sector 20): directory record: it crosses into the next sector; read anyway"
            )]
        );
    }
}

#[test]
fn a_record_that_crosses_the_end_of_its_directory_is_an_error() {
    let names: Vec<_> = (0..44).map(|n| format!("FILE{n:04}.TXT;1").into_bytes()).collect();
    let mut image = unaligned(&names, 2048);
    // One sector of the two that it takes.
    put(&mut image.bytes, 16 * 2048 + 166, &[0, 8, 0, 0, 0, 0, 8, 0]);
    let lines = listed(&image.bytes, Names::Auto);
    assert_eq!(lines.len(), 42);
    assert_eq!(
        lines.last().map(String::as_str),
        Some(
            "! /: byte 0xa7f4 (sector 20): directory record: length of directory record is 48, expected 34 to 12, where its sector ends"
        )
    );
}

#[test]
fn a_damaged_record_costs_itself_and_what_is_not_certain_behind_it() {
    let mut image = Builder::new(26, 4096);
    image.directory(
        ROOT,
        b"",
        &[record(b"ONE;1", 24, 1, 0, b""), vec![33, 0], record(b"LOST;1", 24, 1, 0, b"")],
    );
    image.put(ROOT + 1, &record(b"TWO;1", 24, 2, 0, b""));
    assert_lists(
        &image,
        &[
            "- /ONE 1",
            "! /: byte 0xa06a (sector 20): directory record: length of directory record is 33, expected 34 to 255, where its sector ends",
            "- /LOST 1",
            "- /TWO 2",
        ],
    );
    // Bytes at which no record is known to begin are one only if everything recorded twice agrees.
    let mut lost = record(b"LOST;1", 24, 1, 0, b"");
    lost[9] ^= 1;
    image.directory(ROOT, b"", &[record(b"ONE;1", 24, 1, 0, b""), vec![33, 0], lost]);
    assert_lists(
        &image,
        &[
            "- /ONE 1",
            "! /: byte 0xa06a (sector 20): directory record: length of directory record is 33, expected 34 to 255, where its sector ends",
            "- /TWO 2",
        ],
    );
}

#[test]
fn two_names_of_one_directory_are_damage() {
    let mut image = Builder::new(26, 2048);
    image.directory(ROOT, b"", &[record(b"D", 22, 2048, 2, b""), record(b"E", 22, 2048, 2, b"")]);
    image.directory(22, b"", &[record(b"FILE;1", 24, 1, 0, b"")]);
    let overlap = "! /E: byte 0xa066 (sector 20): directory: its extent overlaps that of another directory";
    assert_lists(&image, &["d /D 2048", "- /D/FILE 1", "d /E 2048", overlap, "- /E/FILE 1"]);
}

#[test]
fn a_scratch_costs_the_names_under_it_and_no_others() {
    let mut image = Builder::new(26, 3 * 2048);
    image.directory(ROOT, b"", &[record(b"ONE;1", 24, 1, 0, b"")]);
    image.put(ROOT + 1, &record(b"TWO;1", 24, 2, 0, b""));
    image.put(ROOT + 2, &record(b"THREE;1", 24, 3, 0, b""));
    let lines = |sector| list(&Scratched(&image.bytes, vec![sector]), Names::Auto);
    let scratch = |sector: u32| {
        format!("! /: byte {:#x} (sector {sector}): image: cannot be read: scratch", sector * 2048)
    };
    assert_eq!(lines(ROOT), [&scratch(ROOT), "- /TWO 2", "- /THREE 3"]);
    assert_eq!(lines(ROOT + 1), ["- /ONE 1", &scratch(ROOT + 1), "- /THREE 3"]);
    assert_eq!(lines(ROOT + 2), ["- /ONE 1", "- /TWO 2", &scratch(ROOT + 2)]);
}

#[test]
fn what_is_there_of_a_truncated_directory_is_listed() {
    let mut image = Builder::new(24, 3 * 2048);
    image.directory(ROOT, b"", &[record(b"ONE;1", 22, 1, 0, b"")]);
    image.put(ROOT + 1, &record(b"TWO;1", 22, 2, 0, b""));
    image.bytes.truncate(22 * 2048);
    assert_lists(
        &image,
        &[
            "- /ONE 1",
            "- /TWO 2",
            "! /: byte 0xb000 (sector 22): image: ends here; 2048 more bytes are needed",
        ],
    );
}

#[test]
fn an_absurd_directory_size_reads_no_more_than_there_is() {
    let mut image = Builder::new(22, u32::MAX);
    image.directory(ROOT, b"", &[record(b"ONE;1", 20, 1, 0, b"")]);
    assert_lists(
        &image,
        &["- /ONE 1", "! /: byte 0xb000 (sector 22): image: ends here; 4294963199 more bytes are needed"],
    );
}

#[test]
fn loops_of_directories_end() {
    let mut image = Builder::new(26, 2048);
    image.directory(ROOT, b"", &[record(b"D", 21, 2048, DIRECTORY, b"")]);
    image.directory(
        21,
        b"",
        &[record(b"SELF", 21, 2048, DIRECTORY, b""), record(b"UP", ROOT, 2048, DIRECTORY, b"")],
    );
    let closed = |name: &str, at: &str| {
        format!(
            "! /D/{name}: byte {at} (sector 21): directory: loop: its extent leads back to a place already visited"
        )
    };
    assert_lists(
        &image,
        &["d /D 2048", "d /D/SELF 2048", &closed("SELF", "0xa844"), "d /D/UP 2048", &closed("UP", "0xa86a")],
    );
}

#[test]
fn trees_that_share_directories_do_not_grow_without_end() {
    let mut image = Builder::new(60, 2048);
    let children = |sector: u32| {
        (0..10_u8).map(|child| record(&[b'A' + child], sector, 2048, DIRECTORY, b"")).collect::<Vec<_>>()
    };
    for sector in ROOT..50 {
        image.directory(sector, b"", &children(sector + 1));
    }
    image.directory(50, b"", &[]);
    let lines = listed(&image.bytes, Names::Auto);
    assert!(lines.len() < 100_000, "{} lines", lines.len());
    assert!(lines.iter().any(|line| line.contains("already visited")));
}

#[test]
fn the_root_record_is_read_where_it_must_be() {
    let mut image = Builder::new(24, 2048);
    image.directory(ROOT, b"", &[record(b"ONE;1", 22, 1, 0, b"")]);
    put(&mut image.bytes, 16 * 2048 + 156, &[68]);
    assert_lists(&image, &["- /ONE 1"]);
}

#[test]
fn block_sizes_are_512_1024_and_2048() {
    for (size, factor) in [(512_u16, 4), (1024, 2), (2048, 1)] {
        let mut image = Builder::new(26, 2048);
        let volume = 16 * 2048;
        put(&mut image.bytes, volume + 128, &[size.to_le_bytes(), size.to_be_bytes()].concat());
        put(&mut image.bytes, volume + 156, &record(&[0], ROOT * factor, 2048, 2, b""));
        image.directory(ROOT, b"", &[record(b"ONE;1", 22 * factor, 7, 0, b"")]);
        assert_lists(&image, &["- /ONE 7"]);
        assert_eq!(first(&image).extents, [Extent::recorded(22 * 2048, 7)]);
    }
    let mut image = Builder::new(26, 2048);
    put(&mut image.bytes, 16 * 2048 + 128, &[0, 16, 16, 0]);
    let error = Image::open(&Memory(&image.bytes), &Options::default()).expect_err("4096 is not legal");
    assert_eq!(
        error.to_string(),
        "byte 0x8000 (sector 16): volume descriptor: logical block size is 4096, expected 2048, 1024 or 512"
    );
}

#[test]
fn what_is_no_volume_is_refused_with_what_is_there() {
    let good = Builder::new(24, 2048);
    for (at, byte, message) in [
        (
            1,
            b'X',
            r#"not an ISO 9660 or UDF image: byte 0x8001 (sector 16): volume descriptor: identifier is "XD001", expected "CD001""#,
        ),
        (
            0,
            3,
            "byte 0x8000 (sector 16): volume descriptor: number of volume descriptors with a tree is 0, expected at least a primary one",
        ),
    ] {
        let mut image = good.clone();
        put(&mut image.bytes, 16 * 2048 + at, &[byte]);
        over_sources(&image.bytes, |source| {
            let error = Image::open(source, &Options::default()).expect_err("no volume");
            assert_eq!(error.to_string(), message);
        });
    }
    over_sources(&good.bytes[..32_774], |source| {
        let error = Image::open(source, &Options::default()).expect_err("six bytes of a descriptor");
        assert_eq!(
            error.to_string(),
            "byte 0x8000 (sector 16): volume descriptor: truncated: 2048 bytes needed, 6 there"
        );
    });
    over_sources(&good.bytes[..32_773], |source| {
        let error = Image::open(source, &Options::default()).expect_err("five bytes say nothing");
        let error = error.to_string();
        assert!(error.starts_with("not an ISO 9660 or UDF image: it ends at byte 0x8005, "), "{error}");
    });
}

#[test]
fn a_set_without_terminator_ends_where_descriptors_end() {
    let mut image = Builder::new(24, 2048);
    image.directory(ROOT, b"", &[]);
    image.put(17, &[0; 7]);
    assert_lists(&image, &[]);
    assert_eq!(findings(&image), ["byte 0x8800 (sector 17): volume descriptor: no terminator ends the set"]);
}

#[test]
fn joliet_is_richer_than_plain_and_each_can_be_asked_for() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let mut image = Builder::new(30, 2048);
    image.volume(2, 1, b"%/E", 22, 2048);
    image.volume(2, 2, b"", 24, 2048);
    image.directory(ROOT, b"", &[record(b"GRUESSE.TXT;1", 26, 5, 0, b"")]);
    image.directory(22, b"", &[record(&utf16("Grüße 😀.txt;1"), 26, 5, 0, b"")]);
    image.directory(24, b"", &[record(b"Gruesse long name.txt", 26, 5, 0, b"")]);
    assert_lists(&image, &["- /Gr\\xc3\\xbc\\xc3\\x9fe \\xf0\\x9f\\x98\\x80.txt 5"]);
    let memory = Memory(&image.bytes);
    assert_eq!(list(&memory, Names::Only(TreeKind::Plain)), ["- /GRUESSE.TXT 5"]);
    assert_eq!(list(&memory, Names::Only(TreeKind::Enhanced)), ["- /Gruesse long name.txt 5"]);
    let error = Image::open(&memory, &Options { names: Names::Only(TreeKind::RockRidge), session: None });
    assert_eq!(error.expect_err("no Rock Ridge").to_string(), "tree: the image has no such tree");
}

#[test]
fn an_empty_richer_tree_gives_way() {
    let mut image = Builder::new(30, 2048);
    image.volume(2, 1, b"%/E", 22, 2048);
    image.directory(ROOT, b"", &[record(b"A;1", 26, 5, 0, b"")]);
    image.directory(22, b"", &[]);
    assert_lists(&image, &["- /A 5"]);
    let memory = Memory(&image.bytes);
    let opened = Image::open(&memory, &Options::default()).expect("it opens");
    assert_eq!(
        (opened.tree().kind(), opened.trees()),
        (TreeKind::Plain, &[TreeKind::Joliet, TreeKind::Plain][..])
    );
    assert_eq!(opened.reason(), "richer trees of the volume are empty");
}

#[test]
fn nothing_behind_the_last_directory_is_asked_for() {
    // The end of the volume, where a newer session could begin, is too far ahead to be looked at.
    let mut image = Builder::new(9000, 2048);
    image.directory(
        ROOT,
        b"",
        &[record(b"D", 21, 2048, DIRECTORY, b""), record(b"F;1", 23, 300_000, 0, b"")],
    );
    image.directory(21, b"", &[record(b"G;1", 200, 300_000, 0, b"")]);
    let pipe = pipe(&image.bytes, usize::MAX);
    assert_eq!(list(&pipe, Names::Auto).len(), 3);
    // Sector 48 has the first descriptor of an image for overwritable media.
    assert_eq!(pipe.consumed(), 49 * 2048);
}

#[test]
fn contents_are_read_in_ranges_and_end_where_the_image_ends() {
    let mut image = Builder::new(30, 2048);
    image.directory(
        ROOT,
        b"",
        &[record(b"F;1", 22, 3000, MULTI_EXTENT, b""), record(b"F;1", 26, 1000, 0, b"")],
    );
    image.put(22, &[b'a'; 3000]);
    image.put(26, &[b'b'; 1000]);
    over_sources(&image.bytes, |source| {
        let entry = entries(source).remove(0).expect("good");
        let read = |range| {
            let mut bytes = Vec::new();
            Content::open(source, &entry)
                .expect("plain")
                .copy(range, &mut |piece| {
                    bytes.extend_from_slice(piece);
                    Ok(())
                })
                .map(|()| bytes)
        };
        assert_eq!(read(2998..3002).expect("there"), b"aabb");
        assert_eq!(read(3999..u64::MAX).expect("there"), b"b");
        assert_eq!(read(9999..u64::MAX).expect("nothing"), b"");
        assert_eq!(read(0..u64::MAX).expect("there").len(), 4000);
    });
    image.bytes.truncate(26 * 2048 + 10);
    over_sources(&image.bytes, |source| {
        let entry = entries(source).remove(0).expect("good");
        let mut have = 0;
        let error = Content::open(source, &entry)
            .expect("plain")
            .copy(0..u64::MAX, &mut |piece| {
                have += piece.len();
                Ok(())
            })
            .expect_err("990 bytes are missing");
        assert_eq!(error.to_string(), "byte 0xd00a (sector 26): image: ends here; 990 more bytes are needed");
        assert_eq!(have, 3010);
    });
}
