//! A real Linux kernel to mount images with, in an emulator: Debian's kernel, its file system drivers and a static
//! busybox, packed as an initial file system whose `init` mounts every disk and lists it, or fills it first.

use crate::Outcome;
use crate::run::{bash, say, target};

/// Modules `init` loads, in the order they depend on each other.
const MODULES: &str = "virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk cdrom \
                       crc-itu-t isofs udf nls_cp437 nls_ascii fat vfat";

/// What runs in it: the report of every disk, and what a disk is filled with.
pub(crate) const INIT: &str = include_str!("init");
pub(crate) const FILL: &str = include_str!("fill");

/// Fetches and packs the kernel into `target/kernel`, unless it is there.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let folder = target().join("kernel");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let scripts = [("init", INIT.replace("MODULES", MODULES)), ("fill", FILL.to_owned())];
    let same = |(name, text): &(&str, String)| {
        std::fs::read_to_string(folder.join(name)).is_ok_and(|old| old == *text)
    };
    if !(folder.join("initramfs").exists() && scripts.iter().all(same)) {
        for (name, text) in &scripts {
            let file = folder.join(name);
            std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        let script = format!(
            "kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \\(linux-image-[0-9].*\\)/\\1/p' | head -n 1)
             [ -n \"$kernel\" ]
             apt-get download -qq \"$kernel\" busybox-static
             rm -rf root packed; for package in *.deb; do dpkg -x \"$package\" root; done; rm ./*.deb
             mkdir -p packed/bin packed/modules
             cp root/boot/vmlinuz-* vmlinuz; cp root/bin/busybox packed/bin/; install -m 755 init packed/init; cp fill packed/fill
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
