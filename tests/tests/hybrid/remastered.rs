//! Whatever tables isomk and xorriso make are a base for isomk, and xorriso reports the like of what is made of it.

use super::facts::{run, stage};
use isokit_tests::{output, peer, text, tool, tool_path};
use std::fmt::Write;
use std::path::Path;

/// What of xorriso's report does not depend on where things lie.
const TOLD: &str = "^(System area summary|Partition offset|GPT (partname|type|partition flags)|APM partition (name|type)|APM block)|^MBR partition *:";

fn reported(folder: &Path, image: &str) -> String {
    // A gap is there if the end of the image is rounded up, and xorriso takes what ends at a cylinder by chance for aligned.
    let kept = "/^GPT partname/ { gap = /Gap/ } /^GPT/ && gap { next } { print }";
    let script = format!(
        "xorriso -indev {image} -report_system_area plain 2> /dev/null | grep -E '{TOLD}' | sed -E '/^MBR partition/s/ +[0-9]+ +[0-9]+$//; s/ cyl-align-[a-z]+//' | awk '{kept}'"
    );
    run(folder, &script)
}

/// Whether `made`, in which something more is in the tree, is like `base`; what is wrong.
fn remastered(folder: &Path, base: &str, made: &str) -> Option<String> {
    let out =
        output(tool("isomk").args(["-q", "--base", base, "/more=odd.img", "-o", made]).current_dir(folder));
    if !out.status.success() {
        return Some(text(&out.stderr));
    }
    let (was, is) = (reported(folder, base), reported(folder, made));
    (was != is).then(|| format!("{was}BECOMES\n{is}"))
}

#[test]
fn every_combination_of_boot_images_and_tables_is_a_base() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let isomk = tool_path("isomk").display().to_string();
    let boot = "--boot-entry boot/core.img --boot-code /usr/lib/grub/i386-pc/boot_hybrid.img";
    let marks =
        ["", ",partition=gpt", ",partition=efi", ",partition=gpt-hfs", ",partition=gpt-hfs,partition=apm"];
    let appended = [
        "",
        "--append-partition 0xda=esp.img --append-partition linux=esp.img",
        "--append-partition 2:efi=esp.img",
    ];
    let tables = ["", "mbr", "apm", "mbr,apm"];
    let settings = [
        "active",
        "protective,volume-type=0x17",
        "nested,align=off",
        "volume-type=0x17,offset=16",
        "volume-type=linux",
        "align=all",
    ];
    let (mut said, mut count) = (String::new(), 0);
    for mark in marks {
        for appended in appended {
            for (n, table) in tables.iter().enumerate() {
                // Each setting beside each of the others, not all of them at once.
                for setting in settings.iter().skip(n % 2).step_by(2) {
                    let table = [*table, setting].join(",");
                    let table = table.trim_start_matches(',');
                    let arguments = format!(
                        "{boot} --boot-entry boot/efi.img,platform=efi{mark} {appended} --partitions {table}"
                    );
                    let made = format!(
                        "rm -f base.iso again.iso; {isomk} -q tree {arguments} -o base.iso 2> refused || true; ls base.iso 2> /dev/null || true"
                    );
                    // What cannot be had together is refused.
                    if run(folder, &made).is_empty() {
                        continue;
                    }
                    count += 1;
                    if let Some(wrong) = remastered(folder, "base.iso", "again.iso") {
                        let _ = writeln!(said, "== {arguments}\n{wrong}");
                    }
                }
            }
        }
    }
    assert!(said.is_empty(), "{said}");
    assert!(count > 60, "{count} images");
}

#[test]
fn a_protective_entry_of_any_type_is_made_again() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let kinds = ["0x17", "0x83", "0x96"];
    for arguments in kinds.map(|kind| {
        format!("--protective-msdos-label -iso_mbr_part_type {kind} -append_partition 2 0xef esp.img")
    }) {
        run(
            folder,
            &format!(
                "rm -f base.iso again.iso; xorriso -as mkisofs -quiet -R {arguments} -o base.iso tree 2> /dev/null"
            ),
        );
        let wrong = remastered(folder, "base.iso", "again.iso");
        assert_eq!(wrong, None, "{arguments}");
        assert!(reported(folder, "again.iso").contains("protective-msdos-label"), "{arguments}");
    }
}

