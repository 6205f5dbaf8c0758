//! What leads to the files: recognition sequence, anchors, volume descriptor sequences, integrity, file set.

use super::identity::{domain, implementation, long, standard, udf};
use crate::udf::charset::{cs0, set_dstring};
use crate::udf::layout::{
    Anchor, ExtentAd, FileSetDescriptor, IntegrityDescriptor, IntegrityUse, LogicalVolumeDescriptor,
    LogicalVolumeInformation, LongAd, MapHead, MetadataMap, PartitionDescriptor, PhysicalMap,
    PrimaryVolumeDescriptor, Tag, UnallocatedSpaceDescriptor, VolumeStructureDescriptor, tag,
};
use crate::udf::plan::{BEFORE_ROOT, Plan};
use crate::udf::tag::seal;
use crate::udf::time;
use zerocopy::{FromZeros, IntoBytes};

/// The partition can only be read (ECMA-167 3/10.5.7).
const READ_ONLY: u32 = 1;

/// The integrity descriptor says that the volume was left in order (ECMA-167 3/10.10.3).
const CLOSED: u32 = 1;

/// The mirror of the metadata file has blocks of its own (UDF 2.2.10).
const DUPLICATED: u8 = 1;

impl<O> Plan<'_, O> {
    pub(super) fn recognition(&self, out: &mut Vec<u8>) {
        let nsr = if self.options.revision.is_third_edition() { *b"NSR03" } else { *b"NSR02" };
        for identifier in [*b"BEA01", nsr, *b"TEA01"] {
            let start = out.len();
            let descriptor = VolumeStructureDescriptor { structure_type: 0, identifier, version: 1 };
            out.extend_from_slice(descriptor.as_bytes());
            out.resize(start + 2048, 0);
        }
    }

    pub(super) fn anchor(&self, sector: u32, out: &mut Vec<u8>) {
        let blocks = crate::udf::plan::SEQUENCE;
        let anchor = Anchor {
            tag: Tag::new_zeroed(),
            main_sequence: self.sectors_of(self.places.main, blocks),
            reserve_sequence: self.sectors_of(self.places.reserve, blocks),
        };
        let start = out.len();
        out.extend_from_slice(anchor.as_bytes());
        // The rest of 512 bytes is reserved, and part of the descriptor.
        out.resize(start + 512, 0);
        seal(&mut out[start..], tag::ANCHOR, self.tag_version(), sector);
        self.pad(start, out);
    }

    /// A volume descriptor sequence that begins at `sector`. Both have the same descriptors.
    pub(super) fn sequence(&self, sector: u32, out: &mut Vec<u8>) {
        let mut next = 0;
        let mut add = |identifier: u16, bytes: &[u8]| {
            let start = out.len();
            out.extend_from_slice(bytes);
            seal(&mut out[start..], identifier, self.tag_version(), sector.saturating_add(next));
            self.pad(start, out);
            next += 1;
        };
        add(tag::PRIMARY, self.primary().as_bytes());
        add(tag::IMPLEMENTATION_USE, self.information().as_bytes());
        add(tag::PARTITION, self.partition().as_bytes());
        add(tag::LOGICAL_VOLUME, &self.logical_volume());
        let space = UnallocatedSpaceDescriptor {
            tag: Tag::new_zeroed(),
            sequence_number: 4.into(),
            number_of_extents: 0.into(),
        };
        add(tag::UNALLOCATED_SPACE, space.as_bytes());
        add(tag::TERMINATING, &[0; 512]);
    }

    fn primary(&self) -> PrimaryVolumeDescriptor {
        let identifiers = &self.options.identifiers;
        let mut primary = PrimaryVolumeDescriptor::new_zeroed();
        set_dstring(&mut primary.volume_identifier, &identifiers.volume);
        primary.volume_sequence_number = 1.into();
        primary.maximum_volume_sequence_number = 1.into();
        primary.interchange_level = 2.into();
        primary.maximum_interchange_level = 3.into();
        primary.character_set_list = 1.into();
        primary.maximum_character_set_list = 1.into();
        // The first 16 characters have to differ from those of other sets (UDF 2.2.2.5).
        let [.., a, b, c, d] = self.options.date.seconds.to_be_bytes();
        let date = u32::from_be_bytes([a, b, c, d]);
        let unique = format!("{date:08x}{:08x}", self.census.fingerprint);
        set_dstring(&mut primary.volume_set_identifier, &identifiers.volume_set(&unique));
        primary.descriptor_character_set = cs0();
        primary.explanatory_character_set = cs0();
        primary.recording_time = time::encode(self.options.date, 0);
        primary.implementation = implementation();
        primary
    }

    fn information(&self) -> LogicalVolumeInformation {
        let identifiers = &self.options.identifiers;
        let mut information = LogicalVolumeInformation::new_zeroed();
        information.sequence_number = 1.into();
        information.identifier = udf(b"*UDF LV Info", self.options.revision);
        information.character_set = cs0();
        set_dstring(&mut information.logical_volume_identifier, &identifiers.volume);
        for (field, text) in information.information.iter_mut().zip(&identifiers.information) {
            set_dstring(field, text);
        }
        information.implementation = implementation();
        information
    }

    fn partition(&self) -> PartitionDescriptor {
        let third = self.options.revision.is_third_edition();
        let mut partition = PartitionDescriptor::new_zeroed();
        partition.sequence_number = 2.into();
        partition.flags = 1.into();
        partition.contents = standard(if third { b"+NSR03" } else { b"+NSR02" });
        partition.access_type = READ_ONLY.into();
        partition.start = self.places.partition.into();
        partition.length = self.places.partition_blocks.into();
        partition.implementation = implementation();
        partition
    }

    /// The logical volume descriptor with its partition maps.
    fn logical_volume(&self) -> Vec<u8> {
        let physical =
            PhysicalMap { map_type: 1, length: 6, volume_sequence_number: 1.into(), partition: 0.into() };
        let mut maps = physical.as_bytes().to_vec();
        maps.extend_from_slice(self.metadata_map().as_ref().map_or(&[], IntoBytes::as_bytes));
        let mut volume = LogicalVolumeDescriptor::new_zeroed();
        volume.sequence_number = 3.into();
        volume.character_set = cs0();
        set_dstring(&mut volume.identifier, &self.options.identifiers.volume);
        volume.block_size = self.options.block_size.into();
        volume.domain = domain(self.options.revision);
        volume.file_set = self.in_area(BEFORE_ROOT, 0);
        volume.map_table_length = u32::try_from(maps.len()).unwrap_or_default().into();
        volume.number_of_maps = (1 + u32::from(self.area_partition())).into();
        volume.implementation = implementation();
        volume.integrity = self.sectors_of(self.places.integrity, self.places.integrity_blocks);
        [volume.as_bytes(), &maps].concat()
    }

    fn metadata_map(&self) -> Option<MetadataMap> {
        let metadata = self.places.metadata?;
        let block = |sector: u32| sector.saturating_sub(self.places.partition).into();
        Some(MetadataMap {
            head: MapHead {
                map_type: 2,
                length: 64,
                reserved: 0.into(),
                identifier: udf(b"*UDF Metadata Partition", self.options.revision),
                volume_sequence_number: 1.into(),
                partition: 0.into(),
            },
            file: block(metadata.file),
            mirror: block(metadata.mirror_file),
            bitmap: u32::MAX.into(),
            allocation_unit: metadata.unit.into(),
            alignment_unit: u16::try_from(metadata.unit).unwrap_or_default().into(),
            flags: DUPLICATED,
            reserved: [0; 5],
        })
    }

    /// The integrity descriptor and what ends its sequence.
    pub(super) fn integrity(&self, out: &mut Vec<u8>) {
        let metadata = self.places.metadata.map(|_| self.places.area_blocks);
        let sizes: Vec<u32> = [self.places.partition_blocks].into_iter().chain(metadata).collect();
        // No block of a partition that is only read is free, not even one that nothing uses (UDF 2.2.6.2).
        let spaces = vec![0; sizes.len()];
        let mut integrity = IntegrityDescriptor::new_zeroed();
        integrity.recording_time = time::encode(self.options.date, 0);
        integrity.integrity_type = CLOSED.into();
        integrity.unique_id = u64::from(self.census.next_id()).into();
        integrity.number_of_partitions = u32::try_from(spaces.len()).unwrap_or_default().into();
        integrity.implementation_use_length =
            u32::try_from(size_of::<IntegrityUse>()).unwrap_or_default().into();
        let revision = self.options.revision;
        let counts = IntegrityUse {
            implementation: implementation(),
            files: self.census.counts.0.into(),
            directories: self.census.counts.1.into(),
            minimum_read_revision: revision.to_read().into(),
            minimum_write_revision: revision.number().into(),
            maximum_write_revision: revision.number().into(),
        };
        let start = out.len();
        out.extend_from_slice(integrity.as_bytes());
        out.extend(spaces.into_iter().chain(sizes).flat_map(u32::to_le_bytes));
        out.extend_from_slice(counts.as_bytes());
        let sector = self.places.integrity;
        seal(&mut out[start..], tag::INTEGRITY, self.tag_version(), sector);
        self.pad(start, out);
        self.terminator(sector.saturating_add(1), out);
    }

    /// The file set descriptor and what ends its sequence.
    pub(super) fn file_set(&self, out: &mut Vec<u8>) {
        let volume = &self.options.identifiers.volume;
        let mut set = FileSetDescriptor::new_zeroed();
        set.recording_time = time::encode(self.options.date, 0);
        set.interchange_level = 3.into();
        set.maximum_interchange_level = 3.into();
        set.character_set_list = 1.into();
        set.maximum_character_set_list = 1.into();
        set.volume_character_set = cs0();
        set_dstring(&mut set.volume_identifier, volume);
        set.character_set = cs0();
        set_dstring(&mut set.identifier, volume);
        set_dstring(&mut set.copyright_file, &self.options.identifiers.copyright_file);
        set_dstring(&mut set.abstract_file, &self.options.identifiers.abstract_file);
        set.root = self.in_area(1, BEFORE_ROOT);
        set.domain = domain(self.options.revision);
        let start = out.len();
        out.extend_from_slice(set.as_bytes());
        seal(&mut out[start..], tag::FILE_SET, self.tag_version(), self.location(0));
        self.pad(start, out);
        self.terminator(self.location(1), out);
    }

    fn terminator(&self, location: u32, out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + 512, 0);
        seal(&mut out[start..], tag::TERMINATING, self.tag_version(), location);
        self.pad(start, out);
    }

    /// So many blocks of the area from `block` on.
    fn in_area(&self, blocks: u32, block: u32) -> LongAd {
        long(blocks * self.options.block_size, self.location(block), self.area_partition())
    }

    fn sectors_of(&self, sector: u32, blocks: u32) -> ExtentAd {
        ExtentAd { length: (blocks * self.options.block_size).into(), location: sector.into() }
    }
}
