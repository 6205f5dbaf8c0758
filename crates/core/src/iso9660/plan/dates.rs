//! Times as ECMA-119 records them, always in UTC.

use crate::iso9660::layout::{LongDate, ShortDate};
use crate::tree::Time;
use crate::tree::calendar::date;
use std::ops::Range;

/// A civil date and time, proleptic Gregorian, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Civil {
    year: i64,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

const DAY: i64 = 86_400;

/// What the 17-byte form can say: the years 1 to 9999.
pub(in crate::iso9660) const LONG_YEARS: Range<Time> = from(-62_135_596_800)..from(253_402_300_800);

/// What the 7-byte form can say: the years 1900 to 2155.
pub(in crate::iso9660) const SHORT_YEARS: Range<Time> = from(-2_208_988_800)..from(5_869_584_000);

const fn from(seconds: i64) -> Time {
    Time { seconds, nanoseconds: 0 }
}

impl Civil {
    fn of(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = date(days);
        let byte =
            |n: i64| u8::try_from(n).expect("because every part of a date below the year is under 256");
        Self {
            year,
            month: byte(month),
            day: byte(day),
            hour: byte(rest / 3600),
            minute: byte(rest / 60 % 60),
            second: byte(rest % 60),
        }
    }
}

/// The 7-byte form; `None` outside its years, 1900 to 2155.
pub(in crate::iso9660) fn short(time: Time) -> Option<ShortDate> {
    let civil = Civil::of(time.seconds);
    let year = u8::try_from(civil.year - 1900).ok()?;
    let Civil { month, day, hour, minute, second, .. } = civil;
    Some(ShortDate { year, month, day, hour, minute, second, offset: 0 })
}

/// The 7-byte form of the nearest time it can record.
pub(in crate::iso9660) fn nearest_short(time: Time) -> ShortDate {
    let last = ShortDate { year: 255, month: 12, day: 31, hour: 23, minute: 59, second: 59, offset: 0 };
    let first = ShortDate { year: 0, month: 1, day: 1, ..ShortDate::default() };
    short(time).unwrap_or(if time.seconds < 0 { first } else { last })
}

/// The 17-byte form, to hundredths of a second; times outside its years, 1 to 9999, become the nearest within, and none
/// at all is recorded as not specified.
pub(in crate::iso9660) fn long(time: Option<Time>) -> LongDate {
    let Some(time) = time else { return LongDate { digits: [b'0'; 16], offset: 0 } };
    let civil = Civil::of(time.seconds);
    let text = match civil.year {
        ..1 => "0001010100000000".to_owned(),
        10_000.. => "9999123123595999".to_owned(),
        year => {
            let Civil { month, day, hour, minute, second, .. } = civil;
            let hundredths = (time.nanoseconds / 10_000_000).min(99);
            format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{hundredths:02}")
        }
    };
    let mut digits = [b'0'; 16];
    digits.copy_from_slice(text.as_bytes());
    LongDate { digits, offset: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time { seconds, nanoseconds: 0 }
    }

    #[test]
    fn the_forms_say_all_of_their_years_and_nothing_else() {
        let back = |time: Time| at(time.seconds - 1);
        let outside = [back(SHORT_YEARS.start), SHORT_YEARS.end];
        let within = [SHORT_YEARS.start, back(SHORT_YEARS.end)];
        assert_eq!(outside.map(|time| short(time).is_some()), [false; 2]);
        assert_eq!(within.map(|time| short(time).and_then(|date| date.time())), within.map(Some));
        let outside = [back(LONG_YEARS.start), LONG_YEARS.end].map(|time| long(Some(time)).time());
        assert_eq!(outside[0], Some(LONG_YEARS.start));
        assert_eq!(outside[1].map(|time| time.seconds), Some(LONG_YEARS.end.seconds - 1));
        let within = [LONG_YEARS.start, back(LONG_YEARS.end)];
        assert_eq!(within.map(|time| long(Some(time)).time()), within.map(Some));
    }

    fn digits(time: Time) -> String {
        String::from_utf8(long(Some(time)).digits.to_vec()).expect("digits")
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(digits(at(0)), "1970010100000000");
        assert_eq!(digits(at(951_782_400)), "2000022900000000");
        assert_eq!(digits(at(951_868_799)), "2000022923595900");
        assert_eq!(digits(at(1_835_308_800)), "2028022800000000");
        assert_eq!(digits(at(4_107_542_399)), "2100022823595900");
        assert_eq!(digits(at(4_107_542_400)), "2100030100000000");
        assert_eq!(digits(at(-1)), "1969123123595900");
        assert_eq!(digits(Time { seconds: 1_700_000_000, nanoseconds: 123_456_789 }), "2023111422132012");
        assert_eq!(digits(at(i64::MAX)), "9999123123595999");
        assert_eq!(digits(at(i64::MIN)), "0001010100000000");
        assert_eq!(long(None).digits, [b'0'; 16]);
    }

    #[test]
    fn the_short_form_ends_with_its_years() {
        let date = short(at(1_700_000_000)).expect("within");
        assert_eq!((date.year, date.month, date.day, date.hour), (123, 11, 14, 22));
        assert!(short(at(-2_208_988_800)).is_some());
        assert!(short(at(-2_208_988_801)).is_none());
        assert!(short(at(5_869_583_999)).is_some());
        assert!(short(at(5_869_584_000)).is_none());
        assert_eq!(nearest_short(at(5_869_584_000)).year, 255);
        assert_eq!(nearest_short(at(i64::MIN)).day, 1);
    }
}
