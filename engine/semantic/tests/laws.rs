//! What holds for any period at any moment.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;
use kupets_semantic::find::read;
use kupets_semantic::period::{Calendar, Expr, Shape, Unit, back, previous, resolve, utc, year_before};
use kupets_semantic::text::tokenize;
use proptest::prelude::*;

const ZONES: [Tz; 8] = [
    Tz::Europe__Moscow,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::America__Sao_Paulo,
    Tz::Asia__Tehran,
    Tz::Africa__Cairo,
    Tz::Pacific__Apia,
    Tz::UTC,
];

fn calendars() -> impl Strategy<Value = Calendar> {
    // 2000 to 2040.
    (946_684_800_i64..2_208_988_800, 0..ZONES.len())
        .prop_map(|(seconds, zone)| Calendar::new(DateTime::from_timestamp(seconds, 0).unwrap(), ZONES[zone]))
}

const WORDS: [&str; 70] = [
    "за",
    "последние",
    "3",
    "две",
    "месяца",
    "недели",
    "неделю",
    "прошлый",
    "год",
    "март",
    "марта",
    "15",
    "мая",
    "с",
    "по",
    "до",
    "после",
    "начала",
    "конца",
    "первой",
    "половине",
    "квартал",
    "летом",
    "понедельник",
    "понедельникам",
    "выходные",
    "2025",
    "года",
    "-",
    ".",
    "/",
    "05",
    "12",
    "5-го",
    "назад",
    "всего",
    "к",
    "прошлому",
    "месяцу",
    "чем",
    "last",
    "the",
    "past",
    "month",
    "weeks",
    "of",
    "March",
    "May",
    "since",
    "until",
    "from",
    "to",
    "between",
    "and",
    "first",
    "half",
    "Q1",
    "week",
    "53",
    "30",
    "февраля",
    "29",
    "on",
    "Monday",
    "vs",
    "year",
    "ago",
    "next",
    "until",
    "'25",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_words_give_an_ordered_period_or_a_question(
        words in prop::collection::vec(0..WORDS.len(), 1..9),
        calendar in calendars(),
    ) {
        let question = words.iter().map(|at| WORDS[*at]).collect::<Vec<_>>().join(" ");
        let said = read(&tokenize(&question), &[]);
        for found in &said.periods {
            prop_assert!(question.get(found.span.clone()).is_some());
            let Ok(period) = resolve(&found.expr, &calendar) else { continue };
            if let (Some(from), Some(to)) = (period.from, period.to) {
                // A day that the zone skipped (30 December 2011 in Samoa) is empty.
                prop_assert!(from < to || from == to && calendar.zone == Tz::Pacific__Apia, "{question} {from} {to}");
            }
            if period.running && period.shape != Shape::Clock {
                let tomorrow = calendar.today().checked_add_days(Days::new(1)).unwrap().and_time(NaiveTime::MIN);
                prop_assert_eq!(period.to, Some(utc(tomorrow, calendar.zone)));
                prop_assert!(period.from.is_none_or(|from| from <= calendar.now));
            }
            prop_assert!(!period.label.ru.is_empty() && !period.label.en.is_empty());
            for other in [previous(&period, &calendar), year_before(&period, &calendar), back(&period, Unit::Month, &calendar)] {
                let Some(other) = other else { continue };
                prop_assert!(other.from <= other.to, "{question}: {other:?}");
                prop_assert!(other.from <= period.from, "{question}: {other:?}");
            }
        }
    }

    #[test]
    fn any_text_is_read_without_fail(text in "\\PC{0,60}", calendar in calendars()) {
        for found in read(&tokenize(&text), &[]).periods {
            let _ = resolve(&found.expr, &calendar);
        }
    }

    #[test]
    fn a_running_unit_is_compared_with_the_same_elapsed_part(calendar in calendars(), unit in 0..5_usize) {
        let unit = [Unit::Week, Unit::Month, Unit::Quarter, Unit::HalfYear, Unit::Year][unit];
        let period = resolve(&Expr::This(unit), &calendar).unwrap();
        let before = previous(&period, &calendar).unwrap();
        let whole = resolve(&Expr::Ago { unit, back: 1 }, &calendar).unwrap();
        prop_assert!(period.running && !before.running);
        prop_assert_eq!(before.from, whole.from);
        prop_assert!(before.to <= whole.to);
        let clock = |at: DateTime<Utc>| at.with_timezone(&calendar.zone).naive_local();
        let (now, then) = (calendar.local(), clock(before.to.unwrap()));
        // The same clock, unless the zone skips that time.
        if utc(then, calendar.zone) == before.to.unwrap() && then.time() == now.time() && unit == Unit::Week {
            prop_assert_eq!((now - then).num_days(), 7);
        }
    }

    #[test]
    fn whole_units_are_compared_with_those_right_before(calendar in calendars(), count in 1..20_u32, unit in 0..6_usize) {
        let unit = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::HalfYear, Unit::Year][unit];
        let period = resolve(&Expr::Whole { count, unit, with_running: false }, &calendar).unwrap();
        let before = previous(&period, &calendar).unwrap();
        prop_assert_eq!(before.to, period.from);
        prop_assert!(!period.running && period.to <= Some(calendar.now));
        let longer = resolve(&Expr::Whole { count: 2 * count, unit, with_running: false }, &calendar).unwrap();
        prop_assert_eq!(before.from, longer.from);
    }
}
