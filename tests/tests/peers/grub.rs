//! Images that boot, booted: GRUB, started by a BIOS from El Torito, reads files by that BIOS.

use isokit_tests::{peer, printed, skip};
use std::path::Path;

/// Where GRUB's modules for a BIOS lie.
const MODULES: &str = "/usr/lib/grub/i386-pc";

/// GRUB says the digest of the image's last file, then switches the machine off.
const STAGE: &str = "
mkdir -p tree/boot
printf '%s\\n' 'serial --unit=0' 'terminal_output serial' 'hashsum --hash sha256 (cd)/last' halt > early.cfg
grub-mkimage -O i386-pc-eltorito -p /boot -c early.cfg -o tree/boot/core.img \\
  biosdisk iso9660 serial terminal halt hashsum gcry_sha256
";

/// Sectors in which an image may end within a run that GRUB reads at once.
const SIZES: [usize; 3] = [1, 2, 9];

/// Without padding GRUB 2.06 gets the last sectors wrong by SeaBIOS, of each image whose end lies within a run of eight.
#[test]
fn grub_reads_the_last_file_of_an_image_to_its_end() {
    if ["grub-mkimage", "qemu-system-x86_64"].into_iter().any(|program| peer(program).is_none()) {
        return;
    }
    if !Path::new(MODULES).is_dir() {
        return skip(&format!("GRUB has no modules in {MODULES} (cargo xtask peers)"));
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    printed(folder.path(), STAGE);
    for (options, sectors) in
        SIZES.map(|sectors| ("", sectors)).into_iter().chain([("--pad", 2), ("--udf", 2)])
    {
        let bytes: Vec<u8> =
            (0..sectors * 2048 - 99).map(|at| u8::try_from(at * 31 % 251).unwrap_or(0)).collect();
        std::fs::write(folder.path().join("tree/last"), bytes).expect("room on disk");
        let printed = printed(
            folder.path(),
            &format!(
                "isomk -o boot.iso {options} --bios-boot boot/core.img --boot-info-table --grub2-boot-info tree
                [ \"$(isols --extents boot.iso | tail -n 1 | cut -f 3)\" = /last ]
                sha256sum < tree/last | cut -d ' ' -f 1
                timeout 120 qemu-system-x86_64 -nodefaults -display none -serial stdio -m 64 -no-reboot \
                  -boot d -cdrom boot.iso < /dev/null"
            ),
        );
        let (wanted, said) = printed.split_once('\n').expect("a digest comes first");
        assert!(said.contains(&format!("{wanted}  (cd)/last")), "{options} {sectors} sectors: {printed}");
        let size = std::fs::metadata(folder.path().join("boot.iso")).expect("made").len();
        assert_eq!(size % 32_768, 0, "{options} {sectors} sectors");
    }
}
