//! Boot catalogs, boot images and attributes that isomk writes, as xorriso and isoinfo see them.

use isokit_tests::archive::{archive, member};
use isokit_tests::{Workshop, output, peer, tool};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn tree(folder: &Path) -> PathBuf {
    let tree = folder.join("tree");
    fs::create_dir_all(tree.join("boot")).expect("a folder can be made");
    let bytes =
        |size: usize| (0..size).map(|n| u8::try_from(n * 7 % 251).expect("small")).collect::<Vec<u8>>();
    fs::write(tree.join("boot/bios.img"), bytes(30_001)).expect("room");
    fs::write(tree.join("boot/efi.img"), bytes(3_000_000)).expect("room");
    fs::write(tree.join("boot/floppy.img"), vec![0; 1_474_560]).expect("room");
    tree
}

fn isomk(image: &Path, tree: &Path, options: &[&str]) {
    let made = output(tool("isomk").args(options).arg("-o").arg(image).arg(tree));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn said(command: &mut Command) -> String {
    String::from_utf8_lossy(&output(command).stdout).into_owned()
}

#[test]
fn xorriso_and_isoinfo_see_every_boot_image() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (tree, image) = (tree(folder.path()), folder.path().join("boot.iso"));
    let before = fs::read(tree.join("boot/bios.img")).expect("there");
    isomk(
        &image,
        &tree,
        &[
            "--bios-boot=boot/bios.img",
            "--boot-info-table",
            "--grub2-boot-info",
            "--boot-entry=boot/floppy.img,emulation=floppy,platform=ppc,load-segment=0x7e0",
            "--efi-boot=boot/efi.img",
            "--boot-catalog=boot/boot.cat",
        ],
    );
    assert_eq!(fs::read(tree.join("boot/bios.img")).expect("there"), before, "the source is never touched");
    if let Some(mut xorriso) = peer("xorriso") {
        let report = said(xorriso.arg("-indev").arg(&image).args(["-report_el_torito", "plain"]));
        let lines: Vec<String> = report
            .lines()
            .filter(|line| line.starts_with("El Torito") && !line.contains("images   :"))
            .map(|line| line.split_whitespace().skip(2).collect::<Vec<_>>().join(" "))
            .collect();
        let wanted = [
            "cat path : /boot/boot.cat",
            "boot img : 1 BIOS y none 0x0000 0x00 4",
            "boot img : 2 PPC y fd1.4 0x07e0 0x00 1",
            "boot img : 3 UEFI y none 0x0000 0x00 5860",
            "img path : 1 /boot/bios.img",
            "img opts : 1 boot-info-table grub2-boot-info",
            "img path : 2 /boot/floppy.img",
            "img path : 3 /boot/efi.img",
        ];
        for wanted in wanted {
            assert!(lines.iter().any(|line| line.starts_with(wanted)), "{wanted}:\n{report}");
        }
    }
    if let Some(mut isoinfo) = peer("isoinfo") {
        let report = said(isoinfo.args(["-d", "-i"]).arg(&image));
        for wanted in
            ["El Torito VD version 1 found", "Key 55 AA", "Boot media 0 (No Emulation Boot)", "Nsect 4"]
        {
            assert!(report.contains(wanted), "{wanted}:\n{report}");
        }
    }
}

#[test]
fn a_file_that_equals_a_marked_boot_image_stays_what_it_is() {
    let Some(mut bsdtar) = peer("bsdtar") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (tree, image) = (tree(folder.path()), folder.path().join("dedup.iso"));
    fs::copy(tree.join("boot/bios.img"), tree.join("a copy")).expect("room");
    isomk(&image, &tree, &["--dedup", "--bios-boot=boot/bios.img", "--boot-info-table"]);
    let copy = output(bsdtar.arg("-xOf").arg(&image).arg("a copy")).stdout;
    assert!(copy == fs::read(tree.join("a copy")).expect("there"));
}

