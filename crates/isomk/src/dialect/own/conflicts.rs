//! Flags that the rest of the request leaves without effect are refused: nothing is ignored silently.
//!
//! Asking for less is no such flag: UDF alone has no Rock Ridge and no Joliet, with `--no-rr` and `--no-joliet` or without.

use super::Flags;
use super::image::RockRidge;
use super::input::Xattr;
use isokit_core::{Error, Result};

/// What some options are about, and an image may be without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Iso9660,
    RockRidge,
    /// Names of the primary tree that are recorded as they are.
    Names,
    Joliet,
    Udf,
}

/// What asks for a new image, or for something beside one, by the names of its fields: there is none where files are changed in
/// place.
pub(super) const NOT_IN_PLACE: [&str; 74] = [
    "append_partition",
    "application_id",
    "application_use",
    "biblio",
    "bios_boot",
    "boot",
    "boot_catalog",
    "boot_code",
    "boot_efi",
    "boot_entry",
    "boot_info_table",
    "charset",
    "copyright",
    "date",
    "dedup",
    "depfile",
    "depfile_target",
    "dereference",
    "dereference_args",
    "dvd_video",
    "efi_boot",
    "exclude",
    "exclude_from",
    "exclude_leaf",
    "files_from",
    "format",
    "graft_points",
    "group",
    "grub2_boot_info",
    "hide",
    "hide_joliet",
    "hide_udf",
    "implied_mode",
    "iso_level",
    "jigdo",
    "joliet_length",
    "literal",
    "map",
    "media",
    "mode",
    "mtime",
    "no_boot",
    "no_joliet",
    "no_pad",
    "no_record_md5",
    "no_rr",
    "null",
    "output_charset",
    "owner",
    "pad",
    "partitions",
    "preparer",
    "print_size",
    "publisher",
    "relaxed_names",
    "record_md5",
    "relocate",
    "remove",
    "rr",
    "sort",
    "sources",
    "strict_names",
    "strip_components",
    "summary",
    "sums",
    "system_area",
    "system_id",
    "udf",
    "udf_special",
    "volume_id",
    "volume_set",
    "weight",
    "whole_or_nothing",
    "xattr",
];

impl Flags {
    /// Whether the flags fit together.
    ///
    /// # Errors
    /// [`Error::Usage`] for one that would have no effect beside the others.
    pub(super) fn check(&self) -> Result<()> {
        if !self.format.has_iso9660() && self.boot.boots() {
            return Err(Error::Usage("booting requires ISO 9660; try --udf instead of --format udf".into()));
        }
        if self.image.record_md5 && self.format.has_udf() {
            return Err(Error::Usage("--record-md5 requires ISO 9660 alone, without UDF".into()));
        }
        let idle = self.given().into_iter().filter(|(_, given, _)| *given);
        match idle.filter_map(|(flag, _, part)| Some((flag, self.missing(part)?))).next() {
            Some((flag, why)) => Err(Error::Usage(format!("{flag} requires {why}"))),
            None => Ok(()),
        }
    }

    /// Flags about a part of the image, and whether they were given.
    fn given(&self) -> [(&'static str, bool, Part); 15] {
        let Self { format, image, inputs, entries, .. } = self;
        [
            ("--media", format.media.is_some(), Part::Udf),
            ("--udf-special", format.udf_special.is_some(), Part::Udf),
            ("--hide-udf", !entries.hide_udf.is_empty(), Part::Udf),
            ("--hide", !entries.hide.is_empty(), Part::Iso9660),
            ("--iso-level", image.iso_level.is_some(), Part::Iso9660),
            ("--output-charset", image.output_charset.is_some(), Part::Names),
            ("--rr", image.rr.is_some_and(|version| version != RockRidge::Off), Part::Iso9660),
            ("--system-id", !image.system_id.is_empty(), Part::Iso9660),
            ("--application-use", image.application_use.is_some(), Part::Iso9660),
            ("--biblio", image.biblio.is_some(), Part::Iso9660),
            ("--boot-catalog", self.boot.boot_catalog.is_some(), Part::Iso9660),
            ("--relocate", image.relocate.is_some(), Part::RockRidge),
            ("--xattr", inputs.xattr.is_some_and(|which| which != Xattr::None), Part::RockRidge),
            ("--joliet-length", image.joliet_length.is_some(), Part::Joliet),
            ("--hide-joliet", !entries.hide_joliet.is_empty(), Part::Joliet),
        ]
    }

    /// Why the image has no such part; `None` when it has it.
    fn missing(&self, part: Part) -> Option<&'static str> {
        match part {
            Part::Udf => (!self.format.has_udf()).then_some("UDF; add --udf or --format udf"),
            Part::Iso9660 => {
                (!self.format.has_iso9660()).then_some("ISO 9660; try --udf instead of --format udf")
            }
            Part::RockRidge if !self.format.has_iso9660() => {
                Some("Rock Ridge; try --udf instead of --format udf")
            }
            Part::RockRidge => self.image.rock_ridge().is_none().then_some("Rock Ridge, which is off"),
            Part::Names if !self.format.has_iso9660() => self.missing(Part::Iso9660),
            Part::Names => {
                let kept = self.image.iso_level == Some(4) || self.image.keeps_names();
                self.missing(Part::RockRidge).filter(|_| !kept)
            }
            Part::Joliet if !self.format.has_iso9660() => Some("Joliet; try --udf instead of --format udf"),
            Part::Joliet => self.image.no_joliet.then_some("Joliet, which is off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// What has a meaning where files are changed in place.
    const IN_PLACE: [&str; 12] = [
        "base",
        "replace",
        "in_place",
        "journal",
        "output",
        "sync",
        "print_request",
        "progress",
        "threads",
        "verbose",
        "quiet",
        "version",
    ];

    #[test]
    fn every_flag_has_a_meaning_in_place_or_is_refused() {
        let command = Flags::command();
        let mut all: Vec<&str> = command.get_arguments().map(|flag| flag.get_id().as_str()).collect();
        let mut known: Vec<&str> = NOT_IN_PLACE.into_iter().chain(IN_PLACE).collect();
        all.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, all);
    }
}
