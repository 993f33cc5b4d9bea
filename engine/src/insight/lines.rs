//! The lines of two sets of days by every dimension at once, and the one key that explains best how they differ.

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Decimal128Type},
};
use futures::TryStreamExt;
use kupets_analytics::attribution::{Rows, Search, causes, stories};

use super::{
    days::{Windows, condition, count},
    dimension::{Dimension, Source, sum_of, with},
    explain::Comparison,
    interner::Numbers,
};
use kupets_core::{Error, Kind, Result};
use kupets_query::{Meta, RowLimit, Statement, from_datafusion};

use crate::{
    customers::few,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// Lines at most; with more, what is in memory for them would be too much, and a cause is looked for in sums alone.
pub(super) const MOST_LINES: usize = 1_500_000;
/// What a line without a key has in its place: no text of a record holds it.
const NO_KEY: &str = "\0";
/// Evidence from which on a cause is more than chance.
const EVIDENT: f64 = 3.0;

/// Lines of two sets of days; those of one order stand together.
pub(super) struct Lines {
    after: Vec<bool>,
    amounts: Vec<i64>,
    orders: Vec<u32>,
    keys: Vec<Vec<u32>>,
    dimensions: Vec<Dimension>,
    names: Vec<Numbers>,
    purchases: Numbers,
}

/// The key that explains a difference.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cause {
    pub dimension: Dimension,
    pub key: Option<String>,
    /// Before, at the scale of what is after; in ten-thousandths.
    pub before: i128,
    /// After.
    pub after: i128,
    /// How much more it is than if the key had moved like all else.
    pub excess: f64,
}

/// What did otherwise than the whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// None for a single purchase.
    pub dimension: Option<Dimension>,
    /// The key, or the id of the purchase.
    pub key: String,
    /// In the earlier period, in ten-thousandths.
    pub before: i128,
    /// In the later one.
    pub after: i128,
    /// How much more it is than if it had grown like the whole.
    pub excess: f64,
    /// Keys of other dimensions that are the same lines.
    pub same: Vec<(Dimension, String)>,
}

/// Reads the lines. None for a metric that is no sum over lines, and of too many lines, for us or for the memory of a query.
///
/// `daily` brings what is before to the number of days after.
///
/// # Errors
/// The time of queries.
pub(super) async fn read(
    reader: &SnapshotReader,
    comparison: &Comparison,
    dimensions: &[Dimension],
    windows: &Windows,
    daily: bool,
) -> Result<Option<Lines>> {
    match read_all(reader, comparison, dimensions, windows, daily).await {
        Err(error) if error.kind() == Kind::Limit => Ok(None),
        lines => lines,
    }
}

async fn read_all(
    reader: &SnapshotReader,
    comparison: &Comparison,
    dimensions: &[Dimension],
    windows: &Windows,
    daily: bool,
) -> Result<Option<Lines>> {
    let Some((what, only)) = sum_of(comparison.metric).filter(|_| !comparison.metric.is_ratio()) else {
        return Ok(None);
    };
    let zone = reader.tenant().time_zone();
    let mut values = Values::default();
    let (after, before) = (condition(&windows.after, zone, &mut values), condition(&windows.before, zone, &mut values));
    let naming = few::naming(reader);
    let sources: Vec<Source> = dimensions.iter().map(|d| d.source(&naming, &mut values)).collect::<Result<_>>()?;
    let tables = with(&sources.iter().collect::<Vec<_>>());
    let keys: String = sources.iter().enumerate().map(|(i, s)| format!(",\n    {} AS key{i}", s.key)).collect();
    let joins: String = sources.iter().map(|s| s.join.as_str()).collect();
    let sql = format!(
        "{tables}SELECT\n    {after} AS after,\n    CAST({what} AS DECIMAL(38, 4)) AS amount,\n    p.purchase_id{keys}\n\
         FROM sales p{joins}\nWHERE p.currency = $currency\n  AND {only}\n  AND ({before} OR {after})"
    );
    values.name("currency", comparison.currency.as_str());
    let (later, earlier) = (comparison.after, comparison.before);
    for (name, time) in [("from", later.from), ("compare_from", earlier.from), ("compare_to", earlier.to)] {
        values.name(name, micros(time.timestamp_micros()));
    }
    let factor = match daily {
        true => count(&windows.after) as f64 / count(&windows.before).max(1) as f64,
        false => 1.0,
    };
    let mut lines = Lines {
        after: vec![],
        amounts: vec![],
        orders: vec![],
        keys: vec![vec![]; dimensions.len()],
        dimensions: dimensions.to_vec(),
        names: dimensions.iter().map(|_| Numbers::default()).collect(),
        purchases: Numbers::default(),
    };
    let mut found = reader.run(Statement::ours(sql, values, RowLimit::Fail(usize::MAX)), Meta::default()).await?.rows;
    let wrong = |e: arrow::error::ArrowError| Error::internal("the lines of a change cannot be read").with_source(e);
    while let Some(batch) = found.try_next().await.map_err(from_datafusion)? {
        if lines.amounts.len() + batch.num_rows() > MOST_LINES {
            return Ok(None);
        }
        let sides = batch.column(0).as_boolean();
        let amounts = cast(batch.column(1), &DataType::Decimal128(38, 4)).map_err(wrong)?;
        let amounts = amounts.as_primitive::<Decimal128Type>();
        let text = |column: usize| cast(batch.column(column), &DataType::Utf8).map_err(wrong);
        let purchases = text(2)?;
        let purchases = purchases.as_string::<i32>();
        for row in 0..batch.num_rows() {
            let after = sides.is_valid(row) && sides.value(row);
            // A line past 64 bits of ten-thousandths does not fit a record.
            let amount = i64::try_from(amounts.value(row)).unwrap_or_default();
            lines.after.push(after);
            lines.amounts.push(if after { amount } else { (amount as f64 * factor).round() as i64 });
            lines.orders.push(lines.purchases.of(purchases.value(row)));
        }
        for (i, (keys, names)) in lines.keys.iter_mut().zip(&mut lines.names).enumerate() {
            let column = text(3 + i)?;
            let column = column.as_string::<i32>();
            keys.extend(column.iter().map(|key| names.of(key.unwrap_or(NO_KEY))));
        }
    }
    lines.sort();
    Ok(Some(lines))
}

