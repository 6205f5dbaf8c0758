//! Images to which sfdisk or sgdisk added partitions: what is made from them has these, as the same programs see them.

use super::facts::{run, stage};
use super::layouts::{Layout, grub, isohybrid, plain};
use isokit_tests::{output, peer, text, tool, tool_path};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// What adds two partitions to `disk.img`, behind all that is there.
const ADD: [(&str, &str); 2] = [
    (
        "sfdisk",
        "end=$(($(stat -c %s disk.img) / 512)); truncate -s +24M disk.img
         if sfdisk -d disk.img > /dev/null 2>&1
         then printf 'start=%s,size=4096,type=L\nsize=4001,type=L' $end | sfdisk -q -a disk.img
         else printf 'label: dos\nstart=%s,size=4096,type=7\nstart=%s,size=4001,type=83' $end $((end + 5000)) | sfdisk -q disk.img
         fi",
    ),
    (
        "sgdisk",
        "end=$(($(stat -c %s disk.img) / 512)); truncate -s +24M disk.img
         sgdisk -e disk.img; sgdisk -a 4 -n 0:$end:+2M -t 0:0700 -c 0:'Daten, groß' disk.img
         last=$(sgdisk -p disk.img | awk 'END { print $1 }')
         sgdisk -A $last:set:2 -a 4 -n $((last + 3)):0:+1M -t $((last + 3)):8300 disk.img",
    ),
];

/// The partitions that sfdisk finds: by number, the first block and the number of blocks, and all else.
fn dumped(folder: &Path, image: &str) -> BTreeMap<u32, (u64, u64, String)> {
    let told = run(folder, &format!("sfdisk -d {image} 2> /dev/null || true"));
    let mut all = BTreeMap::new();
    for line in told.lines() {
        let Some((name, rest)) = line.split_once(" : start=") else { continue };
        let number = name.strip_prefix(image).and_then(|number| number.parse().ok()).expect("a number");
        let (start, rest) = rest.split_once(", size=").expect("a size");
        let (size, rest) = rest.split_once(',').expect("a type");
        let [start, size] = [start, size].map(|number| number.trim().parse().expect("a number"));
        all.insert(number, (start, size, rest.to_owned()));
    }
    all
}

/// The bytes of a partition.
fn bytes(folder: &Path, image: &str, (start, size, _): &(u64, u64, String)) -> String {
    run(folder, &format!("dd if={image} bs=512 skip={start} count={size} status=none | md5sum"))
}

/// What is wrong with what isomk makes of `base`, whose partitions of these numbers were added.
fn wrong(folder: &Path, base: &str, arguments: &[&str], added: &[u32], made: &str) -> Option<String> {
    let out =
        output(tool("isomk").args(["--base", base, "-q", "-o", made]).args(arguments).current_dir(folder));
    if !out.status.success() {
        return Some(text(&out.stderr));
    }
    let (before, after) = (dumped(folder, base), dumped(folder, made));
    for number in added {
        let Some(was) = before.get(number) else { return Some(format!("no partition {number} before")) };
        let Some(is) = after.get(number) else { return Some(format!("no partition {number}: {after:?}")) };
        if (&was.1, &was.2) != (&is.1, &is.2) || bytes(folder, base, was) != bytes(folder, made, is) {
            return Some(format!("partition {number}: {was:?}, {is:?}"));
        }
        if arguments.is_empty() && was.0 != is.0 {
            return Some(format!("partition {number} moved: {was:?}, {is:?}"));
        }
    }
    let others = |all: &BTreeMap<u32, (u64, u64, String)>| all.keys().copied().collect::<Vec<_>>();
    (others(&before) != others(&after)).then(|| format!("{before:?}, {after:?}"))
}

