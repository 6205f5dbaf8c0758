//! The same layouts out of `isomk`: at its own places its system area is what the planner makes, which is held against
//! xorriso's elsewhere; and others read the whole image.

use super::facts::{DATE, run, stage};
use super::layouts::{grub, isohybrid, plain};
use super::xorriso::{PADDING, compared, planned};
use isokit_tests::{kernel, output, peer, text, tool, tool_path};
use std::path::Path;
use std::process::{Command, Output};

/// What `isomk` makes where xorriso is called with the arguments of a layout.
fn told(folder: &Path, arguments: &str) -> Output {
    let date = str::from_utf8(DATE).expect("digits");
    let mut isomk = tool("isomk");
    isomk.args(["--as", "xorrisofs", "-quiet", "-R", &format!("--modification-date={date}")]);
    isomk.args(arguments.split_whitespace()).args(["-o", "../ours.iso", "."]);
    output(isomk.current_dir(folder.join("tree")).env("SOURCE_DATE_EPOCH", "1700000000"))
}

/// Stand-ins for EFI system partitions are none, which is warned of, as is what appended ones take the place of.
fn is_of_stand_in(line: &str) -> bool {
    line.contains("warning: is not a FAT volume") || line.contains("warning: takes the place of the MBR's")
}

#[track_caller]
fn made(folder: &Path, arguments: &str) -> Vec<u8> {
    let out = told(folder, arguments);
    let said = text(&out.stderr);
    let others = said.lines().filter(|line| !is_of_stand_in(line)).count();
    assert!(out.status.success() && others == 0, "{arguments}: {said}");
    std::fs::read(folder.join("ours.iso")).expect("made")
}

#[test]
fn system_areas_and_backups_are_those_that_are_planned() {
    let Some(stage) = stage() else { return };
    let mut count = 0;
    for layout in [isohybrid(), grub(), plain()].into_iter().flatten() {
        let image = made(stage.path(), &layout.arguments);
        let size = u64::try_from(image.len()).expect("small");
        let exact = planned(stage.path(), &layout, &image, PADDING).size();
        // What boots is a multiple of 32 KiB, where cylinders do not decide.
        let lacking = size.saturating_sub(exact);
        assert!(lacking < 32 << 10, "{}: {size} bytes, planned {exact}", layout.name);
        let area = planned(stage.path(), &layout, &image, PADDING + lacking);
        assert_eq!(compared(&area, &image), "", "{}: {}", layout.name, layout.arguments);
        count += 1;
    }
    assert!(count > 40, "{count} layouts");
}

#[test]
fn xorriso_recognizes_what_was_asked_of_isomk_as_what_it_was_asked() {
    let Some(stage) = stage() else { return };
    let report = |image: &str| {
        let script =
            format!("xorriso -indev {image} -report_system_area plain -report_el_torito plain 2>/dev/null");
        let told = run(stage.path(), &script);
        // Where parts lie and how long the end is differs, since the trees lie otherwise.
        let kept = told.lines().filter(|line| {
            [
                "System area",
                "MBR heads",
                "MBR secs",
                "GPT partname",
                "GPT type",
                "GPT partition flags",
                "APM partition",
                "El Torito img path",
                "El Torito img opts",
                "El Torito cat path",
            ]
            .iter()
            .any(|start| line.starts_with(start))
        });
        kept.map(str::to_owned).collect::<Vec<_>>()
    };
    let names = [
        "isohybrid",
        "GPT",
        "GPT and Apple map",
        "boot image in Apple map and beside GPT",
        "GRUB, appended in GPT",
        "GRUB, EFI system partition",
        "all four",
        "appended in GPT, no boot",
    ];
    let all = [isohybrid(), grub(), plain()].into_iter().flatten();
    let layouts: Vec<_> = all.filter(|layout| names.contains(&layout.name)).collect();
    assert_eq!(layouts.len(), names.len());
    for layout in layouts {
        made(stage.path(), &layout.arguments);
        super::xorriso::made(stage.path(), &layout);
        let (ours, theirs) = (report("ours.iso"), report("out.iso"));
        assert!(!theirs.is_empty(), "{}", layout.name);
        assert_eq!(ours, theirs, "{}: {}", layout.name, layout.arguments);
    }
}

