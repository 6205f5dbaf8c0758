//! What no image of isomk has, and what concerns that alone.

use crate::dialect::mkisofs::option::Does::{Nothing, Refused, Sets};
use crate::dialect::mkisofs::option::{Definition, both, genisoimage, xorrisofs};

pub(super) const OPTIONS: &[Definition] = &[
    genisoimage(&["-split-output"], &[], Refused("divide the image with split(1)"), "Write pieces of 1 GB"),
    genisoimage(
        &["-stream-media-size"],
        &["SECTORS"],
        Refused("standard input is taken in by isomk's own command line, as a tar archive"),
        "Make an image of one file from standard input",
    ),
    genisoimage(
        &["-stream-file-name"],
        &["NAME"],
        Refused("see -stream-media-size"),
        "The name of that file",
    ),
    genisoimage(
        &["-s", "-sectype"],
        &["TYPE"],
        Sets(|_, values| match values.text(0)? {
            "data" => Ok(()),
            _ => Err(values.wrong("data: sectors of 2048 bytes")),
        }),
        "Sectors of the output, which can be data alone",
    ),
    genisoimage(&["-XA", "-xa"], &[], Refused("attributes of CD-ROM XA are not written"), "CD-ROM XA"),
    genisoimage(&["-i"], &["FILES"], Refused("genisoimage has given it up as well"), "An old list of files"),
    both(
        &["-no-split-symlink-components", "-no-split-symlink-fields"],
        &[],
        Nothing("links are recorded as all readers take them"),
        "How links are recorded for SunOS",
    ),
    xorrisofs(
        &["--scdbackup_tag"],
        &["FILE", "NAME"],
        Refused("sums are recorded as libisofs has them (--md5)"),
        "Record a sum for scdbackup",
    ),
    xorrisofs(&["--emul-toc"], &[], Refused("an image has one session"), "Write a table of sessions"),
    xorrisofs(
        &["--old-empty"],
        &[],
        Nothing("an empty file has no content whose place could matter"),
        "Place empty files as old versions did",
    ),
    genisoimage(&["-hfs", "-h"], &[], Refused(HFS), "Add HFS"),
    genisoimage(
        &["-apple", "-g", "-part", "-no-mac-files", "-mac-name", "-no-desktop", "-probe", "-hfs-unlock"],
        &[],
        Refused(HFS),
        "Settings of HFS",
    ),
    genisoimage(
        &[
            "--cap",
            "--netatalk",
            "--double",
            "--ethershare",
            "--ushare",
            "--exchange",
            "--sgi",
            "--xinet",
            "--macbin",
            "--single",
            "--dave",
            "--sfm",
            "--osx-double",
            "--osx-hfs",
        ],
        &[],
        Refused(HFS),
        "Forks of files for HFS",
    ),
    genisoimage(
        &[
            "-hfs-volid",
            "-hfs-type",
            "-hfs-creator",
            "-map",
            "-H",
            "-magic",
            "-boot-hfs-file",
            "-cluster-size",
            "-auto",
            "-icon-position",
            "-root-info",
            "-input-hfs-charset",
            "-output-hfs-charset",
            "-hfs-parms",
        ],
        &["VALUE"],
        Refused(HFS),
        "More settings of HFS",
    ),
    both(&["-B", "-sparc-boot"], &["FILES"], Refused(MACHINES), "Boot SPARC"),
    both(&["-sparc-label"], &["TEXT"], Refused(MACHINES), "Disk label for SPARC"),
    xorrisofs(&["--grub2-sparc-core"], &["PATH"], Refused(MACHINES), "Boot SPARC by GRUB 2"),
    genisoimage(&["-sunx86-boot", "-sunx86-label"], &["VALUE"], Refused(MACHINES), "Boot Solaris"),
    both(&["-mips-boot", "-mipsel-boot"], &["PATH"], Refused(MACHINES), "Boot MIPS"),
    both(&["-alpha-boot"], &["PATH"], Refused(MACHINES), "Boot Alpha"),
    both(
        &[
            "-hppa-cmdline",
            "-hppa-kernel-32",
            "-hppa-kernel-64",
            "-hppa-bootloader",
            "-hppa-ramdisk",
            "-hppa-hdrversion",
        ],
        &["VALUE"],
        Refused(MACHINES),
        "Boot PA-RISC",
    ),
    both(&["-prep-boot-part", "-prep-boot"], &["FILE"], Refused(MACHINES), "Boot PReP"),
];

const HFS: &str = "HFS is not written";
const MACHINES: &str = "boot blocks for such machines are not written";
