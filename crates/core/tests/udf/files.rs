//! Directories, links, devices, attributes, streams, and lists of entries.

use crate::disc::{Disc, File, PARTITION, ROOT, entity, long, name, named, seal, shorts};
use crate::support::{assert_lists, line, list, listed};
use isokit_core::source::Memory;
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::tree::{Posix, Tree};
use isokit_core::udf::Image;
use isokit_core::udf::layout::{IcbTag, characteristics, file_type, tag};
use zerocopy::{FromZeros, IntoBytes};

#[test]
fn deleted_names_and_parents_are_left_out_and_hidden_ones_marked() {
    let mut disc = Disc::new(2048);
    disc.directory(
        ROOT,
        &[
            name("", long(2048, 0, ROOT), characteristics::PARENT | characteristics::DIRECTORY),
            name("gone", long(0, 0, 0), characteristics::DELETED),
            name("quiet", long(2048, 0, 2), characteristics::HIDDEN),
            name("\u{20AC}\u{1D11E}", long(2048, 0, 2), 0),
            name("a/b\0c", long(2048, 0, 2), 0),
        ],
    );
    disc.file(2, &File::embedded(b"x"));
    assert_lists(
        &disc,
        &[
            "- /quiet x hidden",
            "- /\u{20AC}\u{1D11E} x",
            "- /a_b_c x",
            "? byte 0x96960 (sector 301): file identifier descriptor: a name contains a slash or NUL; replaced by `_`",
        ],
    );
}

#[test]
fn a_directory_goes_over_blocks_and_extents() {
    let mut disc = Disc::new(512);
    let names: Vec<u8> = (0..100).flat_map(|n| name(&format!("file-{n:03}"), long(512, 0, 2), 0)).collect();
    disc.file(2, &File::embedded(b""));
    let (first, second) = names.split_at(1000);
    disc.block(20, first);
    disc.block(40, second);
    let (first, second) =
        (u32::try_from(first.len()).expect("small"), u32::try_from(second.len()).expect("small"));
    let extents = shorts(&[(0, first, 20), (0, second, 40)]);
    let size = u64::from(first + second);
    disc.file(ROOT, &File { kind: file_type::DIRECTORY, ..File::allocated(0, size, &extents) });
    let want: Vec<String> = (0..100).map(|n| format!("- /file-{n:03} ")).collect();
    assert_lists(&disc, &want.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn links_devices_and_kinds() {
    let mut disc = Disc::new(2048);
    let names = ["link", "one", "two", "block", "character", "fifo", "socket"];
    let blocks = [2, 3, 3, 4, 5, 6, 7];
    disc.directory(
        ROOT,
        &names.iter().zip(blocks).map(|(name, block)| named(name, block)).collect::<Vec<_>>(),
    );
    disc.file(2, &File { kind: file_type::SYMLINK, ..File::embedded(b"\x03\0\0\0\x05\x02\0\0\x08x") });
    disc.file(3, &File::embedded(b"same"));
    let device =
        attributes(&[(12, [&[0_u8, 0, 0, 0][..], &8_u32.to_le_bytes(), &17_u32.to_le_bytes()].concat())]);
    disc.file(4, &File { kind: file_type::BLOCK_DEVICE, attributes: &device, ..File::embedded(b"") });
    disc.file(5, &File { kind: file_type::CHARACTER_DEVICE, attributes: &device, ..File::embedded(b"") });
    disc.file(6, &File { kind: file_type::FIFO, ..File::embedded(b"") });
    disc.file(7, &File { kind: file_type::SOCKET, ..File::embedded(b"") });
    assert_lists(
        &disc,
        &[
            "l /link -> ../x",
            "- /one s,a,m,e",
            "- /two s,a,m,e",
            "b /block Some((8, 17))",
            "c /character Some((8, 17))",
            "p /fifo None",
            "s /socket None",
        ],
    );
    let source = Memory(&disc.bytes);
    let image = Image::open(&source).expect("a volume");
    let find = |path: &[u8]| resolve(image.tree(), path, Follow::OnTheWay).expect("it is there").entry;
    let serial = |path: &[u8]| find(path).posix.and_then(|posix| posix.serial);
    assert!(serial(b"one").is_some() && serial(b"one") == serial(b"two"));
    assert_ne!(serial(b"one"), serial(b"link"));
    let posix = find(b"one").posix.expect("UDF records it");
    assert_eq!(posix, Posix { mode: 0o755, links: 1, uid: 7, gid: 8, serial: posix.serial, device: None });
    assert_eq!(image.tree().root().expect("a root").posix.map(|posix| posix.links), Some(2));
}

/// An extended attribute space of these, by type (ECMA-167 4/14.10).
fn attributes(attributes: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; 24];
    seal(&mut bytes, tag::ATTRIBUTE_HEADER, 2);
    for (kind, body) in attributes {
        bytes.extend(kind.to_le_bytes());
        bytes.extend([1, 0, 0, 0]);
        bytes.extend(u32::try_from(body.len() + 12).expect("small").to_le_bytes());
        bytes.extend(body);
    }
    bytes
}

#[test]
fn extended_attributes_are_taken_and_damaged_ones_passed_over() {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("f", 2), named("g", 3)]);
    let used = |name: &[u8], value: &[u8]| {
        let length = u32::try_from(value.len()).expect("small").to_le_bytes();
        [&length[..], entity(name).as_bytes(), value].concat()
    };
    let mut space = attributes(&[
        (2048, used(b"*UDF FreeEASpace", &[0; 4])),
        (2048, used(b"*UDF DVD CGMS Info", b"cgms")),
        (65_536, used(b"*Some Application", b"app")),
    ]);
    disc.file(2, &File { attributes: &space, ..File::embedded(b"") });
    space.extend([5, 0, 0, 0, 1, 0, 0, 0, 99, 0, 0, 0]);
    disc.file(3, &File { attributes: &space, ..File::embedded(b"") });
    let source = Memory(&disc.bytes);
    let image = Image::open(&source).expect("a volume");
    for path in [&b"f"[..], b"g"] {
        let entry = resolve(image.tree(), path, Follow::OnTheWay).expect("it is there").entry;
        let shown: Vec<String> = entry
            .attributes
            .iter()
            .map(|one| format!("{}={}", one.name.escape_ascii(), one.value.escape_ascii()))
            .collect();
        assert_eq!(shown, ["udf.ea.*UDF DVD CGMS Info=cgms", "udf.app.*Some Application=app"]);
    }
    let findings = image.take_findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].deviation.contains("attribute length is 99, expected 12 to 12"), "{findings:?}");
}

