//! Times and periods as people write them in a query string.

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::{Error, Result};

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

/// That moment of the zone's clock, in UTC: the earlier one where the clock shows it twice, the first moment after where it
/// skips it.
pub fn utc(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    // A clock is never put forward by more than a day (Samoa skipped one), so the search is bounded.
    let minutes = (0..=24 * 60).map(|minute| local + Duration::minutes(minute));
    let found = minutes.filter_map(|at| zone.from_local_datetime(&at).earliest()).next();
    found.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    utc(date.and_time(chrono::NaiveTime::MIN), zone)
}

/// Reads an RFC 3339 time, or a date as midnight in the zone.
///
/// # Errors
/// Neither; the message names the parameter and shows what would do.
pub fn time(name: &str, text: &str, zone: Tz) -> Result<DateTime<Utc>> {
    let time = read(name, text, zone)?;
    // Records have times from 1900 to 2200, wherever the zone's midnight falls in UTC.
    if (1899..=2201).contains(&time.year()) {
        return Ok(time);
    }
    Err(Error::invalid("bad_parameter", format!("`{name}` is `{text}`; records have times from 1900 to 2200.")))
}

fn read(name: &str, text: &str, zone: Tz) -> Result<DateTime<Utc>> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(midnight(date, zone));
    }
    let hint = match DateTime::parse_from_rfc3339(text) {
        Ok(time) => return Ok(time.with_timezone(&Utc)),
        // A `+` that was not escaped arrives as a space.
        Err(_) if text.contains(' ') => " In a URL, `+` is written `%2B`.",
        Err(_) => "",
    };
    Err(Error::invalid(
        "bad_parameter",
        format!(
            "`{name}` is `{text}`, which is not a time. Send a date such as 2026-01-31 (midnight in {zone}) or an RFC 3339 \
             time such as 2026-01-31T09:00:00Z.{hint}"
        ),
    ))
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
    fn a_date_is_midnight_in_the_zone() {
        assert_eq!(time("from", "2026-03-01", MOSCOW).unwrap(), at("2026-02-28T21:00:00Z"));
        assert_eq!(time("from", "2026-03-01T00:00:00+05:00", MOSCOW).unwrap(), at("2026-02-28T19:00:00Z"));
        // Beirut's clock went from 23:59 to 01:00 on 2022-03-27; Havana's showed 00:30 twice on 2022-11-06.
        assert_eq!(time("from", "2022-03-27", Tz::Asia__Beirut).unwrap(), at("2022-03-26T22:00:00Z"));
        assert_eq!(time("from", "2022-11-06", Tz::America__Havana).unwrap(), at("2022-11-06T04:00:00Z"));
    }

    #[test]
    fn a_bad_time_says_what_would_do() {
        let error = time("to", "31.01.2026", MOSCOW).unwrap_err();
        assert_eq!(error.code(), "bad_parameter");
        assert!(error.to_string().starts_with("`to` is `31.01.2026`"), "{error}");
        assert!(error.to_string().contains("midnight in Europe/Moscow"), "{error}");
        assert!(time("to", "2026-01-31T09:00:00 03:00", MOSCOW).unwrap_err().to_string().contains("%2B"));
        assert!(time("to", "2026-02-30", MOSCOW).is_err());
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
