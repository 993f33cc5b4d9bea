//! Facts for the rules, out of the rows of the [`Source`] statements.

use std::collections::HashMap;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type},
};
use kupets_analytics::recommend::{Customer, Facts, NO_SEGMENT, Product, Reorder, is_of_an_occasion, stable_id};

use super::{
    amount::capped,
    sources::{AsOf, PERIOD_DAYS, Source, named},
    trailing_year::Year,
};
use kupets_core::{Error, Result};

use crate::{
    insight::{interner::Products, value::Scores, visits::Visits},
    snapshot_reader::SnapshotReader,
};

/// Hours of a week.
const HOURS: usize = 168;
/// The mean price paid is at most so many times the usual one.
const DEAREST: f64 = 1.25;

/// Facts, and the names behind their numbers.
#[derive(Debug)]
pub(super) struct Known {
    /// What the rules look at.
    pub facts: Facts,
    /// Ids of the customers, in the order of the facts.
    pub customers: StringArray,
    /// Ids of the products, in the order of the facts.
    pub products: Products,
    /// Names of segments by their number.
    pub segments: HashMap<u32, Box<str>>,
}

/// Habits of customers who do not want to be left alone.
const REACHABLE_HABITS: &str = "SELECT * FROM habits
WHERE customer_id NOT IN (SELECT customer_id FROM customers WHERE do_not_contact OR consent_refused(consent))
ORDER BY customer_id, product_id";

/// The rows that facts come from.
#[derive(Debug)]
pub(super) struct Rows(Vec<(Source, RecordBatch)>);

impl Rows {
    /// Reads them, but for what visits and a year's lines tell.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn read(reader: &SnapshotReader, as_of: &AsOf, year: &Year, visits: &Visits) -> Result<Self> {
        let mut rows = Vec::with_capacity(Source::ALL.len());
        for source in Source::ALL {
            let found = match source {
                Source::Buyers => {
                    let mut own = reader.clone();
                    own.add_rows("visited", visits.buyers(as_of.looked_back_to())?)?;
                    let sql = format!("WITH buyers AS (SELECT * FROM visited),\n{}", named(&as_of.naming())?);
                    own.collect(sql, as_of.values()).await?
                }
                Source::Fans => year.fans.clone(),
                Source::Habits => {
                    let mut own = reader.clone();
                    own.add_rows("habits", year.habits.clone())?;
                    own.collect(REACHABLE_HABITS.to_owned(), as_of.values()).await?
                }
                Source::Shelf => year.shelf.clone(),
                Source::Goods | Source::Hours => {
                    reader.collect(source.statement(&as_of.naming(), "")?, as_of.values()).await?
                }
            };
            rows.push((source, found));
        }
        Ok(Self(rows))
    }

    /// Puts other rows in the place of those of one source.
    pub fn replace(&mut self, source: Source, rows: RecordBatch) {
        for (_, own) in self.0.iter_mut().filter(|(one, _)| *one == source) {
            own.clone_from(&rows);
        }
    }

    /// Those of one source.
    ///
    /// # Errors
    /// None that can happen: all are read.
    pub fn of(&self, source: Source) -> Result<&RecordBatch> {
        let found = self.0.iter().find(|(one, _)| *one == source).map(|(_, rows)| rows);
        found.ok_or_else(|| Error::internal("a kind of facts was not read"))
    }
}

/// Columns of rows by name, as the types that facts have.
pub(super) struct Columns<'a>(pub &'a RecordBatch);

