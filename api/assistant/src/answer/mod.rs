//! Answers from templates, in the question's language whatever the data's: the figure with its unit, the two dates, the comparison,
//! what was taken for granted, and one question to go on with.

mod beside;
pub mod calls;
mod context;
mod decimal;
pub mod format;
mod grouped;
mod keys;
mod lists;
mod next;
mod table;

use kupets_semantic::compile::Role;
use kupets_semantic::plan::{Intent, Plan};

pub use context::{Answer, Chart, Context};
pub use decimal::Decimal;
pub use table::{Cell, Table};

use crate::language::Language;

/// Records under which an average or a comparison says little.
const FEW: i64 = 5;

/// The answer to a plan that a statement has worked out.
pub fn write(plan: &Plan, table: &Table, context: &Context<'_>) -> Answer {
    let mut parts: Vec<String> = Vec::new();
    let listed = plan.intent == Intent::Rows || plan.is_list();
    let empty = if listed { table.rows.is_empty() } else { no_records(table) };
    if empty {
        parts.push(nothing(plan, context));
    } else if listed {
        parts.push(lists::list(plan, table, context));
    } else {
        parts.push(figure(plan, table, context));
    }
    if !empty || plan.compared_with.is_some() {
        parts.extend(notes(plan, table, context, listed));
    }
    for assumed in &plan.assumed {
        parts.push(match context.language {
            Language::Ru => format!("Учтите: {assumed}."),
            Language::En => format!("Note: {assumed}."),
        });
    }
    Answer { text: parts.join("\n"), chart: chart(plan, table), next: next::question(plan, context.language, empty) }
}

/// The rows of a statement that somebody wrote: what they mean only that person knows, so they are told as they are.
pub fn rows(table: &Table, context: &Context<'_>) -> String {
    const TOLD: usize = 5;
    let language = context.language;
    let count = table.rows.len() as u64;
    let word = language.plural(count, ["строка", "строки", "строк"], ["row", "rows"]);
    let mut lines = vec![format!("{count} {word}.")];
    for row in 0..table.rows.len().min(TOLD) {
        let cells = table.columns.iter().enumerate().map(|(place, column)| {
            let shown = match table.number(row, place) {
                Some(number) => format::number(number, number.scale.min(2), language),
                None => table.text(row, place).unwrap_or_else(|| "-".to_owned()),
            };
            format!("{}: {shown}", column.name)
        });
        lines.push(cells.collect::<Vec<_>>().join(", "));
    }
    lines.join("\n")
}

/// How the result of a plan is drawn.
pub fn chart(plan: &Plan, table: &Table) -> Chart {
    use kupets_semantic::catalogue::Dimension;
    if table.rows.len() < 2 || plan.intent == Intent::Rows || plan.together {
        return Chart::None;
    }
    let keys = plan.dimensions.len();
    match (plan.grain.is_some(), keys) {
        (true, 0) => Chart::Line,
        (true, _) | (false, 2..) => Chart::Heatmap,
        (false, 1) if plan.dimensions == [Dimension::Hour] => Chart::Line,
        (false, 1) => Chart::Bar,
        (false, 0) => Chart::None,
    }
}

fn no_records(table: &Table) -> bool {
    table.figure(0, Role::Records).is_some_and(Decimal::is_zero) || table.rows.is_empty()
}

/// Nothing was recorded: that is not a figure of zero.
fn nothing(plan: &Plan, context: &Context<'_>) -> String {
    let label = keys::period(plan, context.language);
    let about = keys::filters(plan, context.language);
    let recorded = context.told_records().map_or_else(String::new, |recorded| format!(" {recorded}"));
    match context.language {
        Language::Ru => {
            format!("Записей нет: {label}{about}. Это не ноль продаж, а отсутствие данных по такому запросу.{recorded}")
        }
        Language::En => {
            format!("No records: {label}{about}. That is no data for this question, not sales of zero.{recorded}")
        }
    }
}

