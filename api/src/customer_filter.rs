//! The `filter` of the customer list: `revenue>=1000;(tags=vip|attributes.city=Kazan);name~"a;b"`.

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

/// Reads groups of conditions: all groups must hold, and of a group in parentheses one condition. Whether a field exists
/// and a value fits it, the engine says.
///
/// # Errors
/// 422 that names the condition.
pub fn parse(text: &str) -> Result<Vec<Vec<Filter>>> {
    let groups: Vec<Vec<Filter>> = parts(text, ';').into_iter().map(group).collect::<Result<_>>()?;
    if groups.iter().map(Vec::len).sum::<usize>() > MAX_CONDITIONS {
        return Err(wrong(format!("at most {MAX_CONDITIONS} conditions")));
    }
    Ok(groups)
}

/// One condition, or several between parentheses with `|` between them.
fn group(text: &str) -> Result<Vec<Filter>> {
    let Some(inner) = text.strip_prefix('(') else { return Ok(vec![condition(text)?]) };
    let inner = inner.strip_suffix(')').ok_or_else(|| wrong(format!("{text:?} has no closing parenthesis")))?;
    let conditions = parts(inner, '|');
    if conditions.is_empty() {
        return Err(wrong(format!("{text:?} has no condition in it; write for example (tags=vip|revenue>=1000)")));
    }
    conditions.into_iter().map(condition).collect()
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

/// What stands between the separators that are not in double quotes; nothing twice in a row is no part.
fn parts(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let split = text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    split.map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn condition(text: &str) -> Result<Filter> {
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
                [filter("revenue", Comparison::GreaterOrEqual, "1000")],
                [filter("attributes.city", Comparison::Equal, "Казань")],
                [filter("name", Comparison::Contains, "a;b \"c\"")],
                [filter("tags", Comparison::NotEqual, "vip")],
            ]
        );
        assert!(parse("").unwrap().is_empty());
        assert_eq!(parse("email=").unwrap(), [[filter("email", Comparison::Equal, "")]]);
    }

    #[test]
    fn of_a_group_one_must_hold() {
        assert_eq!(
            parse(r#"( tags=vip | name~"a|b;(c)" );orders>2"#).unwrap(),
            [
                vec![filter("tags", Comparison::Equal, "vip"), filter("name", Comparison::Contains, "a|b;(c)")],
                vec![filter("orders", Comparison::Greater, "2")],
            ]
        );
        assert_eq!(parse("(tags=vip)").unwrap(), [[filter("tags", Comparison::Equal, "vip")]]);
        assert!(parse("(tags=vip|orders>2").unwrap_err().to_string().contains("no closing parenthesis"));
        assert!(parse("(|)").unwrap_err().to_string().contains("no condition in it"));
        assert!(parse(&format!("({})", "a=1|".repeat(21))).is_err());
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
