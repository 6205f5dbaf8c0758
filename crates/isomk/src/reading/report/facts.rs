//! What makes an image boot, as xorriso looks at it: the boot catalog, the partition tables of the system area, and the files that
//! lie where these lead.

use super::mbr::{self, Entry};
use isokit_core::boot::{Known, known};
use isokit_core::error::Result;
use isokit_core::finding::Findings;
use isokit_core::image::Image;
use isokit_core::iso9660::el_torito::Catalog;
use isokit_core::number::narrow;
use isokit_core::partition::system_area::{self, Content};
use isokit_core::partition::{Partition, Scheme, Table, tables};
use isokit_core::source::Source;
use isokit_core::tree::placed::Placed;

/// Bytes of the blocks that tables count in, and of those that the volume counts in.
pub(super) const BLOCK: u64 = 512;
pub(super) const SECTOR: u64 = 2048;

#[derive(Debug)]
pub(super) struct Facts {
    pub(super) catalog: Option<Catalog>,
    /// Of each boot image, in the order of the catalog.
    pub(super) images: Vec<Known>,
    /// Whether ISOLINUX's boot code would find itself in it.
    pub(super) suitable: Vec<bool>,
    /// The first 32 KiB.
    pub(super) area: Vec<u8>,
    pub(super) contents: Vec<Content>,
    /// Of the master boot record, if there is one.
    pub(super) entries: Vec<Entry>,
    pub(super) gpt: Option<Table>,
    pub(super) apm: Option<Table>,
    /// Sectors of the volume.
    pub(super) sectors: u64,
    /// The sector at which the volume can be mounted once more; 0: none.
    pub(super) offset: u64,
    /// At the places that the catalog and the tables name.
    files: Placed,
}

impl Facts {
    /// Looks at `source`, which `image` is on.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn look(source: &dyn Source, image: &Image<'_>) -> Result<Self> {
        let findings = Findings::default();
        let volume = image.iso9660();
        let catalog = volume.map(|volume| Catalog::find(source, volume.descriptors(), &findings));
        let catalog = catalog.transpose()?.flatten();
        let found = tables(source, &findings)?;
        let mut area = vec![0; system_area::LENGTH];
        let have = source.read_some(source.first(), &mut area)?;
        area.get_mut(have..).unwrap_or_default().fill(0);
        let entries = mbr::entries(&area);
        let of = |scheme| found.iter().find(|table| table.scheme == scheme).cloned();
        let (gpt, apm) = (of(Scheme::Gpt), of(Scheme::Apm));
        let partitions = gpt.iter().chain(&apm).flat_map(|table| &table.partitions);
        let places = catalog.iter().flat_map(Catalog::places);
        let places = places.chain(entries.iter().map(|entry| entry.start / 4 * SECTOR));
        let places = places.chain(partitions.map(|partition| partition.start / SECTOR * SECTOR));
        let files = Placed::find(image.tree(), places);
        let images = match &catalog {
            Some(catalog) => known(source, image, catalog, &found, &files)?,
            None => Vec::new(),
        };
        let mut this = Self {
            suitable: suitable(source, catalog.as_ref(), &images)?,
            contents: system_area::contents(area.get(..have).unwrap_or_default()),
            gpt,
            apm,
            sectors: image.volume_end() / SECTOR,
            offset: 0,
            files,
            catalog,
            images,
            area,
            entries,
        };
        this.offset = this.second(source)?;
        Ok(this)
    }

    /// The path of the file that begins at this byte.
    pub(super) fn path(&self, at: u64) -> Option<&[u8]> {
        self.files.file(at).map(|(path, _)| path)
    }

    /// The last sector that a file has.
    pub(super) fn highest(&self) -> u64 {
        match self.files.files_end {
            0 => self.sectors.saturating_sub(1),
            end => end.saturating_sub(1) / SECTOR,
        }
    }

    /// The type of a partition of the GPT, as it lies on the disk.
    pub(super) fn type_guid(&self, partition: &Partition) -> String {
        hex::encode(self.gpt_entry(partition).get(..16).unwrap_or_default())
    }

    /// The entry of a partition of the GPT, as far as it is in the system area.
    pub(super) fn gpt_entry(&self, partition: &Partition) -> &[u8] {
        /// Place of the number of the array's first block in the header, and bytes of an entry (UEFI 5.3.2, 5.3.3).
        const ARRAY: u64 = 72;
        const ENTRY: u64 = 128;
        let array = number(&self.area, BLOCK + ARRAY, 8).saturating_mul(BLOCK);
        let at = array.saturating_add(u64::from(partition.number.saturating_sub(1)).saturating_mul(ENTRY));
        let place = usize::try_from(at).ok().zip(usize::try_from(at.saturating_add(ENTRY)).ok());
        place.and_then(|(from, to)| self.area.get(from..to)).unwrap_or_default()
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
            let partition = self.gpt.as_ref()?.partitions.first()?;
            Some((partition.start / BLOCK, partition.length / BLOCK))
        });
        for (start, count) in [of_mbr, of_gpt].into_iter().flatten() {
            let is_place = (64..=2048).contains(&start) && count >= 72 && start % 4 == 0 && count % 4 == 0;
            if !is_place {
                continue;
            }
            let mut descriptor = [0; 2048];
            let at = (start / 4).saturating_add(16).saturating_mul(SECTOR);
            let have = source.read_some(at, &mut descriptor)?;
            let [1, b'C', b'D', b'0', b'0', b'1', 1, ..] = descriptor else { continue };
            let size = descriptor.get(80..84).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
            let size = u64::from(size.unwrap_or_default());
            if have == descriptor.len()
                && (size.saturating_add(start / 4) == self.sectors || size == count / 4)
            {
                return Ok(start / 4);
            }
        }
        Ok(0)
    }
}

/// Whether ISOLINUX's code for a master boot record would take each image for its own.
fn suitable(source: &dyn Source, catalog: Option<&Catalog>, images: &[Known]) -> Result<Vec<bool>> {
    /// What that looks for, at byte 64.
    const MARK: [u8; 4] = [0xfb, 0xc0, 0x78, 0x70];
    let mut all = Vec::new();
    for (image, known) in catalog.iter().flat_map(|catalog| &catalog.images).zip(images) {
        let mut mark = [0; 4];
        let have = source.read_some(image.at.saturating_add(64), &mut mark)?;
        all.push(known.measure.boot_info_table && have == mark.len() && mark == MARK);
    }
    Ok(all)
}

/// A number of so many little-endian bytes at `at` of the area.
pub(super) fn number(area: &[u8], at: u64, bytes: usize) -> u64 {
    let from = narrow(at);
    let read = area.get(from..from.saturating_add(bytes)).unwrap_or_default();
    read.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
