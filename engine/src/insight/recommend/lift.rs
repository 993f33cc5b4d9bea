//! What tasks brought: the customers who were to be asked against those who were held out.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray},
    compute::cast,
    datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema},
};
use kupets_analytics::recommend::{self, LIFT_FEWEST, Money, Response};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    amount::capped,
    sources::AsOf,
    status::{self, Decided, Target},
};
use kupets_core::{Error, Result, schema::timestamp};

use crate::{
    insight::finding::decimal,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// What each target spent while its task was measured; a row for whoever bought.
const SPENT: &str = "SELECT t.task, t.customer_id, sum(p.purchase_amount) AS revenue,
    count(*) FILTER (WHERE p.purchase_amount > 0) AS orders
FROM targets t
JOIN sales p ON p.customer_id = t.customer_id
WHERE p.line = 1
  AND p.currency = $currency
  AND p.occurred_at >= $since
  AND p.occurred_at < $until
  AND p.occurred_at >= t.since
  AND p.occurred_at < t.until
GROUP BY t.task, t.customer_id";

/// What a task brought so far, against the customers held out of it. A difference is measured from 30 customers on each side on: a task with
/// fewer is measured together with the others of its kind, and says how many are needed where these are too few as well.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = LiftBody)]
pub struct Lift {
    /// Customers who were to be asked, reached or not.
    pub treated: u32,
    /// Customers who were held out.
    pub held_out: u32,
    /// Of those who were to be asked, how many ordered.
    pub converted: u32,
    /// Of those held out.
    pub converted_held_out: u32,
    /// The currency of the figures.
    pub unit: String,
    /// Additional revenue a customer: the difference of the means; null with too few customers on a side, and until somebody orders.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub lift: Option<Decimal>,
    /// The lower end of its 95 % interval.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub lower: Option<Decimal>,
    /// The upper end.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub upper: Option<Decimal>,
    /// The same for all who were to be asked together.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub total: Option<Decimal>,
    /// How many tasks of the kind the difference is of together, as this one has too few customers; null where it is its own.
    pub pooled_tasks: Option<u32>,
    /// How many more customers must be held out, in tasks of this kind together, until the difference is measured; null once it is.
    pub needed: Option<u32>,
    /// Whether the time in which orders count is over.
    pub complete: bool,
}

/// A task with whom it is about.
#[derive(Debug)]
pub(super) struct Task {
    /// What was decided.
    pub decided: Decided,
    /// Its customers.
    pub targets: Vec<Target>,
}

impl Task {
    /// From when until when orders count for it.
    fn span(&self, now: i64) -> (i64, i64) {
        let since = self.decided.accepted_at.unwrap_or(now);
        (since, self.decided.measured_until.unwrap_or(since).min(now))
    }
}

/// What customers spent, those asked and those held out apart.
#[derive(Debug, Default)]
struct Sides {
    asked: Vec<Money>,
    asked_bought: u32,
    held_out: Vec<Money>,
    held_out_bought: u32,
}

impl Sides {
    /// How many more customers the smaller side needs until a difference says something.
    fn needed(&self) -> u32 {
        let least = self.asked.len().min(self.held_out.len());
        u32::try_from(LIFT_FEWEST.saturating_sub(least)).unwrap_or(u32::MAX)
    }

    fn add(&mut self, other: &Self) {
        self.asked.extend(&other.asked);
        self.asked_bought = self.asked_bought.saturating_add(other.asked_bought);
        self.held_out.extend(&other.held_out);
        self.held_out_bought = self.held_out_bought.saturating_add(other.held_out_bought);
    }
}

/// The tasks of each kind that hold somebody out, all of a kind together, and how many they are: each holds out the same share of its
/// customers for the same time on both sides, so that the sums compare like with like.
async fn pools(reader: &SnapshotReader, as_of: &AsOf) -> Result<HashMap<String, (u32, Sides)>> {
    let tasks = held_out_tasks(reader, |_| true).await?;
    let mut pools: HashMap<String, (u32, Sides)> = HashMap::new();
    for (sides, task) in sides(reader, &tasks, as_of).await?.iter().zip(&tasks) {
        let (count, pool) = pools.entry(task.decided.item.kind.clone()).or_default();
        *count += 1;
        pool.add(sides);
    }
    Ok(pools)
}

/// Tasks of all rounds that hold somebody out, of those that `wanted` lets through.
async fn held_out_tasks(reader: &SnapshotReader, wanted: impl Fn(&Decided) -> bool) -> Result<Vec<Task>> {
    let (control, tenant) = (reader.engine().control(), reader.tenant().id());
    let mut tasks = Vec::new();
    for decided in status::tasks(control, tenant).await?.into_iter().filter(|decided| wanted(decided)) {
        let targets = status::targets(control, tenant, &decided.item.id, decided.round).await?;
        if targets.iter().any(|target| target.held_out) {
            tasks.push(Task { decided, targets });
        }
    }
    Ok(tasks)
}

/// Reads what the targets of tasks spent: a result a task.
async fn sides(reader: &SnapshotReader, tasks: &[Task], as_of: &AsOf) -> Result<Vec<Sides>> {
    let now = as_of.moment.timestamp_micros();
    let spans: Vec<(i64, i64)> = tasks.iter().map(|task| task.span(now)).collect();
    let (mut places, mut ids, mut since, mut until) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (place, (task, span)) in (0_i64..).zip(tasks.iter().zip(&spans)) {
        for target in &task.targets {
            places.push(place);
            ids.push(target.customer_id.as_str());
            since.push(span.0);
            until.push(span.1);
        }
    }
    let mut spent: HashMap<(i64, String), (Money, bool)> = HashMap::new();
    if let (Some(from), Some(to)) = (since.iter().min().copied(), until.iter().max().copied()) {
        let mut own = reader.clone();
        own.add_rows("targets", rows(places, &ids, since, until)?)?;
        let mut values = Values::default();
        values.name("currency", as_of.tenant.currency());
        values.name("since", micros(from));
        values.name("until", micros(to));
        let found = own.collect(SPENT.to_owned(), values).await?;
        let wrong = |e: arrow::error::ArrowError| Error::internal("the lift of tasks cannot be read").with_source(e);
        let column = |at: usize, kind: &DataType| cast(found.column(at), kind).map_err(wrong);
        let (tasks, who) = (column(0, &DataType::Int64)?, column(1, &DataType::Utf8)?);
        let (revenue, orders) = (column(2, &DataType::Decimal128(38, 4))?, column(3, &DataType::Int64)?);
        let (tasks, who) = (tasks.as_primitive::<Int64Type>(), who.as_string::<i32>());
        let (revenue, orders) = (revenue.as_primitive::<Decimal128Type>(), orders.as_primitive::<Int64Type>());
        for row in 0..found.num_rows() {
            let key = (tasks.value(row), who.value(row).to_owned());
            spent.insert(key, (capped(revenue.value(row)), orders.value(row) > 0));
        }
    }
    let side = |(place, task): (i64, &Task)| {
        let mut sides = Sides::default();
        for target in &task.targets {
            let (money, bought) = spent.remove(&(place, target.customer_id.clone())).unwrap_or_default();
            if target.held_out {
                sides.held_out.push(money);
                sides.held_out_bought += u32::from(bought);
            } else {
                sides.asked.push(money);
                sides.asked_bought += u32::from(bought);
            }
        }
        sides
    };
    Ok((0_i64..).zip(tasks).map(side).collect())
}

fn rows(places: Vec<i64>, ids: &[&str], since: Vec<i64>, until: Vec<i64>) -> Result<RecordBatch> {
    let schema = Schema::new(vec![
        Field::new("task", DataType::Int64, false),
        Field::new("customer_id", DataType::Utf8, false),
        Field::new("since", timestamp(), false),
        Field::new("until", timestamp(), false),
    ]);
    let time = |values: Vec<i64>| Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"));
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(Int64Array::from(places)),
            Arc::new(StringArray::from_iter_values(ids)),
            time(since),
            time(until),
        ],
    )
    .map_err(|e| Error::internal("the targets of tasks do not fit").with_source(e))
}

