//! Whether a volume is closed: what its integrity sequence says, or the virtual allocation table where there is one.

use crate::disc::{BLOCKS, Disc, File, MAIN, PARTITION, RESERVE, entity, map, physical, seal, set_dstring};
use crate::partitions::{numbers, write_once};
use isokit_core::error::Location;
use isokit_core::source::Memory;
use isokit_core::udf::layout::{
    AttributeHeader, ExtentAd, IntegrityDescriptor, IntegrityUse, VirtualTableExtension, VirtualTableHead,
    file_type, tag,
};
use isokit_core::udf::{Authority, Image, PartitionSpace, State};
use zerocopy::{FromZeros, IntoBytes};

/// Block of the table.
const LAST: u32 = BLOCKS - 1;

/// A table of UDF 2.00 and later that says what the volume holds.
fn telling(identifier: &str, files: u32, directories: u32) -> Vec<u8> {
    let mut head = VirtualTableHead::new_zeroed();
    (head.head_length, head.files, head.directories) = (152.into(), files.into(), directories.into());
    set_dstring(&mut head.logical_volume_identifier, identifier);
    (head.minimum_read_revision, head.minimum_write_revision, head.maximum_write_revision) =
        (0x201.into(), 0x201.into(), 0x260.into());
    [head.as_bytes(), &numbers()].concat()
}

/// State, what says so, and counts. The discs here have no integrity descriptor.
fn integrity(disc: &Disc) -> (State, Authority, Option<(u32, u32)>) {
    let source = Memory(&disc.bytes);
    let found = Image::open(&source).expect("it opens").integrity().expect("nothing is damaged");
    let found = found.expect("with a virtual partition there is a state");
    (found.state, found.by, found.counts)
}

/// A table whose file entry lies in `block` says so.
fn by(disc: &Disc, block: u32) -> Authority {
    Authority::VirtualTable(Location::in_sectors(u64::try_from(disc.at(block)).expect("small"), 2048))
}

#[test]
fn a_table_is_the_last_word_on_a_write_once_disc() {
    let disc = write_once(file_type::VIRTUAL_TABLE, &telling("NEWER", 3, 2));
    assert_eq!(integrity(&disc), (State::Closed, by(&disc, LAST), Some((3, 2))));
    let source = Memory(&disc.bytes);
    let image = Image::open(&source).expect("it opens");
    assert_eq!(image.identifier(), "NEWER");
    let found = image.integrity().expect("whole").expect("it has one");
    assert_eq!((found.revisions, found.next_unique_id), (Some([0x201, 0x201, 0x260]), None));
}

#[test]
fn behind_the_table_of_a_closed_volume_there_are_anchors_only() {
    let mut disc = write_once(file_type::VIRTUAL_TABLE, &telling("", 3, 2));
    disc.anchor(PARTITION + BLOCKS);
    assert_eq!(integrity(&disc), (State::Closed, by(&disc, LAST), Some((3, 2))));
    disc.put(PARTITION + BLOCKS, &[7; 2048]);
    assert_eq!(integrity(&disc), (State::Open, by(&disc, LAST), Some((3, 2))));
    // A file that the table does not know.
    disc.file(BLOCKS, &File::embedded(b"new"));
    assert_eq!(integrity(&disc), (State::Open, by(&disc, LAST), Some((3, 2))));
    let source = Memory(&disc.bytes);
    assert_eq!(Image::open(&source).expect("it opens").identifier(), "LOGICAL");
}

#[test]
fn a_damaged_table_leaves_a_volume_open() {
    let mut disc = write_once(file_type::VIRTUAL_TABLE, &telling("NEWER", 3, 2));
    let older = telling("OLDER", 1, 1);
    disc.file(LAST - 3, &File { kind: file_type::VIRTUAL_TABLE, ..File::embedded(&older) });
    let damaged = disc.at(LAST) + 200;
    disc.bytes[damaged] ^= 1;
    assert_eq!(integrity(&disc), (State::Open, by(&disc, LAST - 3), Some((1, 1))));
}

