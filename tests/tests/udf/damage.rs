//! UDF volumes made by other software (`cargo xtask images udf`) and broken on purpose, checksums recomputed, so that
//! only the lie itself is wrong: what can be survived is, with a finding; the rest ends with a sentence, in bounded
//! time and memory.

use isokit_tests::tool_path;
use isokit_tests::udf_volume::Volume;
use std::path::Path;
use std::process::{Command, Output};

/// What the tools made of a broken volume.
struct Outcome {
    list: Output,
    sums: Output,
}

impl Outcome {
    fn paths(&self) -> Vec<String> {
        String::from_utf8_lossy(&self.list.stdout).lines().map(str::to_owned).collect()
    }

    /// Everything said of it on standard error, notes and errors.
    fn said(&self) -> String {
        [&self.list.stderr[..], &self.sums.stderr[..]]
            .concat()
            .escape_ascii()
            .to_string()
            .replace("\\n", "\n")
    }
}

/// Lists and sums it, each within 20 seconds and 2 GB of addresses.
fn read(volume: &Volume) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("image.udf");
    std::fs::write(&image, &volume.bytes).expect("room");
    let _ = run("isols", &["--volume", "--names", "udf"], &image);
    Outcome {
        list: run("isols", &["-v", "-R", "--names", "udf"], &image),
        sums: run("imgsum", &["--files", "--names", "udf"], &image),
    }
}

fn run(tool: &str, arguments: &[&str], image: &Path) -> Output {
    let mut command = Command::new("timeout");
    command.args(["20", "prlimit", "--as=2000000000"]).arg(tool_path(tool)).args(arguments).arg(image);
    let output = command.output().expect("timeout(1) and prlimit(1) are everywhere");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0..=2)), "{tool}: {}: {said}", output.status);
    assert!(!said.contains("panicked"), "{tool}: {said}");
    for line in said.lines() {
        assert!(line.starts_with(&format!("{tool}: ")), "{tool} says {line:?}");
    }
    output
}

/// Whether `list` ended well and shows as many names as the unbroken volume.
fn survives(broken: &Volume, whole: &Volume, finding: &str) {
    let (broken, whole) = (read(broken), read(whole));
    assert!(!whole.paths().is_empty());
    assert_eq!(broken.list.status.code(), Some(0), "{}", broken.said());
    assert!(broken.paths() == whole.paths(), "the same names: {}", broken.said());
    assert!(broken.sums.stdout == whole.sums.stdout, "the same contents: {}", broken.said());
    assert!(broken.said().contains(finding), "{finding:?} is said: {}", broken.said());
}

/// Some tool ends with an error that says `error`.
fn fails(broken: &Volume, error: &str) {
    let outcome = read(broken);
    let failed = [&outcome.list, &outcome.sums].iter().any(|output| output.status.code() != Some(0));
    assert!(failed, "an error: {}", outcome.said());
    assert!(outcome.said().contains(error), "{error:?} is said: {}", outcome.said());
}

const VOLUMES: &[(&str, usize)] = &[
    ("hd-1.02-2048.udf", 2048),
    ("hd-2.01-512.udf", 512),
    ("hd-2.00-4096.udf", 4096),
    ("cdrw-2.01-2048.udf", 2048),
];

#[test]
fn a_damaged_main_sequence_is_replaced_by_the_reserve() {
    for (name, block) in VOLUMES {
        let Some(whole) = Volume::open(name, *block) else { return };
        // All of it lost; one descriptor's content changed; its checksum.
        for damage in ["zero", "content", "checksum"] {
            let mut broken = Volume { bytes: whole.bytes.clone(), block: *block };
            let (start, length) = broken.sequence(0);
            for at in (start..start + length).step_by(*block) {
                match damage {
                    "zero" => broken.bytes[at..at + block].fill(0),
                    "content" => broken.bytes[at + 30] ^= 0x55,
                    _ => broken.bytes[at + 4] ^= 0x55,
                }
            }
            survives(&broken, &whole, "reserve");
        }
    }
}

