//! What customers are worth: what each is expected to bring yet.

use super::{Worth, tell};
use crate::answer::{Answer, Chart, Context};
use crate::language::Language;

/// The answer; `horizon_days` is how far the model looks ahead.
pub fn write(rows: &[Worth], horizon_days: u32, context: &Context<'_>) -> Answer {
    let language = context.language;
    if rows.is_empty() {
        let text = language.pick(
            "Ценность клиентов пока не посчитать: для этого нужны клиенты с повторными заказами.",
            "What customers are worth cannot be told yet: that takes customers with repeat orders.",
        );
        return tell::answer(vec![text.to_owned()], Chart::None, None, language);
    }
    let days = language.plural(u64::from(horizon_days), ["день", "дня", "дней"], ["day", "days"]);
    let mut lines = vec![match language {
        Language::Ru => format!("Сколько принесут клиенты за следующие {horizon_days} {days} (оценка модели):"),
        Language::En => {
            format!("What customers will bring within the next {horizon_days} {days} (a model's estimate):")
        }
    }];
    lines.extend(tell::rows(rows, language, |row| line(row, context)));
    tell::answer(lines, Chart::Bar, Some(("Кто из них может уйти?", "Who of them may leave?")), language)
}

fn line(row: &Worth, context: &Context<'_>) -> String {
    let language = context.language;
    let name = tell::named(row.name.as_deref(), &row.customer_id, language);
    let unknown = || language.pick("оценки нет", "no estimate").to_owned();
    let value = row.predicted_clv.map_or_else(unknown, |value| tell::money(value, context));
    let purchases = row.expected_purchases.map_or_else(String::new, |count| {
        let count = tell::number(count, 1, language);
        match language {
            Language::Ru => format!(", покупок {count}"),
            Language::En => format!(", {count} purchases"),
        }
    });
    let risk =
        row.churn_risk.and_then(|risk| tell::chance(risk, language)).map_or_else(String::new, |risk| match language {
            Language::Ru => format!(", риск ухода {risk}"),
            Language::En => format!(", churn risk {risk}"),
        });
    format!("{name}: {value}{purchases}{risk}.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn worth_is_told_with_its_horizon() {
        let rows: Vec<Worth> = serde_json::from_str(
            r#"[{"customer_id": "7", "name": "Анна", "expected_purchases": 2.55, "predicted_clv": 1050, "churn_risk": 0.1}]"#,
        )
        .unwrap();
        let context = |language| Context {
            language,
            currency: "RUB",
            other_currencies: &[],
            recorded: None,
            zone: chrono_tz::Tz::UTC,
        };
        let ru = write(&rows, 365, &context(Language::Ru)).text.replace('\u{a0}', " ");
        assert_eq!(
            ru,
            "Сколько принесут клиенты за следующие 365 дней (оценка модели):\n1. «Анна» (7): 1050,00 ₽, покупок 2,6, риск ухода 10 %."
        );
        let en = write(&rows, 1, &context(Language::En)).text;
        assert!(en.starts_with("What customers will bring within the next 1 day"), "{en}");
        assert!(write(&[], 365, &context(Language::En)).text.contains("cannot be told yet"));
    }
}
