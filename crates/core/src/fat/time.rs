//! Dates and times ("Date and Time Formats"): local time, from 1980 to 2107, in steps of two seconds.

use crate::tree::Time;
use crate::tree::calendar::date;
use std::ops::Range;

/// A moment as a directory entry has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fat) struct Stamp {
    /// Years since 1980, month and day, in 7, 4 and 5 bits.
    pub date: u16,
    /// Hour, minute and every other second, in 5, 6 and 5 bits.
    pub time: u16,
    /// What `time` leaves out, in hundredths of a second: 0 to 199.
    pub hundredths: u8,
}

/// 1980-01-01T00:00:00, in seconds since 1970.
const FIRST: i64 = 315_532_800;
/// 2107-12-31T23:59:59.
const LAST: i64 = 4_354_819_199;

/// What a stamp can say, of times in a zone this many minutes east of UTC.
pub(in crate::fat) fn years(zone: i16) -> Range<Time> {
    let utc = |local: i64| Time { seconds: local.saturating_sub(i64::from(zone) * 60), nanoseconds: 0 };
    utc(FIRST)..utc(LAST + 1)
}

/// The stamp of `time`, as local time `zone` minutes east of UTC. What lies outside of 1980 to 2107 becomes the first or the
/// last moment of them.
pub(in crate::fat) fn encode(time: Time, zone: i16) -> Stamp {
    let local = time.seconds.saturating_add(i64::from(zone) * 60);
    let (local, nanoseconds) = match local {
        ..FIRST => (FIRST, 0),
        FIRST..=LAST => (local, time.nanoseconds),
        _ => (LAST, 0),
    };
    let (year, month, day) = date(local.div_euclid(86_400));
    let second = local.rem_euclid(86_400);
    let small = |number: i64| u16::try_from(number).unwrap_or_default();
    let hundredths = local % 2 * 100 + i64::from(nanoseconds.min(999_999_999) / 10_000_000);
    Stamp {
        date: small((year - 1980) << 9 | month << 5 | day),
        time: small((second / 3600) << 11 | (second / 60 % 60) << 5 | (second % 60 / 2)),
        hundredths: u8::try_from(hundredths).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time { seconds, nanoseconds: 0 }
    }

    /// Year, month, day, hour, minute, second.
    fn read(stamp: Stamp) -> [u16; 6] {
        let Stamp { date, time, .. } = stamp;
        let second = (time & 0x1F) * 2 + u16::from(stamp.hundredths / 100);
        [1980 + (date >> 9), date >> 5 & 0x0F, date & 0x1F, time >> 11, time >> 5 & 0x3F, second]
    }

    #[test]
    fn stamps_say_what_the_calendar_says() {
        assert_eq!(read(encode(at(1_700_000_001), 0)), [2023, 11, 14, 22, 13, 21]);
        assert_eq!(read(encode(at(951_782_400), 0)), [2000, 2, 29, 0, 0, 0]);
        assert_eq!(read(encode(at(1_700_000_001), 330)), [2023, 11, 15, 3, 43, 21]);
        assert_eq!(read(encode(at(1_700_000_001), -720)), [2023, 11, 14, 10, 13, 21]);
        let half = Time { seconds: 1_700_000_001, nanoseconds: 567_890_123 };
        assert_eq!(encode(half, 0).hundredths, 156);
    }

    #[test]
    fn times_outside_become_the_nearest() {
        let [first, last] = [[1980, 1, 1, 0, 0, 0], [2107, 12, 31, 23, 59, 59]];
        for (seconds, expected) in [
            (i64::MIN, first),
            (FIRST - 1, first),
            (FIRST, first),
            (LAST, last),
            (LAST + 1, last),
            (i64::MAX, last),
        ] {
            assert_eq!(read(encode(at(seconds), 0)), expected, "{seconds}");
        }
        for zone in [-720, 0, 840] {
            let years = years(zone);
            assert_eq!(read(encode(years.start, zone)), first, "{zone}");
            assert_eq!(read(encode(at(years.end.seconds - 1), zone)), last, "{zone}");
        }
    }
}
