//! What there is to say of a UDF volume.

use super::fact::Fact;
use super::partitions;
use isokit_core::udf::charset::dstring;
use isokit_core::udf::layout::EntityId;
use isokit_core::udf::{Authority, Image, Integrity, State, time};

/// What any volume is asked for, said of one that is UDF alone; where there is ISO 9660, its descriptors say it.
pub(super) fn plain_facts(image: &Image<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let descriptors = image.descriptors();
    if descriptors.logical_volume.is_some() {
        facts.push(Fact::text("volume id", "volume_id", image.identifier()));
    }
    if let Some(primary) = &descriptors.primary {
        let primary = &primary.descriptor;
        facts.push(Fact::text("volume set id", "volume_set_id", dstring(&primary.volume_set_identifier)));
        facts.push(Fact::text("application", "application", entity(&primary.application)));
        facts.push(Fact::date("created", "created", time::decode(&primary.recording_time)));
    }
    facts.push(Fact::number("block size", "block_size", image.tree().block_size(), "bytes"));
    // From a pipe everything before the last anchor would have to be read to find it.
    if image.source().access().is_random()
        && let Ok(end) = image.end_behind(image.end())
    {
        facts.push(Fact::number("volume size", "volume_size", end, "bytes"));
    }
    facts
}

pub(super) fn facts(image: &Image<'_>) -> Vec<Fact> {
    let mut facts = vec![
        Fact::text("udf revision", "revision", revision(image.revision())),
        Fact::text(
            "udf sequence",
            "recognition",
            image.recognition().nsr.map_or_else(String::new, |nsr| format!("NSR0{nsr}")),
        ),
    ];
    let descriptors = image.descriptors();
    if let Some(volume) = &descriptors.logical_volume {
        let volume = &volume.descriptor;
        facts.push(Fact::text("udf domain", "domain", entity(&volume.domain)));
        facts.push(Fact::text("logical volume", "logical_volume_id", image.identifier()));
        facts.push(Fact::number("logical block", "block_size", volume.block_size.get(), "bytes"));
        facts.push(Fact::text("implementation", "implementation", entity(&volume.implementation)));
    }
    if let Some(primary) = &descriptors.primary {
        facts.push(Fact::text(
            "primary volume",
            "primary_volume_id",
            dstring(&primary.descriptor.volume_identifier),
        ));
    }
    let file_set = &image.file_set().descriptor;
    facts.push(Fact::text("file set", "file_set_id", dstring(&file_set.identifier)));
    facts.push(Fact::date("recorded", "file_set_recorded", time::decode(&file_set.recording_time)));
    if let Some(information) = &descriptors.information {
        for (text, (label, key)) in information.descriptor.information.iter().zip([
            ("information", "information_1"),
            ("", "information_2"),
            ("", "information_3"),
        ]) {
            facts.push(Fact::text(label, key, dstring(text)));
        }
    }
    let found = image.integrity();
    match &found {
        Ok(Some(found)) => integrity(found, image, &mut facts),
        Ok(None) => facts.push(Fact::text("integrity", "integrity", "none")),
        Err(error) => {
            facts.push(Fact::text("integrity", "integrity", "unreadable").in_words(error.to_string()));
            facts.push(Fact::text("", "integrity_error", error.to_string()).unsaid());
        }
    }
    let spaces = found.ok().flatten().map(|found| found.spaces).unwrap_or_default();
    facts.extend(partitions::facts(image, &spaces));
    let (anchor, sector) = (image.anchored().at, image.anchored().sector);
    let words = format!("sector {} of {sector} bytes", anchor / sector.max(1));
    facts.push(Fact::number("anchor", "anchor", anchor, "").in_words(words));
    facts.push(Fact::number("", "sector_size", sector, "").unsaid());
    facts
}

fn integrity(found: &Integrity, image: &Image<'_>, facts: &mut Vec<Fact>) {
    facts.push(match found.state {
        State::Open => Fact::text("integrity", "integrity", "open"),
        State::Closed => Fact::text("integrity", "integrity", "closed"),
        State::Other(other) => {
            Fact::text("integrity", "integrity", "other").in_words(format!("type {other}"))
        }
    });
    facts.push(Fact::date("since", "integrity_recorded", found.recorded));
    // That an integrity descriptor says so goes without saying.
    let by = match found.by {
        Authority::Descriptor(_) => None,
        Authority::VirtualTable(_) if image.virtual_table().is_some_and(|table| !table.is_last) => Some((
            "virtual-allocation-table-not-last",
            "virtual allocation table, behind which more was written",
        )),
        Authority::VirtualTable(_) => Some(("virtual-allocation-table", "virtual allocation table")),
        Authority::NoVirtualTable => {
            Some(("no-virtual-allocation-table", "want of a virtual allocation table"))
        }
    };
    facts.extend(by.map(|(word, by)| Fact::text("known by", "integrity_by", word).in_words(by)));
    if let Some((files, directories)) = found.counts {
        facts.push(Fact::number("files", "files", files, ""));
        facts.push(Fact::number("directories", "directories", directories, ""));
    }
    let names = [
        ("readable from", "minimum_read_revision"),
        ("writable from", "minimum_write_revision"),
        ("writable to", "maximum_write_revision"),
    ];
    for ((label, key), recorded) in names.into_iter().zip(found.revisions.unwrap_or_default()) {
        // UDF 1.01 does not record them.
        if recorded != 0 {
            facts.push(Fact::text(label, key, revision(recorded)));
        }
    }
    if let Some(number) = found.next_unique_id {
        facts.push(Fact::number("next unique id", "next_unique_id", number, ""));
    }
}

/// Binary coded decimal as people write it: 0x0250 is 2.50.
fn revision(number: u16) -> String {
    format!("{:x}.{:02x}", number >> 8, number & 0xFF)
}

fn entity(id: &EntityId) -> String {
    String::from_utf8_lossy(id.name()).into_owned()
}
