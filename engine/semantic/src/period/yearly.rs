//! What comes round every year: days, months, quarters, halves, seasons, weeks and named days.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::label::{month_en, month_ru};
use super::span::Span;
use super::{Calendar, Expr, Reason, Rule, Season, Shape, Slot, Unclear, Unit, Which, YearOf};

/// How far back a yearly day is looked for: 29 February is eight years apart around 1900 and 2100.
const YEARS_BACK: i32 = 9;

/// The number of a year as said.
pub(super) fn number(year: YearOf, calendar: &Calendar) -> Result<i32, Unclear> {
    let number = match year {
        YearOf::Number(year) => Some(year),
        YearOf::Back(back) => calendar.today().year().checked_sub(back),
    };
    number.filter(|year| (1800..=2300).contains(year)).ok_or_else(Unclear::too_far)
}

/// The slot of that year: its first day and the day after its last. `None` where that year lacks it.
fn in_year(slot: &Slot, year: i32) -> Option<(NaiveDate, NaiveDate)> {
    let months = |month: u32, count: i64, year: i32| {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        Some((first, Unit::Month.add(first, count)?))
    };
    let day = |date: NaiveDate| Some((date, date.succ_opt()?));
    match slot {
        Slot::Day { month, day: number } => day(NaiveDate::from_ymd_opt(year, u32::from(*month), u32::from(*number))?),
        Slot::Month(month) => months(u32::from(*month), 1, year),
        Slot::Quarter(quarter) => months(u32::from(quarter.checked_sub(1)?) * 3 + 1, 3, year),
        Slot::Half(half) => months(u32::from(half.checked_sub(1)?) * 6 + 1, 6, year),
        Slot::Season(Season::Winter) => months(12, 3, year - 1),
        Slot::Season(Season::Spring) => months(3, 3, year),
        Slot::Season(Season::Summer) => months(6, 3, year),
        Slot::Season(Season::Autumn) => months(9, 3, year),
        Slot::Week(week) => {
            let first = NaiveDate::from_isoywd_opt(year, u32::from(*week), Weekday::Mon)?;
            Some((first, Unit::Week.add(first, 1)?))
        }
        Slot::Named(Rule::BlackFriday) => day(black_friday(year)?),
        Slot::Named(Rule::CyberMonday) => day(black_friday(year)?.checked_add_days(Days::new(3))?),
        Slot::Named(Rule::Fixed { from, to }) => {
            let first = NaiveDate::from_ymd_opt(year, u32::from(from.0), u32::from(from.1))?;
            let year = if to < from { year + 1 } else { year };
            let last = NaiveDate::from_ymd_opt(year, u32::from(to.0), u32::from(to.1))?;
            Some((first, last.succ_opt()?))
        }
    }
}

/// The Friday after the fourth Thursday of November (not always the fourth Friday).
fn black_friday(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, 11, Weekday::Thu, 4)?.succ_opt()
}

pub(super) fn shape(slot: &Slot) -> Shape {
    match slot {
        Slot::Day { .. } => Shape::Units { unit: Unit::Day, count: 1 },
        Slot::Month(_) => Shape::Units { unit: Unit::Month, count: 1 },
        Slot::Quarter(_) => Shape::Units { unit: Unit::Quarter, count: 1 },
        Slot::Half(_) => Shape::Units { unit: Unit::HalfYear, count: 1 },
        // A season is three whole months, so the season before and a year earlier are both right by months.
        Slot::Season(_) => Shape::Units { unit: Unit::Month, count: 3 },
        Slot::Week(_) => Shape::Units { unit: Unit::Week, count: 1 },
        Slot::Named(rule) => Shape::Named(rule.clone()),
    }
}

/// The slot of that year, or what to ask when that year lacks it.
pub(super) fn of_year(slot: &Slot, year: i32) -> Result<Span, Unclear> {
    let (from, to) = in_year(slot, year).ok_or_else(|| missing(slot, year))?;
    Ok(Span::days(from, to, shape(slot)))
}