#[test]
fn without_both_sequences_there_is_no_volume() {
    for (name, block) in VOLUMES {
        let Some(mut broken) = Volume::open(name, *block) else { return };
        for which in 0..2 {
            let (start, length) = broken.sequence(which);
            broken.bytes[start..start + length].fill(0);
        }
        let outcome = read(&broken);
        assert_eq!(outcome.list.status.code(), Some(2), "{}", outcome.said());
        assert!(outcome.said().contains("number in the sequence is 0"), "{}", outcome.said());
    }
}

#[test]
fn an_anchor_is_enough_and_none_is_too_little() {
    let Some(whole) = Volume::open("hd-2.01-2048.udf", 2048) else { return };
    let anchors = whole.descriptors(2);
    assert!(anchors.len() >= 2, "mkudffs writes several: {anchors:?}");
    for kept in &anchors {
        let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
        for at in anchors.iter().filter(|at| *at != kept) {
            broken.bytes[*at..at + 2048].fill(0);
        }
        survives(&broken, &whole, "");
    }
    let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
    for at in &anchors {
        broken.bytes[*at..at + 2048].fill(0);
    }
    fails(&broken, "anchor");
    // One whose sums are right leads to nothing: another is asked.
    let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
    let first = anchors.iter().min().expect("there are some");
    for sequence in [20, 28] {
        broken.set_number(first + sequence, 3);
    }
    broken.seal(*first);
    survives(&broken, &whole, "one at the end was used");
}

/// On a hard disk UDF has sectors of 512 bytes, or of 4096.
#[test]
fn every_tool_names_the_sector_of_the_volume() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "mkdir tree; head -c 300000 /dev/zero > tree/big
        isomk -q --format udf --media hdd -o x.udf tree; truncate -s 200000 x.udf";
    let made = isokit_tests::shell(folder.path(), script);
    assert!(made.status.success(), "{made:?}");
    for (command, path) in
        [("isols x.udf", ""), ("isocat x.udf big", "/big: "), ("imgsum --files x.udf", "/big: ")]
    {
        for command in [command.to_owned(), format!("cat x.udf | {}", command.replace("x.udf", "-"))] {
            let ended = isokit_tests::shell_as_is(folder.path(), &command);
            let said = String::from_utf8_lossy(&ended.stderr).into_owned();
            let want = format!(": {path}byte 0x30d40 (sector 390): image: ends here; ");
            assert!(said.contains(&want) && !said.contains("(sector 97)"), "{command}: {said}");
        }
    }
    let Some(mut maker) = isokit_tests::peer("mkudffs") else { return };
    let made = isokit_tests::output(
        maker.args(["-b", "4096", "--new-file", "y.udf", "3000"]).current_dir(folder.path()),
    );
    assert!(made.status.success(), "{made:?}");
    let ended = isokit_tests::shell_as_is(folder.path(), "truncate -s 2000000 y.udf; isols y.udf");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.starts_with("isols: y.udf: byte 0x1e8480 (sector 488): image: ends here; "), "{said}");
}

/// Of 300 files, in blocks one after the other, some lie behind the end. By name only what names them is read.
#[test]
fn files_behind_the_end_of_the_image_are_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "mkdir tree; touch $(seq -f tree/%03g 300); isomk -q --format udf --udf=2.01 -o x.udf tree
        truncate -s 700000 x.udf";
    let made = isokit_tests::shell(folder.path(), script);
    assert!(made.status.success(), "{made:?}");
    for form in [&["-R"][..], &["-lR"]] {
        let listed = isokit_tests::output(
            isokit_tests::tool("isols").args(form).arg("x.udf").current_dir(folder.path()),
        );
        let said = String::from_utf8_lossy(&listed.stderr).into_owned();
        let names = listed.stdout.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!((listed.status.code(), said.lines().count()), (Some(1), 1), "{said}");
        assert!(said.contains("byte 0xaae60 (sector 341): image: ends here"), "{said}");
        let missing = format!("{} files or directories are not listed", 300 - names);
        assert!((1..300).contains(&names) && said.contains(&missing), "{names}: {said}");
    }
}

