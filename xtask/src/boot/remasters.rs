//! Images that are made from others: of other programs, or of isomk. What the old one boots has no marker; a file that is
//! replaced, or added, has it.

use super::images::{BY_BIOS, BY_UEFI, DISCS, EVERYWHERE, Image, UNMARKED, image};
use super::machine::Sign;

pub(super) const REMASTERS: &[Image] = &[
    image(
        "isomk --base, grub-mkrescue's, --boot grub",
        EVERYWHERE,
        "grub-mkrescue -o old.iso old-rescue > said 2>&1 || { cat said; exit 1; }
         isomk --base old.iso --boot grub --replace boot/grub/grub.cfg=rescue/boot/grub/grub.cfg -o out.iso",
    ),
    image(
        "isomk --base, Debian's with ISOLINUX",
        EVERYWHERE,
        "rm -rf tree; cp -r old-isolinux tree; mkdir -p tree/boot/grub; cp esp.img tree/boot/grub/efi.img
         xorriso -as mkisofs -quiet -R -r -J -joliet-long -l -iso-level 3 -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin \
         -partition_offset 16 -V DEBIAN -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
         -boot-info-table -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot -isohybrid-gpt-basdat \
         -isohybrid-apm-hfsplus -o old.iso tree 2> said
         isomk --base old.iso --replace isolinux/isolinux.cfg=isolinux/isolinux/isolinux.cfg \
         --replace told/marker.cfg=isolinux/told/marker.cfg -o out.iso",
    ),
    image(
        "isomk --base, Arch's",
        EVERYWHERE,
        "xorriso -as mkisofs -quiet -iso-level 3 -full-iso9660-filenames -joliet -joliet-long -rational-rock -volid ARCH \
         -eltorito-boot isolinux/isolinux.bin -eltorito-catalog isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
         -boot-info-table -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin --mbr-force-bootable -partition_offset 16 \
         -append_partition 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B esp.img -isohybrid-gpt-basdat -eltorito-alt-boot \
         -e --interval:appended_partition_2:all:: -no-emul-boot -output old.iso old-isolinux 2> said
         seq 1 400000 > new
         isomk --base old.iso --replace isolinux/isolinux.cfg=isolinux/isolinux/isolinux.cfg \
         --replace told/marker.cfg=isolinux/told/marker.cfg boot/new=new -o out.iso",
    ),
    image(
        "isomk --base, Fedora's",
        EVERYWHERE,
        "cp fedora.iso old.iso
         isomk --base old.iso --remove told/numbers --replace told/marker.cfg=grub/told/marker.cfg -o out.iso",
    )
    .with_faults(UNMARKED),
    image(
        "isomk --base, genisoimage's, isohybrid",
        BY_BIOS,
        "genisoimage -quiet -R -J -V HYBRID -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
         -boot-load-size 4 -boot-info-table -o old.iso old-isolinux 2> said; isohybrid old.iso 2> said
         isomk --base old.iso --replace isolinux/isolinux.cfg=isolinux/isolinux/isolinux.cfg -o out.iso",
    ),
    image(
        "isomk --base, isomk's with UDF",
        EVERYWHERE,
        "isomk --udf --boot grub -V GRUB -o old.iso old-grub
         isomk --base old.iso --replace told/marker.cfg=grub/told/marker.cfg -o out.iso",
    ),
    image(
        "isomk --base, isomk's with --boot-efi DIR",
        BY_UEFI,
        "isomk --boot-efi esp -V ESP -o old.iso old-grub
         isomk --base old.iso --replace told/marker.cfg=grub/told/marker.cfg -o out.iso",
    ),
    image(
        "isomk @OLD.iso --boot grub",
        EVERYWHERE,
        "xorrisofs -quiet -R -o old.iso old-grub 2> said
         rm -rf tree; mkdir tree; cp -r grub/told tree/
         isomk --boot grub -V NEW -o out.iso @old.iso tree",
    ),
    image(
        "xorriso -dev as Proxmox calls it",
        EVERYWHERE,
        "cp fedora.iso out.iso; peers/xorriso -boot_image any keep -dev out.iso \
         -map grub/told/marker.cfg /told/marker.cfg 2> said || { cat said; exit 1; }",
    )
    .with_faults(UNMARKED),
    image(
        "xorriso -indev -outdev as mkksiso calls it",
        EVERYWHERE,
        "rm -f out.iso; peers/xorriso -indev fedora.iso -outdev out.iso -map grub/told/marker.cfg /told/marker.cfg \
         -boot_image any replay 2> said || { cat said; exit 1; }",
    )
    .with_faults(UNMARKED),
    image(
        "xorriso -map as kiwi calls it",
        EVERYWHERE,
        "rm -f out.iso; peers/xorriso -application_id 0x12345678 -publisher KIWI -volid CDROM -joliet on -padding 0 \
         -outdev out.iso -map grub / -chmod 0755 / -- -boot_image grub bin_path=boot/grub/i386-pc/eltorito.img \
         -boot_image grub grub2_mbr=/usr/lib/grub/i386-pc/boot_hybrid.img -boot_image grub grub2_boot_info=on \
         -boot_image any partition_offset=16 -boot_image any cat_path=boot/boot.catalog -boot_image any cat_hidden=on \
         -boot_image any boot_info_table=on -boot_image any platform_id=0x00 -boot_image any emul_type=no_emulation \
         -boot_image any load_size=2048 -boot_image any appended_part_as=gpt -append_partition 2 0xef esp.img \
         -boot_image any next -boot_image any efi_path=--interval:appended_partition_2:all:: \
         -boot_image any platform_id=0xef -boot_image any emul_type=no_emulation 2> said || { cat said; exit 1; }",
    )
    .with_faults(UNMARKED),
    image(
        "isomk --udf --boot isolinux",
        EVERYWHERE,
        "isomk --udf=2.01 --boot isolinux -V ISOLINUX -o out.iso isolinux",
    ),
    image(
        "genisoimage -udf",
        DISCS,
        "rm -rf tree; cp -r grub tree; cp esp.img tree/efi.img
         peers/genisoimage -quiet -R -udf -b boot/grub/i386-pc/eltorito.img -no-emul-boot -boot-load-size 4 \
         -boot-info-table -c boot.cat -eltorito-alt-boot -e efi.img -no-emul-boot -o out.iso tree",
    ),
    image(
        "isomk --base, iPXE's with a script",
        BY_BIOS,
        "printf '#!ipxe\necho isokit: this image boots\nsleep 9\n' > marker.ipx
         printf 'DEFAULT ipxe\nLABEL ipxe\n KERNEL ipxe.krn\n INITRD marker.ipx\n' > ipxe.cfg
         isomk --base /usr/lib/ipxe/ipxe.iso --replace isolinux.cfg=ipxe.cfg marker.ipx=marker.ipx -o out.iso",
    ),
    image(
        "isomk --base, iPXE's with a file",
        DISCS,
        "seq 1 99999 > more; isomk --base /usr/lib/ipxe/ipxe.iso 0=more -o out.iso",
    )
    .showing(Sign::Serial("Open Source Network Boot Firmware")),
    image(
        "isomk --base, Memtest86+'s with a file",
        BY_BIOS,
        "seq 1 99999 > more; isomk --base /usr/lib/memtest86+/memtest86+x64.iso 0=more -o out.iso",
    )
    .showing(Sign::Screen("Memtest86+ v")),
    image(
        "isomk @OLD.iso, Memtest86+'s, --boot grub",
        EVERYWHERE,
        "rm -rf tree; cp -r grub tree
         printf 'linux ($root)/memtest/EFI/BOOT/bootx64.efi console=ttyS0,115200\nboot\n' > tree/told/marker.cfg
         isomk --boot grub -V MEMTEST -o out.iso tree memtest=@/usr/lib/memtest86+/memtest86+x64.iso",
    )
    .showing(Sign::Serial("Memtest86+ v")),
];
