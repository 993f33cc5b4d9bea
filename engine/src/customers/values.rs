//! The values of a statement: each gets a name, and the statement holds only the name.

use std::collections::HashMap;

use datafusion::common::{ParamValues, ScalarValue};

/// Values bound so far.
#[derive(Debug, Default)]
pub(super) struct Values(HashMap<String, ScalarValue>);

impl Values {
    /// Binds a value under a name of its own choice; the placeholder stands for it in the statement.
    pub(super) fn bind(&mut self, value: ScalarValue) -> String {
        let name = format!("v{}", self.0.len());
        let placeholder = format!("${name}");
        self.0.insert(name, value);
        placeholder
    }

    /// Binds a text as the argument of a function, whose type the planner must know before the value is there.
    pub(super) fn text(&mut self, text: impl Into<String>) -> String {
        format!("CAST({} AS VARCHAR)", self.bind(ScalarValue::Utf8(Some(text.into()))))
    }

    /// Binds a value under the name that the statement gives it.
    pub(super) fn name(&mut self, name: &str, value: impl Into<ScalarValue>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

impl From<Values> for ParamValues {
    fn from(values: Values) -> Self {
        values.0.into()
    }
}

/// A moment as the tables hold it, so that it prunes files without a cast.
pub(super) fn micros(time: i64) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(Some(time), Some("UTC".into()))
}
