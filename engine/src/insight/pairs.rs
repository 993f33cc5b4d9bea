//! Products that are bought together: the rows behind the report `basket_pairs`.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray},
    compute::cast,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use futures::TryStreamExt;
use kupets_analytics::baskets::{Baskets, PairRule, Share, pairs};

use super::interner::{Numbers, Products};
use kupets_core::{Error, Result};
use kupets_query::{Meta, RowLimit, Statement, from_datafusion};

use crate::snapshot_reader::{SnapshotReader, Values};

/// Rules at most, the most frequent ones: with hardly any support there are as many as products squared.
const MAX_RULES: usize = 2_000_000;

/// What was sold in orders.
const LINES: &str = "SELECT purchase_id, product_id, product
FROM goods
WHERE amount > 0
  AND purchase_amount > 0
  AND (product_id IS NOT NULL OR product IS NOT NULL)
  AND currency = $currency
  AND ($from IS NULL OR occurred_at >= $from)
  AND ($to IS NULL OR occurred_at < $to)";

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let number = |name| Field::new(name, DataType::Float64, true);
    let text = |name| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("antecedent"),
        text("consequent"),
        number("support"),
        number("confidence"),
        number("lift"),
        Field::new("orders", DataType::Int64, false),
        text("antecedent_product"),
        text("consequent_product"),
        number("conviction"),
    ]))
});

/// The columns of [`rows`].
pub fn schema() -> SchemaRef {
    SCHEMA.clone()
}

/// A share from the number that a parameter holds.
///
/// # Errors
/// It is none.
pub fn share(name: &str, value: f64) -> Result<Share> {
    // The shortest text that means this number, which is what was sent: 0.01 and not 0.01000000000000000020816681711721685.
    value.to_string().parse().map_err(|e| Error::invalid("bad_parameter", format!("`{name}` is `{value}`: {e}.")))
}

/// Pairs of products in one order, each way round. `values` binds `$currency`, `$from` and `$to`.
///
/// # Errors
/// The limits of queries.
pub(crate) async fn rows(
    reader: &SnapshotReader,
    values: Values,
    support: Share,
    confidence: Share,
) -> Result<RecordBatch> {
    let (lines, products) = lines(reader, values).await?;
    let work = move || {
        let baskets = Baskets::from_pairs(lines).map_err(|e| {
            Error::invalid("bad_parameter", format!("The period has too many orders or products: {e}."))
        })?;
        told(&pairs(&baskets, support, confidence, MAX_RULES).rules, &products)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::internal("the pairs of products failed inside the server").with_source(e))?
}

/// The lines of orders, as numbers of the order and of the product. `values` binds `$currency`, `$from` and `$to`.
async fn lines(reader: &SnapshotReader, values: Values) -> Result<(Vec<(u32, u32)>, Products)> {
    let statement = Statement::ours(LINES, values, RowLimit::Fail(usize::MAX));
    let mut found = reader.run(statement, Meta::default()).await?.rows;
    let (mut orders, mut products) = (Numbers::default(), Products::default());
    let mut lines: Vec<(u32, u32)> = Vec::new();
    let wrong = |e: arrow::error::ArrowError| Error::internal("the lines of orders cannot be read").with_source(e);
    while let Some(batch) = found.try_next().await.map_err(from_datafusion)? {
        let text = |column: usize| cast(batch.column(column), &DataType::Utf8).map_err(wrong);
        let (purchases, ids, names) = (text(0)?, text(1)?, text(2)?);
        let (purchases, ids, names) = (purchases.as_string::<i32>(), ids.as_string::<i32>(), names.as_string::<i32>());
        lines.reserve(batch.num_rows());
        for row in 0..batch.num_rows() {
            let id = ids.is_valid(row).then(|| ids.value(row));
            let Some(product) = products.of(id, names.is_valid(row).then(|| names.value(row))) else { continue };
            lines.push((orders.of(purchases.value(row)), product));
        }
    }
    Ok((lines, products))
}

fn told(rules: &[PairRule], products: &Products) -> Result<RecordBatch> {
    let text =
        |of: &dyn Fn(&PairRule) -> Option<String>| Arc::new(rules.iter().map(of).collect::<StringArray>()) as ArrayRef;
    let number =
        |of: &dyn Fn(&PairRule) -> Option<f64>| Arc::new(rules.iter().map(of).collect::<Float64Array>()) as ArrayRef;
    let label = |number: u32| products.label(number).map(str::to_owned);
    let columns: Vec<ArrayRef> = vec![
        text(&|rule| Some(products.id(rule.antecedent).to_owned())),
        text(&|rule| Some(products.id(rule.consequent).to_owned())),
        number(&|rule| Some(rule.counts.support())),
        number(&|rule| Some(rule.counts.confidence())),
        number(&|rule| Some(rule.counts.lift())),
        Arc::new(rules.iter().map(|rule| i64::from(rule.counts.both)).collect::<Int64Array>()),
        text(&|rule| label(rule.antecedent)),
        text(&|rule| label(rule.consequent)),
        number(&|rule| rule.counts.conviction()),
    ];
    RecordBatch::try_new(schema(), columns)
        .map_err(|e| Error::internal("the pairs of products do not fit").with_source(e))
}
