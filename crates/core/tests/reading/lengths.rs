//! Directories that are said to be shorter than they are, each over every kind of source: all of them is read, or that
//! something is missing is said.

use crate::support::{Builder, ROOT, assert_lists, both32, put, record};

const DIRECTORY: u8 = 2;

/// Bytes of the data length of the root's record in the descriptor, and of the first name's in the root directory.
const OF_ROOT: usize = 16 * 2048 + 156 + 10;
const OF_SUB: usize = 20 * 2048 + 2 * 34 + 10;

/// `/D`, and in it `/D/F`.
fn image() -> Builder {
    let mut image = Builder::new(26, 2048);
    image.directory(ROOT, b"", &[record(b"D", 21, 2048, DIRECTORY, b""), record(b"G;1", 23, 5, 0, b"")]);
    image.directory(21, b"", &[record(b"F;1", 22, 5, 0, b"")]);
    image
}

#[test]
fn a_directory_that_is_said_to_be_empty_is_as_long_as_it_says_itself() {
    for at in [OF_ROOT, OF_SUB] {
        for (from, zeros) in [(0, 8), (0, 4), (4, 4)] {
            let mut image = image();
            put(&mut image.bytes, at + from, &vec![0; zeros]);
            assert_lists(&image, &["d /D 2048", "- /D/F 5", "- /G 5"]);
        }
    }
}

#[test]
fn one_that_does_not_say_how_long_it_is_either_is_damaged() {
    let mut image = image();
    put(&mut image.bytes, OF_SUB, &[0; 8]);
    put(&mut image.bytes, 21 * 2048 + 10, &[0; 8]);
    let problem = "number of directory records is 0, expected at least 2";
    let failure = format!("! /D: byte 0xa800 (sector 21): directory: {problem}");
    assert_lists(&image, &["d /D 0", &failure, "- /G 5"]);
    put(&mut image.bytes, OF_ROOT, &[0; 8]);
    put(&mut image.bytes, 20 * 2048 + 10, &[0; 8]);
    assert_lists(&image, &[&format!("! /: byte 0xa000 (sector 20): directory: {problem}")]);
}

/// `/D` of three sectors, each with a name, of which the record says that it has `said` bytes.
fn long(said: u32) -> Builder {
    let mut image = image();
    image.bytes.resize(40 * 2048, 0);
    put(&mut image.bytes, 16 * 2048 + 80, &both32(40));
    put(&mut image.bytes, OF_SUB - 8, &both32(30));
    put(&mut image.bytes, OF_SUB, &both32(said));
    let own = record(&[0], 30, 6144, DIRECTORY, b"");
    let parent = record(&[1], ROOT, 2048, DIRECTORY, b"");
    image.put(30, &[own, parent, record(b"F1;1", 22, 5, 0, b"")].concat());
    image.put(31, &record(b"F2;1", 22, 5, 0, b""));
    image.put(32, &record(b"F3;1", 22, 5, 0, b""));
    image
}

#[test]
fn a_directory_is_read_to_the_end_that_it_has_itself() {
    for said in [6144, 4096, 2048, 40] {
        let directory = format!("d /D {said}");
        assert_lists(&long(said), &[&directory, "- /D/F1 5", "- /D/F2 5", "- /D/F3 5", "- /G 5"]);
    }
}

#[test]
fn sectors_without_records_before_others_are_damage() {
    let problem = "number of directory records in the sector is 0, expected at least 1, as others follow in the next sectors";
    let mut image = long(6144);
    image.put(31, &[0; 2048]);
    let failure = format!("! /D: byte 0xf800 (sector 31): directory: {problem}");
    assert_lists(&image, &["d /D 6144", "- /D/F1 5", &failure, "- /D/F3 5", "- /G 5"]);
    image.put(30, &[0; 2048]);
    let failure = format!("! /D: byte 0xf000 (sector 30): directory: {problem}");
    assert_lists(&image, &["d /D 6144", &failure, "- /D/F3 5", "- /G 5"]);
    // Behind all others they may have been set aside.
    let mut image = long(6144);
    image.put(32, &[0; 2048]);
    assert_lists(&image, &["d /D 6144", "- /D/F1 5", "- /D/F2 5", "- /G 5"]);
}

#[test]
fn records_behind_a_length_of_zero_are_damage_and_are_read() {
    let whole = || {
        let mut image = Builder::new(26, 4096);
        let files = [("ONE;1", 1), ("TWO;1", 2), ("THREE;1", 3)];
        image.directory(ROOT, b"", &files.map(|(name, size)| record(name.as_bytes(), 24, size, 0, b"")));
        image
    };
    let broken_off = |at: usize| {
        let limit = "expected at least 34, as other records follow in the sector";
        format!("! /: byte {at:#x} (sector 20): directory record: length of directory record is 0, {limit}")
    };
    let [one, two, three] = ["- /ONE 1", "- /TWO 2", "- /THREE 3"];
    let at = usize::try_from(ROOT).expect("a small number") * 2048;
    // Of the directory itself, of its parent, of a file; one bit of a length, so that the next one is 0; and a hole.
    for (place, bytes, lists) in [
        (0, &[0_u8][..], vec![broken_off(at), one.into(), two.into(), three.into()]),
        (34, &[0], vec![broken_off(at + 34), one.into(), two.into(), three.into()]),
        (0, &[35], vec![broken_off(at + 35), one.into(), two.into(), three.into()]),
        (68, &[0], vec![broken_off(at + 68), two.into(), three.into()]),
        (68, &[0; 50], vec![broken_off(at + 68), three.into()]),
    ] {
        let mut image = whole();
        put(&mut image.bytes, at + place, bytes);
        let lists: Vec<&str> = lists.iter().map(String::as_str).collect();
        assert_lists(&image, &lists);
    }
    // A length that takes in what follows.
    let mut image = whole();
    put(&mut image.bytes, at + 34, &[34 + 40 + 40]);
    let swallowed = format!(
        "! /: byte {:#x} (sector 20): directory record: length of directory record is 114, expected less, as another record follows earlier",
        at + 34
    );
    assert_lists(&image, &[&swallowed, one, two, three]);
    // What is no record may have been left there by a writer.
    let mut image = whole();
    put(&mut image.bytes, at + 1000, b"left by a writer");
    assert_lists(&image, &[one, two, three]);
}

#[test]
fn directories_are_as_long_as_their_records() {
    let mut image = Builder::new(27, 2048);
    image.directory(ROOT, b"", &[record(b"D", 22, 68, 2, b""), record(b"E", 23, 4096, 2, b"")]);
    image.directory(22, b"", &[record(b"IN_D;1", 25, 1, 0, b"")]);
    // Its own record says the same of its length, which ends behind that of its parent.
    put(&mut image.bytes, 22 * 2048 + 10, &both32(68));
    image.directory(23, b"", &[record(b"IN_E;1", 25, 2, 0, b"")]);
    image.directory(24, b"", &[record(b"ELSEWHERE;1", 25, 3, 0, b"")]);
    assert_lists(&image, &["d /D 68", "- /D/IN_D 1", "d /E 4096", "- /E/IN_E 2"]);
}