impl Columns<'_> {
    fn of(&self, name: &str, kind: &DataType) -> Result<ArrayRef> {
        let wrong =
            |what: String| Error::internal(format!("the facts {name} of recommendations cannot be read: {what}"));
        let column = self.0.column_by_name(name).ok_or_else(|| wrong("they are missing".to_owned()))?;
        cast(column, kind).map_err(|e| wrong(e.to_string()))
    }

    pub fn text(&self, name: &str) -> Result<StringArray> {
        Ok(self.of(name, &DataType::Utf8)?.as_string::<i32>().clone())
    }

    pub fn whole(&self, name: &str) -> Result<Int64Array> {
        Ok(self.of(name, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
    }

    fn number(&self, name: &str) -> Result<Float64Array> {
        Ok(self.of(name, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
    }

    fn money(&self, name: &str) -> Result<Decimal128Array> {
        Ok(self.of(name, &DataType::Decimal128(38, 4))?.as_primitive::<Decimal128Type>().clone())
    }

    fn day(&self, name: &str) -> Result<Date32Array> {
        Ok(self.of(name, &DataType::Date32)?.as_primitive::<Date32Type>().clone())
    }
}

fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// A quantity in ten-thousandths as a number of units.
fn units(quantity: i128) -> u32 {
    u32::try_from(quantity.max(0).saturating_add(5_000) / 10_000).unwrap_or(u32::MAX)
}

impl Known {
    /// Facts out of the rows. Pairs are added later: they are not counted by a statement.
    ///
    /// # Errors
    /// None that can happen: the rows have the columns that the statements name.
    pub fn new(rows: &Rows, year: &Year, scores: &Scores, as_of: &AsOf) -> Result<Self> {
        let mut known = Self {
            facts: Facts { today: as_of.day_number(), period_days: PERIOD_DAYS, ..Facts::default() },
            customers: StringArray::from(Vec::<&str>::new()),
            products: Products::default(),
            segments: HashMap::new(),
        };
        for product in 0..u32::try_from(year.products.len()).unwrap_or(u32::MAX) {
            let place = known.product(year.products.id(product), year.products.label(product));
            let first = year.first_days.get(product as usize).copied().unwrap_or(i32::MAX);
            known.facts.products[place].of_an_occasion = is_of_an_occasion(known.products.shown(product));
            known.facts.products[place].known_days = count(i64::from(known.facts.today) - i64::from(first));
        }
        known.buyers(rows.of(Source::Buyers)?, scores)?;
        known.goods(rows.of(Source::Goods)?)?;
        known.fans(rows.of(Source::Fans)?)?;
        known.shelf(rows.of(Source::Shelf)?)?;
        known.habits(rows.of(Source::Habits)?)?;
        known.hours(rows.of(Source::Hours)?)?;
        Ok(known)
    }

    /// The number of a product, a new one unless it was seen.
    pub fn product(&mut self, id: &str, label: Option<&str>) -> usize {
        // It has an id.
        let number = self.products.of(Some(id), label).unwrap_or(u32::MAX);
        let place = number as usize;
        if self.facts.products.len() <= place {
            self.facts.products.resize(place + 1, Product::default());
            self.facts.products[place].id = stable_id(id);
        }
        place
    }

    fn buyers(&mut self, rows: &RecordBatch, scores: &Scores) -> Result<()> {
        let columns = Columns(rows);
        let (ids, segments) = (columns.text("customer_id")?, columns.text("segment")?);
        let (orders, revenue) = (columns.whole("orders")?, columns.money("revenue")?);
        let (last, every) = (columns.day("last_order_on")?, columns.number("every_days")?);
        let second = columns.whole("second_after")?;
        self.facts.customers.reserve_exact(ids.len());
        for row in 0..ids.len() {
            let segment = match segments.is_valid(row) {
                false => NO_SEGMENT,
                true => {
                    let name = segments.value(row);
                    // Half of the bits tell the few segments apart as well as all of them.
                    let segment = stable_id(name) as u32;
                    self.segments.entry(segment).or_insert_with(|| name.into());
                    segment
                }
            };
            let expected = scores.of(ids.value(row)).map(|score| {
                let money =
                    score.predicted_clv.mantissa() * 10_i128.pow(4_u32.saturating_sub(score.predicted_clv.scale()));
                capped(money)
            });
            self.facts.customers.push(Customer {
                id: stable_id(ids.value(row)),
                orders: count(orders.value(row)),
                revenue: capped(revenue.value(row)),
                last_day: last.value(row),
                every_days: every.is_valid(row).then(|| every.value(row)),
                second_after: second.is_valid(row).then(|| count(second.value(row))),
                expected_value: expected,
                segment,
            });
        }
        self.customers = ids;
        Ok(())
    }

    fn goods(&mut self, rows: &RecordBatch) -> Result<()> {
        let columns = Columns(rows);
        let (ids, labels) = (columns.text("product_id")?, columns.text("product")?);
        let (sales, before) = (columns.money("sales")?, columns.money("sales_before")?);
        let (sold, sold_before) = (columns.money("units")?, columns.money("units_before")?);
        let price = columns.number("usual_price")?;
        for row in 0..ids.len() {
            let label = labels.is_valid(row).then(|| labels.value(row));
            let place = self.product(ids.value(row), label);
            // `as` saturates, and makes of what is no number 0: unknown.
            let list = |quantity: i128| (price.value(row) * quantity as f64) as i64;
            // Where much more is paid than is usual, as for postage and what is entered by hand, there is no usual price.
            let priced = |paid: i128, quantity: i128| paid as f64 <= DEAREST * price.value(row) * quantity as f64;
            let has_price =
                priced(sales.value(row), sold.value(row)) && priced(before.value(row), sold_before.value(row));
            let product = &mut self.facts.products[place];
            product.revenue = capped(sales.value(row));
            product.revenue_before = capped(before.value(row));
            product.units = units(sold.value(row));
            product.units_before = units(sold_before.value(row));
            if price.is_valid(row) && has_price {
                product.list_revenue = list(sold.value(row));
                product.list_revenue_before = list(sold_before.value(row));
            }
        }
        Ok(())
    }

    fn fans(&mut self, rows: &RecordBatch) -> Result<()> {
        let columns = Columns(rows);
        let ids = columns.text("product_id")?;
        let (buyers, again) = (columns.whole("buyers")?, columns.whole("repeat_buyers")?);
        for row in 0..ids.len() {
            let place = self.product(ids.value(row), None);
            self.facts.products[place].buyers = count(buyers.value(row));
            self.facts.products[place].repeat_buyers = count(again.value(row));
        }
        Ok(())
    }

    fn shelf(&mut self, rows: &RecordBatch) -> Result<()> {
        let columns = Columns(rows);
        let ids = columns.text("product_id")?;
        let (sales, sale_days) = (columns.whole("sales")?, columns.whole("sale_days")?);
        let silent = columns.whole("silent_days")?;
        let (before, since) = (columns.whole("shop_orders_before")?, columns.whole("shop_orders_since")?);
        let (sold_days, longest_gap) = (columns.whole("sold_days")?, columns.whole("longest_gap")?);
        for row in 0..ids.len() {
            let place = self.product(ids.value(row), None);
            let rate = |orders: i64, days: i64| if days > 0 { orders as f64 / days as f64 } else { 0.0 };
            let usual = rate(before.value(row), sale_days.value(row));
            let now = rate(since.value(row), silent.value(row));
            let product = &mut self.facts.products[place];
            product.sales = count(sales.value(row));
            product.sale_days = count(sale_days.value(row));
            product.sold_days = count(sold_days.value(row));
            product.longest_gap = count(longest_gap.value(row));
            product.silent_days = count(silent.value(row));
            product.shop_pace = if usual > 0.0 { now / usual } else { 0.0 };
        }
        Ok(())
    }

    fn habits(&mut self, rows: &RecordBatch) -> Result<()> {
        let columns = Columns(rows);
        let (who, ids) = (columns.text("customer_id")?, columns.text("product_id")?);
        let (times, every) = (columns.whole("times")?, columns.number("every_days")?);
        let (last, amount) = (columns.day("last_bought_on")?, columns.money("amount")?);
        let mut found = Vec::with_capacity(who.len());
        for row in 0..who.len() {
            // Both are by id: whoever has a habit has an order.
            let Some(customer) = self.place(who.value(row)) else { continue };
            let product = self.product(ids.value(row), None);
            found.push(Reorder {
                customer,
                product: u32::try_from(product).unwrap_or(u32::MAX),
                times: count(times.value(row)),
                every_days: every.value(row),
                last_day: last.value(row),
                spend: capped(amount.value(row) / i128::from(times.value(row).max(1))),
            });
        }
        self.facts.reorders = found;
        Ok(())
    }

    /// The place of a customer: they stand by id.
    pub fn place(&self, customer: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.customers.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.customers.value(middle) < customer { low = middle + 1 } else { high = middle }
        }
        let found = low < self.customers.len() && self.customers.value(low) == customer;
        found.then(|| u32::try_from(low).unwrap_or(u32::MAX))
    }

    fn hours(&mut self, rows: &RecordBatch) -> Result<()> {
        let columns = Columns(rows);
        let (weekdays, hours) = (columns.whole("weekday")?, columns.whole("hour")?);
        let (orders, midnight) = (columns.whole("orders")?, columns.whole("at_midnight")?);
        let total = |column: &Int64Array| column.iter().flatten().sum::<i64>();
        // Where most times are dates, the hour of an order is not known.
        if total(&midnight) * 2 > total(&orders) || rows.num_rows() == 0 {
            return Ok(());
        }
        let mut found = vec![0; HOURS];
        for row in 0..rows.num_rows() {
            let place = usize::try_from((weekdays.value(row) - 1) * 24 + hours.value(row)).unwrap_or(HOURS);
            if let Some(slot) = found.get_mut(place) {
                *slot = count(orders.value(row));
            }
        }
        self.facts.hours = found;
        Ok(())
    }
}
