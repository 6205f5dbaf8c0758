//! The parts of a UDF volume that the targets of its structures begin with.

/// Bytes of a seed at the most: the volumes that Linux filled have their names within the first 100 KiB.
pub(crate) const LONGEST: u64 = 128 << 10;

/// The part of `image` that `target` is about, in the form it takes; `None` when it is no target of UDF.
pub(crate) fn piece(target: &str, image: &[u8]) -> Option<Vec<u8>> {
    let structure = target.strip_prefix("udf_")?;
    let Some((code, sector)) = sector(image) else { return Some(Vec::new()) };
    let descriptors = || {
        let starts = (0..image.len()).step_by(sector);
        starts.filter_map(|at| Some((identifier(image, at)?, image.get(at..at + sector)?)))
    };
    let first = |wanted: &[u16]| -> Vec<u8> {
        let found = descriptors().filter(|(id, _)| wanted.contains(id));
        found.take(16).flat_map(|(_, bytes)| bytes.get(..512).unwrap_or(bytes)).copied().collect()
    };
    Some(match structure {
        "image" => {
            let volume = image.get(256 * sector..).unwrap_or_default();
            [&[code], volume.get(..128 << 10).unwrap_or(volume)].concat()
        }
        "sequence" => {
            let mut bytes = first(&[1, 4, 5, 6, 7, 8]);
            bytes.resize(16 * 512, 0);
            [bytes, first(&[261, 266])].concat()
        }
        "maps" => maps(image, sector, &first(&[261, 266])),
        "directory" => {
            descriptors().find(|(id, _)| *id == 257).map_or(Vec::new(), |(_, bytes)| bytes.to_vec())
        }
        _ => first(&[261, 266]),
    })
}

/// The kind of map that `image` has, and what it leads to: a sparing table before the file entries, or behind them the
/// last one, which may be that of a virtual allocation table; else a metadata partition.
fn maps(image: &[u8], sector: usize, entries: &[u8]) -> Vec<u8> {
    let has = |wanted: &[u8]| image.windows(wanted.len()).any(|bytes| bytes == wanted);
    let sectors = || (0..image.len()).step_by(sector);
    let start = |at: usize| image.get(at..at + 512).unwrap_or_default();
    if let Some(table) = sectors().map(start).find(|bytes| bytes.get(17..35) == Some(b"*UDF Sparing Table")) {
        return [&[1, 32][..], &[0; 62], table, &[0; 512], entries].concat();
    }
    if has(b"*UDF Virtual Partition") {
        let is_entry = |at: &usize| matches!(identifier(image, *at), Some(261 | 266));
        let last = sectors().rev().find(is_entry).map(start).unwrap_or_default();
        return [&[0; 64], entries, last, &[0; 512]].concat();
    }
    [&[2; 64], entries].concat()
}

/// The sector size of a volume by where its anchor is, and its number among those that the target knows.
fn sector(image: &[u8]) -> Option<(u8, usize)> {
    let sizes = [(0, 512), (1, 1024), (2, 2048), (3, 4096)];
    sizes.into_iter().find(|(_, size)| identifier(image, 256 * size) == Some(2))
}

/// The identifier of the descriptor at `at`, if its tag can be one.
fn identifier(image: &[u8], at: usize) -> Option<u16> {
    let tag: &[u8; 16] = image.get(at..)?.first_chunk()?;
    let version = u16::from_le_bytes([tag[2], tag[3]]);
    let sum = tag.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)).wrapping_sub(tag[4]);
    (matches!(version, 2 | 3) && sum == tag[4]).then(|| u16::from_le_bytes([tag[0], tag[1]]))
}
