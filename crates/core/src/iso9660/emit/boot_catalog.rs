//! The boot catalog (El Torito 2).

use crate::iso9660::el_torito::{
    BootEntry as Recorded, ExtensionEntry, SectionHeader, VIRTUAL_SECTOR, ValidationEntry, indicator,
    media_type,
};
use crate::iso9660::plan::boot::{CRITERIA, floppy};
use crate::iso9660::plan::{BootEntry, Emulation, LoadSize, Plan};
use crate::number::{Le16, Le32};
use zerocopy::IntoBytes;

impl<O> Plan<'_, O> {
    /// Appends the boot catalog; `system_types` are those of the entries, in order.
    pub(super) fn emit_boot_catalog(&self, system_types: &[u8], out: &mut Vec<u8>) {
        let Some(boot) = &self.options().boot else { return };
        let Some(first) = boot.entries.first() else { return };
        out.extend_from_slice(validation(first).as_bytes());
        let mut types = system_types.iter().copied();
        let mut system_type = || types.next().unwrap_or(0);
        out.extend_from_slice(self.boot_entry(first, system_type()).as_bytes());
        let mut sections = boot.sections().peekable();
        while let Some(section) = sections.next() {
            let last = sections.peek().is_none();
            out.extend_from_slice(header(section, last).as_bytes());
            for entry in section {
                self.section_entry(entry, system_type(), out);
            }
        }
    }

    fn section_entry(&self, entry: &BootEntry, system_type: u8, out: &mut Vec<u8>) {
        let mut recorded = self.boot_entry(entry, system_type);
        let (kind, criteria) = match &entry.selection {
            Some(selection) => (selection.kind, selection.criteria.as_slice()),
            None => (0, &[][..]),
        };
        let (own, rest) = criteria.split_at(criteria.len().min(CRITERIA.0));
        recorded.selection_criteria_type = kind;
        fill(&mut recorded.selection_criteria, own);
        if !rest.is_empty() {
            recorded.boot_media_type |= media_type::CONTINUES;
        }
        out.extend_from_slice(recorded.as_bytes());
        let mut pieces = rest.chunks(CRITERIA.1).peekable();
        while let Some(piece) = pieces.next() {
            let more = if pieces.peek().is_some() { indicator::EXTENSION_CONTINUES } else { 0 };
            let mut extension =
                ExtensionEntry { indicator: indicator::EXTENSION, more, selection_criteria: [0; 30] };
            fill(&mut extension.selection_criteria, piece);
            out.extend_from_slice(extension.as_bytes());
        }
    }

    fn boot_entry(&self, entry: &BootEntry, system_type: u8) -> Recorded {
        let (sector, size) = self.boot_image(entry.image);
        Recorded {
            boot_indicator: if entry.bootable { indicator::BOOTABLE } else { indicator::NOT_BOOTABLE },
            boot_media_type: match entry.emulation {
                Emulation::None => media_type::NO_EMULATION,
                Emulation::Floppy => floppy(size).expect("because planning checked the size"),
                Emulation::HardDisk => media_type::HARD_DISK,
            },
            load_segment: Le16::new(entry.load_segment),
            system_type,
            unused: 0,
            sector_count: Le16::new(sector_count(entry, size)),
            load_rba: Le32::new(sector),
            selection_criteria_type: 0,
            selection_criteria: [0; 19],
        }
    }
}

/// Virtual sectors to load of an image of `size` bytes.
fn sector_count(entry: &BootEntry, size: u64) -> u16 {
    // A count that does not fit is 0, which UEFI 13.3.2.1 defines as `to the end of the volume`; cutting it would make
    // firmware see a part of a file system.
    let exact = size.div_ceil(VIRTUAL_SECTOR);
    let sectors = exact.next_multiple_of(4);
    let whole = u16::try_from(sectors).or_else(|_| u16::try_from(exact)).unwrap_or(0);
    match (entry.load_size, entry.emulation) {
        (LoadSize::Sectors(count), _) => count,
        (LoadSize::Whole, _) => whole,
        (LoadSize::Usual, _) if entry.is_efi() => whole,
        (LoadSize::Usual, Emulation::None) if entry.boot_info_table || entry.grub2_boot_info => 4,
        (LoadSize::Usual, Emulation::None) => u16::try_from(sectors).unwrap_or(u16::MAX),
        (LoadSize::Usual, _) => 1,
    }
}

fn validation(first: &BootEntry) -> ValidationEntry {
    let mut entry = ValidationEntry {
        header: indicator::VALIDATION,
        platform: first.platform,
        reserved: Le16::new(0),
        identifier: [0; 24],
        checksum: Le16::new(0),
        key: ValidationEntry::KEY,
    };
    fill(&mut entry.identifier, &first.id);
    entry.checksum = Le16::new(entry.computed_checksum());
    entry
}

fn header(section: &[BootEntry], last: bool) -> SectionHeader {
    let mut header = SectionHeader {
        header_indicator: if last { indicator::LAST_SECTION } else { indicator::SECTION },
        platform: section.first().map_or(0, |entry| entry.platform),
        entries: Le16::new(u16::try_from(section.len()).unwrap_or(u16::MAX)),
        identifier: [0; 28],
    };
    fill(&mut header.identifier, section.first().map_or(&[], |entry| entry.id.as_slice()));
    header
}

fn fill(field: &mut [u8], from: &[u8]) {
    field.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}
