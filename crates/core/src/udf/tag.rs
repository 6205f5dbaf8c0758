//! Descriptor tags: every descriptor says what it is, where it lies and what its bytes sum to.

use super::layout::{TAG, Tag};
use crate::error::{Problem, Result, Subject};
use crate::finding::Findings;
use crate::number::{is_zero, wide};
use zerocopy::{FromBytes, IntoBytes};

/// CRC-16 with polynomial 0x1021, initial value 0, most significant bit first (ECMA-167 3/7.2.6: ITU-T V.41).
pub(super) fn crc(bytes: &[u8]) -> u16 {
    let at = |distance: usize, byte: u8| -> u16 {
        TABLES.get(distance).and_then(|table| table.get(usize::from(byte))).copied().unwrap_or_default()
    };
    let mut crc = 0_u16;
    let (chunks, rest) = bytes.as_chunks::<8>();
    // Eight bytes at once: the sum is linear, so that each byte's share can be looked up by itself.
    for [a, b, c, d, e, f, g, h] in chunks {
        let [high, low] = crc.to_be_bytes();
        crc = at(7, a ^ high)
            ^ at(6, b ^ low)
            ^ at(5, *c)
            ^ at(4, *d)
            ^ at(3, *e)
            ^ at(2, *f)
            ^ at(1, *g)
            ^ at(0, *h);
    }
    for byte in rest {
        let [high, low] = crc.to_be_bytes();
        crc = u16::from_be_bytes([low, 0]) ^ at(0, high ^ byte);
    }
    crc
}

/// What a byte adds to the CRC when 0 to 7 bytes follow it.
static TABLES: [[u16; 256]; 8] = tables();

#[expect(clippy::as_conversions, reason = "constant evaluation has no try_from; 256 indices fit every type")]
const fn tables() -> [[u16; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut index = 0;
    while index < 256 {
        let mut crc = (index as u16) << 8;
        let mut distance = 0;
        while distance < 8 {
            let mut bit = 0;
            while bit < 8 {
                crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
                bit += 1;
            }
            tables[distance][index] = crc;
            distance += 1;
        }
        index += 1;
    }
    tables
}

/// Sum of the tag's bytes but the fifth, modulo 256 (ECMA-167 3/7.2.3).
pub(super) fn checksum(tag: &[u8]) -> u8 {
    let sum = |sum: u8, byte: &u8| sum.wrapping_add(*byte);
    let head = tag.get(..4).unwrap_or_default().iter().fold(0, sum);
    tag.get(5..16).unwrap_or_default().iter().fold(head, sum)
}

/// The tag at the start of `bytes`, when its checksum holds; `None` when there is no
/// tag at all (zeros, or a checksum that does not hold).
pub(super) fn peek(bytes: &[u8]) -> Option<&Tag> {
    let (tag, _) = Tag::ref_from_prefix(bytes).ok()?;
    (!is_zero(bytes.get(..16)?) && tag.checksum == checksum(bytes)).then_some(tag)
}

/// Whether the CRC of the descriptor in `bytes`, whose tag checksum holds, holds too.
pub(super) fn holds(bytes: &[u8]) -> bool {
    let Ok((tag, rest)) = Tag::ref_from_prefix(bytes) else { return false };
    let length = usize::from(tag.crc_length.get());
    rest.get(..length).is_some_and(|covered| length == 0 || crc(covered) == tag.crc.get())
}

/// Checks the tag of a descriptor that has to be one of `wanted`: checksum, identifier and CRC. A wrong location is
/// only noted: images that were copied with their blocks moved have it.
///
/// # Errors
/// [`Problem::Checksum`] and [`Problem::OutOfRange`] for `subject`.
pub(super) fn check<'b>(
    bytes: &'b [u8],
    subject: Subject,
    wanted: &[u16],
    location: Option<u32>,
    findings: &Findings,
) -> Result<&'b Tag> {
    let Ok((tag, rest)) = Tag::ref_from_prefix(bytes) else {
        return Err(subject.corrupt(Problem::Truncated { need: 16, have: wide(bytes.len()) }));
    };
    let sum = checksum(bytes);
    let id = tag.identifier.get();
    if !wanted.contains(&id) {
        let limit = wanted.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
        return Err(subject.out_of_range("tag identifier", id.into(), limit));
    }
    if sum != tag.checksum {
        let problem = Problem::Checksum { field: "tag checksum", want: sum.into(), got: tag.checksum.into() };
        return Err(subject.corrupt(problem));
    }
    let length = usize::from(tag.crc_length.get());
    let Some(covered) = rest.get(..length) else {
        let limit = format!("at most {}", rest.len());
        return Err(subject.out_of_range("descriptor CRC length", wide(length), limit));
    };
    let sum = crc(covered);
    if length > 0 && sum != tag.crc.get() {
        let problem =
            Problem::Checksum { field: "descriptor CRC", want: sum.into(), got: tag.crc.get().into() };
        return Err(subject.corrupt(problem));
    }
    if let Some(location) = location
        && location != tag.location.get()
    {
        let Subject { at, what } = subject;
        let deviation = format!("tag location is {}, the {what} lies at {location}", tag.location.get());
        findings.note(at, TAG, deviation);
    }
    Ok(tag)
}

