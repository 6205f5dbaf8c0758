//! Discs that other machines have demands on: DVD-Video, installation media for Windows.

use isokit_tests::{fsck, output, peer, shell, tool};
use isokit_witness::compare::differences;
use isokit_witness::{Tree, disk, sevenzip};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const SECTOR: usize = 2048;

/// An IFO file as far as its places go: sectors, the last sector of the set, where the menu and the titles begin.
fn ifo(magic: &[u8; 12], sectors: usize, [last, menu, titles]: [u32; 3]) -> Vec<u8> {
    let mut bytes = vec![0; sectors * SECTOR];
    bytes[..12].copy_from_slice(magic);
    let own_last = u32::try_from(sectors - 1).expect("small");
    for (at, number) in [(0x0C, last), (0x1C, own_last), (0xC0, menu), (0xC4, titles)] {
        bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
    }
    bytes
}

/// A disc of two sets of titles with gaps between everything; the second BUP is a hard link to its IFO.
fn dvd(tree: &Path) {
    let folder = tree.join("VIDEO_TS");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::create_dir_all(tree.join("AUDIO_TS")).expect("a folder");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file");
    let vob = |sectors: usize, byte: u8| vec![byte; sectors * SECTOR];
    let mut manager = ifo(b"DVDVIDEO-VMG", 4, [23, 8, 1]);
    let titles = [(1_u8, 32_u32), (2, 92)];
    manager[SECTOR + 1] = 2;
    for (n, (set, sector)) in titles.into_iter().enumerate() {
        let at = SECTOR + 8 + 12 * n;
        manager[at + 6] = set;
        manager[at + 8..at + 12].copy_from_slice(&sector.to_be_bytes());
    }
    write("VIDEO_TS.IFO", &manager);
    write("VIDEO_TS.BUP", &manager);
    write("VIDEO_TS.VOB", &vob(10, 1));
    let first = ifo(b"DVDVIDEO-VTS", 5, [53, 6, 12]);
    write("VTS_01_0.IFO", &first);
    write("VTS_01_0.BUP", &first);
    write("VTS_01_0.VOB", &vob(6, 2));
    write("VTS_01_1.VOB", &vob(20, 3));
    write("VTS_01_2.VOB", &vob(13, 4));
    write("VTS_02_0.IFO", &ifo(b"DVDVIDEO-VTS", 3, [12, 0, 3]));
    std::fs::hard_link(folder.join("VTS_02_0.IFO"), folder.join("VTS_02_0.BUP")).expect("a link");
    write("VTS_02_1.VOB", &vob(7, 5));
    std::fs::write(tree.join("A readme before all"), "x").expect("a file");
}

/// First sector of each file, by isoinfo.
fn sectors(image: &Path) -> Option<BTreeMap<String, usize>> {
    let listed = output(peer("isoinfo")?.args(["-l", "-i"]).arg(image));
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let lines = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once('[')?;
        let (place, name) = rest.split_once(']')?;
        let sector = place.split_whitespace().next()?.parse().ok()?;
        Some((name.trim().trim_end_matches(";1").to_owned(), sector))
    });
    Some(lines.collect())
}

