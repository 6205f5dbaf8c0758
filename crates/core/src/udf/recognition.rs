//! The volume recognition sequence: whether there is UDF at all (ECMA-167 2/8, 2/9; UDF 2.1.7).

use super::layout::VolumeStructureDescriptor;
use crate::error::Result;
use crate::source::Source;
use zerocopy::FromBytes;

/// First byte of the sequence (ECMA-167 2/8.3).
const START: u64 = 32_768;
/// Every descriptor begins at a multiple of this, however small the sectors are.
const STEP: u64 = 2048;
/// Steps without a descriptor that are passed over before the next one: with sectors of 32 KiB there are 15 between two.
const GAP: u32 = 16;
/// Steps looked at, at the most.
const MOST: u32 = 256;

/// What the volume recognition sequence says (ECMA-167 2/8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recognition {
    /// A descriptor `NSR02` (2) or `NSR03` (3), that says UDF; the higher where there are both.
    pub nsr: Option<u8>,
    /// A descriptor `CD001`, that says ISO 9660.
    pub has_iso9660: bool,
    /// A descriptor `BEA01`, that begins an extended area: of ISO 9660 images, those that have UDF.
    pub has_extended_area: bool,
    /// The sector, of 2048 bytes, at which the session starts that the sequence is of.
    pub start: u64,
    /// Another session follows: what lies at the end of the source is not of this one.
    pub is_followed: bool,
    /// Bytes of a sector beyond 2048, as the first two descriptors lie apart: each has a sector of its own.
    pub sector: Option<u64>,
}

impl Recognition {
    /// Whether something of UDF is in the sequence.
    pub fn is_extended(&self) -> bool {
        self.nsr.is_some() || self.has_extended_area
    }
}

/// Reads the volume recognition sequence of `source`, no further than it goes.
///
/// # Errors
/// Those of the source.
pub fn recognize(source: &dyn Source) -> Result<Recognition> {
    recognize_session(source, source.first().div_ceil(STEP))
}

/// Reads the volume recognition sequence of the session of `source` that starts at sector `start`, of 2048 bytes.
///
/// # Errors
/// Those of the source.
pub(crate) fn recognize_session(source: &dyn Source, start: u64) -> Result<Recognition> {
    let mut found = Recognition { start, ..Recognition::default() };
    let mut gap = 0;
    let mut at = start.saturating_mul(STEP).saturating_add(START);
    let mut begin = None;
    for _ in 0..MOST {
        let mut head = [0; 7];
        if source.read_some(at, &mut head)? < head.len() {
            break;
        }
        let Ok(descriptor) = VolumeStructureDescriptor::read_from_bytes(&head) else { break };
        if matches!(&descriptor.identifier, b"NSR02" | b"NSR03") {
            let apart = begin.map(|begin| at.saturating_sub(begin));
            found.sector = apart.filter(|apart| *apart > STEP && apart.is_power_of_two());
        }
        let before = std::mem::take(&mut gap);
        match &descriptor.identifier {
            b"NSR02" => found.nsr = found.nsr.max(Some(2)),
            b"NSR03" => found.nsr = found.nsr.max(Some(3)),
            b"CD001" => found.has_iso9660 = true,
            b"BEA01" => {
                begin = Some(at);
                found.has_extended_area = true;
            }
            b"BOOT2" | b"CDW02" => begin = None,
            // The extended area ends here; ISO 9660 may still follow (ECMA-167 2/8.3.1 leaves the order open).
            b"TEA01" if found.has_iso9660 || found.nsr.is_none() => {}
            b"TEA01" => break,
            // Nothing of the sequence may be missing between the descriptors of ISO 9660 and the extended area.
            _ if found.has_iso9660 || before >= GAP => break,
            _ => gap = before + 1,
        }
        at = at.saturating_add(STEP);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    fn of(step: usize, identifiers: &[&[u8; 5]]) -> Recognition {
        let mut bytes = vec![0; 32_768 + step * identifiers.len() + 2048];
        for (number, identifier) in identifiers.iter().enumerate() {
            let at = 32_768 + number * step;
            bytes[at + 1..at + 6].copy_from_slice(*identifier);
        }
        recognize(&Memory(&bytes)).expect("memory")
    }

    #[test]
    fn every_order_and_sector_size_is_seen() {
        let nsr = |nsr, has_iso9660| Recognition {
            nsr: Some(nsr),
            has_iso9660,
            has_extended_area: true,
            ..Recognition::default()
        };
        let large = |number, sector| Recognition { sector: Some(sector), ..nsr(number, false) };
        assert_eq!(of(2048, &[b"BEA01", b"NSR02", b"TEA01"]), nsr(2, false));
        assert_eq!(of(4096, &[b"BEA01", b"NSR03", b"TEA01"]), large(3, 4096));
        assert_eq!(of(32_768, &[b"BEA01", b"NSR03", b"TEA01"]), large(3, 32_768));
        assert_eq!(of(2048, &[b"CD001", b"CD001", b"BEA01", b"NSR02", b"TEA01"]), nsr(2, true));
        assert_eq!(of(2048, &[b"BEA01", b"BOOT2", b"TEA01", b"BEA01", b"NSR03", b"TEA01"]), nsr(3, false));
        // However much boots, and however far apart it lies.
        assert_eq!(of(32_768, &[b"BEA01", b"BOOT2", b"BOOT2", b"NSR03", b"TEA01"]), nsr(3, false));
        assert_eq!(of(2048, &[b"CD001", b"CD001", b"xxxxx", b"NSR02"]).nsr, None);
        assert_eq!(recognize(&Memory(vec![0; 100])).expect("memory"), Recognition::default());
    }
}
