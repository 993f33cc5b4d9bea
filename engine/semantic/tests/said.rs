//! Phrasings beyond the page, comparisons, filters, and what is no period at all. The day is Wednesday, 18 November 2026,
//! noon in Moscow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::DateTime;
use kupets_semantic::find::{NamedDay, Said, read};
use kupets_semantic::period::{Calendar, Comparison, DateOrder, Expr, Hours, Reason, Rule, Unit, compare, resolve};
use kupets_semantic::text::{layout, tokenize};

fn calendar() -> Calendar {
    Calendar::new(DateTime::parse_from_rfc3339("2026-11-18T09:00:00Z").unwrap().to_utc(), chrono_tz::Tz::Europe__Moscow)
}

fn said(question: &str) -> Said {
    read(&tokenize(question), &[])
}

/// The English label of the one period, `-` without one, `ask` where the answer is a question.
fn label(question: &str) -> String {
    let said = said(question);
    let Some(expr) = said.period() else { return "-".into() };
    assert!(said.periods.len() <= 1, "{question}: {:?}", said.periods);
    resolve(&expr, &calendar()).map_or("ask".into(), |period| period.label.en)
}

#[test]
fn phrasings_beyond_the_page() {
    let table = include_str!("data/phrasings.tsv");
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        let (question, expected) = line.split_once('\t').unwrap();
        let got = label(question);
        if got != expected {
            wrong.push(format!("`{question}`: got {got}, want {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_compared_with_what() {
    for (question, expected) in [
        ("выручка за июнь к прошлому месяцу", "May 1–31, 2026"),
        ("выручка за июнь к прошлому году", "Jun 1–30, 2025"),
        ("revenue in June MoM", "May 1–31, 2026"),
        ("revenue in June YoY", "Jun 1–30, 2025"),
        ("Q1 2026 vs Q4 2024", "Oct 1 – Dec 31, 2024"),
        ("выручка за прошлую неделю, неделя к неделе", "Nov 2–8, 2026"),
        ("last week year over year", "Nov 10–16, 2025"),
        ("this month vs last month", "Oct 1–18, 2026, until 12:00"),
        ("этот месяц к аналогичному периоду прошлого года", "Nov 1–18, 2025, until 12:00"),
        ("this quarter compared to the previous period", "Jul 1 – Aug 18, 2026, until 12:00"),
        ("с начала года по сравнению с прошлым годом", "Jan 1 – Nov 18, 2025, until 12:00"),
        ("эта неделя против прошлой", "Nov 9–11, 2026, until 12:00"),
        ("сегодня к вчерашнему дню", "Nov 17, 2026, until 12:00"),
        ("последние 3 месяца к предыдущему периоду", "May 1 – Jul 31, 2026"),
        ("last 30 days vs previous period", "Sep 19 – Oct 18, 2026"),
        ("за месяц к предыдущему периоду", "Sep 17 – Oct 17, 2026"),
        ("с 5 по 20 марта, чем год назад", "Mar 5–20, 2025"),
        ("since May 15 vs previous period", "Nov 8, 2025 – May 14, 2026, until 12:00"),
        ("сравни март с апрелем", "Apr 1–30, 2026"),
        ("compare May and June", "Jun 1–30, 2026"),
        ("compare March 2025 with April", "Apr 1–30, 2025"),
        ("разница между мартом и апрелем", "Apr 1–30, 2026"),
        ("вчера WoW", "Nov 10, 2026"),
        ("Black Friday vs last year", "Nov 29, 2024"),
        ("in 2025 vs last year", "Jan 1 – Dec 31, 2024"),
        ("прошлые выходные к предыдущему периоду", "Nov 7–8, 2026"),
        ("летом к предыдущему периоду", "Mar 1 – May 31, 2026"),
    ] {
        let said = said(question);
        let comparison = said.comparison.as_ref().unwrap_or_else(|| panic!("{question}: no comparison in {said:?}"));
        let period = resolve(&said.period().unwrap_or_else(|| panic!("{question}: no period")), &calendar()).unwrap();
        let other = compare(&period, &comparison.expr, &calendar()).unwrap().unwrap();
        assert_eq!(other.label.en, expected, "{question}: {:?}", comparison.expr);
        assert!(!other.running && !other.future);
    }
    assert_eq!(said("MoM growth").comparison.unwrap().expr, Comparison::Back(Unit::Month));
    assert!(said("revenue over last month").comparison.is_none());
    assert!(said("заказы с доставкой к дому").comparison.is_none());
}

#[test]
fn weekdays_are_a_filter() {
    assert_eq!(label("по понедельникам в октябре"), "Oct 1–31, 2026, Mondays");
    assert_eq!(label("on weekends in October"), "Oct 1–31, 2026, weekends");
    assert_eq!(label("по будням за прошлый месяц"), "Oct 1–31, 2026, weekdays");
    assert_eq!(label("every Friday last month"), "Oct 1–31, 2026, Fridays");
    assert_eq!(label("по субботам и воскресеньям"), "Oct 19 – Nov 17, 2026, weekends");
}

#[test]
fn hours_are_a_filter() {
    let span = |from: u8, to: u8| Hours::span(from, to);
    for (questions, expected, certain) in [
        (
            &["заказы с 9 до 12 часов", "с 9:00 до 12:00", "с девяти до двенадцати утра", "between 9 and 12 o'clock"][..],
            span(9, 12),
            true,
        ),
        (
            &["from 9am to 12pm in May", "orders 9 am - 12 pm", "from 9 to noon", "с 9 утра до полудня"],
            span(9, 12),
            true,
        ),
        (&["с 2 до 5 дня", "between 2 and 5 pm", "с 14 до 17 ч.", "from 14:00 to 17:00"], span(14, 17), true),
        (
            &["после 15 часов", "после трёх часов дня", "after 3 pm", "after 15:00", "с 3 дня", "from 3pm onwards"],
            span(15, 24),
            true,
        ),
        (&["до 10 утра", "раньше 10 часов", "before 10am", "until 10:00", "до десяти утра"], span(0, 10), true),
        (&["в час дня", "в 13:00", "at 1 pm", "at 13:00"], span(13, 14), true),
        (&["с 22 до 2 часов", "from 10 pm to 2 am"], span(22, 2), true),
        (&["утром", "по утрам", "в утренние часы", "in the mornings", "morning orders"], span(6, 12), false),
        (&["вечером", "по вечерам", "вечерние заказы", "in the evening", "evening revenue"], span(18, 24), false),
        (&["ночью", "at night", "overnight orders"], span(0, 6), false),
        (&["кроме вечера", "except in the evenings", "не вечером"], span(0, 18), false),
    ] {
        for question in questions {
            let found = said(question).hours.map(|found| (found.expr, found.certain));
            assert_eq!(found, Some((expected, certain)), "{question}");
        }
    }
    // A length, a range of days, an amount, a greeting and half hours are none.
    for question in [
        "за последние 3 часа",
        "last 3 hours",
        "с 5 по 20 марта",
        "с 9 до 12",
        "from 5 to 20 March",
        "more than 3 orders at 5",
        "добрый вечер",
        "good morning",
        "после 15:30",
        "3 часа назад",
        "по часам",
        "день за днём",
    ] {
        assert_eq!(said(question).hours, None, "{question}");
    }
    // The day stays a period beside them.
    assert_eq!(label("вчера вечером"), "Nov 17, 2026");
    assert_eq!(label("this morning"), "Nov 18, 2026");
}

#[test]
fn weekdays_are_left_out() {
    for (question, expected) in [
        ("кроме воскресений в октябре", "Oct 1–31, 2026, Mondays, Tuesdays, Wednesdays, Thursdays, Fridays, Saturdays"),
        ("в октябре не считая выходных", "Oct 1–31, 2026, weekdays"),
        ("excluding weekends in October", "Oct 1–31, 2026, weekdays"),
        ("except Saturdays and Sundays in October", "Oct 1–31, 2026, weekdays"),
        ("без суббот и воскресений в октябре", "Oct 1–31, 2026, weekdays"),
        ("not on weekdays in October", "Oct 1–31, 2026, weekends"),
    ] {
        assert_eq!(label(question), expected, "{question}");
    }
}

#[test]
fn what_is_unclear_is_asked_back() {
    for (question, reason, choice) in [
        ("30 февраля", Reason::NoSuchDate, "Feb 28, 2026"),
        ("31 июня", Reason::NoSuchDate, "Jun 30, 2026"),
        ("29 февраля 2025", Reason::NoSuchDate, "Feb 28, 2025"),
        ("неделя 53 2025", Reason::NoSuchDate, "Dec 22–28, 2025"),
        ("week 53 of 2025", Reason::NoSuchDate, "Dec 22–28, 2025"),
        ("с 5 по 20", Reason::NoMonth, "Nov 5–18, 2026"),
        ("в тот раз", Reason::Vague, "Nov 11–17, 2026"),
        ("last few weeks", Reason::Vague, "Nov 2–15, 2026"),
        ("с 20.03.2025 по 05.03.2025", Reason::Reversed, "Mar 5–20, 2025"),
    ] {
        let unclear = resolve(&said(question).period().unwrap(), &calendar()).unwrap_err();
        assert_eq!(unclear.reason, reason, "{question}");
        assert_eq!(unclear.choices[0].label.en, choice, "{question}");
        assert!(!unclear.question.ru.is_empty() && !unclear.question.en.is_empty());
    }
}

#[test]
fn other_readings_are_one_tap_away() {
    for (question, expected) in [
        ("последние 3 месяца", "Aug 1 – Nov 18, 2026"),
        ("last 3 months including this month", "Aug 1 – Oct 31, 2026"),
        ("last year", "Nov 18, 2025 – Nov 17, 2026"),
        ("the last year", "Jan 1 – Dec 31, 2025"),
        ("за неделю", "Nov 9–15, 2026"),
        ("в ноябре", "Nov 1–30, 2025"),
    ] {
        let period = resolve(&said(question).period().unwrap(), &calendar()).unwrap();
        assert_eq!(period.alternatives[0].label.en, expected, "{question}");
    }
}

#[test]
fn slashed_dates_follow_the_workspace() {
    let expr = said("05/06/2025").period().unwrap();
    let day = |calendar: &Calendar| resolve(&expr, calendar).unwrap();
    let mut calendar = calendar();
    assert_eq!(day(&calendar).label.en, "Jun 5, 2025");
    assert_eq!(day(&calendar).assumed.len(), 1);
    assert_eq!(day(&calendar).alternatives[0].label.en, "May 6, 2025");
    calendar.usd = true;
    assert_eq!(day(&calendar).label.en, "May 6, 2025");
    calendar.date_order = Some(DateOrder::DayFirst);
    assert_eq!(day(&calendar).label.en, "Jun 5, 2025");
}

#[test]
fn without_a_period_thirty_whole_days_are_assumed() {
    let period = resolve(&Expr::Unsaid, &calendar()).unwrap();
    assert_eq!((period.label.en.as_str(), period.assumed.len()), ("Oct 19 – Nov 17, 2026", 1));
    assert_eq!(period.label.ru, "19 октября – 17 ноября 2026");
}

#[test]
fn a_workspace_names_its_own_days() {
    let named = [NamedDay {
        names: vec!["день рождения магазина".into(), "shop birthday".into()],
        rule: Rule::Fixed { from: (6, 10), to: (6, 12) },
    }];
    for question in ["выручка в день рождения магазина", "revenue on the shop birthday"] {
        let expr = read(&tokenize(question), &named).period().unwrap();
        assert_eq!(resolve(&expr, &calendar()).unwrap().label.en, "Jun 10–12, 2026");
    }
}

#[test]
fn the_wrong_layout_is_mended() {
    let mended = layout::mend("pf ghjiksq vtczw", kupets_semantic::find::known).unwrap();
    assert_eq!(mended, "за прошлый месяц");
    assert_eq!(layout::mend("дфые ьщтер", kupets_semantic::find::known).unwrap(), "last month");
}

#[test]
fn a_meaning_is_kept_as_json() {
    for question in ["с 5 по 20 марта прошлого года", "по понедельникам", "последняя пятница мая", "следующий квартал"]
    {
        let expr = said(question).period().unwrap();
        let text = serde_json::to_string(&expr).unwrap();
        assert_eq!(serde_json::from_str::<Expr>(&text).unwrap(), expr, "{text}");
    }
}
