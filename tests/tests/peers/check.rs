//! `isols --check` of images that other programs and isomk make: they boot, and so have no fault, but those that are known of
//! their writers.

use isokit_tests::{peer, ran, skip};
use std::path::Path;

/// Contents, and boot images that are what they are called.
const STAGE: &str = r#"set -e
mkdir -p tree/boot/grub tree/deep/a/b/c/d/e/f/g/h tree/empty
cp /usr/lib/ISOLINUX/isolinux.bin tree/boot/
seq 5000 > tree/deep/a/b/c/d/e/f/g/h/file; : > tree/empty/nothing; ln -s deep tree/link
for n in $(seq 30); do seq $n > "tree/deep/$n and a name of more than sixty-four characters, which Joliet records cut"; done
printf 'MZ%0600d' 0 > loader; mformat -C -i tree/boot/efi.img -f 1440 ::
mmd -i tree/boot/efi.img ::/EFI ::/EFI/BOOT; mcopy -i tree/boot/efi.img loader ::/EFI/BOOT/BOOTX64.EFI
cp tree/boot/efi.img esp.img
truncate -s 1474560 tree/boot/floppy.img"#;

/// What makes `x`; and what is told of it, of which `*` is any text. `$BIOS` boots from `isolinux.bin`, `$EFI` from a file,
/// `$PART` from an appended partition.
const RECIPES: &[(&str, &[&str])] = &[
    ("genisoimage -quiet -R -J -o x $BIOS -eltorito-alt-boot $EFI tree", &[]),
    (
        "genisoimage -quiet -R -J -udf -joliet-long -o x $BIOS tree",
        &["in the udf tree, it is empty, not of 2048 bytes (/boot/cat)"],
    ),
    ("genisoimage -quiet -J -D -l -o x $BIOS tree", &[]),
    ("genisoimage -quiet -R -o x -b boot/floppy.img -c cat tree", &[]),
    ("genisoimage -quiet -R -J -o x $BIOS tree; isohybrid x", &[]),
    ("genisoimage -quiet -R -J -o x $BIOS -eltorito-alt-boot $EFI tree; isohybrid -u x", &[]),
    ("$XORRISO -R -J -o x $BIOS -eltorito-alt-boot $EFI tree", &[]),
    ("$XORRISO -R -J -o x $LINUX $BIOS -eltorito-alt-boot $EFI -isohybrid-gpt-basdat tree", &[]),
    (
        "$XORRISO -R -o x $LINUX $BIOS -eltorito-alt-boot $EFI -isohybrid-gpt-basdat -isohybrid-apm-hfsplus tree",
        &[],
    ),
    ("$XORRISO -R -o x $LINUX $BIOS -eltorito-alt-boot $PART tree", &[]),
    (
        "$XORRISO -R -o x $GRUB --mbr-force-bootable $BIOS -eltorito-alt-boot $PART -appended_part_as_gpt tree",
        &[],
    ),
    (
        "$XORRISO -R -o x $GRUB $BIOS -eltorito-alt-boot $PART -appended_part_as_gpt tree",
        &["master boot record: no partition is active, but there is boot code"],
    ),
    ("$XORRISO -R -o x --protective-msdos-label -efi-boot-part --efi-boot-image $EFI tree", &[]),
    ("$XORRISO -R -J -hfsplus -o x $BIOS tree", &[]),
    ("grub-mkrescue -d /usr/lib/grub/i386-pc -o x tree > /dev/null 2>&1", &[]),
    ("truncate -s 40M x; mkudffs -b 2048 x > /dev/null", &[]),
    ("truncate -s 40M x; mkudffs -b 512 -m hd -r 2.01 x > /dev/null", &[]),
    ("isomk -q -o x tree", &[]),
    ("isomk -q -o x --udf --bios-boot boot/isolinux.bin --boot-info-table --efi-boot boot/efi.img tree", &[]),
    (
        "isomk -q -o x --no-rr --bios-boot boot/isolinux.bin --boot-info-table --boot-catalog boot/cat tree",
        &[],
    ),
    ("isomk -q -o x --format udf --udf=2.60 tree", &[]),
    ("isomk -q -o x --boot-entry boot/floppy.img,emulation=floppy --efi-boot boot/efi.img tree", &[]),
    ("$ISOMK -R -J -o x $LINUX $BIOS -eltorito-alt-boot $EFI -isohybrid-gpt-basdat tree", &[]),
    ("$ISOMK -R -J -o x $LINUX $BIOS -eltorito-alt-boot $PART tree", &[]),
    (
        "$ISOMK -R -o x $GRUB --mbr-force-bootable $BIOS -eltorito-alt-boot $PART -appended_part_as_gpt tree",
        &[],
    ),
    ("$ISOMK -R -o x --protective-msdos-label -efi-boot-part --efi-boot-image $EFI tree", &[]),
];

const VARIABLES: &str = "
BIOS='-b boot/isolinux.bin -c boot/cat -no-emul-boot -boot-load-size 4 -boot-info-table'
EFI='-e boot/efi.img -no-emul-boot'
PART='-append_partition 2 0xef esp.img -e --interval:appended_partition_2:all:: -no-emul-boot'
LINUX='-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin'
GRUB='--grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img'
XORRISO='xorriso -as mkisofs -quiet'
ISOMK='isomk --as xorrisofs -quiet'";

#[test]
fn images_that_boot_have_no_fault() {
    let programs = ["genisoimage", "xorriso", "isohybrid", "grub-mkrescue", "mkudffs", "mcopy"];
    if programs.map(peer).iter().any(Option::is_none) {
        return;
    }
    for file in ["/usr/lib/ISOLINUX/isohdpfx.bin", "/usr/lib/grub/i386-pc/boot_hybrid.img"] {
        if !Path::new(file).is_file() {
            return skip(&format!("{file} is not installed (cargo xtask peers)"));
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (status, _, said) = ran(folder.path(), STAGE);
    assert_eq!(status, 0, "{said}");
    let mut wrong = Vec::new();
    for (recipe, want) in RECIPES {
        let (made, _, said) = ran(folder.path(), &format!("set -e; rm -f x; {VARIABLES}; {recipe}"));
        assert_eq!(made, 0, "{recipe}: {said}");
        let (status, found, said) = ran(folder.path(), "isols --check x");
        let told = found.lines().count() == want.len() && want.iter().all(|text| found.contains(text));
        if !told || status != i32::from(!want.is_empty()) || !said.is_empty() {
            wrong.push(format!("{recipe}: status {status}\n{found}{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
