//! The name of the boot catalog in the tree, where something has that name already.

use crate::contents::Contents;
use crate::operand::components;
use crate::request::{Boot, BootImage, Request};
use crate::sources::Origin;
use crate::spelling::Asked;
use isokit_cli::name::shown;
use isokit_cli::{Failure, Report};
use isokit_core::fill::{Contents as _, Reader};
use isokit_core::iso9660::el_torito::catalog::is_catalog;
use isokit_core::tree::Kind;
use isokit_core::tree::build::{Build, NameId};
use isokit_core::{Error, Result};

/// Bytes of an entry of a boot catalog (El Torito 2.0).
const ENTRY: usize = 32;

/// Warns of a file whose place the boot catalog takes. One that is a boot catalog, as trees unpacked from images have, or empty, is
/// no loss.
///
/// # Errors
/// [`Error::Usage`] when the file is a boot image, or one whose content was to be another; those of reading it.
pub(crate) fn check(
    request: &Request,
    boot: &Boot,
    (build, replaced): (&Build<Origin>, &[NameId]),
    contents: &Contents<'_>,
    report: &Report,
) -> Result<(), Failure> {
    let Some(path) = boot.catalog.as_deref().filter(|_| !boot.entries.is_empty()) else { return Ok(()) };
    let Some(there) = found(build, path).filter(|name| build.kind(*name) == Kind::File) else {
        return Ok(());
    };
    let is_image = |image: &BootImage| match image {
        BootImage::Path(image) => found(build, image) == Some(there),
        _ => false,
    };
    if boot.entries.iter().any(|entry| is_image(&entry.image)) {
        let option = request.spelling.option(Asked::BootCatalog);
        let sentence = format!("{option}: {} is a boot image; the catalog needs another name", shown(path));
        return Err(Error::Usage(sentence).into());
    }
    if replaced.contains(&there) {
        let option = request.spelling.option(Asked::Replace);
        let sentence =
            format!("{option}: /{} is the boot catalog, which is made anew", shown(&build.path(there)));
        return Err(Error::Usage(sentence).into());
    }
    let Some(content) = build.file(build.name(there).file).content else { return Ok(()) };
    let origin = &build.content(content).origin;
    let failed =
        |error| Failure { input: Some(shown(&contents.path(origin))), error: Error::io("read", error) };
    let mut bytes = [0; ENTRY];
    let mut reader = Reader::new(contents.open(origin).map_err(failed)?);
    let have = reader.read(&mut bytes).map_err(failed)?;
    if !is_catalog(bytes.get(..have).unwrap_or_default()) {
        report.warning(format_args!("/{}", shown(&build.path(there))), "gives its place to the boot catalog");
    }
    Ok(())
}

/// What is at `path` in the image.
fn found(build: &Build<Origin>, path: &[u8]) -> Option<NameId> {
    components(path).try_fold(Build::<Origin>::ROOT, |at, part| build.child(at, part))
}
