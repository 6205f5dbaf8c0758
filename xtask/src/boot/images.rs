//! The images of the table: how each is made, and where it should boot.

use super::MARKER;
use super::machine::{Firmware, Medium, Sign};
use Firmware::{Bios, Uefi};
use Medium::{Disc, Disk, Stick};

/// A row of the table.
pub(super) struct Image {
    pub(super) name: &'static str,
    /// Makes `out.iso` in a folder with what [`PREPARATION`] made.
    pub(super) script: &'static str,
    pub(super) boots: &'static [(Firmware, Medium)],
    pub(super) sign: Sign,
    /// Kinds of faults that `isols --check` finds, and why they are there.
    pub(super) known: &'static [(&'static str, &'static str)],
}

/// An image that writes [`MARKER`] to the serial port.
pub(super) const fn image(
    name: &'static str,
    boots: &'static [(Firmware, Medium)],
    script: &'static str,
) -> Image {
    Image { name, script, boots, sign: Sign::Serial(MARKER), known: &[] }
}

impl Image {
    /// Another sign than the marker.
    pub(super) const fn showing(self, sign: Sign) -> Self {
        Self { sign, ..self }
    }

    pub(super) const fn with_faults(self, known: &'static [(&'static str, &'static str)]) -> Self {
        Self { known, ..self }
    }
}

pub(super) const EVERYWHERE: &[(Firmware, Medium)] =
    &[(Bios, Disc), (Bios, Disk), (Bios, Stick), (Uefi, Disc), (Uefi, Disk), (Uefi, Stick)];
pub(super) const BY_BIOS: &[(Firmware, Medium)] = &[(Bios, Disc), (Bios, Disk), (Bios, Stick)];
pub(super) const BY_UEFI: &[(Firmware, Medium)] = &[(Uefi, Disc), (Uefi, Disk), (Uefi, Stick)];
pub(super) const DISCS: &[(Firmware, Medium)] = &[(Bios, Disc), (Uefi, Disc)];

/// Of tables that other programs make so.
pub(super) const UNMARKED: &[(&str, &str)] =
    &[("active-flag", "the caller does not ask for an active partition, and isomk keeps to what was asked")];

/// Trees with boot loaders: `grub` with images for BIOS and programs for UEFI, `isolinux` with programs, `linux` for
/// systemd-boot; `esp.img`, a FAT image of the same program; and `peers`, in which isomk has the names of others. Each loader
/// looks for a file of the tree and reads the marker from it. `fedora.iso`, of xorriso, and trees whose names begin with `old` boot
/// as well, but their files have no marker.
pub(super) const PREPARATION: &str = r#"
set -e
rm -rf grub isolinux linux rescue esp esp.img peers out.iso; mkdir -p peers
for name in xorriso xorrisofs mkisofs genisoimage; do ln -s "$TOOLS/isomk" "peers/$name"; done
printf 'serial --unit=0 --speed=115200\nterminal_output serial\nsearch --no-floppy --file --set=root /told/marker.cfg\nconfigfile ($root)/told/marker.cfg\n' > early.cfg
modules='iso9660 udf fat part_msdos part_gpt part_apple serial terminal echo search search_fs_file configfile normal linux sleep halt'
grub-mkimage -O i386-pc-eltorito -d /usr/lib/grub/i386-pc -p /boot/grub -c early.cfg -o eltorito.img biosdisk $modules
grub-mkimage -O x86_64-efi -d /usr/lib/grub/x86_64-efi -p /boot/grub -c early.cfg -o bootx64.efi $modules
told() { mkdir -p "$1/told"; printf 'echo %s\nsleep 1\nhalt\n' "$MARKER" > "$1/told/marker.cfg"; seq 1 9999 > "$1/told/numbers"; }
programs() { mkdir -p "$1/EFI/BOOT"; cp bootx64.efi "$1/EFI/BOOT/BOOTX64.EFI"; }
told grub; programs grub; mkdir -p grub/boot/grub/i386-pc; cp eltorito.img grub/boot/grub/i386-pc/
told isolinux; programs isolinux; mkdir -p isolinux/isolinux
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 isolinux/isolinux/
printf 'DEFAULT told\nPROMPT 0\nLABEL told\n  BOOT told.bin\n' > isolinux/isolinux/isolinux.cfg
# xor ax,ax; mov ds,ax; mov si,7c17; next: lodsb; test al,al; jz end; mov ah,1; xor dx,dx; int 14; jmp next; end: hlt; jmp end
printf '\x31\xc0\x8e\xd8\xbe\x17\x7c\xac\x84\xc0\x74\x08\xb4\x01\x31\xd2\xcd\x14\xeb\xf3\xf4\xeb\xfd%s\0' "$MARKER" > told.bin
truncate -s 510 told.bin; printf '\x55\xaa' >> told.bin; truncate -s 2048 told.bin; mv told.bin isolinux/isolinux/
told linux; mkdir -p linux/EFI/BOOT linux/loader/entries linux/kernels
cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi linux/EFI/BOOT/BOOTX64.EFI; cp bootx64.efi linux/kernels/grub.efi
printf 'timeout 0\ndefault a.conf\n' > linux/loader/loader.conf
printf 'title a\nefi /kernels/grub.efi\n' > linux/loader/entries/a.conf
mkdir -p rescue/boot/grub
printf 'serial --unit=0 --speed=115200\nterminal_output serial\necho %s\nsleep 1\nhalt\n' "$MARKER" > rescue/boot/grub/grub.cfg
mkdir -p esp; programs esp
mformat -C -i esp.img -T 5760 -h 2 -s 36 -v ESP ::; mcopy -s -i esp.img esp/EFI ::/
for tree in grub isolinux rescue; do rm -rf old-$tree; cp -r $tree old-$tree; done
for file in old-grub/told/marker.cfg old-isolinux/told/marker.cfg old-rescue/boot/grub/grub.cfg; do echo halt > $file; done
sed 's/told.bin/none.bin/' isolinux/isolinux/isolinux.cfg > old-isolinux/isolinux/isolinux.cfg
xorrisofs -quiet -o fedora.iso -R -J -V FEDORA --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img -partition_offset 16 \
  -appended_part_as_gpt -append_partition 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B esp.img \
  -iso_mbr_part_type EBD0A0A2-B9E5-4433-87C0-68B6B72699C7 -c boot.cat --boot-catalog-hide \
  -b boot/grub/i386-pc/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info \
  -eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot -graft-points /=old-grub 2> said
