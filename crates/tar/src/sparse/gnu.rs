//! The map of a member of type `S`, GNU tar's oldest: four entries in the header, and 21 in each block that follows.

use super::{MAP, Map, Next, Run};
use crate::layout::BLOCK;
use crate::number::Field;
use isokit_core::error::{Location, Problem, Result};
use isokit_core::number::{is_zero, wide};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned, transmute, transmute_ref};

/// What a header of GNU tar has in place of ustar's prefix.
#[derive(Debug, FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Sparse {
    before: [u8; 386],
    entries: [Entry; 4],
    /// Not 0 when a block of entries follows.
    isextended: u8,
    /// Bytes of the content, holes and all; the header's size is that of the data.
    realsize: [u8; 12],
    rest: [u8; 17],
}

/// A block of further entries, behind the header or another such block.
#[derive(Debug, FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Extension {
    entries: [Entry; 21],
    isextended: u8,
    rest: [u8; 7],
}

/// Data in the content; zeros are no entry.
#[derive(Debug, FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Entry {
    offset: [u8; 12],
    numbytes: [u8; 12],
}

const _: () = assert!(offset_of!(Sparse, entries) == 386 && offset_of!(Sparse, realsize) == 483);

/// Reads the map of the member whose header is the `header` at `at`, with the blocks behind it.
pub(crate) fn read(
    header: &[u8; 512],
    at: Location,
    stored: u64,
    room: u64,
    next: &mut Next<'_>,
) -> Result<Map> {
    let sparse: &Sparse = transmute_ref!(header);
    let place = at.behind(wide(offset_of!(Sparse, realsize)));
    let size = Field { bytes: &sparse.realsize, name: "realsize", of: MAP.at(place) }.unsigned()?;
    let mut map = Map::new(size, room, "realsize", place)?;
    let entries = at.behind(wide(offset_of!(Sparse, entries)));
    let mut more = add(&mut map, &sparse.entries, entries, sparse.isextended != 0)?;
    let mut block_at = at;
    while more {
        block_at = block_at.behind(BLOCK);
        let block: Extension = transmute!(next()?);
        more = add(&mut map, &block.entries, block_at, block.isextended != 0)?;
    }
    map.finish(stored, at)
}

