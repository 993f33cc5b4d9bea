//! The lines of a year, read once: what is bought again and again, who comes back for a product, and what is bought together.
//!
//! The rows of [`Source::Fans`], [`Source::Habits`] and [`Source::Shelf`] without their statements: millions of pairs of a
//! customer and a product, or of a product and a day, are counted here in a fraction of the memory and the time. A test compares
//! them.
//!
//! [`Source::Fans`]: super::sources::Source::Fans
//! [`Source::Habits`]: super::sources::Source::Habits
//! [`Source::Shelf`]: super::sources::Source::Shelf

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Field, Int64Type, Schema},
};
use futures::TryStreamExt;
use kupets_analytics::{
    baskets::Baskets,
    recommend::{Money, REORDER_FEWEST, REORDER_FROM, REORDER_UNTIL},
};

use super::{
    amount::capped,
    sources::{AsOf, RATE_DAYS, SHOP, SILENCE_DAYS},
};
use kupets_core::{Error, Result};
use kupets_query::{Meta, RowLimit, Statement, from_datafusion};

use crate::{
    insight::interner::{Numbers, Products},
    snapshot_reader::SnapshotReader,
};

const LINES: &str = "SELECT
    purchase_id,
    customer_id,
    product_id,
    product,
    CAST(local_time(occurred_at) AS DATE) AS day,
    amount
FROM goods
WHERE currency = $currency
  AND amount > 0
  AND purchase_amount > 0
  AND (product_id IS NOT NULL OR product IS NOT NULL)
  AND occurred_at >= $year
  AND occurred_at < $as_of";

/// What a year's lines tell.
#[derive(Debug)]
pub(super) struct Year {
    /// Who comes back for products.
    pub fans: RecordBatch,
    /// Who buys what again and again.
    pub habits: RecordBatch,
    /// Whether products still sell.
    pub shelf: RecordBatch,
    /// The orders, as numbers of products.
    pub baskets: Baskets,
    /// The products.
    pub products: Products,
    /// The day of the first line of each, by its number.
    pub first_days: Vec<i32>,
}

/// What a known customer paid for a product on a day, in the order in which they are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    customer: u32,
    product: u32,
    day: i32,
    amount: Money,
}

/// A product that a customer buys again and again.
struct Habit {
    customer: u32,
    product: u32,
    times: i64,
    every_days: f64,
    last_day: i32,
    amount: i128,
}

impl Year {
    /// Reads them.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn read(reader: &SnapshotReader, as_of: &AsOf) -> Result<Self> {
        let statement = Statement::ours(LINES, as_of.values(), RowLimit::Fail(usize::MAX));
        let mut found = reader.run(statement, Meta::default()).await?.rows;
        let (mut orders, mut customers, mut products) = (Numbers::default(), Numbers::default(), Products::default());
        let (mut lines, mut baskets, mut order_days) = (Vec::new(), Vec::new(), Vec::new());
        let mut first_days: Vec<i32> = Vec::new();
        let wrong = |e: arrow::error::ArrowError| Error::internal("the lines of a year cannot be read").with_source(e);
        while let Some(batch) = found.try_next().await.map_err(from_datafusion)? {
            let column = |at: usize, kind: &DataType| cast(batch.column(at), kind).map_err(wrong);
            let (purchases, who) = (column(0, &DataType::Utf8)?, column(1, &DataType::Utf8)?);
            let (ids, labels) = (column(2, &DataType::Utf8)?, column(3, &DataType::Utf8)?);
            let (days, amounts) = (column(4, &DataType::Date32)?, column(5, &DataType::Decimal128(38, 4))?);
            let (purchases, who) = (purchases.as_string::<i32>(), who.as_string::<i32>());
            let (ids, labels) = (ids.as_string::<i32>(), labels.as_string::<i32>());
            let (days, amounts) = (days.as_primitive::<Date32Type>(), amounts.as_primitive::<Decimal128Type>());
            for row in 0..batch.num_rows() {
                let id = ids.is_valid(row).then(|| ids.value(row));
                let label = labels.is_valid(row).then(|| labels.value(row));
                let Some(product) = products.of(id, label) else { continue };
                let order = orders.of(purchases.value(row));
                if order as usize == order_days.len() {
                    order_days.push(days.value(row));
                }
                baskets.push((order, product));
                match first_days.get_mut(product as usize) {
                    Some(first) => *first = days.value(row).min(*first),
                    // Products are numbered as they come.
                    None => first_days.push(days.value(row)),
                }
                if who.is_valid(row) {
                    let amount = capped(amounts.value(row));
                    lines.push(Line { customer: customers.of(who.value(row)), product, day: days.value(row), amount });
                }
            }
        }
        drop(orders);
        let today = as_of.day_number();
        let shop = shop(&reader.collect(SHOP.to_owned(), as_of.values()).await?, today).map_err(wrong)?;
        let work = move || {
            let baskets = Baskets::from_pairs(baskets)
                .map_err(|e| Error::internal("a year has too many orders or products").with_source(e))?;
            // Orders are numbered as they came, and baskets stand in the order of the numbers.
            let shelf = shelf(&baskets, &order_days, &products, &shop, today)?;
            lines.sort_unstable();
            let (fans, habits) = (fans(&lines, &products)?, habits(&lines, &customers, &products, today)?);
            Ok(Self { fans, habits, shelf, baskets, products, first_days })
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|e| Error::internal("the lines of a year failed inside the server").with_source(e))?
    }
}

