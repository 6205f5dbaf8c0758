//! A FAT volume, read as far as firmware reads it to find a loader: geometry, directories, the first bytes of a file.

use super::FatType;
use super::fat_type::FIRST_CLUSTER;
use super::layout::{BOOT_SECTOR, BiosParameterBlock, DirectoryEntry, Fat32Parameters, attr};
use crate::error::{Problem, Result, Structure};
use crate::number::{narrow, wide};
use crate::source::Source;
use zerocopy::FromBytes;

/// The file allocation table.
const TABLE: Structure = Structure::new("file allocation table", "fatgen103, FAT Data Structure");
/// A directory as a whole.
const DIRECTORY: Structure = Structure::new("FAT directory", "fatgen103, FAT Directory Structure");

/// Bytes of a directory at the most, its end included (fatgen103, FAT Directory Structure).
const LARGEST_DIRECTORY: u64 = 65_536 * 32;

/// First byte of an entry that is free, as all behind it are.
const FREE: u8 = 0x00;
/// First byte of an entry that was removed.
const REMOVED: u8 = 0xe5;

/// Where a volume has what, in bytes from its start.
#[derive(Debug)]
pub(crate) struct Volume<'s> {
    source: &'s dyn Source,
    /// Byte of the source at which it begins.
    at: u64,
    /// How wide the entries of its table are.
    pub(crate) fat_type: FatType,
    /// Bytes of all of it, as it counts them itself.
    pub(crate) length: u64,
    cluster: u64,
    clusters: u32,
    table: u64,
    root: Place,
    data: u64,
}

/// Where a directory is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// The root of FAT12 and FAT16: this many bytes from that byte of the volume on.
    Fixed(u64, u64),
    /// A chain that begins with this cluster.
    Chain(u32),
}

/// A name in a directory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    name: [u8; 11],
    /// Whether it is a directory.
    pub(crate) is_directory: bool,
    /// Bytes of a file.
    pub(crate) size: u32,
    first: u32,
}

impl Entry {
    /// The eight characters of the short name, padded with spaces, in capitals.
    pub(crate) fn base(&self) -> &[u8] {
        self.name.get(..8).unwrap_or_default()
    }

    /// The three behind the dot.
    pub(crate) fn extension(&self) -> &[u8] {
        self.name.get(8..).unwrap_or_default()
    }
}

impl<'s> Volume<'s> {
    /// The volume that begins at byte `at` of `source`; `None` where that is no boot sector of one.
    ///
    /// # Errors
    /// Only those of reading the source.
    pub(crate) fn open(source: &'s dyn Source, at: u64) -> Result<Option<Self>> {
        let mut sector = [0; BOOT_SECTOR];
        if source.read_some(at, &mut sector)? < sector.len() {
            return Ok(None);
        }
        Ok(Self::parse(source, at, &sector))
    }

    fn parse(source: &'s dyn Source, at: u64, sector: &[u8; BOOT_SECTOR]) -> Option<Self> {
        let (block, rest) = BiosParameterBlock::ref_from_prefix(sector).ok()?;
        let (wide_parameters, _) = Fat32Parameters::ref_from_prefix(rest).ok()?;
        let bytes = u64::from(block.byts_per_sec.get());
        let is_sane = matches!(block.jmp_boot, [0xeb, _, 0x90] | [0xe9, ..])
            && matches!(bytes, 512 | 1024 | 2048 | 4096)
            && block.sec_per_clus.is_power_of_two()
            && matches!(block.num_fats, 1 | 2)
            && block.rsvd_sec_cnt.get() > 0;
        if !is_sane {
            return None;
        }
        let either = |few: u16, many: u32| if few == 0 { u64::from(many) } else { u64::from(few) };
        let sectors = either(block.tot_sec16.get(), block.tot_sec32.get());
        let table_sectors = either(block.fat_sz16.get(), wide_parameters.fat_sz32.get());
        let reserved = u64::from(block.rsvd_sec_cnt.get());
        let root_bytes = u64::from(block.root_ent_cnt.get()).saturating_mul(32);
        let root = table_sectors.saturating_mul(block.num_fats.into()).saturating_add(reserved);
        let data = root.saturating_add(root_bytes.div_ceil(bytes));
        let clusters = sectors.checked_sub(data)? / u64::from(block.sec_per_clus);
        let clusters = u32::try_from(clusters).ok()?;
        let fat_type = FatType::ALL.into_iter().find(|kind| kind.clusters().contains(&clusters))?;
        let chain = Place::Chain(wide_parameters.root_clus.get());
        let fixed = Place::Fixed(root.saturating_mul(bytes), root_bytes);
        Some(Self {
            source,
            at,
            fat_type,
            length: sectors.saturating_mul(bytes),
            cluster: bytes.saturating_mul(block.sec_per_clus.into()),
            clusters,
            table: reserved.saturating_mul(bytes),
            root: if fat_type == FatType::Fat32 { chain } else { fixed },
            data: data.saturating_mul(bytes),
        })
    }

