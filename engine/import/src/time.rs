//! Times as files write them, turned into RFC 3339 with an offset, or into a local time that the server reads in the
//! workspace's zone.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// A time of a file: a wall clock and what is known of its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    /// The wall clock, as microseconds since the epoch.
    wall: i64,
    /// Seconds east of UTC; none for a local time.
    offset: Option<i32>,
    /// It was a date without a time.
    date_only: bool,
}

impl When {
    /// An instant, in microseconds since the epoch.
    pub(super) fn utc(micros: i64) -> Self {
        Self { wall: micros, offset: Some(0), date_only: false }
    }

    /// A wall clock without a zone, in microseconds since the epoch.
    pub(super) fn local(micros: i64) -> Self {
        Self { wall: micros, offset: None, date_only: false }
    }

    /// A date, in days since the epoch.
    pub(super) fn date(days: i32) -> Self {
        Self { wall: i64::from(days) * 86_400_000_000, offset: None, date_only: true }
    }

    /// What times are ordered by. A local time counts as UTC: the zone is the server's to know, and lines of one purchase
    /// are written in one way.
    pub(super) fn order(&self) -> i64 {
        self.wall.saturating_sub(i64::from(self.offset.unwrap_or(0)) * 1_000_000)
    }

    /// Appends it as a JSON string.
    ///
    /// # Errors
    /// A year that does not have four digits.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), String> {
        let time = DateTime::from_timestamp_micros(self.wall)
            .map(|t| t.naive_utc())
            .filter(|t| (0..=9999).contains(&t.year()))
            .ok_or("the year is not between 0 and 9999")?;
        out.push(b'"');
        digits::<4>(out, time.year().unsigned_abs());
        out.push(b'-');
        digits::<2>(out, time.month());
        out.push(b'-');
        digits::<2>(out, time.day());
        if !self.date_only {
            out.push(b'T');
            digits::<2>(out, time.hour());
            out.push(b':');
            digits::<2>(out, time.minute());
            out.push(b':');
            digits::<2>(out, time.second());
            let micros = time.nanosecond() / 1_000;
            if micros > 0 {
                out.push(b'.');
                digits::<6>(out, micros);
            }
            match self.offset {
                None => {}
                Some(0) => out.push(b'Z'),
                Some(seconds) => {
                    out.push(if seconds < 0 { b'-' } else { b'+' });
                    digits::<2>(out, seconds.unsigned_abs() / 3_600);
                    out.push(b':');
                    digits::<2>(out, seconds.unsigned_abs() / 60 % 60);
                }
            }
        }
        out.push(b'"');
        Ok(())
    }
}

/// Appends the last `N` decimal digits of `value`.
fn digits<const N: usize>(out: &mut Vec<u8>, mut value: u32) {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        #[allow(clippy::cast_possible_truncation)] // one digit
        let one = (value % 10) as u8;
        *digit = b'0' + one;
        value /= 10;
    }
    out.extend_from_slice(&text);
}

/// Reads a time: ISO 8601 (`2010-12-01`, `2010-12-01 08:26`, `2010-12-01T08:26:00.5+03:00`), `01.12.2010 08:26`, or the
/// `strftime` format that was given.
///
/// # Errors
/// Says how to write it, or which option to pass.
pub(super) fn parse(text: &str, format: Option<&str>) -> Result<When, String> {
    let trimmed = text.trim();
    if let Some(format) = format {
        return with_format(trimmed, format).ok_or_else(|| format!("{text:?} is not a time of the format {format:?}"));
    }
    iso(trimmed).or_else(|| dotted(trimmed)).ok_or_else(|| {
        let hint = if trimmed.contains('/') {
            "; day and month can be read in two ways: pass for example --date-format '%m/%d/%Y %H:%M'"
        } else {
            ", or pass --date-format"
        };
        format!("{text:?} is not a time such as 2010-12-01T08:26:00{hint}")
    })
}

fn with_format(text: &str, format: &str) -> Option<When> {
    if let Ok(time) = DateTime::parse_from_str(text, format) {
        let (wall, offset) = (time.naive_local(), time.offset().local_minus_utc());
        return Some(When { wall: wall.and_utc().timestamp_micros(), offset: Some(offset), date_only: false });
    }
    if let Ok(time) = NaiveDateTime::parse_from_str(text, format) {
        return Some(When::local(time.and_utc().timestamp_micros()));
    }
    NaiveDate::parse_from_str(text, format).ok().map(date)
}

fn date(date: NaiveDate) -> When {
    When { wall: date.and_time(NaiveTime::MIN).and_utc().timestamp_micros(), offset: None, date_only: true }
}

/// `N` digits at `at`.
fn number(bytes: &[u8], at: usize, n: usize) -> Option<u32> {
    bytes.get(at..at + n)?.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
}

fn iso(text: &str) -> Option<When> {
    let bytes = text.as_bytes();
    let (year, month, day) = (number(bytes, 0, 4)?, number(bytes, 5, 2)?, number(bytes, 8, 2)?);
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    match bytes.get(10) {
        None => Some(date(day)),
        Some(b'T' | b't' | b' ') => clock(day, &text[11..]),
        Some(_) => None,
    }
}