/// More than are kept of each name while others are read.
#[test]
fn many_extended_attributes_are_all_there_once() {
    let mut disc = Disc::new(4096);
    disc.file(ROOT, &File::directory(&name("f", long(4096, 0, 2), 0)));
    let empty = [&[0; 4][..], entity(b"*Some Application").as_bytes()].concat();
    let space = attributes(&vec![(65_536, empty); 70]);
    disc.file(2, &File { attributes: &space, ..File::embedded(b"x") });
    let source = Memory(&disc.bytes);
    let image = Image::open(&source).expect("a volume");
    let entry = resolve(image.tree(), b"f", Follow::OnTheWay).expect("it is there").entry;
    assert_eq!((entry.attributes.len(), entry.size), (70, 1));
    assert_eq!(line(&source, "f", &entry), "- f x");
}

#[test]
fn streams_are_listed_and_found_by_name() {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("f", 2), named("f:plain", 4)]);
    disc.file(2, &File { streams: Some(long(2048, 0, 3)), ..File::embedded(b"main") });
    let streams = [name("", long(2048, 0, 2), characteristics::PARENT), named("one", 4), named("two:b", 5)];
    disc.file(3, &File { kind: file_type::STREAM_DIRECTORY, ..File::directory(&streams.concat()) });
    disc.file(4, &File::embedded(b"first"));
    disc.file(5, &File::embedded(b"second"));
    let source = Memory(&disc.bytes);
    let image = Image::open(&source).expect("a volume");
    let tree = image.tree();
    let file = resolve(tree, b"f", Follow::OnTheWay).expect("it is there").entry;
    let names: Vec<String> = tree
        .streams(&file)
        .expect("a stream directory")
        .iter()
        .map(|one| line(&source, &String::from_utf8_lossy(&one.name), one))
        .collect();
    assert_eq!(names, ["- one f,i,r,s,t", "- two:b s,e,c,o,n,d"]);
    let found = |path: &[u8]| resolve(tree, path, Follow::All).map(|found| line(&source, "", &found.entry));
    assert_eq!(found(b"f:one").expect("a stream"), "-  f,i,r,s,t");
    assert_eq!(found(b"/f:two:b").expect("a stream"), "-  s,e,c,o,n,d");
    assert_eq!(found(b"f:plain").expect("a file"), "-  f,i,r,s,t");
    assert!(found(b"f:three").is_err() && found(b"f:plain:one").is_err() && found(b"x:one").is_err());
}

