//! Partition maps: virtual, sparable, metadata, and what is unusable.

use crate::disc::{
    BLOCKS, Disc, File, MAIN, PARTITION, RESERVE, ROOT, entity, long, map, name, physical, shorts,
};
use crate::support::{assert_lists, list, listed};
use isokit_core::source::Memory;
use isokit_core::udf::layout::{file_type, tag};
use zerocopy::IntoBytes;

/// A name in the second partition.
fn named(text: &str, block: u32) -> Vec<u8> {
    name(text, long(2048, 1, block), 0)
}

/// A write-once disc: virtual blocks 0, 1 and 2 are 5, 6 and 9 of the partition; `table` describes them.
pub(crate) fn write_once(kind: u8, table: &[u8]) -> Disc {
    let mut disc = Disc::with_maps(2048, &[&physical(), &map(b"*UDF Virtual Partition", &[])], 0);
    // The builder put the file set at block 0.
    let set = disc.bytes[disc.at(0)..disc.at(1)].to_vec();
    disc.block(0, &[0; 2048]);
    disc.block(5, &set);
    disc.file_at(6, 1, &File::directory(&named("f", 2)));
    disc.file_at(9, 2, &File::embedded(b"virtual"));
    let last = BLOCKS - 1;
    disc.file(last, &File { kind, ..File::embedded(table) });
    disc
}

