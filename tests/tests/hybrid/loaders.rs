//! Images that boot by a loader, which is named and looked for: what its files make of them, and that the options that are
//! printed for it ask for the same. That such images boot is for `cargo xtask boot` to show.

use super::facts::run;
use isokit_tests::{output, peer, text, tool};
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// Trees by their loaders, what is noted of each, and what `isols --boot` says of the entries. EFI programs are
/// stand-ins: nothing is looked at but where they are, and the first two bytes of one in an image of FAT.
const TREES: &[(&str, &str, &str, &[&str])] = &[
    (
        "grub",
        "mkdir -p tree/boot/grub/i386-pc tree/EFI/BOOT
         { cat /usr/lib/grub/i386-pc/cdboot.img; head -c 30720 /usr/lib/ISOLINUX/isolinux.bin; } > tree/boot/grub/i386-pc/eltorito.img
         head -c 100000 odd.img > tree/EFI/BOOT/BOOTX64.EFI",
        "--bios-boot boot/grub/i386-pc/eltorito.img --boot-info-table --grub2-boot-info --boot-code \
         /usr/lib/grub/i386-pc/boot_hybrid.img --boot-efi image:/EFI",
        &["GRUB 2 MBR", "1  *  BIOS      none", "2  *  EFI       none", "EFI system  Appended2"],
    ),
    (
        "grub",
        "mkdir -p tree/boot/grub; cp fat.img tree/boot/grub/efi.img",
        "--boot-entry boot/grub/efi.img,platform=efi,partition=efi --partitions protective",
        &["1  *  EFI       none", "EFI boot partition"],
    ),
    (
        "isolinux",
        "mkdir -p tree/isolinux; cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux; mkdir -p tree/efi/boot
         head -c 100000 odd.img > tree/efi/boot/bootx64.efi",
        "--bios-boot isolinux/isolinux.bin --boot-info-table --boot-entry partition:2,platform=efi,partition=gpt \
         --boot-catalog isolinux/boot.cat --boot-code /usr/lib/ISOLINUX/isohdpfx.bin --append-partition 2:0xef=image:/efi \
         --partitions mbr,inactive",
        &["ISOLINUX isohybrid MBR", "0xef EFI system", "basic data  ISOHybrid1", "2  *  EFI       none"],
    ),
    (
        "isolinux",
        "mkdir -p tree/boot/syslinux tree/images; cp /usr/lib/ISOLINUX/isolinux.bin tree/boot/syslinux
         cp /usr/lib/ISOLINUX/isohdpfx.bin tree/boot/syslinux; cp fat.img tree/images/efiboot.img",
        "--bios-boot boot/syslinux/isolinux.bin --boot-info-table --boot-entry \
         images/efiboot.img,platform=efi,partition=gpt --boot-catalog boot/syslinux/boot.cat --boot-code \
         tree/boot/syslinux/isohdpfx.bin --partitions inactive",
        &["ISOLINUX isohybrid MBR", "0xef EFI system"],
    ),
    (
        "limine",
        "mkdir -p tree/boot/limine; head -c 20480 odd.img > tree/boot/limine/limine-bios-cd.bin
         cp fat.img tree/boot/limine/limine-uefi-cd.bin",
        "--bios-boot boot/limine/limine-bios-cd.bin --boot-info-table --boot-entry \
         boot/limine/limine-uefi-cd.bin,platform=efi,partition=efi --partitions protective",
        &["GPT protective", "EFI boot partition", "1  *  BIOS      none", "2  *  EFI       none"],
    ),
    (
        "systemd-boot",
        "mkdir -p tree/EFI/BOOT tree/loader/entries tree/linux; echo program > tree/EFI/BOOT/BOOTX64.EFI
         echo kernel > tree/linux/vmlinuz; echo initrd > 'tree/linux/initrd.img'; echo other > tree/linux/other
         printf 'linux /linux/vmlinuz\\ninitrd /linux/initrd.img /none\\n' > tree/loader/entries/a.conf
         printf 'linux /linux/vmlinuz\\n' > tree/loader/entries/b.conf; echo timeout 1 > tree/loader/loader.conf",
        "--boot-efi image:/EFI --boot-efi image:/loader --boot-efi image:/linux/vmlinuz --boot-efi image:/linux/initrd.img",
        &["1  *  EFI       none", "EFI system  Appended2"],
    ),
    (
        "windows",
        "mkdir -p tree/boot tree/efi/microsoft/boot; head -c 4096 odd.img > tree/boot/etfsboot.com
         cp fat.img tree/efi/microsoft/boot/efisys.bin",
        "--boot-entry boot/etfsboot.com,load-size=8 --efi-boot efi/microsoft/boot/efisys.bin",
        &["1  *  BIOS      none", "2  *  EFI       none"],
    ),
];

