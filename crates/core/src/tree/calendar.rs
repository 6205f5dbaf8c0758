//! The Gregorian calendar, as far as several formats need the same of it.

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

/// The date of the Gregorian calendar that lies `days` after 1970-01-01: year, month, day.
pub(crate) fn date(days: i64) -> (i64, i64, i64) {
    // Counted from 0000-03-01, in eras of 400 years.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
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

    #[test]
    fn a_day_follows_another_as_the_months_have_them() {
        assert_eq!(date(0), (1970, 1, 1));
        let (mut year, mut month, mut day) = (1599, 12, 31);
        for days in -135_140..150_000 {
            (month, day) = if day == days_of_month(year, month) { (month + 1, 1) } else { (month, day + 1) };
            (year, month) = if month > 12 { (year + 1, 1) } else { (year, month) };
            assert_eq!(date(days), (year, month, day));
        }
    }
}
