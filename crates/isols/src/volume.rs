//! What the volume is: `--volume`.

use crate::date::rfc3339;
use crate::escape;
use isokit_cli::json::Writer;
use isokit_core::finding::Findings;
use isokit_core::image::Image;
use isokit_core::iso9660::el_torito::Catalog;
use isokit_core::iso9660::layout::{SECTOR, VolumeDescriptor};
use isokit_core::iso9660::volume::{Descriptor, DescriptorKind};
use isokit_core::iso9660::{self, TreeKind, joliet};
use isokit_core::source::Source;
use isokit_core::tree::Time;

mod udf;

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
    let mut facts = match image.iso9660() {
        Some(volume) => volume.volume().map(|found| facts(found, volume)).unwrap_or_default(),
        None => image.udf().map(udf::plain_facts).unwrap_or_default(),
    };
    facts.extend(source.size().map(|size| Fact::number("image size", "image_size", size, "bytes")));
    facts.push(Fact::number("begins at", "offset", source.origin(), "bytes"));
    let trees = image.iso9660().map(iso9660::Image::trees).unwrap_or_default();
    let trees: Vec<String> = trees.iter().map(|kind| tree_name(*kind, image)).collect();
    let trees = trees.into_iter().chain(image.udf().map(|_| "udf".to_owned()));
    let descriptors = image.iso9660().map(iso9660::Image::descriptors).unwrap_or_default();
    if json {
        let mut object = Writer::object(text);
        for fact in &facts {
            fact.json(&mut object);
        }
        object.texts("trees", trees.map(|tree| tree.split(' ').next().unwrap_or_default().to_owned()));
        object.text("shown", image.shown().word());
        object.list("descriptors", descriptors, |object, descriptor| {
            object.text("kind", descriptor_word(descriptor.kind));
            object.raw("offset", descriptor.at);
        });
        if let Some(volume) = image.udf() {
            object.nested("udf", |object| udf::json(volume, object));
        }
        object.end();
        text.push(b'\n');
        return;
    }
    for fact in &facts {
        fact.text(text);
    }
    line("trees", &trees.collect::<Vec<_>>().join(", "), text);
    line("shown", &format!("{}: {}", image.shown().word(), image.reason()), text);
    let sessions = image.iso9660().map(iso9660::Image::sessions).unwrap_or_default();
    if sessions.len() > 1 {
        line("sessions", &sessions.len().to_string(), text);
    }
    if let Ok(Some(catalog)) = Catalog::find(source, descriptors, &Findings::default()) {
        let count = catalog.images.len();
        line("boots", &format!("El Torito, {count} {}", if count == 1 { "image" } else { "images" }), text);
    }
    if !descriptors.is_empty() {
        let place = |descriptor: &Descriptor| {
            format!("{} {}", descriptor.at / SECTOR, descriptor_word(descriptor.kind))
        };
        line("sectors", &descriptors.iter().map(place).collect::<Vec<_>>().join(", "), text);
    }
    if let Some(volume) = image.udf() {
        udf::text(volume, text);
    }
}

fn facts(volume: &VolumeDescriptor, image: &iso9660::Image<'_>) -> Vec<Fact> {
    let wide = image.tree().kind() == TreeKind::Joliet;
    let identifier = |label, key, bytes: &[u8]| Fact { label, key, value: Value::Text(plain(bytes, wide)) };
    let number = Fact::number;
    let date = Fact::date;
    let block = image.tree().block_size();
    let blocks = u64::from(volume.volume_space_size.get());
    vec![
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
    ]
}

impl Fact {
    fn number(label: &'static str, key: &'static str, number: u64, unit: &'static str) -> Self {
        Self { label, key, value: Value::Number(number, unit) }
    }

    fn string(label: &'static str, key: &'static str, text: String) -> Self {
        Self { label, key, value: Value::Text(text.into_bytes()) }
    }

    fn date(label: &'static str, key: &'static str, date: Option<Time>) -> Self {
        Self { label, key, value: Value::Date(date) }
    }

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

fn tree_name(kind: TreeKind, image: &Image<'_>) -> String {
    let descriptors = image.iso9660().map(iso9660::Image::descriptors).unwrap_or_default();
    let level = descriptors.iter().find_map(|descriptor| match descriptor.kind {
        DescriptorKind::Joliet(level) => Some(level),
        _ => None,
    });
    match (kind, level) {
        (TreeKind::Joliet, Some(level)) => format!("joliet (level {level})"),
        _ => isokit_core::image::TreeKind::Iso9660(kind).word().to_owned(),
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
