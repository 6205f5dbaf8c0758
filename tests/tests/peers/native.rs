//! Commands of xorriso that read an image: isomk called by its name answers as it does.

use isokit_tests::{Workshop, peer, skip, tool_path};
use std::path::Path;

/// GRUB's code of a master boot record.
const BOOT_HYBRID: &str = "/usr/lib/grub/i386-pc/boot_hybrid.img";

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
    workshop.shell("xorriso -as mkisofs -quiet --norock -V LABEL -o plain.iso tree 2>/dev/null");
    for name in ["xorriso", "osirrox"] {
        std::os::unix::fs::symlink(tool_path("isomk"), workshop.path("bin").join(name)).expect("room");
    }
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
        "-indev x.iso -find / -maxdepth 1 -- -find . -mindepth 2 -- -find d -mindepth 1 -maxdepth 1 -exec echo",
        "-indev x.iso -find . -wholename './d*/[ab]' -- -find / -wholename '/d/*' -type f",
        "-ecma119_map lowercase -indev x.iso -find .",
        "-ecma119_map lowercase -indev plain.iso -sh_style_result on -find . -type f -- -find /d -name 'a*'",
        "-osirrox on -ecma119_map lowercase -indev plain.iso -concat append - /d/a /one",
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

/// The zone of dates is that of TZ.
#[test]
fn listings_are_those_of_xorriso() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "mkdir tree/set; chmod 3755 tree/set; touch tree/set/a; chmod 4644 tree/set/a; head -c 123456789 /dev/zero > tree/large
         touch -d '179 days ago' tree/recent; touch -d '181 days ago' tree/older; touch -d '3 days' tree/later
         mkdir 'tree/[x]' tree/nothing; : > 'tree/[x]/{y}'
         xorriso -as mkisofs -quiet -R -uid 123456789 -gid 7 -V LABEL -o x.iso tree 2>/dev/null",
    );
    for words in [
        "/ --",
        "",
        "'*' --",
        "/d --",
        "d --",
        "d one --",
        "/one /d one",
        "/d /one /d --",
        "'/*' --",
        "'/[ad]*' --",
        "'/n*' --",
        "'set/*' --",
        "'/[[]x]/{y}' --",
        "/d/../one ./d/./a --",
        "/missing --",
        "/missing /one --",
        "/d/up /d/up/ --",
        "\"it's\" --",
        "set -- -iso_rr_pattern off -ls '/*' --",
    ] {
        for command in ["ls", "lsl", "lsd", "lsdl"] {
            let listed = |program: &str| {
                let words = format!("-indev x.iso -pkt_output off -{command} {words}");
                workshop.ended(&format!("TZ=America/New_York {program} {words} 2>said"))
            };
            let (theirs, ours) = (listed("xorriso"), listed("bin/xorriso"));
            let said = workshop.text("said");
            assert_eq!((ours.1, ours.0), (theirs.1, theirs.0), "-{command} {words}: {said}");
        }
    }
    workshop.shell(
        "head -c 4096 /dev/zero > tree/image
         xorriso -as mkisofs -quiet -R -b image -c d/cat -no-emul-boot -o boots.iso tree 2>/dev/null",
    );
    let boots =
        |program: &str| workshop.shell(&format!("{program} -indev boots.iso -lsl /d /image -- 2>said"));
    assert_eq!(boots("bin/xorriso"), boots("xorriso"));
    let listed = boots("xorriso");
    assert!(listed.contains("\ner--r-----"), "the boot catalog is told from other files: {listed}");
    let plain = |program: &str| {
        let words = "-indev plain.iso -lsl / -- -ls '/D*' --";
        workshop.shell(&format!(
            "{program} {words} 2>said; {program} -ecma119_map lowercase -indev plain.iso -lsl /d -- 2>said"
        ))
    };
    assert_eq!(plain("bin/xorriso"), plain("xorriso"));
}

