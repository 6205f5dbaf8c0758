//! Which partitions the GPT has.

use super::identity::partition_guid;
use super::mbr::nested_marks;
use super::options::{GptMark, Manner, Options};
use super::places::{AREA_BLOCKS, BLOCK, BLOCKS, ENTRIES, Extent, Places};
use crate::error::{Error, Result};
use crate::partition::emit::gpt::{Table, UNUSED, entry};
use crate::partition::gpt::attribute::{LEGACY_BIOS_BOOTABLE, READ_ONLY, REQUIRED};
use crate::partition::gpt::{BASIC_DATA, EFI_SYSTEM, HFS_PLUS};
use crate::partition::{GAP, Guid};
use std::ops::Range;

/// Attributes of partitions of the volume, which nobody should write to.
const ATTRIBUTES: u64 = REQUIRED | READ_ONLY;

/// Name of the partition of a volume that nothing lies within.
const VOLUME: &str = "ISO9660";

/// A partition before it has a slot.
struct Part {
    kind: Guid,
    blocks: Range<u64>,
    attributes: u64,
    name: String,
}

impl Part {
    fn of_volume(kind: Guid, blocks: Range<u64>, name: impl Into<String>) -> Self {
        Self { kind, blocks, attributes: ATTRIBUTES, name: name.into() }
    }
}

/// The table; `None` if there is nothing to tell by one. It fills the system area behind what else lies there, and has gaps told
/// as partitions, so that tools that look for free space find none.
pub(super) fn table(options: &Options, places: &Places) -> Result<Option<Table>> {
    if !options.has_gpt() {
        return Ok(None);
    }
    let array = options.array_block();
    let entries = options.gpt_entries();
    let mut table = Table {
        blocks: places.size / BLOCK,
        disk_guid: options.disk_guid,
        partition_entry_lba: array,
        number_of_partition_entries: u32::try_from(entries).unwrap_or_default(),
        first_usable_lba: array.saturating_add(entries.div_ceil(ENTRIES)),
        entries: Vec::new(),
    };
    let last = table.backup_array();
    let mut parts = parts(options, places, last - last % BLOCKS)?.into_iter().peekable();
    // Those that were added keep their numbers.
    let reserved = options.added_numbers();
    for slot in 1..=u8::MAX {
        if reserved.contains(&slot.into()) {
            table.entries.push(UNUSED);
        } else if let Some(part) = parts.next() {
            let unique = partition_guid(options.disk_guid, slot);
            table.entries.push(entry(part.kind, unique, part.blocks, part.attributes, &part.name)?);
        }
        if parts.peek().is_none() {
            break;
        }
    }
    table.check()?;
    Ok(Some(table))
}

/// The partitions, by place; none ends behind block `end`.
fn parts(options: &Options, places: &Places, end: u64) -> Result<Vec<Part>> {
    let nested: Vec<_> = nested_marks(options, places).collect();
    if options.manner == Manner::Isohybrid {
        return Ok(of_isohybrid(places, &nested));
    }
    let start = u64::from(options.volume_start).saturating_mul(BLOCKS);
    let volume = start..places.volume_end().min(end);
    let mut parts = Vec::new();
    if !nested.is_empty() && options.is_isohybrid() {
        parts.push(whole_volume(options, BASIC_DATA, volume, "ISOHybrid"));
    } else if nested.is_empty() {
        own_partitions(options, places, &mut parts);
        if start > 0 && parts.is_empty() {
            let kind = options.volume_type.map_or(BASIC_DATA, |kind| kind.only_guid().unwrap_or(BASIC_DATA));
            parts.push(whole_volume(options, kind, volume, VOLUME));
        }
    }
    for (number, (mark, extent)) in (1_usize..).zip(&nested) {
        parts.push(Part::of_volume(nested_kind(*mark), extent.blocks(), format!("ISOHybrid{number}")));
    }
    for (appended, extent) in options.appended.iter().zip(&places.appended) {
        if !nested.iter().any(|(_, mark)| mark.at == extent.at) {
            let (kind, name) = (appended.kind.guid(), format!("Appended{}", appended.number));
            parts.push(Part { kind, blocks: extent.blocks(), attributes: 0, name });
        }
    }
    parts.sort_by_key(|part| part.blocks.start);
    if nested.is_empty() {
        check_apart(&parts)?;
    }
    if nested.is_empty() || options.is_isohybrid() {
        parts = with_gaps(parts, if nested.is_empty() { end } else { 0 });
    }
    Ok(parts)
}

