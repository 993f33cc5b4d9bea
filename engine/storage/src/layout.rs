//! The layout of rows in memory: the columns of the lake's scan, in a table's order.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, ArrayRef, RecordBatch},
    compute::{SortColumn, cast, concat_batches, interleave_record_batch, lexsort_to_indices},
    datatypes::{DataType, Field, Schema, SchemaRef},
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

/// Brings an accepted batch into the layout of the lake's scan.
pub(crate) fn to_scan_layout(table: Table, batch: &RecordBatch) -> Result<RecordBatch> {
    let schema = scan_schema(table);
    let convert = || {
        let columns = batch
            .columns()
            .iter()
            .zip(schema.fields())
            .map(|(c, f)| cast(c, f.data_type()))
            .collect::<Result<Vec<ArrayRef>, _>>()?;
        RecordBatch::try_new(schema.clone(), columns)
    };
    convert().map_err(|e| Error::internal(format!("a batch of {} cannot be taken into the tail: {e}", table.name())))
}

/// The rows of the batches in their table's order. Only the columns that it is ordered by are joined first.
pub(crate) fn sorted(table: Table, batches: &[RecordBatch]) -> Result<RecordBatch> {
    let internal = |e: arrow::error::ArrowError| Error::internal(format!("a flush cannot sort its rows: {e}"));
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