/// What tasks brought so far; none where nobody was held out.
///
/// # Errors
/// The limits of queries.
pub(super) async fn lifts(reader: &SnapshotReader, tasks: &[Task], as_of: &AsOf) -> Result<Vec<Option<Lift>>> {
    let now = as_of.moment.timestamp_micros();
    let all = sides(reader, tasks, as_of).await?;
    let is_small = |sides: &Sides| !sides.held_out.is_empty() && sides.needed() > 0;
    let pools = match all.iter().any(is_small) {
        true => pools(reader, as_of).await?,
        false => HashMap::new(),
    };
    let told = all.iter().zip(tasks).map(|(sides, task)| {
        if sides.held_out.is_empty() {
            return None;
        }
        let count = |list: &[Money]| u32::try_from(list.len()).unwrap_or(u32::MAX);
        let pool = pools.get(&task.decided.item.kind).filter(|_| is_small(sides));
        let compared = pool.map_or(sides, |(_, pool)| pool);
        // While nobody ordered there is nothing to compare: no difference without any variation would look certain.
        let begun = compared.asked_bought + compared.held_out_bought > 0;
        let measured = recommend::lift(&compared.asked, &compared.held_out).ok().filter(|_| begun);
        let asked = i128::from(count(&sides.asked));
        let total = measured.map(|lift| lift.numerator.saturating_mul(asked) / lift.denominator.max(1));
        let money = |units: Option<i128>| units.map(decimal);
        Some(Lift {
            treated: count(&sides.asked),
            held_out: count(&sides.held_out),
            converted: sides.asked_bought,
            converted_held_out: sides.held_out_bought,
            unit: as_of.tenant.currency().to_owned(),
            lift: money(measured.map(|lift| lift.value)),
            lower: money(measured.map(|lift| lift.lower)),
            upper: money(measured.map(|lift| lift.upper)),
            total: money(total),
            pooled_tasks: pool.filter(|_| measured.is_some()).map(|(tasks, _)| *tasks),
            needed: Some(compared.needed()).filter(|needed| *needed > 0),
            complete: task.decided.measured_until.is_none_or(|until| until <= now),
        })
    });
    Ok(told.collect())
}

