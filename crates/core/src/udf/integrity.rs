//! The logical volume integrity sequence: whether the volume was closed, and how much is in it (ECMA-167 3/8.8.2).

use super::layout::{ExtentAd, INTEGRITY, IntegrityDescriptor, IntegrityUse, tag};
use super::sequence::Placed;
use super::vat::VirtualTable;
use super::{tag as tags, time};
use crate::error::{Error, Location, Result};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::number::{Le16, narrow, wide};
use crate::source::Source;
use crate::tree::Time;

/// Extents the sequence may go on in.
const MOST_EXTENTS: usize = 256;
/// What stands for a number that is not recorded.
const UNKNOWN: u32 = u32::MAX;
/// Bytes of an extent that are read.
const MOST: u64 = 1 << 20;

/// Whether a volume was left as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is being written to, or that was interrupted: free space and counts are not to be relied on.
    Open,
    /// What it says of itself is true.
    Closed,
    /// No state that ECMA-167 knows.
    Other(u32),
}

/// What the state of a volume was learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// The logical volume integrity descriptor that lies here.
    Descriptor(Location),
    /// The virtual allocation table whose file entry lies here: the integrity descriptor of a
    /// write-once disc stays as it was when the disc was new (UDF 2.2.6).
    VirtualTable(Location),
    /// There should be a virtual allocation table, and none can be used.
    NoVirtualTable,
}

/// The state of a volume, and how much it says is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integrity {
    /// Whether the numbers here can be relied on.
    pub state: State,
    /// The record that everything here is from.
    pub by: Authority,
    /// When that was recorded; `None` where it bears no date.
    pub recorded: Option<Time>,
    /// Files and directories, the root counted; `None` where they are not recorded.
    pub counts: Option<(u32, u32)>,
    /// Revisions in binary coded decimal: least to read, least and most to write; UDF 1.01 does not record them.
    pub revisions: Option<[u16; 3]>,
    /// The number for the next file, above all that are in use.
    pub next_unique_id: Option<u64>,
    /// The size and the free space of each partition, in the order of the partition maps.
    pub spaces: Vec<PartitionSpace>,
}

/// The size and the free space of a partition, in logical blocks; `None` where it is not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionSpace {
    /// Blocks in all, as the descriptor says: the partition descriptor may say otherwise.
    pub size: Option<u32>,
    /// Blocks that nothing takes; `None` where that is not recorded.
    pub free: Option<u32>,
}

impl Integrity {
    /// By itself: of a write-once disc it says what was true when the disc was new.
    fn of_descriptor((descriptor, spaces, usage): &Recorded) -> Self {
        let Placed { descriptor, at } = descriptor;
        let state = match descriptor.integrity_type.get() {
            0 => State::Open,
            1 => State::Closed,
            other => State::Other(other),
        };
        let revisions = |usage: &IntegrityUse| {
            [usage.minimum_read_revision, usage.minimum_write_revision, usage.maximum_write_revision]
                .map(Le16::get)
        };
        Self {
            state,
            by: Authority::Descriptor(*at),
            recorded: time::decode(&descriptor.recording_time),
            counts: usage.as_ref().map(|usage| (usage.files.get(), usage.directories.get())),
            revisions: usage.as_ref().map(revisions),
            next_unique_id: Some(descriptor.unique_id.get()),
            spaces: spaces.clone(),
        }
    }

    /// What is true where there is a virtual partition, whose descriptor said `first` when the disc was new.
    fn of_virtual(table: Option<&VirtualTable>, first: Option<Self>) -> Self {
        let holds = table.and_then(|table| table.volume.as_ref());
        let first_revisions = first.and_then(|first| first.revisions);
        Self {
            state: if table.is_some_and(|table| table.is_last) { State::Closed } else { State::Open },
            by: table.map_or(Authority::NoVirtualTable, |table| Authority::VirtualTable(table.at)),
            recorded: table.and_then(|table| table.recorded),
            counts: holds.map(|holds| (holds.files, holds.directories)),
            revisions: holds.and_then(|holds| holds.revisions).or(first_revisions),
            next_unique_id: None,
            spaces: Vec::new(),
        }
    }
}

/// A descriptor, its tables of free space and size, and what UDF adds to it.
type Recorded = (Placed<IntegrityDescriptor>, Vec<PartitionSpace>, Option<IntegrityUse>);

/// The state of the volume whose integrity sequence begins in `extent`: its last descriptor counts, or with a virtual
/// partition, `Some`, its table, if it could be read.
///
/// # Errors
/// [`Error::Corrupt`] when the first descriptor is damaged and needed; those of the source.
pub(super) fn read(
    source: &dyn Source,
    extent: ExtentAd,
    sector: u64,
    table: Option<Option<&VirtualTable>>,
) -> Result<Option<Integrity>> {
    let recorded = last(source, extent, sector).map(|found| found.as_ref().map(Integrity::of_descriptor));
    match (table, recorded) {
        (Some(_), Err(error @ Error::Io(_))) => Err(error),
        (Some(table), first) => Ok(Some(Integrity::of_virtual(table, first.ok().flatten()))),
        (None, recorded) => recorded,
    }
}

/// The last descriptor of the sequence that begins in `extent`.
fn last(source: &dyn Source, extent: ExtentAd, sector: u64) -> Result<Option<Recorded>> {
    let mut next = Some(extent);
    let mut found = None;
    for _ in 0..MOST_EXTENTS {
        let Some(extent) = next.take().filter(|extent| extent.length.get() > 0) else { break };
        let start = u64::from(extent.location.get()).saturating_mul(sector);
        let mut bytes = vec![0; narrow(u64::from(extent.length.get()).min(MOST))];
        let have = source.read_some(start, &mut bytes)?;
        bytes.truncate(have);
        for (number, block) in bytes.chunks_exact(narrow(sector)).enumerate() {
            let at = source.location(start.saturating_add(wide(number).saturating_mul(sector)));
            match one(block, at) {
                Ok(recorded) => {
                    let further = recorded.0.descriptor.next;
                    next = (further.length.get() > 0).then_some(further);
                    found = Some(recorded);
                }
                Err(error) if found.is_none() => return Err(error),
                Err(_) => break,
            }
            if next.is_some() {
                break;
            }
        }
    }
    Ok(found)
}

fn one(block: &[u8], at: Location) -> Result<Recorded> {
    tags::check(block, INTEGRITY.at(at), &[tag::INTEGRITY], None, &Findings::default())?;
    let mut fields = Fields::new(block, at, INTEGRITY);
    let descriptor: &IntegrityDescriptor = fields.read()?;
    // Free space, then size, of every partition come first (ECMA-167 3/10.10.6, 10.10.7).
    let length = narrow(descriptor.number_of_partitions.get().into()).saturating_mul(4);
    let tables = fields.take(length).and_then(|free| Ok((free, fields.take(length)?)));
    let usage = tables.is_ok().then(|| fields.read::<IntegrityUse>().copied().ok()).flatten();
    let (free, size) = tables.unwrap_or_default();
    let known = |number: &[u8; 4]| Some(u32::from_le_bytes(*number)).filter(|number| *number != UNKNOWN);
    let pairs = free.as_chunks::<4>().0.iter().zip(size.as_chunks::<4>().0);
    let spaces = pairs.map(|(free, size)| PartitionSpace { size: known(size), free: known(free) }).collect();
    Ok((Placed { descriptor: *descriptor, at }, spaces, usage))
}