/// Fills in the tag of a descriptor that begins with one and is otherwise complete: identifier, version (2 with NSR02,
/// 3 with NSR03), the block it lies in, and both sums over all of `bytes`.
///
/// # Panics
/// When `bytes` are fewer than 16, or more than a CRC length can count (65,551).
pub(super) fn seal(bytes: &mut [u8], identifier: u16, version: u16, location: u32) {
    let length = bytes.len().checked_sub(size_of::<Tag>()).expect("because a descriptor begins with a tag");
    let length = u16::try_from(length).expect("because the CRC covers at most 65,535 bytes");
    let crc = crc(bytes.get(size_of::<Tag>()..).unwrap_or_default());
    let (tag, _) = Tag::mut_from_prefix(bytes).expect("because a descriptor begins with a tag");
    *tag = Tag {
        identifier: identifier.into(),
        version: version.into(),
        checksum: 0,
        reserved: 0,
        serial_number: 0.into(),
        crc: crc.into(),
        crc_length: length.into(),
        location: location.into(),
    };
    tag.checksum = checksum(tag.as_bytes());
}

/// Renews both sums of a descriptor that is whole but for them; the CRC covers as many bytes as its length says, and none where
/// that is 0.
///
/// # Errors
/// [`Problem::OutOfRange`] for `subject` when that is more than there are.
pub(super) fn reseal(bytes: &mut [u8], subject: Subject) -> Result<()> {
    let have = bytes.len();
    let Ok((tag, rest)) = Tag::mut_from_prefix(bytes) else {
        return Err(subject.corrupt(Problem::Truncated { need: wide(size_of::<Tag>()), have: wide(have) }));
    };
    let length = tag.crc_length.get();
    let Some(covered) = rest.get(..usize::from(length)) else {
        let limit = format!("at most {}", rest.len());
        return Err(subject.out_of_range("descriptor CRC length", length.into(), limit));
    };
    if length > 0 {
        tag.crc = crc(covered).into();
    }
    tag.checksum = checksum(tag.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Location;
    use crate::udf::layout::{ANCHOR, tag};

    /// A byte at a time, as the standard describes it.
    fn slow(bytes: &[u8]) -> u16 {
        bytes.iter().fold(0, |crc: u16, byte| {
            (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
            })
        })
    }

    #[test]
    fn the_crc_is_that_of_the_standard() {
        // ECMA-167 3/7.2.6 gives this example.
        assert_eq!(crc(&[0x70, 0x6A, 0x77]), 0x3299);
        let bytes: Vec<u8> = (0..=255).cycle().step_by(7).take(1000).collect();
        for length in [0, 1, 7, 8, 9, 16, 23, 999, 1000] {
            assert_eq!(crc(&bytes[..length]), slow(&bytes[..length]), "{length}");
        }
    }

    #[test]
    fn a_sealed_descriptor_passes_and_each_flipped_field_is_one_error() {
        let findings = Findings::default();
        let mut sealed = [7_u8; 512];
        seal(&mut sealed, tag::ANCHOR, 2, 256);
        let checked = |bytes: &[u8], location| {
            check(bytes, ANCHOR.at(Location::in_sectors(4096, 2048)), &[tag::ANCHOR], location, &findings)
                .map(drop)
                .map_err(|e| e.to_string())
        };
        assert_eq!(checked(&sealed, Some(256)), Ok(()));
        assert!(peek(&sealed).is_some() && peek(&[0; 16]).is_none());
        assert_eq!(findings.take(), []);
        assert_eq!(checked(&sealed, Some(257)), Ok(()));
        assert_eq!(
            findings.take()[0].to_string(),
            "byte 0x1000 (sector 2): descriptor tag: tag location is 256, the anchor volume descriptor pointer lies at 257"
        );
        for (at, problem) in
            [(0, "tag identifier is 253, expected 2"), (2, "tag checksum is"), (20, "descriptor CRC is")]
        {
            let mut damaged = sealed;
            damaged[at] ^= 0xFF;
            let error = checked(&damaged, None).expect_err(problem);
            assert!(error.contains(problem), "{error}");
        }
        assert!(checked(&sealed[..400], None).expect_err("cut").contains("descriptor CRC length is 496"));
    }
}
