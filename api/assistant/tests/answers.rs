//! Answers: figures, dates, comparisons, and what must be told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{TimeZone, Utc};
use chrono_tz::Tz;
use kupets_assistant::answer::{Cell, Chart, Context, Decimal, Table, write};
use kupets_assistant::gate::{Facts, check};
use kupets_assistant::language::Language;
use kupets_assistant::parser::evaluate;
use kupets_semantic::compile;
use kupets_semantic::period::Calendar;
use kupets_semantic::plan::Plan;
use kupets_semantic::values::ValueIndex;

fn plan(question: &str) -> (Plan, Language) {
    let now = Utc.with_ymd_and_hms(2026, 11, 29, 9, 0, 0).unwrap();
    let parsed = evaluate(question, &[], "en", now, Tz::Europe__Moscow, &ValueIndex::default());
    (parsed.plan().unwrap().clone(), parsed.language)
}

fn answer(question: &str, rows: &[&[&str]]) -> (String, Chart) {
    let (plan, language) = plan(question);
    let now = Utc.with_ymd_and_hms(2026, 11, 29, 9, 0, 0).unwrap();
    let made = compile::statement(&plan, "GBP", &Calendar::new(now, Tz::Europe__Moscow)).unwrap();
    let cell = |text: &&str| match *text {
        "" => Cell::Null,
        text => Decimal::parse(text).map_or_else(|| Cell::Text(text.to_owned()), Cell::Number),
    };
    let rows: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == made.columns.len()), "{:?}", made.columns);
    let table = Table { columns: made.columns, rows };
    let context = Context { language, currency: "GBP", other_currencies: &[], recorded: None, zone: Tz::UTC };
    let answer = write(&plan, &table, &context);
    // What the template says passes the gate itself.
    let mut facts = Facts::of(&table);
    facts.add_text(&plan.period.label);
    if let Some(period) = &plan.compared_with {
        facts.add_text(&period.label);
    }
    if rows_of_one(&plan) {
        assert_eq!(check(&answer.text, &facts), Ok(()), "{}", answer.text);
    }
    (answer.text.replace('\u{a0}', " "), answer.chart)
}

fn rows_of_one(plan: &Plan) -> bool {
    plan.dimensions.is_empty() && plan.grain.is_none() && plan.assumed.is_empty()
}

#[test]
fn a_figure_has_its_unit_and_dates() {
    assert_eq!(answer("выручка за прошлый месяц", &[&["12345.6", "10"]]).0, "Выручка: 12 345,60 £, 1–31 октября 2026.");
    assert_eq!(answer("revenue last month", &[&["12345.6", "10"]]).0, "Revenue: £12,345.60, Oct 1–31, 2026.");
    assert_eq!(answer("сколько заказов вчера", &[&["21", "40"]]).0, "Заказы: 21 заказ, 28 ноября 2026.");
}

#[test]
fn a_comparison_tells_both_and_the_change() {
    let text = answer("revenue in October vs last year", &[&["110", "100", "10", "9"]]).0;
    assert_eq!(text, "Revenue: £110.00, Oct 1–31, 2026. £10.00 (10.0%) more than in Oct 1–31, 2025: it was £100.00.");
    let text = answer("доля возвратов в октябре к прошлому году", &[&["0.05", "0.07", "-0.02", "900"]]).0;
    assert!(text.contains("На 2,0 п. п. меньше"), "{text}");
}

#[test]
fn no_records_are_not_sales_of_zero() {
    let text = answer("выручка за прошлый месяц", &[&["0", "0"]]).0;
    assert!(text.starts_with("Записей нет: 1–31 октября 2026"), "{text}");
}

#[test]
fn a_running_period_is_told() {
    let text = answer("revenue this month", &[&["5", "2"]]).0;
    assert!(text.contains("still running"), "{text}");
}

#[test]
fn lists_are_numbered_and_drawn() {
    let rows: &[&[&str]] = &[&["P1", "Чайник", "50"], &["P2", "", "20"]];
    let (text, chart) = answer("топ 5 товаров за прошлый год", rows);
    assert!(text.contains("1. Чайник: 50,00 £") && text.contains("2. P2: 20,00 £"), "{text}");
    assert_eq!(chart, Chart::Bar);
    let rows: &[&[&str]] = &[&["2025-01-01", "50"], &["2025-02-01", "20"]];
    let (text, chart) = answer("monthly revenue in 2025", rows);
    assert!(text.contains("1. 01.2025: £50.00"), "{text}");
    assert_eq!(chart, Chart::Line);
}

#[test]
fn an_average_tells_its_step_and_how_many_there_were() {
    let text = answer("average daily revenue in October", &[&["1234.5", "31", "900"]]).0;
    assert_eq!(text, "Revenue per day on average: £1,234.50, Oct 1–31, 2026 (31 days).");
    let text = answer("среднее число заказов в день в октябре", &[&["12.5", "31", "900"]]).0;
    assert_eq!(text, "Заказы в среднем за день: 12,50 заказа, 1–31 октября 2026 (31 день).");
    let text = answer("среднемесячная выручка за этот год", &[&["100", "10", "900"]]).0;
    assert!(text.contains("Выручка в среднем за месяц: 100,00 £") && text.contains("(10 месяцев)"), "{text}");
    assert!(text.contains("среднее посчитано по целым шагам: 1 января – 31 октября 2026"), "{text}");
}

#[test]
fn the_best_of_each_group_are_told_as_such() {
    let rows: &[&[&str]] = &[&["P1", "Чайник", "2025-01-01", "50"], &["P2", "", "2025-02-01", "20"]];
    let text = answer("лучший товар каждого месяца 2025 года", rows).0;
    assert!(text.starts_with("Выручка (товар), по 1 в каждой группе «месяц», 1 января – 31 декабря 2025:"), "{text}");
    let text = answer("best product of each month in 2025", rows).0;
    assert!(text.starts_with("Revenue (product), 1 for each month, Jan 1 – Dec 31, 2025:"), "{text}");
}

#[test]
fn a_share_of_the_best_tells_of_whom() {
    let text = answer("share of the top 10 customers in revenue in October", &[&["25", "100", "0.25", "40"]]).0;
    assert_eq!(text, "Share of the first 10 (customer) of revenue: 25.0%, Oct 1–31, 2026: £25.00 of £100.00.");
    let text = answer("доля 10 крупнейших клиентов в выручке октября", &[&["25", "100", "0.25", "40"]]).0;
    assert_eq!(text, "Доля первых 10 по списку «клиент» (выручка): 25,0 %, 1–31 октября 2026: 25,00 £ из 100,00 £.");
}
