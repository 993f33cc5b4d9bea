//! Why a figure changed: the contributions of each dimension's keys between two periods, which sum to the change.

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Decimal128Type},
};
use chrono::{DateTime, SecondsFormat, Utc};
use kupets_analytics::attribution::{MixRate, Part, Ratio, contributions, mix_and_rate};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    dimension::Dimension,
    finding::{Finding, decimal, id, share},
    metric::Metric,
    parameters::Language,
    words,
};
use kupets_core::{Error, FieldError, Result, TenantContext};
use kupets_semantic::{
    catalogue as semantic,
    compile::{Filtered, filtered},
    plan::{Filter, Operator},
};

use crate::{
    customers::few,
    snapshot_reader::{SnapshotReader, Values, bound, micros},
};

/// Keys of a dimension that are told one by one; the others are one finding, `other`.
const KEYS: usize = 20;
/// Names of attributes that are looked at unless dimensions are asked for.
const ATTRIBUTES: usize = 5;
/// Purchases in which names of attributes are looked for.
const SAMPLE: i64 = 20_000;
/// Keys of an attribute at most: one with more, such as a number of an order, explains nothing.
const MOST_KEYS: usize = 1_000;
/// The label of all keys that are not told one by one.
pub(super) const OTHER: &str = "other";

/// A half-open period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first moment in it.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub to: DateTime<Utc>,
}

/// A half-open period.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SpanBody)]
pub struct SpanText {
    /// RFC 3339 in the workspace's zone.
    pub from: String,
    /// RFC 3339 in the workspace's zone; not part of it.
    pub to: String,
}

impl Span {
    /// As it is told.
    pub fn text(self, tenant: &TenantContext) -> SpanText {
        let text = |t: DateTime<Utc>| t.with_timezone(&tenant.time_zone()).to_rfc3339_opts(SecondsFormat::AutoSi, true);
        SpanText { from: text(self.from), to: text(self.to) }
    }
}

/// What is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The metric.
    pub metric: Metric,
    /// The later period.
    pub after: Span,
    /// The earlier period.
    pub before: Span,
    /// ISO 4217 code.
    pub currency: String,
    /// The part of the purchases that is looked at; all of them without.
    pub only: Option<Only>,
}

/// A part of the purchases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Only {
    /// Its lines.
    pub lines: Filtered,
    /// Dimensions of which it has one key: they explain nothing in it.
    pub one_key: Vec<String>,
}

impl Only {
    /// What passes all of the filters.
    ///
    /// # Errors
    /// A filter that does not fit its field, or by which lines of purchases cannot be told apart.
    pub fn of(filters: &[Filter]) -> Result<Option<Self>> {
        let lines = filtered(filters)
            .map_err(|fault| Error::wrong_fields(vec![FieldError::of(&fault.field, fault.message)]))?;
        let one = |filter: &&Filter| filter.op == Operator::In && filter.values.len() == 1;
        let one_key = filters.iter().filter(one).filter_map(|filter| Some(name_of(filter.dimension()?))).collect();
        Ok(lines.map(|lines| Self { lines, one_key }))
    }
}

/// What a dimension of plans is called here.
fn name_of(dimension: &semantic::Dimension) -> String {
    match dimension {
        semantic::Dimension::CustomerKind => Dimension::CustomerKind.to_string(),
        other => other.to_string(),
    }
}

/// The change as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TotalBody)]
pub struct Total {
    /// The metric.
    pub metric: &'static str,
    /// What one of it is: a currency code, orders, units, customers, ratio.
    pub unit: String,
    /// In the earlier period.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub before: Decimal,
    /// In the later period.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub after: Decimal,
    /// The one less the other.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub change: Decimal,
}

/// One dimension's keys in two periods.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub dimension: Dimension,
    /// Key and label of each.
    pub keys: Vec<(Option<String>, Option<String>)>,
    /// The metric, or what makes it: of a sum only what is above counts.
    pub parts: Vec<Ratio>,
    /// What each carries of the change; of a sum all of it as rate.
    pub carried: Vec<MixRate>,
    /// The metric of all of them, before and after, in ten-thousandths.
    pub whole: (i128, i128),
    pub sql: String,
}

