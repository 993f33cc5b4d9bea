//! Filters in one form, so that equal ones are equal.

use std::collections::BTreeSet;

use kupets_semantic::plan::{Filter, Operator, Plan};
use serde_json::Value;

use crate::retail::Retail;

/// The field, what is compared, and the values.
type Condition = (String, String, BTreeSet<String>);

/// The name of a field in the questions.
pub fn name(field: &str) -> &str {
    match field {
        "customer_kind" => "new_or_returning",
        other => other.strip_prefix("attributes.").or_else(|| other.strip_prefix("attribute.")).unwrap_or(other),
    }
}

/// The conditions that a plan sets.
pub fn of_plan(plan: &Plan, retail: &Retail) -> BTreeSet<Condition> {
    let mut found: BTreeSet<Condition> = plan.filters.iter().flat_map(|filter| of_filter(filter, retail)).collect();
    if let Some(weekdays) = plan.period.weekdays {
        found.extend(condition("weekday", "in", weekdays.days().map(|day| day.to_string()).collect(), retail));
    }
    found
}

/// The conditions that are expected.
pub fn expected(filters: &Value, retail: &Retail) -> BTreeSet<Condition> {
    let filters = filters.as_array().unwrap().iter();
    filters
        .flat_map(|filter| {
            let values = match &filter["value"] {
                Value::Array(values) => values.iter().map(plain).collect(),
                value => vec![plain(value)],
            };
            condition(filter["field"].as_str().unwrap(), filter["op"].as_str().unwrap(), values, retail)
        })
        .collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn of_filter(filter: &Filter, retail: &Retail) -> Vec<Condition> {
    let op = match filter.op {
        Operator::In => "in",
        Operator::NotIn => "not_in",
        Operator::More => ">",
        Operator::AtLeast => ">=",
        Operator::Less => "<",
        Operator::AtMost => "<=",
        Operator::Between => "between",
        Operator::Missing => "missing",
        Operator::Present => "present",
    };
    condition(&filter.field.to_string(), op, filter.values.clone(), retail)
}

/// One form for all that mean the same: sets for one value, included bounds for whole numbers, the days that are left for
/// those that are taken out.
fn condition(field: &str, op: &str, values: Vec<String>, retail: &Retail) -> Vec<Condition> {
    let field = name(field);
    let numbers: Vec<f64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    let of_numbers = |op: &str, number: f64| vec![(field.to_owned(), op.to_owned(), [number.to_string()].into())];
    // A bound on hours is a set of them.
    if field == "hour"
        && let [bound] = numbers.as_slice()
        && matches!(op, ">" | ">=" | "<" | "<=")
    {
        let holds = |hour: f64| match op {
            ">" => hour > *bound,
            ">=" => hour >= *bound,
            "<" => hour < *bound,
            _ => hour <= *bound,
        };
        let hours = (0..24u8).filter(|hour| holds(f64::from(*hour))).map(|hour| hour.to_string()).collect();
        return vec![(field.to_owned(), "in".to_owned(), hours)];
    }
    let whole = matches!(field, "orders" | "units" | "customers" | "new_customers");
    match (op, numbers.as_slice()) {
        (">", [number]) if whole => return of_numbers(">=", number.floor() + 1.0),
        ("<", [number]) if whole => return of_numbers("<=", number.ceil() - 1.0),
        (">" | "<" | ">=" | "<=", [number]) => return of_numbers(op, *number),
        ("between", [first, last]) => return [of_numbers(">=", *first), of_numbers("<=", *last)].concat(),
        _ => {}
    }
    let all: Vec<String> = match field {
        "weekday" => (1..=7).map(|day: u8| day.to_string()).collect(),
        "hour" => (0..24).map(|hour: u8| hour.to_string()).collect(),
        _ => Vec::new(),
    };
    let mut values: BTreeSet<String> = values.into_iter().map(|value| key(field, value, retail)).collect();
    let mut op = if matches!(op, "!=" | "not_in") {
        "not_in"
    } else if op == "=" {
        "in"
    } else {
        op
    };
    if op == "not_in" && !all.is_empty() {
        values = all.into_iter().filter(|value| !values.contains(value)).collect();
        op = "in";
    }
    // A product told by a part of its name: all whose names have it.
    if op == "contains" {
        let part: Vec<String> = values.into_iter().map(|value| value.to_lowercase()).collect();
        let plain = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let has = |name: &String| part.iter().any(|part| plain(name).contains(part));
        let named = retail.products.iter().filter(|(_, names)| names.iter().any(has));
        values = named.map(|(code, _)| code.clone()).collect();
        op = "in";
    }
    vec![(field.to_owned(), op.to_owned(), values)]
}

/// A product told by its name is that product.
fn key(field: &str, value: String, retail: &Retail) -> String {
    if field != "product" || retail.products.contains_key(&value) {
        return value;
    }
    let named = retail.products.iter().find(|(_, names)| names.contains(&value));
    named.map_or(value, |(code, _)| code.clone())
}
