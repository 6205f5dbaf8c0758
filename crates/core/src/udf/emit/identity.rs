//! Who says what: entity identifiers (ECMA-167 1/7.4; UDF 2.1.5).

use crate::udf::layout::{EntityId, LbAddr, LongAd};
use crate::udf::plan::Revision;

/// Bits of a domain's flags: hard and soft write protection (UDF 2.1.5.3). Nothing is ever added to what is made here.
const WRITE_PROTECTED: u8 = 3;

fn entity(name: &[u8], suffix: [u8; 8]) -> EntityId {
    let mut identifier = [0; 23];
    identifier[..name.len()].copy_from_slice(name);
    EntityId { flags: 0, identifier, suffix }
}

/// The class of operating systems that owners and permissions come from: UNIX (UDF 6.3.1). Of an undefined one no owner
/// would be valid (UDF 3.3.3.1).
const UNIX: u8 = 4;

/// Isokit, as the implementation that wrote the volume (UDF 2.1.5).
pub(super) fn implementation() -> EntityId {
    entity(b"*isokit", [UNIX, 0, 0, 0, 0, 0, 0, 0])
}

/// What ECMA-167 itself names, such as `+NSR02`: no suffix.
pub(super) fn standard(name: &[u8]) -> EntityId {
    entity(name, [0; 8])
}

/// What UDF names: the revision comes with it.
pub(super) fn udf(name: &[u8], revision: Revision) -> EntityId {
    let [low, high] = revision.number().to_le_bytes();
    entity(name, [low, high, 0, 0, 0, 0, 0, 0])
}

/// The domain of the logical volume and the file set (UDF 2.1.5.3).
pub(super) fn domain(revision: Revision) -> EntityId {
    let [low, high] = revision.number().to_le_bytes();
    entity(b"*OSTA UDF Compliant", [low, high, WRITE_PROTECTED, 0, 0, 0, 0, 0])
}

/// A long allocation descriptor without implementation use.
pub(super) fn long(length: u32, block: u32, partition: u16) -> LongAd {
    LongAd {
        length: length.into(),
        location: LbAddr { block: block.into(), partition: partition.into() },
        implementation_use: [0; 6],
    }
}