impl Parts {
    /// The place of a key.
    pub fn place(&self, key: Option<&str>) -> Option<usize> {
        self.keys.iter().position(|(own, _)| own.as_deref() == key)
    }
}

/// The dimensions of a shop for a metric: those that every shop has, and the attributes that its purchases have most.
///
/// # Errors
/// The limits of queries.
async fn dimensions(reader: &SnapshotReader, comparison: &Comparison) -> Result<Vec<Dimension>> {
    let mut values = Values::default();
    values.name("sample", SAMPLE);
    values.name("most", ATTRIBUTES as i64);
    values.name("to", micros(comparison.after.to.max(comparison.before.to).timestamp_micros()));
    let sql = "SELECT name, count(*) AS purchases FROM (
    SELECT unnest(json_object_keys(attributes)) AS name
    FROM (
        SELECT attributes FROM sales WHERE line = 1 AND attributes IS NOT NULL AND occurred_at < $to
        ORDER BY occurred_at DESC LIMIT $sample
    )
) GROUP BY name ORDER BY purchases DESC, name LIMIT $most";
    let found = reader.collect(sql.to_owned(), values).await?;
    let names = cast(found.column(0), &DataType::Utf8)
        .map_err(|e| Error::internal("names of attributes cannot be read").with_source(e))?;
    let attributes = names.as_string::<i32>().iter().flatten().map(|name| Dimension::Attribute(name.to_owned()));
    let all = Dimension::PLAIN.into_iter().chain(attributes);
    Ok(all.filter(|dimension| dimension.parts(comparison.metric)).collect())
}

/// The parts of a change by one dimension, each with what it carries.
///
/// # Errors
/// The metric does not part by it, and the limits of queries.
pub(super) async fn parts(reader: &SnapshotReader, comparison: &Comparison, dimension: &Dimension) -> Result<Parts> {
    let mut values = Values::default();
    let only = comparison.only.as_ref();
    let records = only.map_or("sales", |only| &only.lines.records);
    let sql = dimension.statement(comparison.metric, records, &few::naming(reader), &mut values)?;
    for (name, value) in only.iter().flat_map(|only| &only.lines.values) {
        values.name(name, bound(value));
    }
    values.name("currency", comparison.currency.as_str());
    for (name, time) in [
        ("from", comparison.after.from),
        ("to", comparison.after.to),
        ("compare_from", comparison.before.from),
        ("compare_to", comparison.before.to),
    ] {
        values.name(name, micros(time.timestamp_micros()));
    }
    let shown = values.spell(&sql);
    let found = reader.collect(sql, values).await?;
    let wrong = |e: arrow::error::ArrowError| Error::internal("the parts of a change cannot be read").with_source(e);
    let text = |column: usize| cast(found.column(column), &DataType::Utf8).map_err(wrong);
    let number = |column: usize| cast(found.column(column), &DataType::Decimal128(38, 4)).map_err(wrong);
    let (keys, labels) = (text(0)?, text(1)?);
    let (keys, labels) = (keys.as_string::<i32>(), labels.as_string::<i32>());
    let sums = [number(2)?, number(3)?, number(4)?, number(5)?];
    let sum = |column: usize, row: usize| sums[column].as_primitive::<Decimal128Type>().value(row);
    // Weights count orders or customers: they come with the digits of money.
    let count = |column: usize, row: usize| i64::try_from(sum(column, row) / 10_000).unwrap_or(i64::MAX);
    let parts: Vec<Ratio> = (0..found.num_rows())
        .map(|row| Ratio { upper: (sum(0, row), sum(1, row)), lower: (count(2, row), count(3, row)) })
        .collect();
    let carried = if comparison.metric.is_ratio() {
        mix_and_rate(&parts, 1).keys
    } else {
        parts.iter().map(|p| MixRate { mix: 0, rate: p.upper.1 - p.upper.0 }).collect()
    };
    let own = |texts: &arrow::array::StringArray, row: usize| texts.is_valid(row).then(|| texts.value(row).to_owned());
    let keys = (0..found.num_rows()).map(|row| (own(keys, row), own(labels, row))).collect();
    let whole = value(comparison.metric, &Ratio::sum(&parts));
    Ok(Parts { dimension: dimension.clone(), keys, parts, carried, whole, sql: shown })
}