/// What images are made of, and `fat.img`, from which UEFI starts something, as mtools makes it; `None`, said loudly, without a peer.
fn stage() -> Option<TempDir> {
    peer("mcopy")?;
    let stage = super::facts::stage()?;
    let script = "mformat -C -f 1440 -i empty.img ::; cp empty.img fat.img; mmd -i fat.img ::/EFI ::/EFI/BOOT
        printf MZ > program; mcopy -i fat.img program ::/EFI/BOOT/BOOTX64.EFI";
    run(stage.path(), script);
    Some(stage)
}

fn isomk(folder: &Path, words: &str) -> Output {
    let program = isokit_tests::tool_path("isomk");
    let script = format!("SOURCE_DATE_EPOCH=1700000000 {} {words} -o ours.iso tree", program.display());
    output(isokit_tests::bash(folder, &["-ec", &script]).current_dir(folder))
}

#[track_caller]
fn made(folder: &Path, words: &str) -> (Vec<u8>, String) {
    let out = isomk(folder, words);
    assert!(out.status.success(), "{words}: {}", text(&out.stderr));
    (std::fs::read(folder.join("ours.iso")).expect("made"), text(&out.stderr))
}

#[test]
fn a_loader_gets_what_the_printed_options_ask_for() {
    let Some(stage) = stage() else { return };
    for (loader, make, options, entries) in TREES {
        run(stage.path(), &format!("rm -rf tree; {make}"));
        let (image, said) = made(stage.path(), &format!("-v --boot {loader}"));
        let noted = said.lines().find_map(|line| line.split_once("the same as ")).expect("the options").1;
        assert_eq!(noted, *options, "{loader}");
        let listed = output(tool("isols").args(["--boot", "ours.iso"]).current_dir(stage.path()));
        let listed = text(&listed.stdout);
        for entry in *entries {
            assert!(listed.contains(entry), "{loader}: {entry}: {listed}");
        }
        assert!(made(stage.path(), noted).0 == image, "{loader}: {noted}");
    }
}

