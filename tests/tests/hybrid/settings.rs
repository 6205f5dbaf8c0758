//! What of an image is changed by a single setting, and what is left out for others, as other programs see it.

use super::facts::{run, stage};
use isokit_tests::{output, peer, text, tool, tool_path};
use std::path::Path;

const ISOHYBRID: &str = "-b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table -isohybrid-mbr \
     /usr/lib/ISOLINUX/isohdpfx.bin -eltorito-alt-boot -e boot/efi.img -no-emul-boot -isohybrid-gpt-basdat -isohybrid-apm-hfsplus";
const APPENDED: &str = "-append_partition 2 0xef esp.img -appended_part_as_gpt -b boot/core.img -no-emul-boot --grub2-mbr \
     /usr/lib/grub/i386-pc/boot_hybrid.img -eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot";
const GUID: &str = "11111111-2222-4333-8444-555555555555";

fn base(folder: &Path, arguments: &str) {
    run(
        folder,
        &format!("rm -f base.iso; xorriso -as mkisofs -quiet -R {arguments} -o base.iso tree 2> /dev/null"),
    );
}

/// What isomk says, and whether it makes an image.
fn made(folder: &Path, arguments: &str) -> (bool, String) {
    let _ = std::fs::remove_file(folder.join("made.iso"));
    let words = arguments.split_whitespace();
    let out =
        output(tool("isomk").args(["--base", "base.iso", "-o", "made.iso"]).args(words).current_dir(folder));
    // Stand-ins for EFI system partitions are none.
    let said = text(&out.stderr);
    let lines = said.lines().filter(|line| !line.contains("is not a FAT volume"));
    (out.status.success(), lines.map(|line| format!("{line}\n")).collect())
}

/// Tables, boot entries and where they lie, as xorriso reports them.
fn reported(folder: &Path, image: &str) -> String {
    run(
        folder,
        &format!("xorriso -indev {image} -report_system_area plain -report_el_torito plain 2> /dev/null"),
    )
}

/// The lines in which the reports of both images differ.
fn differences(folder: &Path) -> Vec<String> {
    let (was, is) = (reported(folder, "base.iso"), reported(folder, "made.iso"));
    let changed = is.lines().filter(|line| !was.lines().any(|other| other == *line));
    let gone = was.lines().filter(|line| !is.lines().any(|other| other == *line));
    changed.map(|line| format!("+{line}")).chain(gone.map(|line| format!("-{line}"))).collect()
}

#[test]
fn a_setting_changes_what_it_says_and_nothing_else() {
    let Some(stage) = stage() else { return };
    if peer("sgdisk").is_none() {
        return;
    }
    let folder = stage.path();
    let cases = [
        (ISOHYBRID, format!("guid={GUID}"), "GPT disk GUID|GPT partition GUID"),
        (APPENDED, format!("guid={GUID}"), "GPT disk GUID|GPT partition GUID"),
        (ISOHYBRID, "writable".into(), "GPT partition flags: *1 "),
        (ISOHYBRID, "bios-bootable".into(), "GPT partition flags: *1 "),
        (ISOHYBRID, "active".into(), "none"),
        (
            "-append_partition 2 0x83 odd.img",
            "active".into(),
            "MBR partition +: +1 |System area (options|summary)",
        ),
        ("-append_partition 2 0x83 odd.img", "volume-type=0x17".into(), "MBR partition +: +1 "),
        ("-partition_offset 16", "volume-type=linux".into(), "MBR partition +: +1 "),
        (
            "-append_partition 2 0x83 odd.img",
            "protective".into(),
            "MBR partition +: +1 |System area (options|summary)",
        ),
    ];
    for (arguments, setting, kinds) in cases {
        base(folder, arguments);
        // As other programs have the like of it.
        assert!(made(folder, "").0, "{arguments}");
        run(folder, "mv made.iso base.iso");
        let (done, said) = made(folder, &format!("--partitions {setting}"));
        assert!(done && said.is_empty(), "{arguments}, {setting}: {said}");
        let found = differences(folder);
        std::fs::write(folder.join("found"), found.join("\n")).expect("room");
        let others = run(folder, &format!("grep -vE '^.({kinds})' found || true"));
        assert!(others.trim().is_empty(), "{arguments}, {setting}: {others}");
        assert_eq!(found.is_empty(), kinds == "none", "{arguments}, {setting}: {found:?}");
        if setting.starts_with("guid") && arguments == APPENDED {
            let told = run(folder, "sgdisk -p -v made.iso");
            assert!(told.contains(GUID) && told.contains("No problems found"), "{told}");
        }
    }
    base(folder, APPENDED);
    let (done, said) = made(folder, "--partitions mbr");
    let told = reported(folder, "made.iso");
    assert!(done && told.contains("MBR partition      :   2   0x00  0xef"), "{said}{told}");
    assert!(!told.contains("GPT "), "{told}");
    // Where there are no tables, they make some.
    base(folder, "");
    let (done, said) = made(folder, "--partitions offset=16,volume-type=0x17");
    assert!(done && said.is_empty(), "{said}");
    let told = reported(folder, "made.iso");
    assert!(told.contains("Partition offset   : 16") && told.contains("0x17"), "{told}");
}

