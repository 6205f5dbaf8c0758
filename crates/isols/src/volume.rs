//! What the volume is: `--volume`.

use crate::date::rfc3339;
use crate::escape;
use isokit_cli::json::Writer;
use isokit_core::finding::Findings;
use isokit_core::iso9660::el_torito::Catalog;
use isokit_core::iso9660::layout::{SECTOR, VolumeDescriptor};
use isokit_core::iso9660::volume::DescriptorKind;
use isokit_core::iso9660::{Image, TreeKind, joliet};
use isokit_core::source::Source;
use isokit_core::tree::Time;

/// One thing there is to say: in words, as a key, and what it is.
struct Fact {
    label: &'static str,
    key: &'static str,
    value: Value,
}

enum Value {
    Text(Vec<u8>),
    Number(u64, &'static str),
    Date(Option<Time>),
}

/// Appends what there is to say of `image`, as lines of `label: value` or as one JSON object.
pub(crate) fn write(image: &Image<'_>, source: &dyn Source, json: bool, text: &mut Vec<u8>) {
    let facts = image.volume().map(|volume| facts(volume, image, source)).unwrap_or_default();
    if json {
        let mut object = Writer::object(text);
        for fact in &facts {
            fact.json(&mut object);
        }
        object.texts("trees", image.trees().iter().map(|kind| word(*kind)));
        object.text("shown", word(image.tree().kind()));
        object.list("descriptors", image.descriptors(), |object, descriptor| {
            object.text("kind", descriptor_word(descriptor.kind));
            object.raw("offset", descriptor.at);
        });
        object.end();
        text.push(b'\n');
        return;
    }
    for fact in &facts {
        fact.text(text);
    }
    let trees: Vec<String> = image.trees().iter().map(|kind| tree_name(*kind, image)).collect();
    line("trees", &trees.join(", "), text);
    line("shown", &format!("{}: {}", word(image.tree().kind()), image.reason()), text);
    if image.sessions().len() > 1 {
        line("sessions", &image.sessions().len().to_string(), text);
    }
    if let Ok(Some(catalog)) = Catalog::find(source, image.descriptors(), &Findings::default()) {
        let count = catalog.images.len();
        line("boots", &format!("El Torito, {count} {}", if count == 1 { "image" } else { "images" }), text);
    }
    let places: Vec<String> = image
        .descriptors()
        .iter()
        .map(|descriptor| format!("{} {}", descriptor.at / SECTOR, descriptor_word(descriptor.kind)))
        .collect();
    line("sectors", &places.join(", "), text);
}

fn facts(volume: &VolumeDescriptor, image: &Image<'_>, source: &dyn Source) -> Vec<Fact> {
    let wide = image.tree().kind() == TreeKind::Joliet;
    let identifier = |label, key, bytes: &[u8]| Fact { label, key, value: Value::Text(plain(bytes, wide)) };
    let number = |label, key, number, unit| Fact { label, key, value: Value::Number(number, unit) };
    let date = |label, key, date: Option<Time>| Fact { label, key, value: Value::Date(date) };
    let block = image.tree().block_size();
    let blocks = u64::from(volume.volume_space_size.get());
    let mut facts = vec![
        identifier("volume id", "volume_id", &volume.volume_identifier),
        identifier("system id", "system_id", &volume.system_identifier),
        identifier("volume set id", "volume_set_id", &volume.volume_set_identifier),
        number("volumes in set", "volume_set_size", volume.volume_set_size.get().into(), ""),
        number("number in set", "volume_sequence_number", volume.volume_sequence_number.get().into(), ""),
        identifier("publisher", "publisher", &volume.publisher_identifier),
        identifier("preparer", "preparer", &volume.data_preparer_identifier),
        identifier("application", "application", &volume.application_identifier),
        identifier("copyright file", "copyright_file", &volume.copyright_file_identifier),
        identifier("abstract file", "abstract_file", &volume.abstract_file_identifier),
        identifier("bibliography", "bibliographic_file", &volume.bibliographic_file_identifier),
        date("created", "created", volume.volume_creation.time()),
        date("modified", "modified", volume.volume_modification.time()),
        date("expires", "expires", volume.volume_expiration.time()),
        date("effective", "effective", volume.volume_effective.time()),
        number("block size", "block_size", block, "bytes"),
        number("volume blocks", "volume_blocks", blocks, ""),
        number("volume size", "volume_size", blocks.saturating_mul(block), "bytes"),
    ];
    facts.extend(source.size().map(|size| number("image size", "image_size", size, "bytes")));
    facts.push(number("begins at", "offset", source.origin(), "bytes"));
    facts
}

impl Fact {
    /// Whether a person wants to read it: what every volume says alike is left out.
    fn is_worth_a_line(&self) -> bool {
        match &self.value {
            Value::Text(text) => !text.is_empty(),
            Value::Date(date) => date.is_some(),
            Value::Number(number, _) => match self.key {
                "volume_set_size" | "volume_sequence_number" => *number > 1,
                "offset" => *number > 0,
                _ => true,
            },
        }
    }

    fn text(&self, text: &mut Vec<u8>) {
        if !self.is_worth_a_line() {
            return;
        }
        let value = match &self.value {
            Value::Text(bytes) => escape::shown(bytes),
            Value::Number(number, unit) => format!("{number} {unit}"),
            Value::Date(date) => date.and_then(rfc3339).unwrap_or_default(),
        };
        line(self.label, value.trim_end(), text);
    }

    fn json(&self, object: &mut Writer<'_>) {
        match &self.value {
            Value::Text(bytes) => object.bytes(self.key, bytes),
            Value::Number(number, _) => object.raw(self.key, number),
            Value::Date(date) => {
                if let Some(date) = date.and_then(rfc3339) {
                    object.text(self.key, date);
                }
            }
        }
    }
}

/// One line of a report.
fn line(label: &str, value: &str, text: &mut Vec<u8>) {
    text.extend_from_slice(format!("{label:<15} {value}\n").as_bytes());
}

/// An identifier without its padding; `wide` ones are UTF-16.
fn plain(bytes: &[u8], wide: bool) -> Vec<u8> {
    let mut text = Vec::new();
    if wide {
        joliet::append_utf8(bytes, &mut text);
    } else {
        text.extend_from_slice(bytes);
    }
    let end =
        text.iter().rposition(|byte| !matches!(byte, 0 | b' ')).map_or(0, |last| last.saturating_add(1));
    text.truncate(end);
    text
}

/// A tree as `--names` calls it.
pub(crate) const fn word(kind: TreeKind) -> &'static str {
    match kind {
        TreeKind::RockRidge => "rr",
        TreeKind::Joliet => "joliet",
        TreeKind::Enhanced => "1999",
        TreeKind::Plain => "iso",
    }
}

fn tree_name(kind: TreeKind, image: &Image<'_>) -> String {
    let level = image.descriptors().iter().find_map(|descriptor| match descriptor.kind {
        DescriptorKind::Joliet(level) => Some(level),
        _ => None,
    });
    match (kind, level) {
        (TreeKind::Joliet, Some(level)) => format!("joliet (level {level})"),
        _ => word(kind).to_owned(),
    }
}

const fn descriptor_word(kind: DescriptorKind) -> &'static str {
    match kind {
        DescriptorKind::Boot => "boot",
        DescriptorKind::Primary => "primary",
        DescriptorKind::Joliet(_) => "joliet",
        DescriptorKind::Supplementary => "supplementary",
        DescriptorKind::Enhanced => "enhanced",
        DescriptorKind::Partition => "partition",
        DescriptorKind::Terminator => "terminator",
        DescriptorKind::Other(_) => "other",
    }
}
