//! Sparse members: what their maps say, in the four forms GNU tar has written them in ("Sparse Formats" in its manual).

pub(crate) mod gnu;
pub(crate) mod lines;
pub(crate) mod records;

use isokit_core::error::{Location, Result, Structure};
use isokit_core::number::wide;

/// A map, in any of the forms that archives have it in.
pub(crate) const MAP: Structure = Structure::new("tar sparse map", "GNU tar manual, Sparse Formats");

/// Entries that the maps of one archive may have in all: 128 MiB of memory.
pub(crate) const MOST_ENTRIES: u64 = 8 << 20;

/// Gives the next block of the archive, which must have one.
pub(crate) type Next<'n> = dyn FnMut() -> Result<[u8; 512]> + 'n;

/// A run of data in a sparse member; what lies between two is a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Byte offset in the content.
    pub(crate) at: u64,
    /// In bytes.
    pub(crate) length: u64,
}

impl Run {
    /// Byte offset in the content of what follows it.
    fn end(self) -> u64 {
        self.at.saturating_add(self.length)
    }
}

/// Where the data of a member belong, made entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Map {
    /// Bytes of the content, holes and all.
    pub(crate) size: u64,
    /// Data, in order; neighbours are joined.
    pub(crate) runs: Vec<Run>,
    /// Bytes of all data, which have to be those stored behind the header.
    pub(crate) data: u64,
    /// Byte of the content at which the last entry ended: the next one may not begin before.
    end: u64,
    entries: u64,
    /// Entries there may be, so that a list of them does not fill memory.
    room: u64,
}

impl Map {
    /// Nothing but a hole of `size` bytes; `field`, at `at`, says so.
    pub(crate) fn new(size: u64, room: u64, field: &'static str, at: Location) -> Result<Self> {
        // No system has files larger than a signed number says.
        if size > u64::MAX >> 1 {
            let limit = format!("at most {}", u64::MAX >> 1);
            return Err(MAP.at(at).out_of_range(field, size, limit));
        }
        Ok(Self { size, runs: Vec::new(), data: 0, end: 0, entries: 0, room })
    }

    /// Takes in the entry at `at`. Entries come in order, do not overlap and end within the content; one without
    /// bytes is legal, and marks the end of a hole.
    pub(crate) fn add(&mut self, entry: Run, at: Location) -> Result<()> {
        let Run { at: offset, length } = entry;
        let wrong = |field, got, limit: String| Err(MAP.at(at).out_of_range(field, got, limit));
        self.entries = self.entries.saturating_add(1);
        if self.entries > self.room {
            let limit = format!("at most {MOST_ENTRIES} in an archive");
            return wrong("number of entries", MOST_ENTRIES.saturating_sub(self.room) + self.entries, limit);
        }
        if offset < self.end {
            return wrong("offset", offset, format!("at least {}, where the previous entry ends", self.end));
        }
        let Some(room) = self.size.checked_sub(offset) else {
            return wrong("offset", offset, format!("at most {}, the size of the content", self.size));
        };
        if length > room {
            return wrong("numbytes", length, format!("at most {room}, because the content ends there"));
        }
        self.end = entry.end();
        self.data = self.data.saturating_add(length);
        match self.runs.last_mut() {
            _ if length == 0 => {}
            Some(last) if last.end() == offset => last.length = last.length.saturating_add(length),
            _ => self.runs.push(entry),
        }
        Ok(())
    }

    /// The map of a member whose header, at `at`, says that `stored` bytes of data follow.
    pub(crate) fn finish(mut self, stored: u64, at: Location) -> Result<Self> {
        if self.data != stored {
            let limit = format!("{}, the sum of all numbytes", self.data);
            return Err(MAP.at(at).out_of_range("size of the data", stored, limit));
        }
        self.runs.shrink_to_fit();
        Ok(self)
    }

    /// Entries that are left after neighbours were joined.
    pub(crate) fn kept(&self) -> u64 {
        wide(self.runs.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(size: u64, entries: &[(u64, u64)], stored: u64) -> Result<Map> {
        let place = Location::of_byte(512);
        let mut map = Map::new(size, 5, "realsize", place)?;
        for (at, length) in entries {
            map.add(Run { at: *at, length: *length }, place)?;
        }
        map.finish(stored, Location::default())
    }

    #[test]
    fn neighbours_are_joined_and_entries_without_bytes_dropped() {
        let map = map(100, &[(0, 0), (0, 10), (10, 5), (20, 3), (100, 0)], 18).expect("good");
        assert_eq!(map.runs, [Run { at: 0, length: 15 }, Run { at: 20, length: 3 }]);
        assert_eq!((map.size, map.data), (100, 18));
    }

    #[test]
    fn every_lie_is_named() {
        let max = u64::MAX;
        for (size, entries, stored, sentence) in [
            (
                100,
                &[(10, 10), (19, 1)][..],
                11,
                "offset is 19, expected at least 20, where the previous entry ends",
            ),
            (
                100,
                &[(10, 10), (5, 1)],
                11,
                "offset is 5, expected at least 20, where the previous entry ends",
            ),
            (100, &[(101, 0)], 0, "offset is 101, expected at most 100, the size of the content"),
            (100, &[(90, 11)], 11, "numbytes is 11, expected at most 10, because the content ends there"),
            (
                100,
                &[(90, max)],
                11,
                "numbytes is 18446744073709551615, expected at most 10, because the content ends there",
            ),
            (
                100,
                &[(max, max)],
                11,
                "offset is 18446744073709551615, expected at most 100, the size of the content",
            ),
            (100, &[(1, 0); 6], 0, "number of entries is 8388609, expected at most 8388608 in an archive"),
            (max, &[], 0, "realsize is 18446744073709551615, expected at most 9223372036854775807"),
        ] {
            let error = map(size, entries, stored).expect_err(sentence).to_string();
            assert_eq!(error, format!("byte 0x200: tar sparse map: {sentence}"));
        }
        let error = map(100, &[(0, 10)], 11).expect_err("11 is not 10").to_string();
        let sentence = "size of the data is 11, expected 10, the sum of all numbytes";
        assert_eq!(error, format!("byte 0x0: tar sparse map: {sentence}"));
    }
}
