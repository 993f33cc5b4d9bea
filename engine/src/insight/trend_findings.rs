//! What moved between two periods: drivers, the likeliest cause first, shifts and anomalies, ranked by money.

use std::collections::HashMap;

use chrono::NaiveDate;
use kupets_analytics::{
    attribution::{Part, Ratio, explanations},
    changes::{Reason, THRESHOLD, anomalies},
};
use rust_decimal::Decimal;

use super::{
    calendar::Grain,
    days::{Days, Windows, shifted},
    dimension::Dimension,
    explain::{self, Comparison, OTHER, Parts, Span, Total},
    finding::Finding,
    levels::{self, Daily, Level, WEEK},
    lines,
    metric::Metric,
    parameters::Language,
    phrases,
    scope::Scope,
    series::{self, SeriesQuery},
    shifts::{Moves, a_year_ago, cause_of, seasonal},
    words,
};
use kupets_core::Result;

use crate::snapshot_reader::SnapshotReader;

/// What carries less than this share of the largest contribution is not worth a reader's time.
const WORTH: f64 = 0.05;
/// Days before the end that levels and days out of line are looked for in: three years, so that each has two to be set against.
const HISTORY: i64 = 1_096;
/// Days before both periods that the days of a driver are read from.
const RUN_UP: i64 = 182;
/// Drivers whose days are looked at.
const DRIVERS: usize = 12;
/// Days between which two beginnings are the same one.
const SAME: i64 = 3;

/// What moved.
pub(super) struct Moved {
    pub total: Total,
    pub findings: Vec<Finding>,
    /// What could not be looked at, and why.
    pub notes: Vec<String>,
}

/// The change of the whole and what is to be known of it. Nothing after the end of both periods or after yesterday is looked at
/// by day.
///
/// # Errors
/// The limits of queries.
pub(super) async fn findings(
    reader: &SnapshotReader,
    comparison: &Comparison,
    language: Language,
    today: NaiveDate,
    limit: usize,
) -> Result<Moved> {
    let (total, parts) = explain::all_parts(reader, comparison, None).await?;
    let mut drivers: Vec<Finding> =
        parts.iter().flat_map(|parts| explain::drivers(comparison, parts, language)).collect();
    let least = least(&drivers);
    keep(&mut drivers, least);
    let cause = cause(reader, comparison, &parts).await?;
    let first = cause.and_then(|cause| to_front(&mut drivers, comparison, &parts, &cause, language));

    let zone = reader.tenant().time_zone();
    let ended = |days: Days| Days::between(days.from, days.to.min(today));
    let (before, after) = (ended(Days::within(comparison.before, zone)), ended(Days::within(comparison.after, zone)));
    let daily = daily(reader, comparison, after.to).await?;
    let total_before = parts.first().map_or(0, |parts| explain::value(comparison.metric, &Ratio::sum(&parts.parts)).0);
    let moves = Moves::new(reader, comparison, language, &daily, (before, after), total_before, &parts);
    let mut others = moves.shifts().await?;
    let begun =
        since(reader, comparison, &mut drivers, &parts, Days::between(before.from.min(after.from), after.to)).await?;
    let own = own_shifts(&moves, &begun, &others).await?;
    others.extend(own);
    others.extend(moves.anomalies().await?);
    last_year(reader, comparison, &mut drivers, &parts, &daily).await?;
    for driver in &mut drivers {
        phrases::of_driver(&mut driver.sentence, driver.since, driver.seasonal, language);
    }
    keep(&mut others, least);
    // What begins and what stands out is rare: drivers make room for it.
    drivers.truncate(limit.saturating_sub(others.len()).max(usize::from(first.is_some())));
    let mut all = drivers;
    all.extend(others);
    sort(&mut all);
    if let Some(place) = first.and_then(|id| all.iter().position(|finding| finding.id == id)) {
        let cause = all.remove(place);
        all.insert(0, cause);
    }
    all.truncate(limit);
    let notes = notes(comparison, &parts, &daily, language);
    Ok(Moved { total, findings: all, notes })
}

