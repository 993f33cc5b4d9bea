//! Records to Arrow rows with exactly the schema of their table, and a stored customer back.

use std::{collections::HashSet, iter, sync::Arc};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int32Array, RecordBatch, StringBuilder,
        TimestampMicrosecondArray, new_null_array,
    },
    compute::cast,
    datatypes::{DataType, TimestampMicrosecondType},
};

use super::{Customer, Interaction, Line, LineKind, Purchase, decimal};
use kupets_core::{
    Error, Kind, Result,
    schema::{DECIMAL_PRECISION, DECIMAL_SCALE, Table, timestamp},
};

/// Rows of customers, in the order given. `ingested_at` is in microseconds since the epoch.
///
/// # Errors
/// [`Kind::TooLarge`] when a column is over 2 GiB of text.
pub fn customers_batch(customers: &[Customer], ingested_at: i64) -> Result<RecordBatch> {
    let text = |field: fn(&Customer) -> Option<&str>| texts(customers.iter().map(field));
    batch(
        Table::Customers,
        vec![
            text(|c| Some(&c.customer_id))?,
            text(|c| c.name.as_deref())?,
            text(|c| c.email.as_deref())?,
            text(|c| c.phone.as_deref())?,
            text(|c| c.tags.as_deref())?,
            text(|c| c.attributes.as_deref())?,
            times(customers.iter().map(|c| c.created_at)),
            times(customers.iter().map(|c| Some(c.updated_at))),
            times(iter::repeat_n(Some(ingested_at), customers.len())),
            text(|c| c.consent.as_deref())?,
            Arc::new(customers.iter().map(|c| c.do_not_contact).collect::<BooleanArray>()),
            text(|c| c.import_id.as_deref())?,
        ],
    )
}

/// Rows of purchases, one a line, in the order given. `ingested_at` is in microseconds since the epoch.
///
/// A purchase without lines has no rows. Products are told apart by `product_id`, goods from what else a purchase may hold, and
/// categories by `category`; lines without one are together of one product or category more.
///
/// # Errors
/// [`Kind::TooLarge`] when a column is over 2 GiB of text; [`Kind::Internal`] when the amounts of a purchase sum to
/// more than the schema's decimal holds, which [`super::parse`] does not let through.
pub fn purchases_batch(purchases: &[Purchase], ingested_at: i64) -> Result<RecordBatch> {
    let rows = || purchases.iter().flat_map(|p| p.lines.iter().map(move |line| (p, line)));
    let facts = Facts::of(purchases)?;
    let text = |field: fn(&Purchase) -> Option<&str>| texts(rows().map(|(p, _)| field(p)));
    let line_text = |field: fn(&Line) -> Option<&str>| texts(rows().map(|(_, l)| field(l)));
    let line_decimal = |field: fn(&Line) -> Option<i64>| decimals(rows().map(|(_, l)| field(l)));
    batch(
        Table::Purchases,
        vec![
            text(|p| Some(&p.purchase_id))?,
            Arc::new(Int32Array::from(facts.line)),
            text(|p| p.customer_id.as_deref())?,
            line_text(|l| l.product_id.as_deref())?,
            line_text(|l| l.product.as_deref())?,
            line_text(|l| l.category.as_deref())?,
            line_decimal(|l| Some(l.quantity))?,
            line_decimal(|l| l.unit_price)?,
            line_decimal(|l| Some(l.amount))?,
            text(|p| Some(&p.currency))?,
            text(|p| p.channel.as_deref())?,
            times(rows().map(|(p, _)| Some(p.occurred_at))),
            text(|p| p.attributes.as_deref())?,
            decimals(facts.purchase_amount.iter().map(|v| Some(*v)))?,
            Arc::new(BooleanArray::from(facts.first_of_product)),
            Arc::new(BooleanArray::from(facts.first_of_category)),
            times(rows().map(|_| Some(ingested_at))),
            text(|p| Some(p.status.name()))?,
            text(|p| p.refund_of.as_deref())?,
            text(|p| p.source.as_deref())?,
            line_text(|l| Some(l.kind.name()))?,
            line_decimal(|l| l.cost)?,
            line_decimal(|l| l.discount)?,
            line_decimal(|l| l.vat_rate)?,
            line_text(|l| l.variant.as_deref())?,
            text(|p| p.original_customer_id.as_deref())?,
            text(|p| p.import_id.as_deref())?,
        ],
    )
}

