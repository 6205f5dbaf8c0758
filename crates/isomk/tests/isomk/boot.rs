//! Boot catalogs, by the words of xorriso.

use isokit_tests::Workshop;
use isokit_tests::{output, peer};

const TREE: &str = "mkdir -p tree/boot; head -c 5000 /dev/urandom > tree/boot/bios.img; head -c 40960 /dev/urandom > tree/efi.img
    head -c 1474560 /dev/zero > tree/floppy.img; head -c 440 /dev/urandom > mbr; touch tree/none";

fn report(workshop: &Workshop) -> Option<String> {
    let mut xorriso = peer("xorriso")?;
    let found = output(
        xorriso.args(["-indev", "image.iso", "-report_el_torito", "plain"]).current_dir(workshop.path("")),
    );
    Some(String::from_utf8_lossy(&found.stdout).split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_bios_and_an_efi_entry() {
    let workshop = Workshop::new(TREE);
    let before = workshop.read("tree/boot/bios.img");
    let bios = ["--bios-boot", "boot/bios.img", "--boot-info-table"];
    let efi = ["--efi-boot", "efi.img", "--boot-catalog", "boot/boot.cat", "--system-area", "mbr", "tree"];
    let made = workshop.isomk(&[&["-o", "image.iso"], &bios[..], &efi[..]].concat()).assert().success();
    made.stderr(
        "isomk: efi.img: warning: is not a FAT volume; UEFI firmware cannot read it and boots nothing from it\n",
    );
    assert!(workshop.read("tree/boot/bios.img") == before, "patched in the image only");
    assert_eq!(workshop.read("image.iso")[..440], workshop.read("mbr"));
    let Some(report) = report(&workshop) else { return };
    assert!(report.contains("El Torito boot img : 1 BIOS y none 0x0000 0x00 4 "), "{report}");
    assert!(report.contains("El Torito boot img : 2 UEFI y none 0x0000 0x00 80 "), "{report}");
    assert!(report.contains("El Torito cat path : /boot/boot.cat"), "{report}");
    assert!(report.contains("El Torito img path : 1 /boot/bios.img"), "{report}");
    assert!(report.contains("El Torito img opts : 1 boot-info-table"), "{report}");
    if let Some(content) = workshop.content("image.iso", "/boot/bios.img") {
        assert_eq!(content[64..], before[64..]);
        assert_ne!(content[8..64], before[8..64]);
    }
}

#[test]
fn any_entry() {
    let workshop = Workshop::new(TREE);
    workshop.image(&[
        "--boot-entry",
        "floppy.img,emulation=floppy",
        "--boot-entry",
        "boot/bios.img,platform=mac,load-size=7,load-segment=0x1234,id=Test,selection=1:0a0b,not-bootable",
        "tree",
    ]);
    let Some(report) = report(&workshop) else { return };
    assert!(report.contains("El Torito boot img : 1 BIOS y fd1.4 0x0000 0x00 1 "), "{report}");
    assert!(report.contains("El Torito boot img : 2 Mac n none 0x1234 0x00 7 "), "{report}");
    let catalog: usize = report.split(' ').nth(4).and_then(|sector| sector.parse().ok()).expect("a sector");
    let catalog = workshop.read("image.iso").split_off(catalog * 2048);
    assert_eq!(&catalog[64 + 4..64 + 8], b"Test");
    assert_eq!(&catalog[96 + 12..96 + 15], b"\x01\x0a\x0b");
}

#[test]
fn what_cannot_boot_is_refused() {
    let workshop = Workshop::new(TREE);
    workshop.refuses(&["--bios-boot", "missing", "tree"], "isomk: missing: no such file in the image");
    workshop.refuses(
        &["--bios-boot", "boot", "tree"],
        "isomk: boot: is not a regular file with content; cannot be a boot image",
    );
    workshop.refuses(
        &["--bios-boot", "none", "tree"],
        "isomk: none: is not a regular file with content; cannot be a boot image",
    );
    workshop.refuses(&["--boot-entry", "efi.img,emulation=floppy", "tree"], "isomk: ");
    workshop.refuses(
        &["--boot-entry", "efi.img,colour=red", "tree"],
        "isomk: --boot-entry: \"efi.img,colour=red\": \"colour\" is not known; try: isomk --help",
    );
    workshop.refuses(&["--boot-catalog", "x", "tree"], "isomk: --boot-catalog: requires a boot entry");
    workshop
        .refuses(&["--abstract", "missing", "tree"], "isomk: missing: no such file in the root of the image");
}

#[test]
fn an_efi_partition_without_a_program_is_warned_of() {
    let workshop =
        Workshop::new("mkdir -p esp/efi/boot esp/none; echo MZ > esp/efi/boot/bootx64.efi; echo x > file");
    let said = |arguments: &[&str]| {
        let made = workshop.isomk(&[&["-o", "image.iso"], arguments, &["file"]].concat()).assert().success();
        isokit_tests::text(&made.get_output().stderr)
    };
    let warning = "isomk: partition 2: warning: has no EFI/BOOT/BOOT*.EFI for UEFI to start\n";
    assert_eq!(said(&["--boot-efi", "esp"]), "");
    assert_eq!(said(&["--boot-efi", "esp/efi"]), warning);
    assert_eq!(said(&["--append-partition", "0xef=esp/none", "--partitions", "mbr"]), warning);
    assert_eq!(said(&["--append-partition", "data=esp/none"]), "");
}

#[test]
fn an_efi_image_that_firmware_cannot_read_is_warned_of_whoever_asks_for_it() {
    let none = "is not a FAT volume; UEFI firmware cannot read it and boots nothing from it";
    let short = "its FAT volume has 8388608 bytes, but the file 1048576; UEFI firmware reads what lies behind it as its end";
    let empty = "EFI is missing; UEFI firmware finds nothing to start";
    if peer("mkfs.vfat").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir tree; echo x > tree/none; mkfs.vfat -C tree/empty 8192; head -c 1048576 tree/empty > tree/short",
    );
    for (file, sentences) in [("none", &[none][..]), ("short", &[short, empty]), ("empty", &[empty])] {
        let path = format!("tree/{file}");
        let appended = |kind: &str| format!("{kind}={path}");
        for (name, arguments) in [
            (file, &["--efi-boot", file, "tree"][..]),
            (file, &["--boot-entry", &format!("{file},platform=efi"), "tree"]),
            (file, &["--as", "mkisofs", "-quiet", "-e", file, "-no-emul-boot", "tree"]),
            ("partition 2", &["--append-partition", &appended("efi"), "tree"]),
            ("partition 2", &["--append-partition", &appended("0xef"), "--partitions", "mbr", "tree"]),
            (
                "partition 2",
                &["--as", "xorrisofs", "-quiet", "-append_partition", "2", "0xef", &path, "tree"],
            ),
        ] {
            let (first, rest) =
                if arguments[0] == "--as" { arguments.split_at(2) } else { arguments.split_at(0) };
            let made = workshop.isomk(&[first, &["-o", "image.iso"], rest].concat()).assert().success();
            let told = isokit_tests::text(&made.get_output().stderr);
            let lines = sentences.iter().map(|sentence| format!("isomk: {name}: warning: {sentence}\n"));
            assert_eq!(told, lines.collect::<String>(), "{arguments:?}");
        }
    }
    // A program without content has no cluster to look at.
    if peer("mcopy").is_some() {
        workshop.shell(
            "mkfs.vfat -C tree/nothing 1440 && mmd -i tree/nothing ::/EFI ::/EFI/BOOT && : > BOOTX64.EFI
             mcopy -i tree/nothing BOOTX64.EFI ::/EFI/BOOT",
        );
        let made = workshop.isomk(&["-o", "image.iso", "--efi-boot", "nothing", "tree"]).assert().success();
        made.stderr(
            "isomk: nothing: warning: EFI/BOOT/BOOT*.EFI is not a program; UEFI firmware finds nothing to start\n",
        );
        workshop.shell("rm tree/nothing");
    }
    // A file of an image ends where it ends, whatever lies behind it.
    workshop.shell("isomk -q -o old.iso tree");
    let made =
        workshop.isomk(&["-o", "image.iso", "--base", "old.iso", "--efi-boot", "short"]).assert().success();
    assert_eq!(
        isokit_tests::text(&made.get_output().stderr),
        format!("isomk: short: warning: {short}\nisomk: short: warning: {empty}\n")
    );
}

/// What reads images, or only warns, has no option of isomk's own.
#[test]
fn a_command_line_is_translated_and_not_obeyed() {
    let workshop = Workshop::new("echo x > file; isomk -o image.iso file");
    let shown = |words: &str| {
        let words: Vec<&str> = words.split(' ').collect();
        workshop.isomk(&[&["--print-request", "--as"], &words[..]].concat())
    };
    let refused = shown("xorriso -osirrox on -indev image.iso -extract /file out").assert().code(2);
    let sentence = "isomk: an image is read, and none is made; isols and isocat read images\n";
    assert_eq!(isokit_tests::text(&refused.get_output().stderr), sentence);
    assert!(!workshop.path("out").exists());
    let warned = shown("xorrisofs -hfsplus -o out file").assert().success();
    let said = isokit_tests::text(&warned.get_output().stderr);
    assert!(said.starts_with("isomk: -hfsplus: warning: HFS+ is not written"), "{said}");
    assert!(isokit_tests::text(&warned.get_output().stdout).starts_with("isomk "));
}

#[test]
fn what_an_entry_of_systemd_boot_names_and_is_not_there_is_warned_of() {
    let workshop = Workshop::new(
        "mkdir -p tree/EFI/BOOT tree/loader/entries; echo MZ > tree/EFI/BOOT/BOOTX64.EFI; echo k > tree/vmlinuz
        printf 'title x\\nlinux /vmlinuz\\ninitrd /VMLINUZ /none.img\\n' > tree/loader/entries/a.conf",
    );
    let made = workshop.isomk(&["-o", "image.iso", "--boot", "systemd-boot", "tree"]).assert().success();
    let said = isokit_tests::text(&made.get_output().stderr);
    let sentence = "isomk: loader/entries/a.conf: warning: names /none.img, which is no file of the image\n";
    assert_eq!(said, sentence);
}

/// Trees unpacked from images have a catalog, which is made anew; any other file is a loss.
#[test]
fn a_file_that_the_catalog_replaces_is_told_of() {
    let workshop = Workshop::new(TREE);
    workshop.shell(
        "echo precious > tree/boot/cat; isomk -o first.iso --bios-boot efi.img --boot-catalog cat tree",
    );
    workshop.shell("isocat first.iso /cat > tree/catalog; : > tree/boot/empty");
    let said = |catalog: &str| {
        let options = ["-o", "image.iso", "--bios-boot", "boot/bios.img", "--boot-catalog", catalog, "tree"];
        isokit_tests::text(&workshop.isomk(&options).assert().success().get_output().stderr)
    };
    assert_eq!(said("boot/cat"), "isomk: /boot/cat: warning: gives its place to the boot catalog\n");
    for kept in ["catalog", "boot/empty", "boot/new"] {
        assert_eq!(said(kept), "", "{kept}");
    }
    // Nor is the catalog of a base.
    workshop.shell("isomk -o second.iso --base first.iso /new=mbr 2> told; [ ! -s told ]");
    // A boot image that is one name of a file with two keeps the other.
    workshop.shell("ln tree/boot/bios.img tree/boot/other");
    assert!(said("boot/other").ends_with("gives its place to the boot catalog\n"));
}

#[test]
fn a_catalog_named_as_a_boot_image_is_refused() {
    let workshop = Workshop::new(TREE);
    for catalog in ["boot/bios.img", "/boot//./bios.img", "efi.img"] {
        workshop.refuses(
            &["--bios-boot", "boot/bios.img", "--efi-boot", "efi.img", "--boot-catalog", catalog, "tree"],
            &format!("isomk: --boot-catalog: {catalog} is a boot image; the catalog needs another name"),
        );
    }
    let line = "-R -b boot/bios.img -c boot/bios.img -no-emul-boot -o refused.iso tree";
    let (status, _, said) = workshop.ended(&format!("isomk --as mkisofs {line}"));
    assert_eq!(status, 2);
    assert!(said.contains("-c: boot/bios.img is a boot image; the catalog needs another name"), "{said}");
    if peer("xorriso").is_some() {
        assert_ne!(workshop.ended(&format!("xorriso -as mkisofs {line}")).0, 0);
    }
}

/// Settings that would be refused as options of one's own, and have no effect in xorriso's command line, are not printed.
#[test]
fn settings_without_effect_are_not_printed() {
    let workshop = Workshop::new(TREE);
    for (line, chrp) in [
        ("-chrp-boot-part", true),
        ("-chrp-boot-part --protective-msdos-label", true),
        ("-chrp-boot-part -append_partition 3 0x83 mbr", true),
        (
            "-chrp-boot-part -append_partition 3 0x83 mbr -appended_part_as_gpt --protective-msdos-label",
            false,
        ),
        ("-chrp-boot-part -e efi.img -no-emul-boot -efi-boot-part --efi-boot-image", false),
    ] {
        let line = format!("--as xorrisofs -R -o asked.iso {line} tree");
        let (status, printed, said) = workshop.ended(&format!("isomk --print-request {line}"));
        assert_eq!((status, said.as_str(), printed.contains("chrp")), (0, "", chrp), "{line}: {printed}");
        assert!(!printed.contains("protective"), "{printed}");
        workshop.shell(&format!(
            "export SOURCE_DATE_EPOCH=1700000000; isomk {line}; mv asked.iso first.iso; {}; cmp first.iso asked.iso",
            printed.trim()
        ));
    }
}

/// Whatever has no effect in another dialect is no option that isomk refuses, and values stay values.
#[test]
fn what_is_printed_of_a_command_line_makes_the_same_image() {
    let workshop = Workshop::new(
        "mkdir -p tree/boot; head -c 5000 /dev/urandom > tree/boot/bios.img; head -c 40960 /dev/urandom > tree/efi.img
         head -c 4096 /dev/urandom > part; echo x > tree/kernel; ln -s kernel tree/link; echo ü > tree/größe",
    );
    let bios = "-b boot/bios.img -no-emul-boot -boot-info-table";
    let efi = "-eltorito-alt-boot -e efi.img -no-emul-boot";
    for line in [
        "genisoimage -R -hide-joliet ker*",
        "genisoimage -R -hide-udf kernel -hide link",
        "genisoimage -output-charset iso8859-1",
        "genisoimage -l -output-charset iso8859-1 -U",
        "genisoimage -R -J -output-charset cp437",
        "xorrisofs --norock --xattr",
        "xorrisofs --for_backup --norock",
        "genisoimage -V -x -publisher -v -A --x",
        "genisoimage -V --help -p -",
        "xorrisofs -V -- -volset --",
        "xorrisofs -sort-weight -7 kernel",
        &format!("xorrisofs -chrp-boot-part {bios} {efi} -part_like_isohybrid -isohybrid-gpt-basdat"),
        &format!(
            "xorrisofs -chrp-boot-part -append_partition 2 0x83 part {bios} {efi} -part_like_isohybrid -isohybrid-gpt-basdat"
        ),
        &format!(
            "xorrisofs {bios} {efi} -append_partition 3 0x0c part -appended_part_as_gpt -partition_offset 16"
        ),
        &format!("xorrisofs -chrp-boot-part {bios} {efi}"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let dated = |words: &[&str]| {
            let mut command = workshop.isomk(words);
            command.env("SOURCE_DATE_EPOCH", "1700000000");
            command
        };
        dated(&[&["--as"], &words[..], &["-quiet", "-o", "one.iso", "tree"]].concat()).assert().success();
        let shown = [&["--print-request", "--as"], &words[..], &["-quiet", "-o", "two.iso", "tree"]].concat();
        let shown = dated(&shown).assert().success();
        let printed = isokit_tests::text(&shown.get_output().stdout);
        workshop.shell(&format!("export SOURCE_DATE_EPOCH=1700000000; {printed}"));
        assert!(workshop.read("one.iso") == workshop.read("two.iso"), "{line}: {printed}");
    }
    for byte in ["0x00", "@"] {
        let words =
            ["--print-request", "--as", "xorrisofs", "--application_use", byte, "-o", "one.iso", "tree"];
        let told = workshop.isomk(&words).assert().code(1);
        let told = isokit_tests::text(&told.get_output().stderr);
        assert!(told.contains("these bytes of the application use"), "{told}");
    }
}

#[test]
fn what_is_printed_of_a_changed_image_makes_the_same() {
    let workshop = Workshop::new(
        "mkdir -p tree/d; echo x > tree/a; echo y > tree/d/b; head -c 100000 /dev/urandom > tree/big; echo new > new
         export SOURCE_DATE_EPOCH=1700000000; isomk -o old.iso tree; touch there",
    );
    for words in [
        "--as xorriso -indev old.iso -outdev OUT -volid N",
        "--as xorriso -indev old.iso -outdev OUT -map new /new -rm /a --",
        "--as xorriso -indev old.iso -joliet on -outdev OUT -volid -x",
        "--append-partition data=image:d --base old.iso --replace big=new -o OUT",
        "--append-partition 3:linux=new --append-partition 0x0c=new --base old.iso -o OUT",
    ] {
        let [one, two] = ["one.iso", "two.iso"].map(|name| words.replace("OUT", name));
        workshop.shell(&format!(
            "export SOURCE_DATE_EPOCH=1700000000; rm -f one.iso two.iso; isomk {one} 2>said; isomk --print-request {two} >line && sh line
             cmp one.iso two.iso || {{ cat line said; false; }}"
        ));
    }
    // Nothing is written, so that it does not matter what is there.
    let shown =
        workshop.shell("isomk --print-request --as xorriso -indev old.iso -outdev new -volid N; cat new");
    assert!(shown.ends_with("--volume-id N --output new\nnew\n") || shown.ends_with("\nnew\n"), "{shown}");
}

/// Locales without a language say ASCII.
#[test]
fn names_in_ascii_are_as_they_are() {
    let workshop = Workshop::new(
        "mkdir tree; echo x > tree/é; export SOURCE_DATE_EPOCH=1700000000
        isomk --as genisoimage -quiet -R -J -o want.iso tree",
    );
    for set in ["ascii", "US-ASCII", "C", "POSIX", "ANSI_X3.4-1968"] {
        workshop.shell(&format!(
            "export SOURCE_DATE_EPOCH=1700000000; isomk --as genisoimage -quiet -R -J -input-charset {set} -o x.iso tree; cmp x.iso want.iso"
        ));
    }
}
