//! Images that boot by a loader, which is named and looked for: what its files make of them, and that the options that are
//! printed for it ask for the same. That such images boot is for `cargo xtask boot` to show.

use super::facts::{run, stage};
use isokit_tests::{output, peer, text, tool};
use std::path::Path;
use std::process::Output;

/// Trees by their loaders, what is noted of each, and what `isols --boot` says of the entries. EFI programs and images are
/// stand-ins: nothing is looked at but where they are.
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
        "mkdir -p tree/boot/grub; cp esp.img tree/boot/grub/efi.img",
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
         cp /usr/lib/ISOLINUX/isohdpfx.bin tree/boot/syslinux; cp esp.img tree/images/efiboot.img",
        "--bios-boot boot/syslinux/isolinux.bin --boot-info-table --boot-entry \
         images/efiboot.img,platform=efi,partition=gpt --boot-catalog boot/syslinux/boot.cat --boot-code \
         tree/boot/syslinux/isohdpfx.bin --partitions inactive",
        &["ISOLINUX isohybrid MBR", "0xef EFI system"],
    ),
    (
        "limine",
        "mkdir -p tree/boot/limine; head -c 20480 odd.img > tree/boot/limine/limine-bios-cd.bin
         cp esp.img tree/boot/limine/limine-uefi-cd.bin",
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
         cp esp.img tree/efi/microsoft/boot/efisys.bin",
        "--boot-entry boot/etfsboot.com,load-size=8 --efi-boot efi/microsoft/boot/efisys.bin",
        &["1  *  BIOS      none", "2  *  EFI       none"],
    ),
];

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
    let refused = isomk(stage.path(), &format!("--boot grub {own}"));
    let sentence = "isomk: partition 2 is that of the boot loader; append others behind it\n";
    assert_eq!(text(&refused.stderr), sentence);
    assert_eq!(
        noted(&own.replace("linux=", "3:linux=")),
        "--bios-boot boot/grub/i386-pc/eltorito.img --boot-info-table --grub2-boot-info --boot-entry \
         partition:2,platform=efi --boot-entry other.img,platform=ppc --boot-catalog boot/cat --system-area area.bin \
         --append-partition 2:efi=image:/EFI --append-partition 3:linux=odd.img --partitions active,offset=16"
    );
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
