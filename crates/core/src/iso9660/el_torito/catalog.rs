//! The boot catalog, read: from the boot record to every entry of every section.

use super::{
    BOOT_ENTRY, BOOT_SYSTEM_IDENTIFIER, BootEntry, DEFAULT_LOAD_SEGMENT, ENTRY, EXTENSION_ENTRY,
    ExtensionEntry, SECTION_HEADER, SectionHeader, VALIDATION_ENTRY, VIRTUAL_SECTOR, ValidationEntry,
    indicator, media_type,
};
use crate::error::{Location, Problem, Result};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::iso9660::layout::{BootRecord, SECTOR};
use crate::iso9660::volume::{Descriptor, DescriptorKind};
use crate::number::wide;
use crate::source::Source;
use std::mem::offset_of;
use zerocopy::FromBytes;

/// Bytes of a catalog that are read at the most: 32,768 entries.
const LIMIT: u64 = 1 << 20;

/// A boot catalog, read to its last section or to what is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// Byte in the source at which it begins.
    pub at: u64,
    /// Bytes that its entries take.
    pub length: u64,
    /// Platform of the validation entry, which is also that of the first image; see [`super::platform`].
    pub platform: u8,
    /// Who made the medium, as the validation entry says; without padding.
    pub identifier: Vec<u8>,
    /// The boot entries, the initial/default one first.
    pub images: Vec<BootImage>,
}

/// What a boot entry says, with what its section says for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootImage {
    /// Its number, counted from 1 over all sections; 1 is the initial/default entry.
    pub number: usize,
    /// Platform of its section; see [`super::platform`].
    pub platform: u8,
    /// Identifier of its section, or of the validation entry for the first; without padding.
    pub identifier: Vec<u8>,
    /// Whether it is marked bootable: firmware passes over others.
    pub bootable: bool,
    /// What the firmware shows the image as, by the low four bits of the boot media type.
    pub emulation: Emulation,
    /// Real-mode segment as recorded; 0 means 0x7C0.
    pub load_segment: u16,
    /// Partition type byte, for hard disk emulation.
    pub system_type: u8,
    /// Units of 512 bytes that are loaded, as recorded.
    pub sector_count: u16,
    /// Byte in the source at which the image begins.
    pub at: u64,
    /// Selection criteria type; 0 for none.
    pub criteria_type: u8,
    /// Selection criteria, extension entries included, trailing zeros cut.
    pub criteria: Vec<u8>,
    /// Byte in the source of the catalog entry.
    pub entry_at: u64,
}

impl BootImage {
    /// The real-mode segment it is loaded to: 0x7C0 where 0 is recorded.
    pub const fn segment(&self) -> u16 {
        if self.load_segment == 0 { DEFAULT_LOAD_SEGMENT } else { self.load_segment }
    }

    /// Bytes that BIOS loads of it by [`Self::sector_count`].
    pub fn loaded(&self) -> u64 {
        u64::from(self.sector_count).saturating_mul(VIRTUAL_SECTOR)
    }
}

/// How the firmware shows a boot image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emulation {
    /// As nothing: it is loaded and run.
    None,
    /// As a diskette of this many bytes.
    Floppy(u64),
    /// As a hard disk, as large as its partition table says.
    HardDisk,
    /// A number that El Torito leaves undefined.
    Other(u8),
}

impl Emulation {
    /// The low four bits of the entry's boot media type (figure 4), which say this.
    pub const fn media_type(self) -> u8 {
        match self {
            Self::None => media_type::NO_EMULATION,
            Self::Floppy(1_228_800) => media_type::FLOPPY_1200,
            Self::Floppy(1_474_560) => media_type::FLOPPY_1440,
            Self::Floppy(_) => media_type::FLOPPY_2880,
            Self::HardDisk => media_type::HARD_DISK,
            Self::Other(number) => number,
        }
    }

