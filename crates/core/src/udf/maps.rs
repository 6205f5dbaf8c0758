//! Partition maps, followed to what they lead to (ECMA-167 3/10.7; UDF 2.2.8 to 2.2.13).

use super::allocation::content;
use super::icb::Block;
use super::layout::{
    LOGICAL_VOLUME, METADATA_FILE, MapHead, MetadataMap, PARTITION_MAP, PhysicalMap, SPARING_TABLE,
    SparableMap, SparingEntry, SparingTable, tag,
};
use super::sequence::{Descriptors, Placed};
use super::space::{Content, EntryPlace, Mirror, Partition, Space, Spared, Unusable};
use super::vat::{self, VirtualTable};
use super::{layout, tag as tags};
use crate::error::{Error, Location, Problem, Result, Subject, Unsupported};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::number::{narrow, wide};
use crate::source::{InSectors, Source};
use std::sync::{Arc, OnceLock};

/// Partition maps of one logical volume, at the most.
const MOST_MAPS: u32 = 256;
/// Bytes of a sparing table that are read: it holds one entry a packet.
const LARGEST_TABLE: u64 = 1 << 20;

/// A partition map, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Map {
    /// Type 1: blocks as they lie in the partition.
    Physical(PhysicalMap),
    /// Type 2 of UDF: renumbered by a virtual allocation table (UDF 2.2.8).
    Virtual(MapHead),
    /// Type 2 of UDF: with sparing tables (UDF 2.2.9).
    Sparable(SparableMap),
    /// Type 2 of UDF: blocks of a metadata file (UDF 2.2.10).
    Metadata(MetadataMap),
    /// Anything else: its type and identifier.
    Other(u8, Vec<u8>),
}

impl Map {
    /// The number of the partition descriptor it maps.
    pub fn partition(&self) -> Option<u16> {
        Some(match self {
            Self::Physical(map) => map.partition.get(),
            Self::Virtual(head) => head.partition.get(),
            Self::Sparable(map) => map.head.partition.get(),
            Self::Metadata(map) => map.head.partition.get(),
            Self::Other(..) => return None,
        })
    }
}

/// The partition maps of the prevailing logical volume descriptor. That their table is said to be longer than they are
/// is a finding.
///
/// # Errors
/// [`Error::Corrupt`] for maps that do not fit into it.
pub(super) fn parse(descriptors: &Descriptors, findings: &Findings) -> Result<Vec<Placed<Map>>> {
    let Some(volume) = &descriptors.logical_volume else { return Ok(Vec::new()) };
    let count = volume.descriptor.number_of_maps.get();
    let length = narrow(volume.descriptor.map_table_length.get().into());
    let start = volume.at.behind(wide(size_of::<layout::LogicalVolumeDescriptor>()));
    let table = descriptors.maps.get(..length).unwrap_or(&descriptors.maps);
    let mut fields = Fields::new(table, start, PARTITION_MAP);
    if count > MOST_MAPS {
        return Err(fields.out_of_range(
            "number of partition maps",
            count.into(),
            format!("at most {MOST_MAPS}"),
        ));
    }
    let mut maps = Vec::new();
    for _ in 0..count {
        let at = fields.at();
        let &[map_type, length] = fields.clone().read::<[u8; 2]>()?;
        if length < 2 {
            return Err(fields.out_of_range("length of the map", length.into(), "at least 2"));
        }
        let mut map = fields.sub(length.into(), PARTITION_MAP)?;
        let descriptor = match map_type {
            1 => Map::Physical(*map.read()?),
            2 => {
                let head: MapHead = *map.clone().read()?;
                match head.identifier.name() {
                    b"*UDF Virtual Partition" => Map::Virtual(head),
                    b"*UDF Sparable Partition" => Map::Sparable(*map.read()?),
                    b"*UDF Metadata Partition" => Map::Metadata(*map.read()?),
                    other => Map::Other(2, other.to_vec()),
                }
            }
            other => Map::Other(other, Vec::new()),
        };
        maps.push(Placed { descriptor, at });
    }
    if length != fields.position() {
        let words =
            format!("map table length is {length}, expected {}, the length of the maps", fields.position());
        findings.note(volume.at, LOGICAL_VOLUME, words);
    }
    Ok(maps)
}

/// That a map has a partition number which no partition descriptor has, if so.
pub(super) fn undescribed(descriptors: &Descriptors) -> Option<Error> {
    let maps = parse(descriptors, &Findings::default()).ok()?;
    maps.iter().find_map(|map| {
        let number = map.descriptor.partition()?;
        let mut known = descriptors.partitions.iter().map(|known| known.descriptor.number.get());
        (!known.any(|known| known == number)).then(|| no_partition(map))
    })
}

