//! The map of a member in pax format 1.0: decimal numbers in lines, before the data, up to a whole block. First the
//! number of entries, then offset and numbytes of each.

use super::{MAP, MOST_ENTRIES, Map, Next, Run};
use crate::layout::BLOCK;
use isokit_core::error::{Location, Problem, Result};
use isokit_core::number::wide;

/// Digits of the largest number.
const LONGEST: usize = 20;

/// Reads entries into `map` from the blocks that begin at `at`. `stored`: bytes of them and the data, as the header
/// says.
pub(crate) fn read(mut map: Map, stored: u64, at: Location, next: &mut Next<'_>) -> Result<Map> {
    let mut lines = Lines { next, block: [0; 512], place: 512, start: at, end: at, left: stored };
    let (count, place) = lines.number("number of entries")?;
    if count > MOST_ENTRIES {
        let limit = format!("at most {MOST_ENTRIES} in an archive");
        return Err(MAP.at(place).out_of_range("number of entries", count, limit));
    }
    for _ in 0..count {
        let (at, place) = lines.number("offset")?;
        let (length, _) = lines.number("numbytes")?;
        map.add(Run { at, length }, place)?;
    }
    map.finish(lines.left, at)
}

/// The blocks of a map, as lines.
struct Lines<'l, 'n> {
    next: &'l mut Next<'n>,
    block: [u8; 512],
    /// Position of the next byte in the block.
    place: usize,
    /// Where the block starts, for errors about a number in it.
    start: Location,
    /// Where the block ends, for errors about a number that is cut off.
    end: Location,
    /// Bytes of the member behind it.
    left: u64,
}

impl Lines<'_, '_> {
    /// The number in the next line, and where it begins.
    fn number(&mut self, field: &'static str) -> Result<(u64, Location)> {
        let mut digits = Vec::new();
        let mut place = None;
        loop {
            let (byte, at) = self.byte()?;
            let place = *place.get_or_insert(at);
            let wrong = |bytes| Err(MAP.at(place).corrupt(Problem::Text { field, bytes }));
            if byte == b'\n' {
                let text = std::str::from_utf8(&digits).unwrap_or_default();
                return text.parse().map_or_else(|_| wrong(digits.clone()), |number| Ok((number, place)));
            }
            digits.push(byte);
            if !byte.is_ascii_digit() || digits.len() > LONGEST {
                return wrong(digits);
            }
        }
    }

    fn byte(&mut self) -> Result<(u8, Location)> {
        if self.place == self.block.len() {
            self.start = self.end;
            self.left = self.left.checked_sub(BLOCK).ok_or_else(|| {
                MAP.at(self.start).corrupt(Problem::Truncated { need: BLOCK, have: self.left })
            })?;
            self.block = (self.next)()?;
            self.end = self.start.behind(BLOCK);
            self.place = 0;
        }
        let at = self.start.behind(wide(self.place));
        let byte = self.block[self.place];
        self.place += 1;
        Ok((byte, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the map in `text`, which is filled up with zeros, of a member of 100000 bytes.
    fn map(text: &str, stored: u64) -> Result<Map> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        let blocks: Vec<[u8; 512]> = bytes.as_chunks().0.to_vec();
        let mut blocks = blocks.into_iter();
        let ends = || MAP.at(Location::of_byte(0x400)).corrupt(Problem::Truncated { need: 512, have: 0 });
        let empty = Map::new(100_000, 1000, "realsize", Location::default())?;
        read(empty, stored, Location::of_byte(0x200), &mut || blocks.next().ok_or_else(ends))
    }

    #[test]
    fn lines_cross_blocks() {
        let found = map("2\n10\n20\n100000\n0\n", 512 + 20).expect("good");
        assert_eq!((found.runs.as_slice(), found.data), (&[Run { at: 10, length: 20 }][..], 20));
        let many: String = (0..100).map(|n| format!("{}\n7\n", n * 1000)).collect();
        assert_eq!(map(&format!("100\n{many}"), 1024 + 700).expect("good").runs.len(), 100);
        assert_eq!(map("0\n", 512).expect("good").runs, []);
    }

    #[test]
    fn every_lie_is_named_with_its_place() {
        for (text, stored, place, sentence) in [
            ("x\n", 512, "0x200", "number of entries is not legal text: \"x\""),
            ("\n", 512, "0x200", "number of entries is not legal text: \"\""),
            (
                "8388609\n",
                512,
                "0x200",
                "number of entries is 8388609, expected at most 8388608 in an archive",
            ),
            ("1\n-1\n0\n", 512, "0x202", "offset is not legal text: \"-\""),
            ("1\n10\n 5\n", 517, "0x205", "numbytes is not legal text: \" \""),
            (
                "1\n18446744073709551616\n5\n",
                517,
                "0x202",
                "offset is not legal text: \"18446744073709551616\"",
            ),
            (
                "1\n000000000000000000001\n5\n",
                517,
                "0x202",
                "offset is not legal text: \"000000000000000000001\"",
            ),
            ("1\n10\n", 512, "0x205", "numbytes is not legal text: \"\\x00\""),
            (
                "1\n100001\n0\n",
                512,
                "0x202",
                "offset is 100001, expected at most 100000, the size of the content",
            ),
            (
                "2\n10\n5\n14\n1\n",
                518,
                "0x207",
                "offset is 14, expected at least 15, where the previous entry ends",
            ),
            ("1\n10\n5\n", 518, "0x200", "size of the data is 6, expected 5, the sum of all numbytes"),
            ("1\n10\n5\n", 511, "0x200", "truncated: 512 bytes needed, 511 there"),
        ] {
            let error = map(text, stored).expect_err(text).to_string();
            assert_eq!(error, format!("byte {place}: tar sparse map: {sentence}"), "{text}");
        }
        let long = format!("300\n{}", "1\n0\n".repeat(127));
        let error = map(&long, 600).expect_err("88 bytes are no block").to_string();
        assert_eq!(error, "byte 0x400: tar sparse map: truncated: 512 bytes needed, 88 there");
        let error = map(&long, 2000).expect_err("the archive ends").to_string();
        assert_eq!(error, "byte 0x400: tar sparse map: truncated: 512 bytes needed, 0 there");
    }
}
