//! `--base`: an image made from another one, which keeps all that nobody asks to be otherwise.

use isokit_tests::{Workshop, corpus, peer, text};

const TREE: &str = "mkdir -p tree/boot; seq 1 10000 > tree/a; head -c 40000 /dev/urandom > tree/boot/bios.img
    head -c 1474560 /dev/zero | tr '\\0' E > tree/boot/efi.img; ln tree/a tree/hard; ln -s a tree/soft
    find tree -exec touch -h -d @1000000000 {} +";

/// Images that isomk makes again as they are.
const LIKE: [&str; 20] = [
    "tree",
    "--no-rr tree",
    "--no-joliet --iso-level 4 tree",
    "-V 'Füße der Welt, lang' --udf tree",
    "--udf=2.50 --bios-boot boot/bios.img --efi-boot boot/efi.img tree",
    "--format udf --volume-set SET tree",
    "--format udf --media hdd tree",
    "--bios-boot boot/bios.img --boot-info-table --grub2-boot-info --boot-catalog boot/boot.cat tree",
    "--publisher Me --preparer You --application-id It --application-use use --volume-set Set --copyright a tree",
    "--boot-entry boot/efi.img,emulation=floppy,id=first --boot-entry boot/bios.img,id=second,selection=1:0102,load-size=7 tree",
    "--boot-entry boot/bios.img,load-segment=0x1000,not-bootable --boot-entry boot/efi.img,platform=efi,load-size=0 tree",
    "--system-area area --date 2001-02-03 tree",
    "--rr 1.10 --pad tree",
    "--pad --bios-boot boot/bios.img --efi-boot boot/efi.img tree",
    "--pad --append-partition linux=area --partitions mbr tree",
    "--pad --boot-efi tree/boot tree",
    "--hide-joliet boot tree",
    "--hide-joliet a --hide-joliet soft --udf tree",
    "--hide-udf a --hide-udf boot/bios.img --hide-joliet boot/efi.img --udf tree",
    "--hide-joliet cat --hide-joliet boot/efi.img --boot-catalog cat --efi-boot boot/efi.img tree",
];

#[test]
fn a_base_with_nothing_added_is_made_again() {
    let workshop = Workshop::new(&format!("{TREE}; seq 1 50 > area"));
    for arguments in LIKE {
        workshop.shell(&format!("isomk -o a.iso {arguments}; isomk -o b.iso --base a.iso; cmp a.iso b.iso"));
    }
    workshop.shell("cat a.iso | isomk --base - | cmp - a.iso; isomk --base /dev/stdin < a.iso | cmp - a.iso");
}

/// As in the images of Memtest86+: xorriso tells any code where the boot image lies, as it tells GRUB's.
#[test]
fn code_of_others_is_told_the_new_place_of_the_boot_image() {
    if peer("xorriso").is_none() {
        return;
    }
    let workshop =
        Workshop::new(&format!("{TREE}; head -c 440 /dev/zero | tr '\\0' C > code; seq 1 90000 > more"));
    workshop.shell(
        "xorrisofs -quiet --grub2-mbr code -part_like_isohybrid -iso_mbr_part_type 0x00 -append_partition 2 0xef tree/boot/bios.img \
         -b boot/efi.img -c boot/cat -o a.iso tree 2> said
         isomk -o b.iso --base a.iso 0=more
         place() { isols --boot --json $1 | jq .el_torito.images[0].offset; }
         told() { od -An -t u8 -j $((0x1b0)) -N 8 $1; }
         test $(place a.iso) != $(place b.iso)
         for image in a.iso b.iso; do test $(($(told $image) * 512 - 2048)) = $(place $image); done",
    );
}

