//! What of the tables of a hybrid image is refused, each with its sentence, and what only makes sense of larger images than a
//! test can have made by others. That the rest is as others make it is for the suite `hybrid` to say.

use isokit_core::Error;
use isokit_core::finding::Findings;
use isokit_core::partition::emit::{apm, gpt};
use isokit_core::partition::plan::{
    Appended, Extent, GptMark, Kind, Label, Loader, Mark, Options, Places, plan,
};
use isokit_core::partition::{Guid, tables};
use isokit_core::source::Memory;

const MIB: u64 = 1 << 20;
const BASIC: Mark = Mark { gpt: Some(GptMark::BasicData), apm: false };

/// With ISOLINUX's code, an image for EFI in the GPT, and a partition in the MBR.
fn hybrid() -> (Options, Places) {
    let options = Options {
        loader: Loader::Isolinux(MIB),
        marks: vec![Mark::default(), BASIC],
        appended: vec![Appended { number: 2, kind: Kind::Mbr(0x83) }],
        ..Options::default()
    };
    let boot = [Extent { at: MIB, length: 2048 }, Extent { at: 2 * MIB, length: MIB }];
    let places = Places::behind(&options, 4 * MIB, 0, &[MIB]).expect("legal");
    (options, Places { boot_images: boot.to_vec(), ..places })
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Options, &mut Places), sentence: &str) {
    let (mut options, mut places) = hybrid();
    change(&mut options, &mut places);
    let error = plan(&options, &places).expect_err(sentence);
    assert!(matches!(error, Error::Usage(_) | Error::TooLarge(_)), "{error:?}");
    assert_eq!(error.to_string(), sentence);
}

#[test]
fn what_is_refused_here_is_legal_unchanged() {
    let (options, places) = hybrid();
    let area = plan(&options, &places).expect("legal");
    assert_eq!(area.front().len(), 32_768);
    assert_eq!(area.back().len() + usize::try_from(area.back_at()).expect("small"), 5 * 1024 * 1024 + 32_768);
}

#[test]
fn parts_that_overlap_or_lie_nowhere_are_refused() {
    refused(
        |_, places| places.appended[0].at = 2 * MIB + 2048,
        "a boot image at bytes 2097152 to 3145728 overlaps what lies before or behind it",
    );
    refused(
        |_, places| places.appended[0].at = 16_384,
        "a partition at bytes 16384 to 1064960 overlaps what lies before or behind it",
    );
    refused(
        |options, places| {
            options.appended.push(Appended { number: 3, kind: Kind::Mbr(0) });
            places.appended.push(Extent { at: 4 * MIB + 2048, length: 2048 });
        },
        "a partition at bytes 4196352 to 4198400 overlaps what lies before or behind it",
    );
    refused(
        |_, places| places.boot_images[1].length = 4 * MIB,
        "a boot image at bytes 2097152 to 6291456 overlaps what lies before or behind it",
    );
    refused(|_, places| places.size = 5 * MIB - 2048, "the partitions end at byte 5242880, behind the image");
    refused(
        |_, places| places.size = 5 * MIB + 2048,
        "a partition up to byte 5242880 does not end before the backup of the GPT at byte 5212672",
    );
    refused(
        |options, places| {
            options.marks[1].apm = true;
            options.marks.push(Mark { gpt: None, apm: true });
            places.boot_images.push(places.boot_images[1]);
        },
        "partitions EFI and EFI would overlap in the Apple partition map",
    );
    refused(
        |_, places| places.boot_images[1].at += 512,
        "a boot image of 1048576 bytes at byte 2097664: expected at least one, from the start of a sector of 2048 bytes",
    );
    refused(
        |_, places| places.appended[0].length = 0,
        "a partition of 0 bytes at byte 4194304: expected at least one, from the start of a sector of 2048 bytes",
    );
    refused(|_, places| places.size += 512, "5276160 bytes are not whole sectors of 2048 bytes");
    refused(
        |_, places| places.appended.clear(),
        "2 boot images and 0 appended partitions have places, expected 2 and 1",
    );
}

#[test]
fn wishes_that_exclude_each_other_are_refused() {
    let code = "boot images within the volume's partition require ISOLINUX's code in the MBR";
    refused(|options, _| options.loader = Loader::None, code);
    refused(
        |options, _| options.marks[0].gpt = Some(GptMark::EfiSystem),
        "a GPT has boot images either within the volume's partition or beside it",
    );
    refused(
        |options, _| {
            options.marks[1].gpt = None;
            options.label = Label::Protective;
        },
        "ISOLINUX's code in the MBR requires an entry for the whole volume",
    );
    refused(
        |options, _| options.appended_in_apm = true,
        "an Apple partition map beside a GPT requires blocks of 2048 bytes",
    );
    refused(
        |options, _| options.loader = Loader::Isolinux(512),
        "a boot image begins on a sector of 2048 bytes",
    );
    refused(|options, _| options.appended[0].number = 0, "partitions are counted from 1");
    refused(
        |options, _| options.volume_start = 15,
        "a second set of volume descriptors lies in sector 16 or behind it",
    );
    refused(
        |options, places| {
            options.appended.push(options.appended[0]);
            places.appended.push(Extent { at: 5 * MIB, length: 2048 });
        },
        "two partitions have number 2",
    );
}

