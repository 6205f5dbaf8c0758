//! The Gregorian calendar, as far as two formats need the same of it.

/// Days of `month`, 1 to 12, in `year`; 0 for another month.
pub(crate) const fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_years_are_those_of_gregory() {
        let february = [1900, 1999, 2000, 2020, 2100].map(|year| days_of_month(year, 2));
        assert_eq!(february, [28, 28, 29, 29, 28]);
        assert_eq!([0, 1, 4, 12, 13].map(|month| days_of_month(2020, month)), [0, 31, 30, 31, 0]);
    }
}
