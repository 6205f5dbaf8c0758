//! Identifiers and dates of the volume.

use crate::dialect::mkisofs::date::{DATES, date, digits};
use crate::dialect::mkisofs::identifiers::{LONG, SHORT, application_use, field, volume};
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, both, xorrisofs};
use crate::dialect::mkisofs::values::Values;
use isokit_core::Result;

pub(super) const OPTIONS: &[Definition] = &[
    both(
        &["-V", "-volid"],
        &["TEXT"],
        Sets(volume),
        "Volume identifier, up to 32 bytes [CDROM; xorrisofs: ISOIMAGE]",
    ),
    both(
        &["-volset"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.volume_set = field(values, LONG)?;
            Ok(())
        }),
        "Volume set identifier, up to 128 bytes",
    ),
    both(
        &["-sysid"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.system = field(values, SHORT)?;
            Ok(())
        }),
        "System identifier, up to 32 bytes [LINUX; xorrisofs: none]",
    ),
    both(
        &["-A", "-appid"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.application = field(values, LONG)?;
            Ok(())
        }),
        "Application identifier, up to 128 bytes",
    ),
    both(
        &["-publisher", "-P"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.publisher = field(values, LONG)?;
            Ok(())
        }),
        "Publisher, up to 128 bytes",
    ),
    both(
        &["-p", "-preparer"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.preparer = field(values, LONG)?;
            Ok(())
        }),
        "Data preparer, up to 128 bytes",
    ),
    both(
        &["-copyright"],
        &["NAME"],
        Sets(|settings, values| {
            settings.identifiers.texts.copyright_file = Some(values.bytes(0));
            Ok(())
        }),
        "File in the root that has the copyright statement",
    ),
    both(
        &["-abstract"],
        &["NAME"],
        Sets(|settings, values| {
            settings.identifiers.texts.abstract_file = Some(values.bytes(0));
            Ok(())
        }),
        "File in the root that has the abstract",
    ),
    both(
        &["-biblio"],
        &["NAME"],
        Sets(|settings, values| {
            settings.identifiers.texts.bibliographic_file = Some(values.bytes(0));
            Ok(())
        }),
        "File in the root that has the bibliography",
    ),
    xorrisofs(
        &["--application_use"],
        &["BYTE|FILE"],
        Sets(|settings, values| {
            settings.identifiers.texts.application_use = application_use(values)?;
            Ok(())
        }),
        "Application use field: a character or 0xXY that is repeated, or FILE",
    ),
    both(
        &["-volset-size", "-volset-seqno"],
        &["NUMBER"],
        Sets(one),
        "Volumes in the set, and which one this is: 1",
    ),
    xorrisofs(
        &["--modification-date"],
        &["YYYYMMDDhhmmsscc"],
        Sets(|settings, values| {
            settings.identifiers.date = Some(digits(values, 0)?);
            Ok(())
        }),
        "Date of the volume, which is the UUID that loaders look for",
    ),
    xorrisofs(
        &["--set_all_file_dates"],
        &["DATE"],
        Sets(|settings, values| {
            settings.identifiers.all_dates = match values.text(0)? {
                "" | "default" | "set_to_mtime" => None,
                text => Some(date(text).ok_or_else(|| values.wrong(DATES))?),
            };
            Ok(())
        }),
        "Date of all files: YYYYMMDDhhmmsscc, =SECONDS or YYYY-MM-DD",
    ),
];

fn one(_: &mut crate::dialect::mkisofs::Settings, values: &Values<'_>) -> Result<()> {
    match values.number(0, u32::from(u16::MAX))? {
        1 => Ok(()),
        _ => Err(values.wrong("1; there are sets of one volume only")),
    }
}
