use super::*;
use crate::source::{File, Memory};
use std::os::unix::fs::FileExt;

/// Bytes that are nothing: neither text nor zeros.
fn nothing(length: usize) -> Vec<u8> {
    vec![0xa5; length]
}

fn name(bytes: &[u8]) -> Option<String> {
    foreign(&Memory(bytes)).expect("memory").map(|found| found.name.into_owned())
}

fn put(bytes: &mut [u8], at: usize, mark: &[u8]) {
    bytes[at..at + mark.len()].copy_from_slice(mark);
}

#[test]
fn each_mark_is_known_where_it_belongs_and_nowhere_else() {
    use {containers::*, discs::*, file_systems::*, files::*};
    let tables = [CONTAINERS, DISCS, FILES, WITH_BOOT_SECTOR, TABLES, FILE_SYSTEMS];
    for row in tables.into_iter().flatten().chain([&BOOT_SECTOR]) {
        let end = row.marks.iter().map(|(at, mark)| usize::try_from(*at).expect("small") + mark.len());
        let end = end.max().expect("a mark");
        if end > 1 << 20 {
            far(row);
            continue;
        }
        let mut bytes = nothing(end + 40);
        for (at, mark) in row.marks {
            assert!(mark.len() <= 32, "{}", row.name);
            put(&mut bytes, usize::try_from(*at).expect("small"), mark);
        }
        assert_eq!(name(&bytes).as_deref(), Some(row.name));
        for (at, _) in row.marks {
            let at = usize::try_from(*at).expect("small");
            bytes[at] ^= 0x80;
            assert_ne!(name(&bytes).as_deref(), Some(row.name));
            bytes[at] ^= 0x80;
        }
    }
    assert_eq!(name(&nothing(70_000)), None);
}

/// A mark far from the start, in a file that takes no room.
fn far(row: &Row) {
    let file = tempfile::tempfile().expect("a file");
    for (at, mark) in row.marks {
        file.write_all_at(mark, *at).expect("room");
    }
    let file = File::new(file).expect("a regular file");
    assert_eq!(foreign(&file).expect("a file").map(|found| found.name).as_deref(), Some(row.name));
}

#[test]
fn trailers_are_known_where_the_source_has_an_end() {
    for row in containers::TRAILERS {
        let mut bytes = nothing(100_000);
        let (behind, mark) = row.marks[0];
        let at = bytes.len() - usize::try_from(behind).expect("small");
        put(&mut bytes, at, mark);
        assert_eq!(name(&bytes).as_deref(), Some(row.name));
        bytes.push(0);
        assert_eq!(name(&bytes), None, "{}", row.name);
    }
    assert_eq!(name(b"\xfe"), None);
}

#[test]
fn what_a_chd_holds_is_told_by_its_first_metadata() {
    for (version, field, tag, want) in [
        (5, 48, b"CHT2", "a CHD image of a CD"),
        (5, 48, b"DVD ", "a CHD image of a DVD"),
        (5, 48, b"GDDD", "a CHD image of a hard disk"),
        (5, 48, b"CHGD", "a CHD image of a GD-ROM"),
        (4, 36, b"CHTR", "a CHD image of a CD"),
        (4, 36, b"GDDD", "a CHD image of a hard disk"),
    ] {
        let mut bytes = nothing(300);
        put(&mut bytes, 0, b"MComprHD");
        put(&mut bytes, 8, &[0, 0, 0, 124, 0, 0, 0, version]);
        put(&mut bytes, field, &200_u64.to_be_bytes());
        put(&mut bytes, 200, tag);
        assert_eq!(name(&bytes).as_deref(), Some(want));
    }
    assert_eq!(name(b"MComprHD").as_deref(), Some("a CHD image of a CD"));
}

#[test]
fn raw_sectors_are_measured() {
    let sync = b"\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\x02\0";
    for (size, want) in [
        (2352, "raw CD sectors of 2352 bytes (mode 1)"),
        (2448, "raw CD sectors of 2448 bytes (mode 1)"),
        (2500, "raw CD sectors (mode 1)"),
    ] {
        let mut bytes = nothing(3000);
        for at in [0, size] {
            put(&mut bytes, at, sync);
            bytes[at + 15] = 1;
        }
        assert_eq!(name(&bytes).as_deref(), Some(want));
    }
}

