//! The values of a statement: each gets a name, and the statement holds only the name.

use std::collections::HashMap;

use datafusion::common::{ParamValues, ScalarValue};
use kupets_semantic::compile::Value;

/// Values bound so far.
#[derive(Debug, Default)]
pub(crate) struct Values(HashMap<String, ScalarValue>);

impl Values {
    /// Binds a value under a name of its own choice; the placeholder stands for it in the statement.
    pub(crate) fn bind(&mut self, value: ScalarValue) -> String {
        let name = format!("v{}", self.0.len());
        let placeholder = format!("${name}");
        self.0.insert(name, value);
        placeholder
    }

    /// Binds a text as the argument of a function, whose type the planner must know before the value is there.
    pub(crate) fn text(&mut self, text: impl Into<String>) -> String {
        format!("CAST({} AS VARCHAR)", self.bind(ScalarValue::Utf8(Some(text.into()))))
    }

    /// Binds a value under the name that the statement gives it.
    pub(crate) fn name(&mut self, name: &str, value: impl Into<ScalarValue>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The statement with its values written out, for people to read and run again. It is never run here.
    pub(crate) fn spell(&self, sql: &str) -> String {
        let mut text = String::with_capacity(sql.len() + 64);
        let mut rest = sql;
        while let Some(at) = rest.find('$') {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            let end = after[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(after.len(), |e| e + 1);
            match self.0.get(&after[1..end]) {
                Some(value) => text.push_str(&literal(value)),
                None => text.push_str(&after[..end]),
            }
            rest = &after[end..];
        }
        text.push_str(rest);
        text
    }
}

fn literal(value: &ScalarValue) -> String {
    match value {
        ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) => format!("'{}'", text.replace('\'', "''")),
        ScalarValue::TimestampMicrosecond(Some(time), _) => match chrono::DateTime::from_timestamp_micros(*time) {
            Some(time) => format!("TIMESTAMP '{}'", time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
            None => time.to_string(),
        },
        ScalarValue::Date32(Some(days)) => {
            let days = chrono::TimeDelta::days(i64::from(*days));
            match chrono::NaiveDate::default().checked_add_signed(days) {
                Some(day) => format!("DATE '{day}'"),
                None => value.to_string(),
            }
        }
        value if value.is_null() => "NULL".to_owned(),
        value => value.to_string(),
    }
}

impl From<Values> for ParamValues {
    fn from(values: Values) -> Self {
        values.0.into()
    }
}

/// A value of a plan's statement.
pub(crate) fn bound(value: &Value) -> ScalarValue {
    match value {
        Value::Text(text) => ScalarValue::Utf8(Some(text.clone())),
        Value::Integer(number) => ScalarValue::Int64(Some(*number)),
        Value::Decimal(number) => {
            let scale = i8::try_from(number.scale).unwrap_or(i8::MAX);
            ScalarValue::Decimal128(Some(i128::from(number.digits)), 38, scale)
        }
        Value::Time(at) => micros(at.timestamp_micros()),
    }
}

/// A moment as the tables hold it, so that it prunes files without a cast.
pub(crate) fn micros(time: i64) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(Some(time), Some("UTC".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_spelled_with_its_values() {
        let mut values = Values::default();
        let text = values.bind(ScalarValue::from("it's $v1"));
        values.name("as_of", micros(0));
        values.name("as_of_day", 7_i64);
        values.name("day", ScalarValue::Date32(Some(20_000)));
        let sql = format!("SELECT {text}, $as_of, $as_of_day, $day, $other");
        let told = "SELECT 'it''s $v1', TIMESTAMP '1970-01-01T00:00:00Z', 7, DATE '2024-10-04', $other";
        assert_eq!(values.spell(&sql), told);
    }
}
