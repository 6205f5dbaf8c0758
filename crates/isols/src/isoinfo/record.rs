//! Directory records as they are recorded, for those who want to see them so.

use isokit_core::error::{Location, Result};
use isokit_core::fields::Fields;
use isokit_core::iso9660::layout::{DIRECTORY, DirectoryRecord};
use isokit_core::source::Source;

/// Bytes of the longest record.
const LONGEST: usize = 255;

/// A record, and the identifier behind its fixed part.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) fixed: DirectoryRecord,
    pub(super) identifier: Vec<u8>,
}

impl Record {
    /// The record at byte `at` of `source`; `None` where there is none.
    ///
    /// # Errors
    /// Those of the source.
    pub(super) fn read(source: &dyn Source, at: u64) -> Result<Option<Self>> {
        let mut bytes = [0; LONGEST];
        let have = source.read_some(at, &mut bytes)?;
        let bytes = bytes.get(..have).unwrap_or_default();
        let mut fields = Fields::new(bytes, source.location(at), DIRECTORY);
        let Ok(fixed) = fields.read::<DirectoryRecord>().copied() else { return Ok(None) };
        let identifier = fields.take(fixed.length_of_file_identifier.into());
        let is_one = usize::from(fixed.length) > size_of::<DirectoryRecord>();
        Ok(identifier
            .ok()
            .filter(|_| is_one)
            .map(|identifier| Self { fixed, identifier: identifier.to_vec() }))
    }

    /// As [`Record::read`], of what an error or an entry says to be at `at`.
    ///
    /// # Errors
    /// Those of the source.
    pub(super) fn at(source: &dyn Source, at: Location) -> Result<Option<Self>> {
        Self::read(source, at.byte().saturating_sub(source.origin()))
    }
}
