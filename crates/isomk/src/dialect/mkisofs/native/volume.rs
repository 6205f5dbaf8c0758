//! What the volume is, and what boots of it.

use super::{as_option, on};
use crate::collect::Attributes;
use crate::dialect::mkisofs::Settings;
use crate::dialect::mkisofs::boot_image;
use crate::dialect::mkisofs::date::{DATES, date, digits};
use crate::dialect::mkisofs::identifiers::{LONG, SHORT, application_use, field, volume};
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, xorrisofs};
use crate::dialect::mkisofs::sources::{charset, output_charset};
use crate::dialect::mkisofs::trees::for_backup;
use crate::dialect::mkisofs::values::Values;
use isokit_core::{Error, Result};

pub(super) const COMMANDS: &[Definition] = &[
    xorrisofs(&["-volid"], &["TEXT"], Sets(volume), "As -volid of mkisofs"),
    xorrisofs(
        &["-volset_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.volume_set = field(values, LONG)?;
            Ok(())
        }),
        "As -volset",
    ),
    xorrisofs(
        &["-publisher"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.publisher = field(values, LONG)?;
            Ok(())
        }),
        "As -publisher",
    ),
    xorrisofs(
        &["-application_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.application = field(values, LONG)?;
            Ok(())
        }),
        "As -appid",
    ),
    xorrisofs(
        &["-system_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.system = field(values, SHORT)?;
            Ok(())
        }),
        "As -sysid",
    ),
    xorrisofs(
        &["-preparer_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.preparer = field(values, LONG)?;
            Ok(())
        }),
        "As -preparer",
    ),
    xorrisofs(
        &["-copyright_file"],
        &["NAME"],
        Sets(|settings, values| {
            settings.identifiers.texts.copyright_file = Some(values.bytes(0));
            Ok(())
        }),
        "As -copyright",
    ),
    xorrisofs(
        &["-abstract_file"],
        &["NAME"],
        Sets(|settings, values| {
            settings.identifiers.texts.abstract_file = Some(values.bytes(0));
            Ok(())
        }),
        "As -abstract",
    ),
    xorrisofs(
        &["-biblio_file"],
        &["NAME"],
        Sets(|settings, values| {
            settings.identifiers.texts.bibliographic_file = Some(values.bytes(0));
            Ok(())
        }),
        "As -biblio",
    ),
    xorrisofs(&["-uid"], &["UID"], Sets(|settings, values| as_option("-uid", settings, values)), "As -uid"),
    xorrisofs(&["-gid"], &["GID"], Sets(|settings, values| as_option("-gid", settings, values)), "As -gid"),
    xorrisofs(
        &["-application_use"],
        &["BYTE|FILE"],
        Sets(|settings, values| {
            settings.identifiers.texts.application_use = application_use(values)?;
            Ok(())
        }),
        "As --application_use",
    ),
    xorrisofs(
        &["-joliet"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.joliet = on(values)?;
            settings.changes.joliet = true;
            Ok(())
        }),
        "As -joliet",
    ),
    xorrisofs(
        &["-rockridge"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.rock_ridge = on(values)?;
            settings.changes.rock_ridge = true;
            Ok(())
        }),
        "Rock Ridge, or as --norock",
    ),
    xorrisofs(
        &["-hfsplus"],
        &["on|off"],
        Sets(|settings, values| if on(values)? { as_option("-hfsplus", settings, values) } else { Ok(()) }),
        "As -hfsplus",
    ),
    xorrisofs(
        &["-hardlinks"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.serials = on(values)?;
            Ok(())
        }),
        "As --hardlinks",
    ),
    xorrisofs(
        &["-xattr", "-acl"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.attributes = match values.text(0)? {
                "any" => Attributes::Any,
                "user" => Attributes::User,
                _ if on(values)? => Attributes::User,
                _ => settings.trees.attributes,
            };
            Ok(())
        }),
        "As --acl and --xattr",
    ),
    xorrisofs(
        &["-md5"],
        &["on|off"],
        Sets(|settings, values| {
            match values.text(0)? {
                "on" | "all" => (settings.trees.checksums, settings.trees.no_checksums) = (true, false),
                "off" => (settings.trees.checksums, settings.trees.no_checksums) = (false, true),
                "stability_check_on" | "stability_check_off" | "load_check_on" | "load_check_off" => {}
                _ => return Err(values.wrong("on or off")),
            }
            Ok(())
        }),
        "As --md5",
    ),
    xorrisofs(
        &["-for_backup"],
        &[],
        Sets(|settings, _| {
            for_backup(&mut settings.trees);
            Ok(())
        }),
        "As --for_backup",
    ),
    xorrisofs(
        &["-padding"],
        &["SIZE"],
        Sets(|settings, values| {
            settings.output.no_pad = match values.text(0)? {
                "0" | "off" | "none" => true,
                "300k" | "300K" | "default" | "on" => false,
                _ => return Err(values.wrong("0 or 300k")),
            };
            Ok(())
        }),
        "0, as -no-pad, or 300k, as -pad",
    ),
    xorrisofs(
        &["-follow"],
        &["WHAT"],
        Sets(|settings, values| {
            settings.sources.follow_links = match values.text(0)? {
                "on" | "link" => true,
                "off" | "default" | "mount" => false,
                _ => return Err(values.wrong("link, on, off or default")),
            };
            Ok(())
        }),
        "link or on, as -follow-links",
    ),
    xorrisofs(
        &["-pathspecs"],
        &["on|off"],
        Sets(|settings, values| {
            settings.sources.graft_points = on(values)?;
            Ok(())
        }),
        "As -graft-points",
    ),
    xorrisofs(
        &["-out_charset"],
        &["CHARSET"],
        Sets(|settings, values| {
            settings.sources.output_charset = Some(output_charset(values)?);
            Ok(())
        }),
        "As -output-charset",
    ),
    xorrisofs(
        &["-charset", "-in_charset"],
        &["CHARSET"],
        Sets(|_, values| match charset(values)? {
            None => Ok(()),
            Some(_) => Err(values.wrong("utf-8, in which names of images are read")),
        }),
        "Character set of names in the image that is read, which can be utf-8 alone",
    ),
    xorrisofs(
        &["-volume_date"],
        &["WHICH", "DATE"],
        Sets(|settings, values| {
            let parsed = || date(values.text(1)?).ok_or_else(|| values.wrong(DATES));
            match values.text(0)? {
                "uuid" => settings.identifiers.date = Some(digits(values, 1)?),
                "c" | "m" => settings.identifiers.date = Some(parsed()?),
                "all_file_dates" => settings.identifiers.all_dates = Some(parsed()?),
                _ => return Err(values.wrong("uuid, c, m or all_file_dates, and a date")),
            }
            Ok(())
        }),
        "uuid, as --modification-date, or all_file_dates, as --set_all_file_dates",
    ),
    xorrisofs(
        &["-boot_image"],
        &["any|grub|isolinux", "SETTING"],
        Sets(boot_image::set),
        "What boots: NAME=VALUE, as bin_path=PATH; next; or keep, patch or replay",
    ),
    xorrisofs(
        &["-compliance"],
        &["RULES"],
        Sets(compliance),
        "Rules of names, as the options of mkisofs have them",
    ),
];

fn compliance(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    for rule in values.text(0)?.split(':') {
        let names = &mut settings.names;
        match rule {
            "iso_9660_level=1" => names.level = Some(1),
            "iso_9660_level=2" => names.level = Some(2),
            "iso_9660_level=3" => names.level = Some(3),
            "untranslated_names" => names.untranslated = true,
            "omit_version" => names.no_version = true,
            "lowercase" => names.lower_case = true,
            "7bit_ascii" => names.ascii = true,
            "joliet_long_names" => settings.trees.long_joliet = true,
            "no_emul_toc" | "deep_paths" | "long_paths" | "old_rr" | "joliet_long_paths" => {}
            "new_rr" => settings.trees.serials = true,
            _ => {
                let sentence =
                    format!("{}: \"{}\": this rule is not supported", values.option, rule.escape_debug());
                return Err(Error::Usage(sentence));
            }
        }
    }
    Ok(())
}
