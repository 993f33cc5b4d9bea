//! Lists in words: the first rows, each with its figures.

use chrono::{Datelike, NaiveDate};
use kupets_semantic::catalogue::UnitOf;
use kupets_semantic::compile::Role;
use kupets_semantic::period::Unit;
use kupets_semantic::plan::{Intent, Plan};

use super::context::Context;
use super::table::Table;
use super::{format, grouped, keys};
use crate::language::Language;

/// Rows that are told in words; the others are in the table.
const TOLD: usize = 10;

/// A list.
pub(super) fn list(plan: &Plan, table: &Table, context: &Context<'_>) -> String {
    let language = context.language;
    let mut lines = vec![head(plan, table, context)];
    for row in 0..table.rows.len().min(TOLD) {
        let name = name(plan, table, row, language);
        let figures = figures(plan, table, row, context);
        lines.push(format!("{}. {name}: {figures}", row + 1));
    }
    if table.rows.len() > TOLD {
        let more = table.rows.len() - TOLD;
        lines.push(match language {
            Language::Ru => format!("И ещё {more} в таблице."),
            Language::En => format!("And {more} more in the table."),
        });
    }
    lines.join("\n")
}

fn head(plan: &Plan, table: &Table, context: &Context<'_>) -> String {
    let language = context.language;
    let label = keys::period(plan, language);
    let about = keys::filters(plan, language);
    if plan.intent == Intent::Rows {
        let count = table.rows.len();
        return match language {
            Language::Ru => format!("Записи ({count}), {label}{about}:"),
            Language::En => format!("Records ({count}), {label}{about}:"),
        };
    }
    let names: Vec<String> = plan.metrics.iter().map(|metric| grouped::figure_name(plan, *metric, language)).collect();
    let by: Vec<String> = plan
        .dimensions
        .iter()
        .map(|dimension| {
            let (ru, en) = dimension.title();
            language.pick(&ru, &en).to_lowercase()
        })
        .collect();
    let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
    let compared = plan.compared_with.as_ref().map_or_else(String::new, |period| match language {
        Language::Ru => format!(" в сравнении с {}", period.label),
        Language::En => format!(" beside {}", period.label),
    });
    let joined = names.join(", ");
    let each = grouped::each(plan, language);
    format!("{joined}{by}{each}, {label}{compared}{about}:")
}

/// What a row is about.
fn name(plan: &Plan, table: &Table, row: usize, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        match (column.role, &column.dimension) {
            (Role::Key, Some(dimension)) => {
                let label = table.columns.get(place + 1).filter(|next| next.role == Role::Label);
                let label = label.and_then(|_| table.text(row, place + 1));
                let key = table.text(row, place);
                parts.push(keys::key(dimension, key.as_deref(), label.as_deref(), language));
            }
            (Role::Period, _) => {
                let text = table.text(row, place).unwrap_or_default();
                parts.push(step(&text, plan.grain, language));
            }
            (Role::Field, _) if column.name == "occurred_at" || column.name.ends_with("_id") && place == 0 => {
                parts.extend(table.text(row, place));
            }
            _ => {}
        }
    }
    parts.join(", ")
}

/// A step in time in words.
pub(super) fn step(text: &str, grain: Option<Unit>, language: Language) -> String {
    let Ok(day) = text.get(..10).unwrap_or(text).parse::<NaiveDate>() else { return text.to_owned() };
    match grain {
        Some(Unit::Year) => day.year().to_string(),
        Some(Unit::Quarter) => {
            let quarter = day.month0() / 3 + 1;
            match language {
                Language::Ru => format!("{quarter} кв. {}", day.year()),
                Language::En => format!("Q{quarter} {}", day.year()),
            }
        }
        Some(Unit::Month) => day.format("%m.%Y").to_string(),
        Some(Unit::Hour | Unit::Minute) => text.get(..16).unwrap_or(text).replace('T', " "),
        _ => match language {
            Language::Ru => day.format("%d.%m.%Y").to_string(),
            Language::En => day.format("%b %-d, %Y").to_string(),
        },
    }
}

fn figures(plan: &Plan, table: &Table, row: usize, context: &Context<'_>) -> String {
    let language = context.language;
    let mut parts: Vec<String> = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        let unit = column.unit.unwrap_or(UnitOf::Number);
        let Some(value) = table.number(row, place) else { continue };
        let text = format::value(value, unit, context.currency, language);
        match column.role {
            Role::Figure | Role::Ratio => parts.push(text),
            Role::Share => parts.push(format::percent(value, language)),
            Role::Before => {
                let now = place.checked_sub(1).and_then(|place| table.number(row, place));
                let change = now.and_then(|now| now.change_from(value));
                let change = change.map_or_else(String::new, |change| {
                    let sign = if change.digits > 0 { "+" } else { "" };
                    format!(", {sign}{}", format::percent(change, language))
                });
                parts.push(match language {
                    Language::Ru => format!("было {text}{change}"),
                    Language::En => format!("it was {text}{change}"),
                });
            }
            Role::Field if plan.intent == Intent::Rows && column.unit.is_some() => parts.push(text),
            _ => {}
        }
    }
    parts.join(", ")
}
