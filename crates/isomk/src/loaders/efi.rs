//! What UEFI boots from: an image of FAT that is in the image already, or programs that one is made of.

use super::tree::Tree;
use super::volume::Volume;
use crate::request::{Appended, AppendedSource, BootEntry, BootImage, Booting};
use isokit_cli::Report;
use isokit_cli::name::shown;
use isokit_core::iso9660::plan::{Emulation, platform};
use isokit_core::partition::plan::{GptMark, Kind, Mark};
use isokit_core::partition::{gpt, mbr};
use std::fmt::Display;

/// Where images of FAT are kept, by the tools of distributions.
const IMAGES: &[&str] = &[
    "boot/grub/efi.img",
    "boot/grub2/efi.img",
    "efi.img",
    "images/efiboot.img",
    "EFI/BOOT/efiboot.img",
    "EFI/efiboot.img",
    "boot/efi.img",
    "isolinux/efiboot.img",
    "efiboot.img",
];

/// What the programs are called (UEFI 3.5.1.1), and where they are.
pub(super) const PROGRAMS: &str = "EFI/BOOT/BOOT*.EFI";

/// What a program begins with (UEFI 2.1.1, after the PE format).
pub(super) const SIGNATURE: [u8; 2] = *b"MZ";

/// Whether a path is one of [`PROGRAMS`]; its case does not matter.
pub(super) fn is_program(path: &[u8]) -> bool {
    let path = path.to_ascii_uppercase();
    let name = path.strip_prefix(b"EFI/BOOT/BOOT").filter(|name| !name.contains(&b'/'));
    name.is_some_and(|name| name.ends_with(b".EFI"))
}

/// The partition that UEFI boots from.
const NUMBER: u8 = 2;

/// What there is for UEFI.
pub(super) enum Efi {
    /// A file of the image, by its path, and what is wrong with it.
    Image(Vec<u8>, Option<Volume>),
    /// Files and directories that are to be in a FAT volume, by their paths.
    Programs(Vec<Vec<u8>>),
}

impl Efi {
    /// An image in one of the usual places, or else the programs.
    pub(super) fn find(tree: &Tree<'_>) -> Option<Self> {
        Self::or_programs(tree, IMAGES)
    }

    /// The first of these images in which UEFI finds something to start; without one the programs, or else the first image that
    /// is there.
    pub(super) fn or_programs(tree: &Tree<'_>, images: &[&str]) -> Option<Self> {
        let image = |path: &&str| {
            let path = tree.first(&[path])?;
            let volume = tree.volume(&path);
            Some(Self::Image(path, volume))
        };
        let mut there: Vec<Self> = images.iter().filter_map(image).collect();
        // A stable sort: the first of those that start something, else the first of all.
        there.sort_by_key(|image| !image.starts());
        let first = there.into_iter().next();
        match first {
            Some(image) if image.starts() => Some(image),
            first => Self::programs(tree).or(first),
        }
    }

    /// The directory of the programs, if there is one for any machine.
    pub(super) fn programs(tree: &Tree<'_>) -> Option<Self> {
        let there = tree.within("EFI/BOOT").iter().any(|path| is_program(path));
        tree.directory("EFI").filter(|_| there).map(|path| Self::Programs(vec![path]))
    }

    /// Whether UEFI finds something to start there.
    pub(super) fn starts(&self) -> bool {
        match self {
            Self::Image(_, volume) => volume.as_ref().is_none_or(|volume| volume.has_loader),
            Self::Programs(_) => true,
        }
    }

    /// What is there in which UEFI finds nothing to start, for a message that nothing else is there.
    pub(super) fn useless(efi: Option<&Self>) -> String {
        match efi {
            Some(Self::Image(path, Some(Volume { faults, .. }))) => {
                format!("; {}: {}", shown(path), faults.join("; "))
            }
            _ => String::new(),
        }
    }

    /// Adds a boot entry, and the partition it boots from on disks: beside that of the volume in a GPT, or, where ISOLINUX's
    /// code has made one of the whole disk, `within` it.
    pub(super) fn boot(self, within: bool, booting: &mut Booting) {
        let (image, gpt) = match self {
            Self::Image(path, _) => {
                let mark = if within { GptMark::BasicData } else { GptMark::EfiSystem };
                booting.partitions.protective |= !within;
                (BootImage::Path(path), Some(mark))
            }
            Self::Programs(paths) => {
                let kind = if within { Kind::Mbr(mbr::EFI_SYSTEM) } else { Kind::Gpt(gpt::EFI_SYSTEM) };
                let source = AppendedSource::Image(paths);
                booting.partitions.appended.push(Appended {
                    number: NUMBER,
                    any_number: false,
                    kind,
                    source,
                });
                (BootImage::Appended(NUMBER), within.then_some(GptMark::BasicData))
            }
        };
        let mark = Mark { gpt, apm: false };
        booting.boot.entries.push(BootEntry { platform: platform::EFI, mark, ..BootEntry::new(image) });
    }
}

/// Warns of what is wrong with the files of the image that are `entries` for UEFI.
pub(super) fn check(entries: &[BootEntry], tree: &Tree<'_>, report: &Report) {
    for entry in entries {
        if let BootImage::Path(path) = &entry.image
            && (entry.platform, entry.emulation) == (platform::EFI, Emulation::None)
        {
            warn(shown(path), tree.volume(path).as_ref(), report);
        }
    }
}

/// Warns of what is wrong with an image that UEFI is to boot from.
pub(super) fn warn(name: impl Display, volume: Option<&Volume>, report: &Report) {
    for fault in volume.iter().flat_map(|volume| &volume.faults) {
        report.warning(&name, fault);
    }
}
