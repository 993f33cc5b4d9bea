//! Times as files write them, turned into RFC 3339 with an offset, or into a local time that the server reads in the
//! workspace's zone.

use super::zone::Zone;
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

    /// The same clock in a zone, if it has none of its own.
    pub(super) fn in_zone(self, zone: Zone) -> Self {
        match (self.offset, DateTime::from_timestamp_micros(self.wall)) {
            (None, Some(wall)) => Self { offset: Some(zone.offset_at(wall.naive_utc())), date_only: false, ..self },
            _ => self,
        }
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

/// Which of the first two numbers of `12/1/2010` is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum DayOrder {
    /// No time of the file says it, or some say the one and some the other.
    #[default]
    Unknown,
    /// The first, as in Europe.
    DayFirst,
    /// The second, as in the United States.
    MonthFirst,
}

/// What times of a file say about the order of their numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DayVotes {
    day_first: u64,
    month_first: u64,
    /// Counts of days of a spreadsheet, seconds and milliseconds since 1970, and all others.
    stamps: [u64; 3],
    others: u64,
}

/// What numbers are that stand for times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamps {
    /// Days since 1899-12-30, as spreadsheets count them.
    Days,
    /// Seconds since 1970 in UTC.
    Seconds,
    /// Milliseconds since 1970 in UTC.
    Millis,
}

impl Stamps {
    const ALL: [Self; 3] = [Self::Days, Self::Seconds, Self::Millis];

    /// What people are told of them.
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Days => "times are numbers, and are read as the days that a spreadsheet counts",
            Self::Seconds => "times are numbers, and are read as seconds since 1970 in UTC",
            Self::Millis => "times are numbers, and are read as milliseconds since 1970 in UTC",
        }
    }

    /// A number of such a size that it is a time of the years 1954 to 2119, or 2001 to 2099.
    fn find(self, text: &str) -> Option<f64> {
        let range = match self {
            Self::Days => 20_000.0..80_000.0,
            Self::Seconds => 1e9..4.1e9,
            Self::Millis => 1e12..4.1e12,
        };
        let is_number = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
        let number: f64 = if is_number { text.replace(',', ".").parse().ok()? } else { return None };
        range.contains(&number).then_some(number)
    }

    /// The time that a number stands for.
    pub(super) fn read(self, text: &str) -> Option<When> {
        let number = self.find(text.trim())?;
        #[allow(clippy::cast_possible_truncation)] // within the ranges above
        let micros = |seconds: f64| seconds.round() as i64 * 1_000_000;
        Some(match self {
            Self::Days if number.fract() == 0.0 => {
                When { date_only: true, ..When::local(micros((number - 25_569.0) * 86_400.0)) }
            }
            Self::Days => When::local(micros((number - 25_569.0) * 86_400.0)),
            Self::Seconds => When::utc(micros(number)),
            Self::Millis => When::utc(micros(number) / 1_000),
        })
    }
}

impl DayVotes {
    /// Counts what a cell says, if it is such a time and says anything.
    pub(super) fn count(&mut self, text: &str) {
        let stamp = Stamps::ALL.iter().position(|stamps| stamps.find(text.trim()).is_some());
        match stamp {
            Some(at) => self.stamps[at] += 1,
            None => self.others += 1,
        }
        if let Some((a, b, ..)) = slashed(text.trim()) {
            self.day_first += u64::from(a > 12 && b <= 12);
            self.month_first += u64::from(b > 12 && a <= 12);
        }
    }

    /// What numbers stand for times; none: the times are no numbers.
    pub(super) fn stamps(self) -> Option<Stamps> {
        let mut met = Stamps::ALL.into_iter().zip(self.stamps).filter(|(_, count)| *count > 0);
        match (met.next(), met.next(), self.others) {
            (Some((only, _)), None, 0) => Some(only),
            _ => None,
        }
    }