/// The partition that is the volume.
fn whole_volume(options: &Options, kind: Guid, blocks: Range<u64>, name: &str) -> Part {
    let mut part = Part::of_volume(kind, blocks, name);
    if options.volume_is_writable {
        part.attributes &= !READ_ONLY;
    }
    if options.volume_is_bios_bootable {
        part.attributes |= LEGACY_BIOS_BOOTABLE;
    }
    part
}

/// The partitions as isohybrid has them: that of the volume, and those of the boot images in their order.
fn of_isohybrid(places: &Places, nested: &[(GptMark, &Extent)]) -> Vec<Part> {
    let part = |kind, blocks, name: &str| Part { kind, blocks, attributes: 0, name: name.to_owned() };
    let volume = part(BASIC_DATA, 0..places.volume / BLOCK, "ISOHybrid ISO");
    let images = nested.iter().map(|(mark, extent)| part(nested_kind(*mark), extent.blocks(), "ISOHybrid"));
    std::iter::once(volume).chain(images).collect()
}

/// The type of a boot image within the volume.
fn nested_kind(mark: GptMark) -> Guid {
    if mark == GptMark::HfsPlus { HFS_PLUS } else { BASIC_DATA }
}

/// Boot images that have a partition each, beside those of the gaps.
fn own_partitions(options: &Options, places: &Places, parts: &mut Vec<Part>) {
    for (mark, extent) in options.marks.iter().zip(&places.boot_images) {
        let appended = places.is_appended(extent.at);
        let (kind, name) = match mark.gpt {
            Some(GptMark::EfiSystem) => (EFI_SYSTEM, "EFI boot partition"),
            _ if mark.apm => (HFS_PLUS, "HFSPLUS"),
            _ => continue,
        };
        if !appended {
            let mut blocks = extent.blocks();
            blocks.end = blocks.end.next_multiple_of(BLOCKS);
            parts.push(Part::of_volume(kind, blocks, name));
        }
    }
}

/// Refuses partitions that have blocks in common.
fn check_apart(parts: &[Part]) -> Result<()> {
    match parts.windows(2).find(|pair| pair[0].blocks.end > pair[1].blocks.start) {
        Some(pair) => Err(Error::Usage(format!(
            "partitions {} and {} would overlap in the GPT",
            pair[0].name, pair[1].name
        ))),
        None => Ok(()),
    }
}

/// The partitions and what lies between them, from the end of the system area to block `end`.
fn with_gaps(parts: Vec<Part>, end: u64) -> Vec<Part> {
    let mut all = Vec::new();
    let mut cursor = AREA_BLOCKS;
    let mut number = 0_usize;
    let gap = |number: usize, from, to| Part::of_volume(BASIC_DATA, from..to, format!("{GAP}{number}"));
    for part in parts {
        if cursor < part.blocks.start {
            all.push(gap(number, cursor, part.blocks.start));
            number = number.saturating_add(1);
        }
        // The partition of the volume counts as a gap, which it is for systems that do not know ISO 9660.
        number = number.saturating_add(usize::from(part.name == VOLUME));
        cursor = cursor.max(part.blocks.end);
        all.push(part);
    }
    if cursor < end {
        all.push(gap(number, cursor, end));
    }
    all
}
