//! Telephone numbers as they are looked for: whole or in part, with or without the country, with a trunk prefix where one is dialled.

use kupets_core::{Error, Result};
use kupets_query::{is_abroad, phone_digits, phone_key};

use super::model::Comparison;
use crate::snapshot_reader::Values;

/// Digits of a number that may be looked for by its end, or stand for one with the country's code before it.
const WHOLE_DIGITS: usize = 7;
/// Digits behind a trunk prefix, before it is taken for one.
const BEHIND_TRUNK: usize = 3;
/// Digits of a country's code, at most.
const COUNTRY_DIGITS: usize = 3;

/// The condition that what is written is in a number of the column: anywhere in its digits, or from its beginning where a trunk prefix
/// of home is written for the country's code. None: there is no digit in it.
pub(super) fn contains(column: &str, written: &str, values: &mut Values) -> Option<String> {
    let digits = phone_digits(written);
    if digits.is_empty() {
        return None;
    }
    let key = format!("phone_key({column})");
    // Each number of the column begins behind a line break.
    let begins = |digits: String, values: &mut Values| {
        format!("contains(concat(chr(10), {key}), {})", values.text(format!("\n{digits}")))
    };
    let plain = format!("contains(regexp_replace({column}, '[^0-9]', '', 'g'), {})", values.text(digits.as_str()));
    let mut ways = vec![plain, format!("contains({key}, {})", values.text(digits.as_str()))];
    if !is_abroad(written) {
        let behind = |prefix: &str| digits.strip_prefix(prefix).filter(|rest| rest.len() >= BEHIND_TRUNK);
        if let Some(rest) = behind("8") {
            ways.push(begins(format!("7{rest}"), values));
            ways.push(begins(rest.to_owned(), values));
        }
        if let Some(rest) = behind("00").or_else(|| behind("0")) {
            ways.push(format!("contains({key}, {})", values.text(rest)));
        }
    }
    let whole = phone_key(written);
    if whole.len() >= WHOLE_DIGITS {
        ways.push(same(&key, &whole, values));
    }
    Some(format!("({})", ways.join(" OR ")))
}

/// The condition that a key and another are of one number, one of them perhaps without its country.
fn same(key: &str, whole: &str, values: &mut Values) -> String {
    let whole = values.text(whole);
    let close = |long: &str, short: &str| {
        format!(
            "(length({short}) >= {WHOLE_DIGITS} AND ends_with({long}, {short}) AND length({long}) - length({short}) <= {COUNTRY_DIGITS})"
        )
    };
    format!("({key} = {whole} OR {} OR {})", close(key, &whole), close(&whole, key))
}

/// A filter over a column of numbers.
///
/// # Errors
/// Numbers have no order.
pub(super) fn filter(column: &str, comparison: Comparison, value: &str, values: &mut Values) -> Result<String> {
    let text = |values: &mut Values| {
        let value = values.text(kupets_query::search_key(value));
        (format!("search_key({column})"), value)
    };
    match comparison {
        Comparison::Contains => Ok(contains(column, value, values).unwrap_or_else(|| {
            let (key, value) = text(values);
            format!("contains({key}, {value})")
        })),
        Comparison::Equal | Comparison::NotEqual => {
            let whole = phone_key(value);
            let is = if whole.is_empty() {
                let (key, value) = text(values);
                format!("{key} = {value}")
            } else if whole.len() < WHOLE_DIGITS {
                format!("phone_key({column}) = {}", values.text(whole))
            } else {
                same(&format!("phone_key({column})"), &whole, values)
            };
            Ok(match comparison {
                Comparison::Equal => is,
                _ => format!("NOT coalesce({is}, false)"),
            })
        }
        _ => Err(Error::invalid(
            "bad_parameter",
            format!("`{column}` has no order: use = (the number, however it is written), != or ~ (a part of it)."),
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_are_bound_and_have_no_order() {
        for comparison in [Comparison::Equal, Comparison::NotEqual, Comparison::Contains] {
            for evil in ["'); DROP TABLE customers; --", "8 900'; DROP 1"] {
                let sql = filter("phone", comparison, evil, &mut Values::default()).unwrap();
                assert!(!sql.contains("DROP") && sql.contains("$v"), "{sql}");
            }
        }
        let order = filter("phone", Comparison::Less, "8 900", &mut Values::default()).unwrap_err();
        assert!(order.to_string().contains("no order"), "{order}");
        assert_eq!(contains("phone", "--", &mut Values::default()), None);
    }
}
