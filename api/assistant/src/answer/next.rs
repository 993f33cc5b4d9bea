//! One question to go on with.

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::plan::{Intent, Plan};

use crate::language::Language;

/// What may be asked next; the parser understands it as a follow-up.
pub(super) fn question(plan: &Plan, language: Language, empty: bool) -> Option<String> {
    let (ru, en) = if empty {
        ("А за всё время?", "And all time?")
    } else {
        match plan.intent {
            Intent::Value if plan.filters.is_empty() => {
                ("А по сравнению с прошлым годом?", "And compared to last year?")
            }
            Intent::Value => ("А по месяцам?", "And by month?"),
            Intent::Compare if plan.dimensions.is_empty() => ("Почему так изменилось?", "Why did it change?"),
            Intent::Compare => ("А по сравнению с прошлым годом?", "And compared to last year?"),
            Intent::List if plan.dimensions.contains(&Dimension::Customer) => {
                ("Что им предложить?", "What should we offer them?")
            }
            Intent::List if plan.grain.is_some() => ("А по каналам?", "And by channel?"),
            Intent::List => ("А к прошлому месяцу?", "And compared to last month?"),
            Intent::Explain => ("Что делать, чтобы поднять продажи?", "What should we do to increase sales?"),
            Intent::Recommend => ("Составь план на неделю", "Make a plan for the week"),
            Intent::Segments | Intent::Churn => ("Что делать?", "What should we do?"),
            _ => return None,
        }
    };
    Some(language.pick(ru, en).to_owned())
}
