//! What is wrong with an image that can be read all the same, or of which a part cannot be read, and who stumbles over it.

use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::image::Image;
use crate::partition;
use crate::source::Source;
use crate::tree::Entry;
use crate::tree::walk::{Descend, Visitor, walk};

mod boot_info;
mod efi_image;
mod el_torito;
mod entry;
mod fault;
mod gpt;
mod partitions;
mod place;
mod trees;

pub use efi_image::efi_image;
pub use fault::{Fault, Kind};
use partitions::Tables;
pub use trees::{Lacking, lacking};

/// Who is told of each fault, and of each part of the image that cannot be checked for another reason than damage.
pub type Found<'f> = &'f mut dyn FnMut(Result<Fault>);

/// Looks at all of `source` and of the `image` on it, if there is one, but at the contents of files, and tells `found` what is
/// wrong, one fault after the other. A source that passes once has to be read to its end before: what lies there is looked at,
/// too.
///
/// # Errors
/// Those of reading the source.
pub fn check(source: &dyn Source, image: Option<&Image<'_>>, found: Found<'_>) -> Result<()> {
    let findings = Findings::default();
    let tables = partition::read(source, &findings)?;
    let mut boot = Vec::new();
    if let Some(image) = image {
        damage(image, found);
        if let Ok(root) = image.tree().root() {
            walk(image.tree(), &root, b"", &mut Failures(found))?;
        }
        trees::check(image, found)?;
        boot = el_torito::check(source, image, &tables, &findings, found)?;
    }
    Tables { source, tables: &tables, boot: &boot, is_disc: image.is_some() }.check(found)?;
    let of_image = image.map(Image::take_findings).unwrap_or_default();
    let all = of_image.into_iter().chain(findings.take());
    all.filter(|finding| !finding.is_legal).for_each(|finding| found(Ok(Fault::tolerated(finding))));
    Ok(())
}

/// What is announced and cannot be read, and what is missing at the end.
fn damage(image: &Image<'_>, found: Found<'_>) {
    if let Some(error) = image.truncation() {
        found(fault(error, Kind::Truncation, "what lies behind it is missing for all who read it"));
    }
    for (what, error) in image.damage() {
        let consequence = format!("readers that prefer {what} show nothing or something else");
        found(match error {
            Error::Corrupt(corrupt) => Ok(Fault::damage(Kind::Damage, (**corrupt).clone(), consequence)),
            error => Err(Error::Unreadable(format!("{what} cannot be read: {error}"))),
        });
    }
}

/// The fault that `error` tells; what is no damage of the image remains an error.
fn fault(error: Error, kind: Kind, consequence: impl Into<String>) -> Result<Fault> {
    match error {
        Error::Corrupt(corrupt) => Ok(Fault::damage(kind, *corrupt, consequence)),
        error => Err(error),
    }
}

/// A walk's visitor that tells what cannot be listed.
struct Failures<'f>(Found<'f>);

impl Visitor for Failures<'_> {
    fn entry(&mut self, _: &[u8], _: &Entry) -> Result<Descend> {
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        let consequence = "other readers may fail here or list something else";
        (self.0)(fault(error, Kind::Damage, consequence).map(|fault| fault.about(Some(path))));
        Ok(())
    }
}
