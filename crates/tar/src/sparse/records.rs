//! What pax records say of a sparse member: all of its map in formats 0.0 and 0.1, where to find it in 1.0.

use super::{MAP, MOST_ENTRIES, Map, Run};
use crate::number::decimal;
use isokit_core::error::{Location, Problem, Result};
use isokit_core::number::wide;

/// The values of records whose keys begin with `GNU.sparse.`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sparse {
    /// The member's name; that in its header is for who does not know of sparse members.
    pub(crate) name: Option<Vec<u8>>,
    /// Where the extended header starts, for errors.
    at: Location,
    version: (Option<u64>, Option<u64>),
    size: Option<u64>,
    realsize: Option<u64>,
    numblocks: Option<u64>,
    /// Format 0.1: the whole map in one record.
    map: Option<Vec<Run>>,
    /// Format 0.0: one record for an offset, the next for a length.
    entries: Vec<Run>,
    /// An offset whose length is to come.
    offset: Option<u64>,
}

/// Where the map of a member is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// In the records: formats 0.0 and 0.1.
    Records(Map),
    /// In lines before the data, for this map of no entries yet.
    Lines(Map),
}

/// Why a record was refused; `None`: its value is not what its key wants.
pub(crate) type Refused = Option<Problem>;

impl Sparse {
    /// None yet, in the extended header at `at`.
    pub(crate) fn new(at: Location) -> Self {
        Self { at, ..Self::default() }
    }