#[test]
fn sessions_are_told_as_by_xorriso() {
    let Some(workshop) = workshop() else { return };
    let lines = "2>/dev/null | grep -e '^TOC layout' -e '^ISO session'";
    let told = |program: &str, image: &str| workshop.shell(&format!("{program} -indev {image} -toc {lines}"));
    assert_eq!(told("bin/xorriso", "x.iso"), told("xorriso", "x.iso"));
    assert_eq!(told("bin/xorriso", "x.iso").lines().count(), 2);
    workshop.shell(
        "mkdir boots; printf '%4096s' | tr ' ' i > boots/image; seq 20000 > area; b='-b image -no-emul-boot -c cat'
         xorriso -as mkisofs -quiet -o boots.iso $b boots; xorriso -as mkisofs -quiet -o area.iso -G area boots
         xorriso -as mkisofs -quiet -o hybrid.iso $b -isohybrid-mbr area boots
         xorriso -as mkisofs -quiet -o gpt.iso -append_partition 2 0xef area -appended_part_as_gpt boots",
    );
    for image in ["x.iso", "plain.iso", "boots.iso", "area.iso", "hybrid.iso", "gpt.iso"] {
        let lines =
            "2>/dev/null | grep -E '^(Drive current|Media current|Boot record|ISO session|Media nwa)'";
        let told = |program: &str| workshop.shell(&format!("{program} -indev {image} -toc {lines}"));
        assert_eq!(told("bin/xorriso"), told("xorriso"), "{image}");
    }
    // Of an image that other programs continued, xorriso tells the first session alone.
    workshop.shell(
        "isomk --as mkisofs -quiet -R -V FIRST -o disc tree; truncate -s %65536 disc; next=$(($(stat -c %s disc) / 2048))
         isomk --as mkisofs -quiet -R -V SECOND -C 0,$next -M disc -o session x.iso; cat session >> disc",
    );
    let both = told("bin/xorriso", "disc");
    assert!(both.contains(" , FIRST\n") && both.contains(" , SECOND\n"), "{both}");
}

/// mkksiso calls xorriso by this name.
#[test]
fn osirrox_may_extract() {
    let Some(workshop) = workshop() else { return };
    for program in ["osirrox", "bin/osirrox"] {
        workshop.shell(&format!(
            "rm -rf out; {program} -indev x.iso -chmod_r u+rwx / -- -extract /d/a out/a -rollback_end 2>said; cmp tree/d/a out/a"
        ));
        assert_eq!(workshop.shell("stat -c %a out/a"), "700\n", "{program}");
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
        ("-indev x.iso -volid V", "-indev: the changed image has no place; name one with -outdev"),
        (
            "-indev x.iso -outdev y.iso -volid V -find",
            "an image is read for answers or files, and one is made",
        ),
        ("-outdev y.iso -rm one", "-rm: there is no image to change"),
        ("-dev - -volid V", "-dev: standard input cannot be changed"),
        ("-indev x.iso -find . -exec rm", "-find: -exec rm is not supported"),
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
         isoinfo -d -i {image} | grep -E '^[A-Za-z ]+ id: .' | grep -v XORRISO | sed 's/[.];1$//'
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
        // Whatever is in the system area is told what ISOLINUX's code is told.
        "-map tree / -boot_image isolinux bin_path=/boot/image -boot_image any system_area=isohdpfx \
         -boot_image isolinux partition_table=on -boot_image any cat_path=/boot/cat",
        "-map tree / -boot_image isolinux partition_table=on -boot_image grub system_area=mbr \
         -boot_image isolinux bin_path=/boot/image -boot_image any cat_path=/boot/cat",
        "-map tree / -boot_image isolinux bin_path=/boot/image -boot_image isolinux partition_table=on \
         -boot_image any cat_path=/boot/cat",
        "-joliet on -not_leaf 'b*' -map tree / -pathspecs on -add d/y=tree/d-x z=tree/one -- -hide iso_rr /z -- -uid 7 -gid 8",
        "-not_leaf one -not_leaf d -map tree / -map tree/one /named -map tree/d /d",
        "-map tree / -boot_image any partition_offset=16s -boot_image any system_area=/dev/zero",
        "-map tree / -boot_image any bin_path=boot/image -boot_image any load_size=2k -boot_image any cat_path=/boot/cat",
        "-map tree / -boot_image any bin_path=boot/image -boot_image any load_size=1s -boot_image any cat_path=/boot/cat",
        "-map tree / -boot_image any bin_path=boot/image -boot_image any load_size=3d -boot_image any cat_path=/boot/cat",
        "-map tree / -copyright_file one -abstract_file empty",
        "-joliet on -map tree / -find /d -exec hide joliet -- -find /one -exec hide on -- -find d-x -exec hide iso_rr",
    ] {
        let made = |program: &str, image: &str| {
            workshop.shell(&format!(
                "rm -f {image}; {program} -volid CDROM -padding 0 -compliance no_emul_toc -volume_date uuid 2024010203040500 \\
                   -outdev {image} {words} 2>said || {{ cat said; false; }}"
            ));
            said(&workshop, image)
        };
        let (theirs, ours) = (made("xorriso", "theirs.iso"), made("bin/xorriso", "ours.iso"));
        assert_alike(&ours, &theirs, words);
        for image in ["theirs.iso", "ours.iso"] {
            let reports = format!(
                "-indev {image} -report_el_torito plain -report_system_area plain -report_el_torito as_mkisofs -report_system_area cmd 2>/dev/null"
            );
            let (theirs, ours) = (format!("xorriso {reports}"), format!("bin/xorriso {reports}"));
            assert_eq!(workshop.shell(&ours), workshop.shell(&theirs), "{words}: {image}");
        }
    }
}

