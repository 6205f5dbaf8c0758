//! Trees that a volume announces and that cannot be read: which one is shown instead, and what is said of it.

use crate::support::{Builder, ROOT, both32, nm, put, px, record, root_use};
use isokit_core::image::{Image, Names, Opened, Options};
use isokit_core::source::{Memory, Pipe, Source};
use isokit_core::tree::{Detail, Entry};

const FILE: u32 = 0o100_644;

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// A volume with Rock Ridge at sector 20 and Joliet at sector 22.
fn image() -> Builder {
    let mut image = Builder::new(40, 2048);
    image.volume(2, 1, b"%/E", 22, 2048);
    put(&mut image.bytes, 17 * 2048 + 40, &utf16("VOLUME          "));
    let system_use = [px(FILE, 1, None), nm(0, b"a file")].concat();
    image.directory(ROOT, &root_use(), &[record(b"A_FILE.;1", 24, 5, 0, &system_use)]);
    image.directory(22, b"", &[record(&utf16("A file"), 24, 5, 0, b"")]);
    image
}

/// What is shown of `source`, why, the names in its root, and what is said to be withheld.
fn look(source: &dyn Source, names: Names) -> (&'static str, String, Vec<String>, Vec<String>) {
    let image = Image::open(source, &Options { names, ..Options::default() }).expect("it opens");
    let mut names = Vec::new();
    let mut entry = Entry::default();
    let root = image.tree().root().expect("a root");
    let mut cursor = image.tree().open(&root, Detail::All).expect("it opens");
    while cursor.next(&mut entry).expect("the tree that is shown is whole") {
        names.push(entry.name.escape_ascii().to_string());
    }
    let withheld = image.withheld().map(|problem| problem.to_string()).collect();
    (image.shown().word, image.reason().to_owned(), names, withheld)
}

/// That of `image` the tree `shown` is shown, and `said` to be damaged what is.
#[track_caller]
fn assert_shows(image: &Builder, shown: &str, said: &str) {
    let memory = Memory(&image.bytes);
    let pipe = Pipe::new(std::io::Cursor::new(image.bytes.clone()), std::env::temp_dir());
    let sources: [&dyn Source; 2] = [&memory, &pipe];
    for source in sources {
        let (tree, reason, _, withheld) = look(source, Names::Auto);
        assert_eq!((tree, withheld), (shown, vec![said.to_owned()]));
        assert_eq!(reason, "it is the richest tree that can be read");
    }
}

#[test]
fn what_is_whole_withholds_nothing() {
    let image = image();
    let (tree, reason, names, withheld) = look(&Memory(&image.bytes), Names::Auto);
    assert_eq!((tree, reason.as_str()), ("rr", "it is the richest tree of the volume"));
    assert_eq!((names, withheld), (vec!["a file".to_owned()], vec![]));
}

#[test]
fn a_root_directory_that_is_not_there_is_damage() {
    for (fill, problem) in [
        (0, "byte 0xf000 (sector 30): directory: the directory's own record is missing"),
        (
            b'a',
            "byte 0xf000 (sector 30): directory record: length of file identifier is 97, expected 1 to 64, where its \
             record ends",
        ),
    ] {
        let mut image = image();
        image.put(30, &[fill; 2048]);
        put(&mut image.bytes, 16 * 2048 + 158, &both32(30));
        assert_shows(
            &image,
            "joliet",
            &format!("the primary tree is damaged; the joliet tree is shown: {problem}"),
        );
    }
    let mut image = image();
    put(&mut image.bytes, 17 * 2048 + 158, &both32(5000));
    let (tree, _, names, withheld) = look(&Memory(&image.bytes), Names::Auto);
    assert_eq!((tree, names), ("rr", vec!["a file".to_owned()]));
    let said = "the Joliet tree is damaged; the rr tree is shown: byte 0x9c4000 (sector 5000): image: ends at byte 0x14000";
    assert!(withheld[0].starts_with(said), "{withheld:?}");
}