/// Days that [`Source::Shelf`] looks at, today among them.
///
/// [`Source::Shelf`]: super::sources::Source::Shelf
const SHELF_DAYS: usize = (RATE_DAYS + SILENCE_DAYS) as usize + 1;

/// The place of a day among those, the last of which is today.
fn place(day: i32, today: i32) -> Option<usize> {
    let ago = usize::try_from(today.checked_sub(day)?).ok()?;
    (SHELF_DAYS - 1).checked_sub(ago)
}

/// The shop's orders on each of the days; none on the day that is not over.
fn shop(rows: &RecordBatch, today: i32) -> std::result::Result<[i64; SHELF_DAYS], arrow::error::ArrowError> {
    let (days, orders) = (cast(rows.column(0), &DataType::Date32)?, cast(rows.column(1), &DataType::Int64)?);
    let (days, orders) = (days.as_primitive::<Date32Type>(), orders.as_primitive::<Int64Type>());
    let mut shop = [0; SHELF_DAYS];
    for row in 0..rows.num_rows() {
        if let Some(place) = place(days.value(row), today) {
            shop[place] = orders.value(row);
        }
    }
    Ok(shop)
}

/// How steadily each product sold until its last sale, and how the shop went on since.
fn shelf(
    baskets: &Baskets,
    order_days: &[i32],
    products: &Products,
    shop: &[i64; SHELF_DAYS],
    today: i32,
) -> Result<RecordBatch> {
    let mut sold: Vec<(u32, usize)> = Vec::new();
    for (basket, day) in baskets.iter().zip(order_days) {
        if let Some(place) = place(*day, today) {
            sold.extend(basket.iter().map(|product| (*product, place)));
        }
    }
    sold.sort_unstable();
    let mut rows = Vec::new();
    for one in sold.chunk_by(|a, b| a.0 == b.0) {
        let mut days = [0_u32; SHELF_DAYS];
        one.iter().for_each(|(_, place)| days[*place] += 1);
        let product = one[0].0;
        let Some(last) = days.iter().rposition(|orders| *orders > 0) else { continue };
        if last + (SILENCE_DAYS as usize) < SHELF_DAYS - 1 {
            continue;
        }
        let window = (last + 1).saturating_sub(RATE_DAYS as usize)..last + 1;
        let Some(first) = window.clone().find(|place| days[*place] > 0) else { continue };
        let sales: i64 = days[window.clone()].iter().map(|orders| i64::from(*orders)).sum();
        let with_sales: Vec<usize> = window.filter(|place| days[*place] > 0).collect();
        let longest = with_sales.windows(2).map(|two| two[1] - two[0] - 1).max().unwrap_or(0);
        let silent = (SHELF_DAYS - 1 - last).saturating_sub(1) as i64;
        let (before, since) = (shop[first..=last].iter().sum::<i64>(), shop[last + 1..].iter().sum::<i64>());
        let last_day = today - (SHELF_DAYS - 1 - last) as i32;
        rows.push(Shelf {
            id: products.id(product),
            last_day,
            counts: [sales, (last - first + 1) as i64, silent, before, since, with_sales.len() as i64, longest as i64],
        });
    }
    rows.sort_unstable_by_key(|row| row.id);
    let number = |at: usize| Arc::new(rows.iter().map(|row| row.counts[at]).collect::<Int64Array>()) as ArrayRef;
    batch(vec![
        ("product_id", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.id)))),
        ("sales", number(0)),
        ("sale_days", number(1)),
        ("last_sold_on", Arc::new(Date32Array::from(rows.iter().map(|row| row.last_day).collect::<Vec<_>>()))),
        ("silent_days", number(2)),
        ("shop_orders_before", number(3)),
        ("shop_orders_since", number(4)),
        ("sold_days", number(5)),
        ("longest_gap", number(6)),
    ])
}

