//! Commands of xorriso that read an image: isomk called by its name answers as it does.

use isokit_tests::{Workshop, peer, tool_path};

/// `x.iso`, the tree that it is made of, and `bin/xorriso`, which is isomk.
fn workshop() -> Option<Workshop> {
    peer("xorriso")?;
    let workshop = Workshop::new(
        "mkdir -p bin tree/d/deeper tree/d-x
         seq 3000 > tree/one; echo a > tree/d/a; echo b > tree/d-x/b; : > tree/empty; echo q > \"tree/it's\"
         ln -s ../../../etc tree/d/up; mkfifo tree/pipe; echo deep > tree/d/deeper/file; echo u > 'tree/d/umläut x'
         chmod 750 tree/d; chmod 600 tree/d/a
         find tree -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +",
    );
    workshop.shell("xorriso -as mkisofs -quiet -R -J -V LABEL -o x.iso tree 2>/dev/null");
    std::os::unix::fs::symlink(tool_path("isomk"), workshop.path("bin/xorriso")).expect("room");
    Some(workshop)
}

#[test]
fn answers_are_those_of_xorriso() {
    let Some(workshop) = workshop() else { return };
    for words in [
        "-indev x.iso -print DELIM -find",
        "-dev x.iso -find /",
        "-dev x.iso -find d",
        "-indev stdio:x.iso -find /d/ -- -print end",
        "-indev x.iso -pkt_output on -find",
        "-indev x.iso -sh_style_result on -find . -type f",
        "-indev x.iso -find /d -type l -- -find . -type d -name 'd*' -- -find . -type p",
        "-osirrox on -indev x.iso -concat append - /d/a /one /empty",
        "-load session 1 -indev x.iso -find /empty",
        "-indev x.iso -find /nothing",
        "-indev x.iso -print before -find /d/nothing",
        "-osirrox on -indev x.iso -extract /nothing there",
    ] {
        let theirs = workshop.ended(&format!("xorriso {words} 2>theirs"));
        let ours = workshop.ended(&format!("bin/xorriso {words} 2>ours"));
        assert_eq!((ours.1, ours.0 == 0), (theirs.1, theirs.0 == 0), "{words}: {}", workshop.text("ours"));
        // Callers look for these.
        for line in ["Volume id    : 'LABEL'", "Cannot determine attributes of (ISO) source file '/nothing'"]
        {
            assert_eq!(
                workshop.text("ours").contains(line),
                workshop.text("theirs").contains(line),
                "{words}: {line}"
            );
        }
    }
}

#[test]
fn files_are_extracted_as_xorriso_extracts_them() {
    let Some(workshop) = workshop() else { return };
    for words in ["/ out", "/d new/folder", "/one new/file", "/one link", "/d/up out"] {
        let listing = |program: &str| {
            workshop.shell(&format!(
                "rm -rf extracted; mkdir extracted; cd extracted; echo kept > target; ln -s target link
                 ../{program} -osirrox on -indev ../x.iso -extract {words} 2>../said
                 find . -name link -o -printf '%p %y %m %U %s %l ' -type l -printf '\\n' -o -printf '%T@\\n' | sort
                 find . -type f -exec sha256sum {{}} + | sort -k 2; [ ! -L link ] || readlink link"
            ))
        };
        workshop.shell("ln -sf \"$(command -v xorriso)\" peer");
        // Directories that are made on the way are as old as the run.
        let undated = |text: String| -> Vec<String> {
            let made = |line: &&str| !line.starts_with(". ") && !line.starts_with("./new d");
            text.lines()
                .filter(made)
                .filter(|line| !line.starts_with("./target "))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(undated(listing("bin/xorriso")), undated(listing("peer")), "{words}");
    }
}

#[test]
fn nothing_is_written_through_links_or_over_the_image() {
    let Some(workshop) = workshop() else { return };
    let shell = |script: &str| workshop.shell(script);
    shell("mkdir out elsewhere; ln -s ../elsewhere out/d; echo mine > elsewhere/a; cp x.iso before.iso");
    shell("bin/xorriso -osirrox on -indev x.iso -extract / out 2>said");
    assert_eq!(shell("cat elsewhere/a; ls elsewhere; cat out/d/a"), "mine\na\na\n");
    for (to, said) in [("x.iso", "x.iso: would replace the image"), ("out", "out: would replace a directory")]
    {
        let ended = workshop.ended(&format!("bin/xorriso -osirrox on -indev x.iso -extract /one {to}"));
        assert_eq!(ended.0, 2);
        assert!(ended.2.contains(said), "{}", ended.2);
    }
    shell("cmp x.iso before.iso");
    for (words, said) in [
        ("-indev x.iso -extract /one two", "-extract: requires -osirrox on before it"),
        ("-extract /one two", "no image is read; name one with -indev"),
        ("-indev x.iso -outdev y.iso -volid V", "an image is read and another is to be made"),
        ("-indev x.iso -find . -exec rm", "-find: -exec is not supported"),
        ("-indev x.iso -find . -type x", "-find -type x: expected b, c, d, f, l, p or s"),
        ("-osirrox maybe -indev x.iso", "-osirrox: \"maybe\", expected on or off"),
        ("-indev tree/one -find", "tree/one: a text file, not an ISO 9660 or UDF image"),
    ] {
        let ended = workshop.ended(&format!("bin/xorriso {words}"));
        assert_eq!((ended.0, ended.2.contains(said)), (2, true), "{words}: {}", ended.2);
    }
    assert!(!workshop.path("two").exists() && !workshop.path("y.iso").exists());
}

#[test]
fn a_file_that_the_image_lacks_is_not_left_behind() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("head -c 1M /dev/zero | tr '\\0' z > tree/zz; xorriso -as mkisofs -quiet -no-pad -o whole.iso tree 2>said");
    workshop.shell("truncate -s -500K whole.iso");
    let ended = workshop.ended("bin/xorriso -osirrox on -indev whole.iso -extract / out");
    assert_eq!(ended.0, 1, "{}", ended.2);
    assert!(ended.2.contains("/zz: "), "{}", ended.2);
    assert_eq!(workshop.shell("cmp out/one tree/one; ls out | grep -c zz || true"), "0\n");
}

