//! What a change is looked at by, and the statement that gives a metric by it in two periods.

use std::fmt;

use datafusion::common::ScalarValue;

use super::metric::Metric;
use kupets_core::{Error, Result};

use crate::{
    customers::{history, segment::Naming},
    snapshot_reader::Values,
};

/// A way to part purchases.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// By product.
    Product,
    /// By category of the product.
    Category,
    /// By channel.
    Channel,
    /// By the customer's segment in `rfm_segments` when the period of the purchase began: what came of it is not known by then.
    Segment,
    /// `new` for a customer's first order ever, `returning` for what follows, `guest` without a customer.
    CustomerKind,
    /// By day of the week, 1 for Monday.
    Weekday,
    /// By hour of the day in the workspace's zone.
    Hour,
    /// By a field of the purchase's own attributes.
    Attribute(String),
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Product => "product",
            Self::Category => "category",
            Self::Channel => "channel",
            Self::Segment => "segment",
            Self::CustomerKind => "customer_kind",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
            Self::Attribute(name) => return write!(f, "attributes.{name}"),
        })
    }
}

impl Dimension {
    /// Those that every shop has.
    pub const PLAIN: [Self; 7] =
        [Self::Product, Self::Category, Self::Channel, Self::Segment, Self::CustomerKind, Self::Weekday, Self::Hour];

    /// The dimension of that name.
    ///
    /// # Errors
    /// There is none; the message lists those there are.
    pub fn parse(name: &str) -> Result<Self> {
        if let Some(attribute) = name.strip_prefix("attributes.").filter(|a| !a.is_empty()) {
            return Ok(Self::Attribute(attribute.to_owned()));
        }
        Self::PLAIN.into_iter().find(|d| d.to_string() == name).ok_or_else(|| {
            let names = Self::PLAIN.map(|d| d.to_string()).join(", ");
            Error::invalid(
                "bad_parameter",
                format!("There is no dimension `{name}`. There are: {names}, attributes.NAME."),
            )
        })
    }

    /// Whether it parts the lines of one purchase, so that an order belongs to several of its keys.
    pub fn of_lines(&self) -> bool {
        matches!(self, Self::Product | Self::Category)
    }

    /// Whether the parts of a metric by this dimension add up to the whole. A customer counts where the first order of the
    /// period was; only lines of products part an order.
    pub fn parts(&self, metric: Metric) -> bool {
        match metric {
            Metric::Revenue | Metric::Gross | Metric::Refunds | Metric::Units => true,
            _ => !self.of_lines(),
        }
    }

    /// `SELECT key, label, before, after, weight_before, weight_after`: the metric by key in `$compare_from..$compare_to` and
    /// in `$from..$to`; for a ratio, its numerator and, as weight, its denominator. Numbers are decimals of 4 digits. Customers
    /// are named by `naming`; `records` are the lines looked at, `sales` or a part of them.
    ///
    /// # Errors
    /// The metric is not one whose parts add up.
    pub(crate) fn statement(
        &self,
        metric: Metric,
        records: &str,
        naming: &Naming<'_>,
        values: &mut Values,
    ) -> Result<String> {
        if !self.parts(metric) {
            return Err(Error::invalid(
                "bad_parameter",
                format!("The metric {} does not part by {self}: one of them may be in several parts.", metric.name()),
            ));
        }
        let source = self.source(naming, values)?;
        let Some((what, only)) = sum_of(metric) else { return Ok(of_customers(metric, &source, records)) };
        let Source { key, label, join, .. } = &source;
        let sum = |of: &str, period: &str| {
            let (start, end) = (format!("${period}from"), format!("${period}to"));
            format!(
                "CAST(coalesce(sum({of}) FILTER (WHERE {only} AND p.occurred_at >= {start} AND p.occurred_at < {end}), 0) AS DECIMAL(38, 4))"
            )
        };
        let (before, after) = (sum(what, "compare_"), sum(what, ""));
        let (weight_before, weight_after) = (sum("1", "compare_"), sum("1", ""));
        Ok(format!(
            "{}SELECT\n    {key} AS key,\n    {label} AS label,\n    {before} AS before,\n    {after} AS after,\n    \
             {weight_before} AS weight_before,\n    {weight_after} AS weight_after\nFROM {records} p{join}\n\
             WHERE p.currency = $currency\n  AND ((p.occurred_at >= $compare_from AND p.occurred_at < $compare_to) \
             OR (p.occurred_at >= $from AND p.occurred_at < $to))\nGROUP BY 1\nORDER BY 1",
            with(&[&source])
        ))
    }