#[test]
fn xorriso_sees_identifiers_dates_and_files_of_the_volume() {
    let Some(mut xorriso) = peer("xorriso") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (tree, image) = (tree(folder.path()), folder.path().join("ids.iso"));
    fs::write(tree.join("COPYING"), "all rights\n").expect("room");
    isomk(
        &image,
        &tree,
        &[
            "--volume-id=A VOLUME",
            "--volume-set=A_SET",
            "--publisher=SOMEBODY",
            "--preparer=A PREPARER",
            "--application-id=AN APPLICATION",
            "--system-id=LINUX",
            "--copyright=COPYING",
            "--date=2001-02-03T04:05:06Z",
        ],
    );
    let report = said(xorriso.arg("-indev").arg(&image).arg("-pvd_info"));
    for wanted in [
        "Volume Id    : A VOLUME",
        "Volume Set Id: A_SET",
        "Publisher Id : SOMEBODY",
        "Preparer Id  : A PREPARER",
        "App Id       : AN APPLICATION",
        "System Id    : LINUX",
        "CopyrightFile: COPYING.;1",
        "Creation Time: 2001020304050600",
        "Modif. Time  : 2001020304050600",
        "Expir. Time  : 0000000000000000",
    ] {
        assert!(report.lines().any(|line| line.trim_end() == wanted), "{wanted}:\n{report}");
    }
}

#[test]
fn xorriso_sees_attributes_and_acls() {
    let Some(mut xorriso) = peer("xorriso") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let image = folder.path().join("attributes.iso");
    let long = "v".repeat(3000);
    let records = [
        ("SCHILY.xattr.user.mime", "text/plain"),
        ("SCHILY.xattr.user.long", long.as_str()),
        ("SCHILY.acl.access", "user::rw-,group::r--,other::r--,user:1234:r-x:1234,mask::r-x"),
    ];
    // Not every file system keeps attributes, and an archive does.
    let tar = folder.path().join("with.tar");
    let members = [member("pax", b'x', "", &pax(&records)), member("file", b'0', "", b"content")];
    fs::write(&tar, archive(&members)).expect("room");
    isomk(&image, Path::new(&format!("@{}", tar.display())), &["--xattr"]);
    xorriso.args(["-xattr", "on", "-acl", "on", "-indev"]).arg(&image);
    let report = said(xorriso.args(["-getfattr", "/file", "--", "-getfacl", "/file", "--"]));
    for wanted in ["user.mime=\"text/plain\"", &format!("user.long=\"{long}\""), "user:1234:r-x", "mask::r-x"]
    {
        assert!(report.contains(wanted), "{wanted}:\n{report}");
    }
}

/// The body of a pax extended header.
fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (key, value) in records {
        let rest = key.len() + value.len() + 3;
        let digits = |n: usize| n.to_string().len();
        let length = rest + digits(rest + digits(rest));
        body.extend_from_slice(format!("{length} {key}={value}\n").as_bytes());
    }
    body
}