/// As sfdisk shows what isomk makes of types that are told by GUIDs.
#[test]
fn guids_of_an_mbr_become_the_numbers_that_stand_for_them() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let appended = ["data", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"];
    let appended = appended.map(|kind| format!("--append-partition {kind}=esp.img")).join(" ");
    let isomk = tool_path("isomk").display().to_string();
    run(folder, &format!("{isomk} tree {appended} --partitions mbr -o made.iso 2> said"));
    let found = run(folder, "sfdisk -d made.iso | sed -n 's/.*type=//p'");
    assert_eq!(found.lines().collect::<Vec<_>>(), ["83", "c", "82", "83"]);
    let said = run(folder, "cat said");
    let sentence = "partition 4: warning: an MBR has no number for its type, 4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709; it gets 0x83";
    assert!(said.contains(sentence) && said.matches("no number").count() == 1, "{said}");
}

/// Where the volume begins once more, whatever the tables tell: it can be mounted from there.
#[test]
fn an_offset_of_the_volume_is_kept_that_no_table_tells_of() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let isomk = tool_path("isomk").display().to_string();
    let boot = "--boot-entry boot/efi.img,platform=efi,partition=efi";
    let grub = "-b boot/core.img -no-emul-boot -eltorito-alt-boot -e boot/efi.img -no-emul-boot -efi-boot-part --efi-boot-image";
    let made = [
        format!("{isomk} -q tree {boot} --partitions offset=32 -o base.iso"),
        format!("{isomk} -q tree {boot} --append-partition efi=esp.img --partitions offset=300 -o base.iso"),
        format!("xorriso -as mkisofs -quiet -R -partition_offset 300 {grub} -o base.iso tree 2> /dev/null"),
        "xorriso -as mkisofs -quiet -R -partition_offset 16 -append_partition 1 0x83 odd.img -o base.iso tree 2> /dev/null".into(),
    ];
    for (command, offset) in made.iter().zip([32, 300, 300, 16]) {
        run(folder, &format!("rm -f base.iso; {command}"));
        let wrong = remastered(folder, "base.iso", "again.iso");
        assert_eq!(wrong, None, "{command}");
        for image in ["base.iso", "again.iso"] {
            let script = format!(
                "tail -c +$(({offset} * 2048 + 1)) {image} > from.iso; xorriso -indev from.iso -find / -type f -- 2> /dev/null"
            );
            let files = run(folder, &script);
            assert!(
                files.contains("/boot/core.img") && files.contains("/large"),
                "{command}, {image}: {files}"
            );
        }
        assert!(
            run(folder, "xorriso -indev from.iso -find / -- 2> /dev/null").contains("/more"),
            "{command}"
        );
    }
}

