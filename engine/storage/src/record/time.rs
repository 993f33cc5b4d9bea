//! Times: RFC 3339, and what a workspace's zone makes of a date or of a date and time without an offset.

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

use super::{
    limits::{MAX_YEAR, MIN_YEAR},
    text::{Field, shown, string},
};

const EXPECTED: &str = "a time such as \"2010-12-01T08:26:00Z\" or a date such as \"2010-12-01\"";

/// A time in microseconds since the epoch; digits past the microsecond are cut off.
pub(super) fn parse(raw: &str, zone: Tz) -> Field<i64> {
    let text = string(raw, EXPECTED)?;
    if text.is_empty() {
        // A time that was lost on the way: the record would be one of this moment.
        return Err(format!("is empty: send {EXPECTED}, or leave the field out"));
    }
    let time = read(&text, zone).ok_or_else(|| format!("expected {EXPECTED}, got {}", shown(raw)))?;
    // By the clock of the zone or offset, which may be in another year than UTC.
    let year = text.get(..4).and_then(|year| year.parse().ok()).unwrap_or_else(|| time.year());
    if (MIN_YEAR..=MAX_YEAR).contains(&year) {
        Ok(Some(time.timestamp_micros()))
    } else {
        Err(format!("expected a year from {MIN_YEAR} to {MAX_YEAR}, got {}", shown(raw)))
    }
}

fn read(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    // chrono also takes short and signed years, months and days: here the shape is exactly YYYY-MM-DD.
    let date_text = text.get(..10)?;
    let shaped =
        date_text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return None;
    }
    let date = NaiveDate::parse_from_str(date_text, "%Y-%m-%d").ok()?;
    let rest = &text[10..];
    if rest.is_empty() {
        return in_zone(date.and_time(NaiveTime::MIN), zone);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    // Nor are one-digit hours, minutes and seconds a habit to keep: HH:MM, then nothing or :SS and a fraction.
    let format = match clock.as_bytes() {
        [h1, h2, b':', m1, m2] if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()) => "%H:%M",
        [h1, h2, b':', m1, m2, b':', s1, s2, ..] if [h1, h2, m1, m2, s1, s2].iter().all(|b| b.is_ascii_digit()) => {
            "%H:%M:%S%.f"
        }
        _ => return None,
    };
    let time = NaiveTime::parse_from_str(clock, format).ok()?;
    in_zone(date.and_time(time), zone)
}

/// The instant that a clock on the wall in `zone` shows: the earlier one of two, and where the clock jumps over that
/// time, the first instant after the jump.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) => Some(time.to_utc()),
        LocalResult::Ambiguous(a, b) => Some(a.min(b).to_utc()),
        LocalResult::None => GapInfo::new(&local, &zone).and_then(|gap| gap.end).map(|time| time.to_utc()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use chrono_tz::{America::Sao_Paulo, Europe::Berlin, Europe::Moscow, UTC};

    use super::*;

    fn utc(text: &str, zone: Tz) -> String {
        let micros = parse(&format!("\"{text}\""), zone).unwrap().unwrap();
        DateTime::from_timestamp_micros(micros).unwrap().to_rfc3339()
    }

    #[test]
    fn offsets_are_honoured() {
        assert_eq!(utc("2010-12-01T08:26:00Z", Berlin), "2010-12-01T08:26:00+00:00");
        assert_eq!(utc("2010-12-01T08:26:00+03:00", Berlin), "2010-12-01T05:26:00+00:00");
        assert_eq!(utc("2010-12-01t08:26:00.123456789z", Berlin), "2010-12-01T08:26:00.123456+00:00");
        assert_eq!(utc("1969-12-31T23:59:59.5Z", UTC), "1969-12-31T23:59:59.500+00:00");
    }

    #[test]
    fn without_an_offset_the_zone_decides() {
        assert_eq!(utc("2010-12-01", Moscow), "2010-11-30T21:00:00+00:00");
        assert_eq!(utc("2010-12-01T08:26:00", Berlin), "2010-12-01T07:26:00+00:00");
        assert_eq!(utc("2010-12-01 08:26", Berlin), "2010-12-01T07:26:00+00:00");
        assert_eq!(utc("2010-07-01T08:26:00.25", Berlin), "2010-07-01T06:26:00.250+00:00");
    }

    #[test]
    fn a_skipped_time_is_the_first_after_it_and_a_doubled_one_the_earlier() {
        assert_eq!(utc("2024-03-31T02:30:00", Berlin), "2024-03-31T01:00:00+00:00");
        assert_eq!(utc("2024-10-27T02:30:00", Berlin), "2024-10-27T00:30:00+00:00");
        // In São Paulo the clock jumped at midnight: that day began at 01:00.
        assert_eq!(utc("2018-11-04", Sao_Paulo), "2018-11-04T03:00:00+00:00");
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for text in [
            "yesterday",
            "2010-13-01",
            "2010-02-30",
            "2010-1-1",
            "01.12.2010",
            "+12010-01-01",
            "2010-12-01T",
            "2010-12-01T25:00:00",
            "2010-12-01T8:26",
            "20101201",
            "2010-12-01Z",
            "2010-12-01T08:26:00 Europe/Berlin",
            "2010‑12‑01",
        ] {
            let message = parse(&format!("\"{text}\""), UTC).expect_err(text);
            assert!(message.contains("2010-12-01T08:26:00Z"), "{message}");
        }
        assert!(parse("1291191960", UTC).unwrap_err().contains("got 1291191960"));
        assert!(parse("\"\"", UTC).unwrap_err().contains("is empty"));
    }

    #[test]
    fn years_have_a_range() {
        assert_eq!(utc("1900-01-01", UTC), "1900-01-01T00:00:00+00:00");
        assert_eq!(utc("2200-12-31T23:59:59Z", UTC), "2200-12-31T23:59:59+00:00");
        for text in ["1899-12-31", "2201-01-01", "0001-01-01", "9999-12-31"] {
            assert!(parse(&format!("\"{text}\""), UTC).unwrap_err().contains("from 1900 to 2200"), "{text}");
        }
    }
}
