//! What can be asked.

use super::tell;
use crate::answer::{Answer, Chart};
use crate::language::Language;

/// Questions that the parser reads, as examples.
const EXAMPLES: [(&str, &str); 8] = [
    ("Выручка за прошлый месяц", "Revenue last month"),
    ("Топ 10 товаров за квартал", "Top 10 products this quarter"),
    ("Средний чек по месяцам за год", "Average order by month this year"),
    ("Почему упали продажи на прошлой неделе?", "Why did sales drop last week?"),
    ("Прогноз выручки на следующий месяц", "Revenue forecast for next month"),
    ("Кто может уйти?", "Who is about to leave?"),
    ("Что покупают вместе?", "What is bought together?"),
    ("Что делать, чтобы поднять продажи?", "What should we do to increase sales?"),
];

/// The answer.
pub fn write(language: Language) -> Answer {
    let mut lines = vec![
        language
            .pick(
                "Спрашивайте о своих продажах обычными словами, по-русски или по-английски: число, список, сравнение, причина, прогноз, совет. Например:",
                "Ask about your sales in plain words, in English or Russian: a figure, a list, a comparison, a reason, a forecast, advice. For example:",
            )
            .to_owned(),
    ];
    lines.extend(EXAMPLES.iter().map(|(ru, en)| format!("• {}", language.pick(ru, en))));
    lines.push(
        language
            .pick(
                "Каждое число берётся запросом из ваших данных; чего в них нет (прибыль, склад, реклама), о том скажу.",
                "Every number comes from a query over your data; what is not there (profit, stock, advertising) I will say.",
            )
            .to_owned(),
    );
    tell::answer(lines, Chart::None, EXAMPLES.first().copied(), language)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use chrono::{TimeZone, Utc};
    use kupets_semantic::values::ValueIndex;

    use super::*;
    use crate::parser::{Outcome, evaluate};

    #[test]
    fn what_is_offered_is_understood() {
        let now = Utc.with_ymd_and_hms(2026, 11, 29, 9, 0, 0).unwrap();
        for question in EXAMPLES.iter().flat_map(|(ru, en)| [*ru, *en]) {
            let parsed = evaluate(question, &[], "ru", now, chrono_tz::UTC, &ValueIndex::default());
            assert!(matches!(parsed.outcome, Outcome::Plan { .. }), "{question}: {:?}", parsed.outcome);
        }
        assert!(write(Language::Ru).text.contains("• Топ 10 товаров за квартал"));
        assert!(write(Language::En).text.contains("• Top 10 products this quarter"));
    }
}