/// Whether a product still sells.
struct Shelf<'a> {
    id: &'a str,
    last_day: i32,
    /// Sales, days from the first to the last of them, silent days, the shop's orders before and since, days with a sale, and the most
    /// days in a row among them without one.
    counts: [i64; 7],
}

/// The lines of each customer and product; `lines` are in order.
fn pairs(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    lines.chunk_by(|a, b| (a.customer, a.product) == (b.customer, b.product))
}

/// How many customers bought each product, and how many of them on two days or more.
fn fans(lines: &[Line], products: &Products) -> Result<RecordBatch> {
    let mut counts = vec![(0_i64, 0_i64); products.len()];
    for pair in pairs(lines) {
        let (Some(first), Some(last)) = (pair.first(), pair.last()) else { continue };
        if let Some((buyers, again)) = counts.get_mut(first.product as usize) {
            *buyers += 1;
            *again += i64::from(first.day < last.day);
        }
    }
    let mut rows: Vec<(&str, i64, i64)> = (0..)
        .zip(&counts)
        .filter(|(_, (n, _))| *n > 0)
        .map(|(product, (n, again))| (products.id(product), *n, *again))
        .collect();
    rows.sort_unstable();
    let (all, all_again) = (rows.iter().map(|row| row.1).sum::<i64>(), rows.iter().map(|row| row.2).sum::<i64>());
    let number =
        |of: &dyn Fn(&(&str, i64, i64)) -> i64| Arc::new(rows.iter().map(of).collect::<Int64Array>()) as ArrayRef;
    let ids = Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0)));
    batch(vec![
        ("product_id", ids),
        ("buyers", number(&|row| row.1)),
        ("repeat_buyers", number(&|row| row.2)),
        ("all_buyers", number(&|_| all)),
        ("all_repeat_buyers", number(&|_| all_again)),
    ])
}

/// Who buys what again and again and may need it now.
fn habits(lines: &[Line], customers: &Numbers, products: &Products, today: i32) -> Result<RecordBatch> {
    let mut found: Vec<Habit> = pairs(lines).filter_map(|pair| habit(pair, today)).collect();
    let key = |habit: &Habit| (customers.name(habit.customer), products.id(habit.product));
    found.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    let money: Decimal128Array = found.iter().map(|habit| habit.amount).collect::<Vec<_>>().into();
    let money = money
        .with_precision_and_scale(38, 4)
        .map_err(|e| Error::internal("an amount is out of range").with_source(e))?;
    batch(vec![
        ("customer_id", Arc::new(StringArray::from_iter_values(found.iter().map(|habit| key(habit).0)))),
        ("product_id", Arc::new(StringArray::from_iter_values(found.iter().map(|habit| key(habit).1)))),
        ("times", Arc::new(found.iter().map(|habit| habit.times).collect::<Int64Array>())),
        ("every_days", Arc::new(found.iter().map(|habit| habit.every_days).collect::<Float64Array>())),
        ("last_bought_on", Arc::new(Date32Array::from(found.iter().map(|habit| habit.last_day).collect::<Vec<_>>()))),
        ("silent_days", Arc::new(found.iter().map(|habit| i64::from(today - habit.last_day)).collect::<Int64Array>())),
        ("amount", Arc::new(money)),
    ])
}

