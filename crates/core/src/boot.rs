//! What boots, with all that is known of its length: the catalog says little of it, so the files, the partitions and
//! the boot image itself are asked. The one place that knows both ISO 9660 and partition tables.

use crate::error::Result;
use crate::image::Image;
use crate::iso9660::el_torito::extent::{Evidence, Measure, measure};
use crate::iso9660::el_torito::{Catalog, Emulation};
use crate::partition::Table;
use crate::source::Source;
use crate::tree::placed::Placed;

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
