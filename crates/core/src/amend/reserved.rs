//! What of an image is no file and no directory, and stays what it is: descriptors, path tables, the boot catalog, partition
//! tables.

use super::target::Wanted;
use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::image::Image;
use crate::iso9660::el_torito::Catalog;
use crate::iso9660::layout::{SECTOR, VolumeDescriptor};
use crate::iso9660::volume::DescriptorKind;
use crate::partition::tables;
use crate::source::Source;
use std::ops::Range;

/// Where the header of an HFS or HFS+ volume begins, in which its signature is first.
const HFS: u64 = 1024;

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

/// Makes sure that nobody else has records of the files that are `wanted`: other file systems, which are not read here, and further
/// volume descriptors.
///
/// # Errors
/// [`Error::Usage`] where somebody may have; those of reading.
pub(super) fn refuse_others(source: &dyn Source, image: &Image<'_>, wanted: &Wanted) -> Result<()> {
    let tables = tables(source, &Findings::default())?;
    let partitions = tables.iter().flat_map(|table| &table.partitions);
    let whole = 0..source.size().unwrap_or_default();
    let places = partitions.map(|partition| partition.start..partition.end()).chain([whole]);
    for place in places.filter(|place| wanted.at(place).is_some()) {
        let mut mark = [0; 2];
        source.read_some(place.start.saturating_add(HFS), &mut mark)?;
        if matches!(&mark, b"BD" | b"H+" | b"HX") {
            let at = source.location(place.start);
            let sentence = format!("the HFS volume at {at} may show the same files, and is not changed");
            return Err(Error::Usage(sentence));
        }
    }
    let descriptors = image.iso9660().map(crate::iso9660::Image::descriptors).unwrap_or_default();
    let mut roots: Vec<(&str, &[u8])> = Vec::new();
    for descriptor in descriptors {
        let Some(volume) = descriptor.volume() else { continue };
        let tree = match descriptor.kind {
            DescriptorKind::Primary => "primary",
            DescriptorKind::Joliet(_) => "Joliet",
            DescriptorKind::Enhanced => "enhanced",
            _ => "",
        };
        let root = volume.root_directory_record.as_slice();
        // Of descriptors of one kind the first is in force; others are copies.
        let known = roots.iter().find(|(other, _)| *other == tree).map(|(_, root)| *root);
        if tree.is_empty() || known.is_some_and(|known| known != root) {
            let at = descriptor.at;
            let sentence = format!("the volume descriptor at {at} leads to a tree that is not read");
            return Err(Error::Usage(sentence));
        }
        roots.push((tree, root));
    }
    Ok(())
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
