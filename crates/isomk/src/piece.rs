//! Bytes for the system area out of a file, without what in them tells of partitions that are not there any more.

use crate::request::{Section, Zeroed};
use isokit_core::error::{Error, Result};
use isokit_core::number::{narrow, wide};
use isokit_core::partition::gpt;
use isokit_core::partition::system_area::{LENGTH, clear_gpt, clear_map};
use isokit_core::source::Source;

/// The start of `section` of `source`, as much as a system area has, zeroed as asked.
///
/// # Errors
/// When the file ends before the section does, and those of the source.
pub(crate) fn system_area(source: &dyn Source, section: &Section) -> Result<Vec<u8>> {
    let mut area = vec![0; narrow(section.length.min(wide(LENGTH)))];
    let have = source.read_some(section.start, &mut area)?;
    if have < area.len() {
        return Err(Error::Usage(format!(
            "ends at byte {}, within the bytes from {} on that were asked for",
            section.start.saturating_add(u64::try_from(have).unwrap_or(u64::MAX)),
            section.start
        )));
    }
    section.zeroed.iter().for_each(|zeroed| zero(&mut area, *zeroed));
    Ok(area)
}

fn zero(area: &mut [u8], zeroed: Zeroed) {
    match zeroed {
        Zeroed::Bytes(from, to) => clear(area, narrow(from), narrow(to)),
        Zeroed::MbrPartitions if area.get(510..512) == Some(&[0x55, 0xaa]) => clear(area, 446, 510),
        Zeroed::Gpt if area.get(512..520) == Some(&gpt::SIGNATURE) => clear_gpt(area),
        Zeroed::AppleMap if area.get(..2) == Some(b"ER") => {
            let size = [area.get(2), area.get(3)].map(|byte| byte.copied().unwrap_or(0));
            clear_map(area, u16::from_be_bytes(size).into());
        }
        Zeroed::MbrPartitions | Zeroed::Gpt | Zeroed::AppleMap => {}
    }
}

fn clear(area: &mut [u8], from: usize, to: usize) {
    let to = to.min(area.len());
    if let Some(bytes) = area.get_mut(from..to) {
        bytes.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_core::source::Memory;

    /// An area of ones with marks of all tables; what is left of the ones, as ranges.
    fn left(zeroed: Vec<Zeroed>) -> Vec<(usize, usize)> {
        let mut bytes = vec![1; 40_000];
        bytes[..4].copy_from_slice(&[b'E', b'R', 8, 0]);
        bytes[510..512].copy_from_slice(&[0x55, 0xaa]);
        bytes[512..520].copy_from_slice(b"EFI PART");
        bytes[512 + 72..512 + 88].copy_from_slice(&[20, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 128, 0, 0, 0]);
        for block in [1, 2, 3] {
            bytes[block * 2048..block * 2048 + 2].copy_from_slice(b"PM");
        }
        let section = Section { start: 0, length: 40_000, zeroed };
        let area = system_area(&Memory(&bytes), &section).expect("there is enough");
        assert_eq!(area.len(), 32 << 10);
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        // Zeros that were there before are single ones.
        for at in (0..area.len()).filter(|at| area[*at] == 0 && bytes[*at] != 0) {
            match ranges.last_mut() {
                Some((_, end)) if *end + 16 >= at => *end = at + 1,
                _ => ranges.push((at, at + 1)),
            }
        }
        ranges
    }

    #[test]
    fn tables_are_cleared_where_they_are() {
        assert_eq!(left(vec![]), []);
        assert_eq!(left(vec![Zeroed::MbrPartitions]), [(446, 510)]);
        assert_eq!(left(vec![Zeroed::Gpt]), [(512, 1024), (10_240, 10_752)]);
        assert_eq!(left(vec![Zeroed::AppleMap]), [(2048, 8192)]);
        assert_eq!(left(vec![Zeroed::Bytes(32_760, 99_999)]), [(32_760, 32_768)]);
    }

    #[test]
    fn tables_that_are_not_there_and_lies_clear_nothing_else() {
        let mut area = [7; 1024];
        [Zeroed::MbrPartitions, Zeroed::Gpt, Zeroed::AppleMap].iter().for_each(|all| zero(&mut area, *all));
        assert_eq!(area, [7; 1024]);
        area[512..520].copy_from_slice(b"EFI PART");
        area[584..600].fill(0xff);
        zero(&mut area, Zeroed::Gpt);
        assert!(area[..512] == [7; 512] && area[512..] == [0; 512]);
        let short = Section { start: 1000, length: 100, zeroed: Vec::new() };
        let error = system_area(&Memory(&area), &short).expect_err("too short");
        assert_eq!(error.to_string(), "ends at byte 1024, within the bytes from 1000 on that were asked for");
    }
}
