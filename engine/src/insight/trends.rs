//! What moved: two periods compared, the causes ranked by money.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    dimension::Dimension,
    explain::{self, Comparison, Span, SpanText, Total},
    finding::Finding,
    lines::MOST_LINES,
    metric::Metric,
    parameters::{Asked, Language},
    story::{ChangePart, Story},
    tree::Tree,
    trend_findings::{self, Moved},
};
use kupets_core::{Error, Result, TenantContext};
use kupets_semantic::plan::Filter;

use crate::{
    Engine,
    customers::{few, segment},
    reports::{self, Period},
    snapshot_reader::SnapshotReader,
};

/// Parameters of trends.
const PARAMETERS: [&str; 9] =
    ["metric", "from", "to", "period", "compare_from", "compare_to", "currency", "limit", "locale"];

/// Findings unless others are asked for.
const FINDINGS: u32 = 7;

/// Two periods compared.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TrendsBody)]
pub struct Trends {
    /// RFC 3339: the first moment of the later period.
    pub from: String,
    /// RFC 3339: the first moment after it.
    pub to: String,
    /// The earlier period.
    pub compared_with: SpanText,
    /// The change as a whole.
    pub total: Total,
    /// The change in a few sentences: by how much, what the calendar and the season explain of it, what is news. Null in an
    /// explanation by dimension, and where neither period has anything.
    pub headline: Option<String>,
    /// What the calendar explains: other weekdays, holidays and lengths of the periods. Null for a metric that is no sum of days.
    pub calendar: Option<ChangePart>,
    /// What the season explains: what the same periods did a year ago. Null where records do not reach back so far.
    pub season: Option<ChangePart>,
    /// The change without the parts of the calendar and of the season; null without the former.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub news: Option<Decimal>,
    /// The factors of the change of revenue and orders; null for other metrics.
    pub tree: Option<Tree>,
    /// What did otherwise than the whole, led by the likeliest cause and by one that went along with the whole, then levels that
    /// began and days out of line; in an explanation the keys of each dimension, with the rest as `other` at the end.
    pub findings: Vec<Finding>,
    /// What could not be looked at, and why.
    pub notes: Vec<String>,
    /// The version of the data.
    pub snapshot: String,
}

/// Two periods to compare.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExplainBody, example = json!({"metric": "revenue", "from": "2026-04-01", "to": "2026-05-01",
    "compare_from": "2026-03-01", "compare_to": "2026-04-01", "dimensions": ["product", "channel"]}))]
pub struct Explain {
    /// The metric; revenue unless sent.
    #[schema(value_type = Option<Metric>, inline)]
    pub metric: Option<String>,
    /// Start of the later period: RFC 3339, or a date in the workspace's zone.
    pub from: String,
    /// Its end, not part of it.
    pub to: String,
    /// Start of the earlier period.
    pub compare_from: String,
    /// Its end, not part of it.
    pub compare_to: String,
    /// What to look at it by: product, category, channel, segment, customer_kind, weekday, hour, attributes.NAME; all that fit
    /// unless sent.
    pub dimensions: Option<Vec<String>>,
    /// Which purchases are looked at: those that pass all of these. All of them unless sent.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// ISO 4217; the workspace's unless sent.
    pub currency: Option<String>,
    /// Language of the sentences: en or ru.
    #[serde(default)]
    #[schema(inline)]
    pub locale: Language,
}

/// Compares the two periods of a request.
///
/// # Errors
/// A time that is none, a period that ends before it begins, a dimension by which the metric does not part.
pub(super) async fn explain(engine: &Engine, tenant: &TenantContext, request: &Explain) -> Result<Trends> {
    let time = |name: &str, text: &str| kupets_core::time::parse(name, text, tenant.time_zone());
    let span = |names: [&str; 2], from: &str, to: &str| {
        let span = Span { from: time(names[0], from)?, to: time(names[1], to)? };
        if span.from >= span.to {
            return Err(Error::invalid("bad_parameter", format!("`{}` must be before `{}`.", names[0], names[1])));
        }
        Ok(span)
    };
    let comparison = Comparison {
        metric: request.metric.as_deref().map_or(Ok(Metric::Revenue), Metric::parse)?,
        after: span(["from", "to"], &request.from, &request.to)?,
        before: span(["compare_from", "compare_to"], &request.compare_from, &request.compare_to)?,
        currency: reports::currency_code(request.currency.as_deref(), tenant.currency())?,
        only: explain::Only::of(&request.filters)?,
    };
    let dimensions: Option<Vec<Dimension>> =
        request.dimensions.as_ref().map(|names| names.iter().map(|n| Dimension::parse(n)).collect()).transpose()?;
    let reader = SnapshotReader::open(engine, tenant).await?.knowing_refunds().await?;
    let reader = few::knowing_customers(&reader, &comparison.currency, comparison.after.from).await?;
    let inner = reader.inner();
    let ticket = inner.admit("explanations", 0).await?;
    let (total, parts) = explain::all_parts(&inner, &comparison, dimensions.as_deref()).await?;
    drop(ticket);
    let findings = parts.iter().flat_map(|parts| explain::drivers(&comparison, parts, request.locale)).collect();
    let moved = Moved { total, story: Story::default(), findings, notes: Vec::new() };
    Ok(told(&reader, tenant, &comparison, moved))
}