#[test]
fn others_read_tables_tree_and_partitions() {
    let Some(stage) = stage() else { return };
    if ["sgdisk", "sfdisk", "7zz"].iter().any(|name| peer(name).is_none()) {
        return;
    }
    made(
        stage.path(),
        "-J -append_partition 2 0xef ../esp.img -append_partition 3 0FC63DAF-8483-4772-8E79-3D69D8477DE4 ../odd.img -appended_part_as_gpt \
         -b isolinux/isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table -eltorito-alt-boot \
         -e --interval:appended_partition_2:all:: -no-emul-boot",
    );
    let said =
        run(stage.path(), "sgdisk -v ours.iso; sfdisk -V ours.iso; sfdisk -l -o Start,Sectors,Type ours.iso");
    assert!(said.contains("No problems found.") && said.contains("No errors detected."), "{said}");
    let start = |kind: &str| {
        let line = said.lines().find(|line| line.ends_with(kind)).unwrap_or_else(|| panic!("{kind}: {said}"));
        line.split_whitespace().next().expect("a number").to_owned()
    };
    let (esp, odd) = (start("EFI System"), start("Linux filesystem"));
    let script = format!(
        "dd if=ours.iso bs=512 skip={esp} status=none | head -c 1474560 | cmp - esp.img
         dd if=ours.iso bs=512 skip={odd} status=none | head -c 1000001 | cmp - odd.img
         xorriso -osirrox on -indev ours.iso -extract / whole 2> /dev/null
         rm -f whole/boot.catalog; diff -r -x isolinux.bin tree whole"
    );
    assert_eq!(run(stage.path(), &script), "");
}

/// An EFI system partition out of a directory: what it holds, by three readers.
#[test]
fn an_appended_directory_is_a_fat_volume() {
    let Some(stage) = stage() else { return };
    if ["fsck.fat", "mcopy", "sfdisk"].iter().any(|name| peer(name).is_none()) {
        return;
    }
    run(
        stage.path(),
        "mkdir -p esp/EFI/BOOT 'esp/loader/a long name'
         { printf MZ; head -c 299999 odd.img; } > esp/EFI/BOOT/BOOTX64.EFI; ln -s EFI/BOOT/BOOTX64.EFI esp/link.efi
         echo timeout 3 > 'esp/loader/a long name/loader.conf'; : > esp/empty
         touch -d @1600000000 esp/EFI/BOOT/BOOTX64.EFI",
    );
    let line = "-append_partition 2 0xef ../esp -appended_part_as_gpt -eltorito-alt-boot \
                -e --interval:appended_partition_2:all:: -no-emul-boot";
    let first = made(stage.path(), line);
    let script = "start=$(sfdisk -l -o Start,Type ours.iso | sed -n 's/ *EFI System$//p')
        size=$(sfdisk -l -o Sectors,Type ours.iso | sed -n 's/ *EFI System$//p')
        dd if=ours.iso of=volume bs=512 skip=$((start)) count=$((size)) status=none
        fsck.fat -n volume; mcopy -s -n -i volume ::/ copied
        cp -rL esp want; diff -r want copied && echo same; rm -r want copied";
    let said = run(stage.path(), script);
    assert!(said.lines().any(|line| line == "same"), "{said}");
    assert!(!said.contains("differ") && !said.contains("rong"), "{said}");
    assert_eq!(first, made(stage.path(), line), "the same again");
}

