//! SUSP and Rock Ridge as they are recorded and as they are broken, each over every kind of source.

use crate::sources::over_sources;
use crate::support::{
    Builder, ROOT, assert_lists, both32, ce, entry, listed, nm, put, px, record, root_use, sp,
};
use isokit_core::iso9660::{Image, Names, Options, TreeKind};
use isokit_core::source::{Memory, Source};
use isokit_core::tree::{Attribute, Coding, Detail, Entry, Time, Tree};

const DIRECTORY: u8 = 2;
const FILE_MODE: u32 = 0o100_644;

/// An image with one file, `system_use` in its record, and what was found out about it.
fn one(system_use: &[u8]) -> (Entry, Vec<String>) {
    one_in(Builder::new(40, 2048), system_use)
}

fn one_in(mut image: Builder, system_use: &[u8]) -> (Entry, Vec<String>) {
    image.directory(ROOT, &root_use(), &[record(b"F;1", 22, 5, 0, system_use)]);
    let found = first_of(&Memory(&image.bytes));
    over_sources(&image.bytes, |source| assert_eq!(first_of(source), found));
    found
}

/// The first entry of the root, and the findings.
fn first_of(source: &dyn Source) -> (Entry, Vec<String>) {
    let image = Image::open(source, &Options::default()).expect("the image opens");
    assert_eq!(image.tree().kind(), TreeKind::RockRidge);
    let root = image.tree().root().expect("a root");
    let mut found = Entry::default();
    assert!(
        image.tree().open(&root, Detail::All).expect("it opens").next(&mut found).expect("a good record")
    );
    (found, image.take_findings().iter().map(ToString::to_string).collect())
}

fn name(system_use: &[u8]) -> String {
    String::from_utf8(one(system_use).0.name).expect("text")
}

fn link(entries: &[Vec<u8>]) -> String {
    let system_use = [&px(0o120_777, 1, None)[..], &entries.concat()].concat();
    String::from_utf8(one(&system_use).0.link).expect("text")
}

#[test]
fn attributes_with_and_without_serial() {
    for (serial, want) in [(None, None), (Some(77), Some(77)), (Some(0), None)] {
        let posix = one(&px(0o104_755, 3, serial)).0.posix.expect("PX");
        assert_eq!(
            (posix.mode, posix.links, posix.uid, posix.gid, posix.serial),
            (0o4755, 3, 1000, 100, want)
        );
    }
}

#[test]
fn devices_are_two_halves_or_one_number() {
    for (high, low, want) in [(8, 17, (8, 17)), (0, 3, (0, 3)), (0, 0x0811, (8, 17)), (259, 0, (259, 0))] {
        let device = entry(b"PN", &[both32(high), both32(low)].concat());
        let found = one(&[px(0o060_660, 1, None), device].concat()).0;
        assert_eq!(found.posix.and_then(|posix| posix.device), Some(want));
        assert_eq!(found.kind.letter(), 'b');
    }
}

#[test]
fn names_are_put_together_and_kept_in_their_directory() {
    assert_eq!(name(&[nm(1, b"long "), nm(1, b"name "), nm(0, b"split")].concat()), "long name split");
    assert_eq!(name(&nm(0, b"")), "F", "an empty name is none");
    assert_eq!(name(&nm(0, b"../../etc\0")), ".._.._etc_");
    for (entries, version) in
        [(nm(0, b"name"), None), (nm(0, b""), Some(1)), (px(FILE_MODE, 1, None), Some(1))]
    {
        assert_eq!(one(&entries).0.version, version, "only an identifier has a version number");
    }
}