#[test]
fn without_its_table_a_volume_is_open() {
    // What leads to the root lies in the physical partition, so that the volume can be read without a table.
    let mut disc = Disc::with_maps(2048, &[&map(b"*UDF Virtual Partition", &[]), &physical()], 0);
    disc.directory(1, &[]);
    assert_eq!(integrity(&disc), (State::Open, Authority::NoVirtualTable, None));
}

#[test]
fn a_table_of_udf_1_50_tells_in_an_attribute_that_names_its_entry() {
    let table = [&numbers()[..], entity(b"*UDF Virtual Alloc Tbl").as_bytes(), &[0xFF; 4]].concat();
    for (unique_id, want) in [(0_u64, Some((5, 4))), (1, None)] {
        let mut extension = VirtualTableExtension::new_zeroed();
        (extension.unique_id, extension.files, extension.directories) =
            (unique_id.into(), 5.into(), 4.into());
        let mut attributes = AttributeHeader::new_zeroed().as_bytes().to_vec();
        seal(&mut attributes, tag::ATTRIBUTE_HEADER, LAST);
        // Type, subtype, bytes of the attribute with padding, bytes of its use.
        for number in [2048_u32, 1, 12 + 36 + 146 + 2, 146] {
            attributes.extend(number.to_le_bytes());
        }
        attributes.extend(entity(b"*UDF VAT LVExtension").as_bytes());
        attributes.extend(extension.as_bytes());
        attributes.extend([0, 0]);
        let mut disc = write_once(file_type::UNSPECIFIED, &table);
        disc.file(LAST, &File { kind: 0, attributes: &attributes, ..File::embedded(&table) });
        assert_eq!(integrity(&disc), (State::Closed, by(&disc, LAST), want), "{unique_id}");
    }
}

/// A disc whose integrity descriptor has `tables` of free space and size for so many partitions, and the use of UDF.
fn with_tables(partitions: u32, tables: &[u32]) -> Disc {
    let mut disc = Disc::new(2048);
    disc.directory(1, &[]);
    let mut descriptor = IntegrityDescriptor::new_zeroed();
    (descriptor.integrity_type, descriptor.number_of_partitions) = (1.into(), partitions.into());
    let mut usage = IntegrityUse::new_zeroed();
    usage.files = 5.into();
    let tables: Vec<u8> = tables.iter().flat_map(|number| number.to_le_bytes()).collect();
    disc.seal(290, tag::INTEGRITY, 290, &[descriptor.as_bytes(), &tables, usage.as_bytes()].concat());
    for sequence in [MAIN, RESERVE] {
        let at = usize::try_from(sequence + 2).expect("small") * 2048;
        let mut volume = disc.bytes[at..at + 446].to_vec();
        let extent = ExtentAd { length: 2048.into(), location: 290.into() };
        volume[432..440].copy_from_slice(extent.as_bytes());
        disc.seal(sequence + 2, tag::LOGICAL_VOLUME, sequence + 2, &volume);
    }
    disc
}

#[test]
fn free_space_comes_before_sizes_and_may_not_be_recorded() {
    let spaces = |disc: &Disc| {
        let source = Memory(&disc.bytes);
        let found = Image::open(&source).expect("it opens").integrity().expect("whole").expect("it has one");
        let spaces: Vec<_> =
            found.spaces.iter().map(|PartitionSpace { size, free }| (*size, *free)).collect();
        (spaces, found.counts.map(|(files, _)| files))
    };
    let two = with_tables(2, &[3, u32::MAX, 100, 40]);
    assert_eq!(spaces(&two), (vec![(Some(100), Some(3)), (Some(40), None)], Some(5)));
    assert_eq!(spaces(&with_tables(0, &[])), (Vec::new(), Some(5)));
    // More partitions than the descriptor has room for: nothing behind them is known.
    assert_eq!(spaces(&with_tables(u32::MAX, &[3, 100])), (Vec::new(), None));
}
