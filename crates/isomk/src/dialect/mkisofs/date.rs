//! Dates as these command lines write them.

use super::values::Values;
use crate::dates::When;
use isokit_core::Result;
use isokit_core::tree::Time;

pub(super) const DATES: &str = "YYYY.MM.DD[.hh[mm[ss]]], MMDDhhmmYYYY[.ss], YYYYMMDDhhmmsscc, =SECONDS since 1970, \
                                 YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ";

/// A date as sixteen digits.
///
/// # Errors
/// [`isokit_core::Error::Usage`] for anything else, as a loader will look for these digits.
pub(super) fn digits(values: &Values<'_>, n: usize) -> Result<Time> {
    let text = values.text(n)?;
    let sixteen = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit());
    date(text).filter(|_| sixteen).ok_or_else(|| values.wrong("a date as YYYYMMDDhhmmsscc"))
}

/// A date in one of the forms of [`DATES`], all in UTC.
pub(super) fn date(text: &str) -> Option<Time> {
    let text = match text.strip_prefix('=') {
        Some(seconds) => format!("@{seconds}"),
        None => sixteen(text).unwrap_or_else(|| text.to_owned()),
    };
    match When::parse(&text) {
        Ok(When::At(time)) => Some(time),
        _ => None,
    }
}

/// The sixteen digits of a date in a form of xorriso's own (xorriso(1), "Examples for time strings").
fn sixteen(text: &str) -> Option<String> {
    let shape: String =
        text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match shape.as_str() {
        "0000.00.00" | "0000.00.00.00" | "0000.00.00.0000" | "0000.00.00.000000" => {
            Some(format!("{digits:0<16}"))
        }
        // As date(1) takes it.
        "000000000000" | "000000000000.00" => {
            let (day, rest) = digits.split_at_checked(8)?;
            let (year, seconds) = rest.split_at_checked(4)?;
            Some(format!("{:0<16}", [year, day, seconds].concat()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_forms_of_xorriso() {
        let at = |text| date(text).map(|time| time.seconds);
        for text in
            ["2001.02.03.040506", "020304052001.06", "2001020304050600", "=981173106", "2001-02-03T04:05:06Z"]
        {
            assert_eq!(at(text), Some(981_173_106), "{text}");
        }
        assert_eq!(at("2001.02.03.04"), at("2001-02-03T04:00:00Z"));
        assert_eq!(at("2001.02.03.0405"), at("020304052001"));
        assert_eq!(at("2001.02.03"), at("2001-02-03"));
        for text in ["2001.13.03", "2001.02.03.4", "2001.02.03 04:05:06", "0203040501", "+1d", "20010203"] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
