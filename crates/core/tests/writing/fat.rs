//! FAT: what lies where, whatever way it is filled, what is chosen and what is refused. What other programs read in it is in
//! the suite `fat` of the tests of several tools.

use crate::layout::{everything, golden, sha256};
use crate::tree::{
    Origin, TIME, Tree, Witness, add, content, dir, file, in_place, streamed, through_a_pipe, tree, written,
};
use isokit_core::Error;
use isokit_core::fat::FatType;
use isokit_core::fat::plan::{Note, Options, Plan, Size, plan};
use isokit_core::tree::build::File;
use isokit_core::tree::{Kind, Time};

const MIB: u64 = 1 << 20;

fn of_type(fat_type: FatType) -> Options {
    Options { fat_type: Some(fat_type), label: "everything".into(), ..Options::default() }
}

fn exactly(size: u64) -> Options {
    Options { size: Size::Exactly(size), ..Options::default() }
}

/// One of everything that FAT can hold.
fn legal(shuffle: impl Fn(&mut Vec<usize>)) -> Tree {
    let mut source = tree();
    for path in ["EFI", "EFI/BOOT", "Long name", "Long name/2"] {
        dir(&mut source, path);
    }
    let mut order: Vec<usize> = (0..7).collect();
    shuffle(&mut order);
    for n in order {
        match n {
            0 => drop(file(&mut source, "EFI/BOOT/BOOTX64.EFI", &[0xeb; 300_000])),
            1 => drop(file(&mut source, "startup.nsh", b"\\EFI\\BOOT\\BOOTX64.EFI\r\n")),
            2 => drop(add(&mut source, "empty", &File::new(Kind::File, 0o400, TIME))),
            3 => drop(file(&mut source, &"n".repeat(255), b"long")),
            4 => drop(file(&mut source, "Long name/2/also long.text", &[b'x'; 4096])),
            5 => drop(file(&mut source, "Long name/also long, and ünïcødé", b"u")),
            _ => drop(file(&mut source, "later", &[1])),
        }
    }
    let later = source.find(b"later").expect("there");
    let later = source.file(source.name(later).file).content.expect("it has one");
    source.set_weight(later, -1);
    source
}

fn image(plan: &Plan<'_, Origin>) -> Vec<u8> {
    streamed(plan, &Witness::default(), 0)
}

#[test]
fn every_way_of_filling_gives_the_same_bytes() {
    let tree = legal(|_| {});
    for fat_type in FatType::ALL {
        let options = of_type(fat_type);
        let plan = plan(&tree, &options).expect("a good plan");
        let (witness, image) = (Witness::default(), image(&plan));
        assert_eq!(u64::try_from(image.len()), Ok(plan.size()));
        for (way, other) in [
            ("in order, ahead", streamed(&plan, &witness, 2)),
            ("in place", in_place(&plan, &witness, 1)),
            ("in place by three", in_place(&plan, &witness, 3)),
            ("through a pipe", through_a_pipe(&plan, &witness, 2)),
            ("into memory", written(&plan, &witness, 2)),
        ] {
            assert!(image == other, "{fat_type} {way}");
        }
        assert_eq!(*witness.deviations.lock().expect("no thread panicked"), Vec::<String>::new());
    }
}

#[test]
fn the_order_of_adding_does_not_show() {
    let (one, other) = (legal(|_| {}), legal(|order| order.reverse()));
    let options = of_type(FatType::Fat16);
    let [one, other] = [&one, &other].map(|tree| image(&plan(tree, &options).expect("a good plan")));
    assert!(one == other);
}

#[test]
fn the_map_of_a_tree_with_one_of_everything() {
    let (tree, options) = (legal(|_| {}), of_type(FatType::Fat32));
    golden("fat.map", &plan(&tree, &options).expect("a good plan").to_string());
}

/// A change of these digests is a change of what everybody gets for the same input: it needs a reason, and a line in the
/// changelog.
#[test]
fn the_digests_of_a_few_volumes() {
    let tree = legal(|_| {});
    let mut digests = String::new();
    for fat_type in FatType::ALL {
        let options = of_type(fat_type);
        let image = image(&plan(&tree, &options).expect("a good plan"));
        digests += &format!("{}  {fat_type}\n", sha256(&image));
    }
    golden("fat.digests", &digests);
}

/// Type, clusters, bytes.
fn chosen(tree: &Tree, options: &Options) -> (FatType, u64, u64) {
    let plan = plan(tree, options).expect("a good plan");
    (plan.fat_type(), plan.cluster_size(), plan.size())
}

