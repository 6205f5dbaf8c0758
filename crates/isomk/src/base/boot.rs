//! What boots of an existing image.

use crate::removal::{Removal, Removed};
use crate::request::{BootEntry, BootImage, Request};
use isokit_cli::Report;
use isokit_core::boot::{self, Boot, Known};
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::Image;
use isokit_core::iso9660::el_torito::catalog;
use isokit_core::iso9660::el_torito::extent::{Evidence, Measure};
use isokit_core::iso9660::plan::LoadSize;
use isokit_core::source::Source;
use isokit_core::tree::Extent;

/// What makes an image boot, and what of it becomes contents.
#[derive(Debug)]
pub(super) struct Booting {
    pub(super) found: Boot,
    /// Boot images that are no files: see [`super::Taken`].
    pub(super) hidden: Vec<Extent>,
    /// Partitions behind the volume: likewise. `None` for one that is new.
    pub(super) appended: Vec<Option<Extent>>,
}

impl Booting {
    /// Looks at `image`, on `source`; for its catalog only where no other boot entries are asked for.
    ///
    /// # Errors
    /// Those of the catalog, and of reading.
    pub(super) fn look(source: &dyn Source, image: &Image<'_>, request: &Request) -> Result<Self> {
        let findings = Findings::default();
        let catalog = match boot::catalog(source, image, &findings) {
            _ if request.format.iso9660.is_none() => None,
            Err(_)
                if request.boot.is_asked() || !request.inputs.base.as_ref().is_none_or(|base| base.boots) =>
            {
                None
            }
            found => found?,
        };
        let found = Boot::find(source, Some(image), catalog, &findings)?;
        Ok(Self { found, hidden: Vec::new(), appended: Vec::new() })
    }

    /// Has `request` ask for the entries, if it asks for no others.
    ///
    /// # Errors
    /// [`Error::Usage`] for an entry that cannot be made anew, and for a boot image that is not there.
    pub(super) fn complete(&mut self, request: &mut Request, report: &Report, name: &str) -> Result<()> {
        if let Some(base) = request.inputs.base.as_mut().filter(|base| !base.boots) {
            // The catalog is no file of anybody's.
            let path = self.found.catalog_path().map(relative);
            base.remove.extend(path.as_deref().map(Removed::catalog));
            return Ok(());
        }
        let Some(catalog) = &self.found.catalog else { return Ok(()) };
        if request.boot.is_asked() {
            self.patch(&mut request.boot.entries);
            return Ok(());
        }
        if let Some(base) = &mut request.inputs.base {
            base.gives_boot = true;
        }
        let removal = match &request.inputs.base {
            Some(base) => {
                let gone = base.remove.iter().filter(|removed| !removed.replaced);
                Some(Removal::new(&gone.cloned().collect::<Vec<_>>(), request.inputs.literal)?)
            }
            None => None,
        };
        let keeps = request.inputs.base.as_ref().is_some_and(|base| base.keeps_boot_images);
        let is_removed = |path: &[u8]| removal.as_ref().is_some_and(|removal| removal.removes_file(path));
        for (entry, known) in catalog.images.iter().zip(&self.found.images) {
            let place = |extent: &Option<Extent>| {
                extent.as_ref().is_some_and(|extent| extent.offset == Some(entry.at))
            };
            let path = known.path.as_deref().map(relative).filter(|path| !keeps || !is_removed(path));
            let image = match (path, self.appended.iter().position(place)) {
                (Some(path), _) => BootImage::Path(path),
                (None, Some(partition)) => BootImage::BasePartition(partition),
                (None, None) => {
                    self.hidden.push(hidden(entry, known)?);
                    if known.measure.evidence == Evidence::SectorCount && request.manner.verbose {
                        let sentence = format!(
                            "boot image {} is not a file; the {} bytes that its catalog entry counts are kept",
                            entry.number, known.measure.length
                        );
                        report.note(name, sentence);
                    }
                    BootImage::Base(self.hidden.len().saturating_sub(1))
                }
            };
            request.boot.entries.push(asked(entry, known, image)?);
        }
        if request.boot.catalog.is_none() && !catalog.images.is_empty() {
            let path = self.found.catalog_path().map(relative);
            request.boot.catalog = path.filter(|path| !is_removed(path));
        }
        Ok(())
    }
}

impl Booting {
    /// Has files that are boot images of the image, and are told of themselves there, be told in the new one.
    fn patch(&self, entries: &mut [BootEntry]) {
        for entry in entries {
            let BootImage::Path(path) = &entry.image else { continue };
            let is_it = |known: &&Known| known.path.as_deref().map(relative).as_ref() == Some(path);
            for known in self.found.images.iter().filter(is_it) {
                entry.boot_info_table |= known.measure.boot_info_table;
                entry.grub2_boot_info |= known.measure.grub2_boot_info;
            }
        }
    }
}

/// Where a boot image lies that is no file.
fn hidden(entry: &catalog::BootImage, known: &Known) -> Result<Extent> {
    let wrong = |why: &str| {
        let (number, at) = (entry.number, entry.at);
        Error::Usage(format!("boot image {number}, at byte {at:#x} (sector {}): {why}", at / 2048))
    };
    match known.measure {
        Measure { length: 0, .. } => Err(wrong("lies beyond the end of the image, or loads nothing")),
        Measure { evidence: Evidence::EndOfVolume, .. } => {
            Err(wrong("is not a file, and nothing tells how long it is"))
        }
        Measure { length, .. } => Ok(Extent::recorded(entry.at, length)),
    }
}

/// As the request asks for such an entry, whose image is `image`.
fn asked(found: &catalog::BootImage, known: &Known, image: BootImage) -> Result<BootEntry> {
    let is_behind = matches!(image, BootImage::BasePartition(_));
    let entry = isokit_booting::entry(found, known, image)?;
    if !is_behind {
        return Ok(entry);
    }
    // A partition is what it was: nothing makes it longer.
    let load_size = LoadSize::Sectors(found.sector_count);
    Ok(BootEntry { load_size, boot_info_table: false, grub2_boot_info: false, ..entry })
}

/// A path without the slash before it, as requests name it.
fn relative(path: &[u8]) -> Vec<u8> {
    path.strip_prefix(b"/").unwrap_or(path).to_vec()
}
