//! Parts of an image that are no files: what boots.

use isokit_core::boot::known;
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::{Image, Options, is_announced};
use isokit_core::iso9660;
use isokit_core::iso9660::el_torito::catalog::Catalog;
use isokit_core::number::{round_up, wide};
use isokit_core::partition::{is_disk, system_area, tables};
use isokit_core::source::Source;
use isokit_core::tree::Extent;
use isokit_core::tree::placed::Placed;

/// Bytes of a sector: what a boot catalog takes at the least.
const SECTOR: u64 = 2048;

/// The first 16 sectors of the image on `source` (ECMA-119 6.2.1).
pub(crate) fn system_area(source: &dyn Source) -> Extent {
    Extent::recorded(source.first(), wide(system_area::LENGTH))
}

/// Checks that `source` is a disk or an image, so that it begins with a system area.
///
/// # Errors
/// [`Error::Foreign`] for what is neither; those of reading it.
pub(crate) fn check_disk(source: &dyn Source, options: &Options) -> Result<()> {
    let tables = tables(source, &Findings::default())?;
    if is_disk(source, &tables, &system_area::read(source)?)? || is_announced(source)? {
        return Ok(());
    }
    match Image::open(source, options) {
        Err(error @ (Error::Foreign(_) | Error::Io(_))) => Err(error),
        _ => Ok(()),
    }
}

/// The boot catalog of `image`, in whole sectors.
///
/// # Errors
/// [`Error::NotFound`] without one; those of reading it.
pub(crate) fn boot_catalog(source: &dyn Source, image: &Image<'_>, findings: &Findings) -> Result<Extent> {
    let catalog = catalog(source, image, findings)?;
    Ok(Extent::recorded(catalog.at, round_up(catalog.length, SECTOR)))
}

/// Boot image `number`, counted from 1, of `image`: as long as it says itself, which its catalog entry often does not.
///
/// # Errors
/// [`Error::NotFound`] without one; those of reading the catalog.
pub(crate) fn boot_image(
    source: &dyn Source,
    image: &Image<'_>,
    number: usize,
    findings: &Findings,
) -> Result<Extent> {
    let catalog = catalog(source, image, findings)?;
    let tables = tables(source, &Findings::default())?;
    let known = known(source, image, &catalog, &tables, &Placed::find(image.tree(), catalog.places()))?;
    let mut images = catalog.images.iter().zip(&known);
    let found = images.find(|(image, _)| image.number == number);
    let (found, known) = found.ok_or_else(|| {
        Error::not_found(format!("boot image {number}"), "the boot catalog has no such entry")
    })?;
    Ok(Extent::recorded(found.at, known.measure.length))
}

fn catalog(source: &dyn Source, image: &Image<'_>, findings: &Findings) -> Result<Catalog> {
    let descriptors = image.iso9660().map(iso9660::Image::descriptors).unwrap_or_default();
    let found = Catalog::find(source, descriptors, findings)?;
    found.ok_or_else(|| Error::not_found("boot catalog", "the image has no El Torito boot record"))
}
