//! Volumes that lie elsewhere than their addresses say: a session or a track that was saved by itself, one behind
//! something else, one from before which something was left out. The root directory tells, as its first record says at
//! which block it lies (ECMA-119 6.8.2.2).

use super::layout::{FIRST_DESCRIPTOR, SECTOR, VolumeDescriptor, descriptor_type};
use super::session::start_of;
use super::volume::DescriptorSet;
use crate::error::{Advice, Error, Place, Result};
use crate::source::Source;
use zerocopy::FromBytes;

/// Sectors behind the first descriptor in which a root directory is looked for: path tables come between.
const NEAR: u64 = 512;

/// The same, of a pipe, which is read no further without need.
const NEAR_IN_PIPE: u64 = 64;

/// Sectors in which a first descriptor is looked for: 64 MiB.
const FAR: u64 = 1 << 15;

/// Checks that the root directory of the session of `set` lies where it is said to.
///
/// # Errors
/// [`Error::Foreign`], with where sectors count from, when it lies elsewhere; those of the source.
pub(super) fn check(source: &dyn Source, set: &DescriptorSet) -> Result<()> {
    let Some(root) = set.primary().and_then(|(_, volume)| root(volume)) else { return Ok(()) };
    let behind = set.start.saturating_add(FIRST_DESCRIPTOR).saturating_add(1);
    let near = if source.access().is_random() {
        if is_root(source, root, root)? {
            return Ok(());
        }
        NEAR
    } else if root >= behind.saturating_add(NEAR_IN_PIPE) {
        NEAR_IN_PIPE
    } else {
        return Ok(());
    };
    let Some(found) = look(source, behind, near, root)? else { return Ok(()) };
    // Sector `found` was sector `root`.
    let Some(by) = root.checked_sub(found).filter(|by| *by > 0) else { return Ok(()) };
    let first = start_of(source);
    let counted = set.start.saturating_add(by);
    let (sentence, place) = if set.start == first {
        let sentence = format!("a session or track of a disc, whose sector numbers count from {counted}");
        (sentence, Place { first_sector: Some(counted), ..Place::default() })
    } else {
        let start = set.start;
        let sentence = format!(
            "the session that starts at sector {start} was at sector {counted} of the disc: the sectors between are missing"
        );
        let at = source.location(set.start.saturating_sub(first).saturating_mul(SECTOR)).byte();
        (sentence, Place { at: Some(at), first_sector: Some(counted), ..Place::default() })
    };
    Err(Error::foreign(sentence, Some(Advice::Place(place))))
}

/// The error for a source without a descriptor where the first one belongs, which has one elsewhere. A pipe is not read
/// for it.
///
/// # Errors
/// Those of the source.
pub(super) fn find(source: &dyn Source) -> Result<Option<Error>> {
    let Some(size) = source.size().filter(|_| source.access().is_random()) else { return Ok(None) };
    let first = start_of(source);
    let last = (size / SECTOR).min(first.saturating_add(FAR));
    for sector in first.saturating_add(1)..last {
        let mut head = [0; 7];
        source.read_some(sector.saturating_mul(SECTOR), &mut head)?;
        if head != *b"\x01CD001\x01" {
            continue;
        }
        let Some(start) = sector.checked_sub(FIRST_DESCRIPTOR).filter(|start| *start >= first) else {
            continue;
        };
        if let Some(place) = place(source, start)? {
            let sentence = format!("its first volume descriptor is at sector {sector}");
            return Ok(Some(Error::foreign(sentence, Some(Advice::Place(place)))));
        }
    }
    Ok(None)
}

/// How the session at sector `start` is to be read.
fn place(source: &dyn Source, start: u64) -> Result<Option<Place>> {
    let mut sector = [0; 2048];
    let at = start.saturating_add(FIRST_DESCRIPTOR).saturating_mul(SECTOR);
    source.read_at(at, &mut sector)?;
    let volume = VolumeDescriptor::ref_from_bytes(sector.as_slice()).ok();
    let Some(root) = volume.and_then(root) else { return Ok(None) };
    if is_root(source, root, root)? {
        return Ok(Some(Place { session: Some(start), ..Place::default() }));
    }
    let at = source.location(start.saturating_sub(start_of(source)).saturating_mul(SECTOR)).byte();
    if is_root(source, start.saturating_add(root), root)? {
        return Ok(Some(Place { at: Some(at), ..Place::default() }));
    }
    let Some(found) = look(source, start.saturating_add(FIRST_DESCRIPTOR).saturating_add(1), NEAR, root)?
    else {
        return Ok(None);
    };
    let first_sector = root.saturating_add(start).checked_sub(found);
    Ok(first_sector.map(|first| Place { at: Some(at), first_sector: Some(first), ..Place::default() }))
}

/// The block at which `volume` says that its root directory lies, if that is a sector.
fn root(volume: &VolumeDescriptor) -> Option<u64> {
    let root = volume.root_directory_record.get(2..6)?.try_into().map(u32::from_le_bytes).ok()?;
    let is_usual = u64::from(volume.logical_block_size.get()) == SECTOR
        && volume.volume_descriptor_type == descriptor_type::PRIMARY;
    (is_usual && root > 0).then_some(root.into())
}

/// The sector of `count` from `from` on that has the root directory which says that it is at block `root`.
fn look(source: &dyn Source, from: u64, count: u64, root: u64) -> Result<Option<u64>> {
    for sector in from..from.saturating_add(count) {
        if is_root(source, sector, root)? {
            return Ok(Some(sector));
        }
    }
    Ok(None)
}

/// Whether the directory at `sector` says that it is at block `root`. What is not there is not.
fn is_root(source: &dyn Source, sector: u64, root: u64) -> Result<bool> {
    let mut record = [0; 34];
    match source.read_some(sector.saturating_mul(SECTOR), &mut record) {
        Ok(34) => {}
        Ok(_) | Err(Error::Corrupt(_)) => return Ok(false),
        Err(error) => return Err(error),
    }
    let [length, _, a, b, c, d, .., identifier_length, identifier] = record;
    let flags = record.get(25).copied().unwrap_or_default();
    let is_own = length >= 34 && flags & 2 != 0 && (identifier_length, identifier) == (1, 0);
    Ok(is_own && u64::from(u32::from_le_bytes([a, b, c, d])) == root)
}
