//! Volume descriptor sequences: of each kind of descriptor, the one that prevails (ECMA-167 3/8.4.2, 3/8.4.3).

use super::anchor::Anchored;
use super::layout::{
    ExtentAd, LOGICAL_VOLUME, LogicalVolumeDescriptor, LogicalVolumeInformation, PARTITION, PRIMARY,
    PartitionDescriptor, PrimaryVolumeDescriptor, SEQUENCE, VolumeDescriptorPointer, tag,
};
use super::tag as tags;
use crate::error::{Error, Location, Problem, Result, Structure};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::number::{is_zero, narrow, wide};
use crate::source::{InSectors, Source};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// Bytes of a sequence that are read, at the most; 16 sectors are the least there may be.
const MOST: u64 = 1 << 20;
/// Extents a sequence may go on in.
const MOST_EXTENTS: usize = 64;
/// Partition descriptors kept, so that lies do not fill memory.
const MOST_PARTITIONS: usize = 1024;

/// A descriptor, and its place for errors and findings.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    /// As it is recorded.
    pub descriptor: T,
    /// Where its tag lies.
    pub at: Location,
}

/// The prevailing descriptors of a volume: of two for one thing the one with the higher number.
#[derive(Debug, Default)]
pub struct Descriptors {
    /// The one of this volume; not needed to read files.
    pub primary: Option<Placed<PrimaryVolumeDescriptor>>,
    /// Its identifier, block size and file set; there is one in each readable volume.
    pub logical_volume: Option<Placed<LogicalVolumeDescriptor>>,
    /// Its partition maps, as they are recorded.
    pub maps: Vec<u8>,
    /// The partition descriptors, one for each partition number.
    pub partitions: Vec<Placed<PartitionDescriptor>>,
    /// What UDF says of the logical volume in an implementation use volume descriptor.
    pub information: Option<Placed<LogicalVolumeInformation>>,
    /// Why a descriptor was passed over: the first one.
    failure: Option<Error>,
}

impl Descriptors {
    /// Reads the main sequence and, where it is damaged or incomplete, the reserve one.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when no logical volume or no partition is described by either; those of the source.
    pub(super) fn read(source: &dyn Source, anchored: &Anchored, findings: &Findings) -> Result<Self> {
        let source = &InSectors::new(source, anchored.sector);
        let mut found = Self::default();
        found.sequence(source, anchored.anchor.main_sequence, anchored.sector)?;
        let [main, reserve] = [anchored.anchor.main_sequence, anchored.anchor.reserve_sequence]
            .map(|extent| place(source, extent, anchored.sector));
        let Some(reason) = found.deficiency(main) else { return Ok(found) };
        found.complete(source, anchored, &reason, findings)?;
        match found.deficiency(reserve) {
            Some(damage) if !found.is_complete() => Err(reason.with_copy(&damage)),
            _ => Ok(found),
        }
    }

    /// Reads the reserve sequence as well, for the `reason` that makes the main one do not.
    ///
    /// # Errors
    /// Those of the source.
    pub(super) fn complete(
        &mut self,
        source: &dyn Source,
        anchored: &Anchored,
        reason: &Error,
        findings: &Findings,
    ) -> Result<()> {
        let main = place(source, anchored.anchor.main_sequence, anchored.sector);
        let deviation =
            format!("the main sequence is damaged ({reason}); the reserve sequence was read as well");
        findings.note(main, SEQUENCE, deviation);
        self.sequence(source, anchored.anchor.reserve_sequence, anchored.sector)
    }

    fn is_complete(&self) -> bool {
        self.logical_volume.is_some() && !self.partitions.is_empty()
    }

    /// What is wrong after the sequence at `at` was read, if anything is.
    fn deficiency(&mut self, at: Location) -> Option<Error> {
        if let Some(failure) = self.failure.take() {
            return Some(failure);
        }
        let (what, got) = match self {
            Self { logical_volume: None, .. } => (LOGICAL_VOLUME, 0),
            Self { partitions, .. } if partitions.is_empty() => (PARTITION, 0),
            Self { primary: None, .. } => (PRIMARY, 0),
            _ => return None,
        };
        Some(what.at(at).out_of_range("number in the sequence", got, "at least 1"))
    }

    /// Takes the descriptors of the sequence that begins in `extent`, to its end or the first block that is none.
    fn sequence(&mut self, source: &dyn Source, extent: ExtentAd, sector: u64) -> Result<()> {
        let mut next = Some(extent);
        for _ in 0..MOST_EXTENTS {
            let Some(extent) = next.take().filter(|extent| extent.length.get() > 0) else { return Ok(()) };
            let start = u64::from(extent.location.get()).saturating_mul(sector);
            let mut bytes = vec![0; narrow(u64::from(extent.length.get()).min(MOST))];
            let have = match source.read_some(start, &mut bytes) {
                Err(error) if error.is_damage() => {
                    self.failure = self.failure.take().or(Some(error));
                    piecewise(source, start, &mut bytes, sector)?
                }
                have => have?,
            };
            bytes.truncate(have);
            for (number, block) in bytes.chunks_exact(narrow(sector)).enumerate() {
                let number = wide(number);
                let at = source.location(start.saturating_add(number.saturating_mul(sector)));
                let location = u64::from(extent.location.get()).saturating_add(number);
                match self.take(block, at, location) {
                    Ok(Taken::Descriptor) => {}
                    // What trails a pointer in its extent is no part of the sequence.
                    Ok(Taken::Pointer(pointer)) => {
                        next = Some(pointer.next);
                        break;
                    }
                    Ok(Taken::End) => break,
                    Err(error) => self.failure = self.failure.take().or(Some(error)),
                }
            }
            if bytes.is_empty() {
                self.failure = self.failure.take().or_else(|| Some(source.ends(start, 0, sector)));
            }
        }
        if next.is_some() && self.failure.is_none() {
            let at = place(source, extent, sector);
            self.failure =
                Some(SEQUENCE.at(at).corrupt(Problem::Loop { via: "a volume descriptor pointer" }));
        }
        Ok(())
    }

