//! Averages over steps in time, the best of each group and lists that are added up, in words.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::compile::Role;
use kupets_semantic::period::Unit;
use kupets_semantic::plan::Plan;

use super::table::Table;
use crate::language::Language;

/// A metric as an answer names it: with the step that it is an average of, or the rows that are added up.
pub(super) fn figure_name(plan: &Plan, metric: Metric, language: Language) -> String {
    let names = metric.definition().names;
    let name = language.pick(names.ru, names.en);
    if plan.together && !plan.share {
        let those = those(plan, language);
        return match language {
            Language::Ru => format!("{name}, итог{those}"),
            Language::En => format!("{name}, total{those}"),
        };
    }
    match (plan.average_per, language) {
        (None, _) => name.to_owned(),
        (Some(unit), Language::Ru) => format!("{name} в среднем за {}", step(unit, language)),
        (Some(unit), Language::En) => format!("{name} per {} on average", step(unit, language)),
    }
}

/// How many steps an average is of, where the answer is one figure.
pub(super) fn steps(plan: &Plan, table: &Table, language: Language) -> String {
    let Some(unit) = plan.average_per else { return String::new() };
    let Some(count) = table.figure(0, Role::Steps).and_then(|count| u64::try_from(count.rounded(0).digits).ok()) else {
        return String::new();
    };
    let (ru, en) = forms(unit);
    format!(" ({count}\u{a0}{})", language.plural(count, ru, en))
}

/// "Of the first 10 (customer)": what is added up, in the genitive; empty where nothing is.
pub(super) fn those(plan: &Plan, language: Language) -> String {
    let (true, Some(limit)) = (plan.together, plan.limit) else { return String::new() };
    let best = plan.order.as_ref().is_none_or(|order| order.descending);
    let by = titles(&plan.dimensions, language).join(", ");
    match (language, best) {
        (Language::Ru, true) => format!(" первых {limit} по списку «{by}»"),
        (Language::Ru, false) => format!(" последних {limit} по списку «{by}»"),
        (Language::En, true) => format!(" of the first {limit} ({by})"),
        (Language::En, false) => format!(" of the last {limit} ({by})"),
    }
}

/// "The first 3 of each country"; empty where the limit is of the whole list.
pub(super) fn each(plan: &Plan, language: Language) -> String {
    let (true, Some(limit), Some((_, groups))) = (plan.limit_each, plan.limit, plan.dimensions.split_last()) else {
        return String::new();
    };
    let mut by: Vec<String> =
        plan.grain.iter().map(|unit| forms(*unit)).map(|(ru, en)| language.pick(ru[0], en[0]).to_owned()).collect();
    by.extend(titles(groups, language));
    let by = by.join(", ");
    match language {
        Language::Ru => format!(", по {limit} в каждой группе «{by}»"),
        Language::En => format!(", {limit} for each {by}"),
    }
}

fn titles(dimensions: &[Dimension], language: Language) -> Vec<String> {
    let title = |dimension: &Dimension| {
        let (ru, en) = dimension.title();
        language.pick(&ru, &en).to_lowercase()
    };
    dimensions.iter().map(title).collect()
}

fn step(unit: Unit, language: Language) -> &'static str {
    let (ru, en) = forms(unit);
    match unit {
        Unit::Week => language.pick("неделю", en[0]),
        _ => language.pick(ru[0], en[0]),
    }
}

fn forms(unit: Unit) -> ([&'static str; 3], [&'static str; 2]) {
    match unit {
        Unit::Minute | Unit::Hour => (["час", "часа", "часов"], ["hour", "hours"]),
        Unit::Day => (["день", "дня", "дней"], ["day", "days"]),
        Unit::Week => (["неделя", "недели", "недель"], ["week", "weeks"]),
        Unit::Month => (["месяц", "месяца", "месяцев"], ["month", "months"]),
        Unit::Quarter => (["квартал", "квартала", "кварталов"], ["quarter", "quarters"]),
        Unit::HalfYear => (["полугодие", "полугодия", "полугодий"], ["half-year", "half-years"]),
        Unit::Year => (["год", "года", "лет"], ["year", "years"]),
    }
}
