//! What of an image is no file and no directory, and stays what it is: descriptors, path tables, the boot catalog, partition
//! tables.

use super::target::Wanted;
use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::image::Image;
use crate::iso9660::el_torito::Catalog;
use crate::iso9660::layout::{SECTOR, VolumeDescriptor};
use crate::partition::tables;
use crate::source::Source;
use std::ops::Range;

/// Makes sure that nothing of that lies in the bytes that are `wanted`.
///
/// # Errors
/// [`Error::Usage`] where something does; those of reading.
pub(super) fn check(source: &dyn Source, image: &Image<'_>, wanted: &Wanted) -> Result<()> {
    let found = places(source, image)?.into_iter().find(|(_, range)| wanted.at(range).is_some());
    match found {
        None => Ok(()),
        Some((what, range)) => {
            let at = source.location(range.start);
            Err(Error::Usage(format!("{what}, at {at}, lies among the contents that would be changed")))
        }
    }
}

/// What tells whether any of that changed. Partition tables are compared by what they say.
///
/// # Errors
/// Those of reading.
pub(super) fn digest(source: &dyn Source, image: &Image<'_>) -> Result<Vec<u8>> {
    let descriptors = image.iso9660().map(crate::iso9660::Image::descriptors).unwrap_or_default();
    let mut all: Vec<u8> =
        descriptors.iter().flat_map(|descriptor| descriptor.bytes.iter().copied()).collect();
    let findings = Findings::default();
    let catalog = Catalog::find(source, descriptors, &findings)?;
    let tables = tables(source, &findings)?;
    all.extend(format!("{catalog:?}{tables:?}").into_bytes());
    Ok(all)
}

/// Where each lies, and what it is called.
fn places(source: &dyn Source, image: &Image<'_>) -> Result<Vec<(&'static str, Range<u64>)>> {
    let mut places = vec![("the system area", 0..16 * SECTOR)];
    let Some(volume) = image.iso9660() else { return Ok(places) };
    let descriptors = volume.descriptors();
    for descriptor in descriptors {
        let at = descriptor.at.byte().saturating_sub(source.origin());
        places.push(("a volume descriptor", at..at.saturating_add(SECTOR)));
        places.extend(descriptor.volume().into_iter().flat_map(path_tables));
    }
    if let Some(catalog) = Catalog::find(source, descriptors, &Findings::default())? {
        places.push(("the boot catalog", catalog.at..catalog.at.saturating_add(catalog.length)));
    }
    Ok(places)
}

/// Where the path tables of `volume` lie, as far as there are any.
fn path_tables(volume: &VolumeDescriptor) -> impl Iterator<Item = (&'static str, Range<u64>)> {
    let (block, size) = (u64::from(volume.logical_block_size.get()), volume.path_table_size.get());
    let blocks = [
        volume.type_l_path_table.get(),
        volume.optional_type_l_path_table.get(),
        volume.type_m_path_table.get(),
        volume.optional_type_m_path_table.get(),
    ];
    blocks.into_iter().filter(|number| *number > 0).map(move |number| {
        let at = u64::from(number).saturating_mul(block);
        ("a path table", at..at.saturating_add(size.into()))
    })
}
