//! What boot images are told about themselves: written into the image, never into the file it came from.

use crate::fill::{Contents, Deviation, Observer, Patch, Reader};
use crate::iso9660::el_torito::{BootInfoTable, Grub2BootInfo};
use crate::iso9660::layout::SECTOR;
use crate::iso9660::plan::{BootEntry, Emulation, Plan, Set};
use crate::number::Le32;
use crate::tree::build::ContentId;
use std::io;
use zerocopy::IntoBytes;

/// What has to be read from the boot images before the first byte of the image can be written.
#[derive(Debug, Default)]
pub struct BootFacts {
    /// What boot images are told about themselves.
    pub(crate) patches: Vec<Patch>,
    /// The partition type of each hard disk image, 0 for all else; in the order of the entries.
    pub(super) system_types: Vec<u8>,
}

impl BootFacts {
    /// Reads what is needed of the boot images. What cannot be read is reported and counts as zeros.
    pub(crate) fn gather<O>(plan: &Plan<'_, O>, contents: &dyn Contents<O>, observer: &dyn Observer) -> Self {
        let mut this = Self::default();
        let entries = plan.options().boot.as_ref().map_or(&[][..], |boot| &boot.entries);
        let stored = || entries.iter().map(|entry| (entry, entry.image.content()));
        for content in stored().filter(|(entry, _)| entry.grub2_boot_info).filter_map(|(_, content)| content)
        {
            let info = Grub2BootInfo::at(plan.content_at(content));
            let bytes = info.as_bytes().to_vec();
            this.patches.push(Patch { content, at: Grub2BootInfo::OFFSET, bytes });
        }
        for (entry, content) in stored() {
            let system_type =
                content.map_or(0, |content| this.look((plan, contents, observer), entry, content));
            this.system_types.push(system_type);
        }
        this
    }

    /// Reads what is needed of one boot image. Returns its partition type.
    fn look<O>(
        &mut self,
        (plan, contents, observer): (&Plan<'_, O>, &dyn Contents<O>, &dyn Observer),
        entry: &BootEntry,
        content: ContentId,
    ) -> u8 {
        let item = plan.build().content(content);
        let read = |facts: &mut dyn FnMut(&mut Reader<'_>) -> io::Result<()>| {
            let outcome = contents.open(&item.origin).and_then(|opened| facts(&mut Reader::new(opened)));
            outcome.unwrap_or_else(|error| observer.deviates(content, Deviation::Unreadable(error)));
        };
        let mut system_type = 0;
        if entry.emulation == Emulation::HardDisk {
            read(&mut |reader| partition_type(reader).map(|found| system_type = found));
        }
        if entry.boot_info_table {
            // What else is written into the image is part of what the table sums up.
            let others: Vec<&Patch> = self.patches.iter().filter(|patch| patch.content == content).collect();
            let mut checksum = 0;
            read(&mut |reader| sum(reader, item.size, &others).map(|found| checksum = found));
            self.patches.push(boot_info_table(plan, content, item.size, checksum));
        }
        system_type
    }
}

fn boot_info_table<O>(plan: &Plan<'_, O>, content: ContentId, size: u64, checksum: u32) -> Patch {
    let number = |n: u64| Le32::new(u32::try_from(n).unwrap_or(u32::MAX));
    let table = BootInfoTable {
        primary_volume_descriptor: number(plan.first_descriptor(Set::Image)),
        boot_file: number(plan.content_at(content) / SECTOR),
        length: number(size),
        checksum: Le32::new(checksum),
        reserved: [0; 40],
    };
    Patch { content, at: BootInfoTable::OFFSET, bytes: table.as_bytes().to_vec() }
}

/// The boot information table's checksum over the first `size` bytes, with what is patched into them.
fn sum(reader: &mut Reader<'_>, size: u64, patches: &[&Patch]) -> io::Result<u32> {
    BootInfoTable::checksum_by(size, |at, bytes| {
        let have = reader.read(bytes)?;
        bytes.get_mut(have..).unwrap_or_default().fill(0);
        patches.iter().for_each(|patch| patch.apply(at, bytes));
        Ok(bytes.len())
    })
}

/// The type of the active partition in a master boot record, or else of its first that has one.
fn partition_type(reader: &mut Reader<'_>) -> io::Result<u8> {
    const TABLE: usize = 446;
    let mut sector = [0; 512];
    reader.read(&mut sector)?;
    let (partitions, _) = sector[TABLE..510].as_chunks::<16>();
    let active = partitions.iter().find(|partition| partition[0] & 0x80 != 0 && partition[4] != 0);
    let first = partitions.iter().find(|partition| partition[4] != 0);
    Ok(active.or(first).map_or(0, |partition| partition[4]))
}