    /// What they say together.
    pub(super) fn order(self) -> DayOrder {
        match (self.day_first, self.month_first) {
            (1.., 0) => DayOrder::DayFirst,
            (0, 1..) => DayOrder::MonthFirst,
            _ => DayOrder::Unknown,
        }
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

/// Reads a time: ISO 8601 (`2010-12-01`, `2010-12-01 08:26`, `2010-12-01T08:26:00.5+03:00`), `01.12.2010 08:26`, `1.12.10`,
/// `12/1/2010 8:26` where the order of its numbers is known, or the `strftime` format that was given.
///
/// # Errors
/// Says how to write it, or which option to pass.
pub(super) fn parse(text: &str, format: Option<&str>, order: DayOrder) -> Result<When, String> {
    let trimmed = text.trim();
    if let Some(format) = format {
        let when = with_format(trimmed, format);
        return match when {
            // Chrono reads `10` as the year 10 where the format asks for four digits.
            Some(when) if when.wall < YEAR_100 => {
                let advice = format.replace("%Y", "%y");
                Err(format!("{text:?} has a year of two digits: pass --date-format '{advice}'"))
            }
            Some(when) => Ok(when),
            None => Err(format!("{text:?} is not a time of the format {format:?}")),
        };
    }
    let read = iso(trimmed).or_else(|| dotted(trimmed)).or_else(|| ordered(trimmed, order));
    read.or_else(|| year_first(trimmed)).or_else(|| worded(trimmed)).ok_or_else(|| {
        let Some((a, b, year, rest)) = slashed(trimmed) else {
            return format!("{text:?} is not a time such as 2010-12-01T08:26:00, or pass --date-format");
        };
        if a > 12 && b > 12 || a == 0 || b == 0 || a > 31 || b > 31 {
            return format!("{text:?} is no day of a calendar");
        }
        let mark = if trimmed.contains('/') { '/' } else { '-' };
        let year = if year < 100 { "%y" } else { "%Y" };
        let clock = match (rest.bytes().filter(|b| *b == b':').count(), rest.ends_with(['m', 'M'])) {
            (0, _) => "",
            (1, false) => " %H:%M",
            (1, true) => " %I:%M %p",
            (_, false) => " %H:%M:%S",
            (_, true) => " %I:%M:%S %p",
        };
        format!(
            "{text:?} can be read with the day or the month first, and no other time of this file tells which: pass \
             --date-format '%m{mark}%d{mark}{year}{clock}' or '%d{mark}%m{mark}{year}{clock}'"
        )
    })
}

/// The beginning of the year 100, in microseconds since the epoch.
const YEAR_100: i64 = -59_011_459_200_000_000;

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

/// Two digits of a year: as `strftime` has it, from 1969 to 2068.
fn full_year(year: u32) -> i32 {
    let year = i32::try_from(year).unwrap_or(i32::MAX);
    match year {
        0..=68 => 2000 + year,
        69..=99 => 1900 + year,
        _ => year,
    }
}

/// The numbers of `12/1/2010 8:26` or `12-1-10`, and what stands after them.
fn slashed(text: &str) -> Option<(u32, u32, u32, &str)> {
    let mark = if text.get(..3)?.contains('/') { '/' } else { '-' };
    parts(text, mark)
}

/// Three numbers of a date with the year last, of two or four digits, and what stands after them.
fn parts(text: &str, mark: char) -> Option<(u32, u32, u32, &str)> {
    let (first, rest) = text.split_once(mark)?;
    let (second, rest) = rest.split_once(mark)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (year, rest) = rest.split_at(end);
    let small = |part: &str| ((1..=2).contains(&part.len())).then(|| number(part.as_bytes(), 0, part.len()))?;
    let year = matches!(year.len(), 2 | 4).then(|| number(year.as_bytes(), 0, year.len()))??;
    Some((small(first)?, small(second)?, year, rest))
}

fn ordered(text: &str, order: DayOrder) -> Option<When> {
    let (a, b, year, rest) = slashed(text)?;
    let (day, month) = match order {
        DayOrder::DayFirst => (a, b),
        DayOrder::MonthFirst => (b, a),
        DayOrder::Unknown if a > 12 => (a, b),
        DayOrder::Unknown if b > 12 => (b, a),
        DayOrder::Unknown => return None,
    };
    on_day(NaiveDate::from_ymd_opt(full_year(year), month, day)?, rest)
}

/// A day and the clock after it, if any.
fn on_day(day: NaiveDate, rest: &str) -> Option<When> {
    match rest.trim_start_matches([',', ' ', 'T']) {
        "" => Some(date(day)),
        rest => clock(day, rest),
    }
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
    let (day, month, year, rest) = parts(text, '.')?;
    on_day(NaiveDate::from_ymd_opt(full_year(year), month, day)?, rest)
}

/// `2026/03/01 10:00`, `20260301` and `20260301100000`.
fn year_first(text: &str) -> Option<When> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let day = |year: u32, month, day| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    let bytes = text.as_bytes();
    match digits {
        4 if bytes.get(4).is_some_and(|b| matches!(b, b'/' | b'.')) => {
            let mark = char::from(bytes[4]);
            let (month, rest) = text[5..].split_once(mark)?;
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let small = |part: &str| ((1..=2).contains(&part.len())).then(|| part.parse().ok())?;
            on_day(day(number(bytes, 0, 4)?, small(month)?, small(&rest[..end])?)?, &rest[end..])
        }
        8 | 14 => {
            let year = number(bytes, 0, 4).filter(|year| (1900..2200).contains(year))?;
            let day = day(year, number(bytes, 4, 2)?, number(bytes, 6, 2)?)?;
            if digits == 8 {
                return on_day(day, &text[8..]);
            }
            (text.len() == 14).then(|| clock(day, &format!("{}:{}:{}", &text[8..10], &text[10..12], &text[12..14])))?
        }
        _ => None,
    }
}

/// Beginnings of the names of months, in English, Russian, German, French and Spanish.
static MONTHS: [(&str, u32); 34] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("янв", 1),
    ("фев", 2),
    ("мар", 3),
    ("апр", 4),
    ("мая", 5),
    ("май", 5),
    ("июн", 6),
    ("июл", 7),
    ("авг", 8),
    ("сен", 9),
    ("окт", 10),
    ("ноя", 11),
    ("дек", 12),
    ("mär", 3),
    ("mai", 5),
    ("okt", 10),
    ("dez", 12),
    ("fév", 2),
    ("avr", 4),
    ("juin", 6),
    ("juil", 7),
    ("aoû", 8),
];

