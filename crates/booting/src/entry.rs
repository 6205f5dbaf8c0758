//! An entry of a boot catalog, as a request asks for such a one.

use crate::request::{BootEntry, BootImage};
use isokit_core::boot::Known;
use isokit_core::error::{Error, Result};
use isokit_core::iso9660::el_torito::{self, catalog, platform};
use isokit_core::iso9660::plan::{Emulation, LoadSize, Selection};

/// Bytes of a sector that the catalog counts in (El Torito 1.5).
const SECTOR: u64 = 512;

/// As a request asks for the entry `found`, whose image is `known` and is to be `image`.
///
/// # Errors
/// [`Error::Usage`] for a media type that is not one of El Torito.
pub fn entry(found: &catalog::BootImage, known: &Known, image: BootImage) -> Result<BootEntry> {
    let emulation = match found.emulation {
        el_torito::Emulation::None => Emulation::None,
        el_torito::Emulation::Floppy(_) => Emulation::Floppy,
        el_torito::Emulation::HardDisk => Emulation::HardDisk,
        el_torito::Emulation::Other(kind) => {
            let number = found.number;
            let sentence = format!("boot image {number}: its media type {kind:#x} is not one of El Torito");
            return Err(Error::Usage(sentence));
        }
    };
    let measure = &known.measure;
    let (boot_info_table, grub2_boot_info) = (measure.boot_info_table, measure.grub2_boot_info);
    let mut entry = BootEntry {
        platform: found.platform,
        emulation,
        load_segment: found.load_segment,
        id: found.identifier.clone(),
        selection: (found.criteria_type != 0 || !found.criteria.is_empty())
            .then(|| Selection { kind: found.criteria_type, criteria: found.criteria.clone() }),
        boot_info_table,
        grub2_boot_info,
        bootable: found.bootable,
        ..BootEntry::new(image)
    };
    entry.load_size = load_size(&entry, found.sector_count, measure.length);
    Ok(entry)
}

/// How much is loaded of an image of `length` bytes where `count` is recorded: as much as usual; all of it, so that what
/// replaces the image may be longer; or as much as that.
fn load_size(entry: &BootEntry, count: u16, length: u64) -> LoadSize {
    let all = length.div_ceil(SECTOR);
    let is_patched = entry.boot_info_table || entry.grub2_boot_info;
    let usual = match entry.emulation {
        _ if entry.platform == platform::EFI => u16::try_from(all).unwrap_or(0),
        Emulation::None if is_patched => 4,
        Emulation::None => u16::try_from(all.next_multiple_of(4)).unwrap_or(u16::MAX),
        Emulation::Floppy | Emulation::HardDisk => 1,
    };
    if count == usual {
        LoadSize::Usual
    } else if u64::from(count) == all {
        LoadSize::Whole
    } else {
        LoadSize::Sectors(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loads_the_whole_image_goes_on_to_do_so() {
        use platform::{EFI, X86};
        let of = |count, length, boot_info_table, platform| {
            let entry =
                BootEntry { boot_info_table, platform, ..BootEntry::new(BootImage::Path(Vec::new())) };
            load_size(&entry, count, length)
        };
        assert_eq!(of(4, 40_000, true, X86), LoadSize::Usual);
        assert_eq!(of(80, 40_000, false, X86), LoadSize::Usual);
        assert_eq!(of(79, 40_000, false, X86), LoadSize::Whole);
        assert_eq!(of(79, 40_000, false, EFI), LoadSize::Usual);
        assert_eq!(of(80, 40_000, false, EFI), LoadSize::Sectors(80));
        assert_eq!(of(79, 40_000, true, X86), LoadSize::Whole);
        assert_eq!(of(0, 40_000, false, EFI), LoadSize::Sectors(0));
        assert_eq!(of(0, 40_000_000, false, EFI), LoadSize::Usual);
    }
}