/// What other programs find in an image, without places and sizes of it, nor what these are written into.
fn said(workshop: &Workshop, image: &str) -> String {
    workshop.shell(&format!(
        "export LC_ALL=C TZ=UTC
         for names in '' -R -J; do isoinfo $names -l -i {image} | sed 's/\\[ *[0-9]*/[/; s/^\\([-d][rwxst-]*\\) *[0-9]*/\\1/' | sort || true; done
         isoinfo -d -i {image} | grep -E '^[A-Za-z ]+ id: .' | grep -v XORRISO
         xorriso -indev {image} -report_el_torito plain -report_system_area plain 2>/dev/null |
           sed -nE -e 's/ +[0-9]*$//' -e '/^El Torito (boot|img path|img opts|hdsiz|id)/p' -e '/^System area summary|^GPT type GUID/p' \\
             -e '/^MBR partition /s/ [0-9]+ +[0-9]+$//p' -e '/^GPT partition (name|flags)/p'
         xorriso -osirrox on -indev {image} -extract / out 2>/dev/null; find out -type f ! -name cat ! -name image -exec sha256sum {{}} + | sort -k 2
         chmod -R u+w out; rm -rf out"
    ))
}

#[test]
fn images_that_commands_make_are_those_of_xorriso() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "mkdir tree/boot; printf '%4096s' | tr ' ' i > tree/boot/image; head -c 8192 /dev/zero > tree/boot/efi
         head -c 65536 /dev/zero | tr '\\0' e > efi; printf '%512s' | tr ' ' m > mbr; rm tree/pipe tree/d/up
         { printf '%432s' | tr ' ' h; head -c 80 /dev/zero; } > isohdpfx
         printf '%24s' '' > start; printf '\\373\\300\\170\\160' | dd of=tree/boot/image bs=1 seek=64 conv=notrunc status=none
         find tree -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +",
    );
    for words in [
        "-map tree / -chmod 0711 / --",
        "-map tree / -map tree/d /copy -map tree/one /copy/two -chmod 0700 /copy -- -chmod u+x,o-r /one /copy/a --",
        "-joliet on -map tree / -boot_image any bin_path=boot/image -boot_image any cat_path=boot/cat \
         -boot_image any boot_info_table=on -boot_image any load_size=2048 -boot_image any next \
         -boot_image any efi_path=/boot/efi",
        "-map tree / -boot_image grub bin_path=boot/image -boot_image grub grub2_mbr=mbr -boot_image grub grub2_boot_info=on \
         -boot_image any cat_path=boot/cat -boot_image any cat_hidden=on -boot_image any boot_info_table=on \
         -boot_image any platform_id=0x00 -boot_image any emul_type=no_emulation -boot_image any load_size=full \
         -boot_image any appended_part_as=gpt -append_partition 2 0xef efi -boot_image any next \
         -boot_image any efi_path=--interval:appended_partition_2:all:: -boot_image any platform_id=0xef \
         -boot_image any emul_type=no_emulation",
        "-map tree / -boot_image isolinux bin_path=/boot/image -boot_image isolinux cat_path=/boot/cat \
         -boot_image isolinux boot_info_table=on -boot_image isolinux system_area=isohdpfx -boot_image any next \
         -boot_image any efi_path=/boot/efi -boot_image isolinux partition_entry=gpt_basdat",
        "-map tree / -boot_image any system_area=mbr -boot_image any partition_table=on",
    ] {
        let made = |program: &str, image: &str| {
            workshop.shell(&format!(
                "rm -f {image}; {program} -volid CDROM -padding 0 -compliance no_emul_toc -volume_date uuid 2024010203040500 \\
                   -outdev {image} {words} 2>said || {{ cat said; false; }}"
            ));
            said(&workshop, image)
        };
        let (theirs, ours) = (made("xorriso", "theirs.iso"), made("bin/xorriso", "ours.iso"));
        let alone = |these: &str, others: &str| -> Vec<String> {
            these
                .lines()
                .filter(|line| !others.lines().any(|other| other == *line))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(alone(&ours, &theirs), alone(&theirs, &ours), "{words}");
        for image in ["theirs.iso", "ours.iso"] {
            let reports = format!(
                "-indev {image} -report_el_torito plain -report_system_area plain -report_el_torito as_mkisofs -report_system_area cmd 2>/dev/null"
            );
            let (theirs, ours) = (format!("xorriso {reports}"), format!("bin/xorriso {reports}"));
            assert_eq!(workshop.shell(&ours), workshop.shell(&theirs), "{words}: {image}");
        }
    }
    for (words, said) in [
        ("-outdev theirs.iso -map tree /", "-outdev: theirs.iso holds data; remove it"),
        ("-outdev new -map tree / -boot_image any keep", "boot images of an image that is read are not kept"),
        ("-outdev new -map tree / -boot_image any colour=red", "colour=red: this setting is not supported"),
        ("-outdev new -map tree / -boot_image any load_size=many", "expected bytes, or full, behind the ="),
        ("-indev x.iso -map tree /", "an image is read and another is to be made"),
    ] {
        let ended = workshop.ended(&format!("bin/xorriso {words}"));
        assert_eq!((ended.0, ended.2.contains(said)), (2, true), "{words}: {}", ended.2);
    }
}
