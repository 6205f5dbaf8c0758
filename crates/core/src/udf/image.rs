//! A UDF volume opened: its descriptors, its partitions, its file set.

use super::anchor::{self, Anchored};
use super::charset::dstring;
use super::integrity::{self, Integrity};
use super::layout::{ANCHOR, FILE_SET, FileSetDescriptor, LOGICAL_VOLUME, LongAd, extent_type, tag};
use super::maps::{self, Map};
use super::recognition::{Recognition, recognize};
use super::sequence::{Descriptors, Placed};
use super::space::Space;
use super::tree::UdfTree;
use super::vat::VirtualTable;
use super::{layout, tag as tags};
use crate::error::{Error, Location, Problem, Result};
use crate::fields::Fields;
use crate::finding::{Finding, Findings};
use crate::number::narrow;
use crate::source::{InSectors, Source};
use std::sync::Arc;

/// UDF 2.60, in binary coded decimal.
const LAST_REVISION: u16 = 0x0260;

/// File set descriptors that are looked at.
const MOST_FILE_SETS: usize = 64;

/// A volume whose descriptors were read, with the tree of its file set.
#[derive(Debug)]
pub struct Image<'s> {
    source: InSectors<&'s dyn Source>,
    recognition: Recognition,
    anchored: Anchored,
    descriptors: Descriptors,
    maps: Vec<Placed<Map>>,
    file_set: Placed<FileSetDescriptor>,
    table: Option<VirtualTable>,
    tree: UdfTree<'s>,
    findings: Arc<Findings>,
}

impl<'s> Image<'s> {
    /// Reads what leads to the root directory, and no more.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when there is no volume, or what leads to its root is damaged, [`Error::Unsupported`] for a
    /// partition of no known kind; those of the source.
    pub fn open(source: &'s dyn Source) -> Result<Self> {
        let recognition = recognize(source)?;
        Self::open_recognized(source, recognition)
    }

    /// As [`Image::open`], of a volume whose recognition sequence was read.
    ///
    /// # Errors
    /// As [`Image::open`].
    pub fn open_recognized(source: &'s dyn Source, recognition: Recognition) -> Result<Self> {
        let findings = Arc::new(Findings::default());
        let anchored = anchor::find(source, recognition, &findings)?;
        if recognition.nsr.is_none() {
            let deviation = "the NSR descriptor is missing; an anchor was found without it";
            let first = recognition.start.saturating_mul(2048).saturating_add(32_768);
            findings.note(source.location(first), layout::RECOGNITION, deviation);
        }
        let image = match Self::open_anchored(source, recognition, anchored, &findings) {
            Err(error) if error.is_damage() => {
                Self::open_by_other(source, recognition, &anchored, error, &findings)?
            }
            image => image?,
        };
        image.newest_session(&findings)
    }

    /// What another anchor leads to, where the one that was found leads to nothing because of `error`.
    fn open_by_other(
        source: &'s dyn Source,
        recognition: Recognition,
        anchored: &Anchored,
        error: Error,
        findings: &Arc<Findings>,
    ) -> Result<Self> {
        // A pipe is not read to its end for what is most likely as damaged.
        let other =
            if source.access().is_random() { anchor::other(source, recognition, anchored)? } else { None };
        let Some(other) = other else { return Err(error) };
        match Self::open_anchored(source, recognition, other, findings) {
            Ok(image) => {
                let source = InSectors::new(source, anchored.sector);
                anchor::note_passed_over(&source, anchored.at, findings, &error);
                Ok(image)
            }
            Err(failure @ Error::Io(_)) => Err(failure),
            Err(_) => Err(error),
        }
    }

    /// What the descriptors lead to that `anchored` names.
    fn open_anchored(
        source: &'s dyn Source,
        recognition: Recognition,
        anchored: Anchored,
        findings: &Arc<Findings>,
    ) -> Result<Self> {
        let source = InSectors::new(source, anchored.sector);
        let mut descriptors = Descriptors::read(&source, &anchored, findings)?;
        if let Some(reason) = maps::undescribed(&descriptors) {
            descriptors.complete(&source, &anchored, &reason, findings)?;
        }
        note_revision(&descriptors, findings);
        let block = block_size(&descriptors, &anchored)?;
        let maps = maps::parse(&descriptors, findings)?;
        let (mut space, table) =
            maps::follow(source, (anchored.sector, block), &descriptors, &maps, findings)?;
        space.session = recognition.start.saturating_mul(2048);
        let file_set = file_set(&space, &descriptors)?;
        let tree = UdfTree::new(space, &file_set);
        let findings = Arc::clone(findings);
        Ok(Self { source, recognition, anchored, descriptors, maps, table, file_set, tree, findings })
    }

