//! Called as mkisofs, genisoimage, xorrisofs or xorriso: what callers rely on around an image. The images themselves are held
//! against those of these programs in `tests/tests/peers/mkisofs.rs`.

use isokit_tests::{Workshop, peer, tool_path};

/// A tree, and isomk under each name in `bin`, which is first in the path.
fn workshop() -> Workshop {
    let workshop = Workshop::new("mkdir bin d; echo hi > d/a.txt; touch -d @1700000000 d/a.txt d");
    for name in ["mkisofs", "genisoimage", "xorrisofs", "xorriso"] {
        std::os::unix::fs::symlink(tool_path("isomk"), workshop.path("bin").join(name)).expect("room");
    }
    workshop
}

fn shell(workshop: &Workshop, script: &str) -> String {
    workshop.shell(&format!("export PATH=$PWD/bin:$PATH; unset SOURCE_DATE_EPOCH; {script}"))
}

#[test]
fn help_is_on_standard_error_and_the_version_where_it_is_looked_for() {
    let workshop = workshop();
    let help = shell(&workshop, "xorriso -as mkisofs -help 2>&1 >out; [ ! -s out ]");
    assert!(help.contains("graft-points") && help.contains("grub2-boot-info"), "{help}");
    assert_eq!(shell(&workshop, "xorriso --version | awk '/^xorriso version/ {print $4}'"), "1.5.4\n");
    assert!(shell(&workshop, "genisoimage -version").starts_with("genisoimage "));
    assert!(shell(&workshop, "mkisofs --version").starts_with("mkisofs 2."));
    shell(&workshop, "xorrisofs -J -b x -e y --set_all_file_dates =0 --version d >out; [ ! -e x.iso ]");
    assert_eq!(workshop.ended("bin/genisoimage --no-such-option --version d").0, 2);
}

#[test]
fn the_name_is_that_of_messages_and_as_makes_no_difference_to_the_image() {
    let workshop = workshop();
    let (status, output, error) = workshop.ended("bin/genisoimage -T -o x.iso d");
    assert_eq!((status, output.as_str()), (2, ""));
    assert_eq!(error, "genisoimage: -T: is not supported: TRANS.TBL is not written\n");
    assert!(!workshop.path("x.iso").exists());
    for name in ["mkisofs", "genisoimage", "xorrisofs"] {
        let isomk = tool_path("isomk");
        shell(
            &workshop,
            &format!("{name} -J -o 1.iso d; {} --as {name} -J -o 2.iso d; cmp 1.iso 2.iso", isomk.display()),
        );
    }
    let unknown = workshop.isomk(&["--as", "mkudffs", "d"]).assert().code(2);
    assert_eq!(
        String::from_utf8_lossy(&unknown.get_output().stderr),
        "isomk: --as: \"mkudffs\", expected mkisofs, genisoimage, xorrisofs or xorriso\n"
    );
    workshop.refuses(&["--as", "mkisofs", "d"], "--as: only understood as the first argument");
}

#[test]
fn what_cannot_be_honoured_leaves_no_image_and_says_which_option() {
    let workshop = workshop();
    for option in [
        "-isohybrid-mbr f",
        "--grub2-mbr f",
        "-append_partition 2 0xef f",
        "-partition_offset 16",
        "-chrp-boot-part",
        "--protective-msdos-label",
        "-efi-boot-part --efi-boot-image",
        "--md5",
        "-z",
        "-M f",
        "-C 0,16",
        "-hfs",
        "-XA",
        "-stream-media-size 9",
        "-jigdo-jigdo f",
        "-mips-boot f",
        "-hidden a",
        "-log-file f",
        "-volset-size 2",
        "-iso-level 5",
        "-V 123456789012345678901234567890123",
        "-uid root",
        "-dir-mode 9",
        "-output-charset latin1",
    ] {
        for name in ["genisoimage", "xorrisofs"] {
            let (status, output, error) = workshop.ended(&format!("bin/{name} -o x.iso {option} d"));
            assert_eq!((status, output.as_str()), (2, ""), "{name} {option}: {error}");
            let named = option.split(' ').next().unwrap_or_default();
            assert!(error.starts_with(&format!("{name}: {named}: ")), "{option}: {error}");
            assert!(!workshop.path("x.iso").exists(), "{option}");
        }
    }
    let (status, _, error) = workshop.ended("bin/xorriso -indev x.iso -find /");
    assert_eq!(status, 2);
    assert!(error.starts_with("xorriso: -indev: this command of xorriso is not supported"), "{error}");
}

