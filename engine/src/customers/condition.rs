//! A filter as SQL.

use chrono_tz::Tz;
use datafusion::common::ScalarValue;
use rust_decimal::Decimal;

use super::{
    field::{Field, Subject, Type, subject},
    model::{Comparison, Filter},
    phone,
};
use kupets_core::{Error, Result};
use kupets_query::search_key;

use crate::snapshot_reader::{Values, micros};

/// Fraction digits of a decimal that something is compared with.
const SCALE: u32 = 9;
/// Bytes of a value.
const MAX_BYTES: usize = 1024;

/// The condition over the columns of the list, its value bound. An empty value stands for nothing: `email=` finds the
/// customers without an e-mail address.
///
/// # Errors
/// There is no such field, the value does not fit it, or it has no such comparison.
pub(super) fn condition(filter: &Filter, zone: Tz, values: &mut Values) -> Result<String> {
    let value = filter.value.trim();
    if value.len() > MAX_BYTES || filter.field.len() > MAX_BYTES {
        return Err(bad(format!("A filter of {} bytes is too long; the limit is {MAX_BYTES}.", value.len())));
    }
    match subject(&filter.field)? {
        Subject::Attribute(key) => attribute(filter, key, value, values),
        Subject::Field(field) if value.is_empty() => absent(field, filter.comparison),
        Subject::Field(Field { kind: Type::Tags, .. }) => tags(filter.comparison, value, values),
        Subject::Field(Field { name, kind: Type::Consent }) => consent(name, filter.comparison, value, values),
        Subject::Field(Field { name, kind: Type::Phone }) => phone::filter(name, filter.comparison, value, values),
        Subject::Field(Field { name, kind: Type::Text | Type::Words }) if filter.comparison == Comparison::Contains => {
            Ok(contains(name, value, values))
        }
        Subject::Field(Field { name, kind: Type::Words })
            if matches!(filter.comparison, Comparison::Equal | Comparison::NotEqual) =>
        {
            Ok(same_words(name, filter.comparison, value, values))
        }
        Subject::Field(Field { name, kind }) => {
            let operator = operator(filter.comparison).ok_or_else(|| {
                bad(format!(
                    "`{name}` cannot be searched with `~`: only texts and tags can. Use =, !=, <, <=, > or >=."
                ))
            })?;
            Ok(compare(name, operator, &values.bind(typed(name, kind, value, zone)?)))
        }
    }
}

fn bad(message: String) -> Error {
    Error::invalid("bad_parameter", message)
}

fn operator(comparison: Comparison) -> Option<&'static str> {
    Some(match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "IS DISTINCT FROM",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Contains => return None,
    })
}

/// In parentheses: what follows would be read as a part of IS DISTINCT FROM.
fn compare(left: &str, operator: &str, right: &str) -> String {
    format!("({left} {operator} {right})")
}

fn absent(field: Field, comparison: Comparison) -> Result<String> {
    match comparison {
        Comparison::Equal => Ok(format!("{} IS NULL", field.name)),
        Comparison::NotEqual => Ok(format!("{} IS NOT NULL", field.name)),
        _ => Err(bad(format!("`{}` is compared with nothing: give a value.", field.name))),
    }
}

/// A value as its column has it.
pub(super) fn typed(name: &str, kind: Type, text: &str, zone: Tz) -> Result<ScalarValue> {
    let wrong = |what: &str| bad(format!("`{name}` is compared with `{text}`, but it is {what}."));
    match kind {
        Type::Text | Type::Words | Type::Phone | Type::Tags | Type::Consent => Ok(ScalarValue::from(text)),
        Type::Flag => text.parse::<bool>().map(ScalarValue::from).map_err(|_| wrong("true or false")),
        Type::Time => Ok(micros(kupets_core::time::parse(name, text, zone)?.timestamp_micros())),
        Type::Integer => text.parse::<i64>().map(ScalarValue::from).map_err(|_| wrong("a whole number such as 3")),
        Type::Decimal => {
            decimal(text).ok_or_else(|| wrong("a number such as 1500 or 99.90, with at most 9 fraction digits"))
        }
        Type::Float => match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(ScalarValue::from(value)),
            _ => Err(wrong("a number such as 0.5")),
        },
    }
}

fn decimal(text: &str) -> Option<ScalarValue> {
    let value = Decimal::from_str_exact(text).ok()?.normalize();
    if value.scale() > SCALE {
        return None;
    }
    let shift = 10_i128.pow(SCALE - value.scale());
    // 96 bits times a power of ten below 2^30 fit 127 bits.
    Some(ScalarValue::Decimal128(Some(value.mantissa() * shift), 38, 9))
}

fn contains(expression: &str, value: &str, values: &mut Values) -> String {
    format!("contains(search_key({expression}), {})", values.text(search_key(value)))
}

/// The same words or others, however they are spelled.
fn same_words(expression: &str, comparison: Comparison, value: &str, values: &mut Values) -> String {
    let operator = if comparison == Comparison::Equal { "=" } else { "IS DISTINCT FROM" };
    compare(&format!("search_key({expression})"), operator, &values.text(search_key(value)))
}

