//! What carries a change: a few keys that did otherwise than the whole, each told once, led by one that went along with it.

use kupets_analytics::attribution::Part;
use kupets_core::{Error, Result};
use rust_decimal::Decimal;

use super::{
    days::{Days, Windows},
    dimension::{Dimension, sum_of},
    explain::{self, Comparison, Figures, Parts, Span},
    finding::{Finding, SameKey, decimal, id, share},
    lines::{self, Told},
    metric::Metric,
    parameters::Language,
    words,
};

use crate::snapshot_reader::{SnapshotReader, Values, micros};

/// Drivers at most, whatever the limit: more is no story.
const MOST: usize = 7;
/// The share of a figure without a key from which on a dimension tells nothing.
const MOSTLY_NONE: f64 = 0.8;
/// The least difference from the whole of a key, as a share of the larger period, where only sums are known.
const LEAST: f64 = 0.003;

/// The dimensions that tell keys apart, and a note that names the others.
pub(super) fn telling(all: Vec<Parts>, metric: Metric, language: Language) -> (Vec<Parts>, Option<String>) {
    let (mut telling, mut empty, mut single) = (Vec::new(), Vec::new(), Vec::new());
    for parts in all {
        let weight = |place: usize| {
            let part = &parts.parts[place];
            match metric.is_ratio() {
                true => i128::from(part.lower.0) + i128::from(part.lower.1),
                false => part.upper.0.abs() + part.upper.1.abs(),
            }
        };
        let there = (0..parts.parts.len()).filter(|place| weight(*place) > 0);
        let whole: i128 = there.clone().map(weight).sum();
        let none: i128 = there.clone().filter(|place| parts.keys[*place].0.is_none()).map(weight).sum();
        let name = words::dimension(&parts.dimension, language);
        match there.count() {
            0 => {}
            _ if none as f64 > MOSTLY_NONE * whole as f64 => empty.push(name),
            1 => single.push(name),
            _ => telling.push(parts),
        }
    }
    let mut reasons = Vec::new();
    if !empty.is_empty() {
        let names = words::list(&empty, language);
        reasons.push(match language {
            Language::En => format!("{names} (not given for more than 80\u{a0}%)"),
            Language::Ru => format!("{names} (более чем у 80\u{a0}% не указано)"),
        });
    }
    if !single.is_empty() {
        let names = words::list(&single, language);
        reasons.push(match language {
            Language::En => format!("{names} (all of it is of one)"),
            Language::Ru => format!("{names} (значение только одно)"),
        });
    }
    let note = (!reasons.is_empty()).then(|| match language {
        Language::En => format!("Left out, as they tell nothing apart: {}.", reasons.join("; ")),
        Language::Ru => format!("Не рассматривались, так как ничего не различают: {}.", reasons.join("; ")),
    });
    (telling, note)
}

/// The drivers, the greatest difference from the whole first, led by the likeliest cause and by one that went along with the whole.
///
/// # Errors
/// The limits of queries.
pub(super) async fn drivers(
    reader: &SnapshotReader,
    comparison: &Comparison,
    parts: &[Parts],
    whole: (i128, i128),
    language: Language,
    most: usize,
) -> Result<Vec<Finding>> {
    let most = most.min(MOST);
    let mut found = match stories(reader, comparison, parts, most).await? {
        Some(stories) => stories.iter().filter_map(|story| told(comparison, parts, whole, story, language)).collect(),
        None => of_sums(comparison, parts, language, most),
    };
    let change = whole.1 - whole.0;
    let along = |finding: &Finding| goes_along(finding, change);
    if let Some(first) = found.iter().position(along).filter(|first| *first > 0) {
        let finding = found.remove(first);
        found.insert(0, finding);
    }
    Ok(found)
}

/// Whether a finding carries the change on, and does not go against it.
pub(super) fn goes_along(finding: &Finding, change: i128) -> bool {
    change == 0 || finding.contribution.is_sign_positive() == (change > 0)
}

/// Says of a finding that it went against the whole.
pub(super) fn in_spite(finding: &mut Finding, change: i128, language: Language) {
    if goes_along(finding, change) {
        return;
    }
    let prefix = match (language, change > 0) {
        (Language::En, true) => "In spite of the growth: ",
        (Language::En, false) => "In spite of the fall: ",
        (Language::Ru, true) => "Вопреки росту: ",
        (Language::Ru, false) => "Вопреки падению: ",
    };
    finding.sentence = format!("{prefix}{}", words::small(&finding.sentence));
}

