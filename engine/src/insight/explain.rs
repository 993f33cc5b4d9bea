//! Why a figure changed: the contributions of each dimension's keys between two periods, which sum to the change.

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Decimal128Type},
};
use chrono::{DateTime, SecondsFormat, Utc};
use kupets_analytics::contribution::{Carried, Part, of_ratio, ratio, whole};
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{asked::Language, dimension::Dimension, metric::Metric};
use crate::{
    Error, Result, TenantContext,
    reading::{Reader, Values, micros},
};

/// Keys of a dimension that are told one by one; the others are one finding, `other`.
const KEYS: usize = 20;
/// Names of attributes that are looked at unless dimensions are asked for.
const ATTRIBUTES: usize = 5;
/// Purchases in which names of attributes are looked for.
const SAMPLE: i64 = 20_000;
/// Keys of an attribute at most: one with more, such as a number of an order, explains nothing.
const MOST_KEYS: usize = 1_000;
/// Fraction digits of figures.
const SCALE: u32 = 4;

/// A half-open period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first moment in it.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub to: DateTime<Utc>,
}

/// A period as it is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Comparison {
    /// The metric.
    pub metric: Metric,
    /// The later period.
    pub after: Span,
    /// The earlier period.
    pub before: Span,
    /// ISO 4217 code.
    pub currency: String,
}

/// The change as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Total {
    /// The metric.
    pub metric: &'static str,
    /// What one of it is.
    pub unit: String,
    /// In the earlier period.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub before: Decimal,
    /// In the later period.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub after: Decimal,
    /// The one less the other.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub change: Decimal,
}

/// Something that is to be known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Names it: the same finding has the same id.
    pub id: String,
    /// driver, mix, shift or anomaly.
    pub kind: &'static str,
    /// The metric.
    pub metric: &'static str,
    /// What it is looked at by; none for the whole.
    pub dimension: Option<String>,
    /// Which key of it; none for what has none, and for `other`.
    pub key: Option<String>,
    /// The key as people know it; `other` for all keys that are not told one by one.
    pub label: Option<String>,
    /// The metric before.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub before: Decimal,
    /// The metric after.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub after: Decimal,
    /// What it carries of the change of the whole.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub contribution: Decimal,
    /// Since which day, where there is one.
    pub since: Option<chrono::NaiveDate>,
    /// Whether the season explains it; none where that cannot be told.
    pub seasonal: Option<bool>,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// It in a sentence.
    pub sentence: String,
    /// The statement that it rests on, with its values written out.
    pub sql: String,
}

/// One dimension's parts.
#[derive(Debug, Clone)]
pub struct Parts {
    pub dimension: Dimension,
    pub keys: Vec<(Option<String>, Option<String>)>,
    pub parts: Vec<Part>,
    pub carried: Vec<Carried>,
    pub sql: String,
}

/// The dimensions of a shop for a metric: those that every shop has, and the attributes that its purchases have most.
///
/// # Errors
/// The limits of queries.
pub(super) async fn dimensions(reader: &Reader, metric: Metric) -> Result<Vec<Dimension>> {
    let mut values = Values::default();
    values.name("sample", SAMPLE);
    values.name("most", ATTRIBUTES as i64);
    let sql = "SELECT name, count(*) AS purchases FROM (
    SELECT unnest(json_object_keys(attributes)) AS name
    FROM (SELECT attributes FROM purchases WHERE line = 1 AND attributes IS NOT NULL ORDER BY occurred_at DESC LIMIT $sample)
) GROUP BY name ORDER BY purchases DESC, name LIMIT $most";
    let found = reader.collect(sql.to_owned(), values).await?;
    let names = cast(found.column(0), &DataType::Utf8)
        .map_err(|e| Error::internal("names of attributes cannot be read").with_source(e))?;
    let attributes = names.as_string::<i32>().iter().flatten().map(|name| Dimension::Attribute(name.to_owned()));
    Ok(Dimension::PLAIN.into_iter().chain(attributes).filter(|dimension| dimension.parts(metric)).collect())
}

