//! Partition tables: against the size of the image, against each other, and against what El Torito says.

use super::place::place;
use super::{Fault, Found, Kind, efi_image, gpt};
use crate::error::{Result, Structure};
use crate::iso9660::el_torito::{BootImage, Emulation, platform};
use crate::number::wide;
use crate::partition::mbr::{self, BootRecord, MASTER_BOOT_RECORD};
use crate::partition::system_area::{self, Content};
use crate::partition::{Partition, Scheme, Table, Type, overlaps};
use crate::source::Source;
use std::mem::offset_of;

/// A partition in which UEFI firmware looks for a loader.
const SYSTEM_PARTITION: Structure = Structure::new("EFI system partition", "UEFI 13.3.3");

/// What is looked at together.
pub(super) struct Tables<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) tables: &'a [Table],
    /// What boots by El Torito.
    pub(super) boot: &'a [BootImage],
    /// Whether there is a volume around the partitions, as on a disc that is copied to a stick.
    pub(super) is_disc: bool,
}

impl Tables<'_> {
    /// Checks all tables.
    ///
    /// # Errors
    /// Those of reading the source.
    pub(super) fn check(&self, found: Found<'_>) -> Result<()> {
        for table in self.tables {
            self.ends(table, found);
            self.overlaps(table, found);
        }
        if let Some(table) = self.of(Scheme::Mbr) {
            let contents = system_area::read(self.source)?;
            self.active(table, &contents, found);
            self.loader(&contents, found);
        } else if self.is_disc {
            self.status(found)?;
        }
        if let Some(table) = self.of(Scheme::Gpt) {
            self.guard(table, found);
            gpt::check(self.source, table, self.is_guarded(), found)?;
        }
        if self.is_disc { self.system_partitions(found) } else { Ok(()) }
    }

    fn of(&self, scheme: Scheme) -> Option<&Table> {
        self.tables.iter().find(|table| table.scheme == scheme)
    }

    /// Whether the MBR has the entry without which EDK II reads no GPT.
    fn is_guarded(&self) -> bool {
        let mbr = self.of(Scheme::Mbr);
        mbr.is_some_and(|table| {
            table.partitions.iter().any(|entry| is_guard(entry) && entry.start == table.block_size)
        })
    }

    fn ends(&self, table: &Table, found: Found<'_>) {
        let Some(size) = self.source.size() else { return };
        // The guard of a GPT may be as long as an entry can say.
        for partition in
            table.partitions.iter().filter(|partition| !is_guard(partition) && partition.end() > size)
        {
            let deviation = format!(
                "partition {} ends at byte {:#x}, beyond the end of the image, byte {size:#x}",
                partition.number,
                partition.end()
            );
            let consequence = match (table.scheme, &partition.kind) {
                (Scheme::Mbr, Type::Mbr(0)) | (Scheme::Apm, _) => {
                    "operating systems cut the partition or reject it"
                }
                (Scheme::Mbr, _) => "UEFI firmware made from EDK II rejects the whole table",
                (Scheme::Gpt, _) => "UEFI firmware and operating systems ignore the partition",
            };
            found(Ok(Fault::new(
                Kind::PartitionEnd,
                place(self.source, table, partition),
                deviation,
                consequence,
            )));
        }
    }

    /// Partitions within another one are how hybrid images show a boot image in a volume, and most readers take them.
    fn overlaps(&self, table: &Table, found: Found<'_>) {
        let key =
            |partition: &&Partition| (partition.start, std::cmp::Reverse(partition.end()), partition.number);
        for (partition, before) in overlaps(table, key) {
            if let Some(before) = before
                && let Some(consequence) = self.who_overlaps(table, before, partition)
            {
                let is_nested = partition.end() <= before.end();
                let how = if is_nested { "lies within" } else { "overlaps" };
                let deviation = format!("partition {} {how} partition {}", partition.number, before.number);
                let place = place(self.source, table, partition);
                found(Ok(Fault::new(Kind::PartitionOverlap, place, deviation, consequence)));
            }
        }
    }

    /// Who stumbles over `second`, which begins within `first`.
    fn who_overlaps(&self, table: &Table, first: &Partition, second: &Partition) -> Option<&'static str> {
        let is_nested = second.end() <= first.end();
        let is_typed = |partition: &Partition| partition.kind != Type::Mbr(0);
        let has_efi = table.partitions.iter().any(is_system);
        match table.scheme {
            // EDK II passes over entries of type 0, which hybrid images use for the volume therefore.
            Scheme::Mbr if is_typed(first) && is_typed(second) && has_efi => {
                Some("UEFI firmware made from EDK II rejects the whole table")
            }
            Scheme::Gpt if self.is_guarded() => Some("UEFI firmware made from EDK II ignores both"),
            _ if is_nested => None,
            _ => Some("writing to one destroys the other"),
        }
    }

    /// A status that is none makes a table one that is passed over, here as everywhere.
    fn status(&self, found: Found<'_>) -> Result<()> {
        let mut bytes = [0; size_of::<BootRecord>()];
        let is_whole = self.source.read_some(0, &mut bytes)? == bytes.len();
        let Some(record) = BootRecord::parse(bytes).filter(|_| is_whole) else { return Ok(()) };
        let size = self.source.size().unwrap_or(u64::MAX);
        // Code and text that a boot sector of another kind has there seldom name blocks of the image.
        let is_plausible = |entry: &mbr::Entry| {
            let end = u64::from(entry.start.get()).saturating_add(entry.length.get().into());
            entry.kind != 0 && entry.length.get() != 0 && end.saturating_mul(mbr::SECTOR) <= size
        };
        for (index, entry) in record.entries.iter().enumerate().filter(|(_, entry)| is_plausible(entry)) {
            if entry.status & 0x7f != 0 {
                let number = index.saturating_add(1);
                let deviation =
                    format!("status of partition {number} is {:#04x}, expected 0 or 0x80", entry.status);
                let consequence = "operating systems and firmware do not take it as a partition table";
                let at = offset_of!(BootRecord, entries)
                    .saturating_add(index.saturating_mul(size_of::<mbr::Entry>()));
                let subject = MASTER_BOOT_RECORD.at(self.source.location(wide(at)));
                found(Ok(Fault::new(Kind::PartitionTable, subject, deviation, consequence)));
            }
        }
        Ok(())
    }

    /// Firmware and boot code look for one active partition.
    fn active(&self, table: &Table, contents: &[Content], found: Found<'_>) {
        let primary =
            || table.partitions.iter().filter(|partition| partition.number <= 4 && partition.active);
        let mut told = |deviation: String, consequence| {
            let record = MASTER_BOOT_RECORD.at(self.source.location(table.at));
            found(Ok(Fault::new(Kind::ActiveFlag, record, deviation, consequence)));
        };
        let numbers: Vec<String> = primary().map(|partition| partition.number.to_string()).collect();
        if numbers.len() > 1 {
            let deviation = format!("partitions {} are active, expected one", numbers.join(" and "));
            told(deviation, "BIOS firmware and boot code may refuse to boot");
        }
        if numbers.is_empty() {
            let deviation = "no partition is active, but there is boot code".to_owned();
            match contents.first() {
                Some(Content::Syslinux | Content::Windows) => {
                    told(deviation, "the boot code finds nothing to boot")
                }
                Some(Content::Isohybrid { .. } | Content::Grub2 { .. }) => {
                    told(deviation, "some BIOS firmware does not boot it from a disk or stick");
                }
                _ => {}
            }
        }
    }

    /// What guards a GPT covers the disk, and a GPT that has the only system partition is guarded.
    fn guard(&self, gpt: &Table, found: Found<'_>) {
        let mbr = self.of(Scheme::Mbr);
        let entries = mbr.map(|table| table.partitions.as_slice()).unwrap_or_default();
        let mut told = |subject, deviation: String, consequence| {
            found(Ok(Fault::new(Kind::PartitionTable, subject, deviation, consequence)));
        };
        if let (Some(table), [guard], Some(size)) = (mbr, entries, self.source.size())
            && is_guard(guard)
        {
            let most = u64::from(u32::MAX).saturating_mul(table.block_size);
            let want = size.saturating_sub(guard.start).min(most);
            if guard.length != want && guard.length != most {
                let deviation = format!("partition 1 guards {} bytes, expected {want}", guard.length);
                let consequence = "partitioning programs report a mismatch and repair it";
                told(place(self.source, table, guard), deviation, consequence);
            }
        }
        let has_system = gpt.partitions.iter().any(is_system) && !entries.iter().any(is_system);
        if !self.is_guarded() && (has_system || entries.is_empty()) {
            let guard = "no entry of type 0xee from block 1 on guards the GPT";
            let deviation = if has_system {
                format!("{guard}, which has the EFI system partition")
            } else {
                guard.to_owned()
            };
            let consequence = "UEFI firmware made from EDK II and Linux do not look at the GPT";
            let record = MASTER_BOOT_RECORD.at(self.source.location(0));
            told(record, deviation, consequence);
        }
    }

    /// Boot code that loads a boot image of El Torito knows where that lies.
    fn loader(&self, contents: &[Content], found: Found<'_>) {
        let is_bios =
            |image: &&BootImage| image.platform == platform::X86 && image.emulation == Emulation::None;
        let images: Vec<u64> = self.boot.iter().filter(is_bios).map(|image| image.at).collect();
        let Some(first) = images.first() else { return };
        for content in contents {
            let (loaded, offset, name) = match *content {
                Content::Isohybrid { boot_image } => (boot_image, 0, "ISOLINUX"),
                Content::Grub2 { core_image } => (core_image, system_area::GRUB2_SKIPPED, "GRUB"),
                _ => continue,
            };
            // What GRUB loads from behind the MBR is no file of the volume.
            let is_embedded = matches!(content, Content::Grub2 { .. }) && loaded < wide(system_area::LENGTH);
            if !is_embedded && !images.iter().any(|image| image.saturating_add(offset) == loaded) {
                let expected = first.saturating_add(offset);
                let deviation =
                    format!("its {name} code loads byte {loaded:#x}, expected byte {expected:#x}");
                let record = MASTER_BOOT_RECORD.at(self.source.location(0));
                let consequence = "BIOS firmware boots it from a disc, but not from a disk or stick";
                found(Ok(Fault::new(Kind::BootCode, record, deviation, consequence)));
            }
        }
    }

    /// What is on the system partitions that are no boot image of El Torito.
    fn system_partitions(&self, found: Found<'_>) -> Result<()> {
        let mut seen: Vec<u64> = self.boot.iter().map(|image| image.at).collect();
        for partition in self.tables.iter().flat_map(|table| &table.partitions).filter(|it| is_system(it)) {
            let is_there = self.source.size().is_none_or(|size| partition.start < size);
            if is_there && !seen.contains(&partition.start) {
                seen.push(partition.start);
                let subject = SYSTEM_PARTITION.at(self.source.location(partition.start));
                let room = Some((partition.length, "partition"));
                efi_image::contents(self.source, partition.start, subject, room, found)?;
            }
        }
        Ok(())
    }
}

/// Whether `partition` guards a GPT.
fn is_guard(partition: &Partition) -> bool {
    partition.kind == Type::Mbr(mbr::PROTECTIVE)
}

/// Whether UEFI firmware looks for a loader in `partition`.
fn is_system(partition: &Partition) -> bool {
    match &partition.kind {
        Type::Mbr(kind) => *kind == mbr::EFI_SYSTEM,
        Type::Gpt(kind) => *kind == crate::partition::gpt::EFI_SYSTEM,
        Type::Apm(_) => false,
    }
}