/// By all lines at once. None for a metric that is no sum over lines, for periods that are no whole days, and of too many lines.
async fn stories(
    reader: &SnapshotReader,
    comparison: &Comparison,
    parts: &[Parts],
    most: usize,
) -> Result<Option<Vec<Told>>> {
    if !comparison.metric.adds_up() || comparison.metric == Metric::NewCustomers {
        return Ok(None);
    }
    let zone = reader.tenant().time_zone();
    let (before, after) = (Days::within(comparison.before, zone), Days::within(comparison.after, zone));
    let whole = |days: Days, span: Span| days.count() > 0 && days.span(zone) == span;
    if !whole(before, comparison.before) || !whole(after, comparison.after) {
        return Ok(None);
    }
    let dimensions: Vec<Dimension> = parts.iter().map(|parts| parts.dimension.clone()).collect();
    let windows = Windows { before: vec![before], after: vec![after] };
    let Some(lines) = lines::read(reader, comparison, &dimensions, &windows, false).await? else { return Ok(None) };
    let found = tokio::task::spawn_blocking(move || lines.stories(most)).await;
    found
        .map(Some)
        .map_err(|e| Error::internal("the search for what carries a change failed inside the server").with_source(e))
}

/// A story as a finding.
fn told(
    comparison: &Comparison,
    parts: &[Parts],
    whole: (i128, i128),
    story: &Told,
    language: Language,
) -> Option<Finding> {
    let mut finding = match &story.dimension {
        None => purchase(comparison, whole, story, language)?,
        Some(dimension) => {
            let own = parts.iter().find(|parts| parts.dimension == *dimension)?;
            explain::driver(comparison, own, own.place(Some(story.key.as_str()))?, language)
        }
    };
    finding.excess = Some(decimal(story.excess as i128));
    let same = story.same.iter().map(|(dimension, key)| {
        let own = parts.iter().find(|parts| parts.dimension == *dimension);
        let label = own.and_then(|own| own.keys.get(own.place(Some(key.as_str()))?)?.1.clone());
        (dimension, SameKey { dimension: dimension.to_string(), key: key.clone(), label })
    });
    let same: Vec<(&Dimension, SameKey)> = same.collect();
    if !same.is_empty() {
        let named = same.iter().map(|(dimension, same)| {
            let key = words::key(dimension, same.label.as_deref().or(Some(same.key.as_str())), language);
            format!("{} {key}", words::dimension(dimension, language))
        });
        let names = words::list(&named.collect::<Vec<_>>(), language);
        finding.sentence.push_str(&match language {
            Language::En => format!(" It is the same story as {names}."),
            Language::Ru => format!(" То же самое видно и здесь: {names}."),
        });
    }
    finding.same = same.into_iter().map(|(_, same)| same).collect();
    Some(finding)
}

/// One purchase.
fn purchase(comparison: &Comparison, whole: (i128, i128), story: &Told, language: Language) -> Option<Finding> {
    let (what, only) = sum_of(comparison.metric)?;
    let mut values = Values::default();
    let own = values.text(story.key.as_str());
    for (name, time) in [
        ("from", comparison.after.from),
        ("to", comparison.after.to),
        ("compare_from", comparison.before.from),
        ("compare_to", comparison.before.to),
    ] {
        values.name(name, micros(time.timestamp_micros()));
    }
    values.name("currency", comparison.currency.as_str());
    let sum = |from: &str, to: &str| {
        format!(
            "CAST(coalesce(sum({what}) FILTER (WHERE {only} AND p.occurred_at >= {from} AND p.occurred_at < {to}), 0) AS DECIMAL(38, 4))"
        )
    };
    let sql = values.spell(&format!(
        "SELECT\n    {} AS before,\n    {} AS after\nFROM sales p\nWHERE p.currency = $currency AND p.purchase_id = {own}",
        sum("$compare_from", "$compare_to"),
        sum("$from", "$to")
    ));
    let carried = story.after - story.before;
    let subject = match language {
        Language::En => format!("a single purchase {}", story.key),
        Language::Ru => format!("одна покупка {}", story.key),
    };
    let figures = Figures { part: (story.before, story.after), whole, carried };
    let metric = comparison.metric.name();
    Some(Finding {
        id: id(&["driver", metric, "purchase", &story.key]),
        kind: "driver",
        metric,
        dimension: Some("purchase".to_owned()),
        key: Some(story.key.clone()),
        label: Some(story.key.clone()),
        before: decimal(story.before),
        after: decimal(story.after),
        contribution: decimal(carried),
        excess: None,
        share: share(carried, whole),
        same: Vec::new(),
        since: None,
        seasonal: None,
        confidence: 1.0,
        cause: None,
        sentence: explain::sentence(comparison, &subject, figures, language),
        sql,
    })
}

