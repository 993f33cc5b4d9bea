//! Rows of an answer as records and figures.

use arrow::{
    array::{Array, ArrayRef, AsArray, PrimitiveArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::{
        ArrowPrimitiveType, DataType, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
    },
};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::model::Figures;
use kupets_core::{
    Error, Kind, Result,
    schema::{decimal, timestamp},
};
use kupets_storage::record::{Customer, Interaction, Line, LineKind, Purchase, Status, batch::customer_from_row};

/// Figures have the scale of money in the statements.
const SCALE: u32 = 4;

fn wrong(name: &str, what: impl std::fmt::Display) -> Error {
    Error::new(Kind::Corrupt, "corrupt_rows", format!("the column {name} of an answer {what}"))
}

fn column(rows: &RecordBatch, name: &str, kind: &DataType) -> Result<ArrayRef> {
    let column = rows.column_by_name(name).ok_or_else(|| wrong(name, "is missing"))?;
    cast(column, kind).map_err(|e| wrong(name, format!("cannot be read: {e}")))
}

fn primitive<T: ArrowPrimitiveType>(rows: &RecordBatch, name: &str, kind: &DataType) -> Result<PrimitiveArray<T>> {
    let column = column(rows, name, kind)?;
    column.as_primitive_opt::<T>().cloned().ok_or_else(|| wrong(name, format!("has the type {}", column.data_type())))
}

/// A column of texts.
pub(super) struct Texts(StringArray);

impl Texts {
    pub(super) fn of(rows: &RecordBatch, name: &str) -> Result<Self> {
        let column = column(rows, name, &DataType::Utf8)?;
        let texts = column.as_string_opt::<i32>().cloned();
        texts.map(Self).ok_or_else(|| wrong(name, format!("has the type {}", column.data_type())))
    }

    pub(super) fn get(&self, row: usize) -> Option<String> {
        self.0.is_valid(row).then(|| self.0.value(row).to_owned())
    }

    /// The text of a column that is never null.
    pub(super) fn at(&self, row: usize) -> String {
        self.get(row).unwrap_or_default()
    }
}

/// A column of moments, in microseconds.
pub(super) struct Times(PrimitiveArray<TimestampMicrosecondType>);

impl Times {
    pub(super) fn of(rows: &RecordBatch, name: &str) -> Result<Self> {
        primitive(rows, name, &timestamp()).map(Self)
    }

    pub(super) fn get(&self, row: usize) -> Option<i64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }

    pub(super) fn at(&self, row: usize) -> i64 {
        self.get(row).unwrap_or_default()
    }

    fn time(&self, row: usize) -> Option<DateTime<Utc>> {
        self.get(row).and_then(DateTime::from_timestamp_micros)
    }
}

/// A column of the list's money: sums of `DECIMAL(18, 4)` fit the 96 bits of a [`Decimal`].
struct Money(PrimitiveArray<Decimal128Type>);

impl Money {
    fn of(rows: &RecordBatch, name: &str) -> Result<Self> {
        primitive(rows, name, &DataType::Decimal128(38, 4)).map(Self)
    }

    fn get(&self, row: usize) -> Result<Option<Decimal>> {
        if self.0.is_null(row) {
            return Ok(None);
        }
        let value = Decimal::try_from_i128_with_scale(self.0.value(row), SCALE);
        value.map(Some).map_err(|e| Error::internal("a sum of money is out of range").with_source(e))
    }
}

/// A column of decimals as a record has them, in ten-thousandths.
struct Stored(PrimitiveArray<Decimal128Type>);

impl Stored {
    fn of(rows: &RecordBatch, name: &str) -> Result<Self> {
        primitive(rows, name, &decimal()).map(Self)
    }

    fn get(&self, row: usize) -> Option<i64> {
        // Eighteen digits fit 64 bits.
        self.0.is_valid(row).then(|| i64::try_from(self.0.value(row)).unwrap_or_default())
    }

    fn at(&self, row: usize) -> i64 {
        self.get(row).unwrap_or_default()
    }
}

/// Customers of a statement with the columns of the record.
pub(super) fn customers(rows: &RecordBatch) -> Result<Vec<Customer>> {
    (0..rows.num_rows()).map(|row| customer_from_row(rows, row)).collect()
}