/// What ISOLINUX and GRUB's images load the rest of themselves by, and the catalog beside the first of them.
#[test]
fn boot_images_get_what_their_loader_needs_without_being_asked() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "mkdir tree/boot; printf '%4096s' | tr ' ' i > tree/boot/image; head -c 8192 /dev/zero > tree/boot/efi
         head -c 65536 /dev/zero | tr '\\0' e > efi; mkdir tree/boot/isolinux; rm tree/pipe
         printf '\\373\\300\\170\\160' | dd of=tree/boot/image bs=1 seek=64 conv=notrunc status=none
         cp tree/boot/image tree/boot/isolinux/isolinux.bin",
    );
    for (words, tables) in [
        ("-boot_image isolinux bin_path=/boot/image", 1),
        ("-boot_image grub bin_path=boot/image -boot_image any next -boot_image any efi_path=/one", 1),
        ("-boot_image any bin_path=one -boot_image any next -boot_image isolinux bin_path=boot/image", 1),
        ("-boot_image any bin_path=/boot/image", 0),
        ("-boot_image isolinux bin_path=/boot/image -boot_image any boot_info_table=off", 0),
        ("-boot_image any boot_info_table=on -boot_image any efi_path=/boot/efi", 0),
        ("-boot_image grub bin_path=boot/image -boot_image any cat_path=d/cat", 1),
        ("-boot_image isolinux dir=/boot", 1),
        ("-append_partition 2 0xef efi -boot_image any efi_path=--interval:appended_partition_2:all::", 0),
    ] {
        let told = |program: &str| {
            workshop.shell(&format!(
                "rm -f new.iso; {program} -outdev new.iso -map tree / {words} 2>said || {{ cat said; false; }}
                 xorriso -indev new.iso -report_el_torito plain 2>/dev/null |
                   grep -E '^El Torito (boot|cat path|img path|img opts)' | sed -E '/boot img/s/ +[0-9]+$//'"
            ))
        };
        let theirs = told("xorriso");
        assert_eq!(told("bin/xorriso"), theirs, "{words}");
        assert_eq!(theirs.matches("boot-info-table").count(), tables, "{words}");
    }
}

#[test]
fn what_commands_cannot_make_is_named() {
    let Some(workshop) = workshop() else { return };
    for (words, said) in [
        ("-outdev x.iso -map tree /", "-outdev: x.iso holds data; remove it"),
        (
            "-outdev new -map tree / -boot_image any keep",
            "-boot_image any keep, patch or replay: there is no image to change",
        ),
        (
            "-outdev new -map tree / -not_leaf x",
            "does not concern what commands before it put into the image",
        ),
        ("-outdev new -add ../x --", "expected files on disk, by paths without .."),
        ("-outdev new -map tree / -boot_image any colour=red", "colour=red: this setting is not supported"),
        ("-outdev new -map tree / -boot_image any load_size=many", "expected bytes, or full, behind the ="),
    ] {
        let ended = workshop.ended(&format!("bin/xorriso {words}"));
        assert_eq!((ended.0, ended.2.contains(said)), (2, true), "{words}: {}", ended.2);
    }
}

#[test]
fn what_is_added_has_the_paths_that_it_has_on_disk() {
    let Some(workshop) = workshop() else { return };
    let made = |program: &str| {
        workshop.shell(&format!(
            "rm -f added.iso; {program} -outdev added.iso -add tree/d/a ./tree/one tree/d-x -- 2>said || {{ cat said; false; }}
             isoinfo -R -f -i added.iso | sort"
        ))
    };
    let theirs = made("xorriso");
    assert_eq!(made("bin/xorriso"), theirs);
    assert!(theirs.contains("/tree/d-x/b\n") && theirs.contains("/tree/one\n"), "{theirs}");
}

/// A file that holds data is written over only if it is to be blank.
#[test]
fn what_is_to_be_blank_is_written_over() {
    let Some(workshop) = workshop() else { return };
    for words in
        ["-outdev old.iso -blank as_needed -map tree/one /new", "-dev old.iso -blank fast -map tree/one /new"]
    {
        for program in ["xorriso", "bin/xorriso"] {
            workshop.shell(&format!("cp x.iso old.iso; {program} {words} 2>said || {{ cat said; false; }}"));
            assert_eq!(workshop.shell("isoinfo -R -f -i old.iso"), "/new\n", "{program} {words}");
        }
    }
}

/// What other programs find in `image` once `program` has done what `words` say.
fn changed(workshop: &Workshop, program: &str, image: &str, words: &str) -> String {
    workshop.shell(&format!("{program} {words} 2>said || {{ cat said; false; }}"));
    said(workshop, image)
}

