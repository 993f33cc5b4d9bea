//! Moments of a zone's clock, and times as people write them.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::{Error, Result};

/// That moment of the zone's clock, in UTC: the earlier one where the clock shows it twice, the first moment after where it
/// skips it.
pub fn utc(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    // A clock is never put forward by more than a day (Samoa skipped one), so the search is bounded.
    let minutes = (0..=24 * 60).map(|minute| local + Duration::minutes(minute));
    let found = minutes.filter_map(|at| zone.from_local_datetime(&at).earliest()).next();
    found.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

/// The first moment of a day in the zone.
pub fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    utc(date.and_time(chrono::NaiveTime::MIN), zone)
}

/// Reads an RFC 3339 time, or a date as midnight in the zone.
///
/// # Errors
/// Neither; the message names the parameter and shows what would do.
pub fn parse(name: &str, text: &str, zone: Tz) -> Result<DateTime<Utc>> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const MOSCOW: Tz = Tz::Europe__Moscow;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn a_date_is_midnight_in_the_zone() {
        assert_eq!(parse("from", "2026-03-01", MOSCOW).unwrap(), at("2026-02-28T21:00:00Z"));
        assert_eq!(parse("from", "2026-03-01T00:00:00+05:00", MOSCOW).unwrap(), at("2026-02-28T19:00:00Z"));
        // Beirut's clock went from 23:59 to 01:00 on 2022-03-27; Havana's showed 00:30 twice on 2022-11-06.
        assert_eq!(parse("from", "2022-03-27", Tz::Asia__Beirut).unwrap(), at("2022-03-26T22:00:00Z"));
        assert_eq!(parse("from", "2022-11-06", Tz::America__Havana).unwrap(), at("2022-11-06T04:00:00Z"));
    }

    #[test]
    fn a_bad_time_says_what_would_do() {
        let error = parse("to", "31.01.2026", MOSCOW).unwrap_err();
        assert_eq!(error.code(), "bad_parameter");
        assert!(error.to_string().starts_with("`to` is `31.01.2026`"), "{error}");
        assert!(error.to_string().contains("midnight in Europe/Moscow"), "{error}");
        assert!(parse("to", "2026-01-31T09:00:00 03:00", MOSCOW).unwrap_err().to_string().contains("%2B"));
        assert!(parse("to", "2026-02-30", MOSCOW).is_err());
    }
}