    fn from_media_type(byte: u8) -> Self {
        match byte & media_type::MASK {
            media_type::NO_EMULATION => Self::None,
            media_type::FLOPPY_1200 => Self::Floppy(1_228_800),
            media_type::FLOPPY_1440 => Self::Floppy(1_474_560),
            media_type::FLOPPY_2880 => Self::Floppy(2_949_120),
            media_type::HARD_DISK => Self::HardDisk,
            other => Self::Other(other),
        }
    }
}

impl Catalog {
    /// Bytes in the source at which the catalog and its images begin.
    pub fn places(&self) -> impl Iterator<Item = u64> + '_ {
        self.images.iter().map(|image| image.at).chain([self.at])
    }

    /// The catalog that the first El Torito boot record among `descriptors` leads to; `None` without one.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) when there is no valid validation entry where the record leads; those of reading the source.
    pub fn find(
        source: &dyn Source,
        descriptors: &[Descriptor],
        findings: &Findings,
    ) -> Result<Option<Self>> {
        match descriptors.iter().find_map(boot_record) {
            Some(record) => Self::read(source, record.boot_catalog.get(), findings).map(Some),
            None => Ok(None),
        }
    }

    /// The catalog at `sector`. Damage behind the validation and the initial entry ends it and is a finding.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn read(source: &dyn Source, sector: u32, findings: &Findings) -> Result<Self> {
        let at = u64::from(sector).saturating_mul(SECTOR);
        let mut reading = Reading { source, at, bytes: Vec::new(), position: 0, findings };
        let validation: ValidationEntry = reading.entry(VALIDATION_ENTRY)?;
        check_validation(&validation, source.location(at), findings)?;
        let mut catalog = Self {
            at,
            length: 0,
            platform: validation.platform,
            identifier: trimmed(&validation.identifier),
            images: Vec::new(),
        };
        let first = reading.position;
        let entry: BootEntry = reading.entry(BOOT_ENTRY)?;
        let image = reading.image(&entry, first, &catalog, catalog.platform, &catalog.identifier);
        catalog.images.push(image);
        reading.sections(&mut catalog)?;
        catalog.length = wide(reading.position);
        Ok(catalog)
    }
}

/// Whether `bytes` begin as a boot catalog: with a validation entry whose checksum and key are right (El Torito 2.1).
pub fn is_catalog(bytes: &[u8]) -> bool {
    let entry = ValidationEntry::ref_from_prefix(bytes);
    entry.is_ok_and(|(entry, _)| {
        entry.header == indicator::VALIDATION && entry.key == ValidationEntry::KEY && entry.word_sum() == 0
    })
}

/// `descriptor` as a boot record of El Torito, if it is one.
pub(crate) fn boot_record(descriptor: &Descriptor) -> Option<&BootRecord> {
    let record = BootRecord::ref_from_bytes(descriptor.bytes.as_slice()).ok()?;
    let is_one = descriptor.kind == DescriptorKind::Boot
        && record.boot_system_identifier.starts_with(BOOT_SYSTEM_IDENTIFIER);
    is_one.then_some(record)
}

/// The checks that tell a catalog from anything else. Wrong checksums are on real media, and firmware boots them.
fn check_validation(entry: &ValidationEntry, at: Location, findings: &Findings) -> Result<()> {
    let magic = |at, field, want: &[u8], got: &[u8]| {
        VALIDATION_ENTRY.at(at).corrupt(Problem::Magic { field, want: want.into(), got: got.into() })
    };
    if entry.header != indicator::VALIDATION {
        return Err(magic(at, "header", &[indicator::VALIDATION], &[entry.header]));
    }
    if entry.key != ValidationEntry::KEY {
        return Err(magic(
            at.behind(wide(offset_of!(ValidationEntry, key))),
            "key",
            &ValidationEntry::KEY,
            &entry.key,
        ));
    }
    if entry.word_sum() != 0 {
        let (got, want) = (entry.checksum.get(), entry.computed_checksum());
        findings.note(at, VALIDATION_ENTRY, format!("checksum is {got:#x}, computed {want:#x}"));
    }
    Ok(())
}