#[test]
fn what_a_tree_hides_stays_hidden() {
    if peer("genisoimage").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!(
        "{TREE}; mkdir tree/pool; seq 5 > tree/pool/p; seq 6 > 'tree/a long name, changed in Joliet as it is longer than 64 letters or two'
         mkdir more; seq 7 > more/more; genisoimage -quiet -R -J -hide-joliet pool -hide-joliet a -hide efi.img -o a.iso tree
         isomk -o b.iso --base a.iso --quiet pool=more; isomk --base a.iso -o c.iso 2> said || true"
    ));
    let marked = "genisoimage -quiet -R -J -hidden hard -o m.iso tree; isomk -q -o d.iso --base m.iso; isols --json d.iso | grep hidden";
    assert!(workshop.shell(marked).starts_with("{\"path\":\"/hard\""));
    let listed = |names: &str| workshop.shell(&format!("isols --names {names} -R b.iso | sort"));
    // Links are none of Joliet's, and names are shortened otherwise.
    let joliet = listed("joliet");
    let kept = "/boot\n/boot/bios.img\n/hard\n";
    assert!(joliet.ends_with(kept) && joliet.lines().count() == 4, "{joliet}");
    let rock_ridge = listed("rr");
    let kept = "/boot\n/boot/bios.img\n/hard\n/pool\n/pool/more\n/pool/p\n/soft\n";
    assert!(rock_ridge.starts_with("/a\n/a long") && rock_ridge.ends_with(kept), "{rock_ridge}");
    assert_eq!(
        workshop.shell("cat said"),
        "isomk: a.iso: warning: /boot/efi.img is in its joliet tree alone and is omitted\n"
    );
}

/// Lines of xorriso's reports that tell of no place.
const TOLD: [&str; 16] = [
    "El Torito boot img",
    "El Torito cat path",
    "El Torito img path",
    "El Torito img opts",
    "System area options",
    "System area summary",
    "MBR partition path",
    "GPT partition name",
    "GPT type GUID",
    "GPT partition GUID",
    "GPT disk GUID",
    "APM partition name",
    "APM partition type",
    "Creation Time",
    "Modif. Time",
    "Preparer Id",
];

/// Boot code, tables and what they tell of, as xorriso writes them and as it reads them in the new image.
#[test]
fn images_of_xorriso_boot_as_before() {
    const CODE: &str = "/usr/lib/ISOLINUX/isohdpfx.bin";
    const LOADER: &str = "/usr/lib/ISOLINUX/isolinux.bin";
    if peer("xorriso").is_none() || !std::path::Path::new(CODE).exists() {
        return;
    }
    let workshop =
        Workshop::new(&format!("{TREE}; cp {LOADER} tree/boot; echo more > more; cp tree/boot/efi.img esp"));
    let bios = "-b boot/isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table";
    let efi = "-eltorito-alt-boot -e boot/efi.img -no-emul-boot";
    let behind = "-eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot";
    for (number, options) in [
        format!("-R -J {bios}"),
        format!("-R -isohybrid-mbr {CODE} {bios} {efi} -isohybrid-gpt-basdat"),
        format!("-R -J -isohybrid-mbr {CODE} {bios} {efi} -isohybrid-gpt-basdat -isohybrid-apm-hfsplus"),
        format!("-R {bios} {efi} -efi-boot-part --efi-boot-image --protective-msdos-label"),
        format!("-R {bios} -append_partition 2 0xef esp -appended_part_as_gpt {behind}"),
        format!("-R -isohybrid-mbr {CODE} {bios} -append_partition 2 0xef esp -append_partition 3 0x83 tree/a {behind}"),
        format!("-R {bios} -append_partition 2 0xef esp -partition_offset 16 {behind}"),
    ]
    .into_iter()
    .enumerate()
    {
        workshop.shell(&format!(
            "xorriso -as mkisofs -quiet --modification-date=2011121314151617 -V LIVE {options} -o a.iso tree 2>/dev/null"
        ));
        let made = workshop.tries("isomk -o b.iso --base a.iso more boot/=more");
        let said = text(&made.stderr);
        // The image for EFI is random bytes.
        let is_expected = said.lines().all(|line| line.contains("warning: is not a FAT volume; "));
        assert!(made.status.success() && is_expected, "{options}: {said}");
        let report = |image: &str| {
            let script =
                format!("xorriso -indev {image} -report_system_area plain -report_el_torito plain -pvd_info 2>/dev/null");
            let kept = |line: &&str| TOLD.iter().any(|told| line.starts_with(told));
            let lines = workshop.shell(&script);
            // The sector of a boot image is the last word of its line.
            let told = |line: &str| match line.starts_with("El Torito boot img") {
                true => line.rsplit_once(' ').map_or("", |(line, _)| line).trim_end().to_owned(),
                false => line.to_owned(),
            };
            lines.lines().filter(kept).map(told).collect::<Vec<_>>()
        };
        assert_eq!(report("b.iso"), report("a.iso"), "{number}: {options}");
        let listed = workshop.shell("isols b.iso; isols b.iso /boot/");
        assert!(listed.contains("\nmore\n") && listed.contains("isolinux.bin\nmore\n"), "{listed}");
        workshop.shell("isocat b.iso /boot/efi.img | cmp - tree/boot/efi.img");
        if let Some(_sgdisk) = peer("sgdisk").filter(|_| options.contains("as_gpt")) {
            let judged = workshop.shell("sgdisk -v b.iso");
            assert!(judged.contains("No problems found"), "{options}: {judged}");
        }
        workshop.shell("isomk -o c.iso --base b.iso; cmp b.iso c.iso");
    }
}

