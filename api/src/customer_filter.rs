//! The `filter` of the customer list: `revenue>=1000;attributes.city=Kazan;name~"a;b"`.

use kupets_engine::customers::{Comparison, Filter};

use crate::problem::{Problem, Result, field};

/// Conditions of one request at most.
const MAX_CONDITIONS: usize = 20;

/// Spellings, the longer before what they begin with.
const COMPARISONS: [(&str, Comparison); 7] = [
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("~", Comparison::Contains),
];

/// Reads conditions. Whether a field exists and a value fits it, the engine says.
///
/// # Errors
/// 422 that names the condition.
pub fn parse(text: &str) -> Result<Vec<Filter>> {
    let filters: Vec<Filter> =
        split(text).into_iter().filter(|c| !c.trim().is_empty()).map(condition).collect::<Result<_>>()?;
    if filters.len() > MAX_CONDITIONS {
        return Err(wrong(format!("at most {MAX_CONDITIONS} conditions")));
    }
    Ok(filters)
}

/// A `sort`: the field, and whether from the greatest down.
pub fn order(sort: Option<&str>) -> (Option<String>, bool) {
    match sort.map(str::trim) {
        None | Some("") => (None, false),
        Some(field) => match field.strip_prefix('-') {
            Some(field) => (Some(field.to_owned()), true),
            None => (Some(field.to_owned()), false),
        },
    }
}

fn wrong(message: String) -> Problem {
    Problem::fields(vec![field("filter", message)])
}

/// Splits at `;` outside of double quotes.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
    .collect()
}

fn condition(text: &str) -> Result<Filter> {
    let text = text.trim();
    let bad =
        || wrong(format!("{text:?} is not a condition; write for example revenue>=1000 or attributes.city=Kazan"));
    let at = text.find(['=', '!', '<', '>', '~']).filter(|at| *at > 0).ok_or_else(bad)?;
    let (name, rest) = text.split_at(at);
    let (value, comparison) =
        COMPARISONS.iter().find_map(|(sign, c)| Some((rest.strip_prefix(sign)?, *c))).ok_or_else(bad)?;
    let value = value.trim();
    // A quote inside a quoted value is written twice, as in SQL.
    let value = match value.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"').ok_or_else(bad)?.replace("\"\"", "\""),
        None => value.to_owned(),
    };
    Ok(Filter { field: name.trim().to_owned(), comparison, value })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn filter(field: &str, comparison: Comparison, value: &str) -> Filter {
        Filter { field: field.to_owned(), comparison, value: value.to_owned() }
    }

    #[test]
    fn conditions_are_read() {
        assert_eq!(
            parse(r#"revenue>=1000; attributes.city=Казань ;name~"a;b ""c""";tags!=vip"#).unwrap(),
            [
                filter("revenue", Comparison::GreaterOrEqual, "1000"),
                filter("attributes.city", Comparison::Equal, "Казань"),
                filter("name", Comparison::Contains, "a;b \"c\""),
                filter("tags", Comparison::NotEqual, "vip"),
            ]
        );
        assert_eq!(parse("").unwrap(), []);
        assert_eq!(parse("email=").unwrap(), [filter("email", Comparison::Equal, "")]);
    }

    #[test]
    fn what_is_no_condition_is_named() {
        for bad in ["revenue", "=3", "revenue!3", "name=\"open"] {
            let text = parse(bad).unwrap_err().to_string();
            assert!(text.contains("is not a condition"), "{text}");
        }
        assert!(parse(&"a=1;".repeat(21)).is_err());
    }
}
