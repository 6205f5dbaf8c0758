//! Limine, as its manual has it. Its code for master boot records is installed by its own program, into the finished image.

use super::efi::Efi;
use super::lacking;
use super::tree::Tree;
use crate::request::{BootEntry, BootImage, Booting};
use isokit_cli::{Failure, Report};

/// Images for BIOS, of newer and older versions.
const BIOS: &[&str] = &[
    "boot/limine/limine-bios-cd.bin",
    "limine/limine-bios-cd.bin",
    "boot/limine-bios-cd.bin",
    "limine-bios-cd.bin",
    "boot/limine-cd.bin",
    "limine-cd.bin",
];

/// Images of FAT, likewise.
const UEFI: &[&str] = &[
    "boot/limine/limine-uefi-cd.bin",
    "limine/limine-uefi-cd.bin",
    "boot/limine-uefi-cd.bin",
    "limine-uefi-cd.bin",
    "boot/limine-cd-efi.bin",
    "limine-cd-efi.bin",
];

/// # Errors
/// When there is nothing that BIOS or UEFI could boot.
pub(super) fn needs(tree: &Tree<'_>, report: &Report) -> Result<Booting, Failure> {
    let mut booting = Booting::default();
    let (bios, efi) = (tree.first(BIOS), Efi::or_programs(tree, UEFI));
    if bios.is_none() && !efi.as_ref().is_some_and(Efi::starts) {
        let useless = Efi::useless(efi.as_ref());
        return Err(lacking("Limine", &format!("{} or {}{useless}", BIOS[0], UEFI[0])));
    }
    booting.partitions.protective = true;
    if let Some(path) = bios {
        let entry = BootEntry::new(BootImage::Path(path));
        booting.boot.entries.push(BootEntry { boot_info_table: true, ..entry });
        let sentence = "for BIOS to boot disks, run: limine bios-install IMAGE";
        report.note("Limine", sentence);
    }
    if let Some(efi) = efi {
        efi.boot(false, &mut booting);
    }
    Ok(booting)
}
