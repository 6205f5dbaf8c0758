//! Names looked up in directories as writers make them, and as they do not.

use crate::lookups::assert_lookups_are_scans;
use crate::support::{Builder, ROOT, entry, nm, px, record, root_use};
use isokit_core::iso9660::{Image, Options};
use isokit_core::source::Memory;
use isokit_core::tree::Tree;

/// Asserts of the tree of `image` that lookups are scans; how many found something.
fn found(image: &Builder) -> usize {
    let memory = Memory(&image.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    assert_lookups_are_scans(image.tree())
}

/// A root directory of these records, from sector 20 on.
fn of_records(records: &[Vec<u8>]) -> Builder {
    let mut image = Builder::new(60, 2048);
    image.directory(ROOT, b"", records);
    image
}

fn file(name: &[u8], block: u32) -> Vec<u8> {
    record(name, block, 5, 0, b"")
}

#[test]
fn sorted_names_are_found() {
    assert_eq!(found(&of_records(&[&b"A;1"[..], b"B;1", b"C.TXT;1"].map(|name| file(name, 25)))), 9);
}

#[test]
fn names_in_no_order_that_return_are_found_as_in_a_scan() {
    let names = [&b"C;1"[..], b"A;1", b"B;1", b"A;2", b"a;1", b"A;1", b"C;3", b"C;2", b"B", b"B;7"];
    let records: Vec<_> = (25..).zip(names).map(|(block, name)| file(name, block)).collect();
    let image = of_records(&records);
    assert!(found(&image) > 30);
    let memory = Memory(&image.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let root = image.tree().root().expect("a root");
    for _ in 0..3 {
        let found = image.tree().lookup(&root, b"A").expect("sound").expect("there");
        assert_eq!((found.version, found.extents[0].offset), (Some(2), Some(28 * 2048)));
    }
}

#[test]
fn damage_beside_a_name_changes_nothing() {
    let mut bad = file(b"BAD;1", 25);
    bad[32] = 200;
    let associated = record(b"C;1", 25, 5, 4, b"");
    let unfinished = record(b"D;1", 25, 2048, 0x80, b"");
    for records in [
        vec![file(b"A;1", 25), bad.clone(), file(b"B;1", 25)],
        vec![bad, file(b"A;1", 25)],
        vec![associated.clone(), file(b"C;1", 26), associated, file(b"C;2", 27)],
        vec![file(b"A;1", 25), unfinished.clone(), file(b"E;1", 25)],
        vec![unfinished, file(b"D;1", 26), file(b"E;1", 25)],
        vec![],
    ] {
        found(&of_records(&records));
    }
}

#[test]
fn names_of_rock_ridge_are_found_in_any_order_and_number() {
    // More than is read at once.
    let names: Vec<String> = (0_u32..400).map(|n| format!("{}{:0140}", "n", n * 7919 % 400)).collect();
    let mut image = Builder::new(200, 2048);
    let records: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let system_use = [nm(0, name.as_bytes()), px(0o100_644, 1, None)].concat();
            record(format!("F{n:05};1").as_bytes(), 25, 5, 0, &system_use)
        })
        .collect();
    let sub = [nm(0, b"sub"), px(0o040_755, 2, None)].concat();
    image.directory(ROOT, &root_use(), &[record(b"SUB", 40, 60 * 2048, 2, &sub)]);
    let mut sectors: Vec<Vec<Vec<u8>>> = vec![Vec::new()];
    let mut used = 2 * 34;
    for record in records {
        if used + record.len() > 2048 {
            sectors.push(Vec::new());
            used = 0;
        }
        used += record.len();
        sectors.last_mut().expect("one").push(record);
    }
    image.directory(40, b"", &sectors[0]);
    for (sector, records) in (41..).zip(&sectors[1..]) {
        image.put(sector, &records.concat());
    }
    assert!(found(&image) > 300);
}

#[test]
fn a_directory_that_lies_where_the_root_does_shows_what_the_root_hides() {
    let moved = |name: &[u8]| [nm(0, name), px(0o040_755, 2, None), entry(b"RE", b"")].concat();
    let sub = [nm(0, b"sub"), px(0o040_755, 2, None)].concat();
    let container = [nm(0, b"rr_moved"), px(0o040_755, 2, None)].concat();
    let mut image = Builder::new(60, 2048);
    image.directory(
        ROOT,
        &root_use(),
        &[record(b"RR_MOVED", 21, 2048, 2, &container), record(b"SUB", ROOT, 2048, 2, &sub)],
    );
    image.directory(21, b"", &[record(b"D", 22, 2048, 2, &moved(b"d"))]);
    image.directory(22, b"", &[]);
    let memory = Memory(&image.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let root = image.tree().root().expect("a root");
    let sub = image.tree().lookup(&root, b"sub").expect("sound").expect("there");
    for _ in 0..3 {
        for (directory, shown) in [(&root, false), (&sub, true)] {
            let found = image.tree().lookup(directory, b"rr_moved").expect("sound");
            assert_eq!(found.is_some(), shown);
        }
    }
}
