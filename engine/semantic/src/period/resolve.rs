//! From the meaning of period words to the interval.

use chrono::{Datelike, Duration, NaiveDate};

use super::alternatives::others;
use super::label;
use super::resolved::{finish, whole_label};
use super::span::Span;
use super::{
    Alternative, Calendar, Choice, DateOrder, Expr, Future, Reason, Resolved, Shape, Slot, Text, Unclear, Unit, Vague,
    WeekdayOf, WeekendOf, Which, YearOf, part, range, yearly,
};

/// The interval of a period.
///
/// # Errors
/// What to ask back, where the calendar has no such period or the words name none.
pub fn resolve(expr: &Expr, calendar: &Calendar) -> Result<Resolved, Unclear> {
    let mut resolved = interval(expr, calendar).map_err(|unclear| labelled(unclear, calendar))?;
    resolved.alternatives = others(expr, &resolved)
        .into_iter()
        .filter_map(|(expr, name)| {
            let other = interval(&expr, calendar).ok()?;
            let same = (other.from, other.to, other.weekdays) == (resolved.from, resolved.to, resolved.weekdays);
            (!same).then_some(Alternative { expr, name, label: other.label })
        })
        .collect();
    Ok(resolved)
}

fn labelled(mut unclear: Unclear, calendar: &Calendar) -> Unclear {
    unclear.choices = unclear
        .choices
        .into_iter()
        .filter_map(|Choice { expr, .. }| Some(Choice { label: interval(&expr, calendar).ok()?.label, expr }))
        .collect();
    unclear
}

fn interval(expr: &Expr, calendar: &Calendar) -> Result<Resolved, Unclear> {
    if let Expr::Only { weekdays, of } = expr {
        let mut resolved = interval(of.as_deref().unwrap_or(&Expr::Unsaid), calendar)?;
        let both = resolved.weekdays.map_or(*weekdays, |other| other.with(*weekdays));
        resolved.weekdays = Some(both);
        resolved.label = whole_label(&resolved, calendar);
        return Ok(resolved);
    }
    if let Expr::Clock { minutes } = expr {
        let from = calendar.now.checked_sub_signed(Duration::minutes(i64::from(*minutes)));
        let from = from.filter(|from| from.year() > 1800).ok_or_else(Unclear::too_far)?;
        return Ok(finish(Some(from), Some(calendar.now), true, false, Shape::Clock, Vec::new(), calendar));
    }
    if let Expr::Ago { unit: unit @ (Unit::Hour | Unit::Minute), back }
    | Expr::Whole { unit: unit @ (Unit::Hour | Unit::Minute), count: back, .. } = expr
    {
        return hour(*unit, *back, matches!(expr, Expr::Ago { .. }), calendar);
    }
    let span = span(expr, calendar)?;
    let today = calendar.today();
    let tomorrow = Unit::Day.add(today, 1).ok_or_else(Unclear::too_far)?;
    let begun = span.from.is_none_or(|from| from <= today);
    let running = begun && !span.future && span.to.is_some_and(|to| to > today);
    let to = if running { Some(tomorrow) } else { span.to };
    let midnight = |day: NaiveDate| calendar.midnight(day);
    Ok(finish(
        span.from.map(midnight),
        to.map(midnight),
        running,
        span.future || !begun,
        span.shape,
        span.notes,
        calendar,
    )
    .with_days(span.from, to, calendar))
}

/// Hours: those before now, or the hour of the clock so many ago.
fn hour(unit: Unit, count: u32, ago: bool, calendar: &Calendar) -> Result<Resolved, Unclear> {
    let minutes = if unit == Unit::Hour { count.checked_mul(60) } else { Some(count) }.ok_or_else(Unclear::too_far)?;
    if !ago {
        return interval(&Expr::Clock { minutes }, calendar);
    }
    let at = calendar.now - Duration::minutes(i64::from(minutes));
    let step = if unit == Unit::Hour { 3600 } else { 60 };
    // Zones differ from UTC by quarters of an hour, so the clock's hour is cut in local time.
    let into = i64::from(chrono::Timelike::num_seconds_from_midnight(&at.with_timezone(&calendar.zone).time())) % step;
    let from = at - Duration::seconds(into);
    let from = from - Duration::nanoseconds(i64::from(from.timestamp_subsec_nanos()));
    // On the stroke of the hour the running one is still empty.
    let whole = from + Duration::seconds(step);
    let to = if calendar.now > from { whole.min(calendar.now) } else { whole };
    Ok(finish(Some(from), Some(to), false, false, Shape::Clock, Vec::new(), calendar))
}

