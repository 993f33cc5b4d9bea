//! Values as they were written. 1.5 is 1.5, to the last digit: nothing goes through floating point.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Number, Value};

/// A figure, exact.
pub type Figure = Number;

/// A value in an argument: text, a number, or yes and no.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Scalar(Value);

impl Scalar {
    /// The value, as JSON has it.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<&Number> {
        match &self.0 {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl fmt::Display for Scalar {
    /// Text without quotes, numbers as they were written.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::String(text) => out.write_str(text),
            other => other.fmt(out),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self(Value::from(text))
    }
}

impl From<Number> for Scalar {
    fn from(number: Number) -> Self {
        Self(Value::Number(number))
    }
}

impl From<bool> for Scalar {
    fn from(yes: bool) -> Self {
        Self(Value::Bool(yes))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            value @ (Value::String(_) | Value::Number(_) | Value::Bool(_)) => Ok(Self(value)),
            Value::Null => Err(D::Error::custom("a text, a number, true or false was expected, not null")),
            Value::Array(_) => Err(D::Error::custom("a text, a number, true or false was expected, not a list")),
            Value::Object(_) => Err(D::Error::custom("a text, a number, true or false was expected, not an object")),
        }
    }
}

impl JsonSchema for Scalar {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "number", "boolean"]})
    }
}

/// A value in a result: a [`Scalar`] or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cell(pub Value);

impl JsonSchema for Cell {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // SQL may answer with lists and structs as well.
        json_schema!({"type": ["string", "number", "boolean", "null", "array", "object"]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The feature that the product's build turns on: numbers are kept as they are written.
    #[test]
    fn numbers_are_kept_to_the_last_digit() {
        for text in ["1.5", "0.1", "12345678901234567890.123456789", "-3", "1e3"] {
            let scalar: Scalar = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&scalar).unwrap().to_lowercase().replace("e+", "e"), text);
            let through: Scalar = serde_json::from_value(serde_json::from_str(text).unwrap()).unwrap();
            assert_eq!(through, scalar);
        }
        assert_eq!(serde_json::from_str::<Scalar>("\"Казань\"").unwrap().to_string(), "Казань");
    }

    #[test]
    fn what_is_no_scalar_is_refused() {
        for text in ["null", "[1.5]", "{\"a\": 1.5}"] {
            assert!(serde_json::from_str::<Scalar>(text).is_err());
        }
    }
}
