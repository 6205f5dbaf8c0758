//! UDF volumes around the bytes that are fuzzed. Sums are mended: a fuzzer that has to guess them finds nothing else.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../crates/core/tests/udf/disc.rs"]
mod disc;

use disc::{BLOCKS, Disc, File, MAIN, PARTITION, ROOT, map, named, physical};
use isokit_core::source::Memory;
use isokit_core::tree::Tree;
use isokit_core::udf::layout::{Tag, file_type};
use isokit_core::udf::Image;
use zerocopy::FromBytes;

/// Bytes of a sector of the volumes made here.
const SECTOR: usize = 512;

/// Gives the descriptor that `bytes` begin with the sums it should have, if it can be one.
fn mend(bytes: &mut [u8]) {
    let Ok((head, _)) = Tag::read_from_prefix(bytes) else { return };
    // A sparing table has 0 for an identifier, as has a sector that is no descriptor.
    let is_table = bytes.get(17..).is_some_and(|rest| rest.starts_with(b"*UDF Sparing Table"));
    if !matches!(head.identifier.get(), 1..=9 | 256..=266) && !is_table {
        return;
    }
    let room = bytes.len() - size_of::<Tag>();
    let length = usize::from(head.crc_length.get()).min(room);
    disc::sum(bytes, length);
}

/// As [`mend`], at every sector.
fn mend_all(bytes: &mut [u8]) {
    for sector in bytes.chunks_mut(SECTOR) {
        mend(sector);
    }
}

/// Lists a volume to its end, and its streams.
fn read(bytes: &[u8]) {
    let source = Memory(bytes);
    let Ok(image) = Image::open(&source) else { return };
    let _ = image.integrity();
    crate::read_any(&source, image.tree());
    if let Ok(root) = image.tree().root() {
        let _ = image.tree().streams(&root);
    }
    let _ = (image.take_findings(), image.end_behind(image.end()));
}

/// A whole volume: a byte for the size of its sectors, then its sectors from the anchor on; a recognition sequence is put
/// before them.
pub fn image(bytes: &[u8]) {
    let Some((code, rest)) = bytes.split_first() else { return };
    let sector = 512 << (code % 4);
    let mut volume = Disc::new(sector).bytes[..256 * sector].to_vec();
    volume.extend(rest);
    volume.resize(volume.len().next_multiple_of(sector), 0);
    for sector in volume[256 * sector..].chunks_mut(sector) {
        mend(sector);
    }
    read(&volume);
}

/// A volume descriptor sequence, and behind 16 sectors of it what the partition begins with: tables, file entries.
pub fn sequence(bytes: &[u8]) {
    let mut disc = disc();
    let mut bytes = bytes.to_vec();
    mend_all(&mut bytes);
    let (sequence, partition) = bytes.split_at(bytes.len().min(16 * SECTOR));
    disc.put(MAIN, sequence);
    disc.block(10, &partition[..partition.len().min(100 * SECTOR)]);
    read(&disc.bytes);
}

/// A partition map, of the kind that the first of 64 bytes says, and behind it blocks from 40 on: metadata files and tables.
/// The last two are at the end of the volume, too.
pub fn maps(bytes: &[u8]) {
    let (first, rest) = bytes.split_at(bytes.len().min(64));
    let metadata: Vec<u8> = [40_u32, 42, u32::MAX, 32].iter().flat_map(|number| number.to_le_bytes()).collect();
    let rest_of_map = first.get(1..).unwrap_or_default();
    let second = match first.first().map(|byte| byte % 4) {
        Some(0) => map(b"*UDF Virtual Partition", &[]),
        Some(1) => {
            // Packet length, then one table of two sectors at block 40.
            let packet = rest_of_map.get(..2).unwrap_or(&[1, 0]);
            let table = [1024, PARTITION + 40].map(u32::to_le_bytes).concat();
            map(b"*UDF Sparable Partition", &[packet, &[1, 0], &table, &[0; 12]].concat())
        }
        Some(2) => map(b"*UDF Metadata Partition", &metadata),
        _ => first.to_vec(),
    };
    // A map may be cut short, not a descriptor: 72 bytes are left of a sector.
    let second = &second[..second.len().min(64)];
    let mut disc = Disc::with_maps(SECTOR, &[&physical(), second], 0);
    let mut rest = rest.to_vec();
    mend_all(&mut rest);
    disc.block(40, &rest[..rest.len().min(100 * SECTOR)]);
    let last = rest.len().saturating_sub(2 * SECTOR);
    disc.block(BLOCKS - 1, &rest[last..rest.len().min(last + 2 * SECTOR)]);
    read(&disc.bytes);
}

/// File entries with their attributes and allocation descriptors: blocks 2 to 9 of a volume whose root names four.
pub fn entries(bytes: &[u8]) {
    let mut disc = disc();
    let mut bytes = bytes.to_vec();
    mend_all(&mut bytes);
    disc.block(2, &bytes[..bytes.len().min(100 * SECTOR)]);
    read(&disc.bytes);
}

/// The descriptors of the root directory.
pub fn directory(bytes: &[u8]) {
    let mut disc = disc();
    let mut bytes = bytes[..bytes.len().min(100 * SECTOR)].to_vec();
    let mut at = 0;
    while let Some(rest) = bytes.get_mut(at..).filter(|rest| rest.len() >= 38) {
        let length = (38 + usize::from(rest[19]) + usize::from(u16::from_le_bytes([rest[36], rest[37]])))
            .next_multiple_of(4)
            .min(rest.len());
        rest[..2].copy_from_slice(&257_u16.to_le_bytes());
        rest[10..12].copy_from_slice(&u16::try_from(length - 16).unwrap_or(0).to_le_bytes());
        mend(&mut rest[..length]);
        at += length;
    }
    disc.block(20, &bytes);
    let size = u32::try_from(bytes.len()).expect("inputs are small");
    let extents = disc::shorts(&[(0, size, 20)]);
    disc.file(ROOT, &File { kind: file_type::DIRECTORY, ..File::allocated(0, size.into(), &extents) });
    read(&disc.bytes);
}

/// A volume with four names in its root, for blocks 2, 3, 5 and 8.
fn disc() -> Disc {
    let mut disc = Disc::new(SECTOR);
    let names: Vec<Vec<u8>> = [2, 3, 5, 8].iter().map(|block| named(&format!("f{block}"), *block)).collect();
    disc.directory(ROOT, &names);
    for block in [2, 3, 5, 8] {
        disc.file(block, &File::embedded(b"content"));
    }
    assert!(disc.bytes.len() >= usize::try_from(PARTITION).expect("small") * SECTOR);
    disc
}