/// Of an image that boots in all ways, with a partition that was added.
#[test]
fn nothing_boots_of_an_image_without_its_boot_entries() {
    let Some(stage) = stage() else { return };
    if peer("sgdisk").is_none() {
        return;
    }
    let folder = stage.path();
    let boot = "-b boot/core.img -no-emul-boot --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img -append_partition 2 0xef esp.img \
                -appended_part_as_gpt -eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot";
    let sgdisk =
        "truncate -s +16M base.iso; sgdisk -e base.iso > /dev/null; sgdisk -n 0:0:0 base.iso > /dev/null";
    run(folder, &format!("xorriso -as mkisofs -quiet -R {boot} -o base.iso tree 2> /dev/null; {sgdisk}"));
    let isomk = tool_path("isomk").display().to_string();
    run(folder, &format!("{isomk} --base base.iso --no-boot -o none.iso 2> said"));
    let said = run(folder, "cat said");
    assert!(
        said.contains("partition 4, at byte") && said.contains("another program added, is left out"),
        "{said}"
    );
    let told =
        run(folder, "xorriso -indev none.iso -toc -report_system_area plain -report_el_torito plain 2>&1");
    assert!(!told.contains("El Torito catalog"), "{told}");
    run(folder, "cmp -n 32768 none.iso /dev/zero");
    let files = run(folder, "xorriso -indev none.iso -find / -type f -- 2> /dev/null");
    assert!(files.contains("/boot/core.img") && files.contains("/large"), "{files}");
    assert!(run(folder, "stat -c %s none.iso").trim().parse::<u64>().expect("a size") < 5 << 20);
    // Others take their place.
    run(
        folder,
        &format!(
            "{isomk} -q --base base.iso --no-boot --bios-boot isolinux/isolinux.bin --boot-info-table -o other.iso"
        ),
    );
    let told = run(folder, "xorriso -indev other.iso -report_el_torito plain 2> /dev/null");
    assert!(told.contains("/isolinux/isolinux.bin") && !told.contains("boot img :   2"), "{told}");
    let out = output(
        tool("isomk")
            .args(["--base", "base.iso", "--remove", "boot/core.img", "-o", "no.iso"])
            .current_dir(folder),
    );
    let said = text(&out.stderr);
    assert!(
        !out.status.success()
            && said.contains("boot/core.img: is removed, but the image boots by it; --no-boot"),
        "{said}"
    );
}

/// As xorriso verifies them.
#[test]
fn digests_of_an_image_are_recorded_anew() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    run(folder, "xorriso -as mkisofs -quiet -R --md5 -o base.iso tree 2> /dev/null");
    assert_eq!(remastered(folder, "base.iso", "again.iso"), None);
    let verified = "xorriso -md5 on -indev again.iso -check_media -- -check_md5_r sorry / 2>&1";
    let told = run(folder, verified);
    assert!(
        told.contains("+ md5_match") && told.contains("File contents and their MD5 checksums match."),
        "{told}"
    );
    let made = |more: &str| {
        let isomk = tool_path("isomk").display().to_string();
        run(
            folder,
            &format!(
                "rm -f made.iso; {isomk} --base base.iso {more} -o made.iso 2>&1; ! grep -q libisofs_sb_checksum made.iso"
            ),
        )
    };
    assert_eq!(made("--no-record-md5"), "");
    assert_eq!(
        made("--udf"),
        "isomk: base.iso: warning: its MD5 digests are left out, which an image with UDF cannot have\n"
    );
    let xorriso = tool_path("isomk").display().to_string() + " --as xorriso";
    run(
        folder,
        &format!("rm made.iso; {xorriso} -indev base.iso -outdev made.iso -map odd.img /odd 2> /dev/null"),
    );
    let told = run(folder, &verified.replace("again.iso", "made.iso"));
    assert!(told.contains("+ md5_match"), "{told}");
    run(
        folder,
        &format!(
            "rm made.iso; {xorriso} -md5 off -indev base.iso -outdev made.iso -map odd.img /odd 2> /dev/null; ! grep -q libisofs_sb_checksum made.iso"
        ),
    );
}

/// What is warned of is what `isols --check` finds, and what is advised is not.
#[test]
fn tables_that_nobody_looks_at_are_warned_of() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let isomk = tool_path("isomk").display().to_string();
    let isols = tool_path("isols").display().to_string();
    let isolinux = "--boot-entry isolinux/isolinux.bin --boot-code /usr/lib/ISOLINUX/isohdpfx.bin --boot-entry boot/efi.img,platform=efi";
    let within = "ignores what lies within the volume's partition";
    let unguarded = "no partition of the MBR guards the GPT";
    let cases = [
        (format!("{isolinux},partition=gpt --append-partition linux=odd.img"), Some((within, "lies within partition"))),
        (format!("{isolinux},partition=gpt --partitions protective"), Some((within, "lies within partition"))),
        (format!("{isolinux},partition=gpt --append-partition linux=odd.img --partitions mbr"), None),
        (format!("{isolinux},partition=efi --append-partition linux=odd.img"), None),
        (format!("{isolinux},partition=gpt"), None),
        (
            "--boot-entry boot/efi.img,platform=efi,partition=gpt --append-partition efi=esp.img --partitions nested".into(),
            Some((unguarded, "guards the GPT")),
        ),
    ];
    for (arguments, expected) in cases {
        let said = run(folder, &format!("rm -f made.iso; {isomk} tree {arguments} -o made.iso 2>&1"));
        let found = run(folder, &format!("{isols} --check made.iso || true"));
        match expected {
            Some((warning, fault)) => {
                assert!(said.contains(warning) && found.contains(fault), "{arguments}: {said}{found}")
            }
            None => assert!(
                !said.contains(within) && !said.contains(unguarded) && !found.contains("within partition"),
                "{arguments}: {said}{found}"
            ),
        }
    }
}