fn kept(layouts: Vec<Layout>, least: usize) {
    let Some(stage) = stage() else { return };
    if peer("sfdisk").is_none() || peer("sgdisk").is_none() {
        return;
    }
    let folder = stage.path();
    let (mut said, mut count) = (String::new(), 0);
    for layout in layouts {
        super::xorriso::made(folder, &layout);
        for (program, script) in ADD {
            run(folder, "cp out.iso disk.img");
            let before = dumped(folder, "disk.img");
            // They refuse some layouts, and have no room for more partitions in others.
            run(folder, &format!("( {script} ) > added 2>&1 || true"));
            let now = dumped(folder, "disk.img");
            let added: Vec<u32> = now.keys().copied().filter(|number| !before.contains_key(number)).collect();
            let size = std::fs::metadata(folder.join("out.iso")).expect("made").len();
            // sgdisk adds partitions to the GPT only, which sfdisk does not show beside an MBR of its own.
            if added.is_empty() || added.iter().any(|number| now[number].0 * 512 + 32768 < size) {
                continue;
            }
            for number in &added {
                let (start, blocks, _) = &now[number];
                run(
                    folder,
                    &format!(
                        "yes {number} | dd of=disk.img bs=512 seek={start} count={blocks} iflag=fullblock conv=notrunc status=none"
                    ),
                );
            }
            count += 1;
            let steps = [("disk.img", "first.img", &["/more=esp.img"][..]), ("first.img", "second.img", &[])];
            for (base, made, arguments) in steps {
                if let Some(wrong) = wrong(folder, base, arguments, &added, made) {
                    let _ = writeln!(said, "== {} ({program}, {base}): {wrong}", layout.name);
                    break;
                }
                // Of an MBR it only says what it would mind in a GPT.
                let verified = |image| {
                    let script = format!(
                        "! sfdisk -d {image} | grep -q gpt || sgdisk -v {image} | grep -c 'No problems'"
                    );
                    run(folder, &format!("( {script} ) 2> /dev/null || true"))
                };
                let (was, is) = (verified(base), verified(made));
                if is < was {
                    let _ = writeln!(said, "== {} ({program}, {base}): sgdisk finds problems", layout.name);
                }
            }
        }
    }
    assert!(said.is_empty(), "{said}");
    assert!(count >= least, "{count} images");
}

#[test]
fn partitions_added_to_images_with_isolinux_are_kept() {
    kept(isohybrid(), 10);
}

#[test]
fn partitions_added_to_images_with_grub_are_kept() {
    kept(grub(), 10);
}

#[test]
fn partitions_added_to_images_without_boot_code_are_kept() {
    kept(plain(), 10);
}

/// An image with a partition that sgdisk added, in `base.iso`, and where that begins, in blocks.
fn added_to_grub(folder: &Path, size: &str) -> u64 {
    let layout =
        grub().into_iter().find(|layout| layout.name == "GRUB, appended in GPT").expect("it is there");
    super::xorriso::made(folder, &layout);
    run(
        folder,
        &format!(
            "cp out.iso base.iso; truncate -s {size} base.iso; sgdisk -e base.iso > /dev/null; sgdisk -n 0:0:0 -t 0:8300 -c 0:data base.iso > /dev/null"
        ),
    );
    let (_, (start, ..)) = dumped(folder, "base.iso").into_iter().next_back().expect("it was added");
    start
}

#[test]
fn other_partitions_are_appended_before_those_that_were_added_or_take_their_place() {
    let Some(stage) = stage() else { return };
    if peer("sfdisk").is_none() || peer("sgdisk").is_none() {
        return;
    }
    let folder = stage.path();
    added_to_grub(folder, "+16M");
    let before = dumped(folder, "base.iso");
    let number = *before.keys().next_back().expect("partitions");
    let script = |append: &str| {
        let isomk = tool_path("isomk").display().to_string();
        run(
            folder,
            &format!(
                "rm -f made.iso; {isomk} -q --base base.iso --append-partition {append} -o made.iso; sgdisk -v made.iso"
            ),
        )
    };
    assert!(script("7:linux=odd.img").contains("No problems found"));
    let made = dumped(folder, "made.iso");
    assert_eq!((made[&number].1, &made[&number].2), (before[&number].1, &before[&number].2));
    let new = made.values().find(|(_, _, rest)| rest.contains("Appended7")).expect("it was appended");
    assert!(new.2.contains("0FC63DAF") && new.0 < made[&number].0, "{made:?}");
    assert!(script(&format!("{number}:0xef=esp.img")).contains("No problems found"));
    let made = dumped(folder, "made.iso");
    let (start, size, rest) = &made[&number];
    assert!(rest.contains("C12A7328") && rest.contains("name=\"data\""), "{made:?}");
    assert_eq!(*size, 1_474_560 / 512);
    run(folder, &format!("dd if=made.iso bs=512 skip={start} count={size} status=none | cmp - esp.img"));
}

