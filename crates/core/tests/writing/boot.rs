//! Boot catalogs, read back byte by byte.

use crate::tree::{Origin, Tree, Witness, add, content, file, image, streamed, tree};
use isokit_core::iso9660::plan::{Boot, BootEntry, Emulation, LoadSize, Options, Selection, plan, platform};
use isokit_core::tree::Kind;
use isokit_core::tree::build::{ContentId, File};

fn booting(entries: Vec<BootEntry>) -> Options {
    Options { boot: Some(Boot { catalog: None, entries }), ..Options::default() }
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn catalog(image: &[u8]) -> &[u8] {
    let record = &image[17 * 2048..18 * 2048];
    assert_eq!(&record[..7], b"\0CD001\x01");
    assert_eq!(&record[7..39], b"EL TORITO SPECIFICATION\0\0\0\0\0\0\0\0\0");
    let at = number(&record[71..75]) * 2048;
    &image[at..at + 2048]
}

fn sector_of(tree: &Tree, options: &Options, content: ContentId) -> usize {
    let at = plan(tree, options).expect("a good plan").content_at(content);
    usize::try_from(at / 2048).expect("small")
}

#[test]
fn sections_are_runs_of_one_platform_and_id() {
    let mut tree = tree();
    let bios = file(&mut tree, "bios.img", &[1; 2048]);
    let efi = file(&mut tree, "efi.img", &[2; 5000]);
    let criteria: Vec<u8> = (1..=60).collect();
    let options = booting(vec![
        BootEntry { id: b"maker".to_vec(), load_segment: 0x7e0, ..BootEntry::new(platform::X86, bios) },
        BootEntry::new(platform::EFI, efi),
        BootEntry {
            selection: Some(Selection { kind: 1, criteria: criteria.clone() }),
            ..BootEntry::new(platform::EFI, efi)
        },
        BootEntry {
            id: b"other".to_vec(),
            bootable: false,
            load_size: LoadSize::Sectors(7),
            ..BootEntry::new(platform::MAC, bios)
        },
    ]);
    let image = image(&tree, &options);
    let catalog = catalog(&image);
    let entries: Vec<&[u8]> = catalog.chunks(32).collect();
    let words = entries[0]
        .chunks(2)
        .fold(0_u16, |sum, word| sum.wrapping_add(u16::from_le_bytes([word[0], word[1]])));
    assert_eq!((words, &entries[0][..9], &entries[0][30..]), (0, &b"\x01\0\0\0maker"[..], &b"\x55\xaa"[..]));
    let bios = u8::try_from(sector_of(&tree, &options, bios)).expect("small");
    let efi = u8::try_from(sector_of(&tree, &options, efi)).expect("small");
    assert_eq!(entries[1][..13], [0x88, 0, 0xe0, 7, 0, 0, 4, 0, bios, 0, 0, 0, 0]);
    assert_eq!(entries[2][..4], [0x90, 0xef, 2, 0]);
    assert_eq!(entries[3][..13], [0x88, 0, 0, 0, 0, 0, 12, 0, efi, 0, 0, 0, 0]);
    assert_eq!(entries[4][..13], [0x88, 0x20, 0, 0, 0, 0, 12, 0, efi, 0, 0, 0, 1]);
    assert_eq!(entries[4][13..], criteria[..19]);
    assert_eq!((&entries[5][..2], &entries[5][2..]), (&[0x44, 0x20][..], &criteria[19..49]));
    assert_eq!((&entries[6][..2], &entries[6][2..13]), (&[0x44, 0][..], &criteria[49..]));
    assert_eq!((&entries[7][..4], &entries[7][4..10]), (&[0x91, 2, 1, 0][..], &b"other\0"[..]));
    assert_eq!(entries[8][..12], [0, 0, 0, 0, 0, 0, 7, 0, bios, 0, 0, 0]);
    assert!(entries[9..].iter().all(|entry| **entry == [0; 32]));
}

#[test]
fn a_count_that_does_not_fit_is_0_and_never_cut() {
    for (size, count) in [(0xffff * 512, 0xffff), (0xffff * 512 + 1, 0), (40 << 20, 0)] {
        let mut tree = tree();
        let efi = content(&mut tree, "efi.img", size, Origin::Missing);
        let options = booting(vec![BootEntry::new(platform::EFI, efi)]);
        let plan = plan(&tree, &options).expect("a good plan");
        let image = streamed(&plan, &Witness::default(), 0);
        assert_eq!(number(&catalog(&image)[32 + 6..32 + 8]), count, "{size} bytes");
    }
}

#[test]
fn emulated_disks_say_what_they_are() {
    let mut tree = tree();
    let mut disk = vec![0; 4096];
    disk[446 + 16..446 + 32].copy_from_slice(&[0x80, 0, 0, 0, 0x0c, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0]);
    disk[446 + 4] = 0x83;
    let disk = file(&mut tree, "disk.img", &disk);
    for (size, media) in [(1_228_800, 1), (1_474_560, 2), (2_949_120, 3)] {
        let floppy = content(&mut tree, &format!("floppy{media}.img"), size, Origin::Missing);
        let options = booting(vec![
            BootEntry { emulation: Emulation::Floppy, ..BootEntry::new(platform::X86, floppy) },
            BootEntry { emulation: Emulation::HardDisk, ..BootEntry::new(platform::X86, disk) },
        ]);
        let plan = plan(&tree, &options).expect("a good plan");
        let image = streamed(&plan, &Witness::default(), 0);
        let catalog = catalog(&image);
        assert_eq!(catalog[32..40], [0x88, media, 0, 0, 0, 0, 1, 0]);
        assert_eq!(catalog[96..104], [0x88, 4, 0, 0, 0x0c, 0, 1, 0]);
    }
    let odd = content(&mut tree, "odd.img", 1_474_561, Origin::Missing);
    let options =
        booting(vec![BootEntry { emulation: Emulation::Floppy, ..BootEntry::new(platform::X86, odd) }]);
    let error = plan(&tree, &options).expect_err("no floppy has that size");
    assert!(
        error.to_string().starts_with("boot image 1: 1474561 bytes are not the size of a floppy disk"),
        "{error}"
    );
}

#[test]
fn boot_images_learn_their_place_in_the_image_only() {
    let mut tree = tree();
    let bytes: Vec<u8> = (0..5001_u32).map(|n| u8::try_from(n % 251).expect("small")).collect();
    let boot = file(&mut tree, "boot.img", &bytes);
    let options = booting(vec![BootEntry {
        boot_info_table: true,
        grub2_boot_info: true,
        ..BootEntry::new(platform::X86, boot)
    }]);
    let plan = plan(&tree, &options).expect("a good plan");
    let witness = Witness { listens: true, ..Witness::default() };
    let image = streamed(&plan, &witness, 1);
    let at = usize::try_from(plan.content_at(boot)).expect("small");
    let written = &image[at..at + bytes.len()];
    let sum = written[64..]
        .chunks(4)
        .fold(0_u32, |sum, word| sum.wrapping_add(u32::try_from(number(word)).expect("four bytes")));
    assert_eq!(number(&written[8..12]), 16);
    assert_eq!(number(&written[12..16]), at / 2048);
    assert_eq!(number(&written[16..20]), bytes.len());
    assert_eq!(number(&written[20..24]), usize::try_from(sum).expect("small"));
    assert_eq!(written[24..64], [0; 40]);
    assert_eq!(number(&written[2548..2556]), at / 512 + 5);
    assert_eq!(
        (&written[..8], &written[64..2548], &written[2556..]),
        (&bytes[..8], &bytes[64..2548], &bytes[2556..])
    );
    assert_eq!(*witness.heard.lock().expect("no thread panicked"), [(boot, written.to_vec())]);
}

#[test]
fn the_catalog_can_be_a_file_of_the_tree() {
    let mut tree = tree();
    let boot = file(&mut tree, "boot.img", &[1; 100]);
    let (_, shown) = add(&mut tree, "boot.cat", &File::new(Kind::File, 0o444, crate::tree::TIME));
    let mut options = booting(vec![BootEntry::new(platform::X86, boot)]);
    options.boot.as_mut().expect("just set").catalog = Some(shown);
    let image = image(&tree, &options);
    let root = number(&image[16 * 2048 + 158..16 * 2048 + 162]) * 2048;
    let name =
        image[root..root + 2048].windows(10).position(|window| window == b"BOOT.CAT;1").expect("a record");
    let record = &image[root + name - 33..];
    let sector = number(&image[17 * 2048 + 71..17 * 2048 + 75]);
    assert_eq!((number(&record[2..6]), number(&record[10..14])), (sector, 2048));
}
