//! What a change is looked at by, and the statement that gives a metric by it in two periods.

use std::fmt;

use datafusion::common::ScalarValue;

use super::metric::Metric;
use crate::{
    Error, Result,
    customers::{history, segment},
    reading::Values,
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
    /// By the customer's segment in `rfm_segments` when the later period began.
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

    /// Whether the parts of a metric by this dimension add up to the whole.
    pub fn parts(&self, metric: Metric) -> bool {
        match metric {
            Metric::Revenue | Metric::Gross | Metric::Refunds | Metric::Units => true,
            Metric::Orders | Metric::AverageOrder => !self.of_lines(),
            // A customer may be in several keys of any dimension.
            Metric::Customers | Metric::NewCustomers | Metric::RepeatRate => false,
        }
    }

    /// `SELECT key, label, before, after, weight_before, weight_after`: the metric by key in `$compare_from..$compare_to` and
    /// in `$from..$to`; for a ratio, its numerator and, as weight, its denominator. Numbers are decimals of 4 digits.
    ///
    /// # Errors
    /// The metric is not one whose parts add up.
    pub(crate) fn statement(&self, metric: Metric, values: &mut Values) -> Result<String> {
        if !self.parts(metric) {
            return Err(Error::invalid(
                "bad_parameter",
                format!("The metric {} does not part by {self}: one of them may be in several parts.", metric.name()),
            ));
        }
        let (what, only) = match metric {
            Metric::Revenue => ("amount", "TRUE"),
            Metric::Gross => ("amount", "amount > 0"),
            Metric::Refunds => ("-amount", "amount < 0"),
            Metric::Units => ("quantity", "TRUE"),
            Metric::Orders => ("1", "line = 1 AND purchase_amount > 0"),
            Metric::AverageOrder => ("purchase_amount", "line = 1 AND purchase_amount > 0"),
            // None of them parts by anything: see above.
            Metric::Customers | Metric::NewCustomers | Metric::RepeatRate => ("0", "FALSE"),
        };
        let (key, label, from) = self.source(values);
        let tables = match self {
            Self::Segment => {
                let (history, buyers, rule) = (history::of_all(), history::BUYERS, segment::rule()?);
                format!("WITH history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule}\n")
            }
            Self::CustomerKind => "WITH firsts AS (\n    SELECT customer_id, min(occurred_at) AS first_at FROM purchases\n    \
                 WHERE line = 1 AND purchase_amount > 0 AND currency = $currency AND customer_id IS NOT NULL\n    GROUP BY 1\n)\n"
                .to_owned(),
            _ => String::new(),
        };
        let sum = |of: &str, period: &str| {
            let (start, end) = (format!("${period}from"), format!("${period}to"));
            format!(
                "CAST(coalesce(sum({of}) FILTER (WHERE {only} AND p.occurred_at >= {start} AND p.occurred_at < {end}), 0) AS DECIMAL(38, 4))"
            )
        };
        let (before, after) = (sum(what, "compare_"), sum(what, ""));
        let (weight_before, weight_after) = (sum("1", "compare_"), sum("1", ""));
        Ok(format!(
            "{tables}SELECT\n    {key} AS key,\n    {label} AS label,\n    {before} AS before,\n    {after} AS after,\n    \
             {weight_before} AS weight_before,\n    {weight_after} AS weight_after\n{from}\n\
             WHERE p.currency = $currency\n  AND ((p.occurred_at >= $compare_from AND p.occurred_at < $compare_to) \
             OR (p.occurred_at >= $from AND p.occurred_at < $to))\nGROUP BY 1\nORDER BY 1"
        ))
    }

    /// Key, label and FROM.
    fn source(&self, values: &mut Values) -> (String, String, String) {
        let plain = "FROM purchases p".to_owned();
        let same = |key: &str| (key.to_owned(), format!("max({key})"), plain.clone());
        match self {
            Self::Product => (
                "coalesce(p.product_id, p.product)".to_owned(),
                "coalesce(max(p.product), max(p.product_id))".to_owned(),
                plain,
            ),
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
                let key = "CASE WHEN h.frequency IS NOT NULL THEN h.segment END";
                (
                    key.to_owned(),
                    format!("max({key})"),
                    format!("{plain}\nLEFT JOIN named h ON h.customer_id = p.customer_id"),
                )
            }
            Self::CustomerKind => {
                let key = "CASE WHEN p.customer_id IS NULL THEN 'guest' WHEN f.first_at < p.occurred_at THEN 'returning' ELSE 'new' END";
                (
                    key.to_owned(),
                    format!("max({key})"),
                    format!("{plain}\nLEFT JOIN firsts f ON f.customer_id = p.customer_id"),
                )
            }
        }
    }
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
        let mut values = Values::default();
        let evil = Dimension::Attribute("x') OR 1=1 --".into());
        let sql = evil.statement(Metric::Revenue, &mut values).unwrap();
        assert!(!sql.contains("OR 1=1"), "{sql}");
        assert!(Dimension::Hour.statement(Metric::Customers, &mut values).is_err());
    }
}
