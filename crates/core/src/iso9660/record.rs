//! A directory record taken apart: the fixed part, the identifier and the system use field.

use super::high_sierra::{self, Standard};
use super::layout::{DIRECTORY_RECORD, DirectoryRecord, ShortDate, file_flags};
use crate::error::{Location, Result};
use crate::fields::Fields;
use crate::number::wide;

/// Bytes of the shortest record (ECMA-119 9.1).
const LEAST: usize = 34;

/// One directory record (ECMA-119 9.1), its lengths checked against each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    /// Where its first byte lies, for errors.
    pub at: Location,
    /// BP 1 to 33.
    pub fixed: &'a DirectoryRecord,
    /// File identifier, as recorded.
    pub identifier: &'a [u8],
    /// System use field, empty when there is none.
    pub system_use: &'a [u8],
    /// Where the system use field lies, for errors.
    pub system_use_at: Location,
    /// The standard that the volume follows: ECMA-119 unless told by [`Record::of`].
    pub standard: Standard,
}

/// What a record stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// For the directory itself: the identifier is one byte 0 (ECMA-119 7.6.2).
    Itself,
    /// For the parent directory: the identifier is one byte 1.
    Parent,
    /// For a name in the directory, whatever kind of file has it.
    Name,
}

impl<'a> Record<'a> {
    /// The record at the start of `bytes`, which reach to the end of the sector and lie at `at`.
    ///
    /// # Errors
    /// [`crate::error::Problem::OutOfRange`] when the record does not fit into its sector or its identifier not into
    /// the record.
    pub(super) fn parse(bytes: &'a [u8], at: Location) -> Result<Self> {
        let whole = Fields::new(bytes, at, DIRECTORY_RECORD);
        let length = usize::from(bytes.first().copied().unwrap_or_default());
        let Some(record) = bytes.get(..length).filter(|record| record.len() >= 34) else {
            let limit = format!("34 to {}, where its sector ends", bytes.len().min(255));
            return Err(whole.out_of_range("length of directory record", wide(length), limit));
        };
        let mut fields = Fields::new(record, at, DIRECTORY_RECORD);
        let fixed: &DirectoryRecord = fields.read()?;
        let identifier_length = usize::from(fixed.length_of_file_identifier);
        if identifier_length == 0 || identifier_length > fields.remaining() {
            let limit = format!("1 to {}, where its record ends", fields.remaining());
            return Err(whole.out_of_range("length of file identifier", wide(identifier_length), limit));
        }
        let identifier = fields.take(identifier_length)?;
        if identifier_length.is_multiple_of(2) && !fields.is_empty() {
            fields.skip(1)?;
        }
        let standard = Standard::Ecma119;
        Ok(Self { at, fixed, identifier, system_use: fields.rest(), system_use_at: fields.at(), standard })
    }

    /// The record as one of a volume of `standard`.
    #[must_use]
    pub(super) fn of(self, standard: Standard) -> Self {
        Self { standard, ..self }
    }

    /// In the form of ECMA-119; that of a High Sierra record has no zone.
    pub(super) fn recording_date(&self) -> ShortDate {
        match self.standard {
            Standard::Ecma119 => self.fixed.recording_date,
            Standard::HighSierra => high_sierra::recording_date(self.fixed),
        }
    }

    /// Whether both byte orders of its place or of its length agree: bytes that are no record hardly ever do.
    pub(super) fn is_plausible(&self) -> bool {
        self.fixed.location_of_extent.agree() || self.fixed.data_length.agree()
    }

    /// Whether its system use field holds another record behind its entries, so that it is shorter than it says.
    fn swallows_another(&self, standard: Standard) -> bool {
        let mut rest = self.system_use;
        // Entries begin with a signature of two characters and their length (SUSP 4.1).
        while let [one, two, length, ..] = rest
            && *length >= 4
            && one.is_ascii_alphanumeric()
            && two.is_ascii_alphanumeric()
            && let Some(behind) = rest.get(usize::from(*length)..)
        {
            rest = behind;
        }
        rest.len() >= LEAST
            && Self::parse(rest, Location::default()).is_ok_and(|other| other.of(standard).is_certain())
    }

