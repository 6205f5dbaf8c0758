//! An entry of the boot catalog, against what lies at its load RBA.

use super::{Fault, Found, Kind};
use crate::boot::Known;
use crate::error::{Result, Subject};
use crate::iso9660;
use crate::iso9660::el_torito::extent::Evidence;
use crate::iso9660::el_torito::{BOOT_ENTRY, BootEntry, BootImage, Emulation, VIRTUAL_SECTOR, platform};
use crate::iso9660::layout::SECTOR;
use crate::number::wide;
use crate::partition::mbr::{self, BootRecord};
use crate::source::Source;
use std::mem::offset_of;

/// First byte that is no memory of a PC in real mode: video memory begins there.
const CONVENTIONAL_MEMORY: u64 = 0xa0000;

/// An entry of the catalog, with what is known of the image that it leads to.
pub(super) struct Entry<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) volume: &'a iso9660::Image<'a>,
    pub(super) boot: &'a BootImage,
    pub(super) known: &'a Known,
    /// Which structure of the volume lies at its place, in words.
    pub(super) occupied: Option<String>,
}

impl Entry<'_> {
    /// Whether it leads to anything.
    pub(super) fn is_used(&self) -> bool {
        self.boot.bootable || self.boot.at > 0 || self.boot.sector_count > 0
    }

    /// The field `offset` bytes from the start of the entry.
    pub(super) fn field(&self, offset: usize) -> Subject {
        BOOT_ENTRY.at(self.source.location(self.boot.entry_at).behind(wide(offset)))
    }

    /// Bytes of the file that is the boot image; `None` where it is not known to be one, or may be cut off.
    pub(super) fn file_length(&self) -> Option<u64> {
        let length = self.known.measure.length;
        let end = self.source.size().unwrap_or(u64::MAX);
        let is_whole = self.boot.at.saturating_add(length) < end;
        (self.known.measure.evidence == Evidence::File && is_whole).then_some(length)
    }

    /// BIOS firmware looks at the first entry only, and only if it is marked.
    pub(super) fn indicator(&self, found: Found<'_>) {
        if self.boot.number == 1 && !self.boot.bootable {
            let subject = self.field(offset_of!(BootEntry, boot_indicator));
            let consequence = "BIOS firmware looks at the first entry only and boots nothing";
            found(Ok(Fault::new(Kind::BootEntry, subject, "is not marked bootable", consequence)));
        }
    }

    /// What the entry is for.
    pub(super) fn platform(&self, found: Found<'_>) {
        let known = [platform::X86, platform::POWER_PC, platform::MAC, platform::EFI];
        if !known.contains(&self.boot.platform) {
            let deviation = format!("its platform is {:#x}, expected 0, 1, 2 or 0xef", self.boot.platform);
            found(Ok(Fault::new(
                Kind::BootEntry,
                self.field(0),
                deviation,
                "no firmware is known to boot it",
            )));
        }
        if let Emulation::Other(number) = self.boot.emulation {
            let deviation = format!("boot media type is {number}, expected 0 to 4");
            let subject = self.field(offset_of!(BootEntry, boot_media_type));
            found(Ok(Fault::new(Kind::BootEntry, subject, deviation, "firmware cannot boot it")));
        }
    }

    /// Whether there is anything where the image is to lie.
    pub(super) fn address(&self, found: Found<'_>) -> bool {
        let sector = self.boot.at / SECTOR;
        let end = self.source.size().unwrap_or(u64::MAX);
        let expected = match (self.boot.at, end, &self.occupied) {
            (0, _, _) => "expected at least 1".to_owned(),
            (at, end, _) if at >= end => format!("expected less than {}", end.div_ceil(SECTOR)),
            (_, _, Some(occupied)) => format!("where {occupied}"),
            _ => return true,
        };
        let deviation = format!("load RBA is {sector}, {expected}");
        let consequence = "firmware reads nothing or something else";
        let subject = self.field(offset_of!(BootEntry, load_rba));
        found(Ok(Fault::new(Kind::LoadAddress, subject, deviation, consequence)));
        false
    }

    /// A fault of the sector count.
    pub(super) fn count_fault(&self, limit: &str, consequence: impl Into<String>) -> Fault {
        let deviation = format!("sector count is {}, expected {limit}", self.boot.sector_count);
        let subject = self.field(offset_of!(BootEntry, sector_count));
        Fault::new(Kind::LoadSize, subject, deviation, consequence)
    }

    /// What a BIOS loads of an image that is no disk.
    pub(super) fn count(&self, found: Found<'_>) {
        let load = u64::from(self.boot.segment()).saturating_mul(16);
        let room = CONVENTIONAL_MEMORY.saturating_sub(load) / VIRTUAL_SECTOR;
        let file = self.file_length().map(|length| length.next_multiple_of(SECTOR) / VIRTUAL_SECTOR);
        match u64::from(self.boot.sector_count) {
            0 => found(Ok(
                self.count_fault("at least 1", "BIOS firmware loads nothing and runs what is in memory")
            )),
            count if count > room => {
                let consequence = "BIOS firmware cannot load so much below the video memory";
                found(Ok(self.count_fault(&format!("at most {room}"), consequence)));
            }
            count if file.is_some_and(|file| count > file) => {
                let limit = format!("at most {}", file.unwrap_or_default());
                found(Ok(self.count_fault(&limit, "BIOS firmware loads what lies behind the file as well")));
            }
            _ => {}
        }
    }

    /// What an emulated diskette has behind the end of its file.
    pub(super) fn diskette(&self, size: u64, found: Found<'_>) {
        if let Some(length) = self.file_length().filter(|length| *length < size) {
            let deviation = format!("a diskette of {size} bytes is emulated, but the file has {length}");
            let consequence = "what BIOS firmware shows at its end is not of the file";
            let subject = self.field(offset_of!(BootEntry, boot_media_type));
            found(Ok(Fault::new(Kind::LoadSize, subject, deviation, consequence)));
        }
    }

    /// An emulated hard disk has the geometry that its partition table says, and of its type the entry has a copy.
    ///
    /// # Errors
    /// Those of reading the source.
    pub(super) fn hard_disk(&self, found: Found<'_>) -> Result<()> {
        let mut told = |offset, deviation: String, consequence| {
            found(Ok(Fault::new(Kind::BootEntry, self.field(offset), deviation, consequence)));
        };
        let mut bytes = [0; size_of::<BootRecord>()];
        let is_whole = self.source.read_some(self.boot.at, &mut bytes)? == bytes.len();
        let record = BootRecord::parse(bytes).filter(|_| is_whole);
        let is_used = |entry: &&mbr::Entry| entry.kind != 0 && entry.length.get() != 0;
        let used = || record.iter().flat_map(|record| &record.entries).filter(is_used);
        let Some(first) = used().next() else {
            let deviation = "a hard disk is emulated, but the image has no partition table".to_owned();
            let consequence = "BIOS firmware takes the geometry from it and boots nothing";
            told(offset_of!(BootEntry, boot_media_type), deviation, consequence);
            return Ok(());
        };
        if used().all(|partition| partition.kind != self.boot.system_type) {
            let deviation = format!(
                "system type is {:#04x}, expected that of the partition, {:#04x}",
                self.boot.system_type, first.kind
            );
            let consequence = "BIOS firmware that observes it does not know the file system of the disk";
            told(offset_of!(BootEntry, system_type), deviation, consequence);
        }
        Ok(())
    }
}
