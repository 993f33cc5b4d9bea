//! Times and periods as people write them in a query string.

use chrono::{DateTime, Datelike, Days, Months, Utc};
use chrono_tz::Tz;
use kupets_core::time::{midnight, utc};

/// The names that `period=` takes.
pub const NAMES: [&str; 11] = [
    "today",
    "yesterday",
    "last_7_days",
    "last_30_days",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "all",
];

/// A half-open period; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first moment in it.
    pub from: Option<DateTime<Utc>>,
    /// The first moment after it.
    pub to: Option<DateTime<Utc>>,
}

impl Period {
    /// Where the period of the same length just before this one begins. The length is one of calendar and clock in the
    /// zone, so that before a day there is a day, even when the clock was put forward. A period without an end is as long
    /// as from its beginning to now; before one without a beginning there is none.
    pub fn previous_from(self, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let from = self.from?;
        let to = self.to.unwrap_or(now);
        if to <= from {
            return None;
        }
        let (from, to) = (from.with_timezone(&zone).naive_local(), to.with_timezone(&zone).naive_local());
        Some(utc(from.checked_sub_signed(to - from)?, zone))
    }
}

/// The period of that name around `now`; the zone says which day it is.
pub fn named(name: &str, zone: Tz, now: DateTime<Utc>) -> Option<Period> {
    let today = now.with_timezone(&zone).date_naive();
    let month = today.with_day(1)?;
    let quarter = month.with_month0(month.month0() / 3 * 3)?;
    let year = month.with_month0(0)?;
    let tomorrow = today.checked_add_days(Days::new(1))?;
    let (from, to) = match name {
        "today" => (today, tomorrow),
        "yesterday" => (today.checked_sub_days(Days::new(1))?, today),
        "last_7_days" => (today.checked_sub_days(Days::new(6))?, tomorrow),
        "last_30_days" => (today.checked_sub_days(Days::new(29))?, tomorrow),
        "this_month" => (month, month.checked_add_months(Months::new(1))?),
        "last_month" => (month.checked_sub_months(Months::new(1))?, month),
        "this_quarter" => (quarter, quarter.checked_add_months(Months::new(3))?),
        "last_quarter" => (quarter.checked_sub_months(Months::new(3))?, quarter),
        "this_year" => (year, year.checked_add_months(Months::new(12))?),
        "last_year" => (year.checked_sub_months(Months::new(12))?, year),
        "all" => return Some(Period::default()),
        _ => return None,
    };
    Some(Period { from: Some(midnight(from, zone)), to: Some(midnight(to, zone)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const MOSCOW: Tz = Tz::Europe__Moscow;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    fn days(name: &str, now: &str) -> (String, String) {
        let period = named(name, MOSCOW, at(now)).unwrap();
        let local = |t: Option<DateTime<Utc>>| t.unwrap().with_timezone(&MOSCOW).format("%F %R").to_string();
        (local(period.from), local(period.to))
    }

    #[test]
    fn named_periods_follow_the_zone() {
        // 22:30 UTC is already the next day, quarter and half-year in Moscow.
        let now = "2026-06-30T22:30:00Z";
        for (name, from, to) in [
            ("today", "2026-07-01", "2026-07-02"),
            ("yesterday", "2026-06-30", "2026-07-01"),
            ("last_7_days", "2026-06-25", "2026-07-02"),
            ("last_30_days", "2026-06-02", "2026-07-02"),
            ("this_month", "2026-07-01", "2026-08-01"),
            ("last_month", "2026-06-01", "2026-07-01"),
            ("this_quarter", "2026-07-01", "2026-10-01"),
            ("last_quarter", "2026-04-01", "2026-07-01"),
            ("this_year", "2026-01-01", "2027-01-01"),
            ("last_year", "2025-01-01", "2026-01-01"),
        ] {
            assert_eq!(days(name, now), (format!("{from} 00:00"), format!("{to} 00:00")), "{name}");
        }
        assert_eq!(named("all", MOSCOW, at(now)), Some(Period::default()));
        assert_eq!(named("ever", MOSCOW, at(now)), None);
        assert!(NAMES.iter().all(|name| named(name, MOSCOW, at(now)).is_some()));
        assert_eq!(days("last_month", "2026-01-15T00:00:00Z").0, "2025-12-01 00:00");
    }

    #[test]
    fn the_period_before_has_the_same_length_by_the_calendar() {
        let now = at("2026-04-10T00:00:00Z");
        let berlin = Tz::Europe__Berlin;
        // 29 March 2026 has 23 hours in Berlin; the day before it begins at its own midnight all the same.
        let day = Period { from: Some(at("2026-03-28T23:00:00Z")), to: Some(at("2026-03-29T22:00:00Z")) };
        assert_eq!(day.previous_from(berlin, now), Some(at("2026-03-27T23:00:00Z")));
        let open = Period { from: Some(at("2026-04-08T00:00:00Z")), to: None };
        assert_eq!(open.previous_from(Tz::UTC, now), Some(at("2026-04-06T00:00:00Z")));
        assert_eq!(Period { from: Some(at("2027-01-01T00:00:00Z")), to: None }.previous_from(Tz::UTC, now), None);
        assert_eq!(Period { from: None, to: Some(now) }.previous_from(Tz::UTC, now), None);
    }
}