#[test]
fn a_volume_is_as_small_as_it_can_be() {
    let least = |size: u64| {
        let mut source = tree();
        content(&mut source, "a", size, Origin::Missing);
        chosen(&source, &Options::default())
    };
    assert_eq!(least(1), (FatType::Fat12, 512, 36 * 512));
    // 4,000 clusters, tables of 12 sectors, the root and the boot sector.
    assert_eq!(least(4000 * 512), (FatType::Fat12, 512, (1 + 24 + 32 + 4000) * 512));
    for (size, fat_type, cluster_size) in [
        (3 * MIB, FatType::Fat16, 512),
        (100 * MIB, FatType::Fat16, 2048),
        (1000 * MIB, FatType::Fat16, 16_384),
        (3000 * MIB, FatType::Fat32, 4096),
    ] {
        let chosen = least(size);
        assert_eq!((chosen.0, chosen.1), (fat_type, cluster_size));
        assert!(chosen.2 - size < size / 50, "{size}: {chosen:?}");
    }
}

#[test]
fn a_volume_of_a_size_has_the_type_and_the_clusters_that_are_usual() {
    for (size, fat_type, cluster_size) in [
        (1_474_560, FatType::Fat12, 512),
        (2_949_120, FatType::Fat12, 1024),
        (5 * MIB, FatType::Fat16, 1024),
        (64 * MIB, FatType::Fat16, 2048),
        (200 * MIB, FatType::Fat16, 4096),
        (400 * MIB, FatType::Fat16, 8192),
        (512 * MIB, FatType::Fat32, 4096),
        (20 << 30, FatType::Fat32, 16_384),
        (100 << 30, FatType::Fat32, 32_768),
    ] {
        assert_eq!(chosen(&tree(), &exactly(size)), (fat_type, cluster_size, size));
    }
    let small = Options { fat_type: Some(FatType::Fat32), ..exactly(64 * MIB) };
    assert_eq!(chosen(&tree(), &small), (FatType::Fat32, 512, 64 * MIB));
    // 4,000 files of a byte do not fit into 4 MiB with clusters of 1 KiB.
    let mut many = tree();
    for n in 0..4000 {
        file(&mut many, &format!("{n}"), b"1");
    }
    let options = Options { root_entries: Some(4000), ..exactly(5 * MIB) };
    assert_eq!(chosen(&many, &options), (FatType::Fat16, 1024, 5 * MIB));
    let options = Options { root_entries: Some(4000), ..exactly(4 * MIB - 512) };
    assert_eq!(chosen(&many, &options).1, 512);
}

#[test]
fn free_room_is_there_and_the_size_a_multiple() {
    let options = Options { size: Size::Least { free: MIB + 1, multiple: 4 }, ..Options::default() };
    let tree = legal(|_| {});
    let plan = plan(&tree, &options).expect("a good plan");
    assert!(u64::from(plan.free_clusters()) * plan.cluster_size() > MIB);
    assert!(plan.size().is_multiple_of(4 * 512));
}

#[test]
fn the_serial_number_comes_of_the_label_the_names_the_sizes_and_the_times() {
    let serial = |label: &str, path: &str, size: u64, seconds: i64| {
        let mut source = tree();
        let id = source.add_content(size, Origin::Missing).expect("room");
        let modified = Time { seconds, nanoseconds: 0 };
        add(&mut source, path, &File { content: Some(id), ..File::new(Kind::File, 0o644, modified) });
        let options = Options { label: label.into(), ..Options::default() };
        plan(&source, &options).expect("a good plan").serial_number()
    };
    let same = serial("", "a", 3, 1_000_000_000);
    assert_eq!(serial("", "a", 3, 1_000_000_000), same);
    for other in [
        serial("l", "a", 3, 1_000_000_000),
        serial("", "b", 3, 1_000_000_000),
        serial("", "a", 4, 1_000_000_000),
        serial("", "a", 3, 1_000_000_001),
    ] {
        assert_ne!(other, same);
    }
}

#[test]
fn what_fat_does_not_have_is_noted() {
    let mut source = tree();
    let readme = file(&mut source, "README", b"read me\n");
    let link = File { link: b"README", ..File::new(Kind::Symlink, 0o777, TIME) };
    let (link, _) = add(&mut source, "a link", &link);
    let again = File { content: Some(readme), ..File::new(Kind::File, 0o644, TIME) };
    let (again, _) = add(&mut source, "README.too", &again);
    let old = File::new(Kind::File, 0o644, Time { seconds: 315_532_799, nanoseconds: 0 });
    let (old, _) = add(&mut source, "old", &old);
    let options = Options::default();
    let notes = plan(&source, &options).expect("a good plan").notes().to_vec();
    assert_eq!(notes, [Note::LeftOut(link), Note::Copy(again), Note::Time(old)]);
    // Half an hour to the east it is 1980.
    let options = Options { zone: 30, ..Options::default() };
    let notes = plan(&source, &options).expect("a good plan").notes().to_vec();
    assert_eq!(notes, [Note::LeftOut(link), Note::Copy(again)]);
}

