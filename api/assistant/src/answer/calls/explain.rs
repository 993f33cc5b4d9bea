//! Why a figure changed: by how much, and what carries it.

use chrono::NaiveDate;
use kupets_semantic::catalogue::{Dimension, UnitOf};
use kupets_semantic::plan::Plan;
use serde::Deserialize;

use super::tell;
use crate::answer::beside::beside;
use crate::answer::decimal::Decimal;
use crate::answer::{Answer, Chart, Context, format, keys};
use crate::language::Language;

/// What `/v1/trends/explain` answers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Explained {
    /// The whole.
    pub total: Total,
    /// What carries the change.
    #[serde(default)]
    pub findings: Vec<Carried>,
    /// What is to be known beside it.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The whole, before and after.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Total {
    /// The metric's name.
    pub metric: String,
    /// In the earlier period.
    pub before: Decimal,
    /// In the later one.
    pub after: Decimal,
}

/// A key that carries a part of the change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Carried {
    /// What it is looked at by; missing for the whole.
    #[serde(default)]
    pub dimension: Option<String>,
    /// Which key.
    #[serde(default)]
    pub key: Option<String>,
    /// The key as people know it.
    #[serde(default)]
    pub label: Option<String>,
    /// What it carries of the change.
    pub contribution: Decimal,
    /// Since when, if it began on a day.
    #[serde(default)]
    pub since: Option<NaiveDate>,
    /// Whether a year ago the same happened.
    #[serde(default)]
    pub seasonal: Option<bool>,
    /// How sure, 0 to 1.
    #[serde(default = "sure")]
    pub confidence: f64,
}

fn sure() -> f64 {
    1.0
}

/// Keys that are told of each dimension.
const TOLD: usize = 3;

/// Dimensions that are told in words; the rows have the rest.
const DIMENSIONS: usize = 3;

/// Notes that are told.
const NOTES: usize = 3;

/// The answer.
pub fn write(plan: &Plan, explained: &Explained, context: &Context<'_>) -> Answer {
    let language = context.language;
    let (name, unit) = tell::metric(&explained.total.metric, language);
    let (label, about) = (keys::period(plan, language), keys::filters(plan, language));
    let compared = plan.compared_with.as_ref().map(|period| period.label.as_str()).unwrap_or_default();
    let shown = format::value(explained.total.after, unit, context.currency, language);
    let change = beside(explained.total.after, Some(explained.total.before), compared, unit, context);
    let mut lines = vec![format!("{name}: {shown}, {label}{about}. {change}")];
    lines.extend(premise(plan, explained, language));
    lines.extend(carried(explained, unit, context));
    if plan.period.running {
        lines.push(
            language
                .pick(
                    "Период ещё идёт: он сравнивается с такой же прошедшей частью.",
                    "The period is still running: it is compared with the same elapsed part.",
                )
                .to_owned(),
        );
    }
    lines.extend(explained.notes.iter().take(NOTES).cloned());
    lines.extend(plan.assumed.iter().map(|assumed| match language {
        Language::Ru => format!("Учтите: {assumed}."),
        Language::En => format!("Note: {assumed}."),
    }));
    let next = Some(("Что делать, чтобы поднять продажи?", "What should we do to increase sales?"));
    tell::answer(lines, Chart::Bar, next, language)
}

/// "Why did it fall", and it rose: the question takes for granted what is not so, which is said before anything else. The plan
/// of a question that names a way has it as its order by change.
fn premise(plan: &Plan, explained: &Explained, language: Language) -> Option<String> {
    let asked = plan.order.as_ref().filter(|order| order.by == "change")?;
    let change = explained.total.after.minus(explained.total.before)?.digits.signum();
    let said = match (asked.descending, change) {
        (true, 1) | (false, -1) => return None,
        (true, 0) => ("Роста не было", "It did not rise"),
        (false, 0) => ("Падения не было", "It did not fall"),
        (true, _) => ("Роста не было: показатель снизился", "It did not rise: it fell"),
        (false, _) => ("Падения не было: показатель вырос", "It did not fall: it rose"),
    };
    Some(format!("{}.", language.pick(said.0, said.1)))
}

