//! A draft of the plan: the tasks that are open, those due first first; where there are none, the recommendations that were accepted.

use chrono::NaiveDate;
use kupets_semantic::plan::Plan;

use super::recommend::{Recommendations, action};
use super::tell;
use crate::answer::{Answer, Chart, Context, keys};
use crate::language::Language;

/// A task that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTask {
    /// What to do.
    pub title: String,
    /// By which day of the workspace's calendar.
    pub due: Option<NaiveDate>,
    /// Whether its time is over.
    pub overdue: bool,
    /// Who is to do it.
    pub assignee: Option<String>,
}

/// The answer where tasks are open.
pub fn write_tasks(plan: &Plan, open: &[OpenTask], context: &Context<'_>) -> Answer {
    let language = context.language;
    let label = keys::period(plan, language);
    let count = open.len() as u64;
    let mut lines = vec![match language {
        Language::Ru => {
            let word = language.plural(count, ["задача", "задачи", "задач"], ["task", "tasks"]);
            format!("План, {label}: {count} {word}, сначала те, что раньше по сроку.")
        }
        Language::En => {
            let word = language.plural(count, ["", "", ""], ["task", "tasks"]);
            format!("Plan, {label}: {count} {word}, those due first first.")
        }
    }];
    lines.extend(tell::rows(open, language, |task| line(task, language)));
    let next = Some(("Что ещё сделать, чтобы поднять продажи?", "What else should we do to increase sales?"));
    tell::answer(lines, Chart::None, next, language)
}

fn line(task: &OpenTask, language: Language) -> String {
    let mut parts = vec![tell::quoted(&task.title, language)];
    if let Some(due) = task.due {
        let day = tell::day(due, language);
        parts.push(match (task.overdue, language) {
            (false, Language::Ru) => format!("срок: {day}"),
            (true, Language::Ru) => format!("просрочена, срок: {day}"),
            (false, Language::En) => format!("due: {day}"),
            (true, Language::En) => format!("overdue, due: {day}"),
        });
    }
    parts.push(match (&task.assignee, language) {
        (Some(who), Language::Ru) => format!("исполнитель: {}", tell::quoted(who, language)),
        (Some(who), Language::En) => format!("assignee: {}", tell::quoted(who, language)),
        (None, Language::Ru) => "исполнителя нет".to_owned(),
        (None, Language::En) => "nobody has it".to_owned(),
    });
    parts.join(", ")
}

/// The answer where none are.
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
        let context =
            Context { language, currency: "RUB", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
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
    fn open_tasks_are_the_plan() {
        let period = PlanPeriod { label: "30.11 - 06.12".to_owned(), ..PlanPeriod::default() };
        let plan = Plan { period, ..Plan::default() };
        let task = |title: &str, day, overdue, who: Option<&str>| OpenTask {
            title: title.to_owned(),
            due: NaiveDate::from_ymd_opt(2026, 11, day),
            overdue,
            assignee: who.map(str::to_owned),
        };
        let open = [task("Позвонить Анне", 29, true, Some("Ольга")), task("Письмо", 0, false, None)];
        let told = |language| {
            let context =
                Context { language, currency: "RUB", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
            write_tasks(&plan, &open, &context).text.replace('\u{a0}', " ")
        };
        let ru = told(Language::Ru);
        assert!(ru.starts_with("План, 30.11 - 06.12: 2 задачи"), "{ru}");
        assert!(ru.contains("1. «Позвонить Анне», просрочена, срок: 29 ноября 2026") && ru.contains("«Ольга»"), "{ru}");
        assert!(ru.contains("2. «Письмо», исполнителя нет"), "{ru}");
        let en = told(Language::En);
        assert!(en.contains("2 tasks") && en.contains("overdue, due: ") && en.contains("nobody has it"), "{en}");
    }

    #[test]
    fn without_any_it_is_said_how_to_get_some() {
        let ru = told(r#"{"items": []}"#, Language::Ru);
        assert!(ru.text.contains("не приняли ни одной") && ru.next.is_some());
        assert!(told(r#"{"items": []}"#, Language::En).text.contains("no recommendation has been accepted"));
    }
}
