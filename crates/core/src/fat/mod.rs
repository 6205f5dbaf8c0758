//! FAT12, FAT16 and FAT32 with long names: the file system of EFI system partitions, as Microsoft's "FAT: General Overview of
//! On-Disk Format", version 1.03 (`fatgen103`), has it.

pub(crate) mod emit;
mod fat_type;
mod layout;
mod name;
pub mod plan;
mod time;
pub(crate) mod volume;

pub use fat_type::FatType;