    /// What is in the root.
    ///
    /// # Errors
    /// As [`Volume::directory`].
    pub(crate) fn root(&self) -> Result<Vec<Entry>> {
        self.entries(self.root)
    }

    /// What is in `directory`, names of files and directories only.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] where its clusters cannot be followed; those of the source.
    pub(crate) fn directory(&self, directory: &Entry) -> Result<Vec<Entry>> {
        self.entries(Place::Chain(directory.first))
    }

    /// The first bytes of `file`, as many as `into` has or there are in its first cluster.
    ///
    /// # Errors
    /// As [`Volume::directory`].
    pub(crate) fn begin(&self, file: &Entry, into: &mut [u8]) -> Result<usize> {
        // A file without content has no cluster, whatever is recorded.
        if file.size == 0 {
            return Ok(0);
        }
        let most = u64::from(file.size).min(self.cluster);
        let length = narrow(wide(into.len()).min(most));
        let at = self.cluster_at(file.first)?;
        self.source.read_some(at, into.get_mut(..length).unwrap_or_default())
    }

    /// Byte of the source at which `cluster` begins.
    fn cluster_at(&self, cluster: u32) -> Result<u64> {
        match cluster.checked_sub(FIRST_CLUSTER).filter(|index| *index < self.clusters) {
            Some(index) => {
                let offset = self.data.saturating_add(u64::from(index).saturating_mul(self.cluster));
                Ok(self.at.saturating_add(offset))
            }
            None => {
                let last = self.clusters.saturating_add(1);
                let table = TABLE.at(self.source.location(self.at.saturating_add(self.table)));
                Err(table.out_of_range("cluster", cluster.into(), format!("2 to {last}")))
            }
        }
    }

    /// The cluster that follows `cluster`; `None` where it is the last.
    fn next(&self, cluster: u32) -> Result<Option<u32>> {
        let bits = self.fat_type.bits();
        let bit = u64::from(cluster).saturating_mul(bits.into());
        let at = self.at.saturating_add(self.table).saturating_add(bit / 8);
        let mut bytes = [0; 4];
        let length = narrow(u64::from(bits).div_ceil(8));
        self.source.read_at(at, bytes.get_mut(..length).unwrap_or_default())?;
        let read = u32::from_le_bytes(bytes) >> (bit % 8);
        let next = read & self.fat_type.end_of_chain();
        // The eight numbers before the last one end a chain as well.
        Ok((next < self.fat_type.end_of_chain().saturating_sub(7)).then_some(next))
    }

    fn entries(&self, place: Place) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        let mut cluster = match place {
            Place::Fixed(at, length) => {
                let mut bytes = vec![0; narrow(length.min(LARGEST_DIRECTORY))];
                self.source.read_at(self.at.saturating_add(at), &mut bytes)?;
                self.take(&bytes, &mut found);
                return Ok(found);
            }
            Place::Chain(first) => first,
        };
        let mut bytes = vec![0; narrow(self.cluster)];
        let mut left = LARGEST_DIRECTORY;
        loop {
            let at = self.cluster_at(cluster)?;
            self.source.read_at(at, &mut bytes)?;
            left = left.saturating_sub(self.cluster);
            if self.take(&bytes, &mut found) {
                return Ok(found);
            }
            match self.next(cluster)? {
                None => return Ok(found),
                Some(_) if left == 0 => {
                    let directory = DIRECTORY.at(self.source.location(at));
                    return Err(directory.corrupt(Problem::Loop { via: "a chain of clusters" }));
                }
                Some(next) => cluster = next,
            }
        }
    }

    /// Adds the names in `bytes`, a part of a directory, to `found`. Whether it ends there.
    fn take(&self, bytes: &[u8], found: &mut Vec<Entry>) -> bool {
        let (entries, _) = bytes.as_chunks::<32>();
        for entry in entries {
            let entry: DirectoryEntry = zerocopy::transmute!(*entry);
            let [mark, ..] = entry.name;
            if mark == FREE {
                return true;
            }
            let is_name =
                entry.attr & attr::LONG_NAME != attr::LONG_NAME && entry.attr & attr::VOLUME_ID == 0;
            if mark != REMOVED && is_name {
                let first = u32::from(entry.fst_clus_hi.get()) << 16 | u32::from(entry.fst_clus_lo.get());
                found.push(Entry {
                    name: entry.name.map(|byte| byte.to_ascii_uppercase()),
                    is_directory: entry.attr & attr::DIRECTORY != 0,
                    size: entry.file_size.get(),
                    // What is narrower than FAT32 may have something else in the upper half.
                    first: first & self.fat_type.end_of_chain(),
                });
            }
        }
        false
    }
}
