//! What of an El Torito boot catalog can be known before a byte is read.

use super::hierarchy::check_holder;
use super::options::{Boot, BootEntry, Deep, Emulation, Options};
use super::reserved::Reserved;
use crate::error::{Error, Result};
use crate::iso9660::el_torito::{ENTRY, platform};
use crate::iso9660::layout::SECTOR;
use crate::number::{narrow, wide};
use crate::tree::Coding;
use crate::tree::build::{Build, NameId};

/// The boot catalog's place; 0 bytes when there is none.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::iso9660) struct Catalog {
    pub(in crate::iso9660) sector: u32,
    pub(in crate::iso9660) size: u32,
}

/// Bytes of a selection criterion in a section entry, and in each extension entry.
pub(in crate::iso9660) const CRITERIA: (usize, usize) = (19, 30);

impl Boot {
    /// The entries after the initial one, in runs that share a section: neighbours of one platform and id.
    pub(in crate::iso9660) fn sections(&self) -> impl Iterator<Item = &[BootEntry]> {
        let rest = self.entries.get(1..).unwrap_or_default();
        rest.chunk_by(|a, b| (a.platform, &a.id) == (b.platform, &b.id))
    }
}

impl BootEntry {
    /// Extension entries its selection criteria need.
    pub(in crate::iso9660) fn extensions(&self) -> usize {
        let criteria = self.selection.as_ref().map_or(0, |selection| selection.criteria.len());
        criteria.saturating_sub(CRITERIA.0).div_ceil(CRITERIA.1)
    }

    /// Whether the platform is EFI, where a sector count of 0 means the rest of the volume.
    pub(in crate::iso9660) fn is_efi(&self) -> bool {
        self.platform == platform::EFI
    }
}

/// Bytes of the boot catalog: whole sectors, at least one of its entries left zero to end it.
pub(super) fn catalog_size(options: &Options) -> u32 {
    let Some(boot) = &options.boot else { return 0 };
    let sections = boot.sections().map(|section| {
        let extensions: usize = section.iter().map(BootEntry::extensions).sum();
        1 + section.len() + extensions
    });
    let entries: usize = 2 + sections.sum::<usize>();
    u32::try_from((entries * ENTRY).next_multiple_of(narrow(SECTOR))).unwrap_or(u32::MAX)
}

impl Options {
    /// Whether the volume is all there is to boot from.
    pub(crate) fn check_alone(&self) -> Result<()> {
        self.boot.as_ref().map_or(Ok(()), Boot::check_alone)
    }

    /// Whether the volume can have what is `reserved` for another file system.
    pub(super) fn check_beside(&self, reserved: Reserved) -> Result<()> {
        if reserved == Reserved::default() {
            return Ok(());
        }
        if self.start > 0 {
            return Err(Error::Usage("a volume with UDF can only begin with the medium".into()));
        }
        if self.checksums {
            let sentence = "MD5 digests are recorded in images with ISO 9660 alone, not beside UDF";
            return Err(Error::Usage(sentence.into()));
        }
        Ok(())
    }

    /// Whether the options make sense, by themselves and for this tree.
    pub(super) fn check<O>(&self, build: &Build<O>) -> Result<()> {
        at_most("system area", self.system_area.len(), 32_768)?;
        at_most("application use", self.application_use.len(), 512)?;
        self.relaxed.check()?;
        if self.start > 0 && self.partition_start > 0 {
            return Err(Error::Usage("a later session cannot lie in a partition of its own".into()));
        }
        if (1..16).contains(&self.partition_start) {
            return Err(Error::Usage(format!(
                "the volume's own partition begins at sector {}: expected 16 at least",
                self.partition_start
            )));
        }
        if self.joliet.is_some_and(|joliet| !(1..=103).contains(&joliet.name_length)) {
            return Err(Error::Usage("Joliet names: expected a length of 1 to 103".into()));
        }
        if let Some(Deep::Relocated { name }) = self.rock_ridge.as_ref().map(|rock_ridge| &rock_ridge.deep) {
            check_holder(name)?;
        }
        let identifiers = &self.identifiers;
        let files = [identifiers.copyright_file, identifiers.abstract_file, identifiers.bibliographic_file];
        let stray = |name: &&NameId| {
            let parent = build.name(**name).parent;
            parent != Build::<O>::ROOT || **name == Build::<O>::ROOT
        };
        if let Some(name) = files.iter().flatten().find(stray) {
            let path = build.path(*name);
            return Err(Error::Usage(format!(
                "/{}: the copyright, abstract and bibliographic file must be in the root directory",
                path.escape_ascii()
            )));
        }
        for content in build.contents() {
            if build.coding(content).is_some_and(|(coding, size)| !is_recorded(coding, size)) {
                return Err(Error::Usage(
                    "only zisofs version 1 can be recorded, of files below 4 GiB".into(),
                ));
            }
            let sectors = build.content(content).size.div_ceil(SECTOR);
            let end = build.kept(content).map_or(0, |first| u64::from(first).saturating_add(sectors));
            if end > u64::from(self.start) {
                return Err(Error::Usage(format!(
                    "a content of an earlier session ends at sector {end}, but the image begins at sector {}",
                    self.start
                )));
            }
        }
        self.boot.as_ref().map_or(Ok(()), |boot| boot.check(build))
    }
}

