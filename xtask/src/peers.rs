//! The peers: other people's programs that read what we write, write what we read, and race us.

use crate::run::{bash, installed, root, say};
use crate::{Outcome, kernel};

/// A program, the Debian package that has it, and what it witnesses.
struct Peer(&'static str, &'static str, &'static str);

const PEERS: &[Peer] = &[
    Peer("xorriso", "xorriso", "ISO 9660: reads and writes everything but UDF"),
    Peer("genisoimage", "genisoimage", "ISO 9660, UDF: writes"),
    Peer("isoinfo", "genisoimage", "ISO 9660: reads"),
    Peer("mkzftree", "genisoimage", "zisofs: writes"),
    Peer("bsdtar", "libarchive-tools", "ISO 9660: reads and writes; tar"),
    Peer("bsdcat", "libarchive-tools", "gzip, zstd, xz, bzip2, lz4: reads"),
    Peer("7zz", "7zip", "ISO 9660, UDF, FAT, partition tables: reads; gzip, xz, bzip2"),
    Peer("iso-info", "libcdio-utils", "ISO 9660: reads"),
    Peer("iso-read", "libcdio-utils", "ISO 9660: reads a file"),
    Peer("grub-fstest", "grub-common", "ISO 9660, UDF, FAT: reads as a boot loader does"),
    Peer("grub-mkimage", "grub-common", "ISO 9660, UDF: makes a boot loader that reads by the BIOS"),
    Peer("mkudffs", "udftools", "UDF: makes volumes"),
    Peer("udfinfo", "udftools", "UDF: reads a volume's descriptors"),
    Peer("pip3", "python3-pip", "pycdlib and udfkit, which write UDF"),
    Peer("newfs_udf", "udfclient", "UDF: makes volumes"),
    Peer("mcopy", "mtools", "FAT: boot images; reads"),
    Peer("mdir", "mtools", "FAT: lists"),
    Peer("minfo", "mtools", "FAT: reads a volume's figures"),
    Peer("mkfs.vfat", "dosfstools", "FAT: boot images"),
    Peer("fsck.fat", "dosfstools", "FAT: checks"),
    Peer("sgdisk", "gdisk", "GPT"),
    Peer("isohybrid", "syslinux-utils", "hybrid images: writes"),
    Peer("sfdisk", "fdisk", "MBR, GPT"),
    Peer("implantisomd5", "isomd5sum", "ISO 9660: the checksum that an image has of itself"),
    Peer("checkisomd5", "isomd5sum", "ISO 9660: checks that checksum"),
    Peer("jigdo-file", "jigdo-file", "jigdo: makes images again, and reads templates"),
    Peer("strace", "strace", "ends a program at any call of the system"),
    Peer("getfacl", "acl", "ACLs"),
    Peer("setfattr", "attr", "extended attributes"),
    Peer("gzip", "gzip", "gzip"),
    Peer("pigz", "pigz", "gzip, parallel"),
    Peer("zstd", "zstd", "zstd"),
    Peer("iconv", "libc-bin", "code pages"),
    Peer("xz", "xz-utils", "xz"),
    Peer("bzip2", "bzip2", "bzip2"),
    Peer("lbzip2", "lbzip2", "bzip2, parallel"),
    Peer("lz4", "lz4", "lz4"),
    Peer("python3", "python3", "tar, gzip, bzip2, xz, JSON by another implementation"),
    Peer("curl", "curl", "the pipelines of README"),
    Peer("jq", "jq", "JSON Lines"),
    Peer("make", "make", "dependency files"),
    Peer("file", "file", "the pipelines of README"),
    Peer("mandoc", "mandoc", "manual pages"),
    Peer("script", "bsdutils", "terminals"),
    Peer("setpriv", "util-linux", "files that another user may not read"),
    Peer("zsh", "zsh", "completions"),
    Peer("fish", "fish", "completions"),
    Peer(
        "debootstrap",
        "debootstrap",
        "a bare Debian to install the package into (cargo xtask dist --check)",
    ),
    Peer("dpkg-shlibdeps", "dpkg-dev", "the package"),
    Peer(
        "qemu-system-x86_64",
        "qemu-system-x86",
        "the Linux kernel's isofs, udf and vfat drivers (cargo xtask kernel); boots images",
    ),
];

/// Programs that call mkisofs and its relatives, for which isomk stands in.
const CLIENTS: &[Peer] = &[
    Peer("cloud-localds", "cloud-image-utils", "seeds of cloud-init"),
    Peer("qemu-img", "qemu-utils", "disk formats of cloud-localds and nbdkit"),
    Peer("growisofs", "growisofs", "sessions of a disc"),
    Peer("lb", "live-build", "live images"),
    Peer("fai-cd", "fai-server", "images of installations"),
    Peer("grml2iso", "grml2usb", "images of several live systems"),
    Peer("remaster-compose", "remaster-iso", "live images that were changed"),
    Peer("genimage", "genimage", "images by a description"),
    Peer("nbdkit", "nbdkit", "images that are served"),
    Peer("mkwinpeimg", "wimtools", "images of Windows PE"),
    Peer("patool", "patool", "images as archives"),
];

/// Peers that only `cargo xtask bench` needs: they are not installed for tests.
const BENCH: &[Peer] = &[
    Peer("openssl", "openssl", "the data of the benchmarks"),
    Peer("time", "time", "processor time and memory of the benchmarks"),
];

/// Not programs: the file that tells whether a package is there.
const FILES: &[(&str, &str)] = &[
    ("grub-pc-bin", "/usr/lib/grub/i386-pc/cdboot.img"),
    ("isolinux", "/usr/lib/ISOLINUX/isolinux.bin"),
    ("syslinux-common", "/usr/lib/syslinux/modules/bios/ldlinux.c32"),
    ("grub-efi-amd64-bin", "/usr/lib/grub/x86_64-efi/moddep.lst"),
    ("systemd-boot-efi", "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"),
    ("ovmf", "/usr/share/OVMF/OVMF_CODE_4M.fd"),
    ("memtest86+", "/usr/lib/memtest86+/memtest86+x64.iso"),
    ("ipxe", "/usr/lib/ipxe/ipxe.iso"),
    ("python3-jsonschema", "/usr/lib/python3/dist-packages/jsonschema/__init__.py"),
    ("libudf0", "/usr/lib/x86_64-linux-gnu/libudf.so.0"),
    ("libudfread0", "/usr/lib/x86_64-linux-gnu/libudfread.so.0"),
    ("cedar-backup3", "/usr/lib/python3/dist-packages/CedarBackup3/writers/util.py"),
    ("debian-cd", "/usr/share/debian-cd/tools/make_image"),
    ("kiwi", "/usr/lib/python3/dist-packages/kiwi/iso_tools/xorriso.py"),
    ("virtinst", "/usr/share/virt-manager/virtinst/install/installerinject.py"),
];

/// As [`FILES`], for the benchmarks only.
const BENCH_FILES: &[(&str, &str)] = &[("linux-source-6.1", "/usr/src/linux-source-6.1.tar.xz")];

/// Lists the peers; with `--install`, installs the missing ones, those of the benchmarks only with `--bench`.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let (install, bench) = (asked("--install"), asked("--bench"));
    let benched = if bench || !install { (BENCH, BENCH_FILES) } else { (&[][..], &[][..]) };
    let peers: Vec<&Peer> = PEERS.iter().chain(CLIENTS).chain(benched.0).collect();
    let files: Vec<&(&str, &str)> = FILES.iter().chain(benched.1).collect();
    if install {
        let programs = peers.iter().filter(|peer| !installed(peer.0)).map(|peer| peer.1);
        let data = files.iter().filter(|(_, file)| !exists(file)).map(|(package, _)| *package);
        fetch(programs.chain(data).collect())?;
        kernel::run(&[])?;
    }
    let mut missing = 0_usize;
    for Peer(program, package, witnesses) in peers {
        let here = installed(program);
        missing = missing.saturating_add(usize::from(!here));
        say(&format!("{} {program:12} {package:17} {witnesses}", if here { "here   " } else { "MISSING" }));
    }
    for (package, file) in files {
        let here = exists(file);
        missing = missing.saturating_add(usize::from(!here));
        say(&format!("{} {:12} {package:17} {file}", if here { "here   " } else { "MISSING" }, "-"));
    }
    if missing > 0 && install { Err(format!("{missing} peers are still missing")) } else { Ok(()) }
}

fn exists(file: &str) -> bool {
    std::path::Path::new(file).exists()
}

/// Installs Debian packages, as root.
fn fetch(mut packages: Vec<&str>) -> Outcome {
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    if !installed("apt-get") {
        return Err("no apt-get here: install the peers by hand".into());
    }
    say(&format!("installing {}", packages.join(" ")));
    let script = format!(
        "export DEBIAN_FRONTEND=noninteractive; apt-get update -qq; \
         apt-get install -y -qq --no-install-recommends {} >/dev/null",
        packages.join(" ")
    );
    bash(&script, &root())
}
