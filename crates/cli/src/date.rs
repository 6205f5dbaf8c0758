//! Dates as `ls -l` shows them, in the zone that TZ says.

use isokit_core::tree::Time;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

/// Half a Gregorian year in seconds: what is older shows its year instead of the time of day.
const RECENT: i64 = 31_556_952 / 2;

/// As they are abbreviated in the C locale, January first.
pub const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds of the 400 years after which the calendar repeats itself.
const CYCLE: i64 = 146_097 * 86_400;
const CYCLE_YEARS: i16 = 400;

/// The zone and the fineness in which dates are shown, the same for all lines.
#[derive(Debug)]
pub struct Dates {
    zone: TimeZone,
    now: i64,
    /// Seconds before `now` from which on dates show the time of day.
    recent: i64,
    full: bool,
}

impl Dates {
    /// Dates in `zone` seen from `now`, seconds since 1970; `full` shows all that is recorded, as `ls --full-time`.
    pub fn new(zone: TimeZone, now: i64, full: bool) -> Self {
        Self { zone, now, recent: RECENT, full }
    }

    /// Dates in the zone of TZ, or of the system, seen from now.
    pub fn of_now(full: bool) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::new(TimeZone::system(), i64::try_from(now).unwrap_or(i64::MAX), full)
    }

    /// The same, with the year of those that are as old as that, in seconds.
    #[must_use]
    pub fn recent_within(self, recent: i64) -> Self {
        Self { recent, ..self }
    }

    /// Appends `time` to `line`; `?` for one that is not recorded or beyond any calendar.
    pub fn write(&self, time: Option<Time>, line: &mut Vec<u8>) {
        let stamp = time.and_then(stamp);
        let (Some(time), Some((stamp, years))) = (time, stamp) else {
            line.push(b'?');
            return;
        };
        let offset = self.zone.to_offset(stamp);
        let at = offset.to_datetime(stamp);
        let year = at.year().saturating_add(years);
        // Writing into a vector does not fail.
        let _ = if self.full {
            let minutes = offset.seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            let (date, clock) = (at.date().strftime("-%m-%d"), clock(at, time));
            write!(line, "{year:04}{date} {clock} {sign}{:02}{:02}", minutes / 60, minutes % 60)
        } else {
            let month = usize::try_from(at.month() - 1).ok().and_then(|index| MONTHS.get(index));
            let month = month.copied().unwrap_or("?");
            if time.seconds > self.now.saturating_sub(self.recent) && time.seconds <= self.now {
                write!(line, "{month} {:2} {:02}:{:02}", at.day(), at.hour(), at.minute())
            } else {
                write!(line, "{month} {:2}  {year:4}", at.day())
            }
        };
    }
}

/// Time of day to the nanosecond.
fn clock(at: DateTime, time: Time) -> String {
    format!("{:02}:{:02}:{:02}.{:09}", at.hour(), at.minute(), at.second(), time.nanoseconds)
}

/// `time`, and the years to be added to its date. A [`Timestamp`] ends a day before the year 9999 does, so as to be in it
/// in every zone; times behind that are shown as those a cycle before.
fn stamp(time: Time) -> Option<(Timestamp, i16)> {
    let nanoseconds = i32::try_from(time.nanoseconds).ok()?;
    let own = Timestamp::new(time.seconds, nanoseconds).ok().map(|stamp| (stamp, 0));
    let before = || Timestamp::new(time.seconds.checked_sub(CYCLE)?, nanoseconds).ok();
    own.or_else(|| before().map(|stamp| (stamp, CYCLE_YEARS)))
}

