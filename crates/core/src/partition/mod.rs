//! Partition tables: MBR, GPT and APM, read into one neutral list, and written for images that boot.
//!
//! An image may hold several tables at once, and hybrid images do: [`tables`] reads them all, [`Choice::find`] picks
//! the partition a user names. [`plan`] lays out the tables of a hybrid image, of which [`emit`] makes the bytes.

use crate::error::{Error, Result, Structure};
use crate::finding::Findings;
use crate::number::wide;
use crate::source::{InSectors, Section, Shifted, Source};
use std::fmt;
use std::str::FromStr;

pub mod apm;
mod disk;
pub mod emit;
pub mod gpt;
mod guid;
pub mod mbr;
pub mod plan;
pub mod system_area;

pub use disk::{divided, is_disk};
pub use guid::Guid;

/// The kinds of partition table that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Master boot record, with its chain of extended boot records.
    Mbr,
    /// GUID partition table (UEFI 5.3).
    Gpt,
    /// Apple partition map, in blocks of its own size.
    Apm,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mbr => "mbr",
            Self::Gpt => "gpt",
            Self::Apm => "apm",
        })
    }
}

impl Scheme {
    /// What errors and findings about a table of this kind name.
    pub(crate) const fn structure(self) -> Structure {
        match self {
            Self::Mbr => mbr::MASTER_BOOT_RECORD,
            Self::Gpt => gpt::HEADER,
            Self::Apm => apm::PARTITION_MAP,
        }
    }
}

impl FromStr for Scheme {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Mbr, Self::Gpt, Self::Apm]
            .into_iter()
            .find(|scheme| scheme.to_string() == text)
            .ok_or_else(|| Error::Usage(format!("{text}: not a partition scheme: mbr, gpt or apm")))
    }
}

/// What a partition says it holds, as its table records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// System identifier of an MBR entry.
    Mbr(u8),
    /// Partition type GUID.
    Gpt(Guid),
    /// Partition type text of an APM entry.
    Apm(String),
}

impl Type {
    /// A well-known meaning in words, if it has one.
    pub fn meaning(&self) -> Option<&str> {
        match self {
            Self::Mbr(number) => mbr::type_name(*number),
            Self::Gpt(guid) => gpt::type_name(*guid),
            Self::Apm(_) => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mbr(number) => write!(f, "{number:#04x}"),
            Self::Gpt(guid) => guid.fmt(f),
            Self::Apm(text) => f.write_str(text),
        }
    }
}

/// Bytes of a sector of a volume (ECMA-119 6.1.2).
const VOLUME_SECTOR: u64 = 2048;
/// Where volume descriptors begin, in sectors from where the volume does (ECMA-119 6.2.1).
const VOLUME_DESCRIPTORS: u64 = 16;

/// What the names of partitions begin with, before a number, that stand for what lies between others.
pub const GAP: &str = "Gap";

/// One partition, in bytes of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The kind of table it stands in; an image may have several.
    pub scheme: Scheme,
    /// Its number as operating systems count: MBR entries are 1 to 4 and logical ones go on from 5; GPT and APM count
    /// table slots from 1, empty ones included.
    pub number: u32,
    /// Byte of the source at which it begins.
    pub start: u64,
    /// Bytes of it, as the table says: it may end behind the end of the source.
    pub length: u64,
    /// What it says it holds.
    pub kind: Type,
    /// Its own name; empty for MBR.
    pub name: String,
    /// MBR: the active flag. GPT: the legacy BIOS bootable attribute. APM: the bootable status.
    pub active: bool,
    /// The partition's own GUID (GPT).
    pub unique: Option<Guid>,
    /// GPT attributes or APM status as recorded; 0 for MBR.
    pub attributes: u64,
}

impl Partition {
    /// First byte behind it, of the source.
    pub const fn end(&self) -> u64 {
        self.start.saturating_add(self.length)
    }

    /// Whether it only stands for what lies between others, as writers of hybrid images say by the name.
    pub fn is_gap(&self) -> bool {
        self.name.starts_with(GAP)
    }
}