#[test]
fn a_name_wins_over_the_flag_of_the_directory_itself() {
    for (entries, at) in [
        (nm(2, b"name"), 0),
        (nm(4, b"name"), 0),
        ([nm(3, b"na"), nm(2, b"me")].concat(), 0),
        ([nm(1, b"na"), nm(2, b"me")].concat(), 7),
    ] {
        let (found, findings) = one(&entries);
        assert_eq!(found.name, b"name");
        // Before it: the records of the directory itself and its parent, and the 36 bytes of its own record.
        let own = record(&[0], ROOT, 2048, DIRECTORY, &root_use()).len();
        let at = 20 * 2048 + own + 34 + 36 + at;
        let deviation = "it is flagged as `.` or `..` but contains another name, which was used";
        assert_eq!(findings, [format!("byte {at:#x} (sector 20): system use entry: {deviation}")]);
    }
    let mut image = Builder::new(40, 2048);
    image.put(30, &nm(2, b"name"));
    assert_eq!(one_in(image, &ce(30, 0, 9)).0.name, b"name", "in a continuation area");

    let mut image = Builder::new(30, 2048);
    let directory = record(b"D", 21, 2048, DIRECTORY, &nm(2, b"dir"));
    image.directory(ROOT, &root_use(), &[directory, record(b"F;1", 22, 5, 0, &nm(4, b"file"))]);
    image.directory(21, &nm(2, b"dir"), &[record(b"I;1", 23, 1, 0, &nm(2, b"in"))]);
    assert_lists(&image, &["d /dir 2048", "- /dir/in 1", "- /file 5"]);
}

#[test]
fn what_cannot_be_a_name_leaves_the_identifier() {
    for (flags, bytes) in [(2, &b""[..]), (4, b""), (0, b".."), (0, b"."), (2, b".")] {
        let (found, findings) = one(&nm(flags, bytes));
        assert_eq!(found.name, b"F");
        let deviation = "directory record: Rock Ridge names it `.` or `..`; the file identifier was used";
        assert!(findings.iter().any(|finding| finding.ends_with(deviation)), "{findings:?}");
    }
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, &root_use(), &[record(b"..;1", 22, 5, 0, &nm(4, b""))]);
    let lines = listed(&image.bytes, Names::Auto);
    assert!(lines[0].contains("directory record: name is not legal text"), "{lines:?}");
}

/// A volume whose primary tree, of `records`, has attributes, and whose Joliet tree has one file `long name`.
fn beside_joliet(records: &[Vec<u8>]) -> Builder {
    let mut image = Builder::new(40, 2048);
    image.volume(2, 1, b"%/E", 30, 2048);
    image.directory(ROOT, &root_use(), records);
    let name: Vec<u8> = "long name".encode_utf16().flat_map(u16::to_be_bytes).collect();
    image.directory(30, b"", &[record(&name, 22, 5, 0, b"")]);
    image
}

#[test]
fn attributes_without_names_are_not_richer_than_joliet() {
    let file = |name: &[u8], entries: &[Vec<u8>]| {
        record(name, 22, 5, 0, &[&px(FILE_MODE, 1, None)[..], &entries.concat()].concat())
    };
    let chosen = |image: &Builder| {
        let memory = Memory(&image.bytes);
        let image = Image::open(&memory, &Options::default()).expect("the image opens");
        (image.tree().kind(), image.reason())
    };
    let nameless = beside_joliet(&[file(b"LONG.;1", &[])]);
    assert_eq!(chosen(&nameless), (TreeKind::Joliet, "the Rock Ridge tree records no names"));
    assert_lists(&nameless, &["- /long name 5"]);
    // One name among them, and nothing in the tree at all.
    let richest = "it is the richest tree of the volume";
    let partly = beside_joliet(&[file(b"A.;1", &[]), file(b"B.;1", &[nm(0, b"b")])]);
    assert_eq!(chosen(&partly), (TreeKind::RockRidge, richest));
    assert_lists(&partly, &["- /A 5", "- /b 5"]);
    assert_eq!(chosen(&beside_joliet(&[])), (TreeKind::Joliet, "richer trees of the volume are empty"));
    // A name below the root, where it does not have to be waited for.
    let mut below = beside_joliet(&[record(b"D", 21, 2048, DIRECTORY, &px(0o040_755, 2, None))]);
    below.directory(21, b"", &[file(b"F;1", &[nm(0, b"in")])]);
    assert_eq!(chosen(&below), (TreeKind::RockRidge, richest));
    // Nothing else has names: modes are worth showing.
    let mut alone = Builder::new(30, 2048);
    alone.directory(ROOT, &root_use(), &[file(b"LONG.;1", &[])]);
    assert_eq!(chosen(&alone), (TreeKind::RockRidge, richest));
}

