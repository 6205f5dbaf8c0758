//! Where a volume is that is not at the start of the input: in a partition.

use super::{Image, Options};
use crate::error::{Advice, Error, Place, Result, Told};
use crate::finding::Findings;
use crate::iso9660::high_sierra;
use crate::iso9660::layout::{FIRST_DESCRIPTOR, SECTOR};
use crate::iso9660::session::LOOK_AHEAD;
use crate::partition::{Partition, Type, authoritative, mbr, tables};
use crate::sniff::{Class, NOT_AN_IMAGE, foreign};
use crate::source::{Section, Source};
use crate::tree::{Detail, Entry, Tree};

/// Partitions that are looked into, at the most: each costs several reads.
const MOST_PARTITIONS: usize = 64;

/// Byte behind the first place for an anchor of UDF, sector 256, of the smallest sectors (ECMA-167 3/8.4.2.1): less is not
/// a volume.
const FIRST_ANCHOR: u64 = 257 * 512;

/// What stands in the first descriptor of a volume, behind its type (ECMA-119 8.1.2, ECMA-167 2/9.1.2).
const ANNOUNCED: [&[u8; 5]; 7] = [b"CD001", b"BEA01", b"NSR02", b"NSR03", b"BOOT2", b"CDW02", b"TEA01"];

/// `error`, which the source gave instead of a volume, with what of a disk there is instead: the partition that holds a
/// volume, or that there are partitions. A volume that is announced at the start is what was meant, and damaged.
pub(super) fn point(source: &dyn Source, options: &Options, error: Error) -> Error {
    match pointed(source, options, &error) {
        Ok(Some(better)) => better,
        _ => error,
    }
}

fn pointed(source: &dyn Source, options: &Options, error: &Error) -> Result<Option<Error>> {
    if !matches!(error, Error::Foreign(_) | Error::Corrupt(_)) {
        return Ok(None);
    }
    if is_announced(source)? {
        let cut = source.size().filter(|size| *size < FIRST_ANCHOR && matches!(error, Error::Foreign(_)));
        return Ok(cut.map(|size| source.ends(size, 0, FIRST_ANCHOR.saturating_sub(size))));
    }
    let what = foreign(source)?;
    if what.as_ref().is_some_and(crate::sniff::Foreign::hides_disk) {
        return Ok(None);
    }
    let tables = tables(source, &Findings::default())?;
    let Some(table) = authoritative(&tables) else { return Ok(None) };
    let name = what.map_or("a disk with partitions".into(), |what| what.name);
    let others = tables.iter().filter(|other| !std::ptr::eq(*other, table));
    let partitions = table.partitions.iter().chain(others.flat_map(|table| &table.partitions));
    for partition in partitions.filter(|partition| is_apart(partition)).take(MOST_PARTITIONS) {
        let Some(volume) = volume(source, partition, options)? else { continue };
        let partition = format!("{}:{}", partition.scheme, partition.number);
        let sentence = format!("{name}, {NOT_AN_IMAGE}; its partition {partition} holds {volume}");
        return Ok(Some(Error::foreign(
            sentence,
            Some(Advice::Place(Place { partition: Some(partition), ..Place::default() })),
        )));
    }
    if matches!(error, Error::Corrupt(_)) {
        return Ok(None);
    }
    Ok(Some(Error::foreign(format!("{name}, {NOT_AN_IMAGE}"), Some(Advice::Partitions))))
}

/// What lies beside the tree of `image`, on `source`, where that tree is empty: the file system of a partition that is not
/// looked into, as HFS on discs for the Macintosh. A source that passes once is not read for it.
pub fn beside_nothing(source: &dyn Source, image: &Image<'_>) -> Option<Told> {
    if !source.access().is_random() || !is_empty(image.tree()) {
        return None;
    }
    let tables = tables(source, &Findings::default()).ok()?;
    let partitions =
        tables.iter().flat_map(|table| &table.partitions).filter(|partition| is_apart(partition));
    for partition in partitions.take(MOST_PARTITIONS) {
        let Ok(section) = Section::new(source, partition.start, Some(partition.length)) else { continue };
        let found = foreign(&section).ok()?.filter(|found| found.class == Class::FileSystem);
        if let Some(found) = found {
            let partition = format!("{}:{}", partition.scheme, partition.number);
            let sentence =
                format!("this tree is empty; partition {partition} holds {}, which is not read", found.name);
            return Some(Told::new(sentence, Advice::Partition(partition)));
        }
    }
    let found = foreign(source).ok()?.filter(|found| found.class == Class::FileSystem)?;
    let sentence = format!("this tree is empty; the image also holds {}, which is not read", found.name);
    Some(Told::new(sentence, None))
}

/// Whether nothing is in the root directory. One that cannot be read is not empty.
fn is_empty(tree: &dyn Tree) -> bool {
    let first = tree.root().and_then(|root| tree.open(&root, Detail::Names)?.next(&mut Entry::default()));
    matches!(first, Ok(false))
}

/// Whether the place of the first descriptor says that a volume of ISO 9660, High Sierra or UDF begins there. Reads 14 bytes.
///
/// # Errors
/// Those of the source.
pub fn is_announced(source: &dyn Source) -> Result<bool> {
    let mut head = [0; high_sierra::IDENTIFIER_AT + 5];
    let at = source.first().saturating_add(FIRST_DESCRIPTOR.saturating_mul(SECTOR));
    let read = source.read_some(at, &mut head)?;
    let is_announced = head.get(1..6).is_some_and(|found| ANNOUNCED.iter().any(|known| *known == found));
    Ok(read == head.len() && (is_announced || head.ends_with(&high_sierra::STANDARD_IDENTIFIER)))
}

/// Whether something else can be in it than at the start of the disk.
fn is_apart(partition: &Partition) -> bool {
    let holds_others =
        matches!(partition.kind, Type::Mbr(kind) if mbr::is_extended(kind) || kind == mbr::PROTECTIVE);
    partition.start > 0 && partition.length > 0 && !holds_others
}

/// What volume `partition` holds, if it does: of several the one that is looked for last. A pipe is not read far for it.
fn volume(source: &dyn Source, partition: &Partition, options: &Options) -> Result<Option<&'static str>> {
    let far = source.passed().is_some_and(|passed| partition.start > passed.saturating_add(LOOK_AHEAD));
    if far && !source.access().is_random() {
        return Ok(None);
    }
    let Ok(section) = Section::new(source, partition.start, Some(partition.length)) else { return Ok(None) };
    let mut recognized = options.formats().rev().map(|format| (format.recognize)(&section));
    recognized.find_map(Result::transpose).transpose()
}