/// One partition table that is whole, or as much of it as could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Which kind of table it is.
    pub scheme: Scheme,
    /// Byte in the source at which the copy that was read begins.
    pub at: u64,
    /// Bytes of the blocks it counts in.
    pub block_size: u64,
    /// What the table calls the disk: MBR signature in hexadecimal, GPT disk GUID; empty for APM.
    pub identifier: String,
    /// The table only guards a GPT or is nested in it: an MBR with an entry of type 0xEE.
    pub protective: bool,
    /// Where the other copy of a GPT begins, when there is a good one.
    pub backup: Option<u64>,
    /// The partitions, in the order of the table; empty slots left out.
    pub partitions: Vec<Partition>,
}

/// All partition tables of `source`, MBR first, then GPT, then APM; none of a part of a disc. Damage is noted in `findings`, and what can be
/// read all the same is returned.
///
/// # Errors
/// Only those of reading the source.
pub fn tables(source: &dyn Source, findings: &Findings) -> Result<Vec<Table>> {
    let found = read(source, findings)?;
    for table in &found {
        note_overlaps(source, table, findings);
    }
    Ok(found)
}

/// As [`tables`], without a look at what the partitions have in common.
///
/// # Errors
/// Only those of reading the source.
pub(crate) fn read(source: &dyn Source, findings: &Findings) -> Result<Vec<Table>> {
    if source.first() > 0 {
        return Ok(Vec::new());
    }
    let gpt = gpt::read(source, findings)?;
    let sector = gpt.as_ref().map_or(mbr::SECTOR, |table| table.block_size);
    let mbr = mbr::read(source, sector, findings)?;
    let apm = apm::read(source, findings)?;
    Ok([mbr, gpt, apm].into_iter().flatten().collect())
}

/// Which partition a user means: `3`, or `gpt:3` where an image holds several tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// `None` where only a number was given.
    pub scheme: Option<Scheme>,
    /// [`Partition::number`].
    pub number: u32,
}

impl FromStr for Choice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (scheme, number) = match text.split_once(':') {
            Some((scheme, number)) => (Some(scheme.parse()?), number),
            None => (None, text),
        };
        match number.parse() {
            Ok(number) => Ok(Self { scheme, number }),
            Err(_) => Err(Error::Usage(format!("{text}: not a partition number, like 1 or gpt:1"))),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scheme {
            Some(scheme) => write!(f, "{scheme}:{}", self.number),
            None => write!(f, "{}", self.number),
        }
    }
}

impl Choice {
    /// The partition in `source`. Where no table was named it is sought where an operating system would: in the MBR
    /// unless that is protective or empty, then in the GPT, then in the APM.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Foreign`] for what no disk is, such as a disk image in a form of its own; and those
    /// of reading the source.
    pub fn find(self, source: &dyn Source, findings: &Findings) -> Result<Partition> {
        let found = divided(source, findings)?;
        let table = match self.scheme {
            Some(scheme) => found.iter().find(|table| table.scheme == scheme),
            None => authoritative(&found),
        };
        let Some(table) = table else {
            return Err(Error::not_found(
                format!("partition {self}"),
                "the image has no such partition table",
            ));
        };
        match table.partitions.iter().find(|partition| partition.number == self.number) {
            Some(partition) => Ok(partition.clone()),
            None => {
                let shown = format!("partition {}:{}", table.scheme, self.number);
                Err(Error::not_found(shown, "the partition table has no such entry"))
            }
        }
    }
}

/// The part of `source` that begins at byte `at`, and in that the partition `choice`, each where it is asked for; and
/// what the table says of the partition. Where `first_sector` is given, that is what its first sector, of 2048 bytes, was
/// on a disc.
///
/// # Errors
/// As [`Choice::find`]; [`Error::Usage`] when the part would begin behind the end of `source`.
pub fn window(
    mut source: Box<dyn Source>,
    at: Option<u64>,
    choice: Option<Choice>,
    first_sector: Option<u32>,
    findings: &Findings,
) -> Result<(Box<dyn Source>, Option<Partition>)> {
    if let Some(at) = at {
        source = Box::new(Section::new(source, at, None)?);
    }
    let mut partition = None;
    if let Some(choice) = choice {
        let found = choice.find(&source, findings)?;
        source = Box::new(Section::new(source, found.start, Some(found.length))?);
        partition = Some(found);
    }
    if let Some(sector) = first_sector.filter(|sector| *sector > 0) {
        source = Box::new(Shifted::new(source, blocks(sector.into(), 2048)));
    }
    Ok((source, partition))
}

