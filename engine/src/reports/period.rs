//! Times and periods as people write them in a query string.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use chrono_tz::Tz;
use kupets_semantic::period::{self as semantic, Calendar};

pub use semantic::NAMES;

/// A half-open period; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first moment in it.
    pub from: Option<DateTime<Utc>>,
    /// The first moment after it.
    pub to: Option<DateTime<Utc>>,
    /// The name it was asked for by: seven days are no part of a month, whatever day they begin on.
    pub name: Option<&'static str>,
}

impl Period {
    /// What it is compared with when nothing else is said: the calendar units before it, or else as many days; of a period that has
    /// begun and not ended the same elapsed part. Before one without a beginning there is none.
    pub fn previous(self, zone: Tz, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        // By the minute: the same question within one has the same answer, and pages show no more.
        let now = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let calendar = Calendar::new(now, zone);
        let named = self.name.and_then(|name| semantic::named(name, &calendar));
        let period = named.unwrap_or_else(|| semantic::between(self.from, self.to, &calendar));
        let before = semantic::previous(&period, &calendar)?;
        before.from.zip(before.to)
    }
}

/// The period of that name around `now`; the zone says which day it is.
pub fn named(name: &str, zone: Tz, now: DateTime<Utc>) -> Option<Period> {
    let name = NAMES.into_iter().find(|known| *known == name)?;
    let period = semantic::named(name, &Calendar::new(now, zone))?;
    Some(Period { from: period.from, to: period.to, name: Some(name) })
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
            ("last_7_whole_days", "2026-06-24", "2026-07-01"),
            ("last_30_whole_days", "2026-06-01", "2026-07-01"),
            ("this_month", "2026-07-01", "2026-08-01"),
            ("month_to_date", "2026-07-01", "2026-07-02"),
            ("quarter_to_date", "2026-07-01", "2026-07-02"),
            ("year_to_date", "2026-01-01", "2026-07-02"),
            ("last_month", "2026-06-01", "2026-07-01"),
            ("this_quarter", "2026-07-01", "2026-10-01"),
            ("last_quarter", "2026-04-01", "2026-07-01"),
            ("this_year", "2026-01-01", "2027-01-01"),
            ("last_year", "2025-01-01", "2026-01-01"),
        ] {
            assert_eq!(days(name, now), (format!("{from} 00:00"), format!("{to} 00:00")), "{name}");
        }
        let all = named("all", MOSCOW, at(now)).unwrap();
        assert_eq!((all.from, all.to), (None, None));
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
            ("last_7_whole_days", "2026-05-27 / 2026-06-03"),
            ("last_30_whole_days", "2026-04-11 / 2026-05-11"),
            ("month_to_date", "2026-05-01 / 2026-05-10 15:30"),
            ("quarter_to_date", "2026-01-01 / 2026-03-10 15:30"),
            ("year_to_date", "2025-01-01 / 2025-06-10 15:30"),
            ("this_quarter", "2026-01-01 / 2026-03-10 15:30"),
            ("last_quarter", "2025-10-01 / 2026-01-01"),
            ("this_year", "2025-01-01 / 2025-06-10 15:30"),
            ("last_year", "2024-01-01 / 2025-01-01"),
        ] {
            assert_eq!(before(name).as_deref(), Some(found), "{name}");
        }
        assert_eq!(before("all"), None);
        // On its first day a quarter is no month and no day.
        let first = at("2026-07-01T12:30:00Z");
        let (from, to) = named("quarter_to_date", MOSCOW, first).unwrap().previous(MOSCOW, first).unwrap();
        assert_eq!((from, to), (at("2026-03-31T21:00:00Z"), at("2026-04-01T12:30:00Z")));
        // Seven days that begin with a month are no part of one.
        let now = at("2026-06-07T12:30:00Z");
        let (from, _) = named("last_7_days", MOSCOW, now).unwrap().previous(MOSCOW, now).unwrap();
        assert_eq!(from, at("2026-05-24T21:00:00Z"));
    }
}
