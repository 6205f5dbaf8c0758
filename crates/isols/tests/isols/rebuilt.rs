//! `--boot --as`: an image that is made anew with the printed options boots as the first one does.

use crate::image::isols;
use isokit_tests::{peer, shell};
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

/// Contents, and boot images.
const STAGE: &str = "set -e
mkdir -p tree/boot; seq 9000 > tree/large; cp /usr/lib/ISOLINUX/isolinux.bin tree/boot/
head -c 1474560 /dev/zero > tree/boot/floppy.img; head -c 6000 /dev/zero > 'tree/boot/a, b.bin'
mkfs.vfat -C tree/boot/efi.img 1440 > /dev/null; cp tree/boot/efi.img esp.img
mkfs.vfat -C -F 32 tree/large.img 40000 > /dev/null";

/// Options of xorriso: all that the printed options can say.
const XORRISO: &[&str] = &[
    "-b boot/isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table -c boot/cat",
    "-b boot/floppy.img -eltorito-alt-boot -e boot/efi.img -no-emul-boot",
    "-e large.img -no-emul-boot --boot-catalog-hide",
    "-b 'boot/a, b.bin' -no-emul-boot -boot-load-size 8 -eltorito-id MAKER -eltorito-selcrit 010203 \
     -eltorito-alt-boot -eltorito-platform PPC -b boot/isolinux.bin -no-emul-boot -boot-load-size 9",
    "-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin -b boot/isolinux.bin -no-emul-boot -boot-load-size 4 \
     -boot-info-table -eltorito-alt-boot -e boot/efi.img -no-emul-boot -isohybrid-gpt-basdat",
    "-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin -b boot/isolinux.bin -no-emul-boot -boot-load-size 4 \
     -boot-info-table -append_partition 2 0xef esp.img -eltorito-alt-boot -e --interval:appended_partition_2:all:: \
     -no-emul-boot -append_partition 3 0x83 esp.img",
    "--grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img --mbr-force-bootable -partition_offset 16 -b boot/isolinux.bin \
     -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info -append_partition 2 0xef esp.img \
     -appended_part_as_gpt -eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot",
    "--protective-msdos-label -efi-boot-part --efi-boot-image -e boot/efi.img -no-emul-boot",
];

/// Options of isomk.
const ISOMK: &[&str] = &[
    "--bios-boot boot/isolinux.bin --boot-info-table --grub2-boot-info --efi-boot boot/efi.img",
    "--bios-boot 'boot/a, b.bin' --boot-catalog boot/cat",
    "--boot-entry boot/floppy.img,emulation=floppy,platform=mac,id=X --efi-boot large.img",
    "--bios-boot boot/isolinux.bin --efi-boot boot/efi.img --boot-entry boot/isolinux.bin,load-size=7,load-segment=0x100,selection=1:4142",
    "--boot-entry boot/isolinux.bin,not-bootable,platform=9 --boot-entry boot/efi.img,platform=efi,load-size=4",
    "--bios-boot boot/isolinux.bin --system-area area.bin",
];

/// What of a report does not depend on where things lie.
fn report(path: &Path) -> Value {
    let result = isols().args(["--boot", "--json"]).arg(path).output().expect("isols runs");
    let report: Value = serde_json::from_slice(&result.stdout).expect("one object");
    let chosen = |value: &Value, members: &[&str]| -> Value {
        members
            .iter()
            .map(|member| (member.to_string(), value[*member].clone()))
            .collect::<Map<_, _>>()
            .into()
    };
    let list = |value: &Value, members: &[&str]| -> Vec<Value> {
        value.as_array().into_iter().flatten().map(|item| chosen(item, members)).collect()
    };
    let of_image = [
        "number",
        "bootable",
        "platform_id",
        "id",
        "emulation",
        "load_segment",
        "system_type",
        "sector_count",
        "path",
        "boot_info_table",
        "grub2_boot_info",
        "criteria_type",
        "criteria_hex",
    ];
    let tables = report["tables"].as_array().into_iter().flatten();
    let tables: Vec<Value> = tables
        .map(|table| {
            let partitions = list(&table["partitions"], &["number", "type", "active", "name", "length"]);
            serde_json::json!([table["scheme"], table["protective"], partitions])
        })
        .collect();
    serde_json::json!([report["system_area"], tables, list(&report["el_torito"]["images"], &of_image)])
}