impl Lines {
    /// Lines of one order together, in the order in which the orders came.
    fn sort(&mut self) {
        let mut places: Vec<usize> = (0..self.orders.len()).collect();
        places.sort_by_key(|&place| (self.orders[place], self.after[place]));
        self.after = places.iter().map(|&place| self.after[place]).collect();
        self.amounts = places.iter().map(|&place| self.amounts[place]).collect();
        for keys in &mut self.keys {
            *keys = places.iter().map(|&place| keys[place]).collect();
        }
        self.orders = places.iter().map(|&place| self.orders[place]).collect();
    }

    /// What carries the change, the greatest difference from the whole first, led by the likeliest cause; lines without a key
    /// are never told.
    pub fn stories(&self, most: usize) -> Vec<Told> {
        let dimensions: Vec<&[u32]> = self.keys.iter().map(Vec::as_slice).collect();
        let rows = self.rows(&dimensions);
        let untold: Vec<Option<u32>> = self.names.iter().map(|names| names.find(NO_KEY)).collect();
        let cause = causes(&rows).into_iter().next().filter(|cause| cause.evidence >= EVIDENT);
        let cause = cause.map(|cause| (cause.dimension, cause.key));
        let name = |dimension: usize, key: u32| {
            self.names.get(dimension).map_or_else(|| self.purchases.name(key), |names| names.name(key)).to_owned()
        };
        let found = stories(&rows, &Search { untold: &untold, cause, most });
        let told = found.into_iter().map(|story| Told {
            dimension: self.dimensions.get(story.dimension).cloned(),
            key: name(story.dimension, story.key),
            before: story.before,
            after: story.after,
            excess: story.excess,
            same: story
                .same
                .into_iter()
                .filter_map(|(place, key)| Some((self.dimensions.get(place)?.clone(), name(place, key))))
                .collect(),
        });
        told.collect()
    }

    fn rows<'a>(&'a self, dimensions: &'a [&'a [u32]]) -> Rows<'a> {
        Rows { after: &self.after, amounts: &self.amounts, orders: &self.orders, dimensions }
    }

    /// The likeliest cause, if it is more than chance.
    pub fn cause(&self) -> Option<Cause> {
        let dimensions: Vec<&[u32]> = self.keys.iter().map(Vec::as_slice).collect();
        let rows = self.rows(&dimensions);
        let found = causes(&rows).into_iter().next().filter(|cause| cause.evidence >= EVIDENT)?;
        let key = self.names.get(found.dimension)?.name(found.key);
        Some(Cause {
            dimension: self.dimensions.get(found.dimension)?.clone(),
            key: (key != NO_KEY).then(|| key.to_owned()),
            before: found.before,
            after: found.after,
            excess: found.excess,
        })
    }

    /// The greatest order after, and what it comes to.
    pub fn greatest(&self) -> Option<(&str, i128)> {
        let mut greatest: Option<(u32, i128)> = None;
        let mut place = 0;
        while place < self.orders.len() {
            let order = self.orders[place];
            let end = (place..self.orders.len()).take_while(|&i| self.orders[i] == order).count() + place;
            let sum = (place..end).filter(|&i| self.after[i]).map(|i| i128::from(self.amounts[i])).sum();
            if greatest.is_none_or(|(_, best)| sum > best) {
                greatest = Some((order, sum));
            }
            place = end;
        }
        greatest.filter(|(_, sum)| *sum > 0).map(|(order, sum)| (self.purchases.name(order), sum))
    }
}
