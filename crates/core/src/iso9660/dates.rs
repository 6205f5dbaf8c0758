//! The two recorded forms of date and time, read as points in time.

use super::layout::{LongDate, ShortDate};
use crate::tree::Time;
use crate::tree::calendar::days_of_month;

/// The largest distance from UTC that is believed, in 15-minute units: -48 to 52 are legal (ECMA-119 9.1.5).
const ZONES: std::ops::RangeInclusive<i8> = -48..=52;

impl ShortDate {
    /// The point in time, or `None` when not specified or no date of the calendar.
    pub fn time(&self) -> Option<Time> {
        self.seconds().map(|seconds| Time { seconds, nanoseconds: 0 })
    }

    /// The point in time, and how the date deviates from what one may be.
    pub(super) fn read(&self) -> (Option<Time>, Option<&'static str>) {
        let time = self.time();
        let is_recorded = [self.year, self.month, self.day, self.hour, self.minute, self.second] != [0; 6];
        (time, deviation(time.is_some(), is_recorded, self.offset))
    }

    /// Seconds since 1970-01-01T00:00:00Z, or `None` when not specified or no date of the calendar.
    pub(super) fn seconds(&self) -> Option<i64> {
        let year = i64::from(self.year);
        let days = 1..=days_of_month(1900 + year, self.month.into());
        let legal = days.contains(&self.day.into()) && self.hour < 24 && self.minute < 60 && self.second < 60;
        let before = usize::from(self.month).checked_sub(1).and_then(|month| DAYS_BEFORE.get(month))?;
        if !legal {
            return None;
        }
        // Every entry has three or four of these, so they do without the divisions of the general rule: of the years
        // 1900 to 2155 those that 4 divides have a leap day, but 1900 and 2100.
        let leap_days = (year - 1).max(0) / 4 - i64::from(year > 200);
        let is_leap = year % 4 == 0 && year != 0 && year != 200;
        let leap_day = i64::from(is_leap && self.month > 2);
        let days = year * 365 + leap_days + before + leap_day + i64::from(self.day) - 1 - DAYS_TO_1970;
        let time = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Some(days * 86_400 + time - zone(self.offset))
    }
}

/// What is wrong with a date, in one clause; `is_date` when it is one of the calendar.
fn deviation(is_date: bool, is_recorded: bool, offset: i8) -> Option<&'static str> {
    match is_date {
        false if is_recorded => {
            Some("one of its dates does not exist in the calendar; treated as not recorded")
        }
        true if !ZONES.contains(&offset) => {
            Some("the time zone of one of its dates is out of range; read as UTC")
        }
        _ => None,
    }
}

/// Days from 1900-01-01 to 1970-01-01.
const DAYS_TO_1970: i64 = 25_567;

/// Days of a common year before each month.
const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Seconds east of UTC. A zone that is no zone is taken as UTC: some writers leave garbage there.
fn zone(offset: i8) -> i64 {
    if ZONES.contains(&offset) { i64::from(offset) * 900 } else { 0 }
}

impl LongDate {
    /// The point in time, and how the date deviates from what one may be. Zeros, digits or not, and blanks are how
    /// writers leave it out.
    pub(super) fn read(&self) -> (Option<Time>, Option<&'static str>) {
        let time = self.time();
        let is_recorded = ![[b'0'; 16], [0; 16], [b' '; 16]].contains(&self.digits);
        (time, deviation(time.is_some(), is_recorded, self.offset))
    }

    /// The point in time, or `None` when not specified, not digits or no date of the calendar.
    pub fn time(&self) -> Option<Time> {
        let number = |from: usize, length: usize| -> Option<i64> {
            let digits = self.digits.iter().skip(from).take(length);
            digits.into_iter().try_fold(0_i64, |sum, digit| {
                let digit = digit.checked_sub(b'0').filter(|digit| *digit <= 9)?;
                Some(sum.saturating_mul(10).saturating_add(i64::from(digit)))
            })
        };
        let civil = Civil {
            year: number(0, 4)?,
            month: number(4, 2)?,
            day: number(6, 2)?,
            hour: number(8, 2)?,
            minute: number(10, 2)?,
            second: number(12, 2)?,
        };
        let hundredths = u32::try_from(number(14, 2)?).ok()?;
        Some(Time { seconds: civil.seconds(self.offset)?, nanoseconds: hundredths.checked_mul(10_000_000)? })
    }
}