/// The named days of the year before the one in which they begin.
pub(super) fn year_earlier(rule: &Rule, from: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    in_year(&Slot::Named(rule.clone()), from.year() - 1)
}

/// The slot whose year is not said by number.
pub(super) fn resolve(slot: &Slot, which: Which, calendar: &Calendar) -> Result<Span, Unclear> {
    let today = calendar.today();
    let found = |(from, to): (NaiveDate, NaiveDate)| Span::days(from, to, shape(slot));
    // A winter and a first week may begin in the year before their own.
    let this = today.year();
    let backwards = || (0..=YEARS_BACK).filter_map(|back| in_year(slot, this + 1 - back));
    let found = match which {
        Which::Of(year) => {
            let year = match (slot, year) {
                // A week belongs to the ISO year.
                (Slot::Week(_), YearOf::Back(back)) => today.iso_week().year().saturating_sub(back),
                _ => number(year, calendar)?,
            };
            return of_year(slot, year);
        }
        Which::This => {
            let winter = *slot == Slot::Season(Season::Winter) && today.month() == 12;
            return of_year(slot, if winter { this + 1 } else { this });
        }
        Which::Latest => backwards().find(|(from, _)| *from <= today).map(found),
        Which::Ended(back) => {
            let far = (0..=200).filter_map(|back| in_year(slot, this + 1 - back));
            far.filter(|(_, to)| *to <= today).nth(back as usize).map(found)
        }
        Which::Next => {
            (0..=YEARS_BACK).filter_map(|on| in_year(slot, this + on)).find(|(from, _)| *from > today).map(found)
        }
    };
    found.ok_or_else(|| missing(slot, this))
}

fn missing(slot: &Slot, year: i32) -> Unclear {
    let of = |slot: Slot, year: i32| Expr::Yearly { slot, which: Which::Of(YearOf::Number(year)) };
    match slot {
        Slot::Day { month, day } => {
            let (m, next) = (u32::from(*month), if *month == 12 { 1 } else { month + 1 });
            let next_year = if *month == 12 { year + 1 } else { year };
            let mut choices = Vec::new();
            let last = NaiveDate::from_ymd_opt(year, m, 1).and_then(|first| Unit::Month.add(first, 1)?.pred_opt());
            if let Some(last) = last {
                choices.push(of(Slot::Day { month: *month, day: last.day() as u8 }, year));
                choices.push(of(Slot::Day { month: next, day: 1 }, next_year));
            }
            if (*month, *day) == (2, 29) {
                choices.push(Expr::day(2, 29));
            }
            let (ru, en) = (month_ru(m), month_en(m));
            let in_that_year = (*month, *day) == (2, 29);
            Unclear::new(
                Reason::NoSuchDate,
                if in_that_year {
                    format!("В {year} году нет {day} {ru}. Какой день имеется в виду?")
                } else {
                    format!("Дня {day} {ru} не бывает. Какой день имеется в виду?")
                },
                if in_that_year {
                    format!("There is no {en} {day} in {year}. Which day do you mean?")
                } else {
                    format!("There is no {en} {day}. Which day do you mean?")
                },
                choices,
            )
        }
        Slot::Week(week) => {
            let choices =
                if *week == 53 { vec![of(Slot::Week(52), year), of(Slot::Week(1), year + 1)] } else { vec![] };
            Unclear::new(
                Reason::NoSuchDate,
                format!("В {year} году нет недели {week}. Какая неделя имеется в виду?"),
                format!("{year} has no week {week}. Which week do you mean?"),
                choices,
            )
        }
        _ => Unclear::new(
            Reason::NoSuchDate,
            "Такого периода в календаре нет. Какой период имеется в виду?",
            "The calendar has no such period. Which one do you mean?",
            [],
        ),
    }
}