impl Boot {
    fn check<O>(&self, build: &Build<O>) -> Result<()> {
        let Some(first) = self.entries.first() else {
            return Err(Error::Usage("a boot catalog needs a boot image".into()));
        };
        at_most("id of the first boot entry", first.id.len(), 24)?;
        if first.selection.is_some() {
            return Err(Error::Usage("the first boot entry cannot have selection criteria".into()));
        }
        for (n, entry) in (1..).zip(&self.entries) {
            at_most("boot entry id", entry.id.len(), 28)?;
            let Some(content) = entry.image.content() else {
                entry.check_behind(n)?;
                continue;
            };
            let (size, kept) = (build.content(content).size, build.kept(content));
            let least = entry.least_size();
            if kept.is_some() && least > 1 {
                return Err(Error::Usage(format!(
                    "boot image {n} is in an earlier session: nothing can be patched into it"
                )));
            }
            if size < least {
                return Err(Error::Usage(format!(
                    "boot image {n}: {size} bytes are too few for the boot information to be patched in, expected {least}"
                )));
            }
            if entry.emulation == Emulation::Floppy && floppy(size).is_none() {
                return Err(Error::Usage(format!(
                    "boot image {n}: {size} bytes are not the size of a floppy disk, expected 1228800, 1474560 or 2949120"
                )));
            }
        }
        Ok(())
    }

    /// Refuses boot images behind the volume, where there is nothing.
    fn check_alone(&self) -> Result<()> {
        match (1..).zip(&self.entries).find(|(_, entry)| entry.image.content().is_none()) {
            Some((n, _)) => Err(Error::Usage(format!(
                "boot image {n} is a partition behind the volume, of which there is none"
            ))),
            None => Ok(()),
        }
    }
}

impl BootEntry {
    /// Refuses what cannot be had of a boot image that is a partition: it is there as it was given.
    fn check_behind(&self, n: u32) -> Result<()> {
        let refusal = if self.boot_info_table || self.grub2_boot_info {
            "nothing can be patched into it"
        } else if self.emulation != Emulation::None {
            "it cannot be emulated as a disk"
        } else {
            return Ok(());
        };
        Err(Error::Usage(format!("boot image {n} is a partition behind the volume: {refusal}")))
    }

    /// Bytes the image must have for what is written into it.
    fn least_size(&self) -> u64 {
        match (self.boot_info_table, self.grub2_boot_info) {
            (_, true) => 2556,
            (true, false) => 64,
            (false, false) => 1,
        }
    }
}

/// Whether a ZF entry can say that a file is encoded so, and how many bytes it is.
fn is_recorded(coding: Coding, size: u64) -> bool {
    matches!(coding, Coding::Zisofs { version: 1, .. }) && u32::try_from(size).is_ok()
}

/// The boot media type of a floppy image of this size.
pub(in crate::iso9660) fn floppy(size: u64) -> Option<u8> {
    use crate::iso9660::el_torito::media_type;
    match size {
        1_228_800 => Some(media_type::FLOPPY_1200),
        1_474_560 => Some(media_type::FLOPPY_1440),
        2_949_120 => Some(media_type::FLOPPY_2880),
        _ => None,
    }
}

fn at_most(what: &str, length: usize, most: u64) -> Result<()> {
    match wide(length) {
        length if length <= most => Ok(()),
        length => Err(Error::Usage(format!("{what}: {length} bytes, expected at most {most}"))),
    }
}
