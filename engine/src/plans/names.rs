//! The names in a tenant's data, read into the index that questions are understood by.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::{DataType, Int64Type},
};
use kupets_core::{Error, Result, SegmentRules, TenantContext};
use kupets_semantic::{
    catalogue::{Dimension, Metric},
    values::ValueIndex,
};

use crate::{
    Engine, insight,
    snapshot_reader::{SnapshotReader, Values},
};

/// Values of a kind that are read, the most frequent first: the index has room for so many of each.
const MOST: i64 = 60_000;
/// The newest purchases whose attributes are looked at.
const SAMPLE: i64 = 200_000;
/// Values of one attribute at most: what has more is an identifier, not something to filter by in words.
const MOST_OF_ATTRIBUTE: i64 = 5_000;

/// Rows are key, label, how many.
const PRODUCTS: &str = "SELECT coalesce(product_id, product) AS key, product AS label, count(*) AS n FROM goods \
                        WHERE coalesce(product_id, product) IS NOT NULL GROUP BY 1, 2 ORDER BY n DESC, key, label LIMIT $most";
const CATEGORIES: &str = "SELECT category AS key, CAST(NULL AS VARCHAR) AS label, count(*) AS n FROM sales \
                          WHERE category IS NOT NULL GROUP BY category ORDER BY n DESC, key LIMIT $most";
const CHANNELS: &str = "SELECT channel AS key, CAST(NULL AS VARCHAR) AS label, count(*) AS n FROM sales \
                        WHERE channel IS NOT NULL AND line = 1 GROUP BY channel ORDER BY n DESC, key LIMIT $most";
const CUSTOMERS: &str = "SELECT customer_id AS key, name AS label, CAST(1 AS BIGINT) AS n FROM customers \
                         ORDER BY _ingested_at DESC, customer_id LIMIT $most";
const KINDS: &str = "SELECT kind AS key, CAST(NULL AS VARCHAR) AS label, count(*) AS n FROM interactions \
                     WHERE kind IS NOT NULL GROUP BY kind ORDER BY n DESC, key LIMIT $most";
const AGENTS: &str = "SELECT agent AS key, CAST(NULL AS VARCHAR) AS label, count(*) AS n FROM interactions \
                      WHERE agent IS NOT NULL GROUP BY agent ORDER BY n DESC, key LIMIT $most";
const OUTCOMES: &str = "SELECT outcome AS key, CAST(NULL AS VARCHAR) AS label, count(*) AS n FROM interactions \
                        WHERE outcome IS NOT NULL GROUP BY outcome ORDER BY n DESC, key LIMIT $most";
/// Rows are a kind of lines, which of cost and discount such lines have, how many they are.
const RECORDED: &str = "SELECT kind AS key, CASE WHEN count(cost) > 0 THEN 'cost ' ELSE '' END || \
                        CASE WHEN count(discount) > 0 THEN 'discount' ELSE '' END AS label, count(*) AS n FROM sales \
                        GROUP BY kind ORDER BY n DESC, key LIMIT $most";
/// Rows are the attribute's name, its value, how many. The sample is the same for purchases and customers.
const ATTRIBUTES: &str = "SELECT key, label, n FROM (
    SELECT key, label, n, row_number() OVER (PARTITION BY key ORDER BY n DESC, label) AS place
    FROM (
        SELECT key, json_as_text(attributes, key) AS label, count(*) AS n
        FROM (SELECT attributes, unnest(json_object_keys(attributes)) AS key FROM (
            SELECT attributes FROM (
                SELECT attributes FROM sales WHERE line = 1 AND attributes IS NOT NULL ORDER BY occurred_at DESC LIMIT $sample
            )
            UNION ALL
            SELECT attributes FROM (
                SELECT attributes FROM customers WHERE attributes IS NOT NULL ORDER BY _ingested_at DESC LIMIT $sample
            )
        ))
        GROUP BY 1, 2
    )
) WHERE place <= $most ORDER BY key, n DESC, label";

/// What the cache knows the index by.
const QUESTION: &str = "names";

/// The index of the present version, or of one that is little older where it is dear to make: that is made anew meanwhile.
pub(super) async fn index(engine: &Engine, tenant: &TenantContext) -> Result<Arc<ValueIndex>> {
    let reader = insight::reader(engine, tenant, "").await?;
    let version = reader.version().clone();
    let cache = engine.cache();
    if let Some(index) = cache.kept(tenant.id(), QUESTION, &version.snapshot).await {
        if cache.is_stale(tenant.id(), QUESTION, &version.snapshot).await {
            let owned = engine.clone();
            // Nobody waits for it.
            drop(engine.on_runtime(async move { refresh(&owned, &reader).await }));
        }
        return Ok(index);
    }
    cache.get(tenant.id(), QUESTION.to_owned(), &version, sized(&reader)).await
}

