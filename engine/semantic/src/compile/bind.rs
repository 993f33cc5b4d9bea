//! Values of a statement: each gets a name, and the statement holds only the name.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::text::numbers::Number;

/// A bound value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Number),
    /// A moment, as the tables hold it: microseconds in UTC.
    Time(DateTime<Utc>),
}

/// The values of one statement, by the names of their placeholders without `$`.
#[derive(Debug, Default)]
pub(super) struct Binder(pub BTreeMap<String, Value>);

impl Binder {
    fn bind(&mut self, value: Value) -> String {
        // The same value needs one name only.
        if let Some((name, _)) = self.0.iter().find(|(name, known)| name.starts_with('v') && **known == value) {
            return format!("${name}");
        }
        let name = format!("v{}", self.0.len());
        let placeholder = format!("${name}");
        self.0.insert(name, value);
        placeholder
    }

    /// A text; the cast tells the planner its type before the value is there.
    pub fn text(&mut self, text: &str) -> String {
        format!("CAST({} AS VARCHAR)", self.bind(Value::Text(text.to_owned())))
    }

    /// A number that is compared with a decimal.
    pub fn number(&mut self, number: Number) -> String {
        let value = number.integer().map_or(Value::Decimal(number), Value::Integer);
        self.bind(value)
    }

    /// A value under the name that the statement gives it.
    pub fn named(&mut self, name: &str, value: Value) -> String {
        self.0.insert(name.to_owned(), value);
        format!("${name}")
    }
}