/// Rows of interactions, in the order given. `ingested_at` is in microseconds since the epoch.
///
/// # Errors
/// [`Kind::TooLarge`] when a column is over 2 GiB of text.
pub fn interactions_batch(interactions: &[Interaction], ingested_at: i64) -> Result<RecordBatch> {
    let text = |field: fn(&Interaction) -> Option<&str>| texts(interactions.iter().map(field));
    batch(
        Table::Interactions,
        vec![
            text(|i| Some(&i.interaction_id))?,
            text(|i| i.customer_id.as_deref())?,
            text(|i| Some(&i.kind))?,
            text(|i| i.channel.as_deref())?,
            text(|i| i.direction.as_deref())?,
            text(|i| i.subject.as_deref())?,
            text(|i| i.body.as_deref())?,
            text(|i| i.outcome.as_deref())?,
            text(|i| i.agent.as_deref())?,
            times(interactions.iter().map(|i| Some(i.occurred_at))),
            text(|i| i.attributes.as_deref())?,
            times(iter::repeat_n(Some(ingested_at), interactions.len())),
            text(|i| i.original_customer_id.as_deref())?,
            text(|i| i.import_id.as_deref())?,
        ],
    )
}

/// The customer in a row of the customers table. Columns are found by name; any Arrow type of text will do. A file of an earlier
/// version lacks the later columns.
///
/// # Errors
/// [`Kind::Corrupt`] when a column is missing, is of another kind, or is null where it cannot be.
pub fn customer_from_row(rows: &RecordBatch, row: usize) -> Result<Customer> {
    let required = |name: &str| corrupt(format!("a customer without {name}"));
    Ok(Customer {
        customer_id: text_at(rows, "customer_id", row)?.ok_or_else(|| required("customer_id"))?,
        name: text_at(rows, "name", row)?,
        email: text_at(rows, "email", row)?,
        phone: text_at(rows, "phone", row)?,
        tags: text_at(rows, "tags", row)?,
        attributes: text_at(rows, "attributes", row)?,
        created_at: time_at(rows, "created_at", row)?,
        updated_at: time_at(rows, "updated_at", row)?.ok_or_else(|| required("updated_at"))?,
        consent: later(rows, "consent", row, text_at)?,
        do_not_contact: later(rows, "do_not_contact", row, flag_at)?,
        import_id: later(rows, "_import_id", row, text_at)?.map(Into::into),
    })
}

/// A value of a column that came later, none where the rows are of before.
fn later<T>(
    rows: &RecordBatch,
    name: &str,
    row: usize,
    read: impl FnOnce(&RecordBatch, &str, usize) -> Result<Option<T>>,
) -> Result<Option<T>> {
    if rows.schema_ref().column_with_name(name).is_some() { read(rows, name, row) } else { Ok(None) }
}

fn flag_at(rows: &RecordBatch, name: &str, row: usize) -> Result<Option<bool>> {
    let array = column(rows, name)?;
    let flags = array.as_boolean_opt().ok_or_else(|| wrong_type(name, array))?;
    Ok(flags.is_valid(row).then(|| flags.value(row)))
}

/// What the lines of a purchase say of the whole, a value a row.
#[derive(Default)]
struct Facts {
    line: Vec<i32>,
    purchase_amount: Vec<i64>,
    first_of_product: Vec<bool>,
    first_of_category: Vec<bool>,
}

