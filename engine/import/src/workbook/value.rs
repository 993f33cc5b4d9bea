//! What stands in a cell of a worksheet, as the text that a CSV file would have: exact, and never the number of a day.

use calamine::{Data, DataRef, ExcelDateTime};

/// Whole numbers below this are exactly what was typed.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What stands in a cell.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Empty,
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
    Time(&'a ExcelDateTime),
    /// A date or a time of day in ISO 8601.
    Iso(&'a str),
    /// A time of day as `PT09H05M33S`.
    Duration(&'a str),
    /// What a formula could not reckon, such as `#N/A`.
    Error(String),
}

impl<'a> From<&'a DataRef<'_>> for Value<'a> {
    fn from(value: &'a DataRef<'_>) -> Self {
        match value {
            DataRef::Int(value) => Self::Int(*value),
            DataRef::Float(value) => Self::Float(*value),
            DataRef::String(text) => Self::Text(text),
            DataRef::SharedString(text) => Self::Text(text),
            DataRef::Bool(value) => Self::Bool(*value),
            DataRef::DateTime(time) => Self::Time(time),
            DataRef::DateTimeIso(text) => Self::Iso(text),
            DataRef::DurationIso(text) => Self::Duration(text),
            DataRef::Error(error) => Self::Error(error.to_string()),
            DataRef::Empty => Self::Empty,
        }
    }
}

impl<'a> From<&'a Data> for Value<'a> {
    fn from(value: &'a Data) -> Self {
        match value {
            Data::Int(value) => Self::Int(*value),
            Data::Float(value) => Self::Float(*value),
            Data::String(text) => Self::Text(text),
            Data::Bool(value) => Self::Bool(*value),
            Data::DateTime(time) => Self::Time(time),
            Data::DateTimeIso(text) => Self::Iso(text),
            Data::DurationIso(text) => Self::Duration(text),
            Data::Error(error) => Self::Error(error.to_string()),
            Data::Empty => Self::Empty,
        }
    }
}

impl Value<'_> {
    /// A formula of which the program that wrote the workbook has left the result out has nothing or 0.
    pub(super) fn is_nothing(&self) -> bool {
        match self {
            Self::Empty | Self::Int(0) => true,
            Self::Float(value) => *value == 0.0,
            _ => false,
        }
    }

    /// A whole number of more digits than a workbook keeps.
    pub(super) fn is_too_long(&self) -> bool {
        matches!(self, Self::Float(value) if value.fract() == 0.0 && value.abs() >= EXACT)
    }

    /// Appends it as text.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Empty => {}
            Self::Int(value) => out.push_str(itoa::Buffer::new().format(*value)),
            Self::Float(value) => number(out, *value),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Text(text) => out.push_str(text),
            Self::Time(value) => time(out, value),
            Self::Iso(text) => out.push_str(text.strip_suffix("T00:00:00").unwrap_or(text)),
            Self::Duration(text) => match clock(text) {
                Some(clock) => out.push_str(&clock),
                None => out.push_str(text),
            },
            Self::Error(name) => out.push_str(name),
        }
    }
}

/// A number of the fifteen digits that spreadsheets keep and show: files hold 0.30000000000000004 for 0.3.
fn number(out: &mut String, value: f64) {
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[allow(clippy::cast_possible_truncation)] // whole and below 2^53
        out.push_str(itoa::Buffer::new().format(value as i64));
        return;
    }
    let start = out.len();
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    out.push_str(&rounded.to_string());
    // Beside texts such as `89,90` a cell of 1.482 would be read as 1482: four digits are a fraction in every file.
    if out[start..].find('.').is_some_and(|at| out.len() - start - at == 4) {
        out.push('0');
    }
}

/// `2026-03-01`, `2026-03-01 09:05:33`, or `09:05:33` where there is no day.
fn time(out: &mut String, value: &ExcelDateTime) {
    let days = value.as_f64();
    if days.is_nan() || days < 0.0 {
        return number(out, days);
    }
    if value.is_duration() {
        return elapsed(out, days);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let has_day = days >= 1.0;
    if has_day {
        out.push_str(&format!("{year:04}-{month:02}-{day:02}"));
    }
    if has_day && (hour, minute, second, milli) == (0, 0, 0, 0) {
        return;
    }
    out.push_str(if has_day { " " } else { "" });
    out.push_str(&format!("{hour:02}:{minute:02}:{second:02}"));
    if milli > 0 {
        out.push_str(&format!(".{milli:03}"));
    }
}

/// `26:05:33` of a count of days.
fn elapsed(out: &mut String, days: f64) {
    #[allow(clippy::cast_possible_truncation)] // it saturates
    let seconds = (days * 86_400.0).round() as i64;
    out.push_str(&format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60));
}

/// `09:05:33` of `PT09H05M33S`.
fn clock(text: &str) -> Option<String> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?;
    let seconds = seconds.split(['.', ',']).next().unwrap_or(seconds);
    Some(format!("{hours:0>2}:{minutes:0>2}:{seconds:0>2}"))
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn text(value: &Value<'_>) -> String {
        let mut out = String::new();
        value.write(&mut out);
        out
    }

    #[test]
    fn numbers_are_what_a_person_sees() {
        let cases = [
            (0.1 + 0.2, "0.3"),
            (11.000_000_000_000_002, "11"),
            (13_085.0, "13085"),
            (4_607_012_345_678.0, "4607012345678"),
            (1_234_567_890_123_456.0, "1234567890123456"),
            (-2.5, "-2.5"),
            (1.482, "1.4820"),
            (-0.0, "0"),
        ];
        for (value, expected) in cases {
            assert_eq!(text(&Value::Float(value)), expected);
        }
        assert!(Value::Float(1e17).is_too_long() && !Value::Float(1e12).is_too_long());
    }

    #[test]
    fn times_are_no_serial_numbers() {
        let at = |days: f64, kind| text(&Value::Time(&ExcelDateTime::new(days, kind, false)));
        assert_eq!(at(46_082.0, ExcelDateTimeType::DateTime), "2026-03-01");
        assert_eq!(at(46_082.0 + 32_733.0 / 86_400.0, ExcelDateTimeType::DateTime), "2026-03-01 09:05:33");
        assert_eq!(at(32_733.0 / 86_400.0, ExcelDateTimeType::DateTime), "09:05:33");
        assert_eq!(at(1.5, ExcelDateTimeType::TimeDelta), "36:00:00");
        let macintosh = ExcelDateTime::new(46_082.0 - 1_462.0, ExcelDateTimeType::DateTime, true);
        assert_eq!(text(&Value::Time(&macintosh)), "2026-03-01");
        assert_eq!(text(&Value::Iso("2026-03-01T00:00:00")), "2026-03-01");
        assert_eq!(text(&Value::Duration("PT9H05M33.000S")), "09:05:33");
    }
}