pub(crate) fn numbers() -> Vec<u8> {
    [5_u32, 6, 9, u32::MAX].iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[test]
fn virtual_blocks_of_udf_2_and_of_1_50() {
    let mut head = vec![0; 152];
    head[0] = 152;
    assert_lists(&write_once(file_type::VIRTUAL_TABLE, &[head, numbers()].concat()), &["- /f v,i,r,t,u,a,l"]);
    let tail = [entity(b"*UDF Virtual Alloc Tbl").as_bytes(), &[0xFF; 4]].concat();
    assert_lists(&write_once(0, &[numbers(), tail].concat()), &["- /f v,i,r,t,u,a,l"]);
}

#[test]
fn a_table_is_looked_for_before_the_end_and_a_damaged_one_passed_over() {
    let mut head = vec![0; 152];
    head[0] = 152;
    let mut disc = write_once(file_type::VIRTUAL_TABLE, &[head.clone(), numbers()].concat());
    disc.file(
        BLOCKS - 3,
        &File { kind: file_type::VIRTUAL_TABLE, ..File::embedded(&[head, numbers()].concat()) },
    );
    let damaged = disc.at(BLOCKS - 1) + 200;
    disc.bytes[damaged] ^= 1;
    let lines = listed(&disc.bytes);
    assert_eq!(lines[0], "- /f v,i,r,t,u,a,l");
    assert!(lines.len() == 2 && lines[1].contains("an older table was looked for"), "{lines:?}");
}

#[test]
fn a_table_lies_where_writing_stopped() {
    let mut head = vec![0; 152];
    head[0] = 152;
    let mut disc = write_once(file_type::VIRTUAL_TABLE, &[head, numbers()].concat());
    disc.bytes.resize(disc.bytes.len() + (5 << 20), 0);
    assert_eq!(listed(&disc.bytes), ["- /f v,i,r,t,u,a,l"]);
}

#[test]
fn a_virtual_block_that_is_not_recorded_is_named() {
    let mut head = vec![0; 152];
    head[0] = 152;
    let mut disc = write_once(file_type::VIRTUAL_TABLE, &[head, numbers()].concat());
    disc.file_at(6, 1, &File::directory(&[named("free", 3), named("far", 99)].concat()));
    let lines = listed(&disc.bytes);
    assert!(lines[0].ends_with("virtual block is 3, expected a recorded block below 4"), "{lines:?}");
    assert!(lines[1].ends_with("virtual block is 99, expected a recorded block below 4"), "{lines:?}");
}

#[test]
fn without_a_table_the_map_says_why() {
    let disc = Disc::with_maps(2048, &[&physical(), &map(b"*UDF Virtual Partition", &[])], 0);
    let lines = listed(&disc.bytes);
    assert!(lines[0].contains("virtual allocation table: number of tables is 0"), "{lines:?}");
}

/// A sparable disc whose packets of 4 blocks, the second one at sector 290, are told by tables at 280 and 281.
fn sparable() -> Disc {
    let tables: Vec<u8> = [298_u32, 299].iter().flat_map(|sector| sector.to_le_bytes()).collect();
    let rest = [&[4, 0, 2, 0], &2048_u32.to_le_bytes()[..], &tables].concat();
    let mut disc = Disc::with_maps(2048, &[&map(b"*UDF Sparable Partition", &rest)], 0);
    for (sector, number) in [(298_u32, 1_u32), (299, 2)] {
        let mapped: u32 = if number == 2 { 294 } else { 200 };
        let mut table = vec![0; 16];
        table.extend(entity(b"*UDF Sparing Table").as_bytes());
        table.extend([2, 0, 0, 0]);
        table.extend(number.to_le_bytes());
        for entry in [[4, mapped], [u32::MAX, 290]] {
            table.extend(entry.iter().flat_map(|number| number.to_le_bytes()));
        }
        disc.seal(sector, tag::SPARING_TABLE, sector, &table);
    }
    disc.file(ROOT, &File::directory(&name("f", long(2048, 0, 2), 0)));
    disc.file(2, &File::allocated(0, 3 * 2048 + 1, &shorts(&[(0, 3 * 2048 + 1, 3)])));
    disc.block(3, &[b'a'; 2048]);
    disc.block(4, &[b'X'; 4 * 2048]);
    disc.put(294, &[[b'b'; 2048], [b'c'; 2048], [b'd'; 2048]].concat());
    disc
}

#[test]
fn spared_packets_are_read_where_they_lie() {
    assert_lists(&sparable(), &["- /f a*2048,b*2048,c*2048,d"]);
}

#[test]
fn of_sparing_tables_the_newest_whole_one_counts() {
    let mut disc = sparable();
    disc.bytes[299 * 2048 + 60] ^= 1;
    let lines = listed(&disc.bytes);
    assert!(lines[0].starts_with("- /f a*2048,\\x00*"), "{lines:?}");
    assert!(
        lines[1].contains("a table cannot be read: byte 0x95800 (sector 299): sparing table: descriptor CRC"),
        "{lines:?}"
    );
}

/// A disc with a metadata partition: its file in blocks 50 to 53 and 60 to 69, the mirror's in 100 to 113.
pub(crate) fn metadata() -> Disc {
    let rest: Vec<u8> = [40_u32, 41, u32::MAX, 32].iter().flat_map(|number| number.to_le_bytes()).collect();
    let mut disc = Disc::with_maps(2048, &[&physical(), &map(b"*UDF Metadata Partition", &rest)], 0);
    let set = disc.bytes[disc.at(0)..disc.at(1)].to_vec();
    disc.block(0, &[0; 2048]);
    fn file(kind: u8, allocation: &[u8]) -> File<'_> {
        File { kind, ..File::allocated(0, 14 * 2048, allocation) }
    }
    disc.file(40, &file(file_type::METADATA, &shorts(&[(0, 4 * 2048, 50), (0, 10 * 2048, 60)])));
    disc.file(41, &file(file_type::METADATA_MIRROR, &shorts(&[(0, 14 * 2048, 100)])));
    // Its directory goes over the border between the two extents of the file: blocks 3 and 4.
    let names: Vec<u8> = (0..60).flat_map(|n| named(&format!("name-{n:02}"), 2)).collect();
    let length = u32::try_from(names.len()).expect("small");
    let directory =
        File { kind: file_type::DIRECTORY, ..File::allocated(0, length.into(), &shorts(&[(0, length, 3)])) }
            .bytes(1);
    let content = File::allocated(1, 5, long(5, 0, 10).as_bytes()).bytes(2);
    disc.block(10, b"hello");
    let (first, second) = names.split_at(2048);
    for (block, bytes) in [(50, &set[..]), (51, &directory), (52, &content), (53, first), (60, second)] {
        disc.block(block, bytes);
    }
    for (block, bytes) in [(100, &set[..]), (101, &directory), (102, &content), (103, &names)] {
        disc.block(block, bytes);
    }
    disc
}

