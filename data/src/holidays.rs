//! Holidays and sales days, which every shop of a country knows before its story is told.

use chrono::{Datelike, Days, NaiveDate};

use crate::config::Locale;

/// What holidays and sales days do to demand: 1 on an ordinary day.
pub(crate) fn holiday(locale: Locale, date: NaiveDate) -> f64 {
    let (month, day) = (date.month(), date.day());
    // The Friday after the fourth Thursday of November, and the weekend after it.
    if month == 11 {
        let friday = date - Days::new(u64::from((date.weekday().num_days_from_monday() + 3) % 7));
        if friday.month() == 11 && (23..=29).contains(&friday.day()) {
            let peak = [1.9, 1.5, 1.3];
            return peak.get((date - friday).num_days() as usize).copied().unwrap_or(1.0);
        }
    }
    match locale {
        Locale::Ru => match (month, day) {
            (1, 1..=2) => 0.40,
            (1, 3..=8) => 0.75,
            (2, 18..=22) => 1.20,
            (3, 4..=7) => 1.40,
            (3, 8) => 0.80,
            (5, 1 | 9) => 0.75,
            (12, 15..=29) => 1.20,
            (12, 31) => 0.60,
            _ => 1.0,
        },
        Locale::En => match (month, day) {
            (1, 1) => 0.50,
            (2, 10..=13) => 1.20,
            (7, 4) => 0.65,
            (12, 10..=22) => 1.20,
            (12, 25) => 0.25,
            _ => 1.0,
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn date(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn black_friday_is_the_day_after_thanksgiving() {
        for (y, d) in [(2024, 29), (2025, 28), (2026, 27), (2018, 23)] {
            assert_eq!(holiday(Locale::Ru, date(y, 11, d)), 1.9, "{y}");
            assert_eq!(holiday(Locale::En, date(y, 11, d + 1)), 1.5, "{y}");
            assert_eq!(holiday(Locale::En, date(y, 11, d - 1)), 1.0, "{y}");
        }
    }
}