#[test]
fn a_root_directory_that_is_another_one_is_damage() {
    let mut image = image();
    // The path table and the directory's parent say where the root is.
    image.put(19, &[1, 0, 20, 0, 0, 0, 1, 0, 0, 0]);
    put(&mut image.bytes, 16 * 2048 + 132, &both32(10));
    put(&mut image.bytes, 16 * 2048 + 140, &19_u32.to_le_bytes());
    let system_use = [px(FILE, 1, None), nm(0, b"inner")].concat();
    image.directory(26, &px(0o040_755, 2, None), &[record(b"INNER.;1", 24, 5, 0, &system_use)]);
    put(&mut image.bytes, 16 * 2048 + 158, &both32(26));
    assert_shows(
        &image,
        "joliet",
        "the primary tree is damaged; the joliet tree is shown: byte 0xd046 (sector 26): directory record: location of extent \
         is 20, expected 26, where the volume descriptor says that the root directory lies",
    );
}

#[test]
fn what_was_asked_for_is_shown_whatever_else_is_damaged() {
    let mut image = image();
    put(&mut image.bytes, 16 * 2048 + 158, &both32(30));
    let memory = Memory(&image.bytes);
    let only = |tree: &str| tree.parse::<Names>().expect("a tree");
    let (tree, _, names, withheld) = look(&memory, only("joliet"));
    assert_eq!((tree, names, withheld), ("joliet", vec!["A file".to_owned()], vec![]));
    for names in ["rr", "iso"].map(only) {
        let error =
            Image::open(&memory, &Options { names, ..Options::default() }).expect_err("it is damaged");
        assert!(error.to_string().starts_with("byte 0xf000 (sector 30): directory: "), "{error}");
    }
}

#[test]
fn a_damaged_descriptor_before_others_is_damage() {
    let set = "the volume descriptor set is damaged; the rr tree is shown: byte 0x8800 (sector 17): volume descriptor: ";
    let identifier = set.replace("8800", "8801");
    let mut damaged = image();
    put(&mut damaged.bytes, 17 * 2048 + 1, b"CD002");
    assert_shows(&damaged, "rr", &format!("{identifier}identifier is \"CD002\", expected \"CD001\""));
    for (kind, expected) in [
        (0, "1 or 2, because it has a root directory"),
        (3, "1 or 2, because it has a root directory"),
        (255, "1 or 2, because it has a root directory"),
        (9, "0 to 3, or 255"),
    ] {
        let mut damaged = image();
        put(&mut damaged.bytes, 17 * 2048, &[kind]);
        assert_shows(&damaged, "rr", &format!("{set}volume descriptor type is {kind}, expected {expected}"));
    }
    for escapes in [b"\0\0\0", b"%/X", b"$/E"] {
        let mut damaged = image();
        put(&mut damaged.bytes, 17 * 2048 + 88, escapes);
        let said = format!("{set}escape sequence is not legal text: \"{}\"", escapes.escape_ascii());
        assert_shows(&damaged, "rr", &said);
    }
}

#[test]
fn a_volume_without_its_primary_descriptor_is_damaged() {
    let mut image = image();
    put(&mut image.bytes, 16 * 2048, &[2]);
    put(&mut image.bytes, 16 * 2048 + 88, b"   ");
    let said = "the volume descriptor set is damaged; the joliet tree is shown: byte 0x8000 (sector 16): volume descriptor: \
                the primary volume descriptor is missing";
    assert_shows(&image, "joliet", said);
}

#[test]
fn rock_ridge_is_used_where_only_its_announcement_is_damaged() {
    let mut image = image();
    // SP and PX of the root's own record.
    put(&mut image.bytes, 20 * 2048 + 34, b"XX");
    put(&mut image.bytes, 20 * 2048 + 41, b"XX");
    let (tree, _, names, withheld) = look(&Memory(&image.bytes), Names::Auto);
    assert_eq!((tree, names, withheld), ("rr", vec!["a file".to_owned()], vec![]));
}