/// What is in an image, but for the boot catalog, which xorriso says was made today, and what xorriso makes of the size of an
/// image: that it ends where a cylinder does.
fn comparable(said: &str) -> String {
    let others = said.lines().filter(|line| !line.ends_with(" cat ") && !line.ends_with(" CAT.;1 "));
    others.map(|line| format!("{}\n", line.replace("cyl-align-off", "cyl-align-on"))).collect()
}

/// The digest of the second partition of the GPT, if there is one.
fn partition(workshop: &Workshop, image: &str) -> String {
    workshop.shell(&format!(
        "at=$(xorriso -indev {image} -report_system_area plain 2>said | sed -nE 's/^GPT start and size : +2 +//p')
         [ -z \"$at\" ] || dd if={image} bs=512 skip=${{at%% *}} count=${{at##* }} status=none | sha256sum"
    ))
}

/// Asserts that both programs find and say the same of what they made.
fn assert_alike(ours: &str, theirs: &str, words: &str) {
    let alone = |these: &str, others: &str| -> Vec<String> {
        these.lines().filter(|line| !others.lines().any(|other| other == *line)).map(str::to_owned).collect()
    };
    assert_eq!(alone(ours, theirs), alone(theirs, ours), "{words}");
}

#[test]
fn images_that_commands_change_are_those_of_xorriso() {
    let Some(workshop) = workshop() else { return };
    if !Path::new(BOOT_HYBRID).is_file() {
        return skip(&format!("{BOOT_HYBRID} is not installed (cargo xtask peers)"));
    }
    workshop.shell(
        "mkdir tree/boot more; printf '%4096s' | tr ' ' i > tree/boot/image; head -c 8192 /dev/zero > tree/boot/efi
         head -c 65536 /dev/zero | tr '\\0' e > efi; head -c 131072 /dev/zero | tr '\\0' o > other; rm tree/pipe tree/d/up
         printf '\\373\\300\\170\\160' | dd of=tree/boot/image bs=1 seek=64 conv=notrunc status=none
         cp /usr/lib/grub/i386-pc/boot_hybrid.img code; echo new > more/new; echo longer than before > more/a; chmod 640 more/a; echo kick > ks.cfg
         find tree more ks.cfg -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +
         xorriso -as mkisofs -quiet -R -J -V PLAIN -publisher PUB -appid APP -volset SET -o plain.iso tree 2>said
         xorriso -as mkisofs -quiet -R -J -V BOOTS -o boots.iso --grub2-mbr code -c boot/cat -b boot/image -no-emul-boot \\
           -boot-load-size 4 -boot-info-table --grub2-boot-info -append_partition 2 0xef efi -appended_part_as_gpt \\
           -eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot tree 2>said",
    );
    for (image, words) in [
        ("plain", "-map more /d"),
        (
            "plain",
            "-map more/new /d/deeper/new -map ks.cfg /ks.cfg -volid OTHER -publisher HOUSE -chmod 0600 /ks.cfg -- ",
        ),
        (
            "plain",
            "-update more/a /d/a -update ks.cfg /one -rm /empty \"/it's\" -- -rm_r d-x '/d/d*' -- -map more /d-x",
        ),
        ("plain", "-cpr ks.cfg /d/a -- -cpr ks.cfg more/new more /d/deeper -- -cpr more/a /named"),
        (
            "plain",
            "-mkdir /made /made/one way/to/it/ -- -map ks.cfg /made/ks.cfg -chmod 0700 /made/one -- -alter_date_r m =1000000000 / --",
        ),
        (
            "plain",
            "-rm /d-x/b /d/deeper/file -- -rmdir /d-x '/d/dee*' -- -map ks.cfg /d/deeper/ks.cfg -alter_date_r m =1000000000 / --",
        ),
        ("plain", "-rm '/d-x/*' '/o?e' -- -iso_rr_pattern off -rm_r /boot --"),
        ("boots", "-boot_image any replay -volid NEW -map ks.cfg ks.cfg -map more more -update more/a /d/a"),
        ("plain", "-map more /more -alter_date_r b =1000000000 / -- -alter_date m =1100000000 /more /d/a --"),
        ("plain", "-alter_date_r b 2001020304050600 /d-x -- -alter_date_r b =1000000000 /d/deeper /one"),
        ("boots", "-boot_image any replay -rm_r /d /d-x -- -map more /d"),
        ("boots", "-boot_image any replay -update_r more /d -update_r more /fresh -update_r ks.cfg /one"),
        ("plain", "-chown_r 5 /d -- -chown daemon /one -- -chgrp games /one /d/a -- -chgrp_r 7 /d-x --"),
        ("plain", "-chmod_r go-rwx /d -- -chmod_r 0711 /d-x /one -- -chmod 0750 /d/a --"),
        ("plain", "-chmod_r 0755 / -- -chmod 0700 / --"),
        (
            "plain",
            "-publisher '' -volset_id '' -application_id '' -application_id AGAIN -system_id '' -application_use ''",
        ),
        (
            "boots",
            "-boot_image any replay -append_partition 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B other -update more/a /d/a",
        ),
        ("boots", "-boot_image any replay -append_partition 3 0x83 other -map ks.cfg /ks.cfg"),
        ("plain", "-append_partition 3 0x83 other -append_partition 2 0x0c efi -map ks.cfg /ks.cfg"),
        (
            "boots",
            "$(xorriso -indev boots.iso -report_el_torito cmd 2>/dev/null | tr -d \"'\" | tr '\\n' ' ') -map ks.cfg /ks.cfg",
        ),
    ] {
        let settings = "-joliet on -padding 0 -volume_date uuid 2024010203040500";
        let made = |program: &str, out: &str| {
            changed(&workshop, program, out, &format!("-indev {image}.iso -outdev {out} {settings} {words}"))
        };
        workshop.shell("rm -f theirs.iso ours.iso");
        let (theirs, ours) = (made("xorriso", "theirs.iso"), made("bin/xorriso", "ours.iso"));
        assert_eq!(partition(&workshop, "ours.iso").is_empty(), image != "boots");
        assert_eq!(partition(&workshop, "ours.iso"), partition(&workshop, "theirs.iso"), "{words}");
        assert_alike(&comparable(&ours), &comparable(&theirs), words);
        // As options of isomk's own, but for what takes the place of something.
        let line = format!("--print-request -indev {image}.iso -outdev own.iso {settings} {words}");
        let (status, line, told) = workshop.ended(&format!("rm -f own.iso; bin/xorriso {line}"));
        let lacks = [
            ("-append_partition", "partitions of an MBR in an image that has none"),
            ("-update_r", "what is removed from an image only if it is there"),
            ("-mkdir", "directories that no source has"),
            ("-rmdir", "what is removed from an image only if nothing is left in it"),
            ("-chmod 0700 / ", "permissions of the root directory"),
            ("-report_el_torito cmd", "bytes out of the middle of a file"),
        ];
        if let Some((_, lacking)) = lacks.iter().find(|(command, _)| words.contains(command)) {
            assert_eq!((status, told.contains(lacking)), (1, true), "{words}: {told}");
        } else {
            assert_eq!((status, told.as_str()), (0, ""), "{words}");
            workshop.shell(&format!("{} && cmp own.iso ours.iso", line.trim()));
        }
        // The image itself, instead of another.
        workshop.shell(&format!("cp {image}.iso over.iso; chmod 640 over.iso"));
        changed(&workshop, "bin/xorriso", "over.iso", &format!("-dev over.iso {settings} {words}"));
        assert_eq!(workshop.shell("cmp over.iso ours.iso; stat -c %a over.iso"), "640\n");
    }
}

/// Commands know no pathspec; xorriso prints how it is used, or does nothing.
#[test]
fn commands_that_ask_for_nothing_are_told_what_to_ask_for() {
    let Some(workshop) = workshop() else { return };
    for words in ["xorriso", "osirrox", "xorriso -volid X", "xorriso -outdev new.iso", "xorriso -end"] {
        workshop.shell(&format!("{words} 2>said || test $? = 2; test ! -e new.iso"));
        let (status, out, said) = workshop.ended(&format!("bin/{words}"));
        let sentence = "xorriso: nothing is read, and nothing put into an image: name an image with -indev, or files with -map; \
                        -help lists what there is\n";
        assert_eq!((status, out.as_str(), said.as_str()), (2, "", sentence), "{words}");
        assert!(!workshop.path("new.iso").exists(), "{words}");
    }
    let (_, _, said) = workshop.ended("bin/xorriso -as mkisofs -o new.iso");
    assert_eq!(said, "xorriso: no pathspec: name a directory or a file\n");
}

/// Those that have a time of day in them are in UTC.
#[test]
fn dates_have_the_forms_that_xorriso_takes() {
    let Some(workshop) = workshop() else { return };
    for date in [
        "2001.02.03.040506",
        "2001.02.03.0405",
        "2001.02.03.04",
        "2001.02.03",
        "020304052001",
        "020304052001.06",
    ] {
        let dated = |program: &str| {
            workshop.shell(&format!(
                "rm -f o.iso; TZ=UTC {program} -indev x.iso -outdev o.iso -alter_date_r m {date} /d -- 2>said || {{ cat said; false; }}
                 TZ=UTC bsdtar -tvf o.iso | grep ' d/' | sort"
            ))
        };
        assert_eq!(dated("bin/xorriso"), dated("xorriso"), "{date}");
    }
}

/// Patterns on files on disk do not concern those of the image.
#[test]
fn what_is_left_out_of_directories_stays_in_the_image() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("mkdir more; echo m > more/a; echo n > more/new");
    let made = |program: &str| {
        workshop.shell(&format!(
            "rm -f o.iso; {program} -indev x.iso -outdev o.iso -not_leaf one -not_leaf a -map more /more -map tree/one /k 2>said
             bsdtar -tf o.iso | sort"
        ))
    };
    let ours = made("bin/xorriso");
    assert_eq!(ours, made("xorriso"));
    assert!(
        ["one", "d/a", "k", "more/new"].iter().all(|name| ours.lines().any(|line| line == *name)),
        "{ours}"
    );
    let printed = workshop
        .ended("isomk --print-request --as xorriso -indev x.iso -outdev o2.iso -not_leaf a -map more /more");
    assert_eq!(printed.0, 1, "{}", printed.2);
}

