//! Images that systems start and are installed from.

use super::{Client, MADE_IN_THE_RUN};
use isokit_tests::sample::is_root;
use isokit_tests::skip;

const PATCHED: &str = "places differ, and are written into the boot image";
const CATALOG: &str = "places differ";

/// Its stage that makes the image, of a system that was not installed.
#[test]
fn live_build_makes_images() {
    if !is_root() {
        return skip("live-build works for root only");
    }
    Client {
        needs: &["lb", "mkfs.vfat", "/usr/lib/ISOLINUX/isolinux.bin", "/usr/lib/ISOLINUX/isohdpfx.bin"],
        material: "mkdir -p binary/live binary/isolinux binary/boot/grub; seq 30000 > binary/live/filesystem.squashfs
            seq 100 > binary/live/vmlinuz; cp /usr/lib/ISOLINUX/isolinux.bin binary/isolinux
            printf '%65536s' | tr ' ' g > binary/boot/grub/grub_eltorito
            mkfs.vfat -C -i 12345678 --invariant binary/boot/grub/efi.img 1440 > log",
        script: "export SOURCE_DATE_EPOCH=1706933106
            made() {
              mkdir $1; cd $1
              lb config --distribution bookworm --architectures amd64 --binary-images $2 --bootloaders $3 --build-with-chroot false
              mkdir -p .build chroot/bin; touch .build/config .build/bootstrap; cp -a ../../made/binary .
              lb binary_iso; mv *.iso ../$1.iso; cd ..
            }
            made isolinux iso-hybrid syslinux; made both iso-hybrid syslinux,grub-efi
            made grub iso grub-pc; made grub-both iso-hybrid grub-pc,grub-efi",
        images: &["isolinux.iso", "both.iso", "grub.iso", "grub-both.iso"],
        explained: &[
            ("", "time=", "what the client changes is no newer than SOURCE_DATE_EPOCH"),
            ("isolinux/isolinux.bin", "sha256digest=", PATCHED),
            ("boot/grub/grub_eltorito", "sha256digest=", PATCHED),
            ("isolinux/boot.cat", "sha256digest=", CATALOG),
            ("boot.catalog", "sha256digest=", CATALOG),
        ],
    }
    .makes_the_same();
}

