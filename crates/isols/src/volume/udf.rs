//! What there is to say of a UDF volume.

use super::{Fact, line};
use isokit_cli::json::Writer;
use isokit_core::udf::charset::dstring;
use isokit_core::udf::layout::EntityId;
use isokit_core::udf::maps::Map;
use isokit_core::udf::{Authority, Image, Integrity, State, time};

/// What is said of any volume, where UDF is all there is.
pub(super) fn plain_facts(image: &Image<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let descriptors = image.descriptors();
    if descriptors.logical_volume.is_some() {
        facts.push(Fact::string("volume id", "volume_id", image.identifier()));
    }
    if let Some(primary) = &descriptors.primary {
        let primary = &primary.descriptor;
        facts.push(Fact::string("volume set id", "volume_set_id", dstring(&primary.volume_set_identifier)));
        facts.push(Fact::string("application", "application", entity(&primary.application)));
        facts.push(Fact::date("created", "created", time::decode(&primary.recording_time)));
    }
    facts.push(Fact::number("block size", "block_size", image.tree().block_size(), "bytes"));
    // From a pipe everything before the last anchor would have to be read to find it.
    if image.source().size().is_some()
        && let Ok(end) = image.end_behind(image.end())
    {
        facts.push(Fact::number("volume size", "volume_size", end, "bytes"));
    }
    facts
}

/// What is said of UDF alone.
fn facts(image: &Image<'_>) -> Vec<Fact> {
    let mut facts = vec![
        Fact::string("udf revision", "revision", revision(image.revision())),
        Fact::string(
            "udf sequence",
            "recognition",
            image.recognition().nsr.map_or_else(String::new, |nsr| format!("NSR0{nsr}")),
        ),
    ];
    let descriptors = image.descriptors();
    if let Some(volume) = &descriptors.logical_volume {
        let volume = &volume.descriptor;
        facts.push(Fact::string("udf domain", "domain", entity(&volume.domain)));
        facts.push(Fact::string("logical volume", "logical_volume_id", image.identifier()));
        facts.push(Fact::number("logical block", "block_size", volume.block_size.get().into(), "bytes"));
        facts.push(Fact::string("implementation", "implementation", entity(&volume.implementation)));
    }
    if let Some(primary) = &descriptors.primary {
        facts.push(Fact::string(
            "primary volume",
            "primary_volume_id",
            dstring(&primary.descriptor.volume_identifier),
        ));
    }
    let file_set = &image.file_set().descriptor;
    facts.push(Fact::string("file set", "file_set_id", dstring(&file_set.identifier)));
    facts.push(Fact::date("recorded", "file_set_recorded", time::decode(&file_set.recording_time)));
    if let Some(information) = &descriptors.information {
        for (text, (label, key)) in information.descriptor.information.iter().zip([
            ("information", "information_1"),
            ("", "information_2"),
            ("", "information_3"),
        ]) {
            facts.push(Fact::string(label, key, dstring(text)));
        }
    }
    match image.integrity() {
        Ok(Some(found)) => integrity(&found, image, &mut facts),
        Ok(None) => facts.push(Fact::string("integrity", "integrity", "none".to_owned())),
        Err(error) => facts.push(Fact::string("integrity", "integrity", error.to_string())),
    }
    facts
}

fn integrity(found: &Integrity, image: &Image<'_>, facts: &mut Vec<Fact>) {
    let word = match found.state {
        State::Open => "open".to_owned(),
        State::Closed => "closed".to_owned(),
        State::Other(other) => format!("type {other}"),
    };
    facts.push(Fact::string("integrity", "integrity", word));
    facts.push(Fact::date("since", "integrity_recorded", found.recorded));
    // That an integrity descriptor says so goes without saying.
    let by = match found.by {
        Authority::Descriptor(_) => None,
        Authority::VirtualTable(_) if image.virtual_table().is_some_and(|table| !table.is_last) => {
            Some("virtual allocation table, behind which more was written")
        }
        Authority::VirtualTable(_) => Some("virtual allocation table"),
        Authority::NoVirtualTable => Some("want of a virtual allocation table"),
    };
    facts.extend(by.map(|by| Fact::string("known by", "integrity_by", by.to_owned())));
    if let Some((files, directories)) = found.counts {
        facts.push(Fact::number("files", "files", files.into(), ""));
        facts.push(Fact::number("directories", "directories", directories.into(), ""));
    }
    let names = [
        ("readable from", "minimum_read_revision"),
        ("writable from", "minimum_write_revision"),
        ("writable to", "maximum_write_revision"),
    ];
    for ((label, key), recorded) in names.into_iter().zip(found.revisions.unwrap_or_default()) {
        // UDF 1.01 does not record them.
        if recorded != 0 {
            facts.push(Fact::string(label, key, revision(recorded)));
        }
    }
    if let Some(number) = found.next_unique_id {
        facts.push(Fact::number("next unique id", "next_unique_id", number, ""));
    }
}