/// Why there may be less to tell than somebody hopes for.
fn notes(comparison: &Comparison, parts: &[Parts], daily: &Daily, language: Language) -> Vec<String> {
    let told = |en: &str, ru: &str| if language == Language::Ru { ru.to_owned() } else { en.to_owned() };
    let mut notes = Vec::new();
    if parts.iter().all(|parts| parts.parts.is_empty()) {
        notes.push(told("Neither period has a purchase.", "Ни в одном из периодов нет покупок."));
    }
    let days = daily.values.len();
    let lasting = i64::try_from(days).unwrap_or(i64::MAX);
    if comparison.metric == Metric::RepeatRate {
        notes.push(told(
            "A single day has no repeat rate: shifts and anomalies are not looked for.",
            "У одного дня нет доли повторных покупателей: сдвиги и выбросы не ищутся.",
        ));
        return notes;
    }
    match anomalies(&daily.values, WEEK, THRESHOLD) {
        Err(Reason::TooShort) => notes.push(match language {
            Language::En => format!(
                "The history has {}: two weeks are needed to look for shifts and anomalies.",
                words::days(lasting, language)
            ),
            Language::Ru => format!(
                "В истории {}: чтобы искать сдвиги и выбросы, нужно две недели.",
                words::days(lasting, language)
            ),
        }),
        Err(Reason::Constant) => {
            notes.push(told("Every day is like the other.", "Все дни одинаковы."));
        }
        Ok(_) => {}
    }
    notes
}

fn size(finding: &Finding) -> Decimal {
    finding.contribution.abs()
}

/// The least contribution that is worth telling.
fn least(drivers: &[Finding]) -> Decimal {
    let largest = drivers.iter().map(size).max().unwrap_or_default();
    largest * Decimal::try_from(WORTH).unwrap_or_default()
}

/// Leaves out what is not worth reading, and puts the greatest first.
fn keep(findings: &mut Vec<Finding>, least: Decimal) {
    findings.retain(|finding| {
        let other = finding.key.is_none() && finding.label.as_deref() == Some(OTHER);
        !other && !size(finding).is_zero() && size(finding) >= least
    });
    sort(findings);
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.id.cmp(&b.id)));
}

/// The one key that explains the change best: by all lines at once, or by the sums of each dimension where those are too many.
async fn cause(
    reader: &SnapshotReader,
    comparison: &Comparison,
    parts: &[Parts],
) -> Result<Option<(Dimension, Option<String>)>> {
    if !comparison.metric.adds_up() || comparison.metric == Metric::NewCustomers {
        return Ok(None);
    }
    let zone = reader.tenant().time_zone();
    let (before, after) = (Days::within(comparison.before, zone), Days::within(comparison.after, zone));
    let whole = |days: Days, span: Span| days.count() > 0 && days.span(zone) == span;
    let dimensions: Vec<Dimension> = parts.iter().map(|parts| parts.dimension.clone()).collect();
    // Periods of whole days, as nearly all are; of others the sums tell.
    if whole(before, comparison.before) && whole(after, comparison.after) {
        let windows = Windows { before: vec![before], after: vec![after] };
        if let Some(lines) = lines::read(reader, comparison, &dimensions, &windows, false).await? {
            return Ok(cause_of(lines).await?.map(|cause| (cause.dimension, cause.key)));
        }
    }
    let sums: Vec<Vec<Part>> = parts
        .iter()
        .map(|parts| parts.parts.iter().map(|p| Part { before: p.upper.0, after: p.upper.1 }).collect())
        .collect();
    let found = explanations(&sums.iter().map(Vec::as_slice).collect::<Vec<_>>()).into_iter().next();
    Ok(found.and_then(|found| {
        let parts = parts.get(found.dimension)?;
        let key = parts.keys.get(*found.keys.first()?)?;
        Some((parts.dimension.clone(), key.0.clone()))
    }))
}

/// Makes the driver of the cause the first one, and gives its id; none if it carries nothing.
fn to_front(
    drivers: &mut Vec<Finding>,
    comparison: &Comparison,
    parts: &[Parts],
    (dimension, key): &(Dimension, Option<String>),
    language: Language,
) -> Option<String> {
    let parts = parts.iter().find(|parts| parts.dimension == *dimension)?;
    let place = parts.place(key.as_deref())?;
    let driver = explain::driver(comparison, parts, place, language);
    if driver.contribution.is_zero() {
        return None;
    }
    drivers.retain(|other| other.id != driver.id);
    let id = driver.id.clone();
    drivers.insert(0, driver);
    Some(id)
}

/// The metric of the whole by day, up to the end and as far back as is looked.
async fn daily(reader: &SnapshotReader, comparison: &Comparison, end: NaiveDate) -> Result<Daily> {
    if comparison.metric == Metric::RepeatRate {
        // Hardly anybody comes twice a day.
        return Ok(Daily { start: end, values: vec![] });
    }
    let query = SeriesQuery {
        metric: comparison.metric,
        grain: Grain::Day,
        scope: Scope::default(),
        currency: comparison.currency.clone(),
        as_of: Days::between(end, end).span(reader.tenant().time_zone()).from,
    };
    let series = series::read(reader, reader.tenant(), &query).await?;
    let skipped = series.values.len().saturating_sub(usize::try_from(HISTORY).unwrap_or(usize::MAX));
    let start = shifted(series.start, i64::try_from(skipped).unwrap_or(0));
    Ok(Daily { start, values: series.values[skipped..].to_vec() })
}

