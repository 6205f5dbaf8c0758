//! What lies where, and that it does so whatever the circumstances.

use crate::tree::{
    Origin, TIME, Tree, Witness, add, dir, file, image, in_place, streamed, through_a_pipe, tree, written,
};
use isokit_core::iso9660::plan::{
    Boot, BootEntry, Characters, Checksums, Deep, Level, Note, Options, Relaxed, RockRidge, Rrip, plan,
    platform,
};
use isokit_core::tree::build::{Build, File, Hidden};
use isokit_core::tree::{Kind, Time};
use sha2::{Digest, Sha256};

/// A tree with one of everything, its names added in the order of `shuffle`.
pub(crate) fn everything(shuffle: impl Fn(&mut Vec<usize>)) -> Tree {
    let mut tree = tree();
    for path in ["boot", "d", "d/2", "d/2/3", "d/2/3/4", "d/2/3/4/5", "d/2/3/4/5/6", "d/2/3/4/5/6/7"] {
        dir(&mut tree, path);
    }
    dir(&mut tree, "d/2/3/4/5/6/7/8");
    let mut order: Vec<usize> = (0..12).collect();
    shuffle(&mut order);
    for n in order {
        match n {
            0 => {
                file(&mut tree, "boot/loader.img", &[0xeb; 3000]);
            }
            1 => {
                file(&mut tree, "README.md", b"read me\n");
            }
            2 => {
                add(&mut tree, "empty", &File::new(Kind::File, 0o600, TIME));
            }
            3 => {
                file(&mut tree, &"n".repeat(255), b"long");
            }
            4 => {
                let link = File { link: b"../README.md", ..File::new(Kind::Symlink, 0o777, TIME) };
                add(&mut tree, "boot/link", &link);
            }
            5 => {
                let device = File { device: (1, 3), ..File::new(Kind::CharacterDevice, 0o666, TIME) };
                add(&mut tree, "null", &device);
            }
            6 => {
                file(&mut tree, "d/2/3/4/5/6/7/8/deep.txt", &[b'x'; 4096]);
            }
            7 => {
                file(&mut tree, "a b*c.txt", b"star");
            }
            8 => {
                file(&mut tree, "a b?c.txt", b"question mark");
            }
            9 => {
                file(&mut tree, "ünïcødé 😀", b"u");
            }
            10 => {
                file(&mut tree, "d/large", &vec![7; 300_000]);
            }
            _ => {
                file(&mut tree, "d/later", &[1]);
            }
        }
    }
    let readme = tree.find(b"README.md").map(|name| tree.name(name).file).expect("there");
    let root = Build::<Origin>::ROOT;
    let linked = tree.find(b"d/2").expect("there");
    tree.add_name(linked, b"hard link", readme).expect("legal");
    let later = tree.find(b"d/later").expect("there");
    let later = tree.file(tree.name(later).file).content.expect("it has one");
    tree.set_weight(later, -1);
    assert!(tree.child(root, b"boot").is_some());
    tree
}

pub(crate) fn options(tree: &Tree) -> Options {
    let image = tree.find(b"boot/loader.img").expect("there");
    let image = tree.file(tree.name(image).file).content.expect("it has one");
    let mut options = Options {
        rock_ridge: Some(RockRidge {
            deep: Deep::Relocated { name: b"rr_moved".to_vec() },
            ..RockRidge::default()
        }),
        boot: Some(Boot {
            catalog: None,
            entries: vec![
                BootEntry {
                    boot_info_table: true,
                    grub2_boot_info: true,
                    ..BootEntry::new(platform::X86, image)
                },
                BootEntry::new(platform::EFI, image),
            ],
        }),
        pad_sectors: 3,
        ..Options::default()
    };
    options.identifiers.volume = "Everything".into();
    options.identifiers.copyright_file = tree.find(b"README.md");
    options.dates.creation = Some(TIME);
    options
}

