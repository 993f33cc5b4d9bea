//! The figures behind a recommendation, and the statement that anybody may run to get them.
//!
//! A statement is `WITH facts AS (…) SELECT … FROM facts`: its first part is the one that the rules' facts came from, and its
//! rows are kept. The second part runs here over those very rows, so that evidence costs no other reading of the lake, and
//! says what the whole statement says.

use arrow::array::Array;
use datafusion::common::ScalarValue;
use futures::TryStreamExt;
use kupets_analytics::recommend::{
    Recommendation, SECOND_FROM, SECOND_UNTIL, Settings, WIN_BACK_FROM, WIN_BACK_UNTIL, Why, key_revenue,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    facts::{Known, Rows},
    sources::{AsOf, Source},
};
use kupets_core::{Error, Result};
use kupets_query::{Cell, Column, Format, Meta, RowLimit, Statement};

use crate::snapshot_reader::{SnapshotReader, Values, micros};

/// Rows of evidence at most.
const MAX_ROWS: usize = 100;

/// The figures behind it. The rows are those of the statement at that version of the data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = EvidenceBody)]
pub struct Evidence {
    /// One read-only statement, which runs at `/v1/sql`.
    pub sql: String,
    /// Name, type and unit of each column.
    #[schema(value_type = Vec<Column>)]
    pub columns: Vec<Value>,
    /// What the statement gave, in the order of the columns.
    #[schema(value_type = Vec<Vec<Cell>>)]
    pub rows: Vec<Value>,
}

/// Makes evidence out of rows at hand.
pub(super) struct Witness<'a> {
    known: &'a Known,
    as_of: &'a AsOf,
    settings: &'a Settings,
    /// A reader a source, over its rows as the table `facts`.
    readers: Vec<(Source, SnapshotReader)>,
}

impl<'a> Witness<'a> {
    /// Over the rows that the facts came from.
    ///
    /// # Errors
    /// None that can happen: the rows have their own schema.
    pub fn new(
        reader: &SnapshotReader,
        rows: &Rows,
        known: &'a Known,
        as_of: &'a AsOf,
        settings: &'a Settings,
    ) -> Result<Self> {
        let mut readers = Vec::with_capacity(Source::ALL.len());
        for source in Source::ALL {
            let mut own = reader.clone();
            own.add_rows("facts", rows.of(source)?.clone())?;
            readers.push((source, own));
        }
        Ok(Self { known, as_of, settings, readers })
    }