/// What was appended stays what it was, wherever it goes; nothing of the old image changes.
#[test]
fn partitions_that_are_no_part_of_the_volume_come_along() {
    if peer("xorriso").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!(
        "{TREE}; head -c 3000000 /dev/urandom > foreign; seq 1 400000 > large
        xorriso -as mkisofs -quiet -R -append_partition 3 0x83 foreign -o a.iso tree 2>/dev/null
        sha256sum a.iso > before; isomk -o b.iso --base a.iso large; sha256sum -c --quiet before
        isocat --part 3 b.iso | head -c 3000000 | cmp - foreign; isocat b.iso /large | cmp - large"
    ));
    let tables = workshop.shell("isols --boot b.iso");
    assert!(tables.contains("0x83"), "{tables}");
    workshop.shell("isomk -o c.iso --base a.iso --system-area /dev/null; isols --boot c.iso | grep -q 'system area: empty'");
}

/// File systems share blocks of 4096 bytes only where they begin alike in both files.
#[test]
fn large_contents_move_by_whole_blocks() {
    if peer("jq").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir tree; for i in 1 2 3 4 5 6; do head -c 30${i}500 /dev/urandom > tree/f$i; done; echo more > more",
    );
    for format in ["", "--udf", "--format udf", "--format udf --media hdd"] {
        workshop.shell(&format!(
            "isomk -o a.iso {format} tree; isomk -o b.iso --base a.iso a=more b=more c=more"
        ));
        let places = |image: &str| -> Vec<u64> {
            let script =
                format!("isols --json -R {image} | jq -c 'select(.size > 300000) | .extents[0].offset'");
            let told = workshop.shell(&script);
            told.lines().map(|line| line.parse().expect("a number")).collect()
        };
        let (old, new) = (places("a.iso"), places("b.iso"));
        assert!(old.len() == 6 && old != new, "{format}: {old:?}");
        let is_alike = |(old, new): (&u64, &u64)| old % 4096 == new % 4096;
        assert!(old.iter().zip(&new).all(is_alike), "{format}: {old:?}, {new:?}");
        assert!(old.iter().any(|at| at % 4096 != old[0] % 4096), "{format}: {old:?}");
        workshop.shell("for i in 1 2 3 4 5 6; do isocat b.iso /f$i | cmp - tree/f$i; done");
    }
}

