//! How the volume of an existing image is called, and when it was made.

use super::{is_free, within};
use crate::request::{Identifiers, Request, Text};
use isokit_cli::Report;
use isokit_core::image::Image;
use isokit_core::iso9660::joliet;
use isokit_core::iso9660::layout::VolumeDescriptor;
use isokit_core::iso9660::plan::Dates;
use isokit_core::iso9660::volume::{Descriptor, DescriptorKind};
use isokit_core::tree::{Entry, Kind, Tree};
use isokit_core::udf::charset::dstring;
use isokit_core::udf::time;

/// With what `implantisomd5` begins its checksum of the image, in the application use field.
const IMPLANTED: &[u8] = b"ISO MD5SUM";

/// Digits before the identifier of a volume set in UDF.
const UNIQUE: usize = 16;

/// Has `request` ask for the identifiers and dates of `image` that nothing else is asked for.
pub(super) fn complete(image: &Image<'_>, request: &mut Request, report: &Report, name: &str) {
    let settled = request.inputs.base.as_ref().is_some_and(|base| base.settles_volume);
    let asked = named(&request.identifiers).map(|(noun, text)| (noun, !text.is_empty()));
    let descriptors = image.iso9660().map(isokit_core::iso9660::Image::descriptors).unwrap_or_default();
    let (primary, joliet) = volumes(descriptors);
    let mut dates = Dates::default();
    if let Some(primary) = primary {
        texts(primary, joliet, &mut request.identifiers, settled);
        files(primary, image.tree(), &mut request.identifiers);
        dates = Dates {
            creation: primary.volume_creation.time(),
            modification: primary.volume_modification.time(),
            expiration: primary.volume_expiration.time(),
            effective: primary.volume_effective.time(),
        };
        application_use(primary, request, report, name);
    } else if let Some(udf) = image.udf() {
        let identifiers = &mut request.identifiers;
        if !settled {
            identifiers.volume = udf.identifier();
        }
        if let Some(found) = &udf.descriptors().primary {
            fill(
                &mut identifiers.volume_set,
                without_digits(&dstring(&found.descriptor.volume_set_identifier)),
            );
            dates.creation = time::decode(&found.descriptor.recording_time);
            dates.modification = dates.creation;
        }
    }
    if let Some(base) = &mut request.inputs.base {
        let is_given = |(noun, asked): &(&'static str, bool)| if *noun == VOLUME { !settled } else { !asked };
        base.given = asked.into_iter().filter(is_given).map(|(noun, _)| noun).collect();
    }
    let dates = within(dates, request.latest);
    if request.date.is_none()
        && let Some(date) = dates.modification.or(dates.creation)
    {
        request.date = Some(date);
        request.dates = Some(dates);
    }
}

/// The standard's noun for what media are called by.
const VOLUME: &str = "volume identifier";

/// The identifiers, with the standard's nouns.
fn named(identifiers: &Identifiers) -> [(&'static str, &str); 6] {
    let Identifiers { system, volume, volume_set, publisher, preparer, application, .. } = identifiers;
    [
        ("system identifier", system),
        (VOLUME, volume),
        ("volume set identifier", volume_set),
        ("publisher identifier", publisher),
        ("data preparer identifier", preparer),
        ("application identifier", application),
    ]
}

/// Has `identifiers` be those of `image` where there are none, but for the preparer: others prepare what is new.
pub(super) fn call(image: &Image<'_>, identifiers: &mut Identifiers) {
    let descriptors = image.iso9660().map(isokit_core::iso9660::Image::descriptors).unwrap_or_default();
    if let (Some(primary), joliet) = volumes(descriptors) {
        let settled = !identifiers.volume.is_empty();
        let preparer = identifiers.preparer.clone();
        texts(primary, joliet, identifiers, settled);
        identifiers.preparer = preparer;
        files(primary, image.tree(), identifiers);
    }
}

/// The primary volume descriptor, and that of Joliet.
fn volumes(descriptors: &[Descriptor]) -> (Option<&VolumeDescriptor>, Option<&VolumeDescriptor>) {
    let of_kind = |wanted: &dyn Fn(&DescriptorKind) -> bool| {
        descriptors.iter().find(|descriptor| wanted(&descriptor.kind)).and_then(Descriptor::volume)
    };
    (
        of_kind(&|kind| *kind == DescriptorKind::Primary),
        of_kind(&|kind| matches!(kind, DescriptorKind::Joliet(_))),
    )
}

fn texts(
    primary: &VolumeDescriptor,
    joliet: Option<&VolumeDescriptor>,
    identifiers: &mut Identifiers,
    settled: bool,
) {
    let found = |of: &dyn Fn(&VolumeDescriptor) -> Vec<u8>| {
        let unicode = joliet.map(|joliet| {
            let mut text = Vec::new();
            joliet::append_utf8(&of(joliet), &mut text);
            trimmed(&text)
        });
        richer(trimmed(&of(primary)), unicode)
    };
    if !settled {
        identifiers.volume = found(&|volume| volume.volume_identifier.to_vec());
    }
    fill(&mut identifiers.system, &found(&|volume| volume.system_identifier.to_vec()));
    fill(&mut identifiers.volume_set, &found(&|volume| volume.volume_set_identifier.to_vec()));
    fill(&mut identifiers.publisher, &found(&|volume| volume.publisher_identifier.to_vec()));
    fill(&mut identifiers.preparer, &found(&|volume| volume.data_preparer_identifier.to_vec()));
    fill(&mut identifiers.application, &found(&|volume| volume.application_identifier.to_vec()));
}

fn fill(asked: &mut String, found: &str) {
    if asked.is_empty() {
        found.clone_into(asked);
    }
}

/// The identifier of a volume set without the digits that make it unique (UDF 2.2.2.5): the new image has others.
fn without_digits(identifier: &str) -> &str {
    let digits =
        identifier.get(..UNIQUE).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    digits.and_then(|digits| identifier.strip_prefix(digits)).unwrap_or(identifier)
}

fn trimmed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_matches(['\0', ' ']).to_owned()
}

/// The text of which `primary` has what the primary descriptor can say, and `unicode` as much as Joliet has room for.
fn richer(primary: String, unicode: Option<String>) -> String {
    let Some(unicode) = unicode else { return primary };
    let plain: String = unicode.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    match primary.get(..plain.len()) {
        Some(beginning) if beginning == plain => unicode + primary.get(plain.len()..).unwrap_or_default(),
        _ => primary,
    }
}

/// The files that descriptors name by their identifiers in the primary tree, which other trees call almost the same.
fn files(primary: &VolumeDescriptor, tree: &dyn Tree, identifiers: &mut Identifiers) {
    let find = |asked: &mut Option<Vec<u8>>, identifier: &[u8]| {
        let text = trimmed(identifier);
        if asked.is_none() && !text.is_empty() {
            *asked = in_root(tree, &text);
        }
    };
    find(&mut identifiers.copyright_file, &primary.copyright_file_identifier);
    find(&mut identifiers.abstract_file, &primary.abstract_file_identifier);
    find(&mut identifiers.bibliographic_file, &primary.bibliographic_file_identifier);
}

/// The file in the root whose name is `identifier` but for case, version and a dot at the end.
fn in_root(tree: &dyn Tree, identifier: &str) -> Option<Vec<u8>> {
    let stem = identifier.split(';').next().unwrap_or_default().trim_end_matches('.').as_bytes();
    let mut cursor = tree.open(&tree.root().ok()?, isokit_core::tree::Detail::All).ok()?;
    let mut entry = Entry::default();
    while cursor.next(&mut entry).ok()? {
        if entry.kind == Kind::File && entry.name.eq_ignore_ascii_case(stem) {
            return Some(entry.name);
        }
    }
    None
}

/// The application's 512 bytes, but for a checksum of the old image.
fn application_use(primary: &VolumeDescriptor, request: &mut Request, report: &Report, name: &str) {
    if !is_free(&request.identifiers.application_use) {
        return;
    }
    let bytes = &primary.application_use;
    if bytes.windows(IMPLANTED.len()).any(|bytes| bytes == IMPLANTED) {
        let sentence = "its implanted MD5 checksum is omitted, because the new image has another; implantisomd5 adds one";
        report.warning(name, sentence);
    } else if bytes.iter().any(|byte| !matches!(byte, 0 | b' ')) {
        request.identifiers.application_use = Text::Bytes(bytes.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_joliet_says_better_is_taken() {
        for (primary, unicode, want) in [
            ("F__E", Some("Füße"), "F__E"),
            ("F__e", Some("Füße"), "Füße"),
            ("A_LONGER_NAME_THAN_16", Some("A_LONGER_NAME_TH"), "A_LONGER_NAME_THAN_16"),
            ("_NLONG_IDENTIFIER_", Some("ÜNLONG_IDENTIFIE"), "ÜNLONG_IDENTIFIER_"),
            ("OLD", Some("other"), "OLD"),
            ("OLD", None, "OLD"),
        ] {
            assert_eq!(richer(primary.into(), unicode.map(str::to_owned)), want);
        }
    }
}
