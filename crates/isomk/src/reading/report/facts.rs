//! What makes an image boot, as xorriso looks at it: the boot catalog, the partition tables of the system area, and the files that
//! lie where these lead.

use super::mbr::{self, Entry};
use isokit_core::boot::{self, Boot};
use isokit_core::error::Result;
use isokit_core::finding::Findings;
use isokit_core::image::Image;
use isokit_core::iso9660::el_torito::BootImage;
use isokit_core::iso9660::layout::VolumeDescriptor;
use isokit_core::partition::gpt::{self, Header};
use isokit_core::partition::mbr::BootRecord;
use isokit_core::partition::{Partition, Scheme, Table, Type, system_area};
use isokit_core::source::Source;

/// Bytes of the blocks that tables count in, and of those that the volume counts in.
pub(super) const BLOCK: u64 = 512;
pub(super) const SECTOR: u64 = 2048;

const BLOCK_BYTES: usize = 512;

#[derive(Debug)]
pub(in crate::reading) struct Facts {
    pub(super) found: Boot,
    /// Of each boot image, whether ISOLINUX's boot code would find itself in it.
    pub(super) suitable: Vec<bool>,
    /// The first 32 KiB.
    area: Vec<u8>,
    pub(super) record: Option<BootRecord>,
    /// Of the master boot record.
    pub(super) entries: Vec<Entry>,
    /// Sectors of the volume.
    pub(super) sectors: u64,
    /// The sector at which the volume can be mounted once more; 0: none.
    pub(super) offset: u64,
}

impl Facts {
    /// Looks at `source`, which `image` is on.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn look(source: &dyn Source, image: &Image<'_>) -> Result<Self> {
        let findings = Findings::default();
        let catalog = boot::catalog(source, image, &findings)?;
        let found = Boot::find(source, Some(image), catalog, &findings)?;
        let mut area = vec![0; system_area::LENGTH];
        let have = source.read_some(source.first(), &mut area)?;
        area.get_mut(have..).unwrap_or_default().fill(0);
        let record = area.first_chunk().copied().and_then(BootRecord::parse);
        let mut this = Self {
            suitable: suitable(source, &found)?,
            entries: record.as_ref().map(mbr::entries).unwrap_or_default(),
            sectors: image.volume_end() / SECTOR,
            offset: 0,
            found,
            area,
            record,
        };
        this.offset = this.second(source)?;
        Ok(this)
    }

    fn table(&self, scheme: Scheme) -> Option<&Table> {
        self.found.tables.iter().find(|table| table.scheme == scheme)
    }

    pub(super) fn gpt(&self) -> Option<&Table> {
        self.table(Scheme::Gpt)
    }

    pub(super) fn apm(&self) -> Option<&Table> {
        self.table(Scheme::Apm)
    }

    /// The boot images of the catalog.
    pub(super) fn images(&self) -> &[BootImage] {
        self.found.catalog.as_ref().map(|catalog| catalog.images.as_slice()).unwrap_or_default()
    }

    /// The header of the GPT, as far as it is in the system area.
    pub(super) fn header(&self) -> Option<&Header> {
        self.area.get(BLOCK_BYTES..).and_then(Header::parse)
    }

    /// The path of the file that begins at this byte.
    pub(super) fn path(&self, at: u64) -> Option<&[u8]> {
        self.found.files.file(at).map(|(path, _)| path)
    }

    /// The last sector that a file has.
    pub(super) fn highest(&self) -> u64 {
        match self.found.files.files_end {
            0 => self.sectors.saturating_sub(1),
            end => end.saturating_sub(1) / SECTOR,
        }
    }

    /// The type of a partition of the GPT, as it lies on the disk.
    pub(super) fn type_guid(&self, partition: &Partition) -> String {
        match &partition.kind {
            Type::Gpt(kind) => hex::encode(kind.0),
            _ => String::new(),
        }
    }

    /// The entry of a partition of the GPT, if it is in the system area.
    pub(super) fn gpt_entry(&self, partition: &Partition) -> Option<&gpt::Entry> {
        let header = self.header()?;
        let place = u64::from(partition.number.checked_sub(1)?);
        let within = place.saturating_mul(header.size_of_partition_entry.get().into());
        let at = header.partition_entry_lba.get().saturating_mul(BLOCK).saturating_add(within);
        self.area.get(usize::try_from(at).ok()?..).and_then(gpt::Entry::parse)
    }

    /// Whether there is anything in the system area.
    pub(super) fn is_used(&self) -> bool {
        self.area.iter().any(|byte| *byte != 0)
    }

    /// The sector of a second set of descriptors, in the partition that has the volume.
    fn second(&self, source: &dyn Source) -> Result<u64> {
        let first = self.entries.first();
        let within = |entry: &&Entry| matches!(entry.status, 0 | 0x80) && entry.end() / 4 <= self.sectors;
        let of_mbr = first.filter(within).map(|entry| (entry.start, entry.count));
        let of_gpt = first.filter(|entry| entry.kind == 0xee && entry.start == 1).and_then(|_| {
            let partition = self.gpt()?.partitions.first()?;
            Some((partition.start / BLOCK, partition.length / BLOCK))
        });
        for (start, count) in [of_mbr, of_gpt].into_iter().flatten() {
            let is_place = (64..=2048).contains(&start) && count >= 72 && start % 4 == 0 && count % 4 == 0;
            if !is_place {
                continue;
            }
            let mut descriptor = [0; size_of::<VolumeDescriptor>()];
            let at = (start / 4).saturating_add(16).saturating_mul(SECTOR);
            let have = source.read_some(at, &mut descriptor)?;
            let Some(volume) = VolumeDescriptor::primary(&descriptor).filter(|_| have == descriptor.len())
            else {
                continue;
            };
            let size = u64::from(volume.volume_space_size.get());
            if size.saturating_add(start / 4) == self.sectors || size == count / 4 {
                return Ok(start / 4);
            }
        }
        Ok(0)
    }
}

/// Whether ISOLINUX's code for a master boot record would take each image for its own.
fn suitable(source: &dyn Source, found: &Boot) -> Result<Vec<bool>> {
    /// What that looks for, at byte 64.
    const MARK: [u8; 4] = [0xfb, 0xc0, 0x78, 0x70];
    let mut all = Vec::new();
    for (image, known) in found.catalog.iter().flat_map(|catalog| &catalog.images).zip(&found.images) {
        let mut mark = [0; 4];
        let have = source.read_some(image.at.saturating_add(64), &mut mark)?;
        all.push(known.measure.boot_info_table && have == mark.len() && mark == MARK);
    }
    Ok(all)
}
