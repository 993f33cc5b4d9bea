//! Segments of customers: how many are in each, and what they bring.

use kupets_semantic::catalogue::{Dimension, UnitOf};
use serde::Deserialize;

use super::tell;
use crate::answer::decimal::Decimal;
use crate::answer::{Answer, Chart, Context, format, keys};
use crate::language::Language;

/// A row of `rfm_segments`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Segment {
    /// Its name.
    pub segment: String,
    /// Customers in it.
    pub customers: Decimal,
    /// What they have brought.
    pub revenue: Decimal,
    /// Days since their last order, on average.
    #[serde(default)]
    pub recency_days: Option<f64>,
    /// Their orders, on average.
    #[serde(default)]
    pub frequency: Option<f64>,
}

/// Segments that are told: all that there are by default.
const TOLD: usize = 11;

/// The answer.
pub fn write(segments: &[Segment], context: &Context<'_>) -> Answer {
    let language = context.language;
    if segments.is_empty() {
        let text = language.pick(
            "Сегментов пока нет: для них нужны клиенты с заказами.",
            "There are no segments yet: they take customers with orders.",
        );
        return tell::answer(vec![text.to_owned()], Chart::None, None, language);
    }
    let mut lines = vec![language.pick("Сегменты клиентов:", "Segments of customers:").to_owned()];
    lines.extend(segments.iter().take(TOLD).map(|one| line(one, context)));
    // Of these names ranks have none: they are stages of the lifecycle.
    if segments.iter().any(|one| matches!(one.segment.as_str(), "new" | "active" | "cooling" | "won_back")) {
        let text = language.pick(
            "Клиентов меньше 50, и места среди них ничего не говорят: вместо рангов RFM названы стадии жизненного цикла.",
            "There are fewer than 50 customers, too few to rank: in place of RFM segments these are stages of the lifecycle.",
        );
        lines.push(text.to_owned());
    }
    let next = Some(("Кто под угрозой?", "Who is at risk?"));
    tell::answer(lines, Chart::Bar, next, language)
}

fn line(segment: &Segment, context: &Context<'_>) -> String {
    let language = context.language;
    let name = keys::key(&Dimension::Segment, Some(&segment.segment), None, language);
    let customers = format::value(segment.customers, UnitOf::Customers, context.currency, language);
    let revenue = tell::money(segment.revenue, context);
    let days = segment.recency_days.map_or_else(String::new, |days| {
        let days = tell::number(days, 0, language);
        match language {
            Language::Ru => format!(", последний заказ в среднем {days} дн. назад"),
            Language::En => format!(", last order {days} days ago on average"),
        }
    });
    let orders = segment.frequency.map_or_else(String::new, |orders| {
        let orders = tell::number(orders, 1, language);
        match language {
            Language::Ru => format!(", заказов на клиента {orders}"),
            Language::En => format!(", {orders} orders a customer"),
        }
    });
    format!("• {name}: {customers}, {revenue}{days}{orders}.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(json: &str, language: Language) -> String {
        let context =
            Context { language, currency: "GBP", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
        let segments: Vec<Segment> = serde_json::from_str(json).unwrap();
        write(&segments, &context).text.replace('\u{a0}', " ")
    }

    #[test]
    fn each_segment_has_its_figures() {
        let json = r#"[{"segment": "champions", "customers": 21, "revenue": 1500.5, "recency_days": 12.4, "frequency": 5.25,
            "monetary": 70}, {"segment": "Опт", "customers": 2, "revenue": 10}]"#;
        assert_eq!(
            told(json, Language::Ru),
            "Сегменты клиентов:\n• чемпионы: 21 клиент, 1500,50 £, последний заказ в среднем 12 дн. назад, заказов на клиента 5,3.\n\
             • Опт: 2 клиента, 10,00 £."
        );
        assert!(told(json, Language::En).contains("• champions: 21 customers, £1,500.50, last order 12 days ago"));
        assert!(!told(json, Language::En).contains("too few to rank"));
        let few = r#"[{"segment": "active", "customers": 9, "revenue": 100}, {"segment": "won_back", "customers": 1, "revenue": 7},
            {"segment": "lost", "customers": 2, "revenue": 5}]"#;
        let ru = told(few, Language::Ru);
        assert!(ru.contains("• активные: 9 клиентов") && ru.contains("• возвращены: 1 клиент"), "{ru}");
        assert!(ru.ends_with("вместо рангов RFM названы стадии жизненного цикла."), "{ru}");
        let en = told(few, Language::En);
        assert!(en.contains("• won back: 1 customer") && en.contains("too few to rank"), "{en}");
        assert!(told("[]", Language::Ru).contains("Сегментов пока нет"));
        assert!(told("[]", Language::En).contains("no segments yet"));
    }
}