#[test]
fn partitions_are_added_to_those_that_are_there() {
    const CODE: &str = "/usr/lib/ISOLINUX/isohdpfx.bin";
    const LOADER: &str = "/usr/lib/ISOLINUX/isolinux.bin";
    if peer("xorriso").is_none() || !std::path::Path::new(CODE).exists() {
        return;
    }
    let workshop = Workshop::new(&format!(
        "{TREE}; cp {LOADER} tree/boot; cp tree/boot/efi.img esp; seq 1 400000 > large; seq 1 300000 > other
        xorriso -as mkisofs -quiet -R -b boot/isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table \
         -isohybrid-mbr {CODE} -append_partition 2 0xef esp -o a.iso tree 2>/dev/null
        isomk -o b.iso --base a.iso --append-partition linux=large 2> said; [ ! -s said ]
        cmp -n 432 a.iso b.iso; isols --boot b.iso | grep -q ISOLINUX
        isocat --part 2 b.iso | head -c 1474560 | cmp - esp; isocat --part 3 b.iso | head -c $(stat -c %s large) | cmp - large
        isomk -o c.iso --base a.iso --append-partition 2:0x83=other --append-partition 4:linux=large
        isocat --part 2 c.iso | head -c $(stat -c %s other) | cmp - other; isocat --part 4 c.iso | head -c $(stat -c %s large) | cmp - large
        isomk -o plain.iso tree; isomk -o d.iso --base plain.iso --append-partition linux=large; isocat --part gpt:2 d.iso | head -c $(stat -c %s large) | cmp - large"
    ));
    let report = workshop.shell("xorriso -indev b.iso -report_system_area plain 2>/dev/null");
    assert!(report.contains("isohybrid") && report.contains("0xef") && report.contains("0x83"), "{report}");
    for (asked, left_out) in [
        (
            "--boot-efi esp",
            "its boot entry (BIOS), boot code, MBR and the partition behind its volume are left out",
        ),
        (
            "--boot-code /usr/lib/ISOLINUX/isohdpfx.bin --bios-boot boot/isolinux.bin",
            "boot code, MBR and the partition behind its volume are left out",
        ),
    ] {
        let made = workshop.tries(&format!("isomk -o e.iso --base a.iso {asked}"));
        let said = text(&made.stderr);
        assert!(made.status.success() && said.contains(left_out), "{asked}: {said}");
    }
}

/// ISOLINUX and GRUB do not start by what they were told of their old place.
#[test]
fn boot_images_of_the_base_are_told_of_their_new_places() {
    let workshop = Workshop::new(&format!(
        "{TREE}; seq 1 90000 > more; isomk -o a.iso --bios-boot boot/bios.img --boot-info-table --efi-boot boot/efi.img tree
        isomk -o b.iso --base a.iso --bios-boot boot/bios.img 0=more; isols --boot b.iso | grep -q boot-info-table
        isols --boot --json a.iso > old; isols --boot --json b.iso > new; ! cmp -s old new"
    ));
    workshop.shell("isols --check b.iso > found || true; ! grep 'boot information table' found");
}

#[test]
fn what_is_asked_for_is_not_the_bases() {
    let workshop = Workshop::new(&format!(
        "{TREE}; echo more > more; isomk -o a.iso -V OLD --publisher OLD --udf --bios-boot boot/bios.img --system-area more tree"
    ));
    let volume = |arguments: &str| {
        workshop.shell(&format!(
            "isomk -o b.iso --base a.iso {arguments}; isols --volume b.iso; isols --boot b.iso"
        ))
    };
    let same = volume("");
    for want in ["OLD", "trees           rr, joliet (level 3), iso, udf", "publisher       OLD", "2001-09-09"]
    {
        assert!(same.contains(want), "{want}: {same}");
    }
    let other = volume(
        "-V NEW --publisher NEW --format iso9660 --no-joliet --efi-boot boot/efi.img --date 2010-01-01 --system-area /dev/null",
    );
    for want in ["NEW", "trees           rr, iso\n", "publisher       NEW", "2010-01-01", "EFI"] {
        assert!(other.contains(want), "{want}: {other}");
    }
    assert!(!other.contains("OLD") && !other.contains("BIOS"), "{other}");
    workshop.shell("isomk -o b.iso --base a.iso --exclude /hard --strip-components 1 @a.iso; isols b.iso > list; grep -qx bios.img list; ! grep -qx hard list");
}

