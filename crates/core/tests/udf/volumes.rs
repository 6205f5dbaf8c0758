//! Anchors, sector sizes and descriptor sequences.

use crate::disc::{Disc, File, MAIN, RESERVE, ROOT, long, name, seal, set_dstring};
use crate::support::{assert_lists, list, listed};
use isokit_core::source::Memory;
use isokit_core::udf::Image;
use isokit_core::udf::layout::{
    ExtentAd, LogicalVolumeDescriptor, PartitionDescriptor, PrimaryVolumeDescriptor, VolumeDescriptorPointer,
    tag,
};
use zerocopy::{FromZeros, IntoBytes};

fn disc(sector: usize) -> Disc {
    let mut disc = Disc::new(sector);
    let length = u32::try_from(sector).expect("small");
    disc.file(ROOT, &File::directory(&name("f", long(length, 0, 2), 0)));
    disc.file(2, &File::embedded(b"x"));
    disc
}

#[test]
fn every_sector_size() {
    for sector in [512, 1024, 2048, 4096, 8192, 32_768] {
        let lines = listed(&disc(sector).bytes);
        assert_eq!(lines, ["- /f x"], "{sector}");
    }
    assert_lists(&disc(512), &["- /f x"]);
    assert_lists(&disc(4096), &["- /f x"]);
}

/// A disc that had sectors of 512 bytes before: that anchor lies where nothing of the new volume does.
#[test]
fn the_sector_size_of_the_recognition_sequence_comes_first() {
    let mut disc = disc(4096);
    let old = Disc::new(512);
    let places = 256 * 512..302 * 512;
    disc.bytes[places.clone()].copy_from_slice(&old.bytes[places]);
    assert_lists(&disc, &["- /f x"]);
}

#[test]
fn an_anchor_at_each_of_its_places() {
    let whole = disc(2048);
    let last = u32::try_from(whole.bytes.len() / 2048 - 1).expect("small");
    for place in [256, 512, last, last - 256] {
        let mut disc = whole.clone();
        disc.put(256, &[0; 2048]);
        if place == 512 {
            disc.bytes.resize(600 * 2048, 0);
        }
        disc.anchor(place);
        assert_lists(&disc, &["- /f x"]);
    }
    let mut damaged = whole.clone();
    damaged.anchor(last);
    damaged.bytes[256 * 2048 + 20] ^= 1;
    let lines = listed(&damaged.bytes);
    assert_eq!(lines[0], "- /f x");
    assert!(
        lines.len() == 2
            && lines[1].contains("descriptor CRC is 0x")
            && lines[1].ends_with("; one at the end was used"),
        "{lines:?}"
    );
    let mut none = whole;
    none.put(256, &[0; 2048]);
    let lines = listed(&none.bytes);
    assert!(lines[0].contains("number of anchors is 0"), "{lines:?}");
}

/// Other readers look at the whole sector, and its writer may have computed the sum of it.
#[test]
fn the_sum_of_an_anchor_may_be_over_its_sector() {
    let mut disc = disc(2048);
    let at = 256 * 2048;
    let mut anchor = disc.bytes[at..at + 2048].to_vec();
    seal(&mut anchor, tag::ANCHOR, 256);
    disc.put(256, &anchor);
    assert_lists(&disc, &["- /f x"]);
    disc.bytes[at + 2000] ^= 1;
    assert!(listed(&disc.bytes)[0].contains("number of anchors is 0"));
}

#[test]
fn the_reserve_sequence_has_the_partition_that_the_main_one_lost() {
    let map = |number: u16| {
        let mut map = [1, 6, 1, 0, 0, 0];
        map[4..].copy_from_slice(&number.to_le_bytes());
        map
    };
    let mut disc = Disc::with_maps(2048, &[&map(7), &map(0)], 0);
    disc.file(ROOT, &File::directory(&name("f", long(2048, 1, 2), 0)));
    disc.file(2, &File::allocated(1, 1, long(1, 0, 10).as_bytes()));
    disc.block(60, b"y");
    let mut second = PartitionDescriptor::new_zeroed();
    (second.number, second.start, second.length) = (7.into(), 350.into(), 20.into());
    disc.seal(RESERVE + 3, tag::PARTITION, RESERVE + 3, second.as_bytes());
    let lines = listed(&disc.bytes);
    assert_eq!(lines[0], "- /f y");
    assert!(lines.len() == 2 && lines[1].contains("the reserve sequence was read as well"), "{lines:?}");
}

