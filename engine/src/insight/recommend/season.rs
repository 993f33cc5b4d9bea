//! What a year ago and the category say of products that seem to be missing, or to be wanted no more: what ends with its season is
//! neither. It is looked up for these products alone.

use std::{collections::HashSet, sync::Arc};

use arrow::{
    array::{Array, BooleanArray, RecordBatch, StringArray},
    compute::filter_record_batch,
    datatypes::{DataType, Field, Schema},
};
use kupets_analytics::recommend::{Settings, have_fallen, seem_missing};

use super::{
    facts::{Columns, Known, Rows},
    sources::{AsOf, Source},
    year_ago::{LEAST_DAYS, OF_FALLEN, OF_MISSING},
};
use kupets_core::{Error, Result};

use crate::snapshot_reader::SnapshotReader;

/// Sales of a year ago, or of the category before, from which something is known.
const FEWEST: i64 = 10;

/// Adds to the facts what the seasons of products say, and to the rows of [`Source::Shelf`] of those that seem missing the figures.
///
/// # Errors
/// The limits of queries.
pub(super) async fn add(
    known: &mut Known,
    rows: &mut Rows,
    reader: &SnapshotReader,
    as_of: &AsOf,
    settings: &Settings,
) -> Result<()> {
    missing(known, rows, reader, as_of, settings).await?;
    fallen(known, reader, as_of).await
}

async fn missing(
    known: &mut Known,
    rows: &mut Rows,
    reader: &SnapshotReader,
    as_of: &AsOf,
    settings: &Settings,
) -> Result<()> {
    let suspects = seem_missing(&known.facts, settings);
    if suspects.is_empty() {
        return Ok(());
    }
    let suspects: HashSet<&str> = suspects.into_iter().map(|product| known.products.id(product)).collect();
    let shelf = rows.of(Source::Shelf)?;
    let ids = Columns(shelf).text("product_id")?;
    let chosen: BooleanArray = (0..ids.len()).map(|row| Some(suspects.contains(ids.value(row)))).collect();
    let chosen = filter_record_batch(shelf, &chosen)
        .map_err(|e| Error::internal("the shelves of products do not fit").with_source(e))?;
    let mut own = reader.clone();
    own.add_rows("missing", chosen)?;
    let found = own.collect(format!("WITH {OF_MISSING}"), as_of.values()).await?;
    let columns = Columns(&found);
    let ids = columns.text("product_id")?;
    let (family_before, family_since) =
        (columns.whole("category_lines_before")?, columns.whole("category_lines_since")?);
    let (before, since) = (columns.whole("year_ago_before")?, columns.whole("year_ago_since")?);
    for row in 0..found.num_rows() {
        let place = known.product(ids.value(row), None);
        let product = &mut known.facts.products[place];
        let (sale_days, silent) = (f64::from(product.sale_days), f64::from(product.silent_days));
        let pace = |counted: i64, days: f64, counted_before: i64| {
            (counted as f64 / days.max(1.0)) / (counted_before as f64 / sale_days.max(1.0))
        };
        if family_before.value(row) >= FEWEST {
            product.category_pace = Some(pace(family_since.value(row), silent, family_before.value(row)));
        }
        if before.value(row) >= FEWEST {
            product.season_pace = Some(pace(since.value(row), silent.max(f64::from(LEAST_DAYS)), before.value(row)));
        }
    }
    rows.replace(Source::Shelf, found);
    Ok(())
}

async fn fallen(known: &mut Known, reader: &SnapshotReader, as_of: &AsOf) -> Result<()> {
    let fallen = have_fallen(&known.facts);
    if fallen.is_empty() {
        return Ok(());
    }
    let ids = StringArray::from_iter_values(fallen.into_iter().map(|product| known.products.id(product)));
    let schema = Schema::new(vec![Field::new("product_id", DataType::Utf8, false)]);
    let list = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(ids)])
        .map_err(|e| Error::internal("the products that fell do not fit").with_source(e))?;
    let mut own = reader.clone();
    own.add_rows("fallen", list)?;
    let found = own.collect(OF_FALLEN.to_owned(), as_of.values()).await?;
    let columns = Columns(&found);
    let ids = columns.text("product_id")?;
    let (now, before) = (columns.whole("orders")?, columns.whole("orders_before")?);
    for row in 0..found.num_rows() {
        let place = known.product(ids.value(row), None);
        known.facts.products[place].falls_each_year =
            before.value(row) >= FEWEST && now.value(row) * 2 < before.value(row);
    }
    Ok(())
}