/// The days of a period, whole even if it is running.
pub(super) fn span(expr: &Expr, calendar: &Calendar) -> Result<Span, Unclear> {
    let today = calendar.today();
    let far = Unclear::too_far;
    let add = |unit: Unit, day: NaiveDate, count: i64| unit.add(day, count).ok_or_else(far);
    let units = |unit: Unit, from: i64, count: u32| -> Result<Span, Unclear> {
        let begin = unit.start(today);
        let to = add(unit, begin, from + i64::from(count))?;
        Ok(Span::days(add(unit, begin, from)?, to, Shape::Units { unit, count }))
    };
    match expr {
        Expr::All => Ok(Span::open(None)),
        Expr::This(unit) => units(*unit, 0, 1),
        Expr::Ago { unit, back } => units(*unit, -i64::from(*back), 1),
        Expr::YearsBack { unit, years } => years_back(*unit, *years, calendar),
        Expr::Whole { count: 0, .. } | Expr::Rolling { count: 0, .. } => Err(vague()),
        Expr::Whole { count, unit, with_running } => {
            let more = u32::from(*with_running);
            units(*unit, -i64::from(*count), count.checked_add(more).ok_or_else(far)?)
        }
        Expr::Rolling { count, unit } => {
            let from = add(*unit, today, -i64::from(*count))?;
            let shape = if *unit == Unit::Day { Shape::Units { unit: Unit::Day, count: *count } } else { Shape::Days };
            Ok(Span::days(from, today, shape))
        }
        Expr::Clock { .. } => Err(vague()),
        Expr::Yearly { slot, which } => yearly::resolve(slot, *which, calendar),
        Expr::Year(year) => {
            let year = yearly::number(*year, calendar)?;
            let first = NaiveDate::from_ymd_opt(year, 1, 1).ok_or_else(far)?;
            Ok(Span::days(first, add(Unit::Year, first, 1)?, Shape::Units { unit: Unit::Year, count: 1 }))
        }
        Expr::DayOfMonth { day, of } => day_of_month(*day, of.as_deref(), calendar),
        Expr::Numeric { first, second, year } => numeric(*first, *second, *year, calendar),
        Expr::Weekday { day, of } => weekday(*day, of, calendar),
        Expr::Weekend(of) => {
            let saturday = add(Unit::Day, Unit::Week.start(today), 5)?;
            let weeks = match of {
                WeekendOf::This => 0,
                WeekendOf::Next => 1,
                WeekendOf::Past(back) => -1 - i64::from(*back),
                WeekendOf::Latest => -i64::from(today < saturday),
            };
            let from = add(Unit::Week, saturday, weeks)?;
            Ok(Span::days(from, add(Unit::Day, from, 2)?, Shape::Weekend))
        }
        Expr::Part { part, of } => part::resolve(part, &span(of, calendar)?),
        Expr::Around { unit, of } => {
            let from = unit.start(span(of, calendar)?.from.ok_or_else(vague)?);
            Ok(Span::days(from, add(*unit, from, 1)?, Shape::Units { unit: *unit, count: 1 }))
        }
        Expr::Range { first, last } => range::resolve(first, last, calendar, span),
        Expr::Since(of) => {
            let of = span(of, calendar)?;
            let from = of.from.ok_or_else(vague)?;
            let to = add(Unit::Day, today, 1)?.max(add(Unit::Day, from, 1)?);
            Ok(Span { notes: of.notes, ..Span::days(from, to, Shape::Days) })
        }
        Expr::After(of) => after(of, calendar),
        Expr::Before(of) => {
            let of = span(of, calendar)?;
            Ok(Span { notes: of.notes, ..Span::open(Some(of.from.ok_or_else(vague)?)) })
        }
        Expr::Through(of) => {
            let of = span(of, calendar)?;
            Ok(Span { notes: of.notes, ..Span::open(Some(of.to.ok_or_else(vague)?)) })
        }
        Expr::Future(future) => {
            let mut span = match future {
                Future::Unit { unit, ahead } => units(*unit, i64::from(*ahead), 1)?,
                Future::Whole { count: 0, .. } => return Err(vague()),
                Future::Whole { count, unit } => units(*unit, 1, *count)?,
                Future::Rest(unit) => {
                    let end = add(*unit, unit.start(today), 1)?;
                    Span::days(today, end, Shape::Days)
                }
            };
            span.future = true;
            Ok(span)
        }
        Expr::Only { of, .. } => span(of.as_deref().unwrap_or(&Expr::Unsaid), calendar),
        Expr::Unsaid => Ok(units(Unit::Day, -30, 30)?.noted(
            "период не назван: взяты 30 полных дней до сегодняшнего",
            "no period was said: the 30 whole days before today were taken",
        )),
        Expr::Vague(Vague::Sometime) => Err(vague()),
        Expr::Vague(Vague::Few(unit)) => {
            let mut unclear = vague();
            let whole = |count| Expr::Whole { count, unit: *unit, with_running: false };
            unclear.choices = [2, 3, 6].map(|n| Choice { expr: whole(n), label: Text::default() }).into();
            Err(unclear)
        }
    }
}

