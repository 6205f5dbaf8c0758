//! `--check`: images that xorriso made have no fault; of each field that is changed in one, exactly one is told.

use crate::image::{Image, isols, made, place};
use isokit_tests::{output, peer};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Bytes of the boot image for BIOS.
const BIOS_LENGTH: usize = 6000;

/// A diskette with EFI/BOOT/BOOTX64.EFI, at `name` in the folder of `image`; `None` without mtools.
fn efi_image(image: &Image, name: &str) -> Option<()> {
    peer("mcopy")?;
    let script = format!(
        "set -e; printf 'MZ%0600d' 0 > loader; mformat -C -i {name} -f 1440 ::
         mmd -i {name} ::/EFI ::/EFI/BOOT; mcopy -i {name} loader ::/EFI/BOOT/BOOTX64.EFI"
    );
    let made = isokit_tests::shell(image.folder(), &script);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(())
}

/// An image that boots by BIOS and UEFI, both boot images being files of it; `further` options stand behind those.
fn bootable(options: &[&str], further: &[&str]) -> Option<Image> {
    let image = place();
    fs::write(image.folder().join("tree/boot.bin"), [0x90; BIOS_LENGTH]).expect("a file");
    efi_image(&image, "tree/efi.img")?;
    let boot =
        ["-c", "boot.cat", "-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table"];
    let efi = ["-eltorito-alt-boot", "-e", "efi.img", "-no-emul-boot"];
    made(image, &[options, &boot, &efi, further].concat())
}

/// What `isols --check --json` tells of `bytes`, and its status.
fn faults(bytes: &[u8]) -> (Vec<Value>, i32) {
    let result = isols().args(["--check", "--json"]).write_stdin(bytes).output().expect("isols runs");
    assert_eq!(String::from_utf8_lossy(&result.stderr), "");
    let lines = result.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let all = lines.map(|line| serde_json::from_slice(line).expect("an object a line")).collect();
    (all, result.status.code().expect("it ends"))
}

/// Where what is changed lies.
struct Places {
    catalog: usize,
    bios: usize,
    efi: usize,
}

impl Places {
    fn of(image: &Image) -> Self {
        let report: Value =
            serde_json::from_str(&image.listed(&["--boot", "--json"], &[])).expect("one object");
        let torito = &report["el_torito"];
        let place = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("it is small");
        let images = &torito["images"];
        Self {
            catalog: place(&torito["offset"]),
            bios: place(&images[0]["offset"]),
            efi: place(&images[1]["offset"]),
        }
    }
}

/// Where `what` is for the first time at byte `from` or behind.
fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    bytes[from..].windows(what.len()).position(|window| window == what).expect("it is there") + from
}

/// What is changed, by its offset from a structure; the kind and the offset of the fault that follows, and what is told of it.
type Change<'a> = (usize, &'a [u8], &'static str, usize, &'a str);

