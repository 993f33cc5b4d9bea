//! What is bought together.

use kupets_semantic::plan::Plan;
use serde::Deserialize;

use super::tell;
use crate::answer::{Answer, Chart, Context, keys};
use crate::language::Language;

/// A row of `basket_pairs`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Pair {
    /// The one product.
    pub antecedent: String,
    /// The other.
    pub consequent: String,
    /// Orders with the first that have the second too, of 1.
    pub confidence: f64,
    /// How many times more often than by chance.
    pub lift: f64,
    /// Orders with both.
    pub orders: u64,
}

/// The answer.
pub fn write(plan: &Plan, pairs: &[Pair], context: &Context<'_>) -> Answer {
    let language = context.language;
    let label = format!("{}{}", keys::period(plan, language), keys::filters(plan, language));
    if pairs.is_empty() {
        let text = match language {
            Language::Ru => format!("Товаров, которые заметно часто покупают вместе, не нашлось, {label}."),
            Language::En => format!("No products are bought together notably often, {label}."),
        };
        let next = (plan.period.from.is_some()).then_some(("А за всё время?", "And all time?"));
        return tell::answer(vec![text], Chart::None, next, language);
    }
    let mut lines = vec![match language {
        Language::Ru => format!("Чаще всего вместе покупают, {label}:"),
        Language::En => format!("Most often bought together, {label}:"),
    }];
    lines.extend(tell::rows(pairs, language, |pair| line(pair, language)));
    tell::answer(
        lines,
        Chart::None,
        Some(("Что делать, чтобы поднять продажи?", "What should we do to increase sales?")),
        language,
    )
}

fn line(pair: &Pair, language: Language) -> String {
    let (first, second) = (tell::quoted(&pair.antecedent, language), tell::quoted(&pair.consequent, language));
    let orders = language.plural(pair.orders, ["заказе", "заказах", "заказах"], ["order", "orders"]);
    let share = tell::chance(pair.confidence, language).unwrap_or_default();
    let lift = tell::number(pair.lift, 1, language);
    match language {
        Language::Ru => format!(
            "{first} и {second}: вместе в {} {orders}; второе есть в {share} заказов с первым, в {lift} раза чаще, чем случайно.",
            pair.orders
        ),
        Language::En => format!(
            "{first} and {second}: together in {} {orders}; {share} of orders with the first have the second, {lift} times as often as by chance.",
            pair.orders
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_semantic::plan::PlanPeriod;

    use super::*;

    fn told(json: &str, language: Language) -> String {
        let context =
            Context { language, currency: "GBP", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
        let pairs: Vec<Pair> = serde_json::from_str(json).unwrap();
        let period = PlanPeriod { label: "2011".to_owned(), ..PlanPeriod::default() };
        write(&Plan { period, ..Plan::default() }, &pairs, &context).text.replace('\u{a0}', " ")
    }

    #[test]
    fn pairs_are_told_with_how_often() {
        let json = r#"[{"antecedent": "TEA", "consequent": "CUP", "support": 0.1, "confidence": 0.62, "lift": 4.2, "orders": 31}]"#;
        assert_eq!(
            told(json, Language::Ru),
            "Чаще всего вместе покупают, 2011:\n1. «TEA» и «CUP»: вместе в 31 заказе; второе есть в 62 % заказов с первым, в 4,2 раза чаще, чем случайно."
        );
        assert!(told(json, Language::En).contains("together in 31 orders; 62% of orders"));
        assert!(told("[]", Language::Ru).contains("не нашлось"));
        assert!(told("[]", Language::En).starts_with("No products"));
    }
}