/// What is given replaces what is found, or is added to it.
#[test]
fn options_of_ones_own_go_with_a_loader() {
    let Some(stage) = stage() else { return };
    let (_, make, ..) = TREES[0];
    run(stage.path(), &format!("rm -rf tree; {make}; echo x > tree/other.img"));
    let noted = |words: &str| {
        let said = made(stage.path(), &format!("-v --boot grub {words}")).1;
        said.lines().find_map(|line| line.split_once("the same as ")).expect("the options").1.to_owned()
    };
    let own = "--boot-catalog boot/cat --system-area area.bin --append-partition linux=odd.img \
               --boot-entry other.img,platform=ppc --partitions offset=16";
    let refused = isomk(stage.path(), &format!("--boot grub {}", own.replace("linux=", "2:linux=")));
    let sentence = "isomk: partition 2 is that of the boot loader; append others behind it\n";
    assert_eq!(text(&refused.stderr), sentence);
    assert_eq!(
        noted(own),
        "--bios-boot boot/grub/i386-pc/eltorito.img --boot-info-table --grub2-boot-info --boot-entry \
         partition:2,platform=efi --boot-entry other.img,platform=ppc --boot-catalog boot/cat --system-area area.bin \
         --append-partition 2:efi=image:/EFI --append-partition 3:linux=odd.img --partitions active,offset=16"
    );
    // An entry for what the loader has one for takes its place, and keeps what the loader needs.
    let image = "boot/grub/i386-pc/eltorito.img";
    let (usual, (_, _, printed, _)) = (noted(""), TREES[0]);
    assert_eq!(usual, printed);
    assert_eq!(noted(&format!("--bios-boot {image}")), usual);
    assert!(noted(&format!("--boot-entry {image},id=Own")).contains("id=Own"));
    // Settings of the tables are the same as with the options that the loader stands for.
    for settings in
        ["mbr", "mbr,inactive", "protective", "apm", "writable,bios-bootable,volume-type=0x17", "nested"]
    {
        let asked = format!("--partitions {settings}");
        let image = made(stage.path(), &format!("--boot grub {asked}")).0;
        assert!(made(stage.path(), &noted(&asked)).0 == image, "{settings}");
        assert!(made(stage.path(), &format!("{usual} {asked}")).0 == image, "{settings}");
    }
    made(stage.path(), "--boot grub --partitions mbr");
    let listed = output(tool("isols").args(["--boot", "ours.iso"]).current_dir(stage.path()));
    let listed = text(&listed.stdout);
    assert!(listed.contains("0xef EFI system") && !listed.contains("gpt:"), "{listed}");
}

/// Appended partitions are in a GPT, as without a loader, but for ISOLINUX, whose code for disks starts from an MBR.
#[test]
fn a_loader_without_partitions_leaves_appended_ones_in_the_usual_table() {
    let Some(stage) = stage().filter(|_| peer("sfdisk").is_some()) else { return };
    let label = |words: &str| {
        made(stage.path(), &format!("{words} --append-partition 3:linux=odd.img"));
        let listed =
            output(std::process::Command::new("sfdisk").args(["-d", "ours.iso"]).current_dir(stage.path()));
        text(&listed.stdout).lines().next().unwrap_or_default().to_owned()
    };
    for (loader, make, want) in [
        ("grub", "mkdir -p tree/boot/grub; cp odd.img tree/boot/grub/eltorito.img", "label: gpt"),
        ("isolinux", "mkdir -p tree/isolinux; cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux", "label: dos"),
        ("isolinux", TREES[2].1, "label: dos"),
        ("limine", TREES[4].1, "label: gpt"),
        ("systemd-boot", TREES[5].1, "label: gpt"),
        ("windows", TREES[6].1, "label: gpt"),
    ] {
        run(stage.path(), &format!("rm -rf tree; {make}"));
        assert_eq!(label(&format!("--boot {loader}")), want, "{loader}: {make}");
        assert_eq!(label(&format!("--boot {loader} --partitions gpt")), "label: gpt", "{loader}");
        // The EFI boot partition of Limine is in a GPT whatever table others are in.
        let in_mbr = if loader == "limine" { "label: gpt" } else { "label: dos" };
        assert_eq!(label(&format!("--boot {loader} --partitions mbr")), in_mbr, "{loader}");
        assert_eq!(label(""), "label: gpt");
    }
}

#[test]
fn a_loader_that_is_not_there_is_named() {
    let Some(stage) = stage() else { return };
    run(
        stage.path(),
        "rm -rf tree; mkdir -p tree/EFI/BOOT; echo x > tree/EFI/BOOT/README; mkdir tree/isolinux tree/isolinux/isolinux.bin",
    );
    for (loader, sentence) in [
        ("grub", "GRUB is not in the image, expected boot/grub/i386-pc/eltorito.img or EFI/BOOT/BOOT*.EFI"),
        ("isolinux", "ISOLINUX is not in the image, expected isolinux/isolinux.bin"),
        (
            "limine",
            "Limine is not in the image, expected boot/limine/limine-bios-cd.bin or boot/limine/limine-uefi-cd.bin",
        ),
        ("systemd-boot", "systemd-boot is not in the image, expected EFI/BOOT/BOOT*.EFI"),
        (
            "windows",
            "Windows' loader is not in the image, expected boot/etfsboot.com or efi/microsoft/boot/efisys.bin",
        ),
    ] {
        let out = isomk(stage.path(), &format!("--boot {loader}"));
        assert_eq!((text(&out.stderr), out.status.code()), (format!("isomk: {sentence}\n"), Some(2)));
        assert!(!stage.path().join("ours.iso").exists());
    }
}