/// That each of the `changes`, by itself, to `bytes` at `base` is told, and nothing else.
#[track_caller]
fn assert_told(bytes: &[u8], base: usize, changes: &[Change<'_>]) {
    for (at, new, kind, place, sentence) in changes {
        let mut changed = bytes.to_vec();
        changed[base + at..][..new.len()].copy_from_slice(new);
        let (all, status) = faults(&changed);
        let [fault] = &all[..] else { panic!("{new:02x?} at {at:#x}: {all:#?}") };
        let text = |member: &str| fault[member].as_str().expect("a string").to_owned();
        assert_eq!(format!("{}; {}", text("deviation"), text("consequence")), *sentence);
        assert_eq!((status, text("kind").as_str(), &fault["offset"]), (1, *kind, &Value::from(base + place)));
    }
}

#[test]
fn an_image_of_xorriso_has_no_fault() {
    for options in [&[][..], &["-J"], &["-partition_offset", "16"]] {
        let Some(image) = bootable(options, &[]) else { return };
        isols().arg("--check").arg(image.path()).assert().success().stdout("").stderr("");
        assert_eq!(faults(&image.bytes()), (Vec::new(), 0), "from a pipe");
    }
}

/// The validation entry is at 0, the initial entry at 32, the header of the section for EFI at 64 and its entry at 96.
const CATALOG: &[Change<'_>] = &[
    (
        28,
        &[1, 2],
        "deviation",
        0,
        "checksum is 0x201, computed 0x55aa; UEFI firmware made from EDK II ignores the catalog",
    ),
    (
        30,
        &[0],
        "boot-catalog",
        30,
        "key is \"\\x00\\xaa\", expected \"U\\xaa\"; BIOS and UEFI firmware find nothing to boot",
    ),
    (
        32,
        &[0],
        "boot-entry",
        32,
        "is not marked bootable; BIOS firmware looks at the first entry only and boots nothing",
    ),
    (33, &[7], "boot-entry", 33, "boot media type is 7, expected 0 to 4; firmware cannot boot it"),
    (
        33,
        &[2],
        "load-size",
        33,
        "a diskette of 1474560 bytes is emulated, but the file has 6000; what BIOS firmware shows at its end is \
      not of the file",
    ),
    (
        38,
        &[0, 0],
        "load-size",
        38,
        "sector count is 0, expected at least 1; BIOS firmware loads nothing and runs what is in memory",
    ),
    (
        38,
        &[13, 0],
        "load-size",
        38,
        "sector count is 13, expected at most 12; BIOS firmware loads what lies behind the file as well",
    ),
    (
        38,
        &[0, 8],
        "load-size",
        38,
        "sector count is 2048, expected at most 1218; BIOS firmware cannot load so much below the video memory",
    ),
    (
        40,
        &[0, 0, 0, 1],
        "load-address",
        40,
        "load RBA is 16777216, expected less than 907; firmware reads nothing or something else",
    ),
    (
        40,
        &[17],
        "load-address",
        40,
        "load RBA is 17, where a volume descriptor lies; firmware reads nothing or something else",
    ),
    (
        64,
        &[0x90],
        "deviation",
        128,
        "missing; the catalog ends here; firmware may not find the entries from here on",
    ),
    (
        65,
        &[3],
        "boot-entry",
        96,
        "its platform is 0x3, expected 0, 1, 2 or 0xef; no firmware is known to boot it",
    ),
    (
        66,
        &[2],
        "deviation",
        128,
        "empty; the section ends here; firmware may not find the entries from here on",
    ),
    (
        102,
        &[4, 0],
        "load-size",
        102,
        "sector count is 4, expected at least 2880; UEFI firmware that observes it sees only the start of the \
      file system",
    ),
];

#[test]
fn every_field_of_the_boot_catalog_is_held_against_what_lies_there() {
    let Some(image) = bootable(&[], &[]) else { return };
    assert_told(&image.bytes(), Places::of(&image).catalog, CATALOG);
}

#[test]
fn a_boot_image_at_the_place_of_something_else_is_told() {
    let Some(image) = bootable(&[], &[]) else { return };
    let (bytes, Places { catalog, .. }) = (image.bytes(), Places::of(&image));
    let root = bytes[0x8000 + 156 + 2];
    for (sector, what) in [
        (u8::try_from(catalog / 2048).expect("it is small"), "the boot catalog itself"),
        (root, "the directory /"),
        (18, "a volume descriptor"),
    ] {
        let sentence =
            format!("load RBA is {sector}, where {what} lies; firmware reads nothing or something else");
        let changed = [&bytes[..catalog + 40], &[sector], &bytes[catalog + 41..]].concat();
        let (all, status) = faults(&changed);
        let [fault] = &all[..] else { panic!("{all:#?}") };
        let text = |member: &str| fault[member].as_str().expect("a string").to_owned();
        assert_eq!(format!("{}; {}", text("deviation"), text("consequence")), sentence);
        assert_eq!((status, text("kind").as_str()), (1, "load-address"));
    }
}

#[test]
fn an_emulated_hard_disk_has_a_table_of_the_type_that_the_entry_has() {
    if ["xorriso", "genisoimage", "sfdisk"].map(peer).iter().any(Option::is_none) {
        return;
    }
    let image = place();
    let script = "set -e; truncate -s 1M tree/disk; cp tree/disk empty; echo '4,,6,*' | sfdisk -q tree/disk
        xorriso -as mkisofs -quiet -o x.iso -c cat -b disk -hard-disk-boot tree
        genisoimage -quiet -o g.iso -c cat -b disk -hard-disk-boot tree
        isomk -q -o i.iso --boot-entry disk,emulation=hard-disk tree";
    let made = isokit_tests::shell(image.folder(), script);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for name in ["x.iso", "g.iso", "i.iso"] {
        let bytes = fs::read(image.folder().join(name)).expect("made");
        assert_eq!(faults(&bytes), (Vec::new(), 0), "{name}");
        fs::write(image.path(), &bytes).expect("a file");
        let report: Value =
            serde_json::from_str(&image.listed(&["--boot", "--json"], &[])).expect("one object");
        let place = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("it is small");
        let disk = place(&report["el_torito"]["images"][0]["offset"]);
        let catalog = place(&report["el_torito"]["offset"]);
        let other = "system type is 0x0c, expected that of the partition, 0x06; BIOS firmware that observes it does not \
                     know the file system of the disk";
        assert_told(&bytes, catalog + 32, &[(4, &[0x0c], "boot-entry", 4, other)]);
        let none = "a hard disk is emulated, but the image has no partition table";
        for gone in [disk + 446..disk + 510, disk + 510..disk + 512] {
            let mut blank = bytes.clone();
            blank[gone].fill(0);
            let (all, status) = faults(&blank);
            let [fault] = &all[..] else { panic!("{all:#?}") };
            assert_eq!(
                (status, &fault["kind"], &fault["deviation"]),
                (1, &"boot-entry".into(), &none.into())
            );
        }
    }
}

/// From the start of the boot image on.
const BOOT_INFO_TABLE: &[Change<'_>] = &[
    (
        8,
        &[30],
        "boot-info-table",
        8,
        "primary volume descriptor is 30, expected 16; loaders look for files in another session",
    ),
    (
        12,
        &[99],
        "boot-info-table",
        12,
        "boot file is 99, expected 34; ISOLINUX and GRUB load other sectors than their own",
    ),
    (
        16,
        &[0x71],
        "boot-info-table",
        16,
        "length is 6001, expected 6000; ISOLINUX and GRUB load too much or too little of themselves",
    ),
    (
        5000,
        &[0x91],
        "boot-info-table",
        20,
        "checksum is 0x60602c0, computed 0x60602c1; ISOLINUX refuses to start",
    ),
    (
        16,
        &[0xef, 0xbe, 0xad, 0xde, 0xef, 0xbe, 0xad, 0xde],
        "boot-info-table",
        8,
        "was not filled in; ISOLINUX cannot find its own sectors",
    ),
];

#[test]
fn a_boot_information_table_of_another_place_or_content_is_told() {
    let Some(image) = bootable(&[], &[]) else { return };
    assert_told(&image.bytes(), Places::of(&image).bios, BOOT_INFO_TABLE);
}

#[test]
fn a_boot_record_that_is_not_the_second_descriptor_is_told() {
    let Some(image) = bootable(&["-J"], &[]) else { return };
    let bytes = image.bytes();
    let (record, joliet) = (&bytes[0x8800..0x9000], &bytes[0x9000..0x9800]);
    let changed = [&bytes[..0x8800], joliet, record, &bytes[0x9800..]].concat();
    let (all, status) = faults(&changed);
    let [fault] = &all[..] else { panic!("{all:#?}") };
    assert_eq!((status, &fault["kind"], &fault["offset"]), (1, &"boot-record".into(), &0x9000.into()));
    assert_eq!(fault["deviation"], "lies at byte 0x9000, expected byte 0x8800");
    assert_eq!(fault["consequence"], "BIOS firmware does not look for it here and boots nothing");
}

#[test]
fn a_boot_information_table_may_name_the_descriptor_of_its_own_session() {
    if peer("xorriso").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // The first session begins at sector 32; at 16 is a copy of its descriptor, then of that of the second session.
    let script = "set -e; mkdir tree; head -c 6000 /dev/urandom > tree/boot.bin
        b='-boot_image any'; xorriso -outdev x -map tree / $b bin_path=/boot.bin $b cat_path=/boot.cat \
            $b boot_info_table=on -close off -commit 2> log; cp x one; xorriso -dev x -mkdir /more -- -commit 2> log";
    let made = isokit_tests::shell(folder.path(), script);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for name in ["one", "x"] {
        assert_eq!(faults(&fs::read(folder.path().join(name)).expect("made")), (Vec::new(), 0), "{name}");
    }
}

/// From the start of the boot image on, as mformat and mcopy lay it out.
const EFI_IMAGE: &[Change<'_>] = &[
    (0, &[0], "efi-image", 0, "is not a FAT volume; UEFI firmware cannot read it and boots nothing from it"),
    (
        19,
        &[0x41],
        "efi-image",
        0,
        "its FAT volume has 1475072 bytes, but the file 1474560; UEFI firmware reads what lies behind it as its \
      end",
    ),
];

#[test]
fn an_efi_image_is_a_fat_volume_with_a_loader() {
    let Some(image) = bootable(&[], &[]) else { return };
    let (bytes, Places { efi, .. }) = (image.bytes(), Places::of(&image));
    assert_told(&bytes, efi, EFI_IMAGE);
    let nothing = "UEFI firmware finds nothing to start";
    for (name, new, deviation) in [
        (&b"EFI        "[..], &b"\xe5"[..], "EFI is missing"),
        (b"BOOT       ", b"TOOB", "EFI/BOOT is missing"),
        (b"BOOTX64 EFI", b"GRUB", "EFI/BOOT/BOOT*.EFI is missing"),
        (b"MZ0000", b"ZM", "EFI/BOOT/BOOT*.EFI is not a program"),
    ] {
        let mut changed = bytes.clone();
        let at = find(&bytes, efi, name);
        changed[at..][..new.len()].copy_from_slice(new);
        let (all, status) = faults(&changed);
        let [fault] = &all[..] else { panic!("{deviation}: {all:#?}") };
        assert_eq!(
            (status, &fault["deviation"], &fault["consequence"]),
            (1, &deviation.into(), &nothing.into())
        );
    }
    // The lower half of the first cluster of the directory EFI.
    let cluster = find(&bytes, efi, b"EFI        ") + 26 - efi;
    let sentence = "cluster is 4095, expected 2 to 2848; UEFI firmware may not find the loader";
    assert_told(&bytes, efi, &[(cluster, &[0xff, 0x0f], "efi-image", 512, sentence)]);
}

#[test]
fn efi_images_of_every_width_are_read_and_a_count_that_was_cut_is_told() {
    if ["mkfs.vfat", "mcopy", "xorriso", "genisoimage"].map(peer).iter().any(Option::is_none) {
        return;
    }
    for (bits, kilobytes) in [(12, 1440), (16, 20_000), (32, 40_000)] {
        let image = place();
        // Directories of several clusters, which do not follow each other, and a loader that has a long name.
        let script = format!(
            "set -e; e=tree/efi.img; mkfs.vfat -C -F {bits} $e {kilobytes}
             printf 'MZ%0600d' 0 > loader; for n in $(seq 40); do mmd -i $e ::/$n; done; mmd -i $e ::/efi ::/efi/boot
             for n in $(seq 60); do mcopy -i $e loader \"::/efi/boot/a long name $n.txt\"; done
             mcopy -i $e loader ::/efi/boot/bootriscv64.efi
             xorriso -as mkisofs -quiet -R -o x.iso -e efi.img -no-emul-boot tree
             genisoimage -quiet -R -o g.iso -c cat -eltorito-alt-boot -e efi.img -no-emul-boot tree"
        );
        let result = isokit_tests::shell(image.folder(), &script);
        assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
        let found = |name: &str| faults(&fs::read(image.folder().join(name)).expect("made"));
        assert_eq!(found("x.iso"), (Vec::new(), 0), "FAT{bits}");
        let (all, status) = found("g.iso");
        if bits < 32 {
            assert_eq!((all, status), (Vec::new(), 0), "FAT{bits}");
            continue;
        }
        // genisoimage keeps the lower 16 bits of 80,000.
        let [fault] = &all[..] else { panic!("{all:#?}") };
        assert_eq!(fault["deviation"], "sector count is 14464, expected 0");
    }
}

/// An image of xorriso with the MBR of ISOLINUX, and with entries for the boot image for EFI in MBR and GPT.
fn hybrid() -> Option<Image> {
    let code = "/usr/lib/ISOLINUX/isohdpfx.bin";
    if !Path::new(code).exists() {
        isokit_tests::skip("ISOLINUX is not installed (cargo xtask peers)");
        return None;
    }
    bootable(&["-isohybrid-mbr", code], &["-isohybrid-gpt-basdat"])
}

/// From the start of the image on. Entries of the MBR are at 446 and 462: one of type 0 over all, one for EFI in it.
const MBR: &[Change<'_>] = &[
    (
        446,
        &[0],
        "active-flag",
        0,
        "no partition is active, but there is boot code; some BIOS firmware does not boot it from a disk or stick",
    ),
    (
        462,
        &[0x80],
        "active-flag",
        0,
        "partitions 1 and 2 are active, expected one; BIOS firmware and boot code may refuse to boot",
    ),
    (
        450,
        &[0x17],
        "partition-overlap",
        462,
        "partition 2 lies within partition 1; UEFI firmware made from EDK II rejects the whole table",
    ),
    (
        460,
        &[1],
        "partition-end",
        446,
        "partition 1 ends at byte 0x2200000, beyond the end of the image, byte 0x200000; operating systems cut the partition or reject it",
    ),
    (
        0x1b0,
        &[0x90],
        "boot-code",
        0,
        "its ISOLINUX code loads byte 0x12000, expected byte 0x11000; BIOS firmware boots it from a disc, but not from a disk or stick",
    ),
    (
        0x1b0,
        &[1, 0],
        "boot-code",
        0,
        "its ISOLINUX code loads byte 0x200, expected byte 0x11000; BIOS firmware boots it from a disc, but not from a disk or stick",
    ),
];

#[test]
fn partitions_are_held_against_the_image_and_each_other() {
    let Some(image) = hybrid() else { return };
    let bytes = image.bytes();
    assert_eq!(faults(&bytes), (Vec::new(), 0));
    assert_told(&bytes, 0, MBR);
    // A third entry guards the GPT, of which EDK II now takes notice.
    let mut guarded = bytes.clone();
    guarded[478 + 4] = 0xee;
    guarded[478 + 8] = 1;
    guarded[478 + 12] = 63;
    let (all, status) = faults(&guarded);
    let told: Vec<&str> = all.iter().filter_map(|fault| fault["consequence"].as_str()).collect();
    let ignored = [
        "UEFI firmware made from EDK II ignores both",
        "UEFI firmware made from EDK II ignores the partition",
    ];
    assert_eq!((status, &told[..]), (1, &ignored[..]), "{all:#?}");
}

#[test]
fn a_status_that_is_none_undoes_the_table() {
    let image = place();
    fs::write(image.folder().join("tree/file"), "1").expect("a file");
    let Some(image) = made(image, &["--protective-msdos-label"]) else {
        return;
    };
    let (bytes, entry) = (image.bytes(), 446);
    assert_eq!(faults(&bytes), (Vec::new(), 0));
    for status in [0x42, 0x01, 0xff] {
        let sentence = format!(
            "status of partition 1 is {status:#04x}, expected 0 or 0x80; operating systems and firmware do not take it as a \
             partition table"
        );
        let change: Change<'_> = (0, &[status], "partition-table", 0, &sentence);
        assert_told(&bytes, entry, &[change]);
    }
    // What a boot sector of another kind has there leads beyond the image.
    let mut code = bytes.clone();
    code[446..510].fill(0xeb);
    assert_eq!(faults(&code), (Vec::new(), 0));
}

#[test]
fn a_gpt_without_a_master_boot_record_is_told_whatever_is_in_it() {
    let Some(image) = hybrid() else { return };
    let mut bytes = image.bytes();
    bytes[446..512].fill(0);
    let (all, status) = faults(&bytes);
    let [fault] = &all[..] else { panic!("{all:#?}") };
    assert_eq!((status, &fault["kind"]), (1, &"partition-table".into()));
    assert_eq!(fault["deviation"], "no entry of type 0xee from block 1 on guards the GPT");
}

#[test]
fn a_gpt_is_guarded_and_its_copies_agree() {
    if peer("sgdisk").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let sgdisk = "sgdisk -a 1 -n 1:40:2000 -t 1:ef00 -n 2:2001:4000 -t 2:8300 -n 3:4001:5000";
    let told = |recipe: &str| -> Vec<(String, String)> {
        let script = format!("set -e; rm -f d; truncate -s 4M d; {sgdisk} d > log; {recipe}");
        let result = isokit_tests::shell(folder.path(), &script);
        assert!(result.status.success(), "{recipe}: {}", String::from_utf8_lossy(&result.stderr));
        let (all, status) = faults(&fs::read(folder.path().join("d")).expect("made"));
        assert_eq!(status, i32::from(!all.is_empty()), "{recipe}");
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        all.iter().map(|fault| (text(&fault["kind"]), text(&fault["deviation"]))).collect()
    };
    assert_eq!(told("true"), []);
    let fault = |kind: &str, deviation: &str| (kind.to_owned(), deviation.to_owned());
    let guards = fault("partition-table", "partition 1 guards 4193792 bytes, expected 5242368");
    let place = "the backup lies at byte 0x3ffe00, not in the last block of the image, 0x4ffe00";
    assert_eq!(told("truncate -s 5M d"), [guards, fault("deviation", place)]);
    let unguarded =
        "no entry of type 0xee from block 1 on guards the GPT, which has the EFI system partition";
    assert_eq!(
        told("dd if=/dev/zero of=d bs=512 count=1 conv=notrunc"),
        [fault("partition-table", unguarded)]
    );
    let same = "A0000000-0000-4000-8000-000000000001";
    let twins = format!("partitions 1 and 3 have the GUID {same}");
    assert_eq!(told(&format!("sgdisk -u 1:{same} -u 3:{same} d > log")), [fault("gpt", &twins)]);
    // The first copy of one disk and the second one of another.
    let copy = format!(
        "sgdisk -U {same} d > log; cp d e; sgdisk -U R -c 1:name e > log; dd if=e of=d bs=512 count=34 conv=notrunc"
    );
    let all = told(&copy);
    let [guid, sum] = &all[..] else { panic!("{all:#?}") };
    assert!(guid.1.starts_with(&format!("disk GUID of the backup is {same}, expected ")), "{guid:?}");
    assert!(sum.1.starts_with("checksum of the entries of the backup is 0x"), "{sum:?}");
}

#[test]
fn system_partitions_around_a_volume_have_a_loader() {
    let image = place();
    let path = image.folder().join("efi.img");
    fs::write(image.folder().join("tree/file"), "1").expect("a file");
    if efi_image(&image, "efi.img").is_none() {
        return;
    }
    let appended = path.display().to_string();
    let options = ["-append_partition", "2", "0xef", &appended];
    let Some(image) = made(image, &options) else { return };
    assert_eq!(faults(&image.bytes()), (Vec::new(), 0));
    fs::write(path, vec![0; 1 << 20]).expect("a file");
    let Some(image) = made(image, &options) else { return };
    let (all, status) = faults(&image.bytes());
    let [fault] = &all[..] else { panic!("{all:#?}") };
    assert_eq!((status, &fault["structure"]), (1, &"EFI system partition".into()));
    assert_eq!(fault["deviation"], "is not a FAT volume");
}

/// Kind, deviation and path of each fault.
fn told(bytes: &[u8]) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let members = |fault: &Value| [text(&fault["kind"]), text(&fault["deviation"]), text(&fault["path"])];
    faults(bytes).0.iter().map(members).collect()
}

