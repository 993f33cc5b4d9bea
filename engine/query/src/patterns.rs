//! PostgreSQL's patterns in `to_char`, `to_date` and `to_timestamp`: `YYYY-MM-DD HH24:MI`.
//!
//! DataFusion knows those of C (`%Y-%m-%d`) and takes any other pattern for a text, so `to_char(x, 'YYYY-MM')` was `YYYY-MM` in
//! every row. A pattern without `%` is PostgreSQL's here, as BI tools and people send it. What stands in PostgreSQL's tables of
//! patterns for dates and times is known, but for eras, centuries, Julian days, Roman months and zones, which are refused.

use std::{fmt::Write as _, sync::Arc};

use arrow::{
    array::{Array as _, ArrayRef, AsArray, StringArray, StringBuilder},
    compute::cast,
    datatypes::{DataType, FieldRef, TimeUnit, TimestampMicrosecondType},
    temporal_conversions::timestamp_us_to_datetime,
};
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use datafusion::{
    common::{ScalarValue, exec_datafusion_err, exec_err},
    error::{DataFusionError, Result},
    execution::{FunctionRegistry, SessionState},
    logical_expr::{
        ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    },
};

/// Makes the functions understand both kinds of patterns.
pub(super) fn wrap(state: &mut SessionState) -> Result<()> {
    let parsing = ["to_date", "to_timestamp", "to_timestamp_seconds", "to_timestamp_millis", "to_timestamp_micros"];
    let all = parsing.into_iter().chain(["to_timestamp_nanos"]).map(|name| (name, false));
    for (name, writes) in all.chain([("to_char", true)]) {
        if let Ok(inner) = state.udf(name) {
            state.register_udf(Arc::new(ScalarUDF::from(Patterned { inner, writes })))?;
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Patterned {
    inner: Arc<ScalarUDF>,
    /// Whether it writes a moment, not reads one.
    writes: bool,
}

impl ScalarUDFImpl for Patterned {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if !self.writes {
            return self.read(args);
        }
        let [moments, patterns] = args.args.as_slice() else { return self.inner.invoke_with_args(args) };
        // A duration has patterns of its own, and no moment.
        if !matches!(moments.data_type(), DataType::Timestamp(..) | DataType::Date32 | DataType::Date64) {
            return self.inner.invoke_with_args(args);
        }
        if let ColumnarValue::Scalar(pattern) = patterns {
            return match pattern.try_as_str().flatten() {
                Some(text) if !is_c(text) => write(moments, &Items::One(parse(text)?), args.number_rows),
                _ => self.inner.invoke_with_args(args),
            };
        }
        let patterns = texts(patterns, args.number_rows)?;
        if patterns.iter().flatten().all(is_c) {
            return self.inner.invoke_with_args(args);
        }
        if patterns.iter().flatten().any(is_c) {
            return exec_err!("to_char: patterns of both kinds, with % and without, in one column");
        }
        let parsed = patterns.iter().map(|text| text.map(parse).transpose()).collect::<Result<Vec<_>>>()?;
        write(moments, &Items::Each(parsed), args.number_rows)
    }
}

impl Patterned {
    fn read(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        // What one pattern leaves out is written behind the text.
        if let [texts, pattern] = args.args.as_mut_slice()
            && let ColumnarValue::Scalar(scalar) = &*pattern
            && let Some(written) = scalar.try_as_str().flatten().filter(|text| !is_c(text)).map(str::to_owned)
            && texts.data_type().is_string()
        {
            let (signs, unsaid) = left_out(&to_c(&written)?);
            *pattern = ColumnarValue::Scalar(ScalarValue::Utf8(Some(signs)));
            *texts = each_text(texts, |text| Ok(format!("{text}{unsaid}")))?;
            let first = match &*texts {
                ColumnarValue::Scalar(scalar) => scalar.try_as_str().flatten().map(str::to_owned),
                ColumnarValue::Array(_) => None,
            };
            return self.inner.invoke_with_args(args).map_err(|_| {
                let text = first
                    .map_or("a text".to_owned(), |text| format!("'{}'", text.strip_suffix(unsaid).unwrap_or(&text)));
                exec_datafusion_err!("{}: {text} does not follow the pattern {written}", self.name())
            });
        }
        for pattern in args.args.iter_mut().skip(1) {
            *pattern = each_text(pattern, |text| Ok(if is_c(text) { text.to_owned() } else { to_c(text)? }))?;
        }
        self.inner.invoke_with_args(args)
    }
}

/// The pattern with what a moment needs beside it, and the text that stands for that: the first month, the first day, minute 0.
fn left_out(signs: &str) -> (String, &'static str) {
    let has = |any: &[&str]| any.iter().any(|sign| signs.contains(sign));
    let day = has(&["%d", "%j", "%u", "%A", "%a"]);
    let month = has(&["%m", "%B", "%b", "%j", "%V"]);
    let minute = has(&["%M"]) || !has(&["%H", "%I"]);
    let (more, unsaid) = match (month, day, minute) {
        (true, false, true) => (" %d", " 1"),
        (false, false, true) => (" %m %d", " 1 1"),
        (true, true, false) => (" %M", " 0"),
        (true, false, false) => (" %d %M", " 1 0"),
        (false, false, false) => (" %m %d %M", " 1 1 0"),
        (_, true, _) => ("", ""),
    };
    (format!("{signs}{more}"), unsaid)
}

/// Whether a pattern is one of C.
fn is_c(pattern: &str) -> bool {
    pattern.contains('%') || pattern.eq_ignore_ascii_case("iso8601")
}

fn texts(value: &ColumnarValue, rows: usize) -> Result<StringArray> {
    let array = cast(&value.to_array(rows)?, &DataType::Utf8)?;
    Ok(array.as_string::<i32>().clone())
}

fn each_text(value: &ColumnarValue, change: impl Fn(&str) -> Result<String>) -> Result<ColumnarValue> {
    match value {
        ColumnarValue::Scalar(scalar) => match scalar.try_as_str().flatten() {
            Some(text) => Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(change(text)?)))),
            None => Ok(value.clone()),
        },
        ColumnarValue::Array(array) => {
            let texts = texts(value, array.len())?;
            let changed = texts.iter().map(|text| text.map(&change).transpose()).collect::<Result<StringArray>>()?;
            Ok(ColumnarValue::Array(Arc::new(changed)))
        }
    }
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Text(String),
    Field { what: Field, pad: bool, case: Case },
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Case {
    Upper,
    Title,
    Lower,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Field {
    Year,
    Year3,
    Year2,
    Year1,
    IsoYear,
    Quarter,
    Month,
    MonthName,
    MonthShort,
    Day,
    DayOfYear,
    DayName,
    DayShort,
    Weekday,
    IsoWeekday,
    IsoWeek,
    WeekOfYear,
    WeekOfMonth,
    Hour24,
    Hour12,
    Minute,
    Second,
    Millis,
    Micros,
    SecondOfDay,
    HalfOfDay,
    HalfOfDayDotted,
    Refused,
}

/// PostgreSQL's names, the longer before those that they begin with.
const NAMES: [(&str, Field); 46] = [
    ("YYYY", Field::Year),
    ("Y,YYY", Field::Refused),
    ("YYY", Field::Year3),
    ("YY", Field::Year2),
    ("IYYY", Field::IsoYear),
    ("IDDD", Field::Refused),
    ("IYY", Field::Refused),
    ("IY", Field::Refused),
    ("ID", Field::IsoWeekday),
    ("IW", Field::IsoWeek),
    ("Y", Field::Year1),
    ("Q", Field::Quarter),
    ("MONTH", Field::MonthName),
    ("MON", Field::MonthShort),
    ("MM", Field::Month),
    ("MI", Field::Minute),
    ("MS", Field::Millis),
    ("DDD", Field::DayOfYear),
    ("DD", Field::Day),
    ("DAY", Field::DayName),
    ("DY", Field::DayShort),
    ("D", Field::Weekday),
    ("WW", Field::WeekOfYear),
    ("W", Field::WeekOfMonth),
    ("HH24", Field::Hour24),
    ("HH12", Field::Hour12),
    ("HH", Field::Hour12),
    ("SSSSS", Field::SecondOfDay),
    ("SSSS", Field::SecondOfDay),
    ("SS", Field::Second),
    ("US", Field::Micros),
    ("FF1", Field::Refused),
    ("FF2", Field::Refused),
    ("FF3", Field::Millis),
    ("FF4", Field::Refused),
    ("FF5", Field::Refused),
    ("FF6", Field::Micros),
    ("AM", Field::HalfOfDay),
    ("PM", Field::HalfOfDay),
    ("A.M.", Field::HalfOfDayDotted),
    ("P.M.", Field::HalfOfDayDotted),
    ("TZH", Field::Refused),
    ("TZM", Field::Refused),
    ("TZ", Field::Refused),
    ("OF", Field::Refused),
    ("RM", Field::Refused),
];

fn parse(pattern: &str) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    let mut text = String::new();
    let mut rest = pattern;
    let mut pad = true;
    while let Some(next) = rest.chars().next() {
        if next == '"' {
            // A quoted text: \" is a quotation mark in it.
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            let inner = end.map_or(&rest[1..], |end| &rest[1..=end]);
            text.push_str(&inner.replace("\\\"", "\"").replace("\\\\", "\\"));
            rest = end.map_or("", |end| &rest[end + 2..]);
            continue;
        }
        let starts = |name: &str| rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
        if starts("FM") {
            pad = false;
            rest = &rest[2..];
            continue;
        }
        let Some((name, what)) = NAMES.iter().find(|(name, _)| starts(name)) else {
            text.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        if *what == Field::Refused {
            return exec_err!(
                "the pattern {name} is not known here; known are YYYY, MM, DD, HH24, MI, SS, Mon, Day and the like, or those with %"
            );
        }
        if !text.is_empty() {
            items.push(Item::Text(std::mem::take(&mut text)));
        }
        let written = &rest[..name.len()];
        let case = match written.chars().nth(1) {
            Some(second) if second.is_lowercase() && written.starts_with(char::is_uppercase) => Case::Title,
            _ if written.starts_with(char::is_lowercase) => Case::Lower,
            _ => Case::Upper,
        };
        items.push(Item::Field { what: *what, pad, case });
        pad = true;
        rest = &rest[name.len()..];
        // The ending of an ordinal belongs to the number before it.
        if rest.get(..2).is_some_and(|ending| ending.eq_ignore_ascii_case("th")) {
            return exec_err!("the ending th of a pattern is not known here");
        }
    }
    if !text.is_empty() {
        items.push(Item::Text(text));
    }
    Ok(items)
}

/// The pattern of C for reading, where there is one.
fn to_c(pattern: &str) -> Result<String> {
    let mut out = String::new();
    for item in parse(pattern)? {
        match item {
            Item::Text(text) => out.push_str(&text),
            Item::Field { what, .. } => {
                let sign = match what {
                    Field::Year => "%Y",
                    Field::Year2 => "%y",
                    Field::Month => "%m",
                    Field::MonthName => "%B",
                    Field::MonthShort => "%b",
                    Field::Day => "%d",
                    Field::DayOfYear => "%j",
                    Field::DayName => "%A",
                    Field::DayShort => "%a",
                    Field::Hour24 => "%H",
                    Field::Hour12 => "%I",
                    Field::Minute => "%M",
                    Field::Second => "%S",
                    Field::HalfOfDay => "%p",
                    Field::IsoYear => "%G",
                    Field::IsoWeek => "%V",
                    Field::IsoWeekday => "%u",
                    // C reads the point with the digits behind it.
                    Field::Millis | Field::Micros if out.ends_with('.') => {
                        out.pop();
                        "%.f"
                    }
                    _ => {
                        return exec_err!(
                            "the pattern {pattern} cannot be read by: it names something that does not fix a moment"
                        );
                    }
                };
                out.push_str(sign);
            }
        }
    }
    Ok(out)
}

enum Items {
    One(Vec<Item>),
    Each(Vec<Option<Vec<Item>>>),
}

fn write(moments: &ColumnarValue, items: &Items, rows: usize) -> Result<ColumnarValue> {
    let one = matches!((moments, items), (ColumnarValue::Scalar(_), Items::One(_)));
    let array = moments.to_array(if one { 1 } else { rows })?;
    let array: ArrayRef = match array.data_type() {
        DataType::Timestamp(..) => {
            cast(&array, &DataType::Timestamp(TimeUnit::Microsecond, zone_of(array.data_type())))?
        }
        _ => cast(&array, &DataType::Timestamp(TimeUnit::Microsecond, None))?,
    };
    let moments = array.as_primitive::<TimestampMicrosecondType>();
    let mut out = StringBuilder::new();
    let mut text = String::new();
    for row in 0..moments.len() {
        let items = match items {
            Items::One(items) => Some(items),
            Items::Each(each) => each.get(row).and_then(Option::as_ref),
        };
        let moment = (!moments.is_null(row)).then(|| timestamp_us_to_datetime(moments.value(row))).flatten();
        match (items, moment) {
            (Some(items), Some(moment)) => {
                text.clear();
                for item in items {
                    put(item, moment, &mut text).map_err(|e| DataFusionError::External(Box::new(e)))?;
                }
                out.append_value(&text);
            }
            _ => out.append_null(),
        }
    }
    let written = out.finish();
    if one {
        let value = (!written.is_null(0)).then(|| written.value(0).to_owned());
        return Ok(ColumnarValue::Scalar(ScalarValue::Utf8(value)));
    }
    Ok(ColumnarValue::Array(Arc::new(written)))
}

fn zone_of(of: &DataType) -> Option<Arc<str>> {
    match of {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    }
}

fn put(item: &Item, at: NaiveDateTime, out: &mut String) -> std::fmt::Result {
    let (what, pad, case) = match item {
        Item::Text(text) => {
            out.push_str(text);
            return Ok(());
        }
        Item::Field { what, pad, case } => (*what, *pad, *case),
    };
    let mut number = |value: u32, width: usize| {
        if pad { write!(out, "{value:0width$}") } else { write!(out, "{value}") }
    };
    let year = u32::try_from(at.year()).unwrap_or_default();
    match what {
        Field::Year => number(year, 4),
        Field::Year3 => number(year % 1_000, 3),
        Field::Year2 => number(year % 100, 2),
        Field::Year1 => number(year % 10, 1),
        Field::IsoYear => number(u32::try_from(at.iso_week().year()).unwrap_or_default(), 4),
        Field::Quarter => number((at.month() + 2) / 3, 1),
        Field::Month => number(at.month(), 2),
        Field::Day => number(at.day(), 2),
        Field::DayOfYear => number(at.ordinal(), 3),
        Field::Weekday => number(at.weekday().number_from_sunday(), 1),
        Field::IsoWeekday => number(at.weekday().number_from_monday(), 1),
        Field::IsoWeek => number(at.iso_week().week(), 2),
        Field::WeekOfYear => number(at.ordinal0() / 7 + 1, 2),
        Field::WeekOfMonth => number(at.day0() / 7 + 1, 1),
        Field::Hour24 => number(at.hour(), 2),
        Field::Hour12 => number(at.hour12().1, 2),
        Field::Minute => number(at.minute(), 2),
        Field::Second => number(at.second(), 2),
        Field::Millis => write!(out, "{:03}", at.nanosecond() / 1_000_000 % 1_000),
        Field::Micros => write!(out, "{:06}", at.nanosecond() / 1_000 % 1_000_000),
        Field::SecondOfDay => number(at.num_seconds_from_midnight(), 1),
        Field::HalfOfDay => {
            word(if at.hour() < 12 { "am" } else { "pm" }, if case == Case::Title { Case::Upper } else { case }, 0, out)
        }
        Field::HalfOfDayDotted => word(
            if at.hour() < 12 { "a.m." } else { "p.m." },
            if case == Case::Lower { case } else { Case::Upper },
            0,
            out,
        ),
        // Names are filled up with blanks to the longest, as in PostgreSQL; FM leaves them.
        Field::MonthName => word(&at.format("%B").to_string(), case, if pad { 9 } else { 0 }, out),
        Field::MonthShort => word(&at.format("%b").to_string(), case, 0, out),
        Field::DayName => word(&at.format("%A").to_string(), case, if pad { 9 } else { 0 }, out),
        Field::DayShort => word(&at.format("%a").to_string(), case, 0, out),
        Field::Refused => Ok(()),
    }
}

fn word(word: &str, case: Case, width: usize, out: &mut String) -> std::fmt::Result {
    match case {
        Case::Upper => write!(out, "{:width$}", word.to_uppercase()),
        Case::Lower => write!(out, "{:width$}", word.to_lowercase()),
        Case::Title => write!(out, "{word:width$}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn written(pattern: &str) -> String {
        let at = "2026-05-03T14:07:09.012345".parse().unwrap();
        let mut out = String::new();
        for item in parse(pattern).unwrap() {
            put(&item, at, &mut out).unwrap();
        }
        out
    }

    /// As PostgreSQL 17 documents and answers them.
    #[test]
    fn moments_are_written_as_postgresql_writes_them() {
        for (pattern, text) in [
            ("YYYY-MM", "2026-05"),
            ("yyyy-mm-dd", "2026-05-03"),
            ("YYYY-MM-DD HH24:MI:SS.US", "2026-05-03 14:07:09.012345"),
            ("HH12:MI AM", "02:07 PM"),
            ("hh:mi:ss.ms pm", "02:07:09.012 pm"),
            ("Month|", "May      |"),
            ("FMMonth DD|FMDD", "May 03|3"),
            ("MON Mon mon", "MAY May may"),
            ("DAY|Dy|day|", "SUNDAY   |Sun|sunday   |"),
            ("D ID DDD", "1 7 123"),
            ("IYYY-\"W\"IW", "2026-W18"),
            ("WW W Q", "18 1 2"),
            ("\"Q\"Q/YY", "Q2/26"),
            ("YYYY-MM-DD\"T\"HH24", "2026-05-03T14"),
            ("DD.MM.YYYY г.", "03.05.2026 г."),
            ("SSSSS", "50829"),
        ] {
            assert_eq!(written(pattern), text, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for pattern in ["YYYY TZ", "DDth", "RM", "IDDD"] {
            assert!(parse(pattern).is_err(), "{pattern}");
        }
        assert!(to_c("Q YYYY").is_err());
    }

    #[test]
    fn what_a_pattern_leaves_out_is_first() {
        assert_eq!(left_out("%Y-%m"), ("%Y-%m %d".into(), " 1"));
        assert_eq!(left_out("%Y"), ("%Y %m %d".into(), " 1 1"));
        assert_eq!(left_out("%Y-%m-%d %H"), ("%Y-%m-%d %H %M".into(), " 0"));
        for whole in ["%Y-%m-%d", "%Y-%j", "%Y-%m-%d %H:%M", "%G-%V-%u"] {
            assert_eq!(left_out(whole), (whole.into(), ""));
        }
    }

    #[test]
    fn patterns_for_reading_are_those_of_c() {
        assert_eq!(to_c("DD.MM.YYYY HH24:MI:SS.US").unwrap(), "%d.%m.%Y %H:%M:%S%.f");
        assert_eq!(to_c("DD Mon YY HH12:MI AM").unwrap(), "%d %b %y %I:%M %p");
    }
}