#[test]
fn more_than_there_is_room_for_is_refused() {
    refused(
        |options, _| options.content = vec![0; 32_769],
        "the system area has room for 32768 bytes, not for 32769",
    );
    refused(
        |options, _| options.appended[0].number = 5,
        "partition 5: an MBR has room for partitions 1 to 4",
    );
    refused(
        |_, places| (places.appended[0].at, places.size) = (1 << 41, (1 << 41) + 2 * MIB),
        "an MBR cannot have a partition up to byte 2199023255552, beyond 2 TiB",
    );
    refused(
        |options, places| {
            options.marks.extend([Mark { gpt: None, apm: true }; 20]);
            let images = (0..20).map(|number| Extent { at: 3 * MIB + number * 2048, length: 2048 });
            places.boot_images.extend(images);
        },
        "the system area has no room for 21 entries of an Apple partition map",
    );
    let (mut options, mut places) = hybrid();
    options.marks.extend([BASIC; 300]);
    places.boot_images.extend([Extent { at: 3 * MIB, length: 2048 }; 300]);
    let said = plan(&options, &places).expect_err("300").to_string();
    assert_eq!(said, "the GPT has room for 248 partitions, not for 255");
}

#[test]
fn names_have_as_many_characters_as_their_field() {
    let (kind, unique) = (Guid([1; 16]), Guid([2; 16]));
    let named = |name: &str| gpt::entry(kind, unique, 1..2, 0, name);
    let legal = named(&"ä".repeat(36)).expect("36 units");
    assert_eq!(legal.partition_name[70..], [0xe4, 0]);
    let error = named(&"a".repeat(37)).expect_err("37 units").to_string();
    assert_eq!(error, format!("{}: the name of a partition has at most 36 characters", "a".repeat(37)));
    assert!(named(&"😀".repeat(19)).is_err(), "two units each");
    let (fits, long) = ("a".repeat(32), "a".repeat(33));
    let part = |name| apm::Part { name, kind: "Data", status: 0 };
    assert!(apm::entry(2, 1..2, part(&fits)).is_ok());
    let error = apm::entry(2, 1..2, part(&long)).expect_err("33 bytes").to_string();
    assert_eq!(error, format!("{long}: a name in an Apple partition map has at most 32 bytes"));
    let error = apm::entry(2, 1 << 32..(1 << 32) + 1, part("x")).expect_err("too far").to_string();
    assert_eq!(error, "x: an Apple partition map cannot tell block 4294967297");
}

/// The guard of the GPT ends where an MBR does, the GPT goes on.
#[test]
fn a_gpt_reaches_beyond_2_tib() {
    let appended = vec![Appended { number: 1, kind: Kind::Mbr(0xef) }];
    let options = Options { appended, appended_in_gpt: true, ..Options::default() };
    let places = Places::behind(&options, 4 * MIB, 0, &[1 << 42]).expect("legal");
    let area = plan(&options, &places).expect("legal");
    assert_eq!(
        area.front()[446..462],
        [0, 0, 2, 0, 0xee, 0x3f, 0xe0, 0xff, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]
    );
    let found = tables(&Memory(area.front()), &Findings::default()).expect("memory reads");
    let partitions: Vec<_> = found[1].partitions.iter().map(|found| (found.start, found.length)).collect();
    assert_eq!(partitions, [(32_768, 4 * MIB - 32_768), (4 * MIB, 1 << 42)]);
}

/// Numbers that no image has end in a sentence.
#[test]
fn absurd_numbers_are_refused() {
    let (options, places) = hybrid();
    for absurd in [u64::MAX, u64::MAX - 2047, u64::MAX / 2048 * 2048] {
        assert!(Places::behind(&options, absurd, 0, &[1]).is_err(), "{absurd}");
        assert!(Places::behind(&options, 0, absurd, &[absurd]).is_err(), "{absurd}");
        let at = |at| Extent { at, length: absurd };
        let lies = |size, appended| Places { volume: size, size, appended: vec![appended], ..places.clone() };
        for lie in [lies(absurd, at(4 * MIB)), lies(places.size, at(absurd)), lies(absurd, at(absurd))] {
            assert!(plan(&options, &lie).is_err(), "{lie:?}");
        }
    }
}
