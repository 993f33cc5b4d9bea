//! One cell into one JSON value.

use std::borrow::Cow;

use arrow::array::{ArrowPrimitiveType, PrimitiveArray};
use serde_json::value::RawValue;

use super::{
    cells::Cells,
    currency,
    json::{write_raw, write_string},
    mapping::Kind,
    number::{self, Mark, Numbers},
    time::{self, DayOrder, Stamps, When},
    words::{ItemKind, Status},
    zone::Zone,
};

/// How text is read where it does not say so itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// How numbers are read.
    pub(super) numbers: Numbers,
    /// `strftime` format of times; none: ISO 8601 and `01.12.2010 08:26`.
    pub(super) date_format: Option<String>,
    /// Which number of `12/1/2010` is the day.
    pub(super) days: DayOrder,
    /// What numbers stand for times; none: they are none.
    pub(super) stamps: Option<Stamps>,
    /// Zone of times that do not say theirs; none: the workspace's, which the server knows.
    pub(super) zone: Option<Zone>,
    /// Cells whose columns have a mark of their own, where the numbers of the file do not agree on one.
    pub(super) marks: Vec<(usize, Mark)>,
}

impl Reading {
    /// How a cell is read.
    pub(super) fn of(&self, cell: usize) -> Cow<'_, Self> {
        match self.marks.iter().find(|(own, _)| *own == cell) {
            None => Cow::Borrowed(self),
            Some((_, mark)) => {
                let numbers = Numbers { mark: *mark, ..self.numbers };
                Cow::Owned(Self { numbers, marks: Vec::new(), ..self.clone() })
            }
        }
    }

    /// Text as a time.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn time_of_text(&self, text: &str) -> Result<When, String> {
        if let Some(when) = self.stamps.filter(|_| self.date_format.is_none()).and_then(|stamps| stamps.read(text)) {
            return Ok(when);
        }
        time::parse(text, self.date_format.as_deref(), self.days)
    }

    /// A cell as a time.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn time(&self, cell: &Cells, row: usize) -> Result<When, String> {
        let format = self.date_format.as_deref();
        match cell {
            Cells::Text(a) => self.time_of_text(a.value(row)),
            Cells::Json(a) => match serde_json::from_str::<String>(a.value(row)) {
                Ok(text) => self.time_of_text(&text),
                Err(_) if self.stamps.is_some() => self.time_of_text(a.value(row)),
                Err(_) => Err(format!("{} is not a time such as \"2010-12-01T08:26:00\"", a.value(row))),
            },
            Cells::Instant(a) => Ok(When::utc(a.value(row))),
            Cells::Local(a) => Ok(When::local(a.value(row))),
            Cells::Date(a) => Ok(When::date(a.value(row))),
            Cells::Int(a) => {
                let value = a.value(row).to_string();
                match format {
                    Some(_) => time::parse(&value, format, self.days),
                    None => {
                        Err(format!("{value} is a number, not a time: pass --date-format, for seconds since 1970 '%s'"))
                    }
                }
            }
            Cells::Float(a) => Err(format!("{} is a number, not a time", a.value(row))),
            Cells::Bool(_) => Err("a truth value is not a time".to_owned()),
        }
    }
}

/// Appends a cell that is there as a value of a field of this kind.
///
/// # Errors
/// The cell cannot be read as such a value; what has been appended is then of no use.
pub(super) fn write_cell(
    out: &mut Vec<u8>,
    kind: Kind,
    cell: &Cells,
    row: usize,
    reading: &Reading,
) -> Result<(), String> {
    match kind {
        Kind::Prose => write_as_text(out, cell, row),
        Kind::Text | Kind::Id | Kind::Currency => write_line(out, kind, cell, row),
        Kind::Decimal => write_decimal(out, cell, row, reading.numbers),
        Kind::Count => write_count(out, cell, row, reading.numbers),
        Kind::Percent => write_percent(out, cell, row, reading.numbers),
        Kind::Status => {
            let (text, status) = known_word(cell, row, Status::read_loosely)?;
            let status = status.ok_or_else(|| {
                format!(
                    "{text:?} is no status that is known: completed, pending or cancelled, or what shops call these; to leave \
                     the column out: --map status="
                )
            })?;
            write_string(out, status.name());
            Ok(())
        }
        Kind::Line => {
            let (text, kind) = known_word(cell, row, ItemKind::read)?;
            let kind = kind.ok_or_else(|| {
                format!(
                    "{text:?} is no kind of line that is known: product, service, shipping, discount, fee, tax, gift_card or \
                     other; to leave the column out: --map kind="
                )
            })?;
            write_string(out, kind.name());
            Ok(())
        }
        Kind::Time => reading.time(cell, row)?.write(out),
        Kind::Tags => write_tags(out, cell, row),
        Kind::Object => {
            out.push(b'{');
            write_object_members(out, cell, row)?;
            out.push(b'}');
            Ok(())
        }
    }
}