#[test]
fn an_image_that_cannot_be_changed_stays_what_it_is() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("cp x.iso before.iso; cp x.iso other.iso; echo k > k; ln -s x.iso way; mkfifo pipe");
    for (words, said) in [
        ("-dev x.iso -rm d", "x.iso: /d: is a directory; -rm_r removes directories"),
        ("-dev x.iso -rm_r /nothing", "x.iso: /nothing: nothing in the image matches"),
        ("-dev x.iso -rm_r /", "-rm_r: \"/\", expected paths below the root of the image"),
        ("-dev x.iso -rm a/../b", "expected paths below the root of the image"),
        (
            "-dev x.iso -map k /d/k -rm_r d",
            "-rm_r: d: removes what a command before it puts there; remove first",
        ),
        ("-dev x.iso -cpr tree /k", "-cpr: tree: is a directory; -map takes in all of it"),
        ("-dev x.iso -cpr k .. /d", "-cpr: ..: has no name to have in the image"),
        ("-dev x.iso -cpr k", "-cpr: \"k\", expected files on disk, and a path of the image"),
        ("-dev x.iso -cpr k /d", "/d: is not a directory here, but was before"),
        ("-dev x.iso -map nothing /k", "nothing: open: No such file or directory"),
        ("-dev x.iso -alter_date b =10 /", "expected a path below the root"),
        ("-dev x.iso -alter_date_r a =10 /", "expected m or b, a date and paths"),
        ("-dev x.iso -map k /d", "/d: is not a directory here, but was before"),
        ("-dev x.iso -map x.iso /x", "x.iso: is both an input and an output (-o x.iso)"),
        ("-dev way -map way /x", "way: is both an input and an output (-o way)"),
        ("-dev x.iso -update tree /d", "-update: tree is a directory; -map takes in all of it"),
        ("-dev x.iso -append_partition 5 0xef k", "partition 5: an MBR has room for partitions 1 to 4"),
        ("-dev x.iso -append_partition 2 0xef nothing", "nothing: open: No such file or directory"),
        (
            "-dev x.iso -boot_image any partition_offset=16",
            "the partitions of an image that is changed are kept as they are",
        ),
        (
            "-dev x.iso -boot_image any keep -boot_image any bin_path=one -volid V",
            "-boot_image any keep: keeps the boot entries",
        ),
        ("-dev x.iso -boot_image any drop", "expected next, keep, patch, replay, discard, or NAME=VALUE"),
        ("-dev x.iso -update_r tree /", "expected a path on disk and one below the root of the image"),
        (
            "-dev x.iso -map k /d/k -update_r tree /d",
            "-update_r: d: removes what a command before it puts there",
        ),
        ("-dev x.iso -update_r nothing /d", "nothing: open: No such file or directory"),
        ("-dev x.iso -chown 5 / --", "expected a path below the root"),
        ("-dev x.iso -chown nobody-is-called-so /d --", "/etc/passwd has no \"nobody-is-called-so\""),
        (
            "-osirrox on -indev x.iso -chmod_r u+w /d -- -extract /d new",
            "expected / as the only path, where files are extracted",
        ),
        ("-dev x.iso -volid V -find", "an image is read for answers or files, and one is made"),
        ("-load session 1 -dev x.iso -volid V", "an image is read for answers or files, and one is made"),
        ("-indev x.iso -outdev other.iso -volid V", "-outdev: other.iso holds data; remove it"),
        ("-indev none -outdev new -volid V", "none: open: No such file or directory"),
        ("-dev k -volid V", "k: a text file, not a tar archive or an image"),
    ] {
        let ended = workshop.ended(&format!("bin/xorriso {words}"));
        assert_eq!((ended.0, ended.2.contains(said)), (2, true), "{words}: {}", ended.2);
        workshop.shell("cmp x.iso before.iso; cmp x.iso other.iso; [ ! -e new ]");
    }
    // A reader that has it open goes on to read what it was.
    workshop.shell("exec 3<x.iso; bin/xorriso -dev way -volid CHANGED; [ -L way ]; cmp /dev/fd/3 before.iso");
    assert!(workshop.shell("isoinfo -d -i x.iso").contains("Volume id: CHANGED"));
    // As with xorriso, what is blank or not there is not changed, but made.
    workshop.shell(": > blank.iso; for to in blank new; do bin/xorriso -dev $to.iso -map k /k; isoinfo -R -f -i $to.iso | grep -x /k; done");
}

