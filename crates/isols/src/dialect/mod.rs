//! What makes an image boot, as options of programs that make images: `--as`.

mod mkisofs;
mod own;

use crate::rebuilt::{Facts, Spelled};
use crate::request::Program;
use isokit_core::boot::Known;
use isokit_core::iso9660::el_torito::{BootImage, Emulation, platform};

/// The options of `program` that make an image boot as `facts` say.
pub(crate) fn spelled(program: Program, facts: &Facts<'_>) -> Spelled {
    match program {
        Program::Isomk => own::options(facts),
        Program::Mkisofs => mkisofs::options(facts),
    }
}

/// The path of a file as both programs take it: from the root of the image, without a slash.
fn relative(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"/").unwrap_or(path)
}

/// The sector count that stands for all of the image: 0 where that does not fit.
fn whole(known: &Known) -> u16 {
    u16::try_from(known.measure.length.div_ceil(512)).unwrap_or(0)
}

/// Whether `image` is one for UEFI and nothing else is said of it.
fn is_plain_efi(image: &BootImage, known: &Known) -> bool {
    image.platform == platform::EFI
        && image.emulation == Emulation::None
        && image.bootable
        && image.load_segment == 0
        && image.identifier.is_empty()
        && image.criteria.is_empty()
        && image.criteria_type == 0
        && image.sector_count == whole(known)
}