/// HFS+ is left out; what grub-mkrescue and others make besides is there, and no table tells of the volume.
#[test]
fn an_image_with_hfs_plus_is_a_base_for_one_without() {
    let Some(stage) = stage() else { return };
    if peer("sgdisk").is_none() {
        return;
    }
    let folder = stage.path();
    let grub = "-b boot/core.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img";
    let isolinux = "-b isolinux/isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin";
    let efi = "-eltorito-alt-boot -e boot/efi.img -no-emul-boot";
    let rescue =
        format!("{grub} {efi} -efi-boot-part --efi-boot-image --protective-msdos-label -apm-block-size 2048");
    let cases = [
        (rescue.clone(), "GRUB 2", "EFI boot partition"),
        (format!("{rescue} -append_partition 2 0x83 odd.img"), "GRUB 2", "Appended2"),
        (format!("{grub} -append_partition 2 0xef esp.img"), "GRUB 2", "0xef"),
        (format!("{isolinux} {efi} -isohybrid-gpt-basdat -apm-block-size 2048"), "isohybrid", "ISOHybrid1"),
        (
            "-append_partition 2 0xef esp.img -appended_part_as_gpt -apm-block-size 2048".into(),
            "",
            "Appended2",
        ),
(
            "-append_partition 2 0xef esp.img -appended_part_as_gpt -apm-block-size 2048 -partition_offset 16".into(),
            "",
            "ISO9660",
        ),
    ];
    let isomk = tool_path("isomk").display().to_string();
    let isols = tool_path("isols").display().to_string();
    for (arguments, code, partition) in cases {
        run(
            folder,
            &format!(
                "rm -f base.iso again.iso; xorriso -as mkisofs -quiet -R -hfsplus {arguments} -o base.iso tree 2> /dev/null"
            ),
        );
        let said = run(folder, &format!("{isomk} --base base.iso /more=odd.img -o again.iso 2>&1"));
        let others: Vec<&str> = said.lines().filter(|line| !line.contains("is not a FAT volume")).collect();
        let warning = "isomk: base.iso: warning: its HFS+ volume is left out; a Macintosh that boots by it will not boot from the new image";
        assert_eq!(others, [warning], "{arguments}");
        assert!(run(folder, &format!("{isols} --boot base.iso")).contains("HFSPLUS"), "{arguments}");
        let told = run(folder, &format!("{isols} --boot again.iso"));
        assert!(
            told.contains(code) && told.contains(partition) && !told.contains("HFS"),
            "{arguments}: {told}"
        );
        let faults = run(
            folder,
            &format!("{isols} --check again.iso | grep -v -e FAT -e 'no partition is active' || true"),
        );
        assert_eq!(faults, "", "{arguments}");
        if arguments == rescue {
            run(folder, "sgdisk -v again.iso | grep -q 'No problems found'");
        }
        // The code is what it was before the map came, but for its first jump.
        let code = if code == "GRUB 2" { "/usr/lib/grub/i386-pc/boot_hybrid.img" } else { "base.iso" };
        run(folder, &format!("cmp -i 8 -n 80 again.iso {code}"));
        let files = run(folder, "xorriso -indev again.iso -find / -type f -- 2> /dev/null");
        assert!(files.contains("/more") && files.contains("/large"), "{arguments}: {files}");
    }
}
