//! The settings of xorriso's `-boot_image`, most of which are options of mkisofs.

use super::Settings;
use super::boot::{Boot, platform};
use super::interval;
use super::table;
use super::values::Values;
use isokit_core::iso9660::plan::{Emulation, LoadSize};
use isokit_core::partition::plan::ApmBlock;
use isokit_core::{Error, Result};
use std::ffi::OsString;

/// Settings whose value is that of an option.
const VALUES: &[(&str, &str)] = &[
    ("cat_path", "-c"),
    ("id_string", "-eltorito-id"),
    ("sel_crit", "-eltorito-selcrit"),
    ("grub2_mbr", "--grub2-mbr"),
    ("iso_mbr_part_type", "-iso_mbr_part_type"),
    ("efi_boot_part", "-efi-boot-part"),
    ("partition_offset", "-partition_offset"),
    ("partition_hd_cyl", "-partition_hd_cyl"),
    ("partition_sec_hd", "-partition_sec_hd"),
    ("partition_cyl_align", "-partition_cyl_align"),
    ("gpt_disk_guid", "--gpt_disk_guid"),
    ("apm_block_size", "-apm-block-size"),
];

/// xorriso's commands make a map of other blocks than its options for mkisofs.
const APPENDED_IN_APM: &str = "-appended_part_as_apm";

/// Settings that are an option where they have this value.
const WORDS: &[(&str, &str, &str)] = &[
    ("mbr_force_bootable", "on", "--mbr-force-bootable"),
    ("part_like_isohybrid", "on", "-part_like_isohybrid"),
    ("chrp_boot_part", "on", "-chrp-boot-part"),
    ("gpt_iso_not_ro", "on", "--gpt-iso-not-ro"),
    ("gpt_iso_bootable", "on", "--gpt-iso-bootable"),
    ("cat_hidden", "on", "--boot-catalog-hide"),
    ("appended_part_as", "gpt", "-appended_part_as_gpt"),
    ("appended_part_as", "apm", APPENDED_IN_APM),
    ("partition_entry", "gpt_basdat", "-isohybrid-gpt-basdat"),
    ("partition_entry", "gpt_hfsplus", "-isohybrid-gpt-hfsplus"),
    ("partition_entry", "apm_hfsplus", "-isohybrid-apm-hfsplus"),
];

/// Settings that may have this value because it is the default.
const DEFAULTS: &[(&str, &str)] = &[
    ("mbr_force_bootable", "off"),
    ("part_like_isohybrid", "off"),
    ("chrp_boot_part", "off"),
    ("gpt_iso_not_ro", "off"),
    ("gpt_iso_bootable", "off"),
    ("cat_hidden", "off"),
    ("appended_part_as", "mbr"),
];

/// Sectors of 512 bytes that BIOS loads unless told otherwise.
const USUAL: LoadSize = LoadSize::Sectors(4);

/// Does what the second of `values` says, of the boot loader that is the first.
///
/// # Errors
/// [`Error::Usage`] for a setting that is not known, or cannot be honoured.
pub(super) fn set(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let (loader, text) = (values.text(0)?, values.text(1)?);
    if !matches!(loader, "any" | "grub" | "isolinux") {
        return Err(values.wrong("any, grub or isolinux, and a setting"));
    }
    // To keep what is there is no change.
    if text != "keep" {
        settings.changes.first.get_or_insert_with(|| values.option.to_owned());
    }
    let Some((name, value)) = text.split_once('=') else {
        return match text {
            "next" => {
                settings.boot.next();
                Ok(())
            }
            "keep" | "patch" | "replay" => {
                let word = ["keep", "patch", "replay"].into_iter().find(|word| *word == text);
                (settings.changes.kept, settings.changes.discarded) = (word, false);
                Ok(())
            }
            "discard" => {
                // What is said of the system area stays, but for code that loads a boot image.
                let code = settings.partitions.asked.code.take();
                let system_area = settings.boot.system_area.take().filter(|_| code.is_none());
                settings.boot = Boot::default();
                settings.boot.system_area = system_area;
                (settings.changes.kept, settings.changes.discarded) = (None, true);
                Ok(())
            }
            _ => Err(values.wrong("next, keep, patch, replay, discard, or NAME=VALUE")),
        };
    };
    if entry(settings, values, loader, (name, value))? || DEFAULTS.contains(&(name, value)) {
        return Ok(());
    }
    let value = match (name, value) {
        ("gpt_disk_guid", "volume_date_uuid") => "modification-date",
        (_, value) => value,
    };
    let option = match (name, loader, value) {
        // An empty file, of a device that has no end.
        ("system_area", _, "/dev/zero") => Some(("-G", Some("/dev/null"))),
        ("system_area", "isolinux", _) => Some(("-isohybrid-mbr", Some(value))),
        ("system_area", ..) => Some(("-G", Some(value))),
        // The code itself may be told before or after.
        ("partition_table", "isolinux", "on") => {
            settings.partitions.is_isohybrid = true;
            return Ok(());
        }
        ("partition_table", _, "on") => Some(("--protective-msdos-label", None)),
        _ => {
            VALUES.iter().find(|(known, _)| *known == name).map(|(_, option)| (*option, Some(value))).or_else(
                || {
                    let word = WORDS.iter().find(|(known, word, _)| (*known, *word) == (name, value));
                    word.map(|(.., option)| (*option, None))
                },
            )
        }
    };
    match option {
        Some((option, value)) => apply(settings, values, option, value),
        None => Err(Error::Usage(format!("{}: {text}: this setting is not supported", values.option))),
    }
}

