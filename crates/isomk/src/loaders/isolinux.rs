//! ISOLINUX of SYSLINUX, which boots by BIOS, with whatever is there for UEFI.

use super::efi::Efi;
use super::tree::Tree;
use super::{lacking, machine};
use crate::request::{BootCode, BootEntry, BootImage, Booting, Piece};
use isokit_cli::{Failure, Report};

/// Where its manual and distributions have it.
const IMAGES: &[&str] = &[
    "isolinux/isolinux.bin",
    "boot/isolinux/isolinux.bin",
    "boot/syslinux/isolinux.bin",
    "syslinux/isolinux.bin",
    "boot/x86_64/loader/isolinux.bin",
    "isolinux.bin",
];

/// Code for master boot records, beside it.
const CODE: &str = "isohdpfx.bin";

/// As [`CODE`], on the machine.
const CODE_HERE: &[&str] = &[
    "/usr/lib/ISOLINUX/isohdpfx.bin",
    "/usr/lib/syslinux/bios/isohdpfx.bin",
    "/usr/share/syslinux/isohdpfx.bin",
    "/usr/lib/syslinux/isohdpfx.bin",
];

/// # Errors
/// When it is not there.
pub(super) fn needs(tree: &Tree<'_>, report: &Report) -> Result<Booting, Failure> {
    let path = tree.first(IMAGES).ok_or_else(|| lacking("ISOLINUX", IMAGES[0]))?;
    let mut booting = Booting::default();
    let folder = path.rsplitn(2, |byte| *byte == b'/').nth(1).map(<[u8]>::to_vec);
    let beside = |name: &str| match &folder {
        Some(folder) => [folder.as_slice(), b"/", name.as_bytes()].concat(),
        None => name.as_bytes().to_vec(),
    };
    let code = tree.on_disk(&beside(CODE)).or_else(|| machine::first(CODE_HERE));
    if code.is_none() {
        report.warning("ISOLINUX", "isohdpfx.bin was not found; BIOS will boot discs, but no disks");
    }
    booting.partitions.code = code.is_some().then_some(BootCode::Either);
    booting.boot.system_area = code.map(Piece::from);
    booting.boot.catalog = Some(beside("boot.cat"));
    let entry = BootEntry::new(BootImage::Path(path));
    booting.boot.entries.push(BootEntry { boot_info_table: true, ..entry });
    if let Some(efi) = Efi::find(tree) {
        efi.boot(booting.partitions.code.is_some(), &mut booting);
    }
    Ok(booting)
}
