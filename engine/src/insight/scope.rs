//! Which purchases a question is about.

use datafusion::common::ScalarValue;

use super::metric::Metric;
use kupets_core::Result;

use crate::{
    customers::{
        history,
        segment::{self, Naming},
    },
    snapshot_reader::Values,
};

/// The part of the shop that is looked at; nothing set means all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Lines of this product.
    pub product_id: Option<String>,
    /// Lines of this category.
    pub category: Option<String>,
    /// Purchases of this channel.
    pub channel: Option<String>,
    /// Purchases of the customers who are in this segment of `rfm_segments` now.
    pub segment: Option<String>,
}

impl Scope {
    /// Whether it parts the lines of one purchase.
    pub fn of_lines(&self) -> bool {
        self.product_id.is_some() || self.category.is_some()
    }

    /// The tables that `conditions` needs, for a WITH clause; empty or ends with a comma.
    ///
    /// # Errors
    /// The rules have no such segment.
    fn tables(&self, naming: &Naming<'_>) -> Result<String> {
        let Some(name) = &self.segment else { return Ok(String::new()) };
        segment::check(naming.rules(), name)?;
        let (history, buyers, rule) = (history::of_all(&naming.look_back()?), history::BUYERS, naming.rule()?);
        Ok(format!("history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule},\n"))
    }

    /// Conditions on a line of `sales`, each after an AND.
    pub(crate) fn conditions(&self, values: &mut Values) -> String {
        let mut text = String::new();
        let columns = [("product_id", &self.product_id), ("category", &self.category), ("channel", &self.channel)];
        for (column, value) in columns {
            if let Some(value) = value {
                let value = values.bind(ScalarValue::from(value.as_str()));
                text.push_str(&format!("\n  AND {column} = {value}"));
            }
        }
        if let Some(segment) = &self.segment {
            let segment = values.bind(ScalarValue::from(segment.as_str()));
            text.push_str(&format!(
                "\n  AND customer_id IN (SELECT customer_id FROM named WHERE frequency IS NOT NULL AND segment = {segment})"
            ));
        }
        text
    }

    /// A metric by `key`, an expression over a line of `sales`: `SELECT key, value`, value as a double. `$currency` and
    /// `$as_of` are bound by the caller; what is after `$as_of` does not count.
    ///
    /// # Errors
    /// The rules have no such segment.
    pub(crate) fn statement(
        &self,
        metric: Metric,
        key: &str,
        naming: &Naming<'_>,
        values: &mut Values,
    ) -> Result<String> {
        let tables = self.tables(naming)?;
        let conditions = self.conditions(values);
        let lines = format!("FROM sales\nWHERE currency = $currency AND occurred_at < $as_of{conditions}");
        let orders = match self.of_lines() {
            false => "count(*) FILTER (WHERE line = 1 AND purchase_amount > 0)",
            true => "count(DISTINCT purchase_id) FILTER (WHERE purchase_amount > 0)",
        };
        let simple =
            |value: &str| format!("SELECT {key} AS key, CAST({value} AS DOUBLE) AS value\n{lines}\nGROUP BY 1");
        let body = match metric {
            Metric::Revenue => simple("sum(amount)"),
            Metric::Gross => simple("coalesce(sum(amount) FILTER (WHERE amount > 0), 0)"),
            Metric::Refunds => simple("coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)"),
            Metric::Units => simple("coalesce(sum(quantity) FILTER (WHERE kind = 'product'), 0)"),
            Metric::Orders => simple(orders),
            Metric::Customers => simple("count(DISTINCT customer_id) FILTER (WHERE purchase_amount > 0)"),
            Metric::AverageOrder => {
                simple(&format!("sum(amount) FILTER (WHERE purchase_amount > 0) / nullif({orders}, 0)"))
            }
            Metric::NewCustomers => {
                let firsts = "firsts AS (\n    SELECT customer_id, min(occurred_at) AS first_at FROM sales\n    \
                              WHERE line = 1 AND purchase_amount > 0 AND currency = $currency AND customer_id IS NOT NULL\n    \
                              GROUP BY 1\n)";
                let conditions = conditions.replace("customer_id IN", "p.customer_id IN");
                return Ok(format!(
                    "WITH {tables}{firsts}\nSELECT {key} AS key, CAST(count(DISTINCT p.customer_id) AS DOUBLE) AS value\n\
                     FROM sales p JOIN firsts ON firsts.customer_id = p.customer_id AND firsts.first_at = p.occurred_at\n\
                     WHERE currency = $currency AND purchase_amount > 0 AND occurred_at < $as_of{conditions}\nGROUP BY 1\nORDER BY 1"
                ));
            }
            Metric::RepeatRate => {
                let buyers = format!(
                    "SELECT {key} AS key, customer_id, {orders} AS orders\n{lines} AND customer_id IS NOT NULL\nGROUP BY 1, 2"
                );
                format!(
                    "SELECT key, CAST(count(*) FILTER (WHERE orders > 1) AS DOUBLE) / count(*) AS value\n\
                     FROM ({buyers})\nWHERE orders > 0\nGROUP BY 1"
                )
            }
        };
        let with = if tables.is_empty() {
            String::new()
        } else {
            format!("WITH {}\n", tables.trim_end().trim_end_matches(','))
        };
        Ok(format!("{with}{body}\nORDER BY 1"))
    }
}
