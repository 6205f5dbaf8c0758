//! The languages of other programs: that of isoinfo is understood, and what makes an image boot is said as options of programs
//! that make images.

mod isoinfo;
mod mkisofs;
mod own;

use crate::flags;
use crate::rebuilt::{Facts, Spelled};
use crate::request::{Program, Request};
use isokit_cli::{Failure, Report, Status};
use isokit_core::boot::Known;
use isokit_core::iso9660::el_torito::{BootImage, Emulation, platform};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What messages call the tool where it was called by the name `called`.
pub(crate) fn name(called: &OsStr) -> &'static str {
    if is_isoinfo(called) { isoinfo::NAME } else { "isols" }
}

fn is_isoinfo(called: &OsStr) -> bool {
    Path::new(called).file_name() == Some(OsStr::new(isoinfo::NAME))
}

/// Reads the arguments, of which the first is the name the tool was called by; or answers them, and returns the status to
/// end with. isoinfo's language is spoken where the tool is called so, and behind `--as isoinfo`.
///
/// # Errors
/// When those of isoinfo cannot be understood.
pub(crate) fn request(arguments: Vec<OsString>, report: &Report) -> Result<Result<Request, Status>, Failure> {
    match arguments.as_slice() {
        [called, words @ ..] if is_isoinfo(called) => isoinfo::request(words, report),
        [_, option, name, words @ ..] if option == "--as" && name == isoinfo::NAME => {
            isoinfo::request(words, report)
        }
        _ => Ok(flags::request(arguments, report)),
    }
}

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
    is_plain(image, platform::EFI, whole(known))
}

/// Whether no more is said of `image` than that it is for `platform` and that so many sectors of it are loaded.
fn is_plain(image: &BootImage, platform: u8, sector_count: u16) -> bool {
    image.platform == platform
        && image.emulation == Emulation::None
        && image.bootable
        && image.load_segment == 0
        && image.identifier.is_empty()
        && image.criteria.is_empty()
        && image.criteria_type == 0
        && image.sector_count == sector_count
}
