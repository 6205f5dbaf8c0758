//! High Sierra, which no program writes any more: a plain ISO 9660 image with its fields put where High Sierra has them is
//! read as Linux reads it, and as the image that it was made of.

use isokit_tests::{kernel, shell};
use std::path::Path;

const SECTOR: usize = 2048;

fn number(bytes: &[u8], at: usize) -> usize {
    let field = bytes[at..at + 4].try_into().expect("four bytes");
    usize::try_from(u32::from_le_bytes(field)).expect("a small number")
}

/// `image`, of ISO 9660 in blocks of 2048 bytes without anything in system use fields, as High Sierra.
fn high_sierra(mut image: Vec<u8>) -> Vec<u8> {
    let primary: Vec<u8> = image[16 * SECTOR..17 * SECTOR].to_vec();
    let (root, length) = (number(&primary, 158), number(&primary, 166));
    let table_length = number(&primary, 132);
    let big = u32::from_be_bytes(primary[148..152].try_into().expect("four bytes"));
    let tables = [number(&primary, 140), usize::try_from(big).expect("a small number")];
    let mut descriptor = vec![0; SECTOR];
    descriptor[0..8].copy_from_slice(&[16, 0, 0, 0, 0, 0, 0, 16]);
    descriptor[8] = 1;
    descriptor[9..15].copy_from_slice(b"CDROM\x01");
    descriptor[16..80].copy_from_slice(&primary[8..72]);
    descriptor[88..96].copy_from_slice(&primary[80..88]);
    descriptor[128..148].copy_from_slice(&primary[120..140]);
    descriptor[148..152].copy_from_slice(&primary[140..144]);
    descriptor[164..168].copy_from_slice(&primary[148..152]);
    descriptor[180..214].copy_from_slice(&primary[156..190]);
    descriptor[214..726].copy_from_slice(&primary[190..702]);
    descriptor[726..758].copy_from_slice(&primary[702..734]);
    descriptor[790..806].copy_from_slice(&primary[813..829]);
    descriptor[854] = 1;
    record(&mut descriptor[180..214]);
    image[16 * SECTOR..17 * SECTOR].copy_from_slice(&descriptor);
    let mut end = vec![0; SECTOR];
    end[0..8].copy_from_slice(&[17, 0, 0, 0, 0, 0, 0, 17]);
    end[8..15].copy_from_slice(b"\xffCDROM\x01");
    image[17 * SECTOR..18 * SECTOR].copy_from_slice(&end);
    for table in tables {
        path_table(&mut image[table * SECTOR..][..table_length]);
    }
    let mut pending = vec![(root, length)];
    while let Some((block, length)) = pending.pop() {
        let directory = &mut image[block * SECTOR..][..length];
        let mut at = 0;
        while at < directory.len() {
            let size = usize::from(directory[at]);
            if size == 0 {
                at = (at / SECTOR + 1) * SECTOR;
                continue;
            }
            let found = &mut directory[at..at + size];
            let is_directory = record(found) & 2 != 0;
            if is_directory && found[33] > 1 {
                pending.push((number(found, 2), number(found, 10)));
            }
            at += size;
        }
    }
    image
}

/// Puts the flags of a record in the place of the zone, and returns them.
fn record(record: &mut [u8]) -> u8 {
    let flags = record[25];
    record[24] = flags;
    record[25] = 0;
    flags
}

/// Puts the location of each directory before the length of its name.
fn path_table(mut table: &mut [u8]) {
    while table.first().is_some_and(|length| *length > 0) {
        let length = usize::from(table[0]);
        table[..6].rotate_left(2);
        table[4..6].swap(0, 1);
        table = table.split_at_mut((8 + length).next_multiple_of(2)).1;
    }
}

const TREE: &str =
    "mkdir -p t/d/deep t/e; echo one > t/one.txt; seq 9999 > t/d/numbers.txt; echo x > t/d/deep/inner.txt
    for i in $(seq 100); do echo $i > t/e/file$i.dat; done; mkdir t/empty
    find t -exec touch -d '2001-02-03 04:05:06 UTC' {} +
    isomk --no-rr --no-joliet -V SIERRA -o plain.iso t";

fn made(folder: &Path) {
    let made = shell(folder, TREE);
    assert!(made.status.success(), "{made:?}");
    let plain = std::fs::read(folder.join("plain.iso")).expect("isomk made it");
    std::fs::write(folder.join("sierra.iso"), high_sierra(plain)).expect("room");
}

#[test]
fn it_is_read_as_the_image_it_was_made_of() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    made(folder.path());
    for call in
        ["isols -lR I", "isols -R - < I", "imgsum --files I", "isocat --tar I", "isocat I /D/NUMBERS.TXT"]
    {
        let of = |image: &str| shell(folder.path(), &call.replace('I', image));
        let (found, want) = (of("sierra.iso"), of("plain.iso"));
        assert!(found.status.success() && found.stderr.is_empty(), "{call}: {found:?}");
        assert!(!found.stdout.is_empty() && found.stdout == want.stdout, "{call}");
    }
    let found = shell(
        folder.path(),
        "isols --volume sierra.iso | head -n 2; isols --volume --json sierra.iso | cut -c 1-35",
    );
    assert_eq!(
        String::from_utf8_lossy(&found.stdout),
        "standard        High Sierra\nvolume id       SIERRA\n{\"standard\":\"high-sierra\",\"volume_i\n"
    );
    let cut = shell(folder.path(), "head -c 60000 sierra.iso > cut; isols -R cut > /dev/null");
    assert_eq!(cut.status.code(), Some(1), "{cut:?}");
    let asked = shell(folder.path(), "isols --names rr sierra.iso");
    assert_eq!(asked.status.code(), Some(2), "{asked:?}");
}

#[test]
fn linux_reads_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    made(folder.path());
    let image = folder.path().join("sierra.iso");
    let Some(listings) = kernel::listings(&[(&image, "iso9660+norock")]) else { return };
    let linux = listings[0].as_ref().expect("the kernel mounts it");
    let sums = shell(folder.path(), "imgsum --files sierra.iso").stdout;
    let mut files = 0;
    for line in String::from_utf8_lossy(&sums).lines() {
        let (digest, path) = line.split_once("  ").expect("a line of a list");
        // Linux shows plain names in lower case.
        assert_eq!(linux[&path.to_lowercase()].content, digest, "{path}");
        files += 1;
    }
    assert_eq!((files, linux.len()), (103, 107));
}