    /// Takes in the record whose key is `key` behind `GNU.sparse.`.
    pub(crate) fn record(&mut self, key: &[u8], value: &[u8]) -> Result<(), Refused> {
        let number = || decimal(value).ok_or(None);
        match key {
            b"major" => self.version.0 = Some(number()?),
            b"minor" => self.version.1 = Some(number()?),
            b"size" => self.size = Some(number()?),
            b"realsize" => self.realsize = Some(number()?),
            b"numblocks" => self.numblocks = Some(number()?),
            b"name" if value.contains(&0) => return Err(None),
            b"name" => self.name = Some(value.to_vec()),
            b"map" => self.map = Some(pairs(value).ok_or(None)?),
            b"offset" if self.offset.is_some() => return Err(Some(NO_LENGTH)),
            b"offset" => self.offset = Some(number()?),
            b"numbytes" => self.add(number()?)?,
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, length: u64) -> Result<(), Refused> {
        let field = "GNU.sparse.offset before GNU.sparse.numbytes";
        let at = self.offset.take().ok_or(Some(Problem::Missing { field }))?;
        self.entries.push(Run { at, length });
        // One extended header is bounded by its size, but any number of them may be there.
        let got = wide(self.entries.len());
        let limit = format!("at most {MOST_ENTRIES} in an archive");
        let problem = Problem::OutOfRange { field: "number of entries", got, limit };
        if got > MOST_ENTRIES { Err(Some(problem)) } else { Ok(()) }
    }

    /// The map, of at most `room` entries, of a member with `stored` bytes behind its header.
    pub(crate) fn form(&self, stored: u64, room: u64) -> Result<Form> {
        let subject = MAP.at(self.at);
        let fail = |problem| Err(subject.corrupt(problem));
        let unsupported = |feature| Err(subject.unsupported(feature));
        if self.offset.is_some() {
            return fail(NO_LENGTH);
        }
        let two_forms = || unsupported("one in two forms".to_owned());
        let has_map = self.map.is_some() || !self.entries.is_empty();
        match self.version {
            (Some(1), Some(0)) if has_map => two_forms(),
            (Some(1), Some(0)) => self.empty("GNU.sparse.realsize", room).map(Form::Lines),
            (None, None) | (Some(0), Some(0 | 1)) => match &self.map {
                Some(_) if !self.entries.is_empty() => two_forms(),
                None if !has_map && self.numblocks != Some(0) => {
                    fail(Problem::Missing { field: "GNU.sparse.map" })
                }
                map => self.filled(map.as_ref().unwrap_or(&self.entries), stored, room),
            },
            (Some(_), None) => fail(Problem::Missing { field: "GNU.sparse.minor" }),
            (None, Some(_)) => fail(Problem::Missing { field: "GNU.sparse.major" }),
            (Some(major), Some(minor)) => unsupported(format!("format {major}.{minor}")),
        }
    }

    /// The map of formats 0.0 and 0.1.
    fn filled(&self, entries: &[Run], stored: u64, room: u64) -> Result<Form> {
        let count = wide(entries.len());
        if let Some(got) = self.numblocks.filter(|got| *got != count) {
            let limit = format!("{count}, the number of entries");
            return Err(MAP.at(self.at).out_of_range("GNU.sparse.numblocks", got, limit));
        }
        let mut map = self.empty("GNU.sparse.size", room)?;
        entries.iter().try_for_each(|entry| map.add(*entry, self.at))?;
        map.finish(stored, self.at).map(Form::Records)
    }

    /// A map of the content's size, which either key may give, but `usual` should.
    fn empty(&self, usual: &'static str, room: u64) -> Result<Map> {
        let subject = MAP.at(self.at);
        let size = match (self.size, self.realsize) {
            (None, None) => return Err(subject.corrupt(Problem::Missing { field: usual })),
            (Some(size), Some(got)) if size != got => {
                let limit = format!("{size}, the value of GNU.sparse.size");
                return Err(subject.out_of_range("GNU.sparse.realsize", got, limit));
            }
            (Some(size), _) | (None, Some(size)) => size,
        };
        Map::new(size, room, usual, self.at)
    }
}

const NO_LENGTH: Problem = Problem::Missing { field: "GNU.sparse.numbytes behind GNU.sparse.offset" };

/// `OFFSET,NUMBYTES,OFFSET,NUMBYTES...`
fn pairs(value: &[u8]) -> Option<Vec<Run>> {
    if value.is_empty() {
        return Some(Vec::new());
    }
    let mut numbers = value.split(|byte| *byte == b',').map(decimal);
    let mut pairs = Vec::new();
    while let Some(at) = numbers.next() {
        pairs.push(Run { at: at?, length: numbers.next()?? });
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pax::Records;

    /// What records, without their lengths, say of a member with `stored` bytes behind its header.
    fn form(records: &[&str], stored: u64) -> Result<Form> {
        let mut parsed = Records::default();
        for record in records {
            let body = format!(" GNU.sparse.{record}\n");
            let length = (body.len()..).find(|n| *n == body.len() + n.to_string().len());
            let text = format!("{}{body}", length.expect("some length counts itself"));
            parsed.parse(text.as_bytes(), Location::of_byte(0x400))?;
        }
        parsed.sparse.expect("sparse").form(stored, 1000)
    }

    const ENTRIES: [&str; 4] = ["offset=10", "numbytes=5", "offset=100", "numbytes=0"];

    #[test]
    fn three_formats_are_told_apart() {
        let runs = [Run { at: 10, length: 5 }];
        for records in [
            &[&["size=100", "numblocks=2"][..], &ENTRIES].concat(),
            &[&ENTRIES[..], &["major=0", "minor=0", "size=100"]].concat(),
            &vec!["name=a/b", "map=10,5,100,0", "size=100", "numblocks=2"],
        ] {
            match form(records, 5).expect("good") {
                Form::Records(map) => assert_eq!((map.size, map.runs.as_slice()), (100, &runs[..])),
                Form::Lines(map) => panic!("{records:?}: {map:?}"),
            }
        }
        let found = form(&["major=1", "minor=0", "name=a", "realsize=7"], 512).expect("good");
        assert!(matches!(&found, Form::Lines(map) if map.size == 7), "{found:?}");
        let found = form(&["size=7", "numblocks=0"], 0).expect("good");
        assert!(matches!(&found, Form::Records(map) if map.size == 7), "{found:?}");
    }

    #[test]
    fn every_lie_is_named() {
        let numbytes = "GNU.sparse.numbytes behind GNU.sparse.offset is missing";
        for (records, sentence) in [
            (&["name=a"][..], "GNU.sparse.map is missing"),
            (&["map=10,5"], "GNU.sparse.size is missing"),
            (&["major=1", "minor=0"], "GNU.sparse.realsize is missing"),
            (&["major=1", "realsize=9"], "GNU.sparse.minor is missing"),
            (&["minor=1", "map=10,5", "size=100"], "GNU.sparse.major is missing"),
            (
                &["size=100", "realsize=99", "map="],
                "GNU.sparse.realsize is 99, expected 100, the value of GNU.sparse.size",
            ),
            (
                &["size=100", "map=10,5", "numblocks=2"],
                "GNU.sparse.numblocks is 2, expected 1, the number of entries",
            ),
            (
                &["size=100", "map=10,5,12,1"],
                "offset is 12, expected at least 15, where the previous entry ends",
            ),
            (&["size=100", "map=10,6"], "size of the data is 5, expected 6, the sum of all numbytes"),
            (&["size=100", "offset=10"], numbytes),
            (
                &["major=1", "minor=1", "realsize=9"],
                "format 1.1 is not supported (GNU tar manual, Sparse Formats)",
            ),
            (
                &["size=100", "map=10,5", "offset=10", "numbytes=5"],
                "one in two forms is not supported (GNU tar manual, Sparse Formats)",
            ),
            (
                &["major=1", "minor=0", "realsize=100", "map=10,5"],
                "one in two forms is not supported (GNU tar manual, Sparse Formats)",
            ),
        ] {
            let error = form(records, 5).expect_err(sentence).to_string();
            assert_eq!(error, format!("byte 0x400: tar sparse map: {sentence}"), "{records:?}");
        }
    }

    #[test]
    fn records_that_cannot_be_are_refused() {
        let text = "record is not legal text: ";
        for (records, sentence) in [
            (
                &["offset=1", "offset=2"][..],
                "GNU.sparse.numbytes behind GNU.sparse.offset is missing".to_owned(),
            ),
            (&["numbytes=2"], "GNU.sparse.offset before GNU.sparse.numbytes is missing".to_owned()),
            (&["map=1,2,3"], format!("{text}\"GNU.sparse.map=1,2,3\"")),
            (&["map=1,-2"], format!("{text}\"GNU.sparse.map=1,-2\"")),
            (&["size=18446744073709551616"], format!("{text}\"GNU.sparse.size=18446744073709551616\"")),
            (&["name=a\0b"], format!("{text}\"GNU.sparse.name=a\\x00b\"")),
        ] {
            let error = form(records, 5).expect_err(&sentence).to_string();
            assert_eq!(error, format!("byte 0x400: pax extended header: {sentence}"), "{records:?}");
        }
    }
}