    /// What makes its keys; customers are named by `naming`, and for these `$compare_from`, `$compare_to` and `$from`
    /// are to be bound.
    ///
    /// # Errors
    /// None that can happen: the rule of segments is there.
    pub(super) fn source(&self, naming: &Naming<'_>, values: &mut Values) -> Result<Source> {
        let same = |key: &str| Source {
            key: key.to_owned(),
            label: format!("max({key})"),
            join: String::new(),
            tables: String::new(),
        };
        Ok(match self {
            // What is not goods has no product, whatever its id: the parts still add up to the whole.
            Self::Product => Source {
                label: "coalesce(max(CASE WHEN p.kind = 'product' THEN p.product END), max(CASE WHEN p.kind = 'product' THEN p.product_id END))"
                    .to_owned(),
                ..same("CASE WHEN p.kind = 'product' THEN coalesce(p.product_id, p.product) END")
            },
            Self::Category => same("p.category"),
            Self::Channel => same("p.channel"),
            Self::Weekday => {
                same("CAST(CAST((date_part('dow', local_time(p.occurred_at)) + 6) % 7 + 1 AS BIGINT) AS VARCHAR)")
            }
            Self::Hour => same("CAST(CAST(date_part('hour', local_time(p.occurred_at)) AS BIGINT) AS VARCHAR)"),
            Self::Attribute(name) => {
                let name = values.bind(ScalarValue::from(name.as_str()));
                same(&format!("json_as_text(p.attributes, CAST({name} AS VARCHAR))"))
            }
            Self::Segment => {
                let history = history::of_all_before(&naming.look_back()?);
                let (buyers, rule) = (history::BUYERS, naming.rule()?);
                let at = |name: &str, moment: &str| {
                    let tables = format!("WITH history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule}");
                    let tables = tables.replace("$as_of", moment);
                    format!("{name} AS (\n{tables}\nSELECT customer_id, segment FROM named WHERE frequency IS NOT NULL\n)")
                };
                Source {
                    join: "\nLEFT JOIN segments_before h ON h.customer_id = p.customer_id\n\
                           LEFT JOIN segments_after l ON l.customer_id = p.customer_id"
                        .to_owned(),
                    tables: format!("{},\n{}", at("segments_before", "$compare_from"), at("segments_after", "$from")),
                    ..same(
                        "CASE WHEN p.occurred_at >= $compare_from AND p.occurred_at < $compare_to THEN h.segment ELSE l.segment END",
                    )
                }
            }
            Self::CustomerKind => Source {
                join: "\nLEFT JOIN firsts f ON f.customer_id = p.customer_id".to_owned(),
                tables: format!("firsts AS ({FIRSTS})"),
                ..same(
                    "CASE WHEN p.customer_id IS NULL THEN 'guest' WHEN f.first_at < p.occurred_at THEN 'returning' ELSE 'new' END",
                )
            },
        })
    }
}

/// The first order ever of each known customer.
const FIRSTS: &str = "
    SELECT customer_id, min(occurred_at) AS first_at FROM sales
    WHERE line = 1 AND purchase_amount > 0 AND currency = $currency AND customer_id IS NOT NULL
    GROUP BY 1
";

/// What makes the keys of a dimension, over a line `p` of `sales`.
#[derive(Debug)]
pub(super) struct Source {
    /// The key of a line.
    pub key: String,
    /// The key as people know it, over all lines of a key.
    pub label: String,
    /// What is joined to the line; empty or begins with a line break.
    pub join: String,
    /// The tables of a WITH clause that it needs; may be empty.
    tables: String,
}

