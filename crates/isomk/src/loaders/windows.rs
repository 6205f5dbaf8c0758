//! The loaders of Windows' installer, on discs only: it starts from no disk that has an image on it.

use super::tree::Tree;
use super::{efi, lacking};
use crate::request::{BootEntry, BootImage, Booting};
use isokit_cli::name::shown;
use isokit_cli::{Failure, Report};
use isokit_core::iso9660::plan::{LoadSize, platform};

const BIOS: &[&str] = &["boot/etfsboot.com"];

/// The first one waits for a key.
const UEFI: &[&str] = &["efi/microsoft/boot/efisys.bin", "efi/microsoft/boot/efisys_noprompt.bin"];

/// # Errors
/// When there is nothing that BIOS or UEFI could boot.
pub(super) fn needs(tree: &Tree<'_>, report: &Report) -> Result<Booting, Failure> {
    let mut booting = Booting::default();
    if let Some(path) = tree.first(BIOS) {
        let entry = BootEntry::new(BootImage::Path(path));
        booting.boot.entries.push(BootEntry { load_size: LoadSize::Sectors(8), ..entry });
    }
    if let Some(path) = tree.first(UEFI) {
        efi::warn(shown(&path), tree.volume(&path).as_ref(), report);
        let entry = BootEntry::new(BootImage::Path(path));
        booting.boot.entries.push(BootEntry { platform: platform::EFI, ..entry });
    }
    match booting.boot.entries.is_empty() {
        true => Err(lacking("Windows' loader", &format!("{} or {}", BIOS[0], UEFI[0]))),
        false => Ok(booting),
    }
}