/// What a customer agreed to, by channel: what was said of it last counts. Refused is not agreed, and neither is nothing said.
fn consent(name: &str, comparison: Comparison, channel: &str, values: &mut Values) -> Result<String> {
    let given = format!("coalesce(consent_given({name}, {}), false)", values.text(channel));
    match comparison {
        Comparison::Equal => Ok(given),
        Comparison::NotEqual => Ok(format!("NOT {given}")),
        _ => Err(bad(format!(
            "`{name}` is compared with a channel such as email: use = (agreed to it) or != (did not)."
        ))),
    }
}

/// Tags are stored as compact JSON, in which a text is written in one way: elements are compared as they are written.
fn tags(comparison: Comparison, value: &str, values: &mut Values) -> Result<String> {
    let written = serde_json::Value::from(value).to_string();
    match comparison {
        Comparison::Equal => Ok(format!("array_has(json_get_array(tags), {})", values.text(written))),
        Comparison::NotEqual => {
            Ok(format!("NOT coalesce(array_has(json_get_array(tags), {}), false)", values.text(written)))
        }
        Comparison::Contains => {
            // Without the quotes around it.
            let inside = written.get(1..written.len() - 1).unwrap_or_default();
            Ok(contains("array_to_string(json_get_array(tags), chr(10))", inside, values))
        }
        _ => Err(bad(
            "Tags have no order: use = (one of them is), != (none of them is) or ~ (one of them contains).".into()
        )),
    }
}

/// An attribute is whatever JSON the app sends. Against a number it is compared as one where it is one, also where it was
/// sent as text; otherwise as text, which puts dates in ISO 8601 in their order.
fn attribute(filter: &Filter, key: &str, value: &str, values: &mut Values) -> Result<String> {
    let text = format!("json_as_text(attributes, {})", values.text(key));
    if value.is_empty() {
        return match filter.comparison {
            Comparison::Equal => Ok(format!("coalesce({text}, '') = ''")),
            Comparison::NotEqual => Ok(format!("coalesce({text}, '') <> ''")),
            _ => Err(bad(format!("`{}` is compared with nothing: give a value.", filter.field))),
        };
    }
    let Some(operator) = operator(filter.comparison) else { return Ok(contains(&text, value, values)) };
    let Some(number) = decimal(value) else {
        return Ok(match filter.comparison {
            Comparison::Equal | Comparison::NotEqual => same_words(&text, filter.comparison, value, values),
            _ => compare(&text, operator, &values.text(value)),
        });
    };
    let number = values.bind(number);
    let as_number = format!("TRY_CAST({text} AS DECIMAL(38, 9))");
    Ok(match filter.comparison {
        Comparison::Equal => format!("({as_number} = {number} OR {text} = {})", values.text(value)),
        Comparison::NotEqual => {
            let text = compare(&text, operator, &values.text(value));
            format!("{} AND {text}", compare(&as_number, operator, &number))
        }
        _ => compare(&as_number, operator, &number),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn filter(field: &str, comparison: Comparison, value: &str) -> Result<String> {
        let filter = Filter { field: field.into(), comparison, value: value.into() };
        condition(&filter, Tz::Europe__Moscow, &mut Values::default())
    }

    #[test]
    fn values_are_bound_not_spliced() {
        let evil = "'); DROP TABLE customers; --";
        for field in ["name", "customer_id", "segment", "tags", &format!("attributes.{evil}")] {
            for comparison in [Comparison::Equal, Comparison::NotEqual, Comparison::Contains] {
                let sql = filter(field, comparison, evil).unwrap();
                assert!(!sql.contains("DROP") && sql.contains("$v"), "{sql}");
            }
        }
    }

    #[test]
    fn decimals_keep_their_digits() {
        let of = |text| decimal(text).map(|v| v.to_string());
        assert_eq!(decimal("-1.5"), Some(ScalarValue::Decimal128(Some(-1_500_000_000), 38, 9)));
        assert_eq!(decimal("100.000000000000"), Some(ScalarValue::Decimal128(Some(100_000_000_000), 38, 9)));
        assert!(of("79228162514264337593543950335").is_some());
        assert_eq!(of("0.0000000001"), None);
        assert_eq!(of("1,5"), None);
        assert_eq!(of("vip"), None);
    }

    #[test]
    fn what_does_not_fit_is_explained() {
        let message = |field, comparison, value| filter(field, comparison, value).unwrap_err().to_string();
        assert!(message("orders", Comparison::Equal, "1.5").contains("a whole number"));
        assert!(message("revenue", Comparison::Greater, "much").contains("`revenue` is compared with `much`"));
        assert!(message("revenue", Comparison::Contains, "1").contains("cannot be searched with `~`"));
        assert!(message("created_at", Comparison::Less, "01.02.2026").contains("RFC 3339"));
        assert!(message("churn_risk", Comparison::Less, "NaN").contains("0.5"));
        assert!(message("tags", Comparison::Less, "vip").contains("no order"));
        assert!(message("name", Comparison::Less, "").contains("give a value"));
        assert!(message("attributes.city", Comparison::Contains, "").contains("give a value"));
        assert!(message("do_not_contact", Comparison::Equal, "yes").contains("true or false"));
        assert!(
            filter("do_not_contact", Comparison::NotEqual, "true").unwrap().contains("do_not_contact IS DISTINCT FROM")
        );
        let long = filter("name", Comparison::Equal, &"x".repeat(2000)).unwrap_err().to_string();
        assert!(long.contains("too long"), "{long}");
        assert!(message("surname", Comparison::Equal, "x").contains("customer_id, name, email"));
    }
}
