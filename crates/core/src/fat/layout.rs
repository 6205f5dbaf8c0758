//! The fixed structures of FAT, as they lie on the medium, with the names that `fatgen103` gives their fields. Offsets count
//! from the structure's first byte.

use crate::number::{Le16, Le32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Bytes of a boot sector, whatever a sector of the volume has, and of the FSInfo structure.
pub(in crate::fat) const BOOT_SECTOR: usize = 512;

/// The last two bytes of the first 512 of a boot sector.
pub(in crate::fat) const SIGNATURE: [u8; 2] = [0x55, 0xAA];

/// The start of a boot sector: the BIOS parameter block, as far as all types have it ("Boot Sector and BPB").
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(in crate::fat) struct BiosParameterBlock {
    /// 0, `BS_jmpBoot`: a jump to the boot code.
    pub jmp_boot: [u8; 3],
    /// 3, `BS_OEMName`: only a name; some readers expect `MSWIN4.1`.
    pub oem_name: [u8; 8],
    /// 11, `BPB_BytsPerSec`: 512, 1024, 2048 or 4096.
    pub byts_per_sec: Le16,
    /// 13, `BPB_SecPerClus`: a power of two.
    pub sec_per_clus: u8,
    /// 14, `BPB_RsvdSecCnt`: sectors before the first table, the boot sector among them.
    pub rsvd_sec_cnt: Le16,
    /// 16, `BPB_NumFATs`.
    pub num_fats: u8,
    /// 17, `BPB_RootEntCnt`: directory entries of the root; 0 in FAT32.
    pub root_ent_cnt: Le16,
    /// 19, `BPB_TotSec16`: sectors of the volume; 0 where they are in `tot_sec32`, as always in FAT32.
    pub tot_sec16: Le16,
    /// 21, `BPB_Media`: also the low byte of entry 0 of the table.
    pub media: u8,
    /// 22, `BPB_FATSz16`: sectors of a table; 0 in FAT32.
    pub fat_sz16: Le16,
    /// 24, `BPB_SecPerTrk`.
    pub sec_per_trk: Le16,
    /// 26, `BPB_NumHeads`.
    pub num_heads: Le16,
    /// 28, `BPB_HiddSec`: sectors of the disk before the volume.
    pub hidd_sec: Le32,
    /// 32, `BPB_TotSec32`: sectors of the volume; 0 where they are in `tot_sec16`.
    pub tot_sec32: Le32,
}

/// What FAT32 has behind [`BiosParameterBlock`].
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(in crate::fat) struct Fat32Parameters {
    /// 36, `BPB_FATSz32`: sectors of a table.
    pub fat_sz32: Le32,
    /// 40, `BPB_ExtFlags`: 0 where all tables are the same.
    pub ext_flags: Le16,
    /// 42, `BPB_FSVer`: 0.
    pub fs_ver: Le16,
    /// 44, `BPB_RootClus`: first cluster of the root.
    pub root_clus: Le32,
    /// 48, `BPB_FSInfo`: sector of the FSInfo structure.
    pub fs_info: Le16,
    /// 50, `BPB_BkBootSec`: sector of the copy of the boot sector.
    pub bk_boot_sec: Le16,
    /// 52, `BPB_Reserved`: zeros.
    pub reserved: [u8; 12],
}

/// What all types have behind their parameters.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(in crate::fat) struct ExtendedBootRecord {
    /// 0, `BS_DrvNum`: 0x80, a hard disk.
    pub drv_num: u8,
    /// 1, `BS_Reserved1`: 0.
    pub reserved1: u8,
    /// 2, `BS_BootSig`: 0x29 where the three fields behind it are there.
    pub boot_sig: u8,
    /// 3, `BS_VolID`: serial number.
    pub vol_id: Le32,
    /// 7, `BS_VolLab`: as the entry of the root has it, or `NO NAME`.
    pub vol_lab: [u8; 11],
    /// 18, `BS_FilSysType`: only a name.
    pub fil_sys_type: [u8; 8],
}

/// How much of a FAT32 volume is free ("FAT32 FSInfo Sector Structure").
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(in crate::fat) struct FsInfo {
    /// 0, `FSI_LeadSig`: 0x41615252.
    pub lead_sig: Le32,
    /// 4, `FSI_Reserved1`: zeros.
    pub reserved1: [u8; 480],
    /// 484, `FSI_StrucSig`: 0x61417272.
    pub struc_sig: Le32,
    /// 488, `FSI_Free_Count`: free clusters.
    pub free_count: Le32,
    /// 492, `FSI_Nxt_Free`: the cluster from which on a free one is looked for; all bits set for none.
    pub nxt_free: Le32,
    /// 496, `FSI_Reserved2`: zeros.
    pub reserved2: [u8; 12],
    /// 508, `FSI_TrailSig`: 0xAA550000.
    pub trail_sig: Le32,
}

