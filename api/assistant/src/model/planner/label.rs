//! A plan in a few words, for a choice.

use kupets_semantic::plan::{Intent, Operator, Plan};

use crate::language::Language;

/// The plan in a few words.
pub(super) fn label(plan: &Plan, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    match plan.intent {
        Intent::Explain => parts.push(language.pick("Почему изменилось", "Why it changed").to_owned()),
        Intent::Forecast => parts.push(language.pick("Прогноз", "Forecast").to_owned()),
        Intent::Recommend => parts.push(language.pick("Что делать", "What to do").to_owned()),
        Intent::Churn => parts.push(language.pick("Кто может уйти", "Who may leave").to_owned()),
        Intent::Segments => parts.push(language.pick("Сегменты клиентов", "Segments of customers").to_owned()),
        _ => {}
    }
    let names = plan.metrics.iter().map(|metric| metric.definition().names);
    parts.extend(names.map(|names| language.pick(names.ru, names.en).to_owned()));
    for dimension in &plan.dimensions {
        let (ru, en) = dimension.title();
        parts.push(language.pick(&ru, &en).to_lowercase());
    }
    for filter in &plan.filters {
        let values = if filter.labels.is_empty() { &filter.values } else { &filter.labels };
        let op = match filter.op {
            Operator::NotIn => language.pick("кроме ", "except "),
            Operator::More => "> ",
            Operator::AtLeast => "≥ ",
            Operator::Less => "< ",
            Operator::AtMost => "≤ ",
            _ => "",
        };
        parts.push(format!("{op}{}", values.join(", ")));
    }
    if !plan.period.label.is_empty() {
        parts.push(plan.period.label.clone());
    }
    if let Some(other) = &plan.compared_with {
        parts.push(format!("{} {}", language.pick("против", "against"), other.label));
    }
    parts.join(", ")
}