#[test]
fn a_damaged_metadata_file_is_replaced_by_its_mirror() {
    let Some(whole) = Volume::open("udfkit-bd-2.50.udf", 2048) else { return };
    // The metadata file and its mirror: file types 250 and 251.
    let files = |kind: u8| -> Vec<usize> {
        whole
            .descriptors(266)
            .into_iter()
            .chain(whole.descriptors(261))
            .filter(|at| whole.bytes[at + 27] == kind)
            .collect()
    };
    let (main, mirror) = (files(250), files(251));
    assert_eq!((main.len(), mirror.len()), (1, 1), "one of each");
    let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
    broken.bytes[main[0]..main[0] + 2048].fill(0);
    survives(&broken, &whole, "mirror");
    broken.bytes[mirror[0]..mirror[0] + 2048].fill(0);
    fails(&broken, "byte 0x80800 (sector 257): file entry");
}

#[test]
fn a_truncated_volume_says_so() {
    for (name, block) in VOLUMES {
        let Some(whole) = Volume::open(name, *block) else { return };
        let length = whole.bytes.len();
        for left in [length / 8, 300 * block, 257 * block, 40_000, 1] {
            let broken = Volume { bytes: whole.bytes[..left].to_vec(), block: *block };
            let outcome = read(&broken);
            assert_ne!(outcome.list.status.code().max(outcome.sums.status.code()), Some(0), "{name} {left}");
        }
    }
}

#[test]
fn a_directory_that_holds_itself_is_found() {
    let Some(mut broken) = Volume::open("hd-1.02-2048.udf", 2048) else { return };
    let (at, block) = broken.name("nothing");
    let (_, parent) = broken.name("deep");
    // First the root's child `nothing` is `deep`, then `deep/2` is `deep` itself.
    let deep = broken.number(parent);
    broken.set_number(block, deep);
    broken.seal(at);
    let outcome = read(&broken);
    assert!(outcome.paths().iter().any(|path| path.ends_with("/2/to")), "{}", outcome.said());
    let (at, block) = broken.name("2");
    broken.set_number(block, deep);
    broken.seal(at);
    fails(&broken, "loop");
}

#[test]
fn allocation_descriptors_without_end_are_an_error() {
    let Some(mut broken) = Volume::open("hd-2.01-2048.udf", 2048) else { return };
    let extents = broken.descriptors(258);
    assert!(!extents.is_empty(), "the fragmented file has a continuation");
    // Its first descriptor continues in the block it is in.
    let at = extents[0];
    let own = broken.number(at + 12);
    broken.set_number(at + 24, (3 << 30) | 2048);
    broken.set_number(at + 28, own);
    broken.seal(at);
    fails(&broken, "allocation");
}

#[test]
fn descriptor_pointers_that_turn_back_are_an_error() {
    let Some(mut broken) = Volume::open("hd-2.01-2048.udf", 2048) else { return };
    for which in 0..2 {
        let (start, length) = broken.sequence(which);
        // A volume descriptor pointer to the sequence it is in, instead of everything behind the first descriptor.
        for at in (start + 2048..start + length).step_by(2048) {
            let sector = at / 2048;
            broken.bytes[at..at + 2048].fill(0);
            broken.set(at, &[3, 0, 3, 0, 0, 0, 0, 0]);
            broken.set(at + 10, &496_u16.to_le_bytes());
            broken.set_number(at + 12, sector);
            broken.set_number(at + 20, length);
            broken.set_number(at + 24, start / 2048);
            broken.seal(at);
        }
    }
    fails(&broken, "volume descriptor");
}

#[test]
fn an_integrity_sequence_that_turns_back_ends() {
    let Some(mut broken) = Volume::open("hd-2.01-2048.udf", 2048) else { return };
    let Some(whole) = Volume::open("hd-2.01-2048.udf", 2048) else { return };
    for at in broken.descriptors(9) {
        broken.set_number(at + 32, 2048);
        broken.set_number(at + 36, at / 2048);
        broken.seal(at);
    }
    survives(&broken, &whole, "");
}

