//! What a dimension is over a line of `purchases` or an interaction, and the conditions of filters.

use crate::catalogue::Dimension;
use crate::period::Unit;
use crate::plan::{Filter, Operator, Subject, decimal};

use super::bind::Binder;
use super::step::bucket;

/// The tables that a source needs beside its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Joins {
    /// `c`: the customers.
    pub customers: bool,
    /// `s`: figures, segments and stages of customers.
    pub facts: bool,
    /// `f`: the first order ever of each known customer.
    pub firsts: bool,
}

/// How new and returning customers are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fresh {
    /// By the beginning of the period.
    Period,
    /// By the step in time.
    Grain(Unit),
    /// Without a period: the first order is new, what follows returns.
    Order,
}

/// A key of the record `p`.
pub(super) fn key(dimension: &Dimension, fresh: Fresh, from: &str, binder: &mut Binder, joins: &mut Joins) -> String {
    const LOCAL: &str = "local_time(p.occurred_at)";
    match dimension {
        Dimension::Product => "coalesce(p.product_id, p.product)".to_owned(),
        Dimension::Category => "p.category".to_owned(),
        Dimension::Channel => "p.channel".to_owned(),
        Dimension::Customer => "p.customer_id".to_owned(),
        Dimension::Kind => "p.kind".to_owned(),
        Dimension::Agent => "p.agent".to_owned(),
        Dimension::Outcome => "p.outcome".to_owned(),
        Dimension::Segment => {
            joins.facts = true;
            "s.segment".to_owned()
        }
        Dimension::Lifecycle => {
            joins.facts = true;
            "s.lifecycle".to_owned()
        }
        Dimension::Weekday => {
            format!("CAST((date_part('dow', {LOCAL}) + 6) AS BIGINT) % 7 + 1")
        }
        Dimension::Hour => format!("CAST(date_part('hour', {LOCAL}) AS BIGINT)"),
        Dimension::MonthOfYear => format!("CAST(date_part('month', {LOCAL}) AS BIGINT)"),
        Dimension::CustomerKind => {
            joins.firsts = true;
            let returning = match fresh {
                Fresh::Period => format!("f.first_at < {from}"),
                Fresh::Grain(grain) => {
                    format!("{} < {}", bucket(grain, "local_time(f.first_at)"), bucket(grain, LOCAL))
                }
                Fresh::Order => "f.first_at < p.occurred_at".to_owned(),
            };
            format!("CASE WHEN f.first_at IS NULL THEN 'other' WHEN {returning} THEN 'returning' ELSE 'new' END")
        }
        Dimension::Attribute(name) => {
            joins.customers = true;
            let name = binder.text(name);
            format!("coalesce(json_as_text(p.attributes, {name}), json_as_text(c.attributes, {name}))")
        }
    }
}

/// The condition of a filter on a key.
pub(super) fn on_key(filter: &Filter, key: &str, binder: &mut Binder) -> String {
    let numeric =
        matches!(filter.field, Subject::Dimension(Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear));
    if numeric && !matches!(filter.op, Operator::In | Operator::NotIn) {
        return bound(filter, key, binder);
    }
    let mut list = |values: &[String]| -> String {
        let bound = values.iter().map(|value| match decimal(value).filter(|_| numeric) {
            Some(number) => binder.number(number),
            None => binder.text(value),
        });
        bound.collect::<Vec<_>>().join(", ")
    };
    match filter.op {
        Operator::NotIn => format!("({key} IS NULL OR {key} NOT IN ({}))", list(&filter.values)),
        Operator::Missing => format!("{key} IS NULL"),
        Operator::Present => format!("{key} IS NOT NULL"),
        _ => format!("{key} IN ({})", list(&filter.values)),
    }
}

/// The condition of a filter on a number.
pub(super) fn bound(filter: &Filter, column: &str, binder: &mut Binder) -> String {
    let mut values = filter.values.iter().filter_map(|value| decimal(value)).map(|number| binder.number(number));
    let first = values.next().unwrap_or_else(|| "NULL".to_owned());
    let operator = match filter.op {
        Operator::More => ">",
        Operator::AtLeast => ">=",
        Operator::Less => "<",
        Operator::AtMost => "<=",
        Operator::NotIn => "<>",
        Operator::Between => {
            let second = values.next().unwrap_or_else(|| "NULL".to_owned());
            return format!("{column} BETWEEN {first} AND {second}");
        }
        _ => "=",
    };
    format!("{column} {operator} {first}")
}
