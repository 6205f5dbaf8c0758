//! Where everything lies: sectors of the volume, which are its logical blocks.

use super::{Census, Options, number};
use crate::error::Result;

/// The sector of the anchor volume descriptor pointer (ECMA-167 3/8.4.2.1); another is in the last sector.
pub(in crate::udf) const ANCHOR: u32 = 256;

/// Sectors of a volume descriptor sequence (ECMA-167 3/8.4.2.2).
pub(in crate::udf) const SEQUENCE: u32 = 16;

/// Bytes of the logical volume integrity sequence (UDF 2.2.4.6).
const INTEGRITY: u32 = 8192;

/// Bytes that the pieces of a metadata partition are aligned to and allocated in: an error correction block of Blu-ray.
const UNIT: u32 = 65_536;

/// Where the structures of one volume lie; in sectors where nothing else is said. 0 until it is placed.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::udf) struct Places {
    /// Byte of the volume recognition sequence.
    pub(in crate::udf) recognition: u64,
    /// First sector of the main volume descriptor sequence.
    pub(in crate::udf) main: u32,
    /// First sector of the reserve volume descriptor sequence.
    pub(in crate::udf) reserve: u32,
    /// First sector of the logical volume integrity sequence.
    pub(in crate::udf) integrity: u32,
    /// Blocks of that sequence.
    pub(in crate::udf) integrity_blocks: u32,
    /// First sector of the partition.
    pub(in crate::udf) partition: u32,
    /// Sectors of the partition, which ends where the reserve sequence begins.
    pub(in crate::udf) partition_blocks: u32,
    /// The area of structures: the metadata file's extent where there is one.
    pub(in crate::udf) area: u32,
    /// Blocks of the area.
    pub(in crate::udf) area_blocks: u32,
    /// First sector of the content of long symbolic links.
    pub(in crate::udf) links: u32,
    link_blocks: u32,
    /// First sector behind the structures.
    pub(in crate::udf) contents: u32,
    /// First sector behind the contents.
    pub(in crate::udf) contents_end: u32,
    /// `None` where structures lie in the partition itself.
    pub(in crate::udf) metadata: Option<Metadata>,
    multiple: u32,
    /// Sectors of the volume.
    pub(in crate::udf) blocks: u32,
}

/// The files of a metadata partition (UDF 2.2.13). Sectors.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::udf) struct Metadata {
    /// Allocation and alignment unit, in blocks: 64 KiB.
    pub(in crate::udf) unit: u32,
    /// Sector of the file entry of the metadata file.
    pub(in crate::udf) file: u32,
    /// First sector of the mirror's extent, which has blocks of its own.
    pub(in crate::udf) mirror: u32,
    /// Sector of the file entry of the mirror.
    pub(in crate::udf) mirror_file: u32,
}

impl Places {
    /// What does not depend on anything around it.
    pub(super) fn new(options: &Options, census: &Census) -> Self {
        let block_size = options.block_size;
        // The recognition sequence counts in 2048 bytes and ends before byte 49,152 whatever else is in it.
        let main = if block_size == 2048 { 32 } else { 96 };
        let integrity = main + SEQUENCE;
        let integrity_blocks = INTEGRITY / block_size;
        let mut this = Self {
            main,
            integrity,
            integrity_blocks,
            partition: ANCHOR + 1,
            area_blocks: census.blocks,
            link_blocks: census.link_blocks,
            multiple: options.multiple.max(1),
            ..Self::default()
        };
        if options.revision.has_metadata_partition() {
            let unit = UNIT / block_size;
            this.area_blocks = census.blocks.next_multiple_of(unit);
            this.partition = (ANCHOR + 1).next_multiple_of(unit);
            this.metadata = Some(Metadata { unit, ..Metadata::default() });
        }
        this
    }

    /// The most sectors [`Places::put_front`] needs, wherever it begins.
    pub(super) fn most_front(&self) -> u32 {
        let around = self.metadata.map_or(0, |metadata| metadata.unit + 1);
        self.area_blocks.saturating_add(self.link_blocks).saturating_add(around)
    }

    /// Places what comes before the contents from sector `start` of the partition on.
    pub(super) fn put_front(&mut self, recognition: u64, start: u32) -> Result<()> {
        self.recognition = recognition;
        let mut next = u64::from(start);
        if let Some(metadata) = &mut self.metadata {
            metadata.file = number(next)?;
            next += 1;
            next = next.next_multiple_of(metadata.unit.into());
        }
        self.area = number(next)?;
        next += u64::from(self.area_blocks);
        self.links = number(next)?;
        self.contents = number(next + u64::from(self.link_blocks))?;
        Ok(())
    }

    /// Places what comes behind the contents, which end at sector `end`, from sector `start` on.
    pub(super) fn put_back(&mut self, end: u32, start: u32) -> Result<()> {
        self.contents_end = end;
        let mut next = u64::from(start);
        if let Some(metadata) = &mut self.metadata {
            next = next.next_multiple_of(metadata.unit.into());
            metadata.mirror = number(next)?;
            next += u64::from(self.area_blocks);
            metadata.mirror_file = number(next)?;
            next += 1;
        }
        let last = u64::from(SEQUENCE) + 1;
        let blocks = (next + last).next_multiple_of(self.multiple.into());
        self.blocks = number(blocks)?;
        self.reserve = number(blocks - last)?;
        self.partition_blocks = self.reserve.saturating_sub(self.partition);
        Ok(())
    }
}