/// The metric of the whole in both periods.
fn total(comparison: &Comparison, parts: &[Ratio]) -> Total {
    let (before, after) = value(comparison.metric, &Ratio::sum(parts));
    Total {
        metric: comparison.metric.name(),
        unit: comparison.metric.unit(&comparison.currency),
        before: decimal(before),
        after: decimal(after),
        change: decimal(after - before),
    }
}

/// The metric of a part, in ten-thousandths.
pub(super) fn value(metric: Metric, part: &Ratio) -> (i128, i128) {
    if metric.is_ratio() { part.values(1) } else { part.upper }
}

/// The change of the whole, and its parts by each dimension: those asked for, or all that there are.
///
/// # Errors
/// A dimension by which the metric does not part, and the limits of queries.
pub(super) async fn all_parts(
    reader: &SnapshotReader,
    comparison: &Comparison,
    asked: Option<&[Dimension]>,
) -> Result<(Total, Vec<Parts>)> {
    let dimensions = match asked {
        Some(asked) if !asked.is_empty() => asked.to_vec(),
        _ => {
            let mut all = dimensions(reader, comparison).await?;
            let one_key = comparison.only.as_ref().map(|only| only.one_key.as_slice()).unwrap_or_default();
            all.retain(|dimension| !one_key.contains(&dimension.to_string()));
            all
        }
    };
    let mut all = Vec::new();
    let mut sum = None;
    for dimension in &dimensions {
        let parts = parts(reader, comparison, dimension).await?;
        sum.get_or_insert_with(|| total(comparison, &parts.parts));
        let own = matches!(dimension, Dimension::Attribute(_)) && asked.is_none();
        if !own || parts.parts.len() <= MOST_KEYS {
            all.push(parts);
        }
    }
    Ok((sum.unwrap_or_else(|| total(comparison, &[])), all))
}

/// The change of the whole, and its parts by each dimension that somebody can act on: not by the clock, which the calendar's part is for.
///
/// # Errors
/// The limits of queries.
pub(super) async fn acting_parts(reader: &SnapshotReader, comparison: &Comparison) -> Result<(Total, Vec<Parts>)> {
    let mut all = dimensions(reader, comparison).await?;
    all.retain(|dimension| !matches!(dimension, Dimension::Weekday | Dimension::Hour));
    let (total, mut parts) = all_parts(reader, comparison, Some(&all)).await?;
    parts.retain(|parts| !matches!(parts.dimension, Dimension::Attribute(_)) || parts.parts.len() <= MOST_KEYS);
    Ok((total, parts))
}

/// The findings of one dimension: the greatest contributions first, the others as one at the end, so that they sum to the
/// change of the whole.
pub(super) fn drivers(comparison: &Comparison, parts: &Parts, language: Language) -> Vec<Finding> {
    let carried: Vec<Part> = parts.carried.iter().map(|c| Part { before: 0, after: c.mix + c.rate }).collect();
    let split = contributions(&carried, KEYS);
    let mut findings: Vec<Finding> =
        split.keys.iter().map(|&(place, _)| driver(comparison, parts, place, language)).collect();
    let told: std::collections::HashSet<usize> = split.keys.iter().map(|(place, _)| *place).collect();
    let others: Vec<Ratio> =
        parts.parts.iter().enumerate().filter(|(place, _)| !told.contains(place)).map(|(_, part)| *part).collect();
    // `other` is always last, so that whoever adds up finds all of it.
    let what = Told { kind: "driver", key: None, label: Some(OTHER.to_owned()), carried: split.other.after };
    findings.push(finding(comparison, parts, what, &Ratio::sum(&others), language));
    findings
}