/// By the sums of each dimension: keys of a sum by their difference from the whole, of a ratio by what they carry.
fn of_sums(comparison: &Comparison, all: &[Parts], language: Language, most: usize) -> Vec<Finding> {
    let mut found: Vec<(f64, &Parts, usize)> = Vec::new();
    for parts in all {
        let scale = parts.whole.0.abs().max(parts.whole.1.abs()) as f64;
        for place in (0..parts.keys.len()).filter(|place| parts.keys[*place].0.is_some()) {
            let difference = match comparison.metric.is_ratio() {
                true => (parts.carried[place].mix + parts.carried[place].rate) as f64,
                false => {
                    excess(&Part { before: parts.parts[place].upper.0, after: parts.parts[place].upper.1 }, parts.whole)
                }
            };
            if difference != 0.0 && difference.abs() >= LEAST * scale {
                found.push((difference, parts, place));
            }
        }
    }
    found.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then_with(|| a.1.dimension.cmp(&b.1.dimension)));
    let told = found.into_iter().take(most).map(|(difference, parts, place)| {
        let mut finding = explain::driver(comparison, parts, place, language);
        finding.excess = (!comparison.metric.is_ratio()).then(|| decimal(difference as i128));
        finding
    });
    told.filter(|finding| finding.contribution != Decimal::ZERO).collect()
}

/// What a part has more than if it had grown like the whole.
fn excess(part: &Part, (before, after): (i128, i128)) -> f64 {
    let growth = if before > 0 { after.max(0) as f64 / before as f64 } else { 0.0 };
    part.after as f64 - growth * part.before as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_analytics::attribution::{MixRate, Ratio};

    use super::*;

    fn parts(dimension: Dimension, keys: &[(Option<&str>, i128, i128)]) -> Parts {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let all: Vec<Ratio> = keys.iter().map(|k| Ratio { upper: (k.1, k.2), lower: (0, 0) }).collect();
        Parts {
            dimension,
            keys: keys.iter().map(|k| (own(k.0), own(k.0))).collect(),
            carried: all.iter().map(|p| MixRate { mix: 0, rate: p.upper.1 - p.upper.0 }).collect(),
            whole: Ratio::sum(&all).upper,
            parts: all,
            sql: String::new(),
        }
    }

    #[test]
    fn dimensions_that_tell_nothing_apart_are_named() {
        let all = vec![
            parts(Dimension::Product, &[(Some("tea"), 100, 200), (None, 10, 10)]),
            parts(Dimension::Channel, &[(None, 100, 200), (Some("web"), 10, 10)]),
            parts(Dimension::Category, &[(Some("drinks"), 110, 210)]),
            parts(Dimension::CustomerKind, &[]),
        ];
        let (telling, note) = telling(all, Metric::Revenue, Language::En);
        assert_eq!(telling.iter().map(|parts| parts.dimension.clone()).collect::<Vec<_>>(), [Dimension::Product]);
        assert_eq!(
            note.unwrap().replace('\u{a0}', " "),
            "Left out, as they tell nothing apart: channel (not given for more than 80 %); category (all of it is of one)."
        );
    }

    #[test]
    fn a_key_that_grew_like_the_whole_has_no_excess() {
        assert!(excess(&Part { before: 200, after: 300 }, (1_000, 1_500)).abs() < 1e-9);
        assert!((excess(&Part { before: 200, after: 100 }, (1_000, 1_500)) + 200.0).abs() < 1e-9);
        assert!((excess(&Part { before: 0, after: 100 }, (0, 100)) - 100.0).abs() < 1e-9);
    }
}
