//! Parts of a period: halves, thirds, its first weeks, its last Friday.

use chrono::{Datelike, Days, NaiveDate};

use super::span::Span;
use super::{Part, Reason, Shape, Text, Unclear, Unit};

/// That part of a period with both ends.
pub(super) fn resolve(part: &Part, of: &Span) -> Result<Span, Unclear> {
    let (Some(from), Some(to)) = (of.from, of.to) else { return Err(no_such_part()) };
    let (first, end, shape) = cut(part, from, to, &of.shape).ok_or_else(no_such_part)?;
    let (first, end) = (first.max(from), end.min(to));
    if first >= end {
        return Err(no_such_part());
    }
    let mut span = Span::days(first, end, shape);
    span.notes.clone_from(&of.notes);
    if matches!(part, Part::First { unit: Unit::Week, .. } | Part::Last { unit: Unit::Week, .. })
        || matches!(part, Part::Nth { unit: Unit::Week, .. })
    {
        span.notes.push(Text::new(
            "недели считаются по семь дней от края периода",
            "weeks are counted by seven days from the edge of the period",
        ));
    }
    Ok(span)
}

fn no_such_part() -> Unclear {
    Unclear::new(
        Reason::NoSuchDate,
        "У этого периода нет такой части. Какой период имеется в виду?",
        "That period has no such part. Which period do you mean?",
        [],
    )
}

fn cut(part: &Part, from: NaiveDate, to: NaiveDate, shape: &Shape) -> Option<(NaiveDate, NaiveDate, Shape)> {
    let months = match shape {
        Shape::Units { unit, count } => unit.months().map(|months| months * count),
        _ => None,
    };
    let day = |offset: u64| from.checked_add_days(Days::new(offset));
    let length = u64::try_from((to - from).num_days()).ok()?;
    match *part {
        Part::Half(half) => {
            let (middle, shape) = match months {
                Some(1) => (day(15)?, Shape::Days),
                Some(months) if months % 2 == 0 => halves(from, months / 2)?,
                _ => (day(length.div_ceil(2))?, Shape::Days),
            };
            match half {
                1 => Some((from, middle, shape)),
                2 => Some((middle, to, shape)),
                _ => None,
            }
        }
        Part::Third(third) => {
            let (one, two) = match months {
                Some(1) => (day(10)?, day(20)?),
                Some(months) if months % 3 == 0 => {
                    let third = i64::from(months / 3);
                    (Unit::Month.add(from, third)?, Unit::Month.add(from, 2 * third)?)
                }
                _ => (day(length.div_ceil(3))?, day((2 * length).div_ceil(3))?),
            };
            let shape = match months {
                Some(months) if months % 3 == 0 => Shape::Units { unit: Unit::Month, count: months / 3 },
                _ => Shape::Days,
            };
            match third {
                1 => Some((from, one, shape)),
                2 => Some((one, two, shape)),
                3 => Some((two, to, shape)),
                _ => None,
            }
        }
        Part::First { count, unit } => Some((from, unit.add(from, i64::from(count))?, units(unit, count))),
        Part::Last { count, unit } => Some((unit.add(to, -i64::from(count))?, to, units(unit, count))),
        Part::Nth { number, unit } => {
            let before = i64::from(number.checked_sub(1)?);
            Some((unit.add(from, before)?, unit.add(from, before + 1)?, units(unit, 1)))
        }
        Part::Weekday { number, day: weekday } => {
            let is = |date: &NaiveDate| date.weekday().number_from_monday() == u32::from(weekday);
            let found = if number < 0 {
                from.iter_days().take(length as usize).filter(is).max()
            } else {
                from.iter_days().take(length as usize).filter(is).nth(usize::try_from(number.checked_sub(1)?).ok()?)
            }?;
            Some((found, found.succ_opt()?, units(Unit::Day, 1)))
        }
    }
}

fn halves(from: NaiveDate, months: u32) -> Option<(NaiveDate, Shape)> {
    let shape = if months == 6 {
        Shape::Units { unit: Unit::HalfYear, count: 1 }
    } else {
        Shape::Units { unit: Unit::Month, count: months }
    };
    Some((Unit::Month.add(from, i64::from(months))?, shape))
}

/// Weeks that do not begin on Monday are just days.
fn units(unit: Unit, count: u32) -> Shape {
    if unit == Unit::Week || unit.months().is_none() && count > 1 { Shape::Days } else { Shape::Units { unit, count } }
}