/// What a customer bought of a product, if it is a habit that is due.
fn habit(pair: &[Line], today: i32) -> Option<Habit> {
    let (first, last) = (pair.first()?, pair.last()?);
    if pair.len() < REORDER_FEWEST as usize {
        return None;
    }
    let mut gaps: Vec<i32> = pair.windows(2).map(|two| two[1].day - two[0].day).filter(|gap| *gap > 0).collect();
    if gaps.len() + 1 < REORDER_FEWEST as usize {
        return None;
    }
    gaps.sort_unstable();
    let middle = gaps.len() / 2;
    let every_days = match gaps.len() % 2 {
        0 => f64::from(gaps[middle - 1] + gaps[middle]) / 2.0,
        _ => f64::from(gaps[middle]),
    };
    let silent = f64::from(today - last.day);
    let due = silent >= REORDER_FROM * every_days.max(1.0) && silent <= REORDER_UNTIL * every_days.max(1.0);
    due.then(|| Habit {
        customer: first.customer,
        product: first.product,
        times: gaps.len() as i64 + 1,
        every_days,
        last_day: last.day,
        amount: pair.iter().map(|line| i128::from(line.amount)).sum(),
    })
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|e| Error::internal("the facts of a year do not fit").with_source(e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_data::{Locale, Record, Shop, ShopConfig};

    use super::*;
    use crate::{
        Engine, EngineConfig, Limits,
        insight::{
            recommend::{facts::Rows, sources::Source},
            visits::Visits,
        },
    };
    use kupets_core::{Actor, TenantId, Workspace, clock::FixedClock, schema::Table};
    use kupets_storage::record::{Framing, IdSource, OnError, ParseOptions, parse};

    /// Columns by name and type, and rows, as text. Both kinds of text are VARCHAR to whoever asks.
    fn told(rows: &RecordBatch) -> Vec<String> {
        let names = rows.schema();
        let mut told: Vec<String> = names
            .fields()
            .iter()
            .map(|field| format!("{} {}", field.name(), field.data_type()).replace("Utf8View", "Utf8"))
            .collect();
        for row in 0..rows.num_rows() {
            let cell = |column| arrow::util::display::array_value_to_string(column, row).unwrap();
            told.push(rows.columns().iter().map(|column| cell(column)).collect::<Vec<_>>().join("|"));
        }
        told
    }

    #[tokio::test]
    async fn a_years_lines_tell_what_the_statements_do() {
        let now: chrono::DateTime<chrono::Utc> = "2026-11-01T09:00:00Z".parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let config = EngineConfig {
            data_dir: dir.path().to_owned(),
            storage_url: None,
            database_url: None,
            limits: Limits::default(),
            clock: Arc::new(FixedClock(now)),
        };
        let (engine, authority) = Engine::open(config).await.unwrap();
        let id = TenantId::parse("00000000000000000000000000000001").unwrap();
        let workspace = Workspace {
            id,
            time_zone: chrono_tz::Tz::Europe__Moscow,
            currency: "RUB".into(),
            segments: Arc::default(),
            holidays: Arc::default(),
            erased_records: Default::default(),
        };
        let tenant = authority.grant(workspace, Actor::server());
        let shop = Shop::new(ShopConfig::new(7, 40_000, now.date_naive(), Locale::Ru)).unwrap();
        let mut body = String::new();
        for event in shop.events() {
            if let Record::Purchase(purchase) = &event.record {
                body.push_str(&serde_json::to_string(purchase).unwrap());
                body.push('\n');
            }
        }
        let options = ParseOptions {
            table: Table::Purchases,
            time_zone: tenant.time_zone(),
            currency: tenant.currency().into(),
            now,
            idempotency_key: None,
            ids: IdSource::sequence(),
            on_error: OnError::Refuse,
        };
        let parsed = parse(body.as_bytes(), Framing::NdJson, &options).unwrap();
        engine.ingest(&tenant, parsed).await.unwrap();
        let reader = SnapshotReader::open(&engine, &tenant).await.unwrap();
        let as_of = AsOf::new(&tenant, now);
        let year = Year::read(&reader, &as_of).await.unwrap();
        let visits = Visits::read(&reader, tenant.currency(), now).await.unwrap();
        let all = Rows::read(&reader, &as_of, &year, &visits).await.unwrap();
        for source in Source::ALL {
            let rows = all.of(source).unwrap();
            let statement =
                reader.collect(source.statement(&as_of.naming(), "").unwrap(), as_of.values()).await.unwrap();
            assert!(rows.num_rows() >= 10, "{source:?}: {}", rows.num_rows());
            assert_eq!(told(rows), told(&statement), "{source:?}");
        }
        let orders = "SELECT count(DISTINCT purchase_id) AS n FROM goods WHERE amount > 0 AND purchase_amount > 0
            AND occurred_at >= $year AND occurred_at < $as_of AND currency = $currency";
        let orders = reader.collect(orders.to_owned(), as_of.values()).await.unwrap();
        assert_eq!(told(&orders)[1], year.baskets.len().to_string());
    }
}