#[test]
fn a_file_set_that_follows_itself_ends() {
    let Some(mut broken) = Volume::open("hd-2.01-2048.udf", 2048) else { return };
    let at = broken.descriptors(256)[0];
    let own = broken.number(at + 12);
    broken.set_number(at + 448, 2048);
    broken.set_number(at + 452, own);
    broken.seal(at);
    // Either is right: the first file set counts, or the sequence is an error.
    let _ = read(&broken);
}

#[test]
fn a_virtual_allocation_table_may_lie() {
    for name in ["cdr-2.01-2048.udf", "cdr-1.50-2048.udf", "dvdr-2.60-2048.udf"] {
        let Some(whole) = Volume::open(name, 2048) else { return };
        let last = whole.bytes.len() - 2048;
        let tag = whole.bytes[last];
        let fixed = if tag == 10 { 216 } else { 176 };
        let data = last + fixed + whole.number(last + fixed - 8);
        let length = whole.number(last + fixed - 4);
        // 2.00 has a header, whose size is its first field; 1.50 has its entries first.
        let header = if name.contains("1.50") { 0 } else { usize::from(whole.bytes[data]) };
        for (lie, at, value) in [
            ("its own place", data + header, whole.number(last + 12)),
            ("past the end", data + header, 0x00FF_FFFF),
            ("unused", data + header, 0xFFFF_FFFF),
            ("a long header", data, 0xFFFF),
            ("an earlier table that is itself", data + 132, whole.number(last + 12)),
        ] {
            let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
            broken.set_number(at, value);
            broken.seal(last);
            let outcome = read(&broken);
            let fine = lie.starts_with("an earlier") || (lie == "a long header" && header == 0);
            assert!(fine || outcome.list.status.code() != Some(0), "{name}: {lie}: {}", outcome.said());
        }
        let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
        broken.set_number(last + fixed - 4, 0x7FFF_FFFF);
        broken.seal(last);
        fails(&broken, "");
        assert!(length > 0);
    }
}

#[test]
fn huge_counts_are_errors_before_they_are_memory() {
    let Some(whole) = Volume::open("hd-1.02-2048.udf", 2048) else { return };
    let (_, icb) = whole.name("3000");
    let (entry, descriptors) = whole.entry(whole.number(icb));
    let root = descriptors - entry;
    assert_eq!(root, 176, "no extended attributes here");
    for (what, at, bytes) in [
        ("length of extended attributes", entry + 168, &u32::MAX.to_le_bytes()[..]),
        ("length of allocation descriptors", entry + 172, &u32::MAX.to_le_bytes()[..]),
        ("an extent", descriptors, &0x3FFF_F800_u32.to_le_bytes()[..]),
        ("a block number", descriptors + 4, &u32::MAX.to_le_bytes()[..]),
    ] {
        let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
        broken.set(at, bytes);
        broken.seal(entry);
        let outcome = read(&broken);
        assert_ne!(outcome.list.status.code(), Some(0), "{what}: {}", outcome.said());
        assert!(outcome.paths().iter().any(|path| path.contains("hello.txt")), "{what}: the rest is shown");
    }
    let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
    broken.set(entry + 56, &(1_u64 << 60).to_le_bytes());
    broken.seal(entry);
    let outcome = read(&broken);
    assert_eq!(outcome.list.status.code(), Some(1), "{}", outcome.said());
    assert!(outcome.paths() == read(&whole).paths(), "the names that are there: {}", outcome.said());
    assert!(outcome.said().contains("information length is 1152921504606846976"), "{}", outcome.said());
    let (start, length) = whole.sequence(0);
    for (what, place, value) in [
        ("number of partition maps", 268, u32::MAX),
        ("logical block size", 212, 0),
        ("logical block size", 212, 0x8000_0000),
        ("file set", 252, u32::MAX),
    ] {
        let mut broken = Volume { bytes: whole.bytes.clone(), block: 2048 };
        for start in [start, whole.sequence(1).0] {
            for at in (start..start + length).step_by(2048).filter(|at| whole.bytes[*at] == 6) {
                broken.set(at + place, &value.to_le_bytes());
                broken.seal(at);
            }
        }
        let outcome = read(&broken);
        assert_ne!(outcome.list.status.code(), Some(0), "{what} {value:#x}: {}", outcome.said());
    }
}