/// A time whose month is a word: `Mar 1, 2026`, `1 марта 2026 г. 14:30`, `01-Mar-26`, `Sun, 15 Mar 2026 10:00:00 +0300`.
fn worded(text: &str) -> Option<When> {
    // What stands in brackets explains the offset before it.
    let text = text.split_once(" (").map_or(text, |(before, _)| before);
    let at = text.find(':').map(|colon| text[..colon].trim_end_matches(|c: char| c.is_ascii_digit()).len());
    let (day, hours) = match at {
        Some(at) => (&text[..at], text.get(at..)?),
        None => (text, ""),
    };
    let (mut month, mut numbers) = (None, Vec::new());
    let mut year_after = None;
    for token in day.split([' ', '-', '/', ',', '.', '\u{a0}', '\u{202f}']).filter(|token| !token.is_empty()) {
        let lower = token.to_lowercase();
        let digits = lower.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
        if digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() {
            numbers.push((digits.len(), digits.parse::<u32>().ok()?));
            continue;
        }
        let named = MONTHS.iter().find(|(name, _)| lower.starts_with(name)).map(|(_, number)| *number);
        let is_filler = matches!(lower.as_str(), "г" | "года" | "в" | "at" | "um" | "de" | "of" | "the");
        match (month, named) {
            (None, Some(number)) if lower.chars().all(char::is_alphabetic) => month = Some(number),
            _ if is_filler || is_weekday(&lower) => {}
            _ => return None,
        }
    }
    // `Sun Mar 15 10:00:00 MSK 2026`.
    let hours = match (numbers.len(), hours.rsplit_once(' ')) {
        (1, Some((before, year))) if year.len() == 4 => {
            year_after = Some((4, year.parse().ok()?));
            before
        }
        _ => hours,
    };
    numbers.extend(year_after);
    let (day, year) = match numbers.as_slice() {
        [(4, year), (_, day)] | [(_, day), (4, year)] => (*day, i32::try_from(*year).ok()?),
        [(_, day), (2, year)] => (*day, full_year(*year)),
        _ => return None,
    };
    let day = NaiveDate::from_ymd_opt(year, month?, day)?;
    if hours.is_empty() { Some(date(day)) } else { clock(day, hours) }
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 14] =
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "пн", "вт", "ср", "чт", "пт", "сб", "вс"];
    const LONG: [&str; 7] = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"];
    DAYS.contains(&word)
        || LONG.contains(&word)
        || word.ends_with("day") && DAYS.iter().any(|day| word.starts_with(day))
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
    let rest = text.get(at..)?.trim();
    let (hour, rest) = match rest.get(..2).map(str::to_ascii_uppercase).as_deref() {
        Some("AM") => ((1..=12).contains(&hour).then_some(hour % 12)?, rest[2..].trim()),
        Some("PM") => ((1..=12).contains(&hour).then_some(hour % 12 + 12)?, rest[2..].trim()),
        _ => (hour, rest),
    };
    let time = NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?;
    let offset = zone(rest)?;
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
    let text = text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC")).unwrap_or(text);
    if text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return match Zone::named(text) {
            Ok(Zone::Fixed(seconds)) => Some(Some(seconds)),
            _ => None,
        };
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
        parse(text, None, DayOrder::Unknown).unwrap().write(&mut out).unwrap();
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
            ("1.3.26", "2026-03-01"),
            ("1.3.2026 9:05", "2026-03-01T09:05:00"),
            ("2026-03-01 12:05 AM", "2026-03-01T00:05:00"),
            ("2026-03-01 1:05:09 pm", "2026-03-01T13:05:09"),
            ("2026-03-01 10:00:00 MSK", "2026-03-01T10:00:00+03:00"),
            ("2026/3/1 9:05:01", "2026-03-01T09:05:01"),
            ("2026.03.01", "2026-03-01"),
            ("20260301", "2026-03-01"),
            ("20260301090501", "2026-03-01T09:05:01"),
            ("Mar 1, 2026", "2026-03-01"),
            ("March 1st, 2026 at 1:05 PM", "2026-03-01T13:05:00"),
            ("1 марта 2026 г.", "2026-03-01"),
            ("15 марта 2026 г. 14:30", "2026-03-15T14:30:00"),
            ("01-Mar-2026 10:00:00", "2026-03-01T10:00:00"),
            ("15-мар-26", "2026-03-15"),
            ("Sun, 15 Mar 2026 10:00:00 +0300", "2026-03-15T10:00:00+03:00"),
            ("Sun Mar 15 2026 10:00:00 GMT+0300 (Moscow Standard Time)", "2026-03-15T10:00:00+03:00"),
            ("Sun Mar 15 10:00:00 MSK 2026", "2026-03-15T10:00:00+03:00"),
            ("13/03/2026", "2026-03-13"),
            ("03/13/2026 9:05 PM", "2026-03-13T21:05:00"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused_with_the_way_out() {
        assert!(parse("12/1/2010 8:26", None, DayOrder::Unknown).unwrap_err().contains("--date-format"));
        for bad in [
            "",
            "yesterday",
            "2010-13-01",
            "2010-12-01T25:00",
            "2010-12-01T08:26:00 ABC",
            "2010-12-01x",
            "Mai Thai 2",
            "1 x 2026",
            "1291191960",
        ] {
            assert!(parse(bad, None, DayOrder::Unknown).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_order_of_day_and_month_is_the_files() {
        let order = |times: &[&str]| {
            let mut votes = DayVotes::default();
            times.iter().for_each(|t| votes.count(t));
            votes.order()
        };
        let read = |text: &str, order| parse(text, None, order).map(|when| format!("{:?}", date_text(when)));
        fn date_text(when: When) -> String {
            let mut out = Vec::new();
            when.write(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        }
        assert_eq!(order(&["12/1/2010 8:26", "12/13/2010"]), DayOrder::MonthFirst);
        assert_eq!(order(&["1/12/10", "13/12/10 9:00", "x"]), DayOrder::DayFirst);
        assert_eq!(order(&["13/12/10", "12/13/10"]), DayOrder::Unknown);
        assert_eq!(read("12/1/10 8:26", DayOrder::MonthFirst), read("2010-12-01 08:26", DayOrder::Unknown));
        assert_eq!(read("12-1-2010", DayOrder::DayFirst), read("2010-01-12", DayOrder::Unknown));
        let advice = parse("12/1/10 8:26", None, DayOrder::Unknown).unwrap_err();
        assert!(advice.contains("'%m/%d/%y %H:%M'"), "{advice}");
        assert!(parse("12/1/10 8:26", Some("%m/%d/%y %H:%M"), DayOrder::Unknown).is_ok(), "the advice works");
        let wrong = parse("12/1/10 8:26", Some("%m/%d/%Y %H:%M"), DayOrder::Unknown).unwrap_err();
        assert!(wrong.contains("%m/%d/%y %H:%M"), "{wrong}");
    }

    #[test]
    fn numbers_that_stand_for_times() {
        let stamps = |times: &[&str]| {
            let mut votes = DayVotes::default();
            times.iter().for_each(|t| votes.count(t));
            votes.stamps()
        };
        let text = |stamps: Stamps, text: &str| {
            let mut out = Vec::new();
            stamps.read(text).unwrap().write(&mut out).unwrap();
            String::from_utf8(out).unwrap().trim_matches('"').to_owned()
        };
        assert_eq!(stamps(&["46082", "46096,5"]), Some(Stamps::Days));
        assert_eq!(stamps(&["1772355600"]), Some(Stamps::Seconds));
        assert_eq!(stamps(&["1772355600000", "1772355600001"]), Some(Stamps::Millis));
        assert_eq!((stamps(&["46082", "2026-03-01"]), stamps(&["20260301"]), stamps(&["5"])), (None, None, None));
        assert_eq!(
            (text(Stamps::Days, "46082"), text(Stamps::Days, "46096.5")),
            ("2026-03-01".into(), "2026-03-15T12:00:00".into())
        );
        assert_eq!(text(Stamps::Seconds, "1772355600"), "2026-03-01T09:00:00Z");
        assert_eq!(text(Stamps::Millis, "1772355600000"), "2026-03-01T09:00:00Z");
    }

    #[test]
    fn a_format_of_ones_own() {
        let mut out = Vec::new();
        parse("12/1/2010 8:26", Some("%m/%d/%Y %H:%M"), DayOrder::Unknown).unwrap().write(&mut out).unwrap();
        parse("1/12/10", Some("%d/%m/%y"), DayOrder::Unknown).unwrap().write(&mut out).unwrap();
        parse("01-12-2010 08:26 +0300", Some("%d-%m-%Y %H:%M %z"), DayOrder::Unknown).unwrap().write(&mut out).unwrap();
        assert_eq!(out, br#""2010-12-01T08:26:00""2010-12-01""2010-12-01T08:26:00+03:00""#);
        assert!(parse("1.12.2010", Some("%d/%m/%Y"), DayOrder::Unknown).is_err());
    }

    #[test]
    fn offsets_count_in_the_order() {
        let order = |text| parse(text, None, DayOrder::Unknown).unwrap().order();
        assert!(order("2010-12-01T08:26:00+03:00") < order("2010-12-01T06:00:00Z"));
        assert!(order("2010-12-01") < order("2010-12-01T00:00:01"));
        let mut out = Vec::new();
        assert!(When::local(i64::MAX / 2).write(&mut out).is_err());
    }
}
