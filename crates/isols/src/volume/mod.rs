//! What the volume is: `--volume`.

use isokit_cli::json::Writer;
use isokit_core::finding::Findings;
use isokit_core::image::Image;
use isokit_core::iso9660::el_torito::Catalog;
use isokit_core::iso9660::layout::{SECTOR, VolumeDescriptor};
use isokit_core::iso9660::volume::{Descriptor, DescriptorKind};
use isokit_core::iso9660::{self, Standard, TreeKind, joliet};
use isokit_core::number::wide;
use isokit_core::source::Source;
use isokit_core::tree::charset::Charset;
use std::borrow::Cow;

mod fact;
mod partitions;
mod udf;

use fact::Fact;

/// Appends what there is to say of `image`, as lines of `label: value` or as one JSON object. Identifiers are in
/// `charset`, where that is given and the descriptor does not say what they are in.
pub(crate) fn write(
    image: &Image<'_>,
    source: &dyn Source,
    charset: Option<Charset>,
    json: bool,
    text: &mut Vec<u8>,
) {
    let mut facts = match image.iso9660() {
        Some(volume) => volume.volume().map(|found| facts(found, volume, charset)).unwrap_or_default(),
        None => image.udf().map(udf::plain_facts).unwrap_or_default(),
    };
    let size = source.size().map(|size| size.saturating_sub(source.first()));
    facts.extend(size.map(|size| Fact::number("image size", "image_size", size, "bytes")));
    let origin = Fact::number("begins at", "offset", source.origin(), "bytes");
    facts.push(if source.origin() > 0 { origin } else { origin.unsaid() });
    trees(image, &mut facts);
    structures(image, source, &mut facts);
    facts.extend(image.udf().map(|volume| Fact::group("udf", udf::facts(volume))));
    if json {
        let mut object = Writer::object(text);
        facts.iter().for_each(|fact| fact.json(&mut object));
        object.end();
        text.push(b'\n');
    } else {
        facts.iter().for_each(|fact| fact.lines(text));
    }
}

fn trees(image: &Image<'_>, facts: &mut Vec<Fact>) {
    let level = descriptors(image).iter().find_map(|descriptor| match descriptor.kind {
        DescriptorKind::Joliet(level) => Some(level),
        _ => None,
    });
    let trees = image.trees();
    let words: Vec<String> = trees.iter().map(|tree| tree.word.to_owned()).collect();
    let shown = words.join(", ");
    let shown =
        level.map_or(shown.clone(), |level| shown.replacen("joliet", &format!("joliet (level {level})"), 1));
    facts.push(Fact::texts("trees", "trees", words).in_words(shown));
    facts.extend(level.map(|level| Fact::number("", "joliet_level", level, "").unsaid()));
    let (word, reason) = (image.shown().word, image.reason());
    facts.push(Fact::text("shown", "shown", word).in_words(format!("{word}: {reason}")));
    facts.push(Fact::text("", "shown_because", reason).unsaid());
}

/// Sessions, what boots, and the descriptors of ISO 9660.
fn structures(image: &Image<'_>, source: &dyn Source, facts: &mut Vec<Fact>) {
    let Some(volume) = image.iso9660() else { return };
    let count = image.sessions(source).map_or(volume.sessions().len(), |sessions| sessions.len());
    let sessions = Fact::number("sessions", "sessions", wide(count), "");
    facts.push(if count > 1 { sessions } else { sessions.unsaid() });
    let descriptors = descriptors(image);
    if let Ok(Some(catalog)) = Catalog::find(source, descriptors, &Findings::default()) {
        let count = catalog.images.len();
        let words = format!("El Torito, {count} {}", if count == 1 { "image" } else { "images" });
        facts.push(Fact::number("boots", "boot_images", wide(count), "").in_words(words));
    }
    if descriptors.is_empty() {
        return;
    }
    let row = |descriptor: &Descriptor| {
        let kind = Fact::text("{}", "kind", descriptor_word(descriptor.kind));
        (String::new(), vec![kind, Fact::number("", "offset", descriptor.at.byte(), "").unsaid()])
    };
    let place = |descriptor: &Descriptor| {
        format!("{} {}", descriptor.at.byte() / SECTOR, descriptor_word(descriptor.kind))
    };
    let words: Vec<String> = descriptors.iter().map(place).collect();
    let rows = Fact::rows("sectors", "descriptors", descriptors.iter().map(row).collect());
    facts.push(rows.in_words(words.join(", ")));
}

fn descriptors<'i>(image: &'i Image<'_>) -> &'i [Descriptor] {
    image.iso9660().map(iso9660::Image::descriptors).unwrap_or_default()
}

fn facts(volume: &VolumeDescriptor, image: &iso9660::Image<'_>, charset: Option<Charset>) -> Vec<Fact> {
    let wide = image.tree().kind() == TreeKind::Joliet;
    let identifier = |label, key, bytes: &[u8]| Fact::bytes(label, key, plain(bytes, wide, charset));
    let number = |label, key, number: u64, unit| Fact::number(label, key, number, unit);
    let date = Fact::date;
    let several = |fact: Fact, number: u16| if number > 1 { fact } else { fact.unsaid() };
    let set = [volume.volume_set_size.get(), volume.volume_sequence_number.get()];
    let block = image.tree().block_size();
    let blocks = u64::from(volume.blocks());
    let standard = match volume.standard() {
        Standard::Ecma119 => Fact::text("standard", "standard", "iso9660").unsaid(),
        Standard::HighSierra => Fact::text("standard", "standard", "high-sierra").in_words("High Sierra"),
    };
    vec![
        standard,
        identifier("volume id", "volume_id", &volume.volume_identifier),
        identifier("system id", "system_id", &volume.system_identifier),
        identifier("volume set id", "volume_set_id", &volume.volume_set_identifier),
        several(number("volumes in set", "volume_set_size", set[0].into(), ""), set[0]),
        several(number("number in set", "volume_sequence_number", set[1].into(), ""), set[1]),
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

/// An identifier without its padding; `wide` ones are UTF-16, others in `charset` if they are text in it.
fn plain(bytes: &[u8], wide: bool, charset: Option<Charset>) -> Vec<u8> {
    let mut text = Vec::new();
    if wide {
        joliet::append_utf8(bytes, &mut text);
    } else {
        text.extend_from_slice(bytes);
    }
    let end =
        text.iter().rposition(|byte| !matches!(byte, 0 | b' ')).map_or(0, |last| last.saturating_add(1));
    text.truncate(end);
    let charset = charset.filter(|_| !wide);
    charset.and_then(|charset| charset.text(&text)).map(Cow::into_owned).unwrap_or(text)
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