#[test]
fn a_map_table_of_another_length_than_its_maps_is_said() {
    let Some(whole) = Volume::open("hd-1.02-2048.udf", 2048) else { return };
    for (length, finding) in [
        (
            u32::MAX,
            "logical volume descriptor: map table length is 4294967295, expected 6, the length of the maps",
        ),
        (8, "logical volume descriptor: map table length is 8, expected 6, the length of the maps"),
        (0, "partition map: truncated: 2 bytes needed, 0 there"),
    ] {
        let mut broken = whole.clone();
        for which in 0..2 {
            let (start, bytes) = whole.sequence(which);
            for at in (start..start + bytes).step_by(2048).filter(|at| whole.bytes[*at] == 6) {
                broken.set(at + 264, &length.to_le_bytes());
                broken.seal(at);
            }
        }
        if length == 0 { fails(&broken, finding) } else { survives(&broken, &whole, finding) }
    }
}

#[test]
fn an_indirect_entry_to_itself_is_an_error() {
    let Some(mut broken) = Volume::open("strategy4096.udf", 2048) else { return };
    // Behind the root's file entry comes an indirect entry that leads back to it.
    let set = broken.descriptors(256)[0];
    let root = broken.number(set + 404);
    broken.set_number(set + 400, 4096);
    broken.seal(set);
    let (entry, _) = broken.entry(root);
    assert_eq!(broken.bytes[entry + 20..entry + 22], 4096_u16.to_le_bytes(), "the root is of strategy 4096");
    let (at, head) = (entry + 2048, broken.bytes[entry..entry + 36].to_vec());
    broken.bytes[at..at + 2048].fill(0);
    broken.set(at, &head);
    broken.set(at, &259_u16.to_le_bytes());
    broken.bytes[at + 27] = 3;
    broken.set_number(at + 12, root + 1);
    broken.set_number(at + 36, 4096);
    broken.set_number(at + 40, root);
    broken.set(at + 10, &36_u16.to_le_bytes());
    broken.seal(at);
    fails(&broken, "indirect");
}

#[test]
fn damage_is_said_of_the_path_it_was_met_at() {
    let folder = tempfile::tempdir().expect("a folder");
    // A small file lies in its file entry.
    let script = "mkdir -p d/s; echo in the entry > d/s/a; ln -s s/a d/l; $ISOMK -q --format udf -o i d";
    let mut made = Command::new("sh");
    made.current_dir(&folder).args(["-ec", script]).env("ISOMK", tool_path("isomk"));
    assert!(made.status().expect("a shell").success());
    let image = folder.path().join("i");
    let mut bytes = std::fs::read(&image).expect("it was made");
    let content = bytes.windows(12).position(|text| text == b"in the entry").expect("it is there");
    let at = content / 2048 * 2048;
    bytes[at + 100] ^= 1;
    std::fs::write(&image, bytes).expect("room");
    for (tool, arguments, path) in [
        ("isocat", &["i", "s/a"][..], "/s/a"),
        ("isocat", &["i", "l"], "/l"),
        ("isocat", &["i", "s/*"], "/s/a"),
        ("isocat", &["i", "--tar"], "/s/a"),
        ("isols", &["-l", "i", "s"], "/s/a"),
        ("isols", &["i", "/s/a"], "/s/a"),
        ("imgsum", &["--files", "i"], "/s/a"),
    ] {
        let output =
            Command::new(tool_path(tool)).current_dir(&folder).args(arguments).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let wanted = format!("{tool}: i: {path}: byte {at:#x} (sector {}): file entry: ", at / 2048);
        assert!(said.starts_with(&wanted), "{tool} {arguments:?}: {said}");
        assert_eq!(output.status.code(), Some(1), "{tool} {arguments:?}");
    }
}