#[test]
fn what_a_tree_lacks_and_what_differs_in_it_is_told() {
    let image = place();
    let script =
        "cd tree; mkdir -p a/b empty full 'an empty one of a long name'; : > full/nothing; echo 1 > a/b/file
        ln -s a/b/file link; mkfifo fifo; for n in $(seq 40); do echo $n > a/$n; done; echo q > 'a/a*b:c?d;e'
        echo x > 'a/a name of more than sixty-four characters, which Joliet records cut, and others, too'";
    assert!(isokit_tests::shell(image.folder(), script).status.success());
    let Some(image) = made(image, &["-J"]) else { return };
    assert_eq!(told(&image.bytes()), [[""; 3]; 0], "Joliet has other names for the same");
    let hide = ["-J", "-hide-joliet", "empty", "-hide-joliet", "nothing", "-hide-joliet", "file"];
    let Some(image) = made(image, &hide) else { return };
    let is_in = |more: &str| format!("is in the rr tree{more}, but not in the joliet tree");
    let lacks = |path: &str, more: &str| ["tree-difference".to_owned(), is_in(more), path.to_owned()];
    let want = [lacks("/a/b/file", ""), lacks("/empty", ""), lacks("/full/nothing", "")];
    assert_eq!(told(&image.bytes()), want);
    let Some(image) = made(image, &["-J", "-hide-joliet", "a"]) else { return };
    assert_eq!(told(&image.bytes()), [lacks("/a", ", with all in it")]);
    let Some(image) = made(image, &["-J", "-hide-joliet", "[0-9]*"]) else { return };
    let all = told(&image.bytes());
    let [.., last] = &all[..] else { panic!("nothing is told") };
    assert_eq!((all.len(), &*last[1]), (16, "it and 24 more are in the rr tree, but not in the joliet tree"));
}