/// The parts of a change by one dimension, each with what it carries.
///
/// # Errors
/// The metric does not part by it, and the limits of queries.
pub(super) async fn parts(reader: &Reader, comparison: &Comparison, dimension: &Dimension) -> Result<Parts> {
    let mut values = Values::default();
    let sql = dimension.statement(comparison.metric, &mut values)?;
    values.name("currency", comparison.currency.as_str());
    for (name, time) in [
        ("from", comparison.after.from),
        ("to", comparison.after.to),
        ("compare_from", comparison.before.from),
        ("compare_to", comparison.before.to),
        ("as_of", comparison.after.from),
    ] {
        values.name(name, micros(time.timestamp_micros()));
    }
    let shown = values.spell(&sql);
    let found = reader.collect(sql, values).await?;
    let wrong = |e: arrow::error::ArrowError| Error::internal("the parts of a change cannot be read").with_source(e);
    let text = |column: usize| cast(found.column(column), &DataType::Utf8).map_err(wrong);
    let number = |column: usize| cast(found.column(column), &DataType::Decimal128(38, SCALE as i8)).map_err(wrong);
    let (keys, labels) = (text(0)?, text(1)?);
    let (keys, labels) = (keys.as_string::<i32>(), labels.as_string::<i32>());
    let sums = [number(2)?, number(3)?, number(4)?, number(5)?];
    let sum = |column: usize, row: usize| sums[column].as_primitive::<Decimal128Type>().value(row);
    let parts: Vec<Part> = (0..found.num_rows())
        .map(|row| Part {
            before: sum(0, row),
            after: sum(1, row),
            // Weights count orders: they come with the digits of money.
            weight_before: sum(2, row) / 10_000,
            weight_after: sum(3, row) / 10_000,
        })
        .collect();
    let carried = match comparison.metric {
        Metric::AverageOrder => of_ratio(&parts),
        _ => parts.iter().map(|p| Carried { total: p.after - p.before, rate: p.after - p.before, mix: 0 }).collect(),
    };
    let own = |texts: &arrow::array::StringArray, row: usize| texts.is_valid(row).then(|| texts.value(row).to_owned());
    let keys = (0..found.num_rows()).map(|row| (own(keys, row), own(labels, row))).collect();
    Ok(Parts { dimension: dimension.clone(), keys, parts, carried, sql: shown })
}

/// The metric of the whole in both periods, in ten-thousandths.
pub(super) fn total(comparison: &Comparison, parts: &Parts) -> Total {
    let all = whole(&parts.parts);
    let (before, after) = value(comparison.metric, &all);
    Total {
        metric: comparison.metric.name(),
        unit: comparison.metric.unit(&comparison.currency),
        before: decimal(before),
        after: decimal(after),
        change: decimal(after - before),
    }
}

/// The metric of a part.
fn value(metric: Metric, part: &Part) -> (i128, i128) {
    match metric {
        Metric::AverageOrder => (ratio(part.before, part.weight_before), ratio(part.after, part.weight_after)),
        _ => (part.before, part.after),
    }
}

pub(super) fn decimal(units: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(units, SCALE).map_or(Decimal::MAX, |d| d.normalize())
}

/// Contributions of each dimension's keys, the greatest first and the others as one at the end. Those of one dimension sum
/// to the change of the whole.
///
/// # Errors
/// A dimension by which the metric does not part, and the limits of queries.
pub(super) async fn contributions(
    reader: &Reader,
    comparison: &Comparison,
    asked: Option<&[Dimension]>,
    language: Language,
) -> Result<(Total, Vec<Finding>)> {
    let dimensions = match asked {
        Some(asked) if !asked.is_empty() => asked.to_vec(),
        _ => dimensions(reader, comparison.metric).await?,
    };
    let mut findings = Vec::new();
    let mut sum = None;
    for dimension in &dimensions {
        let parts = parts(reader, comparison, dimension).await?;
        sum.get_or_insert_with(|| total(comparison, &parts));
        let own = matches!(dimension, Dimension::Attribute(_)) && asked.is_none();
        if own && parts.parts.len() > MOST_KEYS {
            continue;
        }
        findings.extend(drivers(comparison, &parts, language));
    }
    let empty = || Total {
        metric: comparison.metric.name(),
        unit: comparison.metric.unit(&comparison.currency),
        before: Decimal::ZERO,
        after: Decimal::ZERO,
        change: Decimal::ZERO,
    };
    Ok((sum.unwrap_or_else(empty), findings))
}