/// An identifier that was cut in the base is cut in the new image, and nobody asked for it.
#[test]
fn identifiers_of_the_base_are_no_reason_to_warn() {
    let long = "p".repeat(100);
    let workshop = Workshop::new(&format!(
        "{TREE}; isomk -o a.iso --preparer {long} tree 2> said; grep -q preparer said"
    ));
    let said =
        |arguments: &str| text(&workshop.tries(&format!("isomk -o b.iso --base a.iso {arguments}")).stderr);
    assert_eq!(said("-V NEW"), "");
    assert!(said(&format!("--publisher {long}")).contains("the publisher identifier is"));
    assert!(said(&format!("-V NEW --preparer {long}")).contains("the data preparer identifier is"));
}

#[test]
fn boot_images_without_a_name_are_kept() {
    if peer("genisoimage").is_none() {
        return;
    }
    let workshop = Workshop::new(&format!(
        "{TREE}; genisoimage -quiet -R -b boot/bios.img -no-emul-boot -boot-info-table -hide bios.img -hide boot.catalog \
         -o a.iso tree; isocat --boot 1 a.iso > old; isomk -o b.iso --base a.iso; isocat --boot 1 b.iso > new
        [ $(stat -c %s new) = 40000 ]; cmp -i 64 old new; cmp -n 8 old new; ! isols b.iso /boot/bios.img 2>/dev/null"
    ));
    assert!(workshop.shell("isols --boot b.iso").contains("image 1: boot-info-table"));
}

#[test]
fn what_cannot_be_made_anew_is_refused_before_anything_is_written() {
    let workshop = Workshop::new(&format!(
        "{TREE}; isomk -o a.iso --bios-boot boot/bios.img tree; tar -cf x.tar tree; ln a.iso hard.iso"
    ));
    workshop.refuses(&["--base", "none.iso"], "isomk: none.iso: open: No such file or directory");
    workshop.refuses(&["--base", "x.tar"], "isomk: x.tar: is not an image, which --base requires");
    workshop.refuses(&["--base", "tree/a"], "isomk: tree/a: a text file, not a tar archive or an image");
    let before = workshop.read("a.iso");
    for output in ["a.iso", "hard.iso"] {
        let ended = workshop.isomk(&["-o", output, "--base", "a.iso"]).assert().code(2);
        let said = text(&ended.get_output().stderr);
        assert_eq!(said, format!("isomk: a.iso: is both an input and an output (--output {output})\n"));
        assert!(before == workshop.read("a.iso"));
    }
    let catalog = {
        let sector = u32::from_le_bytes(before[17 * 2048 + 71..17 * 2048 + 75].try_into().expect("four"));
        usize::try_from(sector).expect("small") * 2048
    };
    let damaged = |at: usize, bytes: &[u8]| {
        let mut image = before.clone();
        image[at..at + bytes.len()].copy_from_slice(bytes);
        std::fs::write(workshop.path("damaged.iso"), image).expect("room");
    };
    let refuses = |sentence: &str| workshop.refuses(&["--base", "damaged.iso"], sentence);
    damaged(17 * 2048 + 71, &1_000_000_u32.to_le_bytes());
    refuses(
        "isomk: damaged.iso: byte 0x7a120000 (sector 1000000): boot catalog validation entry: truncated: ",
    );
    damaged(17 * 2048 + 71, &20_u32.to_le_bytes());
    refuses("isomk: damaged.iso: byte 0xa01e (sector 20): boot catalog validation entry: key is ");
    damaged(catalog + 32 + 8, &90_000_u32.to_le_bytes());
    refuses(
        "isomk: damaged.iso: boot image 1, at byte 0xafc8000 (sector 90000): lies beyond the end of the image, or loads nothing",
    );
    damaged(catalog + 32 + 1, &[7]);
    refuses("isomk: damaged.iso: boot image 1: its media type 0x7 is not one of El Torito");
    workshop.shell("isomk -o fine.iso --base damaged.iso --bios-boot boot/bios.img");
    let mut entry = [0; 66];
    entry[..16].copy_from_slice(&[0, 0, 1, 0, 0x83, 0, 1, 0, 100, 0, 0, 0, 7, 0, 0, 0]);
    entry[64..].copy_from_slice(&[0x55, 0xaa]);
    damaged(446, &entry);
    refuses(
        "isomk: damaged.iso: byte 0x0 (sector 0): master boot record: partition 1 (type 0x83, 3584 bytes from byte 0xc800 on), as neither xorriso, isohybrid nor isomk would make it, is not supported (UEFI 5.2.1); --system-area FILE replaces it, and /dev/null leaves it out; --boot LOADER makes new ones",
    );
    damaged(0, &[0x0b, 0xe5, 0xa9, 0x41]);
    refuses("system area: writing MIPS big-endian volume header (SGI) anew is not supported");
    workshop.shell("isomk -o fine.iso --base damaged.iso --system-area /dev/null; isomk -o same.iso --base a.iso; cmp fine.iso same.iso");
    workshop.refuses(
        &["--base", "damaged.iso", "--format", "udf"],
        "isomk: damaged.iso: boot code and partition tables are written for images with ISO 9660 only; --system-area /dev/null leaves them out",
    );
}