/// Appends it as lines.
pub(super) fn text(image: &Image<'_>, text: &mut Vec<u8>) {
    for fact in facts(image) {
        fact.text(text);
    }
    for (number, map) in image.maps().iter().enumerate() {
        line("partition map", &format!("{number}: {}", map_words(&map.descriptor, image)), text);
    }
    let sector = image.anchored().sector;
    for partition in &image.descriptors().partitions {
        let known = &partition.descriptor;
        let (start, length) = (u64::from(known.start.get()), u64::from(known.length.get()));
        let words = format!(
            "{}: sectors {start} to {}, {}",
            known.number,
            start.saturating_add(length),
            access(known.access_type.get()),
        );
        line("partition", &words, text);
    }
    line("anchor", &format!("sector {} of {sector} bytes", image.anchored().at / sector.max(1)), text);
}

/// Adds it to a JSON object.
pub(super) fn json(image: &Image<'_>, object: &mut Writer<'_>) {
    for fact in facts(image) {
        fact.json(object);
    }
    object.list("partition_maps", image.maps(), |object, map| {
        object.text("kind", map_word(&map.descriptor));
        if let Some(partition) = map.descriptor.partition() {
            object.raw("partition", partition);
        }
        object.raw("offset", map.at);
        if let (Map::Virtual(_), Some(table)) = (&map.descriptor, image.virtual_table()) {
            object.raw("table", table.at);
            object.raw("blocks", table.blocks());
        }
    });
    let sector = image.anchored().sector;
    object.list("partitions", &image.descriptors().partitions, |object, partition| {
        let known = &partition.descriptor;
        object.raw("number", known.number);
        object.text("access", access(known.access_type.get()));
        object.raw("offset", u64::from(known.start.get()).saturating_mul(sector));
        object.raw("size", u64::from(known.length.get()).saturating_mul(sector));
    });
    object.raw("sector_size", sector);
    object.raw("anchor", image.anchored().at);
}

const fn map_word(map: &Map) -> &'static str {
    match map {
        Map::Physical(_) => "physical",
        Map::Virtual(_) => "virtual",
        Map::Sparable(_) => "sparable",
        Map::Metadata(_) => "metadata",
        Map::Other(..) => "other",
    }
}

fn map_words(map: &Map, image: &Image<'_>) -> String {
    let sector = image.anchored().sector.max(1);
    let more = match map {
        Map::Physical(_) => String::new(),
        Map::Virtual(_) => image.virtual_table().map_or_else(String::new, |table| {
            format!(", table of {} blocks in sector {}", table.blocks(), table.at / sector)
        }),
        Map::Sparable(map) => {
            format!(", packets of {} blocks, {} sparing tables", map.packet_length, map.number_of_tables)
        }
        Map::Metadata(map) => format!(", file at block {}, mirror at {}", map.file, map.mirror),
        Map::Other(kind, name) => return format!("type {kind} {}", String::from_utf8_lossy(name)),
    };
    let partition = map.partition().unwrap_or_default();
    format!("{}, partition {partition}{more}", map_word(map))
}

const fn access(kind: u32) -> &'static str {
    match kind {
        0 => "pseudo-overwritable",
        1 => "read only",
        2 => "write once",
        3 => "rewritable",
        4 => "overwritable",
        _ => "of unknown access",
    }
}

/// Binary coded decimal as people write it: 0x0250 is 2.50.
fn revision(number: u16) -> String {
    format!("{:x}.{:02x}", number >> 8, number & 0xFF)
}

fn entity(id: &EntityId) -> String {
    String::from_utf8_lossy(id.name()).into_owned()
}