/// The response that tasks of each kind measured, all of a kind together: each holds out the same share of its customers, so
/// that the sums compare like with like. Only tasks whose time is over count.
///
/// # Errors
/// The limits of queries; the control database does not answer.
pub(super) async fn measured(reader: &SnapshotReader, as_of: &AsOf) -> Result<Vec<(String, Response)>> {
    let now = as_of.moment.timestamp_micros();
    let is_over = |decided: &Decided| decided.measured_until.is_some_and(|until| until <= now);
    let tasks = held_out_tasks(reader, is_over).await?;
    let mut kinds: HashMap<&str, [u32; 4]> = HashMap::new();
    let all = sides(reader, &tasks, as_of).await?;
    for (sides, task) in all.iter().zip(&tasks) {
        let sums = kinds.entry(&task.decided.item.kind).or_default();
        let count = |list: &[Money]| u32::try_from(list.len()).unwrap_or(u32::MAX);
        let more = [count(&sides.asked), sides.asked_bought, count(&sides.held_out), sides.held_out_bought];
        for (sum, more) in sums.iter_mut().zip(more) {
            *sum = sum.saturating_add(more);
        }
    }
    let responses = kinds.into_iter().filter_map(|(kind, [asked, asked_bought, held_out, held_out_bought])| {
        Some((kind.to_owned(), Response::measured(asked, asked_bought, held_out, held_out_bought)?))
    });
    Ok(responses.collect())
}
