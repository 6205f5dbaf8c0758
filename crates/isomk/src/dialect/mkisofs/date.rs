//! Dates as these command lines write them.

use super::values::Values;
use crate::dates::When;
use isokit_core::Result;
use isokit_core::tree::Time;

pub(super) const DATES: &str = "YYYYMMDDhhmmsscc, =SECONDS since 1970, YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ";

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
    let text = text.strip_prefix('=').map_or_else(|| text.to_owned(), |seconds| format!("@{seconds}"));
    match When::parse(&text) {
        Ok(When::At(time)) => Some(time),
        _ => None,
    }
}