#[test]
fn an_image_can_own_its_source() {
    let image = image();
    let opened = std::thread::spawn(move || Opened::new(Memory(image.bytes), &Options::default()));
    let opened = opened.join().expect("no panic").expect("it opens");
    assert_eq!(opened.image().shown().word, "rr");
    assert_eq!(opened.source().size(), Some(40 * 2048));
    let root = opened.image().tree().root().expect("a root");
    let mut entry = Entry::default();
    let mut names = opened.image().tree().open(&root, Detail::Names).expect("it opens");
    assert!(names.next(&mut entry).expect("a name") && entry.name == b"a file");
}

/// How the trees of `image` differ.
fn differences(image: &Builder) -> Vec<String> {
    let source = Memory(&image.bytes);
    Image::open(&source, &Options::default()).expect("it opens").differences(&source)
}

#[test]
fn files_that_a_tree_lacks_are_named() {
    let mut image = image();
    assert_eq!(differences(&image), [""; 0]);
    let record_of =
        |(name, sector, length): &(&str, u32, u32)| record(&utf16(name), *sector, *length, 0, b"");
    let hold = |image: &mut Builder, files: &[(&str, u32, u32)]| {
        put(&mut image.bytes, 22 * 2048, &[0; 2048]);
        image.directory(22, b"", &files.iter().map(record_of).collect::<Vec<_>>());
    };
    hold(&mut image, &[("A file", 24, 5), ("another", 25, 7), ("third", 26, 7)]);
    assert_eq!(differences(&image), ["the rr tree lacks 2 files of the joliet tree (the first is /another)"]);
    // The same content recorded twice is the same content.
    hold(&mut image, &[("A file", 26, 5)]);
    assert_eq!(differences(&image), [""; 0]);
    hold(&mut image, &[("A file", 24, 6)]);
    let both = "the joliet tree lacks 1 file of the rr tree (/a file); the rr tree lacks 1 file of the joliet tree (/A file)";
    assert_eq!(differences(&image), [both]);
    // Of the same size, but with other bytes.
    put(&mut image.bytes, 27 * 2048, b"other");
    hold(&mut image, &[("A file", 27, 5)]);
    assert_eq!(differences(&image), [both]);
    hold(&mut image, &[("A file", 24, 5), ("another name", 24, 5)]);
    assert_eq!(differences(&image), ["the joliet tree contains 2 files with content, the rr tree 1"]);
    hold(&mut image, &[("A file", 24, 5), ("empty", 0, 0)]);
    assert_eq!(differences(&image), ["the joliet tree contains 1 empty file, the rr tree 0"]);
}

#[test]
fn directories_that_a_tree_lacks_are_counted() {
    let mut image = image();
    let files = [record(&utf16("A file"), 24, 5, 0, b""), record(&utf16("below"), 23, 2048, 2, b"")];
    image.directory(22, b"", &files);
    image.directory(23, b"", &[]);
    assert_eq!(differences(&image), ["the joliet tree contains 2 directories, the rr tree 1"]);
    // A path table of the primary tree, of the root and one more.
    put(&mut image.bytes, 16 * 2048 + 132, &both32(22));
    put(&mut image.bytes, 16 * 2048 + 140, &21_u32.to_le_bytes());
    put(&mut image.bytes, 21 * 2048, b"\x01\0\x14\0\0\0\x01\0\0\0\x03\0\x17\0\0\0\x01\0abc\0");
    let said = differences(&image);
    assert_eq!(said.first().map(String::as_str), Some("the rr tree contains 1 directory, its path table 2"));
    put(&mut image.bytes, 23 * 2048, &[0; 100]);
    let said = differences(&image);
    assert!(said.last().expect("damage is told").starts_with("the joliet tree is damaged: "), "{said:?}");
}