/// The table of several by which an operating system goes.
pub fn authoritative(tables: &[Table]) -> Option<&Table> {
    let of = |scheme| tables.iter().find(move |table| table.scheme == scheme);
    of(Scheme::Mbr).filter(|mbr| !mbr.protective).or_else(|| of(Scheme::Gpt)).or_else(|| of(Scheme::Apm))
}

/// Notes partitions of one table that share bytes, or that end behind the end of the source.
fn note_overlaps(source: &dyn Source, table: &Table, findings: &Findings) {
    let what = table.scheme.structure();
    let at = InSectors::new(source, table.block_size).location(table.at);
    for (partition, before) in overlaps(table, |partition| (partition.start, partition.number)) {
        if let Some(before) = before {
            let text = format!("partitions {} and {} overlap", before.number, partition.number);
            findings.note(at, what, text);
        }
        if source.size().is_some_and(|size| partition.end() > size) {
            let text = format!(
                "partition {} ends at byte {:#x}, beyond the end of the image",
                partition.number,
                partition.end()
            );
            findings.note(at, what, text);
        }
    }
}

/// The partitions of `table` with any bytes, in the order of `key`, which begins with where they start; each with the one of
/// those before it that reaches furthest, if that reaches into it.
pub(crate) fn overlaps<K: Ord>(
    table: &Table,
    key: impl FnMut(&&Partition) -> K,
) -> Vec<(&Partition, Option<&Partition>)> {
    let used = |partition: &&Partition| partition.length > 0 && !is_container(partition);
    let mut sorted: Vec<&Partition> = table.partitions.iter().filter(used).collect();
    sorted.sort_by_key(key);
    let mut furthest: Option<&Partition> = None;
    let mut all = Vec::new();
    for partition in sorted {
        all.push((partition, furthest.filter(|before| before.end() > partition.start)));
        if furthest.is_none_or(|before| before.end() < partition.end()) {
            furthest = Some(partition);
        }
    }
    all
}

/// The sector of the volume, of 2048 bytes, from which on it has descriptors once more, so that it can be mounted from there too:
/// see `-partition_offset` of mkisofs. That is where a partition begins or, where no table tells of it, where it is known by the
/// descriptors before the volume's root directory or path table. Partitions from byte `end` on are not asked.
///
/// # Errors
/// Those of reading.
pub fn second_volume(source: &dyn Source, tables: &[Table], end: u64) -> Result<Option<u32>> {
    let partitions = tables.iter().flat_map(|table| &table.partitions);
    for partition in partitions.filter(|partition| (1..end).contains(&partition.start)) {
        let sector = partition.start / VOLUME_SECTOR;
        let descriptors = sector.saturating_add(VOLUME_DESCRIPTORS).saturating_mul(VOLUME_SECTOR);
        let mut head = [0; 6];
        let have = source.read_some(descriptors, &mut head)?;
        let is_there = have == head.len() && head == *b"\x01CD001";
        if sector >= VOLUME_DESCRIPTORS && partition.start % VOLUME_SECTOR == 0 && is_there {
            return Ok(u32::try_from(sector).ok());
        }
    }
    untold_volume(source)
}

/// Sectors before the first directory or path table among which the descriptors of a volume are that begins once more.
const LOOKED_AT: u64 = 16;

/// What is looked at of a primary volume descriptor (ECMA-119 8.4): what it is called and when it was made, where its path
/// table lies, and where its root directory does, in sectors from the start of its volume.
struct Primary {
    names: Vec<u8>,
    path_table: u64,
    root: u64,
}