/// The finding of one key.
pub(super) fn driver(comparison: &Comparison, parts: &Parts, place: usize, language: Language) -> Finding {
    let (key, label) = parts.keys[place].clone();
    let MixRate { mix, rate } = parts.carried[place];
    let kind = if mix.unsigned_abs() > rate.unsigned_abs() { "mix" } else { "driver" };
    let what = Told { kind, key, label, carried: mix + rate };
    finding(comparison, parts, what, &parts.parts[place], language)
}

/// Which key is told, and what it carries.
struct Told {
    kind: &'static str,
    key: Option<String>,
    label: Option<String>,
    carried: i128,
}

fn finding(comparison: &Comparison, parts: &Parts, what: Told, part: &Ratio, language: Language) -> Finding {
    let Told { kind, key, label, carried } = what;
    let (before, after) = value(comparison.metric, part);
    let dimension = parts.dimension.to_string();
    let named = label.as_deref().or(key.as_deref());
    let figures = Figures { part: (before, after), whole: parts.whole, carried };
    let subject = subject(&parts.dimension, named, language);
    let sentence = sentence(comparison, &subject, figures, language);
    Finding {
        id: id(&[
            kind,
            comparison.metric.name(),
            &dimension,
            key.as_deref().unwrap_or("\0"),
            label.as_deref().unwrap_or("\0"),
        ]),
        kind,
        metric: comparison.metric.name(),
        dimension: Some(dimension),
        key,
        label,
        before: decimal(before),
        after: decimal(after),
        contribution: decimal(carried),
        excess: None,
        share: share(carried, parts.whole),
        same: Vec::new(),
        since: None,
        seasonal: None,
        // It is arithmetic, not an estimate.
        confidence: 1.0,
        cause: None,
        sentence,
        sql: parts.sql.clone(),
    }
}

/// What a sentence about a part of a change tells, in ten-thousandths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// The part before and after.
    pub part: (i128, i128),
    /// The whole before and after.
    pub whole: (i128, i128),
    /// What the part carries of the change.
    pub carried: i128,
}

/// A key as the subject of a sentence: `product Tea`.
fn subject(dimension: &Dimension, label: Option<&str>, language: Language) -> String {
    let key = match (label == Some(OTHER), language) {
        (true, Language::En) => "all others".to_owned(),
        (true, Language::Ru) => "все прочие".to_owned(),
        (false, _) => words::key(dimension, label, language),
    };
    format!("{} {key}", words::dimension(dimension, language))
}

/// How a part moved beside the whole, and what it carries: a share of the larger of both periods, so that a change that is small
/// makes no share that is absurd.
pub(super) fn sentence(comparison: &Comparison, subject: &str, figures: Figures, language: Language) -> String {
    let Figures { part: (before, after), whole, carried } = figures;
    let metric = words::metric(comparison.metric, language);
    let figure = |units: i128| words::figure(units, comparison.metric, &comparison.currency, language);
    let signed = words::signed(carried, comparison.metric, &comparison.currency, language);
    let share = words::share(carried, whole.0.abs().max(whole.1.abs()), language);
    let share = share.map(|share| format!(", {share} {}", words::of_metric(comparison.metric, language)));
    let own = words::percent(before, after, language);
    let all = words::percent(whole.0, whole.1, language);
    let beside = match (own, all, language) {
        (Some(own), Some(all), Language::En) => format!(" ({own}; the whole {all})"),
        (Some(own), Some(all), Language::Ru) => format!(" ({own}; в целом {all})"),
        (Some(own), None, _) => format!(" ({own})"),
        (None, _, _) => String::new(),
    };
    let (before, after, share) = (figure(before), figure(after), share.unwrap_or_default());
    let text = match language {
        Language::En => format!("{metric}, {subject}: {after}, before {before}{beside}; it carries {signed}{share}."),
        Language::Ru => format!("{metric}, {subject}: {after}, раньше {before}{beside}; вклад {signed}{share}."),
    };
    words::capital(&text)
}
