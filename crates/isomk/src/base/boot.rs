//! What boots of an existing image.

use crate::removal::Removal;
use crate::request::{BootEntry, BootImage, Request};
use isokit_cli::Report;
use isokit_core::boot::{Known, known};
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::Image;
use isokit_core::iso9660::el_torito::extent::{Evidence, Measure};
use isokit_core::iso9660::el_torito::{self, Catalog, catalog, platform};
use isokit_core::iso9660::plan::{Emulation, LoadSize, Selection};
use isokit_core::partition::plan;
use isokit_core::source::Source;
use isokit_core::tree::Extent;
use isokit_core::tree::placed::Placed;

/// The boot catalog of an image, and where its boot images lie.
#[derive(Debug, Default)]
pub(super) struct Booting {
    images: Vec<Found>,
    catalog: Option<Vec<u8>>,
    /// Byte behind the last file of the tree.
    pub(super) files_end: u64,
    /// Boot images that are no files: see [`super::Taken`].
    pub(super) hidden: Vec<Extent>,
    /// Partitions behind the volume: likewise.
    pub(super) appended: Vec<Extent>,
}

#[derive(Debug)]
struct Found {
    entry: catalog::BootImage,
    known: Known,
}

impl Booting {
    /// Looks for the catalog of `image`, on `source`, unless other boot entries are asked for.
    ///
    /// # Errors
    /// Those of the catalog, and [`Error::Usage`] for a boot image that is not there.
    pub(super) fn look(source: &dyn Source, image: &Image<'_>, request: &Request) -> Result<Self> {
        let findings = Findings::default();
        let descriptors = image.iso9660().map(isokit_core::iso9660::Image::descriptors).unwrap_or_default();
        let catalog = match Catalog::find(source, descriptors, &findings) {
            _ if request.format.iso9660.is_none() => None,
            Err(_) if request.boot.is_asked() => None,
            found => found?,
        };
        let files = Placed::find(image.tree(), catalog.iter().flat_map(Catalog::places));
        let mut booting = Self { files_end: files.end, ..Self::default() };
        if let Some(catalog) = catalog {
            // Partitions are not asked: those behind the volume are kept as partitions.
            let known = known(source, image, &catalog, &[], &files)?;
            booting.catalog = files.file(catalog.at).map(|(path, _)| relative(path));
            let images = catalog.images.into_iter().zip(known);
            booting.images = images.map(|(entry, known)| Found { entry, known }).collect();
        }
        Ok(booting)
    }

    /// Where the boot images lie, in the order of the catalog.
    pub(super) fn extents(&self) -> impl Iterator<Item = plan::Extent> + '_ {
        let extent = |found: &Found| plan::Extent { at: found.entry.at, length: found.known.measure.length };
        self.images.iter().map(extent)
    }

    /// Has `request` ask for the entries, if it asks for no others.
    ///
    /// # Errors
    /// [`Error::Usage`] for an entry that cannot be made anew.
    pub(super) fn complete(&mut self, request: &mut Request, report: &Report, name: &str) -> Result<()> {
        if request.boot.is_asked() {
            return Ok(());
        }
        let removal = match &request.inputs.base {
            Some(base) if base.keeps_boot_images => Some(Removal::new(&base.remove, request.inputs.literal)?),
            _ => None,
        };
        let is_removed = |path: &[u8]| removal.as_ref().is_some_and(|removal| removal.removes_file(path));
        for found in &self.images {
            let place = |extent: &Extent| extent.offset == Some(found.entry.at);
            let path = found.known.path.as_deref().map(relative).filter(|path| !is_removed(path));
            let image = match (path, self.appended.iter().position(place)) {
                (Some(path), _) => BootImage::Path(path),
                (None, Some(partition)) => BootImage::BasePartition(partition),
                (None, None) => {
                    self.hidden.push(found.hidden()?);
                    if found.known.measure.evidence == Evidence::SectorCount && request.manner.verbose {
                        let sentence = format!(
                            "boot image {} is not a file; the {} bytes that its catalog entry counts are kept",
                            found.entry.number, found.known.measure.length
                        );
                        report.note(name, sentence);
                    }
                    BootImage::Base(self.hidden.len().saturating_sub(1))
                }
            };
            request.boot.entries.push(found.asked(image)?);
        }
        if request.boot.catalog.is_none() && !self.images.is_empty() {
            request.boot.catalog = self.catalog.clone().filter(|path| !is_removed(path));
        }
        Ok(())
    }
}