/// An image of FAT in which UEFI finds nothing is no loader: another one is taken, or the programs. If BIOS has something to boot, it
/// is taken with a warning.
#[test]
fn an_image_from_which_uefi_starts_nothing_is_no_loader() {
    let Some(stage) = stage() else { return };
    let (folder, missing) = (stage.path(), "EFI is missing; UEFI firmware finds nothing to start");
    let no_fat = "is not a FAT volume; UEFI firmware cannot read it and boots nothing from it";
    let refused = |loader: &str, sentence: &str| {
        let out = isomk(folder, &format!("--boot {loader}"));
        assert_eq!((text(&out.stderr), out.status.code()), (format!("isomk: {sentence}\n"), Some(2)));
    };
    let noted = |loader: &str| {
        let said = made(folder, &format!("-v --boot {loader}")).1;
        let warning =
            said.lines().find_map(|line| line.split_once("warning: ")).map(|(_, said)| said.to_owned());
        let options = said.lines().find_map(|line| line.split_once("the same as ")).expect("the options").1;
        (options.to_owned(), warning)
    };
    run(folder, "rm -rf tree; mkdir -p tree/boot/grub tree/images; cp empty.img tree/boot/grub/efi.img");
    let expected = "GRUB is not in the image, expected boot/grub/i386-pc/eltorito.img or EFI/BOOT/BOOT*.EFI";
    refused("grub", &format!("{expected}; boot/grub/efi.img: {missing}"));
    run(folder, "cp fat.img tree/images/efiboot.img");
    let other = "--boot-entry images/efiboot.img,platform=efi,partition=efi --partitions protective";
    assert_eq!(noted("grub"), (other.to_owned(), None));
    run(folder, "rm tree/images/*; mkdir -p tree/EFI/BOOT; echo MZ > tree/EFI/BOOT/BOOTX64.EFI");
    assert_eq!(noted("grub"), ("--boot-efi image:/EFI".to_owned(), None));
    run(folder, "rm -r tree/EFI; mkdir tree/isolinux; cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux");
    assert_eq!(noted("isolinux").1.as_deref(), Some(missing));
    run(folder, "mkdir tree/limine; cp odd.img tree/limine/limine-uefi-cd.bin");
    let expected = "Limine is not in the image, expected boot/limine/limine-bios-cd.bin or boot/limine/limine-uefi-cd.bin";
    refused("limine", &format!("{expected}; limine/limine-uefi-cd.bin: {no_fat}"));
    run(folder, "cp odd.img tree/limine/limine-bios-cd.bin");
    assert_eq!(noted("limine").1.as_deref(), Some(no_fat));
    run(folder, "mkdir -p tree/efi/microsoft/boot; cp empty.img tree/efi/microsoft/boot/efisys.bin");
    assert_eq!(noted("windows").1.as_deref(), Some(missing));
}