#[test]
fn what_a_setting_has_no_place_for_is_refused() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let cases = [
        (
            "-append_partition 2 0x83 odd.img",
            "guid=11111111-2222-4333-8444-555555555555",
            "its tables have no GPT",
        ),
        ("-append_partition 2 0x83 odd.img", "writable", "its tables have no GPT"),
        (ISOHYBRID, "mbr", "its tables have no appended partitions"),
        (ISOHYBRID, "apm", "its tables have no appended partitions"),
        (ISOHYBRID, "volume-type=0x83", "has boot images within, and keeps its type"),
        (ISOHYBRID, "inactive", "stays active"),
        (ISOHYBRID, "offset=16 --udf", "UDF leaves no room for a second set of descriptors"),
    ];
    for (arguments, setting, sentence) in cases {
        base(folder, arguments);
        let (done, said) = made(folder, &format!("--partitions {setting}"));
        assert!(
            !done && said.starts_with("isomk: base.iso: ") && said.contains(sentence),
            "{setting}: {said}"
        );
        assert!(!folder.join("made.iso").exists(), "{setting}");
    }
}

/// A warning names what xorriso finds in the base and not in the new image.
#[test]
fn what_is_left_out_is_named() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    run(folder, "mkdir -p tree/EFI/BOOT esp; echo MZ > tree/EFI/BOOT/BOOTX64.EFI; cp -r tree/EFI esp");
    let all = "its boot entries (BIOS, UEFI), boot code, MBR, GPT and Apple partition map are left out";
    let appended =
        "its boot entries (BIOS, UEFI), boot code, MBR, GPT and the partition behind its volume are left out";
    for (arguments, options, sentence) in [
        (ISOHYBRID, "--boot systemd-boot", all),
        (ISOHYBRID, "--boot-efi esp", all),
        (
            ISOHYBRID,
            "--boot-code /usr/lib/ISOLINUX/isohdpfx.bin",
            "its boot code, MBR, GPT and Apple partition map are left out",
        ),
        (ISOHYBRID, "--bios-boot isolinux/isolinux.bin --boot-info-table --partitions active", all),
        (APPENDED, "--boot systemd-boot", appended),
        (APPENDED, "--boot-efi esp", appended),
        ("-b boot/core.img -no-emul-boot", "--boot-efi esp", "its boot entry (BIOS) is left out"),
        (
            "-append_partition 2 0x83 odd.img",
            "--boot-efi esp",
            "its MBR and the partition behind its volume are left out",
        ),
    ] {
        base(folder, arguments);
        let (done, said) = made(folder, options);
        let warnings: Vec<&str> = said.lines().filter(|line| line.contains("left out")).collect();
        assert!(done, "{options}: {said}");
        let [warning] = warnings[..] else { panic!("{options}: {said}") };
        assert!(
            warning.starts_with(&format!("isomk: base.iso: warning: {sentence}")),
            "{options}: {warning}"
        );
    }
    base(folder, "");
    let (done, said) = made(folder, "--boot-efi esp");
    assert!(done && !said.contains("left out"), "{said}");
    // What is printed asks for the same.
    base(folder, APPENDED);
    let isomk = tool_path("isomk").display().to_string();
    run(
        folder,
        &format!(
            "rm -f a.iso b.iso; {isomk} --base base.iso --partitions guid={GUID} -o a.iso
             line=$({isomk} --print-request --base base.iso --partitions guid={GUID} -o b.iso); eval \"{isomk} ${{line#isomk }}\"; cmp a.iso b.iso"
        ),
    );
}