/// `time` as RFC 3339 in UTC with as many decimals as it has, e.g. `2024-02-29T12:00:00.5Z`. That format ends with the
/// year 9999.
pub fn rfc3339(time: Time) -> Option<String> {
    let (stamp, years) = stamp(time)?;
    let text = stamp.to_string();
    if years == 0 {
        return Some(text);
    }
    let (year, rest) = text.split_at_checked(4)?;
    let year = year.parse::<i16>().ok()?.checked_add(years).filter(|year| *year <= 9999)?;
    Some(format!("{year:04}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(zone: &str, full: bool, seconds: i64, nanoseconds: u32) -> String {
        let zone = TimeZone::posix(zone).expect("a zone");
        let mut line = Vec::new();
        Dates::new(zone, 1_700_000_000, full).write(Some(Time { seconds, nanoseconds }), &mut line);
        String::from_utf8(line).expect("ASCII")
    }

    #[test]
    fn recent_dates_show_the_clock_and_all_others_the_year() {
        assert_eq!(shown("UTC0", false, 1_700_000_000, 0), "Nov 14 22:13");
        assert_eq!(shown("UTC0", false, 1_700_000_001, 0), "Nov 14  2023");
        assert_eq!(shown("UTC0", false, 1_700_000_000 - RECENT, 0), "May 16  2023");
        assert_eq!(shown("UTC0", false, 1_700_000_000 - RECENT + 1, 0), "May 16 07:18");
        assert_eq!(shown("UTC0", false, -157_766_400, 0), "Jan  1  1965");
        assert_eq!(shown("UTC0", false, 2_524_608_000, 0), "Jan  1  2050");
    }

    #[test]
    fn the_zone_is_honoured_with_its_summer_time() {
        let zone = "CET-1CEST,M3.5.0,M10.5.0/3";
        assert_eq!(shown(zone, true, 1_700_000_000, 5), "2023-11-14 23:13:20.000000005 +0100");
        assert_eq!(shown(zone, true, 1_690_000_000, 0), "2023-07-22 06:26:40.000000000 +0200");
        assert_eq!(shown("NST3:30", true, 0, 0), "1969-12-31 20:30:00.000000000 -0330");
    }

    #[test]
    fn the_last_day_of_the_year_9999_is_a_day_as_any_other() {
        const LAST: i64 = 253_402_300_799;
        let rfc = |seconds, nanoseconds| rfc3339(Time { seconds, nanoseconds });
        for (back, want) in [
            (0, "9999-12-31T23:59:59"),
            (1, "9999-12-31T23:59:58"),
            (86_400, "9999-12-30T23:59:59"),
            (93_600, "9999-12-30T21:59:59"),
            (31_536_000, "9998-12-31T23:59:59"),
        ] {
            assert_eq!(rfc(LAST - back, 0), Some(format!("{want}Z")));
            assert_eq!(rfc(LAST - back, 500_000_000), Some(format!("{want}.5Z")));
            let full = format!("{}.000000000 +0000", want.replace('T', " "));
            assert_eq!(shown("UTC0", true, LAST - back, 0), full);
        }
        assert_eq!(shown("UTC0", false, LAST, 0), "Dec 31  9999");
        assert_eq!(shown("CET-1", true, LAST, 0), "10000-01-01 00:59:59.000000000 +0100");
        assert_eq!(shown("EST5", true, LAST, 0), "9999-12-31 18:59:59.000000000 -0500");
        assert_eq!(rfc(LAST + 1, 0), None, "RFC 3339 has four digits");
    }

    #[test]
    fn what_is_not_recorded_or_no_date_is_a_question_mark() {
        let dates = Dates::new(TimeZone::UTC, 0, false);
        for time in [None, Some(Time { seconds: i64::MAX, nanoseconds: 0 })] {
            let mut line = Vec::new();
            dates.write(time, &mut line);
            assert_eq!(line, b"?");
        }
        assert_eq!(rfc3339(Time { seconds: i64::MIN, nanoseconds: 0 }), None);
        let half = Time { seconds: -1, nanoseconds: 500_000_000 };
        assert_eq!(rfc3339(half).as_deref(), Some("1969-12-31T23:59:59.5Z"));
    }
}