/// The WITH clause of sources, empty if they need none.
pub(super) fn with(sources: &[&Source]) -> String {
    let tables: Vec<&str> = sources.iter().map(|s| s.tables.as_str()).filter(|t| !t.is_empty()).collect();
    if tables.is_empty() { String::new() } else { format!("WITH {}\n", tables.join(",\n")) }
}

/// What of a line is summed, and of which lines; for an average, what is above. None for what counts customers.
pub(super) fn sum_of(metric: Metric) -> Option<(&'static str, &'static str)> {
    Some(match metric {
        Metric::Revenue => ("amount", "TRUE"),
        Metric::Gross => ("amount", "amount > 0"),
        Metric::Refunds => ("-amount", "amount < 0"),
        Metric::Units => ("quantity", "p.kind = 'product'"),
        Metric::Orders => ("1", "line = 1 AND purchase_amount > 0"),
        Metric::AverageOrder => ("purchase_amount", "line = 1 AND purchase_amount > 0"),
        Metric::Customers | Metric::NewCustomers | Metric::RepeatRate => return None,
    })
}

/// Customers by key, each where the first order of the period was.
fn of_customers(metric: Metric, source: &Source, records: &str) -> String {
    let Source { key, join, .. } = source;
    let begun = match metric {
        Metric::NewCustomers => {
            "\n    JOIN begun ON begun.customer_id = p.customer_id AND begun.first_at = p.occurred_at"
        }
        _ => "",
    };
    let period = |later: u8, from: &str, to: &str| {
        format!(
            "    SELECT {later} AS later, p.customer_id, count(*) AS orders,\n        \
             first_value({key} ORDER BY p.occurred_at, p.purchase_id) AS key\n    FROM {records} p{join}{begun}\n    \
             WHERE p.line = 1 AND p.purchase_amount > 0 AND p.currency = $currency AND p.customer_id IS NOT NULL\n      \
             AND p.occurred_at >= {from} AND p.occurred_at < {to}\n    GROUP BY p.customer_id"
        )
    };
    let mut tables = with(&[source]).trim_end().to_owned();
    if metric == Metric::NewCustomers {
        tables = format!("{}begun AS ({FIRSTS})", if tables.is_empty() { "WITH ".to_owned() } else { tables + ",\n" });
    }
    let tables = if tables.is_empty() { "WITH ".to_owned() } else { tables + ",\n" };
    let only = if metric == Metric::RepeatRate { " AND orders > 1" } else { "" };
    let count =
        |later: u8, only: &str| format!("CAST(count(*) FILTER (WHERE later = {later}{only}) AS DECIMAL(38, 4))");
    format!(
        "{tables}counted AS (\n{}\n    UNION ALL\n{}\n)\nSELECT\n    key,\n    max(key) AS label,\n    {} AS before,\n    \
         {} AS after,\n    {} AS weight_before,\n    {} AS weight_after\nFROM counted\nGROUP BY 1\nORDER BY 1",
        period(0, "$compare_from", "$compare_to"),
        period(1, "$from", "$to"),
        count(0, only),
        count(1, only),
        count(0, ""),
        count(1, ""),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_dimension() {
        for dimension in Dimension::PLAIN.into_iter().chain([Dimension::Attribute("country".into())]) {
            assert_eq!(Dimension::parse(&dimension.to_string()).unwrap(), dimension);
        }
        assert!(Dimension::parse("attributes.").is_err());
        assert!(Dimension::parse("colour").unwrap_err().to_string().contains("attributes.NAME"));
    }

    #[test]
    fn an_attributes_name_is_bound() {
        let (mut values, rules) = (Values::default(), kupets_core::SegmentRules::default());
        let segments = Naming::new(&rules, false);
        let evil = Dimension::Attribute("x') OR 1=1 --".into());
        let sql = evil.statement(Metric::Revenue, "sales", &segments, &mut values).unwrap();
        assert!(!sql.contains("OR 1=1"), "{sql}");
        assert!(Dimension::Product.statement(Metric::Customers, "sales", &segments, &mut values).is_err());
        assert!(Dimension::Hour.statement(Metric::Customers, "sales", &segments, &mut values).is_ok());
    }
}