/// What cannot be had, and why.
const REFUSED: &[(&str, &str)] = &[
    (
        "-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin",
        "boot code in the MBR loads the first boot image, which has to be a file of the image",
    ),
    ("-isohybrid-mbr ../none", "../none: read: No such file or directory"),
    ("-append_partition 2 0xef ../nothing", "../nothing: is empty; a partition has to hold something"),
    ("-append_partition 2 0xef /dev/null", "/dev/null: is no file, pipe or directory; cannot be appended"),
    ("-append_partition 2 0xef ../none", "../none: open: No such file or directory"),
    ("-append_partition 5 0xef ../esp.img", "partition 5: an MBR has room for partitions 1 to 4"),
    (
        "-append_partition 0 0xef ../esp.img",
        "-append_partition: \"0 0xef ../esp.img\", expected a number from 1, a type and a file",
    ),
    (
        "-append_partition 2 0xef --interval:imported_iso:0s-15s::",
        "-append_partition: \"2 0xef --interval:imported_iso:0s-15s::\", expected a file, \
             --interval:local_fs:START-END::FILE, or behind -indev --interval:imported_iso:START-END::",
    ),
    (
        "-append_partition 2 0xef --interval:local_fs:0s-15s:zero_gpt:../esp.img",
        "-append_partition: \"2 0xef --interval:local_fs:0s-15s:zero_gpt:../esp.img\", expected an interval in which nothing is \
             zeroed",
    ),
    (
        "-append_partition 2 0xef --interval:local_fs:0-1474560::../esp.img",
        "../esp.img: 1474560 bytes, expected 1474561 from byte 0 on, which are to be a partition",
    ),
    (
        "-G --interval:local_fs:1474000-1474600::../esp.img",
        "../esp.img: ends at byte 1474560, within the bytes from 1474000 on that were asked for",
    ),
    (
        "-e --interval:appended_partition_2:all::",
        "a boot image is partition 2, but none of that number is appended",
    ),
    (
        "-e --interval:imported_iso:0s-15s::",
        "-e: \"--interval:imported_iso:0s-15s::\", expected a path, or \
             --interval:appended_partition_NUMBER:all::",
    ),
    (
        "-efi-boot-part --efi-boot-image",
        "-efi-boot-part: no boot image for UEFI is a file of the image; name one with -e",
    ),
    (
        "-efi-boot-part ../esp.img -append_partition 2 0x83 ../odd.img",
        "-efi-boot-part: FILE is a partition of a GPT, and -append_partition makes one of the MBR; add -appended_part_as_gpt",
    ),
    ("-partition_offset 4", "the volume's own partition begins at sector 4: expected 16 at least"),
    (
        "-C 0,1000 -append_partition 2 0xef ../esp.img",
        "a volume with partition tables can only begin with the medium",
    ),
    ("-append_partition 2 0xef ../ours.iso", "../ours.iso: is both an input and an output (-o ../ours.iso)"),
];

#[test]
fn what_cannot_be_a_partition_or_boot_is_named() {
    let Some(stage) = stage() else { return };
    run(stage.path(), ": > nothing; mkfifo -m 600 pipe");
    for (arguments, sentence) in REFUSED {
        std::fs::write(stage.path().join("ours.iso"), "before").expect("room");
        let out = told(stage.path(), arguments);
        let said = text(&out.stderr);
        let said: Vec<&str> = said.lines().filter(|line| !is_of_stand_in(line)).collect();
        assert_eq!(said, [format!("isomk: {sentence}")], "{arguments}");
        assert!(!out.status.success(), "{arguments}");
        let there = std::fs::read(stage.path().join("ours.iso")).expect("still there");
        assert_eq!(there, b"before", "{arguments}");
    }
}

/// A pipe, a link and an image without a name on the way: all are bytes.
#[test]
fn what_is_appended_may_be_a_pipe_or_a_link() {
    let Some(stage) = stage() else { return };
    run(stage.path(), "ln -s esp.img link.img");
    let of_file = made(stage.path(), "-append_partition 2 0xef ../esp.img");
    assert_eq!(of_file, made(stage.path(), "-append_partition 2 0xef ../link.img"));
    let mut bash = Command::new("bash");
    let script = format!(
        "cd tree; SOURCE_DATE_EPOCH=1700000000 {} --as xorrisofs -quiet -R --modification-date={} \
         -append_partition 2 0xef <(cat ../esp.img) . | cmp - ../ours.iso",
        isokit_tests::tool_path("isomk").display(),
        text(DATE)
    );
    let out = output(bash.args(["-ec", &script]).current_dir(stage.path()));
    assert!(out.status.success(), "{out:?}");
}

