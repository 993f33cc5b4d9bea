//! What each customer is worth and how likely it is lost, computed once a version and kept.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    },
    datatypes::{DataType, Decimal128Type, Field, Float64Type, Int64Type, Schema, SchemaRef, TimestampMicrosecondType},
};
use chrono::{DateTime, TimeDelta, Utc};
use kupets_analytics::{
    segments::{Lifecycle, Stage, lifecycle},
    value::{CustomerValue, MONEY, Order, ValueModel, histories},
};
use rust_decimal::Decimal;

use super::visits::Visits;
use kupets_core::{Error, Result, schema::timestamp};

use crate::snapshot_reader::SnapshotReader;

/// The horizon of orders expected and their value in lists and cards, in days.
const YEAR_DAYS: u32 = 365;

/// Over how many days ahead customers are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Horizon {
    /// For the orders expected and their value.
    pub value_days: u32,
    /// For the risk of no order; none: by the shop's own rhythm.
    pub risk_days: Option<u32>,
}

impl Horizon {
    /// That of lists and cards.
    pub(crate) const CARD: Self = Self { value_days: YEAR_DAYS, risk_days: None };
}

/// A moment as far from the clock as this is meant as now: a statement takes a while from its start to its figures.
const NOW: TimeDelta = TimeDelta::minutes(1);

/// Microseconds in a day.
const DAY_US: i64 = 86_400_000_000;

/// The figures of all customers with an order.
#[derive(Debug)]
pub struct Scores {
    /// One row a customer, by id: the columns of [`schema`].
    pub rows: RecordBatch,
}

/// The figures of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Orders expected within the horizon.
    pub expected_purchases: f64,
    /// Their expected value.
    pub predicted_clv: Decimal,
    /// The risk of no order within the next `churn_horizon_days`, 0 to 1.
    pub churn_risk: f64,
    /// Over how many days ahead the risk looks.
    pub churn_horizon_days: u32,
    /// Middle of where the next order is expected; none of a customer who is lost, or has more likely left than not.
    pub next_order_at: Option<DateTime<Utc>>,
    /// Where the customer stands by the own rhythm: new, active, cooling, lost, won_back.
    pub lifecycle: Option<String>,
}

impl Scores {
    /// The figures of a customer; none without an order.
    pub fn of(&self, customer: &str) -> Option<Score> {
        let ids = self.rows.column(0).as_string::<i32>();
        let row = partition(ids.len(), |row| ids.value(row) < customer);
        if row >= ids.len() || ids.value(row) != customer {
            return None;
        }
        let number = |column: usize| self.rows.column(column).as_primitive::<Float64Type>().value(row);
        let clv = self.rows.column(3).as_primitive::<Decimal128Type>().value(row);
        let next = self.rows.column(6).as_primitive::<TimestampMicrosecondType>();
        let stages = self.rows.column(7).as_string::<i32>();
        let horizons = self.rows.column(8).as_primitive::<Int64Type>();
        Some(Score {
            expected_purchases: number(1),
            predicted_clv: Decimal::try_from_i128_with_scale(clv, 4).unwrap_or(Decimal::MAX),
            churn_risk: number(4),
            next_order_at: next.is_valid(row).then(|| next.value(row)).and_then(DateTime::from_timestamp_micros),
            lifecycle: stages.is_valid(row).then(|| stages.value(row).to_owned()),
            churn_horizon_days: u32::try_from(horizons.value(row)).unwrap_or_default(),
        })
    }
}

/// The first place in `0..length` where `before` no longer holds.
fn partition(length: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let money = DataType::Decimal128(38, 4);
    Arc::new(Schema::new(vec![
        Field::new("customer_id", DataType::Utf8, false),
        Field::new("expected_purchases", DataType::Float64, false),
        Field::new("expected_order_value", money.clone(), false),
        Field::new("predicted_clv", money, false),
        Field::new("churn_risk", DataType::Float64, false),
        Field::new("p_alive", DataType::Float64, false),
        Field::new("next_order_at", timestamp(), true),
        Field::new("lifecycle", DataType::Utf8, true),
        Field::new("churn_horizon_days", DataType::Int64, false),
    ]))
});

/// The columns of the figures: `customer_id, expected_purchases, expected_order_value, predicted_clv, churn_risk, p_alive,
/// next_order_at, lifecycle, churn_horizon_days`.
pub fn schema() -> SchemaRef {
    SCHEMA.clone()
}

/// The figures over a horizon after `as_of`, in one currency.
///
/// # Errors
/// The limits of queries.
pub(crate) async fn scores(
    reader: &SnapshotReader,
    currency: &str,
    as_of: DateTime<Utc>,
    horizon: Horizon,
) -> Result<Arc<Scores>> {
    let today = as_of.with_timezone(&reader.tenant().time_zone()).date_naive();
    let months = reader.tenant().segments().look_back_months();
    let question = format!("scores {currency} {} {horizon:?} {months:?}", moment(reader, as_of));
    let inner = reader.inner();
    let compute = async {
        let _ticket = inner.admit("customer value", u64::MAX).await?;
        compute(&inner, currency, as_of, today, horizon).await
    };
    reader.engine().cache().get(reader.tenant().id(), question, reader.version(), compute).await
}