/// A date of the proleptic Gregorian calendar and a time of day, local to some zone.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    /// Seconds since 1970-01-01T00:00:00Z of this time in the zone `offset`.
    fn seconds(&self, offset: i8) -> Option<i64> {
        let legal = (1..=12).contains(&self.month)
            && (1..=days_of_month(self.year, self.month)).contains(&self.day)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second);
        if !legal {
            return None;
        }
        let time = self.hour * 3600 + self.minute * 60 + self.second;
        Some(self.days() * 86_400 + time - zone(offset))
    }

    /// Days since 1970-01-01. Years are counted from March, so that the leap day is the last of its year.
    fn days(&self) -> i64 {
        let march_year = if self.month <= 2 { self.year - 1 } else { self.year };
        let march_month = (self.month + 9) % 12;
        let era = march_year.div_euclid(400);
        let year_of_era = march_year.rem_euclid(400);
        let day_of_year = (153 * march_month + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(bytes: [i32; 7]) -> Option<i64> {
        let byte = |at: usize| u8::try_from(bytes[at]).expect("a byte");
        let date = ShortDate {
            year: byte(0),
            month: byte(1),
            day: byte(2),
            hour: byte(3),
            minute: byte(4),
            second: byte(5),
            offset: i8::try_from(bytes[6]).expect("a byte"),
        };
        date.time().map(|time| time.seconds)
    }

    fn long(digits: &[u8; 16], offset: i8) -> Option<Time> {
        LongDate { digits: *digits, offset }.time()
    }

    #[test]
    fn short_dates_cover_1900_to_2155_with_zones() {
        assert_eq!(short([70, 1, 1, 0, 0, 0, 0]), Some(0));
        assert_eq!(short([70, 1, 1, 1, 0, 0, 4]), Some(0));
        assert_eq!(short([69, 12, 31, 19, 0, 0, -20]), Some(0));
        assert_eq!(short([0, 1, 1, 0, 0, 0, 0]), Some(-2_208_988_800));
        assert_eq!(short([255, 12, 31, 23, 59, 59, 0]), Some(5_869_583_999));
        assert_eq!(short([128, 2, 29, 12, 0, 0, 0]), Some(1_835_438_400));
        assert_eq!(short([138, 1, 19, 3, 14, 8, 0]), Some(2_147_483_648));
    }

    #[test]
    fn both_forms_agree_on_every_day_that_both_can_say() {
        for year in 0..=255_u8 {
            for month in 1..=12_u8 {
                for day in [1, 28, 31_u8] {
                    let digits = format!("{:04}{month:02}{day:02}12345600", 1900 + u32::from(year));
                    let digits: [u8; 16] = digits.as_bytes().try_into().expect("sixteen digits");
                    let date = ShortDate { year, month, day, hour: 12, minute: 34, second: 56, offset: 4 };
                    assert_eq!(date.time(), long(&digits, 4), "{date:?}");
                }
            }
        }
    }

    #[test]
    fn dates_outside_the_calendar_are_not_specified() {
        let outside = Some("one of its dates does not exist in the calendar; treated as not recorded");
        for (year, month, day, is_date) in [
            (120, 2, 29, true),
            (120, 2, 30, false),
            (119, 2, 29, false),
            (0, 2, 29, false),
            (100, 2, 29, true),
            (200, 2, 29, false),
            (120, 4, 31, false),
            (120, 12, 31, true),
            (120, 12, 32, false),
            (120, 13, 1, false),
            (120, 0, 1, false),
            (120, 1, 0, false),
        ] {
            let date = ShortDate { year, month, day, ..ShortDate::default() };
            assert_eq!(date.time().is_some(), is_date, "{date:?}");
            assert_eq!(date.read().1, if is_date { None } else { outside }, "{date:?}");
            let digits = format!("{:04}{month:02}{day:02}0000000", 1900 + u32::from(year));
            let digits: [u8; 16] = format!("{digits}0").as_bytes().try_into().expect("sixteen digits");
            let date = LongDate { digits, offset: 0 };
            assert_eq!((date.time().is_some(), date.read().1.is_some()), (is_date, !is_date), "{date:?}");
        }
        assert_eq!(ShortDate::default().read().1, None);
        assert_eq!(LongDate { digits: [b'0'; 16], offset: 0 }.read().1, None);
        let zone = Some("the time zone of one of its dates is out of range; read as UTC");
        assert_eq!(
            ShortDate { year: 70, month: 1, day: 1, offset: 53, ..ShortDate::default() }.read().1,
            zone
        );
        assert_eq!(short([0, 0, 0, 0, 0, 0, 0]), None);
        for (field, value) in [(1, 13), (2, 32), (3, 24), (4, 60), (5, 60)] {
            let mut bytes = [100, 6, 15, 12, 30, 30, 0];
            assert!(short(bytes).is_some());
            bytes[field] = value;
            assert_eq!(short(bytes), None, "field {field}");
        }
        assert_eq!(short([70, 1, 1, 0, 0, 0, 127]), Some(0), "a zone that is no zone is UTC");
    }

    #[test]
    fn long_dates_have_hundredths_and_any_year() {
        assert_eq!(
            long(b"2026112104430017", 0),
            Some(Time { seconds: 1_795_236_180, nanoseconds: 170_000_000 })
        );
        assert_eq!(long(b"1600010100000000", 0).map(|time| time.seconds), Some(-11_676_096_000));
        assert_eq!(long(b"0000000000000000", 0), None);
        assert_eq!(long(b"2026 12104430017", 0), None);
        assert_eq!(long(b"9999123123595999", -48).map(|time| time.seconds), Some(253_402_343_999));
    }
}
