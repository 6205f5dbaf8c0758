//! Single settings of the partition tables of an existing image: each changes what it says, and the tables are kept.

use crate::request::{Boot, Partitions};
use isokit_core::error::{Error, Result};
use isokit_core::partition::emit::Geometry;
use isokit_core::partition::plan::{Alignment, GptMark, Kind, Label, Loader, Mark, Options};

/// Has `options` be as is `asked`, and as `boot` says of the tables.
///
/// # Errors
/// [`Error::Usage`] for what there is nothing of that it could be said of.
pub(super) fn apply(options: &mut Options, asked: &Partitions, boot: &Boot, has_udf: bool) -> Result<()> {
    if let Some(active) = boot.active {
        options.force_bootable = active;
    }
    if let Some(in_gpt) = boot.in_gpt {
        options.appended_in_gpt = in_gpt;
    }
    options.appended_in_apm |= asked.appended_in_apm;
    options.apm_block_size = asked.apm_block.unwrap_or(options.apm_block_size);
    options.label = match (asked.chrp, asked.protective) {
        (true, _) => Label::Chrp,
        (false, true) => Label::Protective,
        (false, false) => options.label,
    };
    if let Some(kind) = asked.volume_type {
        let number = kind.in_mbr().filter(|_| !has_gpt(options)).map(Kind::Mbr);
        options.volume_type = Some(number.unwrap_or(kind));
    }
    options.volume_is_writable |= asked.volume_is_writable;
    options.volume_is_bios_bootable |= asked.volume_is_bios_bootable;
    if asked.offset > 0 {
        options.volume_start = asked.offset;
    }
    options.marks_only |= asked.marks_without_code;
    options.disk_guid = asked.disk_guid.unwrap_or(options.disk_guid);
    if asked.alignment != Alignment::Auto {
        options.alignment = asked.alignment;
    }
    if asked.geometry != (None, None) {
        let was = options.geometry.unwrap_or_default();
        let (sectors, heads) = asked.geometry;
        options.geometry =
            Some(Geometry::new(heads.unwrap_or(was.heads()), sectors.unwrap_or(was.sectors()))?);
    }
    nothing(options, asked, boot, has_udf).map_or(Ok(()), |sentence| Err(Error::Usage(sentence.into())))
}

fn has_gpt(options: &Options) -> bool {
    let appended = options.appended_in_gpt && !options.appended.is_empty();
    appended || options.marks.iter().any(|mark| mark.gpt.is_some()) || options.added_in_gpt()
}

/// Why something that is asked for cannot be said of the tables.
fn nothing(options: &Options, asked: &Partitions, boot: &Boot, has_udf: bool) -> Option<&'static str> {
    let is_of_gpt = asked.disk_guid.is_some() || asked.volume_is_writable || asked.volume_is_bios_bootable;
    if is_of_gpt && !has_gpt(options) {
        return Some("its tables have no GPT, which alone has a GUID and flags of the volume's partition");
    }
    let is_of_appended = boot.in_gpt.is_some() || asked.appended_in_apm;
    if is_of_appended && options.appended.is_empty() {
        return Some("its tables have no appended partitions, which alone are in one table or another");
    }
    let nested = |mark: &Mark| matches!(mark.gpt, Some(GptMark::BasicData | GptMark::HfsPlus)) || mark.apm;
    let is_isolinux = matches!(options.loader, Loader::Isolinux(_));
    if asked.volume_type.is_some() && is_isolinux && options.marks.iter().any(nested) {
        return Some("the partition of the volume has boot images within, and keeps its type");
    }
    if boot.active == Some(false) && (options.loader != Loader::None || options.label != Label::None) {
        return Some("its MBR has a partition that BIOSes boot from, which stays active");
    }
    if asked.offset > 0 && has_udf {
        return Some(
            "UDF leaves no room for a second set of descriptors, from which a partition could be mounted",
        );
    }
    None
}
