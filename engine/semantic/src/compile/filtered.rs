//! Records past filters, for statements that are not a plan's own: what explains a change of a part of the shop.

use std::collections::BTreeMap;

use crate::catalogue::Dimension;
use crate::plan::{Fault, Filter, Subject, check_filter};

use super::bind::{Binder, Value};
use super::keys::{self, Fresh, Joins};
use super::source::FIRSTS;

/// Before the names of values, so that they are none of the statement's own.
const PREFIX: &str = "only_";

/// Lines of `sales` past filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filtered {
    /// What stands in place of `sales` behind FROM; it needs an alias. A customer is new in the first order ever.
    pub records: String,
    /// The values, by the names of their placeholders without `$`. `$currency` is the statement's own.
    pub values: BTreeMap<String, Value>,
}

/// Whether lines of purchases can be told apart by a filter, whatever the statement.
pub fn narrows(filter: &Filter) -> bool {
    match &filter.field {
        Subject::OrderAmount => true,
        Subject::Metric(_) => false,
        Subject::Dimension(dimension) => !matches!(
            dimension,
            Dimension::Segment | Dimension::Lifecycle | Dimension::Kind | Dimension::Agent | Dimension::Outcome
        ),
    }
}

/// The lines of `sales` past all of the filters; `None` without filters.
///
/// # Errors
/// A filter that does not fit its field, or by which lines cannot be told apart; the message names it.
pub fn filtered(filters: &[Filter]) -> Result<Option<Filtered>, Fault> {
    if filters.is_empty() {
        return Ok(None);
    }
    let (mut binder, mut joins) = (Binder::default(), Joins::default());
    let mut conditions = Vec::new();
    for (at, filter) in filters.iter().enumerate() {
        let place = |fault: Fault| Fault { field: format!("filters[{at}].{}", fault.field), ..fault };
        check_filter(filter).map_err(place)?;
        if !narrows(filter) {
            let message = format!(
                "`{}` is not of one line of a purchase: use a dimension of sales or order_amount",
                filter.field
            );
            return Err(place(Fault { field: "field".to_owned(), message }));
        }
        conditions.push(match &filter.field {
            Subject::Dimension(dimension) => {
                let key = keys::key(dimension, Fresh::Order, "", &mut binder, &mut joins);
                keys::on_key(filter, &key, &mut binder)
            }
            _ => keys::bound(filter, "p.purchase_amount", &mut binder),
        });
    }
    let customers = if joins.customers { "\nLEFT JOIN customers c ON c.customer_id = p.customer_id" } else { "" };
    let firsts = if joins.firsts {
        format!("\nLEFT JOIN (\n{FIRSTS}\n) f ON f.customer_id = p.customer_id")
    } else {
        String::new()
    };
    // Where a filter leaves some lines of a purchase, the first of them is what the purchase is counted by.
    let of_lines = filters.iter().filter_map(Filter::dimension).any(Dimension::of_lines);
    let line = if of_lines {
        "CAST(row_number() OVER (PARTITION BY p.purchase_id ORDER BY p.line) AS INT) AS line"
    } else {
        "p.line"
    };
    let records = format!(
        "(\nSELECT p.purchase_id, {line}, p.customer_id, p.product_id, p.product, p.category, p.quantity, p.amount, p.currency, \
         p.channel, p.occurred_at, p.attributes, p.purchase_amount, p.kind, p.cost, p.discount\nFROM sales p{customers}{firsts}\nWHERE {}\n)",
        conditions.join("\n  AND ")
    );
    let values = binder.0.into_iter().map(|(name, value)| (format!("{PREFIX}{name}"), value)).collect();
    Ok(Some(Filtered { records: records.replace("$v", &format!("${PREFIX}v")), values }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::catalogue::Metric;
    use crate::plan::Operator;

    #[test]
    fn values_are_bound_under_names_of_their_own() {
        let country = Dimension::Attribute("country".to_owned());
        let filters = [
            Filter::one_of(country, vec!["x' OR '1'='1".to_owned()], Vec::new()),
            Filter {
                op: Operator::NotIn,
                ..Filter::one_of(Dimension::Weekday, vec!["6".to_owned(), "7".to_owned()], Vec::new())
            },
        ];
        let Filtered { records, values } = filtered(&filters).unwrap().unwrap();
        assert!(!records.contains("OR '1'") && !records.contains("$v"), "{records}");
        assert!(records.contains("JOIN customers c") && records.contains("NOT IN ($only_v2, $only_v3)"), "{records}");
        assert_eq!(values.len(), 4);
        assert_eq!(filtered(&[]).unwrap(), None);
    }

    #[test]
    fn what_is_not_of_a_line_is_refused() {
        let bound = Filter {
            field: Subject::Metric(Metric::Orders),
            op: Operator::More,
            values: vec!["2".to_owned()],
            labels: Vec::new(),
            part: false,
        };
        for filter in [bound, Filter::one_of(Dimension::Segment, vec!["champions".to_owned()], Vec::new())] {
            assert!(!narrows(&filter));
            assert!(filtered(&[filter]).unwrap_err().field.starts_with("filters[0]."));
        }
        let empty = Filter::one_of(Dimension::Product, Vec::new(), Vec::new());
        assert!(filtered(&[empty]).is_err());
    }
}