/// Holds `now` against the text `name` beside this file.
#[track_caller]
pub(crate) fn golden(name: &str, now: &str) {
    isokit_golden::assert_golden(format!("{}/tests/writing/{name}", env!("CARGO_MANIFEST_DIR")), now);
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Digests have room behind what they are of; nothing else moves within its part of the image.
#[test]
fn checksums_lie_behind_what_they_are_of() {
    let tree = everything(|_| {});
    let plain = options(&tree);
    let options = Options { checksums: true, ..plain.clone() };
    let planned = plan(&tree, &options).expect("a good plan");
    let map = planned.to_string();
    let what: Vec<&str> = map.lines().map(|line| line.get(26..).unwrap_or_default()).collect();
    let before = |structure: &str| {
        let at =
            what.iter().position(|line| *line == structure).unwrap_or_else(|| panic!("{structure}: {map}"));
        what[at - 1]
    };
    assert_eq!(before("checksum tag of the volume descriptors"), "volume descriptor set terminator");
    assert!(before("checksum tag of the directories").starts_with("directory (Joliet) "));
    assert_eq!(before("boot catalog"), "checksum tag of the directories");
    assert_eq!(before("checksums of contents"), "content /d/later");
    assert_eq!(before("checksum tag of the session"), "checksums of contents");
    assert_eq!(before("padding"), "checksum tag of the session");
    let others: Vec<&str> = what.iter().filter(|line| !line.starts_with("checksum")).copied().collect();
    let without = plan(&tree, &plain).expect("a good plan").to_string();
    let without: Vec<&str> = without.lines().map(|line| line.get(26..).unwrap_or_default()).collect();
    let names = |lines: &[&str]| -> Vec<String> {
        lines.iter().map(|line| line.split(" + ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(&others), names(&without));
    // Whoever writes the image makes them.
    let bytes = image(&tree, &options);
    let checksums = planned.checksums().expect("they were asked for");
    for checksum in Checksums::ALL {
        let (at, length) = checksums.place(checksum);
        let range = usize::try_from(at).expect("small")..usize::try_from(at + length).expect("small");
        assert!(bytes[range].iter().all(|byte| *byte == 0), "{checksum:?}");
    }
    assert_eq!(checksums.contents(), planned.contents());
    assert!(plan(&tree, &plain).expect("a good plan").checksums().is_none());
}

#[test]
fn the_map_of_a_tree_with_one_of_everything() {
    let tree = everything(|_| {});
    let options = options(&tree);
    let map = plan(&tree, &options).expect("a good plan").to_string();
    golden("everything.map", &map);
}

#[test]
fn segments_follow_each_other_from_the_first_byte_to_the_last() {
    let tree = everything(|_| {});
    let options = options(&tree);
    let plan = plan(&tree, &options).expect("a good plan");
    let mut next = 0;
    for line in plan.to_string().lines() {
        let mut words = line.split_whitespace();
        let mut number = || words.next().and_then(|word| word.parse::<u64>().ok()).expect("a number");
        let (sector, size) = (number(), number());
        assert_eq!(sector * 2048, next, "{line}");
        assert!(size > 0 || line.ends_with(" end"), "{line}");
        next = (next + size).next_multiple_of(2048);
    }
    assert_eq!(next, plan.size());
}

#[test]
fn the_same_tree_gives_the_same_bytes_whatever_the_order_of_adding() {
    let straight = everything(|_| {});
    let reversed = everything(|order| order.reverse());
    let turned = everything(|order| order.rotate_left(5));
    let first = image(&straight, &options(&straight));
    assert_eq!(sha256(&first), sha256(&image(&reversed, &options(&reversed))));
    assert_eq!(sha256(&first), sha256(&image(&turned, &options(&turned))));
}

#[test]
fn the_same_plan_gives_the_same_bytes_by_every_way_and_number_of_threads() {
    let tree = everything(|_| {});
    let options = options(&tree);
    let plan = plan(&tree, &options).expect("a good plan");
    let witness = Witness::default();
    let first = streamed(&plan, &witness, 0);
    assert_eq!(u64::try_from(first.len()).expect("small"), plan.size());
    assert_eq!(witness.written.load(std::sync::atomic::Ordering::Relaxed), plan.size());
    for threads in [1, 2, 5] {
        assert!(first == streamed(&plan, &Witness::default(), threads), "{threads} threads, in order");
        assert!(first == in_place(&plan, &Witness::default(), threads), "{threads} threads, in place");
        assert!(first == written(&plan, &Witness::default(), threads), "{threads} threads, into memory");
        assert!(first == through_a_pipe(&plan, &Witness::default(), threads), "{threads} threads, spliced");
    }
}

/// A change of any of these is a change of every image ever made: it needs a reason, and a line in the change log.
#[test]
fn the_digests_of_a_few_images() {
    let tree = everything(|_| {});
    let full = options(&tree);
    let plain =
        Options { rock_ridge: None, joliet: None, boot: None, level: Level::One, ..Options::default() };
    let old = Options {
        rock_ridge: Some(RockRidge { version: Rrip::V1_10, ..RockRidge::default() }),
        level: Level::Four,
        ..Options::default()
    };
    let digests = [
        ("boot, relocation, padding", full),
        ("by default", Options::default()),
        ("ISO 9660 level 1 alone", plain),
        ("Rock Ridge 1.10, ISO 9660:1999", old),
    ]
    .map(|(name, options)| format!("{}  {name}\n", sha256(&image(&tree, &options))));
    golden("iso9660.digests", &digests.concat());
}

#[test]
fn one_tiny_file_takes_less_than_64_kib() {
    let mut tree = tree();
    file(&mut tree, "meta-data", b"instance-id: 1\n");
    file(&mut tree, "user-data", b"#cloud-config\n");
    let image = image(&tree, &Options::default());
    assert!(image.len() < 64 * 1024, "{} bytes", image.len());
    assert_eq!(image.len(), 28 * 2048);
}

#[test]
fn contents_come_by_weight_and_then_by_first_path() {
    let mut tree = tree();
    let late = file(&mut tree, "b", b"b");
    let early = file(&mut tree, "z", b"z");
    let middle = file(&mut tree, "a", b"a");
    let nowhere = tree.add_content(5, Origin::Bytes(b"never".to_vec())).expect("room");
    tree.set_weight(early, 10);
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    assert_eq!(plan.contents(), [early, middle, late]);
    assert_eq!(plan.content_at(nowhere), 0);
}

#[test]
fn a_hidden_name_is_left_out_of_its_tree_with_all_below_it() {
    let mut tree = tree();
    dir(&mut tree, "d");
    let content = file(&mut tree, "d/hidden", &[9; 5000]);
    let name = tree.find(b"d").expect("there");
    tree.set_hidden(name, Hidden { iso: true, joliet: true, ..Hidden::default() });
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    assert!(!plan.to_string().contains("directory /d"), "{plan}");
    assert_eq!(plan.contents(), [content], "the content is stored all the same");
}

#[test]
fn names_joliet_cannot_hold_are_changed_with_a_note_or_refused() {
    let mut tree = tree();
    let star = ["a*b", "a?b"].map(|name| {
        file(&mut tree, name, b"x");
        tree.find(name.as_bytes()).expect("there")
    });
    let options = Options::default();
    let notes = plan(&tree, &options).expect("a good plan").notes().to_vec();
    let renamed = |name, to: &str| Note::Renamed { name, to: to.into() };
    assert_eq!(notes, [renamed(star[0], "a_b"), renamed(star[1], "a_b~0")]);
    let strict = Options { strict_names: true, ..Options::default() };
    let error = plan(&tree, &strict).expect_err("a name has to be changed");
    assert_eq!(error.to_string(), "/a*b: the Joliet tree cannot hold this name, only \"a_b\"");
}

#[test]
fn without_rock_ridge_what_is_no_file_is_left_out_with_a_note() {
    let mut tree = tree();
    let (name, _) = add(&mut tree, "fifo", &File::new(Kind::Fifo, 0o600, TIME));
    let options = Options { rock_ridge: None, ..Options::default() };
    assert_eq!(plan(&tree, &options).expect("a good plan").notes(), [Note::LeftOut(name)]);
    assert_eq!(plan(&tree, &Options::default()).expect("a good plan").notes(), []);
}

#[test]
fn options_that_cannot_be_met_are_refused() {
    let mut tree = tree();
    dir(&mut tree, "d");
    file(&mut tree, "d/f", b"x");
    let deep = tree.find(b"d/f");
    let refused = |options: Options| plan(&tree, &options).expect_err("cannot be met").to_string();
    let area = Options { system_area: vec![0; 32_769], ..Options::default() };
    assert_eq!(refused(area), "system area: 32769 bytes, expected at most 32768");
    let mut options = Options::default();
    options.identifiers.abstract_file = deep;
    assert!(refused(options).starts_with("/d/f: the copyright, abstract and bibliographic file must be in"));
    let boot = Options { boot: Some(Boot::default()), ..Options::default() };
    assert_eq!(refused(boot), "a boot catalog needs a boot image");
    let relaxed = |length, characters| {
        let relaxed = Relaxed { length: Some(length), characters, ..Relaxed::default() };
        refused(Options { relaxed, ..Options::default() })
    };
    assert_eq!(relaxed(97, Characters::D), "names of the primary tree: expected a length of 1 to 96");
    let mut tree = self::tree();
    file(&mut tree, "five5", b"x");
    let raw = Relaxed { length: Some(4), characters: Characters::Untranslated, ..Relaxed::default() };
    let error = plan(&tree, &Options { relaxed: raw, ..Options::default() }).expect_err("cannot be met");
    assert_eq!(
        error.to_string(),
        "/five5: the name is longer than 4 bytes, the most that untranslated names may have"
    );
}

#[test]
fn relaxed_names_are_recorded_as_asked() {
    let mut tree = tree();
    dir(&mut tree, "Dir.with.dots");
    file(&mut tree, "Dir.with.dots/.a b.Tar.gz", b"x");
    let all = Relaxed {
        characters: Characters::Ascii,
        lower_case: true,
        several_dots: true,
        leading_dot: true,
        directory_extension: true,
        no_dot: true,
        no_version: true,
        length: Some(37),
    };
    let recorded = |relaxed, identifier: &[u8]| {
        let plain = Options { relaxed, rock_ridge: None, joliet: None, ..Options::default() };
        // Length of the identifier, then the identifier (ECMA-119 9.1.10, 9.1.11).
        let field = [&[u8::try_from(identifier.len()).expect("short")], identifier].concat();
        image(&tree, &plain).windows(field.len()).any(|window| window == field)
    };
    assert!(recorded(Relaxed::default(), b"_A_B_TAR.GZ;1") && recorded(Relaxed::default(), b"DIR_WITH_DOTS"));
    assert!(recorded(all, b".a b.Tar.gz") && recorded(all, b"Dir.with.dots"));
}

#[test]
fn times_that_seven_bytes_cannot_hold_change_lengths_but_nothing_else() {
    for seconds in [i64::MIN, -3_000_000_000, 0, 6_000_000_000, i64::MAX] {
        let mut tree = tree();
        let late = Time { seconds, nanoseconds: 999_999_999 };
        add(&mut tree, "late", &File { modified: late, ..File::new(Kind::File, 0o644, TIME) });
        assert_eq!(image(&tree, &Options::default()).len() % 2048, 0);
    }
}
