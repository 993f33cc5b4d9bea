//! Retention by cohort: of those who first bought in a month, how many bought again later.

use serde::Deserialize;

use super::tell;
use crate::answer::{Answer, Chart, Context, lists};
use crate::language::Language;
use kupets_semantic::period::Unit;

/// A row of `cohort_retention`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Age {
    /// The first day of the month of the first order.
    pub cohort: String,
    /// Months since.
    pub age: u32,
    /// Customers who bought at that age.
    pub customers: u64,
    /// Their share in the cohort.
    pub retention: f64,
    /// The month is not over: the share still grows.
    #[serde(default)]
    pub running: bool,
}

/// Cohorts that are told, the latest ones.
const COHORTS: usize = 6;
/// Ages that are told of each.
const AGES: [u32; 4] = [1, 3, 6, 12];

/// The answer.
pub fn write(rows: &[Age], context: &Context<'_>) -> Answer {
    let language = context.language;
    let mut cohorts: Vec<&str> = rows.iter().map(|row| row.cohort.as_str()).collect();
    cohorts.sort_unstable();
    cohorts.dedup();
    if cohorts.is_empty() {
        let text = language.pick(
            "Когорт пока нет: для них нужны клиенты с заказами.",
            "There are no cohorts yet: they take customers with orders.",
        );
        return tell::answer(vec![text.to_owned()], Chart::None, None, language);
    }
    let mut lines = vec![
        language
            .pick(
                "Удержание по когортам: какая доля клиентов, впервые купивших в этом месяце, покупала через столько месяцев.",
                "Retention by cohort: which share of those who first bought in a month bought so many months later.",
            )
            .to_owned(),
    ];
    let shown = cohorts.len().saturating_sub(COHORTS);
    lines.extend(cohorts.iter().skip(shown).map(|cohort| line(cohort, rows, language)));
    if shown > 0 {
        lines.push(match language {
            Language::Ru => format!("И ещё {shown} в таблице."),
            Language::En => format!("And {shown} more in the table."),
        });
    }
    lines.push(
        language
            .pick(
                "У последних когорт прошло ещё мало времени: поздние месяцы не наступили, а отмеченные «пока» не кончились.",
                "The latest cohorts are young: their later months have not come, and those marked “so far” are not over.",
            )
            .to_owned(),
    );
    tell::answer(lines, Chart::Heatmap, Some(("Кто может уйти?", "Who is about to leave?")), language)
}

fn line(cohort: &str, rows: &[Age], language: Language) -> String {
    let month = lists::step(cohort, Some(Unit::Month), language);
    let of = |age: u32| rows.iter().find(|row| row.cohort == cohort && row.age == age);
    let size = of(0).map_or_else(String::new, |first| {
        let word = language.plural(first.customers, ["клиент", "клиента", "клиентов"], ["customer", "customers"]);
        format!(" ({} {word})", first.customers)
    });
    let ages: Vec<String> = AGES
        .into_iter()
        .filter_map(|age| {
            let row = of(age)?;
            let kept = tell::chance(row.retention, language)?;
            Some(match (language, row.running) {
                (Language::Ru, false) => format!("через {age} мес. {kept}"),
                (Language::En, false) => format!("after {age} mo. {kept}"),
                (Language::Ru, true) => format!("через {age} мес. пока {kept}"),
                (Language::En, true) => format!("after {age} mo. {kept} so far"),
            })
        })
        .collect();
    let ages = if ages.is_empty() {
        language.pick("возвратившихся ещё нет", "nobody has come back yet").to_owned()
    } else {
        ages.join(", ")
    };
    format!("• {month}{size}: {ages}.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_latest_cohorts_are_told() {
        let rows: Vec<Age> = serde_json::from_str(
            r#"[{"cohort": "2011-09-01", "age": 0, "customers": 21, "retention": 1},
                {"cohort": "2011-09-01", "age": 1, "customers": 5, "retention": 0.238},
                {"cohort": "2011-10-01", "age": 0, "customers": 4, "retention": 1},
                {"cohort": "2011-11-01", "age": 0, "customers": 10, "retention": 1, "running": false},
                {"cohort": "2011-11-01", "age": 1, "customers": 2, "retention": 0.2, "running": true}]"#,
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
        assert!(ru.contains("• 09.2011 (21 клиент): через 1 мес. 24 %."), "{ru}");
        assert!(ru.contains("• 10.2011 (4 клиента): возвратившихся ещё нет."), "{ru}");
        assert!(ru.contains("• 11.2011 (10 клиентов): через 1 мес. пока 20 %."), "{ru}");
        let en = write(&rows, &context(Language::En)).text;
        assert!(en.contains("• 11.2011 (10 customers): after 1 mo. 20% so far."), "{en}");
        assert!(en.contains("• 09.2011 (21 customers): after 1 mo. 24%."), "{en}");
        assert!(write(&[], &context(Language::En)).text.contains("no cohorts yet"));
    }
}
