//! Programs that make images of many formats.

use super::{Client, MADE_IN_THE_RUN};

#[test]
fn genimage_makes_an_image_that_boots() {
    Client {
        needs: &["genimage"],
        material: "mkdir -p root/boot input; seq 3000 > root/one; printf '%4096s' | tr ' ' i > root/boot/image
            cat > config <<'END'
image out.iso {
  iso {
    boot-image = \"boot/image\"
    bootargs = \"-no-emul-boot -boot-load-size 4 -c boot/cat -boot-info-table\"
    volume-id = \"GENERATED\"
    extraargs = \"-J\"
  }
}
END",
        script: "genimage --rootpath ../made/root --inputpath ../made/input --outputpath . --tmppath tmp --config ../made/config",
        images: &["out.iso"],
        explained: &[
            ("boot/image", "sha256digest=", "places differ, and are written into the boot image"),
            ("boot/cat", "sha256digest=", "places differ"),
            ("boot/cat", "time=", "the catalog is as old as the volume"),
        ],
    }
    .makes_the_same();
}

#[test]
fn patool_packs_an_image() {
    Client {
        needs: &["patool"],
        material: "mkdir -p tree/sub; seq 3000 > tree/one; echo a > tree/sub/a; ln -s one tree/link",
        script: "cp -a ../made/tree .; patool create out.iso tree/one tree/sub",
        images: &["out.iso"],
        explained: &[],
    }
    .makes_the_same();
}

#[test]
fn nbdkit_serves_an_image() {
    Client {
        needs: &["nbdkit", "qemu-img"],
        material: "mkdir -p tree/sub; seq 3000 > tree/one; echo a > tree/sub/a; ln -s one tree/link",
        script: "nbdkit -U - iso ../made/tree params=-JR --run 'qemu-img convert -O raw $uri out.iso'",
        images: &["out.iso"],
        explained: &[],
    }
    .makes_the_same();
}

#[test]
fn mkwinpeimg_makes_an_image_that_boots() {
    Client {
        needs: &["mkwinpeimg", "wimcapture"],
        material: "mkdir -p windows/boot windows/sources captured/sources; printf '%4096s' | tr ' ' e > windows/boot/etfsboot.com
            seq 3000 > windows/bootmgr; echo bcd > windows/boot/bcd; echo sdi > windows/boot/boot.sdi
            echo setup | tee captured/setup.exe > captured/sources/setup.exe
            wimcapture captured windows/sources/boot.wim one > log; wimappend captured windows/sources/boot.wim two >> log",
        script: "mkwinpeimg --iso --windows-dir=../made/windows out.iso",
        images: &["out.iso"],
        explained: &[
            MADE_IN_THE_RUN,
            ("SOURCES/BOOT.WIM", "sha256digest=", "wimlib writes the archive anew, with a new GUID"),
        ],
    }
    .makes_the_same();
}