impl Found {
    /// Where it lies, if it is no file.
    fn hidden(&self) -> Result<Extent> {
        let number = self.entry.number;
        let wrong = |why: &str| {
            let at = self.entry.at;
            Error::Usage(format!("boot image {number}, at byte {at:#x} (sector {}): {why}", at / 2048))
        };
        match self.known.measure {
            Measure { length: 0, .. } => Err(wrong("lies beyond the end of the image, or loads nothing")),
            Measure { evidence: Evidence::EndOfVolume, .. } => {
                Err(wrong("is not a file, and nothing tells how long it is"))
            }
            Measure { length, .. } => Ok(Extent::recorded(self.entry.at, length)),
        }
    }

    /// As the request asks for such an entry.
    fn asked(&self, image: BootImage) -> Result<BootEntry> {
        let catalog::BootImage { number, emulation, sector_count, .. } = self.entry;
        let emulation = match emulation {
            el_torito::Emulation::None => Emulation::None,
            el_torito::Emulation::Floppy(_) => Emulation::Floppy,
            el_torito::Emulation::HardDisk => Emulation::HardDisk,
            el_torito::Emulation::Other(kind) => {
                let sentence =
                    format!("boot image {number}: its media type {kind:#x} is not one of El Torito");
                return Err(Error::Usage(sentence));
            }
        };
        let is_patched = self.known.measure.boot_info_table || self.known.measure.grub2_boot_info;
        let is_behind = matches!(image, BootImage::BasePartition(_));
        let kind = self.entry.criteria_type;
        let criteria = self.entry.criteria.clone();
        Ok(BootEntry {
            platform: self.entry.platform,
            emulation,
            // A partition is what it was: nothing makes it longer.
            load_size: match is_behind {
                true => LoadSize::Sectors(sector_count),
                false => load_size(sector_count, self.known.measure.length, is_patched, self.entry.platform),
            },
            load_segment: self.entry.load_segment,
            id: self.entry.identifier.clone(),
            selection: (kind != 0).then_some(Selection { kind, criteria }),
            boot_info_table: self.known.measure.boot_info_table && !is_behind,
            grub2_boot_info: self.known.measure.grub2_boot_info && !is_behind,
            bootable: self.entry.bootable,
            ..BootEntry::new(image)
        })
    }
}

/// How much is loaded of an image of `length` bytes where `count` is recorded: all of it, so that what replaces the image may be
/// longer, or as much as that.
fn load_size(count: u16, length: u64, is_patched: bool, platform: u8) -> LoadSize {
    let all = length.div_ceil(512);
    if u64::from(count) == all {
        LoadSize::Whole
    } else if u64::from(count) == all.next_multiple_of(4) && !is_patched && platform != platform::EFI {
        LoadSize::Usual
    } else {
        LoadSize::Sectors(count)
    }
}

/// A path without the slash before it, as requests name it.
fn relative(path: &[u8]) -> Vec<u8> {
    path.strip_prefix(b"/").unwrap_or(path).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loads_the_whole_image_goes_on_to_do_so() {
        use platform::{EFI, X86};
        assert_eq!(load_size(4, 40_000, true, X86), LoadSize::Sectors(4));
        assert_eq!(load_size(80, 40_000, false, X86), LoadSize::Usual);
        assert_eq!(load_size(79, 40_000, false, X86), LoadSize::Whole);
        assert_eq!(load_size(80, 40_000, false, EFI), LoadSize::Sectors(80));
        assert_eq!(load_size(4, 2048, true, X86), LoadSize::Whole);
        assert_eq!(load_size(0, 40_000, false, EFI), LoadSize::Sectors(0));
    }
}
