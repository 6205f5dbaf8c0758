//! What boots, as xorriso, sfdisk and we see it.

use crate::image::{isols, made, place};
use isokit_tests::{corpus, output, peer};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What `isols --boot --json` says of `image`; `None` when that is no image.
fn report(image: &Path) -> Option<Value> {
    let result = isols().args(["--boot", "--json"]).arg(image).output().expect("isols runs");
    if result.status.code() == Some(2) {
        return None;
    }
    Some(serde_json::from_slice(&result.stdout).expect("one object"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a number"))
}

/// Number, bootable, load segment, sector count, offset.
type Image = (u64, bool, u64, u64, u64);

fn our_images(report: &Value) -> Vec<Image> {
    let images = report["el_torito"]["images"].as_array().cloned().unwrap_or_default();
    let image = |image: &Value| {
        (
            number(&image["number"]),
            image["bootable"] == true,
            number(&image["load_segment"]),
            number(&image["sector_count"]),
            number(&image["offset"]),
        )
    };
    images.iter().map(image).collect()
}

/// The lines `El Torito boot img :   1  BIOS  y   none  0x0000  0x00      4          34` of xorriso.
fn their_images(image: &Path) -> Option<Vec<Image>> {
    let mut xorriso = peer("xorriso")?;
    let result = output(xorriso.arg("-indev").arg(image).args(["-report_el_torito", "plain"]));
    let text = String::from_utf8_lossy(&result.stdout).into_owned();
    let decimal = |word: &str| word.parse::<u64>().expect("a number");
    let lines = text.lines().filter_map(|line| line.strip_prefix("El Torito boot img :"));
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [n, _, bootable, _, segment, _, count, lba] = words[..] else { panic!("eight words: {line}") };
        let segment = u64::from_str_radix(segment.trim_start_matches("0x"), 16).expect("a segment");
        (decimal(n), bootable == "y", segment, decimal(count), decimal(lba) * 2048)
    };
    Some(lines.map(line).collect())
}

/// Every image of the corpus with one of these endings.
fn images(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|ending| ending == "iso" || ending == "img") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn boot_images_of_the_corpus_are_those_that_xorriso_sees() {
    let Some(folder) = corpus() else { return };
    let mut compared = 0;
    for image in images(&folder) {
        let Some(ours) = report(&image).map(|report| our_images(&report)) else { continue };
        if ours.is_empty() {
            continue;
        }
        let Some(theirs) = their_images(&image) else { return };
        assert_eq!(ours, theirs, "{}", image.display());
        compared += 1;
    }
    assert!(compared >= 15, "only {compared} images boot");
}

/// Number, offset, length.
type Place = (u64, u64, u64);

fn their_partitions(image: &Path) -> Option<(String, Vec<Place>)> {
    let result = output(peer("sfdisk")?.arg("--json").arg(image));
    let Ok(all) = serde_json::from_slice::<Value>(&result.stdout) else { return Some(Default::default()) };
    let table = &all["partitiontable"];
    let scheme = match table["label"].as_str() {
        Some("dos") => "mbr",
        Some("gpt") => "gpt",
        // Labels of SGI and SUN, which the system area report names and no more.
        _ => return Some(Default::default()),
    };
    let sector = table["sectorsize"].as_u64().unwrap_or(512);
    let device = table["device"].as_str().unwrap_or_default();
    let mut places = Vec::new();
    for partition in table["partitions"].as_array().cloned().unwrap_or_default() {
        let node = partition["node"].as_str().and_then(|node| node.strip_prefix(device)).expect("its device");
        let digits: String = node.chars().filter(char::is_ascii_digit).collect();
        let (start, size) = (number(&partition["start"]), number(&partition["size"]));
        places.push((digits.parse().expect("a number"), start * sector, size * sector));
    }
    Some((scheme.to_owned(), places))
}

fn our_partitions(report: &Value, scheme: &str) -> Vec<Place> {
    let tables = report["tables"].as_array().cloned().unwrap_or_default();
    let table = tables.into_iter().find(|table| table["scheme"] == scheme).unwrap_or_default();
    let partitions = table["partitions"].as_array().cloned().unwrap_or_default();
    let place = |partition: &Value| {
        (number(&partition["number"]), number(&partition["offset"]), number(&partition["length"]))
    };
    partitions.iter().map(place).collect()
}

/// sfdisk takes any sector that ends in 55 AA for a table; a boot sector of a file system gives it partitions without
/// length, or far beyond the end of the image.
fn is_no_table(places: &[Place], size: u64) -> bool {
    places.iter().any(|(_, _, length)| *length == 0) || places.iter().all(|(_, offset, _)| *offset >= size)
}

#[test]
fn partitions_of_the_corpus_are_those_that_sfdisk_sees() {
    let Some(folder) = corpus() else { return };
    let mut compared = 0;
    for image in images(&folder) {
        let Some((scheme, mut theirs)) = their_partitions(&image) else { return };
        let size = fs::metadata(&image).expect("a file").len();
        if theirs.is_empty() || is_no_table(&theirs, size) {
            continue;
        }
        let report = report(&image).unwrap_or_default();
        let mut ours = our_partitions(&report, &scheme);
        theirs.sort_unstable();
        ours.sort_unstable();
        if report["tables"][0]["protective"] == true && scheme == "mbr" {
            // It shows a protective entry cut to the size of the image.
            for place in ours.iter_mut().chain(&mut theirs) {
                place.2 = place.2.min(size - place.1);
            }
        }
        assert_eq!(ours, theirs, "{}", image.display());
        compared += 1;
    }
    assert!(compared >= 15, "only {compared} images have partitions");
}

#[test]
fn a_hybrid_image_shows_all_its_tables_and_both_boot_images() {
    let image = place();
    let boot = [0x90_u8; 6000];
    let mut efi = vec![0_u8; 1_474_560];
    efi[..3].copy_from_slice(&[0xeb, 0x3c, 0x90]);
    efi[11..14].copy_from_slice(&[0, 2, 1]);
    efi[16] = 2;
    efi[19..21].copy_from_slice(&2880_u16.to_le_bytes());
    fs::write(image.folder().join("tree/boot.bin"), boot).expect("a file");
    fs::write(image.folder().join("efi.img"), efi).expect("a file");
    let appended = image.folder().join("efi.img").display().to_string();
    let options = ["-append_partition", "2", "0xef", &appended, "-appended_part_as_gpt", "-c", "boot.cat"]
        .into_iter()
        .chain(["-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table"])
        .chain(["-eltorito-id", "MAKER", "-eltorito-selcrit", "0102"])
        .chain(["-eltorito-alt-boot", "-e", "--interval:appended_partition_2:all::", "-no-emul-boot"])
        .collect::<Vec<_>>();
    let Some(image) = made(image, &options) else { return };
    let report = report(&image.path()).expect("an image");
    assert_eq!(Some(our_images(&report)), their_images(&image.path()));
    let images = &report["el_torito"]["images"];
    assert_eq!(images[0]["path"], "/boot.bin");
    assert_eq!((&images[0]["length"], &images[0]["boot_info_table"]), (&6000.into(), &true.into()));
    assert_eq!((&images[0]["id"], &images[0]["criteria_hex"]), (&"MAKER".into(), &"02".into()));
    assert_eq!((&images[1]["length"], &images[1]["length_from"]), (&1_474_560.into(), &"partition".into()));
    assert_eq!(report["tables"][1]["partitions"][1]["meaning"], "EFI system");

    let text = image.listed(&["--boot"], &[]);
    for part in [
        "mbr: ",
        "gpt: id ",
        "el torito: catalog at byte ",
        "  image 1: boot-info-table, selection criteria 1 02\n",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn a_disk_without_a_volume_has_a_boot_report_too() {
    let image = place();
    let mut disk = vec![0_u8; 1 << 20];
    disk[446 + 4] = 0x83;
    disk[446 + 8] = 1;
    disk[446 + 12] = 9;
    disk[510..512].copy_from_slice(&[0x55, 0xaa]);
    fs::write(image.path(), disk).expect("a file");
    assert_eq!(
        image.listed(&["--boot"], &[]),
        "system area: no boot code\n\n\
         mbr: id 00000000, blocks of 512 bytes\n  \
         N  OFFSET  LENGTH  TYPE\n  \
         1     512    4608  0x83 Linux\n\n\
         el torito: none\n"
    );
}

#[test]
fn a_boot_record_that_leads_nowhere_is_a_failure_and_the_rest_is_told() {
    let image = place();
    fs::write(image.folder().join("tree/boot.bin"), [0_u8; 2048]).expect("a file");
    let Some(image) = made(image, &["-b", "boot.bin", "-c", "boot.cat", "-no-emul-boot"]) else { return };
    let mut bytes = image.bytes();
    bytes[0x8800 + 71] = 0;
    fs::write(image.path(), bytes).expect("a file");
    let assert = isols().arg("--boot").arg(image.path()).assert().code(1);
    let printed = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(printed.ends_with("el torito: none\n"), "{printed}");
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("boot catalog validation entry: header is"), "{stderr}");
}