/// What stands for a moment in questions. Figures as of now move by the day, so that one result serves the whole day. A moment
/// that somebody chose is its own: on its day orders may have come before it and after it.
pub(super) fn moment(reader: &SnapshotReader, as_of: DateTime<Utc>) -> String {
    let zone = reader.tenant().time_zone();
    match (reader.engine().clock().now() - as_of).abs() < NOW {
        true => format!("{} {zone}", as_of.with_timezone(&zone).date_naive()),
        false => format!("{} {zone}", as_of.to_rfc3339()),
    }
}

async fn compute(
    reader: &SnapshotReader,
    currency: &str,
    as_of: DateTime<Utc>,
    today: chrono::NaiveDate,
    horizon: Horizon,
) -> Result<(Scores, usize)> {
    let visits = Arc::new(Visits::read(reader, currency, as_of).await?);
    let since = looked_back_to(today, reader.tenant().segments().look_back_months());
    let scores = of_visits(&visits, as_of, today, since, horizon).await?;
    let bytes = scores.rows.get_array_memory_size();
    Ok((scores, bytes))
}

/// The first day whose orders count for segments, as a number counted from 1970; none: all of them do.
pub(super) fn looked_back_to(today: chrono::NaiveDate, months: Option<u32>) -> Option<i32> {
    let day = today.checked_sub_months(chrono::Months::new(months?)).unwrap_or(chrono::NaiveDate::MIN);
    Some(day_number(day))
}

fn day_number(day: chrono::NaiveDate) -> i32 {
    i32::try_from((day - chrono::NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

/// The figures over a horizon after `as_of`, which is on the day `today`. Whoever has no order since the day `since` is lost.
///
/// # Errors
/// None that can happen: a figure has its place.
pub(super) async fn of_visits(
    visits: &Arc<Visits>,
    as_of: DateTime<Utc>,
    today: chrono::NaiveDate,
    since: Option<i32>,
    horizon: Horizon,
) -> Result<Scores> {
    let visits = visits.clone();
    let work = move || {
        let orders = visits.orders();
        let today_number = day_number(today);
        let (histories, regularity) = histories(&orders, today_number);
        let model = ValueModel::fit(&histories, regularity);
        let Lifecycle { stages, rhythm } = stages(&orders, visits.customers.len(), today_number, since);
        let risk_days = horizon.risk_days.unwrap_or_else(|| rhythm.churn_horizon_days());
        let values = model.values_and_risks(&histories, f64::from(horizon.value_days), f64::from(risk_days), 0.0);
        Ok(Scores { rows: rows(&visits.customers, &values, &stages, risk_days, as_of)? })
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::internal("the values of customers failed inside the server").with_source(e))?
}

/// The stage of each customer, by the days with an order; the orders of one customer stand together. Whoever has none since the day
/// `since` is lost, whatever the own rhythm: segments do not know them any more.
fn stages(orders: &[Order], customers: usize, today: i32, since: Option<i32>) -> Lifecycle {
    let mut days: Vec<Vec<i32>> = vec![Vec::new(); customers];
    for order in orders.iter().filter(|order| order.amount > 0) {
        if let Some(own) = days.get_mut(order.customer as usize) {
            own.push(order.day);
        }
    }
    for own in &mut days {
        own.sort_unstable();
        own.dedup();
    }
    let mut found = lifecycle(&days.iter().map(Vec::as_slice).collect::<Vec<_>>(), today);
    for (stage, own) in found.stages.iter_mut().zip(&days) {
        // The days end with today: nothing later was read.
        let gone = own.last().zip(since).is_some_and(|(last, since)| *last < since);
        *stage = if gone { Some(Stage::Lost) } else { *stage };
    }
    found
}

fn rows(
    ids: &StringArray,
    values: &[CustomerValue],
    stages: &[Option<Stage>],
    risk_days: u32,
    as_of: DateTime<Utc>,
) -> Result<RecordBatch> {
    let number = |of: fn(&CustomerValue) -> f64| Arc::new(values.iter().map(of).collect::<Float64Array>()) as ArrayRef;
    let money = |of: fn(&CustomerValue) -> f64| -> Result<ArrayRef> {
        let scaled: Decimal128Array = values.iter().map(|v| (of(v) * MONEY).round() as i128).collect::<Vec<_>>().into();
        let scaled = scaled.with_precision_and_scale(38, 4);
        Ok(Arc::new(scaled.map_err(|e| Error::internal("a value is out of range").with_source(e))?))
    };
    let known = |v: &CustomerValue| v.customer as usize;
    let names = values.iter().map(|v| if known(v) < ids.len() { ids.value(known(v)) } else { "" });
    let lost = |v: &CustomerValue| stages.get(known(v)).copied().flatten() == Some(Stage::Lost);
    let next = values.iter().map(|v| {
        let days = v.next_order_days.filter(|days| *days < 36_500.0 && !lost(v))?;
        as_of.timestamp_micros().checked_add((days * DAY_US as f64) as i64)
    });
    let stage = |v: &CustomerValue| stages.get(v.customer as usize).copied().flatten().map(Stage::name);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(names)),
        number(|v| v.expected_purchases),
        money(|v| v.expected_order_value)?,
        money(|v| v.predicted_clv)?,
        number(|v| v.churn_risk),
        number(|v| v.p_alive),
        Arc::new(next.collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        Arc::new(values.iter().map(stage).collect::<StringArray>()),
        Arc::new(Int64Array::from_value(i64::from(risk_days), values.len())),
    ];
    RecordBatch::try_new(schema(), columns)
        .map_err(|e| Error::internal("the values of customers do not fit").with_source(e))
}