/// That the image which `maker` makes with `options` is made again with what is printed for `program`.
fn assert_rebuilt(folder: &Path, maker: &str, options: &str, program: &str) {
    let script = format!(
        "set -e; rm -f one two *-*.img; {maker} -o one {options} tree > log 2>&1 || {{ cat log; exit 1; }}"
    );
    let made = shell(folder, &script);
    assert!(made.status.success(), "{options}: {}", String::from_utf8_lossy(&made.stdout));
    // The notes tell what to write.
    let script = format!(
        "isols --boot --as {program} one > options 2> notes; sed -n 's/.* is written by: //p' notes > commands
         set -e; bash -e commands; xargs {maker} -o two tree < options > log 2>&1 || {{ cat log; exit 1; }}"
    );
    let rebuilt = shell(folder, &script);
    let printed = fs::read_to_string(folder.join("options")).expect("printed");
    assert!(rebuilt.status.success(), "{options}:\n{printed}{}", String::from_utf8_lossy(&rebuilt.stdout));
    assert_eq!(report(&folder.join("one")), report(&folder.join("two")), "{options}:\n{printed}");
}

fn stage() -> Option<tempfile::TempDir> {
    peer("mkfs.vfat")?;
    for file in ["/usr/lib/ISOLINUX/isolinux.bin", "/usr/lib/grub/i386-pc/boot_hybrid.img"] {
        if !Path::new(file).is_file() {
            isokit_tests::skip(&format!("{file} is not installed (cargo xtask peers)"));
            return None;
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), STAGE);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(folder)
}

#[test]
fn xorriso_makes_the_same_of_its_options() {
    let Some(folder) = stage().filter(|_| peer("xorriso").is_some()) else { return };
    for options in XORRISO {
        assert_rebuilt(folder.path(), "xorriso -as mkisofs -quiet -R", options, "mkisofs");
    }
}

#[test]
fn isomk_makes_the_same_of_the_options_of_xorriso() {
    let Some(folder) = stage() else { return };
    // The first entry cannot have selection criteria, and the volume has no second descriptors.
    let is_refused =
        |options: &str| options.contains("-eltorito-selcrit") || options.contains("-partition_offset");
    for options in XORRISO.iter().filter(|options| !is_refused(options)) {
        assert_rebuilt(folder.path(), "isomk --as xorrisofs -quiet -R", options, "mkisofs");
    }
}

#[test]
fn isomk_makes_the_same_of_its_options() {
    let Some(folder) = stage() else { return };
    fs::write(folder.path().join("area.bin"), [0x90; 512]).expect("room");
    for options in ISOMK {
        assert_rebuilt(folder.path(), "isomk -q", options, "isomk");
    }
}