/// What writes another session behind the volume, or copies it by its size, goes by what the descriptor says.
#[test]
fn a_volume_has_the_partitions_behind_it_where_xorriso_counts_them() {
    let (Some(stage), Some(_)) = (stage(), peer("isoinfo")) else { return };
    for (offset, whole) in [("", false), ("-partition_offset 16", true)] {
        for table in ["", "-appended_part_as_gpt", "-J -appended_part_as_gpt -partition_cyl_align all"] {
            let arguments = format!("{offset} {table} -append_partition 2 0xef ../esp.img");
            made(stage.path(), &arguments);
            run(
                stage.path(),
                &format!("cd tree; xorrisofs -quiet -R {arguments} -o ../peer.iso . 2> /dev/null"),
            );
            let sizes = ["ours.iso", "peer.iso"].map(|image| {
                let script = format!(
                    "echo $(($(isoinfo -d -i {image} | sed -n 's/^Volume size is: //p') * 2048)) $(stat -c %s {image})"
                );
                let told = run(stage.path(), &script);
                let mut sizes = told.split_whitespace().map(|word| word.parse::<u64>().expect("a number"));
                (sizes.next().expect("of the volume"), sizes.next().expect("of the image"))
            });
            for (volume, image) in sizes {
                assert_eq!(volume == image, whole, "{arguments}: {volume} of {image} bytes");
            }
        }
    }
}

