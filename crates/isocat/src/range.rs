//! Byte ranges, as HTTP has them (RFC 9110 14.1.2): both ends are included and counted from 0.

use isokit_core::error::{Error, Result};
use std::ops::Range;
use std::str::FromStr;

/// What `--range` asks for, before the size of the file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteRange {
    /// `A-B` and `A-`: from byte A to byte B, both included, or to the end.
    From(u64, Option<u64>),
    /// `-N`: the last N bytes.
    Last(u64),
}

impl FromStr for ByteRange {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::Usage(format!("{text}: not a byte range: A-B (both included), A- or -N (the last N)"));
        let number = |digits: &str| {
            let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| only_digits).ok_or_else(wrong)
        };
        match text.split_once('-').ok_or_else(wrong)? {
            ("", last) => Ok(Self::Last(number(last)?)),
            (first, "") => Ok(Self::From(number(first)?, None)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                if first > last { Err(wrong()) } else { Ok(Self::From(first, Some(last))) }
            }
        }
    }
}

impl ByteRange {
    /// The bytes of a content of `size` bytes; ends are cut to it. `None` when not one byte of the range exists, unless
    /// the content is empty and all of it is asked for.
    pub(crate) fn within(self, size: u64) -> Option<Range<u64>> {
        match self {
            Self::From(0, None) => Some(0..size),
            Self::From(first, last) => {
                let end = last.map_or(size, |last| last.saturating_add(1).min(size));
                (first < end).then_some(first..end)
            }
            Self::Last(count) => (count > 0).then(|| size.saturating_sub(count)..size),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_http() {
        for (text, size, want) in [
            ("0-0", 10, Some(0..1)),
            ("2-5", 10, Some(2..6)),
            ("2-", 10, Some(2..10)),
            ("-3", 10, Some(7..10)),
            ("-30", 10, Some(0..10)),
            ("5-100", 10, Some(5..10)),
            ("10-", 10, None),
            ("10-20", 10, None),
            ("0-", 0, Some(0..0)),
            ("0-0", 0, None),
            ("0-18446744073709551615", 10, Some(0..10)),
        ] {
            assert_eq!(text.parse::<ByteRange>().expect(text).within(size), want, "{text} of {size}");
        }
    }

    #[test]
    fn what_is_no_range_is_said_to_be_none() {
        for text in ["", "-", "1", "5-2", "a-b", "1-2-3", "+1-2", "0x1-2", "-+3"] {
            let error = text.parse::<ByteRange>().expect_err(text).to_string();
            assert!(error.starts_with(&format!("{text}: not a byte range")), "{error}");
        }
    }
}