/// One line for each dimension: its keys add up to the whole change, so that dimensions are not to be added.
fn carried(explained: &Explained, unit: UnitOf, context: &Context<'_>) -> Vec<String> {
    let language = context.language;
    let mut dimensions: Vec<&str> = Vec::new();
    for dimension in explained.findings.iter().filter_map(|finding| finding.dimension.as_deref()) {
        if !dimensions.contains(&dimension) {
            dimensions.push(dimension);
        }
    }
    if dimensions.is_empty() {
        let text = language.pick(
            "Ничего, что заметно несёт это изменение, не нашлось.",
            "Nothing was found that carries much of this change.",
        );
        return vec![text.to_owned()];
    }
    let whole = explained.total.after.minus(explained.total.before);
    let (told, rest) = dimensions.split_at(dimensions.len().min(DIMENSIONS));
    let mut lines: Vec<String> =
        told.iter().map(|dimension| of_dimension(dimension, explained, whole, unit, context)).collect();
    if !rest.is_empty() {
        let names: Vec<String> = rest.iter().map(|dimension| title(dimension, language).to_lowercase()).collect();
        let names = names.join(", ");
        lines.push(match language {
            Language::Ru => format!("В таблице есть и другие разрезы: {names}."),
            Language::En => format!("The table has more cuts: {names}."),
        });
    }
    lines
}

/// What people call a dimension.
fn title(dimension: &str, language: Language) -> String {
    Dimension::parse(dimension).map_or_else(
        || dimension.to_owned(),
        |dimension| {
            let (ru, en) = dimension.title();
            language.pick(&ru, &en).to_owned()
        },
    )
}

fn of_dimension(
    dimension: &str,
    explained: &Explained,
    whole: Option<Decimal>,
    unit: UnitOf,
    context: &Context<'_>,
) -> String {
    let language = context.language;
    let known = Dimension::parse(dimension);
    let title = title(dimension, language);
    let found = explained.findings.iter().filter(|finding| finding.dimension.as_deref() == Some(dimension));
    let told: Vec<String> = found
        .take(TOLD)
        .map(|finding| {
            let name = match (&known, &finding.key) {
                (Some(known), Some(key)) => keys::key(known, Some(key), finding.label.as_deref(), language),
                _ => match finding.label.as_deref() {
                    Some("other") => language.pick("остальное", "everything else").to_owned(),
                    Some(label) => label.to_owned(),
                    None => language.pick("не указано", "not given").to_owned(),
                },
            };
            let sign = if finding.contribution.digits > 0 { "+" } else { "" };
            let amount = format::value(finding.contribution, unit, context.currency, language);
            let part = whole.and_then(|whole| finding.contribution.share_of(whole)).map_or_else(String::new, |part| {
                let part = format::percent(part, language);
                match language {
                    Language::Ru => format!(", {part} изменения"),
                    Language::En => format!(", {part} of the change"),
                }
            });
            format!("{name}: {sign}{amount}{part}{}", doubts(finding, language))
        })
        .collect();
    format!("{title}: {}.", told.join("; "))
}