impl Primary {
    /// The descriptor in this sector, if one is there.
    fn read(source: &dyn Source, sector: u64) -> Result<Option<Self>> {
        let mut bytes = vec![0; 2048];
        let have = source.read_some(blocks(sector, VOLUME_SECTOR), &mut bytes)?;
        if have < bytes.len() || !bytes.starts_with(b"\x01CD001") {
            return Ok(None);
        }
        let number = |at: usize| {
            let bytes = bytes.get(at..).and_then(<[u8]>::first_chunk);
            bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)))
        };
        let names = [&bytes[40..72], &bytes[813..847]].concat();
        Ok(Some(Self { names, path_table: number(140), root: number(158) }))
    }
}

/// As [`second_volume`], where no table tells of it.
fn untold_volume(source: &dyn Source) -> Result<Option<u32>> {
    if source.first() > 0 {
        return Ok(None);
    }
    let Some(volume) = Primary::read(source, VOLUME_DESCRIPTORS)? else { return Ok(None) };
    let behind = volume.path_table.min(volume.root);
    let first = behind.saturating_sub(LOOKED_AT).max(VOLUME_DESCRIPTORS.saturating_mul(2));
    for sector in first..behind {
        let Some(again) = Primary::read(source, sector)? else { continue };
        let start = sector.saturating_sub(VOLUME_DESCRIPTORS);
        // A later session has a descriptor like that as well, which counts from the same place.
        let counts_from = again.root != volume.root && start.saturating_add(again.root) > sector;
        if again.names == volume.names && counts_from {
            return Ok(u32::try_from(start).ok());
        }
    }
    Ok(None)
}

/// Whether other partitions of the same table lie inside it by design.
pub(crate) fn is_container(partition: &Partition) -> bool {
    matches!(partition.kind, Type::Mbr(number) if mbr::is_extended(number) || number == mbr::PROTECTIVE)
}

/// Fills a block of `N` bytes from byte `at`; `None` when the source ends before it does.
fn block<const N: usize>(source: &dyn Source, at: u64) -> Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    let have = source.read_some(at, &mut bytes)?;
    Ok((have == N).then_some(bytes))
}

/// Text up to the first NUL, with what is no ASCII replaced.
fn ascii(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

/// A finding at byte `at` of `source`.
fn note(source: &dyn Source, findings: &Findings, at: u64, what: Structure, text: impl Into<String>) {
    findings.note(source.location(at), what, text);
}

/// `count` blocks of `size` bytes.
const fn blocks(count: u64, size: u64) -> u64 {
    count.saturating_mul(size)
}

/// The number of the table slot `index`, counted from 1.
fn slot(index: usize) -> u32 {
    u32::try_from(wide(index).saturating_add(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    fn partition(number: u32, start: u64, length: u64) -> Partition {
        Partition {
            scheme: Scheme::Mbr,
            number,
            start,
            length,
            kind: Type::Mbr(0x83),
            name: String::new(),
            active: false,
            unique: None,
            attributes: 0,
        }
    }

    #[test]
    fn overlaps_are_found_whatever_the_order_and_behind_a_long_partition() {
        let table = Table {
            scheme: Scheme::Mbr,
            at: 0,
            block_size: 512,
            identifier: String::new(),
            protective: false,
            backup: None,
            partitions: vec![
                partition(1, 2048, 512),
                partition(2, 0, 4096),
                partition(3, 3000, 10),
                partition(4, 9000, 2000),
            ],
        };
        let findings = Findings::default();
        note_overlaps(&Memory(vec![0_u8; 10_000]), &table, &findings);
        let said: Vec<_> = findings.take().into_iter().map(|finding| finding.deviation).collect();
        assert_eq!(
            said,
            [
                "partitions 2 and 1 overlap",
                "partitions 2 and 3 overlap",
                "partition 4 ends at byte 0x2af8, beyond the end of the image"
            ]
        );
    }

    #[test]
    fn a_choice_is_a_number_with_or_without_a_scheme() {
        assert_eq!("3".parse::<Choice>().expect("legal"), Choice { scheme: None, number: 3 });
        let gpt = "gpt:12".parse::<Choice>().expect("legal");
        assert_eq!(gpt, Choice { scheme: Some(Scheme::Gpt), number: 12 });
        assert_eq!(gpt.to_string(), "gpt:12");
        assert!("bsd:1".parse::<Choice>().is_err());
        assert!("one".parse::<Choice>().is_err());
    }
}