/// Text of one line: spaces around it and line ends in it are how a file is laid out.
fn write_line(out: &mut Vec<u8>, kind: Kind, cell: &Cells, row: usize) -> Result<(), String> {
    let start = out.len();
    write_as_text(out, cell, row)?;
    let text = &out[start..];
    // Nearly all texts are fine, which their bytes tell: line ends are escaped in JSON.
    let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let is_padded = kind == Kind::Id
        && (inside.first().is_some_and(|b| *b == b' ' || !b.is_ascii())
            || inside.last().is_some_and(|b| *b == b' ' || !b.is_ascii()));
    let may_be_spoilt = kind == Kind::Id && inside.contains(&b'+');
    if !is_padded && !inside.contains(&b'\\') && !may_be_spoilt && kind != Kind::Currency {
        return Ok(());
    }
    let text: String = serde_json::from_slice(text).map_err(|e| e.to_string())?;
    if kind == Kind::Id && is_spoilt(&text) {
        return Err(format!(
            "{text:?} was a longer number, of which a spreadsheet has cut the end, so that different ids look alike: export the column \
             as text"
        ));
    }
    let plain = match kind {
        Kind::Currency => currency::named(&text).unwrap_or(text),
        // Nothing that is known by a name has several lines.
        _ if text.contains(['\n', '\r', '\t']) => {
            text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
        Kind::Id => text.trim().to_owned(),
        _ => text,
    };
    out.truncate(start);
    write_string(out, &plain);
    Ok(())
}

/// `4,60701E+12`: what a spreadsheet makes of a long number.
pub(super) fn is_spoilt(id: &str) -> bool {
    let Some((digits, power)) = id.trim().split_once(['E', 'e']) else { return false };
    let whole =
        power.strip_prefix('+').is_some_and(|power| power.len() == 2 && power.bytes().all(|b| b.is_ascii_digit()));
    let is_figure = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains(['.', ',']);
    whole && is_figure && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

/// The text of a cell, and what it says.
fn known_word<T>(cell: &Cells, row: usize, read: fn(&str) -> Option<T>) -> Result<(String, Option<T>), String> {
    let text = plain_text(cell, row)?;
    let word = read(&text);
    Ok((text, word))
}

/// `2`, `2 шт.` or `1,5 кг`.
fn write_count(out: &mut Vec<u8>, cell: &Cells, row: usize, numbers: Numbers) -> Result<(), String> {
    const UNITS: [&str; 19] = [
        "шт",
        "штук",
        "штуки",
        "ед",
        "уп",
        "упак",
        "пар",
        "пара",
        "кг",
        "л",
        "м",
        "компл",
        "pcs",
        "pc",
        "pieces",
        "units",
        "ea",
        "kg",
        "stk",
    ];
    let Cells::Text(texts) = cell else { return write_decimal(out, cell, row, numbers) };
    let text = texts.value(row).trim();
    if text.ends_with(|c: char| c.is_ascii_digit()) {
        return number::write_text(out, text, numbers);
    }
    let bare = text.trim_end_matches('.');
    let figure = bare.trim_end_matches(char::is_alphabetic);
    let unit = bare[figure.len()..].to_lowercase();
    let text = if UNITS.contains(&unit.as_str()) { figure.trim_end() } else { text };
    number::write_text(out, text, numbers)
}

/// `22`, `22%` or `НДС 22 %`; `без НДС` is none.
fn write_percent(out: &mut Vec<u8>, cell: &Cells, row: usize, numbers: Numbers) -> Result<(), String> {
    let is_text = match cell {
        Cells::Text(_) => true,
        Cells::Json(a) => a.value(row).starts_with('"'),
        _ => false,
    };
    if !is_text {
        return write_decimal(out, cell, row, numbers);
    }
    let text = plain_text(cell, row)?.to_lowercase();
    if matches!(text.trim(), "без ндс" | "без налога" | "no vat" | "vat free" | "exempt" | "none") {
        out.push(b'0');
        return Ok(());
    }
    let bare = text.trim().trim_start_matches("ндс").trim_start_matches("vat").trim_end_matches('%').trim();
    number::write_text(out, bare, numbers)
}

/// A cell as the text that a person sees.
pub(super) fn plain_text(cell: &Cells, row: usize) -> Result<String, String> {
    let mut json = Vec::new();
    write_as_text(&mut json, cell, row)?;
    serde_json::from_slice(&json).map_err(|e| e.to_string())
}

/// A JSON string, whatever the type of the cell: ids are text even where a file stores them as numbers.
pub(super) fn write_as_text(out: &mut Vec<u8>, cell: &Cells, row: usize) -> Result<(), String> {
    match cell {
        Cells::Text(a) => write_string(out, a.value(row)),
        Cells::Json(a) => match a.value(row) {
            text if text.starts_with('"') => write_raw(out, text),
            other => write_string(out, other),
        },
        Cells::Int(a) => quoted_number(out, a, row),
        // A whole number in a column of floats is how files without nullable integers store an id: 17850.0 is 17850.
        Cells::Float(a) => {
            out.push(b'"');
            out.extend_from_slice(a.value(row).to_string().as_bytes());
            out.push(b'"');
        }
        Cells::Bool(a) => write_string(out, if a.value(row) { "true" } else { "false" }),
        Cells::Instant(_) | Cells::Local(_) | Cells::Date(_) => return Reading::default().time(cell, row)?.write(out),
    }
    Ok(())
}

fn quoted_number<T: ArrowPrimitiveType<Native = i64>>(out: &mut Vec<u8>, array: &PrimitiveArray<T>, row: usize) {
    out.push(b'"');
    out.extend_from_slice(itoa::Buffer::new().format(array.value(row)).as_bytes());
    out.push(b'"');
}

fn write_decimal(out: &mut Vec<u8>, cell: &Cells, row: usize, numbers: Numbers) -> Result<(), String> {
    match cell {
        Cells::Int(a) => {
            out.extend_from_slice(itoa::Buffer::new().format(a.value(row)).as_bytes());
            Ok(())
        }
        Cells::Float(a) => number::write_float(out, a.value(row), numbers.round),
        Cells::Text(a) => number::write_text(out, a.value(row), numbers),
        Cells::Json(a) => {
            let json = a.value(row);
            if json.starts_with('"') {
                let text: String = serde_json::from_str(json).map_err(|e| e.to_string())?;
                number::write_text(out, &text, numbers)
            } else if json.contains(['e', 'E']) {
                let value: f64 = json.parse().map_err(|_| format!("{json} is not a number"))?;
                number::write_float(out, value, numbers.round)
            } else {
                number::write_text(out, json, Numbers { mark: Mark::default(), ..numbers })
            }
        }
        Cells::Bool(_) | Cells::Instant(_) | Cells::Local(_) | Cells::Date(_) => {
            Err("a time or a truth value is not a number".to_owned())
        }
    }
}

/// Appends a value with the type that the file gives it: attributes are any JSON.
pub(super) fn write_typed(out: &mut Vec<u8>, cell: &Cells, row: usize) -> Result<(), String> {
    match cell {
        Cells::Json(a) => write_raw(out, a.value(row)),
        Cells::Int(a) => out.extend_from_slice(itoa::Buffer::new().format(a.value(row)).as_bytes()),
        Cells::Float(a) => {
            let value = a.value(row);
            if !value.is_finite() {
                return Err(format!("{value} is not a number"));
            }
            out.extend_from_slice(value.to_string().as_bytes());
        }
        Cells::Bool(a) => out.extend_from_slice(if a.value(row) { b"true" } else { b"false" }),
        Cells::Text(_) | Cells::Instant(_) | Cells::Local(_) | Cells::Date(_) => return write_as_text(out, cell, row),
    }
    Ok(())
}

/// Tags: a JSON list of strings, or text with `,` `;` or `|` between them.
fn write_tags(out: &mut Vec<u8>, cell: &Cells, row: usize) -> Result<(), String> {
    let unquoted;
    let text = match cell {
        Cells::Text(a) => a.value(row),
        Cells::Json(a) if a.value(row).starts_with('"') => {
            unquoted = serde_json::from_str::<String>(a.value(row)).map_err(|e| e.to_string())?;
            &unquoted
        }
        Cells::Json(a) => a.value(row),
        _ => return write_typed(out, cell, row),
    };
    let listed: Vec<String> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|e| format!("{text} is not a list of tags: {e}"))?
    } else {
        text.split([',', ';', '|']).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
    };
    out.push(b'[');
    for (at, tag) in listed.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_string(out, tag);
    }
    out.push(b']');
    Ok(())
}

