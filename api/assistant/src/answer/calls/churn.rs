//! Who is about to leave, those with most at stake first.

use super::{Worth, tell};
use crate::answer::{Answer, Chart, Context};
use crate::language::Language;

/// The answer; the rows come in the order in which they are to be told.
pub fn write(rows: &[Worth], context: &Context<'_>) -> Answer {
    let language = context.language;
    if rows.is_empty() {
        let text = language.pick(
            "Кто может уйти, пока не сказать: для этого нужны клиенты с повторными заказами.",
            "Who may leave cannot be told yet: that takes customers with repeat orders.",
        );
        return tell::answer(vec![text.to_owned()], Chart::None, None, language);
    }
    let mut lines = vec![language.pick("Кто может уйти:", "Who may leave:").to_owned()];
    lines.extend(tell::rows(rows, language, |row| line(row, context)));
    lines.push(
        language
            .pick(
                "Риск считается моделью по тому, как давно и как часто клиент покупал, на срок по ритму магазина: это вероятность, а не факт.",
                "The risk is a model's, from how long ago and how often a customer bought, over a time by the shop's rhythm: a probability, not a fact.",
            )
            .to_owned(),
    );
    tell::answer(lines, Chart::None, Some(("Что делать?", "What should we do?")), language)
}

fn line(row: &Worth, context: &Context<'_>) -> String {
    let language = context.language;
    let name = tell::named(row.name.as_deref(), &row.customer_id, language);
    let risk = row.churn_risk.and_then(|risk| tell::chance(risk, language));
    let risk = risk.map_or_else(String::new, |risk| match language {
        Language::Ru => format!(": риск {risk}"),
        Language::En => format!(": risk {risk}"),
    });
    let value = row.predicted_clv.map_or_else(String::new, |value| {
        let value = tell::money(value, context);
        match language {
            Language::Ru => format!(", ожидалось бы ещё {value}"),
            Language::En => format!(", expected to bring another {value}"),
        }
    });
    format!("{name}{risk}{value}.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn those_who_may_leave_are_told_with_their_risk() {
        let rows: Vec<Worth> = serde_json::from_str(
            r#"[{"customer_id": "7", "name": "Анна", "expected_purchases": 0.1, "predicted_clv": 50.5, "churn_risk": 0.91},
                {"customer_id": "8", "name": null, "churn_risk": null}]"#,
        )
        .unwrap();
        let context = |language| Context {
            language,
            currency: "GBP",
            other_currencies: &[],
            recorded: None,
            zone: chrono_tz::Tz::UTC,
        };
        let ru = write(&rows, &context(Language::Ru)).text.replace('\u{a0}', " ");
        assert!(
            ru.starts_with("Кто может уйти:\n1. «Анна» (7): риск 91 %, ожидалось бы ещё 50,50 £.\n2. 8.\n"),
            "{ru}"
        );
        let en = write(&rows, &context(Language::En));
        assert!(en.text.contains("“Анна” (7): risk 91%, expected to bring another £50.50."), "{}", en.text);
        assert_eq!(en.next.as_deref(), Some("What should we do?"));
        assert!(write(&[], &context(Language::Ru)).text.contains("пока не сказать"));
    }
}