#[test]
fn isocat_writes_as_much_of_a_boot_image_as_isols_says() {
    if isokit_tests::peer("xorriso").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let ran = isokit_tests::shell(
        folder.path(),
        r#"set -e
        mkdir tree; head -c 50000 /dev/urandom > tree/efi.img; head -c 65536 /dev/urandom > esp.img
        xorriso -as mkisofs -quiet -R -o partition.iso -append_partition 2 0xef esp.img \
          -e --interval:appended_partition_2:all:: -no-emul-boot tree 2> /dev/null
        xorriso -as mkisofs -quiet -R -o file.iso -e efi.img -no-emul-boot tree 2> /dev/null
        # As UEFI has it: a sector count of 0 is to the end. The entry lies behind the validation entry.
        catalog=$(isols --boot file.iso | sed -n 's/.*catalog at byte \([0-9]*\).*/\1/p')
        cp file.iso zero.iso
        printf '\0\0' | dd of=zero.iso bs=1 seek=$((catalog + 32 + 6)) conv=notrunc status=none
        # Nothing names it: it ends where the volume does.
        genisoimage -quiet -R -hide efi.img -o hidden.iso -b efi.img -no-emul-boot -boot-load-size 4 tree || true
        cmp <(isocat --boot 1 partition.iso) esp.img
        cmp <(isocat --boot 1 file.iso) tree/efi.img
        cmp <(isocat --boot 1 zero.iso) tree/efi.img
        cmp <(cat zero.iso | isocat --boot 1 -) tree/efi.img
        for image in partition.iso file.iso zero.iso hidden.iso; do
          [ -s $image ] || continue
          says=$(isols --boot --json $image | grep -o '"length":[0-9]*,"length_from' | grep -o '[0-9]*')
          [ "$(isocat --boot 1 $image | wc -c)" = "$says" ] || { echo "$image: $says" >&2; exit 1; }
        done"#,
    );
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// Platform, emulation and sector count of each entry, as isols reads them; whatever the peer's image is called.
#[test]
fn platforms_and_sector_counts_are_those_of_the_peer() {
    const NO: &str = "-no-emul-boot";
    let both = [
        format!("-e e {NO}"),
        format!("-e e {NO} -boot-load-size 4"),
        format!("-e e {NO} -boot-load-size 0"),
        format!("-b a {NO} -boot-load-size 0"),
        format!("-b a {NO} -boot-load-size 4 -eltorito-alt-boot -e e {NO} -boot-load-size 1"),
        format!("-e e {NO} -eltorito-alt-boot -b a {NO} -boot-load-size 4"),
        format!("-b a {NO} -boot-info-table"),
        format!("-b a {NO} -boot-info-table -boot-load-size 4"),
        "-b e".to_owned(),
        "-b e -boot-load-size 0".to_owned(),
    ];
    // Of these genisoimage knows no platform.
    let of_xorriso = [
        format!("-e e {NO} -boot-load-size full"),
        format!("-b a {NO} -eltorito-platform efi"),
        format!("-eltorito-platform efi -b a {NO}"),
        format!("-eltorito-platform efi -b a {NO} -boot-load-size 4"),
        format!("-b a {NO} -eltorito-platform efi -eltorito-alt-boot -b e {NO}"),
        format!("-b a {NO} -eltorito-alt-boot -eltorito-platform efi -b e {NO} -boot-load-size 9"),
        format!("-eltorito-platform efi -b e {NO} -eltorito-alt-boot -b a {NO} -boot-load-size 3"),
        format!("-e e {NO} -eltorito-platform x86 -boot-load-size 3"),
        "-e e -boot-load-size 3".to_owned(),
        "-b e -boot-load-size 3".to_owned(),
    ];
    let workshop =
        Workshop::new("mkdir t; seq 20000 | head -c 106496 > t/a; head -c 1474560 /dev/zero > t/e");
    for (name, lines) in [("genisoimage", &both[..]), ("xorrisofs", &both), ("xorrisofs", &of_xorriso)] {
        if peer(name).is_none() {
            continue;
        }
        for line in lines {
            workshop.shell(&format!(
                "{name} -quiet -R -c c {line} -o theirs t 2>/dev/null; isomk --as {name} -quiet -R -c c {line} -o ours t"
            ));
            let seen = |image: &str| {
                workshop.shell(&format!(
                    "isols --boot --json {image} | jq -c '.el_torito.images[] | [.platform, .emulation, .sector_count, .bootable]'"
                ))
            };
            let theirs = seen("theirs");
            assert!(
                !theirs.is_empty() && seen("ours") == theirs,
                "{name} {line}: {} here, {theirs}",
                seen("ours")
            );
        }
    }
}

#[test]
fn platforms_and_sector_counts_of_commands_are_those_of_xorriso() {
    let workshop =
        Workshop::new("mkdir t; seq 20000 | head -c 106496 > t/a; head -c 1474560 /dev/zero > t/e");
    if peer("xorriso").is_none() {
        return;
    }
    for words in [
        "-boot_image any bin_path=a -boot_image any platform_id=0xef",
        "-boot_image any platform_id=0xef -boot_image any bin_path=a -boot_image any load_size=2048",
        "-boot_image any bin_path=a -boot_image any load_size=2048 -boot_image any next -boot_image any efi_path=e",
    ] {
        let seen = |program: &str| {
            workshop.shell(&format!(
                "rm -f x.iso; {program} -outdev x.iso -map t / {words} -commit >/dev/null 2>&1
                 isols --boot --json x.iso | jq -c '.el_torito.images[] | [.platform, .emulation, .sector_count]'"
            ))
        };
        workshop.shell("mkdir -p bin; ln -sf $(command -v isomk) bin/xorriso");
        let theirs = seen("xorriso");
        assert!(!theirs.is_empty() && seen("bin/xorriso") == theirs, "{words}: {theirs}");
    }
}
