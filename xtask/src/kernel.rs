//! A real Linux kernel to mount images with, in an emulator: Debian's kernel, its file system drivers and a static
//! busybox, packed as an initial file system whose `init` mounts every disk read-only and lists it.

use crate::Outcome;
use crate::run::{bash, say, target};

/// Modules `init` loads, in the order they depend on each other.
const MODULES: &str = "virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk cdrom \
                       crc-itu-t isofs udf";

/// Lists disk a, b, c ... on the second serial line. The kernel's command line gives each its file system type in
/// `isokit.types=iso9660,udf`; a disk starts with `@@disk`, ends with `@@end`.
const INIT: &str = r#"#!/bin/busybox sh
export PATH=/bin
/bin/busybox mkdir -p /proc /dev /m
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
for module in MODULES; do [ -f /modules/$module.ko ] && insmod /modules/$module.ko; done
exec > /dev/ttyS1 2>&1
stty -F /dev/ttyS1 -opost
types=$(sed -n 's/.*isokit.types=\([^ ]*\).*/\1/p' /proc/cmdline | tr , ' ')
letters="a b c d e f g h i j k l m n o p q r s t u v w x y z"
for type in $types; do
  letter=${letters%% *}; letters=${letters#* }
  echo "@@disk $letter $type"
  # type+option,option: mount options follow a plus sign, separated by colons.
  options=ro; case $type in *+*) options=ro,$(echo ${type#*+} | tr : ,); type=${type%%+*};; esac
  if mount -t $type -o $options /dev/vd$letter /m; then
    cd /m
    find . ! -name . -exec stat -c '@ %a|%F|%h|%u:%g|%s|%Y|%t,%T|%n' {} +
    find . -type l -exec sh -c 'for n; do echo "@ link|$(readlink "$n")|$n"; done' sh {} +
    find . -type f -exec sha256sum {} +
    cd /; umount /m
  else
    echo "@@failed"
  fi
  echo "@@end"
done
poweroff -f
"#;

/// Fetches and packs the kernel into `target/kernel`, unless it is there.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let folder = target().join("kernel");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let init = folder.join("init");
    let text = INIT.replace("MODULES", MODULES);
    let ready =
        folder.join("initramfs").exists() && std::fs::read_to_string(&init).is_ok_and(|old| old == text);
    if !ready {
        std::fs::write(&init, &text).map_err(|error| format!("{}: {error}", init.display()))?;
        let script = format!(
            "kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \\(linux-image-[0-9].*\\)/\\1/p' | head -n 1)
             [ -n \"$kernel\" ]
             apt-get download -qq \"$kernel\" busybox-static
             rm -rf root packed; for package in *.deb; do dpkg -x \"$package\" root; done; rm ./*.deb
             mkdir -p packed/bin packed/modules
             cp root/boot/vmlinuz-* vmlinuz; cp root/bin/busybox packed/bin/; install -m 755 init packed/init
             for module in {MODULES}; do
               found=$(find root -name \"$module.ko\" | head -n 1); [ -z \"$found\" ] || cp \"$found\" packed/modules/
             done
             (cd packed && find . | sort | ../root/bin/busybox cpio -o -H newc 2>/dev/null) | gzip -n > initramfs.part
             mv initramfs.part initramfs; rm -rf root packed"
        );
        bash(&script, &folder)?;
    }
    say(&format!("kernel and initial file system: {}", folder.display()));
    Ok(())
}