/// The findings of one dimension.
fn drivers(comparison: &Comparison, parts: &Parts, language: Language) -> Vec<Finding> {
    let mut order: Vec<usize> = (0..parts.parts.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(parts.carried[i].total.unsigned_abs()), parts.keys[i].0.clone()));
    let (told, rest) = order.split_at(order.len().min(KEYS));
    let change: i128 = parts.carried.iter().map(|c| c.total).sum();
    let mut findings: Vec<Finding> = told
        .iter()
        .map(|&i| {
            let (key, label) = &parts.keys[i];
            let carried = parts.carried[i];
            let kind = if carried.mix.unsigned_abs() > carried.rate.unsigned_abs() { "mix" } else { "driver" };
            finding(
                comparison,
                parts,
                kind,
                key.clone(),
                label.clone(),
                &parts.parts[i],
                carried.total,
                change,
                language,
            )
        })
        .collect();
    // `other` is always last, so that whoever adds up finds all of it.
    let others: Vec<Part> = rest.iter().map(|&i| parts.parts[i]).collect();
    let carried = rest.iter().map(|&i| parts.carried[i].total).sum();
    let label = Some("other".to_owned());
    findings.push(finding(comparison, parts, "driver", None, label, &whole(&others), carried, change, language));
    findings
}

#[expect(clippy::too_many_arguments, reason = "it puts the parts of a sentence together")]
fn finding(
    comparison: &Comparison,
    parts: &Parts,
    kind: &'static str,
    key: Option<String>,
    label: Option<String>,
    part: &Part,
    carried: i128,
    change: i128,
    language: Language,
) -> Finding {
    let (before, after) = value(comparison.metric, part);
    let dimension = parts.dimension.to_string();
    let named = label.clone().or_else(|| key.clone());
    let sentence = sentence(comparison, &dimension, named.as_deref(), (before, after), carried, change, language);
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
        since: None,
        seasonal: None,
        // It is arithmetic, not an estimate.
        confidence: 1.0,
        sentence,
        sql: parts.sql.clone(),
    }
}

/// A name made of what the finding is.
pub(super) fn id(of: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in of {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    format!("f_{}", hex::encode(&hash.finalize()[..12]))
}

fn sentence(
    comparison: &Comparison,
    dimension: &str,
    label: Option<&str>,
    (before, after): (i128, i128),
    carried: i128,
    change: i128,
    language: Language,
) -> String {
    let (metric, unit) = (comparison.metric.name(), comparison.metric.unit(&comparison.currency));
    let figure = |units: i128| decimal(units).round_dp(2).normalize();
    let share = (change != 0).then(|| 100.0 * carried as f64 / change as f64);
    match language {
        Language::En => {
            let label = match label {
                Some("other") => "all others",
                Some(label) => label,
                None => "(none)",
            };
            let share = share.map_or_else(String::new, |share| format!(", {share:.0} % of the change"));
            format!(
                "{metric} of {dimension} {label}: {} {unit} after {} {unit}; it carries {} {unit}{share}.",
                figure(after),
                figure(before),
                figure(carried)
            )
        }
        Language::Ru => {
            let label = match label {
                Some("other") => "все прочие",
                Some(label) => label,
                None => "(не указано)",
            };
            let share = share.map_or_else(String::new, |share| format!(", {share:.0} % изменения"));
            let dimension = match dimension {
                "product" => "товар",
                "category" => "категория",
                "channel" => "канал",
                "segment" => "сегмент",
                "customer_kind" => "вид клиентов",
                "weekday" => "день недели",
                "hour" => "час",
                other => other,
            };
            let metric = match comparison.metric {
                Metric::Revenue => "выручка",
                Metric::Gross => "продажи",
                Metric::Refunds => "возвраты",
                Metric::Orders => "заказы",
                Metric::Units => "штуки",
                Metric::AverageOrder => "средний чек",
                Metric::Customers => "покупатели",
                Metric::NewCustomers => "новые покупатели",
                Metric::RepeatRate => "доля повторных",
            };
            format!(
                "{metric}, {dimension} {label}: {} {unit} после {} {unit}; вклад {} {unit}{share}.",
                figure(after),
                figure(before),
                figure(carried)
            )
        }
    }
}