/// Since when, whether it is the season, and how sure.
fn doubts(finding: &Carried, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(since) = finding.since {
        let since = tell::day(since, language);
        parts.push(match language {
            Language::Ru => format!("с {since}"),
            Language::En => format!("since {since}"),
        });
    }
    if finding.seasonal == Some(true) {
        parts.push(language.pick("год назад было так же", "the same happened a year ago").to_owned());
    }
    if finding.confidence < 0.95
        && let Some(sure) = tell::chance(finding.confidence, language)
    {
        parts.push(match language {
            Language::Ru => format!("уверенность {sure}"),
            Language::En => format!("confidence {sure}"),
        });
    }
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_semantic::plan::{Intent, Order, PlanPeriod};

    use super::*;

    fn plan(label: &str, other: &str) -> Plan {
        let period = |label: &str| PlanPeriod { label: label.to_owned(), ..PlanPeriod::default() };
        Plan { intent: Intent::Explain, period: period(label), compared_with: Some(period(other)), ..Plan::default() }
    }

    #[test]
    fn what_carries_the_change_is_told_by_dimension() {
        let explained: Explained = serde_json::from_str(
            r#"{"from": "2011-11-01", "total": {"metric": "revenue", "before": 1000.00, "after": 750.00, "change": -250.00},
                "findings": [
                  {"id": "a", "kind": "driver", "dimension": "product", "key": "P1", "label": "Чай", "contribution": -200.00,
                   "confidence": 1.0, "since": null, "seasonal": null},
                  {"kind": "driver", "dimension": "product", "key": null, "label": "other", "contribution": -50.00, "confidence": 1},
                  {"kind": "shift", "dimension": "channel", "key": "web", "label": null, "contribution": -250.00,
                   "since": "2011-11-14", "seasonal": true, "confidence": 0.8}]}"#,
        )
        .unwrap();
        let context = |language| Context {
            language,
            currency: "GBP",
            other_currencies: &[],
            recorded: None,
            zone: chrono_tz::Tz::UTC,
        };
        let ru =
            write(&plan("ноябрь 2011", "октябрь 2011"), &explained, &context(Language::Ru)).text.replace('\u{a0}', " ");
        assert_eq!(
            ru,
            "Выручка: 750,00 £, ноябрь 2011. На 250,00 £ (25,0 %) меньше, чем за октябрь 2011: было 1000,00 £.\n\
             Товар: Чай: −200,00 £, 80,0 % изменения; остальное: −50,00 £, 20,0 % изменения.\n\
             Канал: web: −250,00 £, 100,0 % изменения (с 14 ноября 2011; год назад было так же; уверенность 80 %)."
        );
        let en = write(&plan("November 2011", "October 2011"), &explained, &context(Language::En)).text;
        assert!(en.starts_with("Revenue: £750.00, November 2011. £250.00 (25.0%) less than in October 2011"), "{en}");
        assert!(en.contains("everything else: -£50.00, 20.0% of the change"), "{en}");
        assert!(en.contains("confidence 80%"), "{en}");
    }

    #[test]
    fn a_premise_that_is_not_so_is_said() {
        let context = |language| Context {
            language,
            currency: "RUB",
            other_currencies: &[],
            recorded: None,
            zone: chrono_tz::Tz::UTC,
        };
        let told = |before, after, descending, language| {
            let total =
                Total { metric: "revenue".into(), before: Decimal::whole(before), after: Decimal::whole(after) };
            let explained = Explained { total, findings: Vec::new(), notes: Vec::new() };
            let order = Some(Order { by: "change".to_owned(), descending });
            write(&Plan { order, ..plan("май", "апрель") }, &explained, &context(language)).text
        };
        assert!(told(5, 9, false, Language::Ru).contains("Падения не было: показатель вырос."));
        assert!(told(9, 5, true, Language::En).contains("It did not rise: it fell."));
        assert!(told(5, 5, false, Language::En).contains("It did not fall."));
        for (before, after, descending) in [(5, 9, true), (9, 5, false)] {
            let text = told(before, after, descending, Language::En);
            assert!(!text.contains("did not"), "{text}");
        }
    }

    #[test]
    fn nothing_that_carries_it_is_said() {
        let total = Total { metric: "orders".into(), before: Decimal::whole(5), after: Decimal::whole(5) };
        let explained = Explained { total, findings: Vec::new(), notes: vec!["Мало данных.".into()] };
        let context = Context {
            language: Language::Ru,
            currency: "RUB",
            other_currencies: &[],
            recorded: None,
            zone: chrono_tz::Tz::UTC,
        };
        let text = write(&plan("май", "апрель"), &explained, &context).text;
        assert!(text.contains("Столько же, сколько за апрель") && text.contains("не нашлось"), "{text}");
        assert!(text.ends_with("Мало данных."), "{text}");
    }
}
