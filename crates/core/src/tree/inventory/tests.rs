use super::*;
use crate::tree::{Attribute, Coding, Extent, Posix};

fn file(offset: u64) -> Entry {
    Entry { size: 10, extents: vec![Extent::recorded(offset, 10)], ..Entry::default() }
}

fn directory() -> Entry {
    Entry { kind: Kind::Directory, size: 2048, extents: vec![Extent::recorded(1, 2048)], ..Entry::default() }
}

fn linked(offset: u64, serial: u64) -> Entry {
    let posix = Posix { links: 2, serial: Some(serial), ..Posix::default() };
    Entry { posix: Some(posix), ..file(offset) }
}

/// Entries of these paths, each in the directory before it that its path says.
fn collected(entries: &[(&str, Entry)]) -> Collected {
    let mut collected = Collected::new(Keep::All);
    for (path, entry) in entries {
        let (above, name) = path.rsplit_once('/').expect("a slash");
        let parent = (0..).zip(entries).find(|(_, (path, _))| *path == above).map(|(number, _)| number);
        collected.0.add(parent, name.as_bytes(), entry, &|_| true).expect("few entries");
    }
    collected
}

/// Each entry as `path`, or `path = path of the first name`, and the byte needed from then on.
fn listed(inventory: &Inventory) -> Vec<(String, u64)> {
    let path = |place| {
        let mut path = Vec::new();
        inventory.path(place, &mut path);
        String::from_utf8(path).expect("ASCII")
    };
    let all = inventory.paths();
    (0..inventory.len()).for_each(|place| assert_eq!(all.of(place), path(place).as_bytes()));
    let line = |place| match inventory.first_name(place) {
        first if first == place => path(place),
        first => format!("{} = {}", path(place), path(first)),
    };
    (0..inventory.len()).map(|place| (line(place), inventory.needed_from(place))).collect()
}

fn assert_listed(inventory: &Inventory, want: &[(&str, u64)]) {
    let want: Vec<_> = want.iter().map(|(path, needed)| ((*path).to_owned(), *needed)).collect();
    assert_eq!(listed(inventory), want);
}

fn tree() -> Collected {
    collected(&[
        ("/a", directory()),
        ("/a/late", file(900)),
        ("/a/sub", directory()),
        ("/a/sub/x", file(800)),
        ("/b", directory()),
        ("/b/early", file(100)),
        ("/b/empty", Entry::default()),
        ("/none", directory()),
        ("/top", file(500)),
    ])
}

#[test]
fn directories_hold_together_and_contents_come_as_they_lie() {
    let inventory = tree().in_tree_order(Same::File);
    let want = [
        ("none", 100),
        ("b", 100),
        ("b/empty", 100),
        ("b/early", 100),
        ("top", 500),
        ("a", 800),
        ("a/sub", 800),
        ("a/sub/x", 800),
        ("a/late", 900),
    ];
    assert_listed(&inventory, &want);
    assert_eq!((inventory.len(), inventory.bytes(), inventory.needed_from(9)), (9, 40, u64::MAX));
}

#[test]
fn the_order_of_the_disc_is_that_of_contents_alone() {
    let inventory = tree().in_disc_order(Same::Content);
    let want = [("b/empty", 100), ("b/early", 100), ("top", 500), ("a/sub/x", 800), ("a/late", 900)];
    assert_listed(&inventory, &want);
    let paths = inventory.paths();
    assert_eq!(paths.sorted(), [4, 3, 1, 0, 2]);
    assert_eq!((paths.of(4), paths.of(5)), (&b"a/late"[..], &b""[..]));
}

#[test]
fn a_further_name_leads_to_the_first_in_the_order_and_needs_nothing() {
    let entries =
        [("/d", directory()), ("/d/z", linked(100, 7)), ("/a", linked(100, 7)), ("/other", linked(300, 8))];
    let inventory = collected(&entries).in_tree_order(Same::File);
    assert_listed(&inventory, &[("d", 100), ("d/z", 100), ("a = d/z", 300), ("other", 300)]);
    assert_eq!(inventory.bytes(), 20);
    let inventory = collected(&entries).in_disc_order(Same::Content);
    assert_listed(&inventory, &[("d/z", 100), ("a = d/z", 300), ("other", 300)]);
}

#[test]
fn hard_links_share_content_and_are_not_recorded_as_two_files() {
    let with = |links, serial, entry: Entry| {
        let posix = Posix { links, serial, ..Posix::default() };
        Entry { posix: Some(posix), ..entry }
    };
    let pieces = |second| {
        let extents = vec![Extent::recorded(100, 5), Extent { offset: second, length: 5 }];
        Entry { size: 10, extents, ..Entry::default() }
    };
    let hole = Entry { size: 10, extents: vec![Extent { offset: None, length: 10 }], ..Entry::default() };
    let zisofs = Coding::Zisofs { version: 1, header: 16, block_log2: 15 };
    let coded = |entry| Entry { coding: zisofs, ..entry };
    for (one, other, [file, content]) in [
        (linked(100, 7), linked(100, 7), [true, true]),
        (linked(100, 7), linked(200, 7), [false, false]),
        (linked(100, 7), linked(100, 8), [false, true]),
        (with(1, None, file(100)), with(1, None, file(100)), [false, true]),
        (with(2, None, file(100)), with(1, None, file(100)), [false, true]),
        (with(2, None, file(100)), linked(100, 7), [false, true]),
        (file(100), file(100), [true, true]),
        (Entry::default(), Entry::default(), [false, true]),
        (hole.clone(), hole.clone(), [false, true]),
        (with(2, Some(7), hole.clone()), with(2, Some(7), hole), [true, true]),
        (pieces(Some(300)), pieces(Some(300)), [true, true]),
        (with(2, Some(7), pieces(Some(300))), with(2, Some(7), pieces(Some(400))), [false, false]),
        (with(2, Some(7), pieces(Some(300))), with(2, Some(7), pieces(None)), [false, false]),
        (coded(file(100)), coded(file(100)), [true, true]),
        (file(100), coded(file(100)), [false, false]),
    ] {
        let entries = [("/a", one), ("/b", other)];
        for (same, want) in [(Same::File, file), (Same::Content, content)] {
            let inventory = collected(&entries).in_disc_order(same);
            assert_eq!(inventory.first_name(1) == 0, want, "{same:?}: {entries:?}");
        }
    }
}