/// Figures of a statement with their columns.
pub(super) fn figures(rows: &RecordBatch) -> Result<Vec<Figures>> {
    let orders = primitive::<Int64Type>(rows, "orders", &DataType::Int64)?;
    let (revenue, average_order) = (Money::of(rows, "revenue")?, Money::of(rows, "average_order")?);
    let (first, last) = (Times::of(rows, "first_purchase_at")?, Times::of(rows, "last_purchase_at")?);
    let segment = Texts::of(rows, "segment")?;
    let churn_risk = primitive::<Float64Type>(rows, "churn_risk", &DataType::Float64)?;
    let horizon = primitive::<Int64Type>(rows, "churn_horizon_days", &DataType::Int64)?;
    let predicted_clv = Money::of(rows, "predicted_clv")?;
    let lifecycle = Texts::of(rows, "lifecycle")?;
    let row = |row| {
        Ok(Figures {
            orders: u64::try_from(orders.value(row)).unwrap_or_default(),
            revenue: revenue.get(row)?.unwrap_or_default(),
            average_order: average_order.get(row)?,
            first_purchase_at: first.time(row),
            last_purchase_at: last.time(row),
            segment: segment.get(row),
            churn_risk: churn_risk.is_valid(row).then(|| churn_risk.value(row)),
            churn_horizon_days: horizon.is_valid(row).then(|| u32::try_from(horizon.value(row)).unwrap_or_default()),
            predicted_clv: predicted_clv.get(row)?,
            lifecycle: lifecycle.get(row),
        })
    };
    (0..rows.num_rows()).map(row).collect()
}

/// Purchases of a statement with all columns of their table, in any order: lines of one purchase come together, by number.
pub(super) fn purchases(rows: &RecordBatch) -> Result<Vec<Purchase>> {
    let text = |name| Texts::of(rows, name);
    let (ids, customers, currencies) = (text("purchase_id")?, text("customer_id")?, text("currency")?);
    let (channels, attributes) = (text("channel")?, text("attributes")?);
    let (product_ids, products, categories) = (text("product_id")?, text("product")?, text("category")?);
    let numbers = primitive::<Int32Type>(rows, "line", &DataType::Int32)?;
    let times = Times::of(rows, "occurred_at")?;
    let stored = |name| Stored::of(rows, name);
    let (quantities, unit_prices, amounts) = (stored("quantity")?, stored("unit_price")?, stored("amount")?);
    let (statuses, refunds_of, sources) = (text("status")?, text("refund_of")?, text("source")?);
    let (kinds, variants) = (text("kind")?, text("variant")?);
    let (costs, discounts, vat_rates) = (stored("cost")?, stored("discount")?, stored("vat_rate")?);

    let mut order: Vec<usize> = (0..rows.num_rows()).collect();
    order.sort_by(|&a, &b| (ids.0.value(a), numbers.value(a)).cmp(&(ids.0.value(b), numbers.value(b))));
    let mut made: Vec<Purchase> = Vec::new();
    for row in order {
        let line = Line {
            product_id: product_ids.get(row),
            product: products.get(row),
            category: categories.get(row),
            quantity: quantities.at(row),
            unit_price: unit_prices.get(row),
            amount: amounts.at(row),
            kind: kinds.get(row).and_then(|name| LineKind::from_name(&name)).unwrap_or_default(),
            cost: costs.get(row),
            discount: discounts.get(row),
            vat_rate: vat_rates.get(row),
            variant: variants.get(row),
        };
        match made.last_mut() {
            Some(purchase) if purchase.purchase_id == ids.0.value(row) => purchase.lines.push(line),
            _ => made.push(Purchase {
                purchase_id: ids.at(row),
                customer_id: customers.get(row),
                original_customer_id: None,
                occurred_at: times.at(row),
                currency: currencies.at(row).into(),
                channel: channels.get(row),
                attributes: attributes.get(row),
                status: statuses.get(row).and_then(|name| Status::from_name(&name)).unwrap_or_default(),
                refund_of: refunds_of.get(row),
                source: sources.get(row),
                lines: vec![line],
                import_id: None,
                is_undated: false,
            }),
        }
    }
    Ok(made)
}

/// Interactions of a statement with all columns of their table.
pub(super) fn interactions(rows: &RecordBatch) -> Result<Vec<Interaction>> {
    let text = |name| Texts::of(rows, name);
    let (ids, customers, kinds, channels) =
        (text("interaction_id")?, text("customer_id")?, text("kind")?, text("channel")?);
    let (directions, subjects, bodies) = (text("direction")?, text("subject")?, text("body")?);
    let (outcomes, agents, attributes) = (text("outcome")?, text("agent")?, text("attributes")?);
    let times = Times::of(rows, "occurred_at")?;
    let row = |row| Interaction {
        interaction_id: ids.at(row),
        customer_id: customers.get(row),
        original_customer_id: None,
        kind: kinds.at(row),
        channel: channels.get(row),
        direction: directions.get(row),
        subject: subjects.get(row),
        body: bodies.get(row),
        outcome: outcomes.get(row),
        agent: agents.get(row),
        occurred_at: times.at(row),
        attributes: attributes.get(row),
        import_id: None,
        is_undated: false,
    };
    Ok((0..rows.num_rows()).map(row).collect())
}
