//! Columns of Parquet files as plain arrays.

use std::{fs::File, path::Path};

use anyhow::{Context as _, Result};
use arrow::{
    array::{ArrayRef, ArrowPrimitiveType, AsArray as _, PrimitiveArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::DataType,
};
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};

/// The named columns of a file, in batches.
///
/// # Errors
/// The file cannot be read, or is no Parquet.
pub fn read(path: &Path, columns: &[&str]) -> Result<Vec<RecordBatch>> {
    let batches = || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        anyhow::Ok(builder.with_projection(mask).build()?.collect::<Result<_, _>>()?)
    };
    batches().with_context(|| format!("reading {}", path.display()))
}

/// A column of numbers or times, brought to a type.
///
/// # Errors
/// There is no such column, or its type is another one.
pub fn numbers<T: ArrowPrimitiveType>(batch: &RecordBatch, name: &str) -> Result<PrimitiveArray<T>> {
    Ok(column(batch, name, &T::DATA_TYPE)?.as_primitive::<T>().clone())
}

/// A column of text.
///
/// # Errors
/// There is no such column, or it is no text.
pub fn texts(batch: &RecordBatch, name: &str) -> Result<StringArray> {
    Ok(column(batch, name, &DataType::Utf8)?.as_string::<i32>().clone())
}

fn column(batch: &RecordBatch, name: &str, to: &DataType) -> Result<ArrayRef> {
    let column = batch.column_by_name(name).with_context(|| format!("the file has no column {name}"))?;
    cast(column, to).with_context(|| format!("the column {name} is not {to}"))
}