#[test]
fn metadata_lies_in_a_file_and_content_outside() {
    let want: Vec<String> = (0..60).map(|n| format!("- /name-{n:02} h,e,l*2,o")).collect();
    assert_lists(&metadata(), &want.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn the_mirror_stands_in_for_whatever_is_damaged() {
    // The entry of the metadata file, the file set, the root's entry, a file's entry, and the directory's blocks.
    for (block, byte) in [(40, 60), (50, 405), (51, 100), (52, 100), (53, 500), (53, 16), (60, 300)] {
        let mut disc = metadata();
        let at = disc.at(block) + byte;
        disc.bytes[at] ^= 0x55;
        let lines = listed(&disc.bytes);
        let names: Vec<&String> = lines.iter().filter(|line| line.starts_with("- /name-")).collect();
        assert_eq!(names.len(), 60, "block {block}: {lines:?}");
        assert!(lines.iter().any(|line| line.ends_with("the mirror was read")), "block {block}: {lines:?}");
        assert!(!lines.iter().any(|line| line.starts_with('!')), "block {block}: {lines:?}");
    }
}

#[test]
fn a_name_damaged_in_both_copies_is_the_only_one_lost() {
    let rest: Vec<u8> = [40_u32, 41, u32::MAX, 32].iter().flat_map(|number| number.to_le_bytes()).collect();
    let mut disc = Disc::with_maps(2048, &[&physical(), &map(b"*UDF Metadata Partition", &rest)], 0);
    let set = disc.bytes[disc.at(0)..disc.at(1)].to_vec();
    let names: Vec<u8> = (0..1500).flat_map(|n| named(&format!("name-{n:04}"), 2)).collect();
    let length = u32::try_from(names.len()).expect("small");
    let extent = shorts(&[(0, length, 3)]);
    let directory = File { kind: file_type::DIRECTORY, ..File::allocated(0, length.into(), &extent) };
    // In the first piece that is read; in the mirror it claims to go far over its end.
    let lost = names.len() / 1500 * 600;
    let (mut first, mut second) = (names.clone(), names);
    first[lost + 20] ^= 1;
    second[lost + 36..lost + 38].copy_from_slice(&20_000_u16.to_le_bytes());
    for (entry, kind, start, names) in
        [(40, file_type::METADATA, 50, first), (41, file_type::METADATA_MIRROR, 110, second)]
    {
        let extent = shorts(&[(0, 46 * 2048, start)]);
        disc.file(entry, &File { kind, ..File::allocated(0, 46 * 2048, &extent) });
        let content = File::embedded(b"x").bytes(2);
        for (block, bytes) in [(0, &set), (1, &directory.bytes(1)), (2, &content), (3, &names)] {
            disc.block(start + block, bytes);
        }
    }
    let lines = listed(&disc.bytes);
    let mut shown: Vec<&String> = lines.iter().filter(|line| line.starts_with("- /name-")).collect();
    shown.sort();
    shown.dedup();
    let failures = lines.iter().filter(|line| line.starts_with('!')).count();
    assert_eq!((shown.len(), failures), (1499, 1), "{:?}", lines.first());
}

#[test]
fn a_mirror_is_read_when_it_is_needed() {
    let unread = |disc: &Disc| {
        let lines = listed(&disc.bytes);
        lines.into_iter().filter(|line| line.contains("the mirror cannot be read")).collect::<Vec<_>>()
    };
    let mut lost = metadata();
    lost.block(41, &[0; 2048]);
    // This one is in the metadata file that it is to be the mirror of.
    let mut inside = metadata();
    let allocation = long(14 * 2048, 1, 0);
    let file = File::allocated(1, 14 * 2048, allocation.as_bytes());
    inside.file(41, &File { kind: file_type::METADATA_MIRROR, ..file });
    for mut disc in [lost, inside] {
        assert_eq!(unread(&disc), [""; 0]);
        let at = disc.at(52) + 100;
        disc.bytes[at] ^= 0x55;
        assert_eq!(unread(&disc).len(), 1);
    }
}

#[test]
fn maps_that_lead_nowhere_are_named() {
    for (maps, want) in [
        (
            vec![physical(), map(b"*Something else", &[])],
            "partition map type 2 \"*Something else\" is not supported",
        ),
        (vec![vec![1, 6, 1, 0, 9, 0]], "partition number is 9, expected that of a partition descriptor"),
        (vec![vec![2, 1, 0, 0]], "partition map: length of the map is 1, expected at least 2"),
        (
            vec![map(b"*UDF Metadata Partition", &[])],
            "partition number is 0, expected that of a physical or sparable",
        ),
        (vec![map(b"*UDF Sparable Partition", &[])], "packet length is 0"),
    ] {
        let maps: Vec<&[u8]> = maps.iter().map(Vec::as_slice).collect();
        let lines = listed(&Disc::with_maps(2048, &maps, 0).bytes);
        assert!(lines.len() == 1 && lines[0].starts_with("!! byte") && lines[0].contains(want), "{lines:?}");
    }
    assert_eq!(PARTITION, 300);
}

#[test]
fn a_spared_packet_that_is_none_is_passed_over() {
    let mut disc = sparable();
    // The newest table says that block 5 is the first of a packet of 4.
    let at = 299 * 2048;
    let mut table = disc.bytes[at..at + 2048].to_vec();
    table[56] = 5;
    disc.seal(299, tag::SPARING_TABLE, 299, &table[..72]);
    let lines = listed(&disc.bytes);
    assert_eq!(lines[0], "- /f a*2048,X*4097");
    assert!(lines[1].contains("block 5 is not the first of a packet; the entry was skipped"), "{lines:?}");
}

#[test]
fn a_file_has_no_more_extents_than_an_image_can_have_blocks() {
    const SPARED: u16 = 40_000;
    let rest = [&[1, 0, 1, 0][..], &400_000_u32.to_le_bytes(), &400_u32.to_le_bytes()].concat();
    let mut disc = Disc::with_maps(2048, &[&map(b"*UDF Sparable Partition", &rest)], 0);
    for sector in [MAIN + 1, RESERVE + 1] {
        let at = usize::try_from(sector).expect("small") * 2048;
        let mut partition = disc.bytes[at..at + 512].to_vec();
        partition[192..196].copy_from_slice(&200_000_u32.to_le_bytes());
        disc.seal(sector, tag::PARTITION, sector, &partition);
    }
    disc.bytes.resize(600 * 2048, 0);
    let mut table = vec![0; 16];
    table.extend(entity(b"*UDF Sparing Table").as_bytes());
    table.extend([SPARED.to_le_bytes(), [0; 2], [0; 2], [0; 2]].concat());
    let head = table.len();
    // Every other block lies elsewhere.
    table.extend((50..50 + u32::from(SPARED)).flat_map(|n| [2 * n, 200].map(u32::to_le_bytes).concat()));
    disc.seal(400, tag::SPARING_TABLE, 400, &table[..head]);
    let at = 400 * 2048;
    disc.bytes[at + head..at + table.len()].copy_from_slice(&table[head..]);
    disc.file(ROOT, &File::directory(&name("f", long(2048, 0, 2), 0)));
    let length = 100_000 * 2048;
    disc.file(2, &File::allocated(0, length.into(), &shorts(&[(0, length, 3)])));
    let lines = list(&Memory(&disc.bytes));
    assert!(lines[0].ends_with("number of extents is 65537, expected at most 65536"), "{lines:?}");
}