/// The catalog's bytes, read a sector at a time as far as they are asked for.
struct Reading<'a> {
    source: &'a dyn Source,
    at: u64,
    bytes: Vec<u8>,
    position: usize,
    findings: &'a Findings,
}

impl Reading<'_> {
    /// The bytes of the next entry; the cursor stays before it.
    fn peek(&mut self) -> Result<Option<[u8; ENTRY]>> {
        let end = self.position.saturating_add(ENTRY);
        if end > self.bytes.len() && wide(end) <= LIMIT {
            let from = self.at.saturating_add(wide(self.bytes.len()));
            let mut sector = [0; 2048];
            let have = self.source.read_some(from, &mut sector)?;
            self.bytes.extend_from_slice(sector.get(..have).unwrap_or_default());
        }
        let bytes = self.bytes.get(self.position..end);
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()))
    }

    /// The next entry of 32 bytes, taken for a `T` whatever it is.
    fn entry<T>(&mut self, what: crate::error::Structure) -> Result<T>
    where
        T: FromBytes + zerocopy::KnownLayout + zerocopy::Immutable + zerocopy::Unaligned + Copy,
    {
        self.peek()?;
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let value = *Fields::new(rest, self.location(self.position), what).read::<T>()?;
        self.position = self.position.saturating_add(ENTRY);
        Ok(value)
    }

    fn location(&self, position: usize) -> Location {
        self.source.location(self.at.saturating_add(wide(position)))
    }

    fn note(&self, position: usize, what: crate::error::Structure, deviation: impl Into<String>) {
        self.findings.note(self.location(position), what, deviation);
    }

    fn first_byte(&mut self) -> Result<Option<u8>> {
        Ok(self.peek()?.map(|[first, ..]| first))
    }

    /// All sections, up to the one marked last or to anything that is no section.
    fn sections(&mut self, catalog: &mut Catalog) -> Result<()> {
        let mut announced = false;
        loop {
            match self.first_byte()? {
                Some(kind @ (indicator::SECTION | indicator::LAST_SECTION)) => {
                    self.section(catalog)?;
                    announced = kind == indicator::SECTION;
                    if !announced {
                        return Ok(());
                    }
                }
                Some(indicator::BOOTABLE) if !announced => {
                    self.note(self.position, BOOT_ENTRY, "lies outside any section; used anyway");
                    let at = self.position;
                    let entry: BootEntry = self.entry(BOOT_ENTRY)?;
                    let image = self.image(&entry, at, catalog, catalog.platform, &[]);
                    catalog.images.push(image);
                }
                _ => {
                    if announced {
                        self.note(self.position, SECTION_HEADER, "missing; the catalog ends here");
                    }
                    return Ok(());
                }
            }
        }
    }

    /// One section: its header, then as many entries as that says.
    fn section(&mut self, catalog: &mut Catalog) -> Result<()> {
        let header: SectionHeader = self.entry(SECTION_HEADER)?;
        let identifier = trimmed(&header.identifier);
        for _ in 0..header.entries.get() {
            let at = self.position;
            match self.first_byte()? {
                Some(indicator::BOOTABLE | indicator::NOT_BOOTABLE) => {}
                Some(_) => {
                    self.note(at, BOOT_ENTRY, "missing; the section ends here");
                    break;
                }
                None => {
                    self.note(at, BOOT_ENTRY, "the input, or the part of a catalog that is read, ends here");
                    break;
                }
            }
            let entry: BootEntry = self.entry(BOOT_ENTRY)?;
            if entry.is_unused() {
                self.note(at, BOOT_ENTRY, "empty; the section ends here");
                break;
            }
            let image = self.image(&entry, at, catalog, header.platform, &identifier);
            let criteria = self.extended(&entry)?;
            catalog.images.push(BootImage { criteria, ..image });
        }
        Ok(())
    }

    /// The selection criteria of `entry`, continued over the extension entries that follow it.
    fn extended(&mut self, entry: &BootEntry) -> Result<Vec<u8>> {
        let mut criteria = entry.selection_criteria.to_vec();
        let mut more = entry.boot_media_type & media_type::CONTINUES != 0;
        while more {
            let at = self.position;
            if self.first_byte()? != Some(indicator::EXTENSION) {
                self.note(at, EXTENSION_ENTRY, "announced and missing");
                break;
            }
            let extension: ExtensionEntry = self.entry(EXTENSION_ENTRY)?;
            criteria.extend_from_slice(&extension.selection_criteria);
            more = extension.more & indicator::EXTENSION_CONTINUES != 0;
        }
        Ok(without_trailing_zeros(&criteria).to_vec())
    }

    fn image(
        &self,
        entry: &BootEntry,
        position: usize,
        catalog: &Catalog,
        platform: u8,
        identifier: &[u8],
    ) -> BootImage {
        if !matches!(entry.boot_indicator, indicator::BOOTABLE | indicator::NOT_BOOTABLE) {
            let text = format!("boot indicator is {:#x}, expected 0x88 or 0", entry.boot_indicator);
            self.note(position, BOOT_ENTRY, text);
        }
        BootImage {
            number: catalog.images.len().saturating_add(1),
            platform,
            identifier: identifier.to_vec(),
            bootable: entry.boot_indicator == indicator::BOOTABLE,
            emulation: Emulation::from_media_type(entry.boot_media_type),
            load_segment: entry.load_segment.get(),
            system_type: entry.system_type,
            sector_count: entry.sector_count.get(),
            at: u64::from(entry.load_rba.get()).saturating_mul(SECTOR),
            criteria_type: entry.selection_criteria_type,
            criteria: without_trailing_zeros(&entry.selection_criteria).to_vec(),
            entry_at: self.at.saturating_add(wide(position)),
        }
    }
}