#[test]
fn a_checksum_of_the_old_image_is_not_taken_over() {
    let (Some(_), Some(_)) = (peer("implantisomd5"), peer("checkisomd5")) else { return };
    let workshop = Workshop::new(&format!(
        "{TREE}; isomk --pad -o a.iso tree; implantisomd5 -f a.iso >/dev/null; checkisomd5 a.iso >/dev/null"
    ));
    let made = workshop.isomk(&["-o", "b.iso", "--base", "a.iso", "--pad"]).assert().success();
    let said = text(&made.get_output().stderr);
    assert!(said.starts_with("isomk: a.iso: warning: its implanted MD5 checksum is omitted"), "{said}");
    workshop.shell("implantisomd5 -f b.iso >/dev/null; checkisomd5 b.iso >/dev/null");
}

/// iPXE prints on the serial line that the firmware of QEMU mirrors its screen on.
#[test]
fn a_remastered_image_boots_from_disc_and_disk() {
    let (Some(corpus), Some(_)) = (corpus(), peer("qemu-system-x86_64")) else { return };
    let workshop = Workshop::new("echo more > more");
    let image = corpus.join("debian/ipxe.iso");
    workshop.image(&["--base", image.to_str().expect("so is it called"), "more"]);
    for drive in ["-cdrom image.iso", "-drive format=raw,file=image.iso"] {
        let said = workshop.shell(&format!(
            "qemu-system-x86_64 -nographic -no-reboot -m 128 -net none {drive} </dev/null >said 2>&1 & qemu=$!
            for _ in $(seq 600); do grep -aq 'iPXE initialising devices' said && break; sleep 0.2; done
            kill $qemu; grep -ao 'iPXE initialising devices' said | head -1"
        ));
        assert_eq!(said, "iPXE initialising devices\n", "{drive}");
    }
}

