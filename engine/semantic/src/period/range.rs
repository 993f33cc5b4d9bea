//! From one period to another, both belonging to it. Years that were not said are chosen so that the whole makes sense.

use chrono::{Datelike, NaiveDate};

use super::span::Span;
use super::{Calendar, Expr, Reason, Shape, Unclear, Unit, WeekdayOf, YearOf};

/// The days of one end: both may be any period, a range too.
pub(super) type Days = fn(&Expr, &Calendar) -> Result<Span, Unclear>;

pub(super) fn resolve(first: &Expr, last: &Expr, calendar: &Calendar, span: Days) -> Result<Span, Unclear> {
    if let (Expr::DayOfMonth { day: one, of: None }, Expr::DayOfMonth { day: two, of: None }) = (first, last) {
        return Err(no_month(*one, *two));
    }
    let (begin, end) = ends(first, last, calendar, span)?;
    let (Some(from), Some(to)) = (begin.from, end.to) else { return Err(reversed(first, last)) };
    if to <= from || end.from.is_some_and(|end| end < from) {
        return Err(reversed(first, last));
    }
    let mut span = Span::days(from, to, shape(&begin.shape, &end.shape, from, to));
    span.notes = begin.notes;
    for note in end.notes {
        if !span.notes.contains(&note) {
            span.notes.push(note);
        }
    }
    Ok(span)
}

fn ends(first: &Expr, last: &Expr, calendar: &Calendar, span: Days) -> Result<(Span, Span), Unclear> {
    let today = calendar.today();
    let of = |expr: &Expr, year: i32| span(&expr.clone().of_year(YearOf::Number(year)), calendar);
    match (first.yearless(), last.yearless()) {
        (true, true) => {
            // The latest whose first day has begun. A winter begins in the year before its own.
            let mut failed = None;
            for year in (today.year() - 9..=today.year() + 1).rev() {
                match of(first, year) {
                    Ok(begin) if begin.from.is_some_and(|from| from <= today) => {
                        let end = after(last, &begin, year, calendar, span)?;
                        return Ok((begin, end));
                    }
                    Ok(_) => {}
                    Err(unclear) => failed = Some(unclear),
                }
            }
            Err(failed.unwrap_or_else(|| reversed(first, last)))
        }
        (true, false) => {
            // "From November to February 2025" ends in 2025.
            let end = span(last, calendar)?;
            let limit = end.to.unwrap_or(today);
            let mut failed = None;
            for year in (limit.year() - 9..=limit.year() + 1).rev() {
                match of(first, year) {
                    Ok(begin) if begin.from.is_some_and(|from| end.from.map_or(from < limit, |end| from <= end)) => {
                        return Ok((begin, end));
                    }
                    Ok(_) => {}
                    Err(unclear) => failed = Some(unclear),
                }
            }
            Err(failed.unwrap_or_else(|| reversed(first, last)))
        }
        (false, true) => {
            let begin = span(first, calendar)?;
            let year = begin.from.map_or_else(|| today.year(), |from| from.year());
            let end = after(last, &begin, year, calendar, span)?;
            Ok((begin, end))
        }
        (false, false) => {
            let begin = span(first, calendar)?;
            // "From Monday to Wednesday": the Wednesday that follows.
            if let (Expr::Weekday { day, of: WeekdayOf::Past(0) }, Some(from)) = (last, begin.from) {
                let on = (i64::from(*day) - i64::from(from.weekday().number_from_monday())).rem_euclid(7);
                let end = Unit::Day.add(from, on).and_then(|day| Some((day, day.succ_opt()?)));
                let (from, to) = end.ok_or_else(Unclear::too_far)?;
                return Ok((begin, Span::days(from, to, Shape::Units { unit: Unit::Day, count: 1 })));
            }
            Ok((begin, span(last, calendar)?))
        }
    }
}

/// The first `last` that does not end before `begin` does begin.
fn after(last: &Expr, begin: &Span, year: i32, calendar: &Calendar, span: Days) -> Result<Span, Unclear> {
    let from = begin.from.unwrap_or(NaiveDate::MIN);
    let mut failed = None;
    for year in year..=year + 9 {
        match span(&last.clone().of_year(YearOf::Number(year)), calendar) {
            Ok(end) if end.from.is_some_and(|end| end >= from) => return Ok(end),
            Ok(_) => {}
            Err(unclear) => failed = failed.or(Some(unclear)),
        }
    }
    Err(failed.unwrap_or_else(Unclear::too_far))
}

/// Whole months from one to another are so many months; anything else is days.
fn shape(begin: &Shape, end: &Shape, from: NaiveDate, to: NaiveDate) -> Shape {
    let (Shape::Units { unit, .. }, Shape::Units { unit: other, .. }) = (begin, end) else { return Shape::Days };
    if unit != other {
        return Shape::Days;
    }
    let count = match unit.months() {
        Some(months) => {
            let between = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
            u32::try_from(between).ok().filter(|between| between % months == 0).map(|between| between / months)
        }
        None if *unit == Unit::Week => u32::try_from((to - from).num_days() / 7).ok(),
        None => None,
    };
    count.map_or(Shape::Days, |count| Shape::Units { unit: *unit, count })
}

fn reversed(first: &Expr, last: &Expr) -> Unclear {
    Unclear::new(
        Reason::Reversed,
        "Конец периода раньше его начала. Какой период имеется в виду?",
        "The period ends before it begins. Which period do you mean?",
        [Expr::Range { first: Box::new(last.clone()), last: Box::new(first.clone()) }],
    )
}

fn no_month(one: u8, two: u8) -> Unclear {
    let days = |back: u32| {
        let month = if back == 0 { Expr::This(Unit::Month) } else { Expr::Ago { unit: Unit::Month, back } };
        let day = |day| Box::new(Expr::DayOfMonth { day, of: Some(Box::new(month.clone())) });
        Expr::Range { first: day(one), last: day(two) }
    };
    Unclear::new(
        Reason::NoMonth,
        format!("С {one} по {two} какого месяца?"),
        format!("From {one} to {two} of which month?"),
        [days(0), days(1)],
    )
}