impl Facts {
    fn of(purchases: &[Purchase]) -> Result<Self> {
        let mut facts = Self::default();
        let (mut products, mut categories) = (HashSet::new(), HashSet::new());
        for purchase in purchases {
            let total = purchase.lines.iter().map(|l| i128::from(l.amount)).sum();
            let total = decimal::in_range(total).ok_or_else(|| {
                Error::internal(format!("the amounts of purchase {} sum to too much", purchase.purchase_id))
            })?;
            products.clear();
            categories.clear();
            for (number, line) in (1..).zip(&purchase.lines) {
                facts.line.push(number);
                facts.purchase_amount.push(total);
                facts
                    .first_of_product
                    .push(products.insert((line.kind == LineKind::Product, line.product_id.as_deref())));
                facts.first_of_category.push(categories.insert(line.category.as_deref()));
            }
        }
        Ok(facts)
    }
}

fn batch(table: Table, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(table.schema(), columns).map_err(refused)
}

fn refused(error: arrow::error::ArrowError) -> Error {
    Error::internal("rows do not fit their schema").with_source(error)
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>> + Clone) -> Result<ArrayRef> {
    let (mut rows, mut bytes) = (0, 0_usize);
    for value in values.clone() {
        rows += 1;
        bytes += value.map_or(0, str::len);
    }
    if values.clone().all(|value| value.is_none()) {
        return Ok(new_null_array(&DataType::Utf8, rows));
    }
    // Offsets of a text column are 32-bit, and the builder panics past them.
    if i32::try_from(bytes).is_err() {
        return Err(Error::new(
            Kind::TooLarge,
            "batch_too_large",
            "more than 2 GiB of text in one column: send less at a time",
        ));
    }
    let mut builder = StringBuilder::with_capacity(rows, bytes);
    values.for_each(|value| builder.append_option(value));
    Ok(Arc::new(builder.finish()))
}

fn times(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

fn decimals(values: impl Iterator<Item = Option<i64>>) -> Result<ArrayRef> {
    let array: Decimal128Array = values.map(|v| v.map(i128::from)).collect();
    Ok(Arc::new(array.with_precision_and_scale(DECIMAL_PRECISION, DECIMAL_SCALE).map_err(refused)?))
}

fn corrupt(message: String) -> Error {
    Error::new(Kind::Corrupt, "corrupt_rows", message)
}

fn column<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef> {
    rows.column_by_name(name).ok_or_else(|| corrupt(format!("rows of customers without the column {name}")))
}

fn wrong_type(name: &str, array: &dyn Array) -> Error {
    corrupt(format!("the column {name} of customers has the type {}", array.data_type()))
}

fn text_at(rows: &RecordBatch, name: &str, row: usize) -> Result<Option<String>> {
    let array = column(rows, name)?;
    if array.is_null(row) {
        return Ok(None);
    }
    let value = match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).to_owned(),
        DataType::Utf8View => array.as_string_view().value(row).to_owned(),
        DataType::Dictionary(_, _) => {
            let one = cast(&array.slice(row, 1), &DataType::Utf8).map_err(|_| wrong_type(name, array))?;
            one.as_string::<i32>().value(0).to_owned()
        }
        _ => return Err(wrong_type(name, array)),
    };
    Ok(Some(value))
}

fn time_at(rows: &RecordBatch, name: &str, row: usize) -> Result<Option<i64>> {
    let array = column(rows, name)?;
    if array.is_null(row) {
        return Ok(None);
    }
    if let Some(times) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        return Ok(Some(times.value(row)));
    }
    match array.data_type() {
        DataType::Timestamp(_, _) => {
            let one = cast(&array.slice(row, 1), &timestamp()).map_err(|_| wrong_type(name, array))?;
            Ok(one.as_primitive_opt::<TimestampMicrosecondType>().map(|times| times.value(0)))
        }
        _ => Err(wrong_type(name, array)),
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