fn dotted(text: &str) -> Option<When> {
    let bytes = text.as_bytes();
    let (day, month, year) = (number(bytes, 0, 2)?, number(bytes, 3, 2)?, number(bytes, 6, 4)?);
    if bytes[2] != b'.' || bytes[5] != b'.' {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    match text.get(10..)?.trim_start_matches([',', ' ', 'T']) {
        "" => Some(date(day)),
        rest => clock(day, rest),
    }
}

/// `HH:MM[:SS[.f]][zone]` of a day; `H:MM` is understood.
fn clock(day: NaiveDate, text: &str) -> Option<When> {
    let padded;
    let text = if text.as_bytes().get(1) == Some(&b':') {
        padded = format!("0{text}");
        padded.as_str()
    } else {
        text
    };
    let bytes = text.as_bytes();
    let (hour, minute) = (number(bytes, 0, 2)?, number(bytes, 3, 2)?);
    if bytes[2] != b':' {
        return None;
    }
    let mut at = 5;
    let (mut second, mut micros) = (0, 0);
    if bytes.get(at) == Some(&b':') {
        second = number(bytes, at + 1, 2)?;
        at += 3;
        if matches!(bytes.get(at), Some(b'.' | b',')) {
            let fraction: &[u8] = &bytes[at + 1..];
            let length = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            // Finer than microseconds is not stored: the rest is cut.
            let kept = length.min(6);
            micros = number(fraction, 0, kept)? * 10_u32.pow(u32::try_from(6 - kept).ok()?);
            at += 1 + length;
            if length == 0 {
                return None;
            }
        }
    }
    let time = NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?;
    let offset = zone(text.get(at..)?.trim())?;
    Some(When { wall: day.and_time(time).and_utc().timestamp_micros(), offset, date_only: false })
}

/// The zone after a time: outer none if it is not one, inner none if it is absent.
#[allow(clippy::option_option)]
fn zone(text: &str) -> Option<Option<i32>> {
    match text {
        "" => return Some(None),
        "Z" | "z" | "UTC" | "GMT" => return Some(Some(0)),
        _ => {}
    }
    let bytes = text.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(bytes, 1, 2)?;
    let minutes = match &bytes[3..] {
        [] => 0,
        [b':', rest @ ..] | rest if rest.len() == 2 => number(rest, 0, 2)?,
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
    (hours < 24 && minutes < 60).then_some(Some(sign * seconds))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> String {
        let mut out = Vec::new();
        parse(text, None).unwrap().write(&mut out).unwrap();
        String::from_utf8(out).unwrap().trim_matches('"').to_owned()
    }

    #[test]
    fn the_usual_ways_to_write_a_time() {
        for (text, expected) in [
            ("2010-12-01", "2010-12-01"),
            (" 2010-12-01 08:26 ", "2010-12-01T08:26:00"),
            ("2010-12-01T08:26:00", "2010-12-01T08:26:00"),
            ("2010-12-01 8:26:00", "2010-12-01T08:26:00"),
            ("2010-12-01T08:26:00.5", "2010-12-01T08:26:00.500000"),
            ("2010-12-01T08:26:00.123456789Z", "2010-12-01T08:26:00.123456Z"),
            ("2010-12-01T08:26:00+03:00", "2010-12-01T08:26:00+03:00"),
            ("2010-12-01 08:26:00-0530", "2010-12-01T08:26:00-05:30"),
            ("2010-12-01 08:26:00 +03", "2010-12-01T08:26:00+03:00"),
            ("2010-12-01 08:26:00 UTC", "2010-12-01T08:26:00Z"),
            ("01.12.2010", "2010-12-01"),
            ("01.12.2010 08:26", "2010-12-01T08:26:00"),
            ("01.12.2010, 8:26:59", "2010-12-01T08:26:59"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused_with_the_way_out() {
        assert!(parse("12/1/2010 8:26", None).unwrap_err().contains("--date-format"));
        for bad in
            ["", "yesterday", "2010-13-01", "2010-12-01T25:00", "2010-12-01T08:26:00 MSK", "2010-12-01x", "1291191960"]
        {
            assert!(parse(bad, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_format_of_ones_own() {
        let mut out = Vec::new();
        parse("12/1/2010 8:26", Some("%m/%d/%Y %H:%M")).unwrap().write(&mut out).unwrap();
        parse("1/12/10", Some("%d/%m/%y")).unwrap().write(&mut out).unwrap();
        parse("01-12-2010 08:26 +0300", Some("%d-%m-%Y %H:%M %z")).unwrap().write(&mut out).unwrap();
        assert_eq!(out, br#""2010-12-01T08:26:00""2010-12-01""2010-12-01T08:26:00+03:00""#);
        assert!(parse("1.12.2010", Some("%d/%m/%Y")).is_err());
    }

    #[test]
    fn offsets_count_in_the_order() {
        let order = |text| parse(text, None).unwrap().order();
        assert!(order("2010-12-01T08:26:00+03:00") < order("2010-12-01T06:00:00Z"));
        assert!(order("2010-12-01") < order("2010-12-01T00:00:01"));
        let mut out = Vec::new();
        assert!(When::local(i64::MAX / 2).write(&mut out).is_err());
    }
}