/// The packages and the menu are prepared: its stage that asks for sizes, and the one that makes the image and the files of jigdo,
/// from which the image is made again.
#[test]
fn debian_cd_makes_an_installer() {
    Client {
        needs: &["/usr/share/debian-cd/tools/make_image", "pigz", "mkfs.vfat", "/usr/lib/ISOLINUX/isolinux.bin", "jigdo-file"],
        material: "mkdir -p CD1/.disk CD1/boot/grub CD1/pool/main boot1/isolinux syslinux/usr/lib/ISOLINUX
            echo 'one of TOTALNUM' | tee CD1/README.txt > CD1/README.html; seq 3000 > CD1/pool/main/a_1.deb
            cp /usr/lib/ISOLINUX/isolinux.bin boot1/isolinux; cp /usr/lib/ISOLINUX/isohdpfx.bin syslinux/usr/lib/ISOLINUX
            mkfs.vfat -C -i 12345678 --invariant CD1/boot/grub/efi.img 1440 > log; (cd CD1; md5sum ./README.* ./pool/main/* > md5sum.txt)
            echo 'Debian 12.0.0 amd64 1' > 1.volid; echo 'Debian GNU/Linux 12.0.0' > 1.diskinfo; echo boot1 > 1.mkisofs_dirs",
        script: "cp -a ../made disc; mkdir out; cd disc
            { ARCH=amd64 /usr/share/debian-cd/tools/set_mkisofs_opts bin 1; paste -s -d ' ' <<END; } > 1.mkisofs_opts
-J -joliet-long -cache-inodes
-isohybrid-mbr syslinux/usr/lib/ISOLINUX/isohdpfx.bin -b isolinux/isolinux.bin -c isolinux/boot.cat -boot-load-size 4
-boot-info-table -no-emul-boot -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot -isohybrid-gpt-basdat -isohybrid-apm-hfsplus
END
            options='-as mkisofs -r -checksum_algorithm_iso sha256,sha512'
            size=$(xorriso $options -r -print-size -quiet $(cat 1.mkisofs_opts) -o /dev/null boot1 CD1); [ $size -gt 700 ]
            mkdir mirror; cp -r CD1/pool mirror; echo 20240203T040506Z > DATE-zulu
            pool=pool/main/a_1.deb; printf '%s  %12d  %s\n' $(sha256sum < mirror/$pool | cut -d ' ' -f 1) $(stat -c %s mirror/$pool) $PWD/mirror/$pool > checksum-check
            CD=1 MAXJIGDOS=all MAXISOS=all DISKTYPE=NETINST JIGDO_CHECKSUM=sha256 JIGDOTEMPLATEURL= /usr/share/debian-cd/tools/make_image \
              $PWD amd64 $PWD/../out 12.0.0 $PWD/mirror xorriso \"$options\" '' /usr/share/debian-cd/tools/jigdo_cleanup
            cd ../out; again() {
              jigdo-file make-image --force --no-cache --image=again --jigdo=$(echo *.jigdo) --template=$(echo *.template) ../disc/mirror/
              grep -Fx \"# Image Hex SHA512Sum $(sha512sum < again | cut -d ' ' -f 1)\" *.jigdo
              grep -Fx \"$(jigdo-file sha256sum --report=quiet ../disc/mirror/$pool | cut -d ' ' -f 1)=Debian:$pool\" *.jigdo
              [ $(jigdo-file ls --template=$(echo *.template) | grep -c need-file-sha256) = 1 ]; grep -Fx Filename=debian-12.0.0-amd64-NETINST-1.iso *.jigdo; }
            again; cmp again *.iso; mv *.iso ../out.iso; cd ../disc
            CD=1 MAXJIGDOS=all MAXISOS=0 DISKTYPE=NETINST JIGDO_CHECKSUM=sha256 JIGDOTEMPLATEURL= /usr/share/debian-cd/tools/make_image \
              $PWD amd64 $PWD/../out 12.0.0 $PWD/mirror xorriso \"$options\" '' /usr/share/debian-cd/tools/jigdo_cleanup
            cd ../out; again; [ ! -e debian*.iso ]",
        images: &["out.iso"],
        explained: &[
            MADE_IN_THE_RUN,
            (".disk/mkisofs", "sha256digest=", "the command line names the folder of the run"),
            (".disk/mkisofs", "size=", "likewise"),
            ("isolinux/isolinux.bin", "sha256digest=", PATCHED),
            ("isolinux/boot.cat", "sha256digest=", CATALOG),
        ],
    }
    .makes_the_same();
}

/// Without the system that installs others: the boot loader, the kernel and its first file system are prepared, or are made by
/// programs in the place of grub-mkstandalone.
#[test]
fn fai_cd_makes_an_image_that_boots() {
    Client {
        needs: &["fai-cd", "mcopy", "mkfs.vfat", "/usr/lib/grub/i386-pc/boot_hybrid.img"],
        material: "mkdir -p root/{etc/fai,boot/grub,usr/lib/grub/{i386-pc,x86_64-efi},tmp,var/lib/dpkg} stand-ins
            : > root/var/lib/dpkg/status; seq 3000 > root/boot/vmlinuz-6.1.0; seq 2000 > root/boot/initrd.img-6.1.0
            echo c > root/boot/config-6.1.0; cp /usr/lib/grub/i386-pc/{boot_hybrid,cdboot}.img root/usr/lib/grub/i386-pc
            cp -r /etc/fai etc
            cat > stand-ins/chroot <<'END'
#!/bin/bash
for word; do case $word in --output=*) seq 9999 > \"$1${word#--output=}\";; esac; done
END
            printf '#!/bin/sh\necho 2024 Feb 03 - 04:05\n' > stand-ins/date; ln -s /bin/false stand-ins/mksquashfs
            chmod +x stand-ins/*",
        script: "mkdir tmp; TMPDIR=$PWD/tmp PATH=$PWD/../made/stand-ins:$PATH fai-cd -B -M -C $PWD/../made/etc -n $PWD/../made/root $PWD/out.iso",
        images: &["out.iso"],
        explained: &[
            MADE_IN_THE_RUN,
            ("EFI", "mode=", "xorriso gives a directory that it makes the mode of the one on disk that has the file"),
            ("boot/grub", "mode=", "likewise"),
            ("boot/grub/boot.cat", "mode=", "likewise, without what may be written"),
            ("boot/grub/boot.cat", "sha256digest=", CATALOG),
            ("boot/grub/bios.img", "sha256digest=", PATCHED),
            ("EFI/efiboot.img", "sha256digest=", "mkfs.vfat and mcopy write the moment of the run"),
        ],
    }
    .makes_the_same();
}

/// Its class that calls xorriso, as the builder of images calls it.
#[test]
fn kiwi_makes_images() {
    Client {
        needs: &[
            "/usr/lib/python3/dist-packages/kiwi/iso_tools/xorriso.py",
            "/usr/bin/python3",
            "mkfs.vfat",
            "/usr/lib/grub/i386-pc/boot_hybrid.img",
            "/usr/lib/ISOLINUX/isolinux.bin",
        ],
        material: "mkdir -p tree/boot/x86_64/loader tree/LiveOS; seq 3000 > tree/LiveOS/rootfs.img; cd tree/boot/x86_64/loader
            cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/grub/i386-pc/boot_hybrid.img .
            { cat /usr/lib/grub/i386-pc/cdboot.img; seq 9999; } > eltorito.img
            cd ../../../..; mkfs.vfat -C -i 12345678 --invariant efi.img 1440 > log",
        script: r"cat > call.py <<'END'
from kiwi.iso_tools.xorriso import IsoToolsXorrIso
words = {'mbr_id': '0x12345678', 'publisher': 'SUSE LINUX GmbH', 'preparer': 'KIWI - https://github.com/OSInside/kiwi', 'volume_id': 'CDROM'}
tool = IsoToolsXorrIso('../made/tree')
tool.init_iso_creation_parameters(words)
tool.create_iso('bios.iso')
tool = IsoToolsXorrIso('../made/tree')
tool.init_iso_creation_parameters({**words, 'efi_mode': 'uefi'})
tool.add_efi_loader_parameters('../made/efi.img')
tool.create_iso('efi.iso')
END
/usr/bin/python3 call.py",
        images: &["bios.iso", "efi.iso"],
        explained: &[
            ("boot/x86_64/loader/isolinux.bin", "sha256digest=", PATCHED),
            ("boot/x86_64/loader/eltorito.img", "sha256digest=", PATCHED),
        ],
    }
    .makes_the_same();
}

/// Of a live image that was taken apart before.
#[test]
fn remaster_compose_makes_an_image() {
    if !is_root() {
        return skip("remaster-compose works for root only");
    }
    Client {
        needs: &["remaster-compose", "mkfs.vfat", "/usr/lib/ISOLINUX/isolinux.bin", "/usr/lib/ISOLINUX/isohdpfx.bin"],
        material: "mkdir -p tree/live tree/isolinux tree/boot/grub; seq 3000 > tree/live/filesystem.squashfs
            cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux; mkfs.vfat -C -i 12345678 --invariant tree/boot/grub/efi.img 1440 > log",
        script: "cp -a ../made/tree iso-extract; remaster-compose -itt Title; mv *-remaster-iso.iso out.iso",
        images: &["out.iso"],
        explained: &[
            MADE_IN_THE_RUN,
            ("MD5SUMS", "sha256digest=", "the list may have itself, and is in the order of the directory"),
            ("MD5SUMS", "size=", "likewise"),
            ("isolinux/isolinux.bin", "sha256digest=", PATCHED),
            ("isolinux/boot.cat", "sha256digest=", CATALOG),
        ],
    }
    .makes_the_same();
}

/// What grml2usb copies out of images is prepared, as that mounts them.
#[test]
fn grml2iso_makes_an_image() {
    if !is_root() {
        return skip("grml2iso works for root only");
    }
    Client {
        needs: &["grml2iso", "isohybrid", "mkfs.vfat", "/usr/lib/ISOLINUX/isolinux.bin", "/usr/lib/ISOLINUX/isohdpfx.bin"],
        material: "mkdir -p tree/boot/syslinux tree/boot/grub tree/live tree/conf; seq 3000 > tree/live/grml.squashfs
            cp /usr/lib/ISOLINUX/isolinux.bin tree/boot/syslinux; echo include > tree/boot/syslinux/grmlmain.cfg
            echo 'grml64-full 2022.11 Release Codename MalGuckes [2022-11-14]' > tree/live/grml-version; echo id > tree/conf/bootid.txt
            mkfs.vfat -C -i 12345678 --invariant tree/boot/efi.img 1440 > log
            printf '#!/bin/bash\ncp -a ../made/tree/. \"${@: -1}\"\n' > grml2usb; chmod +x grml2usb",
        script: "GRML2USB=../made/grml2usb grml2iso -o $PWD/out.iso $PWD/grml.iso",
        images: &["out.iso"],
        explained: &[
            MADE_IN_THE_RUN,
            ("boot/isolinux/isolinux.bin", "sha256digest=", PATCHED),
            ("boot/isolinux/boot.cat", "sha256digest=", CATALOG),
        ],
    }
    .makes_the_same();
}
