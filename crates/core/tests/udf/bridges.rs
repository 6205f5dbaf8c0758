//! Volumes that are ISO 9660 and UDF at once: which tree is shown, and why.

#[allow(dead_code, reason = "it serves the tests of ISO 9660")]
#[path = "../reading/support.rs"]
mod iso9660;

use crate::disc::{Disc, FILE_SET, File, ROOT, long, name, named};
use iso9660::{Builder, nm, px, record, root_use};
use isokit_core::image::{Image, Names, Options};
use isokit_core::source::{Memory, Pipe};
use isokit_core::tree::Detail;

/// A disc whose UDF root has `names` and whose ISO 9660 root has `records`.
fn bridge(names: &[&str], own: &[u8], records: &[Vec<u8>]) -> Disc {
    let mut disc = Disc::new(2048);
    let listed: Vec<Vec<u8>> = names.iter().map(|name| named(name, 2)).collect();
    disc.directory(ROOT, &listed);
    disc.file(2, &File::embedded(b"udf"));
    let mut builder = Builder::new(24, 2048);
    builder.directory(20, own, records);
    disc.put(16, &builder.bytes[16 * 2048..]);
    for (sector, identifier) in [(18, b"BEA01"), (19, b"NSR02")] {
        disc.put(sector, &[&[0], &identifier[..], &[1]].concat());
    }
    disc
}

/// What is shown, why, and the names in its root.
fn shown(disc: &Disc, names: Names) -> Result<(&'static str, String, Vec<String>), String> {
    let source = Memory(&disc.bytes);
    let image =
        Image::open(&source, &Options { names, ..Options::default() }).map_err(|error| error.to_string())?;
    let root = image.tree().root().expect("it was read before");
    let mut cursor = image.tree().open(&root, Detail::All).expect("it was read before");
    let mut entry = isokit_core::tree::Entry::default();
    let mut names = Vec::new();
    while cursor.next(&mut entry).expect("nothing is damaged") {
        names.push(entry.name.escape_ascii().to_string());
    }
    let findings = image.take_findings();
    names.extend(findings.iter().map(|finding| format!("? {}", finding.deviation)));
    Ok((image.shown().word, image.reason().to_owned(), names))
}

fn only(tree: &str) -> Names {
    tree.parse().expect("a tree")
}

fn auto(disc: &Disc) -> (&'static str, String, Vec<String>) {
    shown(disc, Names::Auto).expect("it opens")
}

#[test]
fn a_note_in_one_tree_does_not_hide_the_other() {
    let readme = record(b"README.TXT;1", 21, 5, 0, b"");
    let media = bridge(&["bootmgr", "setup.exe", "sources"], b"", &[readme]);
    let (tree, reason, names) = auto(&media);
    assert_eq!((tree, names), ("udf", ["bootmgr", "setup.exe", "sources"].map(String::from).to_vec()));
    assert_eq!(reason, "its root directory contains more entries than that of iso");
    let iso = shown(&media, only("iso")).expect("it was asked for");
    assert_eq!(iso.2, ["README.TXT"]);
}

#[test]
fn udf_is_richer_than_plain_and_rock_ridge_than_udf() {
    let plain = bridge(&["file"], b"", &[record(b"FILE.;1", 21, 3, 0, b"")]);
    let reason = "udf records more than iso; they contain the same amount in all directories";
    assert_eq!(auto(&plain), ("udf", reason.into(), vec!["file".into()]));
    let system_use = [px(0o100_644, 1, None), nm(0, b"file")].concat();
    let rock_ridge = bridge(&["file"], &root_use(), &[record(b"FILE.;1", 21, 3, 0, &system_use)]);
    let (tree, reason, _) = auto(&rock_ridge);
    assert_eq!(tree, "rr");
    assert!(reason.starts_with("Rock Ridge records everything that udf does"), "{reason}");
    assert_eq!(shown(&rock_ridge, only("udf")).expect("it is there").0, "udf");
}

#[test]
fn a_file_that_is_larger_in_udf_is_cut_in_iso_9660() {
    let system_use = [px(0o100_644, 1, None), nm(0, b"file")].concat();
    let cut = bridge(&["file"], &root_use(), &[record(b"FILE.;1", 21, 2, 0, &system_use)]);
    assert_eq!(auto(&cut), ("udf", "a file is larger in it than in rr".into(), vec!["file".into()]));
}