async fn refresh(engine: &Engine, reader: &SnapshotReader) -> Result<()> {
    let version = reader.version().clone();
    let done = engine.cache().refresh(reader.tenant().id(), QUESTION.to_owned(), &version, sized(reader)).await;
    done.inspect_err(|error| tracing::warn!(%error, "the names in the data could not be read anew"))
}

async fn sized(reader: &SnapshotReader) -> Result<(ValueIndex, usize)> {
    let index = read(reader).await?;
    let bytes = index.size();
    Ok((index, bytes))
}

async fn read(reader: &SnapshotReader) -> Result<ValueIndex> {
    let (products, categories, channels, customers) = tokio::try_join!(
        rows(reader, PRODUCTS, MOST),
        rows(reader, CATEGORIES, MOST),
        rows(reader, CHANNELS, MOST),
        rows(reader, CUSTOMERS, MOST),
    )?;
    let (kinds, agents, outcomes, attributes) = tokio::try_join!(
        rows(reader, KINDS, MOST),
        rows(reader, AGENTS, MOST),
        rows(reader, OUTCOMES, MOST),
        rows(reader, ATTRIBUTES, MOST_OF_ATTRIBUTE),
    )?;
    let recorded = rows(reader, RECORDED, MOST).await?;
    let mut index = ValueIndex::default();
    for row in 0..recorded.keys.len() {
        record(&mut index, recorded.keys.value(row), recorded.label(row).unwrap_or_default());
    }
    // What there are few of goes first, so that a flood of products cannot keep it out.
    for (dimension, rows) in [
        (Dimension::Category, &categories),
        (Dimension::Channel, &channels),
        (Dimension::Kind, &kinds),
        (Dimension::Agent, &agents),
        (Dimension::Outcome, &outcomes),
    ] {
        // Of two names of one key the last one stays, which is to be the most frequent.
        for row in (0..rows.keys.len()).rev() {
            index.insert_weighted(dimension.clone(), rows.keys.value(row), rows.label(row), rows.weight(row));
        }
    }
    // The usual segments have words of their own, which are more than their names: "new customers" is first of all a metric.
    let usual = SegmentRules::default();
    for segment in reader.tenant().segments().segments().iter().filter(|name| !usual.segments().contains(name)) {
        index.insert(Dimension::Segment, segment, None);
    }
    for row in 0..attributes.keys.len() {
        let name = attributes.keys.value(row);
        index.insert_attribute(name);
        if let Some(value) = attributes.label(row) {
            index.insert_weighted(Dimension::Attribute(name.to_owned()), value, None, attributes.weight(row));
        }
    }
    for (dimension, rows) in [(Dimension::Product, &products), (Dimension::Customer, &customers)] {
        for row in (0..rows.keys.len()).rev() {
            index.insert_weighted(dimension.clone(), rows.keys.value(row), rows.label(row), rows.weight(row));
        }
    }
    Ok(index)
}

/// Notes which metrics can be worked out of lines of a kind that have these.
fn record(index: &mut ValueIndex, kind: &str, having: &str) {
    match kind {
        "shipping" => index.record(Metric::Shipping),
        "fee" => index.record(Metric::Fees),
        "discount" => index.record(Metric::Discounts),
        _ => {}
    }
    if having.contains("cost") {
        index.record(Metric::Cost);
        index.record(Metric::Margin);
    }
    if having.contains("discount") {
        index.record(Metric::Discounts);
    }
}

struct Rows {
    keys: StringArray,
    labels: StringArray,
    counts: RecordBatch,
}

impl Rows {
    fn label(&self, row: usize) -> Option<&str> {
        self.labels.is_valid(row).then(|| self.labels.value(row))
    }

    fn weight(&self, row: usize) -> u32 {
        let counts = self.counts.column(2).as_primitive_opt::<Int64Type>();
        counts.map_or(1, |counts| u32::try_from(counts.value(row)).unwrap_or(u32::MAX))
    }
}

async fn rows(reader: &SnapshotReader, sql: &str, most: i64) -> Result<Rows> {
    let mut values = Values::default();
    values.name("most", most);
    if sql.contains("$sample") {
        values.name("sample", SAMPLE);
    }
    let found = reader.collect(sql.to_owned(), values).await?;
    let text = |column: usize| {
        let texts = cast(found.column(column), &DataType::Utf8);
        let texts = texts.map_err(|e| Error::internal("the names in the data cannot be read").with_source(e))?;
        Ok::<_, Error>(texts.as_string::<i32>().clone())
    };
    Ok(Rows { keys: text(0)?, labels: text(1)?, counts: found.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lines_hold_can_be_asked_for() {
        let mut index = ValueIndex::default();
        record(&mut index, "product", "");
        assert!(!index.records(Metric::Margin) && !index.records(Metric::Shipping));
        record(&mut index, "product", "cost ");
        record(&mut index, "shipping", "discount");
        for metric in [Metric::Margin, Metric::Cost, Metric::Shipping, Metric::Discounts] {
            assert!(index.records(metric), "{metric:?}");
        }
        assert!(!index.records(Metric::Fees));
    }
}