#[test]
fn holes_of_a_large_partition_stay_holes() {
    use std::os::unix::fs::MetadataExt;
    let Some(stage) = stage() else { return };
    if peer("sfdisk").is_none() || peer("sgdisk").is_none() {
        return;
    }
    let folder = stage.path();
    let start = added_to_grub(folder, "20G");
    let last = "seek=15G oflag=seek_bytes conv=notrunc status=none";
    run(folder, &format!("echo far behind | dd of=base.iso {last}"));
    let made = tool("isomk")
        .args(["--base", "base.iso", "/more=esp.img", "-q", "-o", "made.iso"])
        .current_dir(folder)
        .status();
    assert!(made.expect("it runs").success());
    let data = std::fs::metadata(folder.join("made.iso")).expect("made");
    assert!(
        data.len() > 19 << 30 && data.blocks() * 512 < 16 << 20,
        "{} bytes, {} blocks",
        data.len(),
        data.blocks()
    );
    let (_, (now, ..)) = dumped(folder, "made.iso").into_iter().next_back().expect("it was kept");
    assert!(now >= start, "{now} {start}");
    let skip = (15_u64 << 30) + (now - start) * 512;
    let told =
        run(folder, &format!("dd if=made.iso skip={skip} iflag=skip_bytes,count_bytes count=10 status=none"));
    assert_eq!(told, "far behind");
}

#[test]
fn partitions_that_nobody_makes_are_refused_by_number_and_place() {
    let Some(stage) = stage() else { return };
    if peer("sfdisk").is_none() || peer("sgdisk").is_none() {
        return;
    }
    let folder = stage.path();
    let extended = "for line in ,,5 ,4M,83; do echo $line | sfdisk -q -a out.iso; done";
    let within = "sgdisk -n 3:2048:4095 -t 3:8300 out.iso > /dev/null";
    let cases = [
        (
            isohybrid(),
            "isohybrid",
            extended,
            "partition 2 (type 0x05, 20971520 bytes from byte 0x400000 on), which has logical partitions within, as neither",
        ),
        (
            plain(),
            "nothing",
            within,
            "partition 3 (type 0FC63DAF-8483-4772-8E79-3D69D8477DE4, 1048576 bytes from byte 0x100000 on)",
        ),
    ];
    for (layouts, name, script, expected) in cases {
        let layout = layouts.into_iter().find(|layout| layout.name == name).expect("it is there");
        super::xorriso::made(folder, &layout);
        run(folder, &format!("truncate -s +20M out.iso; {script}"));
        let out = output(tool("isomk").args(["--base", "out.iso", "-o", "made.iso"]).current_dir(folder));
        let said = text(&out.stderr);
        assert!(!out.status.success() && said.contains(expected), "{said}");
        assert!(said.contains("--system-area FILE replaces it"), "{said}");
        assert!(!folder.join("made.iso").exists());
    }
}

#[test]
fn options_that_are_printed_leave_partitions_out_that_were_added_and_say_so() {
    let Some(stage) = stage() else { return };
    if peer("sfdisk").is_none() || peer("sgdisk").is_none() {
        return;
    }
    let start = added_to_grub(stage.path(), "+16M");
    let out = output(tool("isols").args(["--boot", "--as", "isomk", "base.iso"]).current_dir(stage.path()));
    let (said, told) = (text(&out.stderr), text(&out.stdout));
    let sentence = format!(
        "at byte {:#x}, was added by another program, which no option does; it is left out",
        start * 512
    );
    assert!(said.contains(&sentence), "{said}");
    assert!(
        told.contains("--append-partition 2:0xef=partition-2.img") || told.contains("--boot-efi"),
        "{told}"
    );
}

/// As one on a stick, which is longer than the image.
#[test]
fn zeros_behind_an_image_change_nothing() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    for layout in [isohybrid(), grub(), plain()].into_iter().flatten().step_by(4) {
        super::xorriso::made(folder, &layout);
        let isomk = tool_path("isomk").display().to_string();
        let script = |made: &str| format!("rm -f {made}; {isomk} -q --base out.iso -o {made}");
        run(
            folder,
            &format!(
                "{}; truncate -s +5M out.iso; {}; cmp one.iso other.iso",
                script("one.iso"),
                script("other.iso")
            ),
        );
    }
}
