//! Files that are more than files: boot images and partitions, whose lengths are told elsewhere, and what boot images are told of
//! themselves.

use super::NewFile;
use super::parts::Overlaid;
use super::target::Target;
use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::image::Image;
use crate::iso9660::el_torito::{BootImage, BootInfoTable, Catalog, Grub2BootInfo, VIRTUAL_SECTOR};
use crate::iso9660::layout::SECTOR;
use crate::number::{Le32, narrow, wide};
use crate::partition::{Partition, tables};
use crate::source::Source;
use std::ops::Range;
use zerocopy::{FromBytes, IntoBytes};

/// What a boot image is told of itself.
#[derive(Debug)]
pub(super) struct Renewed {
    target: usize,
    overlaid: Vec<Overlaid>,
    /// That it was, in a sentence.
    pub(super) note: String,
}

/// What of the new content of target `number` is not its file's.
pub(super) fn patches(number: usize, renewed: &[Renewed]) -> &[Overlaid] {
    renewed.iter().find(|renewed| renewed.target == number).map_or(&[], |renewed| &renewed.overlaid)
}

/// Makes sure that what the boot catalog and partition tables of `image` say of the lengths of `targets` stays true, and finds what
/// boot images among them are told of themselves.
///
/// # Errors
/// [`Error::Usage`] for a length that would not be what is said of it; those of reading.
pub(super) fn look(
    source: &dyn Source,
    image: &Image<'_>,
    targets: &[Target],
    files: &[NewFile<'_>],
) -> Result<Vec<Renewed>> {
    let findings = Findings::default();
    let descriptors = image.iso9660().map(crate::iso9660::Image::descriptors).unwrap_or_default();
    let catalog = Catalog::find(source, descriptors, &findings)?;
    let tables = tables(source, &findings)?;
    let mut renewed = Vec::new();
    for (number, target) in targets.iter().enumerate() {
        let Some(file) = files.get(target.file) else { continue };
        let lies = |at: u64| target.ranges().any(|range| range.contains(&at));
        for boot in catalog.iter().flat_map(|catalog| &catalog.images).filter(|boot| lies(boot.at)) {
            keeps_load(target, boot, file.length)?;
        }
        let partitions = tables.iter().flat_map(|table| &table.partitions);
        for partition in partitions.filter(|partition| partition.length > 0) {
            if lies(partition.start) || target.ranges().any(|range| ends_in(&range, partition)) {
                keeps_partition(target, partition, file.length)?;
            }
        }
        renewed.extend(renew(source, number, target, file)?);
    }
    Ok(renewed)
}

/// Whether `partition` ends within `range`, and not with it.
fn ends_in(range: &Range<u64>, partition: &Partition) -> bool {
    let end = partition.end();
    range.start < end && end < range.end
}

/// Sectors of 512 bytes.
fn sectors(length: u64) -> u64 {
    length.div_ceil(VIRTUAL_SECTOR)
}

/// As many sectors of 512 bytes, in words.
fn counted(sectors: u64) -> String {
    format!("{sectors} sector{} of 512 bytes", if sectors == 1 { "" } else { "s" })
}

/// That as much of the boot image is there as its entry in the catalog has firmware load: where that is all of it, it takes as many
/// sectors as before.
fn keeps_load(target: &Target, boot: &BootImage, length: u64) -> Result<()> {
    let old = target.size();
    let loaded = boot.loaded();
    let is_part = boot.sector_count > 1 && loaded < old;
    if if is_part { length >= loaded } else { sectors(length) == sectors(old) } {
        return Ok(());
    }
    let (name, number) = (target.name(), boot.number);
    let wanted = if is_part { format!("at least {}", sectors(loaded)) } else { sectors(old).to_string() };
    Err(Error::Usage(format!(
        "{name}: is boot image {number}, of {}, expected {wanted}",
        counted(sectors(length))
    )))
}

/// That the file takes as many sectors as before.
fn keeps_partition(target: &Target, partition: &Partition, length: u64) -> Result<()> {
    let (new, old) = (sectors(length), sectors(target.size()));
    if new == old {
        return Ok(());
    }
    let (name, scheme, number) = (target.name(), partition.scheme, partition.number);
    let sentence = format!("{name}: is partition {scheme}:{number}, of {}, expected {old}", counted(new));
    Err(Error::Usage(sentence))
}

/// The boot information table and the number for GRUB in the old content of `target`, as its new one has to have them.
fn renew(source: &dyn Source, number: usize, target: &Target, file: &NewFile<'_>) -> Result<Option<Renewed>> {
    let [piece] = target.pieces.as_slice() else { return Ok(None) };
    let Some(at) = piece.offset else { return Ok(None) };
    let mut overlaid = Vec::new();
    if file.length >= Grub2BootInfo::OFFSET.saturating_add(wide(size_of::<Grub2BootInfo>()))
        && let Some(found) = read::<Grub2BootInfo>(source, at, piece.length, Grub2BootInfo::OFFSET)?
        && found == Grub2BootInfo::at(at)
    {
        overlaid.push(Overlaid { at: Grub2BootInfo::OFFSET, bytes: found.as_bytes().to_vec() });
    }
    let is_grub = !overlaid.is_empty();
    if file.length >= BootInfoTable::SUMMED_FROM
        && let Some(found) = read::<BootInfoTable>(source, at, piece.length, BootInfoTable::OFFSET)?
        && is_own(&found, at, piece.length)
    {
        let length = Le32::new(u32::try_from(file.length).unwrap_or(u32::MAX));
        let checksum = Le32::new(sum(file, &overlaid)?);
        let table = BootInfoTable { length, checksum, ..found };
        overlaid.push(Overlaid { at: BootInfoTable::OFFSET, bytes: table.as_bytes().to_vec() });
    }
    let what = match (is_grub, overlaid.len()) {
        (_, 0) => return Ok(None),
        (true, 1) => "the place for GRUB in it was",
        (false, _) => "the boot information table in it was",
        (true, _) => "the boot information table and the place for GRUB in it were",
    };
    Ok(Some(Renewed { target: number, overlaid, note: format!("{}: {what} renewed", target.name()) }))
}

/// Whether `table` is that of a boot image of `length` bytes at byte `at`.
fn is_own(table: &BootInfoTable, at: u64, length: u64) -> bool {
    u64::from(table.primary_volume_descriptor.get()) >= 16
        && u64::from(table.boot_file.get()) == at / SECTOR
        && u64::from(table.length.get()) == length
        && table.reserved == [0; 40]
}

/// What lies `offset` bytes behind byte `at`, of a content of `length` bytes; `None` where that is not so long.
fn read<T: FromBytes + IntoBytes>(
    source: &dyn Source,
    at: u64,
    length: u64,
    offset: u64,
) -> Result<Option<T>> {
    if offset.saturating_add(wide(size_of::<T>())) > length {
        return Ok(None);
    }
    let mut value = T::new_zeroed();
    source.read_at(at.saturating_add(offset), value.as_mut_bytes())?;
    Ok(Some(value))
}

/// The checksum of the boot information table for the new content, with what is `overlaid`.
fn sum(file: &NewFile<'_>, overlaid: &[Overlaid]) -> Result<u32> {
    BootInfoTable::checksum_by(file.length, |at, bytes| {
        file.content.read_at(at, bytes)?;
        for one in overlaid {
            for (place, byte) in (one.at..).zip(&one.bytes) {
                let to = place.checked_sub(at).and_then(|place| bytes.get_mut(narrow(place)));
                to.into_iter().for_each(|to| *to = *byte);
            }
        }
        Ok(bytes.len())
    })
}