/// Compares a period with the one before it, or with the one that was sent.
///
/// # Errors
/// A parameter that there is not or that does not parse, and the limits of queries.
pub(super) async fn answer(
    engine: &Engine,
    tenant: &TenantContext,
    parameters: &BTreeMap<String, String>,
) -> Result<Trends> {
    let now = engine.clock().now();
    let asked = Asked::new(parameters, &PARAMETERS, tenant, now)?;
    let metric = asked.text("metric").map_or(Ok(Metric::Revenue), Metric::parse)?;
    let limit = asked.integer("limit", FINDINGS, 1, 1_000)?;
    let language = asked.language()?;
    let period =
        asked.period()?.unwrap_or_else(|| last_month(now.with_timezone(&tenant.time_zone()).date_naive(), tenant));
    let whole =
        || Error::invalid("bad_parameter", "Send both `from` and `to`, or a `period` that has a beginning and an end.");
    let (from, to) = (period.from.ok_or_else(whole)?, period.to.ok_or_else(whole)?);
    let before = match compared(&asked)? {
        Some(said) => said,
        None => {
            let (from, to) = period.previous(tenant.time_zone(), now).ok_or_else(whole)?;
            Span { from, to }
        }
    };
    let comparison = Comparison { metric, after: Span { from, to }, before, currency: asked.currency()?, only: None };
    let reader = SnapshotReader::open(engine, tenant).await?.knowing_refunds().await?;
    // Both periods are told by the same words: those of the later one.
    let reader = few::knowing_customers(&reader, &comparison.currency, comparison.after.from).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let today = now.with_timezone(&tenant.time_zone()).date_naive();
    // Whole days end at midnight: until then the same question has the same answer.
    let segments = segment::fingerprint(tenant.segments());
    let question = format!("trends {comparison:?} {limit} {language:?} {today} {segments}");
    let inner = reader.inner();
    let compute = async {
        let _ticket = inner.admit("trends", MOST_LINES as u64).await?;
        let moved = trend_findings::findings(&inner, &comparison, language, now, limit).await?;
        let findings =
            moved.findings.iter().map(|finding| 512 + finding.sql.len() + finding.sentence.len()).sum::<usize>();
        let factors =
            moved.story.tree.iter().flat_map(|tree| &tree.parts).map(|part| 256 + part.sql.len()).sum::<usize>();
        Ok((told(&reader, tenant, &comparison, moved), findings + factors))
    };
    let found = engine.cache().get(tenant.id(), question, reader.version(), compute).await?;
    Ok(Trends::clone(&found))
}

fn told(reader: &SnapshotReader, tenant: &TenantContext, comparison: &Comparison, moved: Moved) -> Trends {
    let Moved { total, story, findings, notes } = moved;
    let Story { headline, calendar, season, news, tree } = story;
    let SpanText { from, to } = comparison.after.text(tenant);
    let compared_with = comparison.before.text(tenant);
    let snapshot = reader.snapshot().to_owned();
    Trends { from, to, compared_with, total, headline, calendar, season, news, tree, findings, notes, snapshot }
}

/// The earlier period, if it was sent.
fn compared(asked: &Asked<'_>) -> Result<Option<Span>> {
    match (asked.time("compare_from")?, asked.time("compare_to")?) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) if from < to => Ok(Some(Span { from, to })),
        (Some(_), Some(_)) => Err(Error::invalid("bad_parameter", "`compare_from` must be before `compare_to`.")),
        _ => Err(Error::invalid("bad_parameter", "Send both `compare_from` and `compare_to`, or neither.")),
    }
}

/// The last month that has ended.
fn last_month(today: NaiveDate, tenant: &TenantContext) -> Period {
    let start = |day: NaiveDate| kupets_core::time::utc(day.and_time(NaiveTime::MIN), tenant.time_zone());
    let this = today.with_day(1).unwrap_or(today);
    let last = this.checked_sub_months(Months::new(1)).unwrap_or(this);
    Period { from: Some(start(last)), to: Some(start(this)), ..Period::default() }
}
