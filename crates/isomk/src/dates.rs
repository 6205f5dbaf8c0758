//! Dates as users write them, and the one the build environment sets.

use isokit_core::iso9660::layout::LongDate;
use isokit_core::tree::Time;
use isokit_core::{Error, Result};
use std::ffi::OsStr;

/// For messages: the spellings of a date.
pub(crate) const EXPECTED: &str = "now, @SECONDS, YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ";

/// A date as written: a point in time, or the clock's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    At(Time),
    /// The moment of the run. The only way by which the clock gets into an image.
    Now,
}

impl When {
    /// Reads `now`, `@SECONDS` since 1970, `YYYY-MM-DD`, `YYYY-MM-DD[T ]hh:mm:ss[Z]` or `YYYYMMDDhhmmsscc` (the form
    /// of the volume descriptors, with hundredths); all in UTC.
    ///
    /// # Errors
    /// [`Error::Usage`] for anything else and for dates no calendar has.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        if text == "now" {
            return Ok(Self::Now);
        }
        let time = match text.strip_prefix('@') {
            Some(seconds) => seconds.parse().ok().map(|seconds| Time { seconds, nanoseconds: 0 }),
            None => calendar(text),
        };
        time.map(Self::At)
            .ok_or_else(|| Error::Usage(format!("\"{}\", expected {EXPECTED}", text.escape_debug())))
    }

    /// Asks the clock for [`When::Now`]; each call may give another time.
    pub(crate) fn time(self) -> Time {
        match self {
            Self::At(time) => time,
            Self::Now => {
                let now =
                    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                Time { seconds: i64::try_from(now.as_secs()).unwrap_or(i64::MAX), nanoseconds: 0 }
            }
        }
    }
}

fn calendar(text: &str) -> Option<Time> {
    let shape: String =
        text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    let missing = match shape.as_str() {
        "0000000000000000" => "",
        "0000-00-00" => "00000000",
        "0000-00-00T00:00:00Z" | "0000-00-00T00:00:00" | "0000-00-00 00:00:00" => "00",
        _ => return None,
    };
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).chain(missing.bytes()).collect();
    LongDate { digits: digits.try_into().ok()?, offset: 0 }.time()
}

/// The latest date anything in the image may have: the value of the environment variable SOURCE_DATE_EPOCH.
///
/// # Errors
/// [`Error::Usage`] when it is set to something that is no number of seconds: a build that wants to be reproducible must
/// not silently fail to be.
pub(crate) fn latest(variable: Option<&OsStr>) -> Result<Option<Time>> {
    let Some(value) = variable.filter(|value| !value.is_empty()) else { return Ok(None) };
    let seconds = value.to_str().and_then(|text| text.parse().ok());
    seconds.map(|seconds| Some(Time { seconds, nanoseconds: 0 })).ok_or_else(|| {
        let shown = value.to_string_lossy();
        Error::Usage(format!(
            "SOURCE_DATE_EPOCH is \"{}\", expected seconds since 1970",
            shown.escape_debug()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        match When::parse(text) {
            Ok(When::At(time)) => Some(time.seconds),
            _ => None,
        }
    }

    #[test]
    fn dates_are_read_in_utc() {
        assert_eq!(seconds("@-5"), Some(-5));
        assert_eq!(seconds("1970-01-02"), Some(86_400));
        assert_eq!(seconds("2001-09-09T01:46:40Z"), Some(1_000_000_000));
        assert_eq!(seconds("2001-09-09 01:46:40"), Some(1_000_000_000));
        assert_eq!(seconds("2001090901464000"), Some(1_000_000_000));
        for wrong in
            ["", "yesterday", "2001-13-01", "2001-02-32", "01-01-01", "@1.5", "2001-09-09T01:46:40+02:00"]
        {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_source_date_epoch_that_is_no_number_stops_the_run() {
        assert_eq!(latest(None).expect("not set"), None);
        assert_eq!(latest(Some(OsStr::new(""))).expect("not set"), None);
        assert_eq!(latest(Some(OsStr::new("7"))).expect("good").map(|time| time.seconds), Some(7));
        assert!(latest(Some(OsStr::new("7.5"))).is_err());
    }
}