#[test]
fn links_are_put_together_from_components() {
    let sl = |flags: u8, components: &[u8]| entry(b"SL", &[&[flags], components].concat());
    assert_eq!(link(&[sl(0, b"\x08\0\0\x03usr\0\x03bin")]), "/usr/bin");
    assert_eq!(link(&[sl(0, b"\x04\0\x04\0\x02\0\0\x01a")]), "../.././a");
    assert_eq!(link(&[sl(1, b"\x01\x03abc"), sl(0, b"\0\x03def\0\x01g")]), "abcdef/g");
    assert_eq!(link(&[sl(1, b"\0\x03abc"), sl(0, b"\0\x03def")]), "abc/def");
    assert_eq!(link(&[sl(0, b"\x10\0\0\x03vol")]), "/vol");
    assert_eq!(link(&[sl(0, b"\x08\0")]), "/");
    assert_eq!(link(&[sl(0, b"\0\x09cut")]), "cut", "a component cut off is taken as far as it goes");
}

#[test]
fn times_are_short_or_long_and_in_order() {
    let short = |second: u8| [126, 11, 21, 4, 43, second, 0];
    let mut data = vec![0x7f];
    (1..=7).for_each(|second| data.extend(short(second)));
    let times = one(&entry(b"TF", &data)).0.times;
    let all = [
        times.created,
        times.modified,
        times.accessed,
        times.changed,
        times.backed_up,
        times.expires,
        times.effective,
    ];
    let seconds = all.map(|time| time.expect("all seven are there").seconds - 1_795_236_180);
    assert_eq!(seconds, [1, 2, 3, 4, 5, 6, 7]);

    let mut long = vec![0x82];
    long.extend(b"2026112104430017\x04");
    let times = one(&entry(b"TF", &long)).0.times;
    assert_eq!(times.modified, Some(Time { seconds: 1_795_236_180 - 3600, nanoseconds: 170_000_000 }));
    assert_eq!(times.created, None);
    assert_eq!(
        one(&entry(b"TF", &[0x82, b'2'])).0.times.modified.expect("of the record").seconds,
        1_795_236_180
    );
}

#[test]
fn dates_outside_the_calendar_are_findings_and_the_next_best_is_taken() {
    let odd = "one of its dates does not exist in the calendar; treated as not recorded";
    let february = [120, 2, 30, 0, 0, 0, 0];
    let (found, findings) = one(&entry(b"TF", &[&[1][..], &february].concat()));
    assert_eq!(found.times.created, None);
    assert!(
        findings.len() == 1 && findings[0].ends_with(&format!("system use entry: {odd}")),
        "{findings:?}"
    );
    let (found, findings) = one(&entry(b"TF", &[&[0x82][..], b"2020023000000000\0"].concat()));
    assert_eq!(found.times.modified.expect("of the record").seconds, 1_795_236_180);
    assert_eq!(findings.len(), 1);

    let mut plain = Builder::new(30, 2048);
    let mut file = record(b"F;1", 22, 5, 0, b"");
    put(&mut file, 18, &february);
    plain.directory(ROOT, b"", &[file]);
    put(&mut plain.bytes, 16 * 2048 + 813, b"2020133100000000");
    let memory = Memory(&plain.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let mut found = Entry::default();
    let root = image.tree().root().expect("a root");
    assert!(image.tree().open(&root, Detail::All).expect("it opens").next(&mut found).expect("good"));
    assert_eq!(found.times.modified, None);
    let findings: Vec<_> = image.take_findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            format!("byte 0x832d (sector 16): volume descriptor: {odd}"),
            format!("byte 0xa044 (sector 20): directory record: {odd}"),
        ]
    );
}

#[test]
fn rock_ridge_is_known_by_any_of_its_names_and_without() {
    let er = |identifier: &[u8]| {
        let length = u8::try_from(identifier.len()).expect("short");
        entry(b"ER", &[&[length, 0, 0, 1], identifier].concat())
    };
    for (own, want) in [
        ([sp(0), er(b"RRIP_1991A")].concat(), true),
        ([sp(0), er(b"IEEE_P1282")].concat(), true),
        ([sp(0), er(b"IEEE_1282")].concat(), true),
        ([sp(0), er(b"OTHER")].concat(), false),
        ([sp(0), px(0o040_755, 2, None)].concat(), true),
        (px(0o040_755, 2, None), true),
        (sp(0), false),
        (vec![], false),
    ] {
        let mut image = Builder::new(30, 2048);
        image.directory(ROOT, &own, &[record(b"F;1", 22, 5, 0, &nm(0, b"long name"))]);
        assert_lists(&image, &[if want { "- /long name 5" } else { "- /F 5" }]);
    }
}

