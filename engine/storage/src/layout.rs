//! The layout of rows in memory: the columns of the lake's scan, in a table's order.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, new_null_array},
    compute::{SortColumn, cast, concat_batches, interleave_record_batch, lexsort_to_indices},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};
use kupets_core::{Error, Result, schema::Table};

static SCAN_SCHEMAS: LazyLock<[SchemaRef; 3]> = LazyLock::new(|| Table::ALL.map(|t| Arc::new(viewed(&t.schema()))));

/// A table's schema as the lake's scan gives it: text as views.
pub(crate) fn scan_schema(table: Table) -> SchemaRef {
    SCAN_SCHEMAS[table.index()].clone()
}

fn viewed(schema: &Schema) -> Schema {
    Schema::new(
        schema
            .fields()
            .iter()
            .map(|f| {
                let kind = if f.data_type() == &DataType::Utf8 { DataType::Utf8View } else { f.data_type().clone() };
                Field::new(f.name(), kind, f.is_nullable())
            })
            .collect::<Vec<_>>(),
    )
}

/// Brings an accepted batch into the layout of the lake's scan. Columns go by their names: a batch of an earlier version lacks
/// the later ones, and the journal leaves out what [`without_defaults`] does.
///
/// # Errors
/// The batch has a column that the table does not have, or lacks one that must be there.
pub(crate) fn to_scan_layout(table: Table, batch: &RecordBatch) -> Result<RecordBatch> {
    let schema = scan_schema(table);
    let fail = |what: &dyn std::fmt::Display| {
        Error::internal(format!("a batch of {} cannot be taken into the tail: {what}", table.name()))
    };
    let batch_schema = batch.schema_ref();
    if let Some(field) = batch_schema.fields().iter().find(|field| schema.column_with_name(field.name()).is_none()) {
        let name = field.name();
        return Err(fail(&format!("it has a column {name}, which a later version of Kupets may have written")));
    }
    let columns = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(column) => cast(column, field.data_type()).map_err(|e| fail(&e)),
            None if field.is_nullable() => default_column(table, field, batch.num_rows()).map_err(|e| fail(&e)),
            None => Err(fail(&format!("it has no column {}", field.name()))),
        })
        .collect::<Result<Vec<ArrayRef>>>()?;
    RecordBatch::try_new(schema.clone(), columns).map_err(|e| fail(&e))
}

/// What a column has in rows that say nothing of it.
fn default_column(table: Table, field: &Field, rows: usize) -> Result<ArrayRef, ArrowError> {
    match table.default_of(field.name()) {
        None => Ok(new_null_array(field.data_type(), rows)),
        Some(value) => cast(&StringArray::from_iter_values(std::iter::repeat_n(value, rows)), field.data_type()),
    }
}

/// The batch without columns that [`to_scan_layout`] makes again: those that say nothing in any row.
///
/// # Errors
/// None that can happen: columns are only left out.
pub(crate) fn without_defaults(table: Table, batch: &RecordBatch) -> Result<RecordBatch> {
    let schema = batch.schema_ref();
    let says_nothing = |(field, column): (&Arc<Field>, &ArrayRef)| match table.default_of(field.name()) {
        Some(value) => column.as_string_opt::<i32>().is_some_and(|texts| texts.iter().all(|text| text == Some(value))),
        None => field.is_nullable() && column.null_count() == column.len(),
    };
    let kept: Vec<usize> = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .enumerate()
        .filter(|(_, column)| !says_nothing(*column))
        .map(|(at, _)| at)
        .collect();
    batch.project(&kept).map_err(|e| Error::internal(format!("a batch of {} loses no column: {e}", table.name())))
}

/// The rows of the batches in their table's order. Only the columns that it is ordered by are joined first.
pub(crate) fn sorted(table: Table, batches: &[RecordBatch]) -> Result<RecordBatch> {
    let internal = |e: ArrowError| Error::internal(format!("a flush cannot sort its rows: {e}"));
    let columns = table
        .sort_columns()
        .iter()
        .map(|name| {
            let parts = batches.iter().map(|batch| Ok(column(batch, name)?.as_ref())).collect::<Result<Vec<_>>>()?;
            Ok(SortColumn { values: arrow::compute::concat(&parts).map_err(internal)?, options: None })
        })
        .collect::<Result<Vec<_>>>()?;
    let order = lexsort_to_indices(&columns, None).map_err(internal)?;
    let places: Vec<(usize, usize)> = batches
        .iter()
        .enumerate()
        .flat_map(|(index, batch)| (0..batch.num_rows()).map(move |row| (index, row)))
        .collect();
    let order: Vec<_> = order.values().iter().map(|&place| places[place as usize]).collect();
    interleave_record_batch(&batches.iter().collect::<Vec<_>>(), &order).map_err(internal)
}