    /// The evidence for a recommendation.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn of(&self, one: &Recommendation) -> Result<Evidence> {
        let mut values = Values::default();
        let product = |values: &mut Values, place: usize| {
            let number = one.products.get(place).copied().unwrap_or(u32::MAX);
            values.bind(ScalarValue::from(self.known.products.id(number)))
        };
        let mut only = String::new();
        let (source, sql) = match &one.why {
            Why::CrossSellBundle { counts, customers } => return Ok(self.pair(one, counts, *customers)),
            Why::WinBack { segment, .. } => (Source::Buyers, self.win_back(*segment, &mut values)),
            Why::SecondPurchase { median_days, .. } => (Source::Buyers, self.second_purchase(*median_days)),
            Why::AtRiskKeyCustomer { .. } => {
                let place = one.customers.first().copied().unwrap_or(u32::MAX) as usize;
                let id = if place < self.known.customers.len() { self.known.customers.value(place) } else { "" };
                let customer = values.bind(ScalarValue::from(id));
                let columns = "customer_id, orders, revenue, all_revenue, last_order_on, silent_days, every_days";
                (Source::Buyers, format!("SELECT {columns}\nFROM facts\nWHERE customer_id = {customer}"))
            }
            Why::ReorderDue { .. } => {
                only = product(&mut values, 0);
                let sql = format!(
                    "SELECT\n    least(count(*), {}) AS customers,\n    median(every_days) AS every_days,\n    \
                     median(CAST(silent_days AS DOUBLE)) AS silent_days,\n    \
                     CAST(sum(amount / times) AS DECIMAL(38, 4)) AS spend\nFROM facts\nWHERE product_id = {only}",
                    self.settings.customers,
                );
                (Source::Habits, sql)
            }
            Why::PriceLeak { .. } | Why::DropProduct { .. } => {
                let id = product(&mut values, 0);
                let columns = "product_id, product, sales, sales_before, units, units_before, usual_price, all_sales";
                (Source::Goods, format!("SELECT {columns}\nFROM facts\nWHERE product_id = {id}"))
            }
            Why::PromoteProduct { .. } => {
                let id = product(&mut values, 0);
                let columns = "product_id, buyers, repeat_buyers, all_buyers, all_repeat_buyers";
                (Source::Fans, format!("SELECT {columns}\nFROM facts\nWHERE product_id = {id}"))
            }
            Why::StockOut { .. } => {
                only = product(&mut values, 0);
                let columns = "product_id, sales, sale_days, last_sold_on, silent_days, shop_orders_before, shop_orders_since, sold_days, \
                     longest_gap, category, category_lines_before, category_lines_since, year_ago_before, year_ago_since";
                (Source::Shelf, format!("SELECT {columns}\nFROM facts\nWHERE product_id = {only}"))
            }
            Why::BestContactTime { .. } => {
                let columns = "weekday, hour, orders, all_orders";
                let order = "orders DESC, weekday, hour";
                (Source::Hours, format!("SELECT {columns}\nFROM facts\nORDER BY {order}\nLIMIT 5"))
            }
        };
        self.run(source, sql, &only, values).await
    }

    /// Runs the second part over the rows of the first.
    async fn run(&self, source: Source, sql: String, only: &str, values: Values) -> Result<Evidence> {
        let reader = self.readers.iter().find(|(one, _)| *one == source).map(|(_, reader)| reader);
        let reader = reader.ok_or_else(|| Error::internal("a kind of facts was not read"))?;
        let facts = values.spell(&self.as_of.values().spell(&source.statement(&self.as_of.naming(), only)?));
        let shown = format!("WITH facts AS (\n{facts}\n)\n{}", values.spell(&sql));
        let answer = reader.run(Statement::ours(sql, values, RowLimit::Cut(MAX_ROWS)), Meta::default()).await?;
        // The same writer as that of `/v1/sql`: what is compared later is alike to the letter.
        let chunks: Vec<_> = answer.into_bytes(Format::Json).try_collect().await?;
        let mut told: Value = serde_json::from_slice(&chunks.concat())
            .map_err(|e| Error::internal("the evidence of a recommendation cannot be read").with_source(e))?;
        let mut list = |name: &str| match told.get_mut(name).map(Value::take) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        Ok(Evidence { sql: shown, columns: list("columns"), rows: list("rows") })
    }

    fn win_back(&self, segment: u32, values: &mut Values) -> String {
        let name = self.known.segments.get(&segment).map_or("", |name| name);
        let segment = values.bind(ScalarValue::from(name));
        // Key customers are spoken to one by one.
        let others = key_revenue(&self.known.facts)
            .map_or_else(String::new, |key| format!(" AND revenue < {}", Decimal::new(key, 4).normalize()));
        format!(
            "SELECT
    count(*) AS customers,
    median(CAST(silent_days AS DOUBLE)) AS silent_days,
    median(every_days) AS every_days,
    sum(mean_order) AS orders_value
FROM (
    SELECT *
    FROM facts
    WHERE segment = {segment} AND orders > 1 AND revenue > 0{others}
      AND silent_days > {WIN_BACK_FROM} * greatest(every_days, 1)
      AND silent_days <= {WIN_BACK_UNTIL} * greatest(every_days, 1)
    ORDER BY mean_order DESC, customer_id
    LIMIT {}
)",
            self.settings.customers
        )
    }

    fn second_purchase(&self, usual: f64) -> String {
        let (from, until) = (SECOND_FROM * usual, SECOND_UNTIL * usual);
        format!(
            "SELECT
    least(count(*) FILTER (WHERE orders = 1 AND revenue > 0 AND silent_days BETWEEN {from} AND {until}), {}) AS customers,
    count(second_after) AS came_back,
    count(*) AS all_customers,
    median(CAST(second_after AS DOUBLE)) AS median_days
FROM facts",
            self.settings.customers
        )
    }

    /// The counts of a pair are those of the method; the statement counts them anew.
    fn pair(&self, one: &Recommendation, counts: &kupets_analytics::baskets::Counts, customers: u32) -> Evidence {
        let mut values = self.as_of.values();
        values.name("to", micros(self.as_of.moment.timestamp_micros()));
        let name = |place: usize| {
            let number = one.products.get(place).copied().unwrap_or(u32::MAX);
            ScalarValue::from(self.known.products.id(number))
        };
        values.name("first", name(0));
        values.name("second", name(1));
        values.name("most", i64::try_from(self.settings.customers).unwrap_or(i64::MAX));
        let columns = ["orders", "with_first", "with_second", "with_both", "customers"];
        let row = [counts.baskets, counts.antecedent, counts.consequent, counts.both, customers];
        Evidence {
            sql: values.spell(PAIR),
            columns: columns.iter().map(|name| json!({"name": name, "type": "BIGINT", "unit": null})).collect(),
            rows: vec![json!(row)],
        }
    }
}

/// Orders with the products of a pair, and the customers who bought the first and never the second.
const PAIR: &str = "WITH lines AS (
    SELECT purchase_id, customer_id, occurred_at, coalesce(product_id, product) AS product_id
    FROM goods
    WHERE currency = $currency
      AND amount > 0
      AND purchase_amount > 0
      AND (product_id IS NOT NULL OR product IS NOT NULL)
      AND occurred_at < $to
),
facts AS (
    SELECT
        bool_or(product_id = $first) AS has_first,
        bool_or(product_id = $second) AS has_second
    FROM lines
    WHERE occurred_at >= $year
    GROUP BY purchase_id
),
owners AS (
    SELECT customer_id
    FROM lines
    WHERE customer_id IS NOT NULL
      AND customer_id NOT IN (SELECT customer_id FROM customers WHERE do_not_contact OR consent_refused(consent))
    GROUP BY customer_id
    HAVING bool_or(product_id = $first) AND NOT bool_or(product_id = $second)
)
SELECT
    count(*) AS orders,
    count(*) FILTER (WHERE has_first) AS with_first,
    count(*) FILTER (WHERE has_second) AS with_second,
    count(*) FILTER (WHERE has_first AND has_second) AS with_both,
    least((SELECT count(*) FROM owners), $most) AS customers
FROM facts";