#[test]
fn files_of_a_base_are_removed_and_replaced() {
    let workshop = Workshop::new(&format!(
        "{TREE}; chown 1:2 tree/a 2>/dev/null || true; chmod 4711 tree/a; echo cfg > 'tree/x=y'; mkdir -p tree/doc/deep; echo d > tree/doc/deep/d
        find tree -exec touch -h -d @1000000000 {{}} +; echo new > new; touch -d @1100000000 new; : > empty
        isomk -o a.iso --bios-boot boot/bios.img --boot-info-table tree; head -c 5000 /dev/zero | tr '\\0' B > boot"
    ));
    workshop.shell(
        "isomk -o b.iso --base a.iso --remove /doc/ --remove 's*t' --replace a=new --replace '/x\\=y=empty' --replace boot/bios.img=boot
        isocat b.iso /a | cmp - new; isocat b.iso /hard | cmp - new; isocat --boot 1 b.iso | tail -c 4900 | cmp - <(tail -c 4900 boot)
        isols --boot b.iso | grep -q 'image 1: boot-info-table'; [ \"$(isols -l b.iso '/x=y' | cut -c 1-16)\" = '-rw-r--r-- 1 0 0' ]",
    );
    if let Some(paths) = workshop.paths("b.iso") {
        assert_eq!(paths, "/a\n/boot\n/boot/bios.img\n/boot/efi.img\n/hard\n/x=y");
    }
    let listed = workshop.listing("b.iso").map(|listing| listing["a"].clone());
    if let Some(facts) = listed.filter(|_| isokit_tests::sample::is_root()) {
        for want in ["mode=4711", "uid=1", "gid=2", "time=1100000000.0", "size=4"] {
            assert!(facts.contains(want), "{want}: {facts}");
        }
    }
    // What replaces a file can be anything that gives bytes, and what is added comes behind it.
    workshop.shell(
        "echo pipe | isomk -o b.iso --base a.iso --replace a=/dev/stdin; [ \"$(isocat b.iso /a)\" = pipe ]",
    );
    workshop.shell(
        "ln -s new link; ln -s none dangling; isomk -o b.iso --base a.iso --replace a=link; isocat b.iso /a | cmp - new",
    );
    for (arguments, sentence) in [
        (&["--remove", "/none"][..], "isomk: a.iso: /none: nothing in the image matches\n"),
        (&["--replace", "none=new"], "isomk: a.iso: none: no such file in the image\n"),
        (&["--replace", "boot=new"], "isomk: a.iso: /boot: is not a regular file\n"),
        (&["--replace", "soft=new"], "isomk: a.iso: /soft: is not a regular file\n"),
        (&["--replace", "a=tree"], "isomk: tree: is no file or pipe; a file is replaced by a file\n"),
        (
            &["--replace", "a=/dev/zero"],
            "isomk: /dev/zero: is no file or pipe; a file is replaced by a file\n",
        ),
        (&["--replace", "a=dangling"], "isomk: dangling: open: No such file or directory\n"),
        (&["--replace", "a=none"], "isomk: none: open: No such file or directory\n"),
        (&["--replace", "a"], "isomk: --replace \"a\": expected PATH=FILE\n"),
        (&["--replace", "a="], "isomk: --replace \"a=\": names no file\n"),
        (&["--remove", "/boot/"], "isomk: boot/bios.img: is removed, but the image boots by it; --no-boot "),
    ] {
        workshop.refuses(&[&["--base", "a.iso"], arguments].concat(), sentence);
    }
    workshop.refuses(&["--remove", "a", "tree"], "--base");
    workshop.refuses(&["--base", "a.iso", "--replace", "a=refused.iso"], "isomk: refused.iso: ");
}

#[test]
fn a_boot_loader_replaces_what_a_base_boots_by() {
    let workshop = Workshop::new(&format!(
        "{TREE}; mkdir -p tree/EFI/BOOT; echo MZ > tree/EFI/BOOT/BOOTX64.EFI; isomk -o plain.iso tree
        isomk -o a.iso --boot systemd-boot tree; isomk -o bios.iso --bios-boot boot/bios.img tree"
    ));
    let wanted = workshop.shell("isols --boot a.iso");
    for base in ["a.iso", "bios.iso", "plain.iso"] {
        let found =
            workshop.shell(&format!("isomk -o b.iso --base {base} --boot systemd-boot; isols --boot b.iso"));
        let entries = |listed: &str| listed.lines().filter(|line| line.contains("EFI ")).count();
        assert_eq!(
            (entries(&found), found.lines().count()),
            (entries(&wanted), wanted.lines().count()),
            "{base}: {found}"
        );
    }
    workshop
        .shell("isomk -o b.iso --base a.iso; isomk -o c.iso --base b.iso; cmp a.iso b.iso; cmp b.iso c.iso");
}

#[test]
fn names_that_relax_the_standard_are_kept_where_no_other_tree_has_them() {
    if peer("genisoimage").is_none() || peer("isoinfo").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir -p tree/sub.dir; echo 1 > tree/lower.txt; echo 2 > tree/sub.dir/.dot; echo 3 > tree/FINE.TXT
         echo 4 > 'tree/sub.dir/no ext'; echo 5 > tree/a.b.c; echo 6 > tree/a-name-of-more-than-thirty-characters; echo 7 > tree/FINE
         touch tree/FOO
         genisoimage -quiet -U -o plain.iso tree; genisoimage -quiet -U -J -o joliet.iso tree
         genisoimage -quiet -l -allow-lowercase -o lower.iso tree; isomk -o a.iso --no-rr --no-joliet tree",
    );
    let said = |arguments: &[&str]| {
        let made = workshop.isomk(&[&["-o", "b.iso", "--base"], arguments].concat()).assert().success();
        text(&made.get_output().stderr)
    };
    let listed = |image: &str| {
        workshop.shell(&format!("isoinfo -f -i {image} | sed 's/\\.*;1$//' | sort; isols -R {image} | sort"))
    };
    for image in ["plain.iso", "lower.iso", "a.iso"] {
        assert_eq!(said(&[image]), "", "{image}");
        assert_eq!(listed("b.iso"), listed(image), "{image}");
    }
    assert_eq!(said(&["joliet.iso"]), "");
    // What is asked for is done, and told.
    let told = said(&["plain.iso", "--relaxed-names", "no-version", "-v"]);
    assert!(told.starts_with("isomk: /a.b.c: warning: recorded as \"A_B.C\"\n"), "{told}");
}

