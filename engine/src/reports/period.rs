//! Times and periods as people write them in a query string.

use chrono::{DateTime, Datelike, Days, DurationRound as _, Months, TimeDelta, Utc};
use chrono_tz::Tz;
use kupets_core::time::midnight;
use kupets_semantic::period::{self as semantic, Calendar, Shape};

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
    /// It was named as so many days: they are no month, whatever day they begin on.
    pub rolling: bool,
}

impl Period {
    /// What it is compared with when nothing else is said: the calendar units before it, or else as many days; of a period that has
    /// begun and not ended the same elapsed part. Before one without a beginning there is none.
    pub fn previous(self, zone: Tz, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        // By the minute: the same question within one has the same answer, and pages show no more.
        let now = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let calendar = Calendar::new(now, zone);
        let mut period = semantic::between(self.from, self.to, &calendar);
        if self.rolling {
            period.shape = Shape::Days;
        }
        let before = semantic::previous(&period, &calendar)?;
        before.from.zip(before.to)
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
    let rolling = matches!(name, "last_7_days" | "last_30_days");
    Some(Period { from: Some(midnight(from, zone)), to: Some(midnight(to, zone)), rolling })
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
    fn a_named_period_is_compared_with_the_one_before() {
        // 10 June 2026, 15:30 in Moscow.
        let now = at("2026-06-10T12:30:00Z");
        let before = |name: &str| {
            let local = |t: DateTime<Utc>| t.with_timezone(&MOSCOW).format("%F %R").to_string().replace(" 00:00", "");
            named(name, MOSCOW, now)
                .unwrap()
                .previous(MOSCOW, now)
                .map(|(from, to)| format!("{} / {}", local(from), local(to)))
        };
        for (name, found) in [
            ("today", "2026-06-09 / 2026-06-09 15:30"),
            ("yesterday", "2026-06-08 / 2026-06-09"),
            ("last_7_days", "2026-05-28 / 2026-06-03 15:30"),
            ("this_month", "2026-05-01 / 2026-05-10 15:30"),
            ("last_month", "2026-04-01 / 2026-05-01"),
            ("this_quarter", "2026-01-01 / 2026-03-10 15:30"),
            ("last_quarter", "2025-10-01 / 2026-01-01"),
            ("this_year", "2025-01-01 / 2025-06-10 15:30"),
            ("last_year", "2024-01-01 / 2025-01-01"),
        ] {
            assert_eq!(before(name).as_deref(), Some(found), "{name}");
        }
        assert_eq!(before("all"), None);
        // Seven days that begin with a month are no part of one.
        let now = at("2026-06-07T12:30:00Z");
        let (from, _) = named("last_7_days", MOSCOW, now).unwrap().previous(MOSCOW, now).unwrap();
        assert_eq!(from, at("2026-05-24T21:00:00Z"));
    }
}