/// What boots may be given up: the catalog goes, and boot images are files as others are.
#[test]
fn an_image_can_be_made_to_boot_no_more() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "mkdir tree/boot; head -c 5000 /dev/zero | tr '\\0' i > tree/boot/image; printf '%512s' | tr ' ' m > mbr; rm tree/pipe
         find tree -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +
         xorriso -as mkisofs -quiet -R -o boots.iso -G mbr -c boot/cat -b boot/image -no-emul-boot tree 2>said",
    );
    for words in [
        "-boot_image any discard",
        "-boot_image any keep -boot_image any discard -boot_image any system_area=/dev/zero -rm /one --",
        "-boot_image any discard -boot_image any bin_path=/one -boot_image any cat_path=/cat",
    ] {
        let made = |program: &str, out: &str| {
            let settings = "-padding 0 -volume_date uuid 2024010203040500 -volid NO";
            workshop.shell("rm -f theirs.iso ours.iso");
            changed(&workshop, program, out, &format!("-indev boots.iso -outdev {out} {settings} {words}"))
        };
        let (theirs, ours) = (made("xorriso", "theirs.iso"), made("bin/xorriso", "ours.iso"));
        assert_alike(&comparable(&ours), &comparable(&theirs), words);
        assert_eq!(ours.contains("El Torito"), words.contains("bin_path"), "{words}: {ours}");
    }
}

