//! The boot sector, and what FAT32 says of its free clusters.

use crate::fat::FatType;
use crate::fat::fat_type::FIRST_CLUSTER;
use crate::fat::layout::{
    BOOT_SECTOR, BiosParameterBlock, ExtendedBootRecord, Fat32Parameters, FsInfo, SIGNATURE,
};
use crate::fat::plan::{BACKUP, FS_INFO, NUM_FATS, Plan};
use crate::tree::build::Build;
use zerocopy::{FromZeros, IntoBytes};

/// A medium that is not removed, which is what a partition lies on (`BPB_Media`).
pub(super) const MEDIA: u8 = 0xF8;

/// What the jump leads to: `int 0x18`, by which a BIOS goes on to what else boots, and a loop in case that it comes back.
/// EFI starts programs, not boot sectors.
const CODE: [u8; 4] = [0xCD, 0x18, 0xEB, 0xFE];

/// Sectors of a track and heads of the disk that has most of them: where they matter, they are looked for elsewhere.
const GEOMETRY: (u16, u16) = (63, 255);

impl<O> Plan<'_, O> {
    /// Appends the boot sector.
    pub(super) fn boot_sector(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let fat32 = self.fat_type() == FatType::Fat32;
        let between = if fat32 { size_of::<Fat32Parameters>() } else { 0 };
        let code = size_of::<BiosParameterBlock>() + between + size_of::<ExtendedBootRecord>();
        // The displacement counts from behind the jump, which has two bytes; the third does nothing.
        let jump = [0xEB, u8::try_from(code.saturating_sub(2)).unwrap_or_default(), 0x90];
        out.extend_from_slice(self.parameters(jump).as_bytes());
        if fat32 {
            out.extend_from_slice(self.fat32_parameters().as_bytes());
        }
        let name: &[u8; 8] = match self.fat_type() {
            FatType::Fat12 => b"FAT12   ",
            FatType::Fat16 => b"FAT16   ",
            FatType::Fat32 => b"FAT32   ",
        };
        let record = ExtendedBootRecord {
            drv_num: 0x80,
            boot_sig: 0x29,
            vol_id: self.serial_number().into(),
            vol_lab: self.label.unwrap_or(*b"NO NAME    "),
            fil_sys_type: *name,
            ..ExtendedBootRecord::new_zeroed()
        };
        out.extend_from_slice(record.as_bytes());
        out.extend_from_slice(&CODE);
        out.resize(start + BOOT_SECTOR - SIGNATURE.len(), 0);
        out.extend_from_slice(&SIGNATURE);
    }

    fn parameters(&self, jmp_boot: [u8; 3]) -> BiosParameterBlock {
        let geometry = self.geometry;
        let short =
            |number: u32| u16::try_from(number).expect("because the plan has only what 16 bits count");
        let fat32 = self.fat_type() == FatType::Fat32;
        let tot_sec16 = u16::try_from(geometry.sectors).ok().filter(|_| !fat32);
        BiosParameterBlock {
            jmp_boot,
            oem_name: *b"MSWIN4.1",
            byts_per_sec: short(geometry.shape.sector_size).into(),
            sec_per_clus: u8::try_from(geometry.shape.sectors_per_cluster)
                .expect("because clusters of over 64 sectors are refused"),
            rsvd_sec_cnt: short(geometry.shape.reserved()).into(),
            num_fats: u8::try_from(NUM_FATS).unwrap_or_default(),
            root_ent_cnt: short(geometry.shape.root_entries).into(),
            tot_sec16: tot_sec16.unwrap_or_default().into(),
            media: MEDIA,
            fat_sz16: if fat32 { 0 } else { short(geometry.fat_sectors) }.into(),
            sec_per_trk: GEOMETRY.0.into(),
            num_heads: GEOMETRY.1.into(),
            hidd_sec: self.options.hidden_sectors.into(),
            tot_sec32: if tot_sec16.is_some() { 0 } else { geometry.sectors }.into(),
        }
    }

    fn fat32_parameters(&self) -> Fat32Parameters {
        Fat32Parameters {
            fat_sz32: self.geometry.fat_sectors.into(),
            root_clus: self.cluster(Build::<O>::ROOT).into(),
            fs_info: FS_INFO.into(),
            bk_boot_sec: BACKUP.into(),
            ..Fat32Parameters::new_zeroed()
        }
    }

    /// Appends the FSInfo structure.
    pub(super) fn fs_info(&self, out: &mut Vec<u8>) {
        let free = self.free_clusters();
        let last = self.clusters().saturating_add(FIRST_CLUSTER - 1);
        let info = FsInfo {
            lead_sig: 0x4161_5252.into(),
            struc_sig: 0x6141_7272.into(),
            free_count: free.into(),
            nxt_free: if self.first_free > last { u32::MAX } else { self.first_free }.into(),
            trail_sig: 0xAA55_0000.into(),
            ..FsInfo::new_zeroed()
        };
        out.extend_from_slice(info.as_bytes());
    }
}