/// Appends what stands between the braces of a JSON object.
///
/// # Errors
/// The cell holds no object.
pub(super) fn write_object_members(out: &mut Vec<u8>, cell: &Cells, row: usize) -> Result<(), String> {
    let unquoted;
    let text = match cell {
        Cells::Json(a) if a.value(row).starts_with('"') => {
            unquoted = serde_json::from_str::<String>(a.value(row)).map_err(|e| e.to_string())?;
            unquoted.trim()
        }
        Cells::Json(a) | Cells::Text(a) => a.value(row).trim(),
        _ => return Err("attributes must be a JSON object; for one attribute, map attributes.NAME".to_owned()),
    };
    let members = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    match (members, serde_json::from_str::<&RawValue>(text)) {
        (Some(members), Ok(_)) => {
            write_raw(out, members.trim());
            Ok(())
        }
        _ => Err(format!("{text:?} is not a JSON object such as {{\"city\":\"Kazan\"}}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use arrow::array::{BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    fn written(kind: Kind, cell: &Cells) -> Result<String, String> {
        let mut out = Vec::new();
        write_cell(&mut out, kind, cell, 0, &Reading::default()).map(|()| String::from_utf8(out).unwrap())
    }

    fn text(value: &str) -> Cells {
        Cells::Text(StringArray::from(vec![value]))
    }

    fn json(value: &str) -> Cells {
        Cells::Json(StringArray::from(vec![value]))
    }

    #[test]
    fn ids_are_text_whatever_the_file_stores() {
        assert_eq!(written(Kind::Text, &Cells::Int(Int64Array::from(vec![17850]))).unwrap(), "\"17850\"");
        assert_eq!(written(Kind::Text, &Cells::Float(Float64Array::from(vec![17850.0]))).unwrap(), "\"17850\"");
        assert_eq!(written(Kind::Text, &text("17850.0")).unwrap(), "\"17850.0\"", "text stays as it is");
        assert_eq!(written(Kind::Text, &json("17850")).unwrap(), "\"17850\"");
        assert_eq!(written(Kind::Text, &json("\"a\\nb\"")).unwrap(), "\"a b\"", "a name has one line");
        assert_eq!(written(Kind::Prose, &json("\"a\\nb\"")).unwrap(), "\"a\\nb\"");
        assert_eq!(written(Kind::Id, &text(" 17\u{a0}")).unwrap(), "\"17\"");
        assert!(written(Kind::Id, &text("4,60701E+12")).unwrap_err().contains("spreadsheet"));
        assert_eq!(written(Kind::Text, &Cells::Bool(BooleanArray::from(vec![true]))).unwrap(), "\"true\"");
    }

    #[test]
    fn decimals_from_every_kind_of_cell() {
        assert_eq!(written(Kind::Decimal, &Cells::Int(Int64Array::from(vec![-6]))).unwrap(), "-6");
        assert_eq!(written(Kind::Decimal, &Cells::Float(Float64Array::from(vec![2.55]))).unwrap(), "2.55");
        assert_eq!(written(Kind::Decimal, &json("2.5500")).unwrap(), "2.55");
        assert_eq!(written(Kind::Decimal, &json("\"2.55\"")).unwrap(), "2.55");
        assert_eq!(written(Kind::Decimal, &json("1e2")).unwrap(), "100");
        for bad in [json("true"), json("[1]"), text("x"), Cells::Date(Date32Array::from(vec![1]))] {
            assert!(written(Kind::Decimal, &bad).is_err());
        }
    }

    #[test]
    fn times_from_every_kind_of_cell() {
        let micros = TimestampMicrosecondArray::from(vec![1_291_191_960_000_000]);
        assert_eq!(written(Kind::Time, &Cells::Local(micros.clone())).unwrap(), "\"2010-12-01T08:26:00\"");
        assert_eq!(written(Kind::Time, &Cells::Instant(micros)).unwrap(), "\"2010-12-01T08:26:00Z\"");
        assert_eq!(written(Kind::Time, &Cells::Date(Date32Array::from(vec![14_944]))).unwrap(), "\"2010-12-01\"");
        assert_eq!(written(Kind::Time, &json("\"2010-12-01 08:26\"")).unwrap(), "\"2010-12-01T08:26:00\"");
        assert!(written(Kind::Time, &Cells::Int(Int64Array::from(vec![1]))).unwrap_err().contains("%s"));
        assert!(written(Kind::Time, &json("5")).is_err());
        let seconds = Reading { date_format: Some("%s".to_owned()), ..Reading::default() };
        assert!(seconds.time(&Cells::Int(Int64Array::from(vec![1_291_191_960])), 0).is_ok());
    }

    #[test]
    fn words_and_rates() {
        assert_eq!(written(Kind::Status, &text("Отменён")).unwrap(), "\"cancelled\"");
        assert_eq!(written(Kind::Status, &json("\"Paid\"")).unwrap(), "\"completed\"");
        assert!(written(Kind::Status, &text("purple")).unwrap_err().contains("--map status="));
        assert_eq!(written(Kind::Line, &text("Доставка")).unwrap(), "\"shipping\"");
        assert!(written(Kind::Line, &text("purple")).unwrap_err().contains("--map kind="));
        for (cell, rate) in [("22%", "22"), ("НДС 10 %", "10"), ("20", "20"), ("Без НДС", "0"), ("5,5", "5.5")]
        {
            assert_eq!(written(Kind::Percent, &text(cell)).unwrap(), rate);
        }
        assert_eq!(written(Kind::Percent, &Cells::Int(Int64Array::from(vec![22]))).unwrap(), "22");
        assert!(written(Kind::Percent, &text("high")).is_err());
        for (cell, count) in [("2 шт.", "2"), ("1,5 кг", "1.5"), ("3pcs", "3"), ("-1", "-1"), ("2.0", "2")] {
            assert_eq!(written(Kind::Count, &text(cell)).unwrap(), count);
        }
        assert!(written(Kind::Count, &text("2 моль")).is_err() && written(Kind::Count, &text("")).is_err());
    }

    #[test]
    fn tags_and_attributes() {
        assert_eq!(written(Kind::Tags, &text("vip; new,,\"x\"")).unwrap(), r#"["vip","new","\"x\""]"#);
        assert_eq!(written(Kind::Tags, &json(r#"["a","b"]"#)).unwrap(), r#"["a","b"]"#);
        assert!(written(Kind::Tags, &text("[1,2]")).is_err());
        assert_eq!(written(Kind::Object, &text("{\"a\":\n1}")).unwrap(), "{\"a\": 1}");
        assert_eq!(written(Kind::Object, &json("{}")).unwrap(), "{}");
        assert_eq!(written(Kind::Object, &json(r#""{\"a\":1}""#)).unwrap(), r#"{"a":1}"#);
        for bad in [text("a=1"), text("[1]"), text("{\"a\"}"), json("5")] {
            assert!(written(Kind::Object, &bad).is_err());
        }
        let mut out = Vec::new();
        write_typed(&mut out, &Cells::Float(Float64Array::from(vec![0.5])), 0).unwrap();
        write_typed(&mut out, &Cells::Bool(BooleanArray::from(vec![false])), 0).unwrap();
        assert_eq!(out, b"0.5false");
    }
}