#[test]
fn one_name_of_two_contents_is_told() {
    let image = place();
    fs::write(image.folder().join("tree/name"), [1; 5000]).expect("a file");
    fs::write(image.folder().join("tree/other"), [2; 5000]).expect("a file");
    let Some(image) = made(image, &["-J"]) else { return };
    let bytes = image.bytes();
    // In Joliet, the record of the file begins 33 bytes before its name (ECMA-119 9.1).
    let record = find(&bytes, 0, b"\0n\0a\0m\0e") - 33;
    let other = find(&bytes, 0, b"\0o\0t\0h\0e\0r") - 33;
    let mut longer = bytes.clone();
    longer[record + 10] = 0x89;
    longer[record + 17] = 0x89;
    let fault = |deviation: &str| ["tree-contents", deviation, "/name"].map(str::to_owned);
    assert_eq!(told(&longer), [fault("in the joliet tree, it has 5001 bytes, not 5000")]);
    let mut elsewhere = bytes.clone();
    elsewhere.copy_within(other + 2..other + 10, record + 2);
    assert_eq!(told(&elsewhere), [fault("in the joliet tree, it has other contents of the same 5000 bytes")]);
}

#[test]
fn a_bridge_of_which_one_tree_has_only_a_note_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "set -e; mkdir -p tree/sources; echo 1 > tree/readme; echo 2 > tree/sources/boot
        isomk -q --udf -o whole.iso tree
        isomk -q --udf --hide sources --hide-joliet sources -o note.iso tree";
    let made = isokit_tests::shell(folder.path(), script);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let all = |name: &str| told(&fs::read(folder.path().join(name)).expect("made"));
    assert_eq!(all("whole.iso"), [[""; 3]; 0]);
    let lacks = |tree: &str| {
        let deviation = format!("is in the udf tree, with all in it, but not in the {tree} tree");
        ["tree-difference".to_owned(), deviation, "/sources".to_owned()]
    };
    assert_eq!(all("note.iso"), [lacks("rr"), lacks("joliet")]);
}

