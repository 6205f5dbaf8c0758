//! What an input is that turned out to be no image.

use crate::error::Result;
use crate::source::Source;

/// Bytes of a sector of a CD with everything around the user data, and how each begins (ECMA-130 14).
const SYNC: &[u8] = b"\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0";

/// What has these bytes at this offset, named as file(1) does.
const MARKS: &[(u64, &[u8], &str)] = &[
    (0, SYNC, "raw CD sectors"),
    (257, b"ustar", "a tar archive"),
    (0, b"070701", "a cpio archive"),
    (0, b"070702", "a cpio archive"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"\x7fELF", "an ELF program"),
    (0, b"hsqs", "a Squashfs file system"),
    (0, b"QFI\xfb", "a QEMU QCOW image"),
    (0, b"KDMV", "a VMDK disk image"),
    (0, b"conectix", "a VHD disk image"),
    (0, b"vhdxfile", "a VHDX disk image"),
    (0, b"MSWIM\0\0\0", "a Windows imaging file"),
    (0, b"CISO", "a CISO image"),
    (0, b"XFSB", "an XFS file system"),
    (3, b"NTFS    ", "an NTFS file system"),
    (3, b"EXFAT   ", "an exFAT file system"),
    (54, b"FAT", "a FAT file system"),
    (82, b"FAT32", "a FAT file system"),
    (64, b"\x7f\x10\xda\xbe", "a VirtualBox disk image"),
    (1080, b"\x53\xef", "an ext2, ext3 or ext4 file system"),
    (1024, b"H+", "an HFS Plus file system"),
    (1024, b"HX", "an HFS Plus file system"),
    (1024, b"BD", "an HFS file system"),
    (512, b"EFI PART", "a disk with a GUID partition table"),
    (65_600, b"_BHRfS_M", "a Btrfs file system"),
    (510, b"\x55\xaa", "a disk with a boot sector"),
];

/// Words for what `source` holds, if it is one of the usual things.
///
/// # Errors
/// Those of the source.
pub fn foreign(source: &(impl Source + ?Sized)) -> Result<Option<&'static str>> {
    for (at, mark, name) in MARKS {
        let mut bytes = [0; 16];
        let Some(there) = bytes.get_mut(..mark.len()) else { continue };
        if source.read_some(*at, there)? == mark.len() && there == *mark {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[test]
    fn each_mark_is_known_where_it_belongs_and_nowhere_else() {
        for (at, mark, name) in MARKS {
            assert!(mark.len() <= 16, "{name}");
            let mut bytes = vec![0x20_u8; 70_000];
            let at = usize::try_from(*at).expect("small");
            bytes[at..at + mark.len()].copy_from_slice(mark);
            assert_eq!(foreign(&Memory(&bytes)).expect("memory"), Some(*name));
            bytes[at] ^= 1;
            assert_eq!(foreign(&Memory(&bytes)).expect("memory"), None, "{name}");
        }
        assert_eq!(foreign(&Memory(b"")).expect("memory"), None);
    }
}
