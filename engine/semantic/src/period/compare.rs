//! What a period is compared with: the one before, or the one a year earlier. A running period is compared with the same
//! elapsed part.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::label::label;
use super::resolve::resolve;
use super::resolved::{Resolved, Shape, finish};
use super::{Calendar, Expr, Unclear, Unit, YearOf, utc, yearly};

/// What a figure is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The period before ("to the period before", PoP).
    Previous,
    /// The period so many units earlier ("vs last month", WoW); a unit that the period itself is gives the one before.
    Back(Unit),
    /// The same period a year earlier (YoY).
    YearBefore,
    /// A period that was said.
    With(Expr),
}

/// The period to compare with; `None` before a period without a beginning.
///
/// # Errors
/// What to ask back about a period that was said.
pub fn compare(period: &Resolved, with: &Comparison, calendar: &Calendar) -> Result<Option<Resolved>, Unclear> {
    match with {
        Comparison::Previous => Ok(previous(period, calendar)),
        Comparison::Back(unit) => Ok(back(period, *unit, calendar)),
        Comparison::YearBefore => Ok(year_before(period, calendar)),
        Comparison::With(expr) => {
            // "March 2025 against April" means the April of that year, if the question says one.
            let said = match period.first {
                Some(first) if expr.yearless() && !same_year(period, calendar) => {
                    expr.clone().of_year(YearOf::Number(first.year()))
                }
                _ => expr.clone(),
            };
            let mut other = match same_part(period, &said, calendar) {
                Some(part) => part,
                None => resolve(&said, calendar)?,
            };
            other.weekdays = other.weekdays.or(period.weekdays);
            Ok(Some(other))
        }
    }
}

/// "This week against the week before last": a running unit beside an earlier one of its kind is compared with the same elapsed part of it.
fn same_part(period: &Resolved, said: &Expr, calendar: &Calendar) -> Option<Resolved> {
    let Expr::Ago { unit, back } = said else { return None };
    let of_unit = matches!(&period.shape, Shape::Units { unit: own, count: 1 } if own == unit && *own >= Unit::Day);
    (period.running && of_unit && *back > 0).then(|| shifted(period, *unit, i64::from(*back), calendar))?
}

/// Whether the period lies within the last twelve months, where a missing year says itself.
fn same_year(period: &Resolved, calendar: &Calendar) -> bool {
    let Some(first) = period.first else { return true };
    Unit::Year.add(calendar.today(), -1).is_none_or(|year| first > year)
}

/// The period before: for calendar units as many units before, otherwise as many days before.
pub fn previous(period: &Resolved, calendar: &Calendar) -> Option<Resolved> {
    match &period.shape {
        Shape::Open => None,
        Shape::Clock => {
            let (from, to) = (period.from?, period.to?);
            let begin = from.checked_sub_signed(to - from)?;
            Some(finished(Some(begin), Some(from), period, calendar))
        }
        Shape::Units { unit, count } => shifted(period, *unit, i64::from(*count), calendar),
        Shape::Weekend => shifted(period, Unit::Week, 1, calendar),
        Shape::Named(_) | Shape::Days => {
            let days = (period.last? - period.first?).num_days() + 1;
            shifted(period, Unit::Day, days, calendar)
        }
    }
}

/// The period one unit earlier; for a period that is that unit or longer, the one before, and for a year a year earlier.
pub fn back(period: &Resolved, unit: Unit, calendar: &Calendar) -> Option<Resolved> {
    if unit == Unit::Year {
        return year_before(period, calendar);
    }
    let as_long = match &period.shape {
        Shape::Open => return None,
        Shape::Clock => false,
        Shape::Units { unit: own, .. } if unit >= Unit::Day => *own >= unit,
        _ => {
            let days = (period.last? - period.first?).num_days() + 1;
            days > unit.months().map_or(if unit == Unit::Week { 7 } else { 1 }, |months| i64::from(months) * 31)
        }
    };
    if as_long { previous(period, calendar) } else { shifted(period, unit, 1, calendar) }
}