impl BootEntry {
    /// Whether all of it is zero, as unused space in a catalog is.
    fn is_unused(&self) -> bool {
        crate::number::is_zero(zerocopy::IntoBytes::as_bytes(self))
    }
}

fn without_trailing_zeros(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    bytes.get(..end).unwrap_or_default()
}

fn trimmed(bytes: &[u8]) -> Vec<u8> {
    let bytes = without_trailing_zeros(bytes);
    let end = bytes.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last.saturating_add(1));
    bytes.get(..end).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Le16, Le32};
    use crate::source::Memory;
    use zerocopy::IntoBytes;

    fn validation() -> ValidationEntry {
        let mut entry = ValidationEntry {
            header: indicator::VALIDATION,
            platform: 0,
            reserved: Le16::new(0),
            identifier: *b"MAKER\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            checksum: Le16::new(0),
            key: ValidationEntry::KEY,
        };
        entry.checksum = Le16::new(entry.computed_checksum());
        entry
    }

    fn boot(media: u8, rba: u32, criteria: &[u8]) -> BootEntry {
        let mut entry = BootEntry {
            boot_indicator: indicator::BOOTABLE,
            boot_media_type: media,
            load_segment: Le16::new(0x1000),
            system_type: 0,
            unused: 0,
            sector_count: Le16::new(4),
            load_rba: Le32::new(rba),
            selection_criteria_type: u8::from(!criteria.is_empty()),
            selection_criteria: [0; 19],
        };
        entry.selection_criteria[..criteria.len()].copy_from_slice(criteria);
        entry
    }

    fn header(kind: u8, entries: u16) -> SectionHeader {
        let mut identifier = [b' '; 28];
        identifier[..3].copy_from_slice(b"UEF");
        SectionHeader { header_indicator: kind, platform: 0xef, entries: Le16::new(entries), identifier }
    }

    /// A default entry, a section of two entries (the second continued over two extensions), a last section of one.
    fn catalog() -> Vec<u8> {
        let extension = |more, byte| ExtensionEntry {
            indicator: indicator::EXTENSION,
            more,
            selection_criteria: [byte; 30],
        };
        let mut bytes = vec![0; 2048];
        bytes.extend_from_slice(validation().as_bytes());
        bytes.extend_from_slice(boot(0, 100, &[]).as_bytes());
        bytes.extend_from_slice(header(indicator::SECTION, 2).as_bytes());
        bytes.extend_from_slice(boot(2, 200, b"DE").as_bytes());
        bytes.extend_from_slice(boot(media_type::CONTINUES, 300, b"FR").as_bytes());
        bytes.extend_from_slice(extension(indicator::EXTENSION_CONTINUES, 7).as_bytes());
        bytes.extend_from_slice(extension(0, 9).as_bytes());
        bytes.extend_from_slice(header(indicator::LAST_SECTION, 1).as_bytes());
        bytes.extend_from_slice(boot(0, 400, &[]).as_bytes());
        bytes.resize(8192, 0);
        bytes
    }

    fn read(bytes: &[u8]) -> (Result<Catalog>, Vec<String>) {
        let findings = Findings::default();
        let catalog = Catalog::read(&Memory(bytes), 1, &findings);
        (catalog, findings.take().into_iter().map(|finding| finding.to_string()).collect())
    }

    #[test]
    fn every_entry_of_every_section_is_read_with_its_criteria() {
        let (catalog, said) = read(&catalog());
        let catalog = catalog.expect("good");
        assert!(said.is_empty(), "{said:?}");
        assert_eq!((catalog.at, catalog.length), (2048, 9 * 32));
        assert_eq!(catalog.identifier, b"MAKER");
        let places: Vec<_> = catalog.images.iter().map(|i| (i.number, i.platform, i.at / 2048)).collect();
        assert_eq!(places, [(1, 0, 100), (2, 0xef, 200), (3, 0xef, 300), (4, 0xef, 400)]);
        let [first, second, third, _] = &catalog.images[..] else { panic!("four entries") };
        assert_eq!((first.segment(), first.loaded()), (0x1000, 2048));
        assert_eq!(second.emulation, Emulation::Floppy(1_474_560));
        assert_eq!((second.criteria_type, second.criteria.as_slice()), (1, b"DE".as_slice()));
        assert_eq!(third.criteria.len(), 19 + 60);
        assert_eq!(second.identifier, b"UEF");
    }

    #[test]
    fn a_wrong_checksum_is_tolerated_and_noted() {
        let mut bytes = catalog();
        bytes[2048 + 28] ^= 1;
        let (catalog, said) = read(&bytes);
        assert_eq!(catalog.expect("tolerated").images.len(), 4);
        assert!(said[0].contains("validation entry: checksum is 0x"), "{said:?}");
    }

    #[test]
    fn what_is_no_catalog_is_named_by_the_byte() {
        let mut bytes = catalog();
        bytes[2048 + 31] = 0;
        let error = read(&bytes).0.expect_err("no key");
        assert_eq!(
            error.to_string(),
            r#"byte 0x81e (sector 1): boot catalog validation entry: key is "U\x00", expected "U\xaa""#
        );
        assert!(read(&bytes[..2060]).0.expect_err("cut").is_truncation());
    }

    #[test]
    fn a_section_that_promises_more_than_there_is_ends_where_the_entries_do() {
        let mut bytes = catalog();
        bytes[2048 + 7 * 32 + 2] = 200;
        let (catalog, said) = read(&bytes);
        assert_eq!(catalog.expect("tolerated").images.len(), 4);
        assert_eq!(said, ["byte 0x920 (sector 1): boot catalog entry: empty; the section ends here"]);
        let (catalog, said) = read(&bytes[..2048 + 9 * 32]);
        assert_eq!(catalog.expect("tolerated").images.len(), 4);
        assert!(said[0].ends_with("ends here"), "{said:?}");
    }

    #[test]
    fn a_catalog_without_end_is_cut_at_the_limit() {
        let mut bytes = catalog();
        bytes.truncate(2048 + 64);
        for _ in 0..40 {
            bytes.extend_from_slice(header(indicator::SECTION, 1000).as_bytes());
            for _ in 0..1000 {
                bytes.extend_from_slice(boot(0, 500, &[]).as_bytes());
            }
        }
        let (catalog, said) = read(&bytes);
        assert!(catalog.expect("cut").images.len() < 32_768);
        assert!(!said.is_empty());
    }
}
