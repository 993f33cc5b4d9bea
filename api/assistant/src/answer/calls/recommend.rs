//! What to do: actions with their reasons, what they may bring, and what would prove them wrong.

use serde::Deserialize;

use super::tell;
use crate::answer::decimal::Decimal;
use crate::answer::{Answer, Chart, Context, format};
use crate::language::Language;

/// What `/v1/recommendations` answers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Recommendations {
    /// The actions, the most promising first.
    pub items: Vec<Recommendation>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Recommendation {
    /// What to do.
    pub title: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// How many customers it is about.
    #[serde(default, rename = "customers_total")]
    pub customers: u64,
    /// What it may bring.
    #[serde(default)]
    pub expected: Option<Expected>,
    /// How sure, 0 to 1.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// What would prove it wrong.
    #[serde(default)]
    pub falsified_by: Option<String>,
}

/// What an action may bring.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Expected {
    /// Of which metric.
    pub metric: String,
    /// The middle.
    pub value: Decimal,
    /// The least that is likely.
    #[serde(default)]
    pub lower: Option<Decimal>,
    /// The most.
    #[serde(default)]
    pub upper: Option<Decimal>,
}

/// A list by its length; a number as it is.
/// The answer.
pub fn write(recommendations: &Recommendations, context: &Context<'_>) -> Answer {
    let language = context.language;
    if recommendations.items.is_empty() {
        let text = language.pick(
            "Сейчас ничто в данных не требует действий. Рекомендации появляются, когда для них хватает записей.",
            "Nothing in the data calls for action now. Recommendations come once there are records enough for them.",
        );
        let next = Some(("Что изменилось за прошлый месяц?", "What changed last month?"));
        return tell::answer(vec![text.to_owned()], Chart::None, next, language);
    }
    let mut lines = vec![language.pick("Что стоит сделать:", "What is worth doing:").to_owned()];
    lines.extend(tell::rows(&recommendations.items, language, |item| action(item, context)));
    let next = Some(("Составь план на неделю", "Make a plan for the week"));
    tell::answer(lines, Chart::None, next, language)
}

/// An action in a few sentences.
pub(super) fn action(item: &Recommendation, context: &Context<'_>) -> String {
    let language = context.language;
    let mut parts = vec![sentence(&item.title), sentence(&item.reason)];
    if item.customers > 0 {
        let word = language.plural(item.customers, ["клиента", "клиентов", "клиентов"], ["customer", "customers"]);
        parts.push(match language {
            Language::Ru => format!("Касается {} {word}.", item.customers),
            Language::En => format!("It is about {} {word}.", item.customers),
        });
    }
    if let Some(expected) = &item.expected {
        parts.push(effect(expected, context));
    }
    if let Some(sure) = item.confidence.and_then(|sure| tell::chance(sure, language)) {
        parts.push(match language {
            Language::Ru => format!("Уверенность {sure}."),
            Language::En => format!("Confidence {sure}."),
        });
    }
    if let Some(wrong) = item.falsified_by.as_deref().filter(|wrong| !wrong.trim().is_empty()) {
        parts.push(match language {
            Language::Ru => format!("Не подтвердится, если: {}", sentence(wrong)),
            Language::En => format!("It is wrong if: {}", sentence(wrong)),
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

fn effect(expected: &Expected, context: &Context<'_>) -> String {
    let language = context.language;
    let (name, unit) = tell::metric(&expected.metric, language);
    let shown = |value: Decimal| format::value(value, unit, context.currency, language);
    let between = expected.lower.zip(expected.upper).map_or_else(String::new, |(lower, upper)| match language {
        Language::Ru => format!(", от {} до {}", shown(lower), shown(upper)),
        Language::En => format!(", between {} and {}", shown(lower), shown(upper)),
    });
    let (name, value) = (name.to_lowercase(), shown(expected.value));
    match language {
        Language::Ru => format!("Ожидаемый эффект ({name}): {value}{between}."),
        Language::En => format!("Expected effect ({name}): {value}{between}."),
    }
}

/// A text as a sentence: with a mark at its end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(json: &str, language: Language) -> Answer {
        let context =
            Context { language, currency: "RUB", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
        let mut answer = write(&serde_json::from_str(json).unwrap(), &context);
        answer.text = answer.text.replace('\u{a0}', " ");
        answer
    }

    #[test]
    fn an_action_is_told_with_its_effect_and_doubt() {
        let json = r#"{"items": [{"id": "1", "kind": "win_back", "title": "Верните уснувших клиентов", "reason": "Они молчат 90 дней",
            "evidence": {"sql": "", "columns": [], "rows": []}, "customers": [{"customer_id": "1"}, {"customer_id": "2"}], "customers_total": 2,
            "products": [], "expected": {"metric": "revenue", "value": 12000, "lower": 5000, "upper": 20000, "method": "x"},
            "confidence": 0.9, "falsified_by": "не вернётся ни один", "status": "new"}], "next_cursor": null}"#;
        assert_eq!(
            told(json, Language::Ru).text,
            "Что стоит сделать:\n1. Верните уснувших клиентов. Они молчат 90 дней. Касается 2 клиентов. Ожидаемый эффект (выручка): \
             12 000,00 ₽, от 5000,00 ₽ до 20 000,00 ₽. Уверенность 90 %. Не подтвердится, если: не вернётся ни один."
        );
        let en = told(json, Language::En);
        assert!(en.text.contains("It is about 2 customers. Expected effect (revenue):"), "{}", en.text);
        assert_eq!(en.next.as_deref(), Some("Make a plan for the week"));
    }

    #[test]
    fn nothing_to_do_is_said() {
        assert!(told(r#"{"items": []}"#, Language::En).text.contains("Nothing in the data calls for action"));
        assert!(told(r#"{"items": []}"#, Language::Ru).text.contains("не требует действий"));
    }
}
