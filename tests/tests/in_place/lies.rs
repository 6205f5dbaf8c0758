//! Images whose structures lie where contents are, or share them.

use isokit_tests::{Workshop, text};

/// An image with two files and a directory, and where in it the directory record of `name` lies.
fn image() -> Workshop {
    Workshop::new(
        "mkdir -p tree/d; seq 1 2000 > tree/a; seq 1 900 > tree/b; echo c > tree/d/c; isomk -o old.iso --no-joliet tree; echo new > new",
    )
}

fn find(image: &[u8], name: &[u8]) -> usize {
    let wanted = [&[u8::try_from(name.len()).expect("short")], name].concat();
    image.windows(wanted.len()).rposition(|found| found == wanted).expect("a name") - 32
}

/// Has the record at `at` tell of an extent of `length` bytes at block `block`.
fn leads(image: &mut [u8], at: usize, block: u32, length: u32) {
    for (from, number) in [(2, block), (10, length)] {
        image[at + from..][..4].copy_from_slice(&number.to_le_bytes());
        image[at + from + 4..][..4].copy_from_slice(&number.to_be_bytes());
    }
}

fn extent(image: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(image[at + 2..][..4].try_into().expect("four bytes"))
}

/// Whether a change of `/a` is refused with this sentence, and touches nothing.
#[track_caller]
fn refused(workshop: &Workshop, lie: impl FnOnce(&mut Vec<u8>), sentence: &str) {
    let mut image = workshop.read("old.iso");
    lie(&mut image);
    std::fs::write(workshop.path("x.iso"), &image).expect("room");
    let ended = workshop.tries("isomk --base x.iso --in-place --replace a=new");
    let said = text(&ended.stderr);
    assert!(ended.status.code() == Some(2) && said.contains(sentence), "{sentence}: {ended:?}");
    assert_eq!(workshop.read("x.iso"), image, "{sentence}");
    assert!(!workshop.path("x.iso.isomk-journal").exists());
}

#[test]
fn contents_that_share_bytes_are_not_changed() {
    let workshop = image();
    let overlap = "/a: its contents overlap those of /b in the rr tree";
    for (blocks, length, sentence) in [
        (1, 2048, overlap),
        (0, 4000, overlap),
        (0, 8893, "/a: shares its contents with /b, which is not replaced"),
    ] {
        let lie = |image: &mut Vec<u8>| {
            let (a, b) = (find(image, b"A.;1"), find(image, b"B.;1"));
            let place = extent(image, a);
            leads(image, b, place + blocks, length);
        };
        refused(&workshop, lie, sentence);
    }
}

#[test]
fn structures_among_contents_are_not_changed() {
    let workshop = image();
    refused(
        &workshop,
        |image| {
            let a = find(image, b"A.;1");
            leads(image, a, u32::try_from(a / 2048).expect("a small image"), 2048);
        },
        "/a: its contents overlap those of / in the rr tree",
    );
    refused(
        &workshop,
        |image| {
            let (a, d) = (find(image, b"A.;1"), find(image, b"D"));
            let place = extent(image, a);
            let directory = usize::try_from(extent(image, d)).expect("small") * 2048;
            let to = usize::try_from(place + 1).expect("small") * 2048;
            image.copy_within(directory..directory + 2048, to);
            leads(image, d, place + 1, 2048);
        },
        "/a: its contents overlap those of /d in the rr tree",
    );
    for (block, what) in [
        (16, "a volume descriptor, at byte 0x8000 (sector 16), lies among"),
        (3, "the system area, at byte 0x0"),
        (19, "a path table"),
    ] {
        refused(
            &workshop,
            |image| {
                let a = find(image, b"A.;1");
                leads(image, a, block, 2048);
            },
            what,
        );
    }
}

/// The continuation area of another file lies behind the content, in its last block: nothing names that as a place, and what is
/// written there changes another file.
#[test]
fn names_in_the_last_block_are_not_overwritten() {
    let workshop = Workshop::new(
        "mkdir tree; seq 1 300 > tree/a; name=$(printf %0240d 7); echo b > tree/$name; isomk -o old.iso --no-joliet tree; echo new > new",
    );
    // That of the root's own record, which announces Rock Ridge, and that of the long name.
    for which in 0..2 {
        let sentence = "structures of the image lie among the contents that would be changed";
        refused(&workshop, |image| move_area(image, which), sentence);
    }
}

/// Has the continuation area `which` of all lie in the last block of `/a`.
fn move_area(image: &mut [u8], which: usize) {
    let number = |image: &[u8], at: usize| {
        let bytes = image[at..][..4].try_into().expect("four bytes");
        usize::try_from(u32::from_le_bytes(bytes)).expect("small")
    };
    let content = usize::try_from(extent(image, find(image, b"A.;1"))).expect("small");
    let mut areas = (0..image.len()).filter(|at| image[*at..].starts_with(b"CE\x1c\x01"));
    let area = areas.nth(which).expect("an area");
    let [block, offset, length] = [4, 12, 20].map(|from| number(image, area + from));
    let from = block * 2048 + offset;
    image.copy_within(from..from + length, content * 2048 + 1200);
    for (at, value) in [(area + 4, content), (area + 12, 1200)] {
        let value = u32::try_from(value).expect("small");
        image[at..][..4].copy_from_slice(&value.to_le_bytes());
        image[at + 4..][..4].copy_from_slice(&value.to_be_bytes());
    }
}

#[test]
fn an_image_that_is_cut_off_is_not_changed() {
    let workshop = image();
    refused(
        &workshop,
        |image| {
            let a = find(image, b"A.;1");
            let end = usize::try_from(extent(image, a)).expect("small") * 2048 + 3000;
            image.truncate(end);
        },
        "ends here; 5893 more bytes are needed",
    );
}

#[test]
fn what_is_damaged_elsewhere_is_told() {
    let workshop = image();
    refused(
        &workshop,
        |image| {
            let d = find(image, b"D");
            leads(image, d, 9000, 2048);
        },
        "ends",
    );
}

/// A tree in another character set than Joliet's is not read, and its records would not be changed.
#[test]
fn a_tree_that_is_not_read_is_told() {
    let workshop = Workshop::new("mkdir tree; seq 1 300 > tree/a; isomk -o old.iso tree; echo new > new");
    refused(
        &workshop,
        |image| {
            let descriptor = 17 * 2048;
            assert_eq!(image[descriptor..][..7], *b"\x02CD001\x01");
            image[descriptor + 88..][..3].copy_from_slice(b"(B\0");
            image[descriptor + 40..][..4].copy_from_slice(b"NAME");
        },
        "the volume descriptor at byte 0x8800 (sector 17) leads to a tree that is not read",
    );
}