    /// The volume of the last session, where a virtual allocation table shows that this one is not of that: all of a
    /// session has its own anchor, and counts its sectors from the start of the disc.
    fn newest_session(self, findings: &Arc<Findings>) -> Result<Self> {
        let (source, sector) = (self.source, self.anchored.sector);
        let Some(start) = self.virtual_table().and_then(|table| table.later) else { return Ok(self) };
        let before = anchor::before(&source, start.checked_div(sector).unwrap_or_default(), sector)?;
        let Some(anchored) = before.filter(|anchored| anchored.at > self.anchored.at) else {
            return Ok(self);
        };
        let at = source.location(anchored.at);
        match Self::open_anchored(*source.inner(), self.recognition, anchored, findings) {
            Ok(newest) if newest.virtual_table().is_some_and(|table| table.later.is_none()) => {
                findings.remark(at, ANCHOR, "a newer session than the first is shown");
                Ok(newest)
            }
            Err(error @ Error::Io(_)) => Err(error),
            Err(error) => {
                findings.note(at, ANCHOR, format!("a newer session cannot be read: {error}"));
                Ok(self)
            }
            Ok(_) => Ok(self),
        }
    }

    /// What it is read from, which names sectors of the size that the volume has.
    pub fn source(&self) -> &dyn Source {
        &self.source
    }

    /// What the volume recognition sequence said.
    pub fn recognition(&self) -> Recognition {
        self.recognition
    }

    /// The one whose descriptors are read: others may have been passed over.
    pub fn anchored(&self) -> &Anchored {
        &self.anchored
    }

    /// The prevailing volume descriptors, of the main sequence or the reserve one.
    pub fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    /// The partition maps, by partition reference number.
    pub fn maps(&self) -> &[Placed<Map>] {
        &self.maps
    }

    /// The one that prevails, of the first file set.
    pub fn file_set(&self) -> &Placed<FileSetDescriptor> {
        &self.file_set
    }

    /// The only one there is: UDF has all names in one tree.
    pub fn tree(&self) -> &UdfTree<'s> {
        &self.tree
    }

    /// Bytes from the start of the source to the end of the last thing that the volume descriptors name; of a write-once
    /// disc, which may not be full, to that of its virtual allocation table. An anchor may follow: see
    /// [`Image::end_behind`].
    pub fn end(&self) -> u64 {
        let sector = self.anchored.sector.max(1);
        let partitions = self.descriptors.partitions.iter().map(|partition| {
            let partition = &partition.descriptor;
            u64::from(partition.start.get()).saturating_add(partition.length.get().into())
        });
        let table =
            self.virtual_table().map(|table| table.at.byte().saturating_sub(self.source.origin()) / sector);
        let recorded = match table {
            Some(table) => table.saturating_add(1),
            None => partitions.max().unwrap_or_default(),
        };
        let anchor = &self.anchored.anchor;
        let integrity = self.descriptors.logical_volume.as_ref().map(|volume| volume.descriptor.integrity);
        let sequences = [Some(anchor.main_sequence), Some(anchor.reserve_sequence), integrity];
        let sequences = sequences.into_iter().flatten().map(|extent| {
            u64::from(extent.location.get()).saturating_add(u64::from(extent.length.get()).div_ceil(sector))
        });
        let anchored = (self.anchored.at / sector).saturating_add(1);
        sequences.chain([recorded, anchored]).max().unwrap_or_default().saturating_mul(sector)
    }

    /// Bytes from the start of the source to the end of the last anchor at or behind byte `end`, or `end` where there is
    /// none. Reads up to 512 sectors behind it, 256 behind each anchor.
    ///
    /// # Errors
    /// Those of the source.
    pub fn end_behind(&self, end: u64) -> Result<u64> {
        let sector = self.anchored.sector.max(1);
        let last = anchor::last(&self.source, end / sector, sector)?;
        Ok(last.map_or(end, |last| last.saturating_add(1).saturating_mul(sector)))
    }

    /// The revision of UDF that the domain of the logical volume claims, in binary coded decimal: 0x0201 is 2.01.
    pub fn revision(&self) -> u16 {
        let suffix = self.descriptors.logical_volume.as_ref().map(|volume| volume.descriptor.domain.suffix);
        suffix.map_or(0, |[low, high, ..]| u16::from_le_bytes([low, high]))
    }

    /// Whether the volume is closed, and how much it says is in it. Reads the integrity sequence.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is damaged; those of the source.
    pub fn integrity(&self) -> Result<Option<Integrity>> {
        let Some(volume) = &self.descriptors.logical_volume else { return Ok(None) };
        let is_virtual = self.maps.iter().any(|map| matches!(map.descriptor, Map::Virtual(_)));
        let table = is_virtual.then(|| self.virtual_table());
        integrity::read(&self.source, volume.descriptor.integrity, self.anchored.sector, table)
    }

    /// The virtual allocation table, where there is one that can be used.
    pub fn virtual_table(&self) -> Option<&VirtualTable> {
        self.table.as_ref()
    }

    /// Decoded; a virtual allocation table may have a newer one than the descriptor.
    pub fn identifier(&self) -> String {
        let newer = self.virtual_table().and_then(|table| table.volume.as_ref());
        let newer = newer.map(|holds| holds.identifier.clone()).filter(|identifier| !identifier.is_empty());
        let volume = self.descriptors.logical_volume.as_ref();
        newer.or_else(|| volume.map(|volume| dstring(&volume.descriptor.identifier))).unwrap_or_default()
    }

    /// Takes the deviations tolerated so far; reading on adds more.
    pub fn take_findings(&self) -> Vec<Finding> {
        self.findings.take()
    }
}

