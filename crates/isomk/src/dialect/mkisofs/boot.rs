//! Entries of the boot catalog: options describe one entry until `-eltorito-alt-boot` begins the next.

use super::peer::Peer;
use crate::request::{self, BootImage, Piece};
use isokit_core::iso9660::plan::{Emulation, LoadSize, Selection, platform};
use isokit_core::partition::plan::{GptMark, Mark};
use isokit_core::{Error, Result};

/// What was asked for of booting.
#[derive(Debug, Default)]
pub(crate) struct Boot {
    finished: Vec<Entry>,
    /// Some entry has settings, but no boot image.
    incomplete: bool,
    entry: Entry,
    /// What xorriso takes the images of `-b` to be for.
    pub platform: u8,
    pub catalog: Option<Vec<u8>>,
    /// The catalog is beside the first boot image unless it is named.
    pub catalog_beside: bool,
    pub hidden_catalog: bool,
    /// The boot image for UEFI is the EFI system partition of a GPT.
    pub efi_partition: bool,
    pub system_area: Option<Piece>,
}

/// An entry that options are describing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub image: Option<BootImage>,
    pub platform: u8,
    pub emulation: Emulation,
    pub load_size: Option<LoadSize>,
    pub load_segment: u16,
    pub id: Vec<u8>,
    pub selection: Option<Selection>,
    pub boot_info_table: bool,
    pub grub2_boot_info: bool,
    pub bootable: bool,
    pub mark: Mark,
}

impl Default for Entry {
    /// Without `-no-emul-boot`, a boot image is that of a floppy disk.
    fn default() -> Self {
        Self {
            image: None,
            platform: platform::X86,
            emulation: Emulation::Floppy,
            load_size: None,
            load_segment: 0,
            id: Vec::new(),
            selection: None,
            boot_info_table: false,
            grub2_boot_info: false,
            bootable: true,
            mark: Mark::default(),
        }
    }
}

/// Where the catalog is a file, unless `-c` says otherwise.
const CATALOG: &[u8] = b"boot.catalog";

/// Its name beside the first boot image.
const BESIDE: &[u8] = b"boot.cat";

impl Boot {
    pub(super) fn entry(&mut self) -> &mut Entry {
        &mut self.entry
    }

    /// Paths of the boot images that are told where they lie.
    pub(super) fn patched(&self) -> Vec<Vec<u8>> {
        let entries = self.finished.iter().chain([&self.entry]);
        let patched = entries.filter(|entry| entry.boot_info_table || entry.grub2_boot_info);
        let path = |entry: &Entry| match &entry.image {
            Some(BootImage::Path(path)) => Some(path.clone()),
            _ => None,
        };
        patched.filter_map(path).collect()
    }

    /// Ends the entry; one without a boot image is none.
    pub(super) fn next(&mut self) {
        let entry = std::mem::take(&mut self.entry);
        if entry.image.is_some() {
            self.finished.push(entry);
        } else {
            self.incomplete |= entry != Entry::default();
        }
    }

    /// Whether there is one entry, whose image is told where the rest of it is.
    pub(super) fn has_one_that_loads_itself(&self) -> bool {
        self.finished.is_empty() && self.entry.image.is_some() && self.entry.boot_info_table
    }

    /// What booting is asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] where genisoimage wants a boot image and there is none, and for a partition that there is no boot image
    /// for.
    pub(super) fn request(mut self, peer: Peer) -> Result<request::Boot> {
        self.next();
        if self.efi_partition {
            self.mark_efi()?;
        }
        if self.incomplete && !peer.is_xorriso() {
            let sentence = "a boot entry has settings, but no boot image; name one with -b or -e";
            return Err(Error::Usage(sentence.into()));
        }
        let entries: Vec<_> = self.finished.iter().filter_map(|entry| entry.request(peer)).collect();
        let catalog = match (self.hidden_catalog, entries.is_empty()) {
            (_, true) if self.catalog.is_some() && !peer.is_xorriso() => {
                return Err(Error::Usage("a boot catalog requires a boot image; name one with -b".into()));
            }
            (true, _) | (_, true) => None,
            _ => Some(self.catalog.unwrap_or_else(|| match entries.first() {
                Some(first) if self.catalog_beside => beside(&first.image),
                _ => CATALOG.to_vec(),
            })),
        };
        Ok(request::Boot { entries, catalog, system_area: self.system_area, ..request::Boot::default() })
    }