/// An EFI system partition that is given as an image is looked at as well; one in the image is taken as it is.
#[test]
fn a_system_partition_from_which_uefi_starts_nothing_is_warned_of() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    run(
        folder,
        "head -c 100K fat.img > cut.img; cp fat.img tree/efi.img; cp empty.img tree/empty.img; tar -cf tree.tar tree",
    );
    let said = |words: &str| made(folder, words).1;
    assert_eq!(said("--boot-efi fat.img"), "");
    assert_eq!(said("--append-partition data=odd.img"), "");
    let missing = "isomk: partition 2: warning: EFI is missing; UEFI firmware finds nothing to start\n";
    assert_eq!(said("--boot-efi empty.img"), missing);
    let no_fat = "isomk: partition 2: warning: is not a FAT volume; UEFI firmware cannot read it and boots nothing from it\n";
    assert_eq!(said("--boot-efi odd.img"), no_fat);
    assert_eq!(said("--append-partition efi=odd.img --partitions mbr"), no_fat);
    let cut = "isomk: partition 2: warning: its FAT volume has 1474560 bytes, but the file 102400; UEFI firmware reads what lies \
               behind it as its end\n";
    assert_eq!(said("--boot-efi cut.img"), cut);
    assert_eq!(
        said("--boot-efi image:/empty.img"),
        "isomk: partition 2: warning: has no EFI/BOOT/BOOT*.EFI for UEFI to start\n"
    );
    for words in ["--boot-efi image:/efi.img", "--boot-efi image:/tree/efi.img @tree.tar"] {
        assert_eq!(said(words), "", "{words}");
        let isocat = isokit_tests::tool_path("isocat");
        run(
            folder,
            &format!("{} --part gpt:2 ours.iso > volume; cmp -n 1474560 volume fat.img", isocat.display()),
        );
    }
}

/// The EFI system partition has what is in the image, and what a program needs of it.
#[test]
fn copies_in_a_fat_volume_are_those_of_the_image() {
    let Some(stage) = stage() else { return };
    if ["fsck.fat", "mcopy", "sfdisk"].iter().any(|name| peer(name).is_none()) {
        return;
    }
    let (_, make, ..) = TREES[5];
    run(stage.path(), &format!("rm -rf tree; {make}"));
    made(stage.path(), "--boot systemd-boot --sums sums");
    let script = "start=$(sfdisk -l -o Start,Type ours.iso | sed -n 's/ *EFI System$//p')
        size=$(sfdisk -l -o Sectors,Type ours.iso | sed -n 's/ *EFI System$//p')
        dd if=ours.iso of=volume bs=512 skip=$((start)) count=$((size)) status=none
        fsck.fat -n volume > said || cat said
        mcopy -s -n -i volume ::/ copied; rm tree/linux/other; diff -r tree copied
        cd copied; grep -v other ../sums | sha256sum -c --quiet";
    assert_eq!(run(stage.path(), script), "");
}

/// Of programs in a directory and in the image, too: what is warned of is what `isols --check` finds.
#[test]
fn programs_that_are_none_are_warned_of() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let sentence = "EFI/BOOT/BOOT*.EFI is not a program; UEFI firmware finds nothing to start";
    let programs = [
        ("cp /bin/true tree/EFI/BOOT/BOOTX64.EFI", false),
        (": > tree/EFI/BOOT/BOOTX64.EFI", false),
        ("printf M > tree/EFI/BOOT/bootaa64.efi", false),
        ("printf MZ > tree/EFI/BOOT/BOOTX64.EFI", true),
        ("cp /bin/true tree/EFI/BOOT/BOOTX64.EFI; echo MZ > tree/EFI/BOOT/BOOTIA32.EFI", true),
    ];
    for (make, starts) in programs {
        run(
            folder,
            &format!("rm -rf tree; mkdir -p tree/EFI/BOOT tree/loader/entries tree/isolinux; {make}"),
        );
        run(
            folder,
            "cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux; rm -rf esp; mkdir esp; cp -r tree/EFI esp",
        );
        for words in [
            "--boot grub",
            "--boot systemd-boot",
            "--boot isolinux",
            "--boot-efi esp",
            "--boot-efi image:EFI",
        ] {
            let (_, said) = made(folder, words);
            let warning = format!("isomk: partition 2: warning: {sentence}\n");
            assert_eq!(said, if starts { "" } else { warning.as_str() }, "{make}, {words}");
            let found = output(tool("isols").args(["--check", "ours.iso"]).current_dir(folder));
            // An empty file has no first cluster, of which it tells as such.
            let faults = [sentence, "UEFI firmware may not find the loader"];
            let is_found = faults.iter().any(|fault| text(&found.stdout).contains(fault));
            assert_eq!(is_found, !starts, "{make}, {words}: {found:?}");
        }
    }
}