#[test]
fn what_is_no_file_is_written_to_one_first() {
    let Some(folder) = stage().filter(|_| peer("xorriso").is_some() && peer("genisoimage").is_some()) else {
        return;
    };
    let made = shell(folder.path(), &format!("xorriso -as mkisofs -quiet -R -o one {} tree", XORRISO[5]));
    assert!(made.status.success());
    let said = |program: &str, image: &str| {
        let mut isols = isols();
        let said =
            isols.args(["--boot", "--as", program, image]).current_dir(&folder).output().expect("isols runs");
        (
            String::from_utf8_lossy(&said.stdout).into_owned(),
            String::from_utf8_lossy(&said.stderr).into_owned(),
        )
    };
    let (options, notes) = said("isomk", "one");
    assert_eq!(
        options,
        "--bios-boot boot/isolinux.bin\n--boot-info-table\n--boot-entry partition:2,platform=efi\n\
         --boot-catalog boot.catalog\n--boot-code system-area.img\n--append-partition 2:0xef=partition-2.img\n\
         --append-partition 3:0x83=partition-3.img\n--partitions mbr\n"
    );
    assert_eq!(
        notes,
        "isols: one: note: system-area.img is written by: isocat --system-area -o system-area.img one\n\
         isols: one: note: partition-2.img is written by: isocat --part mbr:2 -o partition-2.img one\n\
         isols: one: note: partition-3.img is written by: isocat --part mbr:3 -o partition-3.img one\n"
    );
    let hidden = "genisoimage -quiet -R -J -hide isolinux.bin -hide-joliet isolinux.bin -b boot/isolinux.bin \
        -c boot/cat -no-emul-boot -boot-load-size 4 -boot-info-table";
    let made =
        shell(folder.path(), &format!("cp -r tree hides; {hidden} -o one hides; rm hides/boot/isolinux.bin"));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(
        said("isomk", "one").0,
        "--bios-boot boot-image-1.img\n--boot-info-table\n--boot-catalog boot/cat\n\
         /boot-image-1.img=boot-image-1.img\n--hide /boot-image-1.img\n--hide-joliet /boot-image-1.img\n"
    );
    for (program, maker) in [
        ("isomk", "isomk -q"),
        ("mkisofs", "isomk --as genisoimage -quiet -R -J"),
        ("mkisofs", "genisoimage -quiet -R -J"),
        ("mkisofs", "xorriso -as mkisofs -quiet -R -J"),
    ] {
        let script = format!(
            "rm -f two boot-image-1.img; isols --boot --as {program} one > options 2> notes
             sed -n 's/.* is written by: //p' notes > commands; set -e; bash -e commands
             xargs bash -c '{maker} -o two \"$@\" hides' - < options 2> log || {{ cat log; exit 1; }}
             isols -R two | grep boot-image || true; isols --names joliet -R two | grep boot-image || true
             cmp <(isocat --boot 1 one | tail -c +65) <(isocat --boot 1 two | tail -c +65)"
        );
        let rebuilt = shell(folder.path(), &script);
        let printed = String::from_utf8_lossy(&rebuilt.stdout);
        assert!(rebuilt.status.success() && printed.is_empty(), "{maker}: {printed}");
        assert_eq!(report(&folder.path().join("one")), report(&folder.path().join("two")), "{maker}");
    }
}

#[test]
fn what_no_option_tells_is_a_warning() {
    let Some(folder) = stage().filter(|_| peer("xorriso").is_some() && peer("sfdisk").is_some()) else {
        return;
    };
    let script =
        "xorriso -as mkisofs -quiet -R -o one -b boot/isolinux.bin -no-emul-boot -boot-load-size 4 tree
        printf 'label: dos\n start=640,size=100,type=7\n start=4,size=8,type=83\n' | sfdisk -q one";
    let made = shell(folder.path(), script);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let path = folder.path().join("one");
    let said = isols().args(["--boot", "--as", "isomk"]).arg(&path).output().expect("isols runs");
    assert_eq!(
        String::from_utf8_lossy(&said.stdout),
        "--boot-entry boot/isolinux.bin,load-size=4\n--boot-catalog boot.catalog\n"
    );
    let name = path.display();
    assert_eq!(
        String::from_utf8_lossy(&said.stderr),
        format!(
            "isols: {name}: warning: byte 0x0 (sector 0): master boot record: partition 1 (type 0x07, 51200 bytes from byte \
             0x50000 on), as neither xorriso, isohybrid nor isomk would make it, is not supported (UEFI 5.2.1); boot code and partition tables are left out\n"
        )
    );
    isols().args(["--as", "isomk"]).arg(&path).assert().code(2);
}
