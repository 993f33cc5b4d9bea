//! Values of placeholders, from JSON.

use std::collections::HashMap;

use datafusion::{
    common::{ParamValues, ScalarValue},
    scalar::ScalarValue as Scalar,
};
use kupets_core::{Error, Result};
use serde_json::{Number, Value};

/// Placeholder values from a JSON array (`$1`, `$2`, …), an object (`$name`), or nothing.
///
/// Whole numbers of 64 bits become BIGINT, other numbers DECIMAL with the digits as written (DOUBLE if they have an exponent or
/// more than 38 digits), strings VARCHAR, arrays lists of one type; they meet the type of the place where they stand.
///
/// # Errors
/// `sql_params` when it is neither array nor object, or a value is an object or an array of mixed types.
pub fn params_from_json(params: Option<&Value>) -> Result<ParamValues> {
    match params {
        None | Some(Value::Null) => Ok(ParamValues::List(Vec::new())),
        Some(Value::Array(values)) => {
            let values: Result<Vec<_>> =
                values.iter().enumerate().map(|(i, v)| scalar(&format!("${}", i + 1), v)).collect();
            Ok(values?.into())
        }
        Some(Value::Object(values)) => {
            let values: Result<HashMap<_, _>> =
                values.iter().map(|(name, v)| Ok((name.clone(), scalar(&format!("${name}"), v)?))).collect();
            Ok(values?.into())
        }
        Some(_) => Err(Error::invalid(
            "sql_params",
            "`params` must be an array, for $1, $2, …, or an object, for $name placeholders.",
        )),
    }
}

fn scalar(name: &str, value: &Value) -> Result<ScalarValue> {
    Ok(match value {
        Value::Null => Scalar::Null,
        Value::Bool(b) => Scalar::Boolean(Some(*b)),
        Value::Number(n) => number(name, n)?,
        Value::String(s) => Scalar::Utf8(Some(s.clone())),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|v| scalar(name, v)).collect::<Result<_>>()?;
            let element = items.iter().map(Scalar::data_type).find(|t| !t.is_null());
            let element = element.unwrap_or(arrow::datatypes::DataType::Utf8);
            if items.iter().any(|v| !v.is_null() && v.data_type() != element) {
                return Err(Error::invalid("sql_params", format!("The values of {name} must be of one type.")));
            }
            let items: Vec<_> = items
                .into_iter()
                .map(|v| if v.is_null() { Scalar::try_new_null(&element) } else { Ok(v) })
                .collect::<datafusion::error::Result<_>>()
                .map_err(super::from_datafusion)?;
            Scalar::List(Scalar::new_list_nullable(&items, &element))
        }
        Value::Object(_) => {
            return Err(Error::invalid(
                "sql_params",
                format!("The value of {name} is an object: send a number, a string, true, false, null or an array."),
            ));
        }
    })
}

/// A number from its text, as [`params_from_json`] reads one.
///
/// # Errors
/// It is none.
pub fn number_from_text(name: &str, text: &str) -> Result<ScalarValue> {
    match text.trim().parse::<Number>() {
        Ok(found) => number(name, &found),
        Err(_) => Err(Error::invalid("sql_params", format!("The value of {name} is `{text}`, which is not a number."))),
    }
}

fn number(name: &str, number: &Number) -> Result<Scalar> {
    if let Some(whole) = number.as_i64() {
        return Ok(Scalar::Int64(Some(whole)));
    }
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits_only = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if digits_only(whole.trim_start_matches('-')) && digits_only(fraction) {
        let digits = whole.trim_start_matches('-').trim_start_matches('0').len() + fraction.len();
        if let (true, Ok(scale), Ok(value)) =
            (digits <= 38, i8::try_from(fraction.len()), format!("{whole}{fraction}").parse::<i128>())
        {
            return Ok(Scalar::Decimal128(Some(value), u8::try_from(digits.max(1)).unwrap_or(38), scale));
        }
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Scalar::Float64(Some(value))),
        _ => Err(Error::invalid("sql_params", format!("The value of {name} is out of range."))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        let value = |text: &str| number("$1", &text.parse::<Number>().unwrap()).unwrap();
        assert_eq!(value("7"), Scalar::Int64(Some(7)));
        assert_eq!(number_from_text("$1", " 7 ").unwrap(), Scalar::Int64(Some(7)));
        assert!(number_from_text("$1", "7 km").is_err());
        assert_eq!(value("-0.0625"), Scalar::Decimal128(Some(-625), 4, 4));
        assert_eq!(value("12.50"), Scalar::Decimal128(Some(1250), 4, 2));
        assert_eq!(value("1e3"), Scalar::Float64(Some(1000.0)));
        assert_eq!(value("18446744073709551616"), Scalar::Decimal128(Some(18_446_744_073_709_551_616), 20, 0));
    }

    #[test]
    fn shapes() {
        assert!(matches!(params_from_json(Some(&json!({"a": 1}))).unwrap(), ParamValues::Map(m) if m.len() == 1));
        assert!(
            matches!(params_from_json(Some(&json!([1, "x", ["a", null]]))).unwrap(), ParamValues::List(l) if l.len() == 3)
        );
        assert!(params_from_json(Some(&json!("x"))).is_err());
        assert!(params_from_json(Some(&json!([{"a": 1}]))).is_err());
        assert!(params_from_json(Some(&json!([[1, "a"]]))).is_err());
    }
}