/// An indirect entry that leads to `block`.
fn indirect(disc: &mut Disc, at: u32, length: u32, block: u32) {
    let icb_tag = IcbTag { strategy: 4096.into(), ..IcbTag::new_zeroed() };
    let bytes = [&[0; 16], icb_tag.as_bytes(), long(length, 0, block).as_bytes()].concat();
    disc.seal(PARTITION + at, tag::INDIRECT, at, &bytes);
}

#[test]
fn of_a_list_of_entries_the_last_prevails() {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[name("f", long(4096, 0, 10), 0)]);
    let version = |content| File { strategy: 4096, ..File::embedded(content) };
    disc.file(10, &version(b"old"));
    assert_lists(&disc, &["- /f o,l,d"]);
    indirect(&mut disc, 11, 4096, 20);
    disc.file(20, &version(b"newer"));
    assert_lists(&disc, &["- /f n,e,w,e,r"]);
    indirect(&mut disc, 21, 4096, 30);
    assert_lists(&disc, &["- /f n,e,w,e,r"]);
    disc.file(30, &version(b"newest"));
    assert_lists(&disc, &["- /f n,e,w,e,s,t"]);
    indirect(&mut disc, 31, 4096, 10);
    assert_lists(
        &disc,
        &[
            "! /f: byte 0x9b000 (sector 310): information control block: loop: an indirect entry leads back to a place already \
           visited",
        ],
    );
}

#[test]
fn directories_that_hold_themselves_are_not_entered_twice() {
    let mut disc = Disc::new(2048);
    let inner = name("up", long(2048, 0, ROOT), characteristics::DIRECTORY);
    disc.directory(ROOT, &[name("down", long(2048, 0, 2), characteristics::DIRECTORY)]);
    disc.directory(2, &[inner]);
    assert_lists(
        &disc,
        &[
            "d /down",
            "d /down/up",
            "! /down/up: byte 0x970b0 (sector 302): directory: loop: its extent leads back to a place already visited",
        ],
    );
}

#[test]
fn a_directory_larger_than_the_image_is_refused() {
    let mut disc = Disc::new(2048);
    let extents = shorts(&[(2, 0x3FFF_F800, 0), (2, 0x3FFF_F800, 0)]);
    disc.file(ROOT, &File { kind: file_type::DIRECTORY, ..File::allocated(0, 0x7FFF_F000, &extents) });
    let lines = list(&Memory(&disc.bytes));
    assert!(
        lines.len() == 1 && lines[0].contains("directory: information length is 2147479552"),
        "{lines:?}"
    );
}

#[test]
fn directories_that_overlap_do_not_list_an_image_many_times_over() {
    let mut disc = Disc::new(2048);
    // Descriptors of 64 bytes, so that a directory can begin at any block of them.
    let inner = name("a-name-that-is-25-bytes-l", long(2048, 0, 150), 0);
    assert_eq!(inner.len(), 64);
    disc.block(100, &inner.repeat(32 * 40));
    disc.file(150, &File::embedded(b""));
    let mut outer = Vec::new();
    for block in 2..98_u32 {
        outer.extend(name(&format!("d{block}"), long(2048, 0, block), characteristics::DIRECTORY));
        let start = 100 + block / 8;
        let size = (140 - start) * 2048;
        let extents = shorts(&[(0, size, start)]);
        disc.file(block, &File { kind: file_type::DIRECTORY, ..File::allocated(0, size.into(), &extents) });
    }
    let size = u32::try_from(outer.len()).expect("small");
    disc.block(180, &outer);
    let extents = shorts(&[(0, size, 180)]);
    disc.file(ROOT, &File { kind: file_type::DIRECTORY, ..File::allocated(0, size.into(), &extents) });
    let lines = listed(&disc.bytes);
    let loops = lines.iter().filter(|line| line.contains("loop: its extent")).count();
    assert!(loops > 10 && lines.len() < 80_000, "{loops} {}", lines.len());
}

#[test]
fn a_directory_that_begins_with_a_hole_is_known_again() {
    let mut disc = Disc::new(2048);
    let inner = name("again", long(2048, 0, ROOT), characteristics::DIRECTORY).repeat(2);
    disc.block(20, &inner);
    let size = u32::try_from(inner.len()).expect("small");
    let extents = shorts(&[(2, 2048, 0), (0, size, 20)]);
    let size = u64::from(2048 + size);
    disc.file(ROOT, &File { kind: file_type::DIRECTORY, ..File::allocated(0, size, &extents) });
    let lines = listed(&disc.bytes);
    assert!(lines.len() == 5 && lines.iter().filter(|line| line.contains("loop")).count() == 2, "{lines:?}");
}