/// A figure, and what it is beside.
fn figure(plan: &Plan, table: &Table, context: &Context<'_>) -> String {
    let language = context.language;
    let label = keys::period(plan, language);
    let about = keys::filters(plan, language);
    let mut lines: Vec<String> = Vec::new();
    if plan.share {
        lines.push(share(plan, table, context, &label, &about));
    }
    if plan.ratio
        && let Some(place) = table.place(Role::Ratio)
    {
        let names: Vec<&str> = plan
            .metrics
            .iter()
            .map(|metric| {
                let names = metric.definition().names;
                language.pick(names.ru, names.en)
            })
            .collect();
        let unit = table.columns[place].unit.unwrap_or(kupets_semantic::catalogue::UnitOf::Number);
        let name = names.join(" / ");
        lines.push(match table.number(0, place) {
            Some(value) => {
                format!("{name}: {}, {label}{about}.", format::value(value, unit, context.currency, language))
            }
            None => format!(
                "{name}: {}, {label}{about}.",
                language.pick("делить не на что", "there is nothing to divide by")
            ),
        });
    }
    for (place, column) in table.columns.iter().enumerate() {
        let (Role::Figure, Some(metric)) = (column.role, column.metric) else { continue };
        if plan.share && metric == plan.metric() {
            continue;
        }
        let name = grouped::figure_name(plan, metric, language);
        let Some(value) = table.number(0, place) else {
            lines.push(format!(
                "{name}: {}, {label}{about}.",
                language.pick("посчитать не из чего", "there is nothing to work it out from")
            ));
            continue;
        };
        let shown = format::value(value, metric.unit(), context.currency, language);
        let over = grouped::steps(plan, table, language);
        let mut line = format!("{name}: {shown}, {label}{over}{about}.");
        if plan.compared_with.is_some() {
            let before =
                table.columns.iter().position(|other| other.role == Role::Before && other.metric == Some(metric));
            let before = before.and_then(|place| table.number(0, place));
            line.push(' ');
            let label = plan.compared_with.as_ref().map(|period| period.label.as_str()).unwrap_or_default();
            line.push_str(&beside::beside(value, before, label, metric.unit(), context));
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn share(plan: &Plan, table: &Table, context: &Context<'_>, label: &str, about: &str) -> String {
    let language = context.language;
    let names = plan.metric().definition().names;
    let name = language.pick(names.ru, names.en).to_lowercase();
    let unit = plan.metric().unit();
    let Some(share) = table.figure(0, Role::Share) else {
        return language
            .pick("Доля не определена: целое равно нулю.", "The share is not defined: the whole is zero.")
            .to_owned();
    };
    let part = table.figure(0, Role::Figure).map(|value| format::value(value, unit, context.currency, language));
    let whole = table.figure(0, Role::Whole).map(|value| format::value(value, unit, context.currency, language));
    let (part, whole) = (part.unwrap_or_default(), whole.unwrap_or_default());
    let shown = format::percent(share, language);
    let before = table.figure(0, Role::ShareBefore).zip(plan.compared_with.as_ref()).map_or_else(
        String::new,
        |(before, period)| {
            let before = format::percent(before, language);
            match language {
                Language::Ru => format!(" Было {before} ({}).", period.label),
                Language::En => format!(" It was {before} ({}).", period.label),
            }
        },
    );
    let those = grouped::those(plan, language);
    match language {
        Language::Ru => format!("Доля{those} ({name}): {shown}, {label}{about}: {part} из {whole}.{before}"),
        Language::En => format!("Share{those} of {name}: {shown}, {label}{about}: {part} of {whole}.{before}"),
    }
}

/// What must be told beside a figure.
fn notes(plan: &Plan, table: &Table, context: &Context<'_>, listed: bool) -> Vec<String> {
    let language = context.language;
    let mut notes = Vec::new();
    if plan.period.running {
        notes.push(match (language, plan.compared_with.is_some()) {
            (Language::Ru, true) => "Период ещё идёт: он сравнивается с такой же прошедшей частью.".to_owned(),
            (Language::Ru, false) => "Период ещё идёт: данные неполные.".to_owned(),
            (Language::En, true) => {
                "The period is still running: it is compared with the same elapsed part.".to_owned()
            }
            (Language::En, false) => "The period is still running: the figure is not complete.".to_owned(),
        });
    }
    let money = plan.metrics.iter().any(|metric| metric.unit() == kupets_semantic::catalogue::UnitOf::Currency);
    notes.extend(context.told_currencies().filter(|_| money));
    let few = !listed
        && (plan.metric().is_quotient() || plan.compared_with.is_some() || plan.ratio || plan.share)
        && table.figure(0, Role::Records).is_some_and(|records| records.compare(Decimal::whole(FEW)).is_lt());
    if few {
        notes.push(
            language
                .pick(
                    "Записей совсем мало, поэтому вывод ненадёжен.",
                    "There are very few records, so this says little.",
                )
                .to_owned(),
        );
    }
    notes
}
