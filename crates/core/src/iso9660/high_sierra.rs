//! High Sierra: the working paper of 1986 that ECMA-119 was made of. Its structures are those of ECMA-119 with the fields
//! in other places, so that a descriptor is read by being put into ECMA-119's order, and a record by two fields that lie
//! elsewhere.

use super::layout::{DirectoryRecord, ShortDate, VolumeDescriptor};
use std::ops::Range;

/// Standard identifier of every volume descriptor, at [`IDENTIFIER_AT`].
pub(crate) const STANDARD_IDENTIFIER: [u8; 5] = *b"CDROM";

/// Byte of a volume descriptor at which its standard identifier begins; the number of its block and its type come before.
pub(crate) const IDENTIFIER_AT: usize = 9;

/// Byte of a volume descriptor that has its type.
const TYPE_AT: usize = 8;

/// Which standard a volume follows: they differ in the places of some fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standard {
    /// ECMA-119, which is ISO 9660.
    #[default]
    Ecma119,
    /// High Sierra, of which ISO 9660 was made.
    HighSierra,
}

/// Fields of a standard file structure volume descriptor, and the byte at which ECMA-119 has them, which has room for no
/// fewer bytes. Dates have 16 bytes here and no zone.
const FIELDS: [(Range<usize>, usize); 17] = [
    // Version and flags.
    (14..16, 6),
    // System and volume identifiers, size of the volume space, character sets.
    (16..80, 8),
    (88..128, 80),
    // Volume set, sequence number, block size, size of the path table and the first of each kind.
    (128..148, 120),
    (148..152, 140),
    (152..156, 144),
    (164..168, 148),
    (168..172, 152),
    // Root directory record, and the identifiers of volume set, publisher, preparer and application.
    (180..214, 156),
    (214..726, 190),
    // Copyright and abstract files.
    (726..758, 702),
    (758..790, 739),
    // Dates: creation, modification, expiration, effective.
    (790..806, 813),
    (806..822, 830),
    (822..838, 847),
    (838..854, 864),
    // Application use.
    (856..1368, 883),
];

/// The descriptor in `sector` as ECMA-119 would lay it out, but for its standard identifier; `None` if it is of another
/// standard.
pub(super) fn descriptor(sector: &[u8; 2048]) -> Option<Box<[u8; 2048]>> {
    if sector.get(IDENTIFIER_AT..)?.get(..5)? != STANDARD_IDENTIFIER {
        return None;
    }
    let mut bytes = Box::new([0; 2048]);
    *bytes.first_mut()? = *sector.get(TYPE_AT)?;
    bytes.get_mut(1..6)?.copy_from_slice(&STANDARD_IDENTIFIER);
    for (field, at) in FIELDS {
        let field = sector.get(field)?;
        bytes.get_mut(at..)?.get_mut(..field.len())?.copy_from_slice(field);
    }
    // Where ECMA-119 has longer identifiers, blanks are its padding.
    for padding in [734..739, 771..776, 776..813] {
        bytes.get_mut(padding)?.fill(b' ');
    }
    Some(bytes)
}

impl VolumeDescriptor {
    /// By the place of its standard identifier, which High Sierra has eight bytes later.
    pub fn standard(&self) -> Standard {
        if self.standard_identifier == STANDARD_IDENTIFIER { Standard::HighSierra } else { Standard::Ecma119 }
    }
}

/// File flags of a record of High Sierra, which lie where ECMA-119 has the zone of the date.
pub(super) fn file_flags(record: &DirectoryRecord) -> u8 {
    record.recording_date.offset.cast_unsigned()
}

/// The date of a record of High Sierra: it has no zone and is read as UTC.
pub(super) fn recording_date(record: &DirectoryRecord) -> ShortDate {
    ShortDate { offset: 0, ..record.recording_date }
}