    /// Makes the first boot image for UEFI that is a file of the image a partition.
    fn mark_efi(&mut self) -> Result<()> {
        let is_it = |entry: &&mut Entry| {
            entry.platform == platform::EFI && matches!(entry.image, Some(BootImage::Path(_)))
        };
        let Some(entry) = self.finished.iter_mut().find(is_it) else {
            let sentence = "-efi-boot-part: no boot image for UEFI is a file of the image; name one with -e";
            return Err(Error::Usage(sentence.into()));
        };
        entry.mark.gpt = Some(GptMark::EfiSystem);
        Ok(())
    }

    /// Takes back what says that boot images are partitions within that of the volume.
    pub(super) fn unmark(&mut self) {
        for entry in self.finished.iter_mut().chain([&mut self.entry]) {
            entry.mark = Mark::default();
        }
    }

    /// Whether any boot image is to be a partition within that of the volume.
    pub(super) fn has_marks(&self) -> bool {
        self.finished.iter().chain([&self.entry]).any(|entry| entry.mark != Mark::default())
    }
}

/// The path of the catalog beside `image`; that of one that is no file of the tree is in the root.
fn beside(image: &BootImage) -> Vec<u8> {
    let folder = match image {
        BootImage::Path(path) => path.iter().rposition(|byte| *byte == b'/').map(|slash| &path[..=slash]),
        _ => None,
    };
    [folder.unwrap_or_default(), BESIDE].concat()
}

impl Entry {
    /// The whole image is loaded unless a size is given. What has been told where it lies, BIOS loads whole as well.
    fn request(&self, peer: Peer) -> Option<request::BootEntry> {
        let is_patched = self.boot_info_table || self.grub2_boot_info;
        let usual = if is_patched { LoadSize::Whole } else { LoadSize::Usual };
        let load_size = match (self.emulation, self.load_size) {
            // One sector of a disk is loaded, whatever is asked for.
            (Emulation::Floppy | Emulation::HardDisk, _) => LoadSize::Sectors(1),
            // UEFI has all of a file system.
            (Emulation::None, Some(_)) if peer.is_xorriso() && self.platform == platform::EFI => {
                LoadSize::Whole
            }
            (Emulation::None, Some(LoadSize::Sectors(0))) if !peer.is_xorriso() => usual,
            (Emulation::None, size) => size.unwrap_or(usual),
        };
        Some(request::BootEntry {
            image: self.image.clone()?,
            platform: self.platform,
            emulation: self.emulation,
            load_size,
            load_segment: self.load_segment,
            id: self.id.clone(),
            selection: self.selection.clone(),
            boot_info_table: self.boot_info_table,
            grub2_boot_info: self.grub2_boot_info,
            bootable: self.bootable,
            mark: self.mark,
        })
    }
}

/// A platform by its name or number (El Torito 2.1).
pub(super) fn platform(name: &str) -> Option<u8> {
    match name.to_ascii_lowercase().as_str() {
        "x86" | "bios" => Some(platform::X86),
        "ppc" => Some(platform::POWER_PC),
        "mac" => Some(platform::MAC),
        "efi" => Some(platform::EFI),
        number => match number.strip_prefix("0x") {
            Some(digits) => u8::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        },
    }
}

/// Selection criteria: their kind, then up to 19 bytes of them.
pub(super) fn selection(hex: &str) -> Option<Selection> {
    let bytes = hex::decode(hex).ok()?;
    let (kind, criteria) = bytes.split_first()?;
    (criteria.len() <= 19).then(|| Selection { kind: *kind, criteria: criteria.to_vec() })
}
