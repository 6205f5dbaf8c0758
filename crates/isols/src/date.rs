//! Dates as `ls -l` shows them, in the zone that TZ says.

use isokit_core::tree::Time;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::io::Write;

/// Half a Gregorian year in seconds: what is older shows its year instead of the time of day.
const RECENT: i64 = 31_556_952 / 2;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How dates are shown.
#[derive(Debug)]
pub(crate) struct Dates {
    zone: TimeZone,
    now: i64,
    full: bool,
}

impl Dates {
    /// Dates in `zone` seen from `now`, seconds since 1970; `full` shows all that is recorded, as `ls --full-time`.
    pub(crate) fn new(zone: TimeZone, now: i64, full: bool) -> Self {
        Self { zone, now, full }
    }

    /// Appends `time` to `line`; `?` for one that is not recorded or beyond any calendar.
    pub(crate) fn write(&self, time: Option<Time>, line: &mut Vec<u8>) {
        let stamp = time.and_then(stamp);
        let (Some(time), Some(stamp)) = (time, stamp) else {
            line.push(b'?');
            return;
        };
        let offset = self.zone.to_offset(stamp);
        let at = offset.to_datetime(stamp);
        // Writing into a vector does not fail.
        let _ = if self.full {
            let minutes = offset.seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            write!(line, "{} {} {sign}{:02}{:02}", at.date(), clock(at, time), minutes / 60, minutes % 60)
        } else {
            let month = usize::try_from(at.month() - 1).ok().and_then(|index| MONTHS.get(index));
            let month = month.copied().unwrap_or("?");
            if time.seconds > self.now.saturating_sub(RECENT) && time.seconds <= self.now {
                write!(line, "{month} {:2} {:02}:{:02}", at.day(), at.hour(), at.minute())
            } else {
                write!(line, "{month} {:2}  {:4}", at.day(), at.year())
            }
        };
    }
}

/// Time of day to the nanosecond.
fn clock(at: DateTime, time: Time) -> String {
    format!("{:02}:{:02}:{:02}.{:09}", at.hour(), at.minute(), at.second(), time.nanoseconds)
}

fn stamp(time: Time) -> Option<Timestamp> {
    Timestamp::new(time.seconds, i32::try_from(time.nanoseconds).ok()?).ok()
}

/// `time` as RFC 3339 in UTC with as many decimals as it has, e.g. `2024-02-29T12:00:00.5Z`.
pub(crate) fn rfc3339(time: Time) -> Option<String> {
    stamp(time).map(|stamp| stamp.to_string())
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