/// The same period a year earlier: the same calendar unit (ISO weeks by number, 53 with 52), otherwise the first and the last
/// day a year earlier.
pub fn year_before(period: &Resolved, calendar: &Calendar) -> Option<Resolved> {
    match &period.shape {
        Shape::Open => None,
        Shape::Units { unit: Unit::Week, count } => {
            let first = period.first?;
            let last_week = Unit::Week.add(first, i64::from(*count) - 1)?;
            let by = (first - Unit::Week.add(week_year_before(last_week)?, 1 - i64::from(*count))?).num_days();
            shifted(period, Unit::Day, by, calendar)
        }
        Shape::Named(rule) => {
            let (from, to) = yearly::year_earlier(rule, period.first?)?;
            if period.running {
                let by = (period.first? - from).num_days();
                return shifted(period, Unit::Day, by, calendar);
            }
            Some(of_days(from, to, period, calendar))
        }
        Shape::Clock => shifted(period, Unit::Year, 1, calendar),
        _ => shifted(period, Unit::Year, 1, calendar),
    }
}

/// The Monday of the ISO week of the same number a year earlier.
fn week_year_before(monday: NaiveDate) -> Option<NaiveDate> {
    let week = monday.iso_week();
    let of = |number| NaiveDate::from_isoywd_opt(week.year() - 1, number, Weekday::Mon);
    of(week.week()).or_else(|| of(52))
}

/// So many units earlier. A whole period keeps whole days, its last *day* is moved (so that a month stays a month when it
/// is a unit); a running one ends at the same clock as now.
fn shifted(period: &Resolved, unit: Unit, count: i64, calendar: &Calendar) -> Option<Resolved> {
    if period.shape == Shape::Clock {
        let earlier = |at: chrono::DateTime<chrono::Utc>| {
            let local = at.with_timezone(&calendar.zone).naive_local();
            if unit < Unit::Day {
                let step =
                    if unit == Unit::Hour { chrono::Duration::hours(count) } else { chrono::Duration::minutes(count) };
                return at.checked_sub_signed(step);
            }
            Some(utc(unit.add_to_clock(local, -count)?, calendar.zone))
        };
        return Some(finished(Some(earlier(period.from?)?), Some(earlier(period.to?)?), period, calendar));
    }
    let unit = unit.max(Unit::Day);
    let from = unit.add(period.first?, -count)?;
    if period.running {
        let until: NaiveDateTime = unit.add_to_clock(calendar.local(), -count)?;
        let begin = from.and_time(NaiveTime::MIN);
        let until = until.max(begin);
        let ends = (utc(begin, calendar.zone), utc(until, calendar.zone));
        let mut other = finished(Some(ends.0), Some(ends.1), period, calendar);
        // Labelled by the calendar: where the clock skips midnight, the day still begins with itself.
        other.first = Some(from);
        other.label = label(Some(begin), Some(until), period.weekdays);
        return Some(other);
    }
    // The end of whole months is moved as a boundary: the day before 1 March is a day of another number each year.
    let by_boundary = matches!(&period.shape, Shape::Units { unit, .. } if unit.months().is_some());
    let to = if by_boundary {
        unit.add(period.last?.succ_opt()?, -count)?
    } else {
        unit.add(period.last?, -count)?.succ_opt()?
    };
    Some(of_days(from, to, period, calendar))
}

fn of_days(from: NaiveDate, to: NaiveDate, period: &Resolved, calendar: &Calendar) -> Resolved {
    let (begin, end) = (calendar.midnight(from), calendar.midnight(to));
    let mut other = finished(Some(begin), Some(end), period, calendar).with_days(Some(from), Some(to), calendar);
    other.future = from > calendar.today();
    other
}

fn finished(
    from: Option<chrono::DateTime<chrono::Utc>>,
    to: Option<chrono::DateTime<chrono::Utc>>,
    period: &Resolved,
    calendar: &Calendar,
) -> Resolved {
    let mut other = finish(from, to, false, false, period.shape.clone(), Vec::new(), calendar);
    other.weekdays = period.weekdays;
    if period.weekdays.is_some() {
        let local = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&calendar.zone).naive_local();
        other.label = label(from.map(local), to.map(local), period.weekdays);
    }
    other
}