/// A disc of which both trees have `directory` in the root, in it `names` by UDF and `records` by ISO 9660.
fn below(names: &[&str], records: &[Vec<u8>]) -> Disc {
    let system_use = [px(0o040_755, 2, None), nm(0, b"directory")].concat();
    let directory = record(b"DIRECTORY", 21, 2048, 2, &system_use);
    let mut disc = bridge(&[], &root_use(), &[directory]);
    let mut builder = Builder::new(24, 2048);
    builder.directory(21, b"", records);
    disc.put(21, &builder.bytes[21 * 2048..22 * 2048]);
    disc.directory(ROOT, &[name("directory", long(2048, 0, 3), 2)]);
    let listed: Vec<Vec<u8>> = names.iter().map(|name| named(name, 2)).collect();
    disc.directory(3, &listed);
    disc
}

/// A file of Rock Ridge with so many bytes.
fn file(name: &[u8], size: u32) -> Vec<u8> {
    let system_use = [px(0o100_644, 1, None), nm(0, name)].concat();
    let identifier = [&name.to_ascii_uppercase()[..], b".;1"].concat();
    record(&identifier, 22, size, 0, &system_use)
}

#[test]
fn what_lies_below_the_root_is_compared() {
    let why = |disc: &Disc| {
        let (tree, reason, _) = auto(disc);
        (tree, reason)
    };
    let (tree, reason) = why(&below(&["one", "two"], &[file(b"one", 3), file(b"two", 3)]));
    assert_eq!(tree, "rr", "{reason}");
    assert!(reason.ends_with("from it; they contain the same amount in all directories"), "{reason}");
    let cut = below(&["one", "two"], &[file(b"one", 3), file(b"two", 2)]);
    assert_eq!(why(&cut), ("udf", "its files are larger than those of rr in all directories".into()));
    let cut = below(&["one"], &[file(b"one", 2)]);
    assert_eq!(why(&cut), ("udf", "a file is larger in it than in rr".into()));
    let missing = below(&["one", "two"], &[file(b"one", 3)]);
    assert_eq!(why(&missing), ("udf", "it contains more entries than rr in all directories".into()));
    let missing = below(&["one"], &[file(b"one", 3), file(b"two", 3)]);
    assert_eq!(why(&missing), ("rr", "it contains more entries than udf in all directories".into()));
}

#[test]
fn a_pipe_is_not_read_to_compare_what_lies_below_the_root() {
    let disc = below(&["one", "two"], &[file(b"one", 3)]);
    let pipe = Pipe::new(std::io::Cursor::new(disc.bytes), std::env::temp_dir());
    let image = Image::open(&pipe, &Options::default()).expect("it opens");
    assert_eq!(image.shown().word, "rr");
    let reason = image.reason();
    assert!(
        reason.ends_with("they contain the same amount in the root directory, and more was not compared"),
        "{reason}"
    );
}

/// What is shown of `disc` and what is said to be withheld.
fn withheld(disc: &Disc) -> (&'static str, String) {
    let source = Memory(&disc.bytes);
    let image = Image::open(&source, &Options::default()).expect("it opens");
    let said: Vec<String> = image.withheld().map(|problem| problem.to_string()).collect();
    (image.shown().word, said.join("; "))
}

#[test]
fn a_damaged_udf_volume_is_said_where_iso_9660_is_whole() {
    let whole = bridge(&["file"], b"", &[record(b"FILE.;1", 21, 3, 0, b"")]);
    assert_eq!(withheld(&whole), ("udf", String::new()));
    let mut disc = whole.clone();
    disc.block(FILE_SET, &[0; 2048]);
    let problem = "byte 0x96000 (sector 300): file set descriptor: tag identifier is 0, expected 256";
    assert_eq!(
        withheld(&disc),
        ("iso", format!("the UDF volume is damaged; the iso tree is shown: {problem}"))
    );
    let (_, reason, names) = auto(&disc);
    assert_eq!((reason.as_str(), names), ("it is the richest tree that can be read", vec!["FILE".into()]));
    let iso = shown(&disc, only("iso")).expect("it was asked for");
    assert_eq!(iso.2, ["FILE"]);
    let error = shown(&disc, only("udf")).expect_err("it is damaged");
    assert!(error.contains("file set descriptor: tag identifier is 0, expected 256"), "{error}");
}

