//! What there is to say of the partitions of a UDF volume, and of the maps that lead to them.

use super::fact::Fact;
use isokit_core::number::wide;
use isokit_core::udf::layout::{MetadataMap, PartitionDescriptor, SparableMap};
use isokit_core::udf::maps::Map;
use isokit_core::udf::{Image, PartitionSpace};

/// What a metadata partition map has for a block that is not there.
const NO_BLOCK: u32 = u32::MAX;

/// The maps, with the space that is in each, and the partitions.
pub(super) fn facts(image: &Image<'_>, spaces: &[PartitionSpace]) -> [Fact; 2] {
    let spaces = spaces.iter().copied().map(Some).chain(std::iter::repeat(None));
    let maps = image.maps().iter().zip(spaces).enumerate().map(|(number, (placed, space))| {
        // Some writers leave the size out of the integrity descriptor, where it is said for the second time.
        let size = blocks(&placed.descriptor, image);
        let space = space.map(|space| PartitionSpace { size: size.or(space.size), ..space });
        let mut facts = map(&placed.descriptor, space, image);
        facts.push(Fact::number("", "offset", placed.at.byte(), "").unsaid());
        (number.to_string(), facts)
    });
    let sector = image.anchored().sector;
    let partitions = image.descriptors().partitions.iter().map(|placed| {
        let known = &placed.descriptor;
        (known.number.get().to_string(), partition(known, sector))
    });
    [
        Fact::rows("partition map", "partition_maps", maps.collect()),
        Fact::rows("partition", "partitions", partitions.collect()),
    ]
}

/// Blocks of the partition that `map` takes as it is.
fn blocks(map: &Map, image: &Image<'_>) -> Option<u32> {
    let number = map.partition().filter(|_| matches!(map, Map::Physical(_) | Map::Sparable(_)))?;
    let mut partitions = image.descriptors().partitions.iter().map(|placed| &placed.descriptor);
    let length = partitions.find(|known| known.number.get() == number)?.length.get();
    let bytes = u64::from(length).saturating_mul(image.anchored().sector);
    u32::try_from(bytes.checked_div(image.tree().block_size())?).ok()
}

fn map(map: &Map, space: Option<PartitionSpace>, image: &Image<'_>) -> Vec<Fact> {
    let word = match map {
        Map::Physical(_) => "physical",
        Map::Virtual(_) => "virtual",
        Map::Sparable(_) => "sparable",
        Map::Metadata(_) => "metadata",
        Map::Other(..) => "other",
    };
    let mut facts = vec![Fact::text("{}", "kind", word)];
    facts.extend(map.partition().map(|number| Fact::number("partition {}", "partition", number, "")));
    facts.extend(space.into_iter().flat_map(taken));
    match map {
        Map::Physical(_) => {}
        Map::Virtual(_) => facts.extend(virtual_table(image)),
        Map::Sparable(map) => facts.extend(sparable(map)),
        Map::Metadata(map) => facts.extend(metadata(map)),
        Map::Other(kind, name) => {
            facts.push(Fact::number("type {}", "type", *kind, ""));
            facts.push(Fact::bytes("{}", "identifier", name.clone()));
        }
    }
    facts
}

fn virtual_table(image: &Image<'_>) -> Vec<Fact> {
    let Some(table) = image.virtual_table() else { return Vec::new() };
    let sector = image.anchored().sector.max(1);
    let words = format!("table of {} blocks in sector {}", table.blocks, table.at.byte() / sector);
    vec![
        Fact::number("", "table", table.at.byte(), "").in_words(words),
        Fact::number("", "blocks", wide(table.blocks), "").unsaid(),
    ]
}

fn sparable(map: &SparableMap) -> Vec<Fact> {
    let tables = map.tables.iter().take(map.number_of_tables.into());
    let sectors = tables.map(|table| table.get().into()).collect();
    vec![
        Fact::number("packets of {} blocks", "packet_length", map.packet_length.get(), ""),
        Fact::number("{} sparing tables", "sparing_tables", map.number_of_tables, ""),
        Fact::numbers("in sectors {}", "sparing_table_sectors", sectors),
        Fact::number("of {} bytes each", "sparing_table_size", map.table_size.get(), ""),
    ]
}

fn metadata(map: &MetadataMap) -> Vec<Fact> {
    let blocks = [
        ("file at block {}", "file", map.file),
        ("mirror at {}", "mirror", map.mirror),
        ("bitmap at {}", "bitmap", map.bitmap),
    ];
    let there = blocks.into_iter().filter(|(.., block)| block.get() != NO_BLOCK);
    let mut facts: Vec<Fact> =
        there.map(|(label, key, block)| Fact::number(label, key, block.get(), "")).collect();
    facts.push(Fact::number("units of {} blocks", "allocation_unit", map.allocation_unit.get(), ""));
    facts.push(Fact::number("aligned to {}", "alignment_unit", map.alignment_unit.get(), ""));
    facts
}

/// The space in a partition, as far as it is known.
fn taken(space: PartitionSpace) -> Vec<Fact> {
    let PartitionSpace { size, free } = space;
    let used = size.zip(free).and_then(|(size, free)| size.checked_sub(free));
    let known = [
        ("{} blocks", "size_blocks", size),
        ("{} used", "used_blocks", used),
        ("{} free", "free_blocks", free),
    ];
    known.into_iter().filter_map(|(label, key, number)| Some(Fact::number(label, key, number?, ""))).collect()
}

fn partition(known: &PartitionDescriptor, sector: u64) -> Vec<Fact> {
    let (start, length) = (u64::from(known.start.get()), u64::from(known.length.get()));
    let sectors = format!("sectors {start} to {}", start.saturating_add(length));
    vec![
        Fact::number("", "number", known.number.get(), "").unsaid(),
        Fact::number("", "offset", start.saturating_mul(sector), "").in_words(sectors),
        Fact::number("", "size", length.saturating_mul(sector), "").unsaid(),
        access(known.access_type.get()),
    ]
}

fn access(kind: u32) -> Fact {
    let (word, words) = match kind {
        0 => ("pseudo-overwritable", "pseudo-overwritable"),
        1 => ("read-only", "read only"),
        2 => ("write-once", "write once"),
        3 => ("rewritable", "rewritable"),
        4 => ("overwritable", "overwritable"),
        _ => ("unknown", "of unknown access"),
    };
    Fact::text("{}", "access", word).in_words(words)
}
