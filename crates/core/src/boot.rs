//! What boots, with all that is known of its length: the catalog says little of it, so the files, the partitions and
//! the boot image itself are asked. The one place that knows both ISO 9660 and partition tables.

use crate::error::Result;
use crate::finding::Findings;
use crate::image::Image;
use crate::iso9660::el_torito::extent::{Evidence, Measure, measure};
use crate::iso9660::el_torito::{Catalog, Emulation};
use crate::partition::plan::{Extent, Replay, replay};
use crate::partition::system_area::{self, Content};
use crate::partition::{Table, second_volume, tables};
use crate::source::Source;
use crate::tree::placed::Placed;

/// Everything that makes an image boot, and what lies where it leads.
#[derive(Debug)]
pub struct Boot {
    /// The boot catalog, if there is one.
    pub catalog: Option<Catalog>,
    /// What is known of each of its images, in its order.
    pub images: Vec<Known>,
    /// The partition tables: MBR, GPT, APM.
    pub tables: Vec<Table>,
    /// What the system area holds besides.
    pub system_area: Vec<Content>,
    /// The files at the places that the catalog and the tables name.
    pub files: Placed,
}

impl Boot {
    /// Looks for all but the catalog on `source`, and at `image` where there is one on it.
    ///
    /// # Errors
    /// Only those of reading the source.
    pub fn find(
        source: &dyn Source,
        image: Option<&Image<'_>>,
        catalog: Option<Catalog>,
        findings: &Findings,
    ) -> Result<Self> {
        let tables = tables(source, findings)?;
        let (mut images, mut files) = (Vec::new(), Placed::default());
        if let Some(image) = image {
            let starts = tables.iter().flat_map(|table| &table.partitions).map(|partition| partition.start);
            // A partition may begin within the sector of a file.
            let starts = starts.map(|start| start / SECTOR * SECTOR);
            files = Placed::find(image.tree(), catalog.iter().flat_map(Catalog::places).chain(starts));
            if let Some(catalog) = &catalog {
                images = known(source, image, catalog, &tables, &files)?;
            }
        }
        Ok(Self { catalog, images, tables, system_area: system_area::read(source)?, files })
    }

    /// Path of the file that is the boot catalog, if a name leads to it.
    pub fn catalog_path(&self) -> Option<&[u8]> {
        let (path, _) = self.files.file(self.catalog.as_ref()?.at)?;
        Some(path)
    }

    /// Where the boot images lie, in the order of the catalog.
    pub fn extents(&self) -> Vec<Extent> {
        let images = self.catalog.iter().flat_map(|catalog| &catalog.images).zip(&self.images);
        images.map(|(image, known)| Extent { at: image.at, length: known.measure.length }).collect()
    }

    /// The options by which the tables and the boot code of `source` can be made anew: see [`replay`].
    ///
    /// # Errors
    /// Those of [`replay`].
    pub fn replay(&self, source: &dyn Source) -> Result<Option<Replay>> {
        replay(source, &self.extents(), self.files.end)
    }

    /// The sector of the volume at which it can be mounted once more: see [`second_volume`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn second_volume(&self, source: &dyn Source) -> Result<Option<u32>> {
        second_volume(source, &self.tables, self.files.end)
    }
}

/// The boot catalog of `image`, which is on `source`.
///
/// # Errors
/// Those of [`Catalog::find`].
pub fn catalog(source: &dyn Source, image: &Image<'_>, findings: &Findings) -> Result<Option<Catalog>> {
    match image.iso9660() {
        Some(volume) => Catalog::find(source, volume.descriptors(), findings),
        None => Ok(None),
    }
}

/// Bytes of a sector of a volume (ECMA-119 6.1.2).
const SECTOR: u64 = 2048;

/// What is known of a boot image beyond its catalog entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its length, what tells it, and what the image knows of its own place.
    pub measure: Measure,
    /// Path of the file that is the boot image.
    pub path: Option<Vec<u8>>,
}

/// What is known of each image of `catalog`, in its order. The length is that of the file or partition that begins
/// where the image does, else what [`measure`] finds, and never reaches behind the end of the input or, where that is
/// not known, of the volume. `files` is asked at [`Catalog::places`].
///
/// # Errors
/// Only those of reading the source.
pub fn known(
    source: &dyn Source,
    image: &Image<'_>,
    catalog: &Catalog,
    tables: &[Table],
    files: &Placed,
) -> Result<Vec<Known>> {
    let partitions = || tables.iter().flat_map(|table| &table.partitions);
    let mut all = Vec::new();
    for boot in &catalog.images {
        let mut measure = measure(source, boot, Some(image.volume_end()))?;
        let file = files.file(boot.at);
        let partition = partitions().find(|partition| partition.start == boot.at && partition.length > 0);
        let emulated = matches!(boot.emulation, Emulation::Floppy(_));
        let (length, evidence) = match (file, partition) {
            (Some((_, size)), _) => (size, Evidence::File),
            (None, Some(partition)) if !emulated => (partition.length, Evidence::Partition),
            _ => (measure.length, measure.evidence),
        };
        let end = source.size().or(Some(image.volume_end()).filter(|end| *end > boot.at));
        measure.length = end.map_or(length, |end| length.min(end.saturating_sub(boot.at)));
        measure.evidence = evidence;
        all.push(Known { measure, path: file.map(|(path, _)| path.to_vec()) });
    }
    Ok(all)
}