#[track_caller]
fn refused(tree: &Tree, options: &Options, sentence: &str) -> Error {
    let error = plan(tree, options).expect_err(sentence);
    assert_eq!(error.to_string(), sentence);
    error
}

#[test]
fn what_makes_no_sense_is_refused() {
    let tree = legal(|_| {});
    let default = Options::default();
    for (options, sentence) in [
        (
            Options { sector_size: 256, ..default.clone() },
            "FAT sectors of 256 bytes, expected 512, 1024, 2048 or 4096",
        ),
        (
            Options { cluster_size: Some(65_536), ..default.clone() },
            "FAT clusters of 65536 bytes, expected a power of two from 512 to 32768",
        ),
        (
            Options { cluster_size: Some(1024), sector_size: 2048, ..default.clone() },
            "FAT clusters of 1024 bytes, expected a power of two from 2048 to 32768",
        ),
        (exactly(1_000_001), "a FAT volume of 1000001 bytes, expected a multiple of 512"),
        (Options { zone: 1441, ..default.clone() }, "a zone of 1441 minutes, expected -1440 to 1440"),
        (
            Options { label: "a.b".into(), ..default.clone() },
            "volume label \"a.b\": a FAT label cannot contain \".\"",
        ),
        (
            Options { root_entries: Some(20), ..default.clone() },
            "the FAT root directory requires 27 entries, 20 were asked for",
        ),
        (exactly(16_384), "FAT cannot hold the tree in 16384 bytes, expected at least 327168"),
        (
            Options { fat_type: Some(FatType::Fat32), ..exactly(4 * MIB) },
            "FAT32 cannot hold the tree in 4194304 bytes, expected at least 34098688",
        ),
        (
            Options { fat_type: Some(FatType::Fat12), cluster_size: Some(512), ..exactly(64 * MIB) },
            "FAT12 with clusters of 512 bytes cannot have 67108864 bytes: it has fewer or more clusters",
        ),
    ] {
        assert!(matches!(refused(&tree, &options, sentence), Error::Usage(_)));
    }
}

#[test]
fn what_fat_cannot_hold_is_refused() {
    let options = Options::default();
    for (other, name, why) in [
        ("other", "a:b", ": it contains \":\""),
        ("other", "a ", ": it ends with a dot or a space"),
        ("ReadMe", "readme", " beside \"ReadMe\", which differs in case only"),
    ] {
        let mut source = tree();
        add(&mut source, other, &File::new(Kind::File, 0o644, TIME));
        content(&mut source, name, 1, Origin::Missing);
        let error = refused(&source, &options, &format!("/{name}: FAT cannot hold this name{why}"));
        assert!(matches!(error, Error::Usage(_)));
    }
    let mut source = tree();
    content(&mut source, "large", 1 << 32, Origin::Missing);
    let sentence = "/large: FAT cannot hold a file of 4294967296 bytes, expected at most 4294967295";
    let error = refused(&source, &options, sentence);
    assert!(matches!(error, Error::TooLarge(_)));
    let mut largest = tree();
    content(&mut largest, "large", (1 << 32) - 1, Origin::Missing);
    assert!(plan(&largest, &options).expect("a good plan").size() > 1 << 32);
}

#[test]
fn a_tree_and_a_directory_of_too_many_are_refused() {
    let mut source = tree();
    dir(&mut source, "d");
    for n in 0..32_767 {
        add(&mut source, &format!("d/long name {n}"), &File::new(Kind::File, 0o644, TIME));
    }
    // Two entries for each of the 1,000 names of up to 13 units, three for the others, two for the directory itself.
    let sentence = "/d: 97303 entries in one directory, FAT has at most 65536";
    assert!(matches!(refused(&source, &Options::default(), sentence), Error::TooLarge(_)));
    let mut large = tree();
    content(&mut large, "a", 10 * MIB, Origin::Missing);
    let options = Options { cluster_size: Some(512), ..of_type(FatType::Fat12) };
    let sentence = "the tree is too large for FAT12 with clusters of 512 bytes";
    assert!(matches!(refused(&large, &options, sentence), Error::TooLarge(_)));
}

/// As many short names as differ in their numbers only are found in little time.
#[test]
fn twenty_thousand_names_alike_do_not_take_quadratic_time() {
    let mut source = tree();
    dir(&mut source, "d");
    for n in 0..20_000 {
        add(&mut source, &format!("d/{n:05} alike"), &File::new(Kind::File, 0o644, TIME));
    }
    let plan = plan(&source, &Options::default()).map(|plan| plan.size());
    assert!(plan.is_ok());
}

#[test]
fn a_tree_for_other_formats_is_refused_for_its_names_only() {
    let (tree, options) = (everything(|_| {}), Options::default());
    let sentence = "/a b*c.txt: FAT cannot hold this name: it contains \"*\"";
    assert!(matches!(refused(&tree, &options, sentence), Error::Usage(_)));
}