#[test]
fn a_fault_is_one_line_and_names_the_file() {
    let Some(image) = bootable(&[], &[]) else { return };
    let (mut bytes, Places { catalog, .. }) = (image.bytes(), Places::of(&image));
    bytes[catalog + 32 + 6] = 0;
    fs::write(image.path(), bytes).expect("a file");
    let result =
        output(std::process::Command::new(env!("CARGO_BIN_EXE_isols")).arg("--check").arg(image.path()));
    let at = catalog + 32 + 6;
    assert_eq!(
        String::from_utf8_lossy(&result.stdout),
        format!(
            "byte {at:#x} (sector {}): boot catalog entry: sector count is 0, expected at least 1 (/boot.bin); BIOS \
             firmware loads nothing and runs what is in memory\n",
            at / 2048
        )
    );
    assert_eq!((result.status.code(), result.stderr), (Some(1), Vec::new()));
}

#[test]
fn an_image_that_is_cut_off_or_damaged_has_faults() {
    let Some(image) = bootable(&[], &[]) else { return };
    let bytes = image.bytes();
    let (all, status) = faults(&bytes[..bytes.len() - (600 << 10)]);
    assert_eq!((status, all[0]["kind"].as_str()), (1, Some("truncation")), "{all:#?}");
    let mut changed = bytes.clone();
    // The length of the second record of the root directory (ECMA-119 8.4.18 and 9.1.1).
    let root = usize::from(bytes[0x8000 + 156 + 2]) * 2048;
    changed[root + usize::from(bytes[root])] = 3;
    let (all, status) = faults(&changed);
    assert_eq!(status, 1, "{all:#?}");
    assert!(all.iter().any(|fault| fault["kind"] == "damage"), "{all:#?}");
}