/// A directory entry ("FAT Directory Structure").
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(in crate::fat) struct DirectoryEntry {
    /// 0, `DIR_Name`: eight characters and three, padded with spaces.
    pub name: [u8; 11],
    /// 11, `DIR_Attr`: see [`attr`].
    pub attr: u8,
    /// 12, `DIR_NTRes`: see [`nt_res`].
    pub nt_res: u8,
    /// 13, `DIR_CrtTimeTenth`: hundredths of a second behind `crt_time`, 0 to 199.
    pub crt_time_tenth: u8,
    /// 14, `DIR_CrtTime`: when it was created.
    pub crt_time: Le16,
    /// 16, `DIR_CrtDate`.
    pub crt_date: Le16,
    /// 18, `DIR_LstAccDate`: last access.
    pub lst_acc_date: Le16,
    /// 20, `DIR_FstClusHI`: upper half of the first cluster, in FAT32.
    pub fst_clus_hi: Le16,
    /// 22, `DIR_WrtTime`: last change of the content.
    pub wrt_time: Le16,
    /// 24, `DIR_WrtDate`.
    pub wrt_date: Le16,
    /// 26, `DIR_FstClusLO`: lower half of the first cluster; 0 for a file without content.
    pub fst_clus_lo: Le16,
    /// 28, `DIR_FileSize`: bytes; 0 for a directory.
    pub file_size: Le32,
}

/// A part of a long name ("FAT Long Directory Entries"): 13 units of UTF-16. The parts stand in front of the entry that they
/// belong to, the last first.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(in crate::fat) struct LongNameEntry {
    /// 0, `LDIR_Ord`: number of the part, from 1 on; [`LAST_LONG_ENTRY`] is added to the last.
    pub ord: u8,
    /// 1, `LDIR_Name1`.
    pub name1: [Le16; 5],
    /// 11, `LDIR_Attr`: [`attr::LONG_NAME`].
    pub attr: u8,
    /// 12, `LDIR_Type`: 0.
    pub kind: u8,
    /// 13, `LDIR_Chksum`: of the short name.
    pub chksum: u8,
    /// 14, `LDIR_Name2`.
    pub name2: [Le16; 6],
    /// 26, `LDIR_FstClusLO`: 0.
    pub fst_clus_lo: Le16,
    /// 28, `LDIR_Name3`.
    pub name3: [Le16; 2],
}

/// Added to the number of the last part of a long name (`LAST_LONG_ENTRY`).
pub(in crate::fat) const LAST_LONG_ENTRY: u8 = 0x40;

/// Attributes of a directory entry.
pub(in crate::fat) mod attr {
    /// Not to be written to.
    pub(in crate::fat) const READ_ONLY: u8 = 0x01;
    /// The volume's label, in the root only.
    pub(in crate::fat) const VOLUME_ID: u8 = 0x08;
    /// A directory.
    pub(in crate::fat) const DIRECTORY: u8 = 0x10;
    /// Changed since the last backup, as every new file is.
    pub(in crate::fat) const ARCHIVE: u8 = 0x20;
    /// What no file can have: a part of a long name.
    pub(in crate::fat) const LONG_NAME: u8 = 0x0F;
}

/// What Windows NT and all after it record in [`DirectoryEntry::nt_res`], which `fatgen103` leaves to them: a short name that
/// is shown in small letters.
pub(in crate::fat) mod nt_res {
    /// The eight characters before the dot.
    pub(in crate::fat) const SMALL_BASE: u8 = 0x08;
    /// The three behind it.
    pub(in crate::fat) const SMALL_EXTENSION: u8 = 0x10;
}

const _: () = {
    assert!(size_of::<BiosParameterBlock>() == 36);
    assert!(size_of::<Fat32Parameters>() == 28);
    assert!(size_of::<ExtendedBootRecord>() == 26);
    assert!(size_of::<FsInfo>() == BOOT_SECTOR);
    assert!(size_of::<DirectoryEntry>() == 32);
    assert!(size_of::<LongNameEntry>() == 32);
};