#[test]
fn the_files_of_a_dvd_lie_where_its_ifo_files_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = folder.path().join("tree");
    dvd(&tree);
    let image = folder.path().join("dvd.iso");
    let (weights, most) = (folder.path().join("weights"), i32::MAX);
    std::fs::write(&weights, format!("A* {most}\nVTS_02_1.VOB {most}\n")).expect("a file");
    let mut isomk = tool("isomk");
    isomk.args(["--dvd-video", "--dedup", "--sort"]).arg(&weights).arg("-o").arg(&image);
    let made = output(isomk.arg(&tree));
    assert!(made.status.success() && made.stderr.is_empty(), "{made:?}");
    let report = fsck::check(&std::fs::read(&image).expect("isomk made it"));
    assert!(report.problems.is_empty(), "{:#?}", report.problems);
    if let Some(sectors) = sectors(&image) {
        let start = sectors["VIDEO_TS.IFO"];
        for (name, place) in [
            ("VIDEO_TS.VOB", 8),
            ("VIDEO_TS.BUP", 20),
            ("VTS_01_0.IFO", 32),
            ("VTS_01_0.VOB", 38),
            ("VTS_01_1.VOB", 44),
            ("VTS_01_2.VOB", 64),
            ("VTS_01_0.BUP", 81),
            ("VTS_02_0.IFO", 92),
            ("VTS_02_1.VOB", 95),
            ("VTS_02_0.BUP", 102),
        ] {
            assert_eq!(sectors[name] - start, place, "{name}");
        }
        assert!(sectors.iter().all(|(name, sector)| !name.ends_with("ALL") || *sector > start + 102));
    }
    if peer("7zz").is_some() {
        let mut source: Tree = disk::reading(&tree).expect("find is there");
        source.values_mut().for_each(|seen| seen.links.clear());
        let seen = sevenzip::reading(&image).expect("7-Zip reads it");
        let found: Vec<_> =
            differences(&source, &seen).into_iter().filter(|d| d.fact != "fraction").collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn a_dvd_whose_files_do_not_fit_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = folder.path().join("tree");
    dvd(&tree);
    let refused = |why: &str| {
        let made = output(tool("isomk").args(["-q", "--dvd-video", "--print-size"]).arg(&tree));
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        assert_eq!((made.status.code(), said.trim_end()), (Some(2), why));
    };
    std::fs::write(tree.join("VIDEO_TS/VTS_01_1.VOB"), vec![0; 50 * SECTOR]).expect("a file");
    refused(
        "isomk: VIDEO_TS/VTS_01_0.BUP: must be at sector 81 according to the IFO files, but earlier files occupy it",
    );
    std::fs::remove_file(tree.join("VIDEO_TS/VTS_01_0.BUP")).expect("it is there");
    let far = ifo(b"DVDVIDEO-VTS", 5, [5_000_100, 6, 5_000_000]);
    std::fs::write(tree.join("VIDEO_TS/VTS_01_0.IFO"), far).expect("a file");
    refused(
        "isomk: VIDEO_TS/VTS_01_1.VOB: must be at sector 5000032 according to the IFO files, beyond the end of any disc",
    );
    let cut = &ifo(b"DVDVIDEO-VTS", 5, [53, 6, 12])[..1000];
    std::fs::write(tree.join("VIDEO_TS/VTS_01_0.IFO"), cut).expect("a file");
    refused("isomk: VIDEO_TS/VTS_01_0.IFO: 1000 bytes, expected at least 10240, the size that it records");
    std::fs::write(tree.join("VIDEO_TS/VTS_01_0.IFO"), "no").expect("a file");
    refused("isomk: VIDEO_TS/VTS_01_0.IFO: is not an IFO file of DVD-Video");
    std::fs::remove_file(tree.join("VIDEO_TS/VIDEO_TS.IFO")).expect("it is there");
    refused("isomk: --dvd-video: VIDEO_TS/VIDEO_TS.IFO: no such file in the image");
}

/// A loader for BIOS, of 4096 bytes as that of Windows: its first sector writes `A` to the serial port and goes to its
/// last, which writes `B` and ends the emulator with status 33.
fn loader() -> Vec<u8> {
    const LAST: usize = 0xE00;
    let say = |letter: u8| [0xBA, 0xF8, 0x03, 0xB0, letter, 0xEE];
    let mut code = vec![0; 4096];
    code[..6].copy_from_slice(&say(b'A'));
    let from = u16::try_from(LAST - 9).expect("small");
    code[6] = 0xE9;
    code[7..9].copy_from_slice(&from.to_le_bytes());
    code[LAST..LAST + 6].copy_from_slice(&say(b'B'));
    code[LAST + 6..LAST + 14].copy_from_slice(&[0xBA, 0xF4, 0x00, 0xB0, 0x10, 0xEE, 0xEB, 0xFE]);
    code
}

/// Boots `image` by BIOS in an emulated machine: what the loader says, and whether it got to its end.
fn booted(image: &Path) -> Option<(String, bool)> {
    peer("qemu-system-x86_64")?;
    let mut emulator = Command::new("timeout");
    emulator.args([
        "120",
        "qemu-system-x86_64",
        "-accel",
        "tcg",
        "-display",
        "none",
        "-no-reboot",
        "-net",
        "none",
    ]);
    emulator.args(["-serial", "stdio", "-monitor", "none", "-device", "isa-debug-exit,iobase=0xf4"]);
    let ran = output(emulator.args(["-boot", "d", "-cdrom"]).arg(image).stdin(std::process::Stdio::null()));
    Some((String::from_utf8_lossy(&ran.stdout).into_owned(), ran.status.code() == Some(33)))
}