#[test]
fn the_reserve_sequence_serves_where_the_main_one_is_damaged() {
    // Of each descriptor a byte; then all of the sequence.
    for descriptor in 0..3_u32 {
        let mut disc = disc(2048);
        let at = usize::try_from(MAIN + descriptor).expect("small") * 2048 + 30;
        disc.bytes[at] ^= 1;
        let lines = listed(&disc.bytes);
        assert_eq!(lines[0], "- /f x");
        assert!(lines.len() == 2 && lines[1].contains("the reserve sequence was read as well"), "{lines:?}");
    }
    let mut gone = disc(2048);
    gone.put(MAIN, &[0; 4 * 2048]);
    let lines = listed(&gone.bytes);
    assert!(lines[0] == "- /f x" && lines.len() == 2, "{lines:?}");
    gone.put(RESERVE, &[0; 4 * 2048]);
    let lines = listed(&gone.bytes);
    assert_eq!(
        lines,
        [
            "!! byte 0x80800 (sector 257): logical volume descriptor: number in the sequence is 0, expected at least 1; \
          its copy is damaged, too (byte 0x89000 (sector 274): logical volume descriptor: number in the sequence is \
          0, expected at least 1)"
        ]
    );
}

#[test]
fn the_highest_sequence_number_prevails() {
    let mut disc = disc(2048);
    for (sector, number, text) in [(MAIN + 3, 5_u32, "NEW"), (MAIN + 4, 4, "OLD")] {
        let mut primary = PrimaryVolumeDescriptor::new_zeroed();
        primary.sequence_number = number.into();
        set_dstring(&mut primary.volume_identifier, text);
        disc.seal(sector, tag::PRIMARY, sector, primary.as_bytes());
    }
    // A partition descriptor that leads astray, of a lower number than the one at the end.
    let mut astray = PartitionDescriptor::new_zeroed();
    (astray.start, astray.length) = (9.into(), 1.into());
    disc.seal(MAIN + 5, tag::PARTITION, MAIN + 5, astray.as_bytes());
    let source = Memory(&disc.bytes);
    let image = Image::open(&source).expect("a volume");
    let primary = image.descriptors().primary.as_ref().expect("a primary descriptor");
    assert_eq!(isokit_core::udf::charset::dstring(&primary.descriptor.volume_identifier), "NEW");
    assert_eq!(list(&source), ["- /f x"]);
    assert_eq!(image.revision(), 0x0201);
}

#[test]
fn a_sequence_goes_on_where_a_pointer_says_but_not_in_circles() {
    let mut disc = disc(2048);
    let bytes = disc.bytes[257 * 2048..260 * 2048].to_vec();
    disc.put(MAIN, &[0; 4 * 2048]);
    let point = |disc: &mut Disc, sector: u32, to: u32| {
        let mut pointer = VolumeDescriptorPointer::new_zeroed();
        pointer.next = ExtentAd { length: (4 * 2048).into(), location: to.into() };
        disc.seal(sector, tag::POINTER, sector, pointer.as_bytes());
    };
    point(&mut disc, MAIN, 20);
    disc.put(20, &bytes);
    for (number, id) in [tag::PRIMARY, tag::PARTITION, tag::LOGICAL_VOLUME].iter().enumerate() {
        let sector = 20 + u32::try_from(number).expect("small");
        let at = usize::try_from(sector).expect("small") * 2048;
        let descriptor = disc.bytes[at..at + 512].to_vec();
        disc.seal(sector, *id, sector, &descriptor);
    }
    assert_eq!(listed(&disc.bytes), ["- /f x"]);
    // What trails the pointer is of a sequence that was there before.
    let mut old = LogicalVolumeDescriptor::new_zeroed();
    old.sequence_number = 9.into();
    disc.seal(MAIN + 1, tag::LOGICAL_VOLUME, MAIN + 1, old.as_bytes());
    assert_eq!(listed(&disc.bytes), ["- /f x"]);
    point(&mut disc, 20, MAIN);
    let lines = listed(&disc.bytes);
    assert!(lines[1].contains("loop: a volume descriptor pointer leads back"), "{lines:?}");
}

#[test]
fn a_revision_after_the_last_is_read_and_noted() {
    let mut disc = disc(2048);
    for sector in [MAIN + 2, RESERVE + 2] {
        let at = usize::try_from(sector).expect("small") * 2048;
        let mut volume = disc.bytes[at..at + 512].to_vec();
        volume[240..242].copy_from_slice(&0x0300_u16.to_le_bytes());
        disc.seal(sector, tag::LOGICAL_VOLUME, sector, &volume);
    }
    let note = "logical volume descriptor: UDF revision 3.00 is unknown; read as 2.60";
    let lines = listed(&disc.bytes);
    assert!(lines.len() == 2 && lines[0] == "- /f x" && lines[1].ends_with(note), "{lines:?}");
}