#[test]
fn a_boot_record_with_a_table_is_a_disk_and_a_leftover_behind_it_is_not_said() {
    let mut bytes = nothing(70_000);
    put(&mut bytes, 4086, b"SWAPSPACE2");
    assert_eq!(name(&bytes).as_deref(), Some("Linux swap space"));
    put(&mut bytes, 446, &[0; 64]);
    bytes[450] = 0x83;
    put(&mut bytes, 510, b"\x55\xaa");
    assert_eq!(name(&bytes).as_deref(), Some("a disk with partitions (MBR)"));
    // Status bytes are 0 or 0x80.
    bytes[446] = 1;
    assert_eq!(name(&bytes).as_deref(), Some("Linux swap space"));
}

#[test]
fn texts_are_told_apart() {
    for (text, want) in [
        (&b"hello\n"[..], "a text file"),
        ("größe\r\n".as_bytes(), "a text file"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html>", "an HTML page"),
        (b"<HTML><head>", "an HTML page"),
        (b"<?xml version='1.0'?>", "an XML file"),
        (b"#!/bin/sh\n", "a script"),
        (b"", "empty"),
        (&[0; 100], "only zero bytes"),
        (&[0; 70_000], "only zero bytes up to byte 0x10000"),
        // A character that is cut by the end.
        (b"hello \xc3", "a text file"),
    ] {
        assert_eq!(name(text).as_deref(), Some(want), "{text:?}");
    }
    assert_eq!(name(b"hello\0"), None);
    assert_eq!(name(b"gr\xf6\xdfe"), None);
}

fn sheet(text: &str) -> (String, Option<Advice>) {
    let found = foreign(&Memory(text)).expect("memory").expect("a sheet");
    assert_eq!(found.class, Class::Container);
    (found.name.into_owned(), found.advice)
}

#[test]
fn sheets_name_the_file_of_the_first_data_track() {
    let command = |template, data: &str| Some(Advice::Command { template, data: Some(data.into()) });
    let instead = |data: &str| Some(Advice::Instead(data.into()));
    for (text, name, advice) in [
        (
            "FILE \"a b.bin\" BINARY\n TRACK 01 MODE1/2352\n  INDEX 01 00:00:00\n",
            "a cue sheet whose data are in a b.bin (MODE1/2352)",
            command("bchunk {data} {} {stem}", "a b.bin"),
        ),
        (
            "REM made\r\nfile x.iso binary\r\ntrack 1 mode1/2048\r\n",
            "a cue sheet whose data are in x.iso (MODE1/2048)",
            instead("x.iso"),
        ),
        (
            "FILE \"1.wav\" WAVE\nTRACK 01 AUDIO\nFILE \"2.bin\" BINARY\nTRACK 02 MODE2/2352\n",
            "a cue sheet whose data are in 2.bin (MODE2/2352)",
            command("bchunk {data} {} {stem}", "2.bin"),
        ),
        ("FILE \"1.wav\" WAVE\nTRACK 01 AUDIO\n", "a cue sheet of audio tracks", None),
        (
            "// made\nCATALOG \"0\"\nCD_ROM\n\nTRACK MODE1\nDATAFILE \"x.bin\" // length\n",
            "a table of contents of cdrdao whose data are in x.bin (MODE1)",
            instead("x.bin"),
        ),
        (
            "CD_ROM_XA\nTRACK MODE2_RAW\nDATAFILE \"x.bin\"\n",
            "a table of contents of cdrdao whose data are in x.bin (MODE2_RAW)",
            command("iat {data} {stem}.iso", "x.bin"),
        ),
        (
            "3\n1 0 4 2352 track01.bin 0\n2 756 0 2352 track02.raw 0\n3 45000 4 2352 \"track 03.bin\" 0\n",
            "a description of a GD-ROM, whose last data track, track 03.bin, begins at sector 45000",
            command("iat {data} {stem}.iso", "track 03.bin"),
        ),
    ] {
        assert_eq!(sheet(text), (name.to_owned(), advice), "{text}");
    }
    // Neither a sheet nor a name that a terminal would obey.
    assert_eq!(name(b"FILE upload\n"), Some("a text file".into()));
    assert_eq!(name(b"FILE \"\x1b[2J\" BINARY\nTRACK 01 MODE1/2352\n"), Some("a text file".into()));
    assert_eq!(name(b"3\n1 0 4 2352 a 0\n"), Some("a text file".into()));
}

#[test]
fn programs_of_windows_have_two_marks() {
    let mut bytes = nothing(300);
    put(&mut bytes, 0, b"MZ");
    put(&mut bytes, 60, &128_u32.to_le_bytes());
    assert_eq!(name(&bytes), None);
    put(&mut bytes, 128, b"PE\0\0");
    assert_eq!(name(&bytes).as_deref(), Some("a PE program (Windows or UEFI)"));
}