#[test]
fn bytes_before_system_use_entries_are_skipped() {
    let mut image = Builder::new(30, 2048);
    let skipped = |entries: Vec<u8>| [b"XX1234".to_vec(), entries].concat();
    let own = [sp(6), px(0o040_755, 2, None)].concat();
    image.directory(ROOT, &own, &[record(b"F;1", 22, 5, 0, &skipped(nm(0, b"skipped")))]);
    assert_lists(&image, &["- /skipped 5"]);

    let mut image = Builder::new(30, 2048);
    let attributes = b"\0\0\0\0\x8d\x55XA\0\0\0\0\0\0";
    let own = [&attributes[..], &sp(14), &px(0o040_755, 2, None)].concat();
    let file = [&attributes[..], &nm(0, b"on an XA disc")].concat();
    image.directory(ROOT, &own, &[record(b"F;1", 22, 5, 0, &file)]);
    assert_lists(&image, &["- /on an XA disc 5"]);
}

#[test]
fn continuations_lead_anywhere_in_several_hops() {
    let (second, third) = (nm(1, b"two "), nm(0, b"three"));
    let hop = ce(35, 2040, third.len());
    let mut image = Builder::new(40, 2048);
    put(&mut image.bytes, 30 * 2048 + 100, &[second.clone(), hop.clone()].concat());
    put(&mut image.bytes, 35 * 2048 + 2040, &third);
    // An area that is named early comes after all that its own area still holds.
    let file =
        [ce(30, 100, second.len() + hop.len()), nm(1, b"one "), entry(b"PD", b"pad"), entry(b"ST", b"")]
            .concat();
    image.directory(ROOT, &root_use(), &[record(b"F;1", 22, 5, 0, &file)]);
    assert_lists(&image, &["- /one two three 5"]);
}

#[test]
fn continuations_that_loop_or_lie_are_findings() {
    let looping = ce(30, 0, 28);
    let mut image = Builder::new(40, 2048);
    image.put(30, &looping);
    let (found, findings) = one_in(image, &[nm(0, b"kept"), looping].concat());
    assert_eq!(found.name, b"kept");
    assert_eq!(
        findings,
        [
            "byte 0xf000 (sector 30): CE system use entry: loop: continuation area leads back to a place already visited; the rest was skipped"
        ]
    );
    for (target, want) in [
        (
            ce(4000, 0, 28),
            "location of continuation area is 4000, expected an area of 28 bytes inside the image",
        ),
        (ce(30, 0, 4_000_000), "size of continuation area is 4000000, expected at most 262144"),
    ] {
        let (found, findings) = one(&[nm(0, b"kept"), target].concat());
        assert_eq!(found.name, b"kept");
        assert!(findings[0].contains(want), "{findings:?}");
    }
}

#[test]
fn a_system_use_entry_that_leaves_its_field_ends_it() {
    let mut broken = [nm(0, b"kept"), px(FILE_MODE, 1, None)].concat();
    let at = broken.len() - 36 + 2;
    broken[at] = 200;
    let (found, findings) = one(&broken);
    assert_eq!((found.name.as_slice(), found.posix), (&b"kept"[..], None));
    assert!(
        findings[0].contains("system use entry: length of system use entry is 200, expected 4 to 37"),
        "{findings:?}"
    );
    broken[at] = 3;
    assert!(one(&broken).1[0].contains("is 3, expected 4 to 37"));
}

#[test]
fn other_protocols_are_passed_over() {
    let others = [
        entry(b"AA", b"\x02TEXTttxt"),
        entry(b"AS", b"\x01\0\0\0\0"),
        entry(b"ES", b"\0"),
        entry(b"RR", b"\x89"),
    ];
    assert_eq!(name(&[others.concat(), nm(0, b"mine")].concat()), "mine");
    let attributes = b"\0\0\0\0\x8d\x55XA\0\0\0\0\0\0";
    assert_eq!(name(attributes), "F", "attributes of an XA disc without SP");
}