    /// As [`Record::parse`], of a volume of `standard`, and without a record in its system use field.
    ///
    /// # Errors
    /// As [`Record::parse`].
    pub(super) fn parse_alone(bytes: &'a [u8], at: Location, standard: Standard) -> Result<Self> {
        let record = Self::parse(bytes, at)?.of(standard);
        if record.system_use.len() >= LEAST && record.swallows_another(standard) {
            let (field, limit) = ("length of directory record", "less, as another record follows earlier");
            let whole = Fields::new(bytes, at, DIRECTORY_RECORD);
            return Err(whole.out_of_range(field, wide(record.length()), limit));
        }
        Ok(record)
    }

    /// Whether bytes at which no record is known to begin are one: all that is recorded twice agrees, and is possible.
    pub(super) fn is_certain(&self) -> bool {
        let Self { fixed, identifier, .. } = self;
        let (place, number) = (fixed.location_of_extent, fixed.volume_sequence_number);
        let is_odd = !self.length().is_multiple_of(2) || identifier.is_empty();
        place.agree()
            && place.get() > 0
            && fixed.data_length.agree()
            && number.agree()
            && number.get() > 0
            && !is_odd
    }

    /// Bytes of the whole record, padding included.
    pub(super) fn length(&self) -> usize {
        usize::from(self.fixed.length)
    }

    /// Whether all bits of `flag` (see [`file_flags`]) are set.
    pub(super) fn has(&self, flag: u8) -> bool {
        let flags = match self.standard {
            Standard::Ecma119 => self.fixed.file_flags,
            Standard::HighSierra => high_sierra::file_flags(self.fixed),
        };
        flags & flag == flag
    }

    /// By its file flags: a file of Rock Ridge may say otherwise.
    pub(super) fn is_directory(&self) -> bool {
        self.has(file_flags::DIRECTORY)
    }

    /// By its identifier: bytes 0 and 1 are no names.
    pub(super) fn stands(&self) -> Stands {
        match self.identifier {
            [0] => Stands::Itself,
            [1] => Stands::Parent,
            _ => Stands::Name,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const AT: Location = Location::in_sectors(0x9000, 2048);

    /// A record of a file `name` of `size` bytes at logical block `block`, with `system_use` behind it.
    pub(in crate::iso9660) fn record(
        name: &[u8],
        block: u32,
        size: u32,
        flags: u8,
        system_use: &[u8],
    ) -> Vec<u8> {
        let mut bytes = vec![0, 0];
        bytes.extend(block.to_le_bytes());
        bytes.extend(block.to_be_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.extend(size.to_be_bytes());
        bytes.extend([126, 11, 21, 4, 43, 0, 0, flags, 0, 0, 1, 0, 0, 1]);
        bytes.push(u8::try_from(name.len()).expect("a short name"));
        bytes.extend(name);
        if name.len().is_multiple_of(2) {
            bytes.push(0);
        }
        bytes.extend(system_use);
        if !bytes.len().is_multiple_of(2) {
            bytes.push(0);
        }
        bytes[0] = u8::try_from(bytes.len()).expect("a short record");
        bytes
    }

    #[test]
    fn a_record_is_taken_apart() {
        let bytes = record(b"README.TXT;1", 30, 5, 0, b"CL\x04\x01");
        let parsed = Record::parse(&bytes, AT).expect("a good record");
        assert_eq!(parsed.identifier, b"README.TXT;1");
        assert_eq!(parsed.system_use, b"CL\x04\x01");
        assert_eq!(parsed.system_use_at, AT.behind(46));
        assert_eq!(parsed.fixed.location_of_extent.get(), 30);
        assert_eq!(parsed.stands(), Stands::Name);
    }

    #[test]
    fn one_flipped_field_is_one_exact_error() {
        let good = record(b"A", 30, 5, 0, b"");
        for (field, value, message) in [
            (
                0,
                33,
                "byte 0x9000 (sector 18): directory record: length of directory record is 33, expected 34 to 34, where its sector ends",
            ),
            (
                0,
                35,
                "byte 0x9000 (sector 18): directory record: length of directory record is 35, expected 34 to 34, where its sector ends",
            ),
            (
                32,
                0,
                "byte 0x9000 (sector 18): directory record: length of file identifier is 0, expected 1 to 1, where its record ends",
            ),
            (
                32,
                2,
                "byte 0x9000 (sector 18): directory record: length of file identifier is 2, expected 1 to 1, where its record ends",
            ),
        ] {
            let mut bytes = good.clone();
            bytes[field] = value;
            assert_eq!(Record::parse(&bytes, AT).expect_err("flipped").to_string(), message);
        }
    }
}