/// A setting of the boot entry that is described, and of the boot loader `loader`; false for another.
fn entry(
    settings: &mut Settings,
    values: &Values<'_>,
    loader: &str,
    (name, value): (&str, &str),
) -> Result<bool> {
    let on = || match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(values.wrong("on or off behind the =")),
    };
    match name {
        "dir" => {
            // xorriso knows no ISOLINUX in /boot itself.
            let folder = if value.trim_matches('/') == "boot" { "/boot/isolinux" } else { value };
            entry(settings, values, loader, ("bin_path", &format!("{folder}/isolinux.bin")))?;
            settings.boot.catalog = Some(format!("{folder}/boot.cat").into_bytes());
            settings.boot.entry().boot_info_table = true;
        }
        "bin_path" => {
            let platform = settings.boot.entry().platform;
            apply(settings, values, "-b", Some(value))?;
            let entry = settings.boot.entry();
            entry.platform = platform;
            entry.emulation = Emulation::None;
            entry.load_size.get_or_insert(USUAL);
            // ISOLINUX, and GRUB's images, load the rest of themselves from where the table says.
            entry.boot_info_table |= loader != "any";
            settings.boot.catalog_beside = true;
        }
        "efi_path" => {
            apply(settings, values, "-e", Some(value))?;
            let entry = settings.boot.entry();
            (entry.emulation, entry.load_size) = (Emulation::None, Some(LoadSize::Whole));
            entry.boot_info_table = false;
            settings.boot.catalog_beside = true;
        }
        "platform_id" => {
            settings.boot.entry().platform = platform(value)
                .ok_or_else(|| values.wrong("x86, PPC, Mac, efi or a number up to 255 behind the ="))?;
        }
        "emul_type" => {
            settings.boot.entry().emulation = match value {
                "no_emulation" | "none" => Emulation::None,
                "hard_disk" => Emulation::HardDisk,
                "diskette" => Emulation::Floppy,
                _ => return Err(values.wrong("no_emulation, hard_disk or diskette behind the =")),
            }
        }
        "load_size" => {
            let sectors = || interval::number(value, false).and_then(|bytes| u16::try_from(bytes / 512).ok());
            let size = match value {
                "full" => Some(LoadSize::Whole),
                _ => sectors().map(LoadSize::Sectors),
            };
            let size = size.ok_or_else(|| values.wrong("bytes, or full, behind the ="))?;
            settings.boot.entry().load_size = Some(size);
        }
        "boot_info_table" => settings.boot.entry().boot_info_table = on()?,
        "grub2_boot_info" => settings.boot.entry().grub2_boot_info = on()?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Does what an option of mkisofs does.
fn apply(settings: &mut Settings, values: &Values<'_>, option: &str, value: Option<&str>) -> Result<()> {
    let Some(definition) = table::all().find(|definition| definition.names.contains(&option)) else {
        return Err(Error::Usage(format!("{}: {option} is not supported", values.option)));
    };
    if option == APPENDED_IN_APM {
        settings.partitions.asked.apm_block.get_or_insert(ApmBlock::B2048);
    }
    let words: Vec<OsString> = value.map(OsString::from).into_iter().collect();
    definition.apply(settings, &Values { option: values.option, words: &words })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_that_a_setting_stands_for_is_in_the_table() {
        let known = |option: &str| table::all().any(|definition| definition.names.contains(&option));
        let all = VALUES.iter().map(|(_, option)| *option).chain(WORDS.iter().map(|(.., option)| *option));
        for option in all.chain(["-b", "-e", "-G", "-isohybrid-mbr", "--protective-msdos-label"]) {
            assert!(known(option), "{option}");
        }
    }
}