/// Joins batches of one schema.
pub(crate) fn concat(batches: &[RecordBatch]) -> Result<RecordBatch> {
    let schema = batches.first().ok_or_else(|| Error::internal("there is no batch to join"))?.schema();
    concat_batches(&schema, batches).map_err(|e| Error::internal(format!("tail batches cannot be joined: {e}")))
}

/// Column `name` of a batch.
pub(crate) fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Arc<dyn Array>> {
    batch.column_by_name(name).ok_or_else(|| Error::internal(format!("a tail batch has no column {name}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::record::{Line, LineKind, Purchase, Status, batch::purchases_batch};

    fn batch(lines: Vec<Line>, status: Status) -> RecordBatch {
        let purchase =
            Purchase { purchase_id: "p".to_owned(), currency: "EUR".into(), status, lines, ..Purchase::default() };
        purchases_batch(&[purchase], 7).unwrap()
    }

    fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
        let column = cast(batch.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
        column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
    }

    #[test]
    fn a_batch_of_an_earlier_version_gets_the_later_columns() {
        let now = batch(vec![Line::default(), Line::default()], Status::Completed);
        let first = (0..=now.schema().index_of("_ingested_at").unwrap()).collect::<Vec<_>>();
        let earlier = now.project(&first).unwrap();
        assert_eq!(
            to_scan_layout(Table::Purchases, &earlier).unwrap(),
            to_scan_layout(Table::Purchases, &now).unwrap()
        );
        assert_eq!(
            texts(&to_scan_layout(Table::Purchases, &earlier).unwrap(), "status"),
            vec![Some("completed".to_owned()); 2]
        );
    }

    #[test]
    fn columns_are_found_by_name() {
        let now = batch(vec![Line { variant: Some("red".to_owned()), ..Line::default() }], Status::Pending);
        let backwards = now.project(&(0..now.num_columns()).rev().collect::<Vec<_>>()).unwrap();
        assert_eq!(
            to_scan_layout(Table::Purchases, &backwards).unwrap(),
            to_scan_layout(Table::Purchases, &now).unwrap()
        );
    }

    #[test]
    fn what_says_nothing_is_left_out_and_made_again() {
        let plain = batch(vec![Line::default()], Status::Completed);
        let short = without_defaults(Table::Purchases, &plain).unwrap();
        assert!(short.column_by_name("status").is_none() && short.column_by_name("cost").is_none());
        assert!(short.column_by_name("amount").is_some());
        assert_eq!(
            to_scan_layout(Table::Purchases, &short).unwrap(),
            to_scan_layout(Table::Purchases, &plain).unwrap()
        );

        let shipping = Line { kind: LineKind::Shipping, cost: Some(5), ..Line::default() };
        let full = batch(vec![Line::default(), shipping], Status::Cancelled);
        let short = without_defaults(Table::Purchases, &full).unwrap();
        for name in ["status", "kind", "cost"] {
            assert!(short.column_by_name(name).is_some(), "{name}");
        }
        assert_eq!(to_scan_layout(Table::Purchases, &short).unwrap(), to_scan_layout(Table::Purchases, &full).unwrap());
    }

    #[test]
    fn columns_of_a_later_version_are_refused_and_not_dropped() {
        let now = batch(vec![Line::default()], Status::Completed);
        let columns = now.schema_ref().fields().iter().zip(now.columns());
        let mut columns: Vec<_> = columns.map(|(field, column)| (field.name().clone(), column.clone())).collect();
        columns.push(("colour".to_owned(), new_null_array(&DataType::Utf8, 1)));
        let later = RecordBatch::try_from_iter(columns).unwrap();
        assert!(to_scan_layout(Table::Purchases, &later).unwrap_err().to_string().contains("colour"));
        let lacking = now.project(&[0, 1]).unwrap();
        assert!(to_scan_layout(Table::Purchases, &lacking).unwrap_err().to_string().contains("quantity"));
    }
}
