//! Time stamps (ECMA-167 1/7.3).

use super::layout::Timestamp;
use crate::tree::Time;
use crate::tree::calendar::{date, days_of_month};
use std::ops::Range;
use zerocopy::IntoBytes;

/// The point in time, UTC. Without a zone the stamp is taken for UTC; a stamp that is no date is `None`.
pub fn decode(stamp: &Timestamp) -> Option<Time> {
    let within = |value: u8, low: u8, high: u8| (low..=high).contains(&value);
    let year = i16::from_le_bytes(stamp.year.get().to_le_bytes());
    let legal = (1..=9999).contains(&year)
        && within(stamp.month, 1, 12)
        && (1..=days_of_month(year.into(), stamp.month.into())).contains(&stamp.day.into())
        && stamp.hour < 24
        && stamp.minute < 60
        && stamp.second < 60;
    if !legal {
        return None;
    }
    let [zone_low, high] = stamp.type_and_zone.get().to_le_bytes();
    // Bits 0 to 11 as a signed number of minutes, of which only a local time has any (type 1).
    let zone = i64::from(i16::from_le_bytes([zone_low, high]) << 4 >> 4);
    let zone = if high >> 4 == 1 && (-1440..=1440).contains(&zone) { zone } else { 0 };
    let seconds = days(i64::from(year), stamp.month.into(), stamp.day.into()) * 86_400
        + i64::from(stamp.hour) * 3600
        + i64::from(stamp.minute) * 60
        + i64::from(stamp.second)
        - zone * 60;
    let nanoseconds = u32::from(stamp.centiseconds.min(99)) * 10_000_000
        + u32::from(stamp.hundreds_of_microseconds.min(99)) * 100_000
        + u32::from(stamp.microseconds.min(99)) * 1000;
    Some(Time { seconds, nanoseconds })
}

/// Whether `stamp` says anything. Type and zone do not by themselves.
pub(super) fn is_recorded(stamp: &Timestamp) -> bool {
    stamp.as_bytes().iter().skip(2).any(|byte| *byte != 0)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March have their leap day last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The stamp of `time`, as local time `zone` minutes east of UTC (-1440 to 1440). What lies outside the years 1 to 9999
/// becomes the first or last moment of them.
pub(crate) fn encode(time: Time, zone: i16) -> Timestamp {
    let local = time.seconds.saturating_add(i64::from(zone) * 60).clamp(FIRST, LAST);
    let (day, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = date(day);
    let microseconds = time.nanoseconds / 1000;
    let small = |number: i64| u8::try_from(number).unwrap_or_default();
    let part = |divisor: u32| u8::try_from(microseconds / divisor % 100).unwrap_or_default();
    let [low, high] = zone.to_le_bytes();
    Timestamp {
        type_and_zone: u16::from_le_bytes([low, high & 0x0F | 0x10]).into(),
        year: u16::try_from(year).unwrap_or_default().into(),
        month: small(month),
        day: small(day),
        hour: small(second / 3600),
        minute: small(second / 60 % 60),
        second: small(second % 60),
        centiseconds: part(10_000),
        hundreds_of_microseconds: part(100),
        microseconds: part(1),
    }
}

/// What a stamp can say: the years 1 to 9999.
pub const YEARS: Range<Time> =
    Time { seconds: FIRST, nanoseconds: 0 }..Time { seconds: LAST + 1, nanoseconds: 0 };
/// 0001-01-01T00:00:00Z.
const FIRST: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const LAST: i64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(zone: u16, year: u16, rest: [u8; 8]) -> Timestamp {
        let [month, day, hour, minute, second, centiseconds, hundreds_of_microseconds, microseconds] = rest;
        Timestamp {
            type_and_zone: zone.into(),
            year: year.into(),
            month,
            day,
            hour,
            minute,
            second,
            centiseconds,
            hundreds_of_microseconds,
            microseconds,
        }
    }

    #[test]
    fn zones_fractions_and_years_beyond_2038() {
        let leap = [2, 29, 1, 2, 3, 45, 67, 89];
        let utc = Time { seconds: 1_835_398_923, nanoseconds: 456_789_000 };
        assert_eq!(decode(&stamp(0x1000, 2028, leap)), Some(utc));
        let east = Time { seconds: utc.seconds - 90 * 60, ..utc };
        assert_eq!(decode(&stamp(0x1000 | 90, 2028, leap)), Some(east));
        let west = Time { seconds: utc.seconds + 90 * 60, ..utc };
        assert_eq!(decode(&stamp(0x1000 | (0x1000 - 90), 2028, leap)), Some(west));
        // Not specified; and type 0, whose zone means nothing.
        assert_eq!(decode(&stamp(0x1801, 2028, leap)), Some(utc));
        assert_eq!(decode(&stamp(90, 2028, leap)), Some(utc));
        assert_eq!(
            decode(&stamp(0x1000, 9999, [12, 31, 23, 59, 59, 0, 0, 0])).map(|t| t.seconds),
            Some(LAST)
        );
        assert_eq!(decode(&stamp(0x1000, 1, [1, 1, 0, 0, 0, 0, 0, 0])).map(|t| t.seconds), Some(FIRST));
        assert_eq!(decode(&stamp(0x1000, 0, leap)), None);
        for (date, odd) in [
            ([2, 30, 0, 0, 0, 0, 0, 0], true),
            ([4, 31, 0, 0, 0, 0, 0, 0], true),
            ([4, 0, 0, 0, 0, 0, 0, 0], true),
            ([4, 30, 24, 0, 0, 0, 0, 0], true),
            ([4, 30, 0, 0, 60, 0, 0, 0], true),
            (leap, false),
        ] {
            assert_eq!(decode(&stamp(0x1000, 2028, date)).is_none(), odd, "{date:?}");
        }
        assert_eq!(decode(&stamp(0x1000, 2027, leap)), None, "no leap year");
        assert_eq!([leap, [0; 8]].map(|date| is_recorded(&stamp(0x1000, 0, date))), [true, false]);
        assert_eq!(decode(&stamp(0, 2028, [13, 1, 0, 0, 0, 0, 0, 0])), None);
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for seconds in [FIRST, -1, 0, 951_782_400, 1_835_398_923, 2_147_483_648, 4_294_967_296, LAST] {
            for zone in [0, 90, -720] {
                let time =
                    Time { seconds: seconds.clamp(FIRST + 86_400, LAST - 86_400), nanoseconds: 123_456_000 };
                assert_eq!(decode(&encode(time, zone)), Some(time), "{seconds} {zone}");
            }
        }
        let known = encode(Time { seconds: 1_835_398_923, nanoseconds: 456_789_999 }, 0);
        assert_eq!(known.as_bytes(), stamp(0x1000, 2028, [2, 29, 1, 2, 3, 45, 67, 89]).as_bytes());
        assert_eq!(encode(Time { seconds: i64::MAX, nanoseconds: 0 }, 0).year.get(), 9999);
    }
}
