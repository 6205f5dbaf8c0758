//! GRUB 2, as grub-mkrescue and the tools of distributions lay it out.

use super::efi::{Efi, PROGRAMS};
use super::tree::Tree;
use super::{lacking, machine};
use crate::request::{BootCode, BootEntry, BootImage, Booting, Piece};
use isokit_cli::{Failure, Report};

/// Images for El Torito: cdboot.img with a core image behind it.
const IMAGES: &[&str] = &[
    "boot/grub/i386-pc/eltorito.img",
    "boot/grub2/i386-pc/eltorito.img",
    "boot/grub/eltorito.img",
    "boot/grub/bios.img",
    "images/eltorito.img",
    "boot/x86_64/loader/eltorito.img",
];

/// Code for master boot records.
const CODE: &[&str] = &[
    "boot/grub/i386-pc/boot_hybrid.img",
    "boot/grub2/i386-pc/boot_hybrid.img",
    "boot/x86_64/loader/boot_hybrid.img",
];

/// As [`CODE`], on the machine.
const CODE_HERE: &[&str] = &[
    "/usr/lib/grub/i386-pc/boot_hybrid.img",
    "/usr/lib/grub2/i386-pc/boot_hybrid.img",
    "/usr/share/grub/i386-pc/boot_hybrid.img",
    "/usr/share/grub2/i386-pc/boot_hybrid.img",
];

/// # Errors
/// When there is nothing that BIOS or UEFI could boot.
pub(super) fn needs(tree: &Tree<'_>, report: &Report) -> Result<Booting, Failure> {
    let mut booting = Booting::default();
    let (image, efi) = (tree.first(IMAGES), Efi::find(tree));
    if image.is_none() && !efi.as_ref().is_some_and(Efi::starts) {
        let useless = Efi::useless(efi.as_ref());
        return Err(lacking("GRUB", &format!("{} or {PROGRAMS}{useless}", IMAGES[0])));
    }
    if let Some(path) = image {
        let entry = BootEntry::new(BootImage::Path(path));
        booting.boot.entries.push(BootEntry { boot_info_table: true, grub2_boot_info: true, ..entry });
        let code =
            tree.first(CODE).and_then(|path| tree.on_disk(&path)).or_else(|| machine::first(CODE_HERE));
        if code.is_none() {
            report.warning("GRUB", "boot_hybrid.img was not found; BIOS will boot discs, but no disks");
        }
        booting.partitions.code = code.is_some().then_some(BootCode::Either);
        // Some BIOSes boot no disk without.
        booting.partitions.active = code.is_some();
        booting.boot.system_area = code.map(Piece::from);
    }
    if let Some(efi) = efi {
        efi.boot(false, &mut booting);
    }
    Ok(booting)
}
