//! What isoinfo prints of an image, as far as programs read it: its lines are told apart by their columns.

mod descriptor;
mod listing;
mod path_table;
mod record;

/// The names that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Identifiers as they are recorded, with version numbers.
    Plain,
    RockRidge,
    Joliet,
}

use crate::output::Output;
use crate::request::Isoinfo;
use isokit_core::error::{Error, Result};
use isokit_core::image::Image;
use isokit_core::iso9660::{Standard, TreeKind};
use isokit_core::source::Source;
use std::fs::File;

/// Prints what is `asked` of `image`, which is on `source`; what fails is told to `failure`.
///
/// # Errors
/// [`Error::Foreign`] where there is no volume of ISO 9660; those of reading and writing.
pub(crate) fn write(
    asked: &Isoinfo,
    source: &dyn Source,
    image: &Image<'_>,
    output: &mut Output<File>,
    failure: &mut dyn FnMut(Error),
) -> Result<()> {
    let Some(volume) = image.iso9660() else {
        return Err(Error::foreign("the volume is not ISO 9660", None));
    };
    let Some((_, descriptor)) = volume.descriptor() else { return Ok(()) };
    if descriptor.standard() == Standard::HighSierra {
        return Err(Error::foreign("a High Sierra image, whose records isoinfo does not know", None));
    }
    let names = match volume.tree().kind() {
        TreeKind::RockRidge => Names::RockRidge,
        TreeKind::Joliet => Names::Joliet,
        TreeKind::Plain | TreeKind::Enhanced => Names::Plain,
    };
    if asked.describes {
        // As with isoinfo, that is all then.
        return descriptor::write(source, volume, output.line(), failure);
    }
    if asked.lists_path_table {
        path_table::write(names, source, descriptor, output.line())?;
    }
    if asked.lists || asked.finds || asked.extracted.is_some() {
        listing::Listing { asked, names, source, tree: volume.tree(), output, failure }.write()?;
    }
    Ok(())
}
