//! When known customers came and what they paid, a row a customer and day: what customer value, the lifecycle and the lists of
//! recommendations are worked out from.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Field, Int64Type, Schema, TimestampMicrosecondType},
};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use kupets_analytics::value::Order;

use super::interner::Numbers;
use kupets_core::{Error, Result, schema::timestamp};
use kupets_query::{Meta, RowLimit, Statement, from_datafusion};

use crate::snapshot_reader::{SnapshotReader, Values, micros};

/// What was sold apart from what was given back, because only a sale is an order. Orders that were taken back whole until then are left
/// out, and so are the refunds that did it.
const VISITS: &str = "SELECT
    customer_id,
    CAST(local_time(occurred_at) AS DATE) AS day,
    purchase_amount > 0 AS sale,
    count(*) AS orders,
    sum(purchase_amount) AS amount,
    max(occurred_at) AS last_at
FROM sales s
LEFT JOIN taken_back t
  ON t.purchase_id = CASE WHEN s.purchase_amount > 0 THEN s.purchase_id ELSE coalesce(s.refund_of, s.purchase_id) END
 AND t.taken_back_at < $as_of
WHERE t.purchase_id IS NULL
  AND line = 1
  AND customer_id IS NOT NULL
  AND currency = $currency
  AND occurred_at < $as_of
GROUP BY customer_id, CAST(local_time(occurred_at) AS DATE), purchase_amount > 0";

/// The visits of all known customers.
#[derive(Debug)]
pub(super) struct Visits {
    /// Ids of the customers, in order; the visits name them by place.
    pub customers: StringArray,
    /// In the order of the customers and days.
    rows: Vec<Visit>,
}

/// What a customer did on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Visit {
    customer: u32,
    day: i32,
    /// Whether it is about orders, or about what was given back.
    sale: bool,
    orders: i64,
    /// In ten-thousandths.
    amount: i128,
    /// The last of them, in microseconds.
    last_at: i64,
}

impl Visits {
    /// Reads them, up to a moment and in one currency.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn read(reader: &SnapshotReader, currency: &str, as_of: DateTime<Utc>) -> Result<Self> {
        let mut values = Values::default();
        values.name("currency", currency);
        values.name("as_of", micros(as_of.timestamp_micros()));
        let statement = Statement::ours(VISITS, values, RowLimit::Fail(usize::MAX));
        let mut found = reader.knowing_refunds().await?.run(statement, Meta::default()).await?.rows;
        let wrong =
            |e: arrow::error::ArrowError| Error::internal("the visits of customers cannot be read").with_source(e);
        let (mut numbers, mut rows) = (Numbers::default(), Vec::new());
        while let Some(batch) = found.try_next().await.map_err(from_datafusion)? {
            let column = |at: usize, kind: &DataType| cast(batch.column(at), kind).map_err(wrong);
            let (who, days) = (column(0, &DataType::Utf8)?, column(1, &DataType::Date32)?);
            let (sales, orders) = (column(2, &DataType::Boolean)?, column(3, &DataType::Int64)?);
            let (amounts, last) = (column(4, &DataType::Decimal128(38, 4))?, column(5, &timestamp())?);
            let (who, days) = (who.as_string::<i32>(), days.as_primitive::<Date32Type>());
            let (sales, orders) = (sales.as_boolean(), orders.as_primitive::<Int64Type>());
            let (amounts, last) =
                (amounts.as_primitive::<Decimal128Type>(), last.as_primitive::<TimestampMicrosecondType>());
            rows.extend((0..batch.num_rows()).map(|row| Visit {
                customer: numbers.of(who.value(row)),
                day: days.value(row),
                sale: sales.is_valid(row) && sales.value(row),
                orders: orders.value(row),
                amount: amounts.value(row),
                last_at: last.value(row),
            }));
        }
        tokio::task::spawn_blocking(move || Self::in_order(&numbers, rows))
            .await
            .map_err(|e| Error::internal("the visits of customers failed inside the server").with_source(e))
    }

    /// Customers by id, and visits by customer and day.
    fn in_order(numbers: &Numbers, mut rows: Vec<Visit>) -> Self {
        let mut order: Vec<u32> = (0..u32::try_from(numbers.len()).unwrap_or(u32::MAX)).collect();
        order.sort_unstable_by(|a, b| numbers.name(*a).cmp(numbers.name(*b)));
        let mut places = vec![0; order.len()];
        for (place, number) in (0_u32..).zip(&order) {
            places[*number as usize] = place;
        }
        for visit in &mut rows {
            visit.customer = places[visit.customer as usize];
        }
        rows.sort_unstable();
        Self { customers: StringArray::from_iter_values(order.iter().map(|number| numbers.name(*number))), rows }
    }

    /// What the models of customer value look at: the orders of a customer stand together.
    pub fn orders(&self) -> Vec<Order> {
        let order = |visit: &Visit| {
            // A day's total of one customer past 64 bits of ten-thousandths is capped: it is no believable sum of money.
            let amount = i64::try_from(visit.amount).unwrap_or(if visit.amount > 0 { i64::MAX } else { i64::MIN });
            Order { customer: visit.customer, day: visit.day, amount }
        };
        self.rows.iter().map(order).collect()
    }

    /// Customers with an order, a row each, by id: `customer_id, all_orders, paid, frequency, monetary, last_order_at, last_order_on,
    /// every_days, second_after`. The usual days between visits are the longer of their median and their mean. What the segment goes by
    /// (`frequency, monetary, last_order_at`) is of the days from `since` on, and null without an order in them.
    ///
    /// # Errors
    /// None that can happen: the columns are equally long.
    pub fn buyers(&self, since: Option<i32>) -> Result<RecordBatch> {
        let mut days = Vec::new();
        let rows: Vec<(u32, Buyer)> = self
            .rows
            .chunk_by(|a, b| a.customer == b.customer)
            .filter_map(|visits| Some((visits.first()?.customer, buyer(visits, since, &mut days)?)))
            .collect();
        let wrong = |e: arrow::error::ArrowError| Error::internal("the buyers of a shop do not fit").with_source(e);
        let money = |of: fn(&Buyer) -> Option<i128>| {
            let amounts: Decimal128Array = rows.iter().map(|(_, buyer)| of(buyer)).collect();
            amounts.with_precision_and_scale(38, 4).map_err(wrong)
        };
        let count = |of: fn(&Buyer) -> Option<i64>| rows.iter().map(|(_, buyer)| of(buyer)).collect::<Int64Array>();
        let last_at = rows.iter().map(|(_, buyer)| buyer.last_order_at);
        let last_at: arrow::array::TimestampMicrosecondArray = last_at.collect();
        let last_on: Vec<i32> = rows.iter().map(|(_, buyer)| buyer.last_order_on).collect();
        let ids = rows.iter().map(|(customer, _)| self.customers.value(*customer as usize));
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("customer_id", Arc::new(StringArray::from_iter_values(ids))),
            ("all_orders", Arc::new(count(|buyer| Some(buyer.orders)))),
            ("paid", Arc::new(money(|buyer| Some(buyer.paid))?)),
            ("frequency", Arc::new(count(|buyer| buyer.frequency))),
            ("monetary", Arc::new(money(|buyer| buyer.monetary)?)),
            ("last_order_at", Arc::new(last_at.with_timezone("UTC"))),
            ("last_order_on", Arc::new(Date32Array::from(last_on))),
            ("every_days", Arc::new(rows.iter().map(|(_, buyer)| buyer.every_days).collect::<Float64Array>())),
            ("second_after", Arc::new(count(|buyer| buyer.second_after))),
        ];
        let fields: Vec<Field> =
            columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(wrong)
    }
}

