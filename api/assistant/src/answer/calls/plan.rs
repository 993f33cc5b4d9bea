//! A draft of tasks: the recommendations that were accepted, in their order.

use kupets_semantic::plan::Plan;

use super::recommend::{Recommendations, action};
use super::tell;
use crate::answer::{Answer, Chart, Context, keys};
use crate::language::Language;

/// The answer.
pub fn write(plan: &Plan, accepted: &Recommendations, context: &Context<'_>) -> Answer {
    let language = context.language;
    let label = keys::period(plan, language);
    if accepted.items.is_empty() {
        let text = match language {
            Language::Ru => format!(
                "План составлять не из чего ({label}): вы ещё не приняли ни одной рекомендации. Примите нужные, и они станут задачами."
            ),
            Language::En => format!(
                "There is nothing to plan ({label}): no recommendation has been accepted yet. Accept some, and they become tasks."
            ),
        };
        let next = Some(("Что делать, чтобы поднять продажи?", "What should we do to increase sales?"));
        return tell::answer(vec![text], Chart::None, next, language);
    }
    let mut lines = vec![match language {
        Language::Ru => format!("Черновик плана, {label}:"),
        Language::En => format!("Draft of a plan, {label}:"),
    }];
    lines.extend(tell::rows(&accepted.items, language, |item| action(item, context)));
    let next = Some(("Что ещё сделать, чтобы поднять продажи?", "What else should we do to increase sales?"));
    tell::answer(lines, Chart::None, next, language)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_semantic::plan::PlanPeriod;

    use super::*;

    fn told(json: &str, language: Language) -> Answer {
        let context = Context { language, currency: "RUB", other_currencies: &[], recorded: None };
        let period = PlanPeriod { label: "30.11 - 06.12".to_owned(), ..PlanPeriod::default() };
        write(&Plan { period, ..Plan::default() }, &serde_json::from_str(json).unwrap(), &context)
    }

    #[test]
    fn accepted_ones_are_the_draft() {
        let json = r#"{"items": [{"title": "Позвонить Анне"}, {"title": "Напомнить о заказе", "reason": "Пора"}]}"#;
        assert_eq!(
            told(json, Language::Ru).text,
            "Черновик плана, 30.11 - 06.12:\n1. Позвонить Анне.\n2. Напомнить о заказе. Пора."
        );
        assert!(told(json, Language::En).text.starts_with("Draft of a plan, 30.11 - 06.12:"));
    }

    #[test]
    fn without_any_it_is_said_how_to_get_some() {
        let ru = told(r#"{"items": []}"#, Language::Ru);
        assert!(ru.text.contains("не приняли ни одной") && ru.next.is_some());
        assert!(told(r#"{"items": []}"#, Language::En).text.contains("no recommendation has been accepted"));
    }
}