    fn take(&mut self, block: &[u8], at: Location, location: u64) -> Result<Taken> {
        if block.get(..16).is_none_or(is_zero) {
            // An unrecorded sector ends a sequence as a terminating descriptor does (ECMA-167 3/8.4.2).
            return Ok(Taken::End);
        }
        let identifier = block.first_chunk().map_or(0, |id: &[u8; 2]| u16::from_le_bytes(*id));
        let location = u32::try_from(location).ok();
        let checked = |what: Structure| {
            tags::check(block, what.at(at), &[identifier], location, &Findings::default()).map(drop)
        };
        match identifier {
            tag::TERMINATING => Ok(Taken::End),
            tag::POINTER => {
                checked(SEQUENCE)?;
                Ok(Taken::Pointer(*Fields::new(block, at, SEQUENCE).read::<VolumeDescriptorPointer>()?))
            }
            tag::PRIMARY => {
                checked(PRIMARY)?;
                prevail(&mut self.primary, block, at, PRIMARY, |one| one.sequence_number.get())?;
                Ok(Taken::Descriptor)
            }
            tag::PARTITION => {
                checked(PARTITION)?;
                self.partition(block, at)?;
                Ok(Taken::Descriptor)
            }
            tag::LOGICAL_VOLUME => {
                checked(LOGICAL_VOLUME)?;
                if prevail(&mut self.logical_volume, block, at, LOGICAL_VOLUME, |one| {
                    one.sequence_number.get()
                })? {
                    self.maps.clear();
                    self.maps.extend_from_slice(block.get(440..).unwrap_or_default());
                }
                Ok(Taken::Descriptor)
            }
            tag::IMPLEMENTATION_USE => {
                checked(SEQUENCE)?;
                let (one, _) = LogicalVolumeInformation::ref_from_prefix(block)
                    .map_err(|_| SEQUENCE.at(at).corrupt(truncated(block)))?;
                if one.identifier.name() == b"*UDF LV Info" {
                    prevail(&mut self.information, block, at, SEQUENCE, |one| one.sequence_number.get())?;
                }
                Ok(Taken::Descriptor)
            }
            tag::UNALLOCATED_SPACE => Ok(Taken::Descriptor),
            other => {
                let limit = "that of a volume descriptor";
                Err(SEQUENCE.at(at).out_of_range("tag identifier", other.into(), limit))
            }
        }
    }

    fn partition(&mut self, block: &[u8], at: Location) -> Result<()> {
        let descriptor = *Fields::new(block, at, PARTITION).read::<PartitionDescriptor>()?;
        let count = self.partitions.len();
        let same = self.partitions.iter_mut().find(|known| known.descriptor.number == descriptor.number);
        match same {
            Some(known) if known.descriptor.sequence_number.get() < descriptor.sequence_number.get() => {
                *known = Placed { descriptor, at };
            }
            Some(_) => {}
            None if count < MOST_PARTITIONS => self.partitions.push(Placed { descriptor, at }),
            None => {
                return Err(PARTITION.at(at).out_of_range(
                    "number of partitions",
                    wide(MOST_PARTITIONS).saturating_add(1),
                    format!("at most {MOST_PARTITIONS}"),
                ));
            }
        }
        Ok(())
    }
}

/// Reads `bytes` sector by sector; one that cannot be read is filled with what is no descriptor, and ends no sequence.
fn piecewise(source: &dyn Source, start: u64, bytes: &mut [u8], sector: u64) -> Result<usize> {
    let mut have = 0_usize;
    for block in bytes.chunks_mut(narrow(sector)) {
        let read = match source.read_some(start.saturating_add(wide(have)), block) {
            Err(error) if error.is_damage() => {
                block.fill(0xFF);
                block.len()
            }
            read => read?,
        };
        have = have.saturating_add(read);
        if read < block.len() {
            break;
        }
    }
    Ok(have)
}

enum Taken {
    Descriptor,
    Pointer(VolumeDescriptorPointer),
    End,
}

/// Takes the descriptor in `block` in place of the one known, unless that has the same or a higher number.
fn prevail<T: FromBytes + KnownLayout + Immutable + Unaligned + Copy>(
    known: &mut Option<Placed<T>>,
    block: &[u8],
    at: Location,
    what: Structure,
    number: impl Fn(&T) -> u32,
) -> Result<bool> {
    let descriptor = *Fields::new(block, at, what).read::<T>()?;
    if known.as_ref().is_some_and(|known| number(&known.descriptor) >= number(&descriptor)) {
        return Ok(false);
    }
    *known = Some(Placed { descriptor, at });
    Ok(true)
}

fn truncated(block: &[u8]) -> Problem {
    Problem::Truncated { need: 512, have: wide(block.len()) }
}

fn place(source: &dyn Source, extent: ExtentAd, sector: u64) -> Location {
    source.location(u64::from(extent.location.get()).saturating_mul(sector))
}