/// Takes in the entries of one block, whose first is at `at`; whether another block follows. Some readers stop at
/// the first entry that is none and some go on: nothing may come after it.
fn add(map: &mut Map, entries: &[Entry], mut at: Location, isextended: bool) -> Result<bool> {
    let mut ended = false;
    for Entry { offset, numbytes } in entries {
        let field = |bytes, name| Field { bytes, name, of: MAP.at(at) };
        if is_zero(offset) && is_zero(numbytes) {
            ended = true;
        } else if ended || offset[0] == 0 || numbytes[0] == 0 {
            let bytes = [&offset[..], numbytes].concat();
            return Err(MAP.at(at).corrupt(Problem::Text { field: "entry", bytes }));
        } else {
            let (offset, length) = (field(offset, "offset"), field(numbytes, "numbytes"));
            map.add(Run { at: offset.unsigned()?, length: length.unsigned()? }, at)?;
        }
        at = at.behind(wide(size_of::<Entry>()));
    }
    if ended && isextended {
        return Err(MAP.at(at).out_of_range("isextended", 1, "0 behind the last entry"));
    }
    Ok(isextended)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of entries: 4096 bytes of data at every 64 KiB.
    fn entries(numbers: std::ops::Range<u64>) -> Vec<u8> {
        numbers.flat_map(|n| format!("{:011o}\0{:011o}\0", n << 16, 4096).into_bytes()).collect()
    }

    /// A header of 4 entries, and a block of 2 more.
    fn good() -> Vec<[u8; 512]> {
        let mut header = [0; 512];
        header[386..482].copy_from_slice(&entries(0..4));
        header[482] = 1;
        header[483..495].copy_from_slice(b"00002000000\0");
        let mut block = [0; 512];
        block[..48].copy_from_slice(&entries(4..6));
        vec![header, block]
    }

    fn map(blocks: &[[u8; 512]], stored: u64) -> Result<Map> {
        let mut rest = blocks.iter().skip(1);
        let ends = || MAP.at(Location::of_byte(0x600)).corrupt(Problem::Truncated { need: 512, have: 0 });
        read(&blocks[0], Location::of_byte(0x200), stored, 100, &mut || rest.next().copied().ok_or_else(ends))
    }

    #[test]
    fn entries_are_in_the_header_and_in_blocks_behind_it() {
        let found = map(&good(), 6 * 4096).expect("good");
        assert_eq!((found.size, found.data), (1 << 19, 6 * 4096));
        assert!(found.runs.iter().map(|run| run.at).eq((0..6).map(|n| n << 16)));
        let mut full = good();
        full[1][..504].copy_from_slice(&entries(4..25));
        full[1][504] = 1;
        full[0][483..495].copy_from_slice(b"\x80\0\0\0\0\0\0\x03\0\0\0\0");
        let mut last = [0; 512];
        // The 26th entry is behind 8 GiB.
        last[..24]
            .copy_from_slice(b"\x80\0\0\0\0\0\0\x02\0\0\0\0\x30\x30\x30\x30\x30\x30\x30\x30\x30\x30\x31\0");
        full.push(last);
        let found = map(&full, 25 * 4096 + 1).expect("good");
        assert_eq!(found.size, 3 << 32);
        assert_eq!(found.runs.last(), Some(&Run { at: 2 << 32, length: 1 }));
    }

    #[test]
    fn a_content_may_be_all_hole() {
        let mut header = [[0; 512]];
        header[0][483..495].copy_from_slice(b"77777777777\0");
        assert_eq!(map(&header, 0).expect("good").size, (8 << 30) - 1);
        header[0][386..410].copy_from_slice(b"77777777777\x0000000000000\0");
        assert_eq!(map(&header, 0).expect("good").runs, []);
    }

    #[test]
    fn every_lie_is_named_with_its_place() {
        let message = |change: &dyn Fn(&mut [[u8; 512]])| {
            let mut blocks = good();
            change(&mut blocks);
            map(&blocks, 6 * 4096).expect_err("a lie").to_string()
        };
        let is = |at: &str, sentence: &str, change: &dyn Fn(&mut [[u8; 512]])| {
            assert_eq!(message(change), format!("byte {at}: tar sparse map: {sentence}"));
        };
        let text = "is not legal text: ";
        is("0x3e3", &format!("realsize {text}\"x0002000000\\x00\""), &|b| b[0][483] = b'x');
        is("0x39a", &format!("offset {text}\"90000200000\\x00\""), &|b| b[0][410] = b'9');
        is("0x39a", &format!("numbytes {text}\"0000001000x\\x00\""), &|b| b[0][432] = b'x');
        is(
            "0x39a",
            "numbytes is 4294971392, expected at most 458752, because the content ends there",
            &|b| b[0][422] = b'4',
        );
        let entry = r#""\x000000200000\x0000000010000\x00""#;
        is("0x39a", &format!("entry {text}{entry}"), &|b| b[0][410] = 0);
        let entry = r#""00001400000\x0000000010000\x00""#;
        is("0x448", &format!("entry {text}{entry}"), &|b| {
            b[1][72..96].copy_from_slice(&entries(6..7));
        });
        is("0x5f8", "isextended is 1, expected 0 behind the last entry", &|b| b[1][504] = 1);
        is("0x400", "offset is 65536, expected at least 200704, where the previous entry ends", &|b| {
            b[1][..24].copy_from_slice(&entries(1..2))
        });
        is("0x200", "size of the data is 24576, expected 16384, the sum of all numbytes", &|b| {
            b[0][482] = 0;
        });
        let mut full = good();
        full[1][..504].copy_from_slice(&entries(4..25));
        full[1][504] = 1;
        full[0][483..495].copy_from_slice(b"77777777777\0");
        let error = map(&full, 25 * 4096).expect_err("there are no more blocks").to_string();
        assert_eq!(error, "byte 0x600: tar sparse map: truncated: 512 bytes needed, 0 there");
    }
}