/// Notes a revision after the last one.
fn note_revision(descriptors: &Descriptors, findings: &Findings) {
    let Some(volume) = &descriptors.logical_volume else { return };
    let [low, high, ..] = volume.descriptor.domain.suffix;
    if u16::from_le_bytes([low, high]) > LAST_REVISION {
        let deviation = format!("UDF revision {high:x}.{low:02x} is unknown; read as 2.60");
        findings.note(volume.at, LOGICAL_VOLUME, deviation);
    }
}

/// Bytes of a logical block, which UDF has as large as a sector.
fn block_size(descriptors: &Descriptors, anchored: &Anchored) -> Result<u64> {
    let Some(volume) = &descriptors.logical_volume else { return Ok(anchored.sector) };
    let size = u64::from(volume.descriptor.block_size.get());
    if size.is_power_of_two() && (512..=32_768).contains(&size) {
        return Ok(size);
    }
    let limit = "a power of two from 512 to 32768";
    Err(LOGICAL_VOLUME.at(volume.at).out_of_range("logical block size", size, limit))
}

/// The file set that prevails: of the first one's number, the descriptor with the highest number.
fn file_set(space: &Space<'_>, descriptors: &Descriptors) -> Result<Placed<FileSetDescriptor>> {
    let Some(volume) = &descriptors.logical_volume else {
        return Err(LOGICAL_VOLUME.at(space.source.location(0)).out_of_range(
            "number of logical volumes",
            0,
            "1",
        ));
    };
    let mut extent = volume.descriptor.file_set;
    let mut at = volume.at;
    let mut found: Option<Placed<FileSetDescriptor>> = None;
    for _ in 0..MOST_FILE_SETS {
        let one = match (one_file_set(space, &extent, at), &found) {
            (Err(error @ Error::Corrupt(_)), None) => mirrored_file_set(space, &extent, error)?,
            (Err(error), None) => return Err(error),
            // Others may follow the first, or something that ends them.
            (Err(_), Some(_)) => break,
            (Ok(one), _) => one,
        };
        let (next, next_at) = (one.descriptor.next, one.at);
        let newer = found.as_ref().is_none_or(|known| {
            known.descriptor.number == one.descriptor.number
                && known.descriptor.descriptor_number.get() < one.descriptor.descriptor_number.get()
        });
        if newer {
            found = Some(one);
        }
        let blocks =
            u64::from(extent.length.get() & extent_type::LENGTH).checked_div(space.block).unwrap_or_default();
        if next.length.get() & extent_type::LENGTH > 0 {
            (extent, at) = (next, next_at);
        } else if blocks > 1 {
            let left = extent.length.get().saturating_sub(u32::try_from(space.block).unwrap_or_default());
            extent.length.set(left);
            extent.location.block.set(extent.location.block.get().saturating_add(1));
        } else {
            break;
        }
    }
    found.ok_or_else(|| FILE_SET.at(at).corrupt(Problem::Loop { via: "the next extent" }))
}

fn one_file_set(space: &Space<'_>, extent: &LongAd, named_at: Location) -> Result<Placed<FileSetDescriptor>> {
    let number = extent.location.block.get();
    let place = space.stretch(extent.location.partition.get(), number.into(), FILE_SET.at(named_at))?.place;
    file_set_at(space, place, number)
}

/// The file set descriptor that `error` says is damaged, of the mirror of the metadata file.
fn mirrored_file_set(space: &Space<'_>, extent: &LongAd, error: Error) -> Result<Placed<FileSetDescriptor>> {
    let number = extent.location.block.get();
    let stretch =
        space.stretch(extent.location.partition.get(), number.into(), FILE_SET.at(Location::default()));
    let place = stretch.ok().map(|stretch| stretch.place);
    let Some((place, mirrored)) = place.and_then(|place| Some((place, space.mirrored(place)?))) else {
        return Err(error);
    };
    let Ok(descriptor) = file_set_at(space, mirrored, number) else { return Err(error) };
    space.findings.note(space.absolute(place), FILE_SET, format!("{error}; the mirror was read"));
    Ok(descriptor)
}

fn file_set_at(space: &Space<'_>, place: u64, number: u32) -> Result<Placed<FileSetDescriptor>> {
    let mut bytes = vec![0; narrow(space.block)];
    space.source.read_at(place, &mut bytes)?;
    let at = space.absolute(place);
    tags::check(&bytes, FILE_SET.at(at), &[tag::FILE_SET], Some(number), &space.findings)?;
    Ok(Placed { descriptor: *Fields::new(&bytes, at, FILE_SET).read()?, at })
}