/// It is no file of anybody's: its name can go, its content cannot be another, nor can what relocated directories lie in.
#[test]
fn what_is_made_anew_of_a_base_is_neither_replaced_nor_in_the_way() {
    let workshop = Workshop::new(&format!(
        "{TREE}; mkdir -p deep/1/2/3/4/5/6/7/8/9; echo f > deep/1/2/3/4/5/6/7/8/9/f
        head -c 2048 /dev/zero > new; isomk -o a.iso --bios-boot boot/bios.img --boot-catalog boot/cat tree; isocat a.iso /boot/cat > own"
    ));
    for file in ["new", "own"] {
        let replaced = format!("boot/cat={file}");
        let sentence = "isomk: --replace: /boot/cat is the boot catalog, which is made anew\n";
        workshop.refuses(&["--base", "a.iso", "--replace", &replaced], sentence);
        workshop.shell(&format!(
            "cp a.iso b.iso; ! isomk --in-place --base b.iso --replace {replaced} 2> told; cmp a.iso b.iso; grep -q 'the boot catalog, at byte' told"
        ));
    }
    // Elsewhere, and beside other boot entries, there is no file of that name.
    workshop.shell(
        "isomk -o b.iso --base a.iso --boot-catalog other --replace a=new; isocat b.iso /a | cmp - new",
    );
    for removed in ["boot/cat", "'c*t'"] {
        workshop.shell(&format!(
            "isomk -o b.iso --base a.iso --remove {removed}; ! isocat b.iso /boot/cat > gone 2>&1"
        ));
        workshop.shell(
            "isols --check b.iso; test $(isols --boot --json b.iso | jq '.el_torito.images | length') = 1",
        );
        if peer("xorriso").is_some() {
            workshop.shell(
                "xorriso -indev b.iso -report_el_torito plain 2> report > told; grep -q 'img path.*/boot/bios.img' told; ! grep -q 'cat path.*/boot/cat' told",
            );
        }
    }
    if peer("genisoimage").is_some() {
        workshop.shell("genisoimage -quiet -R -o deep.iso deep 2> told");
        workshop.refuses(
            &["--base", "deep.iso", "--remove", "rr_moved"],
            "isomk: deep.iso: rr_moved: nothing in the image matches\n",
        );
        workshop.refuses(
            &["--base", "deep.iso", "--replace", "rr_moved=new"],
            "isomk: deep.iso: rr_moved: no such file in the image\n",
        );
    }
}