/// A driver whose level began on a day.
struct Begun {
    dimension: Dimension,
    key: Option<String>,
    label: Option<String>,
    level: Level,
    days: usize,
}

/// Fills in since when the greatest drivers are what they are.
async fn since(
    reader: &SnapshotReader,
    comparison: &Comparison,
    drivers: &mut [Finding],
    parts: &[Parts],
    within: Days,
) -> Result<Vec<Begun>> {
    let mut begun = Vec::new();
    if within.count() == 0 {
        return Ok(begun);
    }
    let days = Days::between(shifted(within.from, -RUN_UP), within.to);
    let greatest = drivers.len().min(DRIVERS);
    for parts in parts {
        // Days of one weekday only make no series of days.
        if parts.dimension == Dimension::Weekday {
            continue;
        }
        let name = parts.dimension.to_string();
        let own: Vec<usize> =
            (0..greatest).filter(|&place| drivers[place].dimension.as_deref() == Some(name.as_str())).collect();
        let keys: Vec<Option<String>> = own.iter().map(|&place| drivers[place].key.clone()).collect();
        let series = levels::of_keys(reader, comparison, &parts.dimension, &keys, days).await?;
        for place in own {
            let driver = &mut drivers[place];
            let Some(daily) = series.get(&driver.key) else { continue };
            let up = driver.contribution.is_sign_positive();
            let levels = daily.levels(within).into_iter().filter(|level| level.up() == up);
            let strongest = levels.max_by(|a, b| a.point.strength.total_cmp(&b.point.strength));
            driver.since = strongest.map(|level| level.since);
            begun.extend(strongest.map(|level| Begun {
                dimension: parts.dimension.clone(),
                key: driver.key.clone(),
                label: driver.label.clone(),
                level,
                days: daily.values.len(),
            }));
        }
    }
    Ok(begun)
}

/// The shifts of drivers that the whole does not show: of those that began together the greatest one only, for the others say
/// the same.
async fn own_shifts(moves: &Moves<'_>, begun: &[Begun], whole: &[Finding]) -> Result<Vec<Finding>> {
    let near = |a: NaiveDate, b: NaiveDate| (a - b).num_days().abs() <= SAME;
    let jump = |begun: &Begun| (begun.level.point.after - begun.level.point.before).abs();
    let mut order: Vec<&Begun> = begun.iter().collect();
    order.sort_by(|a, b| jump(b).total_cmp(&jump(a)));
    let mut told: Vec<NaiveDate> = whole.iter().filter_map(|finding| finding.since).collect();
    let mut found = Vec::new();
    for begun in order {
        if told.iter().any(|day| near(*day, begun.level.since)) {
            continue;
        }
        told.push(begun.level.since);
        let key = (&begun.dimension, begun.key.as_deref(), begun.label.as_deref());
        found.extend(moves.shift(&begun.level, Some(key), begun.days).await?);
    }
    Ok(found)
}

/// Fills in whether the drivers moved as they did a year ago.
async fn last_year(
    reader: &SnapshotReader,
    comparison: &Comparison,
    drivers: &mut [Finding],
    parts: &[Parts],
    daily: &Daily,
) -> Result<()> {
    let zone = reader.tenant().time_zone();
    let back = |span: Span| a_year_ago(Days::within(span, zone));
    let (before, after) = (back(comparison.before), back(comparison.after));
    // Without a whole earlier period there is nothing to compare with.
    if before.count() == 0 || after.count() == 0 || before.from < daily.start || daily.values.is_empty() {
        return Ok(());
    }
    let year_ago = Comparison { before: before.span(zone), after: after.span(zone), ..comparison.clone() };
    let mut known: HashMap<String, Parts> = HashMap::new();
    for driver in drivers {
        let Some(name) = driver.dimension.clone() else { continue };
        let Some(now) = parts.iter().find(|parts| parts.dimension.to_string() == name) else { continue };
        if !known.contains_key(&name) {
            known.insert(name.clone(), explain::parts(reader, &year_ago, &now.dimension).await?);
        }
        let (Some(then), Some(place)) = (known.get(&name), now.place(driver.key.as_deref())) else { continue };
        let (first, second) = explain::value(comparison.metric, &now.parts[place]);
        let year_ago = then.place(driver.key.as_deref());
        driver.seasonal =
            seasonal(first, second, year_ago.map(|place| explain::value(comparison.metric, &then.parts[place])));
    }
    Ok(())
}