#[test]
fn relocated_directories_are_where_they_were() {
    let directory = px(0o040_755, 2, None);
    let place_holder = |block: u32, name: &[u8]| {
        record(
            b"DEEP;1",
            ROOT,
            0,
            0,
            &[nm(0, name), directory.clone(), entry(b"CL", &both32(block))].concat(),
        )
    };
    let relocated = |marks: &[u8]| record(b"DEEP", 23, 2048, DIRECTORY, &[&nm(0, b"moved"), marks].concat());
    let container = |name: &[u8]| record(b"RR_MOVED", 22, 2048, DIRECTORY, &nm(0, name));
    let build = |marks: &[u8], parent: &[u8], name: &[u8]| {
        let mut image = Builder::new(30, 2048);
        image.directory(
            ROOT,
            &root_use(),
            &[record(b"D", 21, 2048, DIRECTORY, &nm(0, b"d")), container(name)],
        );
        image.directory(21, &directory, &[place_holder(23, b"deep")]);
        image.directory(22, &directory, &[relocated(marks)]);
        let mut bytes = record(&[0], 23, 2048, DIRECTORY, &px(0o040_700, 2, None));
        bytes.extend(record(&[1], 21, 2048, DIRECTORY, parent));
        bytes.extend(record(b"IN;1", 25, 9, 0, &nm(0, b"in")));
        image.put(23, &bytes);
        image
    };
    let tree = ["d /d 2048", "d /d/deep 2048", "- /d/deep/in 9"];
    let (re, pl) = (entry(b"RE", b""), entry(b"PL", &both32(21)));
    assert_lists(&build(&re, &pl, b"rr_moved"), &tree);
    assert_lists(&build(b"", &pl, b".rr_moved"), &tree);
    let own = [
        "d /d 2048",
        "d /d/deep 2048",
        "- /d/deep/in 9",
        "d /rr_moved 2048",
        "d /rr_moved/moved 2048",
        "- /rr_moved/moved/in 9",
    ];
    assert_lists(&build(b"", b"", b"rr_moved"), &own);
    let elsewhere = [&tree[..], &["d /elsewhere 2048"]].concat();
    assert_lists(&build(&re, &pl, b"elsewhere"), &elsewhere);
}

#[test]
fn child_links_that_loop_or_lie_are_errors() {
    let place_holder = |block: u32| {
        let system_use = [nm(0, b"again"), entry(b"CL", &both32(block))].concat();
        record(b"AGAIN;1", ROOT, 0, 0, &system_use)
    };
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, &root_use(), &[place_holder(ROOT), record(b"Z;1", 25, 1, 0, b"")]);
    assert_lists(
        &image,
        &[
            "d /again 2048",
            "! /again: byte 0xa070 (sector 20): directory: loop: its extent leads back to a place already visited",
            "- /Z 1",
        ],
    );
    let mut image = Builder::new(30, 2048);
    image.directory(ROOT, &root_use(), &[place_holder(25), record(b"Z;1", 25, 1, 0, b"")]);
    assert_lists(
        &image,
        &[
            "! /again: byte 0xa070 (sector 20): CL system use entry: location of child directory is 25, expected the first block of a directory",
            "- /Z 1",
        ],
    );
}

#[test]
fn encodings_are_told_with_the_size_of_what_is_read() {
    let both = |value: u32| both32(value).to_vec();
    let (found, _) = one(&entry(b"ZF", &[b"pz\x04\x0f".to_vec(), both(99_999)].concat()));
    assert_eq!(
        (found.size, found.coding),
        (99_999, Coding::Zisofs { version: 1, header: 16, block_log2: 15 })
    );
    let (found, _) = one(&entry(b"SF", &[both(1), both(7), vec![2]].concat()));
    assert_eq!((found.size, found.coding), ((1 << 32) + 7, Coding::Sparse { depth: 2 }));
    let (found, _) = one(&entry(b"SF", &both(7)));
    assert_eq!((found.size, found.coding), (7, Coding::Sparse { depth: 1 }));
}

#[test]
fn attribute_lists_are_decoded() {
    let first = entry(b"AL", b"\x01\x00\x05\x03mime\x01\x05text/");
    let second = entry(b"AL", b"\x00\x00\x05plain");
    let (found, _) = one(&[first, second].concat());
    assert_eq!(found.attributes, [Attribute { name: b"user.mime".to_vec(), value: b"text/plain".to_vec() }]);
}
