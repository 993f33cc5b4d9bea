//! What moved between two periods: drivers, the likeliest cause first, shifts and anomalies, ranked by money.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kupets_analytics::changes::{Reason, THRESHOLD, anomalies};
use rust_decimal::Decimal;

use super::{
    calendar::Grain,
    carried,
    days::{Days, shifted},
    dimension::Dimension,
    explain::{self, Comparison, Parts, Span, Total},
    finding::Finding,
    levels::{self, Daily, Level, WEEK},
    metric::Metric,
    parameters::Language,
    phrases,
    scope::Scope,
    series::{self, SeriesQuery},
    shifts::{Moves, a_year_ago, seasonal},
    story::{self, Story},
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
/// The part of the list that shifts and anomalies may have whatever the drivers are: three of seven.
const RARE: (usize, usize) = (3, 7);
/// Days between which two beginnings are the same one.
const SAME: i64 = 3;

/// What moved.
pub(super) struct Moved {
    pub total: Total,
    pub story: Story,
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
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Moved> {
    let zone = reader.tenant().time_zone();
    let today = now.with_timezone(&zone).date_naive();
    let (total, all) = explain::acting_parts(reader, comparison).await?;
    let whole = all.first().map_or((0, 0), |parts| parts.whole);
    let change = whole.1 - whole.0;
    let nothing = all.iter().all(|parts| parts.parts.is_empty());
    let (parts, left_out) = carried::telling(all, comparison.metric, language);
    let mut drivers = carried::drivers(reader, comparison, &parts, whole, language, limit).await?;
    let ended = |days: Days| Days::between(days.from, days.to.min(today));
    let (before, after) = (ended(Days::within(comparison.before, zone)), ended(Days::within(comparison.after, zone)));
    let daily = daily(reader, comparison, after.to).await?;
    let moves = Moves::new(reader, comparison, language, &daily, (before, after), whole, &parts);
    let mut others = moves.shifts().await?;
    let begun =
        since(reader, comparison, &mut drivers, &parts, Days::between(before.from.min(after.from), after.to)).await?;
    let own = own_shifts(&moves, &begun, &others).await?;
    others.extend(own);
    others.extend(moves.anomalies().await?);
    last_year(reader, comparison, &mut drivers, &parts, &daily).await?;
    for driver in &mut drivers {
        phrases::of_driver(&mut driver.sentence, driver.since, driver.seasonal, language);
        carried::in_spite(driver, change, language);
    }
    keep(&mut others, least(&drivers));
    // What begins and what stands out is rare, and has a part of the list whatever the drivers are.
    let rare = (limit * RARE.0).div_ceil(RARE.1);
    others.truncate(rare.max(limit.saturating_sub(drivers.len())));
    drivers.truncate(limit.saturating_sub(others.len()).max(1));
    let mut all = drivers;
    all.extend(others);
    lead(&mut all, change, language);
    all.truncate(limit);
    let since = (!daily.values.is_empty()).then_some(daily.start);
    let story = story::told(reader, comparison, whole, since, now, language).await?;
    let mut notes = notes(comparison, nothing, &daily, language);
    notes.extend(left_out.filter(|_| !nothing));
    Ok(Moved { total, story, findings: all, notes })
}

/// Lets a finding that carries the change on come first; where there is none, the first says that it is in spite of it.
fn lead(findings: &mut Vec<Finding>, change: i128, language: Language) {
    let along = findings.iter().position(|finding| carried::goes_along(finding, change));
    match along {
        Some(0) => {}
        Some(place) => {
            let finding = findings.remove(place);
            findings.insert(0, finding);
        }
        None => {
            // Drivers have said so already.
            if let Some(first) = findings.first_mut().filter(|first| matches!(first.kind, "shift" | "anomaly")) {
                carried::in_spite(first, change, language);
            }
        }
    }
}

/// Why there may be less to tell than somebody hopes for.
fn notes(comparison: &Comparison, nothing: bool, daily: &Daily, language: Language) -> Vec<String> {
    let told = |en: &str, ru: &str| if language == Language::Ru { ru.to_owned() } else { en.to_owned() };
    let mut notes = Vec::new();
    if nothing {
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
    findings.retain(|finding| !size(finding).is_zero() && size(finding) >= least);
    findings.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.id.cmp(&b.id)));
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
        // Segments are of the beginnings of both periods: no series of days has them.
        if parts.dimension == Dimension::Segment {
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