/// What lies in the partition of the volume is a volume by itself, to those who look at no other.
#[test]
fn a_volume_with_an_offset_is_one_from_its_partition_as_well() {
    let Some(stage) = stage() else { return };
    run(
        stage.path(),
        "p=tree; for n in 1 2 3 4 5 6 7 8 9 10; do p=$p/d$n; mkdir $p; echo $n > \"$p/a file with a long name\"; done
         ln -s isolinux/isolinux.bin tree/link; : > tree/empty",
    );
    made(
        stage.path(),
        "-J -joliet-long -disallow_dir_id_ext -partition_offset 16 -append_partition 3 0x83 ../odd.img \
         -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
         -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin",
    );
    run(
        stage.path(),
        "start=$(sfdisk -l -o Start,Type ours.iso | sed -n 's/ Hidden HPFS.*//p'); test $((start)) = 64
         tail -c +$((64 * 512 + 1)) ours.iso > within.iso",
    );
    for (reader, list) in [
        (
            "xorriso",
            "xorriso -indev IMAGE -find / -exec report_lba 2> /dev/null | sed 's/^.*File data lba: *[0-9]* , *[0-9]* ,//'",
        ),
        (
            "xorriso",
            "rm -rf out; xorriso -osirrox on -indev IMAGE -extract / out 2> /dev/null; cd out; find . -type f -exec sha256sum {} + | sort",
        ),
        ("7zz", "rm -rf out; 7zz x -bso0 -y -oout IMAGE; cd out; find . -type f -exec sha256sum {} + | sort"),
        ("isoinfo", "isoinfo -i IMAGE -J -f"),
        ("isoinfo", "isoinfo -i IMAGE -R -f"),
    ] {
        if peer(reader).is_none() {
            continue;
        }
        // Where the boot record leads to them, xorriso does not count the catalog among the files, and 7-Zip adds the images.
        let seen = |image: &str| {
            let all = run(stage.path(), &list.replace("IMAGE", image));
            let lines = all.lines().filter(|line| !line.contains("boot.cat") && !line.contains("[BOOT]"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let [whole, within] = ["ours.iso", "within.iso"].map(seen);
        assert!(whole.len() > 10, "{list}: {whole:?}");
        assert_eq!(whole, within, "{list}");
    }
    let images = ["ours.iso", "within.iso"].map(|image| stage.path().join(image));
    let disks: Vec<_> = images
        .iter()
        .flat_map(|image| ["iso9660", "iso9660+norock"].map(|job| (image.as_path(), job)))
        .collect();
    let Some(listings) = kernel::listings(&disks) else { return };
    let seen: Vec<_> = listings.into_iter().map(|listing| listing.expect("the kernel mounts it")).collect();
    let [whole, whole_joliet, within, within_joliet] = &seen[..] else { panic!("{} listings", seen.len()) };
    assert!(whole.len() > 20 && whole_joliet.len() > 20);
    assert_eq!((whole, whole_joliet), (within, within_joliet));
}

/// What `--print-request` prints is a command line that makes the same image, byte for byte.
#[test]
fn printed_requests_make_the_same_images() {
    let Some(stage) = stage() else { return };
    let tree = stage.path().join("tree");
    let program = isokit_tests::tool_path("isomk");
    let date = str::from_utf8(DATE).expect("digits");
    let mut arguments: Vec<String> =
        [isohybrid(), grub(), plain()].into_iter().flatten().map(|layout| layout.arguments).collect();
    let names = "-J -joliet-long -r -iso-level 3 -V 'A volume' -p x -publisher \"it's\" -graft-points /a/b=large isolinux=isolinux";
    arguments.push(names.into());
    arguments.push(
        "-J -m '*.bin' -hide large -hide-joliet boot -sort-weight 5 /large -l -allow-lowercase .".into(),
    );
    arguments.push(
        "--norock -untranslated-filenames -dir-mode 0500 -no-pad -set_all_file_dates 2001090901464000 ."
            .into(),
    );
    for arguments in arguments {
        let line = format!("-quiet -R --modification-date={date} {arguments} -o ../ours.iso .");
        // Without SOURCE_DATE_EPOCH, which isomk's own --date obeys.
        run(&tree, &format!("{} --as xorrisofs {line}", program.display()));
        let image = std::fs::read(stage.path().join("ours.iso")).expect("made");
        let printed = run(&tree, &format!("{} --print-request --as xorrisofs {line}", program.display()));
        std::fs::remove_file(stage.path().join("ours.iso")).expect("it was made");
        run(&tree, &printed.replacen("isomk", &program.display().to_string(), 1));
        let again = std::fs::read(stage.path().join("ours.iso")).expect("made again");
        assert!(image == again, "{arguments}: {printed}");
    }
}

/// What xorriso reports of an image, boot code and a partition out of that image among it, makes one of the same kind again.
#[test]
fn a_report_of_xorriso_is_replayed() {
    let Some(stage) = stage() else { return };
    let program = isokit_tests::tool_path("isomk");
    let chosen =
        ["GRUB as Fedora and Ubuntu", "boot image appended", "GPT and Apple map", "GRUB, appended in GPT"];
    let layouts = [isohybrid(), grub()].into_iter().flatten().filter(|layout| chosen.contains(&layout.name));
    for layout in layouts {
        super::xorriso::made(stage.path(), &layout);
        let script = format!(
            "mv out.iso old.iso
             xorriso -indev old.iso -report_el_torito as_mkisofs 2> /dev/null > words
             rm -rf whole; xorriso -osirrox on -indev old.iso -extract / whole 2> /dev/null
             (sed 's,^,{} --as xorrisofs -quiet ,;s,$, \\\\,' words | sed '2,$s,^{} --as xorrisofs -quiet ,,'; echo '-R -o ours.iso whole') > again
             bash -e again
             for image in old ours; do
               xorriso -indev $image.iso -report_system_area plain -report_el_torito plain 2> /dev/null \
                 | grep -E '^(System area|MBR (heads|secs)|Partition offset|GPT (partname|type|disk)|APM partition|El Torito img (path|opts))' > $image.txt
             done
             diff old.txt ours.txt",
            program.display(),
            program.display()
        );
        let said = run(stage.path(), &script);
        assert_eq!(said, "", "{}: {}", layout.name, layout.arguments);
        let told = std::fs::read_to_string(stage.path().join("again")).expect("made");
        assert!(told.contains("--interval:local_fs:"), "{told}");
    }
}

/// xorriso has these options from 1.5.6 on, so that flags are read by the peers that are there.
#[test]
fn the_partition_of_the_volume_may_be_writable_and_bootable() {
    let Some(stage) = stage() else { return };
    if peer("sgdisk").is_none() {
        return;
    }
    let gpt = "-append_partition 2 0xef ../esp.img -appended_part_as_gpt -partition_offset 16";
    let flags = |image: &str| {
        run(
            stage.path(),
            &format!(
                "xorriso -indev {image} -report_system_area plain 2> /dev/null \
                   | sed -n 's/^GPT partition flags: *1 *//p'
                 sgdisk -i 1 {image} | sed -n 's/^Attribute flags: //p'
                 sgdisk -v {image} | grep -c 'No problems found'"
            ),
        )
    };
    for (option, want) in [
        ("", "0x1000000000000001\n1000000000000001\n1\n"),
        ("--gpt-iso-not-ro", "0x0000000000000001\n0000000000000001\n1\n"),
        ("--gpt-iso-bootable", "0x1000000000000005\n1000000000000005\n1\n"),
        ("--gpt-iso-not-ro --gpt-iso-bootable", "0x0000000000000005\n0000000000000005\n1\n"),
    ] {
        made(stage.path(), &format!("{gpt} {option}"));
        assert_eq!(flags("ours.iso"), want, "{option}");
        run(
            stage.path(),
            &format!("{} --base ours.iso -o new.iso", isokit_tests::tool_path("isomk").display()),
        );
        assert_eq!(flags("new.iso"), want, "made from an image with {option}");
    }
}

/// xorriso stores such a file in the volume, isomk behind it.
#[test]
fn a_file_may_be_the_efi_system_partition_of_a_gpt() {
    let Some(stage) = stage() else { return };
    if peer("sgdisk").is_none() {
        return;
    }
    run(
        &stage.path().join("tree"),
        "xorrisofs -quiet -R -efi-boot-part ../esp.img -o ../theirs.iso . 2> /dev/null",
    );
    let arguments = "-efi-boot-part ../esp.img";
    made(stage.path(), arguments);
    let found = |image: &str| {
        run(
            stage.path(),
            &format!(
                "sgdisk -v {image} | grep -c 'No problems found'
                 sfdisk -l -o Type {image} | grep EFI
                 range=$(xorriso -indev {image} -report_system_area as_mkisofs 2> /dev/null \
                   | sed -nE 's/.*local_fs:([0-9]+)d-([0-9]+)d.*/\\1 \\2/p')
                 dd if={image} bs=512 skip=${{range% *}} count=$((${{range#* }} - ${{range% *}} + 1)) status=none | sha256sum"
            ),
        )
    };
    assert_eq!(found("ours.iso"), found("theirs.iso"));
    assert!(found("ours.iso").starts_with("1\nEFI System\n"), "{}", found("ours.iso"));
    // Out of the other's image, beside another partition.
    let interval = run(
        stage.path(),
        "xorriso -indev theirs.iso -report_system_area as_mkisofs 2> /dev/null | sed -n \"s/'//g;/^-efi-boot-part/p\"",
    );
    let interval = interval.trim().replace("theirs.iso", "../theirs.iso");
    made(stage.path(), &format!("{interval} -append_partition 2 0x83 ../odd.img -appended_part_as_gpt"));
    let types = run(stage.path(), "sfdisk -l -o Type ours.iso | grep -c -e EFI -e basic");
    assert_eq!(types, "4\n", "{interval}");
}

#[test]
fn a_random_guid_is_another_one_each_time() {
    let Some(stage) = stage() else { return };
    let arguments = "-append_partition 2 0xef ../esp.img -appended_part_as_gpt --gpt_disk_guid random";
    let guid = |image: &[u8]| image.get(512 + 56..512 + 72).expect("a header").to_vec();
    let (one, two) = (guid(&made(stage.path(), arguments)), guid(&made(stage.path(), arguments)));
    assert_ne!(one, two);
    for guid in [one, two] {
        // A version and a variant, where tools look for them.
        assert_eq!((guid[7] >> 4, guid[8] >> 6), (4, 2), "{guid:x?}");
    }
}

/// Of an Apple map of appended partitions, as commands of xorriso and as options for mkisofs ask for it.
#[test]
fn blocks_of_an_apple_map_are_as_long_as_those_of_xorriso() {
    let Some(stage) = stage() else { return };
    let isomk = tool_path("isomk").display().to_string();
    let append = "-append_partition 2 0xef esp.img";
    let native = |settings: &str| {
        let settings =
            settings.split(' ').map(|setting| format!("-boot_image any {setting}")).collect::<String>();
        format!("-outdev made.iso -map tree / {append} {settings}")
    };
    let asked = [
        native("appended_part_as=apm"),
        format!("-as mkisofs -quiet -R {append} -appended_part_as_apm -o made.iso tree"),
        format!("-as mkisofs -quiet -R {append} -appended_part_as_apm -apm-block-size 2048 -o made.iso tree"),
    ];
    for (asked, block) in asked.iter().zip(["2048", "512", "2048"]) {
        let told = ["xorriso".to_owned(), format!("{isomk} --as xorriso")].map(|program| {
            let report =
                "xorriso -indev made.iso -report_system_area plain 2> /dev/null | grep 'APM block size'";
            run(stage.path(), &format!("rm -f made.iso; {program} {asked} 2> said; {report}"))
        });
        assert_eq!(told[0], told[1], "{asked}");
        assert!(told[1].trim().ends_with(block), "{asked}: {}", told[1]);
    }
}