#[test]
fn a_dvd_without_a_copy_of_an_ifo_file_is_warned_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = folder.path().join("tree");
    dvd(&tree);
    std::fs::remove_file(tree.join("VIDEO_TS/VTS_01_0.BUP")).expect("it is there");
    let made = output(tool("isomk").args(["--dvd-video", "--print-size"]).arg(&tree));
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    let why =
        "isomk: VIDEO_TS/VTS_01_0.BUP: warning: is missing; players need it if the IFO file cannot be read\n";
    assert_eq!((made.status.code(), said.as_str()), (Some(0), why));
}

/// BIOS and EFI boot images, and a file over 4 GiB, which ISO 9660 has in several extents and UDF in one file.
#[test]
fn installation_media_boot_and_hold_more_than_4_gib_in_a_file() {
    const SIZE: u64 = (4 << 30) + 123_456_789;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("loader"), loader()).expect("room");
    let made = shell(
        folder.path(),
        &format!(
            "mkdir -p tree/boot tree/efi/microsoft/boot tree/sources
             mv loader tree/boot/etfsboot.com
             head -c 1474560 /dev/zero > tree/efi/microsoft/boot/efisys.bin
             echo start > tree/sources/install.wim; truncate -s {SIZE} tree/sources/install.wim
             echo 'the end' >> tree/sources/install.wim
             echo readme > tree/readme.txt
             isomk --udf --bios-boot boot/etfsboot.com --efi-boot efi/microsoft/boot/efisys.bin -V WIN -o win.iso tree"
        ),
    );
    assert!(made.status.success(), "{made:?}");
    let image = folder.path().join("win.iso");
    if let Some((said, ended)) = booted(&image) {
        assert_eq!((said.trim_end_matches('\0'), ended), ("AB", true));
    }
    let size = (SIZE + 8).to_string();
    if let Some(mut command) = peer("7zz") {
        let listed = output(command.args(["l", "-slt"]).arg(&image));
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert!(text.contains("Type = Udf") && text.contains(&format!("Size = {size}\n")), "{text}");
        let script = "7zz e -so -bd win.iso sources/install.wim | tail -c 8";
        assert_eq!(shell(folder.path(), script).stdout, b"the end\n");
    }
    if let Some(mut command) = peer("xorriso") {
        let report = output(command.arg("-indev").arg(&image).args([
            "-report_el_torito",
            "plain",
            "-lsl",
            "/sources",
        ]));
        let text = String::from_utf8_lossy(&report.stdout).into_owned();
        let entry = |platform: &str| {
            text.lines().any(|line| line.contains("El Torito boot img") && line.contains(platform))
        };
        assert!(entry("BIOS") && entry("UEFI") && text.contains(&size), "{text}");
    }
    if let Some(mut command) = peer("udfinfo") {
        let text = output(Command::arg(&mut command, &image));
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        assert!(text.contains("numfiles=4\n") && text.contains("label=WIN\n"), "{text}");
    }
}

/// El Torito's catalog lies nowhere in the tree it was made of: both trees of a bridge lead to it.
#[test]
fn the_boot_catalog_is_in_both_trees() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = folder.path().join("tree");
    std::fs::create_dir(&tree).expect("a folder");
    std::fs::write(tree.join("loader"), loader()).expect("a file");
    for revision in ["--udf=1.02", "--udf=2.60"] {
        let image = folder.path().join("boot.iso");
        let mut isomk = tool("isomk");
        isomk.args([revision, "--bios-boot", "loader", "--boot-catalog", "catalog", "-o"]).arg(&image);
        let made = output(isomk.arg(&tree));
        assert!(made.status.success() && made.stderr.is_empty(), "{made:?}");
        let report = fsck::check(&std::fs::read(&image).expect("isomk made it"));
        assert!(report.problems.is_empty(), "{revision}: {:#?}", report.problems);
        let [rock_ridge, udf] = ["rr", "udf"]
            .map(|names| output(tool("isocat").args(["--names", names]).arg(&image).arg("/catalog")).stdout);
        assert_eq!((rock_ridge.len(), &rock_ridge[..2]), (2048, &b"\x01\0"[..]), "{revision}");
        assert!(rock_ridge == udf, "{revision}");
    }
}