/// A customer with an order.
struct Buyer {
    orders: i64,
    paid: i128,
    /// What the segment goes by: of the days that are looked back, none without an order in them.
    frequency: Option<i64>,
    monetary: Option<i128>,
    last_order_at: Option<i64>,
    last_order_on: i32,
    every_days: Option<f64>,
    second_after: Option<i64>,
}

/// What the visits of one customer come to; none without an order. `gaps` is room to work in.
fn buyer(visits: &[Visit], since: Option<i32>, gaps: &mut Vec<i32>) -> Option<Buyer> {
    let sales = || visits.iter().filter(|visit| visit.sale);
    gaps.clear();
    gaps.extend(sales().zip(sales().skip(1)).map(|(one, next)| next.day - one.day));
    let second_after = gaps.first().map(|gap| i64::from(*gap));
    gaps.sort_unstable();
    let middle = gaps.len() / 2;
    let median = match gaps.len() {
        0 => None,
        n if n % 2 == 0 => Some(f64::from(gaps[middle - 1] + gaps[middle]) / 2.0),
        _ => Some(f64::from(gaps[middle])),
    };
    let mean = gaps.iter().map(|gap| f64::from(*gap)).sum::<f64>() / gaps.len() as f64;
    let counts = |visit: &&Visit| since.is_none_or(|since| visit.day >= since);
    let frequency: i64 = sales().filter(counts).map(|visit| visit.orders).sum();
    let of_late = frequency > 0;
    Some(Buyer {
        orders: sales().map(|visit| visit.orders).sum(),
        paid: visits.iter().map(|visit| visit.amount).sum(),
        frequency: of_late.then_some(frequency),
        monetary: of_late.then(|| visits.iter().filter(counts).map(|visit| visit.amount).sum()),
        last_order_at: sales().filter(counts).map(|visit| visit.last_at).max(),
        last_order_on: sales().next_back()?.day,
        every_days: median.map(|median| median.max(mean)),
        second_after,
    })
}