/// The unit of today's place in an earlier year: the week by its number, the day by its date.
fn years_back(unit: Unit, years: u32, calendar: &Calendar) -> Result<Span, Unclear> {
    let year = YearOf::Back(i32::try_from(years).map_err(|_| Unclear::too_far())?);
    if unit == Unit::Week {
        let week = calendar.today().iso_week().week().min(52) as u8;
        return yearly::resolve(&Slot::Week(week), Which::Of(year), calendar);
    }
    let from = Unit::Year.add(unit.start(calendar.today()), -i64::from(years)).ok_or_else(Unclear::too_far)?;
    let to = unit.add(from, 1).ok_or_else(Unclear::too_far)?;
    Ok(Span::days(from, to, Shape::Units { unit, count: 1 }))
}

fn vague() -> Unclear {
    let days = |count| Expr::Whole { count, unit: Unit::Day, with_running: false };
    Unclear::new(
        Reason::Vague,
        "Какой период имеется в виду?",
        "Which period do you mean?",
        [days(7), days(30), days(90), Expr::This(Unit::Year)],
    )
}

/// From the day after it. Where its year is left to the reader, it is the latest that has ended: after one that is still
/// running there is nothing yet.
fn after(of: &Expr, calendar: &Calendar) -> Result<Span, Unclear> {
    let today = calendar.today();
    let mut span = span(of, calendar)?;
    if span.to.is_some_and(|to| to > today)
        && let Expr::Yearly { slot, which: Which::Latest } = of
    {
        span = yearly::resolve(slot, Which::Ended(0), calendar)?;
    }
    let from = span.to.ok_or_else(vague)?;
    let next = |day: NaiveDate| Unit::Day.add(day, 1).ok_or_else(Unclear::too_far);
    Ok(Span { notes: span.notes, ..Span::days(from, next(today)?.max(next(from)?), Shape::Days) })
}

fn day_of_month(day: u8, of: Option<&Expr>, calendar: &Calendar) -> Result<Span, Unclear> {
    let one = |date: NaiveDate| {
        let to = date.succ_opt().ok_or_else(Unclear::too_far)?;
        Ok(Span::days(date, to, Shape::Units { unit: Unit::Day, count: 1 }))
    };
    let no_day = |choices: Vec<Expr>| {
        Unclear::new(
            Reason::NoSuchDate,
            format!("Числа {day} в этом месяце нет. Какой день имеется в виду?"),
            format!("That month has no day {day}. Which day do you mean?"),
            choices,
        )
    };
    if let Some(of) = of {
        let month = span(of, calendar)?;
        let (Some(from), Some(to)) = (month.from, month.to) else { return Err(vague()) };
        let last = to.pred_opt().map_or(0, |last| last.day() as u8);
        let choice = Expr::DayOfMonth { day: last, of: Some(Box::new(of.clone())) };
        return from.with_day(u32::from(day)).ok_or_else(|| no_day(vec![choice])).and_then(one);
    }
    let today = calendar.today();
    let month = Unit::Month.start(today);
    let days = (0..12).filter_map(|back| Unit::Month.add(month, -back)?.with_day(u32::from(day)));
    days.filter(|date| *date <= today).max().ok_or_else(|| no_day(Vec::new())).and_then(one)
}

fn numeric(first: u8, second: u8, year: Option<i32>, calendar: &Calendar) -> Result<Span, Unclear> {
    let day_first = match calendar.order() {
        _ if first > 12 => true,
        _ if second > 12 => false,
        order => order == DateOrder::DayFirst,
    };
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    let slot = Slot::Day { month, day };
    let which = year.map_or(Which::Latest, |year| Which::Of(YearOf::Number(year)));
    let mut span = yearly::resolve(&slot, which, calendar)?;
    if first <= 12
        && second <= 12
        && first != second
        && let Some(date) = span.from
    {
        let read = label::day(date);
        span = span.noted(&format!("дата прочитана как {}", read.ru), &format!("the date was read as {}", read.en));
    }
    Ok(span)
}

fn weekday(day: u8, of: &WeekdayOf, calendar: &Calendar) -> Result<Span, Unclear> {
    let today = calendar.today();
    let on = i64::from(day) - 1;
    let monday = Unit::Week.start(today);
    let from = match of {
        WeekdayOf::This => Unit::Day.add(monday, on),
        WeekdayOf::Past(back) => {
            let in_week = Unit::Day.add(monday, on).filter(|date| *date < today);
            let latest = in_week.or_else(|| Unit::Day.add(monday, on - 7));
            latest.and_then(|date| Unit::Week.add(date, -i64::from(*back)))
        }
        WeekdayOf::Next => {
            let in_week = Unit::Day.add(monday, on).filter(|date| *date > today);
            in_week.or_else(|| Unit::Day.add(monday, on + 7))
        }
        WeekdayOf::Week(week) => {
            let from = span(week, calendar)?.from.ok_or_else(vague)?;
            Unit::Day.add(Unit::Week.start(from), on)
        }
    };
    let from = from.ok_or_else(Unclear::too_far)?;
    let to = from.succ_opt().ok_or_else(Unclear::too_far)?;
    Ok(Span::days(from, to, Shape::Units { unit: Unit::Day, count: 1 }))
}