#[test]
fn names_of_the_same_content_are_known_among_others_that_begin_there() {
    let long = Entry { size: 20, extents: vec![Extent::recorded(100, 20)], ..Entry::default() };
    let split = |at| {
        let extents = vec![Extent::recorded(100, 4), Extent::recorded(at, 6)];
        Entry { size: 10, extents, ..Entry::default() }
    };
    let inventory = collected(&[
        ("/a", file(100)),
        ("/b", split(300)),
        ("/c", long),
        ("/d", split(200)),
        ("/e", file(100)),
        ("/f", split(300)),
    ])
    .in_disc_order(Same::Content);
    let want = [("a", 100), ("b", 100), ("d", 100), ("e = a", 100), ("f = b", 100), ("c", 100)];
    assert_listed(&inventory, &want);
}

#[test]
fn a_range_is_whole_or_not_told() {
    let holed = vec![Extent::recorded(100, 4), Extent { offset: None, length: 6 }];
    let inventory = collected(&[
        ("/empty", Entry::default()),
        ("/holed", Entry { size: 10, extents: holed, ..Entry::default() }),
        ("/plain", file(200)),
        ("/short", Entry { size: 11, ..file(300) }),
        ("/beyond", file(u64::MAX)),
    ])
    .in_disc_order(Same::Content);
    let whole: Vec<_> = (0..6).map(|place| inventory.whole(place)).collect();
    assert_eq!(whole, [Some(0..0), None, Some(200..210), None, None, None]);
}

#[test]
fn what_is_kept_comes_back() {
    let attribute = |name: &[u8]| Attribute { name: name.to_vec(), value: b"y".to_vec() };
    let mut odd = file(100);
    odd.extents.push(Extent { offset: None, length: 5 });
    odd.coding = Coding::Zisofs { version: 1, header: 16, block_log2: 15 };
    odd.attributes = vec![attribute(b"user.x")];
    odd.posix = Some(Posix { mode: 0o755, ..Posix::default() });
    let link = Entry { kind: Kind::Symlink, link: b"x/y".to_vec(), ..Entry::default() };
    let empty = Entry { size: 0, extents: vec![Extent::recorded(700, 0)], ..Entry::default() };
    for entry in [odd, link, empty, file(100), file(0), Entry::default()] {
        let inventory = collected(&[("/a", entry.clone())]).in_tree_order(Same::File);
        let mut restored = file(5);
        inventory.restore(0, &mut restored);
        assert_eq!(restored, entry);

        let mut contents = Collected::new(Keep::Content);
        contents.add(b"a", &entry).expect("one entry");
        contents.in_tree_order(Same::File).restore(0, &mut restored);
        let Entry { kind, size, extents, coding, .. } = entry;
        assert_eq!(restored, Entry { kind, size, extents, coding, ..Entry::default() });
    }
}

#[test]
fn attributes_stay_as_asked() {
    let attribute = |name: &[u8]| Attribute { name: name.to_vec(), value: Vec::new() };
    let mut nodes = Nodes::new(true);
    let entry = Entry { attributes: vec![attribute(b"udf.x"), attribute(b"user.x")], ..file(100) };
    nodes.add(None, b"a", &entry, &|attribute| attribute.name.starts_with(b"user.")).expect("one entry");
    let mut restored = Entry::default();
    nodes.restore(0, &mut restored);
    assert_eq!(restored.attributes, [attribute(b"user.x")]);
}

#[test]
fn paths_sort_as_bytes_also_where_directories_share_a_name() {
    let mut collected = Collected::new(Keep::Content);
    let mut add = |parent, name: &[u8], entry: &Entry| {
        collected.0.add(parent, name, entry, &|_| true).expect("few entries")
    };
    let first = add(None, b"a", &directory());
    add(Some(first), b"c", &file(100));
    add(None, b"a.txt", &file(200));
    let second = add(None, b"a", &directory());
    add(Some(second), b"b", &file(300));
    let inventory = collected.in_disc_order(Same::Content);
    let paths = inventory.paths();
    let sorted: Vec<_> = paths.sorted().into_iter().map(|place| paths.of(place)).collect();
    assert_eq!(sorted, [&b"a.txt"[..], b"a/b", b"a/c"]);
}

#[test]
fn nothing_is_needed_behind_the_last_that_needs_any() {
    assert_eq!(needed_from([Some(5), None, Some(3), Some(9), None]), [3, 3, 3, 9, u64::MAX]);
    assert_eq!(needed_from([]), []);
}