"#;

pub(super) const IMAGES: &[Image] = &[
    image(
        "isomk --boot grub",
        EVERYWHERE,
        "isomk --boot grub -V GRUB -o out.iso grub",
    ),
    image(
        "isomk --boot grub, with UDF",
        EVERYWHERE,
        "isomk --udf --boot grub -V GRUB -o out.iso grub",
    ),
    image(
        "isomk --boot isolinux",
        EVERYWHERE,
        "isomk --boot isolinux -V ISOLINUX -o out.iso isolinux",
    ),
    image(
        "isomk --boot isolinux, FAT image in the tree",
        EVERYWHERE,
        "rm -rf tree; cp -r isolinux tree; rm -r tree/EFI; mkdir -p tree/boot/grub; cp esp.img tree/boot/grub/efi.img
                 isomk --boot isolinux -V ISOLINUX -o out.iso tree",
    ),
    image(
        "isomk --boot systemd-boot",
        BY_UEFI,
        "isomk --boot systemd-boot -V SYSTEMD -o out.iso linux",
    ),
    image(
        "isomk --boot-efi DIR",
        BY_UEFI,
        "isomk --boot-efi esp -V ESP -o out.iso isolinux",
    ),
    image(
        "isomk --boot-efi FILE, in the MBR",
        BY_UEFI,
        "isomk --boot-efi esp.img --partitions mbr -V ESP -o out.iso isolinux",
    ),
    image(
        "isomk --boot-code, an offset",
        EVERYWHERE,
        "isomk --bios-boot boot/grub/i386-pc/eltorito.img --boot-info-table --grub2-boot-info \
                 --boot-code /usr/lib/grub/i386-pc/boot_hybrid.img --partitions offset=16 --boot-efi esp -o out.iso grub",
    ),
    image(
        "isomk --bios-boot, --efi-boot",
        DISCS,
        "rm -rf tree; cp -r grub tree; cp esp.img tree/efi.img
                 isomk --bios-boot boot/grub/i386-pc/eltorito.img --boot-info-table --grub2-boot-info --efi-boot efi.img \
                 -o out.iso tree",
    ),
    image(
        "grub-mkrescue, isomk as its xorriso",
        EVERYWHERE,
        "grub-mkrescue --xorriso=peers/xorriso -o out.iso rescue > said 2>&1 || { cat said; exit 1; }",
    )
    .with_faults(UNMARKED),
    image(
        "xorrisofs as Arch calls it",
        EVERYWHERE,
        "peers/xorriso -as mkisofs -iso-level 3 -full-iso9660-filenames -joliet -joliet-long -rational-rock -volid ARCH \
                 -eltorito-boot isolinux/isolinux.bin -eltorito-catalog isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
                 -boot-info-table -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin --mbr-force-bootable -partition_offset 16 \
                 -append_partition 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B esp.img -isohybrid-gpt-basdat -eltorito-alt-boot \
                 -e --interval:appended_partition_2:all:: -no-emul-boot -output out.iso isolinux/",
    ),
    image(
        "xorrisofs as Debian calls it",
        EVERYWHERE,
        "rm -rf tree; cp -r isolinux tree; mkdir -p tree/boot/grub; cp esp.img tree/boot/grub/efi.img
                 peers/xorriso -as mkisofs -R -r -J -joliet-long -l -cache-inodes -iso-level 3 \
                 -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin -partition_offset 16 -V DEBIAN -b isolinux/isolinux.bin \
                 -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table -eltorito-alt-boot -e boot/grub/efi.img \
                 -no-emul-boot -isohybrid-gpt-basdat -isohybrid-apm-hfsplus -o out.iso tree",
    ),
    image(
        "xorrisofs as Fedora calls it",
        EVERYWHERE,
        "peers/xorrisofs -o out.iso -R -J -V FEDORA --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img \
                 -partition_offset 16 -appended_part_as_gpt \
                 -append_partition 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B esp.img \
                 -iso_mbr_part_type EBD0A0A2-B9E5-4433-87C0-68B6B72699C7 -c boot.cat --boot-catalog-hide \
                 -b boot/grub/i386-pc/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info \
                 -eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot -graft-points /=grub",
    )
    .with_faults(UNMARKED),
    image(
        "genisoimage, then isohybrid of SYSLINUX",
        BY_BIOS,
        "peers/genisoimage -quiet -R -J -V HYBRID -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
                 -boot-load-size 4 -boot-info-table -o out.iso isolinux
                 isohybrid out.iso 2> said || { cat said; exit 1; }",
    ),
];