#[test]
fn a_boot_image_whose_file_is_removed_boots_all_the_same() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "mkdir tree/boot; head -c 5000 /dev/zero | tr '\\0' i > tree/boot/image; rm tree/pipe
         xorriso -as mkisofs -quiet -R -o boots.iso -c boot/cat -b boot/image -no-emul-boot -boot-load-size 12 tree 2>said",
    );
    let boots = |image: &str| {
        workshop.shell(&format!(
            "at=$(xorriso -indev {image} -report_el_torito plain 2>said | tee report | sed -n 's/^El Torito boot img.* //p')
             sed -n 's/ *[0-9]*$//; /boot img/p' report; dd if={image} bs=2048 skip=$at count=3 status=none | head -c 5000 | sha256sum"
        ))
    };
    for (program, out) in [("xorriso", "theirs.iso"), ("bin/xorriso", "ours.iso")] {
        workshop.shell(&format!(
            "{program} -boot_image any keep -indev boots.iso -outdev {out} -rm_r /boot 2>said"
        ));
        assert_eq!(boots(out), boots("boots.iso"), "{program}");
        assert!(!workshop.shell(&format!("isoinfo -R -f -i {out}")).contains("boot"), "{program}");
    }
    let ended =
        workshop.ended("bin/xorriso -boot_image any replay -indev boots.iso -outdev no.iso -rm_r /boot");
    assert_eq!(
        (
            ended.0,
            ended.2.contains("boot/image: is removed, but the image boots by it; -boot_image any discard")
        ),
        (2, true),
        "{}",
        ended.2
    );
}

#[test]
fn directories_are_made_and_removed_only_where_nothing_is_lost() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("cp x.iso before.iso");
    for (words, said) in [
        ("-dev x.iso -rmdir d", "x.iso: /d: is not empty; -rm_r removes directories with all below them"),
        ("-dev x.iso -rm /d/a -- -rmdir d", "x.iso: /d: is not empty"),
        ("-dev x.iso -rmdir one", "x.iso: /one: is no directory; -rm removes files"),
        ("-dev x.iso -rmdir /nothing", "x.iso: /nothing: nothing in the image matches"),
        (
            "-dev x.iso -mkdir /made -- -rmdir /made",
            "-rmdir: made: removes what a command before it puts there",
        ),
        ("-dev x.iso -mkdir /one", "/one: is a directory here, but was not before"),
        ("-dev x.iso -mkdir /", "-mkdir: \"/\", expected paths below the root of the image"),
        ("-dev x.iso -mv /one /two", "-mv: this command of xorriso is not supported; see isomk-mkisofs(1)"),
    ] {
        let ended = workshop.ended(&format!("bin/xorriso {words}"));
        assert_eq!((ended.0, ended.2.contains(said)), (2, true), "{words}: {}", ended.2);
        workshop.shell("cmp x.iso before.iso");
    }
    // One that is there stays what it is, as with xorriso, which warns too.
    let ended = workshop.ended("bin/xorriso -dev x.iso -mkdir /d --");
    assert_eq!((ended.0, ended.2.as_str()), (0, "xorriso: /d: warning: is there already\n"));
    assert_eq!(workshop.shell("isoinfo -R -f -i x.iso | grep -c ^/d/"), "5\n");
    let made = |program: &str| {
        workshop.shell(&format!(
            "rm -f made.iso; {program} -outdev made.iso -mkdir a/b /c -- -chmod 0711 /c -- 2>said || {{ cat said; false; }}
             xorriso -indev made.iso -find / -exec lsdl 2>said | sed -E 's/ [A-Z][a-z]{{2}} .* /  /'"
        ))
    };
    assert_eq!(made("bin/xorriso"), made("xorriso"));
}

