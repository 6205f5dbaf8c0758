//! Volumes of other kinds, and disks with partitions.

use super::{Class, Row, row};

const fn volume(marks: &'static [(u64, &'static [u8])], name: &'static str, advice: &'static str) -> Row {
    row(Class::FileSystem, marks, name, advice)
}

const fn disk(marks: &'static [(u64, &'static [u8])], name: &'static str) -> Row {
    row(Class::Disk, marks, name, "")
}

const UNPACK: &str = "7z l {}";

/// Begin with a boot sector of their own, which looks like that of a disk.
pub(super) const WITH_BOOT_SECTOR: &[Row] = &[
    volume(&[(3, b"NTFS    ")], "an NTFS file system", UNPACK),
    volume(&[(3, b"EXFAT   ")], "an exFAT file system", ""),
    volume(&[(3, b"ReFS\0\0\0\0")], "a ReFS file system", ""),
    volume(&[(3, b"-FVE-FS-")], "a BitLocker volume", ""),
    volume(&[(54, b"FAT1")], "a FAT file system", "mdir -i {} ::"),
    volume(&[(54, b"FAT  ")], "a FAT file system", "mdir -i {} ::"),
    volume(&[(82, b"FAT32")], "a FAT file system", "mdir -i {} ::"),
];

/// Partition tables that have a mark.
pub(super) const TABLES: &[Row] = &[
    disk(&[(512, b"EFI PART")], "a disk with a GUID partition table"),
    disk(&[(4096, b"EFI PART")], "a disk with a GUID partition table"),
    disk(&[(0, b"ER"), (512, b"PM")], "a disk with an Apple partition map"),
    disk(&[(0, b"ER"), (2048, b"PM")], "a disk with an Apple partition map"),
];

/// A boot sector, whatever is in it: looked for last.
pub(super) const BOOT_SECTOR: Row = disk(&[(510, b"\x55\xaa")], "a disk with a boot sector");

/// Known by their superblocks.
pub(super) const FILE_SYSTEMS: &[Row] = &[
    volume(&[(0, b"hsqs")], "a Squashfs file system", "unsquashfs -ll {}"),
    volume(&[(0, b"sqsh")], "a Squashfs file system (big-endian)", UNPACK),
    volume(&[(0, b"\x45\x3d\xcd\x28")], "a cramfs file system", UNPACK),
    volume(&[(0, b"\x28\xcd\x3d\x45")], "a cramfs file system (big-endian)", UNPACK),
    volume(&[(512, b"\x45\x3d\xcd\x28")], "a cramfs file system", ""),
    volume(&[(0, b"-rom1fs-")], "a romfs file system", ""),
    volume(&[(0, b"\x85\x19\x01\xe0")], "a JFFS2 file system", ""),
    volume(&[(0, b"\x85\x19\x02\xe0")], "a JFFS2 file system", ""),
    volume(&[(0, b"\x85\x19\x03\x20")], "a JFFS2 file system", ""),
    volume(&[(0, b"\x19\x85\xe0\x01")], "a JFFS2 file system (big-endian)", ""),
    volume(&[(0, b"\x19\x85\xe0\x02")], "a JFFS2 file system (big-endian)", ""),
    volume(&[(0, b"\x19\x85\x20\x03")], "a JFFS2 file system (big-endian)", ""),
    volume(&[(0, b"UBI#")], "a UBI image", ""),
    volume(&[(0, b"\x31\x18\x10\x06")], "a UBIFS file system", ""),
    volume(&[(1024, b"\xe2\xe1\xf5\xe0")], "an EROFS file system", "dump.erofs --ls --path=/ {}"),
    volume(&[(0, b"XFSB")], "an XFS file system", ""),
    volume(&[(32, b"NXSB")], "an APFS container", UNPACK),
    volume(&[(1080, b"\x53\xef")], "an ext2, ext3 or ext4 file system", UNPACK),
    volume(&[(65_600, b"_BHRfS_M")], "a Btrfs file system", ""),
    volume(&[(4120, b"\xc6\x85\x73\xf6\x66\xce\x90\xa9")], "a bcachefs file system", ""),
    volume(&[(4120, b"\xc6\x85\x73\xf6\x4e\x1a\x45\xca")], "a bcache or bcachefs device", ""),
    volume(&[(16_408, b"version\0")], "a ZFS pool member", ""),
    volume(&[(0, b"LUKS\xba\xbe")], "a LUKS encrypted volume", "cryptsetup open {} NAME"),
    volume(&[(512, b"LABELONE")], "an LVM physical volume", ""),
    volume(&[(4096, b"\xfc\x4e\x2b\xa9\x01\0\0\0")], "a Linux RAID member", ""),
    volume(&[(4086, b"SWAPSPACE2")], "Linux swap space", ""),
    volume(&[(4086, b"SWAP-SPACE")], "Linux swap space", ""),
    volume(&[(1024, b"\x10\x20\xf5\xf2")], "an F2FS file system", ""),
    volume(&[(1024, b"H+")], "an HFS Plus file system", UNPACK),
    volume(&[(1024, b"HX")], "an HFS Plus file system", UNPACK),
    volume(&[(1024, b"BD")], "an HFS file system", "hmount {}"),
    volume(&[(1030, b"\x34\x34")], "a NILFS2 file system", ""),
    volume(&[(32_768, b"JFS1")], "a JFS file system", ""),
    volume(&[(65_588, b"ReIsEr")], "a ReiserFS file system", ""),
    volume(&[(8244, b"ReIsEr")], "a ReiserFS file system", ""),
    volume(&[(65_536, b"ReIsEr4")], "a Reiser4 file system", ""),
    volume(&[(65_536, b"\x01\x16\x19\x70")], "a GFS2 file system", ""),
    volume(&[(9564, b"\x54\x19\x01\0")], "a UFS file system", ""),
    volume(&[(66_908, b"\x19\x01\x54\x19")], "a UFS2 file system", ""),
    volume(&[(544, b"1SFB")], "a BFS file system (BeOS, Haiku)", ""),
    volume(&[(544, b"BFS1")], "a BFS file system (BeOS, Haiku)", ""),
    // Two bytes say little: that its zones are no larger than its blocks, as always, is asked for as well.
    volume(&[(1034, b"\0\0"), (1040, b"\x7f\x13")], "a Minix file system (version 1)", ""),
    volume(&[(1034, b"\0\0"), (1040, b"\x8f\x13")], "a Minix file system (version 1)", ""),
    volume(&[(1034, b"\0\0"), (1040, b"\x68\x24")], "a Minix file system (version 2)", ""),
    volume(&[(1034, b"\0\0"), (1040, b"\x78\x24")], "a Minix file system (version 2)", ""),
    volume(&[(1036, b"\0\0"), (1048, b"\x5a\x4d")], "a Minix file system (version 3)", ""),
    volume(&[(0, b"DOS\0")], "an Amiga file system", ""),
    volume(&[(0, b"DOS\x01")], "an Amiga file system", ""),
    volume(&[(0, b"DOS\x03")], "an Amiga file system", ""),
    volume(&[(0, b"RDSK\0\0\0")], "an Amiga hard disk", ""),
];