#[test]
fn the_size_is_in_sectors_and_that_of_the_image() {
    let workshop = workshop();
    let size = shell(
        &workshop,
        "xorrisofs -quiet -print-size d; xorrisofs -quiet -o x.iso d; expr $(stat -c %s x.iso) / 2048",
    );
    let lines: Vec<&str> = size.lines().collect();
    assert_eq!(lines.first(), lines.last(), "{size}");
}

#[test]
fn standard_output_and_files_that_are_there_are_written_as_ever() {
    let workshop = workshop();
    shell(&workshop, "genisoimage -R d > 1.iso; genisoimage -R -o - d > 2.iso; cmp 1.iso 2.iso; [ ! -e ./- ]
        touch 3.iso; chmod 640 3.iso; genisoimage -quiet -R -o 3.iso d; [ $(stat -c %a 3.iso) = 640 ]; cmp 1.iso 3.iso
        genisoimage -R -o d/own.iso d; genisoimage -R -o d/own.iso d; mv d/own.iso 4.iso; touch -d @1700000000 d; cmp -s 1.iso 4.iso || true");
    assert_eq!(workshop.paths("4.iso").unwrap_or("/a.txt".into()), "/a.txt");
    shell(&workshop, "printf 'd\\n' | genisoimage -R -path-list - > 5.iso; cmp 1.iso 5.iso");
}

#[test]
fn the_date_of_the_volume_is_the_one_that_loaders_were_told() {
    if peer("blkid").is_none() {
        return;
    }
    let workshop = workshop();
    let uuid = |script: &str| {
        shell(&workshop, &format!("{script} -quiet -o x.iso d; blkid -p -s UUID -o value x.iso"))
    };
    assert_eq!(uuid("SOURCE_DATE_EPOCH=1700000000 xorriso -no_rc -as mkisofs"), "2023-11-14-22-13-20-00\n");
    assert_eq!(uuid("xorrisofs --modification-date=2031111422132042"), "2031-11-14-22-13-20-42\n");
    // grub-mkrescue writes the date into its image before, whatever the environment says.
    let told = "SOURCE_DATE_EPOCH=5 xorrisofs --modification-date=2031111422132042";
    assert_eq!(uuid(told), "2031-11-14-22-13-20-42\n");
    let label = "xorrisofs -quiet -o v.iso d -- -volid NATIVE -volume_date uuid 2023111422132000
        blkid -p -s LABEL -o value v.iso; blkid -p -s UUID -o value v.iso";
    assert_eq!(shell(&workshop, label), "NATIVE\n2023-11-14-22-13-20-00\n");
}

#[test]
fn the_same_words_give_the_same_bytes() {
    let workshop = workshop();
    shell(
        &workshop,
        "for t in genisoimage xorrisofs; do $t -J -r -o 1.iso d; sleep 1.1; $t -J -r -o 2.iso d; cmp 1.iso 2.iso; done",
    );
}

#[test]
fn commands_of_xorriso_around_the_emulation_are_honoured() {
    let workshop = workshop();
    shell(
        &workshop,
        "xorriso -report_about SORRY -return_with SORRY 32 -joliet on -volid V -outdev stdio:1.iso -as genisofs -r d --
        xorrisofs -J -V V -r -o 2.iso d; cmp 1.iso 2.iso
        xorriso -volume_date all_file_dates =5 -as mkisofs -o 3.iso d; xorrisofs --set_all_file_dates =5 -o 4.iso d; cmp 3.iso 4.iso",
    );
}