fn no_partition(map: &Placed<Map>) -> Error {
    let got = map.descriptor.partition().unwrap_or_default().into();
    let limit = "that of a partition descriptor";
    PARTITION_MAP.at(map.at).out_of_range("partition number", got, limit)
}

/// The partitions that `maps` lead to, for sectors of `sector` and blocks of `block` bytes, and the virtual allocation
/// table that they were found by.
///
/// # Errors
/// Those of the source. A map that leads nowhere is an error only to who uses it.
pub(super) fn follow<'s>(
    source: InSectors<&'s dyn Source>,
    (sector, block): (u64, u64),
    descriptors: &Descriptors,
    maps: &[Placed<Map>],
    findings: &Arc<Findings>,
) -> Result<(Space<'s>, Option<VirtualTable>)> {
    let mut table = None;
    let mut space = Space::new(source, block, findings);
    for map in maps {
        let partition = linear(&space, sector, descriptors, map).or_else(|error| unusable(map, error))?;
        space.partitions.push(partition);
    }
    // What lies in another partition is found once those are known.
    for (number, map) in maps.iter().enumerate() {
        let followed = match &map.descriptor {
            Map::Virtual(_) => base(&space, maps, map).and_then(|of| {
                let (found, numbers) = vat::find(&space, sector, of)?;
                table.get_or_insert(found);
                Ok(Partition::Virtual { numbers, of })
            }),
            Map::Metadata(metadata) => {
                base(&space, maps, map).and_then(|of| metadata_file(&space, metadata, of, map.at))
            }
            _ => continue,
        };
        let partition = followed.or_else(|error| unusable(map, error))?;
        if let Some(place) = space.partitions.get_mut(number) {
            *place = partition;
        }
    }
    Ok((space, table))
}

/// What is wrong with a map, kept for whoever uses the partition.
fn unusable(map: &Placed<Map>, error: Error) -> Result<Partition> {
    match error {
        Error::Corrupt(reason) => Ok(Partition::Unusable(Unusable::Corrupt(reason))),
        Error::Unsupported(reason) => Ok(Partition::Unusable(Unusable::Unsupported(reason))),
        error @ Error::Io(_) => Err(error),
        error => Ok(unsupported(map, error.to_string())),
    }
}

fn unsupported(map: &Placed<Map>, feature: String) -> Partition {
    let Subject { at, what } = PARTITION_MAP.at(map.at);
    Partition::Unusable(Unusable::Unsupported(Box::new(Unsupported { at, what, feature })))
}

/// The partition of a map that leads straight to a partition descriptor.
fn linear(space: &Space<'_>, sector: u64, descriptors: &Descriptors, map: &Placed<Map>) -> Result<Partition> {
    let number = map.descriptor.partition();
    let known = descriptors.partitions.iter().find(|known| Some(known.descriptor.number.get()) == number);
    let start = |known: &layout::PartitionDescriptor| u64::from(known.start.get()).saturating_mul(sector);
    let blocks = |known: &layout::PartitionDescriptor| {
        u64::from(known.length.get()).saturating_mul(sector).checked_div(space.block).unwrap_or_default()
    };
    let described = || known.map(|known| &known.descriptor).ok_or_else(|| no_partition(map));
    match &map.descriptor {
        Map::Physical(_) => {
            let known = described()?;
            Ok(Partition::Physical { start: start(known), blocks: blocks(known) })
        }
        Map::Sparable(sparable) => {
            let known = described()?;
            let packet = u64::from(sparable.packet_length.get());
            if packet == 0 {
                let limit = "at least 1";
                return Err(PARTITION_MAP.at(map.at).out_of_range("packet length", 0, limit));
            }
            let spared = sparing(space, sector, sparable, map.at)?;
            Ok(Partition::Sparable { start: start(known), blocks: blocks(known), packet, spared })
        }
        // Found later.
        Map::Virtual(_) | Map::Metadata(_) => Ok(unsupported(map, "a partition within one like it".into())),
        Map::Other(kind, name) => {
            Ok(unsupported(map, format!("partition map type {kind} \"{}\"", name.escape_ascii())))
        }
    }
}

/// From this number on a sparing entry says that its packet is free or defective.
const FREE_OR_DEFECTIVE: u64 = 0xFFFF_FFF0;

