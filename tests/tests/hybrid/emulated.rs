//! Boot images of hard disks: what genisoimage and xorriso refuse is refused, and so is what either refuses.

use super::facts::run;
use isokit_tests::{output, peer, text, tool};
use std::path::Path;
use std::process::{Command, Output};

/// Name, partitions by their entries, whether there is a signature; and of what is refused, the end of the sentence.
type Disk = (&'static str, &'static [(usize, u8)], bool, Option<&'static str>);

const DISKS: [Disk; 7] = [
    ("first", &[(0, 6)], true, None),
    ("third", &[(2, 0x0c)], true, None),
    (
        "none",
        &[],
        false,
        Some("byte 0x1fe: 00 00, expected 55 aa behind a partition table with one partition"),
    ),
    (
        "unsigned",
        &[(0, 6)],
        false,
        Some("byte 0x1fe: 00 00, expected 55 aa behind a partition table with one partition"),
    ),
    ("empty", &[], true, Some("byte 0x1be: a partition table without a partition, expected one")),
    ("two", &[(0, 6), (1, 6)], true, Some("byte 0x1ce: 2 partitions in the partition table, expected one")),
    (
        "four",
        &[(0, 6), (1, 6), (2, 6), (3, 6)],
        true,
        Some("byte 0x1ce: 4 partitions in the partition table, expected one"),
    ),
];

/// The first block of such a disk, and some more.
fn disk((_, partitions, signed, _): &Disk) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 20];
    for (n, kind) in *partitions {
        let at = 446 + 16 * n;
        bytes[at..at + 16].copy_from_slice(&[0x80, 1, 1, 0, *kind, 3, 63, 1, 63, 0, 0, 0, 0xe8, 1, 0, 0]);
    }
    if *signed {
        bytes[510..512].copy_from_slice(&[0x55, 0xaa]);
    }
    bytes
}

fn types(folder: &Path) -> String {
    run(folder, "xorriso -indev made.iso -report_el_torito plain 2> /dev/null | grep 'boot img  *:' || true")
}

/// Runs `program`, after which there is no image of an earlier one.
fn made(folder: &Path, program: &mut Command, arguments: &[&str]) -> Output {
    let _ = std::fs::remove_file(folder.join("made.iso"));
    output(program.args(arguments).current_dir(folder))
}

/// What isomk makes of `name` or says of it, as it was asked for, is what the others do; where they refuse it, `refusal` is said.
fn is_alike(folder: &Path, name: &str, refusal: Option<&str>, shared: &[&str]) {
    let expected = if refusal.is_none() { types(folder) } else { String::new() };
    let entry = format!("{name},emulation=hard-disk");
    let own = ["-q", "--boot-entry", &entry, "--boot-catalog", "cat", "-o", "made.iso", "tree"];
    let path = format!("bin_path={name}");
    let native = ["--as", "xorriso", "-outdev", "made.iso", "-map", "tree", "/"];
    let native =
        [&native[..], &["-boot_image", "any", &path, "-boot_image", "any", "emul_type=hard_disk"]].concat();
    let cases = [
        ("--boot-entry emulation=hard-disk", own.to_vec()),
        ("-hard-disk-boot", [&["--as", "genisoimage"], shared].concat()),
        ("-hard-disk-boot", [&["--as", "xorrisofs"], shared].concat()),
        ("-hard-disk-boot", native),
    ];
    for (option, arguments) in cases {
        let out = made(folder, &mut tool("isomk"), &arguments);
        let said = text(&out.stderr);
        if let Some(sentence) = refusal {
            let expected = format!("isomk: {name}: {sentence}, as {option} requires\n");
            assert_eq!((said.as_str(), out.status.code()), (expected.as_str(), Some(2)), "{arguments:?}");
        } else {
            assert!(out.status.success(), "{arguments:?}: {said}");
            let kind = |told: &str| told.split_whitespace().skip(5).take(3).collect::<Vec<_>>().join(" ");
            assert_eq!(kind(&types(folder)), kind(&expected), "{arguments:?}");
        }
    }
}

#[test]
fn a_hard_disk_has_one_partition() {
    if peer("xorriso").is_none() || peer("genisoimage").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = folder.path();
    std::fs::create_dir(folder.join("tree")).expect("room");
    for disk in &DISKS {
        std::fs::write(folder.join("tree").join(disk.0), self::disk(disk)).expect("room");
    }
    std::fs::write(folder.join("tree/short"), [0; 100]).expect("room");
    let short = "byte 0x64: the end, expected a master boot record of 512 bytes with one partition";
    let disks = DISKS.iter().map(|(name, _, _, refusal)| (*name, *refusal));
    for (name, refusal) in disks.chain([("short", Some(short))]) {
        let shared = ["-quiet", "-R", "-b", name, "-c", "cat", "-hard-disk-boot", "-o", "made.iso", "tree"];
        let theirs = made(folder, &mut Command::new("genisoimage"), &shared).status.success()
            && made(folder, Command::new("xorriso").args(["-as", "mkisofs"]), &shared).status.success();
        assert_eq!(theirs, refusal.is_none(), "{name}");
        is_alike(folder, name, refusal, &shared);
    }
}

/// One that an existing image has is kept, and warned of.
#[test]
fn a_hard_disk_of_an_existing_image_is_kept() {
    if peer("xorriso").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = folder.path();
    std::fs::create_dir(folder.join("tree")).expect("room");
    std::fs::write(folder.join("tree/empty"), disk(&DISKS[4])).expect("room");
    run(folder, "xorriso -as mkisofs -quiet -R -b empty -hard-disk-boot -o base.iso tree 2> /dev/null");
    let out = output(tool("isomk").args(["--base", "base.iso", "-o", "made.iso"]).current_dir(folder));
    let said = text(&out.stderr);
    assert!(
        out.status.success() && said.contains("empty: warning: byte 0x1be: a partition table without"),
        "{said}"
    );
    assert!(types(folder).contains(" hd "));
}
