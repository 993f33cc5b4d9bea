//! Keys, periods and filters in words.

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::plan::{Filter, Operator, Plan, Subject};

use crate::language::Language;

/// The period of a plan in words, both days included.
pub(super) fn period(plan: &Plan, language: Language) -> String {
    if !plan.period.label.is_empty() {
        return plan.period.label.clone();
    }
    language.pick("за всё время", "all time").to_owned()
}

/// The filters of a plan in words, in parentheses; empty if there are none.
pub(super) fn filters(plan: &Plan, language: Language) -> String {
    let parts: Vec<String> = plan.filters.iter().map(|one| filter(one, language)).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

fn filter(filter: &Filter, language: Language) -> String {
    let name = match &filter.field {
        Subject::Dimension(dimension) => {
            let (ru, en) = dimension.title();
            language.pick(&ru, &en).to_lowercase()
        }
        Subject::Metric(metric) => {
            let names = metric.definition().names;
            language.pick(names.ru, names.en).to_lowercase()
        }
        Subject::OrderAmount => language.pick("сумма заказа", "order total").to_owned(),
    };
    let values: Vec<String> = filter
        .values
        .iter()
        .enumerate()
        .map(|(at, value)| match &filter.field {
            Subject::Dimension(dimension) => {
                key(dimension, Some(value), filter.labels.get(at).map(String::as_str), language)
            }
            _ => value.clone(),
        })
        .collect();
    let values = told(&values, language);
    let words = match filter.op {
        Operator::In => format!(": {values}"),
        Operator::NotIn => format!(": {} {values}", language.pick("кроме", "except")),
        Operator::More => format!(" > {values}"),
        Operator::AtLeast => format!(" ≥ {values}"),
        Operator::Less => format!(" < {values}"),
        Operator::AtMost => format!(" ≤ {values}"),
        Operator::Between => format!(" {} {values}", language.pick("между", "between")),
        Operator::Missing => language.pick(": не указано", ": not given").to_owned(),
        Operator::Present => language.pick(": указано", ": given").to_owned(),
    };
    format!("{name}{words}")
}

/// Values in words, the first of them where they are many.
fn told(values: &[String], language: Language) -> String {
    const MOST: usize = 8;
    const SHOWN: usize = 5;
    if values.len() <= MOST {
        return values.join(", ");
    }
    let left = values.len() - SHOWN;
    format!("{} {} {left}", values[..SHOWN].join(", "), language.pick("и ещё", "and another"))
}

/// A key as people know it.
pub(super) fn key(dimension: &Dimension, key: Option<&str>, label: Option<&str>, language: Language) -> String {
    let Some(key) = key else { return language.pick("не указано", "not given").to_owned() };
    const DAYS_RU: [&str; 7] = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"];
    const DAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const MONTHS_RU: [&str; 12] = [
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ];
    const MONTHS_EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let number = key.parse::<usize>().ok();
    let pick = |list: &[&'static str]| number.and_then(|number| list.get(number.checked_sub(1)?).copied());
    let known = match dimension {
        Dimension::Weekday => pick(if language.russian() { &DAYS_RU } else { &DAYS_EN }).map(str::to_owned),
        Dimension::MonthOfYear => pick(if language.russian() { &MONTHS_RU } else { &MONTHS_EN }).map(str::to_owned),
        Dimension::Hour => number.map(|hour| format!("{hour:02}:00")),
        Dimension::CustomerKind => match key {
            "new" => Some(language.pick("новые", "new").to_owned()),
            "returning" => Some(language.pick("вернувшиеся", "returning").to_owned()),
            _ => Some(language.pick("гости и прочие", "guests and others").to_owned()),
        },
        Dimension::Segment => segment(key, language),
        _ => None,
    };
    known.unwrap_or_else(|| label.filter(|label| !label.is_empty()).unwrap_or(key).to_owned())
}

/// The default names of segments, and the stages that take their place where there are few customers; a workspace's own are as
/// they are.
fn segment(name: &str, language: Language) -> Option<String> {
    if !language.russian() {
        return Some(name.replace('_', " "));
    }
    let known = match name {
        "champions" => "чемпионы",
        "loyal" => "лояльные",
        "potential_loyalists" => "станут лояльными",
        "new_customers" => "новые",
        "promising" => "обещающие",
        "need_attention" => "требуют внимания",
        "about_to_sleep" => "засыпают",
        "cannot_lose" => "нельзя терять",
        "at_risk" => "под угрозой",
        "lost" => "потеряны",
        "hibernating" => "спящие",
        "new" => "новые",
        "active" => "активные",
        "cooling" => "остывают",
        "won_back" => "возвращены",
        _ => return None,
    };
    Some(known.to_owned())
}