#[test]
fn every_way_to_the_root_of_udf_is_announced() {
    let whole = bridge(&["file"], b"", &[record(b"FILE.;1", 21, 3, 0, b"")]);
    for (sector, what) in
        [(257, ""), (256, "number of anchors is 0"), (300, "file set"), (301, "tag identifier")]
    {
        let mut disc = whole.clone();
        disc.put(sector, &[0; 2048]);
        if sector == 257 {
            disc.put(274, &[0; 2048]);
            for sector in [258, 259, 275, 276] {
                disc.put(sector, &[0; 2048]);
            }
        }
        let (shown, said) = withheld(&disc);
        assert_eq!(shown, "iso", "{sector}");
        assert!(said.starts_with("the UDF volume is damaged; the iso tree is shown: "), "{sector}: {said}");
        assert!(said.contains(what), "{sector}: {said}");
    }
}

#[test]
fn a_recognition_sequence_that_is_damaged_still_leads_to_udf() {
    let media = bridge(&["bootmgr", "sources"], b"", &[record(b"README.TXT;1", 21, 5, 0, b"")]);
    // The NSR descriptor, that and what begins the extended area.
    for sectors in [&[19][..], &[18, 19]] {
        let mut disc = media.clone();
        sectors.iter().for_each(|sector| disc.put(*sector, b"\0xxxxx"));
        let (tree, _, names) = auto(&disc);
        assert_eq!((tree, &names[..2]), ("udf", &["bootmgr".to_owned(), "sources".to_owned()][..]));
        assert_eq!(withheld(&disc).1, "", "all of it is there");
        // What is left of another volume, without anything that says so, may be nothing.
        disc.block(FILE_SET, &[0; 2048]);
        let said = withheld(&disc);
        assert_eq!((said.0, said.1.is_empty()), ("iso", sectors.len() == 2), "{}", said.1);
    }
}

#[test]
fn a_damaged_iso_9660_volume_is_said_where_udf_is_whole() {
    let mut disc = bridge(&["file"], b"", &[record(b"FILE.;1", 21, 3, 0, b"")]);
    disc.put(16, b"\x01CD002");
    let (shown, said) = withheld(&disc);
    assert_eq!(shown, "udf");
    assert!(said.starts_with("the ISO 9660 volume is damaged; the udf tree is shown: "), "{said}");
}

#[test]
fn damage_below_the_roots_is_said_of_the_tree_that_is_not_shown() {
    let mut disc = below(&["one", "two"], &[file(b"one", 3), file(b"two", 3)]);
    disc.block(3, &[0; 2048]);
    let (shown, said) = withheld(&disc);
    assert_eq!(shown, "rr");
    assert!(said.starts_with("the UDF volume is damaged; the rr tree is shown: "), "{said}");
}

#[test]
fn a_directory_without_the_name_of_its_parent_is_damage() {
    let mut disc = bridge(&["file"], b"", &[record(b"FILE.;1", 21, 3, 0, b"")]);
    disc.file(ROOT, &File::directory(b""));
    let (shown, said) = withheld(&disc);
    assert_eq!(shown, "iso");
    assert!(
        said.ends_with("number of file identifier descriptors is 0, expected at least 1, that of the parent"),
        "{said}"
    );
}

#[test]
fn what_is_not_there_cannot_be_asked_for() {
    let mut builder = Builder::new(24, 2048);
    builder.directory(20, b"", &[]);
    let disc = Disc { bytes: builder.bytes, sector: 2048 };
    assert_eq!(shown(&disc, only("udf")).expect_err("no UDF"), "tree: the image has no such tree");
    let nothing = Disc { bytes: vec![0; 1 << 20], sector: 2048 };
    let error = shown(&nothing, Names::Auto).expect_err("nothing");
    assert_eq!(error, "only zero bytes up to byte 0x10000, not an ISO 9660 or UDF image");
}