/// Both programs on copies of one image: their status, whether it is changed, and what is seen of the new one.
#[test]
fn commands_take_effect_in_their_order_or_are_refused() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("xorriso -as mkisofs -quiet -R -V OLD -o old.iso tree 2>/dev/null; cp -p tree/one file");
    // Whether xorriso writes an image, and whether isomk does: as it does, or not at all.
    for (words, theirs, ours) in [
        ("-dev d.iso -map file /new -rollback_end", false, false),
        ("-dev d.iso -rm /one -- -rollback_end", false, false),
        ("-dev d.iso -map file /new -end -map file /newer", true, true),
        ("-dev d.iso -map file /new -commit -end", true, true),
        ("-dev d.iso -map file /new -commit -rollback_end", true, true),
        ("-dev d.iso -map file /new -commit -map file /newer", true, false),
        ("-dev d.iso -map file /new -commit -volid X", true, false),
        ("-dev d.iso -overwrite off -map file /one", false, false),
        ("-dev d.iso -overwrite nondir -map file /one", true, true),
        ("-dev d.iso -chmod 0600 /nope --", false, false),
        ("-dev d.iso -chmod_r 0600 /d/nope --", false, false),
        ("-dev d.iso -chown 3 /nope --", false, false),
        ("-dev d.iso -chgrp_r 3 /nope --", false, false),
        ("-dev d.iso -alter_date m @86400 /nope --", false, false),
        ("-dev d.iso -hide on /nope --", false, false),
        ("-dev d.iso -chmod 0600 '/d*' --", true, true),
        ("-dev d.iso -chmod 0600 '/on[e]' --", true, true),
        ("-dev d.iso -iso_rr_pattern off -chmod 0600 '/d*' --", false, false),
        ("-dev d.iso -chown_r 7 '/?' -- -chgrp 8 '/d/*' --", true, true),
        ("-dev d.iso -alter_date_r m @1700000000 '/d*' --", true, true),
        ("-dev d.iso -chmod_r 0711 /d -- -map file /d/new", true, false),
        ("-dev d.iso -map file /d/new -chmod_r 0711 /d --", true, true),
        ("-dev d.iso -chmod 0711 /d -- -map file /d/new", true, true),
        ("-dev d.iso -chown 7 '/d/*' -- -map file /d/new", true, false),
    ] {
        let ran = |program: &str| {
            workshop.shell(&format!(
                "cp old.iso d.iso; {program} {words} >said 2>&1 || true
                 cmp -s old.iso d.iso && echo same || {{ echo other; bsdtar --numeric-owner -tvf d.iso | grep -v ^l | awk '{{ $2 = \"\"; print }}' | sort -k 9; }}"
            ))
        };
        let (xorriso, isomk) = (ran("xorriso"), ran("bin/xorriso"));
        assert_eq!((xorriso.starts_with("other"), isomk.starts_with("other")), (theirs, ours), "{words}");
        if theirs && ours {
            assert_eq!(isomk, xorriso, "{words}");
        }
    }
    let refused =
        |words: &str| workshop.tries(&format!("cp old.iso d.iso; bin/xorriso {words}")).status.code();
    assert_eq!(refused("-dev d.iso -map file /new -commit -map file /newer"), Some(2));
    assert_eq!(refused("-dev d.iso -chmod 0600 /nope --"), Some(2));
    assert_eq!(refused("-dev d.iso -map file /new -rollback_end"), Some(0));
    // A file on disk is not lost either.
    workshop.shell("echo mine > kept");
    let lost = workshop.tries("bin/xorriso -osirrox on -overwrite off -indev old.iso -extract /one kept");
    assert_eq!((lost.status.code(), workshop.shell("cat kept").as_str()), (Some(2), "mine\n"));
}