/// The entries of the newest whole sparing table, by block.
fn sparing(space: &Space<'_>, sector: u64, map: &SparableMap, at: Location) -> Result<Vec<Spared>> {
    let mut newest: Option<(u32, Vec<Spared>)> = None;
    let mut failure = None;
    for location in map.tables.iter().take(map.number_of_tables.into()) {
        match sparing_table(space, sector, location.get().into(), map) {
            Ok((number, _)) if newest.as_ref().is_some_and(|(known, _)| *known >= number) => {}
            Ok(table) => newest = Some(table),
            Err(error @ Error::Io(_)) => return Err(error),
            Err(error) => {
                space.findings.note(at, SPARING_TABLE, format!("a table cannot be read: {error}"));
                failure = failure.or(Some(error));
            }
        }
    }
    match (newest, failure) {
        (Some((_, entries)), _) => Ok(entries),
        (None, Some(failure)) => Err(failure),
        (None, None) => {
            let limit = "1 to 4";
            Err(PARTITION_MAP.at(at).out_of_range("number of sparing tables", 0, limit))
        }
    }
}

fn sparing_table(
    space: &Space<'_>,
    sector: u64,
    location: u64,
    map: &SparableMap,
) -> Result<(u32, Vec<Spared>)> {
    let place = location.saturating_mul(sector);
    let at = space.absolute(place);
    let size = u64::from(map.table_size.get()).clamp(sector, LARGEST_TABLE);
    let mut bytes = vec![0; narrow(size)];
    space.source.read_at(place, &mut bytes)?;
    let location = u32::try_from(location).ok();
    tags::check(&bytes, SPARING_TABLE.at(at), &[tag::SPARING_TABLE], location, &space.findings)?;
    let mut fields = Fields::new(&bytes, at, SPARING_TABLE);
    let head: &SparingTable = fields.read()?;
    if head.identifier.name() != b"*UDF Sparing Table" {
        let problem = Problem::Magic {
            field: "identifier",
            want: b"*UDF Sparing Table".into(),
            got: head.identifier.name().to_vec(),
        };
        return Err(SPARING_TABLE.at(at).corrupt(problem));
    }
    let mut entries = Vec::new();
    for _ in 0..head.number_of_entries.get() {
        let at = fields.at();
        let entry: &SparingEntry = fields.read()?;
        let block = u64::from(entry.original.get());
        if block >= FREE_OR_DEFECTIVE {
            continue;
        }
        if block.checked_rem(map.packet_length.get().into()) != Some(0) {
            let deviation = format!("block {block} is not the first of a packet; the entry was skipped");
            space.findings.note(at, SPARING_TABLE, deviation);
            continue;
        }
        entries.push(Spared { block, place: u64::from(entry.mapped.get()).saturating_mul(sector) });
    }
    entries.sort_by_key(|entry| entry.block);
    Ok((head.sequence_number.get(), entries))
}

/// The reference number of the physical or sparable partition that `map` lies in: the one of the same number.
fn base(space: &Space<'_>, maps: &[Placed<Map>], map: &Placed<Map>) -> Result<usize> {
    let same = maps.iter().zip(&space.partitions).position(|(other, partition)| {
        other.descriptor.partition() == map.descriptor.partition()
            && matches!(partition, Partition::Physical { .. } | Partition::Sparable { .. })
    });
    same.ok_or_else(|| {
        let got = map.descriptor.partition().unwrap_or_default().into();
        let limit = "that of a physical or sparable partition too";
        PARTITION_MAP.at(map.at).out_of_range("partition number", got, limit)
    })
}

/// The metadata file, with its mirror; the mirror alone when the file's own entry is damaged.
fn metadata_file(space: &Space<'_>, map: &MetadataMap, of: usize, at: Location) -> Result<Partition> {
    let reference = u16::try_from(of).unwrap_or(u16::MAX);
    let entry = |number: u32| (reference, number, at);
    let mirror = entry(map.mirror.get());
    match metadata_content(space, entry(map.file.get())) {
        Ok(file) => {
            let mirror = Mirror { entry: mirror, find: find_mirror, content: OnceLock::new() };
            Ok(Partition::Metadata { file, mirror: Some(mirror) })
        }
        Err(error @ Error::Io(_)) => Err(error),
        Err(error) => {
            let file = match metadata_content(space, mirror) {
                Ok(file) => file,
                Err(mirror) => return Err(error.with_copy(&mirror)),
            };
            space.findings.note(at, METADATA_FILE, format!("{error}; the mirror was read"));
            Ok(Partition::Metadata { file, mirror: None })
        }
    }
}

/// Where the mirror lies whose file entry is `entry`.
fn find_mirror(space: &Space<'_>, entry: EntryPlace) -> Option<Content> {
    // It must not be looked for in itself, whatever it claims.
    let content = metadata_content(&space.linear_only(), entry);
    let note = |error: &Error| {
        space.findings.note(entry.2, METADATA_FILE, format!("the mirror cannot be read: {error}"));
    };
    content.inspect_err(note).ok()
}

fn metadata_content(space: &Space<'_>, (reference, number, at): EntryPlace) -> Result<Content> {
    let mut block = Block::default();
    block.read(space, reference, number, at)?;
    let (_, extents) = content(space, &block)?;
    Ok(Content::new(&extents))
}
